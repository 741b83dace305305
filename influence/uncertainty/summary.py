"""Summaries of draws: quantiles, probabilities and ranks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LOW, HIGH = 0.05, 0.95
LEAST_KNOWN = 0.8
"""Share of the draws that must have a value, else there is no range."""


def quantiles(draws: np.ndarray, shares: Sequence[float]) -> list[np.ndarray]:
    """Quantiles over the first axis, missing values left out, linear between values (numpy.nanquantile)."""
    ordered, count = _ordered(draws)
    out = []
    for share in shares:
        place = share * np.maximum(count - 1, 0)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        low, high = (np.take_along_axis(ordered, at[None], axis=0)[0] for at in (below, above))
        with np.errstate(invalid="ignore"):  # infinite places of crossings outside the years
            out.append(np.where(count > 0, low + (place - below) * (high - low), np.nan))
    return out


def step_quantiles(draws: np.ndarray) -> list[np.ndarray]:
    """5 %, 50 % and 95 % of ranks or years, over the first axis: values that occur.

    The median is the least y with P(Y <= y) >= 0.5. By the mid-distribution m(y) = P(Y < y) + P(Y = y) / 2, low is the
    least y with m(y) >= 0.05 and high the greatest with m(y) <= 0.95 (Ma, Genton & Parzen 2011, Asymptotic properties
    of sample quantiles of discrete distributions). Quantiles by P(Y <= y) would cover the truth too often if few values
    occur.
    """
    ordered, count = _ordered(draws)
    middle = _mid_distribution(ordered, count)
    # A small margin, so that rounding of a share does not decide.
    low, high = (middle < LOW - 1e-9).sum(axis=0), (middle <= HIGH + 1e-9).sum(axis=0) - 1
    median = (count - 1) // 2
    out = []
    for at in (low, median, high):
        place = np.clip(at, 0, np.maximum(count - 1, 0))
        out.append(np.where(count > 0, np.take_along_axis(ordered, place[None], axis=0)[0], np.nan))
    return out


def _mid_distribution(ordered: np.ndarray, count: np.ndarray) -> np.ndarray:
    """m of each value in order; infinite for missing values."""
    place = np.arange(len(ordered), dtype=np.int32).reshape(-1, *[1] * (ordered.ndim - 1))
    place = np.broadcast_to(place, ordered.shape)
    new = np.ones(ordered.shape, dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    first = np.maximum.accumulate(np.where(new, place, 0), axis=0)
    end = np.ones(ordered.shape, dtype=bool)
    end[:-1] = new[1:]
    last = np.minimum.accumulate(np.where(end, place, len(ordered))[::-1], axis=0)[::-1]
    middle = (first + last + 1) / 2.0 / np.maximum(count, 1)
    return np.where(place < count, middle, np.inf)


def _ordered(draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.sort(draws, axis=0), np.asarray((~np.isnan(draws)).sum(axis=0))  # NaN last


def lead_probability(balance: np.ndarray) -> np.ndarray:
    """Share of the draws, over the first axis, in which the first pole leads, plus half of those with a balance of 0;
    NaN if no draw has a value.
    """
    there = (~np.isnan(balance)).sum(axis=0)
    ahead = (balance > 0).sum(axis=0) + 0.5 * (balance == 0).sum(axis=0)
    return np.divide(ahead, there, where=there > 0, out=np.full(ahead.shape, np.nan))


def places(values: np.ndarray) -> np.ndarray:
    """Rank along the last axis, 1 for the largest, the mean rank for equal values; NaN for NaN."""
    from scipy.stats import rankdata

    ranked = rankdata(-values, axis=-1, nan_policy="omit")
    return np.where(np.isnan(values), np.nan, ranked)


def known(draws: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Where there is a value without draws and in at least four of five draws."""
    return np.asarray(((~np.isnan(draws)).mean(axis=0) >= LEAST_KNOWN) & ~np.isnan(value))
