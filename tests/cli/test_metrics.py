"""`influence metrics`: what is measured and how, and its values."""

from __future__ import annotations

import json

import pytest

import influence as inf
from influence.metrics import centrality
from influence.metrics.catalogue import all_metrics
from influence.schema import RESULT_COLUMNS, names
from tests.cli.calls import call, ended, refusal


def test_every_metric_is_listed_with_its_range_and_formula():
    text = call("metrics", "list").stdout
    for metric in all_metrics().values():
        assert f"{metric.name} " in text
        assert metric.formula in text
    assert "networkx:harmonic_centrality" in text


def test_the_list_for_scripts():
    printed = json.loads(call("metrics", "list", "--json").stdout)
    assert [record["name"] for record in printed] == list(all_metrics())
    assert set(printed[0]) == {"name", "family", "formula", "unit", "range", "source", "rests_on"}


def test_show_prints_formula_unit_range_and_source():
    text = call("metrics", "show", "pull_network").stdout
    for word in ("formula", "unit", "range", "source", "W_pv + alpha", "equation 7"):
        assert word in text
    record = json.loads(call("metrics", "show", "pull_network", "--json").stdout)
    assert [r["name"] for r in record] == ["pull_network"]


def test_values_of_states_are_those_of_the_function():
    printed = json.loads(call("metrics", "values", "cheirank", "KOR", "Japan", "--years", "2016", "--json").stdout)
    assert [list(record) for record in printed] == [names(RESULT_COLUMNS)] * 2
    ties = inf.build_ties(inf.load_panel())
    theirs = centrality.cheirank(ties).sel(year=2016)
    assert {r["iso3"]: r["value"] for r in printed} == {
        code: pytest.approx(float(theirs.sel(target=code))) for code in ("KOR", "JPN")
    }


def test_without_states_the_highest_are_shown():
    text = call("metrics", "values", "cheirank", "--years", "2016", "--top", "3").stdout
    assert [line.split()[1] for line in text.splitlines()[1:4]] == ["USA", "CHN", "DEU"]


def test_values_of_a_pole_metric_have_their_pole():
    printed = json.loads(call("metrics", "values", "asymmetry", "KOR", "--years", "2016", "--json").stdout)
    assert {r["pole"] for r in printed} == {"CHN", "USA"}


def test_any_centrality_of_networkx():
    printed = json.loads(
        call("metrics", "values", "networkx:out_degree_centrality", "KOR", "--years", "2016", "--json").stdout
    )
    assert [(r["metric"], r["iso3"]) for r in printed] == [("out_degree_centrality", "KOR")]
    assert 0 < printed[0]["value"] <= 1


def test_a_year_mostly_unseen_has_no_value_and_says_so():
    printed = json.loads(call("metrics", "values", "cheirank", "USA", "--years", "2022", "--json").stdout)
    assert [r["value"] for r in printed] == [None]
    assert "missing" in printed[0]["flag"]
    assert printed[0]["coverage"] < 0.5


def test_trends_in_words_and_as_records():
    trade = ("--weights", "trade=1,alliance=0,agreement=0")
    text = call("metrics", "trends", "pull_balance", "KOR", *trade).stdout
    assert "CHN-USA 2000-2020: +0.0278 a year" in text
    assert "CHN-USA 2004: the sign changes, -0.024 to +0.054, and stays changed (observed to 2023)" in text
    printed = json.loads(call("metrics", "trends", "pull_balance", "KOR", *trade, "--json").stdout)
    assert set(printed) == {"slopes", "crossings", "turning_points"}
    assert [record["year"] for record in printed["crossings"]] == [2004]
    assert {record["iso3"] for records in printed.values() for record in records} == {"KOR"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "pagerankk"), "there is no metric 'pagerankk'. Did you mean pagerank"),
        (("values", "nothing"), "there is no metric 'nothing'."),
        (("values", "networkx:nothing"), "networkx has no centrality 'nothing'."),
        (("values", "cheirank", "Atlantis"), "Atlantis"),
        (("values", "cheirank", "--years", "1066"), "year 1066 is not in the panel"),
        (("values", "cheirank", "--json", "--csv"), "--json and --csv exclude each other"),
        (("values", "cheirank", "--top", "0"), "'--top'"),
        (("trends", "pull_balance"), "STATES"),
        (("trends", "nothing", "KOR"), "there is no metric 'nothing'."),
        (("lst",), "lst"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_sentence(arguments, message):
    assert message in refusal(ended("metrics", *arguments))


def test_a_year_without_any_value_says_so():
    printed = call("metrics", "values", "pagerank", "--years", "2021").stdout
    assert printed.startswith("No state has a value of pagerank in 2021: too little was observed.\n")
