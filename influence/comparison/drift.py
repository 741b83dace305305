"""A change after a date, compared with other years and with other states.

Nothing here says that an event caused a change. Arrays are (year, target), NaN where missing. A change is never
computed across a series break.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import StateError, YearError

LEAST_STATES = 2
LEAST_WINDOWS = 5
LEAST_SHARE = 0.8
"""A window counts if this share of the states with a change over the event have one there too."""
BOOTSTRAPS = 1000


class Placebo(NamedTuple):
    """observed : mean change of the group over the event. placebo : the same over other windows, by their first year.

    p : (1 + #{|placebo| >= |observed|}) / (1 + n). low, high : 5 and 95 % of the placebos. states : number with an
    observed change.
    """

    observed: float
    placebo: pd.Series
    p: float
    low: float
    high: float
    states: int

    def __repr__(self) -> str:
        return (
            f"Placebo(observed={self.observed:.3g}, p={self.p:.3g}, low={self.low:.3g}, high={self.high:.3g}, "
            f"{len(self.placebo)} windows, {self.states} states)"
        )


class Difference(NamedTuple):
    """value : change of the group minus that of the controls. low, high : 5-95 % of the bootstrap over states. p : of
    a permutation test. group, controls : numbers of states with an observed change. outside : number of all controls.
    """

    value: float
    low: float
    high: float
    p: float
    group: int
    controls: int
    outside: int


class Window(NamedTuple):
    """`span` years from the year before an event: 2016 to 2018 is Window(2017, 2)."""

    event: int
    span: int

    @property
    def before(self) -> int:
        """The year before the event."""
        return self.event - 1

    @property
    def after(self) -> int:
        """The last year of the window."""
        return self.event - 1 + self.span


def checked(values: xr.DataArray, group: Sequence[str], window: Window) -> list[str]:
    """States of the group among those of `values`.

    Raises
    ------
    StateError : none of them. YearError : the window is not within the years, or ends before it begins.
    """
    years, codes = values.indexes["year"], set(values.indexes["target"])
    if window.span < 1 or window.before not in years or window.after not in years:
        raise YearError(
            f"{window.before} to {window.after} is not a period within the years {years[0]} to {years[-1]}."
        )
    known = [state for state in dict.fromkeys(group) if state in codes]
    if not known:
        raise StateError(f"none of {', '.join(group)} is among the {len(codes)} states of the data.")
    return known


def split_states(
    values: xr.DataArray, group: Sequence[str], controls: Sequence[str], window: Window
) -> tuple[list[str], list[str]]:
    """The group and the controls among the states of `values`, the group left out of the controls; see checked."""
    inside = checked(values, group, window)
    codes = set(values.indexes["target"])
    return inside, [state for state in controls if state in codes and state not in inside]


def changes(values: xr.DataArray, breaks: np.ndarray, first: int, last: int) -> pd.Series:
    """Change of each state from one year to another; NaN where either is missing or the series breaks between them."""
    start = values.indexes["year"][0]
    cut = breaks[first + 1 - start : last + 1 - start].any(axis=0)
    change = values.sel(year=last).values - values.sel(year=first).values
    return pd.Series(np.where(cut, np.nan, change), index=values.indexes["target"])


def placebo_years(values: xr.DataArray, breaks: np.ndarray, group: Sequence[str], window: Window) -> Placebo:
    """The group's mean change over an event, compared with windows of the same length that do not overlap it.

    Only states with a change over the event count, so that windows compare the same states; a window in which fewer
    than 0.8 of them have one is left out.

    Parameters
    ----------
    values : dims (year, target), e.g. headline_balance. breaks : bool (year, target), a series break between a year and
        the one before it.
    group : ISO3 codes. window : the event and the number of years.

    Returns
    -------
    observed, placebo, low, high in the unit of `values`; p in (0, 1]. p, low and high are NaN with fewer than five
    windows or two states.

    Raises
    ------
    StateError : no state of the group is among the targets. YearError : the window is not within the years.

    Examples
    --------
    >>> years, codes = range(2000, 2012), ["AAA", "BBB", "CCC"]
    >>> data = np.zeros((12, 3))
    >>> data[10:, :2] = 0.5  # two states jump in 2010
    >>> values = xr.DataArray(data, coords={"year": years, "target": codes}, dims=("year", "target"))
    >>> placebo_years(values, np.zeros((12, 3), bool), ["AAA", "BBB"], Window(2010, 1))
    Placebo(observed=0.5, p=0.0909, low=0, high=0, 10 windows, 2 states)
    """
    inside = checked(values, group, window)
    event = changes(values, breaks, window.before, window.after)[inside].dropna()
    found: dict[int, float] = {}
    for first in values.indexes["year"][: -window.span]:
        last = int(first) + window.span
        if first < window.after and last > window.before:
            continue
        other = changes(values, breaks, int(first), last)[event.index].dropna()
        if len(other) >= max(LEAST_STATES, LEAST_SHARE * len(event)):
            found[int(first)] = float(other.mean())
    placebo = pd.Series(found, dtype=float)
    observed = float(event.mean()) if len(event) else float("nan")
    if len(placebo) < LEAST_WINDOWS or len(event) < LEAST_STATES:
        return Placebo(observed, placebo, float("nan"), float("nan"), float("nan"), len(event))
    p = (1 + int((placebo.abs() >= abs(observed)).sum())) / (1 + len(placebo))
    low, high = placebo.quantile([0.05, 0.95])
    return Placebo(observed, placebo, p, float(low), float(high), len(event))


def difference_in_differences(
    values: xr.DataArray, breaks: np.ndarray, group: Sequence[str], controls: Sequence[str], window: Window, *,
    permutations: int = 2000, seed: int = 0,
) -> Difference:  # fmt: skip
    """Mean change of the group minus that of the controls over an event.

    Parameters
    ----------
    values : dims (year, target), e.g. headline_balance. breaks : bool (year, target), a series break between a year and
        the one before it.
    group, controls : ISO3 codes; states of the group are left out of the controls.
    window : the event and the number of years.
    permutations : of the group's labels among all states, for p. seed : of the bootstrap and the permutations.

    Returns
    -------
    value, low, high (5-95 %, bootstrap over the states of each side) in the unit of `values`; p in (0, 1], two-sided.
    NaN with fewer than two states on a side.

    Raises
    ------
    StateError : no state of the group is among the targets. YearError : the window is not within the years.

    Examples
    --------
    >>> codes = [f"S{i}" for i in range(8)]
    >>> data = np.zeros((2, 8))
    >>> data[1, :4] = 0.5  # four states move, four do not
    >>> values = xr.DataArray(data, coords={"year": [2016, 2017], "target": codes}, dims=("year", "target"))
    >>> found = difference_in_differences(values, np.zeros((2, 8), bool), codes[:4], codes[4:], Window(2017, 1))
    >>> found.value, found.p < 0.1
    (0.5, True)
    """
    names = split_states(values, group, controls, window)
    change = changes(values, breaks, window.before, window.after)
    inside, outside = (change[states].dropna().to_numpy() for states in names)
    sizes = len(inside), len(outside), len(names[1])
    if min(sizes[:2]) < LEAST_STATES:
        return Difference(float("nan"), float("nan"), float("nan"), float("nan"), *sizes)
    value = inside.mean() - outside.mean()
    rng = np.random.default_rng(seed)
    drawn = _means(inside, rng) - _means(outside, rng)
    everyone = np.concatenate([inside, outside])
    order = rng.permuted(np.broadcast_to(everyone, (permutations, len(everyone))), axis=1)
    permuted = order[:, : len(inside)].mean(axis=1) - order[:, len(inside) :].mean(axis=1)
    p = (1 + int((np.abs(permuted) >= abs(value) - 1e-15).sum())) / (1 + permutations)
    low, high = np.quantile(drawn, (0.05, 0.95))
    return Difference(float(value), float(low), float(high), p, *sizes)


def _means(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Means of bootstrap samples of the states, (sample)."""
    return np.asarray(values[rng.integers(0, len(values), (BOOTSTRAPS, len(values)))].mean(axis=1))


def event_study(
    values: xr.DataArray, breaks: np.ndarray, group: Sequence[str], controls: Sequence[str], event: int, *,
    leads: int = 8, lags: int = 5, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Group minus controls in each year around an event, relative to the year before it.

    Parameters
    ----------
    values : dims (year, target), e.g. headline_balance. breaks : bool (year, target), a series break between a year and
        the one before it.
    group, controls : ISO3 codes; states of the group are left out of the controls.
    event : year. leads, lags : years before and after it. seed : of the bootstrap.

    Returns
    -------
    year, lag (0 for the year of the event, -1 for the base year), coefficient (0 in the base year), low, high (5-95 %,
    bootstrap over states) in the unit of `values`; group, controls: numbers of states. NaN if a side has fewer than two
    states; years that the data lack are left out.

    Raises
    ------
    StateError : no state of the group is among the targets. YearError : the event is not within the years.

    Examples
    --------
    >>> codes = [f"S{i}" for i in range(8)]
    >>> data = np.zeros((3, 8))
    >>> data[1:, :4] = 0.5  # four states move in 2016
    >>> values = xr.DataArray(data, coords={"year": [2015, 2016, 2017], "target": codes}, dims=("year", "target"))
    >>> event_study(values, np.zeros((3, 8), bool), codes[:4], codes[4:], 2016)["coefficient"].tolist()
    [0.0, 0.5, 0.5]
    """
    names = split_states(values, group, controls, Window(event, 1))
    rows = []
    for year in range(event - 1 - leads, event + lags + 1):
        if year not in values.indexes["year"]:
            continue
        ends = (event - 1, year)
        change = changes(values, breaks, min(ends), max(ends)) * (1 if year >= event - 1 else -1)
        inside, outside = (change[states].dropna().to_numpy() for states in names)
        estimate: tuple[float, ...] = (float("nan"),) * 3
        if min(len(inside), len(outside)) >= LEAST_STATES:
            rng = np.random.default_rng([seed, year])
            low, high = np.quantile(_means(inside, rng) - _means(outside, rng), (0.05, 0.95))
            estimate = (float(inside.mean() - outside.mean()), float(low), float(high))
        rows.append((year, year - event, *estimate, len(inside), len(outside)))
    return pd.DataFrame(rows, columns=["year", "lag", "coefficient", "low", "high", "group", "controls"])
