"""Correlates of War codes by date: one code may mean several states, one after the other.

345 is Yugoslavia, then Serbia and Montenegro, then Serbia; 365 is the Soviet Union, then Russia. A state is itself
only in the years in which the code covers its present territory or it is the same state in law: the Federal Republic
of Germany (260) is Germany before and after 1990, but neither Yemen of before 1990 is the Yemen of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from influence.sources.reading import code_text, to_iso3


class Era(NamedTuple):
    """Years (both included) in which a COW code is not the state its ISO3 code names today."""

    code: str
    first: int
    last: int
    reason: str


ERAS = (
    Era("345", 1800, 1991, "Yugoslavia: dissolved and none of its successors"),
    Era("345", 1992, 2005, "Serbia and Montenegro: split in 2006"),
    Era("365", 1800, 1991, "Soviet Union (before 1922 the Russian Empire): dissolved 1991"),
    Era("678", 1800, 1990, "Yemen Arab Republic: merged 1990, and 679 carries the united state in 1990"),
    Era("255", 1800, 1945, "German Reich: ended 1945"),
    Era("816", 1800, 1975, "Democratic Republic of Vietnam: the north until 1975"),
    Era("300", 1800, 1918, "Austria-Hungary: dissolved 1918"),
    Era("511", 1800, 1964, "Zanzibar: part of Tanzania since 1964"),
    Era("730", 1800, 1910, "Korea: annexed 1910, divided since 1945"),
    Era("817", 1800, 1975, "Republic of Vietnam: the south until 1975"),
    *(
        Era(str(code), 1800, 1871, "German or Italian state: ended by unification")
        for code in (240, 245, 267, 269, 271, 273, 275, 280, 327, 329, 332, 335, 337)
    ),
)

SUCCESSOR = {"260": "255"}
"""Old code -> new code of one state; where a year has rows of both, the new code is the united state."""


def cow_to_iso3(
    frame: pd.DataFrame, columns: Mapping[str, str], where: Path | str, *, excluded: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """As to_iso3 for COW codes, each with its meaning in the row's `year`; ERAS become exclusions.

    Where a state's old and new code both have a row for the same states and year, the new code's row is kept and the
    other is counted among the exclusions.

    Parameters
    ----------
    frame : a table with whole years in column `year`.
    columns : new column -> column of COW codes.
    excluded : codes of this source that are not a state, to the reason.

    Raises
    ------
    SourceError : an unknown code; the rows are shown.
    """
    dated = frame.copy()
    reasons = dict(excluded or {})
    for old in columns.values():
        dated[old] = frame[old].map({code: code_text(code) for code in frame[old].unique()})
        for era in ERAS:
            rows = (dated[old] == era.code) & frame["year"].between(era.first, era.last)
            token = f"{era.code} until {era.last}"
            dated.loc[rows, old] = token
            reasons[token] = era.reason
    mapped = to_iso3(dated, columns, "cow", where, excluded=reasons)
    return without_superseded(mapped, [*columns, "year"], list(columns.values()))


def without_superseded(frame: pd.DataFrame, key: list[str], codes: list[str]) -> pd.DataFrame:
    """The table without rows of an old code whose `key` a row of the new code also has (Germany in 1990); counted.

    Where only the old code has the row it stays: COW Trade gives Germany's trade with Belgium and Luxembourg in 1990
    under 260 and that with everyone else under 255.
    """
    old = frame[codes].isin(list(SUCCESSOR)).any(axis=1) & frame.duplicated(key, keep=False)
    out = frame[~old].reset_index(drop=True)
    out.attrs = dict(frame.attrs)
    if old.any():
        reason = "German Federal Republic: 255 carries the united state in the same year"
        out.attrs["excluded"] = [*frame.attrs.get("excluded", []), ("260", reason, int(old.sum()))]
    return out
