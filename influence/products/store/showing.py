"""Rows that break a rule, shown with their line in the file: the slow pass, taken only when something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from influence.errors import StoreError, head_of
from influence.products.store.engine import Engine
from influence.products.store.headers import header_of, lines_of
from influence.products.store.layouts import FAULTS, Layout
from influence.products.store.staging import File, raw_rows, readable

MOST_SHOWN = 5


def rows_shown(
    engine: Engine, files: Sequence[File], layout: Layout, work: Path, *, which: Callable[[Any], Any]
) -> tuple[str, str]:
    """Label of the first file with rows for which `which(staged)` is true, and those rows as text, with lines.

    Of a file that was packed the rows are read from its content again.
    """
    for file in files:
        path = readable(file, work / "shown.csv")
        header = header_of(path, file.source.label, layout)
        rows = _rows_of(engine, path, layout, which)
        if rows.empty:
            continue
        lines = lines_of(path, header, [int(place) for place in rows["place"]])
        rows.index = pd.Index([f"line {lines.get(int(place), '?')}" for place in rows["place"]])
        cells = rows[[c for c in header.columns if c in layout.columns]].fillna("")
        return file.source.label, head_of(cells.rename(columns={c: header.native(c) for c in cells}), MOST_SHOWN)
    return ", ".join(file.source.label for file in files[:3]), ""


def _rows_of(engine: Engine, path: Path, layout: Layout, which: Callable[[Any], Any]) -> pd.DataFrame:
    import ibis

    # Places are only right while the order of the file is kept.
    engine.connection.raw_sql("SET preserve_insertion_order = true")
    raw = raw_rows(engine, [path], header_of(path, str(path), layout), layout, ignore_errors=True)
    counted = raw.mutate(place=ibis.row_number() + 1)
    staged = layout.staged(counted)
    kept = staged.filter(which(staged)).order_by("place").limit(MOST_SHOWN)
    found: pd.DataFrame = kept.select("place", *layout.columns).execute()
    return found


def refuse_faults(engine: Engine, file: File, layout: Layout, work: Path) -> None:
    """Raise where a cell of a file cannot be.

    Raises
    ------
    StoreError : with the column, what is allowed in it, how many rows it is, and the first of them.
    """
    for note, rows in sorted(file.faults.items()):
        role = FAULTS[note][0]
        label, shown = rows_shown(engine, [file], layout, work, which=_has(note))
        column = layout.roles[role]
        raise StoreError(f"{label}: column {column} must be {layout.allowed(role)}; {rows:,} rows are not:{shown}")


def _has(note: int) -> Callable[[Any], Any]:
    return lambda staged: staged["note"] == note


def refuse_other_years(engine: Engine, file: File, layout: Layout, work: Path) -> None:
    """Raise where a file holds another year than its name says.

    Raises
    ------
    StoreError : with the first rows of another year.
    """
    year = file.source.year
    if year is None or file.years <= {year}:
        return
    label, shown = rows_shown(engine, [file], layout, work, which=lambda staged: staged["year"] != year)
    others = ", ".join(map(str, sorted(file.years - {year})))
    raise StoreError(f"{label}: its name says {year}, and rows in it are of {others}:{shown}")
