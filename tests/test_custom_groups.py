"""Groups of one's own: as they are written, whom they hold in which year, and who must know of them."""

import json

import numpy as np
import pytest

import influence as inf
from influence.config import load_config
from influence.errors import ConfigError, ScenarioError, StateError
from influence.group_settings import CustomGroup, Member, read_custom_groups
from influence.metrics.pull import direct_pull
from influence.panel.regions import region_members
from influence.scenario.load import load_scenario
from influence.scenario.members import members_in
from influence.states import custom_groups, find_state, group_members, group_names, pole_label, pole_name, use_groups
from influence.uncertainty.workers import Workers, running
from tests.cli.calls import call, ended, refusal
from tests.export.pages import real_panel, real_results

CAUCASUS = {"south_caucasus": ["ARM", "AZE", "Georgia"]}


@pytest.fixture(autouse=True)
def forgotten():
    """No test leaves a group behind."""
    yield
    use_groups(())


def test_a_group_stands_wherever_a_group_may():
    use_groups(CAUCASUS)
    assert (
        group_members("south_caucasus", 2016) == ["ARM", "AZE", "GEO"] == region_members(real_panel(), "south_caucasus")
    )
    assert "south_caucasus" in group_names()
    assert pole_name("south_caucasus") == "south_caucasus"
    assert pole_label("south_caucasus") == "south caucasus"


def test_its_pull_is_the_sum_of_its_members():
    use_groups(CAUCASUS)
    ties = real_results()[0].sel(year=[2016])
    whole = direct_pull(ties, "south_caucasus").sel(target="RUS").values
    parts = [direct_pull(ties, one).sel(target="RUS").values for one in ("ARM", "AZE", "GEO")]
    np.testing.assert_allclose(whole, np.sum(parts, axis=0), rtol=1e-12)
    assert whole > 0


def test_memberships_are_dated_and_a_group_within_a_group_keeps_its_own_dates():
    use_groups(
        {
            "wider": {
                "title": "the wider union",
                "members": [{"state": "eu", "begin": 2000}, {"state": "NOR", "end": 1999}],
            }
        }
    )
    assert group_members("wider", 1999) == ["NOR"]
    assert group_members("wider", 2003) == group_members("eu", 2003)
    assert "POL" in group_members("wider", 2004)
    assert "GBR" not in group_members("wider", 2021)
    assert pole_label("wider") == "the wider union"


def test_a_member_that_left_before_the_group_takes_it_in_is_never_one():
    use_groups({"late": [{"state": "eu", "begin": 2021}]})
    assert "GBR" not in group_members("late")
    assert len(group_members("late")) == 27


def test_what_is_used_takes_the_place_of_what_was():
    use_groups(CAUCASUS)
    use_groups({"nordic": ["NOR", "SWE"]})
    assert [group.key for group in custom_groups()] == ["nordic"]
    with pytest.raises(StateError, match="'south_caucasus' is not known"):
        group_members("south_caucasus")


def test_those_that_draw_elsewhere_know_the_groups_too():
    use_groups(CAUCASUS)
    with running(Workers(2)) as run:
        assert list(run(_members, ["south_caucasus"], [(0, None), (0, None)])) == [["ARM", "AZE", "GEO"]] * 2


def _members(group, _rest):
    from influence.states import group_members

    return group_members(group)


def test_the_settings_file_gives_them_and_the_command_line_knows_them(tmp_path):
    path = tmp_path / "my.yaml"
    path.write_text("groups:\n  south_caucasus: [ARM, AZE, Georgia]\npoles: [south_caucasus, TUR]\n", encoding="utf-8")
    config = load_config(path, environment={})
    assert config.groups == (
        CustomGroup("south_caucasus", (Member("ARM"), Member("AZE"), Member("Georgia")), "", str(path)),
    )
    said = call("pull", "RUS", "--years", "2016", "--draws", "0", "--json", "--config", str(path)).output
    rows = {(row["metric"], row["pole"]): row["value"] for row in json.loads(said)}
    use_groups(CAUCASUS)
    expected = float(direct_pull(real_results()[0].sel(year=[2016]), "south_caucasus").sel(target="RUS").values[0])
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
    use_groups(CAUCASUS)
    (edit,) = load_scenario(str(path)).edits
    assert edit["members"] == ("CHN", "south_caucasus")
    assert members_in(real_panel(), edit["members"], 2022) == ("ARM", "AZE", "CHN", "GEO")


@pytest.mark.parametrize(
    "given, told",
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
def test_bad_groups_are_told(given, told):
    with pytest.raises(ConfigError, match=told):
        use_groups(given)
    assert custom_groups() == ()


def test_reading_alone_makes_nothing_known():
    read_custom_groups(CAUCASUS, "here")
    with pytest.raises(ConfigError, match=r"here: groups must be entries 'caucasus: \[ARM, AZE, GEO\]'"):
        read_custom_groups(["ARM"], "here")
    assert "south_caucasus" not in group_names()


def test_a_bad_group_in_the_settings_ends_with_code_2_and_its_place(tmp_path):
    (tmp_path / "config.yaml").write_text("groups: {x: [POL, KHMM]}\n", encoding="utf-8")
    said = refusal(ended("pull", "KOR", cwd=tmp_path))
    assert "config.yaml: groups.x: state 'KHMM' is not known. Did you mean KHM" in said


# ---- one resolver, one way to say that a name is not known ---------------------------------------------


def test_states_may_stand_with_commas_or_as_a_group():
    def states_of(*named):
        told = json.loads(call("pull", *named, "--years", "2016", "--draws", "0", "--json").output)
        return sorted({row["iso3"] for row in told})

    assert states_of("KOR,JPN") == states_of("KOR", "JPN") == ["JPN", "KOR"]
    assert states_of("asean") == inf.group_members("asean", 2016)
    assert find_state("Korea, Republic of") == "KOR" == states_of("Korea, Republic of")[0]
