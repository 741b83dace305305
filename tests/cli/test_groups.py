"""States, groups, poles and regions: in any case, alone or joined by commas, by every command that takes them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from influence.errors import suggest
from influence.states import bundled_registry
from tests.cli.calls import ended, refusal

pytestmark = pytest.mark.usefixtures("few_years")

STATES = (
    "pull {} --year 2016 --draws 0",
    "explain {} --year 2016",
    "sensitivity {} --year 2016 --samples 0",
    "alignment {} --year 2016",
    "metrics values cheirank {} --year 2016",
    "metrics trends pull_balance {}",
    "stability --year 2016 --variant taiwan_left_out --states {}",
    "compare 2016 2018 --draws 0 --region {}",
    "scenario run korus_ended --years 2018 --region {}",
    "scenario rank korus_ended --for {}",
    "brief korus_ended --region {}",
    "drift {} --event 2017",
    "drift KOR,JPN --event 2017 --controls {}",
    "export xlsx --year 2016 --states {} --out book.xlsx --quiet",
)
"""Commands that take states and groups."""
POLES = (
    "pull KOR --year 2016 --draws 0 --poles {}",
    "explain KOR --year 2016 --poles {}",
    "sensitivity KOR --year 2016 --samples 0 --poles {}",
    "alignment KOR --year 2016 --poles {}",
    "metrics values asymmetry KOR --year 2016 --poles {}",
    "compare 2016 2018 --draws 0 --region KOR --poles {}",
    "scenario run korus_ended --years 2018 --region KOR --poles {}",
    "stability --year 2016 --variant taiwan_left_out --states KOR --poles {}",
    "drift asean --event 2017 --poles {}",
)
"""Commands that take poles."""


def run(command: str, names: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return ended(*(word.format(names) for word in command.split()), cwd=folder)


def same_text(first: subprocess.CompletedProcess[str], second: subprocess.CompletedProcess[str], name: str) -> bool:
    """Whether two runs print the same, apart from how the group was written."""
    return first.stdout.replace(name.upper(), name) == second.stdout.replace(name.upper(), name)


@pytest.mark.parametrize("command", STATES)
def test_groups_in_capitals_are_the_groups(command, tmp_path):
    small, large = (run(command, name, tmp_path) for name in ("asean", "ASEAN"))
    assert (small.returncode, large.returncode) == (0, 0), large.stderr
    assert same_text(small, large, "asean")


@pytest.mark.parametrize("command", STATES)
def test_states_and_groups_are_joined_by_commas(command, tmp_path):
    done = run(command, "KOR,AUS", tmp_path)
    assert done.returncode == 0, done.stderr
    mixed = run(command, "KOR,Pacific_Islands", tmp_path)
    assert mixed.returncode == 0, mixed.stderr


@pytest.mark.parametrize("command", STATES)
def test_a_part_of_a_name_suggests_the_names_that_begin_with_it(command, tmp_path):
    message = refusal(run(command, "tpp", tmp_path))
    assert "tpp12" in message
    assert "STP" not in message.split("Give")[0].split("A region")[0]


@pytest.mark.parametrize("command", POLES)
def test_poles_in_capitals_are_the_poles(command, tmp_path):
    small, large = (run(command, poles, tmp_path) for poles in ("eu,USA", "EU,usa"))
    assert (small.returncode, large.returncode) == (0, 0), large.stderr
    assert small.stdout == large.stdout
    assert "Did you mean tpp12?" in refusal(run(command, "tpp,USA", tmp_path))


@pytest.mark.parametrize("name", ["RCEP", "rcep", "Rcep", "CPTPP", "cptpp"])
def test_agreements_as_regions_in_any_case(name, tmp_path):
    assert run("compare 2016 2018 --draws 0 --region {}", name, tmp_path).returncode == 0


def test_the_agreement_that_was_never_in_force_names_the_group_of_its_signatories(tmp_path):
    message = refusal(run("drift {} --event 2017", "TPP", tmp_path))
    assert "agreement TPP was never in force" in message
    assert "Did you mean tpp12?" in message


# ---- suggestions ---------------------------------------------------------------------------------------------------

NAMES = ["São Tomé", "STP", "tpp12", "cptpp", "asean", "Korea", "Korea, Republic of", "North Korea"]


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("tpp", " Did you mean tpp12?"),
        ("PTPP", " Did you mean cptpp?"),
        ("ASEAN", " Did you mean asean?"),
        ("korea", " Did you mean Korea?"),
        ("kore", " Did you mean Korea or Korea, Republic of?"),
        ("Koera", " Did you mean Korea?"),
        ("tp", " Did you mean STP?"),
        ("", ""),
        ("Wakanda", ""),
    ],
)
def test_names_that_begin_with_the_text_come_first_then_those_that_contain_it(text, suggested):
    assert suggest(text, NAMES) == suggested


def test_at_most_three_names_are_suggested():
    assert suggest("united", bundled_registry().names()).count(" or ") <= 2


def test_a_part_of_a_custom_group_suggests_it(tmp_path):
    (tmp_path / "config.yaml").write_text("groups: {caucasus_three: [ARM, AZE, GEO]}\n", encoding="utf-8")
    done = ended("pull", "Caucasus_Three", "--year", "2016", "--draws", "0", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Did you mean caucasus_three?" in refusal(ended("pull", "caucasus", "--year", "2016", cwd=tmp_path))
