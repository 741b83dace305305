"""The command line answers at once: nothing heavy is imported before a command needs it."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

HEAVY = {"pandas", "numpy", "xarray", "networkx", "pyarrow", "scipy", "sklearn", "pyvis", "IPython", "jinja2", "yaml"}

HELP = """
import sys
from influence.cli import main
sys.argv = ["influence", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
LOADED = "\nimport sys; print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"


def fresh_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)


@pytest.mark.parametrize("code", ["import influence", HELP], ids=["import influence", "influence --help"])
def test_nothing_heavy_is_imported(code):
    loaded = set(fresh_python(code + LOADED).stderr.split())
    assert "influence" in loaded
    assert not loaded & HEAVY


def test_help_lists_the_commands():
    shown = fresh_python(HELP).stdout
    for command in ("run", "pull", "explain", "map", "data", "cite", "doctor"):
        assert f"\n  {command} " in shown


@pytest.mark.slow
def test_help_takes_at_most_three_times_an_import_of_click():
    """The fastest of several, taken in turn, so that a busy machine slows both alike."""
    click, shown = [], []
    for _ in range(7):
        click.append(seconds("import click"))
        shown.append(seconds(HELP))
    assert min(shown) < 3 * min(click)


def seconds(code: str) -> float:
    start = time.perf_counter()
    fresh_python(code)
    return time.perf_counter() - start
