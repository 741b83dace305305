"""Whether a change was larger than normal variation, in a sentence with its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import xarray as xr

from influence.compare.drift import Difference, Placebo, Window, difference_in_differences, placebo_years
from influence.compare.sides import Side
from influence.compare.synthetic import Synthetic, synthetic_control
from influence.errors import pluralize
from influence.metrics.pull import headline_balance

SURE = 0.1


class DriftStudy(NamedTuple):
    """Three tests of a change of a balance, and their result in a sentence."""

    placebo: Placebo
    difference: Difference
    synthetic: Synthetic
    sentence: str


def drift_study(
    ties: xr.DataArray, pair: tuple[str, str], members: Sequence[str], rest: Sequence[str], window: Window, *,
    group: str, seed: int = 0,
) -> DriftStudy:  # fmt: skip
    """Whether the balance of the states `members` (`group` in words) changed by more than normal variation.

    Raises
    ------
    StateError, YearError : see drift.checked.
    """
    balance, breaks = headline_balance(ties, pair), ties["is_break"].values
    placebo = placebo_years(balance, breaks, members, window)
    difference = difference_in_differences(balance, breaks, members, rest, window, seed=seed)
    synthetic = synthetic_control(balance, breaks, members, rest, window)
    sentence = drift_verdict(
        placebo, difference, synthetic, window, measure=f"balance {'-'.join(pair)}", group=group
    )  # fmt: skip
    return DriftStudy(placebo, difference, synthetic, sentence)


def sides_verdict(
    first: Side, second: Side, pair: tuple[str, str], states: Sequence[str] | None
) -> str:  # fmt: skip
    """For two years of one panel: whether the states changed more than in other periods as long; else an empty text."""
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
    """The result of the three tests of a change in words; it never says that the event caused the change.

    measure : what changed ('balance CHN-USA'). group : who ('the members of TPP').
    """
    years = f"from {window.before} to {window.after}"
    if math.isnan(placebo.p):
        return (
            f"Not enough data to test whether the {measure} of {group} changed more than usual {years}: {_few(placebo)}"
        )
    # One test alone may be chance: a change larger than normal variation is unusual among years and among states.
    among_years = placebo.p <= SURE
    among_states = not math.isnan(difference.p) and difference.p <= SURE
    head = {
        (False, False): "Not larger than normal variation",
        (True, False): "Larger than in other years, but not larger than in other states",
        (False, True): "Not larger than in other years, but different from other states",
        (True, True): "Larger than normal variation",
    }[among_years, among_states]
    text = f"{head}: {years} the {measure} of {group} {_change(placebo)}"
    if not math.isnan(difference.p):
        text += (
            f" The difference from {_outside(difference)} is {difference.value:+.3f} (5-95 %: "
            f"{difference.low:+.3f} to {difference.high:+.3f}; p = {difference.p:.2f})."
        )
    if not math.isnan(synthetic.p):
        text += (
            f" The difference from a weighted mean of {len(synthetic.weights)} of them, which changed in the same way "
            f"before the event (root mean squared difference {synthetic.fit:.3f}), is {synthetic.gap:+.3f} "
            f"(p = {synthetic.p:.2f})."
        )
    return text + " These tests do not show what caused the change."


def _change(placebo: Placebo) -> str:
    """The mean change, and that of other periods."""
    return (
        f"changed by {placebo.observed:+.3f} (mean of {pluralize(placebo.states, 'state')}). In "
        f"{pluralize(len(placebo.placebo), 'other period')} of the same length it changed by {placebo.low:+.3f} to "
        f"{placebo.high:+.3f} (5-95 %; p = {placebo.p:.2f})."
    )


def _few(placebo: Placebo) -> str:
    return (
        f"a change can be computed for {pluralize(placebo.states, 'state')} and in "
        f"{pluralize(len(placebo.placebo), 'other period')} of the same length."
    )


def _outside(difference: Difference) -> str:
    """The states a group is compared with; those without a change over the window are counted apart."""
    silent = difference.outside - difference.controls
    unknown = f" (for {silent} of the {difference.outside} no change can be computed)" if silent else ""
    return f"{difference.controls} states outside the group{unknown}"


def ordinary_verdict(placebo: Placebo, window: Window, pair: tuple[str, ...]) -> str:
    """The same for two years alone, without a group to compare: is the change unlike that of other periods?"""
    label, years = "-".join(pair), f"from {window.before} to {window.after}"
    if math.isnan(placebo.p):
        return f"Not enough data to test whether the change {years} is larger than normal variation: {_few(placebo)}"
    head = "Larger than normal variation" if placebo.p <= SURE else "Not larger than normal variation"
    return (
        f"{head}: {years} the balance {label} {_change(placebo)} A change between two years is not the effect of one "
        f"event."
    )
