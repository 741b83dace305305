"""Whether a lesson is sound: every answer and number can be computed, and no text gives an answer away."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from influence.errors import InfluenceError, LessonError, QueryError, pluralize, suggest
from influence.lessons.marking import format_answer, mark
from influence.lessons.model import Lesson, Question, Row
from influence.query import value_of
from influence.query.placeholders import Words, fill_text, queries_in
from influence.query.units import value_text
from influence.records import Where
from influence.study import Study


class FilledLesson(NamedTuple):
    """A lesson with its numbers in place. questions : text by question. answers : answer as text by question.

    table : label and figure of each line of the handout's table.
    """

    text: str
    notes: str
    questions: dict[str, str]
    answers: dict[str, str]
    table: list[tuple[str, str]]


def render_lesson(lesson: Lesson, study: Study) -> FilledLesson:
    """Every text and answer of a lesson, computed.

    Raises
    ------
    LessonError : what cannot be computed, each fault in a separate line.
    """
    faults: list[str] = []
    answers = {question.name: _answer(question, study, faults) for question in lesson.questions}
    asked = {q.name: _text(q.text, study, f"question {q.name}", faults) for q in lesson.questions}
    table = [(row.label, _figure(row, f"table, line {i}", study, faults)) for i, row in enumerate(lesson.table, 1)]
    text = _text(lesson.text, study, "text.md", faults)
    notes = _text(lesson.notes, study, "teacher.md", faults, answers)
    faults += [] if faults else given_away(lesson, study)
    if faults:
        listed = "".join(f"\n  {fault}" for fault in faults)
        raise LessonError(f"lesson {lesson.name} has {pluralize(len(faults), 'fault')}:{listed}")
    return FilledLesson(text, notes, asked, answers, table)


@contextmanager
def _reported(faults: list[str], place: str = "") -> Iterator[None]:
    """Add an error to the faults, with its place."""
    try:
        yield
    except InfluenceError as err:
        faults.append(f"{place}: {err}" if place else str(err))


def _answer(question: Question, study: Study, faults: list[str]) -> str:
    text, place, answer = "", f"question {question.name}", question.answer
    with _reported(faults, place):
        text = format_answer(question, study)
        value = value_of(study, answer) if answer else ""
        if answer is None:
            return text
        if isinstance(value, float) and math.isnan(value):
            faults.append(f"{place}: {answer.measure} has no value there; too little was observed, or it is a pole.")
        elif question.kind == "choice" and value not in question.options:
            faults.append(f"{place}: the answer is {value!r}, which is none of its options.")
        elif mark(question, value if isinstance(value, str) else repr(value), study).verdict != "right":
            faults.append(f"{place}: the computed answer is not marked as right.")
    return text


def _text(text: str, study: Study, place: str, faults: list[str], answers: dict[str, str] | None = None) -> str:
    with _reported(faults):
        return fill_text(text, study, Where(place, LessonError, study.registry), words=_words(answers))
    return text


def _words(answers: dict[str, str] | None) -> Words:
    """The placeholder {answer ID}. answers : text by question, for the teacher's notes; None for what students read."""

    def answer(name: str) -> str:
        if answers is None:
            raise QueryError("answers are for teacher.md; students must not see them.")
        if name not in answers:
            raise QueryError(f"there is no question {name!r}.{suggest(name, list(answers))}")
        return answers[name]

    return {"answer": answer}


def _figure(row: Row, place: str, study: Study, faults: list[str]) -> str:
    with _reported(faults, f"{place} ({row.label})"):
        return value_text(value_of(study, row.value), row.value.unit, study.registry)
    return ""


def given_away(lesson: Lesson, study: Study) -> list[str]:
    """Where the students' text, the questions or the table hold what a question asks for."""
    texts = {"text.md": lesson.text} | {f"question {q.name}": q.text for q in lesson.questions}
    shown = {f"table, line {i}": [row.value] for i, row in enumerate(lesson.table, 1)}
    for place, text in texts.items():
        shown[place] = queries_in(text, study, Where(place, LessonError, study.registry), words=_words(None))
    return [
        f"{place} gives away the answer to question {question.name}."
        for question in lesson.questions for place, queries in shown.items() if question.answer in queries
    ]  # fmt: skip
