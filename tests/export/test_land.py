"""Outlines on the map's projection: cut where it ends, nothing lost, nothing across."""

from __future__ import annotations

import numpy as np
import pytest

from influence.export.land import UNITS, cut, outlines, project
from influence.export.layout import equal_earth
from influence.states import bundled_registry
from influence.tables import bundled_tables

LAND = bundled_tables().observed("land")


def area(ring: np.ndarray) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def test_a_ring_inside_stays_whole():
    pieces = cut(np.array([0.0, 10, 10, 0]), np.array([0.0, 0, 10, 10]))
    assert len(pieces) == 1
    assert area(pieces[0]) == pytest.approx(100)


def test_a_ring_across_the_edge_becomes_two_of_the_same_area():
    # 170 to 190 degrees from the centre: 10 by 10 on either side.
    pieces = cut(np.array([170.0, 190, 190, 170]), np.array([0.0, 0, 10, 10]))
    assert sorted(round(area(p)) for p in pieces) == [100, 100]
    assert all((np.abs(p[:, 0]) <= 180).all() for p in pieces)
    assert {bool(p[:, 0].mean() > 0) for p in pieces} == {True, False}


def test_no_outline_runs_across_the_map():
    rings = outlines(LAND)
    width = max(r.places[:, 0].max() for r in rings) - min(r.places[:, 0].min() for r in rings)
    for ring in rings:
        sides = np.abs(np.diff(ring.places[:, 0], append=ring.places[:1, 0]))
        assert sides.max() < 0.2 * width, ring.iso3


def test_capitals_of_large_states_lie_within_their_outline():
    from matplotlib.path import Path

    states = bundled_registry().states
    for code in ("CHN", "USA", "AUS", "IND", "RUS", "BRA", "MEX", "KAZ"):
        place = project(states.loc[[code], "longitude"].to_numpy(), states.loc[[code], "latitude"].to_numpy())[0]
        rings = [Path(ring.places) for ring in outlines(LAND) if ring.iso3 == code]
        assert any(path.contains_point(place) for path in rings), code


def test_places_are_the_projection_in_whole_units():
    lon, lat = np.array([126.98, -77.04]), np.array([37.57, 38.9])
    x, y = equal_earth(lon, lat)
    assert project(lon, lat) == pytest.approx(np.column_stack([x, -y]) * UNITS, abs=0.51)


def test_only_what_touches_the_extent_is_kept():
    korea = project(np.array([127.0]), np.array([37.0]))[0]
    near = outlines(LAND, (*(korea - 800), *(korea + 800)))
    assert {"KOR", "PRK"} <= {ring.iso3 for ring in near}
    assert "BRA" not in {ring.iso3 for ring in near}
