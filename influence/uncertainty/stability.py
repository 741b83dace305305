"""Changes of the balances of a year under each variant of the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.errors import StateError
from influence.metrics.pull import headline_balance, pairs_of
from influence.study import Study
from influence.uncertainty.variants import Variant, Varied, YearStudy, vary

Pair = tuple[str, str]

STATE_COLUMNS = (
    "variant", "year", "iso3", "pole", "before", "after", "change", "leader_before", "leader_after", "flag",
)  # fmt: skip
VARIANT_COLUMNS = (
    "variant", "year", "pole", "title", "applies", "note", "states", "changed", "leader_changes", "gained", "lost",
    "largest_iso3", "largest",
)  # fmt: skip


class Stability(NamedTuple):
    """variants : one row for each variant and pair of poles. states : one for each state too. See what_changes."""

    variants: pd.DataFrame
    states: pd.DataFrame


def what_changes(study: Study, year: int, variants: Sequence[Variant], states: Sequence[str]) -> Stability:
    """The balance of each state and pair of poles (equation 6) before and under each variant, one at a time.

    Returns
    -------
    states : change = after - before, NaN if either is missing. leader_before, leader_after : the pole of the pair that
        leads, '' at a balance of 0 and without a value; a group that replaces a pole has the pole's name. flag, joined
        by ';': leader_changes; missing_before, missing_after (too little observed, neither pole pulls, or the state is
        a pole); break, if the balance changed and has other sources or layers than before, which is a difference of
        definitions. A variant that does not apply has no rows.
    variants : applies and note: whether it changes the data, how or why not; states: number with a balance before and
        after; changed (by more than 1e-12), leader_changes, gained, lost: numbers of states; largest change and
        largest_iso3 (NaN and '' without any).

    Raises
    ------
    StateError : see pull_balance, of the year itself; under a variant it is the reason shown. YearError : the panel
        does not cover the year.
    """
    measured, pairs = YearStudy(study.at(year), study), study.pairs
    before = _balances(measured.study, study.poles, states)
    rows, heads = [], []
    for variant in variants:
        varied, after = _after(variant, measured, states)
        for pair in pairs:
            missing = pd.Series(dtype=float)
            there = before[pair] if pair in after else missing
            table = _rows(variant.name, year, pair, there, after.get(pair, missing), varied.is_break)
            rows += [table] if len(table) else []
            heads.append(_head(variant, varied, year, pair, table))
    listed = pd.DataFrame(heads, columns=list(VARIANT_COLUMNS))
    every = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(STATE_COLUMNS))
    return Stability(listed, every[list(STATE_COLUMNS)])


def _after(variant: Variant, measured: YearStudy, states: Sequence[str]) -> tuple[Varied, dict[Pair, pd.Series]]:
    """The variant applied, and its balances by the pairs of the study; none if it does not apply."""
    varied = vary(variant, measured)
    if varied.measured is None:
        return varied, {}
    try:
        return varied, _balances(varied.measured.study, measured.study.poles, states)
    except StateError as err:
        return Varied(None, f"there is no balance: {str(err).rstrip('.')}"), {}


def _balances(study: Study, named: Sequence[str], states: Sequence[str]) -> dict[Pair, pd.Series]:
    """Balance of each state, by pair; the keys are pairs of `named`, the names of the study's poles."""
    called = zip(pairs_of(named), study.pairs, strict=True)
    return {
        name: headline_balance(study.ties, pair).isel(year=0).to_series().reindex(list(states)) for name, pair in called
    }


def _rows(variant: str, year: int, pair: Pair, before: pd.Series, after: pd.Series, is_break: bool) -> pd.DataFrame:
    old, new = before.to_numpy(dtype=float), after.to_numpy(dtype=float)
    leaders = [np.select([value > 0, value < 0], list(pair), "").astype(object) for value in (old, new)]
    known = ~np.isnan(old) & ~np.isnan(new)
    marks = {
        "leader_changes": known & (leaders[0] != leaders[1]),
        "missing_before": np.isnan(old),
        "missing_after": np.isnan(new),
        "break": is_break & known & _moved(old, new),
    }
    words = [";".join(word for word, there in marks.items() if there[i]) for i in range(len(old))]
    return pd.DataFrame(
        {
            "variant": variant, "year": year, "iso3": before.index.to_numpy(dtype=object), "pole": "-".join(pair),
            "before": old, "after": new, "change": new - old,
            "leader_before": leaders[0], "leader_after": leaders[1], "flag": words,
        }
    )  # fmt: skip


LEAST_CHANGE = 1e-12
"""Smaller differences are rounding errors of sums in another order."""


def _moved(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(np.nan_to_num(new - old)) > LEAST_CHANGE)


def _head(variant: Variant, varied: Varied, year: int, pair: Pair, table: pd.DataFrame) -> list[object]:
    """A row of VARIANT_COLUMNS."""
    old, new = (table[side].to_numpy(dtype=float) for side in ("before", "after"))
    both, moved = ~np.isnan(old) & ~np.isnan(new), _moved(old, new)
    leader_changes = int(table["flag"].str.contains("leader_changes").sum()) if len(table) else 0
    gained, lost = int((np.isnan(old) & ~np.isnan(new)).sum()), int((~np.isnan(old) & np.isnan(new)).sum())
    most = int(np.abs(np.nan_to_num(new - old)).argmax()) if moved.any() else -1
    whose = (str(table["iso3"].iloc[most]), float(new[most] - old[most])) if most >= 0 else ("", float("nan"))
    applies = varied.measured is not None
    note = varied.note if not applies or moved.any() or gained or lost else f"{varied.note}; no balance changes"
    counts = (int(both.sum()), int(moved.sum()), leader_changes, gained, lost)
    return [variant.name, year, "-".join(pair), variant.title, applies, note, *counts, *whose]
