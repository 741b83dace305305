"""Whom trade agreements tie: the pairs between which they take tariffs away."""

from __future__ import annotations

import numpy as np

from influence.panel.panel import Panel

FREE = ("free_trade", "customs_union")
"""Kinds of agreement that free most trade; partial ones leave tariffs as they are and are not counted."""


def tied_pairs_of(panel: Panel, year: int, agreement: str | None = None) -> np.ndarray:
    """Whether u and v are tied by agreements that take tariffs away, or by one of them, bool (state, state)."""
    spells, at = panel.agreement_spells, year - panel.years[0]
    if agreement is None:
        rows = np.isin(spells.kind, FREE)
    else:
        rows = panel.agreement_pairs["agreement"].eq(agreement).to_numpy(dtype=bool)
    rows = rows & (spells.begin <= at) & (spells.end >= at) & (spells.source >= 0) & (spells.target >= 0)
    tied = np.zeros((len(panel.states), len(panel.states)), dtype=bool)
    a, b = spells.source[rows], spells.target[rows]
    tied[a, b] = tied[b, a] = True
    return tied
