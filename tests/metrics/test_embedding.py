"""Points in a plane are found again, and years differ by as little as a turn allows."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

import influence as inf
from influence.metrics.embedding import embedding
from influence.metrics.similarity import similarity
from tests.worlds import shuffled, ties_of

STATES = 7


def points_of(seed, size=STATES):
    return np.random.default_rng(seed).normal(size=(size, 2)) * 0.3


def similar_of(*years):
    """Similarity 1 - d^2 / 2 of states at points of a plane, one array of points a year."""
    result = [1 - squareform(pdist(points, "sqeuclidean")) / 2 for points in years]
    empty = ties_of(np.zeros((len(years[0]),) * 2), years=range(2000, 2000 + len(years)))
    return empty.copy(data=np.stack(result))


def turned(points, angle, mirrored=False):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return points @ turn * ([1, -1] if mirrored else [1, 1])


def test_distances_of_points_in_a_plane_are_found_again():
    points = points_of(0)
    places = embedding(similar_of(points))
    np.testing.assert_allclose(pdist(places.values[0]), pdist(points), atol=1e-9)
    assert float(places["kept"][0]) == pytest.approx(1.0)


def test_the_share_kept_by_two_dimensions_is_reported():
    """Four states as far from each other as can be: three axes of equal length, two of them kept."""
    similar = similar_of(points_of(0, 4)).copy(data=np.eye(4)[None])
    assert float(embedding(similar)["kept"][0]) == pytest.approx(2 / 3)


def test_the_first_year_has_positive_largest_coordinates():
    first = embedding(similar_of(points_of(1))).values[0]
    for axis in range(2):
        assert first[np.abs(first[:, axis]).argmax(), axis] > 0
    assert np.var(first[:, 0]) > np.var(first[:, 1])
    np.testing.assert_allclose(first.mean(axis=0), 0.0, atol=1e-12)


@pytest.mark.parametrize(("angle", "mirrored"), [(1.0, False), (3.0, False), (0.0, True), (2.0, True)])
def test_a_turn_or_a_mirror_is_no_move(angle, mirrored):
    points = points_of(2)
    places = embedding(similar_of(points, turned(points, angle, mirrored))).values
    np.testing.assert_allclose(places[1], places[0], atol=1e-9)


def test_no_turn_or_step_would_bring_a_year_nearer_to_the_one_before():
    places = embedding(similar_of(points_of(3), points_of(4), points_of(5))).values
    for before, after in pairwise(places):
        moved = ((after - before) ** 2).sum()
        for angle in np.linspace(0, 2 * np.pi, 90):
            for mirrored in (False, True):
                other = turned(after, angle, mirrored)
                assert moved <= ((other - before) ** 2).sum() + 1e-9
                assert moved <= ((other - other.mean(axis=0) + before.mean(axis=0) - before) ** 2).sum() + 1e-9


def test_a_state_that_comes_later_does_not_move_the_others():
    points = points_of(6)
    similar = similar_of(points, points)
    similar.values[0, 2], similar.values[0, :, 2] = np.nan, np.nan
    places = embedding(similar).values
    assert np.isnan(places[0, 2]).all()
    assert np.isfinite(places[1]).all()
    without = np.delete(places, 2, axis=1)
    np.testing.assert_allclose(without[1], without[0], atol=1e-9)


def test_a_year_with_too_few_states_is_left_out_and_the_next_is_turned_onto_the_last_that_has_a_place():
    points = points_of(7)
    similar = similar_of(points, points, turned(points, 2.0))
    similar.values[1, 3:], similar.values[1, :, 3:] = np.nan, np.nan
    places = embedding(similar)
    assert np.isnan(places.values[1]).all()
    assert np.isnan(places["kept"][1])
    np.testing.assert_allclose(places.values[2], places.values[0], atol=1e-9)


def test_order_of_states_does_not_matter():
    similar = similar_of(points_of(8), points_of(9))
    mixed = embedding(shuffled(similar)).sel(target=similar["target"])
    np.testing.assert_allclose(mixed, embedding(similar), atol=1e-9)


@pytest.mark.slow
def test_real_years_follow_each_other_and_states_that_are_alike_are_near():
    similar = similarity(inf.build_ties(inf.load_panel(first_year=2010, last_year=2019)))
    places = embedding(similar)
    steps = np.linalg.norm(np.diff(places.values, axis=0), axis=2)
    size = np.linalg.norm(places.values[:-1], axis=2)
    assert np.nanmean(steps) < 0.25 * np.nanmean(size)
    assert (places["kept"] > 0.25).all()
    now = places.sel(year=2019).values
    there = np.flatnonzero(~np.isnan(now[:, 0]))
    assert len(there) > 150
    apart, alike = squareform(pdist(now[there])), similar.sel(year=2019).values[np.ix_(there, there)]
    nearest = np.argsort(apart, axis=1)[:, 1:6]
    assert np.take_along_axis(alike, nearest, axis=1).mean() > 2 * alike[np.triu_indices(len(there), 1)].mean()
