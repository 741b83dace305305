"""Correlates of War National Material Capabilities: the composite index and military spending."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.cow_codes import cow_to_iso3
from influence.sources.reading import check_unique, numbers, read_table, tidy, whole_years

KEY = ["iso3", "year"]
THOUSAND = 1000.0
MISSING = ("", "NA", ".", "-9")


def read_nmc(path: Path | str) -> pd.DataFrame:
    """Capability by year: iso3, year, cinc (share of the system, 0 to 1), military_expenditure_usd (current).

    The source has thousand US dollars and -9, or a blank, for missing: NaN here, never zero. Codes count in the years
    they are the ISO3 state (cow_codes.ERAS).

    Raises
    ------
    SourceError : an unknown code, a state repeated in a year, a negative figure, or a file that is not this table.
    """
    columns = ["ccode", "year", "milex", "cinc"]
    frame = read_table(path, columns, usecols=columns)
    frame["year"] = whole_years(frame, "year", path)
    check_unique(frame, ["ccode", "year"], path)
    frame["cinc"] = numbers(frame, "cinc", path, empty=MISSING, lowest=0)
    frame["military_expenditure_usd"] = numbers(frame, "milex", path, empty=MISSING, lowest=0) * THOUSAND
    mapped = cow_to_iso3(frame, {"iso3": "ccode"}, path)
    return tidy(mapped, KEY, ["cinc", "military_expenditure_usd"], path)
