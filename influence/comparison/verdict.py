"""Whether a change was larger than normal variation, in a sentence with its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import xarray as xr

from influence.comparison.drift import Difference, Placebo, Window, difference_in_differences, placebo_years
from influence.comparison.sides import ComparisonSide
from influence.comparison.synthetic import Synthetic, synthetic_control
from influence.errors import pluralize
from influence.metrics.pull import headline_balance

SURE = 0.1
"""Largest p that counts as unusual."""


class DriftStudy(NamedTuple):
    """Three comparisons of the change of a balance, and a sentence on all three."""

    placebo: Placebo
    difference: Difference
    synthetic: Synthetic
    sentence: str


def drift_study(
    ties: xr.DataArray, pair: tuple[str, str], states: Sequence[str], rest: Sequence[str], window: Window, *,
    group: str, seed: int = 0,
) -> DriftStudy:  # fmt: skip
    """Whether the balance of some states (`group` in words) changed more over the window than normal variation.

    Raises
    ------
    StateError, YearError : see checked.
    """
    balance, breaks = headline_balance(ties, pair), ties["is_break"].values
    placebo = placebo_years(balance, breaks, states, window)
    difference = difference_in_differences(balance, breaks, states, rest, window, seed=seed)
    synthetic = synthetic_control(balance, breaks, states, rest, window)
    sentence = drift_verdict(placebo, difference, synthetic, window, measure=f"balance {'-'.join(pair)}", group=group)
    return DriftStudy(placebo, difference, synthetic, sentence)


def sides_verdict(
    first: ComparisonSide, second: ComparisonSide, pair: tuple[str, str], states: Sequence[str] | None
) -> str:
    """For two years of one panel, whether the states changed more than in other periods; else an empty text."""
    if first.study is None or second.study is None or first.scenario != second.scenario or first.year == second.year:
        return ""
    ties = first.study.ties
    early, late = sorted((first.year, second.year))
    balance, window = headline_balance(ties, pair), Window(early + 1, late - early)
    group = states or [str(code) for code in balance.indexes["target"]]
    return period_verdict(placebo_years(balance, ties["is_break"].values, group, window), window, pair)


def drift_verdict(
    placebo: Placebo, difference: Difference, synthetic: Synthetic, window: Window, *, measure: str, group: str
) -> str:
    """The three results in words; never that the event caused the change.

    measure : what changed ('balance between China and the United States'). group : whose ('the members of TPP').
    """
    years = f"from {window.before} to {window.after}"
    if math.isnan(placebo.p):
        return f"Not known: whether the {measure} of {group} changed more than usual {years}. {_known(placebo)}"
    # One unusual result may be chance: a change is larger than normal variation only if time and place agree.
    head = {
        (False, False): "Not larger than normal variation",
        (True, False): "Larger than normal variation, but not larger than elsewhere",
        (False, True): "Not larger than normal variation, but different from other states",
        (True, True): "Larger than normal variation and than elsewhere",
    }[placebo.p <= SURE, not math.isnan(difference.p) and difference.p <= SURE]
    text = (
        f"{head}: {years} the {measure} of {group} changed by {placebo.observed:+.3f} (mean of "
        f"{pluralize(placebo.states, 'state')}). In {pluralize(len(placebo.placebo), 'other period')} of the same "
        f"length it changed by {placebo.low:+.3f} to {placebo.high:+.3f} (5-95 %; p = {placebo.p:.2f})."
    )
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


def _known(placebo: Placebo) -> str:
    return (
        "A period that contains a series break does not count. That leaves "
        f"{pluralize(placebo.states, 'state')} and {pluralize(len(placebo.placebo), 'other period')} of the same "
        "length to compare with."
    )


def _outside(difference: Difference) -> str:
    """The controls; those without a known change do not count."""
    missing = difference.outside - difference.controls
    note = f" ({missing} of the {difference.outside} have no known change)" if missing else ""
    return f"{pluralize(difference.controls, 'state')} outside the group{note}"


def period_verdict(placebo: Placebo, window: Window, pair: tuple[str, ...]) -> str:
    """Whether a period differs from others, for two years alone, without a group and controls."""
    if math.isnan(placebo.p):
        return f"Not known: whether {window.before} to {window.after} is unlike other years. {_known(placebo)}"
    head = "Larger than normal variation" if placebo.p <= SURE else "Not larger than normal variation"
    return (
        f"{head}: the mean balance {'-'.join(pair)} of {pluralize(placebo.states, 'state')} changed by "
        f"{placebo.observed:+.3f}. In {pluralize(len(placebo.placebo), 'other period')} of "
        f"{pluralize(window.span, 'year')} it changed by {placebo.low:+.3f} to {placebo.high:+.3f} (5-95 %; p = "
        f"{placebo.p:.2f}). A difference between two years is not the effect of one event."
    )
