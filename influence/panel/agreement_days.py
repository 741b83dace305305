"""Dates in manytrade of the treaties in DESTA: signature, entry into force for each member, and end."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from influence.panel.dates import year_of
from influence.panel.treaty_titles import likeness

SAME_SIGNATURE_YEARS = 1
SAME_TREATY_YEARS = 1
ALIKE = 0.5
KNOWN_TO = 2023
"""Last year that manytrade 0.4 covers: a later end is a term that may be extended (the USMCA's of 2036)."""


class Days(NamedTuple):
    """Dates of one treaty in manytrade, as in panel.dates; '' where unknown."""

    signed: str
    in_force: str
    end: str
    members: dict[str, str]

    def agree_with(self, year: int | None) -> bool:
        """Whether the year of entry into force is DESTA's, give or take one (or DESTA has none)."""
        in_force = year_of(self.in_force)
        return in_force is not None and (year is None or abs(in_force - year) <= SAME_TREATY_YEARS)

    def of_founder(self, iso3: str, year: int | None) -> str:
        """Date of entry into force for a founding member, '' to keep DESTA's year.

        It may be later for one member than for others (CPTPP: Peru in 2021), but not over a year before DESTA's.
        """
        day = self.members.get(iso3) or self.in_force
        early = year is not None and bool(day) and int(day[:4]) < year - SAME_TREATY_YEARS
        return day if self.agree_with(year) and not early else ""

    def of_newcomer(self, iso3: str, year: int, imputed: bool) -> str:
        """Date for a member that acceded: in DESTA's year, or later where DESTA only has the year of signature."""
        day = self.members.get(iso3, "")
        same = bool(day) and (int(day[:4]) == year or (imputed and int(day[:4]) > year))
        return day if same else ""


def match_days(treaties: pd.DataFrame, members: pd.DataFrame) -> dict[str, Days]:
    """Dates of each treaty, by DESTA number.

    manytrade lists protocols and amendments under the number of their treaty. The text used is the one signed closest
    to DESTA's year (a year at most); of several, one with a date of entry into force, then the most similar title.

    Parameters
    ----------
    treaties : number, name, signed; one row for each treaty.
    members : members of agreements, as sources.manytrade gives them.
    """
    texts = members[members["desta"] != ""].drop_duplicates("agreement")[
        ["agreement", "title", "signed", "in_force", "desta"]
    ]
    both = texts.merge(treaties, left_on="desta", right_on="number", suffixes=("", "_desta"))
    years = pd.to_numeric(both["signed"].str[:4], errors="coerce")
    both = both.assign(
        gap=(years - both["signed_desta"].astype("float64")).abs(),
        alike=[likeness(a, b) for a, b in zip(both["title"], both["name"], strict=True)],
    )
    both = both[(both["gap"] <= SAME_SIGNATURE_YEARS) & (both["alike"] >= ALIKE)]
    both["dated"] = both["in_force"] != ""
    order = both.sort_values(["gap", "dated", "alike"], ascending=[True, False, False], kind="stable")
    best = order.drop_duplicates("number")
    rows = dict(iter(members.groupby("agreement")))
    return {number: _days(rows[text]) for number, text in zip(best["number"], best["agreement"], strict=True)}


def _days(rows: pd.DataFrame) -> Days:
    head = rows.iloc[0]
    known = {str(r.iso3): str(r.member_in_force) for r in rows.itertuples() if r.member_in_force}
    in_force = head["in_force"] or min(known.values(), default="")
    if len(known) == len(rows) and min(known.values()) > in_force:
        # No member is in force on the treaty's date: members' dates are ratifications, years after first application.
        known = {}
    end = head["end"] if head["end"] and head["end"][:4] <= str(KNOWN_TO) and head["end"] > in_force[:4] else ""
    return Days(str(head["signed"]), str(in_force), str(end), known)
