"""A custom lesson: what is read, and every way in which one is refused with its question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from influence.errors import LessonError
from influence.export.handout import handout_html, harmless, harmless_table, views_of, write_lesson
from influence.lessons.checking import render_lesson
from influence.lessons.extract import extract
from influence.lessons.load import load_lesson
from influence.lessons.model import Lesson
from influence.panel.panel import panel_from_tables
from influence.study import Study
from tests.export.pages import HOSTILE, real_panel
from tests.pencil import pencil_tables

POLES = ("CHN", "USA")
BALANCE = {"balance": {"state": "Korea", "year": 2016}}


def content(**parts):
    asked = {"id": "lean", "text": "What is the balance?", "kind": "number", "answer": BALANCE}
    usual = {"title": "Mine", "level": "all", "minutes": 10, "aims": ["one"], "states": ["KOR"], "years": [2016],
             "questions": [asked]}  # fmt: skip
    return {**usual, **parts}


def asking(**parts):
    return content(questions=[{"id": "lean", "text": "What?", "kind": "number", "answer": BALANCE, **parts}])


def custom_lesson(folder: Path, given=None, *, text: str = "A text.", notes: str = "Notes.") -> Lesson:
    folder.mkdir(parents=True, exist_ok=True)
    # JSON is YAML, and has no aliases.
    lesson_yaml = json.dumps(content() if given is None else given)
    for name, words in (("lesson.yaml", lesson_yaml), ("text.md", text), ("teacher.md", notes)):
        (folder / name).write_text(words, encoding="utf-8")
    return load_lesson(str(folder))


def study() -> Study:
    return Study(real_panel(), poles=POLES)


def test_names_become_codes_and_what_is_left_out_has_its_default(tmp_path):
    lesson = custom_lesson(tmp_path / "mine")
    (question,) = lesson.questions
    assert lesson.name == "mine"
    assert question.answer is not None
    assert question.answer.arguments == {"state": "KOR", "year": 2016}
    assert (question.unit, question.tolerance, question.lines) == ("balance", 0.005, 2)
    assert lesson.poles is None


@pytest.mark.parametrize(
    "given, message",
    [
        ([], r"must be entries 'key: value' with title, level"),
        (content(titel="x"), r"'titel' is not known\. Did you mean title"),
        (content(title=None), "lacks title"),
        (content(minutes="long"), "minutes must be a whole number from 1 to 600"),
        (content(states=["Atlantis"]), "states: state 'Atlantis' is not known"),
        (content(years=["soon"]), "years must be a year from 1900 to 2100, not 'soon'"),
        (content(poles=["CHN"]), "poles must be a list of 2 or more items"),
        (content(poles=["CHN", "China"]), "poles: pole CHN is duplicated"),
        (content(files=["../secret"]), "files must be the name of a file of the lesson's folder"),
        (content(questions=[]), "questions must be a list of 1 to 30 questions"),
        (content(questions=["x"]), "question 1 must be entries 'key: value' with id, text, kind"),
        (asking(id="a b"), "id must be letters"),
        (asking(kind="guess"), r"question 1 \(lean\): kind must be one of number"),
        (asking(answer=0.41), r"question 1 \(lean\): answer must be one measure .* computed, not typed"),
        (asking(answer=None), "computed, not typed"),
        (asking(answer={"balanse": {}}), r"answer: 'balanse' is not known\. Did you mean balance"),
        (asking(answer={"balance": {"state": "KOR"}}), "answer: balance lacks year"),
        (asking(answer={"balance": 3}), "answer: balance must be entries .* with state, year, not 3"),
        (asking(answer={"balance": {"state": "QQQ", "year": 2016}}), r"balance: state: state 'QQQ' is not known"),
        (asking(answer={"balance": {"state": "KOR", "yaer": 2016}}), r"'yaer' is not known\. Did you mean year"),
        (asking(answer={"pull": {"pole": "atlantis", "state": "KOR", "year": 2016}}), "pull: pole: pole 'atlantis'"),
        (
            asking(answer={"share": {"partner": "CHN", "state": "KOR", "year": 2016, "layer": "tanks"}}),
            "layer must be one of trade, .* not 'tanks'",
        ),
        (
            asking(answer={"balance": {"state": "KOR", "year": 2016, "layer": "trade", "weights": {"trade": 1}}}),
            "a layer or weights, not both",
        ),
        (asking(answer={"balance": {"state": "KOR", "year": 2016, "weights": {"oil": 1}}}), "'oil' is not known"),
        (asking(answer={"gaps": {"group": "nowhere", "year": 2016}}), "group 'nowhere' is not known"),
        (asking(answer={"effect": {"of": BALANCE, "scenario": "nothing"}}), "there is no scenario 'nothing'"),
        (asking(kind="state"), "kind must be number and not state: balance gives a number"),
        (asking(kind="text"), "a text is read by the teacher"),
        (asking(options={"a": "b"}), "has options, which are for a choice"),
        (asking(tolerance=-1), "tolerance must be a number of 0 or more"),
        (
            asking(kind="choice", answer={"known": {"of": BALANCE}}, options={"yes": "Yes", "maybe": "No"}),
            "options: 'maybe' is not known. .*Allowed: yes, no",
        ),
        (content(table=[{"label": "x", "value": {"size": {}}}]), "table line 1: value: 'size' is not known"),
    ],
)
def test_a_lesson_that_breaks_the_form_is_refused_with_its_place(tmp_path, given, message):
    with pytest.raises(LessonError, match=message):
        custom_lesson(tmp_path / "mine", given)


def test_a_question_twice_and_files_that_are_not_there(tmp_path):
    twice = content(questions=[content()["questions"][0]] * 2)
    with pytest.raises(LessonError, match="question id lean is duplicated"):
        custom_lesson(tmp_path / "mine", twice)
    custom_lesson(tmp_path / "mine")
    (tmp_path / "mine" / "teacher.md").unlink()
    with pytest.raises(LessonError, match=r"teacher\.md cannot be read"):
        load_lesson(str(tmp_path / "mine"))
    (tmp_path / "mine" / "teacher.md").write_bytes(b"\xff\xfe")
    with pytest.raises(LessonError, match=r"teacher\.md is not UTF-8"):
        load_lesson(str(tmp_path / "mine"))
    with pytest.raises(LessonError, match=r"is no folder; a lesson is a folder with lesson\.yaml"):
        load_lesson(str(tmp_path / "none"))
    with pytest.raises(LessonError, match=r"there is no lesson 'how_shure'\. Did you mean how_sure"):
        load_lesson("how_shure")


@pytest.mark.parametrize(
    "given, texts, message",
    [
        (asking(answer={"balance": {"state": "CHN", "year": 2016}}), {}, "question lean: balance has no value there"),
        (
            asking(answer={"balance": {"state": "KOR", "year": 1901}}),
            {},
            "question lean: year 1901 is not in",
        ),
        (content(), {"text": "It {reliess KOR 2016}."}, r"text\.md: \{reliess KOR 2016\} is not known"),
        (content(), {"text": "{pull USA KOR}"}, r"cannot be read; write \{pull POLE STATE YEAR LAYER\}"),
        (
            content(),
            {"text": "{pull USA QQQ 2016}"},
            r"text\.md: \{pull USA QQQ 2016\}: state: state 'QQQ' is not known",
        ),
        (content(), {"text": "{balance HKG 2016}"}, r"\{balance HKG 2016\} has no value"),
        (
            content(),
            {"text": "The answer is {answer lean}."},
            r"text\.md: \{answer lean\}: answers are for teacher\.md",
        ),
        (
            content(),
            {"notes": "It is {answer laen}."},
            r"teacher\.md: \{answer laen\}: there is no question .laen.\. Did you mean lean",
        ),
        (content(), {"text": "It is {balance KOR 2016}."}, r"text\.md gives away the answer to question lean"),
        (content(table=[{"label": "x", "value": BALANCE}]), {}, "table, line 1 gives away the answer to question lean"),
    ],
)
def test_what_cannot_be_computed_or_gives_an_answer_away_is_an_error(tmp_path, given, texts, message):
    lesson = custom_lesson(tmp_path / "mine", given, **texts)
    with pytest.raises(LessonError, match=message) as raised:
        render_lesson(lesson, study())
    assert str(raised.value).startswith("lesson mine has 1 fault:\n  ")


def test_all_faults_are_reported_at_once(tmp_path):
    lesson = custom_lesson(
        tmp_path / "mine", asking(answer={"balance": {"state": "CHN", "year": 2016}}), text="{size KOR}"
    )
    with pytest.raises(LessonError, match=r"lesson mine has 2 faults:\n  question lean.*\n  text\.md"):
        render_lesson(lesson, study())


def test_a_choice_whose_answer_is_none_of_its_options(tmp_path):
    sign = {"sign": {"of": BALANCE}}
    lesson = custom_lesson(tmp_path / "mine", asking(kind="choice", answer=sign, options={"up": "Up", "none": "Level"}))
    with pytest.raises(LessonError, match="the answer is 'down', which is none of its options"):
        render_lesson(lesson, study())


@pytest.mark.parametrize("view", [{"yaer": 2016}, {}, {"weights": {"tanks": 1}}, {"state": "<b>"}])
def test_a_view_that_the_atlas_does_not_know(tmp_path, view):
    lesson = custom_lesson(tmp_path / "mine", content(views=[{"title": "A view", "view": view}]))
    with pytest.raises(LessonError, match="lesson mine, view 1: "):
        views_of(lesson)


def test_views_become_addresses(tmp_path):
    lesson = custom_lesson(
        tmp_path / "mine", content(views=[{"title": "A view", "view": {"year": 2016, "state": "KOR"}}])
    )
    assert views_of(lesson) == [("A view", "#y=2016&c=KOR")]


# ---- what is handed out --------------------------------------------------------------------------------------------


def test_the_handout_has_no_answer_and_the_teachers_copy_has(tmp_path):
    say = {"id": "say", "text": "Say why in five sentences.", "kind": "text"}
    asked = content(questions=[*content()["questions"], say])
    lesson = custom_lesson(tmp_path / "mine", asked, notes="The answer is {answer lean}, {name KOR} {relies JPN 2016}.")
    here = study()
    rendered = render_lesson(lesson, here)
    pages = {teacher: handout_html(lesson, rendered, here, teacher=teacher) for teacher in (False, True)}
    answer = rendered.answers["lean"]
    assert answer == "−0.4137"
    assert answer not in pages[False]
    assert "Notes" not in pages[False]
    # How long a text is to be is written in its question only.
    assert "Write in your own words." in pages[False]
    assert pages[False].count("sentences") == 1
    assert f"The answer is {answer}, South Korea relies" in pages[True]
    assert "The sign is turned" in pages[True]
    for page in pages.values():
        assert "<script" not in page
        assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")


def test_hostile_text_is_text(tmp_path):
    hostile = content(title=HOSTILE[0], aims=[HOSTILE[1]], level=HOSTILE[2])
    lesson = custom_lesson(
        tmp_path / "mine",
        hostile,
        text=f"## {HOSTILE[0]}\n\n- {HOSTILE[1]}\n\n**{HOSTILE[2]}**",
        notes=f"{HOSTILE[0]} [x](javascript:x)",
    )
    here = study()
    page = handout_html(lesson, render_lesson(lesson, here), here, teacher=True)
    assert "<script" not in page.lower()
    assert "<img" not in page.lower()
    assert "href" not in page.replace(HOSTILE[3], "").lower()


def test_everything_is_written_or_nothing(tmp_path):
    (tmp_path / "mine").mkdir(exist_ok=True)
    (tmp_path / "mine" / "sheet.txt").write_text("mine", encoding="utf-8")
    lesson = custom_lesson(tmp_path / "mine", content(files=["sheet.txt"]))
    here = study()
    rendered = render_lesson(lesson, here)
    names = write_lesson(lesson, rendered, here, tmp_path / "a", teacher=False)
    assert sorted(names) == sorted(p.name for p in (tmp_path / "a").iterdir())
    assert sorted(names) == ["answers.csv", "extract.csv", "handout.html", "sheet.txt"]
    write_lesson(lesson, rendered, here, tmp_path / "b", teacher=True)
    assert (tmp_path / "b" / "teacher.html").is_file()
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_text_in_tables_is_never_a_formula():
    assert [harmless(text) for text in ("=1+1", "-0.4", "plain", "")] == ["'=1+1", "'-0.4", "plain", ""]
    tables = pencil_tables()
    panel = panel_from_tables(tables)
    lesson = load_lesson("balance_by_hand")._replace(states=("CCC",), years=(2016,))
    table = extract(lesson, Study(panel, poles=("AAA", "BBB")))
    table.loc[0, "source"] = "@SUM(A1)"
    assert harmless_table(table).loc[0, "source"] == "'@SUM(A1)"
    assert harmless_table(table)["value"].equals(table["value"])
