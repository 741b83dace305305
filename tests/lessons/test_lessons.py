"""The lessons that come with the tool: each can be taught, each answer is another route's, and none is typed in."""

from __future__ import annotations

import math
import re
from functools import lru_cache

import pytest
import yaml

import influence as inf
from influence.export.handout import views_of
from influence.lessons.checking import FilledLesson, render_lesson
from influence.lessons.extract import COLUMNS, extract
from influence.lessons.load import lesson_names, lessons_dir, load_lesson
from influence.lessons.marking import read_number
from influence.lessons.model import Lesson
from influence.query import MEASURES, Query, value_of
from influence.scenario.load import load_scenario
from influence.study import Study
from tests.export.pages import real_panel

POLES = ("CHN", "USA")


@lru_cache(maxsize=1)
def study() -> Study:
    return Study(real_panel(), poles=POLES)


@lru_cache(maxsize=16)
def filled(name: str) -> tuple[Lesson, FilledLesson]:
    lesson = load_lesson(name)
    assert lesson.poles in (None, POLES)
    return lesson, render_lesson(lesson, study())


def value(name: str, question: str) -> float | str:
    (found,) = [q for q in filled(name)[0].questions if q.name == question]
    assert found.answer is not None
    return value_of(study(), found.answer)


def test_there_are_five_lessons_and_a_role_play():
    assert lesson_names() == [
        "balance_by_hand", "before_and_with", "how_sure", "missing_is_not_zero", "role_play", "shares_not_totals",
    ]  # fmt: skip


@pytest.mark.parametrize("name", lesson_names())
def test_each_is_an_hour_with_aims_questions_hints_and_notes(name):
    lesson, content = filled(name)
    assert 40 <= lesson.minutes <= 90
    assert len(lesson.aims) >= 3
    assert len(lesson.questions) >= 5
    assert lesson.questions[-1].kind == "text"
    assert all(question.hints or question.kind == "text" for question in lesson.questions)
    assert all(question.look_for for question in lesson.questions if question.kind == "text")
    assert "Timing" in content.notes
    assert "{" not in content.text + content.notes
    assert len(views_of(lesson)) >= 1


@pytest.mark.parametrize("name", lesson_names())
def test_no_file_of_a_lesson_holds_the_number_of_an_answer(name):
    """As a share, a percentage, in billions or in full, in two or more digits."""
    texts = {p.name: p.read_text(encoding="utf-8") for p in (lessons_dir() / name).iterdir() if p.suffix != ".csv"}
    written = {file: set(re.findall(r"\d+(?:\.\d+)?", text)) for file, text in texts.items()}
    for question in filled(name)[0].questions:
        if question.answer is None:
            continue
        answer = value_of(study(), question.answer)
        if not isinstance(answer, str):
            found = {file: numbers & spellings(abs(answer), question.unit) for file, numbers in written.items()}
            assert not any(found.values()), (question.name, found)


def spellings(answer: float, unit: str) -> set[str]:
    if unit in ("count", "year"):
        return {f"{answer:.0f}"} if answer >= 10 else set()
    if unit in ("dollars", "capability"):
        return {f"{answer / size:.{digits}f}" for size in (1, 1e6, 1e9) for digits in (0, 1, 2)}
    return {f"{answer:.{digits}f}" for digits in (2, 3, 4)} | {f"{100 * answer:.{digits}f}" for digits in (1, 2)}


def test_that_search_finds_a_number_that_is_typed():
    assert "23.2" in spellings(0.2322, "share")
    assert "0.23" in spellings(0.2322, "share")
    assert "120" in spellings(120.1e9, "dollars")


def test_answers_in_yaml_are_measures_and_nothing_else():
    for name in lesson_names():
        content = yaml.safe_load((lessons_dir() / name / "lesson.yaml").read_text(encoding="utf-8"))
        for question in content["questions"]:
            answer = question.get("answer")
            assert answer is None or next(iter(answer)) in MEASURES


# ---- the same numbers by another way -------------------------------------------------------------------------------


def test_a_student_with_a_pocket_calculator_gets_the_same_numbers():
    """From the printed table alone, step by step; every answer within its tolerance."""
    lesson, content = filled("balance_by_hand")
    out_china, in_china, out_usa, in_usa, out_all, in_all, korea, china, usa, pledged, agreed = [
        read_number(figure.removesuffix(" US dollars"), "dollars") for _, figure in content.table
    ]
    weights = [float(found) for found in re.findall(r"(?:trade|pledges|agreements) (0\.\d+)", content.text)]
    assert weights == [0.6, 0.3, 0.1]
    assert pledged == usa
    computed = {
        "trade_china": (out_china + in_china) / (out_all + in_all),
        "trade_usa": (out_usa + in_usa) / (out_all + in_all),
        "pact_usa": usa / (korea + pledged), "pact_not_covered": korea / (korea + pledged),
        "agreement_china": china / (korea + agreed), "agreement_usa": usa / (korea + agreed),
    }  # fmt: skip
    computed["pull_china"] = 0.6 * computed["trade_china"] + 0.1 * computed["agreement_china"]
    computed["pull_usa"] = 0.6 * computed["trade_usa"] + 0.3 * computed["pact_usa"] + 0.1 * computed["agreement_usa"]
    computed["balance"] = (computed["pull_china"] - computed["pull_usa"]) / (
        computed["pull_china"] + computed["pull_usa"]
    )
    asked = {question.name: question for question in lesson.questions if question.answer is not None}
    assert set(computed) == set(asked)
    for name, question in asked.items():
        assert computed[name] == pytest.approx(value("balance_by_hand", name), abs=question.tolerance / 5), name


def test_the_balance_of_the_lesson_is_that_of_the_tool():
    ties = inf.build_ties(real_panel())
    balance = inf.pull_balance(ties, POLES).sel(target="KOR")
    assert value("balance_by_hand", "balance") == pytest.approx(float(balance.sel(year=2016)), abs=1e-15)
    assert value("role_play", "start") == pytest.approx(float(balance.sel(year=2018)), abs=1e-15)
    assert value("how_sure", "korea") == value("balance_by_hand", "balance")


def test_shares_from_the_extract_alone():
    """A student who sorts and filters extract.csv finds the shares of the lesson, and its largest partners."""
    lesson, _ = filled("shares_not_totals")
    data = extract(lesson, study())
    flows = data[data["what"] == "goods exports"]
    totals = data[data["what"] == "all goods exports"].set_index("target")["value"]
    to_china = flows[flows["target"] == "CHN"].set_index("source")["value"]
    assert to_china["MNG"] / totals["MNG"] == pytest.approx(value("shares_not_totals", "mongolia_share"), abs=1e-12)
    assert to_china["JPN"] / totals["JPN"] == pytest.approx(value("shares_not_totals", "japan_share"), abs=1e-12)
    sold = flows[flows["source"] == "VNM"].sort_values("value", ascending=False)
    bought = flows[flows["target"] == "VNM"].sort_values("value", ascending=False)
    assert sold["target"].iloc[0] == value("shares_not_totals", "customer")
    assert bought["source"].iloc[0] == value("shares_not_totals", "supplier")


def test_facts_that_the_lessons_teach():
    assert value("before_and_with", "korea_member") == "no"
    assert value("before_and_with", "in_force") == "no"
    assert value("shares_not_totals", "more_dollars") == "first"
    assert value("shares_not_totals", "who_relies") == "second"
    assert value("how_sure", "trade_leader") == "CHN"
    assert value("how_sure", "pact_leader") == "USA"
    assert value("missing_is_not_zero", "hong_kong_value") == "no"
    assert value("missing_is_not_zero", "hong_kong_coverage") == pytest.approx(0.7)


def test_the_threshold_is_where_the_balance_is_zero():
    level = float(value("how_sure", "threshold"))
    rest = {"trade": (1 - level) * 0.6 / 0.7, "alliance": level, "agreement": (1 - level) * 0.1 / 0.7}
    ties = inf.build_ties(real_panel().of_years(2016, 2016), rest)
    assert float(inf.pull_balance(ties, POLES).sel(year=2016, target="KOR")) == pytest.approx(0, abs=1e-12)
    without = inf.build_ties(real_panel().of_years(2016, 2016), {"trade": 0.6, "agreement": 0.1})
    expected = float(inf.pull_balance(without, POLES).sel(year=2016, target="KOR"))
    assert value("how_sure", "without") == pytest.approx(expected, abs=1e-12)


def test_the_template_of_the_role_play_is_a_scenario():
    scenario = load_scenario(lessons_dir() / "role_play" / "template.yaml")
    assert [edit.kind for edit in scenario.edits] == ["leave"]
    lines = (lessons_dir() / "role_play" / "template.yaml").read_text(encoding="utf-8").splitlines()
    assert sum("# - do:" in line for line in lines) >= 3


def test_every_edit_the_template_offers_can_be_read(tmp_path):
    """The lines behind # in the template are right as well."""
    text = (lessons_dir() / "role_play" / "template.yaml").read_text(encoding="utf-8")
    path = tmp_path / "all.yaml"
    path.write_text(re.sub(r"^  # (- do:|  \w+: )", r"  \1", text, flags=re.MULTILINE), encoding="utf-8")
    kinds = [edit.kind for edit in load_scenario(path).edits]
    assert kinds == ["leave", "tariff", "end_pact", "embargo"]


# ---- measures and extract ------------------------------------------------------------------------------------------


def test_changes_effects_and_signs_are_differences():
    balance = [float(value_of(study(), Query("balance", {"state": "JPN", "year": year}))) for year in (2016, 2018)]
    change = Query("change", {"of": Query("balance", {"state": "JPN"}), "from": 2016, "to": 2018})
    assert value_of(study(), change) == pytest.approx(balance[1] - balance[0])
    turned = Query("change", {"of": Query("balance", {"state": "JPN"}), "from": 2018, "to": 2016})
    assert value_of(study(), Query("sign", {"of": change})) != value_of(study(), Query("sign", {"of": turned}))
    crossing = float(value_of(study(), Query("crossing", {"state": "AUS", "layer": "trade"})))
    assert 2000 <= crossing <= 2020
    assert math.isnan(float(value_of(study(), Query("balance", {"state": "CHN", "year": 2016}))))


def test_an_extract_holds_what_is_missing_as_missing_and_zero_as_zero():
    lesson, _ = filled("missing_is_not_zero")
    data = extract(lesson, study())
    assert list(data.columns) == COLUMNS
    flows = data[data["what"] == "goods exports"]
    assert (flows["value"].isna() == (flows["flag"] == "missing")).all()
    assert flows["value"].isna().any()
    assert (flows["value"] == 0).any()
    assert set(flows["year"]) == {2016, 2022}
    assert {"weight", "GDP", "all goods imports"} <= set(data["what"])
    assert not flows.duplicated(["year", "source", "target"]).any()
