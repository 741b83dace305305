"""Every metric of the catalogue keeps what it declares, on the real panel and on the pencil."""

import numpy as np
import pytest

import influence as inf
from influence.errors import ConfigError
from influence.metrics import catalogue, makers
from influence.metrics.catalogue import all_metrics, available_metrics, metric_named
from influence.specs import LENSES
from influence.study import Study
from tests.pencil import pencil_panel

METRICS = list(all_metrics().values())
ENDS = {"[0, 1]": (0, 1), "(0, 1]": (0, 1), "(0, 1)": (0, 1), "[-1, 1]": (-1, 1), ">= 0": (0, np.inf),
        ">= 1": (1, np.inf), "any sign": (-np.inf, np.inf)}  # fmt: skip


@pytest.fixture(scope="module", params=[("CHN", "USA"), ("china_hk_macao", "USA", "eu")], ids=["two", "groups"])
def study(request):
    return inf.load_study(first_year=2008, last_year=2012, realisations=50, poles=request.param)


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_values_lie_in_the_range_declared(study, metric):
    found = study.metric(metric.name)
    assert found.dims in {("year", "target"), ("pole", "year", "target")}
    values = found.values[~np.isnan(found.values)]
    low, high = ENDS[metric.range]
    assert len(values) > 100
    assert values.min() >= low - 1e-9
    assert values.max() <= high + 1e-9


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_every_metric_is_declared_whole(metric):
    assert all((metric.formula, metric.unit, metric.range in ENDS, metric.source, metric.family))


def test_names_are_different():
    assert len(METRICS) == 2 * len(LENSES) + len(catalogue._BUNDLED)


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.name)
def test_no_infinities_and_no_values_from_nothing(metric):
    """In 2017 the pencil knows 50 of 160 dollars of trade: no measure of trade has a value there."""
    study = Study(pencil_panel(), inf.Method(bandwidth_base_year=2016, realisations=20), ("AAA", "BBB"))
    found = study.metric(metric.name)
    assert not np.isinf(found.values).any()
    if metric.rests_on == "trade" and metric.name != "trade_over_gdp":
        assert np.isnan(found.sel(year=2017)).all()


def test_what_several_metrics_are_made_from_is_made_once(study, monkeypatch):
    fresh, calls = study.on(study.panel), []
    real = makers.path_centralities
    monkeypatch.setattr(makers, "path_centralities", lambda network: calls.append(1) or real(network))
    fresh.metric("betweenness")
    fresh.metric("closeness")
    assert calls == [1]


@pytest.mark.parametrize("poles", [("CHN", "USA"), ("asean", "CHN", "USA")])
def test_no_metric_depends_on_what_was_asked_before(poles):
    """To the last bit: asked first, or after all the others in either order."""
    study = inf.load_study(first_year=2008, last_year=2009, realisations=10, bandwidth_base_year=2008, poles=poles)
    forwards, backwards = (study.with_ties(study.ties) for _ in range(2))
    there = {metric.name: forwards.metric(metric.name).values.tobytes() for metric in METRICS}
    back = {metric.name: backwards.metric(metric.name).values.tobytes() for metric in reversed(METRICS)}
    assert there == back
    for metric in METRICS:
        if metric.family in ("similarity", "pull", "dependence"):
            first = study.with_ties(study.ties).metric(metric.name)
            assert first.values.tobytes() == there[metric.name], metric.name


def test_an_unknown_metric_is_named_with_similar_ones():
    with pytest.raises(ConfigError, match=r"no metric 'pagrank'. Did you mean pagerank.*metrics list"):
        metric_named("pagrank")


def test_metrics_that_are_not_available_have_a_reason():
    names, why = available_metrics(inf.load_study(first_year=2012, last_year=2013, poles=["TWN", "USA"]))
    assert set(why) == {"pull_bandwidth", "balance_bandwidth", "alignment"}
    assert "set bandwidth_base_year" in why["pull_bandwidth"]
    assert "pole 'TWN' has no ideal point in 2000-2015" in why["alignment"]
    assert set(names) == {metric.name for metric in METRICS} - set(why)


def test_alignment_has_the_range_of_its_source_and_no_coverage_of_ties(study):
    found = study.metric("alignment")
    known = ~np.isnan(found.values)
    assert (found["low"].values[known] <= found["high"].values[known]).all()
    assert np.isnan(found["coverage"].values).all()
