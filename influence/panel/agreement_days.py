"""Days that manytrade knows of a treaty in DESTA: of signature, of force for each member, and of its end."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from influence.panel.dates import year_of
from influence.panel.treaty_titles import likeness

SAME_SIGNATURE_YEARS = 1
SAME_TREATY_YEARS = 1
ALIKE = 0.5
KNOWN_TO = 2023
"""manytrade 0.4 looks no further: a later end is a term that may be prolonged (the USMCA's of 2036)."""


class Days(NamedTuple):
    """What manytrade says of one treaty; dates as in panel.dates, '' where it says nothing."""

    signed: str
    in_force: str
    end: str
    members: dict[str, str]

    def agree_with(self, year: int | None) -> bool:
        """Whether it speaks of the same coming into force as DESTA's year (or DESTA has none)."""
        own = year_of(self.in_force)
        return own is not None and (year is None or abs(own - year) <= SAME_TREATY_YEARS)

    def of_founder(self, iso3: str, year: int | None) -> str:
        """Day of force for a member from the start, '' to keep DESTA's year.

        It may come later for one member than for others (CPTPP: Peru in 2021), never a year before all.
        """
        day = self.members.get(iso3) or self.in_force
        early = year is not None and bool(day) and int(day[:4]) < year - SAME_TREATY_YEARS
        return day if self.agree_with(year) and not early else ""

    def of_newcomer(self, iso3: str, year: int, imputed: bool) -> str:
        """Day for a member that acceded: of DESTA's year; after it where DESTA has the signature's year only."""
        day = self.members.get(iso3, "")
        same = bool(day) and (int(day[:4]) == year or (imputed and int(day[:4]) > year))
        return day if same else ""


def match_days(treaties: pd.DataFrame, members: pd.DataFrame) -> dict[str, Days]:
    """Days by DESTA number.

    manytrade files protocols and amendments under the number of their treaty; of these the text counts whose
    signature lies nearest to DESTA's (a year at most), which has a day of force, and whose title is most alike.

    Parameters
    ----------
    treaties : number, name, signed; one row a treaty. members : as sources.manytrade gives them for members.
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
        # In force for nobody on its day: members' days are of ratification, after years of provisional application.
        known = {}
    end = head["end"] if head["end"] and head["end"][:4] <= str(KNOWN_TO) and head["end"] > in_force[:4] else ""
    return Days(str(head["signed"]), str(in_force), str(end), known)
