"""What a measure and a query are, how a query is read, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from inspect import Parameter, getdoc, signature
from keyword import iskeyword
from typing import Any, NamedTuple, TypeVar

from influence.query.arguments import READERS
from influence.records import REQUIRED, Field, Reader, Where, read_record, unknown_key
from influence.study import Study

F = TypeVar("F", bound=Callable[..., Any])
ONE_MEASURE = "one measure with its arguments, such as {balance: {state: KOR, year: 2016}}: it is computed, not typed"


class Measure(NamedTuple):
    """A function of a study and arguments.

    unit : a unit of units.UNITS, `state`, `outcome` (a word of `outcomes`), `of` (the unit of the argument `of`) or
    `labels` (several values, each under its label).
    description : what it gives and how it is computed, for readers.
    kinds : argument -> kind of arguments.READERS, `query` or `query_without_year`. defaults : of optional arguments.
    title : heading for readers, where it has one. files : parameter -> reference file that the function needs.
    """

    run: Callable[..., Any]
    unit: str
    description: str
    kinds: Mapping[str, str]
    defaults: Mapping[str, Any]
    outcomes: tuple[str, ...] = ()
    title: str = ""
    files: Mapping[str, str] = {}


MEASURES: dict[str, Measure] = {}
"""Name of a measure -> the measure."""


def measure(
    unit: str, *, table: dict[str, Measure] = MEASURES, outcomes: tuple[str, ...] = (), title: str = "",
    files: Mapping[str, str] = {}, **kinds: str,
) -> Callable[[F], F]:  # fmt: skip
    """Register a function as the measure of its name; its parameters after the study are the arguments.

    table : where it is registered. kinds : of arguments whose kind is not their name. The description is the first
    paragraph of the docstring. A name that Python reserves has an underscore at its end in the function.
    """

    def register(run: F) -> F:
        parameters = {p.name.rstrip("_"): p for p in list(signature(run).parameters.values())[1:]}
        arguments = {name: p for name, p in parameters.items() if name not in files}
        table[run.__name__] = Measure(
            run, unit, " ".join((getdoc(run) or "").split("\n\n")[0].split()),
            {name: kinds.get(name, name) for name in arguments},
            {name: p.default for name, p in arguments.items() if p.default is not Parameter.empty},
            outcomes, title, files,
        )  # fmt: skip
        return run

    return register


class Query(NamedTuple):
    """A measure with its arguments; an argument may be a query itself. Equal questions are equal queries."""

    measure: str
    arguments: Mapping[str, Any]

    def replace(self, **arguments: Any) -> Query:
        """The same with some other arguments."""
        return make_query(self.measure, {**self.arguments, **arguments})

    @property
    def unit(self) -> str:
        """Unit of the value; of a change or an effect that of what changes."""
        unit = MEASURES[self.measure].unit
        return self.arguments["of"].unit if unit == "of" else unit


def make_query(name: str, arguments: Mapping[str, Any]) -> Query:
    """A query without the arguments that have their default value."""
    defaults = MEASURES[name].defaults
    return Query(name, {key: value for key, value in arguments.items() if value != defaults.get(key)})


def value_of(study: Study, query: Query) -> float | str:
    """The value of a query: a number (NaN if missing), the ISO3 code of a state, or the word of an outcome.

    Raises
    ------
    StateError, YearError, ScenarioError, QueryError : see the function of the measure.
    """
    return run_measure(MEASURES[query.measure], study, query.arguments)


def run_measure(found: Measure, study: Study, arguments: Mapping[str, Any]) -> Any:
    """What the function of a measure returns."""
    return found.run(study, **{f"{key}_" if iskeyword(key) else key: value for key, value in arguments.items()})


# ---- reading -----------------------------------------------------------------------------------------


def read_query(given: Any, where: Where, *, without: Collection[str] = ()) -> Query:
    """A query from {measure: {argument: value}}. without : arguments that are left out.

    Raises
    ------
    where.error : an unknown measure or argument, a missing argument, a value of another kind.
    """
    if not isinstance(given, Mapping) or len(given) != 1:
        raise where.wrong(given, ONE_MEASURE)
    ((name, arguments),) = given.items()
    if name not in MEASURES:
        raise unknown_key(name, list(MEASURES), where)
    return make_query(name, read_arguments(MEASURES[name], arguments, where.at(name), without=without))


def read_arguments(found: Measure, given: Any, where: Where, *, without: Collection[str] = ()) -> dict[str, Any]:
    """The given arguments of a measure, by name.

    Raises
    ------
    where.error : see read_query; a layer and weights together.
    """
    fields = {
        name: Field(reader_of(kind), None if name in found.defaults else REQUIRED)
        for name, kind in found.kinds.items() if name not in without
    }  # fmt: skip
    values = {name: value for name, value in read_record(given, fields, where).items() if value is not None}
    if "layer" in values and "weights" in values:
        raise where.fault("takes a layer or weights, not both.")
    return values


QUERY = Reader(ONE_MEASURE, read_query)
_WITHOUT_YEAR = Reader(ONE_MEASURE, partial(read_query, without=("year",)))


def reader_of(kind: str) -> Reader:
    """The reader of a kind of argument."""
    return {"query": QUERY, "query_without_year": _WITHOUT_YEAR}.get(kind) or READERS[kind]
