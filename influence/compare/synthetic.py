"""Synthetic control: the group compared with a weighted mean of other states that moved as it did before the event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.compare.drift import Window, checked

STIFF = 1e4
"""Weight of the row that makes the weights sum to 1, in units of the data."""
LEAST_YEARS = 5
LEAST_CONTROLS = 5


class Synthetic(NamedTuple):
    """path : group and synthetic by year. weights : of the controls, those above 0.001, largest first.

    gap : group less synthetic over the years after the event, mean. fit : root mean square gap before it. p : place of
    the ratio of gaps after to before among the controls, each taken for the group in turn; NaN where unknown.
    """

    path: pd.DataFrame
    weights: pd.Series
    gap: float
    fit: float
    p: float


def simplex_weights(controls: np.ndarray, target: np.ndarray) -> np.ndarray:
    """w >= 0 with sum 1 that makes |controls w - target| least; controls (year, state), target (year)."""
    from scipy.optimize import nnls

    size = max(np.abs(controls).max(initial=0.0), np.abs(target).max(initial=0.0), 1e-12)
    stacked = np.vstack([controls / size, np.full((1, controls.shape[1]), STIFF)])
    weights, _ = nnls(stacked, np.append(target / size, STIFF), maxiter=50 * controls.shape[1])
    return np.asarray(weights / weights.sum())


def synthetic_control(
    values: xr.DataArray,
    breaks: np.ndarray,
    group: Sequence[str],
    controls: Sequence[str],
    window: Window,
    *,
    first_year: int | None = None,
) -> Synthetic:
    """Abadie, Diamond & Hainmueller (2010), on the mean of the group.

    Weights fit the path of the group's mean before the event, from the last year in which most series break (or
    `first_year`) on; only states known in all those years, and without a break, count. With fewer than
    five years before, five controls or one of the group, everything is NaN.
    """
    members = checked(values, group, window)
    rest = [s for s in controls if s in values.indexes["target"] and s not in members]
    years = values.indexes["year"]
    start = _newest_series(breaks, years, window.before) if first_year is None else first_year
    rows = [y for y in range(start, window.after + 1) if y in years]
    at = [years.get_loc(y) for y in rows]
    table = pd.DataFrame(values.values[at], index=rows, columns=values.indexes["target"])
    broken = pd.Series(breaks[at[1:]].any(axis=0), index=table.columns)
    whole = table.columns[table.notna().all() & ~broken]
    treated, donors = [s for s in members if s in whole], [s for s in rest if s in whole]
    before = [y for y in rows if y < window.event]
    if len(before) < LEAST_YEARS or len(donors) < LEAST_CONTROLS or not treated:
        nan = float("nan")
        return Synthetic(pd.DataFrame(columns=["group", "synthetic"]), pd.Series(dtype=float), nan, nan, nan)
    mean = table[treated].mean(axis=1)
    weights, gaps = _gaps(table[donors], mean, before)
    ratio = _ratio(gaps, before)
    others = [_ratio(_gaps(table[donors].drop(columns=d), table[d], before)[1], before) for d in donors]
    p = (1 + sum(other >= ratio for other in others)) / (1 + len(others))
    large = weights[weights > 1e-3].sort_values(ascending=False, kind="stable")
    path = pd.DataFrame({"group": mean, "synthetic": mean - gaps})
    after = gaps.drop(index=before)
    return Synthetic(path, large, float(after.mean()), float(np.sqrt((gaps[before] ** 2).mean())), p)


def _newest_series(breaks: np.ndarray, years: pd.Index, last: int) -> int:
    """First year of the series that most states are in at `last`."""
    most = [int(year) for year, row in zip(years, breaks, strict=True) if row.mean() > 0.5 and year <= last]
    return most[-1] if most else int(years[0])


def _gaps(donors: pd.DataFrame, target: pd.Series, before: list[int]) -> tuple[pd.Series, pd.Series]:
    weights = simplex_weights(donors.loc[before].to_numpy(), target[before].to_numpy())
    return pd.Series(weights, index=donors.columns), target - donors.to_numpy() @ weights


def _ratio(gaps: pd.Series, before: list[int]) -> float:
    """Root mean square gap after over that before; a perfect fit before counts as one part in a million of the gap."""
    fit = np.sqrt((gaps[before] ** 2).mean())
    after = np.sqrt((gaps.drop(index=before) ** 2).mean())
    return float(after / max(fit, 1e-6 * after)) if after > 0 else 0.0
