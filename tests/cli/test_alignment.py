"""`influence alignment`: positions and the test, as text, JSON and CSV."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

import influence as inf
from influence.metrics.alignment import alignment, ideal_points
from influence.metrics.pull_and_alignment import COLUMNS, DIRECTIONS
from influence.schema import RESULT_COLUMNS, names
from tests.cli.calls import call, ended, refusal, shell


@pytest.fixture(scope="module")
def records() -> list[dict]:
    return json.loads(call("alignment", "KOR", "Philippines", "--years", "2015:2016", "--json").stdout)


def test_records_are_those_of_the_results_table(records):
    assert all(list(record) == names(RESULT_COLUMNS) for record in records)
    assert [(r["iso3"], r["year"]) for r in records] == [(s, y) for s in ("KOR", "PHL") for y in (2015, 2016)]
    assert {(r["metric"], r["pole"], r["coverage"]) for r in records} == {("alignment", "CHN-USA", None)}


def test_numbers_are_those_of_the_python_route(records):
    placed = alignment(ideal_points(inf.load_panel()), ("CHN", "USA"))
    for record in records:
        for name in ("value", "low", "high"):
            theirs = float(placed[name].sel(target=record["iso3"], year=record["year"]))
            assert record[name] == pytest.approx(theirs, rel=1e-12)


def test_csv_parses_back_to_the_json(records):
    text = call("alignment", "KOR", "Philippines", "--years", "2015:2016", "--csv").stdout
    table = pd.read_csv(io.StringIO(text), keep_default_na=False, na_values={"coverage": [""]})
    pd.testing.assert_frame_equal(table, pd.DataFrame(records).astype(table.dtypes.to_dict()), rtol=1e-12)


def test_text_for_people():
    lines = call("alignment", "KOR", "--years", "2016").stdout.strip().splitlines()
    assert lines[0] == "Position in votes at the UN: +1 the mean of CHN in the base years, -1 that of USA"
    assert lines[1].split() == ["state", "code", "year", "5", "%", "95", "%", "position"]
    assert lines[2].split() == ["South", "Korea", "KOR", "2016", "-0.12", "+0.11", "-0.01"]


def test_without_states_all_of_the_last_year_are_shown():
    printed = json.loads(call("alignment", "--json").stdout)
    assert {r["year"] for r in printed} == {2024}
    assert len(printed) > 180


def test_a_missing_position_is_null_and_flagged():
    printed = json.loads(call("alignment", "KOR", "--years", "1985", "--json").stdout)
    assert [(r["value"], r["low"], r["flag"]) for r in printed] == [(None, None, "missing")]
    assert "no data" in call("alignment", "KOR", "--years", "1985").stdout


def test_base_years_move_the_axis_and_a_flag_goes_before_the_configuration():
    def korea(*flags: str, **variables: str) -> float:
        done = shell("alignment", "KOR", "--years", "2016", "--json", *flags, **variables)
        return json.loads(done.stdout)[0]["value"]

    late = alignment(ideal_points(inf.load_panel()), ("CHN", "USA"), (2010, 2012))["value"].sel(target="KOR", year=2016)
    assert korea("--base-years", "2010:2012") == pytest.approx(float(late))
    assert korea(INFLUENCE_ALIGNMENT_BASE="2010,2012") == pytest.approx(float(late))
    assert korea("--base-years", "2000:2015", INFLUENCE_ALIGNMENT_BASE="2010,2012") == pytest.approx(korea())


def test_three_poles_one_of_them_a_group():
    printed = json.loads(call("alignment", "KOR", "--years", "2016", "--poles", "China,USA,eu", "--json").stdout)
    assert {r["pole"] for r in printed} == {"CHN-USA", "CHN-eu", "USA-eu"}


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (("TWN",), "TWN has no position at the UN: it never voted in 1980-2024"),
        (("Atlantis",), "'Atlantis' is not known"),
        (("KOR", "--years", "1970"), "year 1970 is not in the panel; it covers 1980 to 2024"),
        (("KOR", "--base-years", "2015:2000"), "base years 2015 to 2000 run backwards; write 2000:2015"),
        (("KOR", "--base-years", "1950:2000"), "they cover 1980 to 2024"),
        (("KOR", "--base-years", "soon"), "base years 'soon' are not understood; write 2000:2015"),
        (("KOR", "--poles", "CHN,TWN"), "pole 'TWN' has no ideal point in 2000-2015"),
        (("KOR", "--json", "--csv"), "--json and --csv exclude each other"),
        (("KOR", "--test"), "--test uses all states and years"),
        (("--test", "--years", "2016"), "--test uses all states and years"),
        (("KOR", "--seed", "1"), "--permutations and --seed need --test"),
        (("--test", "--permutations", "0"), "0 is not in the range x>=1"),
        (("--test", "--poles", "CHN,USA,JPN"), "alignment is between two poles, not 3"),
        (("KOR", "--panel", "nowhere"), "cannot be read"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(arguments, sentence):
    assert sentence in refusal(ended("alignment", *arguments))


# ---- the test --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tested() -> list[dict]:
    return json.loads(call("alignment", "--test", "--permutations", "19", "--json").stdout)


@pytest.mark.slow
def test_records_of_the_test(tested):
    assert all(list(record) == COLUMNS for record in tested)
    assert [(r["direction"], r["lag"]) for r in tested] == [
        *((DIRECTIONS[0], lag) for lag in (0, 1, 2, 3, 5)), *((DIRECTIONS[1], lag) for lag in (1, 2, 3, 5))
    ]  # fmt: skip
    assert {r["permutations"] for r in tested} == {19}


@pytest.mark.slow
def test_the_report_has_tables_and_words(tested):
    printed = call("alignment", "--test", "--permutations", "19").stdout
    lines = printed.splitlines()
    head = lines.index("Pull first, alignment later") + 1
    assert lines[head].split()[:4] == ["lag", "coefficient", "5", "%"]
    assert lines[head + 1].split()[1] == f"{tested[0]['coefficient']:+.4f}"
    for word in ("Tested:", "Found:", "Size:", "The other way round", "Not shown: causes"):
        assert word in printed


@pytest.mark.slow
def test_seed_and_weights_reach_the_test(tested):
    def first(*flags: str) -> dict:
        return json.loads(call("alignment", "--test", "--permutations", "19", "--json", *flags).stdout)[0]

    assert first("--seed", "0") == tested[0]
    seeded = first("--seed", "7")
    assert {**seeded, "p_permuted": 0, "p_holm": 0} == {**tested[0], "p_permuted": 0, "p_holm": 0}
    assert first("--weights", "trade=1,alliance=0,agreement=0")["coefficient"] != tested[0]["coefficient"]
