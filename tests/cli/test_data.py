"""`influence data`, `cite` and `doctor`: what is here, is it whole, what changed."""

from __future__ import annotations

import json
import re
import shutil

import pandas as pd
import pytest

from influence.panel.package import sources_table
from influence.states import bundled_registry
from influence.table_columns import TABLES
from influence.tables import datasets_dir
from tests.cli.calls import call, refusal, shell


@pytest.fixture
def panel_copy(tmp_path):
    folder = tmp_path / "new"
    shutil.copytree(datasets_dir(), folder)
    return folder


def test_info_names_every_table_and_source():
    text = call("data", "info").stdout
    assert all(f"\n{name} " in f"\n{text}" for name in TABLES)
    assert all(f"  {key}: " in text for key in sources_table().index)


def test_info_lists_states_and_groups():
    states = call("data", "info", "--states").stdout.splitlines()
    assert len(states) == len(bundled_registry().states) + 1
    assert any(line.startswith("KOR") and line.endswith("South Korea") for line in states)
    assert "asia_pacific: " in call("data", "info", "--groups").stdout


def test_info_as_json_is_the_data_package():
    found = json.loads(call("data", "info", "--json").stdout)
    assert found == json.loads((datasets_dir() / "datapackage.json").read_text(encoding="utf-8"))


def test_check_does_not_call_a_panel_whole_that_lacks_a_table(panel_copy):
    (panel_copy / "distances.parquet").unlink()
    found = call("data", "check", "--panel", str(panel_copy))
    assert found.exit_code == 1
    assert "FAULT: distances.parquet is missing" in found.output
    assert f"{panel_copy}: 1 fault; the tables read here follow schema and rules." in found.output
    assert "Schema and rules hold" not in found.output


def test_check_finds_the_bundled_panel_whole_and_lists_its_series_breaks():
    found = call("data", "check")
    assert found.exit_code == 0, found.output
    assert "Schema and rules hold" in found.stdout
    breaks = pd.read_parquet(datasets_dir() / "series_breaks.parquet")
    assert f"Series breaks: {len(breaks)} state-years" in found.stdout
    assert len(json.loads(call("data", "check", "--json").stdout)) == len(breaks)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_check_finds_a_file_that_was_changed(panel_copy, form):
    table = pd.read_parquet(panel_copy / "distances.parquet")
    table.iloc[1:].to_parquet(panel_copy / "distances.parquet", index=False)
    done = shell("data", "check", "--panel", str(panel_copy), *form)
    assert done.returncode == 1
    assert done.stderr == "FAULT: distances.parquet has another sha256 than datapackage.json records\n"


def test_diff_of_a_panel_with_itself_is_nothing(panel_copy):
    text = call("data", "diff", str(datasets_dir()), str(panel_copy)).stdout
    assert text.startswith("The two panels are the same.\n")
    assert json.loads(call("data", "diff", str(datasets_dir()), str(panel_copy), "--json").stdout) == []


def test_diff_names_the_figure_that_moved_a_balance(panel_copy):
    path = panel_copy / "trade.parquet"
    trade = pd.read_parquet(path)
    at = (trade["exporter"] == "CHN") & (trade["importer"] == "KOR") & (trade["year"] == 2016)
    old = int(trade.loc[at, "export_usd"].iloc[0])
    trade.loc[at, "export_usd"] = old // 2
    trade.to_parquet(path, index=False)
    text = call("data", "diff", str(datasets_dir()), str(panel_copy)).stdout
    assert f"export_usd: CHN KOR 2016: {old} -> {old // 2}" in text
    line = next(line for line in text.splitlines() if line.startswith("  KOR 2016:"))
    assert f"CHN to KOR {old / 1e9:.3f} -> {old // 2 / 1e9:.3f} billion USD" in line
    found = json.loads(call("data", "diff", str(datasets_dir()), str(panel_copy), "--json").stdout)
    assert [(r["iso3"], r["year"], r["layer"]) for r in found] == [("KOR", 2016, "trade")]
    group = call("data", "diff", str(datasets_dir()), str(panel_copy), "--poles", "china_hk_macao,USA")
    assert "CHN to KOR" in group.stdout


def test_cite_lists_the_sources_of_a_result(tmp_path):
    manifest = tmp_path / "manifest.json"
    content = {"sources": [{"name": "baci", "vintage": "May 2031"}], "sources_used": ["baci", "imf_dots"]}
    manifest.write_text(json.dumps(content), encoding="utf-8")
    assert "\n    May 2031; Etalab 2.0" in call("cite", "--result", str(manifest)).stdout
    found = call("cite", "--result", str(manifest), "--format", "bibtex").stdout
    keys = re.findall(r"^@\w+\{(\w+),$", found, re.MULTILINE)
    assert keys == ["influence", "baci", "imf_dots"]


@pytest.mark.parametrize("content", ["[1]", "{", '{"sources": []}', '{"sources_used": 1, "sources": []}'])
def test_a_file_that_is_no_manifest_is_reported(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    assert "is not the manifest.json that `influence run` writes" in refusal(shell("cite", "--result", str(path)))


def test_cite_names_the_tool_and_every_source():
    text = call("cite").stdout
    assert text.startswith("The influence network analyzer authors")
    assert all(f"[{key}] " in text for key in sources_table().index)
    assert call("cite", "baci").stdout.count("\n[") == 1
    keys = [record["key"] for record in json.loads(call("cite", "--json").stdout)]
    assert keys == ["influence", *sources_table().index]


def test_doctor_finds_everything_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = call("doctor")
    assert found.exit_code == 0, found.output
    assert "FAULT" not in found.output
    assert found.output.endswith("Everything needed is installed.\n")


def test_doctor_says_what_to_mend(tmp_path, monkeypatch):
    from influence.panel import package

    monkeypatch.chdir(tmp_path)
    (tmp_path / "outputs").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr(package, "damaged_files", lambda folder: ["trade.parquet is missing"])
    found = call("doctor")
    assert found.exit_code == 1
    assert "FAULT  data" in found.output
    assert "trade.parquet is missing" in found.output
    assert "FAULT  folder outputs: folder outputs cannot be written" in found.output
    assert found.output.endswith("Faults: 2.\n")
