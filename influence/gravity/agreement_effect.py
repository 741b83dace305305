"""Estimates of the effect of trade agreements on trade, from the panel and by sector with tariffs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from influence.gravity.base import load_trade_base
from influence.gravity.ppml import PpmlFit, three_way
from influence.gravity.tied import tied_pairs_of
from influence.panel.panel import Panel
from influence.schema import REST_OF_WORLD, SECTOR_YEARS

PANEL_YEARS = (2000, 2004, 2008, 2012, 2016, 2020)
"""Every fourth year: trade takes years to respond, and consecutive years add little."""
COLUMNS = ["term", "coefficient", "se", "low", "high", "observations", "clusters", "specification"]
NORMAL_95 = 1.6448536269514722


def _tied(panel: Panel, year: int) -> np.ndarray:
    """tied_pairs_of in the nearest year of the panel: leads and lags may lie outside it."""
    return tied_pairs_of(panel, min(max(year, panel.years[0]), panel.years[-1]))


def panel_frame(
    panel: Panel, years: Sequence[int] = PANEL_YEARS, *, leads: Sequence[int] = (), lags: Sequence[int] = ()
) -> pd.DataFrame:
    """Goods trade of the economies whose sales at home are known, with those sales, as input of three_way.

    exporter, importer, year, trade (US dollars), agreement (0 or 1; 0 at home), lead_n and lag_n: the agreement n years
    later and earlier. Sales at home are observed from 2011 on; earlier ones use the first observed ratio to GDP. Pairs
    that were not observed have no row.
    """
    home = domestic_goods(panel)
    economies = [state for state in panel.states.index if home[state].notna().all()]
    at = panel.states.index.get_indexer(economies)
    terms = {"agreement": 0, **{f"lead_{n}": n for n in leads}, **{f"lag_{n}": -n for n in lags}}
    parts = []
    for year in years:
        flows = panel.trade["export_usd"].values[year - panel.years[0]][np.ix_(at, at)].copy()
        np.fill_diagonal(flows, home.loc[year, economies].to_numpy())
        dummies = {name: _tied(panel, year + n)[np.ix_(at, at)].astype(float).ravel() for name, n in terms.items()}
        pairs = pd.MultiIndex.from_product([economies, economies], names=["exporter", "importer"]).to_frame(index=False)
        parts.append(pairs.assign(year=year, trade=flows.ravel(), **dummies))
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["trade"].notna()].reset_index(drop=True)


def domestic_goods(panel: Panel) -> pd.DataFrame:
    """Goods sold at home, US dollars, (year, state): observed, or at the ratio to GDP of the nearest observed year."""
    table = panel.table("domestic_sales").pivot(index="year", columns="iso3", values="goods_usd")
    gdp = panel.attributes["gdp_usd"].to_pandas()
    ratio = (table.reindex(index=gdp.index, columns=gdp.columns) / gdp).ffill().bfill()
    return ratio * gdp


def sector_frame(panel: Panel, years: Sequence[int] = SECTOR_YEARS) -> pd.DataFrame:
    """Goods sectors of the base years: sector, exporter, importer, year, trade, agreement, ln_tariff = ln(1 + t)."""
    parts = []
    for year in years:
        base = load_trade_base(panel, year)
        places = panel.states.index.get_indexer(base.economies)
        tied = _tied(panel, year)[np.ix_(places, places)] & (places >= 0)[:, None] & (places >= 0)[None, :]
        goods = list(base.goods)
        table = base.flows.sel(sector=goods).to_series().rename("trade").reset_index()
        rates = np.log1p(base.tariffs.sel(sector=goods).values)
        agreed = np.broadcast_to(tied, rates.shape).astype(float)
        parts.append(table.assign(year=year, ln_tariff=rates.ravel(), agreement=agreed.ravel()))
    frame = pd.concat(parts, ignore_index=True)
    same = frame["exporter"] == frame["importer"]
    # Tariffs between economies of the rest of the world are no tariffs on sales at home.
    frame.loc[same, ["ln_tariff", "agreement"]] = 0.0
    return frame[~(same & (frame["exporter"] == REST_OF_WORLD))].reset_index(drop=True)


def panel_estimates(panel: Panel) -> pd.DataFrame:
    """Estimates from the years of the panel, a row a term, as in datasets/curated/agreement_effects.csv.

    agreement : effect of an agreement on goods trade, tariffs and all else in it. lead_4, lag_4 : what more shows four
    years before (anticipation) and after (phase-in). Ranges are 5-95 %.
    """
    whole = three_way(panel_frame(panel), ["agreement"])
    timed = three_way(panel_frame(panel, leads=(4,), lags=(4,)), ["agreement", "lead_4", "lag_4"])
    rows = [
        *_rows(whole, {"agreement": "agreement"}, "panel, every fourth year 2000-2020"),
        *_rows(timed, {n: f"timed_{n}" for n in timed.coefficients.index}, "panel, with lead and lag of 4 years"),
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def sector_estimates(panel: Panel) -> pd.DataFrame:
    """Estimates by sector, columns as panel_estimates; they take minutes.

    agreement_beyond_tariffs, ln_tariff : the agreement once its tariffs are held constant, and the tariffs themselves
    (an estimate of -theta).
    """
    sectors = three_way(sector_frame(panel), ["agreement", "ln_tariff"])
    terms = {"agreement": "agreement_beyond_tariffs", "ln_tariff": "ln_tariff"}
    return pd.DataFrame(_rows(sectors, terms, "27 goods sectors, 2011, 2017 and 2022"), columns=COLUMNS)


def _rows(fit: PpmlFit, named: dict[str, str], specification: str) -> list[tuple[object, ...]]:
    out: list[tuple[object, ...]] = []
    for term, name in named.items():
        value, error = float(fit.coefficients[term]), float(fit.errors[term])
        low, high = value - NORMAL_95 * error, value + NORMAL_95 * error
        numbers = (round(number, 4) for number in (value, error, low, high))
        out.append((name, *numbers, fit.observations, fit.clusters, specification))
    return out
