"""`influence data import`, `data store` and `data totals` as a person calls them."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from influence.errors import InfluenceError
from tests.cli.calls import bytes_of, call, ended, refusal
from tests.products.store.made import BACI_HEADER, SMALL, small_store, write_baci


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return small_store(tmp_path_factory.mktemp("store"))


def test_an_import_prints_what_it_did(tmp_path):
    for year in (2017, 2019, 2020):
        rows = [row for row in SMALL if row.startswith(str(year))] or ["2017,410,842,854231,1,1", "2017,891,842,1,1,1"]
        write_baci(tmp_path, year, [row.replace(",1,1,1", ",854231,1,1") for row in rows])
    (tmp_path / "Readme.txt").write_text("terms", encoding="utf-8")
    shown = call("data", "import", "baci", str(tmp_path), "--store", str(tmp_path / "store"), "--quiet")
    assert (shown.exit_code, shown.output) == (0, "")
    shown = call("data", "import", "baci", str(tmp_path), "--store", str(tmp_path / "store"))
    assert "baci, HS92; 3 years, 9 flows." in shown.stdout
    assert "In the store already, unchanged: 2017, 2019, 2020." in shown.stdout
    assert "Missing between the first and the last year: 2018." in shown.stdout
    assert "Skipped 1 file: " in shown.stdout
    assert "891      1  1,000 USD  Serbia and Montenegro: split in 2006" in shown.stdout
    assert "2017 is in the store already, unchanged …" in shown.stderr


def test_the_same_for_a_machine(tmp_path):
    path = write_baci(tmp_path, 2020, [row for row in SMALL if row.startswith("2020")])
    shown = call("data", "import", "baci", str(path), "--store", str(tmp_path / "store"), "--json", "--quiet")
    result = json.loads(shown.stdout)
    assert (result["written"], result["kept"], result["rows"], result["value_usd"]) == ([2020], [], 5, 280_500)
    assert result["origins"]["2020"]["files"][0]["name"] == path.name
    described = json.loads(call("data", "store", "--store", str(tmp_path / "store"), "--json").stdout)
    assert described == {key: value for key, value in result.items() if key not in ("written", "kept", "skipped")}


def test_comtrade_takes_a_flow(tmp_path):
    path = tmp_path / "bulk.csv"
    header = "refYear,reporterCode,flowCode,partnerCode,classificationCode,cmdCode,primaryValue"
    path.write_text(f"{header}\n2020,410,X,842,H5,854231,9\n2020,842,M,410,H5,854231,8\n", encoding="utf-8")
    where = str(tmp_path / "store")
    shown = call("data", "import", "comtrade", str(path), "--store", where, "--flow", "exports", "--quiet", "--json")
    result = json.loads(shown.stdout)
    assert (result["layout"], result["flow"], result["revision"], result["value_usd"]) == (
        "comtrade",
        "exports",
        "HS17",
        9,
    )
    assert "comtrade, HS17, exports as reported; 1 year, 1 flow." in call("data", "store", "--store", where).stdout


def test_a_store_is_held_against_its_checksums(tmp_path):
    where = small_store(tmp_path)
    assert "Every file is as it was written." in call("data", "store", "--store", str(where), "--check").stdout
    path = where / "year=2020" / "flows.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    shown = call("data", "store", "--store", str(where), "--check")
    assert shown.exit_code == 1
    assert "FAULT: " in shown.stderr
    assert "import 2020 again with --replace" in shown.stderr


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_totals_are_a_table_as_the_panels(store, tmp_path, ending):
    out = tmp_path / f"totals.{ending}"
    shown = call("data", "totals", "--store", str(store), "--years", "2020", "--out", str(out))
    assert f"4 pairs and years, 280,500 USD, are in {out}." in shown.stdout
    table = pd.read_csv(out) if ending == "csv" else pd.read_parquet(out)
    assert {name: str(kind) for name, kind in table.dtypes.items() if name in ("year", "export_usd")} == {
        "year": "int64",
        "export_usd": "int64",
    }
    assert table.to_numpy().tolist() == [
        [2020, "CHN", "KOR", 60_000],
        [2020, "CHN", "USA", 90_000],
        [2020, "JPN", "KOR", 20_000],
        [2020, "KOR", "USA", 110_500],
    ]


@pytest.mark.parametrize(
    "arguments, expected",
    [
        (("import", "baci"), "Missing argument 'PATHS...'"),
        (("import", "bacy", "x"), "No such command 'bacy'"),
        (("import", "baci", "absent.csv"), "there is no file or folder absent.csv."),
        (("import", "baci", "flows.csv", "--revision", "HS93"), "revision 'HS93' is not known; allowed: HS92"),
        (("import", "baci", "flows.csv"), "add --revision, one of HS92"),
        (("import", "baci", "flows.csv", "--flow", "imports"), "No such option"),
        (("import", "comtrade", "flows.csv", "--flow", "both"), "'both' is not one of 'imports', 'exports'"),
        (("import", "comtrade", "flows.csv"), "lacks column refYear, reporterCode, flowCode"),
        (("import", "baci", "flows.csv", "--revision", "HS92", "--store", "flows.csv"), "with --store"),
        (("import", "baci", "flows.csv", "--revision", "HS92", "--codes", "absent.csv"), "absent.csv cannot be read"),
        (("store",), "there is no store of product flows at outputs/store"),
        (("store", "--store", "flows.csv"), "there is no store of product flows at flows.csv"),
        (("totals",), "Missing option '--out'"),
        (("totals", "--out", "totals.xlsx"), "totals.xlsx: a table is written as .csv or .parquet."),
        (("totals", "--out", "totals.csv"), "there is no store of product flows"),
        (("totals", "--out", "totals.csv", "--years", "lately"), "write 2016, 2000:2023"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path, monkeypatch, arguments, expected):
    """In this process for speed: the main function turns either kind of error into one sentence and exit code 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flows.csv").write_text(f"{BACI_HEADER}\n2020,410,842,854231,1,1\n", encoding="utf-8")
    try:
        shown = call("data", *arguments)
        assert shown.exit_code == 2
        message = shown.output
    except InfluenceError as err:
        message = str(err)
    assert expected in message
    assert [p.name for p in tmp_path.glob("*.csv")] == ["flows.csv"]
    assert not list(tmp_path.glob("outputs/store/year=*"))


@pytest.mark.slow
def test_a_fault_is_one_sentence_and_exit_code_2(tmp_path):
    path = write_baci(tmp_path, 2020, ["2020,410,842,854231,1,1", "2020,410,156,854231,-1,1"])
    result = refusal(ended("data", "import", "baci", str(path), "--store", str(tmp_path / "store")))
    assert result.splitlines()[2:4] == [
        f"influence: {path}: column v must be a number from 0 to 10,000,000,000 (thousand US dollars); 1 rows are not:",
        "             t    i    j       k   v  q",
    ]
    assert "missing: 2020." in result


def test_years_that_are_missing_are_an_error(store, tmp_path):
    with pytest.raises(InfluenceError, match="does not hold 2016; it holds 2019 to 2020"):
        call("data", "totals", "--store", str(store), "--years", "2016", "--out", str(tmp_path / "x.csv"))
    assert bytes_of(tmp_path) == {}
