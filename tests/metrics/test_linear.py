"""Perron vectors against numpy's eigenvectors, and years solved as numpy solves them."""

import numpy as np
import pytest

from influence.metrics.linear import perron_vectors, solve_years
from tests.worlds import cycle, star


def test_solves_are_those_of_numpy():
    draw = np.random.default_rng(0)
    matrices, right = draw.random((5, 8, 8)) + 8 * np.eye(8), draw.random((5, 8, 2))
    np.testing.assert_array_equal(solve_years(matrices, right), np.linalg.solve(matrices, right))


@pytest.mark.parametrize("seed", range(5))
def test_perron_vectors_are_eigenvectors(seed):
    draw = np.random.default_rng(seed)
    matrices = draw.random((3, 20, 20)) * (draw.random((3, 20, 20)) < 0.4)
    for matrix, vector in zip(matrices, perron_vectors(matrices), strict=True):
        values, vectors = np.linalg.eig(matrix)
        theirs = np.abs(np.real(vectors[:, values.real.argmax()]))
        np.testing.assert_allclose(vector, theirs / np.linalg.norm(theirs), atol=1e-9)


def test_a_long_cycle_does_not_swing_for_ever():
    np.testing.assert_allclose(perron_vectors(cycle(150)[None]), 150**-0.5, atol=1e-9)


def test_near_ties_of_two_values_come_to_rest():
    """Two knots that hardly touch: the gap between the values is 1e-6, power iteration alone would not arrive."""
    matrix = np.zeros((4, 4))
    matrix[:2, :2], matrix[2:, 2:] = [[0, 1], [1, 0]], [[0, 1 - 1e-6], [1 - 1e-6, 0]]
    matrix[0, 2] = matrix[2, 0] = 1e-9
    values, vectors = np.linalg.eig(matrix)
    theirs = np.abs(np.real(vectors[:, values.real.argmax()]))
    np.testing.assert_allclose(perron_vectors(matrix[None])[0], theirs, atol=1e-6)


def test_without_a_cycle_there_is_none():
    assert np.isnan(perron_vectors(star(3)[None])).all()
