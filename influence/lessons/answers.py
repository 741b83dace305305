"""Answers of a student or a class from a file: CSV as spreadsheets write it, or YAML."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from influence.errors import LessonError, nearest
from influence.lessons.model import Lesson
from influence.yaml_files import MOST_BYTES, read_yaml

STUDENT = ("student", "name", "group")
QUESTION, ANSWER = "question", "answer"
ALONE = ""
"""In place of a name where the file is of one student."""


def read_answers(path: Path, lesson: Lesson) -> dict[str, dict[str, str]]:
    """Answers by student and question.

    CSV, by comma, semicolon or tab: columns question and answer, with student for a class (other columns are passed
    over); or a row a student and a column a question. YAML: question: answer, or student: {question: answer}.

    Raises
    ------
    LessonError : unreadable, not UTF-8, other columns, a question that the lesson does not ask, an answer that stands
    twice; with the line.
    """
    if path.suffix.lower() in (".yaml", ".yml"):
        return _of_yaml(read_yaml(path, LessonError, "file of answers"), str(path), lesson)
    rows, lines = _rows(path)
    head = rows[0]
    names = [question.name for question in lesson.questions]
    if QUESTION in head and ANSWER in head:
        return _long(rows, lines, str(path), names)
    if any(name in head for name in names):
        return _wide(rows, lines, str(path), names)
    raise LessonError(
        f"{path} has the columns {', '.join(head)[:200]}; it needs question and answer (and student for a class), or a "
        f"column for each question: {', '.join(names)}."
    )


def _rows(path: Path) -> tuple[list[list[str]], list[int]]:
    """Rows with anything in them, headings in lower case, and the line of each."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as err:
        raise LessonError(f"{path} cannot be read: {err.strerror}.") from err
    except UnicodeDecodeError as err:
        raise LessonError(
            f"{path} is not UTF-8 text (byte {err.start}); save it as CSV UTF-8, not as a workbook."
        ) from err
    if len(raw) > MOST_BYTES or "\0" in text:
        raise LessonError(f"{path} is no file of answers: it is larger than a megabyte, or no text.")
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        found = [
            ([cell.strip() for cell in row], reader.line_num) for row in reader if any(cell.strip() for cell in row)
        ]
    except csv.Error as err:
        raise LessonError(f"{path}, line {reader.line_num}: {err}.") from err
    if not found:
        raise LessonError(f"{path} is empty; it needs the columns question and answer.")
    rows, lines = [row for row, _ in found], [line for _, line in found]
    rows[0] = [cell.casefold() for cell in rows[0]]
    twice = [name for name in rows[0] if name and rows[0].count(name) > 1]
    if twice:
        raise LessonError(f"{path} has the column {twice[0]!r} twice.")
    for row, line in zip(rows, lines, strict=True):
        if len(row) > len(rows[0]):
            raise LessonError(
                f"{path}, line {line} has {len(row)} cells for {len(rows[0])} columns; put an answer with a {mark!r} "
                f"in quotes."
            )
    return rows, lines


def _long(rows: list[list[str]], lines: list[int], place: str, names: list[str]) -> dict[str, dict[str, str]]:
    head = rows[0]
    who = next((name for name in STUDENT if name in head), None)
    out: dict[str, dict[str, str]] = {}
    for row, line in zip(rows[1:], lines[1:], strict=True):
        cells = dict(zip(head, [*row, *[""] * (len(head) - len(row))], strict=True))
        student = cells[who] if who else ALONE
        if who and not student:
            raise LessonError(f"{place}, line {line} names no {who}.")
        _put(out.setdefault(student, {}), cells[QUESTION], cells[ANSWER], f"{place}, line {line}", names)
    return _some(out, place)


def _wide(rows: list[list[str]], lines: list[int], place: str, names: list[str]) -> dict[str, dict[str, str]]:
    head = rows[0]
    who = next((name for name in STUDENT if name in head), None)
    other = [name for name in head if name and name not in (*names, *STUDENT)]
    if other:
        near = nearest(other[0], names)
        raise LessonError(
            f"{place}: column {other[0]!r} is no question of the lesson.{near} It asks {', '.join(names)}."
        )
    if who is None and len(rows) > 2:
        raise LessonError(f"{place} has {len(rows) - 1} rows of answers; name each in a column student.")
    out: dict[str, dict[str, str]] = {}
    for row, line in zip(rows[1:], lines[1:], strict=True):
        cells = dict(zip(head, [*row, *[""] * (len(head) - len(row))], strict=True))
        student = cells[who] if who else ALONE
        if student in out or (who and not student):
            raise LessonError(f"{place}, line {line}: {student or 'no student'!r} stands twice, or is not named.")
        out[student] = {name: cells[name] for name in names if name in cells}
    return _some(out, place)


def _of_yaml(content: Any, place: str, lesson: Lesson) -> dict[str, dict[str, str]]:
    names = [question.name for question in lesson.questions]
    if not isinstance(content, dict) or not content:
        raise LessonError(f"{place} must hold 'question: answer' lines, or the same under the name of each student.")
    of_class = all(isinstance(value, dict) for value in content.values())
    out: dict[str, dict[str, str]] = {}
    for student, given in content.items() if of_class else [(ALONE, content)]:
        answers = out.setdefault(str(student), {})
        for question, answer in given.items():
            _put(
                answers,
                str(question),
                _plain(answer, f"{place}: {question}"),
                f"{place}: {student}".rstrip(": "),
                names,
            )
    return out


def _plain(value: Any, place: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        # YAML reads an unquoted yes and no as true and false.
        return "yes" if value else "no"
    if not isinstance(value, (str, int, float)):
        raise LessonError(f"{place}: an answer is a number or words, not a {type(value).__name__}.")
    return str(value)


def _put(answers: dict[str, str], question: str, answer: str, place: str, names: list[str]) -> None:
    if question not in names:
        near = nearest(question, names)
        raise LessonError(f"{place}: {question!r} is no question of the lesson.{near} It asks {', '.join(names)}.")
    if question in answers:
        raise LessonError(f"{place}: question {question!r} is answered twice.")
    answers[question] = answer


def _some(out: dict[str, dict[str, str]], place: str) -> dict[str, dict[str, str]]:
    if not out:
        raise LessonError(f"{place} holds no answer.")
    return out
