"""Sectors in place of products: the bundled sector flows of OECD ICIO in the shape of influence.products.measures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from influence.errors import YearError
from influence.panel.panel import read_panel_table
from influence.states import curated, datasets_dir

if TYPE_CHECKING:
    import ibis
    import pandas as pd


@lru_cache(maxsize=1)
def goods_sectors() -> dict[str, str]:
    """Names of the sectors that are goods, by key, in the order of the table."""
    table = curated("sectors.csv")
    goods = table[table["goods"] == "yes"]
    return dict(zip(goods["sector"], goods["name"], strict=True))


def sector_rows(years: Sequence[int] | None = None, folder: Path | None = None) -> pd.DataFrame:
    """Flows of goods by sector: year, exporter, importer, product (the sector's key), value_usd (int64, US dollars).

    Sales at home are rows whose exporter is the importer; ROW is the rest of the world; a cell of the model that is nil
    has no row: all there is was observed.

    Raises
    ------
    YearError : a year without sector flows. PanelError : the table is absent or broken.
    """
    table = read_panel_table(folder or datasets_dir(), "sector_flows")
    have = sorted(int(year) for year in table["year"].unique())
    if absent := sorted(set(years or ()) - set(have)):
        raise YearError(
            f"there are no flows by sector for {', '.join(map(str, absent))}; there are for "
            f"{', '.join(map(str, have))}. For products of other years import BACI: influence data import baci FILE..."
        )
    held = table["sector"].isin(list(goods_sectors())) & table["year"].isin(list(years or have))
    rows = table[held].rename(columns={"sector": "product"})
    return rows[["year", "exporter", "importer", "product", "value_usd"]].reset_index(drop=True)


def sector_flows(years: Sequence[int] | None = None, folder: Path | None = None) -> ibis.Table:
    """sector_rows as an Ibis table that any engine reads."""
    import ibis
    import pyarrow as pa

    return ibis.memtable(pa.Table.from_pandas(sector_rows(years, folder), preserve_index=False))
