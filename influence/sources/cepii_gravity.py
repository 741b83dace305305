"""CEPII Gravity (Conte, Cotterlaz & Mayer 2022): BACI trade, GDP and distance of pairs by year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.errors import SourceError
from influence.sources.reading import no_doubles, numbers, to_iso3, whole_years
from influence.sources.streaming import read_pieces

KEY = ["exporter", "importer", "year"]
THOUSAND = 1000.0
MONEY = {"tradeflow_baci": "export_usd", "gdp_o": "gdp_exporter_usd", "gdp_d": "gdp_importer_usd"}
IDS = ("country_id_o", "country_id_d")
EXISTS = ("country_exists_o", "country_exists_d")
FORMER = {"VDR": "Democratic Republic of Vietnam: the north until 1976"}
DISTANCES = ("dist", "distcap")


def read_gravity(path: Path | str) -> pd.DataFrame:
    """Pairs by year: exporter, importer, year, export_usd, gdp_exporter_usd, gdp_importer_usd, distance_km.

    Money in current US dollars (thousands in the source), distance between the largest cities (`dist`), else between
    capitals (`distcap`); NaN where the source is blank. Rows of a state with itself or of one that did not exist in
    the year are left out. Two forms of one state (country_id DEU.1 and DEU.2) that share a year are one row: the one
    with figures, then the later form; the other is counted.

    Raises
    ------
    SourceError : an unknown code, a pair twice that no country_id tells apart, a negative or infinite value.
    """
    columns = ["year", "iso3_o", "iso3_d", *MONEY]
    text = ["iso3_o", "iso3_d", *IDS]
    pieces = read_pieces(path, columns, also=[*IDS, *EXISTS, *DISTANCES], text=text, member="Gravity_V*.csv")
    parts = [_tidy(piece, path) for piece in pieces]
    absent = sum(int(part.attrs["absent"]) for part in parts)
    for part in parts:
        part.attrs = {}
    frame = pd.concat(parts, ignore_index=True)
    frame.attrs["excluded"] = [("country_exists", "the source says one of the two did not exist in the year", absent)]
    mapped = to_iso3(frame, {"exporter": "iso3_o", "importer": "iso3_d"}, "iso3", path, excluded=FORMER)
    once = _one_form(mapped)
    no_doubles(once, KEY, path)
    return once[[*KEY, *MONEY.values(), "distance_km"]].sort_values(KEY, ignore_index=True)


def _tidy(piece: pd.DataFrame, path: Path | str) -> pd.DataFrame:
    """Figures of a piece of the file, rows of existing pairs only; attrs['absent'] counts the others."""
    distance = next((c for c in DISTANCES if c in piece), None)
    if distance is None:
        raise SourceError(f"{path} lacks column dist (or distcap); it has: {', '.join(piece.columns[:12])}.")
    rows = piece[["iso3_o", "iso3_d", *(c for c in IDS if c in piece)]].copy()
    rows["year"] = whole_years(piece, "year", path)
    for old, new in MONEY.items():
        rows[new] = numbers(piece, old, path, lowest=0) * THOUSAND
    rows["distance_km"] = numbers(piece, distance, path, lowest=0)
    exists = pd.Series(True, index=piece.index)
    for column in EXISTS:
        if column in piece:
            exists &= numbers(piece, column, path) != 0
    out = rows[exists & (rows["iso3_o"] != rows["iso3_d"])]
    out.attrs["absent"] = int((~exists).sum())
    return out


def _one_form(frame: pd.DataFrame) -> pd.DataFrame:
    """Of rows that share a key and differ in country_id, the one with most figures and then of the latest form."""
    if not set(IDS) <= set(frame.columns):
        return frame
    twice = frame.duplicated(KEY, keep=False) & ~frame.duplicated([*KEY, *IDS], keep=False)
    doubled = frame[twice].assign(figures=frame.loc[twice, list(MONEY.values())].notna().sum(axis=1))
    dropped = doubled.sort_values([*KEY, "figures", *IDS]).duplicated(KEY, keep="last")
    gone = dropped.index[dropped]
    out = frame.drop(index=gone).reset_index(drop=True)
    reason = "another form of the state carries the year"
    out.attrs["excluded"] = [*frame.attrs["excluded"], ("country_id", reason, len(gone))]
    return out
