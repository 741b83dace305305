"""Synthetic control: a group compared with a weighted mean of other states that moved alike before the event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.comparison.drift import Window, split_states

STIFF = 1e4
"""Weight of the row that makes the weights sum to 1, in units of the data."""
LEAST_YEARS = 5
LEAST_CONTROLS = 5


class Synthetic(NamedTuple):
    """path : group and synthetic by year. weights : of the controls, those above 0.001, largest first.

    gap : mean of group minus synthetic over the years after the event. fit : root mean square gap before it. p : rank
    of the ratio of the gaps after to before among the controls, each taken as the group in turn. NaN with too few data.
    """

    path: pd.DataFrame
    weights: pd.Series
    gap: float
    fit: float
    p: float

    def __repr__(self) -> str:
        return f"Synthetic(gap={self.gap:.3g}, fit={self.fit:.3g}, p={self.p:.3g}, {len(self.weights)} controls)"


def simplex_weights(controls: np.ndarray, target: np.ndarray) -> np.ndarray:
    """w >= 0 with sum 1 that minimizes |controls w - target|; controls (year, state), target (year)."""
    from scipy.optimize import nnls

    size = max(np.abs(controls).max(initial=0.0), np.abs(target).max(initial=0.0), 1e-12)
    stacked = np.vstack([controls / size, np.full((1, controls.shape[1]), STIFF)])
    weights, _ = nnls(stacked, np.append(target / size, STIFF), maxiter=50 * controls.shape[1])
    return np.asarray(weights / weights.sum())


def synthetic_control(
    values: xr.DataArray, breaks: np.ndarray, group: Sequence[str], controls: Sequence[str], window: Window, *,
    first_year: int | None = None,
) -> Synthetic:  # fmt: skip
    """Synthetic control of the group's mean (Abadie, Diamond & Hainmueller 2010).

    The weights fit the group's mean before the event.

    Parameters
    ----------
    values : dims (year, target), e.g. headline_balance. breaks : bool (year, target), a series break between a year and
        the one before it.
    group, controls : ISO3 codes; only states that are observed in all years used, without a series break, count.
    window : the event and the number of years.
    first_year : first year of the fit; by default the last year up to the event in which most series break.

    Returns
    -------
    path, gap and fit in the unit of `values`; p in (0, 1]. All NaN with fewer than five years before the event, fewer
    than five controls or no state of the group.

    Raises
    ------
    StateError : no state of the group is among the targets. YearError : the window is not within the years.

    Examples
    --------
    >>> years, codes = range(2010, 2020), [f"S{i}" for i in range(8)]
    >>> data = np.add.outer(np.arange(10) / 10, np.arange(8) / 20)
    >>> data[7:, 3] += 0.5  # S3 jumps in 2017
    >>> values = xr.DataArray(data, coords={"year": years, "target": codes}, dims=("year", "target"))
    >>> found = synthetic_control(values, np.zeros((10, 8), bool), ["S3"], codes, Window(2017, 2))
    >>> round(found.gap, 2)
    0.5
    """
    inside, rest = split_states(values, group, controls, window)
    years = values.indexes["year"]
    start = _newest_series(breaks, years, window.before) if first_year is None else first_year
    rows = [y for y in range(start, window.after + 1) if y in years]
    at = [years.get_loc(y) for y in rows]
    table = pd.DataFrame(values.values[at], index=rows, columns=values.indexes["target"])
    broken = pd.Series(breaks[at[1:]].any(axis=0), index=table.columns)
    whole = table.columns[table.notna().all() & ~broken]
    treated, donors = [s for s in inside if s in whole], [s for s in rest if s in whole]
    before = [y for y in rows if y < window.event]
    if len(before) < LEAST_YEARS or len(donors) < LEAST_CONTROLS or not treated:
        nan = float("nan")
        return Synthetic(pd.DataFrame(columns=["group", "synthetic"]), pd.Series(dtype=float), nan, nan, nan)
    mean = table[treated].mean(axis=1)
    weights, gaps = _gaps(table[donors], mean, before)
    ratio = _ratio(gaps, before)
    others = [_ratio(_gaps(table[donors].drop(columns=d), table[d], before)[1], before) for d in donors]
    p = (1 + sum(other >= ratio for other in others)) / (1 + len(others))
    largest = weights[weights > 1e-3].sort_values(ascending=False, kind="stable")
    path = pd.DataFrame({"group": mean, "synthetic": mean - gaps})
    after = gaps.drop(index=before)
    return Synthetic(path, largest, float(after.mean()), float(np.sqrt((gaps[before] ** 2).mean())), p)


def _newest_series(breaks: np.ndarray, years: pd.Index, last: int) -> int:
    """First year of the series that most states use in the year `last`."""
    most = [int(year) for year, row in zip(years, breaks, strict=True) if row.mean() > 0.5 and year <= last]
    return most[-1] if most else int(years[0])


def _gaps(donors: pd.DataFrame, target: pd.Series, before: list[int]) -> tuple[pd.Series, pd.Series]:
    weights = simplex_weights(donors.loc[before].to_numpy(), target[before].to_numpy())
    return pd.Series(weights, index=donors.columns), target - donors.to_numpy() @ weights


def _ratio(gaps: pd.Series, before: list[int]) -> float:
    """Root mean square gap after over that before; a perfect fit before counts as a millionth of the gap after."""
    fit = np.sqrt((gaps[before] ** 2).mean())
    after = np.sqrt((gaps.drop(index=before) ** 2).mean())
    return float(after / max(fit, 1e-6 * after)) if after > 0 else 0.0
