"""`influence scenario`, `compare`, `drift`, `claims` and `brief`, as people and scripts call them, and as they fail."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pandas as pd
import pytest

import influence as inf
from influence.panel.panel import load_panel
from influence.results import pull_results
from influence.scenario.apply import apply_scenario
from influence.scenario.load import load_scenario, scenario_names
from influence.schema import RESULT_COLUMNS, names
from influence.ties import build_ties
from tests.cli.calls import bytes_of, call, ended, refusal


def test_the_list_has_every_scenario():
    printed = json.loads(call("scenario", "list", "--json").stdout)
    assert [row["name"] for row in printed] == scenario_names()
    assert set(printed[0]) == {"name", "title", "question", "actual", "actual_note"}
    assert "korus_ended" in call("scenario", "list").stdout


def test_show_prints_what_happened_the_edits_and_the_assumptions():
    printed = call("scenario", "show", "tpp_with_us").stdout
    for part in ("What happened: The United States withdrew", "Edit 1, join: agreement TPP", "Assumes: ", "Source: "):
        assert part in printed


def test_a_run_gives_the_results_table_of_the_edited_panel():
    printed = pd.DataFrame(json.loads(call("scenario", "run", "korus_ended", "--years", "2018", "--json").stdout))
    assert list(printed.columns) == names(RESULT_COLUMNS)
    assert set(printed["scenario"]) == {"korus_ended"}
    edited = apply_scenario(load_panel(), load_scenario("korus_ended")).panel
    whole = pull_results(build_ties(edited), ("CHN", "USA"))
    expected = whole[(whole["year"] == 2018) & (whole["metric"] == "pull_balance")].set_index("iso3")["value"]
    balances = printed[printed["metric"] == "pull_balance"].set_index("iso3")["value"].astype(float)
    pd.testing.assert_series_equal(balances, expected[balances.index], check_names=False, rtol=1e-12)
    printed = call("brief", "korus_ended").stdout
    assert "South Korea" in printed
    # The sources of the scenario, and those of the figures.
    assert "**Sources.** Free Trade Agreement between" in printed
    assert re.search(r"\*\*Data\.\*\* Sources: CEPII, BACI .*extended, sector flows .*\(attribution\)", printed)
    assert "South Korea" in call("scenario", "run", "korus_ended").stdout


def test_a_run_prints_the_pulls_with_and_without():
    shown = call(
        "scenario", "run", "korea_us_alliance_ended", "--years", "2018", "--region", "KOR,JPN", "--quiet"
    ).stdout
    row = next(line for line in shown.splitlines() if line.startswith("South Korea"))
    ties = inf.build_ties(inf.load_panel())
    before = float(inf.pull_balance(ties, ("CHN", "USA")).sel(year=2018, target="KOR"))
    records = json.loads(call("scenario", "run", "korea_us_alliance_ended", "--years", "2018", "--json").stdout)
    (after,) = (r["value"] for r in records if r["iso3"] == "KOR" and r["metric"] == "pull_balance")
    assert row.endswith(f"{before:+.2f} -> {after:+.2f}")
    assert "Japan" not in shown  # its balance does not move
    assert "Trade does not change" in shown
    early = call("scenario", "run", "tpp_with_us", "--years", "2004", "--quiet").stdout
    assert early.startswith("tpp_with_us begins in 2018; in the years asked for it changes nothing.\n")


def test_no_edits_give_the_baseline_exactly(tmp_path):
    path = tmp_path / "nothing.yaml"
    path.write_text(
        "name: nothing\ntitle: t\nquestion: q?\nactual: panel\nactual_note: f\nsources: s\nedits: []\n",
        encoding="utf-8",
    )
    printed = pd.DataFrame(json.loads(call("scenario", "run", str(path), "--years", "2016", "--json").stdout))
    plain = pd.DataFrame(json.loads(call("pull", "KOR", "--years", "2016", "--draws", "0", "--json").stdout))
    here = printed[printed["iso3"] == "KOR"].drop(columns="scenario").reset_index(drop=True)
    pd.testing.assert_frame_equal(here, plain.drop(columns="scenario"))


def test_compare_gives_its_tables_as_json():
    printed = json.loads(call("compare", "2016", "2018", "--draws", "10", "--json").stdout)
    assert set(printed) == {"states", "ranks", "edges", "blocs", "distance", "attribution", "verdict"}
    assert printed["verdict"][0]["verdict"].startswith("Not larger than normal variation")
    korea = [r for r in printed["states"] if r["iso3"] == "KOR" and r["metric"] == "pull_balance"]
    assert korea[0]["change"] == pytest.approx(0.018, abs=5e-4)
    assert korea[0]["low"] < korea[0]["high"]
    rank = next(r for r in printed["ranks"] if r["iso3"] == "KOR")
    assert rank["before_low"] <= rank["before_high"]


def test_compare_for_people_and_its_files(tmp_path):
    given = ("compare", "2018", "2018:korus_ended", "--draws", "10", "--quiet", "--html", "--out")
    done = [call(*given, str(tmp_path / n)) for n in ("a", "b")]
    assert str(tmp_path / "a" / "compare.html") in done[0].stdout.splitlines()
    assert "South Korea" in done[0].stdout
    assert "it is not a forecast" in done[0].stdout
    assert "Uncertainty range: 5 to 95 % of 10 draws of layer weights" in done[0].stdout
    files = bytes_of(tmp_path / "a")
    assert files == bytes_of(tmp_path / "b")
    assert set(files) == {f"{t}.csv" for t in ("states", "ranks", "edges", "blocs", "distance", "attribution")} | {
        "dumbbell.svg",
        "compare.html",
    }
    picture = (tmp_path / "a" / "dumbbell.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert re.search(
        r"South Korea has the largest certain change, towards China, by 0\.\d\d to 0\.\d\d", " ".join(picture.split())
    )
    assert "Quote these ranges" in done[0].stdout
    printed = re.search(
        r"Ties of at least 1 % among these states and the poles: (\d+) gained, (\d+) lost", done[0].stdout
    )
    edges = pd.read_csv(tmp_path / "a" / "edges.csv")
    assert printed
    assert int(printed[1]) <= (edges["kind"] == "gained").sum()
    assert "Sources: CEPII" in picture


def test_drift_says_a_sentence_and_what_else_happened(tmp_path):
    printed = call("drift", "tpp12", "--event", "2017", "--out", str(tmp_path / "e.svg")).stdout
    assert printed.startswith("Not larger than normal variation")
    assert "US tariffs on China begin" in printed
    assert ElementTree.parse(tmp_path / "e.svg").getroot().tag.endswith("svg")
    tables = json.loads(call("drift", "KOR,JPN", "--event", "2017", "--json").stdout)
    assert {"verdict", "event_study", "events", "placebo", "synthetic", "synthetic_weights"} == set(tables)


def test_claims_and_briefs():
    printed = json.loads(call("claims", "korea_in_tpp", "--json").stdout)
    assert printed[0]["verdict"] == "does not hold"
    assert "DOES NOT HOLD" in call("claims", "korea_in_tpp").stdout
    assert "membership:" in call("claims", "--tests").stdout
    brief = json.loads(call("brief", "rcep_without_china", "--json").stdout)
    assert brief["brief"][0]["text"].startswith("# RCEP without China")


BROKEN = """name: broken
title: t
question: q?
actual: panel
actual_note: f
sources: s
edits:
  - do: {edit}
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("scenario", "run", "korus_endet"), "Did you mean"),
        (("scenario", "show", "none.yaml"), "none.yaml cannot be read"),
        (("compare", "2016", "2018:nonsense"), "there is no scenario 'nonsense'"),
        (("compare", "2016", "tomorrow"), "not understood"),
        (("compare", "2016", "missing.graphml"), "missing.graphml"),
        (("compare", "2016", "2031"), "year 2031 is not in the panel"),
        (("drift", "tpp13", "--event", "2017"), "'tpp13' is not known"),
        (("drift", "tpp12", "--event", "2023"), "is not a period within the years"),
        (("claims", "korea_in_ttp"), "Did you mean korea_in_tpp"),
        (("brief", "nothing"), "there is no scenario 'nothing'"),
        (("scenario", "run", "korus_ended", "--json", "--csv"), "exclude each other"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(arguments, message):
    assert message in refusal(ended(*arguments))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            "{do: tariff, exporters: KOR, importers: USA, add: -3, from: 2018}",
            "the tariff of USA on A01 from KOR",
        ),
        ("{do: tariff, exporters: FJI, importers: USA, set: 1, from: 2018}", "FJI has no sales at home"),
        ("{do: leave, agreement: KORUS, members: [JPN], from: 2018}", "JPN is not in KORUS in 2018"),
    ],
)
def test_a_broken_scenario_names_itself_the_edit_and_the_state_and_writes_nothing(tmp_path, edit, message):
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN.replace("  - do: {edit}", f"  - {edit}"), encoding="utf-8")
    printed = refusal(ended("compare", "2018", f"2018:{path}", "--out", str(tmp_path / "out")))
    assert "scenario broken, edit 1" in printed
    assert message in printed
    assert not (tmp_path / "out").exists()


def test_a_year_before_the_first_edit_is_not_compared_with_itself():
    printed = call("scenario", "run", "tpp_with_us", "--years", "2010").stdout
    assert "tpp_with_us begins in 2018; in the years asked for it changes nothing." in printed
    assert "tpp_with_us begins in 2018, after 2016" in refusal(
        ended("compare", "2016:tpp_with_us", "2016", "--draws", "0")
    )
