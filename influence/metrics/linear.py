"""Linear algebra of many small matrices, one a year."""

from __future__ import annotations

import numpy as np

from influence.threads import one_thread

SMALL = 1e-15
MOST_STEPS = 2000
SHIFT = 0.1
"""Added to the diagonal, as a share of the largest sum of a row or column, which no eigenvalue exceeds: without it the
power iteration of a cycle does not converge."""


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
            if _has_single_root(matrix):
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


def _has_single_root(matrix: np.ndarray) -> bool:
    """Whether the largest eigenvalue is above zero and belongs to one strongly connected part alone."""
    linked = (matrix > 0).astype(float)
    hub = int((linked.sum(axis=0) * linked.sum(axis=1)).argmax())
    rest = ~(_reached(linked, hub) & _reached(linked.T, hub))
    if not linked[np.ix_(rest, rest)].any():
        return not rest.all() and bool((~rest).sum() > 1)
    return _has_dominant_part(matrix)


def _reached(linked: np.ndarray, start: int) -> np.ndarray:
    """States that steps from `start` reach, `start` included: linked[u, v] is 1 where a step leads from u to v."""
    found = np.zeros(len(linked))
    found[start] = 1.0
    count = 0.0
    while found.sum() > count:
        count = found.sum()
        found = np.minimum(found + found @ linked, 1.0)
        found[found > 0] = 1.0
    return found > 0


def _has_dominant_part(matrix: np.ndarray) -> bool:
    """The same for a graph of several parts: compares their largest eigenvalues."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    number, part = connected_components(csr_array(matrix > 0), directed=True, connection="strong")
    sizes = np.bincount(part, minlength=number)
    cyclic = np.flatnonzero(sizes > 1)
    if len(cyclic) < 2:
        return len(cyclic) == 1
    inside = [matrix[np.ix_(part == k, part == k)] for k in cyclic]
    radii = np.sort([np.abs(np.linalg.eigvals(block)).max() for block in inside])
    return bool(radii[-1] - radii[-2] > 1e-9 * radii[-1])
