"""Reading a lesson: every key, question and measure is checked, and each fault is reported with its question."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from influence.errors import LessonError
from influence.lessons.model import Lesson, Question, Row
from influence.query import MEASURES, Query, read_query
from influence.query.arguments import YEAR
from influence.query.language import QUERY
from influence.record_fields import ANYTHING, list_of, mapping_of, name, number, record, text, whole, word
from influence.records import Field, Fields, Reader, Where, check_unique, read_record
from influence.state_fields import POLE, STATES
from influence.states import Registry

KINDS = ("number", "state", "choice", "text")
TOLERANCE = {"share": 0.005, "weight": 0.01, "balance": 0.005, "dollars": 0.01, "capability": 0.01}
"""Allowed difference of an answer: of dollars and capability as a part of the value, else in the unit; else none."""
MOST_QUESTIONS = 30


def parse_lesson(
    content: Any, place: str, *, folder: Path, text: str, notes: str, registry: Registry | None = None
) -> Lesson:
    """A checked lesson from the content of its lesson.yaml and its two texts.

    Raises
    ------
    LessonError : an unknown or missing key, measure, state, group or scenario; an answer that is typed; with the
    question and what is allowed.
    """
    file = Reader("the name of a file of the lesson's folder", partial(_read_file, folder))
    where = Where(place, LessonError, registry)
    values = read_record(content, {**_LESSON, "files": Field(list_of(file, least=0), ())}, where)
    check_unique([question.name for question in values["questions"]], "question id", where)
    values["states"] = tuple(dict.fromkeys(values["states"]))
    return Lesson(name=folder.name, folder=folder, text=text, notes=notes, **values)


def _read_file(folder: Path, value: Any, where: Where) -> str:
    if not isinstance(value, str) or Path(value).name != value or not (folder / value).is_file():
        raise where.wrong(value, "the name of a file of the lesson's folder")
    return value


def _read_poles(value: Any, where: Where) -> tuple[str, ...]:
    poles: tuple[str, ...] = list_of(POLE, least=2).read(value, where)
    check_unique(poles, "pole", where)
    return poles


# ---- questions ---------------------------------------------------------------------------------------


def _read_question(item: Any, where: Where) -> Question:
    given = item.get("id") if isinstance(item, Mapping) else None
    if isinstance(given, (str, int)) and not isinstance(given, bool):
        item = {**item, "id": str(given)}
        where = where._replace(text=f"{where.text} ({str(given)[:60]})")
    values = read_record(item, _QUESTION, where)
    kind, answer = values["kind"], _read_answer(values["answer"], values["kind"], where)
    if values["tolerance"] is None:
        values["tolerance"] = TOLERANCE.get(answer.unit, 0.0) if answer else 0.0
    values["options"] = _read_options(values["options"], kind, answer, where)
    return Question(name=values.pop("id"), **values | {"answer": answer})


def _read_answer(given: Any, kind: str, where: Where) -> Query | None:
    if kind == "text":
        if given is not None:
            raise where.fault("has an answer, but a text is read by the teacher; use look_for.")
        return None
    answer = read_query(given, where.at("answer"))
    needed = {"state": "state", "outcome": "choice"}.get(answer.unit, "number")
    if kind != needed:
        raise where.at("kind").fault(f"must be {needed} and not {kind}: {answer.measure} gives a {needed}.")
    return answer


def _read_options(value: Any, kind: str, answer: Query | None, where: Where) -> dict[str, str]:
    if kind != "choice":
        if value is not None:
            raise where.fault("has options, which are for a choice; leave them out.")
        return {}
    outcomes = MEASURES[answer.measure].outcomes if answer else ()
    options: dict[str, str] = mapping_of(text(200), outcomes, least=2).read(value, where.at("options"))
    return options


_QUESTION: Fields = {
    "id": Field(name(r"[A-Za-z0-9_]+")),
    "text": Field(text(1000)),
    "kind": Field(word(*KINDS)),
    "answer": Field(ANYTHING, None),
    "tolerance": Field(number(0, 1e6), None),
    "options": Field(ANYTHING, None),
    "hints": Field(list_of(text(600)), ()),
    "look_for": Field(list_of(text(600)), ()),
    "lines": Field(whole(1, 40), 2),
}
_LESSON: Fields = {
    "title": Field(text(120)),
    "level": Field(text(200)),
    "minutes": Field(whole(1, 600)),
    "aims": Field(list_of(text(300))),
    "poles": Field(Reader("two or more states or groups", _read_poles), None),
    "states": Field(STATES),
    "years": Field(list_of(YEAR)),
    "table": Field(
        list_of(record({"label": Field(text(200)), "value": Field(QUERY)}, Row), noun="table line", single=False), ()
    ),
    "questions": Field(list_of(Reader("a question", _read_question), most=MOST_QUESTIONS, noun="question")),
    "views": Field(list_of(record({"title": Field(text(200)), "view": Field(ANYTHING)}), noun="view", least=0), ()),
}
