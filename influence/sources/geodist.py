"""CEPII GeoDist (Mayer & Zignago 2011): distance, contiguity and official language of pairs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.reading import booleans, numbers, read_table, refuse, tidy, to_iso3

KEY = ["source", "target"]
COLUMNS = [*KEY, "distance_km", "contiguous", "common_language"]


def read_geodist(path: Path | str) -> pd.DataFrame:
    """Both directions of every pair: source, target, distance_km, contiguous, common_language; no state with itself.

    distance_km is great-circle, between the most populated cities (`dist`), NaN for "."; common_language is an
    official one. ROM, ZAR, TMP and PAL are today's ROU, COD, TLS and PSE; YUG is none of its successors, and states
    founded since 2006 are not in the file.

    Raises
    ------
    SourceError : a repeated pair or one without its reverse, a mark other than 0 and 1, an unknown code.
    """
    columns = ["iso_o", "iso_d", "contig", "comlang_off", "dist"]
    frame = read_table(path, columns, text=["iso_o", "iso_d"], usecols=columns)
    frame["distance_km"] = numbers(frame, "dist", path, lowest=0)
    frame["contiguous"] = booleans(frame, "contig", path)
    frame["common_language"] = booleans(frame, "comlang_off", path)
    mapped = to_iso3(frame, {"source": "iso_o", "target": "iso_d"}, "iso3", path)
    pairs = mapped.loc[mapped["source"] != mapped["target"], COLUMNS]
    both_ways = pd.MultiIndex.from_frame(pairs[KEY]).isin(pd.MultiIndex.from_frame(pairs[KEY[::-1]]))
    refuse(pairs, pd.Series(~both_ways, index=pairs.index), f"{path}:", "pairs are listed in one direction only")
    return tidy(pairs, KEY, COLUMNS[2:], path)
