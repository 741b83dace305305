"""Whether a change was more than drift, in a sentence with its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import xarray as xr

from influence.comparison.drift import Difference, Placebo, Window, difference_in_differences, placebo_years
from influence.comparison.sides import ComparisonSide
from influence.comparison.synthetic import Synthetic, synthetic_control
from influence.metrics.pull import headline_balance

SURE = 0.1


class DriftStudy(NamedTuple):
    """The three looks at a change of a balance, and what they say together."""

    placebo: Placebo
    difference: Difference
    synthetic: Synthetic
    sentence: str


def drift_study(
    ties: xr.DataArray, pair: tuple[str, str], own: Sequence[str], rest: Sequence[str], window: Window, *, group: str,
    seed: int = 0,
) -> DriftStudy:  # fmt: skip
    """Whether the balance of the states `own` (`group` in words) moved more over the window than drift.

    Raises
    ------
    StateError, YearError : see drift.checked.
    """
    balance, breaks = headline_balance(ties, pair), ties["is_break"].values
    placebo = placebo_years(balance, breaks, own, window)
    difference = difference_in_differences(balance, breaks, own, rest, window, seed=seed)
    synthetic = synthetic_control(balance, breaks, own, rest, window)
    sentence = drift_verdict(
        placebo, difference, synthetic, window, measure=f"balance {'-'.join(pair)}", group=group
    )  # fmt: skip
    return DriftStudy(placebo, difference, synthetic, sentence)


def sides_verdict(
    first: ComparisonSide, second: ComparisonSide, pair: tuple[str, str], states: Sequence[str] | None
) -> str:  # fmt: skip
    """For two years of one panel: whether the states moved more than in other stretches as long; else nothing."""
    if first.study is None or second.study is None or first.scenario != second.scenario or first.year == second.year:
        return ""
    ties = first.study.ties
    early, late = sorted((first.year, second.year))
    balance, window = headline_balance(ties, pair), Window(early + 1, late - early)
    group = states or [str(code) for code in balance.indexes["target"]]
    return ordinary_verdict(placebo_years(balance, ties["is_break"].values, group, window), window, pair)


def drift_verdict(
    placebo: Placebo, difference: Difference, synthetic: Synthetic, window: Window, *, measure: str, group: str
) -> str:
    """What the three looks at a change say together; never that the date caused it.

    measure : what moved ('balance between China and the United States'). group : who ('the members of TPP').
    """
    years = f"from {window.before} to {window.after}"
    if math.isnan(placebo.p):
        return (
            f"It cannot be told whether the {measure} of {group} moved more than in ordinary years {years}: "
            f"{placebo.states} states have a change that can be told and there are {len(placebo.placebo)} other "
            f"stretches as long to set it against."
        )
    # Each look alone may be chance: more than drift is what time and place both call unusual.
    unusual = placebo.p <= SURE
    apart = not math.isnan(difference.p) and difference.p <= SURE
    head = {
        (False, False): f"No more than an ordinary stretch of years: {years} the {measure} of {group}",
        (True, False): f"More than in ordinary years, and no more than elsewhere: {years} the {measure} of {group}",
        (False, True): f"No more than in ordinary years, yet apart from other states: {years} the {measure} of {group}",
        (True, True): f"More than drift: {years} the {measure} of {group}",
    }[unusual, apart]
    told = (
        f"{head} moved by {placebo.observed:+.3f} (mean of {placebo.states} states); in {len(placebo.placebo)} other "
        f"stretches as long it moved by {placebo.low:+.3f} to {placebo.high:+.3f} (p = {placebo.p:.2f})."
    )
    if not math.isnan(difference.p):
        told += (
            f" Against {_outside(difference)}, the difference is {difference.value:+.3f} (5-95 %: "
            f"{difference.low:+.3f} to {difference.high:+.3f}; p = {difference.p:.2f})."
        )
    if not math.isnan(synthetic.p):
        told += (
            f" Against a weighted mean of {len(synthetic.weights)} of them that moved alike before (fit "
            f"{synthetic.fit:.3f}), the gap is {synthetic.gap:+.3f} (p = {synthetic.p:.2f})."
        )
    return told + " None of this says what caused it."


def _outside(difference: Difference) -> str:
    """Those a group is set against: a state without a change over the window is told, and does not count."""
    silent = difference.outside - difference.controls
    apart = f" ({silent} of the {difference.outside} have no change that can be told)" if silent else ""
    return f"{difference.controls} states outside{apart}"


def ordinary_verdict(placebo: Placebo, window: Window, pair: tuple[str, ...]) -> str:
    """The same of two years alone, without a group to set apart: is this stretch unlike others?"""
    label = "-".join(pair)
    if math.isnan(placebo.p):
        return (
            f"Whether {window.before} to {window.after} is unlike other years cannot be told: {placebo.states} states "
            f"have a change that can be told, and there are {len(placebo.placebo)} other stretches as long."
        )
    word = (
        "More than an ordinary stretch of years" if placebo.p <= SURE else "No more than an ordinary stretch of years"
    )
    return (
        f"{word}: the mean balance {label} of {placebo.states} states moved by {placebo.observed:+.3f}; in "
        f"{len(placebo.placebo)} other stretches of {window.span} years it moved by {placebo.low:+.3f} to "
        f"{placebo.high:+.3f} (p = {placebo.p:.2f}). Before and after is not with and without."
    )
