"""Files in the shape of CEPII BACI and UN Comtrade, made for tests: by hand, or from the pairs of the bundled panel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from influence.products.store.importing import import_files
from influence.states import bundled_registry
from influence.tables import datasets_dir

BACI_HEADER = "t,i,j,k,v,q"
CODES_HEADER = "country_code,country_name,country_iso2,country_iso3"
PRODUCTS = (10121, 20130, 270900, 280530, 300490, 850650, 854231, 870323, 930690)

SMALL = (
    "2019,410,842,854231,100.000,        1.500",
    "2019,410,156,854231,300.000,           NA",
    "2019,156,410,280530,40.000,        9.000",
    "2020,410,842,854231,110.000,        1.600",
    "2020,410,842,10121,0.500,        0.250",
    "2020,156,410,280530,60.000,       12.000",
    "2020,392,410,280530,20.000,        3.000",
    "2020,156,842,280530,90.000,",
)
"""Two years of four states: numbers as the publisher writes them, a lost leading zero, quantities nobody reported."""


def write_baci(folder: Path, year: int, rows: Sequence[str], *, revision: str = "HS92") -> Path:
    """A yearly file under the publisher's name."""
    path = folder / f"BACI_{revision}_Y{year}_V202401b.csv"
    path.write_text("\n".join([BACI_HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def small_store(folder: Path) -> Path:
    """A store of the flows SMALL, in `folder`/store."""
    raw = folder / "raw"
    raw.mkdir(parents=True)
    for year in (2019, 2020):
        write_baci(raw, year, [row for row in SMALL if row.startswith(str(year))])
    import_files([raw], folder / "store")
    return folder / "store"


def panel_pairs(year: int) -> pd.DataFrame:
    """Pairs of the bundled panel's BACI series that traded: exporter, importer, export_usd."""
    table = pd.read_parquet(datasets_dir() / "trade.parquet")
    rows = table[(table["year"] == year) & (table["source"] == "baci") & (table["export_usd"] > 0)]
    return rows[["exporter", "importer", "export_usd"]].reset_index(drop=True)


def numbers_of_states() -> dict[str, int]:
    """The number by which a file names a state."""
    known = {iso3: int(m49) for iso3, m49 in bundled_registry().states["m49"].items() if m49}
    return {iso3: int(code) for code, iso3 in bundled_registry().code_map("m49").items()} | known


def split_over_products(pairs: pd.DataFrame, year: int, seed: int) -> list[str]:
    """Rows of a yearly file whose products add up to `export_usd` of each pair, to the dollar."""
    rng = np.random.default_rng(seed)
    numbers = numbers_of_states()
    rows = []
    for exporter, importer, usd in pairs.itertuples(index=False):
        goods = sorted(rng.choice(PRODUCTS, size=int(rng.integers(1, 4)), replace=False))
        cuts = np.sort(rng.integers(0, int(usd) + 1, size=len(goods) - 1))
        parts = np.diff([0, *cuts, int(usd)])
        for product, part in zip(goods, parts, strict=True):
            quantity = "NA" if rng.random() < 0.1 else f"{rng.random() * 100:.3f}"
            dollars = f"{part // 1000}.{part % 1000:03d}"
            rows.append(f"{year},{numbers[exporter]},{numbers[importer]},{product},{dollars},{quantity:>13}")
    return rows


def write_codes(folder: Path) -> Path:
    """The release's file of country codes: every number of every state of the panel."""
    path = folder / "country_codes_V202401b.csv"
    rows = [f"{number},{iso3},,{iso3}" for number, iso3 in sorted(bundled_registry().code_map("m49").items())]
    path.write_text("\n".join([CODES_HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def flows_of(store: Path) -> list[tuple]:
    """Every flow of a store, year by year in the order of the files: with year, None for an unknown quantity."""
    found = []
    for path in sorted(store.glob("year=*/flows.parquet")):
        year = int(path.parent.name.removeprefix("year="))
        table = pd.read_parquet(path, partitioning=None)
        table = table.astype(object).where(table.notna(), None)
        found += [(year, *row) for row in table.itertuples(index=False)]
    return found
