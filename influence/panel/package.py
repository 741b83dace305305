"""The panel on disk: tidy Parquet tables and datapackage.json (Frictionless)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from influence.errors import PanelError
from influence.files import replacing
from influence.schema import FLAGS, SERIES, Field
from influence.table_columns import KEYS, TABLES
from influence.tables import Tables, bundled_tables, curated, datasets_dir

MADE_FROM: dict[str, tuple[str, ...]] = {
    "trade": ("baci", "baci_2023", "imf_dots", "cow_trade", "oecd_icio"),
    "trade_totals": ("baci", "baci_2023", "cow_trade", "wto_totals"),
    "attributes": ("world_bank_gdp", "world_bank_population", "cow_nmc", "cow_system", "oecd_icio_sectors"),
    "pacts": ("atop", "curated"),
    "agreements": ("desta", "manytrade", "curated"),
    "memberships": ("desta", "manytrade", "curated"),
    "troops": ("us_troops",),
    "ideal_points": ("unga",),
    "distances": ("cepii_geodist",),
    "land": ("natural_earth",),
    "sector_flows": ("oecd_icio_sectors",),
    "domestic_sales": ("oecd_icio_sectors",),
    "reports": ("imf_dots",),
    "series_breaks": ("baci", "baci_2023", "cow_trade", "wto_totals"),
    "excluded": ("curated",),
    "states": ("country_codes", "curated"),
}
ABOUT: dict[str, str] = {
    "trade": "Goods exports of every pair and year, with the series and the quality of each figure.",
    "trade_totals": "All exports and imports of each state and year, denominators of shares; the WTO's beside them.",
    "attributes": "GDP, population, capability and sales at home of each state and year; gaps filled, flagged.",
    "pacts": "Pledges between states as dated spells; rows of a correction count only where it is switched on.",
    "agreements": "Trade agreements between two or more states of the panel.",
    "memberships": "Members of each trade agreement, with dates.",
    "troops": "US active-duty personnel hosted, median of the reports of a year.",
    "ideal_points": "Positions in the UN General Assembly with 5 % and 95 % quantiles.",
    "land": "Outlines of countries, the background of the map; they carry no data and no position on boundaries.",
    "distances": "Distance, contiguity and common language of pairs of states.",
    "sector_flows": "Flows, sales at home and tariffs by sector: the base years of the trade response.",
    "reports": "Goods trade as twelve states report it, exports and imports, 2011-2023.",
    "domestic_sales": "What each of 80 economies sells at home, goods and all, as observed.",
    "series_breaks": "State-years whose total jumps by more than 40 % where the series changes.",
    "excluded": "Codes of the sources that are not a state of the panel, each with the reason.",
    "states": "States and economies of the panel, with codes, names and places.",
}
CURATED_FOLDER = "curated"
STATES = f"{CURATED_FOLDER}/states.csv"
CUSTOM_TRADE = "custom_trade"
"""Key of custom trade figures among the sources of a panel (custom_trade.with_trade)."""
_ARROW = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}


def cards_of(vintages: Mapping[str, str], tables: Tables | None = None) -> pd.DataFrame:
    """Origin card of each source (sources_table) with the vintages of a panel; one more for custom trade.

    Parameters
    ----------
    vintages : vintage by key of the source, as Panel.vintages has them; of `custom_trade` how to cite it.
    tables : of the panel; the bundled ones by default.
    """
    cards = sources_table(tables)
    cards = cards.assign(vintage=[vintages.get(str(key), vintage) for key, vintage in cards["vintage"].items()])
    if CUSTOM_TRADE not in vintages:
        return cards
    cite = vintages[CUSTOM_TRADE]
    custom = {
        "title": "Custom trade", "publisher": "the user", "vintage": cite, "licence": "the user's terms",
        "terms_confirmed": "yes", "citation": cite,
    }  # fmt: skip
    return pd.concat([cards, pd.DataFrame(custom, index=[CUSTOM_TRADE])]).fillna("").rename_axis("key")


def sources_table(tables: Tables | None = None) -> pd.DataFrame:
    """Origin card of each source, indexed by key: title, publisher, vintage, licence, citation, raw file.

    tables : of the panel; the bundled ones by default.

    terms_confirmed : yes where the licence was read in the source's text; terms : where, and what it allows.
    """
    return (tables or bundled_tables()).curated("sources").set_index("key")


def vintages_of(folder: Path) -> dict[str, str]:
    """Vintage of each source by its key, as the data package of a panel's folder has it; empty without one."""
    if not (folder / "datapackage.json").is_file():
        return {}
    return {str(source["name"]): str(source["vintage"]) for source in read_package(folder)["sources"]}


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_package(tables: Mapping[str, pd.DataFrame], raw: Mapping[str, Path], out: Path) -> None:
    """Write every table as Parquet, the curated tables as they are, and datapackage.json, which is moved in last.

    Raises
    ------
    OutputError : the folder cannot be written.
    """
    for name, table in tables.items():
        write_table_file(name, table, out / f"{name}.parquet")
    if out.resolve() != datasets_dir().resolve():
        copy_curated(datasets_dir(), out)
    content = package_of(tables, raw, out)
    with replacing(out / "datapackage.json") as path:
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def copy_curated(folder: Path, out: Path) -> list[str]:
    """Copy the curated tables of a panel folder, which a panel reads beside its observed ones; names of the files.

    Raises
    ------
    OutputError : the folder cannot be written.
    """
    files = sorted((folder / CURATED_FOLDER).glob("*.csv"))
    for file in files:
        with replacing(out / CURATED_FOLDER / file.name) as path:
            path.write_bytes(file.read_bytes())
    return [f"{CURATED_FOLDER}/{file.name}" for file in files]


def write_table_file(name: str, table: pd.DataFrame, path: Path) -> None:
    """Write one table as Parquet: the schema's columns and types, sorted by its key; the same rows give the same bytes.

    Raises
    ------
    OutputError : the folder cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [pa.field(f.name, getattr(pa, _ARROW[f.type].replace("bool", "bool_"))()) for f in TABLES[name]]
    ordered = table.sort_values(KEYS[name], ignore_index=True)
    arrow = pa.Table.from_pandas(ordered, schema=pa.schema(fields), preserve_index=False).replace_schema_metadata(None)
    with replacing(path) as beside:
        pq.write_table(arrow, beside, compression="zstd", compression_level=19)


def package_of(tables: Mapping[str, pd.DataFrame], raw: Mapping[str, Path], out: Path) -> dict[str, Any]:
    """Frictionless descriptor of the written tables, without the date of writing: the same data give the same text."""
    cards = sources_table()
    here = [_resource(name, out / f"{name}.parquet", len(table)) for name, table in sorted(tables.items())]
    return {
        "name": "influence-panel",
        "title": "Panel of the influence network analyzer: trade, capability, pacts and agreements of states",
        "profile": "data-package",
        "licenses": [
            {"name": "see sources", "title": "Each table under the terms of its sources; attribution required"}
        ],
        "sources": [_source(key, card, raw.get(str(key))) for key, card in cards.iterrows()],
        "flags": FLAGS,
        "series": SERIES,
        "resources": [*here, _resource("states", out / STATES, len(curated("states.csv")), STATES)],
    }


def _source(key: object, card: pd.Series, path: Path | None) -> dict[str, Any]:
    about = {name: str(card[name]) for name in ("title", "publisher", "vintage", "licence", "terms", "citation")}
    raw = {"raw_file": path.name, "raw_sha256": sha256(path)} if path is not None and path.is_file() else {}
    return {"name": str(key), **about, "terms_confirmed": card["terms_confirmed"] == "yes", **raw}


def _resource(name: str, path: Path, rows: int, place: str | None = None) -> dict[str, Any]:
    parquet = path.suffix == ".parquet"
    return {
        "name": name,
        "path": place or path.name,
        "description": ABOUT[name],
        "format": "parquet" if parquet else "csv",
        "mediatype": "application/vnd.apache.parquet" if parquet else "text/csv",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        "rows": rows,
        "how_made": "influence data build --raw DIR" if parquet else "curated by hand",
        "sources": list(MADE_FROM[name]),
        "schema": {"fields": [_field(f) for f in TABLES[name]], "primaryKey": KEYS.get(name, ["iso3"])},
    }


def _field(field: Field) -> dict[str, str]:
    entry = {"name": field.name, "type": field.type, "description": field.description}
    return {**entry, "unit": field.unit} if field.unit else entry


def read_package(folder: Path) -> dict[str, Any]:
    """The data package of a panel folder.

    Raises
    ------
    PanelError : absent or not JSON.
    """
    path = folder / "datapackage.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as err:
        raise PanelError(f"{path} cannot be read ({err}); `influence data build --raw DIR` makes it again.") from err


def damaged_files(folder: Path) -> list[str]:
    """What is wrong with the files of a panel folder: missing, or of another sha256 than the data package has."""
    out = []
    for resource in read_package(folder)["resources"]:
        path = folder / resource["path"]
        if not path.is_file():
            out.append(f"{resource['path']} is missing")
        elif f"sha256:{sha256(path)}" != resource["hash"]:
            out.append(f"{resource['path']} has another sha256 than datapackage.json records")
    return out
