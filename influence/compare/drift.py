"""Whether a change after a date is larger than normal variation: in other years, and in states without the event.

A change from before to after an event is not its effect: nothing here shows that the event caused the change.
Arrays are (year, target); NaN is unknown. A change is never computed across a break of series.
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
ENOUGH = 0.8
"""A window counts where this part of the states that have a change over the event have one there too."""
BOOTSTRAPS = 1000


class Placebo(NamedTuple):
    """observed : mean change of the group over the event. placebo : the same over other windows, by their first year.

    p : (1 + #{|placebo| >= |observed|}) / (1 + n). low, high : 5 and 95 % of the placebos. states : with a change.
    """

    observed: float
    placebo: pd.Series
    p: float
    low: float
    high: float
    states: int


class Difference(NamedTuple):
    """value : change of the group less that of the controls; low, high : 5-95 % over resampled states; p : of the
    membership of the group permuted among all the states. group, controls : states with a change on either side;
    outside : all controls, with a change or without."""

    value: float
    low: float
    high: float
    p: float
    group: int
    controls: int
    outside: int


class Window(NamedTuple):
    """From the year before an event on, `span` years: 2016 to 2018 is Window(2017, 2)."""

    event: int
    span: int

    @property
    def before(self) -> int:
        """Last year without the event."""
        return self.event - 1

    @property
    def after(self) -> int:
        """Year in which the change is measured."""
        return self.event - 1 + self.span


def checked(values: xr.DataArray, group: Sequence[str], window: Window) -> list[str]:
    """States of the group among those of `values`.

    Raises
    ------
    StateError : none of them. YearError : the window is not within the years, or runs backwards.
    """
    years, codes = values.indexes["year"], set(values.indexes["target"])
    if window.span < 1 or window.before not in years or window.after not in years:
        raise YearError(
            f"{window.before} to {window.after} is not a period within the years of the panel, {years[0]} to "
            f"{years[-1]}; give another --event or a shorter --span."
        )
    known = [state for state in dict.fromkeys(group) if state in codes]
    if not known:
        raise StateError(f"none of {', '.join(group)} is among the states measured.")
    return known


def changes(values: xr.DataArray, breaks: np.ndarray, first: int, last: int) -> pd.Series:
    """Change of each state from one year to another; NaN where either is unknown or the series breaks between."""
    start = values.indexes["year"][0]
    cut = breaks[first + 1 - start : last + 1 - start].any(axis=0)
    change = values.sel(year=last).values - values.sel(year=first).values
    return pd.Series(np.where(cut, np.nan, change), index=values.indexes["target"])


def placebo_years(values: xr.DataArray, breaks: np.ndarray, group: Sequence[str], window: Window) -> Placebo:
    """The group's mean change over the event, among the same over all windows as long that do not touch it.

    Only states with a change over the event count, so that windows compare the same states; a window in which fewer
    than 0.8 of them have one is left out. p is NaN with fewer than five windows or two states.
    """
    members = checked(values, group, window)
    event = changes(values, breaks, window.before, window.after)[members].dropna()
    found: dict[int, float] = {}
    for first in values.indexes["year"][: -window.span]:
        last = int(first) + window.span
        if first < window.after and last > window.before:
            continue
        other = changes(values, breaks, int(first), last)[event.index].dropna()
        if len(other) >= max(LEAST_STATES, ENOUGH * len(event)):
            found[int(first)] = float(other.mean())
    placebo = pd.Series(found, dtype=float)
    observed = float(event.mean()) if len(event) else float("nan")
    if len(placebo) < LEAST_WINDOWS or len(event) < LEAST_STATES:
        return Placebo(observed, placebo, float("nan"), float("nan"), float("nan"), len(event))
    p = (1 + int((placebo.abs() >= abs(observed)).sum())) / (1 + len(placebo))
    low, high = placebo.quantile([0.05, 0.95])
    return Placebo(observed, placebo, p, float(low), float(high), len(event))


def difference_in_differences(
    values: xr.DataArray,
    breaks: np.ndarray,
    group: Sequence[str],
    controls: Sequence[str],
    window: Window,
    *,
    permutations: int = 2000,
    seed: int = 0,
) -> Difference:
    """Mean change of the group less that of the controls over the event.

    Range: states of each side resampled with replacement (cluster bootstrap). p: two-sided, membership of the group
    permuted among both sides. NaN with fewer than two states on a side.
    """
    members = checked(values, group, window)
    change = changes(values, breaks, window.before, window.after)
    rest = [s for s in controls if s in change.index and s not in members]
    inside, outside = (change[names].dropna().to_numpy() for names in (members, rest))
    sizes = len(inside), len(outside), len(rest)
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
    """Means of the resampled states, (draw)."""
    return np.asarray(values[rng.integers(0, len(values), (BOOTSTRAPS, len(values)))].mean(axis=1))


def event_study(
    values: xr.DataArray,
    breaks: np.ndarray,
    group: Sequence[str],
    controls: Sequence[str],
    event: int,
    *,
    leads: int = 8,
    lags: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Group less controls in each year around an event, less the same in the year before it.

    Returns
    -------
    year, lag (0 is the year of the event, -1 the base, exactly 0 there), coefficient, low, high (5-95 %, states
    resampled), group, controls (how many states). NaN where a side has fewer than two; years outside are left out.
    """
    members = checked(values, group, Window(event, 1))
    rest = [s for s in controls if s in values.indexes["target"] and s not in members]
    rows = []
    for year in range(event - 1 - leads, event + lags + 1):
        if year not in values.indexes["year"]:
            continue
        ends = (event - 1, year)
        change = changes(values, breaks, min(ends), max(ends)) * (1 if year >= event - 1 else -1)
        inside, outside = (change[names].dropna().to_numpy() for names in (members, rest))
        effect: tuple[float, ...] = (float("nan"),) * 3
        if min(len(inside), len(outside)) >= LEAST_STATES:
            rng = np.random.default_rng([seed, year])
            low, high = np.quantile(_means(inside, rng) - _means(outside, rng), (0.05, 0.95))
            effect = (float(inside.mean() - outside.mean()), float(low), float(high))
        rows.append((year, year - event, *effect, len(inside), len(outside)))
    return pd.DataFrame(rows, columns=["year", "lag", "coefficient", "low", "high", "group", "controls"])
