"""CEPII BACI (Gaulier & Zignago 2010): reconciled goods trade by pair, free on board.

The yearly files by product go into a store: see influence.products.store.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.reading import check_pairs, read_flows, tidy, to_iso3

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
    mapped = to_iso3(read_flows(path), {"exporter": "exporter", "importer": "importer"}, "iso3", path)
    check_pairs(mapped, "exporter", "importer", path, "a state's trade with itself")
    return tidy(mapped, KEY, ["export_usd"], path)
