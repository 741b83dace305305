"""Scenario files: how they are read, and every error."""

from __future__ import annotations

import pytest

from influence.errors import ScenarioError
from influence.scenario.load import load_scenario, scenario_names
from influence.scenario.model import EDITS, parse_scenario

WANTED = (
    "tpp_with_us", "without_cptpp", "us_rejoins_cptpp", "tpp_with_korea", "korus_ended",
    "korus_ended_and_alliance_loosened", "reciprocal_tax_2018", "reciprocal_tariffs_2025", "without_rcep",
    "rcep_without_china", "nafta_ended", "us_china_decoupling", "korea_us_alliance_ended",
)  # fmt: skip


def content(**changes: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "name": "test_case",
        "title": "A test",
        "question": "What if?",
        "actual": "panel",
        "actual_note": "It did not happen.",
        "sources": ["A book."],
        "edits": [{"do": "leave", "agreement": "KORUS", "members": ["Korea"], "from": 2018}],
    }
    return {**usual, **changes}


def refused(given: object) -> str:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(given, "my.yaml")
    return str(raised.value)


@pytest.mark.parametrize("name", WANTED)
def test_every_scenario_of_the_list_exists(name):
    scenario = load_scenario(name)
    assert scenario.sources
    assert scenario.question.endswith(("?", ")"))
    assert scenario.edits


def test_there_is_no_other_and_each_is_named_as_its_file():
    assert scenario_names() == sorted(WANTED)


def test_names_become_codes_and_what_is_left_out_has_its_default():
    edit = parse_scenario(content(), "my.yaml").edits[0]
    assert edit["members"] == ("KOR",)
    assert edit["tariffs"] == "mfn"
    assert edit.begin == 2018
    assert edit.place == "scenario test_case, edit 1 (leave)"


def test_groups_are_kept_by_their_keys():
    edits = [{"do": "tariff", "exporters": "asean", "importers": "everyone", "set": 0.1, "from": 2018}]
    edit = parse_scenario(content(edits=edits), "my.yaml").edits[0]
    assert edit["exporters"] == ("asean",)
    assert edit["importers"] == "everyone"


def test_phases_are_equal_steps():
    edits = [{"do": "leave", "agreement": "KORUS", "members": "KOR", "from": 2018, "phase_in": 4}]
    edit = parse_scenario(content(edits=edits), "my.yaml").edits[0]
    assert [edit.phase(year) for year in (2017, 2018, 2020, 2021, 2030)] == [0, 0.25, 0.75, 1, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"titel": "x"}, "'titel' is not known. Did you mean title?"),
        ({"title": None}, "lacks title"),
        ({"actual": "maybe"}, "actual must be one of panel, beyond"),
        ({"name": "Bad Name"}, "name must be lower case"),
        ({"name": "baseline"}, "not baseline"),
        ({"base": 2016}, "base must be one of 2011, 2017, 2022"),
        ({"edits": "none"}, "edits must be a list"),
        ({"edits": [{"agreement": "KORUS"}]}, "edit 1 lacks do; it must be one of join, leave"),
        ({"edits": [{"do": "leaf"}]}, "edit 1: do must be one of"),
        ({"edits": [{"do": "leaf"}]}, "not 'leaf'. Did you mean leave?"),
        ({"sources": [3]}, "sources must be text"),
        ({"published": [{"what": "exports"}]}, "figure 1 lacks exporter, importer, value, source, why"),
    ],
)
def test_faults_of_a_file(change, message):
    assert message in refused(content(**change))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            {"do": "join", "agreement": "TPP", "members": ["Atlantis"], "from": 2018},
            "edit 1 (join): members: state 'Atlan",
        ),
        ({"do": "join", "agreement": "TPP", "members": [], "from": 2018}, "members must be a list of 1 or more items"),
        ({"do": "join", "agreement": "TPP", "members": ["USA"]}, "lacks from"),
        (
            {"do": "join", "agreement": "TPP", "members": ["USA"], "from": "soon"},
            "a year from 1990 to 2030, not 'soon'",
        ),
        ({"do": "join", "agreement": "TPP", "members": ["USA"], "from": 2018, "depth": 2}, "at most 1, not 2"),
        (
            {"do": "leave", "agreement": "TPP", "members": ["USA"], "from": 2018, "tariffs": 2012},
            "one of mfn, keep, 2011, 2017, 2022, not 2012",
        ),
        ({"do": "tariff", "exporters": "CHN", "importers": "USA", "from": 2018}, "exactly one of set, add and to"),
        (
            {"do": "tariff", "exporters": "CHN", "importers": "USA", "from": 2018, "set": 0.1, "add": 0.1},
            "exactly one of set, add and to",
        ),
        (
            {"do": "tariff", "exporters": "CHN", "importers": "USA", "from": 2018, "set": -1.0},
            "set must be a number above",
        ),
        (
            {"do": "tariff", "exporters": "CHN", "importers": "USA", "from": 2018, "set": 0.1, "sectors": ["X1"]},
            "sectors must be one of goods, ",
        ),
        ({"do": "trade_cost", "exporters": "CHN", "importers": "USA", "from": 2018, "change": float("nan")}, "not nan"),
        ({"do": "scale_flow", "exporters": "CHN", "importers": "USA", "from": 2018, "factor": -1}, "factor must be"),
        ({"do": "move_troops", "leave": "KOR", "from": 2018, "share": True}, "share must be a number"),
    ],
)
def test_faults_of_an_edit(edit, message):
    text = refused(content(edits=[edit]))
    assert text.startswith("my.yaml: edit 1")
    assert message in text


def test_every_field_of_every_edit_says_what_it_means():
    assert all(rule.help for rules in EDITS.values() for rule in rules.values())


def test_files_are_read_by_path_and_hostile_ones_are_refused(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ntitle: t\nquestion: q?\nactual: panel\nactual_note: f\nsources: s\n", encoding="utf-8")
    assert load_scenario(path).name == "mine"
    assert load_scenario(str(path)).edits == ()
    with pytest.raises(ScenarioError, match=r"Did you mean .*korus_ended"):
        load_scenario("korus_endet")
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path / "none.yaml")
    path.write_text("a: &x [1]\nb: *x\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="aliases"):
        load_scenario(path)
    path.write_text("!!python/object/apply:os.system ['true']\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="not valid YAML"):
        load_scenario(path)
    path.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="must be entries"):
        load_scenario(path)
