"""Reading a lesson: every key, question and measure is checked, and what is wrong is told with its question."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from influence.errors import InfluenceError, LessonError, suggest
from influence.lessons.fields import read_field
from influence.lessons.measures import MEASURES, Spec, plain_spec, unit_of
from influence.lessons.model import Lesson, Question, Row
from influence.states import pole_name, resolve_state

KINDS = ("number", "state", "choice", "text")
TOLERANCE = {
    "share": 0.005,
    "weight": 0.01,
    "balance": 0.005,
    "dollars": 0.01,
    "capability": 0.01,
    "year": 0.0,
    "count": 0.0,
}
"""How far off an answer may be: of dollars and capability as a part of the value, else in the unit itself."""
KEYS = ("title", "level", "minutes", "aims", "poles", "states", "years", "table", "questions", "views", "files")
NEEDED = ("title", "level", "minutes", "aims", "states", "years", "questions")
QUESTION_KEYS = ("id", "text", "kind", "answer", "tolerance", "options", "hints", "look_for", "lines")
MOST_QUESTIONS = 30


def parse_lesson(content: Any, place: str, *, folder: Path, text: str, notes: str) -> Lesson:
    """A checked lesson from the content of its lesson.yaml and its two texts.

    Raises
    ------
    LessonError : an unknown or absent key, measure, state, group or scenario; an answer that is typed; with the
    question and what is allowed.
    """
    given = _keys(content, KEYS, NEEDED, place)
    poles = given.get("poles")
    states = [_try(resolve_state, state, f"{place}: states") for state in _listed(given["states"], f"{place}: states")]
    questions = _listed(given["questions"], f"{place}: questions")
    if len(questions) > MOST_QUESTIONS:
        raise LessonError(f"{place} asks {len(questions)} questions; at most {MOST_QUESTIONS} fit a lesson.")
    asked = tuple(_question(item, f"{place}, question {i}") for i, item in enumerate(questions, 1))
    names = [question.name for question in asked]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise LessonError(f"{place}: two questions are called {twice[0]!r}; give each an id of its own.")
    return Lesson(
        name=folder.name, folder=folder, title=_text(given["title"], f"{place}: title", 120),
        level=_text(given["level"], f"{place}: level", 200), minutes=_count(given["minutes"], f"{place}: minutes", 600),
        aims=tuple(_text(aim, f"{place}: aims", 300) for aim in _listed(given["aims"], f"{place}: aims")),
        poles=None if poles is None else _poles(poles, f"{place}: poles"), states=tuple(dict.fromkeys(states)),
        years=tuple(read_field("year", y, f"{place}: years") for y in _listed(given["years"], f"{place}: years")),
        table=tuple(_row(r, f"{place}, table, line {i}") for i, r in enumerate(given.get("table") or [], 1)),
        questions=asked, views=tuple(_view(v, f"{place}, view {i}") for i, v in enumerate(given.get("views") or [], 1)),
        files=tuple(_file(name, folder, place) for name in given.get("files") or []), text=text, notes=notes,
    )  # fmt: skip


def _poles(value: Any, place: str) -> tuple[str, ...]:
    listed = tuple(_try(pole_name, pole, place) for pole in _listed(value, place))
    if len(set(listed)) != len(listed) or len(listed) < 2:
        raise LessonError(f"{place} must be two or more states or groups, each once.")
    return listed


def _question(item: Any, place: str) -> Question:
    given = _keys(item, QUESTION_KEYS, ("id", "text", "kind"), place)
    name = str(given["id"])
    if not name.replace("_", "").isalnum() or not name.isascii():
        raise LessonError(f"{place}: id must be letters, digits and underscores, not {name[:40]!r}.")
    place = f"{place} ({name})"
    if given["kind"] not in KINDS:
        raise LessonError(f"{place}: kind must be one of {', '.join(KINDS)}, not {str(given['kind'])[:40]!r}.")
    answer = None
    if given["kind"] == "text":
        if given.get("answer") is not None:
            raise LessonError(f"{place}: a text is read by the teacher; say in look_for what it should hold.")
    else:
        answer = parse_spec(given.get("answer"), f"{place}: answer")
        _fits(answer, given["kind"], place)
    return Question(
        name=name, text=_text(given["text"], f"{place}: text", 1000), kind=given["kind"], answer=answer,
        tolerance=_tolerance(given.get("tolerance"), answer, place),
        options=_options(given.get("options"), given["kind"], answer, place),
        hints=_texts(given.get("hints"), f"{place}: hints"),
        look_for=_texts(given.get("look_for"), f"{place}: look_for"),
        lines=_count(given.get("lines", 2), f"{place}: lines", 40),
    )  # fmt: skip


def _fits(answer: Spec, kind: str, place: str) -> None:
    unit = unit_of(answer)
    fits = {"state": kind == "state", "outcome": kind == "choice"}.get(unit, kind == "number")
    if not fits:
        wanted = {"state": "state", "outcome": "choice"}.get(unit, "number")
        raise LessonError(f"{place}: {answer.measure} gives a {wanted}, so the kind must be {wanted} and not {kind}.")


def parse_spec(given: Any, place: str, *, no_year: bool = False) -> Spec:
    """A measure with its arguments from {measure: {argument: value}}.

    no_year : leave the year out, as a change does, which gives two.

    Raises
    ------
    LessonError : not of that form (an answer is computed, never typed), an unknown measure or argument, one that lacks.
    """
    if not isinstance(given, Mapping) or len(given) != 1:
        raise LessonError(
            f"{place} must name one measure with its arguments, e.g. {{balance: {{state: KOR, year: 2016}}}}; answers "
            f"are computed, not typed."
        )
    ((name, arguments),) = given.items()
    if name not in MEASURES:
        near = suggest(str(name), list(MEASURES))
        raise LessonError(f"{place}: there is no measure {str(name)[:40]!r}.{near} Measures: {', '.join(MEASURES)}.")
    fields = {k: v for k, v in MEASURES[name].fields.items() if not (no_year and k == "year")}
    allowed = {**fields, **MEASURES[name].optional}
    if not isinstance(arguments, Mapping):
        raise LessonError(f"{place}: {name} needs {', '.join(fields)}.")
    unknown = [str(key) for key in arguments if key not in allowed]
    if unknown:
        near = suggest(unknown[0], list(allowed))
        raise LessonError(f"{place}: {name} takes no {unknown[0]!r}.{near} It takes: {', '.join(allowed)}.")
    absent = [key for key in fields if key not in arguments]
    if absent:
        raise LessonError(f"{place}: {name} needs {', '.join(absent)} as well.")
    if "layer" in arguments and "weights" in arguments:
        raise LessonError(f"{place}: {name} takes a layer or weights, not both.")
    read = {
        key: parse_spec(value, f"{place}: {key}", no_year=name == "change") if allowed[key] == "measure"
        else read_field(allowed[key], value, f"{place}: {name}, {key}")
        for key, value in arguments.items()
    }  # fmt: skip
    return plain_spec(name, read)


def _tolerance(value: Any, answer: Spec | None, place: str) -> float:
    usual = TOLERANCE.get(unit_of(answer), 0.0) if answer else 0.0
    if value is None:
        return usual
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not good or not 0 <= value <= 1e6:
        raise LessonError(f"{place}: tolerance must be a number of 0 or more, not {str(value)[:40]!r}.")
    return float(value)


def _options(value: Any, kind: str, answer: Spec | None, place: str) -> dict[str, str]:
    if kind != "choice":
        if value is not None:
            raise LessonError(f"{place}: options are for a choice; leave them out.")
        return {}
    outcomes = MEASURES[answer.measure].outcomes if answer else ()
    # YAML reads an unquoted yes and no as true and false.
    named = {{True: "yes", False: "no"}.get(k, k): v for k, v in value.items()} if isinstance(value, dict) else {}
    if len(named) < 2 or not set(named) <= set(outcomes):
        raise LessonError(f"{place}: options must say two or more of {', '.join(outcomes)} in words.")
    return {str(key): _text(told, f"{place}: options", 200) for key, told in named.items()}


def _row(item: Any, place: str) -> Row:
    given = _keys(item, ("label", "value"), ("label", "value"), place)
    return Row(_text(given["label"], f"{place}: label", 200), parse_spec(given["value"], f"{place}: value"))


def _view(item: Any, place: str) -> dict[str, Any]:
    given = dict(_keys(item, ("title", "view"), ("title", "view"), place))
    return {"title": _text(given["title"], f"{place}: title", 200), "view": given["view"]}


def _file(name: Any, folder: Path, place: str) -> str:
    if not isinstance(name, str) or Path(name).name != name or not (folder / name).is_file():
        raise LessonError(f"{place}: files must name files of its folder, and {str(name)[:60]!r} is none.")
    return name


def _keys(content: Any, allowed: tuple[str, ...], needed: tuple[str, ...], place: str) -> Mapping[str, Any]:
    if not isinstance(content, Mapping):
        raise LessonError(f"{place} must hold {', '.join(needed)}, not a {type(content).__name__}.")
    unknown = [str(key) for key in content if key not in allowed]
    if unknown:
        near = suggest(unknown[0], list(allowed))
        raise LessonError(f"{place}: {unknown[0][:40]!r} is not known.{near} Allowed: {', '.join(allowed)}.")
    absent = [key for key in needed if content.get(key) is None]
    if absent:
        raise LessonError(f"{place} lacks {', '.join(absent)}.")
    return content


def _listed(value: Any, place: str) -> list[Any]:
    listed = value if isinstance(value, list) else [value]
    if not listed:
        raise LessonError(f"{place} must not be empty.")
    return listed


def _texts(value: Any, place: str) -> tuple[str, ...]:
    return tuple(_text(item, place, 600) for item in (_listed(value, place) if value is not None else []))


def _text(value: Any, place: str, most: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise LessonError(f"{place} must be text of at most {most} letters; put one with a colon in quotes.")
    return " ".join(value.split())


def _count(value: Any, place: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise LessonError(f"{place} must be a whole number from 1 to {most}, not {str(value)[:40]!r}.")
    return value


def _try(read: Any, value: Any, place: str) -> Any:
    try:
        return read(str(value))
    except InfluenceError as err:
        raise LessonError(f"{place}: {err}") from err
