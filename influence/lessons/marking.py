"""Marking: is an answer right, and if not, what the mistake probably was."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from influence.errors import InfluenceError
from influence.lessons.model import Lesson, Question
from influence.query import MEASURES, Query, value_of
from influence.query.units import number_text, value_text
from influence.specs import LAYERS
from influence.statements.numbers import signed
from influence.states import Registry
from influence.study import Study

NEAR = 5.0
"""An answer within this number of tolerances is near: rounded on the way, or a figure misread."""
SIZES = {"trillion": 1e12, "tn": 1e12, "billion": 1e9, "bn": 1e9, "million": 1e6, "mn": 1e6, "thousand": 1e3}
NUMBER = re.compile(r"([+-]?(?:\d[\d.,']*|[.,]\d+)(?:[eE][+-]?\d+)?)\s*(%|per ?cent|[a-z]+)?\.?")
SLIPS = ("That is in ", "That is a hundredth", "Check the zeros")
BASES = {"two_way": "both ways", "exports": "exports alone", "imports": "imports alone"}
WRITE = {
    "share": "a share like 0.25, or 25 %", "weight": "a weight like 0.25", "index": "a number like 0.25",
    "balance": "a number from -1 to 1, like -0.25", "dollars": "dollars, like 120000000000 or 120 billion",
    "capability": "dollars, like 120000000000 or 120 billion", "year": "a year", "count": "a number",
    "state": "a state's name or code", "outcome": "a letter or a word of the options", "text": "in your own words",
}  # fmt: skip
"""How an answer is written, by its unit."""
SWAPS = (("partner", "state"), ("pole", "state"), ("exporter", "importer"))


class Mark(NamedTuple):
    """verdict : right, wrong, missing or to be read. hint : a hint or the likely mistake; empty where it is right."""

    question: str
    given: str
    verdict: str
    hint: str


def mark(question: Question, given: str, study: Study) -> Mark:
    """One answer against the computed one; a text is left to the teacher.

    Raises
    ------
    LessonError, StateError, YearError, ScenarioError : see the measure of the question.
    """
    text = given.strip()
    if question.answer is None:
        return Mark(question.name, text, "to be read", "")
    if not text:
        return Mark(question.name, "", "missing", "")
    value = value_of(study, question.answer)
    hint = _number_text(question, text, float(value), study) if not isinstance(value, str) else (
        _state_text(text, value, study.registry) if question.kind == "state" else _choice_text(question, text, value)
    )  # fmt: skip
    if hint is None:
        return Mark(question.name, text, "right", "")
    return Mark(question.name, text, "wrong", hint or " ".join(question.hints))


def mark_all(lesson: Lesson, answers: dict[str, str], study: Study) -> list[Mark]:
    """Every question of the lesson, in order; those that were not answered are missing."""
    return [mark(question, answers.get(question.name, ""), study) for question in lesson.questions]


def _state_text(text: str, value: str, registry: Registry) -> str | None:
    """None where right, what is wrong where more than the state is, '' where the hint is all there is to say."""
    try:
        code = registry.resolve(text)
    except InfluenceError as err:
        return str(err)
    return None if code == value else ""


def _choice_text(question: Question, text: str, value: str) -> str | None:
    """The outcome's word, its letter (a, b, c by the order of the options) or its text."""
    keys, plain = list(question.options), text.casefold().rstrip(".)")
    letters = {chr(ord("a") + i): key for i, key in enumerate(keys)}
    texts = {label.casefold().rstrip("."): key for key, label in question.options.items()}
    words = texts | letters | {key: key for key in keys}
    chosen = words.get(plain)
    if chosen is None:
        return f"{text!r} is none of the options: {', '.join(f'{letter} ({key})' for letter, key in letters.items())}."
    return None if chosen == value else ""


# ---- numbers -------------------------------------------------------------------------------------------------------


def read_number(text: str, unit: str) -> float:
    """A number as people write it: '0.233', '0,233', '23.3 %', '124.3 billion', '1,234,567'; NaN where it is none.

    A single comma is a decimal one, but in front of exactly three digits of an amount of dollars.
    """
    found = NUMBER.fullmatch(text.strip().replace("−", "-").replace("\u00a0", " ").casefold().removeprefix("$").strip())
    if not found:
        return math.nan
    digits, word = found[1].replace("'", ""), found[2] or ""
    scale = 0.01 if word in ("%", "percent", "per cent") else SIZES.get(word, 1.0)
    if word and scale == 1.0 and word not in ("dollars", "usd", "us"):
        return math.nan
    thousands = unit in ("dollars", "capability") and re.search(r",\d{3}$", digits) and scale == 1.0
    if "." in digits and "," in digits:
        # The mark that comes last is the decimal one: 1.234,5 and 1,234.5.
        last = max(digits.rfind("."), digits.rfind(","))
        digits = re.sub("[.,]", "", digits[:last]) + "." + digits[last + 1 :]
    elif thousands or re.fullmatch(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+", digits):
        digits = re.sub("[.,]", "", digits)
    try:
        return float(digits.replace(",", ".")) * scale
    except ValueError:
        return math.nan


def within(question: Question, given: float, value: float, times: float = 1.0) -> bool:
    """Whether a number is as near to a value as the question's tolerance allows."""
    allowed = question.tolerance * (abs(value) if question.unit in ("dollars", "capability") else 1.0)
    return abs(given - value) <= times * allowed + 1e-9 * max(1.0, abs(value))


def _number_text(question: Question, text: str, value: float, study: Study) -> str | None:
    given = read_number(text, question.unit)
    if math.isnan(given):
        return f"{text!r} is not a number; write {WRITE[question.unit]}."
    if math.isnan(value):
        return "there is no value here: say so in words."
    if within(question, given, value):
        return None
    for words, other in mistakes(question, value, study):
        # A slip of the point keeps the digits: it is as near as the answer would be; of dollars a tolerance is a part.
        slip = value and words.startswith(SLIPS) and question.unit in ("share", "weight")
        scale = abs(other / value) if slip else 1.0
        if within(question, given, other, scale) and not within(question, other, value, 2.0):
            return words
    if within(question, given, value, NEAR):
        return "Close: a figure was rounded on the way, or misread; keep four digits until the end."
    return ""


def mistakes(question: Question, value: float, study: Study) -> Iterator[tuple[str, float]]:
    """What students do instead, in a sentence, and the number that comes of it; the likeliest first."""
    query, unit = question.answer, question.unit
    assert query is not None
    if unit in ("share", "weight"):
        yield "That is in per cent: write a share from 0 to 1, or put the sign % behind it.", 100 * value
        yield "That is a hundredth of it: the figure is already a share, not in per cent.", value / 100
    if unit == "balance":
        first, second = (study.registry.pole_label(pole) for pole in study.poles[:2])
        yield f"The sign is turned: above zero is more reliance on {first}, below zero on {second}.", -value
    if unit in ("dollars", "capability"):
        for zeros, word in ((3, "thousands"), (6, "millions"), (9, "billions"), (12, "trillions")):
            yield f"That is in {word}: dollars are asked for (or write the word behind it).", value / 10**zeros
            yield f"Check the zeros: the figure is not in {word}.", value * 10**zeros
    for words, other in _other_arguments(query):
        try:
            found = value_of(study, other)
        except (InfluenceError, KeyError):
            continue
        if isinstance(found, float) and not math.isnan(found):
            yield words, found
    if unit == "share":
        yield "That is what is left to 1: the other part is asked for.", 1 - value


def _other_arguments(query: Query) -> Iterator[tuple[str, Query]]:
    """The same measure of something else: the other way round, another year, base or layer."""
    a, name = query.arguments, query.measure
    for one, other in SWAPS:
        if one in a and other in a:
            swapped = query.replace(**{one: a[other], other: a[one]})
            yield "The direction is reversed: check whose reliance it is, and on whom.", swapped
    if "flow" in a:
        flow = "imports" if a["flow"] == "exports" else "exports"
        yield f"That is the total of {flow}.", query.replace(flow=flow)
    if name == "share" and "layer" not in a:
        for base, words in BASES.items():
            if base != a.get("base", "two_way"):
                yield f"That is the share by {words}.", query.replace(base=base)
    if name in ("pull", "balance") and "layer" not in a and "weights" not in a:
        for layer in LAYERS:
            yield f"That is the {layer} layer alone, without its weight.", query.replace(layer=layer)
    if "year" in a:
        for year in (a["year"] - 1, a["year"] + 1):
            yield f"That is the number of {year}.", query.replace(year=year)


# ---- for the teacher -----------------------------------------------------------------------------------------------


def format_answer(question: Question, study: Study) -> str:
    """The answer in words, a number as it is to be written: '0.2330 (23.3 %)'.

    Raises
    ------
    LessonError, StateError, YearError, ScenarioError : see the measure of the question.
    """
    if question.answer is None:
        return "read by the teacher"
    value = value_of(study, question.answer)
    if isinstance(value, str):
        return question.options.get(value, value_text(value, question.unit, study.registry))
    text = number_text(value, question.unit)
    if math.isnan(value):
        return text
    if question.unit == "share":
        return f"{value:.4f} ({text})"
    return f"{signed(value)[:1] if value < 0 else '+'}{abs(value):.4f}" if question.unit == "balance" else text


def describe_mark(question: Question) -> str:
    """How the answer is computed, for the teacher."""
    if question.answer is None:
        return ""
    queries = [question.answer, *(value for value in question.answer.arguments.values() if isinstance(value, Query))]
    return " ".join(dict.fromkeys(MEASURES[query.measure].description for query in queries))
