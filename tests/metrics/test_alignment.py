"""Equation 13 against the pencil and against the raw figures of the bundled table."""

import numpy as np
import pytest
import xarray as xr

from influence.errors import PanelError, StateError, YearError
from influence.metrics.alignment import alignment, alignment_records, anchor, ideal_points
from influence.panel.panel import load_panel
from influence.schema import RESULT_COLUMNS, names
from influence.states import Registry, bundled_registry
from influence.tables import Tables
from tests.pencil import pencil_panel, pencil_points

PLACES_2016 = {"USA": 2.44, "AUS": 1.23, "KOR": 0.96, "JPN": 0.69, "CHN": -0.48, "PHL": -0.61, "VNM": -1.01}


def points_of(**series):
    """Ideal points from 2000 on, with a range of 0.5 on either side."""
    values = np.array(list(series.values()), dtype=float).T
    coords = {"year": 2000 + np.arange(len(values)), "state": list(series)}
    dims = ("year", "state")
    return xr.Dataset(
        {"ideal_point": (dims, values), "low": (dims, values - 0.5), "high": (dims, values + 0.5)}, coords=coords,
        attrs={"registry": bundled_registry()},
    )  # fmt: skip


@pytest.fixture
def points():
    """CHN at 1 on average and USA at 5, so the axis runs from 5 (-1) to 1 (+1); KOR is in the middle at first."""
    return points_of(CHN=[0, 2, 9], USA=[5, 5, 5], KOR=[3, 1, np.nan])


@pytest.fixture(scope="module")
def real():
    return ideal_points(load_panel(first_year=2016, last_year=2016))


def at(placed, what, target, year):
    return float(placed[what].sel(target=target, year=year))


def test_positions_with_a_pencil(points):
    placed = alignment(points, ("CHN", "USA"), (2000, 2001))
    assert at(placed, "value", "KOR", 2000) == pytest.approx(0.0)
    assert at(placed, "value", "KOR", 2001) == pytest.approx(1.0)
    assert np.isnan(at(placed, "value", "KOR", 2002))
    assert placed.attrs["poles"] == "CHN-USA"
    assert (placed.attrs["base"], placed.attrs["anchors"]) == ([2000, 2001], [1.0, 5.0])


def test_the_anchors_stay_and_the_poles_move(points):
    placed = alignment(points, ("CHN", "USA"), (2000, 2001))
    assert [at(placed, "value", "CHN", year) for year in (2000, 2001, 2002)] == pytest.approx([1.5, 0.5, -3.0])
    assert placed["value"].sel(target="CHN", year=[2000, 2001]).mean() == pytest.approx(1.0)
    assert at(placed, "value", "USA", 2002) == pytest.approx(-1.0)


def test_low_and_high_are_sorted(points):
    """The axis runs against the source's scale, so the source's low is the high end."""
    placed = alignment(points, ("CHN", "USA"), (2000, 2001))
    assert (at(placed, "low", "KOR", 2000), at(placed, "high", "KOR", 2000)) == pytest.approx((-0.25, 0.25))


def test_swapping_the_poles_changes_signs_and_swaps_low_and_high(points):
    one, other = (alignment(points, pair, (2000, 2001)) for pair in (("CHN", "USA"), ("USA", "CHN")))
    np.testing.assert_allclose(one["value"], -other["value"])
    np.testing.assert_allclose(one["low"], -other["high"])


def test_another_scale_of_the_points_changes_nothing(points):
    moved = alignment(-3.0 * points + 7.0, ("CHN", "USA"), (2000, 2001))
    xr.testing.assert_allclose(moved, alignment(points, ("CHN", "USA"), (2000, 2001)))


def test_a_base_of_one_year_is_enough(points):
    assert at(alignment(points, ("CHN", "USA"), (2002, 2002)), "value", "CHN", 2002) == pytest.approx(1.0)


def test_years_without_a_position_are_left_out_of_the_anchor(points):
    assert anchor(points, "KOR", (2000, 2002)) == pytest.approx(2.0)


def test_the_anchor_of_a_group_is_the_mean_of_its_members_means_while_they_were_members():
    bloc = {"bloc": ["JPN", {"state": "AUS", "begin": 2001}, "FJI"]}
    points = points_of(JPN=[1, 1, 1], AUS=[9, 2, 4], USA=[0, 0, 0])
    points = points.assign_attrs(registry=bundled_registry().with_groups(bloc))
    assert anchor(points, "bloc", (2000, 2002)) == pytest.approx((1 + 3) / 2)
    assert at(alignment(points, ("bloc", "USA"), (2000, 2002)), "value", "JPN", 2000) == pytest.approx(0.0)
    with pytest.raises(StateError, match="poles bloc and JPN share JPN"):
        alignment(points, ("bloc", "JPN"), (2000, 2002))


# ---- what cannot be served -------------------------------------------------------------------------


def test_poles_in_the_same_place_are_refused():
    points = points_of(CHN=[1, 1], USA=[0, 2])
    with pytest.raises(StateError, match=r"CHN and USA have the same mean position in 2000-2001 \(1.000\)"):
        alignment(points, ("CHN", "USA"), (2000, 2001))


def test_a_pole_without_an_ideal_point_is_refused(points):
    with pytest.raises(StateError, match="pole 'KOR' has no ideal point in 2002-2002"):
        alignment(points, ("KOR", "USA"), (2002, 2002))
    with pytest.raises(StateError, match="pole 'TWN' has no ideal point in 2000-2001"):
        alignment(points, ("TWN", "USA"), (2000, 2001))
    with pytest.raises(StateError, match="'Atlantis' is not known"):
        alignment(points, ("Atlantis", "USA"), (2000, 2001))


def test_base_years_reversed_or_outside_are_refused(points):
    with pytest.raises(YearError, match="base years 2001 to 2000 run backwards; write 2000:2001"):
        alignment(points, ("CHN", "USA"), (2001, 2000))
    with pytest.raises(YearError, match="base years 1990 to 2001 are not in the ideal points; they cover 2000 to 2002"):
        alignment(points, ("CHN", "USA"), (1990, 2001))


def test_alignment_is_between_two(points):
    with pytest.raises(StateError, match="between two poles, not 3: CHN, USA, KOR"):
        alignment(points, ("CHN", "USA", "KOR"), (2000, 2001))
    with pytest.raises(StateError, match="share CHN"):
        alignment(points, ("CHN", "China"), (2000, 2001))


def test_a_folder_without_the_table_is_refused(tmp_path):
    panel = load_panel(first_year=2016, last_year=2016)
    elsewhere = panel.with_parts(registry=Registry(Tables(tmp_path)))
    with pytest.raises(PanelError, match=r"ideal_points\.parquet cannot be read"):
        ideal_points(elsewhere)


def test_the_points_are_those_of_the_panel():
    points = ideal_points(pencil_panel(ideal_points=pencil_points().assign(ideal_point=0.25)))
    assert list(points.indexes["state"]) == ["AAA", "BBB", "CCC", "DDD"]
    assert (points["ideal_point"] == 0.25).all()


# ---- the bundled table -----------------------------------------------------------------------------


@pytest.mark.parametrize("iso3, place", PLACES_2016.items())
def test_raw_places_of_2016(real, iso3, place):
    assert float(real["ideal_point"].sel(state=iso3, year=2016)) == pytest.approx(place, abs=0.01)


def test_positions_of_the_panel_from_the_raw_figures(real):
    placed = alignment(real, ("CHN", "USA"))
    raw = real["ideal_point"].to_pandas().loc[2000:2015, ["CHN", "USA"]].mean()
    for iso3, place in PLACES_2016.items():
        wanted = 2 * (place - raw["USA"]) / (raw["CHN"] - raw["USA"]) - 1
        assert at(placed, "value", iso3, 2016) == pytest.approx(wanted, abs=0.01)


def test_the_range_contains_the_position_everywhere(real):
    placed = alignment(real, ("CHN", "USA"))
    seen = np.isfinite(placed["value"])
    assert ((placed["low"] <= placed["value"]) & (placed["value"] <= placed["high"])).values[seen.values].all()
    assert int(seen.sum()) == int(np.isfinite(real["ideal_point"]).sum())


def test_the_poles_are_at_plus_and_minus_one_on_average(real):
    mean = alignment(real, ("CHN", "USA"))["value"].sel(year=slice(2000, 2015)).mean("year")
    assert mean.sel(target=["CHN", "USA"]).values == pytest.approx([1.0, -1.0])


def test_records_have_the_columns_of_the_results(points):
    table = alignment_records(alignment(points, ("CHN", "USA"), (2000, 2001)))
    assert list(table.columns) == names(RESULT_COLUMNS)
    assert len(table) == 9
    korea = table[(table["iso3"] == "KOR")].set_index("year")
    assert korea["flag"].tolist() == ["", "", "missing"]
    assert korea["value"].iloc[:2].tolist() == pytest.approx([0.0, 1.0])
    assert set(table["metric"]) == {"alignment"}
    assert set(table["pole"]) == {"CHN-USA"}
