"""Linear algebra of many small matrices, one a year."""

from __future__ import annotations

import numpy as np

from influence.threads import one_thread

SMALL = 1e-15
MOST_STEPS = 2000
SHIFT = 0.1
"""Added to the diagonal, in units of what no eigenvalue exceeds, the largest sum of a row or of a column: without it
the vector of a cycle swings for ever."""


def solve_years(matrices: np.ndarray, right: np.ndarray) -> np.ndarray:
    """x of M x = b for each year: matrices (year, n, n), right (year, n, k); the same as numpy.linalg.solve."""
    with one_thread():
        return np.linalg.solve(matrices, right)


def perron_vectors(matrices: np.ndarray) -> np.ndarray:
    """Non-negative eigenvector of the largest eigenvalue, of length 1, of each year's non-negative matrix.

    Power iteration on M + s I. NaN for a year in which the vector is not unique: no cycle at all, or several parts of
    the graph with the same largest eigenvalue.

    Parameters
    ----------
    matrices : (year, n, n), M x = lambda x.

    Returns
    -------
    (year, n), >= 0, 2-norm 1.
    """
    out = np.full(matrices.shape[:2], np.nan)
    with one_thread():
        for year, matrix in enumerate(matrices):
            if _has_one_root(matrix):
                out[year] = _perron(matrix)
    return out


def _perron(matrix: np.ndarray) -> np.ndarray:
    size = len(matrix)
    shift = SHIFT * min(matrix.sum(axis=1).max(), matrix.sum(axis=0).max())
    x = np.full(size, size**-0.5)
    for _ in range(MOST_STEPS):
        new = matrix @ x + shift * x
        new /= np.linalg.norm(new)
        moved = np.abs(new - x).max()
        x = new
        if moved <= SMALL:
            return x
    values, vectors = np.linalg.eig(matrix)
    found = np.abs(np.real(vectors[:, np.argmax(values.real)]))
    return np.asarray(found / np.linalg.norm(found))


def _has_one_root(matrix: np.ndarray) -> bool:
    """Whether the largest eigenvalue belongs to one strongly connected part alone, and is above nought."""
    there = (matrix > 0).astype(float)
    hub = int((there.sum(axis=0) * there.sum(axis=1)).argmax())
    rest = ~(_reached(there, hub) & _reached(there.T, hub))
    if not there[np.ix_(rest, rest)].any():
        return not rest.all() and bool((~rest).sum() > 1)
    return _one_part_rules(matrix)


def _reached(there: np.ndarray, start: int) -> np.ndarray:
    """States that steps from `start` come to, itself among them: there[u, v] is 1 where a step leads from u to v."""
    found = np.zeros(len(there))
    found[start] = 1.0
    count = 0.0
    while found.sum() > count:
        count = found.sum()
        found = np.minimum(found + found @ there, 1.0)
        found[found > 0] = 1.0
    return found > 0


def _one_part_rules(matrix: np.ndarray) -> bool:
    """The same for a graph of several parts: their largest eigenvalues are compared."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    number, part = connected_components(csr_array(matrix > 0), directed=True, connection="strong")
    sizes = np.bincount(part, minlength=number)
    knots = np.flatnonzero(sizes > 1)
    if len(knots) < 2:
        return len(knots) == 1
    inside = [matrix[np.ix_(part == k, part == k)] for k in knots]
    radii = np.sort([np.abs(np.linalg.eigvals(block)).max() for block in inside])
    return bool(radii[-1] - radii[-2] > 1e-9 * radii[-1])
