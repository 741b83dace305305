"""`influence sensitivity`: the sentences and the tables are those of the Python route."""

from __future__ import annotations

import json

import pytest

import influence as inf
from influence.config import Config
from tests.cli.calls import call


def test_the_sentence_says_where_the_lead_changes():
    printed = call("sensitivity", "KOR", "--year", "2016", "--samples", "0").stdout
    found = inf.weight_thresholds(inf.load_panel(), Config(), ("CHN", "USA"), "KOR", 2016)
    alliance = next(flip for flip in found.flips if flip.layer == "alliance")
    assert "the United States leads (balance -0.41)" in printed
    assert f"It flips to China if the alliance layer weighs less than {alliance.parity:.2f} (now 0.30)" in printed
    assert "The nearest weights that make the poles level: trade" in printed


def test_json_holds_the_same_numbers():
    given = ("--samples", "16", "--metric", "pull_balance")
    tables = json.loads(call("sensitivity", "Japan", "--year", "2016", "--json", *given).stdout)
    found = inf.weight_thresholds(inf.load_panel(), Config(), ("CHN", "USA"), "JPN", 2016)
    assert tables["balance"][0]["balance"] == pytest.approx(found.balance)
    assert [row["layer"] for row in tables["flips"]] == ["trade", "alliance", "agreement"]
    assert {row["layer"]: row["weight"] for row in tables["nearest"]} == pytest.approx(found.nearest)
    shares = inf.variance_shares(inf.load_panel(), Config(), ("CHN", "USA"), [2016], ("pull_balance",), samples=16)
    for row in tables["variance"]:
        ours = shares["total"].sel(source=row["source"], year=2016, target="JPN").values[0]
        assert (row["iso3"], row["metric"], row["total"]) == ("JPN", "pull_balance", pytest.approx(ours))
    assert [row["layer"] for row in tables["without_layers"]] == ["trade", "alliance", "agreement"]


def test_a_state_without_thresholds_says_so():
    printed = call("sensitivity", "VNM", "--year", "2016", "--samples", "0").stdout
    assert "No weights of these layers make the poles level." in printed
    assert "never" in printed


def test_the_sources_of_uncertainty_are_printed_in_words():
    printed = call("sensitivity", "KOR", "--year", "2016", "--samples", "16", "--metric", "pull_balance").stdout
    assert "pull_balance CHN-USA: on what its doubt hangs" in printed
    assert "weights of the layers" in printed
    assert "trade flows as reported" in printed
    assert "With a layer left out, the others in their present proportions:" in printed


def test_the_balance_through_each_lens_with_each_layer_left_out():
    tables = json.loads(
        call("sensitivity", "KOR", "--year", "2016", "--samples", "0", "--metric", "lenses", "--json").stdout
    )
    assert {row["metric"] for row in tables["without_layers"]} == {
        "pull_balance",
        *(f"balance_{lens}" for lens in ("network", "income", "opinion", "bandwidth")),
    }
    assert tables["variance"] == []
