"""A layer, a lens and a metric that a user registers appear wherever the bundled ones do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import influence as inf
from influence import specs
from influence.draw_settings import DrawSettings
from influence.errors import ConfigError, PanelError
from influence.export.atlas_data import build_atlas_data
from influence.export.page_data import page_data
from influence.layer_settings import CustomLayer
from influence.metrics import catalogue
from influence.metrics.catalogue import all_metrics, metric_named
from influence.study import Study
from influence.uncertainty.ranges import metric_ranges
from influence.uncertainty.workers import Workers
from tests.cli.calls import call, ended, refusal
from tests.outside import HALF, PARTNERS, REGION
from tests.pencil import pencil_panel

TABLES = (specs.LAYERS, specs.WEIGHTS, specs.LENSES, catalogue._REGISTERED)
POLES = ("AAA", "BBB")
MIXED = {"trade": 0.5, "region": 0.5}


@pytest.fixture
def unregistered() -> Iterator[None]:
    """What a test registers is removed after it."""
    before = [dict(table) for table in TABLES]
    yield
    for table, rows in zip(TABLES, before, strict=True):
        table.clear()
        table.update(rows)


@pytest.fixture
def registered(unregistered: None) -> None:
    """The layer, the lens and the metric of tests/outside.py."""
    inf.register_layer(REGION)
    inf.register_lens(HALF)
    inf.register_metric(PARTNERS)


def records(*arguments: str) -> list[dict]:
    """The rows of a command."""
    return json.loads(call(*arguments, "--json", "--quiet").stdout)


@pytest.fixture(scope="module")
def year() -> Study:
    """The bundled panel of 2016 between China and the United States."""
    return inf.load_study(first_year=2016, last_year=2016)


# ---- the metric ------------------------------------------------------------------------------------


def test_a_metric_is_in_the_catalogue_and_the_commands(registered, year):
    assert all_metrics()["partners"] is PARTNERS
    (row,) = [row for row in json.loads(call("metrics", "list", "--json").stdout) if row["name"] == "partners"]
    assert row["formula"] == PARTNERS.formula
    assert PARTNERS.formula in call("metrics", "list").stdout
    value = float(year.metric("partners").sel(year=2016, target="KOR"))
    assert value > 100
    (shown,) = records("metrics", "values", "partners", "KOR", "--years", "2016")
    assert shown["value"] == value
    assert inf.metric_results(year, ["partners"]).set_index("iso3").loc["KOR", "value"] == value


def test_a_metric_of_the_pencil_panel(registered):
    values = Study(pencil_panel(), poles=POLES).metric("partners").sel(year=2016)
    assert values.sel(target=["AAA", "BBB", "CCC", "DDD"]).values.tolist() == [2, 3, 3, 2]


# ---- the lens --------------------------------------------------------------------------------------


def test_a_lens_has_a_pull_a_balance_and_an_option(registered, year):
    direct, half = year.metric("pull_direct"), year.metric("pull_half")
    np.testing.assert_array_equal(half.values, direct.values / 2)
    np.testing.assert_array_equal(year.metric("balance_half").values, year.metric("pull_balance").values)
    rows = records("pull", "KOR", "--years", "2016", "--lens", "half", "--draws", "0")
    found = {(row["metric"], row["pole"]): row["value"] for row in rows}
    assert found["pull_half", "CHN"] == float(half.sel(pole="CHN", year=2016, target="KOR"))
    assert found["balance_half", "CHN-USA"] == float(year.metric("pull_balance").sel(target="KOR").item())
    text = call("pull", "KOR", "--years", "2016", "--lens", "half", "--draws", "0").stdout
    assert HALF.description in text
    assert "half" in call("pull", "KOR", "--years", "2016", "--lens", "all", "--draws", "0").stdout
    assert "half" in call("pull", "--help").stdout


def test_without_registration_the_lens_is_unknown():
    assert "there is no lens 'half'" in refusal(ended("pull", "KOR", "--lens", "half"))


# ---- the layer -------------------------------------------------------------------------------------


def test_a_layer_and_what_is_made_of_it_sum_to_one(registered, year):
    assert "region" in year.panel.layer_names
    layers, ties = inf.build_layers(year.panel), inf.build_ties(year.panel, MIXED)
    for array in (layers, ties):
        whole = array.sum("source") + array["not_covered"] + array["unobserved"]
        np.testing.assert_allclose(whole.values, 1.0, atol=1e-9)
    trade, region = (layers.sel(layer=name) for name in ("trade", "region"))
    both = (trade["unobserved"] == 0) & (region["unobserved"] == 0)
    mean = (0.5 * trade + 0.5 * region).where(both)
    np.testing.assert_allclose(ties.where(both).values, mean.values, atol=1e-12)
    assert int(both.sum()) > 100


def test_a_layer_of_the_pencil_panel(registered):
    """AAA and BBB are the East: each relies on the other alone."""
    layer = inf.build_layers(pencil_panel()).sel(layer="region", year=2016)
    assert layer.sel(source="AAA", target=["BBB", "CCC"]).values.tolist() == [1.0, 0.0]
    ties = inf.build_ties(pencil_panel(), MIXED)
    assert float(ties.sel(year=2016, source="AAA", target="BBB")) == pytest.approx(0.5 * 50 / 100 + 0.5)


def test_a_layer_without_a_default_weight_leaves_the_default_ties_unchanged(year, unregistered):
    before = inf.build_ties(year.panel)
    inf.register_layer(REGION)
    assert inf.build_ties(year.panel).identical(before)


def test_the_default_weight_of_a_layer_is_that_of_its_row(year, unregistered):
    inf.register_layer(REGION._replace(weight=1.0))
    by_hand = inf.build_ties(year.panel, {"trade": 0.6, "alliance": 0.3, "agreement": 0.1, "region": 1.0})
    assert inf.build_ties(year.panel).identical(by_hand)
    assert inf.Method().weights["region"] == 1.0


def test_a_layer_has_its_weight_from_options_and_configuration(registered, year, tmp_path):
    alone = inf.build_layers(year.panel).sel(layer="region", year=2016)
    pull = float(alone.sel(source="CHN", target="KOR"))
    assert pull > 0
    path = tmp_path / "mine.yaml"
    path.write_text("weights: {region: 1}\n", encoding="utf-8")
    assert inf.load_study(path, year.panel).method.weights_text() == "region 1"
    for options in (("--weights", "region=1"), ("--config", str(path))):
        rows = records("pull", "KOR", "--years", "2016", "--draws", "0", *options)
        (row,) = [row for row in rows if (row["metric"], row["pole"]) == ("pull_direct", "CHN")]
        assert row["value"] == pull


def test_an_explanation_adds_up_with_a_layer_that_has_no_facts(registered, year):
    study = year.with_method(weights=MIXED)
    table = inf.explain_pull(study, "KOR", 2016)
    for pole in study.poles:
        parts = table[table["pole"] == pole].drop_duplicates("layer").set_index("layer")
        assert parts.loc["region", "contribution"] > 0 or pole == "USA"
        pull = float(inf.direct_pull(study.ties, pole).sel(year=2016, target="KOR"))
        assert parts["contribution"].sum() == pytest.approx(pull, abs=1e-12)
    assert "region" in call("explain", "KOR", "--year", "2016", "--weights", "trade=0.5,region=0.5").stdout


def test_a_page_receives_the_layer_and_the_lens_as_data(registered, year):
    content = build_atlas_data(year.with_method(weights=MIXED), states=["KOR", "JPN"])
    data = json.dumps(page_data(content), default=str)
    assert f'"{REGION.title}"' in data
    assert f'"{HALF.title}"' in data


# ---- other processes -------------------------------------------------------------------------------


def test_draws_in_other_processes_know_what_was_registered(registered):
    from joblib.externals.loky import get_reusable_executor

    study = Study(pencil_panel(), inf.Method(weights=MIXED), POLES)
    given = (("partners", "pull_half", "balance_half", "pull_direct"), DrawSettings(25))
    alone = metric_ranges(study, *given).ranges
    try:
        two = metric_ranges(study, *given, workers=Workers(2)).ranges
    finally:
        get_reusable_executor().shutdown(wait=True)  # no later test gets processes that know them
    for name in ("value", "median", "low", "high", "p_leads"):
        assert alone[name].values.tobytes() == two[name].values.tobytes(), name
    assert np.isfinite(alone["low"].values).any()


# ---- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (REGION, "layer 'region' is registered already"),
        (REGION._replace(name="composite"), "layer 'composite' is registered already"),
        (REGION._replace(name="Same region"), "'Same region': a name has small letters, digits and underscores"),
        (REGION._replace(name="other", weight=-0.1), "layer 'other' has weight -0.1"),
        (REGION._replace(name="other", weight=float("nan")), "layer 'other' has weight nan"),
        (REGION._replace(name="other", weight=float("inf")), "layer 'other' has weight inf"),
        (HALF, "lens 'half' is registered already"),
        (HALF._replace(name="network"), "lens 'network' is registered already"),
        (HALF._replace(name="all"), "lens 'all' is registered already"),
        (HALF._replace(name="half-way"), "'half-way': a name has small letters, digits and underscores"),
        (HALF._replace(name="other", rests_on="votes"), "rests on 'votes'; allowed: composite, trade"),
        (PARTNERS, "metric 'partners' is registered already"),
        (PARTNERS._replace(name="pull_direct"), "metric 'pull_direct' is registered already"),
        (PARTNERS._replace(name="balance_of_all"), "names pull_ and balance_ are those of lenses"),
        (PARTNERS._replace(name="2nd"), "'2nd': a name has small letters, digits and underscores"),
        (PARTNERS._replace(name="other", rests_on="tourism"), "rests on 'tourism'; allowed: composite, trade, votes"),
    ],
)
def test_a_row_that_cannot_be_registered_is_refused_in_one_sentence(registered, row, message):
    register = {specs.LayerSpec: inf.register_layer, specs.LensSpec: inf.register_lens}
    with pytest.raises(ConfigError) as refused:
        register.get(type(row), inf.register_metric)(row)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert set(specs.LAYERS) == {"trade", "alliance", "agreement", "troops", "region"}
    assert "other" not in {*specs.LENSES, *all_metrics()}


def test_a_custom_layer_does_not_take_the_name_of_a_registered_one(registered, year, tmp_path: Path):
    path = tmp_path / "visits.csv"
    path.write_text("source,target,year,value\nCHN,KOR,2016,1\n", encoding="utf-8")
    with pytest.raises((ConfigError, PanelError), match="'region' is registered already"):
        inf.with_custom_layers(year.panel, [CustomLayer("region", str(path), "portfolio")])


def test_an_unknown_weight_names_the_registered_layers(registered, year):
    with pytest.raises(ConfigError, match=r"no layer regoin; layers are: .*region"):
        inf.build_ties(year.panel, {"regoin": 1.0})


def test_a_metric_that_is_not_registered_is_unknown():
    with pytest.raises(ConfigError, match="no metric 'partners'"):
        metric_named("partners")


@pytest.mark.parametrize("register", [inf.register_layer, inf.register_lens, inf.register_metric])
def test_what_is_no_row_is_refused_with_a_sentence(register):
    with pytest.raises(ConfigError, match=rf"{register.__name__} takes a \w+, not 'trade'"):
        register("trade")
