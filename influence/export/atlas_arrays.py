"""The arrays of the atlas: the layers of each state, so that the page can combine them with other weights.

The page computes direct pull from the same numbers as metrics.pull (static/pull.js): the shares of each layer that rest
on the poles, what it does not cover, what of it was observed, and where each layer exists. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from influence.comparison.definitions import range_over
from influence.errors import StateError, YearError
from influence.export.backbone import prominent
from influence.export.packing import Packed
from influence.export.scenario_view import ScenarioView
from influence.layers import trade_breaks
from influence.metrics.lenses import lens_balance, lens_pull
from influence.metrics.pull import direct_pull, pairs_of, pole_members, pull_balance
from influence.quality import tie_marks
from influence.specs import LENSES

POLED, EXACT, FINE, COARSE = 1e-9, 1e-7, 1e-6, 1e-5
"""Steps of pulls (a balance is a ratio even of the smallest), of what else the page computes with, of what it only
shows, and of ranges (with many states, of everything that is only shown)."""
MOST_COMPLETE = 64
"""At most this many states have every tie on the page; of more, the prominent, those with poles and the strongest."""
PARTNERS = 8
"""Strongest ties towards a state that the page always has, also from states without a dot."""


class Frame(NamedTuple):
    """The states and ties of the page; the same for the baseline and every scenario.

    shown : codes with a dot. others : codes that only pull. pairs : (n, 2) places in shown + others and in shown.
    complete : every tie between two states shown is among the pairs.
    """

    shown: tuple[str, ...]
    others: tuple[str, ...]
    pairs: np.ndarray
    complete: bool


def choose_frame(views: Sequence[ScenarioView], shown: Sequence[str]) -> Frame:
    """The states and the ties to carry: all ties between few states, of many those that matter in some year."""
    codes, poles = views[0].ties.indexes["target"], views[0].study.poles
    at = codes.get_indexer(list(shown))
    wanted = np.zeros((len(codes), len(shown)), dtype=bool)
    complete = len(shown) <= MOST_COMPLETE
    for view in views:
        towards = np.nan_to_num(view.ties.values[:, :, at])
        most = min(PARTNERS, towards.shape[1])
        strongest = towards >= np.partition(towards, -most, axis=1)[:, [-most], :]
        wanted |= ((towards > 0) & strongest).any(axis=0)
        if complete:
            wanted[at] |= (np.nan_to_num(view.layers.values[:, :, at][..., at]) > 0).any(axis=(0, 1))
            continue
        wanted[at] |= prominent(towards[:, at]).any(axis=0)
        poled = np.any([pole_members(view.ties, pole).any(axis=0) for pole in poles], axis=0)
        tied = (towards > 0).any(axis=0)
        wanted |= tied & (poled[:, None] | poled[at][None, :])
    others = [i for i in np.flatnonzero(wanted.any(axis=1)) if i not in set(at.tolist())]
    rows = np.array([*at, *others])
    source, target = np.nonzero(wanted[rows])
    keep = rows[source] != at[target]
    pairs = np.column_stack([source[keep], target[keep]])
    return Frame(tuple(shown), tuple(str(codes[i]) for i in others), pairs, complete)


def atlas_arrays(view: ScenarioView, frame: Frame, lenses: Sequence[str]) -> dict[str, Packed]:
    """Every array of the page, years last; NaN where there is no value.

    pole (layer, pole, state): share of the layer that rests on the pole. not_covered (layer, state).
    observed, observed_pairs (layer, state): share observed as ties; observed_pairs leaves out pairs whose trade is
    missing, as the composite does. exists (layer): whether the layer was observed for anyone in the year.
    member (pole, state), pole_size (pole): who is in a pole, and how many members it has. breaks (layer, state): the
    layer comes from another kind of series than the year before, or was observed in one of the two alone, of the state
    or at all. marks (layer, pole, state): bits of quality.MARKS. ties (layer, pair). degree (state): known ties from
    the states shown, by the configured weights.
    low, high (measure, state): range of each pull and each balance. lens_, cover_, balance_NAME: the other lenses.
    """
    ties, layers, poles = view.ties, view.layers, view.study.poles
    codes = ties.indexes["target"]
    at = codes.get_indexer(list(frame.shown))
    shares, unseen = layers.values[..., at], layers["unobserved"].values[..., at]
    gap = np.isnan(shares[0]) & (unseen[0] < 1)[:, None, :]
    filled = np.nan_to_num(shares)
    members = np.stack([pole_members(ties, pole) for pole in poles])
    rows = codes.get_indexer([*frame.shown, *frame.others])[frame.pairs[:, 0]]
    step = FINE if frame.complete else COARSE
    out = {
        "pole": Packed(np.moveaxis(_on_poles(filled, gap, members), 2, -1), POLED),
        "not_covered": Packed(_years_last(layers["not_covered"].values[..., at]), EXACT),
        "observed": Packed(_years_last(filled.sum(axis=2)), EXACT),
        "observed_pairs": Packed(_years_last(np.where(gap, 0.0, filled).sum(axis=2)), EXACT),
        "exists": Packed(np.asarray((layers["unobserved"].values < 1).any(axis=2)), 1),
        "member": Packed(_years_last(members[:, :, at]), 1),
        "pole_size": Packed(np.asarray(members.sum(axis=2)), 1),
        "breaks": Packed(_years_last(_breaks(view, at)), 1),
        "marks": Packed(np.moveaxis(_marks(view, members, at), 2, -1), 1),
        "ties": Packed(_ties(filled, gap, rows, frame.pairs[:, 1], step), step),
        "degree": Packed(_years_last((np.nan_to_num(ties.values[:, at][..., at]) > 0).sum(axis=1)), 1),
    }
    low, high = _ranges(view, at)
    out |= {"low": Packed(low, COARSE), "high": Packed(high, COARSE)}
    for lens in lenses:
        out |= _lens(view, lens, at, step)
    return out


def available_lenses(view: ScenarioView) -> tuple[list[str], dict[str, str]]:
    """Lenses other than the direct one that this panel has the data for, and why the others are missing."""
    have, why = [], {}
    for lens in list(LENSES)[1:]:
        try:
            _lens(view, lens, np.arange(1), FINE)
            have.append(lens)
        except (StateError, YearError) as err:
            why[lens] = str(err)
    return have, why


def _years_last(values: np.ndarray) -> np.ndarray:
    """(..., year, state) as (..., state, year)."""
    return np.swapaxes(np.asarray(values), -1, -2)


def _ties(filled: np.ndarray, gap: np.ndarray, rows: np.ndarray, columns: np.ndarray, step: float) -> np.ndarray:
    """Share of each layer on each pair (layer, pair, year); trade is NaN where it was not observed."""
    tied = filled[:, :, rows, columns]
    tied[0][gap[:, rows, columns]] = np.nan
    # No tie is rounded to zero: which ones are prominent depends on how many there are.
    return np.moveaxis(np.where((tied > 0) & (tied < step), step, tied), 1, -1)


def _on_poles(filled: np.ndarray, gap: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Share of each layer on each pole (layer, pole, year, state); trade is NaN where a member's was not observed."""
    held = np.einsum("pys,lyst->lpyt", members.astype(float), filled)
    lost = np.einsum("pys,yst->pyt", members.astype(float), gap.astype(float)) > 0
    held[0][lost] = np.nan
    return held


def _breaks(view: ScenarioView, at: np.ndarray) -> np.ndarray:
    """Where a layer breaks (layer, year, state), by the whole panel: the first year shown may be one."""
    layers = view.study.layers
    known = layers["unobserved"].values < 1
    exists, seen = np.asarray(known.any(axis=2)), known[..., at]
    out = np.zeros(seen.shape, dtype=bool)
    out[:, 1:] = (seen[:, 1:] != seen[:, :-1]) | (exists[:, 1:] != exists[:, :-1])[..., None]
    out[0] |= trade_breaks(view.panel)[:, at]
    start = view.first - view.panel.years[0]
    return out[:, start : start + len(view.years)]


def _marks(view: ScenarioView, members: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Bits of quality.MARKS on the poles' ties of each layer (layer, pole, year, state)."""
    panel = view.shown.panel
    out = []
    for name in panel.layer_names:
        bits = tie_marks(panel, {name: 1.0}, **view.study.method.mark_choices).values[:, :, at]
        of_poles = [np.bitwise_or.reduce(np.where(member[:, :, None], bits, 0), axis=1) for member in members]
        out.append(np.stack(of_poles))
    return np.stack(out)


def measure_names(poles: Sequence[str]) -> list[str]:
    """The measures that have a range, in order: each pole's pull, then each pair's balance."""
    return [*poles, *("-".join(pair) for pair in pairs_of(poles))]


def _ranges(view: ScenarioView, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest of each measure (measure, state, year)."""
    poles = view.study.poles

    def measured(ties: xr.DataArray) -> np.ndarray:
        pulls = [direct_pull(ties, pole).values for pole in poles]
        balances = [pull_balance(ties, pair).values for pair in pairs_of(poles)]
        return _years_last(np.stack([*pulls, *balances])[..., at])

    return range_over(measured(view.ties), [measured(ties) for ties in view.variants])


def _lens(view: ScenarioView, lens: str, at: np.ndarray, step: float) -> dict[str, Packed]:
    study = view.shown
    if lens == "bandwidth":
        study = study.with_bandwidth_unit(view.panel)
    pulls = lens_pull(study, lens)
    balances = np.stack([lens_balance(pulls, pair).values for pair in study.pairs])[..., at]
    size = float(np.nanmax(np.abs(pulls.values), initial=0.0, where=~np.isnan(pulls.values)))
    return {
        f"lens_{lens}": Packed(_years_last(pulls.values[..., at]), step * 10.0 ** np.ceil(np.log10(size or 1.0))),
        f"cover_{lens}": Packed(_years_last(pulls["coverage"].values[..., at]), step),
        f"balance_{lens}": Packed(_years_last(balances), step),
    }
