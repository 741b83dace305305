"""`influence doctor`: check the installation, and print what to do about each fault."""

from __future__ import annotations

import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

NEEDED = (
    "click", "jinja2", "joblib", "networkx", "numba", "numpy", "pandas", "pyarrow", "pyvis", "pyyaml", "rich",
    "scikit-learn", "scipy", "xarray",
)  # fmt: skip
OPTIONAL = {
    "SALib": "shares of variance of `influence sensitivity`: pip install SALib",
    "XlsxWriter": "workbooks of `influence export xlsx`: pip install XlsxWriter",
    "distributed": "draws on a cluster (--scheduler): pip install dask distributed",
    "duckdb": "goods and flows by product (products, data import): pip install duckdb ibis-framework[duckdb]",
    "matplotlib": "draws the figures of `influence figures` and `influence report`: pip install matplotlib",
}


@click.command()
def command() -> None:
    """Check the installation: Python, libraries, data and the output folder; exit code 1 for a fault."""
    from influence.errors import InfluenceError
    from influence.files import ready_folder
    from influence.panel.package import damaged_files
    from influence.tables import datasets_dir

    faults = 0
    good = (3, 11) <= sys.version_info[:2] < (3, 14)
    faults += _report(good, f"Python {sys.version.split()[0]}", "use Python 3.11, 3.12 or 3.13")
    faults += _report(True, f"influence {_version('influence')}", "")
    for name in NEEDED:
        found = _version(name)
        faults += _report(found is not None, f"{name} {found or 'missing'}", f"pip install {name}, or `make run` again")
    try:
        damaged = damaged_files(datasets_dir())
        remedy = f"{'; '.join(damaged)}: check out datasets/ again, or rebuild it"
        faults += _report(not damaged, f"data in {datasets_dir()}", remedy)
    except InfluenceError as err:
        faults += _report(False, "data", str(err))
    try:
        ready_folder(Path("outputs"))
        _report(True, "folder outputs is writable", "")
    except InfluenceError as err:
        faults += _report(False, "folder outputs", str(err))
    for name, what in OPTIONAL.items():
        click.echo(f"  {'ok   ' if _version(name) else 'none '}  {name} (optional): {_version(name) or what}")
    browser = shutil.which("chromium")
    click.echo(f"  {'ok   ' if browser else 'none '}  chromium (optional): needed by the browser tests only")
    click.echo("Everything needed is installed." if not faults else f"Faults: {faults}.")
    sys.exit(1 if faults else 0)


def _report(good: bool, what: str, remedy: str) -> int:
    click.echo(f"  {'ok   ' if good else 'FAULT'}  {what}" + ("" if good else f": {remedy}"))
    return 0 if good else 1


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
