"""Whether a change was larger than normal variation, in a sentence with its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import xarray as xr

from influence.compare.drift import Difference, Placebo, Window, difference_in_differences, placebo_years
from influence.compare.sides import Side
from influence.compare.synthetic import Synthetic, synthetic_control
from influence.metrics.pull import headline_balance

SURE = 0.1


class DriftStudy(NamedTuple):
    """The three tests of a change of a balance, and their result in a sentence."""

    placebo: Placebo
    difference: Difference
    synthetic: Synthetic
    sentence: str


def drift_study(
    ties: xr.DataArray, pair: tuple[str, str], inside: Sequence[str], outside: Sequence[str], window: Window, *,
    group: str, seed: int = 0,
) -> DriftStudy:  # fmt: skip
    """Whether the balance of the states `inside` (`group` in words) moved more over the window than normally.

    Raises
    ------
    StateError, YearError : see drift.checked.
    """
    balance, breaks = headline_balance(ties, pair), ties["is_break"].values
    placebo = placebo_years(balance, breaks, inside, window)
    difference = difference_in_differences(balance, breaks, inside, outside, window, seed=seed)
    synthetic = synthetic_control(balance, breaks, inside, outside, window)
    sentence = drift_verdict(
        placebo, difference, synthetic, window, measure=f"balance {'-'.join(pair)}", group=group
    )  # fmt: skip
    return DriftStudy(placebo, difference, synthetic, sentence)


def sides_verdict(
    first: Side, second: Side, pair: tuple[str, str], states: Sequence[str] | None
) -> str:  # fmt: skip
    """For two years of one panel: whether the states moved more than in other periods as long; else empty."""
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
    """The result of the three tests of a change in a sentence, which never names the date as its cause.

    measure : what moved ('balance between China and the United States'). group : who ('the members of TPP').
    """
    years = f"from {window.before} to {window.after}"
    if math.isnan(placebo.p):
        return (
            f"Not known: whether the {measure} of {group} moved more than normally {years}. {placebo.states} states "
            f"have a known change, and there are {len(placebo.placebo)} other periods as long to compare with."
        )
    # Each test alone may be chance: a change is larger than normal variation where time and place both show it.
    unusual = placebo.p <= SURE
    apart = not math.isnan(difference.p) and difference.p <= SURE
    head = {
        (False, False): f"Not larger than normal variation: {years} the {measure} of {group}",
        (True, False): f"Larger than normal variation, but not larger than elsewhere: {years} the {measure} of {group}",
        (
            False,
            True,
        ): f"Not larger than normal variation, but different from other states: {years} the {measure} of {group}",
        (True, True): f"Larger than normal variation and than elsewhere: {years} the {measure} of {group}",
    }[unusual, apart]
    text = (
        f"{head} moved by {placebo.observed:+.3f} (mean of {placebo.states} states); in {len(placebo.placebo)} other "
        f"periods as long it moved by {placebo.low:+.3f} to {placebo.high:+.3f} (p = {placebo.p:.2f})."
    )
    if not math.isnan(difference.p):
        text += (
            f" Against {_outside(difference)}, the difference is {difference.value:+.3f} (5-95 %: "
            f"{difference.low:+.3f} to {difference.high:+.3f}; p = {difference.p:.2f})."
        )
    if not math.isnan(synthetic.p):
        text += (
            f" Against a weighted mean of {len(synthetic.weights)} of them that moved alike before (fit "
            f"{synthetic.fit:.3f}), the gap is {synthetic.gap:+.3f} (p = {synthetic.p:.2f})."
        )
    return text + " None of this shows what caused it."


def _outside(difference: Difference) -> str:
    """Those a group is compared with: a state without a change over the window is named, and does not count."""
    silent = difference.outside - difference.controls
    apart = f" ({silent} of the {difference.outside} have no known change)" if silent else ""
    return f"{difference.controls} states outside{apart}"


def ordinary_verdict(placebo: Placebo, window: Window, pair: tuple[str, ...]) -> str:
    """The same of two years alone, without a group to compare with: is this period unlike others?"""
    label = "-".join(pair)
    if math.isnan(placebo.p):
        return (
            f"Not known: whether {window.before} to {window.after} is unlike other years. {placebo.states} states have "
            f"a known change, and there are {len(placebo.placebo)} other periods as long."
        )
    word = "Larger than normal variation" if placebo.p <= SURE else "Not larger than normal variation"
    return (
        f"{word}: the mean balance {label} of {placebo.states} states moved by {placebo.observed:+.3f}; in "
        f"{len(placebo.placebo)} other periods of {window.span} years it moved by {placebo.low:+.3f} to "
        f"{placebo.high:+.3f} (p = {placebo.p:.2f}). Before and after is not with and without."
    )
