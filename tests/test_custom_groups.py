"""Custom groups: how they are written, who is a member in which year, and who knows them."""

import json

import numpy as np
import pytest

import influence as inf
from influence.config import load_config
from influence.errors import ConfigError, ScenarioError, StateError
from influence.group_settings import CustomGroup, Member, read_custom_groups
from influence.metrics.pull import direct_pull
from influence.panel.panel import Panel
from influence.panel.regions import region_members
from influence.scenario.load import load_scenario
from influence.scenario.members import members_in
from influence.states import Registry, bundled_registry
from influence.ties import build_ties
from influence.uncertainty.workers import Workers, running
from tests.cli.calls import call, ended, refusal
from tests.export.pages import real_panel

CAUCASUS = {"south_caucasus": ["ARM", "AZE", "Georgia"]}


def registry(groups=CAUCASUS) -> Registry:
    return bundled_registry().with_groups(groups)


def panel_of_2016(groups=CAUCASUS) -> Panel:
    panel = real_panel().of_years(2016, 2016)
    return panel.with_parts(registry=panel.registry.with_groups(groups))


def test_a_custom_group_is_known_wherever_a_group_may_be():
    known, members = registry(), ["ARM", "AZE", "GEO"]
    assert known.members("south_caucasus", 2016) == members
    assert region_members(panel_of_2016(), "south_caucasus") == members
    assert "south_caucasus" in known.group_names()
    assert known.pole_name("south_caucasus") == "south_caucasus"
    assert known.pole_label("south_caucasus") == "south caucasus"


def test_its_pull_is_the_sum_of_its_members():
    ties = build_ties(panel_of_2016())
    whole = direct_pull(ties, "south_caucasus").sel(target="RUS").values
    parts = [direct_pull(ties, one).sel(target="RUS").values for one in ("ARM", "AZE", "GEO")]
    np.testing.assert_allclose(whole, np.sum(parts, axis=0), rtol=1e-12)
    assert whole > 0


def test_memberships_are_dated_and_a_group_within_a_group_keeps_its_dates():
    known = registry(
        {
            "wider": {
                "title": "the wider union",
                "members": [{"state": "eu", "begin": 2000}, {"state": "NOR", "end": 1999}],
            }
        }
    )
    assert known.members("wider", 1999) == ["NOR"]
    assert known.members("wider", 2003) == known.members("eu", 2003)
    assert "POL" in known.members("wider", 2004)
    assert "GBR" not in known.members("wider", 2021)
    assert known.pole_label("wider") == "the wider union"


def test_a_member_that_left_before_the_group_takes_it_in_is_never_one():
    members = registry({"late": [{"state": "eu", "begin": 2021}]}).members("late")
    assert "GBR" not in members
    assert len(members) == 27


def test_new_groups_take_the_place_of_those_before():
    nordic = registry().with_groups({"nordic": ["NOR", "SWE"]})
    assert [group.key for group in nordic.custom_groups] == ["nordic"]
    with pytest.raises(StateError, match="'south_caucasus' is not known"):
        nordic.members("south_caucasus")
    assert nordic.with_groups(nordic.custom_groups) is nordic


def test_two_panels_in_one_process_know_different_groups():
    with_groups = inf.load_panel(first_year=2016, last_year=2016, groups=CAUCASUS)
    other = inf.load_panel(first_year=2016, last_year=2016, groups={"south_caucasus": ["GEO"], "nordic": ["NOR"]})
    without = inf.load_panel(first_year=2016, last_year=2016)
    pulls = [
        float(direct_pull(build_ties(panel), "south_caucasus").sel(year=2016, target="RUS"))
        for panel in (with_groups, other)
    ]
    assert pulls[0] > pulls[1] > 0
    assert other.registry.is_group("nordic")
    assert not with_groups.registry.is_group("nordic")
    for unknown in (without.registry, bundled_registry()):
        assert not unknown.is_group("south_caucasus")
    with pytest.raises(StateError, match="south_caucasus"):
        direct_pull(build_ties(without), "south_caucasus")


def test_processes_that_draw_know_the_groups_of_the_panel():
    known = registry()
    known.resolve("Korea")
    with running(Workers(2)) as run:
        assert list(run(_members, [known], [(0, None), (0, None)])) == [["ARM", "AZE", "GEO"]] * 2


def _members(known, _rest):
    return known.members("south_caucasus")


def test_the_configuration_gives_them_and_the_command_line_knows_them(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text("groups:\n  south_caucasus: [ARM, AZE, Georgia]\npoles: [south_caucasus, TUR]\n", encoding="utf-8")
    config = load_config(path, environment={})
    assert config.groups == (
        CustomGroup("south_caucasus", (Member("ARM"), Member("AZE"), Member("Georgia")), "", str(path)),
    )
    output = call("pull", "RUS", "--years", "2016", "--draws", "0", "--json", "--config", str(path)).stdout
    rows = {(row["metric"], row["pole"]): row["value"] for row in json.loads(output)}
    expected = float(direct_pull(build_ties(panel_of_2016()), "south_caucasus").sel(target="RUS").values[0])
    assert rows["pull_direct", "south_caucasus"] == pytest.approx(expected, rel=1e-12)


SCENARIO = """
name: without
title: Without the Caucasus
question: What if its states had stayed out?
actual: panel
actual_note: They stayed out.
sources: [none]
edits:
  - {do: leave, agreement: RCEP, members: [south_caucasus, CHN], from: 2022, tariffs: keep}
"""


def test_a_scenario_may_name_them(tmp_path):
    path = tmp_path / "without.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    with pytest.raises(ScenarioError, match="'south_caucasus' is not known"):
        load_scenario(str(path))
    panel = panel_of_2016()
    (edit,) = load_scenario(str(path), panel.registry).edits
    assert edit["members"] == ("CHN", "south_caucasus")
    assert members_in(panel, edit["members"], 2022) == ("ARM", "AZE", "CHN", "GEO")


@pytest.mark.parametrize(
    "given, message",
    [
        ({"Visegrad-4": ["POL"]}, "key of a group must be small letters, .* not 'Visegrad-4'"),
        ({"x": []}, "groups.x: members must be a list"),
        ({"x": "POL"}, "groups.x: members must be a list"),
        ({"x": {"members": ["POL"], "titel": "a"}}, "groups.x: 'titel' is not known. Did you mean title"),
        ({"x": [False]}, "members must be text .*, not false. YAML reads an unquoted no, NO"),
        ({"x": [{"state": "POL", "begin": "soon"}]}, "begin must be a year"),
        ({"x": [{"state": "POL", "begin": 2004, "end": 2003}]}, "runs backwards"),
        (
            {"x": ["POL", "Untied Kingdom"]},
            "groups.x: state 'Untied Kingdom' is not known. Did you mean United Kingdom",
        ),
        ({"x": [{"state": "asean", "end": 1950}]}, "groups.x has no member in any year"),
        ({"asean": ["POL"]}, "'asean' is a group or a state already"),
        ({"kor": ["POL"]}, "'kor' is a group or a state already"),
        ({"japan": ["POL"]}, "'japan' is a group or a state already"),
        ({f"g{i}": ["POL"] for i in range(51)}, "holds 51 groups; 50 are allowed"),
    ],
)
def test_bad_groups_are_refused(given, message):
    with pytest.raises(ConfigError, match=message):
        registry(given)


def test_groups_are_entries():
    with pytest.raises(ConfigError, match=r"here: groups must be entries 'caucasus: \[ARM, AZE, GEO\]'"):
        read_custom_groups(["ARM"], "here")


def test_a_bad_group_in_the_configuration_ends_with_code_2_and_its_place(tmp_path):
    (tmp_path / "config.yaml").write_text("groups: {x: [POL, KHMM]}\n", encoding="utf-8")
    message = refusal(ended("pull", "KOR", cwd=tmp_path))
    assert "config.yaml: groups.x: state 'KHMM' is not known. Did you mean KHM" in message


# ---- one resolver, one way to say that a name is not known ---------------------------------------------


def test_states_may_be_given_with_commas_or_as_a_group():
    def states_of(*named):
        rows = json.loads(call("pull", *named, "--years", "2016", "--draws", "0", "--json").stdout)
        return sorted({row["iso3"] for row in rows})

    assert states_of("KOR,JPN") == states_of("KOR", "JPN") == ["JPN", "KOR"]
    assert states_of("asean") == bundled_registry().members("asean", 2016)
    assert bundled_registry().find("Korea, Republic of") == "KOR" == states_of("Korea, Republic of")[0]
