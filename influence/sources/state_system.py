"""Membership in the Correlates of War state system, from the panel of COW and Gleditsch-Ward codes by year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.cow_codes import cow_to_iso3, without_superseded
from influence.sources.reading import no_doubles, read_table, whole_years

KEY = ["iso3", "year"]


def read_state_system(path: Path | str) -> pd.DataFrame:
    """Years in which a state is a member: iso3, year; no other year of 1990 to the file's last is a member's year.

    A row without a COW code is one of Gleditsch and Ward alone. A code counts in the years it is the ISO3 state
    (cow_codes.ERAS): Russia from 1992, Serbia from 2006, Yemen from 1990.

    Raises
    ------
    SourceError : an unknown code, a state twice in a year, or a file that is not this table.
    """
    frame = read_table(path, ["ccode", "year"], text=["ccode"], usecols=["ccode", "year"])
    frame["year"] = whole_years(frame, "year", path)
    no_doubles(frame[frame["ccode"] != ""], ["ccode", "year"], path)
    alone = {"": "in the Gleditsch-Ward list only"}
    mapped = cow_to_iso3(frame, {"iso3": "ccode"}, path, excluded=alone)
    mapped = without_superseded(mapped, KEY, ["ccode"])
    no_doubles(mapped, KEY, path)
    return mapped[KEY].sort_values(KEY, ignore_index=True)
