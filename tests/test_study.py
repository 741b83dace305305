"""A study: the same numbers as the plain functions, computed once, and nothing that it is given is changed."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
import xarray as xr

import influence as inf
from influence.errors import ConfigError, StateError, YearError
from influence.method import Method
from influence.metrics.catalogue import all_metrics
from influence.panel.panel import Panel
from influence.scenario.model import parse_scenario
from influence.study import Study
from tests.pencil import pencil_panel, pencil_registry

POLES = ("AAA", "BBB")
SCENARIO = {"name": "trial", "title": "t", "question": "q?", "actual": "panel", "actual_note": "n", "sources": ["s"]}
CUT = {"do": "scale_flow", "exporters": "CHN", "importers": "KOR", "from": 2016}


def pencil_study(**choices: object) -> Study:
    return Study(pencil_panel(), Method(bandwidth_base_year=2016, realisations=20, **choices), POLES)


@pytest.fixture(scope="module")
def study() -> Study:
    """The bundled panel of three years between China and the United States."""
    return inf.load_study(first_year=2015, last_year=2017)


def scenario(*edits: dict, **more: object):
    return parse_scenario({**SCENARIO, "edits": list(edits), **more}, "trial.yaml")


def bytes_of(panel: Panel) -> list[bytes]:
    """Every figure of a panel."""
    sets = [panel.trade, panel.totals, panel.attributes]
    arrays = [array.values.tobytes() for one in sets for array in one.data_vars.values()]
    tables = [panel.states, panel.pacts, panel.agreements, panel.memberships, panel.registry.states]
    return [*arrays, *(table.to_csv().encode() for table in tables)]


# ---- nothing is changed ----------------------------------------------------------------------------


@pytest.mark.parametrize("poles", [["AAA"], "AAA", ()])
def test_fewer_than_two_poles_are_refused(poles):
    with pytest.raises(ConfigError, match="give two or more poles as a list"):
        pencil_study().with_poles(poles)


def test_a_wrong_value_given_in_python_is_not_blamed_on_the_command_line():
    with pytest.raises(ConfigError, match=r"^the call: weights: 'oil' is not known"):
        inf.load_study(weights={"oil": 1})


def test_a_side_of_a_comparison_may_be_a_number():
    study = inf.load_study(first_year=2016, last_year=2016)
    assert inf.parse_side(2016, study).label == "2016"
    with pytest.raises(YearError, match="year 1815 is not in the panel"):
        inf.parse_side(1815, study)


def test_a_study_leaves_panel_method_and_poles_unchanged():
    study = pencil_study()
    before, method = bytes_of(study.panel), repr(study.method)
    for name in all_metrics():
        study.metric(name)
    study.marks, study.points, study.layers  # noqa: B018
    inf.explain_pull(study, "CCC", 2016)
    inf.weight_thresholds(study, "CCC", 2016)
    inf.metric_ranges(study, ["pull_balance"], inf.DrawSettings(3))
    study.with_poles(("AAA", "CCC")).with_method(alpha=0.5).at(2016).metric("pull_network")
    assert bytes_of(study.panel) == before
    assert (repr(study.method), study.poles) == (method, POLES)


def test_a_scenario_leaves_the_study_unchanged(study):
    before = bytes_of(study.panel)
    balance = study.metric("pull_balance").copy(deep=True)
    study.under(scenario({**CUT, "factor": 0})).metric("pull_balance")
    assert bytes_of(study.panel) == before
    assert study.on(study.panel).metric("pull_balance").identical(balance)


@pytest.mark.parametrize("name", ["panel", "method", "poles", "region"])
def test_no_part_of_a_study_can_be_set(name):
    with pytest.raises(FrozenInstanceError):
        setattr(pencil_study(), name, None)


def test_what_is_handed_out_is_a_copy_or_read_only(study):
    states, reports = study.registry.states, study.panel.table("reports")
    states.loc["KOR", "name"] = "Corea"
    reports["value_usd"] = 0
    assert study.registry.name("KOR") == "South Korea"
    assert study.panel.table("reports")["value_usd"].max() > 0
    with pytest.raises(TypeError):
        study.registry.code_map("iso3")["KOR"] = "PRK"
    with pytest.raises(ValueError, match="read-only"):
        study.panel.trade["export_usd"].values[:] = 0.0


# ---- the same numbers as the plain functions -------------------------------------------------------


def same(one: xr.DataArray, other: xr.DataArray) -> None:
    assert one.dims == other.dims
    np.testing.assert_array_equal(one.values, other.values)


def test_layers_ties_and_marks_are_those_of_the_plain_functions():
    choices = {"trade_base": "exports", "capability": "cinc"}
    study = pencil_study(weights={"trade": 0.5, "alliance": 0.5}, **choices)
    same(study.layers, inf.build_layers(study.panel, **choices))
    same(study.ties, inf.build_ties(study.panel, {"trade": 0.5, "alliance": 0.5}, **choices))
    same(study.marks, inf.tie_marks(study.panel, {"trade": 0.5, "alliance": 0.5}, capability="cinc"))
    same(study.points["ideal_point"], inf.ideal_points(study.panel)["ideal_point"])
    assert (study.pair, study.pairs, study.years) == (POLES, [POLES], range(2016, 2018))
    assert study.weighing == ["trade", "alliance"]


def test_metrics_are_those_of_the_plain_functions(study):
    ties, poles = study.ties, study.poles
    same(study.metric("pull_balance").isel(pole=0), inf.pull_balance(ties, poles))
    same(study.metric("pull_direct").sel(pole="CHN"), inf.direct_pull(ties, "CHN"))
    same(study.metric("pull_network"), inf.network_pull(ties, poles, study.method.alpha))
    same(study.metric("pull_network"), inf.lens_pull(study, "network"))
    same(study.metric("exposure").isel(pole=0), inf.exposure(ties, poles))
    same(study.metric("leader_margin"), inf.leader_margin(ties, poles))


@pytest.mark.parametrize("name", ["pull_balance", "pull_network", "balance_income", "herfindahl", "pagerank"])
def test_a_year_alone_has_the_numbers_of_all_years(study, name):
    whole = study.metric(name)
    np.testing.assert_allclose(study.at(2016).metric(name), whole.sel(year=[2016]), rtol=1e-9, atol=1e-12)
    some = study.of_years(2016, 2017).metric(name)
    np.testing.assert_allclose(some, whole.sel(year=[2016, 2017]), rtol=1e-9, atol=1e-12)


def test_the_layers_and_ties_of_a_year_alone_are_those_of_all_years(study):
    year = study.at(2016)
    same(year.ties, study.ties.sel(year=[2016]))
    same(year.layers, study.layers.sel(year=[2016]))
    assert year.years == range(2016, 2017)


@pytest.mark.parametrize(
    "changes",
    [{"weights": {"alliance": 1.0}}, {"trade_base": "imports"}, {"capability": "cinc"}, {"alpha": 0.3},
     {"elasticity": 8.0}, {"pact_strength": {"defence": 0.5}}],
)  # fmt: skip
def test_another_method_is_that_of_a_new_study(changes):
    study = pencil_study()
    study.metric("pull_network")
    other = study.with_method(**changes)
    fresh = Study(study.panel, replace(study.method, **changes), POLES)
    for name in ("pull_direct", "pull_network", "pull_income"):
        same(other.metric(name), fresh.metric(name))
    assert other.method != study.method


def test_other_poles_are_those_of_a_new_study():
    study = pencil_study()
    study.metric("pull_opinion")
    study.metric("pull_balance")
    for poles in (("BBB", "AAA"), ("AAA", "CCC"), ("AAA", "BBB", "DDD")):
        fresh = Study(study.panel, study.method, poles)
        for name in ("pull_direct", "pull_balance", "pull_opinion", "balance_network", "leader_margin"):
            same(study.with_poles(poles).metric(name), fresh.metric(name))
    assert study.with_poles(("AAA", "CCC")).ties is study.ties


def test_a_scenario_is_applied_as_by_the_plain_functions(study):
    edited = scenario({**CUT, "factor": 0.5})
    applied = inf.apply_scenario(study.panel, edited, theta=study.method.elasticity)
    same(study.under(edited).ties, inf.build_ties(applied.panel, study.method.weights))
    later = inf.load_study(first_year=2018, last_year=2018)
    bundled = inf.apply_scenario(later.panel, inf.load_scenario("tpp_with_us"), theta=later.method.elasticity)
    same(later.under("tpp_with_us").ties, inf.build_ties(bundled.panel))
    assert later.under("tpp_with_us").poles == later.poles


def test_a_scenario_without_edits_is_the_baseline_exactly(study):
    baseline = study.under(scenario())
    assert baseline is study
    assert study.applied(scenario()).panel is study.panel
    fresh = study.on(inf.apply_scenario(study.panel, scenario()).panel)
    for name in ("pull_balance", "balance_network", "balance_income", "pagerank"):
        assert fresh.metric(name).values.tobytes() == study.metric(name).values.tobytes()


def test_two_scenarios_of_one_name_are_two(study):
    half, none = (study.under(scenario({**CUT, "factor": factor})) for factor in (0.5, 0))
    flows = [
        float(s.panel.trade["export_usd"].sel(year=2016, exporter="CHN", importer="KOR")) for s in (study, half, none)
    ]
    assert flows[0] > 0
    assert flows[1:] == [flows[0] / 2, 0.0]


def test_another_unit_of_bandwidth_rescales_the_pull_of_bandwidth_alone():
    study = pencil_study()
    plain, direct = study.metric("pull_bandwidth"), study.metric("pull_direct")
    larger = study.panel.with_parts(trade=study.panel.trade.assign(export_usd=study.panel.trade["export_usd"] * 10))
    moved = study.with_bandwidth_unit(larger)
    assert np.nanmax(moved.metric("pull_bandwidth").values) < np.nanmax(plain.values)
    same(moved.metric("pull_direct"), direct)
    same(study.metric("pull_bandwidth"), plain)


def test_groups_are_poles_by_the_registry_of_the_panel():
    panel = pencil_panel().with_parts(registry=pencil_registry(bloc=["AAA", "DDD"]))
    pull = Study(panel, poles=("bloc", "BBB")).metric("pull_direct").sel(pole="bloc", year=2016)
    alone = Study(pencil_panel(), poles=("AAA", "DDD")).metric("pull_direct").sel(year=2016, target="CCC")
    assert float(pull.sel(target="CCC")) == pytest.approx(float(alone.sum()))


# ---- computed once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["layers", "ties", "marks", "network", "points"])
def test_each_part_is_computed_once(name):
    study = pencil_study()
    assert getattr(study, name) is getattr(study, name)


def test_studies_made_from_a_study_are_the_same_objects(study):
    assert study.at(2016) is study.at(2016)
    assert study.of_years(2016, 2017) is study.of_years(2016, 2017)
    assert study.of_years(2015, 2017) is study
    assert study.with_method(alpha=0.5) is study.with_method(alpha=0.5)
    weights = {"trade": 0.5, "alliance": 0.5}
    assert study.with_method(weights=weights) is study.with_method(weights=dict(reversed(weights.items())))
    assert study.with_method(weights=weights) is not study.with_method(weights={"trade": 1.0})
    assert study.with_poles(("USA", "CHN")) is study.with_poles(["USA", "CHN"])
    assert study.under(scenario({**CUT, "factor": 0})) is study.under(scenario({**CUT, "factor": 0}))
    assert study.at(2016).at(2016) is study.at(2016)
    assert inf.lens_pull(study, "network") is inf.lens_pull(study, "network")


def test_another_study_shares_nothing_that_depends_on_its_parts(study):
    other = study.with_(method=Method(weights={"trade": 1.0}))
    assert other.ties is not study.ties
    same(other.ties, inf.build_ties(study.panel, {"trade": 1.0}))
    given = inf.build_ties(study.panel, {"alliance": 1.0})
    assert study.with_ties(given).ties is given
    same(study.with_ties(given).metric("pull_direct").sel(pole="USA"), inf.direct_pull(given, "USA"))


# ---- the way in ------------------------------------------------------------------------------------


def test_weights_are_complete_wherever_they_are_given(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    alone = inf.build_ties(study.panel, {"trade": 1.0})
    path = tmp_path / "mine.yaml"
    path.write_text("weights: {trade: 1}\n", encoding="utf-8")
    studies = [
        inf.load_study(panel=study.panel, weights={"trade": 1}),
        inf.load_study(path, panel=study.panel),
        inf.load_study(inf.Config(weights={"trade": 1.0}), panel=study.panel),
        study.with_method(weights={"trade": 1}),
    ]
    monkeypatch.setenv("INFLUENCE_WEIGHTS", "trade=1")
    studies.append(inf.load_study(panel=study.panel))
    for each in studies:
        same(each.ties, alone)
        assert each.method.weights_text() == "trade 1"
    balance = float(studies[0].metric("pull_balance").sel(year=2016, target="KOR").item())
    assert balance == pytest.approx(0.32, abs=0.01)


def test_a_panel_is_taken_as_it_is(study):
    loaded = inf.load_study(panel=study.panel, poles=["japan", "asean"], region="asean")
    assert loaded.panel is study.panel
    assert loaded.poles == ("JPN", "asean")
    assert "SGP" in loaded.region_states(2016)
    assert "JPN" not in loaded.region_states(2016)
    assert set(loaded.region_states()) >= set(loaded.region_states(2016))


def test_years_and_poles_that_do_not_exist_are_named(study):
    with pytest.raises(YearError, match="year 1980 is not in the panel; it covers 2015 to 2017"):
        study.at(1980)
    with pytest.raises(YearError, match="year 2030 is not in the panel"):
        study.of_years(2016, 2030)
    with pytest.raises(StateError, match="pole 'Atlantis' is not known"):
        inf.load_study(panel=study.panel, poles=["Atlantis", "USA"])
    with pytest.raises(ConfigError, match="no metric 'pagrank'"):
        study.metric("pagrank")


# ---- how it shows itself ---------------------------------------------------------------------------


def test_it_shows_itself_in_one_short_line(study):
    text = repr(study)
    assert len(text) < 120
    assert "\n" not in text
    for part in ("Study", "2015-2017", "CHN, USA", "trade 0.6, alliance 0.3, agreement 0.1"):
        assert part in text
    assert "no poles" in repr(Study(pencil_panel()))
    assert len(repr(study.panel)) < 120
    assert len(repr(study.registry)) < 120


def test_a_notebook_shows_a_table_with_its_texts_escaped():
    table = pencil_study()._repr_html_()
    assert table.startswith("<table>")
    assert "&lt;Panel: 4 states, 2016-2017" in table
    assert "AAA, BBB" in table
    assert re.findall("<th>(.*?)</th>", table) == ["Panel", "Poles", "Region", "Layer weights", "Trade base"]
