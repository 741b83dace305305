"""CEPII BACI (Gaulier & Zignago 2010): reconciled goods trade by product and pair, free on board."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from influence.errors import SourceError, head_of
from influence.sources.reading import code_text, no_doubles, numbers, read_table, to_iso3, whole_years
from influence.sources.streaming import read_pieces
from influence.states import code_map, excluded_codes

KEY = ["exporter", "importer", "year"]
THOUSAND = 1000.0
NATIVE = {"t": "year", "i": "exporter", "j": "importer", "k": "product", "v": "value"}


def read_baci_pairs(path: Path | str) -> pd.DataFrame:
    """Country-pair sums: exporter, importer, year, export_usd (current US dollars), sorted by the first three.

    The file has exporter, importer, year and value_usd; a pair without a row had no recorded trade.

    Raises
    ------
    SourceError : a pair twice in a year or with itself, a blank, infinite or negative value, an unknown code.
    """
    frame = read_table(path, [*KEY, "value_usd"], text=["exporter", "importer"])
    frame["year"] = whole_years(frame, "year", path)
    frame["export_usd"] = numbers(frame, "value_usd", path, empty=(), lowest=0)
    mapped = to_iso3(frame, {"exporter": "exporter", "importer": "importer"}, "iso3", path)
    return _checked(mapped, path)


def read_baci(path: Path | str, codes: Path | str) -> pd.DataFrame:
    """The release's yearly file summed over products: exporter, importer, year, export_usd in US dollars.

    Parameters
    ----------
    path : CSV with t, i, j, k, v (thousand US dollars), q (tonnes, not read), or the zip with one or more of them.
    codes : country_codes_V*.csv of the same release. The numeric code decides (490 is Taiwan, 842 the United States);
        its column of ISO3 codes is asked only about numbers we do not know.

    Raises
    ------
    SourceError : as read_baci_pairs; a product twice in a pair and year; a code that the code file lacks.
    """
    sums, keys = [], []
    for piece in read_pieces(path, list(NATIVE), member="BACI_*_Y*.csv"):
        rows = _native_rows(piece, path)
        keys.append(_packed(rows))
        sums.append(rows.groupby(KEY)["value"].sum())
    packed = np.sort(np.concatenate(keys))
    if (repeated := int((packed[1:] == packed[:-1]).sum())) > 0:
        raise SourceError(
            f"{path}: {repeated} rows repeat the same t, i, j, k; a pair's product may stand once a year."
        )
    pairs = pd.concat(sums).groupby(level=KEY).sum().reset_index()
    # BACI gives thousands to three decimals: whole dollars, freed of the noise of adding them up.
    pairs["export_usd"] = (pairs["value"] * THOUSAND).round()
    used = {code_text(code) for column in ("exporter", "importer") for code in pairs[column].unique()}
    also, excluded = states_of_codes(used, code_names(codes), codes)
    columns = {"exporter": "exporter", "importer": "importer"}
    return _checked(to_iso3(pairs, columns, "m49", path, also=also, excluded=excluded), path)


def _native_rows(piece: pd.DataFrame, path: Path | str) -> pd.DataFrame:
    named = piece.rename(columns=NATIVE)
    rows = pd.DataFrame({"year": whole_years(named, "year", path)})
    for column in ("exporter", "importer", "product"):
        rows[column] = numbers(named, column, path, empty=(), lowest=0).astype("int64")
    rows["value"] = numbers(named, "value", path, empty=(), lowest=0)
    return rows


def _packed(rows: pd.DataFrame) -> np.ndarray:
    """One integer for year, exporter, importer (three digits) and product (six): eight bytes a row to find doubles."""
    pair = (rows["year"] * 1000 + rows["exporter"]) * 1000 + rows["importer"]
    return (pair * 1_000_000 + rows["product"]).to_numpy()


def code_names(codes: Path | str) -> dict[str, str]:
    """Numbers of the release's file of country codes, without leading zeros, and the ISO3 codes beside them.

    Raises
    ------
    SourceError : it is no such file.
    """
    table = read_table(codes, ["country_code", "country_iso3"], text=["country_code", "country_iso3"])
    return {
        code_text(code): iso3.strip() for code, iso3 in zip(table["country_code"], table["country_iso3"], strict=True)
    }


def states_of_codes(
    used: set[str], listed: Mapping[str, str], where: Path | str
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What the release's code file says of the numbers that are no M49 code of ours: (states, exclusions).

    Raises
    ------
    SourceError : a number that is used and not listed.
    """
    if absent := sorted(used - set(listed), key=int):
        raise SourceError(f"{where} lacks the codes {', '.join(absent[:8])}; take the file of the same release.")
    unknown = used - set(code_map("m49")) - set(excluded_codes("m49"))
    states, reasons = code_map("iso3"), excluded_codes("iso3")
    also = {code: states[listed[code]] for code in unknown if listed[code] in states}
    return also, {code: reasons[listed[code]] for code in unknown if listed[code] in reasons}


def _checked(mapped: pd.DataFrame, path: Path | str) -> pd.DataFrame:
    own = mapped["exporter"] == mapped["importer"]
    if own.any():
        raise SourceError(f"{path}: {int(own.sum())} rows are a state's trade with itself:{head_of(mapped[own])}")
    no_doubles(mapped, KEY, path)
    return mapped[[*KEY, "export_usd"]].sort_values(KEY, ignore_index=True)
