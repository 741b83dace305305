"""ATOP 5.1, directed dyad-years: what each state has pledged to each other state by treaty."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.schema import PACT_KINDS
from influence.sources.cow_codes import cow_to_iso3
from influence.sources.reading import booleans, check_pairs, check_unique, read_table, tidy, whole_years

KEY = ["source", "target", "year"]
KIND_COLUMNS = {
    "atop_defense": "defence",
    "atop_offense": "offence",
    "atop_neutral": "neutrality",
    "atop_nonagg": "nonaggression",
    "atop_consul": "consultation",
}


def read_atop(path: Path | str) -> pd.DataFrame:
    """Pledges by year: source, target, year, defence, offence, neutrality, nonaggression, consultation (bools).

    `source` (ccode1) has pledged to `target` (ccode2): the United States to Japan and not the reverse. A code counts
    in the years it is the ISO3 state (cow_codes.ERAS), so the pledges of the Soviet Union, of Yugoslavia and of
    Czechoslovakia are left out, counted. In 1990 Germany's two codes overlap and the united state's is taken.

    Raises
    ------
    SourceError : an unknown code, a pair repeated in a year, a state's pledge to itself, a flag other than 0 or 1, or
        another table.
    """
    columns = ["ccode1", "ccode2", "year", *KIND_COLUMNS]
    frame = read_table(path, columns, usecols=columns)
    frame["year"] = whole_years(frame, "year", path)
    check_unique(frame, ["ccode1", "ccode2", "year"], path)
    for old, new in KIND_COLUMNS.items():
        frame[new] = booleans(frame, old, path)
    mapped = cow_to_iso3(frame, {"source": "ccode1", "target": "ccode2"}, path)
    check_pairs(mapped, "source", "target", path, "a pledge of a state to itself")
    return tidy(mapped, KEY, PACT_KINDS, path)
