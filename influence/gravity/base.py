"""The base of the trade response: sector flows with sales at home, and the tariffs applied, of one year."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import YearError
from influence.panel.panel import Panel


class TradeBase(NamedTuple):
    """One year of sectors: (sector, exporter, importer), economies sorted, 'ROW' for the rest of the world among them.

    flows : US dollars, >= 0, sales at home on the diagonal. tariffs : ad valorem shares set by the importer.
    goods : names of the sectors that are goods.
    """

    year: int
    flows: xr.DataArray
    tariffs: xr.DataArray
    goods: tuple[str, ...]

    def __repr__(self) -> str:
        sectors, economies, _ = self.flows.shape
        return f"<TradeBase: {self.year}, {sectors} sectors, {economies} economies>"

    @property
    def economies(self) -> list[str]:
        """Codes of the economies, in the order of the arrays."""
        return [str(code) for code in self.flows.indexes["exporter"]]


def load_trade_base(panel: Panel, year: int) -> TradeBase:
    """Sector flows and tariffs of a base year, from the panel's own table; the arrays are read-only.

    Parameters
    ----------
    year : one of schema.SECTOR_YEARS, or of the panel's table.

    Returns
    -------
    TradeBase: flows in US dollars and tariffs as shares, both (sector, exporter, importer).

    Raises
    ------
    YearError : no base of that year. PanelError : the panel's folder lacks the table, or it is broken.

    Examples
    --------
    >>> import influence as inf
    >>> base = load_trade_base(inf.load_panel(first_year=2016, last_year=2016), 2017)
    >>> base.flows.dims, "KOR" in base.economies
    (('sector', 'exporter', 'importer'), True)
    """
    return panel.registry.tables.once(("trade_base", year), lambda: _read_base(panel, year))


def _read_base(panel: Panel, year: int) -> TradeBase:
    table = panel.table("sector_flows")
    have = sorted(int(y) for y in table["year"].unique())
    if year not in have:
        raise YearError(f"there is no sector base for {year}; there is one for {', '.join(map(str, have))}.")
    sectors = panel.curated("sectors")
    return base_of(table[table["year"] == year], year, tuple(sectors.loc[sectors["goods"] == "yes", "sector"]))


def base_of(rows: pd.DataFrame, year: int, goods: tuple[str, ...]) -> TradeBase:
    """The base from rows sector, exporter, importer, value_usd, tariff of one year; a cell without a row is zero."""
    sectors, economies = sorted(rows["sector"].unique()), sorted(set(rows["exporter"]) | set(rows["importer"]))
    at = (
        pd.Index(sectors).get_indexer(rows["sector"]),
        pd.Index(economies).get_indexer(rows["exporter"]),
        pd.Index(economies).get_indexer(rows["importer"]),
    )
    arrays = []
    for column in ("value_usd", "tariff"):
        values = np.zeros((len(sectors), len(economies), len(economies)))
        values[at] = rows[column].to_numpy(dtype=float)
        values.flags.writeable = False
        coords = {"sector": sectors, "exporter": economies, "importer": economies}
        arrays.append(xr.DataArray(values, coords=coords, dims=("sector", "exporter", "importer")))
    return TradeBase(year, arrays[0], arrays[1], tuple(s for s in goods if s in sectors))


def mfn_tariffs(base: TradeBase, tied: np.ndarray) -> xr.DataArray:
    """Most-favoured-nation tariff of each importer, (sector, importer): the median over partners without agreement.

    The tariffs of an importer differ between partners without agreement, because the goods they sell within a sector
    differ; the median is over those that sell to it. Without such a seller: the highest rate it applies.

    Parameters
    ----------
    tied : bool (exporter, importer), whether an agreement is in force between the two in the base year.
    """
    at_home = np.eye(len(base.economies), dtype=bool)
    charged = (base.flows.values > 0) & ~tied[None] & ~at_home[None]
    any_charged = charged.any(axis=1)
    rates = np.where(charged, base.tariffs.values, np.nan)
    median = np.nanmedian(np.where(any_charged[:, None, :], rates, 0.0), axis=1)
    values = np.where(any_charged, median, base.tariffs.values.max(axis=1))
    coords = {"sector": base.flows["sector"].values, "importer": base.economies}
    return xr.DataArray(values, coords=coords, dims=("sector", "importer"))
