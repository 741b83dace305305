"""How far the reports of the two sides of a trade flow differ: the spread of flows, and disputed pairs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.panel.panel import Panel

PERSISTENCE = 0.73
"""Share of the variance of gaps that lies between pairs and repeats from year to year, measured on pairs that both
sides report in six years or more (a test measures it again)."""
WORTH = 4.0
"""Number of independent gaps that the quality of the two states counts for."""
WIDEST = float(np.log(10.0))
"""Largest gap that counts: reports that differ tenfold or more are flagged as disputed."""


class Spread(NamedTuple):
    """sd : standard deviation of the logarithm of each flow, dims (exporter, importer). reported : whether both sides
    report the pair; else sd is from the quality of the two states alone.
    """

    sd: xr.DataArray
    reported: xr.DataArray


def mirror_gaps(reports: pd.DataFrame) -> pd.Series:
    """ln of the importer's report over the exporter's, minus the median over all (freight, insurance, more complete
    records of importers), indexed by exporter, importer, year; pairs that both sides report above 0.

    Parameters
    ----------
    reports : table `reports` (table_columns.TABLES).
    """
    rows = reports[reports["value_usd"] > 0]
    keys = ["exporter", "importer", "year"]
    out = rows[rows["reporter"] == rows["exporter"]].set_index(keys)["value_usd"]
    into = rows[rows["reporter"] == rows["importer"]].set_index(keys)["value_usd"]
    gap = np.log(into / out).dropna().astype(float)
    return gap - gap.median()


def mirror_spread(panel: Panel, reports: pd.DataFrame | None = None) -> Spread:
    """How uncertain each flow is, from what both sides report.

    A flow of the panel is reconciled from two reports; with independent errors of equal size, the error of their mean
    is half their gap g. With m_p independent gaps of a pair (n years are worth n / (1 + (n - 1) r^2), r = PERSISTENCE,
    because most gaps repeat from year to year) and the quality q of its two states,

        sd^2 = (m_p mean(g^2) / 4 + WORTH q^2) / (m_p + WORTH),   q^2 = mean over the two of their mean(g^2) / 4.

    The quality of a state is the mean over its pairs, each counted once; of all pairs for a state without any.
    """
    gap = mirror_gaps(panel.table("reports") if reports is None else reports).clip(-WIDEST, WIDEST)
    pairs = (gap**2 / 4.0).groupby(level=["exporter", "importer"]).agg(["mean", "size"])
    codes = [str(code) for code in panel.states.index]
    usual = float(pairs["mean"].mean()) if len(pairs) else 0.0
    quality = _qualities(pairs["mean"], usual, codes)
    variance = (quality[:, None] + quality[None, :]) / 2.0
    reported = np.zeros(variance.shape, dtype=bool)
    place = {code: i for i, code in enumerate(codes)}
    for (exporter, importer), row in pairs.iterrows():
        if exporter in place and importer in place:
            at = place[exporter], place[importer]
            worth = row["size"] / (1.0 + (row["size"] - 1.0) * PERSISTENCE**2)
            variance[at] = (worth * row["mean"] + WORTH * variance[at]) / (worth + WORTH)
            reported[at] = True
    np.fill_diagonal(variance, 0.0)
    coords = {"exporter": codes, "importer": codes}
    arrays = np.sqrt(variance), reported
    return Spread(*(xr.DataArray(values, coords=coords, dims=("exporter", "importer")) for values in arrays))


def _qualities(pairs: pd.Series, usual: float, codes: list[str]) -> np.ndarray:
    """Mean squared half gap of each state's pairs; of all pairs if it has none."""
    ends = pd.concat([pairs.rename_axis(index={end: "iso3"}).groupby(level="iso3").agg(["sum", "size"])
                      for end in ("exporter", "importer")])  # fmt: skip
    whole = ends.groupby(level=0).sum() if len(ends) else ends
    mean = whole["sum"] / whole["size"]
    return np.asarray(mean.reindex(codes).fillna(usual), dtype=float)


def disputed(panel: Panel, reports: pd.DataFrame | None = None) -> xr.DataArray:
    """Where the reports of the two sides of a flow differ tenfold or more, bool (year, source, target), both ways."""
    gap = mirror_gaps(panel.table("reports") if reports is None else reports)
    index, years = panel.states.index, panel.years
    found = np.zeros((len(years), len(index), len(index)), dtype=bool)
    for exporter, importer, year in gap[gap.abs() >= WIDEST].index:
        if exporter in index and importer in index and year in years:
            at = index.get_loc(exporter), index.get_loc(importer)
            found[year - years[0], at[0], at[1]] = found[year - years[0], at[1], at[0]] = True
    codes = index.to_numpy(dtype=str)
    coords = {"year": list(years), "source": codes, "target": codes}
    attrs = {"registry": panel.registry}
    return xr.DataArray(found, coords=coords, dims=("year", "source", "target"), name="disputed", attrs=attrs)
