"""Values in words, and the numbers that a lesson's texts ask for in braces.

{balance KOR 2016} and {share CHN KOR 2016 trade}: a measure and its arguments in the order of measures.MEASURES;
{relies KOR 2016} says on which pole a state relies more, {weight trade} a weight, {name KOR} a state's name; in
the teacher's notes {answer ID} is the answer to a question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from influence.errors import InfluenceError, LessonError, suggest
from influence.lessons.fields import read_field
from influence.lessons.measures import MEASURES, Spec, plain_spec, unit_of, value_of
from influence.statements.balance import relies_with_balance
from influence.statements.numbers import percent, signed
from influence.states import Registry
from influence.study import Study

ASKED = re.compile(r"\{(\w+)((?: [\w.-]+)*)\}")


def value_text(value: float | str, unit: str, registry: Registry) -> str:
    """A value for people: '23.3 %', '−0.40', '211.4 billion US dollars', 'South Korea'."""
    if isinstance(value, str):
        return registry.pole_label(value) if unit == "state" else value
    return format_value(value, unit)


def format_value(value: float, unit: str) -> str:
    """A number for people: '23.3 %', '−0.40', '211.4 billion US dollars'."""
    if math.isnan(value):
        return "no value"
    if unit == "share":
        return percent(value)
    if unit == "balance":
        return signed(value)
    if unit == "weight":
        return f"{value:.3g}"
    if unit in ("dollars", "capability"):
        return format_size(value)
    return f"{value:.0f}"


def format_size(value: float) -> str:
    """US dollars in four digits, so that shares of them come out, or a capability that is a share of the world's."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:,.{max(0, 3 - int(math.log10(abs(value / size))))}f} {word} US dollars"
    return f"{value:,.0f} US dollars" if abs(value) >= 10 or value == 0 else f"{value:.4f}"


def fill_text(text: str, study: Study, place: str, answers: Mapping[str, str] | None = None) -> str:
    """A text with every number it asks for in its place.

    answers : told answer by question, for the teacher's notes; None for what students read.

    Raises
    ------
    LessonError : what is asked for is not known, or has no value; with its place.
    """
    return ASKED.sub(lambda found: _told(found, study, place, answers), text)


def asked_specs(text: str, place: str, registry: Registry) -> list[Spec]:
    """The measures that a text asks for, of the states of a registry.

    Raises
    ------
    LessonError : see fill_text.
    """
    return [
        spec_of(found, place, registry)
        for found in ASKED.finditer(text)
        if found[1] not in ("answer", "relies", "name")
    ]


def _told(found: re.Match[str], study: Study, place: str, answers: Mapping[str, str] | None) -> str:
    words = found[2].split()
    if found[1] == "answer":
        if answers is None or found[2].strip() not in answers:
            raise LessonError(f"{place}: {found[0]} is no answer that can be told here.")
        return answers[found[2].strip()]
    if found[1] == "name":
        registry = study.registry
        return registry.pole_label(read_field("pole", " ".join(words), f"{place}: {found[0]}", registry))
    spec = spec_of(found, place, study.registry)
    try:
        value = value_of(study, spec)
    except InfluenceError as err:
        raise LessonError(f"{place}: {found[0]}: {err}") from err
    if isinstance(value, float) and math.isnan(value):
        raise LessonError(f"{place}: {found[0]} has no value: too little was observed, or it is a pole.")
    if found[1] == "relies":
        return relies_with_balance(float(value), *(study.registry.pole_label(pole) for pole in study.pair))
    return value_text(value, unit_of(spec), study.registry)


def spec_of(found: re.Match[str], place: str, registry: Registry) -> Spec:
    """The measure that braces ask for, its arguments by their order.

    Raises
    ------
    LessonError : an unknown measure, too few or too many arguments, one that is not known.
    """
    name = "balance" if found[1] == "relies" else found[1]
    plain = [n for n, m in MEASURES.items() if "measure" not in m.fields.values()]
    if name not in plain:
        near = suggest(name, plain)
        raise LessonError(f"{place}: {found[0]} is not known.{near} Write one of: relies, {', '.join(plain)}.")
    measure, words = MEASURES[name], found[2].split()
    kinds = {**measure.fields, **{k: v for k, v in measure.optional.items() if v != "weights"}}
    if not len(measure.fields) <= len(words) <= len(kinds):
        raise LessonError(f"{place}: {found[0]} cannot be read; write {{{name} {' '.join(kinds).upper()}}}.")
    where = f"{place}: {found[0]}"
    read = {key: read_field(kinds[key], word, where, registry) for key, word in zip(kinds, words, strict=False)}
    return plain_spec(name, read)
