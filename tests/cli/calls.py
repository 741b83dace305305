"""The command line as a person calls it: in this process for what it prints, in another for how it ends."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner, Result

from influence.cli import cli, main

ROOT = Path(__file__).resolve().parents[2]


def call(*arguments: str) -> Result:
    """A command in this process; its errors are raised."""
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False)


def shell(*arguments: str | bytes, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in a new process, with warnings as errors."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "PYTHONUTF8": "1", **variables}
    return subprocess.run(
        [sys.executable, "-m", "influence", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def ended(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A command in this process, to its end as a shell sees it: code and output; an unexpected error is raised.

    As `shell`, without the seconds that a new Python takes; tests/cli/test_bad_input.py tests that the two agree.
    """
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        patch.object(sys, "argv", ["influence", *arguments]),
    ):
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a command that cannot be served: exit code 2, standard error only, no traceback."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.endswith(" …")]
    assert lines[0].startswith("influence: ")
    # Rows that break a rule are shown below the sentence, indented.
    assert all(line.startswith("  ") for line in lines[1:]), done.stderr
    return done.stderr


def bytes_of(folder: Path) -> dict[str, str]:
    """Every file below a folder with the digest of its bytes."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
