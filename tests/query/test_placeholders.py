"""Placeholders in texts: numbers, states and words in their place, and every fault with its place."""

from __future__ import annotations

import pytest

from influence.errors import QueryError, TourError
from influence.query import Query
from influence.query.placeholders import fill_text, queries_in
from influence.records import Where
from influence.study import Study
from tests.pencil import pencil_panel

PLACE = Where("step 1", TourError)


@pytest.fixture(scope="module")
def study():
    return Study(pencil_panel(), poles=("AAA", "BBB"))


@pytest.fixture(scope="module")
def where(study):
    return PLACE._replace(registry=study.registry)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{share AAA CCC 2016}", "22.2 %"),
        ("{balance CCC 2016 trade}", "−0.20"),
        ("{exports AAA BBB 2016}", "30 US dollars"),
        ("{weight alliance}", "0.3"),
        ("{largest_partner CCC 2016}", "Delta"),
        ("{name CCC} {relies CCC 2016 trade}.", "Gamma relies more on Beta than on Alpha (−0.20)."),
        ("{word a b}", "A B"),
        ("{} { x }", "{} { x }"),
    ],
)
def test_values_in_place_of_placeholders(study, where, text, filled):
    assert fill_text(text, study, where, words={"word": str.upper}) == filled


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{blance CCC 2016}", "step 1: {blance CCC 2016} is not known. Did you mean balance"),
        ("{balance CCC}", "cannot be read; write {balance STATE YEAR LAYER}"),
        ("{balance CCC 2016 love}", "{balance CCC 2016 love}: layer must be one of trade"),
        ("{balance CCC soon}", "year must be a year from 1900 to 2100, not 'soon'"),
        ("{balance CCC 2017}", "has no value: too little was observed"),
        ("{balance CCC 1990}", "year 1990 is not in the panel"),
        ("{change CCC 2016}", "is not known"),
        ("{name XXX}", "{name XXX}: pole 'XXX' is not known"),
    ],
)
def test_faults_have_their_place(study, where, text, message):
    with pytest.raises(TourError) as raised:
        fill_text(text, study, where)
    assert message in str(raised.value)
    assert str(raised.value).startswith("step 1: {")


def test_words_and_queries_may_be_refused(study, where):
    def refuse(text: str) -> str:
        raise QueryError(f"no word {text!r}")

    def check(query: Query, place: Where) -> None:
        raise place.fault("is not on this page.")

    with pytest.raises(TourError, match=r"step 1: \{word x\}: no word 'x'"):
        fill_text("{word x}", study, where, words={"word": refuse})
    with pytest.raises(TourError, match=r"step 1: \{balance CCC 2016\} is not on this page"):
        fill_text("{balance CCC 2016}", study, where, check=check)


def test_the_queries_of_a_text(study, where):
    text = "{relies CCC 2016} {word x} {name CCC} {share AAA CCC 2016 trade}"
    expected = [Query("share", {"partner": "AAA", "state": "CCC", "year": 2016})]
    assert queries_in(text, study, where, words={"word": str}) == expected
