"""`influence explain`: the sum is the pull, in words and in records."""

from __future__ import annotations

import io
import json
import re

import pandas as pd
import pytest

from influence.metrics.explain import EXPLAINED
from tests.cli.calls import call


@pytest.mark.parametrize("state, year", [("KOR", "2016"), ("JPN", "2016"), ("PHL", "2022")])
def test_the_sum_is_the_pull(state, year):
    printed = re.findall(r"(\S+) % of its reliance rests on (\w+)", call("explain", state, "--year", year).stdout)
    records = json.loads(call("pull", state, "--years", year, "--draws", "0", "--json").stdout)
    pulls = {r["pole"]: f"{100 * r['value']:.1f}" for r in records if r["metric"] == "pull_direct"}
    assert {pole: share for share, pole in printed} == pulls


def test_figures_come_with_source_and_flag():
    text = call("explain", "south korea", "--year", "2016").stdout
    assert "goods exports KOR to USA: 68.5 billion USD [baci, observed]" in text
    assert re.search(r"defence pledge of USA to KOR, since .*: 1 \[atop, observed\]", text)
    assert "Shares of South Korea's reliance that rest on no state:" in text


def test_where_too_little_is_known_no_share_is_printed():
    text = call("explain", "FJI", "--year", "2022").stdout
    assert "the pull of CHN is unknown, because only" in text
    assert "of its reliance rests on" not in text


def test_a_layer_that_was_not_observed_says_so_and_the_sum_is_unchanged():
    arguments = ("--weights", "trade=0.9,alliance=0.1,agreement=0")
    text = call("explain", "HKG", "--year", "2016", *arguments).stdout
    assert "alliance: not observed, weight 0.10" in text
    share = re.search(r"(\S+) % of its reliance rests on CHN", text)[1]
    assert f"{share} %" in call("pull", "HKG", "--years", "2016", "--draws", "0", *arguments).stdout


def test_json_and_csv_hold_the_same_records():
    arguments = ("explain", "KOR", "--year", "2016")
    records = json.loads(call(*arguments, "--json").stdout)
    assert all(list(record) == ["iso3", *EXPLAINED] for record in records)
    table = pd.read_csv(io.StringIO(call(*arguments, "--csv").stdout), keep_default_na=False)
    assert list(table.columns) == ["iso3", *EXPLAINED]
    assert table["fact"].tolist() == [r["fact"] for r in records]


def test_a_pole_is_explained_by_the_other():
    text = call("explain", "CHN", "--year", "2016").stdout
    assert "rests on USA" in text
    assert "rests on CHN" not in text
