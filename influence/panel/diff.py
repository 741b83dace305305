"""Differences between two panels, table by table and row by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from influence.table_columns import KEYS
from influence.tables import read_panel_table

CHANGES = ["table", "change", "rows", "example"]
NEAR = 1e-9


def table_changes(old: Path, new: Path) -> pd.DataFrame:
    """Rows added, removed and changed in every table of two panel folders.

    Returns
    -------
    table, change (added, removed or the column that changed), rows, example (the key of the row that changed most).

    Raises
    ------
    PanelError : a table is absent or has other columns.
    """
    rows = [row for name in sorted(KEYS) for row in _changes(name, old, new)]
    return pd.DataFrame(rows, columns=CHANGES)


def _changes(name: str, old: Path, new: Path) -> list[tuple[str, str, int, str]]:
    key = KEYS[name]
    before, after = (read_panel_table(folder, name) for folder in (old, new))
    both = before.merge(after, on=key, how="outer", suffixes=("_old", "_new"), indicator=True)
    out = []
    for side, word in (("right_only", "added"), ("left_only", "removed")):
        rows = both[both["_merge"] == side]
        if len(rows):
            out.append((name, word, len(rows), _example(rows.iloc[0], key)))
    common = both[both["_merge"] == "both"]
    for column in [c for c in before.columns if c not in key]:
        size = _difference(common[f"{column}_old"], common[f"{column}_new"])
        if (size > 0).any():
            row = common.loc[size.idxmax()]
            example = f"{_example(row, key)}: {row[f'{column}_old']} -> {row[f'{column}_new']}"
            out.append((name, column, int((size > 0).sum()), example))
    return out


def _difference(old: pd.Series, new: pd.Series) -> pd.Series:
    """How far apart two columns are, row by row: 0 where equal or both missing, infinite where one is missing."""
    if old.dtype.kind in "if" and new.dtype.kind in "if":
        gap = (new - old).abs()
        gap = gap.where(gap > NEAR * np.fmax(old.abs(), new.abs()), 0.0)
        return gap.where(old.notna() & new.notna(), np.where(old.isna() & new.isna(), 0.0, np.inf))
    same = (old == new) | (old.isna() & new.isna())
    return (~same).astype(float)


def _example(row: pd.Series, key: list[str]) -> str:
    return " ".join(str(row[column]) for column in key)
