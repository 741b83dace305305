"""`influence products` as people and scripts call it: the bundled sectors, a small store, and errors."""

from __future__ import annotations

import json
from io import StringIO

import pandas as pd
import pytest
from click.testing import CliRunner

from influence.cli import cli
from influence.errors import ConfigError, InfluenceError
from influence.products.store.layouts import REVISIONS
from influence.schema import CHOKEPOINT_COLUMNS, PRODUCT_COLUMNS, names
from tests.cli.calls import call, ended, refusal
from tests.products.stored import stored
from tests.products.test_measures import PENCIL

SECTORS = ("--year", "2022", "--sectors")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    flows = pd.DataFrame(PENCIL, columns=["exporter", "importer", "product", "value_usd"])
    folder = stored(tmp_path_factory.mktemp("goods") / "store", flows)
    card = folder / "year=2020" / "origin.json"
    excluded = [{"code": "838", "reason": "free zones", "rows": 2, "value_usd": 1234}]
    card.write_text(json.dumps(json.loads(card.read_text()) | {"excluded": excluded}))
    return str(folder)


def printed(*arguments):
    """Standard output, with single spaces."""
    return " ".join(call("products", *arguments).stdout.split())


def records(*arguments):
    return json.loads(call("products", *arguments, "--json").stdout)


def fault(*arguments):
    """The one sentence; options that exclude each other are errors of click."""
    result = CliRunner().invoke(cli, ["products", *arguments])
    assert isinstance(result.exception, (InfluenceError, SystemExit)), result.exception
    return str(result.exception) if isinstance(result.exception, InfluenceError) else result.stderr


# ---- a store ---------------------------------------------------------------------------------------------


def test_a_basket_of_a_store_in_words(store):
    shown = printed("KOR", "--pole", "CHN", "--basket", "rare_earths", "--store", store)
    assert "South Korea (KOR), imports of 2020: the products of" in shown
    assert "Basket rare_earths: Rare earths and magnets." in shown
    assert "product imports CHN largest supplier concentration critical cut-off CHN name" in shown
    assert "850511 300 USD 100.0 % CHN 100.0 % 1.00 yes no bound permanent magnets of metal" in shown
    assert "280530 100 USD 60.0 % CHN 60.0 % 0.46 yes 4.48 % rare-earth metals, scandium and yttrium" in shown
    assert (
        "Of 2 products in the basket, South Korea depends critically on China in 2: 850511 permanent magnets of metal "
        "(100.0 %), 280530 rare-earth metals, scandium and yttrium (60.0 %)." in shown
    )
    assert "China supplies 90.0 % of these imports, 360 USD of 400 USD." in shown
    assert "at most about 4.48 % of its imports of goods" in shown
    assert "without bound the value of 1 of them: it is their sole supplier" in shown
    assert "Whether a product is mostly imported is not observed" in shown
    assert "Left out of the store, because they are of no state: 838, 1,234 USD of this year." in shown


def test_records_for_scripts(store):
    found = records("KOR", "--pole", "CHN,USA", "--store", store, "--year", "2020")
    assert [(row["product"], row["pole"]) for row in found[:2]] == [("850511", "CHN"), ("850511", "USA")]
    assert all(list(row) == names(PRODUCT_COLUMNS) for row in found)
    first = found[0]
    assert (first["critical"], first["mostly_imported"], first["cut_off_cost"]) == (True, None, None)
    assert (first["pole_usd"], first["total_usd"], first["flag"]) == (300, 300, "sole_supplier")
    table = pd.read_csv(
        StringIO(call("products", "KOR", "--pole", "JPN", "--top", "1", "--store", store, "--csv").stdout)
    )
    assert table[["product", "pole", "pole_share"]].to_numpy().tolist() == [[280530, "JPN", 0.3]]


def test_the_eu_as_one_importer(store):
    shown = printed("eu", "--pole", "CHN", "--store", store, "--product", "3004")
    assert "300490 100 USD 80.0 % CHN 80.0 % 0.68 no " in shown
    assert "Whether a product is mostly imported" not in shown
    assert "Of the EU, " in shown
    assert "are not in the data" in shown


def test_codes_nobody_trades_are_listed(store):
    result = call("products", "KOR", "--pole", "CHN", "--store", store, "--product", "2805,9999")
    assert "Nobody traded 9999 in 2020." in result.stderr
    assert "nobody traded 9999 in 2020: no such product" in fault("KOR", "--store", store, "--product", "9999")
    assert "South Korea imports none of them." in printed("KOR", "--store", store, "--product", "3004", "--pole", "CHN")


def test_custom_elasticities_and_names(store, tmp_path):
    (tmp_path / "sigma.csv").write_text("product,sigma\n28,2\n")
    (tmp_path / "names.csv").write_text("code,description\n280530,Scandium\n")
    given = ("--elasticities", str(tmp_path / "sigma.csv"), "--names", str(tmp_path / "names.csv"))
    result = call("products", "KOR", "--pole", "CHN", "--store", store, "--json", *given)
    assert "has elasticities for 1 of 3 products." in result.stderr
    row = next(row for row in json.loads(result.stdout) if row["product"] == "280530")
    assert (row["sigma"], row["name"]) == (2.0, "Scandium")
    assert row["cut_off_cost"] == pytest.approx(0.9162907318741551 * 0.2)


def test_limits_are_configured(store, tmp_path):
    (tmp_path / "own.yaml").write_text("critical: {concentration: 0.5}\n")
    found = records(
        "KOR", "--pole", "CHN", "--store", store, "--product", "280530", "--config", str(tmp_path / "own.yaml")
    )
    assert (found[0]["concentrated"], found[0]["critical"]) == (False, False)


def test_chokepoints_of_a_store(store):
    world = records("--chokepoints", "--store", store)
    assert all(list(row) == names(CHOKEPOINT_COLUMNS) for row in world)
    assert (world[0]["supplier"], world[0]["product"], world[0]["states"]) == ("CHN", "280530", 2)
    shown = printed("KOR", "--chokepoints", "--store", store)
    assert "South Korea depends critically on 2 of them:" in shown
    assert "Others depend critically on South Korea for 1 of them:" in shown


def test_written_files_hold_the_records(store, tmp_path):
    asked = ("KOR", "--pole", "CHN", "--store", store)
    path = tmp_path / "out.parquet"
    assert f"{path}: 3 records." in call("products", *asked, "--out", str(path)).stdout
    printed = call("products", *asked, "--json", "--out", str(tmp_path / "out.json")).stdout
    assert (tmp_path / "out.json").read_text() == printed
    whole = json.loads(printed)
    assert pd.read_parquet(path)["pole_usd"].tolist() == [row["pole_usd"] for row in whole] == [300, 60, 20]


# ---- the bundled sectors ---------------------------------------------------------------------------------


def test_sectors_at_once():
    shown = printed("KOR", "--pole", "CHN", "--top", "3", *SECTORS)
    assert (
        "imports of 2022: 27 goods sectors of OECD ICIO (for products import BACI: influence data import baci" in shown
    )
    assert "… and 24 more; --top 27 lists all." in shown
    assert "Of 27 sectors, South Korea depends critically on China in 0." in shown
    assert "is with ROW, the rest of the world" in shown


def test_a_basket_of_sectors_and_markets():
    found = records("KOR", "--pole", "CHN", "--basket", "energy", "--direction", "exports", *SECTORS)
    assert [row["product"] for row in found] == ["C19", "B05", "B06"]
    assert {row["critical"] for row in found} == {None}


def test_markets_in_words(store):
    assert "Japan takes 80.0 % of these exports, 200 USD of 250 USD." in printed(
        "KOR", "--pole", "JPN", "--direction", "exports", "--store", store
    )


def test_a_configured_pole_that_is_the_state_itself_is_left_out_with_a_warning():
    result = call("products", "CHN", "--top", "1", "--json", *SECTORS)
    assert {row["pole"] for row in json.loads(result.stdout)} == {"USA"}
    assert "A configured pole is left out: CHN" in result.stderr


def test_baskets_are_listed_with_codes_and_sources():
    shown = printed("--baskets")
    assert (
        "rare_earths: Rare earths and magnets HS92, HS96, HS02, HS07, HS12, HS17, HS22: 280530, 2846, 850511" in shown
    )
    assert "Source: Information Technology Agreement" in shown
    found = json.loads(call("products", "--baskets", "--json").stdout)
    assert {"basket", "title", "revision", "code", "label", "source", "note"} == set(found[0])
    assert {*REVISIONS, "sectors"} == {row["revision"] for row in found}


# ---- errors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (("Atlantis", *SECTORS), "'Atlantis' is not known"),
        (("KOR", "--pole", "CHN,China", *SECTORS), "must name states or groups, each once"),
        (("KOR", "--pole", "KOR", *SECTORS), "cannot be its own supplier"),
        (("MNG", *SECTORS), "Mongolia is not among the 80 economies"),
        (("KOR", "--pole", "PRK", *SECTORS), "North Korea is not among the 80 economies"),
        (("pacific_islands", *SECTORS), "none of its members is among the 80 economies"),
        (("KOR", "--year", "2020", "--sectors"), "no flows by sector for 2020; there are for 2011, 2017, 2022."),
        (("KOR", "--basket", "rare_earth", *SECTORS), "Did you mean rare_earths"),
        (("KOR", "--basket", "rare_earths", *SECTORS), "has no sectors"),
        (("KOR", "--product", "C99", *SECTORS), "there is no sector 'C99'. Did you mean C29"),
        (("KOR", "--store", "absent"), "there is no store of product flows at absent"),
        (("KOR", "--elasticities", "absent.csv"), "absent.csv cannot be read"),
        (("KOR", "--master", "local[2]", *SECTORS), "add --engine spark"),
        (("KOR", "--panel", "absent", *SECTORS), "cannot be read"),
        (("KOR", "--config", "absent.yaml"), "absent.yaml cannot be read"),
        (("KOR", "--json", "--csv"), "exclude each other"),
        (("KOR", "--product", "28", "--basket", "energy"), "--product and --basket exclude each other"),
        (("KOR", "--store", "x", "--sectors"), "--store and --sectors exclude each other"),
        (("KOR", "--by", "cost", "--direction", "exports"), "--by cost is for imports"),
        (("KOR", "--out", "x.txt"), "must end in .csv, .json, .parquet"),
        ((), "Missing argument 'STATE'"),
    ],
)  # fmt: skip
def test_one_sentence_says_what_cannot_be(arguments, sentence):
    assert sentence in fault(*arguments)


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (("KOR", "--year", "2019"), "does not hold 2019; it holds 2020"),
        (("KOR", "--basket", "electronics"), "has no codes in HS92"),
        (
            ("KOR", "--basket", "lithium_ion"),
            "has no codes in HS92; it has them in HS12, HS17, HS22. There is no code for it",
        ),
        (("KOR", "--product", "123"), "must be an HS code of 2, 4 or 6 digits, with its leading zero"),
        (("GBR",), "United Kingdom is not among the 6 economies that trade in 2020"),
        (("eu", "--pole", "DEU"), "have DEU in common"),
    ],
)
def test_nor_in_a_store(store, arguments, sentence):
    assert sentence in fault(*arguments, "--store", store)


def test_it_ends_with_two_and_no_traceback(tmp_path):
    sentence = refusal(ended("products", "KOR", "--pole", "Atlantis", cwd=tmp_path))
    assert "'Atlantis' is not known" in sentence


def test_limits_out_of_range_are_refused(tmp_path):
    (tmp_path / "own.yaml").write_text("critical: {concentration: 1.5}\n")
    with pytest.raises(ConfigError, match=r"critical.concentration must be a number from 0 to 1, not 1.5"):
        call("products", "KOR", "--config", str(tmp_path / "own.yaml"))
    (tmp_path / "own.yaml").write_text("critical: {share: 0.5}\n")
    with pytest.raises(ConfigError, match="critical: 'share' is not known; allowed: concentration, import_share"):
        call("products", "KOR", "--config", str(tmp_path / "own.yaml"))
