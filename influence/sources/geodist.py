"""CEPII GeoDist (Mayer & Zignago 2011): distance, contiguity and official language of pairs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.errors import SourceError, head_of
from influence.sources.reading import no_doubles, numbers, read_table, to_iso3

KEY = ["source", "target"]
COLUMNS = [*KEY, "distance_km", "contiguous", "common_language"]


def read_geodist(path: Path | str) -> pd.DataFrame:
    """Both directions of every pair: source, target, distance_km, contiguous, common_language; no state with itself.

    distance_km is great-circle, between the most populated cities (`dist`), NaN for "."; common_language is an
    official one. ROM, ZAR, TMP and PAL are today's ROU, COD, TLS and PSE; YUG is none of its successors, and states
    founded since 2006 are not in the file.

    Raises
    ------
    SourceError : a pair twice or without its reverse, a mark other than 0 and 1, an unknown code.
    """
    columns = ["iso_o", "iso_d", "contig", "comlang_off", "dist"]
    frame = read_table(path, columns, text=["iso_o", "iso_d"], usecols=columns)
    frame["distance_km"] = numbers(frame, "dist", path, lowest=0)
    frame["contiguous"] = _marks(frame, "contig", path)
    frame["common_language"] = _marks(frame, "comlang_off", path)
    mapped = to_iso3(frame, {"source": "iso_o", "target": "iso_d"}, "iso3", path)
    pairs = mapped.loc[mapped["source"] != mapped["target"], COLUMNS]
    no_doubles(pairs, KEY, path)
    there = pd.MultiIndex.from_frame(pairs[KEY])
    lone = ~there.isin(pd.MultiIndex.from_frame(pairs[KEY[::-1]]))
    if lone.any():
        raise SourceError(f"{path}: {int(lone.sum())} pairs stand in one direction only:{head_of(pairs[lone])}")
    return pairs.sort_values(KEY, ignore_index=True)


def _marks(frame: pd.DataFrame, column: str, path: Path | str) -> pd.Series:
    values = numbers(frame, column, path, empty=())
    bad = ~values.isin([0, 1])
    if bad.any():
        raise SourceError(
            f"{path}: column {column} must be 0 or 1; {int(bad.sum())} rows are not:{head_of(frame[bad])}"
        )
    return values == 1
