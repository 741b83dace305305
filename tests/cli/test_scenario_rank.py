"""`influence scenario rank`: groups' scenarios side by side, by pencil and as a class calls it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import influence as inf
from influence.comparison.ranking import CONFIGURED, LEVEL, Entry, Goal, goal_of, places_of, ranked
from influence.errors import InfluenceError, ScenarioError, StateError
from influence.lessons.load import lessons_dir
from influence.scenario.apply import apply_scenario
from influence.scenario.load import load_scenario
from influence.scenario.model import Scenario
from influence.study import Study
from tests.cli.calls import call, ended, refusal
from tests.export.pages import real_panel

pytestmark = pytest.mark.usefixtures("few_years")

POLES = ("CHN", "USA")

# ---- by pencil -----------------------------------------------------------------------------------------------------


def measures(balance: float, income: float = 0.0, pull: float = 0.2):
    values = {("balance", "CHN-USA"): balance, ("pull", "CHN"): pull, ("pull", "USA"): 0.3, ("not_covered", ""): 0.1,
            ("real_income", ""): income}  # fmt: skip
    return {key: np.array([[value]]) for key, value in values.items()}


def study() -> Study:
    return Study(real_panel(), poles=POLES)


def entry(group: str, balance: float, *ends: float, **given: float) -> Entry:
    scenario = Scenario(group, f"Title of {group}", "?", "panel", "f", ("s",), 2017)
    every = {CONFIGURED: measures(balance, **given)} | {
        f"end {i}": measures(end, **given) for i, end in enumerate(ends)
    }
    return Entry(group, scenario, every, ())


def rank_by(goal: Goal, *entries: Entry):
    return ranked(entries, measures(-0.4), goal, POLES, "Korea in 2018")


BALANCE = Goal("balance", least=True)


def test_the_nearest_to_zero_is_first_on_either_side():
    found = rank_by(BALANCE, entry("a", -0.3), entry("b", 0.1), entry("c", 0.5))
    assert list(found.places["group"]) == ["b", "a", "c"]
    assert list(found.places["place"]) == [1, 2, 3]
    assert list(found.places["score"]) == [0.1, 0.3, 0.5]
    assert found.unchanged == 0.4
    assert found.sentence.startswith(
        "By balance nearest to 0, for Korea in 2018: b is first with a distance from 0 of 0.100, then a (0.300), c "
        "(0.500). Without a scenario it is 0.400 (0: both poles pull equally; 1: only one pole pulls"
    )
    assert "same at every bound" in found.sentence


def test_those_alike_share_a_place_and_the_next_is_passed_over():
    found = rank_by(BALANCE, entry("a", 0.2), entry("b", -0.2), entry("c", 0.3))
    assert list(found.places["place"]) == [1, 1, 3]
    assert list(found.places["tied"]) == [True, True, False]
    assert "a and b share the first place" in found.sentence


def test_a_place_has_a_range_over_the_bounds():
    """At the second bound a is at 0.25 and b at 0.2: they change places; c does not depend on it."""
    found = rank_by(BALANCE, entry("a", 0.1, 0.25), entry("b", 0.2, 0.2), entry("c", 0.5))
    by = found.places.set_index("group")
    assert list(by.loc["a", ["place", "place_low", "place_high"]]) == [1, 1, 2]
    assert list(by.loc["b", ["place", "place_low", "place_high"]]) == [2, 1, 2]
    assert list(by.loc["c", ["place", "place_low", "place_high"]]) == [3, 3, 3]
    assert list(by.loc["a", ["score_low", "score_high"]]) == [0.1, 0.25]
    assert "b, a may be first or not" in found.sentence


def test_moves_are_with_less_without_and_their_range():
    moves = rank_by(BALANCE, entry("a", 0.1, 0.25, income=0.02)).moves.set_index(["metric", "pole"])
    row = moves.loc["balance", "CHN-USA"]
    assert list(row[["before", "after", "change", "low", "high", "cells"]]) == pytest.approx(
        [-0.4, 0.1, 0.5, 0.5, 0.65, 1]
    )
    assert moves.loc[("real_income", ""), "change"] == pytest.approx(0.02)


def test_other_goals_and_the_least_of_them():
    two = entry("a", 0.1, income=0.01, pull=0.5), entry("b", 0.1, income=0.03, pull=0.4)
    assert list(rank_by(Goal("real_income"), *two).places["group"]) == ["b", "a"]
    assert "b is first with +3.00 %" in rank_by(Goal("real_income"), *two).sentence
    assert "(a share of reliance, from 0 to 1; larger is better)" in rank_by(Goal("pull", "CHN"), *two).sentence
    assert list(rank_by(Goal("pull", "CHN"), *two).places["group"]) == ["a", "b"]
    assert list(rank_by(Goal("pull", "CHN", least=True), *two).places["group"]) == ["b", "a"]


def test_what_has_no_value_has_no_place_and_comes_last():
    found = rank_by(BALANCE, entry("a", math.nan), entry("b", 0.9))
    assert list(found.places["group"]) == ["b", "a"]
    assert math.isnan(found.places["place"][1])
    assert "No value for a." in found.sentence
    with pytest.raises(StateError, match="the goal balance has no value for Korea in 2018"):
        rank_by(BALANCE, entry("a", math.nan))
    with pytest.raises(ScenarioError, match="no scenario to rank"):
        rank_by(BALANCE)


def test_places_against_a_slow_count():
    rng = np.random.default_rng(0)
    for least in (False, True):
        scores = rng.integers(0, 4, 30).astype(float)
        slow = [1 + sum((t < s - LEVEL) if least else (t > s + LEVEL) for t in scores) for s in scores]
        assert list(places_of(scores, least=least)) == slow


@pytest.mark.parametrize(
    "text, message",
    [
        ("peace", "goal 'peace' is not known; give balance, not_covered, real_income or pull:CHN"),
        ("pull", "is not known"),
        ("balance:CHN", "is not known"),
        ("pull:JPN", "'JPN' is not a pole of this study; its poles are: CHN, USA"),
    ],
)
def test_goals_that_are_none(text, message):
    with pytest.raises(ScenarioError, match=message):
        goal_of(text, study())


def test_goals_that_are():
    assert goal_of("pull:China", study()) == Goal("pull", "CHN")
    assert goal_of("balance", study()) == BALANCE
    with pytest.raises(ScenarioError, match="leave --least out"):
        goal_of("balance", study(), least=True)


# ---- the command ---------------------------------------------------------------------------------------------------


def proposal(path: Path, edit: str) -> Path:
    path.write_text(
        f"name: proposal\ntitle: t\nquestion: q?\nactual: panel\nactual_note: f\nsources: s\nedits:\n  - {edit}\n",
        encoding="utf-8",
    )
    return path


PACT = "{do: end_pact, source: USA, target: KOR, from: 2018}"
SCALE = "{do: scale_flow, exporters: CHN, importers: KOR, factor: 0.5, from: 2018}"
BROKEN = "{do: leave, agreement: CPTPP, members: [KOR], from: 2018}"


@pytest.mark.slow
def test_groups_are_ranked_and_a_broken_file_is_named(tmp_path, monkeypatch):
    """Three groups give their scenarios the same name; the name of the file distinguishes them."""
    for name, edit in (("one", PACT), ("two", SCALE), ("three", BROKEN)):
        proposal(tmp_path / f"group_{name}.yaml", edit)
    monkeypatch.chdir(tmp_path)
    done = call("scenario", "rank", "group_*.yaml", "--for", "Korea", "--json")
    printed = json.loads(done.stdout)
    assert done.exit_code == 1
    assert {row["group"] for row in printed["places"]} == {"group_one", "group_two"}
    assert printed["broken"][0]["group"] == "group_three"
    assert "KOR is not in CPTPP in 2018" in printed["broken"][0]["error"]
    moves = pd.DataFrame(printed["moves"]).set_index(["group", "metric", "pole"])
    for group in ("group_one", "group_two"):
        panel = apply_scenario(real_panel(), load_scenario(f"{group}.yaml")).panel
        ties = [inf.build_ties(p.of_years(2018, 2018)) for p in (real_panel(), panel)]
        balances = [float(inf.pull_balance(t, POLES).sel(year=2018, target="KOR")) for t in ties]
        row = moves.loc[group, "balance", "CHN-USA"]
        assert (row["before"], row["after"]) == (pytest.approx(balances[0]), pytest.approx(balances[1]))
        assert row["change"] == pytest.approx(balances[1] - balances[0])
        assert moves.loc[(group, "real_income", ""), "change"] == 0
    shown = call("scenario", "rank", "group_one.yaml", "group_three.yaml", "--for", "KOR")
    assert "group_three cannot be ranked: scenario proposal, edit 1 (leave)" in shown.stdout


@pytest.mark.slow
def test_a_ranking_with_trade_has_ranges(tmp_path):
    template = lessons_dir() / "role_play" / "template.yaml"
    pact = proposal(tmp_path / "pact.yaml", PACT)
    done = call("scenario", "rank", str(template), str(pact), "--for", "KOR", "--goal", "pull:USA", "--least")
    assert done.exit_code == 0
    assert done.stdout.startswith("By pull of USA, the smallest first, for South Korea in 2018: pact is first with")
    lines = done.stdout.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("2 "))
    assert lines[at].split()[1:4] == ["template", "balance", "CHN-USA"]
    pull = lines[at + 2].split()
    assert pull[:2] == ["pull", "USA"]
    without, with_it, change, low, high = (float(pull[i]) for i in (2, 3, 4, 5, 7))
    assert with_it - without == pytest.approx(change, abs=1.1e-3)
    assert low < change < high < 0
    assert lines[at + 4].split()[:2] == ["real", "income"]
    printed = call("scenario", "rank", str(template), "--for", "KOR", "--csv").stdout
    assert printed.splitlines()[0].startswith("group,scenario,title,place,place_low")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("korus_ended", "--for", "Atlantis"), "'Atlantis' is not known"),
        (("korus_ended", "--goal", "peace"), "goal 'peace' is not known"),
        (("korea_us_alliance_ended", "--for", "CHN"), "the goal balance has no value for China in 2018"),
        (
            ("korea_us_alliance_ended", "--for", "KOR", "--years", "2016"),
            "begins in 2018",
        ),
    ],
)
def test_what_cannot_be_ranked_is_refused(arguments, message):
    with pytest.raises(InfluenceError) as error:
        call("scenario", "rank", *arguments)
    assert message in str(error.value)


def test_when_none_can_be_ranked_it_ends_with_2_and_every_fault(tmp_path):
    printed = refusal(ended("scenario", "rank", "none.yaml", "nothing", cwd=tmp_path))
    assert "none of the 2 scenarios can be ranked:\n  none: none.yaml cannot be read" in printed
    assert "\n  nothing: there is no scenario 'nothing'" in printed
    assert list(tmp_path.iterdir()) == []
