"""Every metric of the catalogue keeps what it declares, on the real panel and on the pencil."""

import numpy as np
import pytest

import influence as inf
from influence.errors import ConfigError
from influence.metrics.catalogue import METRICS, Basis, available_metrics, metric_named
from tests.pencil import pencil_panel, pencil_points

ENDS = {"[0, 1]": (0, 1), "(0, 1]": (0, 1), "(0, 1)": (0, 1), "[-1, 1]": (-1, 1), ">= 0": (0, np.inf),
        ">= 1": (1, np.inf), "any sign": (-np.inf, np.inf)}  # fmt: skip


@pytest.fixture(scope="module", params=[("CHN", "USA"), ("china_hk_macao", "USA", "eu")], ids=["two", "groups"])
def basis(request):
    panel = inf.load_panel(first_year=2008, last_year=2012)
    config = inf.load_config(flags={"realisations": 50}, environment={})
    return Basis(panel, inf.build_ties(panel), request.param, config)


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_values_lie_in_the_range_declared(basis, metric):
    told = metric.make(basis)
    assert told.dims in {("year", "target"), ("pole", "year", "target")}
    values = told.values[~np.isnan(told.values)]
    low, high = ENDS[metric.range]
    assert len(values) > 100
    assert values.min() >= low - 1e-9
    assert values.max() <= high + 1e-9


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_every_metric_is_declared_whole(metric):
    assert all((metric.formula, metric.unit, metric.range in ENDS, metric.source, metric.family))


def test_names_are_different():
    assert len({metric.name for metric in METRICS}) == len(METRICS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_no_infinities_and_no_values_from_nothing(metric):
    """In 2017 the pencil knows 50 of 160 dollars of trade: no measure of trade has a value there."""
    panel = pencil_panel()
    config = inf.load_config(flags={"bandwidth_base_year": 2016, "realisations": 20, "poles": ["AAA", "BBB"]},
                             environment={})  # fmt: skip
    told = metric.make(Basis(panel, inf.build_ties(panel), ("AAA", "BBB"), config, pencil_points()))
    assert not np.isinf(told.values).any()
    if metric.rests_on == "trade" and metric.name != "trade_over_gdp":
        assert np.isnan(told.sel(year=2017)).all()


def test_what_several_metrics_are_made_from_is_made_once(basis):
    metric_named("betweenness").make(basis)
    paths = basis.made["paths"]
    metric_named("closeness").make(basis)
    assert basis.made["paths"] is paths


@pytest.mark.parametrize("poles", [("CHN", "USA"), ("asean", "CHN", "USA")])
def test_no_metric_depends_on_what_was_asked_before(poles):
    """To the last bit: asked first, or after all the others in either order."""
    panel = inf.load_panel(first_year=2008, last_year=2009)
    config = inf.load_config(flags={"realisations": 10, "bandwidth_base_year": 2008}, environment={})
    ties = inf.build_ties(panel)
    forwards, backwards = (Basis(panel, ties, poles, config) for _ in range(2))
    there = {metric.name: metric.make(forwards).values.tobytes() for metric in METRICS}
    back = {metric.name: metric.make(backwards).values.tobytes() for metric in reversed(METRICS)}
    assert there == back
    for metric in METRICS:
        if metric.family in ("similarity", "pull", "dependence"):
            assert metric.make(Basis(panel, ties, poles, config)).values.tobytes() == there[metric.name], metric.name


def test_an_unknown_metric_is_told():
    with pytest.raises(ConfigError, match=r"no metric 'pagrank'. Did you mean pagerank.* tells all"):
        metric_named("pagrank")


def test_metrics_that_cannot_be_had_are_told_with_the_reason():
    panel = inf.load_panel(first_year=2012, last_year=2013)
    config = inf.load_config(environment={})
    names, why = available_metrics(Basis(panel, inf.build_ties(panel), ("TWN", "USA"), config))
    assert set(why) == {"pull_bandwidth", "balance_bandwidth", "alignment"}
    assert "set bandwidth_base_year" in why["pull_bandwidth"]
    assert "pole 'TWN' has no ideal point in 2000-2015" in why["alignment"]
    assert set(names) == {metric.name for metric in METRICS} - set(why)


def test_alignment_has_the_band_of_its_source_and_no_coverage_of_ties(basis):
    told = metric_named("alignment").make(basis)
    known = ~np.isnan(told.values)
    assert (told["low"].values[known] <= told["high"].values[known]).all()
    assert np.isnan(told["coverage"].values).all()
