"""The table of measures: what a function becomes, how queries are read, and what they give."""

from __future__ import annotations

import pytest

from influence.errors import LessonError, QueryError
from influence.query import MEASURES, Measure, Query, make_query, measure, read_query, value_of
from influence.query.language import reader_of
from influence.query.units import UNITS
from influence.records import Where
from influence.study import Study
from tests.pencil import pencil_panel

HERE = {"state": "CCC", "year": 2016}
WHERE = Where("question 1", LessonError)


@pytest.fixture(scope="module")
def study():
    return Study(pencil_panel(), poles=("AAA", "BBB"))


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_a_unit_a_description_and_readers(name):
    found = MEASURES[name]
    assert found.unit in (*UNITS, "state", "outcome", "of")
    assert (found.unit == "outcome") == bool(found.outcomes)
    assert found.description.endswith(".")
    assert all(reader_of(kind).allowed for kind in found.kinds.values())


def test_the_parameters_of_a_function_are_the_arguments():
    table: dict[str, Measure] = {}

    @measure("share", table=table, title="A title", files={"path": "data.csv"}, whom="state")
    def example(study: Study, whom: str, from_: int, layer: str = "trade", *, path: str) -> float:
        """What it
        gives.

        More for programmers.
        """
        return 0.5

    found = table["example"]
    assert found == Measure(
        example, "share", "What it gives.", {"whom": "state", "from": "from", "layer": "layer"}, {"layer": "trade"},
        (), "A title", {"path": "data.csv"},
    )  # fmt: skip
    assert "example" not in MEASURES


def test_queries_that_ask_the_same_are_equal():
    usual = make_query("share", {"partner": "AAA", **HERE})
    assert make_query("share", {"partner": "AAA", **HERE, "layer": "trade"}) == usual
    assert usual.replace(layer="alliance") != usual
    assert usual.replace(layer="alliance").replace(layer="trade") == usual


def test_a_query_is_read_strictly():
    found = read_query({"share": {"partner": "China", "state": "Korea", "year": "2016", "layer": "trade"}}, WHERE)
    assert found == Query("share", {"partner": "CHN", "state": "KOR", "year": 2016})
    change = read_query({"change": {"of": {"balance": {"state": "KOR"}}, "from": 2011, "to": 2016}}, WHERE)
    assert change.unit == "balance"
    assert change.arguments["of"] == Query("balance", {"state": "KOR"})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"balanc": {}}, "question 1: 'balanc' is not known. Did you mean balance"),
        ({"balance": {"state": "KOR"}}, "question 1: balance lacks year"),
        ({"total": {"state": "KOR", "year": 2016, "flow": "both"}}, "total: flow must be one of exports, imports"),
        ({"change": {"of": {"balance": {"state": "KOR", "year": 2016}}, "from": 2011, "to": 2016}}, "'year' is not"),
        ({"effect": {"of": 3, "scenario": "korus_ended"}}, "effect: of must be one measure with its arguments"),
        (0.5, "must be one measure with its arguments"),
    ],
)
def test_a_query_that_cannot_be_read(given, message):
    with pytest.raises(LessonError) as raised:
        read_query(given, WHERE)
    assert message in str(raised.value)


def test_shares_and_concentration_by_hand(study):
    """CCC trades 90: 20 with AAA, 30 with BBB, 40 with DDD."""
    assert value_of(study, make_query("share", {"partner": "BBB", **HERE})) == pytest.approx(30 / 90)
    squares = (20**2 + 30**2 + 40**2) / 90**2
    assert value_of(study, make_query("concentration", HERE)) == pytest.approx(squares)
    assert value_of(study, make_query("balance", {**HERE, "layer": "trade"})) == pytest.approx((20 - 30) / 50)


def test_a_word_cannot_be_subtracted(study):
    leader = make_query("leader", {"state": "CCC"})
    with pytest.raises(QueryError, match="leader gives a word; name a measure that gives a number"):
        value_of(study, Query("change", {"of": leader, "from": 2016, "to": 2016}))


def test_a_layer_without_weight_has_no_threshold(study):
    with pytest.raises(QueryError, match="the troops layer has no weight"):
        value_of(study, make_query("threshold", {"layer": "troops", **HERE}))
