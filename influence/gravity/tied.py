"""Pairs of states whose trade agreements remove tariffs."""

from __future__ import annotations

import numpy as np

from influence.panel.panel import Panel

FREE = ("free_trade", "customs_union")
"""Kinds of agreement that free most trade; partial ones leave tariffs unchanged and do not count."""


def tied_pairs_of(panel: Panel, year: int, agreement: str | None = None) -> np.ndarray:
    """Whether an agreement that removes tariffs, or the one named, is in force for u and v, bool (state, state)."""
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
