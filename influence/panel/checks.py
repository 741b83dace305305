"""Checks of the panel's trade: totals against the WTO's, and flows that vanish from one year to the next."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

NEAR = 0.2
LEAST_GONE = 1e8
"""Smallest exports of a pair, in US dollars, whose disappearance is listed."""


def totals_against_wto(totals: pd.DataFrame) -> pd.DataFrame:
    """Two-way total of each state over the WTO's, summarized by year.

    Returns
    -------
    year, states compared, median ratio, share of states within 20 %, far: the three furthest in ratio.
    """
    here = totals["export_usd"] + totals["import_usd"]
    theirs = totals["wto_export_usd"] + totals["wto_import_usd"]
    table = totals[["iso3", "year"]].assign(ratio=(here / theirs).where(theirs > 0)).dropna()
    rows = []
    for year, states in table.groupby("year"):
        distance = (states["ratio"] - 1).abs()
        far = states.loc[distance.sort_values(ascending=False, kind="stable").index[:3]]
        listed = ", ".join(f"{r.iso3} {r.ratio:.2f}" for r in far.itertuples())
        rows.append((year, len(states), states["ratio"].median(), (distance <= NEAR).mean(), listed))
    return pd.DataFrame(rows, columns=["year", "states", "median", "within", "far"])


def trade_gone(trade: xr.Dataset) -> pd.DataFrame:
    """Pairs whose exports were 100 million US dollars or more when last observed and are recorded as zero, by year.

    Trade of that size seldom ends from one year to the next: where much of it does, a state did not report, and the
    zeros are unobserved flows.

    Returns
    -------
    year; pairs; usd: what they traded when last observed; share: of all exports when last observed; far: the three
    largest. Every year but the first.
    """
    flows = trade["export_usd"].values
    codes, years = trade.indexes["exporter"], trade.indexes["year"]
    last, rows = flows[0].copy(), []
    for year, now in zip(years[1:], flows[1:], strict=True):
        gone = np.argwhere((now == 0) & (last >= LEAST_GONE))
        before = last[tuple(gone.T)]
        order = np.argsort(-before, kind="stable")[:3]
        far = ", ".join(f"{codes[i]}-{codes[j]} {last[i, j] / 1e9:.1f}" for i, j in gone[order])
        rows.append((int(year), len(gone), float(before.sum()), float(before.sum() / np.nansum(last)), far))
        last = np.where(np.isnan(now), last, now)
    return pd.DataFrame(rows, columns=["year", "pairs", "usd", "share", "far"])
