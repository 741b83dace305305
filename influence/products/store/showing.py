"""Faulty rows with their line in the file, for messages: a slow second pass, only when something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from influence.errors import StoreError, head_of
from influence.products.store.engine_base import Engine
from influence.products.store.headers import find_lines, read_header
from influence.products.store.layouts import FAULTS, Layout
from influence.products.store.staging import File, make_readable, raw_rows

MOST_SHOWN = 5


def show_rows(
    engine: Engine, files: Sequence[File], layout: Layout, work: Path, *, which: Callable[[Any], Any]
) -> tuple[str, str]:
    """Find the first file with rows of a kind, and show these rows.

    Parameters
    ----------
    which : condition on the staged columns.

    Returns
    -------
    tuple of str : label of the file, and the first of its rows as text with their lines.
    """
    for file in files:
        path = make_readable(file, work / "shown.csv")
        header = read_header(path, file.source.label, layout)
        rows = _rows_of(engine, path, layout, which)
        if rows.empty:
            continue
        lines = find_lines(path, header, [int(place) for place in rows["place"]])
        rows.index = pd.Index([f"line {lines.get(int(place), '?')}" for place in rows["place"]])
        cells = rows[[c for c in header.columns if c in layout.columns]].fillna("")
        return file.source.label, head_of(cells.rename(columns={c: header.native_name(c) for c in cells}), MOST_SHOWN)
    return ", ".join(file.source.label for file in files[:3]), ""


def _rows_of(engine: Engine, path: Path, layout: Layout, which: Callable[[Any], Any]) -> pd.DataFrame:
    import ibis

    # Row numbers are right only while the order of the file is kept.
    engine.connection.raw_sql("SET preserve_insertion_order = true")
    raw = raw_rows(engine, [path], read_header(path, str(path), layout), layout, ignore_errors=True)
    counted = raw.mutate(place=ibis.row_number() + 1)
    staged = layout.staged(counted)
    kept = staged.filter(which(staged)).order_by("place").limit(MOST_SHOWN)
    found: pd.DataFrame = kept.select("place", *layout.columns).execute()
    return found


def refuse_faults(engine: Engine, file: File, layout: Layout, work: Path) -> None:
    """Raise if a file has a faulty cell.

    Raises
    ------
    StoreError : with the column, what is allowed in it, the number of rows, and the first of them.
    """
    if not file.faults:
        return
    note = min(file.faults)
    role = FAULTS[note][0]
    label, shown = show_rows(engine, [file], layout, work, which=lambda staged: staged["note"] == note)
    allowed = f"column {layout.roles[role]} must be {layout.allowed(role)}"
    raise StoreError(f"{label}: {allowed}; {file.faults[note]:,} rows are not:{shown}")


def refuse_other_years(engine: Engine, file: File, layout: Layout, work: Path) -> None:
    """Raise if a file has rows of another year than the one in its name.

    Raises
    ------
    StoreError : with the first rows of another year.
    """
    year = file.source.year
    if year is None or file.years <= {year}:
        return
    label, shown = show_rows(engine, [file], layout, work, which=lambda staged: staged["year"] != year)
    others = ", ".join(map(str, sorted(file.years - {year})))
    raise StoreError(f"{label}: the year in its name is {year}, and it has rows of {others}:{shown}")
