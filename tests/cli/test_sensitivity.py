"""`influence sensitivity`: the sentences and the tables are those of the Python route."""

from __future__ import annotations

import json

import pytest

import influence as inf
from tests.cli.calls import call


def test_the_sentence_says_where_the_lead_changes():
    printed = call("sensitivity", "KOR", "--year", "2016", "--samples", "0").stdout
    found = inf.weight_thresholds(inf.load_study(), "KOR", 2016)
    alliance = next(row for row in found.thresholds if row.layer == "alliance")
    assert "the United States leads (balance -0.41)" in printed
    assert f"China leads if the alliance layer weighs less than {alliance.threshold:.2f} (now 0.30)" in printed
    assert "The nearest weights at which the balance is zero: trade" in printed


def test_json_holds_the_same_numbers():
    given = ("--samples", "16", "--metric", "pull_balance")
    tables = json.loads(call("sensitivity", "Japan", "--year", "2016", "--json", *given).stdout)
    study = inf.load_study()
    found = inf.weight_thresholds(study, "JPN", 2016)
    assert tables["balance"][0]["balance"] == pytest.approx(found.balance)
    assert [row["layer"] for row in tables["thresholds"]] == ["trade", "alliance", "agreement"]
    assert {row["layer"]: row["weight"] for row in tables["nearest"]} == pytest.approx(found.nearest)
    shares = inf.variance_shares(study, [2016], ("pull_balance",), samples=16)
    for row in tables["variance"]:
        expected = shares["total"].sel(source=row["source"], year=2016, target="JPN").values[0]
        assert (row["iso3"], row["metric"], row["total"]) == ("JPN", "pull_balance", pytest.approx(expected))
    assert [row["layer"] for row in tables["without_layers"]] == ["trade", "alliance", "agreement"]


def test_a_state_without_thresholds_says_so():
    printed = call("sensitivity", "VNM", "--year", "2016", "--samples", "0").stdout
    assert "No weights of these layers change the leading pole." in printed
    assert "none" in printed


def test_the_sources_of_uncertainty_are_printed_in_words():
    printed = call("sensitivity", "KOR", "--year", "2016", "--samples", "16", "--metric", "pull_balance").stdout
    assert "Sources of uncertainty of pull_balance CHN-USA" in printed
    assert "layer weights" in printed
    assert "reported trade flows" in printed
    assert "Metrics with one layer left out; the other layers keep their proportions:" in printed


def test_the_balance_through_each_lens_with_each_layer_left_out():
    tables = json.loads(
        call("sensitivity", "KOR", "--year", "2016", "--samples", "0", "--metric", "lenses", "--json").stdout
    )
    assert {row["metric"] for row in tables["without_layers"]} == {
        "pull_balance",
        *(f"balance_{lens}" for lens in ("network", "income", "opinion", "bandwidth")),
    }
    assert tables["variance"] == []
