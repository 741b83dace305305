"""`influence lesson` as a teacher and a class call it, and as it fails."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from influence.errors import InfluenceError
from influence.lessons.load import lesson_names, lessons_dir
from tests.cli.calls import bytes_of, call, ended, refusal, shell

pytestmark = pytest.mark.usefixtures("few_years")

RIGHT = {
    "korea": "-0.4137", "low": "-0.417", "high": "-0.329", "trade_leader": "China", "pact_leader": "USA",
    "threshold": "0.078", "without": "0.21", "meaning": "Because.",
}  # fmt: skip


def answers(path: Path, given: dict[str, str]) -> str:
    rows = [["question", "answer"], *([name, text] for name, text in given.items())]
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return str(path)


def test_the_list_has_every_lesson():
    printed = json.loads(call("lesson", "list", "--json").stdout)
    assert [row["name"] for row in printed] == lesson_names()
    assert {"title", "level", "minutes", "questions", "aims"} < set(printed[0])
    assert "balance_by_hand" in call("lesson", "list").stdout


@pytest.mark.slow
def test_show_prints_text_and_questions_and_answers_only_for_the_teacher():
    student = call("lesson", "show", "how_sure").stdout
    assert "1. [korea] What is South Korea's balance" in student
    assert "Answer:" not in student
    teacher = call("lesson", "show", "how_sure", "--teacher").stdout
    assert "Answer: −0.4137" in teacher
    assert "Timing" in teacher
    other = call("lesson", "show", "how_sure", "--teacher", "--weights", "trade=1,alliance=0.01,agreement=0.01").stdout
    assert "Answer: −0.4137" not in other


@pytest.mark.slow
def test_what_is_written_is_the_same_every_time_and_the_form_is_marked_as_it_is(tmp_path):
    for name in "ab":
        call("lesson", "show", "role_play", "--out", str(tmp_path / name), "--teacher", "--quiet")
    files = bytes_of(tmp_path / "a")
    assert files == bytes_of(tmp_path / "b")
    assert set(files) == {"handout.html", "teacher.html", "answers.csv", "extract.csv", "template.yaml"}
    printed = call("lesson", "show", "role_play", "--out", str(tmp_path / "c")).stdout
    assert "teacher.html" not in printed
    assert not (tmp_path / "c" / "teacher.html").exists()
    done = call("lesson", "check", "role_play", str(tmp_path / "a" / "answers.csv"))
    assert done.exit_code == 1
    assert done.stdout.startswith("0 of 4 right\n  missing ")


@pytest.mark.slow
def test_right_answers_end_with_0_and_wrong_ones_with_1_and_a_hint(tmp_path):
    done = call("lesson", "check", "how_sure", answers(tmp_path / "a.csv", RIGHT))
    assert done.exit_code == 0
    assert done.stdout.startswith("7 of 7 right\n")
    assert "to be read  meaning" in done.stdout
    wrong = answers(tmp_path / "b.csv", {**RIGHT, "korea": "0.4137", "low": ""})
    done = call("lesson", "check", "how_sure", wrong)
    assert done.exit_code == 1
    assert done.stdout.startswith("5 of 7 right\n  wrong       korea: The sign is turned")
    assert "0.4137" not in done.stdout
    assert "(answer: −0.4137)" in call("lesson", "check", "how_sure", wrong, "--teacher").stdout
    printed = json.loads(call("lesson", "check", "how_sure", wrong, "--json").stdout)
    assert [row["verdict"] for row in printed[:2]] == ["wrong", "missing"]
    assert "answer" not in printed[0]


def test_a_class_is_marked_one_by_one(tmp_path):
    path = tmp_path / "class.csv"
    path.write_text("student;korea;trade_leader\nAnn;-0,41;CHN\nBen;-41;USA\n", encoding="utf-8")
    done = call("lesson", "check", "how_sure", str(path))
    assert "Ann: 2 of 7 right" in done.stdout
    assert "Ben: 0 of 7 right" in done.stdout


def test_one_pupils_slip_does_not_stop_the_marking_of_the_class(tmp_path):
    path = tmp_path / "class.csv"
    lines = ["student,question,answer", "Ann,korea,-0.41", "Ben,koera,-0.41", "Ben,trade_leader,CHN", "Cid,korea,-0.41"]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = ended("lesson", "check", "how_sure", str(path), "--quiet")
    assert done.returncode == 2
    scores = [line for line in done.stdout.splitlines() if "right" in line and line[:1] != " "]
    assert scores == ["Ann: 1 of 7 right", "Ben: 1 of 7 right", "Cid: 1 of 7 right"]
    printed = (
        "line 3 (Ben): 'koera' is no question of the lesson. Did you mean korea? The lesson asks korea, low, high,"
    )
    assert done.stderr.startswith(f"influence: {path}, {printed}")
    records = json.loads(ended("lesson", "check", "how_sure", str(path), "--quiet", "--json").stdout)
    assert {row["student"] for row in records} == {"Ann", "Ben", "Cid"}


@pytest.mark.slow
def test_a_custom_lesson_is_checked_and_shown_by_its_folder(tmp_path, monkeypatch):
    folder = tmp_path / "mine"
    folder.mkdir()
    for file in (lessons_dir() / "how_sure").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    done = call("lesson", "check", "mine")
    assert done.exit_code == 0
    assert done.stdout.startswith("Lesson mine has no faults: 7 of 8 answers can be computed")
    text = (
        (folder / "lesson.yaml")
        .read_text(encoding="utf-8")
        .replace("{state: KOR, year: 2016}}", "{state: CHN, year: 2016}}", 1)
    )
    (folder / "lesson.yaml").write_text(text, encoding="utf-8")
    printed = shell("lesson", "check", "mine", cwd=tmp_path)
    assert printed.returncode == 2
    assert "question korea: balance has no value there" in refusal(printed)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("lesson", "show", "how_shure"), "there is no lesson 'how_shure'. Did you mean how_sure"),
        (("lesson", "check", "./none"), "is no folder"),
        (("lesson", "check", "how_sure", "none.csv"), "none.csv cannot be read"),
        (("lesson", "show", "how_sure", "--out", "file"), "folder file cannot be written"),
    ],
)
def test_what_cannot_be_served_is_refused_and_nothing_is_written(tmp_path, monkeypatch, arguments, message):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InfluenceError) as error:
        call(*arguments)
    assert message in str(error.value)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
