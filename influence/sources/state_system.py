"""Membership in the Correlates of War state system, from the panel of COW and Gleditsch-Ward codes by year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.cow_codes import cow_to_iso3
from influence.sources.reading import check_unique, read_table, tidy, whole_years

KEY = ["iso3", "year"]


def read_state_system(path: Path | str) -> pd.DataFrame:
    """Years in which a state is a member: iso3, year; no other year of 1990 to the file's last is a member's year.

    A row without a COW code is one of Gleditsch and Ward alone. A code counts in the years it is the ISO3 state
    (cow_codes.ERAS): Russia from 1992, Serbia from 2006, Yemen from 1990.

    Raises
    ------
    SourceError : an unknown code, a state repeated in a year, or a file that is not this table.
    """
    frame = read_table(path, ["ccode", "year"], text=["ccode"], usecols=["ccode", "year"])
    frame["year"] = whole_years(frame, "year", path)
    check_unique(frame[frame["ccode"] != ""], ["ccode", "year"], path)
    alone = {"": "in the Gleditsch-Ward list only"}
    return tidy(cow_to_iso3(frame, {"iso3": "ccode"}, path, excluded=alone), KEY, (), path)
