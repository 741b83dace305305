"""Equal Earth against its published figures, and places that do not overprint."""

import numpy as np
import pytest

from influence.export.layout import Sizes, box_positions, equal_earth, place_labels


def test_the_pole_and_the_edge_of_the_published_projection():
    # Savric, Patterson & Jenny 2019: the half-width is 2.7066 and the height at the pole 1.3173 radii.
    x, _ = equal_earth(np.array([180.0 - 1e-9]), np.array([0.0]), centre=0.0)
    _, y = equal_earth(np.array([0.0]), np.array([90.0]), centre=0.0)
    assert x[0] == pytest.approx(2.70663, abs=1e-5)
    assert y[0] == pytest.approx(1.31736, abs=1e-5)


def test_equal_areas():
    """A strip of one degree covers area in proportion to cos(latitude), as on the globe."""
    latitude = np.arange(-80.0, 80.0)
    x, y = equal_earth(np.full_like(latitude, 1.0), latitude, centre=0.0)
    middle = (x[1:] + x[:-1]) / 2
    strip = middle * np.diff(y)
    globe = np.cos(np.radians(latitude[:-1] + 0.5)) * np.radians(1.0) ** 2
    np.testing.assert_allclose(strip, globe, rtol=1e-3)


def test_the_centre_is_in_the_middle_and_east_is_right():
    x, _ = equal_earth(np.array([155.0, 165.0, 145.0, -77.0]), np.zeros(4))
    assert x[0] == 0.0
    assert x[1] > 0 > x[2]
    assert x[3] > 1.0, "the Americas lie east of the Pacific"


def overlaps(at, width, height):
    count = 0
    for i in range(len(at)):
        for j in range(i):
            apart = abs(at[i] - at[j])
            count += apart[0] < (width[i] + width[j]) / 2 - 1 and apart[1] < (height[i] + height[j]) / 2 - 1
    return count


def test_boxes_in_one_place_part():
    width, height = [80.0] * 12, [40.0] * 12
    at = box_positions([100.0] * 12, [10.0] * 12, width, height)
    assert overlaps(at, width, height) == 0


def test_states_of_the_region_do_not_overprint():
    from influence.states import bundled_registry

    states = bundled_registry().states.loc[bundled_registry().members("asia_pacific")]
    width = [9.6 * len(name) + 8 for name in states["name"]]
    height = [60.0] * len(states)
    at = box_positions(list(states["longitude"]), list(states["latitude"]), width, height)
    assert overlaps(at, width, height) == 0


def test_the_same_input_gives_the_same_places():
    arguments = ([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], [50.0] * 3, [30.0] * 3)
    np.testing.assert_array_equal(box_positions(*arguments), box_positions(*arguments))


def test_north_is_up():
    at = box_positions([100.0, 100.0], [50.0, -50.0], [1.0, 1.0], [1.0, 1.0])
    assert at[0, 1] < at[1, 1]


def meet(one, other):
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def test_names_of_a_crowd_do_not_overlap_and_each_has_a_line_to_its_dot():
    """Eight dots nearer to each other than a name is long, in the middle of a wide sheet."""
    places = np.array([[200.0 + 12 * (k % 4), 150.0 + 12 * (k // 4)] for k in range(8)])
    names, sizes, edges = [f"State {k}" for k in range(8)], Sizes(letter=6.0, line=12.0, reach=4.0), (0, 0, 400, 300)
    labels = place_labels(places, names, sizes, edges)
    assert [label.at for label in labels] == list(range(8))
    left = {"start": 0.0, "middle": -21.0, "end": -42.0}
    boxes = [(x, label.y - 6, x + 42, label.y + 6) for label in labels for x in [label.x + left[label.anchor]]]
    assert not [(i, k) for i in range(8) for k in range(i) if meet(boxes[i], boxes[k])]
    assert not [(x, y) for x, y in places for box in boxes if meet(box, (x - 4, y - 4, x + 4, y + 4))]
    assert all(box[0] >= 0 and box[2] <= 400 and box[1] >= 0 and box[3] <= 300 for box in boxes)
    lines = [label for label in labels if label.line]
    assert len(lines) >= 4
    for label in lines:
        start, end = np.array(label.line[:2]), np.array(label.line[2:])
        assert np.linalg.norm(start - places[label.at]) == pytest.approx(4.0)
        # Points along the line, none of them within a name.
        for share in np.linspace(0.02, 0.98, 49):
            x, y = start + share * (end - start)
            assert not [box for box in boxes if box[0] < x < box[2] and box[1] < y < box[3]]


def test_a_name_without_room_is_left_out_and_a_lone_dot_needs_no_line():
    sizes = Sizes(letter=6.0, line=12.0, reach=4.0)
    assert place_labels(np.array([[20.0, 20.0]]), ["A long name"], sizes, (0, 0, 40, 40)) == []
    (label,) = place_labels(np.array([[20.0, 20.0]]), ["A"], sizes, (0, 0, 400, 400))
    assert (label.anchor, label.line) == ("start", None)
