"""CEPII BACI (Gaulier & Zignago 2010): reconciled goods trade by pair, free on board.

The yearly files by product go into a store: see influence.products.store.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.errors import SourceError, head_of
from influence.sources.reading import no_doubles, numbers, read_table, to_iso3, whole_years

KEY = ["exporter", "importer", "year"]


def read_baci_pairs(path: Path | str) -> pd.DataFrame:
    """Read country-pair sums.

    Parameters
    ----------
    path : file with exporter, importer, year and value_usd; a pair without a row had no recorded trade.

    Returns
    -------
    DataFrame : exporter, importer, year, export_usd (current US dollars), sorted by the first three.

    Raises
    ------
    SourceError : a pair that is duplicated in a year or trades with itself, an empty, infinite or negative value, an
        unknown code.
    """
    frame = read_table(path, [*KEY, "value_usd"], text=["exporter", "importer"])
    frame["year"] = whole_years(frame, "year", path)
    frame["export_usd"] = numbers(frame, "value_usd", path, empty=(), lowest=0)
    pairs = to_iso3(frame, {"exporter": "exporter", "importer": "importer"}, "iso3", path)
    self_trade = pairs[pairs["exporter"] == pairs["importer"]]
    if len(self_trade):
        raise SourceError(f"{path}: {len(self_trade)} rows are a state's trade with itself:{head_of(self_trade)}")
    no_doubles(pairs, KEY, path)
    return pairs[[*KEY, "export_usd"]].sort_values(KEY, ignore_index=True)
