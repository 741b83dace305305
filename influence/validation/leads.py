"""Measures of who leads: economies by their larger partner, years of crossing, counts by lens, a region's split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import StateError
from influence.metrics.pull import direct_pull, headline_balance, pole_states, pull_balance
from influence.metrics.trends import lasting_crossing
from influence.quality import covered
from influence.validation.expected import Value
from influence.validation.inputs import Inputs


def trade_leads(inputs: Inputs, *, year: int, poles: Sequence[str], times: float = 1.0) -> dict[str, Value]:
    """How many economies trade more with one of two poles than with the other, and their share.

    Two-way trade in goods; `times`: more than so many times as much. Economies whose trade with either was not observed
    are left out, and so are the poles.

    Returns
    -------
    P and 'share P' for each pole, 'economies' for how many could be asked, and 'share P a year before'; shares are NaN
    where none could be asked.
    """
    pair = _pair(poles)
    counts, size = _leads(inputs, year, pair, times)
    out = {**counts, **{f"share {pole}": _share(counts[pole], size) for pole in pair}, "economies": size}
    if year - 1 in inputs.study.panel.years:
        before, asked = _leads(inputs, year - 1, pair, times)
        out |= {f"share {pole} a year before": _share(before[pole], asked) for pole in pair}
    return dict(out)


def _leads(inputs: Inputs, year: int, pair: tuple[str, str], times: float) -> tuple[dict[str, float], float]:
    ties = inputs.trade(year, year)
    first, second = (direct_pull(ties, pole).values.ravel() for pole in pair)
    known = np.isfinite(first) & np.isfinite(second) & ~pole_states(ties, pair).values.ravel()
    ahead = float((first > times * second)[known].sum()), float((second > times * first)[known].sum())
    return dict(zip(pair, ahead, strict=True)), float(known.sum())


def _share(count: float, size: float) -> float:
    return count / size if size else np.nan


def largest_partner(inputs: Inputs, *, year: int, poles: Sequence[str]) -> dict[str, Value]:
    """Of how many economies each state is the largest partner in two-way trade of goods, and of how many in all.

    A tie goes to the partner first in the order of codes. A partner that was not observed cannot be the largest, and an
    economy of whose trade less than 0.8 was observed is left out.

    Raises
    ------
    StateError : a pole that is not a state.
    """
    ties = inputs.trade(year, year)
    codes = ties.indexes["source"].to_numpy(dtype=str)
    absent = [pole for pole in poles if pole not in codes]
    if absent:
        raise StateError(f"{', '.join(absent)} is not among the states of the panel; give ISO3 codes.")
    known = np.nan_to_num(ties.values[0], nan=-1.0)
    asked = covered(ties)[0] & (known.max(axis=0) > 0)
    partner = pd.Series(codes[known.argmax(axis=0)][asked]).value_counts()
    return {**{pole: float(partner.get(pole, 0)) for pole in poles}, "economies": float(asked.sum())}


def trade_crossing(inputs: Inputs, *, state: str, poles: Sequence[str], base: str = "two_way") -> dict[str, Value]:
    """Year in which the first pole passed the second in a state's goods trade, inside one series of one source.

    Returns
    -------
    'lasting crossing': the first year of a lead kept to the end of the series and not undone in a later one
    (trends.lasting_crossing); 'first crossing': the first year of any lead after a year without. NaN where there is
    none.
    """
    pair = _pair(poles)
    years = inputs.study.panel.years
    ties = inputs.trade(years[0], years[-1], base)
    if state not in ties.indexes["target"]:
        raise StateError(f"{state} is not among the states of the panel; give an ISO3 code.")
    balance = pull_balance(ties, pair).sel(target=[state])
    breaks = ties["is_break"].reset_coords(drop=True).sel(target=[state])
    found = lasting_crossing(balance, breaks)
    kept = found[(found["direction"] > 0) & found["holds"]]
    lasting = float(kept["year"].iloc[0]) if len(kept) else np.nan
    return {"lasting crossing": lasting, "first crossing": first_crossing(balance, breaks)}


def first_crossing(balance: xr.DataArray, breaks: xr.DataArray) -> float:
    """First year above nought that follows a year below it in the same series, of one state; NaN without one."""
    values, begins = balance.values.ravel(), breaks.values.ravel()
    turned = (values[1:] > 0) & (values[:-1] < 0) & ~begins[1:]
    return float(balance.indexes["year"][1:][turned][0]) if turned.any() else np.nan


def lens_counts(inputs: Inputs, *, lens: str, year: int, poles: Sequence[str]) -> dict[str, Value]:
    """In how many states each of two poles pulls more than the other, through a lens.

    Returns
    -------
    P for each pole, 'states' for how many could be asked; and 'P, direct pull' for comparison, unless that is the lens.
    """
    pair = _pair(poles)
    inputs.of_years(year, year)
    out = _counts(inputs, lens, year, pair)
    if lens == "direct":
        return out
    beside = _counts(inputs, "direct", year, pair)
    return {**out, **{f"{pole}, direct pull": beside[pole] for pole in pair}}


def _counts(inputs: Inputs, lens: str, year: int, pair: tuple[str, str]) -> dict[str, Value]:
    pulls = inputs.lens(lens, pair).sel(year=[year])
    ours, theirs = (pulls.sel(pole=pole).values for pole in pair)
    known = np.isfinite(ours) & np.isfinite(theirs) & ~pole_states(pulls, pair).values
    ahead = float((ours > theirs)[known].sum()), float((theirs > ours)[known].sum())
    return {pair[0]: ahead[0], pair[1]: ahead[1], "states": float(known.sum())}


def regional_split(
    inputs: Inputs,
    *,
    group: str,
    year: int,
    poles: Sequence[str],
    weights: Mapping[str, float] | None = None,
) -> dict[str, Value]:
    """How the direct pull of two poles on a group splits, in points of a hundred, and who is ahead where.

    100 mean over its states of p / (p + q). With `weights` other weights of the layers than the settings'.

    Returns
    -------
    P and 'P ahead' (states) for each pole; 'no value': states of which too little was observed, left out of the mean.
    """
    first, second = _pair(poles)
    ties = inputs.ties(year, year, inputs.study.method.weights if weights is None else weights)
    balance = headline_balance(ties, (first, second)).isel(year=0).to_series()
    members = balance.reindex(inputs.study.registry.members(group, year))
    share = float(100.0 * (1.0 + members.mean()) / 2.0)
    return {
        first: share,
        second: 100.0 - share,
        f"{first} ahead": frozenset(members.index[members > 0]),
        f"{second} ahead": frozenset(members.index[members < 0]),
        "no value": frozenset(members.index[members.isna()]),
    }


def _pair(poles: Sequence[str]) -> tuple[str, str]:
    if isinstance(poles, str) or len(poles) != 2:
        raise StateError(f"poles must be a list of two states or groups, not {poles!r}.")
    return poles[0], poles[1]
