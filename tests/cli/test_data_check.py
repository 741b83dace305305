"""`influence data check FILE`: what is wrong row by row, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from influence.tables import datasets_dir
from tests.cli.calls import call, refusal, shell

GOOD = "source,target,year,value\nUSA,KOR,2016,1\nUSA,KOR,2018,1\nUSA,KOR,1950,1\n"
BAD = "source,target,year,value\nUSA,KOR,2016,1\nUSA,Korae,2016,-1\nUSA,KOR,2016,2\n"


def written(folder: Path, text: str, name: str = "mine.csv") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_a_file_without_fault_ends_well_with_notes(tmp_path):
    done = call("data", "check", written(tmp_path, GOOD))
    assert done.exit_code == 0
    path = tmp_path / "mine.csv"
    assert done.stdout == (
        f"{path}, read as a layer (portfolio), 3 rows: no faults.\n"
        "It covers 1950 to 2018; outside these years the layer does not exist.\n"
        "1 row is in years outside the panel's 1990 to 2023: left out.\n"
        "No row for 1951, 1952, 1953, 1954, 1955, 1956, 1957, 1958 …: the layer does not exist in these years.\n"
    )


def test_a_layer_with_an_open_spell_ends_with_the_panel(tmp_path):
    done = call(
        "data", "check", written(tmp_path, "source,target,year,value,end\nUSA,PHL,2014,0.5,\n"), "--normalise", "pledge"
    )
    assert done.stdout.splitlines()[1:] == [
        "It covers 2014; before it the layer does not exist.",
        "1 spell is open: carried forward after 2014 to 2023, flagged as carried.",
    ]


def test_faults_are_listed_by_row_and_end_with_one(tmp_path):
    done = call("data", "check", written(tmp_path, BAD))
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0].endswith("read as a layer (portfolio), 3 rows: 3 faults.")
    assert lines[1].split() == ["row", "column", "value", "what", "is", "wrong"]
    assert lines[2].startswith(
        "3    target  Korae  is not a state of the panel, by code or English name; did you mean South"
    )
    assert lines[3].endswith("-1  is below 0; a tie is a number of 0 or more")
    assert lines[4].endswith("repeats the pair of row 2 (2016); give each pair and year once")


def test_one_is_one(tmp_path):
    done = call("data", "check", written(tmp_path, "source,target,year,value\nUSA,KOR,2016,-1\n"))
    assert "read as a layer (portfolio), 1 row: 1 fault." in done.stdout


def test_the_same_as_json(tmp_path):
    done = call("data", "check", written(tmp_path, BAD), "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["kind"] == "layer"
    assert found["rows"] == 3
    assert [(f["row"], f["column"], f["value"]) for f in found["faults"]] == [
        (3, "target", "Korae"), (3, "value", "-1"), (4, "year", "2016"),
    ]  # fmt: skip


def test_long_lists_are_cut_on_the_screen_alone(tmp_path):
    path = written(tmp_path, GOOD + "USA,KOR,2016,-1\n" * 60)
    assert "… and 10 more; --json lists all." in call("data", "check", path).stdout
    assert len(json.loads(call("data", "check", path, "--json").stdout)["faults"]) == 60


def test_columns_and_normalisation_come_from_options_or_the_configuration(tmp_path):
    path = written(tmp_path, "seller,buyer,year,tiv\nUSA,KOR,2016,2\n")
    assert call("data", "check", path, "--columns", "source=seller,target=buyer,value=tiv").exit_code == 0
    done = call("data", "check", path, "--columns", "source=seller,target=buyer,value=tiv", "--normalise", "pledge")
    assert done.exit_code == 1
    assert "is above 1; a strength is a number from 0 to 1" in done.stdout
    entry = "layers: {arms: {file: mine.csv, source: seller, target: buyer, value: tiv, normalise: pledge}}"
    settings = written(tmp_path, entry, "my.yaml")
    done = call("data", "check", path, "--config", settings)
    assert done.exit_code == 1
    assert "read as a layer (pledge)" in done.stdout
    done = call("data", "check", settings)
    assert done.exit_code == 1
    assert f"layer arms: {path} has 1 fault; `influence data check {path} --config {settings}`" in done.stdout


def test_trade_is_recognised_by_its_columns_and_the_bundled_table_keeps_the_rules(tmp_path):
    trade = pd.read_parquet(datasets_dir() / "trade.parquet")
    trade[trade["year"] == 2016].to_parquet(tmp_path / "trade.parquet")
    found = json.loads(call("data", "check", str(tmp_path / "trade.parquet"), "--json").stdout)
    assert found["kind"] == "trade"
    assert found["faults"] == []
    assert found["rows"] > 20_000
    assert found["notes"] == ["It covers 2016; all other figures stay the panel's."]
    early = written(tmp_path, "exporter,importer,year,export_usd\nKOR,USA,1950,5\nKOR,USA,2016,5\n")
    assert call("data", "check", early).stdout.splitlines()[1:] == [
        "It covers 1950 to 2016; all other figures stay the panel's.",
        "1 row is in years outside the panel's 1990 to 2023: with_trade refuses them.",
    ]
    wrong = written(tmp_path, "exporter,importer,year,export_usd\nKOR,KOR,2016,5\n")
    assert json.loads(call("data", "check", wrong, "--json").stdout)["faults"][0]["column"] == "importer"


@pytest.mark.parametrize(
    "name", ["scenarios/korus_ended.yaml", "claims.yaml", "tours/two_hierarchies.yaml", "variants.yaml"]
)
def test_bundled_yaml_files_are_known_and_without_fault(name):
    done = call("data", "check", str(datasets_dir() / name), "--json")
    assert done.exit_code == 0, done.stdout
    assert json.loads(done.stdout)["kind"] in name


@pytest.mark.parametrize(
    "text, kind, message",
    [
        ("name: x\ntitle: X\nsteps: []\n", "tour", "steps must be a list of 1 to 40 steps"),
        ("claims: [{key: a, claim: b, test: c}]\n", "claims", "test must be one of deficit"),
        ("name: x\nquestion: why\nedits: []\n", "scenario", "lacks"),
        ("weights: {trade: -1}\n", "config", "weights.trade must be a number of 0 or more, not -1"),
        ("variants: []\n", "variants", "must hold 'variants:'"),
    ],
)
def test_a_fault_of_a_yaml_file_is_reported(tmp_path, text, kind, message):
    done = call("data", "check", written(tmp_path, text, "mine.yaml"), "--json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["kind"] == kind
    assert message in found["faults"][0]["fault"]


@pytest.mark.parametrize(
    "name, text, arguments, message",
    [
        ("mine.csv", "a;b\n1;2\n", (), "has cells that are not separated by commas"),
        ("mine.csv", GOOD, ("--as", "tour"), "a tour is a YAML file (.yaml)"),
        ("mine.csv", GOOD, ("--columns", "value"), "--columns must look like source=seller,value=tiv"),
        ("mine.csv", GOOD, ("--columns", "value=tiv"), "lacks column tiv; it has: source, target, year, value."),
        ("mine.yaml", "a: [", (), "is not valid YAML"),
        ("mine.yaml", "oil: 1\n", (), "is not clear from its keys; give --as"),
        ("mine.yaml", "oil: 1\n", ("--as", "layer"), "a layer is a table (CSV or Parquet)"),
        ("mine.yaml", "oil: 1\n", ("--columns", "value=x"), "--columns and --normalise are for tables"),
    ],
)
def test_what_cannot_be_read_ends_with_two(tmp_path, name, text, arguments, message):
    assert message in refusal(shell("data", "check", written(tmp_path, text, name), *arguments, cwd=tmp_path))


def test_flags_of_a_file_need_one_and_without_it_the_panel_is_checked():
    assert "need a FILE; give one" in refusal(shell("data", "check", "--as", "layer"))
    assert "Schema and rules hold in" in call("data", "check").stdout
