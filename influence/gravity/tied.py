"""Whom trade agreements tie: the pairs between which they take tariffs away."""

from __future__ import annotations

import numpy as np

from influence.panel.panel import Panel

FREE = ("free_trade", "customs_union")
"""Kinds of agreement that free most trade; partial ones leave tariffs as they are and are not counted."""


def tied_pairs_of(panel: Panel, year: int, agreement: str | None = None) -> np.ndarray:
    """Whether u and v are tied by agreements that take tariffs away, or by one of them, bool (state, state)."""
    rows = panel.agreement_pairs
    rows = rows[rows["kind"].isin(FREE)] if agreement is None else rows[rows["agreement"] == agreement]
    rows = rows[(rows["begin_year"] <= year) & ~(rows["end_year"] < year)]
    index = panel.states.index
    tied = np.zeros((len(index), len(index)), dtype=bool)
    a, b = index.get_indexer(rows["iso3_a"]), index.get_indexer(rows["iso3_b"])
    known = (a >= 0) & (b >= 0)
    tied[a[known], b[known]] = tied[b[known], a[known]] = True
    return tied
