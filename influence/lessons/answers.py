"""Answers of a student or a class from a file: CSV as spreadsheets write it, or YAML."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from influence.errors import LessonError, pluralize, suggest
from influence.lessons.model import Lesson
from influence.records import show_value
from influence.yaml_files import MOST_BYTES, read_yaml

STUDENT = ("student", "name", "group")
QUESTION, ANSWER = "question", "answer"
ALONE = ""
"""In place of a name where the file is of one student."""
MOST_SHOWN = 20
"""Lines that are not understood and are listed one by one."""

Answers = dict[str, dict[str, str]]
"""By student and question."""


class Given(NamedTuple):
    """answers : what was understood. faults : of each line that was not, its place, the student and the reason."""

    answers: Answers
    faults: list[str]


def read_answers(path: Path, lesson: Lesson) -> Given:
    """Answers by student and question; a line that is not understood is skipped and reported, and the others are read.

    CSV, by comma, semicolon or tab: columns question and answer, with student for a class (other columns are passed
    over); or a row a student and a column a question. YAML: question: answer, or student: {question: answer}.

    Raises
    ------
    LessonError : unreadable, not UTF-8, other columns; nothing in it is understood.
    """
    faults: list[str] = []
    names = [question.name for question in lesson.questions]
    if path.suffix.lower() in (".yaml", ".yml"):
        found = _of_yaml(read_yaml(path, LessonError, "file of answers"), str(path), names, faults)
    else:
        found = _of_table(path, names, faults)
    if not found and not faults:
        raise LessonError(f"{path} holds no answer.")
    if faults and not any(answer for given in found.values() for answer in given.values()):
        raise LessonError(not_understood(path, faults, lesson))
    return Given(found, faults)


def not_understood(path: Path, faults: list[str], lesson: Lesson) -> str:
    """The lines that were skipped, in a sentence each, and what the lesson asks."""
    asks = f"The lesson asks {', '.join(question.name for question in lesson.questions)}."
    if len(faults) == 1:
        return f"{path}, {faults[0]} {asks}"
    left = len(faults) - MOST_SHOWN
    more = f"\n  … and {left:,} more" if left > 0 else ""
    listed = "".join(f"\n  {fault}" for fault in faults[:MOST_SHOWN])
    return f"{path} has {len(faults):,} lines that are not understood. {asks}{listed}{more}"


def _of_table(path: Path, names: list[str], faults: list[str]) -> Answers:
    rows, lines = _rows(path)
    head = rows[0]
    if QUESTION in head and ANSWER in head:
        return _long(rows, lines, names, faults)
    if any(name in head for name in names):
        return _wide(rows, lines, str(path), names, faults)
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
        stripped = (([cell.strip() for cell in row], reader.line_num) for row in reader)
        found = [(row, line) for row, line in stripped if any(row)]
    except csv.Error as err:
        raise LessonError(f"{path}, line {reader.line_num}: {err}.") from err
    if not found:
        raise LessonError(f"{path} is empty; it needs the columns question and answer.")
    rows, lines = [row for row, _ in found], [line for _, line in found]
    rows[0] = [cell.casefold() for cell in rows[0]]
    twice = [name for name in rows[0] if name and rows[0].count(name) > 1]
    if twice:
        raise LessonError(f"{path} has the column {twice[0]!r} twice.")
    return rows, lines


def _long(rows: list[list[str]], lines: list[int], names: list[str], faults: list[str]) -> Answers:
    out: Answers = {}
    for cells, line, student in _of_students(rows, lines, faults):
        _put(out.setdefault(student, {}), cells, f"{_place(line, student)}: ", names, faults)
    return out


def _wide(rows: list[list[str]], lines: list[int], path: str, names: list[str], faults: list[str]) -> Answers:
    head = rows[0]
    other = [name for name in head if name and name not in (*names, *STUDENT)]
    if other:
        near = suggest(other[0], names)
        raise LessonError(
            f"{path}: column {other[0]!r} is no question of the lesson.{near} It asks {', '.join(names)}."
        )
    if _who(head) is None and len(rows) > 2:
        raise LessonError(f"{path} has {len(rows) - 1} rows of answers; name each in a column student.")
    out: Answers = {}
    twice: set[str] = set()
    for cells, line, student in _of_students(rows, lines, faults):
        if student in out:
            twice.add(student)
            faults.append(f"line {line}: {student!r} is duplicated; neither row is marked.")
        out[student] = {name: cells[name] for name in names if name in cells}
    return {student: answers for student, answers in out.items() if student not in twice}


def _of_students(
    rows: list[list[str]], lines: list[int], faults: list[str]
) -> Iterator[tuple[dict[str, str], int, str]]:
    """Cells by column, line and student of each row; one that has too many cells, or names nobody, is a fault."""
    head, who = rows[0], _who(rows[0])
    for row, line in zip(rows[1:], lines[1:], strict=True):
        cells = dict(zip(head, [*row, *[""] * (len(head) - len(row))], strict=False))
        student = cells[who] if who else ALONE
        if who and not student:
            faults.append(f"line {line} names no {who}.")
        elif len(row) > len(head):
            counts = f"has {pluralize(len(row), 'cell')} for {pluralize(len(head), 'column')}"
            faults.append(f"{_place(line, student)} {counts}; put an answer with a separator in quotes.")
        else:
            yield cells, line, student


def _who(head: list[str]) -> str | None:
    return next((name for name in STUDENT if name in head), None)


def _place(line: int, student: str) -> str:
    return f"line {line} ({student})" if student else f"line {line}"


def _of_yaml(content: Any, path: str, names: list[str], faults: list[str]) -> Answers:
    if not isinstance(content, dict) or not content:
        raise LessonError(f"{path} must hold 'question: answer' lines, or the same under the name of each student.")
    of_class = all(isinstance(value, dict) for value in content.values())
    out: Answers = {}
    for student, given in content.items() if of_class else [(ALONE, content)]:
        answers = out.setdefault(str(student), {})
        for question, answer in given.items():
            place = f"{student}: " if student else ""
            if answer is not None and not isinstance(answer, (str, int, float)):
                faults.append(f"{place}{question}: an answer is a number or words, not {show_value(answer)}.")
            else:
                _put(answers, {QUESTION: str(question), ANSWER: _answer_text(answer)}, place, names, faults)
    return out


def _answer_text(value: str | float | None) -> str:
    if isinstance(value, bool):
        # YAML reads an unquoted yes and no as true and false.
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _put(answers: dict[str, str], cells: dict[str, str], place: str, names: list[str], faults: list[str]) -> None:
    question = cells[QUESTION]
    if question not in names:
        faults.append(f"{place}{question!r} is no question of the lesson.{suggest(question, names)}")
    elif question in answers:
        faults.append(f"{place}question {question!r} is answered twice; neither answer is marked.")
        answers[question] = ""
    else:
        answers[question] = cells[ANSWER]
