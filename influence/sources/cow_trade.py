"""Correlates of War Trade 4.0 (Barbieri, Keshk & Pollins 2009): goods by pair, mostly importers' reports (CIF).

Hong Kong and Macao are folded into China. From 1990 to 1996 some codes have rows with Belgium and Luxembourg only.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.errors import SourceError, head_of
from influence.sources.cow_codes import cow_to_iso3, without_superseded
from influence.sources.reading import no_doubles, numbers, read_table, whole_years

KEY = ["exporter", "importer", "year"]


def read_cow_trade(path: Path | str) -> pd.DataFrame:
    """Directed pairs: exporter, importer, year, export_usd in US dollars; a nil that was reported stays 0.

    The file has value_usd, ccode_exp and ccode_imp. The codes decide, by date (see cow_codes.ERAS): 345 is not Serbia
    before 2006, 365 not Russia before 1992, and the two Yemens are left out to 1990 as 679 carries the united one then.

    Raises
    ------
    SourceError : a pair twice in a year or with itself, a blank, infinite or negative value, an unknown code.
    """
    frame = read_table(path, ["year", "value_usd", "ccode_exp", "ccode_imp"], text=["exporter", "importer"])
    frame["export_usd"] = numbers(frame, "value_usd", path, empty=(), lowest=0)
    codes = ["ccode_exp", "ccode_imp"]
    frame["year"] = whole_years(frame, "year", path)
    no_doubles(frame, [*codes, "year"], path)
    mapped = cow_to_iso3(frame, {"exporter": "ccode_exp", "importer": "ccode_imp"}, path)
    mapped = without_superseded(mapped, KEY, codes)
    own = mapped["exporter"] == mapped["importer"]
    if own.any():
        raise SourceError(f"{path}: {int(own.sum())} rows are a state's trade with itself:{head_of(mapped[own])}")
    no_doubles(mapped, KEY, path)
    return mapped[[*KEY, "export_usd"]].sort_values(KEY, ignore_index=True)
