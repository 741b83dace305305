"""A newer vintage of one source in a copy of a panel: its table is derived again, the others are copied.

This is possible where a table is derived from one source. Trade is joined from several series, and trade agreements are
matched between two sources: a newer file of these needs `influence data build`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from influence.errors import PanelError, SourceError, suggest
from influence.files import move_in, ready_folder
from influence.panel.attributes import CARRY_YEARS, carry, carry_ratio, estimate_gdp
from influence.panel.build import READERS, list_excluded
from influence.panel.package import copy_curated, damaged_files, read_package, sha256, sources_table, write_table_file
from influence.panel.pacts import build_pacts
from influence.panel.panel import load_panel
from influence.schema import FIRST_YEAR, LAST_YEAR, names
from influence.states import Registry
from influence.table_columns import TABLES
from influence.tables import Tables, datasets_dir

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)


class Vintage(NamedTuple):
    """table : the one that was derived again. rows : its new number. excluded : codes left out as not a state."""

    table: str
    rows: int
    excluded: int


def import_vintage(source: str, path: Path, out: Path, *, vintage: str, panel: Path | None = None) -> Vintage:
    """Write into `out` a copy of a panel with one table from a newer file of its source.

    The data package of `out` records the vintage, the file's name and its sha256. All files are moved in, or none.

    Parameters
    ----------
    source : key of SOURCES. path : the newer file. vintage : its edition, for readers.
    panel : folder of the panel to copy; None for the bundled one.

    Raises
    ------
    SourceError : a source that is not in SOURCES; a file of another layout.
    PanelError : `panel` is damaged; the new table breaks a rule. OutputError : `out` cannot be written.
    """
    name, derive = _source_named(source)
    old = panel or datasets_dir()
    damaged = damaged_files(old)
    if damaged:
        raise PanelError(f"{old} is damaged and cannot be copied: {damaged[0]}.")
    if out.resolve() == datasets_dir().resolve():
        raise PanelError(f"{out} holds the bundled panel, which is not overwritten; give another folder.")
    read, tables = READERS[source](path), Tables(old)
    made = {name: derive(read, tables)[names(TABLES[name])]}
    made["excluded"] = _excluded(source, read, tables.observed("excluded"))
    ready_folder(out)
    with tempfile.TemporaryDirectory(prefix=".vintage-", dir=out) as folder:
        files = _write(made, old, Path(folder), _card(source, path, vintage))
        load_panel(folder)  # the rules of every table, before anything is moved
        move_in(files, Path(folder), out)
    return Vintage(name, len(made[name]), len(read.attrs.get("excluded", [])))


def _source_named(source: str) -> tuple[str, Callable[[pd.DataFrame, Tables], pd.DataFrame]]:
    if source in SOURCES:
        return SOURCES[source]
    listed = ", ".join(SOURCES)
    if source in READERS:
        raw = sources_table().loc[source, "raw_file"]
        raise SourceError(
            f"a newer {source} changes more than one table; build the panel again: put the file in the place of {raw} "
            f"among the publishers' files, then `influence data build --raw DIR`. Sources to import alone: {listed}."
        )
    raise SourceError(
        f"source {source!r} is not known.{suggest(source, list(READERS))} Sources to import alone: {listed}."
    )


def _excluded(source: str, read: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    listed = list_excluded({source: read})
    return pd.concat([before[before["source"] != source], listed], ignore_index=True)


# ---- tables ----------------------------------------------------------------------------------------


def _gdp(read: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """GDP of the new file, carried and estimated as in the build; sales at home change with it."""
    table = tables.observed("attributes")
    usd, flags = carry(_wide(read, "value", tables))
    usd, flags = estimate_gdp(usd, flags, _wide(table, "cinc", tables))
    return _with(table, {"gdp_usd": usd, "gdp_flag": flags, **_home(tables, usd)})


def _population(read: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    persons, flags = carry(_wide(read, "value", tables))
    return _with(tables.observed("attributes"), {"population": persons, "population_flag": flags})


def _capability(read: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """CINC of the new file; GDP that was estimated from it is estimated again."""
    table = tables.observed("attributes")
    cinc, cinc_flags = carry(_wide(read, "cinc", tables))
    usd = _wide(table, "gdp_usd", tables)
    flags = table.pivot(index="iso3", columns="year", values="gdp_flag")
    flags = flags.reindex(index=usd.index, columns=usd.columns, fill_value="missing")
    estimated = flags == "imputed"
    usd, flags = estimate_gdp(usd.mask(estimated), flags.mask(estimated, "missing"), cinc)
    named = {"cinc": cinc, "cinc_flag": cinc_flags, "gdp_usd": usd, "gdp_flag": flags}
    return _with(table, named | _home(tables, usd))


def _home(tables: Tables, usd: pd.DataFrame) -> dict[str, pd.DataFrame]:
    values, flags = carry_ratio(_wide(tables.observed("domestic_sales"), "domestic_usd", tables), usd)
    return {"domestic_usd": values, "domestic_flag": flags}


def _wide(table: pd.DataFrame, column: str, tables: Tables) -> pd.DataFrame:
    """State x year, with a few years before the panel's first to carry from."""
    states = sorted(tables.observed("states")["iso3"])
    wide = table.pivot(index="iso3", columns="year", values=column)
    return wide.reindex(
        index=pd.Index(states, name="iso3"), columns=range(YEARS[0] - CARRY_YEARS, YEARS[-1] + 1)
    ).astype(float)


def _with(table: pd.DataFrame, named: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    frame = table.set_index(["iso3", "year"])
    for name, wide in named.items():
        frame[name] = wide.stack(future_stack=True).reindex(frame.index)
    return frame.reset_index()


def _pacts(read: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    return build_pacts(read, tables.curated("pact_corrections"), Registry(tables))


SOURCES: dict[str, tuple[str, Callable[[pd.DataFrame, Tables], pd.DataFrame]]] = {
    "world_bank_gdp": ("attributes", _gdp),
    "world_bank_population": ("attributes", _population),
    "cow_nmc": ("attributes", _capability),
    "us_troops": ("troops", lambda read, _: read.assign(flag="observed")),
    "unga": ("ideal_points", lambda read, _: read),
    "atop": ("pacts", _pacts),
}
"""Sources whose newer file can be imported alone: the table it gives, and how."""


# ---- the folder ------------------------------------------------------------------------------------


def _card(source: str, path: Path, vintage: str) -> dict[str, Any]:
    return {"name": source, "vintage": vintage, "raw_file": path.name, "raw_sha256": sha256(path)}


def _write(made: Mapping[str, pd.DataFrame], old: Path, folder: Path, card: Mapping[str, Any]) -> list[str]:
    """Write the tables of `old`, those in `made` in their place, and the data package; names of the files."""
    package, curated = read_package(old), copy_curated(old, folder)
    for resource in package["resources"]:
        place = folder / resource["path"]
        place.parent.mkdir(parents=True, exist_ok=True)
        name = resource["name"]
        if name not in made:
            shutil.copyfile(old / resource["path"], place)
            continue
        write_table_file(name, made[name], place)
        resource |= {
            "bytes": place.stat().st_size, "hash": f"sha256:{sha256(place)}", "rows": len(made[name]),
            "how_made": f"influence data import vintage {card['name']} {card['raw_file']}",
        }  # fmt: skip
    for known in package["sources"]:
        if known["name"] == card["name"]:
            known |= card
    text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")
    return [*dict.fromkeys([*curated, *(resource["path"] for resource in package["resources"])]), "datapackage.json"]
