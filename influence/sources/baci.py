"""CEPII BACI (Gaulier & Zignago 2010): reconciled goods trade by product and pair, free on board."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from influence.errors import SourceError
from influence.sources.reading import check_pairs, code_text, read_flows, read_table, tidy, to_iso3
from influence.states import code_map, excluded_codes

KEY = ["exporter", "importer", "year"]


def read_baci_pairs(path: Path | str) -> pd.DataFrame:
    """Country-pair sums: exporter, importer, year, export_usd (current US dollars), sorted by the first three.

    The file has exporter, importer, year and value_usd; a pair without a row had no recorded trade.

    Raises
    ------
    SourceError : a pair repeated in a year or with itself, a blank, infinite or negative value, an unknown code.
    """
    mapped = to_iso3(read_flows(path), {"exporter": "exporter", "importer": "importer"}, "iso3", path)
    check_pairs(mapped, "exporter", "importer", path, "a state's trade with itself")
    return tidy(mapped, KEY, ["export_usd"], path)


def code_names(codes: Path | str) -> dict[str, str]:
    """ISO3 code by number, without leading zeros, from the release's file of country codes.

    Raises
    ------
    SourceError : the file has another layout.
    """
    table = read_table(codes, ["country_code", "country_iso3"], text=["country_code", "country_iso3"])
    return {
        code_text(code): iso3.strip() for code, iso3 in zip(table["country_code"], table["country_iso3"], strict=True)
    }


def states_of_codes(
    used: set[str], listed: Mapping[str, str], where: Path | str
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Meaning of the numbers that are not M49 codes of the panel, from the release's file of country codes.

    Parameters
    ----------
    used : numbers in the flows. listed : ISO3 code by number, as code_names gives it. where : name of that file.

    Returns
    -------
    (states, excluded) : number -> ISO3 code; number -> reason why it is not a state.

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
