"""Ties gained, lost and changed between two graphs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

EDGE_LEAST = 0.01
"""Smaller shares of the target's reliance are not counted as a tie."""
COLUMNS = ["source", "target", "before", "after", "change", "kind"]


def edge_changes(a: np.ndarray, b: np.ndarray, codes: Sequence[str]) -> pd.DataFrame:
    """Ties that are new, gone or changed, the largest change first.

    Parameters
    ----------
    a, b : shares (source, target), NaN where unobserved.

    Returns
    -------
    source, target, before, after, change, kind: gained, lost, changed; unobserved if it is a tie on one side and
    missing on the other, which is neither a gain nor a loss (change is NaN).
    """
    diagonal = np.eye(len(a), dtype=bool)
    there = [np.nan_to_num(m) >= EDGE_LEAST for m in (a, b)]
    unseen = (np.isnan(a) & there[1]) | (np.isnan(b) & there[0])
    change = b - a
    kinds = {
        "gained": ~there[0] & there[1] & ~unseen,
        "lost": there[0] & ~there[1] & ~unseen,
        "changed": there[0] & there[1] & (np.abs(change) >= EDGE_LEAST / 10),
        "unobserved": unseen,
    }
    names = np.asarray(codes, dtype=object)
    parts = []
    for kind, where in kinds.items():
        u, v = np.nonzero(where & ~diagonal)
        values = {"source": names[u], "target": names[v], "before": a[u, v], "after": b[u, v], "change": change[u, v]}
        parts.append(pd.DataFrame(values).assign(kind=kind))
    table = pd.concat(parts, ignore_index=True).assign(size=lambda f: -f["change"].abs())
    return table.sort_values(["size", "source", "target"], ignore_index=True, na_position="last")[COLUMNS]
