"""`influence ranks`: what is printed is what the Python route gives, and bad input is one sentence."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

from influence.errors import ConfigError, StateError, StoreError, YearError
from influence.products.baskets import load_basket
from influence.products.google import (
    load_sector_matrix,
    price_effects,
    price_sensitivities,
    rank_products,
    state_table,
)
from tests.cli.calls import call, ended, refusal
from tests.products.stored import stored

FLOWS = pd.DataFrame(
    [("KOR", "JPN", "854231", 300), ("JPN", "KOR", "854231", 100), ("KOR", "JPN", "270900", 400)],
    columns=["exporter", "importer", "product", "value_usd"],
)


@pytest.fixture(scope="module")
def ranks():
    return rank_products(load_sector_matrix(2022))


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder without outputs/store."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(*arguments):
    return call("ranks", "--quiet", *arguments).stdout


def test_json_holds_the_tables_of_the_python_route(elsewhere, ranks):
    output = json.loads(ran("--year", "2022", "--json", "--top", "3"))
    assert list(output) == ["states", "products", "nodes"]
    found = state_table(ranks)
    assert list(output["states"][0]) == ["year", *found.columns]
    assert [row["iso3"] for row in output["states"]] == found["iso3"].tolist()
    assert [row["balance"] for row in output["states"]] == pytest.approx(found["balance"].tolist())
    assert len(output["products"]) == 27
    assert [row["place"] for row in output["nodes"]] == [1, 2, 3, 1, 2, 3]
    assert {row["year"] for rows in output.values() for row in rows} == {2022}


def test_printed_for_people(elsewhere):
    output = ran("--year", "2022", "--states", "Korea,ROW", "--top", "2")
    assert output.startswith(
        "2022: 27 goods sectors of OECD ICIO, 81 economies, ROW the rest of the world (for products"
    )
    assert "With probability 0.5 a step it restarts" in output
    lines = output.splitlines()
    assert [line.split()[0] for line in lines if line.endswith(("South Korea", "rest of the world"))] == ["ROW", "KOR"]
    assert "USA" not in output
    assert "oil and gas" in output


def test_csv_has_one_line_a_state(elsewhere):
    rows = list(csv.DictReader(io.StringIO(ran("--year", "2017", "--csv", "--states", "JPN,KOR"))))
    assert {row["iso3"] for row in rows} == {"JPN", "KOR"}
    assert all(-1 < float(row["balance"]) < 1 for row in rows)


def test_prices_for_a_state(elsewhere, ranks):
    output = json.loads(ran("--year", "2022", "--sensitivity", "South Korea", "--json"))["sensitivity"]
    found = price_sensitivities(ranks, "KOR")
    assert [row["product"] for row in output] == found["product"].tolist()
    assert [row["sensitivity"] for row in output] == pytest.approx(found["sensitivity"].tolist())
    shown = ran("--year", "2022", "--sensitivity", "KOR", "--product", "B06,C26")
    assert "South Korea (KOR): balance +0.03 between selling and buying." in shown
    both = found.set_index("product")["sensitivity"][["B06", "C26"]].sum() / 100
    assert f"All 2 together: {both:+.3g}; in dollars" in shown


def test_prices_for_every_state(elsewhere, ranks):
    output = json.loads(ran("--year", "2022", "--sensitivity", "all", "--product", "C26,B06", "--json"))["sensitivity"]
    found = price_effects(ranks, ["B06", "C26"])
    assert [row["iso3"] for row in output] == found["iso3"].tolist()
    assert [row["sensitivity"] for row in output] == pytest.approx(found["sensitivity"].tolist())
    assert {row["product"] for row in output} == {"B06+C26"}
    shown = ran("--year", "2022", "--sensitivity", "all", "--product", "B06", "--states", "NOR,KOR")
    assert "The price of B06 oil and gas." in shown
    assert [line.split()[0] for line in shown.splitlines()[-2:]] == ["NOR", "KOR"]


def test_a_store_by_name_and_where_it_is_looked_for(elsewhere):
    store = stored(elsewhere / "outputs/store", FLOWS)
    output = ran("--year", "2020")
    assert output.startswith("2020: 2 products, 2 states, of the store outputs/store\n")
    assert output == ran("--year", "2020", "--store", "outputs/store")
    rows = json.loads(ran("--year", "2020", "--store", str(store), "--json"))["states"]
    # The pencil case of tests/products/test_google.py: 36/1183.
    assert {row["iso3"]: round(row["balance"], 12) for row in rows} == {
        "KOR": round(36 / 1183, 12), "JPN": round(-36 / 1183, 12),
    }  # fmt: skip
    rows = json.loads(ran("--year", "2020", "--sensitivity", "KOR", "--product", "85", "--json"))["sensitivity"]
    assert [(row["product"], round(row["sensitivity"], 12)) for row in rows] == [("854231", round(-108 / 8281, 12))]


def test_baskets(elsewhere, ranks):
    """Sectors of the bundled table; of a store, codes of its revision, and a note on those that nobody trades."""
    rows = json.loads(ran("--year", "2022", "--sensitivity", "KOR", "--basket", "energy", "--json"))["sensitivity"]
    assert {row["product"] for row in rows} == set(load_basket("energy").sectors)
    stored(elsewhere / "outputs/store", FLOWS)
    done = call("ranks", "--year", "2020", "--sensitivity", "all", "--basket", "energy")
    assert "The price of 270900" in done.stdout
    assert done.stderr.startswith("Of the basket energy, nobody trades 2701")
    rows = json.loads(ran("--year", "2020", "--sensitivity", "JPN", "--basket", "energy", "--json"))["sensitivity"]
    assert [row["product"] for row in rows] == ["270900"]


def test_alpha_is_heard(elsewhere):
    assert ran("--year", "2022", "--alpha", "0.85", "--csv") != ran("--year", "2022", "--csv")
    # Without steps every state is where the walk starts: 1/81.
    rows = list(csv.DictReader(io.StringIO(ran("--year", "2022", "--alpha", "0", "--csv"))))
    assert {round(float(row["pagerank"]), 12) for row in rows} == {round(1 / 81, 12)}


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        (("--year", "2020"), YearError, "no flows by sector for 2020; there are for 2011, 2017, 2022"),
        (("--year", "2022", "--store", "none"), StoreError, "there is no store of product flows at none"),
        (("--year", "2022", "--states", "Atlantis"), StateError, "state 'Atlantis' is not known"),
        (("--year", "2022", "--states", "PRK"), StateError, "PRK neither sells nor buys anything in these flows"),
        (("--year", "2022", "--sensitivity", "Nowhere"), StateError, "state 'Nowhere' is not known"),
        (("--year", "2022", "--sensitivity", "KOR", "--product", "B06,B66"), ConfigError, "nobody trades 'B66' in"),
        (("--year", "2022", "--sensitivity", "KOR", "--basket", "enrgy"), ConfigError, "Did you mean energy"),
        (("--year", "2022", "--sensitivity", "KOR", "--basket", "rare_earths"), ConfigError, "has no sectors"),
        (("--year", "2022", "--alpha", "1"), ConfigError, "alpha must be at least 0 and below 1, not 1"),
    ],
)
def test_bad_input(elsewhere, arguments, error, message):
    with pytest.raises(error, match=message):
        ran(*arguments)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--sensitivity", "KOR,JPN"), "--sensitivity takes one state, or all."),
        (("--sensitivity", ""), "--sensitivity names no state"),
        (("--sensitivity", "all"), "needs the products whose price rises: --product or --basket."),
        (("--product", "B06"), "--product and --basket go with --sensitivity"),
        (("--sensitivity", "KOR", "--product", ","), "--product names no product"),
        (("--sensitivity", "KOR", "--basket", "energy", "--product", "B06"), "exclude each other"),
        (("--sensitivity", "KOR", "--states", "JPN"), "--states goes with the ranks or with --sensitivity all"),
        (("--json", "--csv"), "--json and --csv exclude each other"),
        (("--top", "0"), "Invalid value for '--top'"),
    ],
)
def test_options_that_do_not_go_together(elsewhere, arguments, message):
    done = call("ranks", "--year", "2022", *arguments)
    assert message in done.stderr
    assert (done.exit_code, done.stdout) == (2, "")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--year", "2022", "--sensitivity", "PRK"), "PRK neither sells nor buys anything in these flows"),
        (("--year", "2022", "--sensitivity", "all"), "needs the products whose price rises: --product or --basket."),
    ],
)
def test_how_it_ends_for_a_shell(tmp_path, arguments, message):
    assert message in refusal(ended("ranks", *arguments, cwd=tmp_path))
