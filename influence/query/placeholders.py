"""Numbers that a text asks for in braces: {balance KOR 2016}, {share CHN KOR 2016 trade}, {weight trade}.

A placeholder is a measure and its arguments in their order. {relies KOR 2016} writes on which pole a state relies more,
{name KOR} the name of a state or group.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from influence.errors import InfluenceError, suggest
from influence.query.language import MEASURES, Query, make_query, reader_of, value_of
from influence.query.units import value_text
from influence.record_fields import word
from influence.records import Where
from influence.state_fields import POLE
from influence.statements.balance import relies_with_balance
from influence.study import Study

PLACEHOLDER = re.compile(r"\{(\w+)((?: [\w.-]+)*)\}")
RELIES, NAME = "relies", "name"
Check = Callable[[Query, Where], None]
Words = Mapping[str, Callable[[str], str]]
"""Name of a placeholder that is no measure -> function that gives its text from its arguments, or raises an error."""


def fill_text(
    text: str, study: Study, where: Where, *, words: Words | None = None, check: Check = lambda *_: None
) -> str:
    """The text with a value in place of each placeholder.

    words : further placeholders. check : raises the error of a query that is not allowed here.

    Raises
    ------
    where.error : a placeholder that is not known or has no value; with its place.
    """
    return PLACEHOLDER.sub(lambda found: _filled(found, study, where, words or {}, check), text)


def queries_in(text: str, study: Study, where: Where, *, words: Words) -> list[Query]:
    """The queries of the placeholders of a text.

    Raises
    ------
    where.error : see fill_text.
    """
    found = [one for one in PLACEHOLDER.finditer(text) if one[1] not in (*words, RELIES, NAME)]
    return [read_placeholder(one, where, study.panel.layer_names) for one in found]


def _filled(found: re.Match[str], study: Study, where: Where, words: Words, check: Check) -> str:
    place = where.at(found[0])
    if found[1] == NAME:
        return study.registry.pole_label(POLE.read(found[2].strip(), place))
    query = None if found[1] in words else read_placeholder(found, where, study.panel.layer_names)
    if query:
        check(query, place)
    try:
        value = value_of(study, query) if query else words[found[1]](found[2].strip())
    except InfluenceError as err:
        raise where.error(f"{place.text}: {err}") from err
    if isinstance(value, float) and math.isnan(value):
        raise where.error(f"{place.text} has no value: too little was observed, or it is a pole.")
    if found[1] == RELIES:
        return relies_with_balance(float(value), *study.labels[:2])
    return value_text(value, query.unit if query else "", study.registry)


def read_placeholder(found: re.Match[str], where: Where, layers: Sequence[str]) -> Query:
    """The query of a placeholder. layers : those it may name.

    Raises
    ------
    where.error : an unknown measure, too few or too many arguments, an argument of another kind.
    """
    name = "balance" if found[1] == RELIES else found[1]
    place = where.at(found[0])
    allowed = [each for each, one in MEASURES.items() if not {"query", "query_without_year"} & {*one.kinds.values()}]
    if name not in allowed:
        near = suggest(name, allowed)
        raise where.error(f"{place.text} is not known.{near} Write one of: {RELIES}, {NAME}, {', '.join(allowed)}.")
    kinds = {key: kind for key, kind in MEASURES[name].kinds.items() if kind != "weights"}
    given, least = found[2].split(), len(kinds.keys() - MEASURES[name].defaults.keys())
    if not least <= len(given) <= len(kinds):
        raise where.error(f"{place.text} cannot be read; write {{{name} {' '.join(kinds).upper()}}}.")
    readers = {key: word(*layers) if kind == "layer" else reader_of(kind) for key, kind in kinds.items()}
    return make_query(
        name, {key: readers[key].read(one, place.at(key)) for key, one in zip(readers, given, strict=False)}
    )
