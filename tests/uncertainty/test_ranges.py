"""Ranges of metrics: against all draws at once, whatever the pass; what is missing; the same numbers again."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import influence as inf
from influence.draw_settings import DrawSettings
from influence.errors import ConfigError, StateError
from influence.metrics.catalogue import all_metrics
from influence.uncertainty import ranges as module
from influence.uncertainty.accumulator import probability_name
from influence.uncertainty.draws import drawn_study, flows_of
from influence.uncertainty.mirror import mirror_spread
from influence.uncertainty.plan import drawn_metrics, labels_of, plan_draws
from influence.uncertainty.ranges import metric_ranges
from tests.uncertainty.draw_cases import NOTHING, only, pencil_study

DIRECT = ("pull_direct", "pull_balance")
LENSES = (*DIRECT, "balance_network", "balance_income", "balance_opinion", "balance_bandwidth")
STUDY = pencil_study()


def row(ranges: xr.Dataset, metric: str, pole: str = "") -> xr.Dataset:
    """One metric of one pole."""
    at = np.flatnonzero((ranges["metric"].values == metric) & (ranges["pole"].values == pole))
    assert len(at) == 1
    return ranges.isel(row=int(at[0]))


def test_with_everything_fixed_the_range_is_the_value():
    ranges = metric_ranges(STUDY, draw_settings=DrawSettings(draws=3, fixed=NOTHING)).ranges
    for name in ("median", "low", "high"):
        np.testing.assert_allclose(ranges[name].values, ranges["value"].values, atol=1e-12)
    balance = row(ranges, "pull_balance", "AAA-BBB")
    np.testing.assert_array_equal(balance["p_leads"].values[balance["value"].values > 0], 1.0)
    np.testing.assert_array_equal(balance["p_leads"].values[balance["value"].values < 0], 0.0)


def test_every_metric_of_the_catalogue_has_a_range_or_is_listed_as_without_draws():
    assert {name for name, metric in all_metrics().items() if not metric.drawn} == {
        "bloc",
        "place_x",
        "place_y",
        "alignment",
    }
    ranges = metric_ranges(STUDY, draw_settings=DrawSettings(draws=4)).ranges
    names = set(drawn_metrics())
    balances = {name for name in names if "balance" in name}
    assert set(ranges["metric"].values) == names | {f"rank_{name}" for name in balances}
    for name in names:
        of = ranges.isel(row=ranges["metric"].values == name)
        value, low, high = (of[key].values for key in ("value", "low", "high"))
        assert (np.isnan(low) == np.isnan(high)).all()
        assert not (~np.isnan(low) & np.isnan(value)).any(), name
        assert (low[~np.isnan(low)] <= high[~np.isnan(low)]).all(), name


def test_ranges_are_those_of_all_draws_at_once():
    panel, draw_settings = STUDY.panel, DrawSettings(draws=40)
    spread = mirror_spread(panel).sd
    drawn = metric_ranges(STUDY, DIRECT, draw_settings).ranges
    cells = []
    for number in range(40):
        study = drawn_study(STUDY, flows_of(panel, spread, draw_settings, number), draw_settings, number)
        cells.append(float(study.metric("pull_balance").sel(pole="AAA-BBB", year=2016, target="CCC")))
    here = row(drawn, "pull_balance", "AAA-BBB").sel(year=2016, target="CCC")
    for name, share in (("low", 0.05), ("median", 0.5), ("high", 0.95)):
        assert float(here[name]) == pytest.approx(np.quantile(cells, share), abs=1e-14)
    assert float(here["p_leads"]) == np.mean(np.array(cells) > 0)


@pytest.mark.parametrize("size", [1, 2_000])
def test_the_same_seed_is_the_same_bytes_whatever_the_pass_and_the_part(monkeypatch, size):
    draw_settings = DrawSettings(draws=22)
    once = metric_ranges(STUDY, LENSES, draw_settings)
    monkeypatch.setattr(module, "PASS_BYTES", size)
    monkeypatch.setattr(module, "PART", 3)
    again = metric_ranges(STUDY, LENSES, draw_settings)
    for name in once.ranges.data_vars:
        assert once.ranges[name].values.tobytes() == again.ranges[name].values.tobytes(), name
    assert once.crossings.equals(again.crossings)
    other = metric_ranges(STUDY, LENSES, draw_settings._replace(seed=1))
    assert once.ranges["median"].values.tobytes() != other.ranges["median"].values.tobytes()


def test_years_may_be_chosen_and_are_those_of_the_whole():
    study, draw_settings = inf.load_study(first_year=2008, last_year=2016), DrawSettings(draws=4)
    names = ("pull_direct", "pull_balance", "pull_bandwidth", "balance_bandwidth")
    whole = metric_ranges(study, names, draw_settings).ranges.sel(year=[2008, 2015, 2016])
    some = metric_ranges(study, names, draw_settings, years=(2015, 2008, 2016))
    for name in ("value", "low", "high", "median", "p_leads"):
        np.testing.assert_array_equal(whole[name].values, some.ranges[name].values)
    assert some.crossings.empty


def test_missing_stays_missing():
    ranges = metric_ranges(STUDY, DIRECT, DrawSettings(draws=10)).ranges
    gone = np.isnan(ranges["value"].values)
    assert gone.any()
    for name in ("median", "low", "high"):
        assert np.isnan(ranges[name].values[gone]).all()


def test_a_stop_keeps_the_draws_that_are_whole(monkeypatch):
    monkeypatch.setattr(module, "PART", 5)
    asked = []

    def stopped() -> bool:
        asked.append(1)
        return len(asked) >= 5

    kept = metric_ranges(STUDY, DIRECT, DrawSettings(draws=200), stopped=stopped).ranges
    assert set(kept["made"].values) == {20}
    few = metric_ranges(STUDY, DIRECT, DrawSettings(draws=20)).ranges
    np.testing.assert_array_equal(kept["low"].values, few["low"].values)
    none = metric_ranges(STUDY, DIRECT, DrawSettings(draws=200), stopped=lambda: True).ranges
    assert set(none["made"].values) == {0}
    assert np.isnan(none["low"].values).all()


def test_places_are_among_those_that_have_one():
    ranges = metric_ranges(STUDY, DIRECT, DrawSettings(draws=10)).ranges
    ranks = row(ranges, "rank_pull_balance", "AAA-BBB").sel(year=2016)
    balance = row(ranges, "pull_balance", "AAA-BBB").sel(year=2016)
    there = ~np.isnan(balance["value"].values)
    assert sorted(ranks["value"].values[there]) == list(range(1, there.sum() + 1))
    assert np.isnan(ranks["value"].values[~there]).all()


def test_names_of_probabilities():
    assert [probability_name(n) for n in ("pull_balance", "balance_income")] == ["p_leads", "p_leads_income"]


def test_the_study_is_measured_as_the_plain_functions_do():
    study = inf.load_study(first_year=2016, last_year=2016)
    plan = plan_draws(study, DIRECT, DrawSettings(), mirror_spread(study.panel).sd)
    labels, values = labels_of(plan, study)
    at = list(zip(*labels, strict=True)).index(("pull_balance", "CHN-USA"))
    np.testing.assert_array_equal(
        values[at, 0], inf.pull_balance(inf.build_ties(study.panel), ("CHN", "USA")).values[0]
    )


@pytest.mark.parametrize(
    "names, draw_settings, message",
    [
        (("bloc",), DrawSettings(), "bloc has no draws: .*: pull_direct"),
        (("pull_dirct",), DrawSettings(), "no metric 'pull_dirct'"),
        (DIRECT, DrawSettings(draws=0), "10,000, not 0"),
        (DIRECT, only("weights", concentration=0.0), "concentration must be a number above 0, not 0.0"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(names, draw_settings, message):
    with pytest.raises(ConfigError, match=message):
        metric_ranges(STUDY, names, draw_settings)


def test_too_much_for_memory_is_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    with pytest.raises(ConfigError, match=r"0.0 GB of memory .* fewer draws or fewer metrics"):
        metric_ranges(STUDY, DIRECT, DrawSettings(draws=200))


def test_a_pole_that_is_not_in_the_panel_is_named():
    with pytest.raises(StateError, match="ZZZ"):
        metric_ranges(STUDY.with_poles(("AAA", "ZZZ")), DIRECT, DrawSettings(draws=2))
