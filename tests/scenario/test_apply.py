"""Scenarios on the real panel: what each edit does, what stays, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from influence.errors import ScenarioError
from influence.layers import build_layers
from influence.metrics.pull import pull_balance
from influence.panel.panel import load_panel
from influence.scenario.apply import apply_scenario
from influence.scenario.load import load_scenario, scenario_names
from influence.scenario.model import Scenario, parse_scenario
from influence.ties import build_ties


@pytest.fixture(scope="module")
def panel():
    return load_panel(first_year=2015)


def scenario_of(*edits: dict[str, object], **more: object) -> Scenario:
    usual = {"name": "trial", "title": "t", "question": "q?", "actual": "panel", "actual_note": "f", "sources": ["s"]}
    return parse_scenario({**usual, "edits": list(edits), **more}, "trial.yaml")


def goods(panel, year, exporter, importer) -> float:
    return float(panel.trade["export_usd"].sel(year=year, exporter=exporter, importer=importer))


def test_no_edits_are_the_panel_itself(panel):
    applied = apply_scenario(panel, scenario_of())
    assert applied.panel is panel
    assert applied.answers == {}


@pytest.mark.parametrize("name", scenario_names())
def test_every_bundled_scenario_can_be_applied_and_leaves_the_panel_unchanged(panel, name):
    before = panel.trade["export_usd"].values.copy()
    applied = apply_scenario(panel, load_scenario(name))
    assert applied.panel is not panel
    assert np.array_equal(panel.trade["export_usd"].values, before, equal_nan=True)
    ties = build_ties(applied.panel)
    whole = np.nansum(ties.values, axis=1) + ties["not_covered"].values + ties["unobserved"].values
    assert whole == pytest.approx(np.ones_like(whole), abs=1e-9)
    unseen = [np.isnan(p.trade["export_usd"].values) for p in (panel, applied.panel)]
    assert np.array_equal(*unseen)
    begin = min(edit.begin for edit in applied.scenario.edits)
    for year in range(2015, begin):
        assert np.array_equal(
            applied.panel.trade["export_usd"].sel(year=year), panel.trade["export_usd"].sel(year=year), equal_nan=True
        )
    first = applied.answers.get(begin)
    if first is not None:
        old, new = first.base.flows, first.response.flows
        assert float(new.sum()) == pytest.approx(float(old.sum()), rel=1e-9)
        assert first.response.residual < 1e-11


def test_korus_ended_moves_the_flows_as_the_trial_says_and_unties_the_two(panel):
    applied = apply_scenario(panel, load_scenario("korus_ended"))
    assert goods(applied.panel, 2018, "KOR", "USA") / goods(panel, 2018, "KOR", "USA") == pytest.approx(0.919, abs=5e-4)
    assert goods(applied.panel, 2018, "USA", "KOR") / goods(panel, 2018, "USA", "KOR") == pytest.approx(0.804, abs=5e-4)
    layers = [
        build_layers(p).sel(layer="agreement", year=2018, source="USA", target="KOR") for p in (panel, applied.panel)
    ]
    assert float(layers[0]) > 0
    assert float(layers[1]) == 0
    totals = applied.panel.totals["export_usd"] - panel.totals["export_usd"]
    rows = (applied.panel.trade["export_usd"] - panel.trade["export_usd"]).sum("importer")
    known = totals.sel(year=2018).notnull().values
    assert known.sum() > 190
    assert totals.sel(year=2018).values[known] == pytest.approx(rows.sel(year=2018).values[known], abs=1.0)


def test_korus_ended_hurts_both_the_us_more_in_exports_and_moves_china_by_tenths_of_a_point(panel):
    applied = apply_scenario(panel, load_scenario("korus_ended"))
    real = applied.answers[2018].response.real_income
    assert real["KOR"] < 1
    assert real["USA"] < 1
    lost = [goods(panel, 2018, *pair) - goods(applied.panel, 2018, *pair) for pair in (("KOR", "USA"), ("USA", "KOR"))]
    assert 0 < lost[0] < lost[1]
    shares = [build_layers(p).sel(layer="trade", year=2018, source="CHN", target="KOR") for p in (panel, applied.panel)]
    assert 0.001 < float(shares[1] - shares[0]) < 0.01


def test_tpp_insiders_gain_outsiders_lose_little_and_the_exit_of_the_us_costs_the_eleven_half_or_more(panel):
    scenario = load_scenario("tpp_with_us")
    edit = scenario.edits[0]
    eleven = tuple(m for m in edit["members"] if m != "USA")
    without = replace(scenario, edits=(replace(edit, values={**edit.values, "members": eleven}),))
    full, less = (apply_scenario(panel, s).answers[2018].response.real_income - 1 for s in (scenario, without))
    inside = list(edit["members"])
    assert (full[[m for m in inside if m != "MEX"]] > 0).all()  # Mexico shares its place in the US market
    assert full.drop(inside).min() > -0.0005
    assert 1 / 3 < less[list(eleven)].sum() / full[list(eleven)].sum() < 1 / 2


def test_korea_was_never_in_tpp(panel):
    for agreement in ("TPP", "CPTPP"):
        rows = panel.memberships[panel.memberships["agreement"] == agreement]
        assert "KOR" not in set(rows["iso3"])
    applied = apply_scenario(panel, load_scenario("tpp_with_korea"))
    assert applied.answers[2018].response.real_income["KOR"] > 1


def test_pacts_and_troops_are_edited(panel):
    applied = apply_scenario(panel, load_scenario("korea_us_alliance_ended")).panel
    assert not applied.in_force["defence"][2018 - 2015][
        panel.states.index.get_loc("USA"), panel.states.index.get_loc("KOR")
    ]
    assert float(applied.attributes["troops"].sel(year=2018, state="KOR")) == 0.0
    assert applied.trade is panel.trade
    balance = [
        float(pull_balance(build_ties(p), ("CHN", "USA")).sel(year=2018, target="KOR")) for p in (panel, applied)
    ]
    assert balance[0] < 0 < balance[1]
    moved = scenario_of({"do": "move_troops", "leave": "KOR", "to": "JPN", "share": 0.5, "from": 2016})
    hosted = apply_scenario(panel, moved).panel.attributes["troops"]
    before = panel.attributes["troops"]
    assert float(hosted.sel(year=2016, state="KOR")) == float(before.sel(year=2016, state="KOR")) / 2
    assert float(hosted.sel(year=2016).sum()) == pytest.approx(float(before.sel(year=2016).sum()))
    pact = {"do": "start_pact", "source": "USA", "target": "VNM", "from": 2018}
    started = apply_scenario(panel, scenario_of(pact)).panel
    at = panel.states.index.get_loc
    assert [bool(started.in_force["defence"][y, at("USA"), at("VNM")]) for y in (2, 3)] == [False, True]
    assert not started.in_force["defence"][3, at("VNM"), at("USA")]


def test_flows_are_scaled_and_nothing_else_answers(panel):
    scenario = scenario_of({"do": "scale_flow", "exporters": "CHN", "importers": "AUS", "factor": 0, "from": 2020})
    applied = apply_scenario(panel, scenario).panel
    assert goods(applied, 2020, "CHN", "AUS") == 0
    assert goods(applied, 2019, "CHN", "AUS") == goods(panel, 2019, "CHN", "AUS")
    assert goods(applied, 2020, "AUS", "CHN") == goods(panel, 2020, "AUS", "CHN")
    change = applied.totals["import_usd"].sel(year=2020, state="AUS") - panel.totals["import_usd"].sel(
        year=2020, state="AUS"
    )
    assert float(change) == pytest.approx(-goods(panel, 2020, "CHN", "AUS"))


def test_an_embargo_and_phases(panel):
    cut = {"do": "embargo", "exporters": "CHN", "importers": "AUS", "both_ways": True, "from": 2019}
    applied = apply_scenario(panel, scenario_of(cut)).panel
    assert goods(applied, 2019, "CHN", "AUS") == goods(applied, 2019, "AUS", "CHN") == 0
    slow = {"do": "tariff", "exporters": "CHN", "importers": "USA", "set": 0.5, "from": 2018, "phase_in": 3}
    applied = apply_scenario(panel, scenario_of(slow)).panel
    left = [goods(applied, year, "CHN", "USA") / goods(panel, year, "CHN", "USA") for year in (2017, 2018, 2019, 2020)]
    assert left[0] == 1
    assert left[0] > left[1] > left[2] > left[3]


def test_retaliation_and_revenue_matter(panel):
    one = {"do": "tariff", "exporters": "KOR", "importers": "USA", "add": 0.1, "from": 2018}
    plain = apply_scenario(panel, scenario_of(one)).answers[2018]
    answered = apply_scenario(panel, scenario_of({**one, "retaliation": 1})).answers[2018]
    cell = {"sector": "C29", "exporter": "USA", "importer": "KOR"}
    assert float((answered.tariffs - plain.base.tariffs).sel(cell)) == pytest.approx(0.1)
    assert float((plain.tariffs - plain.base.tariffs).sel(cell)) == 0
    spent = apply_scenario(panel, scenario_of(one, revenue=True)).answers[2018]
    assert spent.response.real_income["USA"] > plain.response.real_income["USA"]


def test_depth_is_a_share_of_the_estimated_effect(panel):
    keep = {"do": "leave", "agreement": "KORUS", "members": "KOR", "from": 2018, "tariffs": "keep"}
    applied = [apply_scenario(panel, scenario_of({**keep, "depth": 1.0}), effect=e) for e in (0.2, 0.1)]
    ratios = [t.answers[2018].goods_ratio().loc["KOR", "USA"] for t in applied]
    assert ratios[0] < ratios[1] < 1
    assert ratios[0] == pytest.approx(np.exp(-0.2), abs=0.02)
    none = apply_scenario(panel, scenario_of(keep))
    assert none.answers == {}
    assert none.panel.trade is panel.trade


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"do": "join", "agreement": "TTP", "members": ["USA"], "from": 2018}, "no agreement 'TTP' in the panel"),
        ({"do": "join", "agreement": "KORUS", "members": ["KOR"], "from": 2018}, "changes nothing in the panel"),
        ({"do": "leave", "agreement": "CPTPP", "members": ["KOR"], "from": 2019}, "KOR is not in CPTPP in 2019"),
        ({"do": "leave", "agreement": "KORUS", "members": ["KOR"], "from": 2024}, "the panel ends with 2023"),
        ({"do": "end_pact", "source": "USA", "target": "CHN", "from": 2018}, "USA has no pledge of defence to CHN"),
        ({"do": "start_pact", "source": "USA", "target": "JPN", "from": 2018}, "changes nothing in the panel"),
        ({"do": "move_troops", "leave": "BTN", "from": 2018}, "no troops at BTN"),
        ({"do": "tariff", "exporters": "FJI", "importers": "TON", "set": 0.5, "from": 2018}, "FJI has no sales"),
        ({"do": "tariff", "exporters": "CHN", "importers": "USA", "add": 0, "from": 2018}, "changes nothing in"),
        ({"do": "tariff", "exporters": "CHN", "importers": "USA", "add": -2, "from": 2018}, "allowed: above -100 %"),
        ({"do": "scale_flow", "exporters": "CHN", "importers": "USA", "factor": 1, "from": 2018}, "changes nothing"),
    ],
)  # fmt: skip
def test_edits_that_cannot_be_applied_are_refused(panel, edit, message):
    scenario = scenario_of(edit)
    with pytest.raises(ScenarioError) as refused:
        apply_scenario(panel, scenario)
    assert message in str(refused.value)
    assert "scenario trial, edit 1" in str(refused.value)


def test_a_world_cut_in_two_is_refused(panel):
    cut = {"do": "embargo", "exporters": "ISL", "importers": "everyone", "both_ways": True, "from": 2018}
    services = {**cut, "sectors": ["services"]}
    with pytest.raises(ScenarioError, match="scenario trial has no equilibrium: ISL"):
        apply_scenario(panel, scenario_of(cut, services))


def test_states_outside_the_sector_data_are_noted(panel):
    applied = apply_scenario(
        panel, scenario_of({"do": "tariff", "exporters": ["FJI", "CHN"], "importers": "USA", "set": 0.3, "from": 2018})
    )
    assert applied.notes == (
        "The sector data do not cover Fiji: their own tariffs stay, they answer as the rest of the world.",
    )
