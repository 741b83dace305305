"""Sectors instead of products: the sector flows of OECD ICIO in the form that influence.products.measures takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence.errors import YearError
from influence.states import Registry, bundled_registry

if TYPE_CHECKING:
    import ibis
    import pandas as pd


def goods_sectors(registry: Registry | None = None) -> dict[str, str]:
    """Names of the goods sectors of a panel (None: the bundled one) by key, in the order of the table."""
    table = (registry or bundled_registry()).tables.curated("sectors")
    goods = table[table["goods"] == "yes"]
    return dict(zip(goods["sector"], goods["name"], strict=True))


def load_sector_rows(years: Sequence[int] | None = None, registry: Registry | None = None) -> pd.DataFrame:
    """Load the flows of goods by sector.

    Parameters
    ----------
    years : None: all.
    registry : of the panel; None: the bundled one.

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
    known = registry or bundled_registry()
    table = known.tables.observed("sector_flows")
    available = sorted(int(year) for year in table["year"].unique())
    if absent := sorted(set(years or ()) - set(available)):
        raise YearError(
            f"there are no flows by sector for {', '.join(map(str, absent))}; there are for "
            f"{', '.join(map(str, available))}. For products of other years import BACI: influence data import baci "
            "FILE..."
        )
    selected = table["sector"].isin(list(goods_sectors(known))) & table["year"].isin(list(years or available))
    rows = table[selected].rename(columns={"sector": "product"})
    return rows[["year", "exporter", "importer", "product", "value_usd"]].reset_index(drop=True)


def load_sector_flows(years: Sequence[int] | None = None, registry: Registry | None = None) -> ibis.Table:
    """The table of load_sector_rows for an engine."""
    import ibis
    import pyarrow as pa

    return ibis.memtable(pa.Table.from_pandas(load_sector_rows(years, registry), preserve_index=False))
