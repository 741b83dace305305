"""The year in which the lead changes for good, over the draws."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.metrics.trends import lasting_crossing
from influence.uncertainty.summary import LEAST_KNOWN, step_quantiles

MISSING = np.int8(-128)
"""The sign of a missing balance."""
TOGETHER = 50
"""Draws computed together."""
YEAR_COLUMNS = [
    "iso3", "direction", "year", "median", "low", "high", "before", "crosses", "not_yet", "undated", "draws",
]  # fmt: skip
SHARE_COLUMNS = ["iso3", "direction", "year", "share"]


class Crossings(NamedTuple):
    """years : one row for each state whose balance changes sign for good, without draws or in some draw.

    iso3; direction (+1 if the first pole takes the lead, else -1), without draws, else of most draws that cross; year
    without draws, NaN for none. median, low, high : over the draws; a draw in which that pole leads from the start
    counts as earlier than all years, one in which it does not lead at the end as later; NaN if the quantile is there.
    before, crosses, not_yet, undated : shares of the draws that lead from the start, cross in a year, do not lead at
    the end, and cross without a known year (across a series break or a gap). draws : number with a value.
    probabilities : iso3, direction, year, share of the draws that cross in that year.
    """

    years: pd.DataFrame
    probabilities: pd.DataFrame


def signs_of(balance: np.ndarray) -> np.ndarray:
    """Signs as int8, MISSING for NaN: enough for crossings, in an eighth of the memory."""
    return np.where(np.isnan(balance), MISSING, np.sign(np.nan_to_num(balance)).astype(np.int8))


def crossing_years(signs: np.ndarray, settings: xr.DataArray, breaks: xr.DataArray) -> Crossings:
    """Distribution of the year of the lasting crossing (trends.lasting_crossing) over the draws.

    Parameters
    ----------
    signs : signs_of the balance, (draw, year, state). settings : the balance without draws, dims (year, target).
    breaks : bool, the same labels.
    """
    codes = settings.indexes["target"].to_numpy(dtype=str)
    dated = _dated(signs, settings.indexes["year"], breaks.values)
    usual = lasting_crossing(settings, breaks)
    usual = usual[usual["holds"]].set_index("iso3")[["direction", "year"]]
    known = signs != MISSING
    last = _last_sided(signs)
    rows, shares = [], []
    for state in np.flatnonzero((dated[0] != 0).any(axis=0) | pd.Index(codes).isin(usual.index)):
        there = known[:, :, state].any(axis=1)
        if there.mean() < LEAST_KNOWN:
            continue
        direction, year = dated[0][there, state], dated[1][there, state]
        code = codes[state]
        most = 1 if (direction > 0).sum() >= (direction < 0).sum() else -1
        side = int(usual.loc[code, "direction"]) if code in usual.index else most
        at = _year_or_side(direction, year, last[there, state], signs[there, :, state], side)
        low, median, high = (float(v) if np.isfinite(v) else np.nan for v in _quantiles(at))
        shares_of = [np.mean(at == -np.inf), np.mean(np.isfinite(at)), np.mean(at == np.inf), np.mean(np.isnan(at))]
        stated = float(usual.loc[code, "year"]) if code in usual.index else np.nan
        rows.append((code, side, stated, median, low, high, *shares_of, int(there.sum())))
        counts = pd.Series(at[np.isfinite(at)]).value_counts(sort=False).sort_index()
        shares += [(code, side, int(year), count / len(at)) for year, count in counts.items()]
    return Crossings(pd.DataFrame(rows, columns=YEAR_COLUMNS), pd.DataFrame(shares, columns=SHARE_COLUMNS))


def _dated(signs: np.ndarray, years: pd.Index, breaks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Direction and year of the lasting crossing of each draw and state; direction 0 for none."""
    draws, _, states = signs.shape
    direction, year = np.zeros((2, draws, states), dtype=int)
    for first in range(0, draws, TOGETHER):
        part = signs[first : first + TOGETHER]
        values = np.where(part == MISSING, np.nan, part.astype(float)).transpose(1, 0, 2).reshape(len(years), -1)
        labels = {"year": years, "target": np.arange(values.shape[1])}
        measure = xr.DataArray(values, coords=labels, dims=("year", "target"))
        broken = xr.DataArray(np.tile(breaks, len(part)), coords=labels, dims=("year", "target"))
        found = lasting_crossing(measure, broken)
        found = found[found["holds"]]
        at = found["iso3"].astype(int).to_numpy()
        where = first + at // states, at % states
        direction[where], year[where] = found["direction"], found["year"]
    return direction, year


def _last_sided(signs: np.ndarray) -> np.ndarray:
    """Sign in the last year that has one, (draw, state); 0 for none."""
    sided = (signs != 0) & (signs != MISSING)
    at = signs.shape[1] - 1 - sided[:, ::-1].argmax(axis=1)
    last = np.take_along_axis(signs, at[:, None], axis=1)[:, 0]
    return np.where(sided.any(axis=1), last, np.int8(0))


def _year_or_side(
    direction: np.ndarray, year: np.ndarray, last: np.ndarray, signs: np.ndarray, side: int
) -> np.ndarray:
    """Year of the crossing in each draw: -inf if the pole leads from the start, inf if it does not lead at the end."""
    from_start = ~(signs == -side).any(axis=1) & (last == side)
    at = np.full(len(year), np.nan)
    at[from_start] = -np.inf
    at[last != side] = np.inf
    dated = direction == side
    at[dated] = year[dated]
    return at


def _quantiles(at: np.ndarray) -> list[float]:
    if np.isnan(at).mean() > 1 - LEAST_KNOWN:
        return [np.nan] * 3
    return [float(v[0]) for v in step_quantiles(at[:, None])]
