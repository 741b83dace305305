"""The compiled loop of PPML: sums over the effects of many observations, without a matrix of ones."""

from __future__ import annotations

import numpy as np

from influence.compiled import compiled


@compiled
def weighted(columns, weights, effects):  # type: ignore[no-untyped-def]
    """D'W D e: columns (observation, kind) says which effects an observation has, weights is the diagonal of W."""
    out = np.zeros(len(effects))
    count, kinds = columns.shape
    for i in range(count):
        here = 0.0
        for k in range(kinds):
            here += effects[columns[i, k]]
        here *= weights[i]
        for k in range(kinds):
            out[columns[i, k]] += here
    return out
