"""Measures of who leads: economies by their larger partner, years of crossing, counts by lens, a region's split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import check_year
from influence.evidence.expected import Value
from influence.metrics.lenses import lens_pull
from influence.metrics.pull import direct_pull, headline_balance, pole_states
from influence.metrics.trends import lasting_crossing
from influence.quality import covered
from influence.query import Measure, measure
from influence.query.figures import balance_series, state_in_panel, weighed
from influence.study import Study

MEASURES: dict[str, Measure] = {}
Pair = Sequence[str]


def trade_study(study: Study, base: str = "two_way") -> Study:
    """The study with the trade layer alone: shares of each state's goods trade."""
    return study.with_method(weights={"trade": 1.0}, trade_base=base)


@measure("labels", table=MEASURES, title="Who is the larger partner of most economies")
def trade_leads(study: Study, year: int, poles: Pair, times: float = 1.0) -> dict[str, Value]:
    """Two-way goods trade of every economy of the panel with each of the two. Left out are the two themselves and
    economies whose trade with either was not observed. With `times`, an economy counts only if its trade with one is
    more than that number of times its trade with the other.

    Returns
    -------
    P and 'share P' for each pole, 'economies' for how many could be asked, and 'share P a year before'; shares are NaN
    where none could be asked.
    """
    counts, size = _leads(study, year, poles, times)
    out = {**counts, **{f"share {pole}": _share(counts[pole], size) for pole in poles}, "economies": size}
    if year - 1 in study.years:
        before, asked = _leads(study, year - 1, poles, times)
        out |= {f"share {pole} a year before": _share(before[pole], asked) for pole in poles}
    return dict(out)


def _leads(study: Study, year: int, pair: Pair, times: float) -> tuple[dict[str, float], float]:
    ties = trade_study(study.at(year)).ties
    first, second = (direct_pull(ties, pole).values.ravel() for pole in pair)
    known = np.isfinite(first) & np.isfinite(second) & ~pole_states(ties, pair).values.ravel()
    ahead = float((first > times * second)[known].sum()), float((second > times * first)[known].sum())
    return dict(zip(pair, ahead, strict=True)), float(known.sum())


def _share(count: float, size: float) -> float:
    return count / size if size else np.nan


@measure("labels", table=MEASURES, title="Whose largest partner", poles="states")
def largest_partner(study: Study, year: int, poles: Sequence[str]) -> dict[str, Value]:
    """The largest partner of every economy of the panel in goods trade both ways.

    Equal shares count for the partner first in the order of codes. A partner that was not observed cannot be the
    largest, and an economy of whose trade less than 0.8 was observed is left out.

    Raises
    ------
    StateError : a pole that is not a state.
    """
    poles = [state_in_panel(study, pole) for pole in poles]
    ties = trade_study(study.at(year)).ties
    known = np.nan_to_num(ties.values[0], nan=-1.0)
    asked = covered(ties)[0] & (known.max(axis=0) > 0)
    partner = pd.Series(ties.indexes["source"][known.argmax(axis=0)][asked]).value_counts()
    return {**{pole: float(partner.get(pole, 0)) for pole in poles}, "economies": float(asked.sum())}


@measure("labels", table=MEASURES, title="When one power passed another in a state's trade")
def trade_crossing(study: Study, state: str, poles: Pair, base: str = "two_way") -> dict[str, Value]:
    """The balance of the two in the state's goods trade alone (both ways, or on the base named); a crossing is lasting
    if its lead is kept to the end of the series and not undone later. Nothing is dated across a change of source.

    Returns
    -------
    'lasting crossing': the first year of a lead kept to the end of the series and not undone in a later one
    (trends.lasting_crossing); 'first crossing': the first year of any lead after a year without. NaN where there is
    none.
    """
    balance, breaks = balance_series(trade_study(study, base).with_poles(poles), state)
    found = lasting_crossing(balance, breaks)
    kept = found[(found["direction"] > 0) & found["holds"]]
    lasting = float(kept["year"].iloc[0]) if len(kept) else np.nan
    return {"lasting crossing": lasting, "first crossing": first_crossing(balance, breaks)}


def first_crossing(balance: xr.DataArray, breaks: xr.DataArray) -> float:
    """First year above zero that follows a year below zero in the same series, of one state; NaN without one."""
    values, begins = balance.values.ravel(), breaks.values.ravel()
    turned = (values[1:] > 0) & (values[:-1] < 0) & ~begins[1:]
    return float(balance.indexes["year"][1:][turned][0]) if turned.any() else np.nan


@measure("labels", table=MEASURES, title="In how many states each pulls more")
def lens_counts(study: Study, lens: str, year: int, poles: Pair) -> dict[str, Value]:
    """States in which the pull of one is larger than that of the other, by one lens at the default choices.

    Returns
    -------
    P for each pole, 'states' for how many could be asked; and 'P, direct pull' for comparison, unless that is the lens.
    """
    check_year(year, study.years)
    out = _counts(study, lens, year, poles)
    if lens == "direct":
        return out
    direct = _counts(study, "direct", year, poles)
    return {**out, **{f"{pole}, direct pull": direct[pole] for pole in poles}}


def _counts(study: Study, lens: str, year: int, pair: Pair) -> dict[str, Value]:
    pulls = lens_pull(study.with_poles(pair), lens).sel(year=[year])
    first, second = (pulls.sel(pole=pole).values for pole in pair)
    known = np.isfinite(first) & np.isfinite(second) & ~pole_states(pulls, pair).values
    ahead = float((first > second)[known].sum()), float((second > first)[known].sum())
    return {pair[0]: ahead[0], pair[1]: ahead[1], "states": float(known.sum())}


@measure("labels", table=MEASURES, title="How a region is split")
def regional_split(
    study: Study, group: str, year: int, poles: Pair, weights: Mapping[str, float] | None = None
) -> dict[str, Value]:
    """Direct pull of the two on each state of the group, split so that both add up to a hundred; the mean over the
    states. States of which too little was observed are left out. With `weights`, these layer weights.

    Returns
    -------
    P and 'P ahead' (states) for each pole; 'no value': states of which too little was observed, left out of the mean.
    """
    first, second = poles
    ties = weighed(study, weights=weights).at(year).ties
    balance = headline_balance(ties, (first, second)).isel(year=0).to_series()
    members = balance.reindex(study.registry.members(group, year))
    share = float(100.0 * (1.0 + members.mean()) / 2.0)
    return {
        first: share,
        second: 100.0 - share,
        f"{first} ahead": frozenset(members.index[members > 0]),
        f"{second} ahead": frozenset(members.index[members < 0]),
        "no value": frozenset(members.index[members.isna()]),
    }
