"""The ties worth drawing: a hairball shows nothing."""

from __future__ import annotations

import numpy as np

ALPHA = 0.05


def prominent(shares: np.ndarray, alpha: float = ALPHA) -> np.ndarray:
    """Prominent ties among those of the state that relies, bool (..., source, target).

    The disparity filter of Serrano, Boguna & Vespignani (2009): with p = share_uv / sum_k share_kv and k the number of
    ties towards v, the tie stays where (1 - p)^(k - 1) < alpha: it would be rare if v's reliance were cut at random.
    Every state keeps its strongest tie too. What is not covered is not a tie. static/pull.js computes the same.

    Parameters
    ----------
    shares : (..., source, target) of the states shown, 0 or NaN where there is no known tie.
    """
    pull = np.nan_to_num(shares)
    whole = pull.sum(axis=-2, keepdims=True)
    ties = (pull > 0).sum(axis=-2, keepdims=True)
    part = np.divide(pull, whole, where=whole > 0, out=np.zeros_like(pull))
    rare = (ties > 1) & ((1.0 - part) ** (ties - 1) < alpha)
    strongest = pull == pull.max(axis=-2, keepdims=True)
    return (pull > 0) & (rare | strongest)
