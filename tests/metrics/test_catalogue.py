"""Every metric of the catalogue keeps what it declares, on the real panel and on the pencil."""

import numpy as np
import pytest

import influence as inf
from influence.errors import ConfigError
from influence.metrics.catalogue import METRICS, Basis, metric_named
from tests.pencil import pencil_panel

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
    told = metric.make(Basis(panel, inf.build_ties(panel), ("AAA", "BBB"), config))
    assert not np.isinf(told.values).any()
    if metric.of_trade and metric.name != "trade_over_gdp":
        assert np.isnan(told.sel(year=2017)).all()


def test_what_several_metrics_are_made_from_is_made_once(basis):
    metric_named("betweenness").make(basis)
    paths = basis.made["paths"]
    metric_named("closeness").make(basis)
    assert basis.made["paths"] is paths


def test_an_unknown_metric_is_told():
    with pytest.raises(ConfigError, match=r"no metric 'pagrank'. Did you mean pagerank.* tells all"):
        metric_named("pagrank")
