"""Groups in edits are dated: an edit concerns the members of the year it is applied to."""

from __future__ import annotations

import numpy as np
import pytest

from influence.errors import ScenarioError
from influence.gravity.base import load_trade_base
from influence.panel.panel import load_panel
from influence.scenario.apply import apply_scenario
from influence.scenario.institutions import edit_institutions
from influence.scenario.load import load_scenario
from influence.scenario.members import members_in
from influence.scenario.model import EDITS, GROUP_FIELDS, parse_scenario
from influence.scenario.trade_edits import Costs, Step, edit_costs, scenario_view

BREXIT = 2020
"""The last year of the United Kingdom in the group eu."""
YEARS = (BREXIT, BREXIT + 1)


@pytest.fixture(scope="module")
def panel():
    return load_panel(first_year=2018)


def edit_of(kind: str, begin: int, registry=None, **values: object):
    content = {"name": "trial", "title": "t", "question": "q?", "actual": "panel", "actual_note": "n", "sources": "s"}
    (edit,) = parse_scenario(
        {**content, "edits": [{"do": kind, "from": begin, **values}]}, "trial.yaml", registry
    ).edits
    return edit


def touched(panel, edit, year: int) -> np.ndarray:
    """Cells (exporter, importer) of the trade base whose costs the edit moves in a year."""
    view = scenario_view(load_trade_base(panel, 2017), panel, 0.3, 4.0)
    before = Costs(view.base.tariffs.values, np.zeros(view.base.flows.shape))
    after = edit_costs(view, Step(edit, panel, edit_institutions(panel, edit), year), before)
    return (after.tariffs != before.tariffs).any(axis=0) | (after.others != before.others).any(axis=0)


def test_the_members_of_a_group_are_those_of_the_year(panel):
    assert "GBR" in members_in(panel, ("eu",), BREXIT)
    assert "GBR" not in members_in(panel, ("eu",), BREXIT + 1)
    assert members_in(panel, ("eu", "GBR"), BREXIT + 1) == tuple(sorted((*members_in(panel, ("eu",), 2021), "GBR")))


TRADE = {"tariff": {"add": 0.1}, "trade_cost": {"change": 0.1}, "embargo": {}}


@pytest.mark.parametrize("side", ["exporters", "importers"])
@pytest.mark.parametrize("kind", TRADE)
def test_edits_of_trade_concern_the_members_of_each_year(panel, kind, side):
    other = "importers" if side == "exporters" else "exporters"
    edit = edit_of(kind, 2018, **{side: ["eu"], other: ["USA"]}, **TRADE[kind])
    economies = list(load_trade_base(panel, 2017).economies)
    britain, germany = (
        [touched(panel, edit, year).any(axis=int(side == "exporters"))[economies.index(state)] for year in YEARS]
        for state in ("GBR", "DEU")
    )
    assert britain == [True, False]
    assert germany == [True, True]


@pytest.mark.parametrize("side", ["exporters", "importers"])
def test_scaled_flows_are_those_of_the_members_of_each_year(panel, side):
    other = "importers" if side == "exporters" else "exporters"
    content = {"name": "trial", "title": "t", "question": "q?", "actual": "panel", "actual_note": "n", "sources": "s"}
    edit = {"do": "scale_flow", "from": 2018, side: ["eu"], other: ["USA"], "factor": 2}
    edited = apply_scenario(panel, parse_scenario({**content, "edits": [edit]}, "trial.yaml")).panel
    ratio = edited.trade["export_usd"] / panel.trade["export_usd"]
    names = {side[:-1]: "GBR", other[:-1]: "USA"}
    assert ratio.sel(year=list(YEARS), **names).values.tolist() == [2.0, 1.0]
    assert ratio.sel(year=list(YEARS), **{**names, side[:-1]: "DEU"}).values.tolist() == [2.0, 2.0]


@pytest.mark.parametrize(("begin", "inside"), [(BREXIT, True), (BREXIT + 1, False)])
def test_those_who_join_leave_or_pledge_are_the_members_of_the_first_year(panel, begin, inside):
    joined = edit_institutions(panel, edit_of("join", begin, agreement="CPTPP", members=["eu"])).memberships
    rows = joined[(joined["agreement"] == "CPTPP") & (joined["begin"] == str(begin))]
    assert ("GBR" in set(rows["iso3"])) is inside
    assert "DEU" in set(rows["iso3"])
    for pledge in ({"source": ["eu"], "target": ["KOR"]}, {"source": ["KOR"], "target": ["eu"]}):
        pacts = edit_institutions(panel, edit_of("start_pact", begin, **pledge)).pacts
        new = pacts[pacts["origin"] == "scenario"]
        assert ("GBR" in {*new["source"], *new["target"]}) is inside
    started = edit_institutions(panel, edit_of("start_pact", 2018, source=["eu", "GBR"], target=["KOR"]))
    ended = edit_institutions(started, edit_of("end_pact", begin, source=["eu"], target=["KOR"])).pacts
    british = ended[(ended["origin"] == "scenario") & (ended["source"] == "GBR")]
    assert (british["end"].tolist() == [begin - 1]) is inside


@pytest.mark.parametrize(("begin", "inside"), [(BREXIT, True), (BREXIT + 1, False)])
def test_those_who_leave_are_the_members_of_the_first_year(panel, begin, inside):
    everyone = edit_of("join", 2018, agreement="CPTPP", members=["eu", "GBR"])
    started = edit_institutions(panel, everyone)
    left = edit_institutions(started, edit_of("leave", begin, agreement="CPTPP", members=["eu"])).memberships
    rows = left[(left["agreement"] == "CPTPP") & (left["source"] == "scenario")].set_index("iso3")
    assert (rows.loc["GBR", "end"] == f"{begin - 1}-12-31") is inside
    assert rows.loc["DEU", "end"] == f"{begin - 1}-12-31"


def test_every_kind_of_edit_that_takes_groups_is_tested_here():
    with_groups = {kind for kind, fields in EDITS.items() if set(fields) & set(GROUP_FIELDS)}
    assert with_groups == {*TRADE, "scale_flow", "join", "leave", "start_pact", "end_pact"}


def test_the_united_kingdom_is_not_charged_the_tariff_of_the_eu_in_2023(panel):
    applied = apply_scenario(panel, load_scenario("reciprocal_tariffs_2025"))
    answer = applied.answers[2023]
    raised = (answer.tariffs - answer.base.tariffs).sel(sector=answer.base.goods[0], importer="USA")
    rates = {state: float(raised.sel(exporter=state)) for state in ("GBR", "DEU", "CHE")}
    assert rates == pytest.approx({"GBR": 0.10, "DEU": 0.20, "CHE": 0.10})


def test_a_group_without_members_in_the_year_is_refused(panel):
    late = panel.with_parts(registry=panel.registry.with_groups({"late": [{"state": "KOR", "begin": 2022}]}))
    edit = edit_of("join", 2019, late.registry, agreement="CPTPP", members=["late"])
    with pytest.raises(ScenarioError, match=r"edit 1 \(join\): members: late has no member in 2019"):
        edit_institutions(late, edit)
