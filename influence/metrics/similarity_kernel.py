"""The compiled products of portfolios; similarity.py says what they are for."""

from __future__ import annotations

import numpy as np

from influence.compiled import compiled


@compiled
def column_products(shares, columns):  # type: ignore[no-untyped-def]
    """sum_k S_ki S_kj for the given columns i and every j, (columns, n): each sum in the order of k.

    A matrix product adds in an order that depends on its shape, so that a row's last digits would change with the
    other rows that are computed.
    """
    n = len(shares)
    out = np.zeros((len(columns), n))
    for row in range(len(columns)):
        for k in range(n):
            one = shares[k, columns[row]]
            if one != 0.0:
                for j in range(n):
                    out[row, j] += one * shares[k, j]
    return out
