"""Sectors instead of products: the sector flows of OECD ICIO in the form that influence.products.measures takes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from influence.errors import YearError
from influence.states import curated
from influence.tables import datasets_dir, read_panel_table

if TYPE_CHECKING:
    import ibis
    import pandas as pd


@lru_cache(maxsize=1)
def goods_sectors() -> dict[str, str]:
    """Names of the goods sectors by key, in the order of the table."""
    table = curated("sectors.csv")
    goods = table[table["goods"] == "yes"]
    return dict(zip(goods["sector"], goods["name"], strict=True))


def load_sector_rows(years: Sequence[int] | None = None, folder: Path | None = None) -> pd.DataFrame:
    """Load the flows of goods by sector.

    Parameters
    ----------
    years : None: all.
    folder : of the panel; None: the bundled one.

    Returns
    -------
    DataFrame : year, exporter, importer, product (key of the sector), value_usd (int64, US dollars). Domestic sales are
        rows whose exporter is the importer; ROW is the rest of the world. All flows are observed: one without a row is
        zero.

    Raises
    ------
    YearError : a year without sector flows.
    PanelError : the table is missing or broken.
    """
    table = read_panel_table(folder or datasets_dir(), "sector_flows")
    available = sorted(int(year) for year in table["year"].unique())
    if absent := sorted(set(years or ()) - set(available)):
        raise YearError(
            f"there are no flows by sector for {', '.join(map(str, absent))}; there are for "
            f"{', '.join(map(str, available))}. For products of other years import BACI: influence data import baci "
            "FILE..."
        )
    selected = table["sector"].isin(list(goods_sectors())) & table["year"].isin(list(years or available))
    rows = table[selected].rename(columns={"sector": "product"})
    return rows[["year", "exporter", "importer", "product", "value_usd"]].reset_index(drop=True)


def load_sector_flows(years: Sequence[int] | None = None, folder: Path | None = None) -> ibis.Table:
    """The table of load_sector_rows for an engine."""
    import ibis
    import pyarrow as pa

    return ibis.memtable(pa.Table.from_pandas(load_sector_rows(years, folder), preserve_index=False))
