"""DESTA, list of treaties: trade agreements signed since 1948, their amendments, accessions and withdrawals."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from influence.sources.reading import check_unique, numbers, read_table, require, to_iso3

ENTRY_TYPES = ("base_treaty", "accession", "withdrawal", "protocol or amendment", "consolidated", "negotiation")
NAMES = {"base_treaty": "base", "year": "signed", "entryforceyear": "in_force"}
KEPT = ["number", "base", "name", "entry_type", "consolidated", "signed", "in_force", "typememb"]
_MEMBER = re.compile(r"c\d+")


def read_desta(path: Path | str) -> pd.DataFrame:
    """Members of every row: number, base, name, entry_type, consolidated, signed, in_force, typememb, iso3.

    `number` names the row, `base` the treaty it belongs to; signed and in_force are years (missing where the list
    has none). typememb: 1 bilateral, 2 plurilateral, 3 plurilateral and third state, 4 two plurilaterals, 5 and 6
    accession, 7 withdrawal. An accession row of type 6 holds the new members and the third state only.

    Raises
    ------
    SourceError : a repeated number, an unknown entry type or member code, or a file that is not this table.
    """
    wanted = ["number", "base_treaty", "name", "entry_type", "consolidated", "year", "entryforceyear", "typememb", "c1"]
    frame = read_table(path, wanted, text=_columns(path)).rename(columns=NAMES)
    check_unique(frame, ["number"], path)
    known = frame["entry_type"].isin(ENTRY_TYPES)
    require(frame[["number", "name"]], known, path, f"entry_type must be one of {', '.join(ENTRY_TYPES)}")
    for column in ("signed", "in_force"):
        frame[column] = _year_or_none(frame, column, path)
    members = [c for c in frame.columns if _MEMBER.fullmatch(c)]
    long = frame.melt(KEPT, members, value_name="member", ignore_index=False).sort_index(kind="stable")
    long = long[long["member"].str.strip() != ""]
    mapped = to_iso3(long, {"iso3": "member"}, "m49", path)
    out = mapped[[*KEPT, "iso3"]].drop_duplicates(ignore_index=True)
    out.attrs["excluded"] = mapped.attrs["excluded"]
    return out


def _columns(path: Path | str) -> list[str]:
    """All columns of the file: every cell is read as text, because member codes have leading zeros and blanks."""
    return [str(c) for c in read_table(path, []).columns]


def _year_or_none(frame: pd.DataFrame, column: str, path: Path | str) -> pd.Series:
    values = numbers(frame, column, path)
    good = values.isna() | ((values % 1 == 0) & values.between(1900, 2100))
    require(frame[["number", column]], good, path, f"column {column} must be a year or empty")
    return values.astype("Int64")
