"""Bands of metrics: against all draws held at once, whatever the pass; what is missing; the same numbers again."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from influence.uncertainty.ground import DRAWN, Ground, labels_of, small

import influence as inf
from influence.draw_settings import DrawSettings
from influence.errors import ConfigError, StateError
from influence.metrics.catalogue import METRICS, metric_named
from influence.uncertainty import ranges as module
from influence.uncertainty.accumulator import probability_name
from influence.uncertainty.draws import drawn_basis, flows_of
from influence.uncertainty.mirror import mirror_spread
from influence.uncertainty.ranges import metric_ranges
from tests.pencil import pencil_panel
from tests.uncertainty.draw_cases import CONFIG, NOTHING, POLES, only, reports

DIRECT = ("pull_direct", "pull_balance")
LENSES = (*DIRECT, "balance_network", "balance_income", "balance_opinion", "balance_bandwidth")
APART = reports(("AAA", "AAA", "BBB", 2016, 100.0), ("BBB", "AAA", "BBB", 2016, 150.0),
                ("AAA", "BBB", "AAA", 2016, 90.0), ("BBB", "BBB", "AAA", 2016, 80.0))  # fmt: skip


def row(ranges: xr.Dataset, metric: str, pole: str = "") -> xr.Dataset:
    """One metric of one pole."""
    at = np.flatnonzero((ranges["metric"].values == metric) & (ranges["pole"].values == pole))
    assert len(at) == 1
    return ranges.isel(row=int(at[0]))


def test_with_everything_fixed_the_band_is_the_value():
    ranges = metric_ranges(pencil_panel(), CONFIG, POLES, DRAWN, DrawSettings(draws=3, fixed=NOTHING)).ranges
    for name in ("median", "low", "high"):
        np.testing.assert_allclose(ranges[name].values, ranges["value"].values, atol=1e-12)
    balance = row(ranges, "pull_balance", "AAA-BBB")
    np.testing.assert_array_equal(balance["p_leads"].values[balance["value"].values > 0], 1.0)
    np.testing.assert_array_equal(balance["p_leads"].values[balance["value"].values < 0], 0.0)


def test_every_metric_of_the_catalogue_has_a_band_or_says_that_it_is_not_drawn():
    assert {m.name for m in METRICS if not m.drawn} == {"bloc", "place_x", "place_y", "alignment"}
    ranges = metric_ranges(pencil_panel(), CONFIG, POLES, DRAWN, DrawSettings(draws=4)).ranges
    told = set(ranges["metric"].values)
    balances = {name for name in DRAWN if "balance" in name}
    assert told == set(DRAWN) | {f"rank_{name}" for name in balances}
    for name in DRAWN:
        of = ranges.isel(row=ranges["metric"].values == name)
        value, low, high = (of[key].values for key in ("value", "low", "high"))
        assert (np.isnan(low) == np.isnan(high)).all()
        assert not (~np.isnan(low) & np.isnan(value)).any(), name
        assert (low[~np.isnan(low)] <= high[~np.isnan(low)]).all(), name


def test_bands_are_those_of_all_draws_held_at_once():
    panel, draw_settings = pencil_panel(), DrawSettings(draws=40)
    spread = mirror_spread(panel, APART).sd
    drawn = metric_ranges(panel, CONFIG, POLES, DIRECT, draw_settings, reports=APART).ranges
    cells = []
    for number in range(40):
        basis = drawn_basis(flows_of(panel, spread, draw_settings, number), CONFIG, POLES, draw_settings, number)
        cells.append(float(metric_named("pull_balance").make(basis).sel(pole="AAA-BBB", year=2016, target="CCC")))
    here = row(drawn, "pull_balance", "AAA-BBB").sel(year=2016, target="CCC")
    for name, share in (("low", 0.05), ("median", 0.5), ("high", 0.95)):
        assert float(here[name]) == pytest.approx(np.quantile(cells, share), abs=1e-14)
    assert float(here["p_leads"]) == np.mean(np.array(cells) > 0)


@pytest.mark.parametrize("held", [1, 2_000])
def test_the_same_seed_is_the_same_bytes_whatever_the_pass_and_the_part(monkeypatch, held):
    panel, draw_settings = pencil_panel(), DrawSettings(draws=22)
    once = metric_ranges(panel, CONFIG, POLES, LENSES, draw_settings)
    monkeypatch.setattr(module, "HELD", held)
    monkeypatch.setattr(module, "PART", 3)
    again = metric_ranges(panel, CONFIG, POLES, LENSES, draw_settings)
    for name in once.ranges.data_vars:
        assert once.ranges[name].values.tobytes() == again.ranges[name].values.tobytes(), name
    assert once.crossings.equals(again.crossings)
    other = metric_ranges(panel, CONFIG, POLES, LENSES, draw_settings._replace(seed=1))
    assert once.ranges["median"].values.tobytes() != other.ranges["median"].values.tobytes()


def test_years_may_be_chosen_and_are_those_of_the_whole():
    panel, draw_settings = inf.load_panel(first_year=2008, last_year=2016), DrawSettings(draws=4)
    names = ("pull_direct", "pull_balance", "pull_bandwidth", "balance_bandwidth")
    config = inf.load_config(flags={"first_year": 2008, "last_year": 2016}, environment={})
    whole = metric_ranges(panel, config, ("CHN", "USA"), names, draw_settings).ranges.sel(year=[2008, 2015, 2016])
    some = metric_ranges(panel, config, ("CHN", "USA"), names, draw_settings, years=(2015, 2008, 2016))
    for name in ("value", "low", "high", "median", "p_leads"):
        np.testing.assert_array_equal(whole[name].values, some.ranges[name].values)
    assert some.crossings.empty


def test_missing_stays_missing():
    ranges = metric_ranges(pencil_panel(), CONFIG, POLES, DIRECT, DrawSettings(draws=10)).ranges
    gone = np.isnan(ranges["value"].values)
    assert gone.any()
    for name in ("median", "low", "high"):
        assert np.isnan(ranges[name].values[gone]).all()


def test_a_stop_keeps_the_draws_that_are_whole(monkeypatch):
    monkeypatch.setattr(module, "PART", 5)
    panel, asked = pencil_panel(), []

    def stopped() -> bool:
        asked.append(1)
        return len(asked) >= 5

    kept = metric_ranges(panel, CONFIG, POLES, DIRECT, DrawSettings(draws=200), stopped=stopped).ranges
    assert set(kept["made"].values) == {20}
    few = metric_ranges(panel, CONFIG, POLES, DIRECT, DrawSettings(draws=20)).ranges
    np.testing.assert_array_equal(kept["low"].values, few["low"].values)
    none = metric_ranges(panel, CONFIG, POLES, DIRECT, DrawSettings(draws=200), stopped=lambda: True).ranges
    assert set(none["made"].values) == {0}
    assert np.isnan(none["low"].values).all()


def test_places_are_among_those_that_have_one():
    ranges = metric_ranges(pencil_panel(), CONFIG, POLES, DIRECT, DrawSettings(draws=10)).ranges
    ranks = row(ranges, "rank_pull_balance", "AAA-BBB").sel(year=2016)
    balance = row(ranges, "pull_balance", "AAA-BBB").sel(year=2016)
    there = ~np.isnan(balance["value"].values)
    assert sorted(ranks["value"].values[there]) == list(range(1, there.sum() + 1))
    assert np.isnan(ranks["value"].values[~there]).all()


def test_names_of_odds():
    assert [probability_name(n) for n in ("pull_balance", "balance_income")] == ["p_leads", "p_leads_income"]


def test_the_settings_are_measured_as_the_catalogue_does():
    panel = inf.load_panel(first_year=2016, last_year=2016)
    ground = Ground(panel, None, small(CONFIG), ("CHN", "USA"), DIRECT, DrawSettings(), mirror_spread(panel).sd)
    labels, values = labels_of(ground, CONFIG)
    at = list(zip(*labels, strict=True)).index(("pull_balance", "CHN-USA"))
    np.testing.assert_array_equal(values[at, 0], inf.pull_balance(inf.build_ties(panel), ("CHN", "USA")).values[0])


@pytest.mark.parametrize(
    "names, draw_settings, told",
    [
        (("bloc",), DrawSettings(), "bloc is not drawn: .* Drawn are: pull_direct"),
        (("pull_dirct",), DrawSettings(), "no metric 'pull_dirct'"),
        (DIRECT, DrawSettings(draws=0), "need from one draw to 10,000, not 0"),
        (DIRECT, only("weights", concentration=0.0), "concentration must be a number above 0, not 0.0"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(names, draw_settings, told):
    with pytest.raises(ConfigError, match=told):
        metric_ranges(pencil_panel(), CONFIG, POLES, names, draw_settings)


def test_too_much_for_memory_is_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_HELD", 1000)
    with pytest.raises(ConfigError, match=r"one year would take 0.0 GB of memory .* fewer draws or fewer metrics"):
        metric_ranges(pencil_panel(), CONFIG, POLES, DIRECT, DrawSettings(draws=200))


def test_a_pole_that_is_not_there_is_told():
    with pytest.raises(StateError, match="ZZZ"):
        metric_ranges(pencil_panel(), CONFIG, ("AAA", "ZZZ"), DIRECT, DrawSettings(draws=2))
