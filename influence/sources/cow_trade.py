"""Correlates of War Trade 4.0 (Barbieri, Keshk & Pollins 2009): goods by pair, mostly importers' reports (CIF).

Hong Kong and Macao are folded into China. From 1990 to 1996 some codes have rows with Belgium and Luxembourg only.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.cow_codes import cow_to_iso3
from influence.sources.reading import check_pairs, check_unique, numbers, read_table, tidy, whole_years

KEY = ["exporter", "importer", "year"]


def read_cow_trade(path: Path | str) -> pd.DataFrame:
    """Directed pairs: exporter, importer, year, export_usd in US dollars; a reported zero is 0.

    The file has value_usd, ccode_exp and ccode_imp. The codes decide, by date (see cow_codes.ERAS): 345 is not Serbia
    before 2006, 365 not Russia before 1992, and the two Yemens are left out to 1990 as 679 carries the united one then.

    Raises
    ------
    SourceError : a pair repeated in a year or with itself, a blank, infinite or negative value, an unknown code.
    """
    frame = read_table(path, ["year", "value_usd", "ccode_exp", "ccode_imp"], text=["exporter", "importer"])
    frame["export_usd"] = numbers(frame, "value_usd", path, empty=(), lowest=0)
    frame["year"] = whole_years(frame, "year", path)
    check_unique(frame, ["ccode_exp", "ccode_imp", "year"], path)
    mapped = cow_to_iso3(frame, {"exporter": "ccode_exp", "importer": "ccode_imp"}, path)
    check_pairs(mapped, "exporter", "importer", path, "a state's trade with itself")
    return tidy(mapped, KEY, ["export_usd"], path)
