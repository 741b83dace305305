"""Distances of graphs: pencil cases, slow oracles, and what must not matter."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from influence.comparison.distance import affinity, deltacon, qap, weighted_jaccard

RNG = np.random.default_rng(3)


def shares(size: int, seed: int = 0, density: float = 0.7) -> np.ndarray:
    rng = np.random.default_rng(seed)
    out = rng.random((size, size)) * (rng.random((size, size)) < density)
    np.fill_diagonal(out, 0.0)
    return out / np.maximum(out.sum(axis=0), 1.0)


def test_jaccard_by_pencil():
    a = np.array([[0.0, 0.4], [0.2, 0.0]])
    b = np.array([[0.0, 0.1], [0.5, 0.0]])
    assert weighted_jaccard(a, b) == pytest.approx(1 - (0.1 + 0.2) / (0.4 + 0.5))
    assert weighted_jaccard(a, a) == 0.0
    assert weighted_jaccard(np.triu(a), np.tril(b)) == 1.0
    assert np.isnan(weighted_jaccard(a * 0, a * 0))


def test_an_unobserved_pair_counts_on_neither_side():
    a = np.array([[0.0, 0.4, 0.1], [0.2, 0.0, 0.3], [0.0, 0.0, 0.0]])
    b = a.copy()
    b[0, 1] = np.nan
    assert weighted_jaccard(a, b) == 0.0
    assert deltacon(a, b).distance == 0.0
    assert qap(a, b, permutations=5).correlation == pytest.approx(1.0)


def test_affinity_is_the_sum_over_paths():
    ties = shares(6)
    both = ties + ties.T
    reach = 1 / (1 + both.sum(axis=1).max())
    step = reach * both - reach**2 * np.diag(both.sum(axis=1))
    series, power = np.eye(6), np.eye(6)
    for _ in range(200):
        power = power @ step
        series = series + power
    assert affinity(ties, reach) == pytest.approx(series, abs=1e-12)


def test_deltacon_of_two_states_by_pencil():
    # One tie of .5 gone: A = .5 both ways, degree .5, e = 2/3, D = .5 I.
    a = np.array([[0.0, 0.5], [0.0, 0.0]])
    e = 2 / 3
    m = np.array([[1 + e**2 * 0.5, -e * 0.5], [-e * 0.5, 1 + e**2 * 0.5]])
    s = np.linalg.inv(m)
    d = np.sqrt(((np.sqrt(s) - np.sqrt(np.eye(2))) ** 2).sum())
    found = deltacon(a, np.zeros((2, 2)))
    assert found.distance == pytest.approx(d)
    assert found.similarity == pytest.approx(1 / (1 + d))
    assert found.attribution == pytest.approx([0.5, 0.5])


def test_equal_ties_are_at_no_distance_and_order_and_sides_do_not_matter():
    a, b = shares(7, 1), shares(7, 2)
    assert deltacon(a, a).similarity == 1.0
    assert deltacon(a, a).attribution.tolist() == [0.0] * 7
    assert deltacon(a, b).distance == pytest.approx(deltacon(b, a).distance)
    at = RNG.permutation(7)
    moved = deltacon(a[np.ix_(at, at)], b[np.ix_(at, at)])
    assert moved.distance == pytest.approx(deltacon(a, b).distance)
    assert moved.attribution == pytest.approx(deltacon(a, b).attribution[at])


def test_more_taken_away_is_further_and_a_bridge_costs_more_than_a_tie_in_a_clique():
    ties = np.zeros((6, 6))
    for group in ((0, 1, 2), (3, 4, 5)):
        for u in group:
            for v in group:
                ties[u, v] = 0.2 if u != v else 0.0
    ties[2, 3] = ties[3, 2] = 0.2
    part, bridge, inside = ties.copy(), ties.copy(), ties.copy()
    part[2, 3] = part[3, 2] = 0.1
    bridge[2, 3] = bridge[3, 2] = 0.0
    inside[0, 1] = inside[1, 0] = 0.0
    assert deltacon(ties, part).distance < deltacon(ties, bridge).distance
    assert deltacon(ties, inside).distance < deltacon(ties, bridge).distance
    assert set(np.argsort(deltacon(ties, bridge).attribution)[-2:]) == {2, 3}


def test_qap_is_the_correlation_and_its_p_that_of_all_permutations():
    a, b = shares(5, 4), shares(5, 5) + 0.5 * shares(5, 4)
    off = ~np.eye(5, dtype=bool)
    found = qap(a, b, permutations=4000, seed=1)
    assert found.correlation == pytest.approx(np.corrcoef(a[off], b[off])[0, 1])
    every = [np.corrcoef(a[off], b[np.ix_(p, p)][off])[0, 1] for p in permutations(range(5))]
    exact = np.mean(np.abs(every) >= abs(found.correlation) - 1e-12)
    assert found.p == pytest.approx(exact, abs=0.03)


def test_qap_under_independence_is_rarely_sure_and_the_seed_repeats_it():
    ps = [qap(shares(8, s), shares(8, 1000 + s), permutations=99, seed=s).p for s in range(60)]
    assert 0.0 <= np.mean(np.array(ps) <= 0.1) <= 0.25
    assert np.mean(ps) == pytest.approx(0.5, abs=0.12)
    assert qap(shares(8, 1), shares(8, 2), seed=7) == qap(shares(8, 1), shares(8, 2), seed=7)


def test_what_was_unobserved_moves_with_its_state():
    a, b = shares(6, 8), shares(6, 9)
    b[:, 2] = np.nan
    found = qap(a, b, permutations=50, seed=0)
    seen = ~np.isnan(b) & ~np.eye(6, dtype=bool)
    assert found.correlation == pytest.approx(np.corrcoef(a[seen], b[seen])[0, 1])


def test_ties_that_do_not_vary_have_no_correlation():
    assert np.isnan(qap(np.full((4, 4), 0.1), shares(4)).correlation)
    assert np.isnan(qap(np.full((4, 4), 0.1), shares(4)).p)
