"""`influence pull`: the same numbers as text, JSON and CSV."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys

import pandas as pd
import pytest

import influence as inf
from influence.cli import pull
from influence.results import metric_results
from influence.schema import RESULT_COLUMNS, names
from influence.specs import LENSES
from influence.uncertainty.tables import with_ranges
from tests.cli.calls import ROOT, call, ended, refusal, shell

KEYS = ["scenario", "year", "iso3", "metric", "pole", "value", "low", "high", "coverage", "flag"]


DRAWS = "20"


@pytest.fixture(scope="module")
def records() -> list[dict]:
    return json.loads(call("pull", "KOR", "Fiji", "--years", "2016,2022", "--draws", DRAWS, "--json").stdout)


def test_json_is_a_list_of_records_with_exactly_these_keys(records):
    assert names(RESULT_COLUMNS) == KEYS
    assert all(list(record) == KEYS for record in records)
    assert {(r["iso3"], r["year"]) for r in records} == {(s, y) for s in ("KOR", "FJI") for y in (2016, 2022)}


def test_metrics_and_poles_have_the_names_of_the_contract(records):
    printed = {(r["metric"], r["pole"]) for r in records if r["metric"] != "leader_margin"}
    pulls, pairs = {("pull_direct", pole) for pole in ("CHN", "USA")}, {"pull_balance", "exposure"}
    drawn = {"p_leads", "rank_pull_balance"}
    assert printed == pulls | {(metric, "CHN-USA") for metric in (*pairs, *drawn)} | {("not_covered", "")}


def test_a_missing_number_is_null_and_flagged(records):
    fiji = [r for r in records if r["iso3"] == "FJI" and r["year"] == 2022 and r["metric"] == "pull_balance"]
    assert [(r["value"], r["low"], r["high"]) for r in fiji] == [(None, None, None)]
    assert "missing" in fiji[0]["flag"].split(";")
    assert 0 < fiji[0]["coverage"] < 0.8


def test_json_holds_no_nan():
    text = call("pull", "FJI", "--years", "2022", "--draws", "4", "--json").stdout
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def test_numbers_are_those_of_the_python_route(records):
    study = inf.load_study()
    metrics = ("pull_direct", "pull_balance", "exposure", "leader_margin", "not_covered")
    table = metric_results(study, metrics, study.marks)
    drawn = inf.metric_ranges(study, metrics, inf.DrawSettings(int(DRAWS)), years=(2016, 2022))
    table = with_ranges(table, drawn, study)
    table = table[table["iso3"].isin(["KOR", "FJI"]) & table["year"].isin([2016, 2022])]
    printed = pd.DataFrame(records).astype(table.dtypes.to_dict())
    pd.testing.assert_frame_equal(printed, table.reset_index(drop=True), rtol=1e-9)
    korea = table[(table["iso3"] == "KOR") & (table["metric"] == "pull_balance") & (table["year"] == 2016)].iloc[0]
    assert korea["low"] < korea["value"] < korea["high"]


def test_without_draws_there_are_no_ranges():
    printed = json.loads(call("pull", "KOR", "--years", "2016", "--draws", "0", "--json").stdout)
    assert {row["low"] for row in printed} == {None}
    assert "p_leads" not in {row["metric"] for row in printed}


def test_csv_parses_back_to_the_json(records):
    text = call("pull", "KOR", "Fiji", "--years", "2016,2022", "--draws", DRAWS, "--csv").stdout
    blank = {column: [""] for column in ("value", "low", "high", "coverage")}
    table = pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=blank)
    assert list(table.columns) == KEYS
    printed = pd.DataFrame(records).astype(table.dtypes.to_dict())
    pd.testing.assert_frame_equal(table, printed, rtol=1e-12)


@pytest.mark.parametrize(
    "name, iso3",
    [("Viet Nam", "VNM"), ("vietnam", "VNM"), ("south korea", "KOR"), ("Korea", "KOR"), ("410", "KOR"), ("kr", "KOR"),
     ("Côte d'Ivoire", "CIV"), ("NAM", "NAM"), ("TWN", "TWN"), (" japan ", "JPN")],
)  # fmt: skip
def test_states_go_by_many_names(name, iso3):
    printed = json.loads(call("pull", name, "--years", "2016", "--json", "--draws", "0").stdout)
    assert {r["iso3"] for r in printed} == {iso3}


def test_a_state_named_twice_is_shown_once():
    assert call("pull", "KOR", "korea", "--years", "2016", "--draws", "0").stdout.count("(KOR)") == 1


def test_text_for_people():
    text = call("pull", "KOR", "--years", "2015:2016", "--draws", "4").stdout
    assert "South Korea (KOR)" in text
    lines = text.strip().splitlines()
    assert lines[1].split() == [
        "year", "CHN", "USA", "CHN-USA", "5-95", "%", "CHN-USA", "P(CHN", "leads)", "coverage", "flags",
    ]  # fmt: skip
    bare = call("pull", "KOR", "--years", "2016", "--draws", "0").stdout.strip().splitlines()
    assert bare[1].split() == ["year", "CHN", "USA", "CHN-USA", "coverage", "flags"]
    assert [line.split()[0] for line in lines[2:4]] == ["2015", "2016"]
    assert "no data" in call("pull", "FJI", "--years", "2022", "--draws", "0").stdout


@pytest.mark.parametrize(
    ("value", "draws", "text"),
    [
        (0.0, 200, "<0.01"),
        (1.0, 200, ">0.99"),
        (0.0, 4, "<0.25"),
        (1.0, 4, ">0.75"),
        (0.485, 200, "0.48"),
        (0.25, 4, "0.25"),
    ],
)
def test_a_probability_is_never_zero_or_one(value, draws, text):
    assert pull._probability(value, draws) == text


def test_years_are_understood_in_three_shapes():
    for text, wanted in (("2016", {2016}), ("2014:2016", {2014, 2015, 2016}), ("2004,2012", {2004, 2012})):
        assert {
            r["year"] for r in json.loads(call("pull", "KOR", "--years", text, "--json", "--draws", "0").stdout)
        } == wanted


def test_three_poles_one_of_them_a_group():
    printed = json.loads(
        call("pull", "KOR", "--years", "2016", "--poles", "China,USA,eu", "--json", "--draws", "0").stdout
    )
    assert {r["pole"] for r in printed if r["metric"] == "pull_balance"} == {"CHN-USA", "CHN-eu", "USA-eu"}


def test_trade_alone_gives_the_published_balance_of_korea():
    printed = json.loads(
        call(
            "pull", "KOR", "--years", "2016", "--weights", "trade=1,alliance=0,agreement=0", "--draws", "0", "--json"
        ).stdout
    )
    balance = next(r["value"] for r in printed if r["metric"] == "pull_balance")
    assert balance == pytest.approx(0.32, abs=0.01)


def test_flag_goes_before_environment_before_file(tmp_path):
    (tmp_path / "config.yaml").write_text("poles: [JPN, USA]\n", encoding="utf-8")

    def poles(*flags: str, **variables: str) -> str:
        done = shell("pull", "KOR", "--years", "2016", "--draws", "0", "--json", *flags, cwd=tmp_path, **variables)
        return next(r["pole"] for r in json.loads(done.stdout) if r["metric"] == "pull_balance")

    assert poles() == "JPN-USA"
    assert poles(INFLUENCE_POLES="CHN,JPN") == "CHN-JPN"
    assert poles("--poles", "CHN,RUS", INFLUENCE_POLES="CHN,JPN") == "CHN-RUS"


def test_a_configuration_can_be_named_by_a_variable(tmp_path):
    (tmp_path / "mine.yaml").write_text("poles: [JPN, USA]\n", encoding="utf-8")
    done = shell("pull", "KOR", "--years", "2016", "--draws", "0", "--csv", cwd=tmp_path, INFLUENCE_CONFIG="mine.yaml")
    assert "JPN-USA" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_a_reader_that_goes_away_is_no_fault(form):
    """`influence pull … | head -1`, with more output than a pipe holds."""
    states = [*inf.load_panel(first_year=2016, last_year=2016).states.index[:60]]
    command = [sys.executable, "-m", "influence", "pull", *states, "--draws", "0", "--quiet", form]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        printed = running.stderr.read().decode()
    assert printed == ""
    assert running.returncode == 0


# ---- lenses ----------------------------------------------------------------------------------------


def test_every_lens_side_by_side_and_where_they_disagree():
    text = call("pull", "KOR", "--years", "2001,2016", "--lens", "all", "--draws", "0").stdout
    lines = text.strip().splitlines()
    assert lines[1].split() == ["year", *LENSES, "lenses"]
    assert lines[2].endswith("0 CHN, 5 USA")
    assert lines[3].endswith("3 CHN, 2 USA")
    assert (
        "2016: the lenses disagree: CHN leads through income, opinion, bandwidth; USA leads through direct, network."
        in lines[4]
    )


def test_records_of_all_lenses_have_a_metric_each():
    printed = json.loads(call("pull", "KOR", "--years", "2016", "--lens", "all", "--draws", "6", "--json").stdout)
    pulls = {f"pull_{lens}" for lens in LENSES}
    balances = {"pull_balance", *(f"balance_{lens}" for lens in LENSES if lens != "direct")}
    direct = {"exposure", "leader_margin", "not_covered"}
    probabilities = {"p_leads", *(f"p_leads_{lens}" for lens in LENSES if lens != "direct")}
    ranks = {f"rank_{balance}" for balance in balances}
    assert {r["metric"] for r in printed} == pulls | balances | direct | probabilities | ranks
    assert all(list(record) == KEYS for record in printed)
    assert all(r["low"] <= r["high"] for r in printed if r["metric"] in pulls | balances)
    text = call("pull", "KOR", "--years", "2016", "--lens", "all", "--draws", "6").stdout
    assert len(re.findall(r"[+-]\d\.\d\d \([+-]?\d\.\d\d to [+-]?\d\.\d\d\)", text)) == len(LENSES)


def test_one_lens_alone():
    printed = json.loads(call("pull", "KOR", "--years", "2016", "--lens", "network", "--draws", "0", "--json").stdout)
    assert {(r["metric"], r["pole"]) for r in printed} == {
        ("pull_network", "CHN"), ("pull_network", "USA"), ("balance_network", "CHN-USA")
    }  # fmt: skip
    text = call("pull", "KOR", "--years", "2016", "--lens", "income", "--draws", "0").stdout
    assert "per cent of its real income for one per cent of productivity" in text


def test_the_direct_lens_is_the_default(records):
    same = call("pull", "KOR", "Fiji", "--years", "2016,2022", "--draws", DRAWS, "--lens", "direct", "--json").stdout
    assert json.loads(same) == records


def test_an_unknown_lens_is_refused():
    printed = refusal(ended("pull", "KOR", "--lens", "pink"))
    assert "there is no lens 'pink'" in printed
    assert "direct, network, income, opinion, bandwidth" in printed


def test_the_configuration_reaches_the_lenses():
    def network(**variables: str) -> float:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            done = call("pull", "KOR", "--years", "2016", "--lens", "network", "--draws", "0", "--json")
        return next(r["value"] for r in json.loads(done.stdout) if r["pole"] == "CHN")

    direct = json.loads(call("pull", "KOR", "--years", "2016", "--draws", "0", "--json").stdout)
    assert network(INFLUENCE_ALPHA="0") == next(r["value"] for r in direct if r["metric"] == "pull_direct")
    assert network() > network(INFLUENCE_ALPHA="0.1")
