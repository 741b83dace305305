"""Whether a lesson is sound: every answer can be computed, every number told, and no text gives an answer away."""

from __future__ import annotations

import math
from typing import NamedTuple

from influence.errors import InfluenceError, LessonError, pluralize
from influence.lessons.marking import format_answer, mark
from influence.lessons.measures import unit_of, value_of
from influence.lessons.model import Lesson
from influence.lessons.wording import asked_specs, fill_text, value_text
from influence.states import Registry
from influence.study import Study


class Told(NamedTuple):
    """A lesson with its numbers in place. questions : text by question. answers : told answer by question.

    table : label and figure of each line of the handout's table.
    """

    text: str
    notes: str
    questions: dict[str, str]
    answers: dict[str, str]
    table: list[tuple[str, str]]


def render_lesson(lesson: Lesson, study: Study) -> Told:
    """Every text and answer of a lesson, computed.

    Raises
    ------
    LessonError : what cannot be computed, every fault in a line of its own.
    """
    faults: list[str] = []
    answers = {question.name: _answer(lesson, i, study, faults) for i, question in enumerate(lesson.questions)}
    asked = {q.name: _text(q.text, study, f"question {q.name}", faults) for q in lesson.questions}
    table = [(row.label, _figure(lesson, i, study, faults)) for i, row in enumerate(lesson.table)]
    text = _text(lesson.text, study, "text.md", faults)
    notes = _text(lesson.notes, study, "teacher.md", faults, answers)
    faults += [] if faults else given_away(lesson, study.registry)
    if faults:
        raise LessonError(
            f"lesson {lesson.name} has {pluralize(len(faults), 'fault')}:" + "".join(f"\n  {fault}" for fault in faults)
        )
    return Told(text, notes, asked, answers, table)


def _answer(lesson: Lesson, i: int, study: Study, faults: list[str]) -> str:
    question = lesson.questions[i]
    if question.answer is None:
        return format_answer(question, study)
    try:
        value = value_of(study, question.answer)
        told = format_answer(question, study)
        if isinstance(value, float) and math.isnan(value):
            faults.append(f"question {question.name}: {question.answer.measure} has no value there; too little was "
                          f"observed, or it is a pole.")  # fmt: skip
        elif question.kind == "choice" and value not in question.options:
            faults.append(f"question {question.name}: the answer is {value!r}, which is none of its options.")
        elif mark(question, value if isinstance(value, str) else repr(value), study).verdict != "right":
            faults.append(f"question {question.name}: its own answer is not marked as right.")
        return told
    except InfluenceError as err:
        faults.append(f"question {question.name}: {err}")
        return ""


def _text(text: str, study: Study, place: str, faults: list[str], answers: dict[str, str] | None = None) -> str:
    try:
        return fill_text(text, study, place, answers)
    except InfluenceError as err:
        faults.append(str(err))
        return text


def _figure(lesson: Lesson, i: int, study: Study, faults: list[str]) -> str:
    row = lesson.table[i]
    try:
        return value_text(value_of(study, row.value), unit_of(row.value), study.registry)
    except InfluenceError as err:
        faults.append(f"table, line {i + 1} ({row.label}): {err}")
        return ""


def given_away(lesson: Lesson, registry: Registry) -> list[str]:
    """Where the students' text, the questions or the table hold what a question asks for."""
    shown = {f"table, line {i}": [row.value] for i, row in enumerate(lesson.table, 1)}
    shown["text.md"] = asked_specs(lesson.text, "text.md", registry)
    for q in lesson.questions:
        shown[f"question {q.name}"] = asked_specs(q.text, f"question {q.name}", registry)
    return [
        f"{place} gives away the answer to question {question.name}."
        for question in lesson.questions for place, specs in shown.items() if question.answer in specs
    ]  # fmt: skip
