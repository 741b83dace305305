"""`influence stability`: what is printed is what the Python route gives, and bad input is one sentence."""

from __future__ import annotations

import csv
import io
import json

import pytest

import influence as inf
from influence.errors import YearError
from influence.uncertainty.rank_stability import centrality_named, measure_of, rank_stability
from influence.uncertainty.stability import what_changes
from influence.uncertainty.variants import load_variants
from tests.cli.calls import call, ended, refusal


@pytest.fixture(scope="module")
def study():
    return inf.load_study(first_year=2018, last_year=2020)


@pytest.fixture
def stability(study, monkeypatch):
    """The command, on a study that is made once."""
    monkeypatch.setattr("influence.cli.settings.open_study", lambda config, folder, region: study)
    return lambda *arguments: call("stability", "--quiet", *arguments).stdout


def test_json_holds_the_tables_of_the_python_route(stability, study):
    printed = json.loads(stability("--year", "2020", "--states", "KOR,Japan", "--json"))
    found = what_changes(study, 2020, load_variants(), ["KOR", "JPN"])
    assert [row["variant"] for row in printed["variants"]] == found.variants["variant"].tolist()
    assert [row["note"] for row in printed["variants"]] == found.variants["note"].tolist()
    assert [row["iso3"] for row in printed["states"]] == found.states["iso3"].tolist()
    assert [row["after"] for row in printed["states"]] == pytest.approx(found.states["after"].tolist())


def test_the_sentences_say_who_changes_its_leader(stability):
    printed = stability("--year", "2020", "--variant", "pacts_not_carried")
    assert "The source of the alliance layer covers no year after 2018" in printed
    assert "The leading pole changes in 10 of 43 states with a balance" in printed
    assert "South Korea to China (-0.39 to +0.21)" in printed
    assert "differences of definition" in printed
    assert "taiwan_left_out" not in printed


def test_a_variant_that_changes_nothing_says_so(stability):
    printed = stability("--year", "2018", "--variant", "pacts_not_carried")
    assert "No effect: the source of the alliance layer covers 2018." in printed


def test_named_states_get_a_table(stability):
    printed = stability("--year", "2020", "--variant", "pacts_not_carried", "--states", "KOR,HKG")
    assert "KOR      -0.39  +0.21    +0.61  leader_changes;break" in printed
    assert "HKG    no data  +0.87  no data  missing_before" in printed
    assert "With a balance only now (1): Hong Kong." in printed


def test_csv_has_one_line_a_state(stability):
    printed = stability("--year", "2020", "--variant", "hong_kong_in_china", "--states", "KOR,SGP", "--csv")
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert [(row["variant"], row["iso3"], row["pole"]) for row in rows] == [
        ("hong_kong_in_china", "KOR", "CHN-USA"), ("hong_kong_in_china", "SGP", "CHN-USA"),
    ]  # fmt: skip
    assert all(float(row["change"]) > 0 for row in rows)


def test_places_by_a_centrality(stability, study):
    printed = json.loads(stability("--year", "2020", "--centrality", "katz", "--replicates", "5", "--json"))
    of_year = study.at(2020)
    measure = measure_of(centrality_named("katz"), of_year)
    found = rank_stability(of_year.ties, measure, 2020, replicates=5)
    assert [row["iso3"] for row in printed["states"]] == found.states["iso3"].tolist()
    assert [row["median"] for row in printed["ranking"]] == pytest.approx(found.whole["median"].tolist())
    shown = stability("--year", "2020", "--centrality", "katz", "--replicates", "5", "--states", "USA,TWN")
    assert "2020, katz: Spearman's rho" in shown
    assert "\nUSA    " in shown
    assert "\nCHN" not in shown


def test_blocs(stability):
    printed = stability("--year", "2020", "--blocs", "--replicates", "3")
    assert "mean similarity (Jaccard)" in printed
    assert "(CHN)" in printed
    assert "The 10 states that stay least often with their bloc:" in printed
    rows = json.loads(stability("--year", "2020", "--blocs", "--replicates", "3", "--states", "KOR", "--json"))
    assert [row["iso3"] for row in rows["states"]] == ["KOR"]


def test_a_year_outside_the_panel(stability):
    with pytest.raises(YearError, match="year 2030 is not in the panel; it covers 2018 to 2020"):
        stability("--year", "2030")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--variant", "hongkong_in_china"), "no variant 'hongkong_in_china'. Did you mean hong_kong_in_china?"),
        (
            ("--centrality", "page_rank"),
            "there is no centrality 'page_rank'. Did you mean pagerank?",
        ),
        (("--blocs", "--replicates", "0"), "Invalid value for '--replicates': 0 is not in the range"),
        (("--blocs", "--variant", "x"), "--variant, --centrality and --blocs exclude each other"),
        (("--states", "Atlantis"), "state 'Atlantis' is not known."),
        (("--states", ","), "--states names no state; write --states KOR,JPN."),
    ],
)
def test_what_cannot_be_served(arguments, message):
    assert message in refusal(ended("stability", "--year", "2016", *arguments))
