"""Marking: what is right, what is not, and what the mistake probably was."""

from __future__ import annotations

import math

import pytest

from influence.errors import LessonError
from influence.lessons.answers import read_answers
from influence.lessons.load import load_lesson
from influence.lessons.marking import format_answer, mark, read_number
from influence.lessons.model import Question
from influence.query import Query
from influence.study import Study
from tests.pencil import pencil_panel

POLES = ("AAA", "BBB")
SHARE = Query("share", {"partner": "AAA", "state": "CCC", "year": 2016})
"""20 of 90; the other way round 20 of 70; of CCC's exports 10 of 30, of its imports 10 of 60."""


def study() -> Study:
    return Study(pencil_panel(), poles=POLES)


def question(answer: Query | None = SHARE, kind: str = "number", **given) -> Question:
    usual = {"name": "q", "text": "How much?", "tolerance": 0.005, "options": {}, "hints": ("Look again.",),
             "look_for": (), "lines": 2}  # fmt: skip
    return Question(**{**usual, "kind": kind, "answer": answer, **given})


@pytest.mark.parametrize(
    "given", ["0.222", "0,222", "22.2 %", "22,2%", "0.2222222", " 0.226 ", ".222", "22.2 per cent"]
)
def test_a_number_within_the_tolerance_is_right_however_it_is_written(given):
    assert mark(question(), given, study()).verdict == "right"


@pytest.mark.parametrize(
    "given, hint",
    [
        ("22.2", "in per cent"),
        ("0.00222", "hundredth"),
        ("0.2857", "direction is reversed"),
        ("0.3333", "share by exports alone"),
        ("0.1667", "share by imports alone"),
        ("0.7778", "left to 1"),
        ("0.235", "Close: a figure was rounded"),
        ("0.5", "Look again."),
        ("a lot", "'a lot' is not a number; write a share like 0.25"),
        ("0.2.2.2", "not a number"),
    ],
)
def test_a_wrong_number_comes_with_what_the_mistake_probably_was(given, hint):
    found = mark(question(), given, study())
    assert found.verdict == "wrong"
    assert hint in found.hint


def test_a_turned_sign_and_a_layer_without_its_weight():
    balance = question(Query("balance", {"state": "CCC", "year": 2016}))
    first = 0.6 * 20 / 90 + 0.3 * 100 / 175
    second = 0.6 * 30 / 90 + 0.3 * 50 / 175 + 0.1 * 12.5 / 37.5
    right = (first - second) / (first + second)
    assert mark(balance, f"{right:.4f}", study()).verdict == "right"
    assert "sign is turned" in mark(balance, f"{-right:.4f}", study()).hint
    assert "trade layer alone" in mark(balance, "-0.2", study()).hint
    pull = question(Query("pull", {"pole": "AAA", "state": "CCC", "year": 2016}))
    assert mark(pull, f"{first:.3f}", study()).verdict == "right"
    assert "alliance layer alone" in mark(pull, f"{100 / 175:.4f}", study()).hint


def test_zeros_of_dollars_and_the_other_total():
    money = question(Query("exports", {"exporter": "AAA", "importer": "BBB", "year": 2016}), tolerance=0.01)
    assert mark(money, "30", study()).verdict == "right"
    assert mark(money, "30.2", study()).verdict == "right"
    assert "direction" in mark(money, "20", study()).hint
    assert "thousands" in mark(money, "0.03", study()).hint
    total = question(Query("total", {"state": "BBB", "year": 2016, "flow": "exports"}), tolerance=0.01)
    assert "total of imports" in mark(total, "40", study()).hint


@pytest.mark.parametrize(
    "text, unit, value",
    [
        ("1,234,567", "dollars", 1234567), ("1,234", "dollars", 1234), ("1,234", "share", 1.234),
        ("124.3 billion", "dollars", 124.3e9), ("124,3 bn", "dollars", 124.3e9), ("$5", "dollars", 5),
        ("1.234,5", "dollars", 1234.5), ("1,234.5", "dollars", 1234.5), ("1'000", "dollars", 1000),
        ("−0.41", "balance", -0.41), ("+0,41", "balance", 0.41), ("1e9", "dollars", 1e9), ("2005", "year", 2005),
        ("12 %", "share", 0.12), ("1.2 million", "dollars", 1.2e6), ("1.234.567", "dollars", 1234567),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text, unit, value):
    assert read_number(text, unit) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "no", "12 apples", "1-2", "%", "nan", "inf", "0x10", "1 2", "0.2.2.2", "1,2,3"])
def test_what_is_no_number(text):
    assert math.isnan(read_number(text, "share"))


def test_states_by_code_or_name():
    largest = question(Query("largest_partner", {"state": "CCC", "year": 2016}), kind="state")
    found = mark(largest, "Atlantis", study())
    assert (found.verdict, "is not known" in found.hint) == ("wrong", True)
    assert mark(largest, "Beta", study()).hint == "Look again."


@pytest.mark.parametrize("given", ["second", "b", "B)", "Beta.", "beta"])
def test_a_choice_by_word_letter_or_text(given):
    spec = Query(
        "compare", {"first": SHARE, "second": Query("share", {"partner": "BBB", "state": "CCC", "year": 2016})}
    )
    asked = question(spec, kind="choice", options={"first": "Alpha", "second": "Beta"})
    assert mark(asked, given, study()).verdict == "right"
    assert mark(asked, "a", study()).verdict == "wrong"
    assert "none of the options: a (first), b (second)" in mark(asked, "c", study()).hint


def test_a_text_is_left_to_the_teacher_and_a_blank_is_missing():
    assert mark(question(None, kind="text"), "Because.", study()).verdict == "to be read"
    assert mark(question(None, kind="text"), "", study()).verdict == "to be read"
    assert mark(question(), "  ", study()).verdict == "missing"


def test_answers_are_shown_as_students_write_them():
    assert format_answer(question(), study()) == "0.2222 (22.2 %)"
    assert (
        format_answer(question(Query("balance", {"state": "CCC", "year": 2016, "layer": "trade"})), study())
        == "−0.2000"
    )


# ---- files of answers ----------------------------------------------------------------------------------------------


def answers(tmp_path, text: str | bytes, name: str = "a.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_answers(path, load_lesson("how_sure")).answers


def read_file(tmp_path, text: str, name: str = "a.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_answers(path, load_lesson("how_sure"))


def test_one_student_a_class_and_a_row_a_student(tmp_path):
    one = {"": {"korea": "-0.41", "low": ""}}
    assert answers(tmp_path, "question,answer\nkorea,-0.41\nlow,\n") == one
    assert answers(tmp_path, "Question;Answer;Text\nkorea;-0.41;x\nlow;;y\n") == one
    assert answers(tmp_path, b"\xef\xbb\xbfquestion\tanswer\r\nkorea\t-0.41\r\nlow\t\r\n") == one
    both = {"Ann": {"korea": "-0.41"}, "Ben": {"korea": "0,41"}}
    assert answers(tmp_path, 'student,question,answer\nAnn,korea,-0.41\nBen,korea,"0,41"\n') == both
    assert answers(tmp_path, "name;korea\nAnn;-0.41\nBen;0,41\n") == both
    assert answers(tmp_path, "Ann: {korea: -0.41}\nBen: {korea: '0,41'}\n", "a.yaml") == both
    assert answers(tmp_path, "korea: -0.41\nlow:\n", "a.yml") == one
    assert answers(tmp_path, "korea: yes\n", "a.yml") == {"": {"korea": "yes"}}


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "is empty"),
        ("question,solution\nkorea,1\n", "has the columns question, solution; it needs question and answer"),
        ("question,answer\nkoera,1\n", r"line 2: 'koera' is no question of the lesson\. Did you mean korea"),
        ("question,answer\nkorea,1\nkorea,2\n", "line 3: question 'korea' is answered twice"),
        ("question,answer\nkorea,0,41\n", "line 2 has 3 cells for 2 columns"),
        ("question,answer,answer\nkorea,1,2\n", "has the column 'answer' twice"),
        ("question,answer\n", "holds no answer"),
        ("student,question,answer\n,korea,1\n", "line 2 names no student"),
        ("korea,hgih\n1,2\n", r"column 'hgih' is no question of the lesson\. Did you mean high"),
        ("korea\n1\n2\n", "name each in a column student"),
        ("student,korea\nAnn,1\nAnn,2\n", "'Ann' is duplicated"),
        (b"question,answer\nkorea,\xff\n", r"is not UTF-8 text \(byte 22\)"),
        (b"PK\x03\x04\x00", "no text"),
    ],
)
def test_the_error_of_a_file_of_answers_names_its_line(tmp_path, text, message):
    with pytest.raises(LessonError, match=message):
        answers(tmp_path, text)


@pytest.mark.parametrize(
    "text, message",
    [
        ("- 1\n", "must hold 'question: answer' lines"),
        ("korea: [1]\n", "an answer is a number or words, not the list"),
        ("koera: 1\n", "Did you mean korea"),
        ("korea: 1\nkorea: 2\n", "is duplicated"),
    ],
)
def test_yaml_that_cannot_be_read(tmp_path, text, message):
    with pytest.raises(LessonError, match=message):
        answers(tmp_path, text, "a.yaml")


def test_a_line_that_is_not_understood_is_reported_and_all_others_are_read(tmp_path):
    head = "student,question,answer\n"
    slips = "Ben,koera,-0.41\nBen,low,1,5\n,low,2\nCid,low,1\nCid,low,2\nCid,korea,0.3\n"
    found = read_file(tmp_path, f"{head}Ann,korea,-0.41\n{slips}Ann,low,-0.4\n")
    assert found.answers["Ann"] == {"korea": "-0.41", "low": "-0.4"}
    assert found.answers["Ben"] == {}
    assert found.answers["Cid"] == {"low": "", "korea": "0.3"}  # which of the two was meant nobody knows
    assert found.faults == [
        "line 3 (Ben): 'koera' is no question of the lesson. Did you mean korea?",
        "line 4 (Ben) has 4 cells for 3 columns; put an answer with a separator in quotes.",
        "line 5 names no student.",
        "line 7 (Cid): question 'low' is answered twice; neither answer is marked.",
    ]


def test_a_student_with_two_rows_is_skipped_and_the_class_is_read(tmp_path):
    found = read_file(tmp_path, "name;korea\nAnn;1\nBen;2\nAnn;3\n")
    assert found == ({"Ben": {"korea": "2"}}, ["line 4: 'Ann' is duplicated; neither row is marked."])


def test_a_mistake_in_yaml_is_reported_with_the_student(tmp_path):
    found = read_file(tmp_path, "Ann: {korea: 1, hgih: 2}\nBen: {korea: [1], low: 3}\n", "a.yaml")
    assert found.answers == {"Ann": {"korea": "1"}, "Ben": {"low": "3"}}
    assert found.faults == [
        "Ann: 'hgih' is no question of the lesson. Did you mean high?",
        "Ben: korea: an answer is a number or words, not the list [1].",
    ]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(LessonError, match="cannot be read: No such file"):
        read_answers(tmp_path / "none.csv", load_lesson("how_sure"))
