"""Files that a page works with and that are too long to print in it, put into its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from docs_build.page_study import PageStudy
from influence.tables import datasets_dir, read_panel_table

FIRST = 1960
"""Year in which the World Bank's figures begin."""


def put(name: str, study: PageStudy, folder: Path) -> str:
    """Write a file into the folder of a page; the page does not show the file.

    Raises
    ------
    KeyError : no such file.
    """
    GIVEN[name](study, folder / name)
    return ""


def _newer_gdp(study: PageStudy, path: Path) -> None:
    """GDP in the World Bank's file format, equal to the panel except one figure, revised up by a twentieth."""
    table = read_panel_table(datasets_dir(), "attributes")
    known = table[table["gdp_flag"] == "observed"]
    revised = (known["iso3"] == study.state) & (known["year"] == study.year)
    values = known["gdp_usd"].where(~revised, known["gdp_usd"] * 1.05)
    rows = zip(known["iso3"].map(study.name), known["iso3"], known["year"], values, strict=True)
    # Its aggregates are in the file too; they are left out when it is read.
    left = read_panel_table(datasets_dir(), "excluded").query("source == 'world_bank_gdp'")
    beside = [(one.reason, one.code, FIRST + i, 1.0) for one in left.itertuples() for i in range(one.rows)]
    table = pd.DataFrame([*rows, *beside], columns=["Country Name", "Country Code", "Year", "Value"])
    table.to_csv(path, index=False, lineterminator="\n")


def _bundled(_: PageStudy, path: Path) -> None:
    """The panel that comes with the tool, as a folder beside the page's own files."""
    path.symlink_to(datasets_dir(), target_is_directory=True)


GIVEN: dict[str, Callable[[PageStudy, Path], None]] = {"gdp_newer.csv": _newer_gdp, "datasets": _bundled}
