"""From the raw public files to the bundled panel: `influence data build --raw DIR`.

One step for each table; each step is a function of readers in influence.sources and of the curated tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from influence.errors import SourceError
from influence.panel.agreements import added_agreements, build_agreements
from influence.panel.attributes import build_attributes
from influence.panel.package import sources_table, write_package
from influence.panel.pacts import build_pacts
from influence.panel.trade import build_trade, find_series_breaks
from influence.schema import FIRST_YEAR, LAST_YEAR, SECTOR_YEARS, names
from influence.sources import (
    atop,
    baci,
    cow_trade,
    desta,
    dots,
    geodist,
    icio,
    ideal_points,
    manytrade,
    natural_earth,
    nmc,
    state_system,
    troops,
    wdi,
    wto,
)
from influence.states import bundled_registry
from influence.table_columns import TABLES
from influence.tables import curated

READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "baci": baci.read_baci_pairs,
    "baci_2023": baci.read_baci_pairs,
    "imf_dots": dots.read_dots,
    "cow_trade": cow_trade.read_cow_trade,
    "wto_totals": wto.read_wto_totals,
    "oecd_icio": icio.read_icio_goods,
    "oecd_icio_sectors": icio.read_icio_sectors,
    "world_bank_gdp": wdi.read_wdi,
    "world_bank_population": wdi.read_wdi,
    "cow_nmc": nmc.read_nmc,
    "cow_system": state_system.read_state_system,
    "atop": atop.read_atop,
    "desta": desta.read_desta,
    "manytrade": manytrade.read_manytrade,
    "us_troops": troops.read_troops,
    "unga": ideal_points.read_ideal_points,
    "cepii_geodist": geodist.read_geodist,
    "natural_earth": natural_earth.read_natural_earth,
}


def build_panel(raw: Path, out: Path, *, progress: Callable[[str], None] = lambda _: None) -> None:
    """Read every source below `raw`, derive the panel and write it with its data package into `out`.

    The same files give the same bytes.

    Parameters
    ----------
    raw : folder with the public files, by the paths in datasets/curated/sources.csv. out : folder to write to.
    progress : called with the name of each step as it begins.

    Raises
    ------
    SourceError : a file is absent or has another layout.
    OutputError : `out` cannot be written; earlier files in it are unchanged.
    """
    paths = raw_paths(raw)
    read: dict[str, pd.DataFrame] = {}
    for key, reader in READERS.items():
        progress(f"reading {key}")
        read[key] = reader(paths[key])
    progress("deriving the panel")
    write_package(derive_tables(read), paths, out)


def raw_paths(raw: Path) -> dict[str, Path]:
    """Path of each source's file below `raw`.

    Raises
    ------
    SourceError : `raw` is not a folder, or files are absent (all of them are listed).
    """
    if not raw.is_dir():
        raise SourceError(f"{raw} is not a folder; give --raw the folder with the raw public files.")
    table = sources_table()
    paths = {key: raw / name for key, name in table["raw_file"].items() if name}
    absent = [str(path.relative_to(raw)) for key, path in paths.items() if key in READERS and not path.is_file()]
    if absent:
        raise SourceError(f"{raw} lacks {len(absent)} of {len(READERS)} raw files: {', '.join(sorted(absent))}.")
    return paths


def derive_tables(read: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every table of the panel that is not curated, in the schema's columns.

    Parameters
    ----------
    read : table of each reader, by key of READERS.
    """
    trade, totals = build_trade(
        read["baci"], read["baci_2023"], read["cow_trade"], read["imf_dots"], read["oecd_icio"], read["wto_totals"]
    )
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    sectors = read["oecd_icio_sectors"]
    home = icio.domestic_sales(sectors)
    attributes = build_attributes(
        read["world_bank_gdp"], read["world_bank_population"], read["cow_nmc"], read["cow_system"], home, years
    )
    agreements, memberships = build_agreements(
        read["desta"], read["manytrade"], curated("agreement_kinds.csv"), curated("agreement_corrections.csv")
    )
    added = added_agreements(curated("agreements_added.csv"))
    tables = {
        "trade": trade,
        "trade_totals": totals,
        "attributes": attributes,
        "pacts": build_pacts(read["atop"], curated("pact_corrections.csv")),
        "agreements": pd.concat([agreements, added[0]]),
        "memberships": pd.concat([memberships, added[1]]),
        "sector_flows": sector_base(sectors),
        "domestic_sales": home,
        "reports": _reports(read["imf_dots"]),
        "troops": read["us_troops"].assign(flag="observed"),
        "ideal_points": read["unga"],
        "distances": _of_panel(read["cepii_geodist"]),
        "land": read["natural_earth"],
        "series_breaks": find_series_breaks(totals),
        "excluded": list_excluded(read),
    }
    return {name: table[names(TABLES[name])].reset_index(drop=True) for name, table in tables.items()}


def sector_base(sectors: pd.DataFrame) -> pd.DataFrame:
    """Sector flows and tariffs of the base years of the trade response, in whole dollars and millionths."""
    rows = sectors[sectors["year"].isin(SECTOR_YEARS)]
    return rows.assign(value_usd=rows["value_usd"].round(), tariff=rows["tariff"].round(6))


def _reports(dots: pd.DataFrame) -> pd.DataFrame:
    """Trade as reported, in whole dollars."""
    return dots.rename(columns={"export_usd": "value_usd"}).assign(value_usd=lambda f: f["value_usd"].round())


def _of_panel(distances: pd.DataFrame) -> pd.DataFrame:
    codes = bundled_registry().states.index
    return distances[distances["source"].isin(codes) & distances["target"].isin(codes)]


def list_excluded(read: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every code that a reader left out, with the reason and the number of rows."""
    rows = [
        (key, str(code), reason, count)
        for key, table in read.items()
        for code, reason, count in table.attrs.get("excluded", [])
    ]
    frame = pd.DataFrame(rows, columns=["source", "code", "reason", "rows"])
    return frame.groupby(["source", "code", "reason"], as_index=False)["rows"].sum()
