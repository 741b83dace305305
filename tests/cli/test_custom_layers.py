"""A custom layer through the commands: configuration to pull, reasons, comparison, pages, sources; or refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import influence as inf
from influence.config import load_config
from influence.export.atlas import write_atlas
from influence.export.atlas_data import build_atlas_data
from influence.export.choices import command_flags
from influence.export.manifest import write_manifest
from influence.export.tours import chosen_tours, parse_tour, tour_records
from influence.metrics.pull import direct_pull
from influence.panel.package import sha256
from influence.statements.sources import source_line
from influence.ties import build_ties
from tests.cli.calls import call, refusal, shell

ROWS = """seller,buyer,year,tiv
USA,South Korea,2016,300
CHN,KOR,2016,100
Russia,VNM,2016,50
USA,KOR,2018,400
Russia,VNM,2018,50
"""
SETTINGS = """layers:
  arms: {file: my_arms.csv, source: seller, target: buyer, value: tiv, normalise: portfolio,
         title: "Arms <deliveries>", cite: "Somebody (2020). Made up for a test."}
weights: {trade: 0.5, alliance: 0.3, agreement: 0.1, arms: 0.1}
first_year: 2014
last_year: 2020
region: [KOR, Viet Nam]
"""


@pytest.fixture
def settings(tmp_path: Path) -> str:
    (tmp_path / "my_arms.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "my.yaml").write_text(SETTINGS, encoding="utf-8")
    return str(tmp_path / "my.yaml")


def test_the_pull_printed_is_that_of_the_api_and_of_the_pencil(settings):
    records = json.loads(call("pull", "KOR", "--years", "2016", "--json", "--draws", "0", "--config", settings).stdout)
    found = {r["pole"]: r["value"] for r in records if r["metric"] == "pull_direct"}
    plain = json.loads(call("pull", "KOR", "--years", "2016", "--json", "--draws", "0", "--weights",
                            "trade=0.5,alliance=0.3,agreement=0.1").stdout)  # fmt: skip
    without = {r["pole"]: r["value"] for r in plain if r["metric"] == "pull_direct"}
    assert found["USA"] == pytest.approx(0.9 * without["USA"] + 0.1 * 0.75)
    assert found["CHN"] == pytest.approx(0.9 * without["CHN"] + 0.1 * 0.25)
    config = load_config(settings, environment={})
    ties = build_ties(inf.load_panel(layers=config.layers), config.weights)
    assert found["USA"] == pytest.approx(float(direct_pull(ties, "USA").sel(year=2016, target="KOR")), abs=1e-15)


@pytest.mark.slow
def test_draws_give_it_a_range(settings):
    asked = ("pull", "KOR", "--years", "2016", "--json", "--draws", "20", "--config", settings)
    records = json.loads(call(*asked).stdout)
    balance = next(r for r in records if r["metric"] == "pull_balance")
    assert balance["low"] < balance["value"] < balance["high"]


@pytest.mark.slow
def test_years_in_which_it_is_not_there_are_cut_off(settings):
    records = json.loads(call("pull", "KOR", "--json", "--draws", "0", "--config", settings).stdout)
    flags = {r["year"]: r["flag"] for r in records if r["metric"] == "pull_balance"}
    assert ["break" in flags[year] for year in (2015, 2016, 2017, 2018, 2019, 2020)] == [False, *[True] * 4, False]
    tables = json.loads(call("compare", "2015", "2016", "--json", "--draws", "0", "--config", settings).stdout)
    assert all(row["change"] is None and row["flag"] == "break" for row in tables["states"])
    tables = json.loads(call("compare", "2016", "2018", "--json", "--draws", "0", "--config", settings).stdout)
    rows = {(row["iso3"], row["metric"], row["pole"]): row for row in tables["states"]}
    assert rows["KOR", "layer_arms", "USA"]["change"] == pytest.approx(0.1 * 0.25)


def test_reasons_weights_and_sources_name_it(settings):
    text = call("explain", "KOR", "--year", "2016", "--config", settings).stdout
    assert "arms: 7.5 % = weight 0.10 x share 75.0 %" in text
    assert "Arms <deliveries>, USA to KOR: 300 [arms, observed]" in text
    text = call("sensitivity", "KOR", "--year", "2016", "--samples", "0", "--config", settings).stdout
    assert re.search(r"^arms +0\.10 ", text, re.M)
    cited = "[arms] Arms <deliveries>: Somebody (2020). Made up for a test.\n    a custom layer\n"
    assert call("cite", "--config", settings).stdout.endswith(cited)
    assert call("cite", "arms", "--config", settings).stdout.endswith(cited)
    records = json.loads(call("cite", "arms", "baci", "--json", "--config", settings).stdout)
    assert [r["key"] for r in records] == ["influence", "baci", "arms"]
    config = load_config(settings, environment={})
    panel = inf.load_panel(layers=config.layers)
    assert "Arms <deliveries>: Somebody (2020). Made up for a test." in source_line(panel, config.weights, 2016)
    assert f" --config {settings}" in command_flags(inf.load_study(settings))


def test_the_atlas_weighs_it_with_the_others(settings, tmp_path):
    study = inf.load_study(settings)
    panel, content = study.panel, build_atlas_data(study)
    view = {"year": 2016, "weights": {"arms": 100}}
    text = "Arms: {pull USA KOR 2016 arms}, in all {pull USA KOR 2016}."
    tour = parse_tour({"name": "t", "title": "T", "steps": [{"view": view, "text": text}]}, "t", panel.layer_names)
    page = write_atlas(content, tmp_path / "atlas.html", tours=([tour], True)).read_text(encoding="utf-8")
    data = json.loads(re.search(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page, re.S)[1])
    assert [layer["name"] for layer in data["layers"]] == ["trade", "alliance", "agreement", "troops", "arms"]
    assert data["weights"] == pytest.approx([0.5, 0.3, 0.1, 0.0, 0.1])
    assert data["layers"][-1]["title"] == "Arms <deliveries>"
    assert 'Arms &lt;deliveries&gt;</span> <input id="weight-arms"' in page
    assert "Somebody (2020)" in data["cards"][data["sources"]["arms"][0][0]]
    step = data["tours"][0]["steps"][0]
    assert step["view"] == "#y=2016&w=0,0,0,0,100"
    assert step["text"].startswith("Arms: 75.0 %, in all ")
    # Every view of the page has as many weights as the page has layers; others it would not take.
    bundled = tour_records(chosen_tours((), panel.layer_names), content)
    views = [step["view"] for tour in bundled for step in tour["steps"] if "w=" in step["view"]]
    assert all(len(re.search(r"w=([\d.,]+)", view)[1].split(",")) == 5 for view in views)
    pole = content.numbers["pole"].values
    at = (content.frame.shown.index("KOR"), content.base.years.index(2016))
    assert pole[4, 1][at] == 0.75
    assert content.numbers["exists"].values[4].tolist() == [y in (2016, 2018) for y in content.base.years]
    # The page's own rule of breaks, over the layers that weigh, is the ties'.
    breaks = content.numbers["breaks"].values[[0, 1, 2, 4]].any(axis=0)
    expected = content.base.ties["is_break"].sel(target=list(content.frame.shown)).values.T
    assert (breaks[:, 1:] == expected[:, 1:]).all()


def test_the_manifest_holds_file_content_and_citation(settings, tmp_path):
    config = load_config(settings, environment={})
    panel = inf.load_panel(first_year=2014, layers=config.layers)
    write_manifest(config.record(), panel, [], tmp_path)
    found = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert found["custom_layers"] == [
        {
            "name": "arms", "file": "my_arms.csv", "normalise": "portfolio", "source": "seller", "target": "buyer",
            "year": "year", "value": "tiv", "title": "Arms <deliveries>",
            "cite": "Somebody (2020). Made up for a test.", "sha256": sha256(tmp_path / "my_arms.csv"), "rows": 5,
            "rows_of_other_years": 0,
        }
    ]  # fmt: skip
    assert found["config"]["weights"]["arms"] == pytest.approx(0.1)
    assert str(tmp_path) not in (tmp_path / "manifest.json").read_text(encoding="utf-8")
    write_manifest(load_config(environment={}).record(), inf.load_panel(), [], tmp_path)
    plain = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert "custom_layers" not in plain
    assert "layers" not in plain["config"]


def test_a_bad_file_is_reported_in_one_sentence_and_nothing_is_written(settings, tmp_path):
    (tmp_path / "my_arms.csv").write_text(ROWS + "USA,Atlantis,2016,1\n", encoding="utf-8")
    done = shell("atlas", "--config", settings, "--out", str(tmp_path / "out" / "atlas.html"), cwd=tmp_path)
    assert "row 7, column buyer: 'Atlantis' is not a state of the panel" in refusal(done)
    assert not (tmp_path / "out" / "atlas.html").exists()
    (tmp_path / "my_arms.csv").unlink()
    done = shell("run", "--config", settings, "--out", str(tmp_path / "out"), "--draws", "0", cwd=tmp_path)
    assert "my_arms.csv cannot be read: No such file or directory." in refusal(done)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_weight_on_the_command_line_takes_its_name(settings):
    text = call("explain", "KOR", "--year", "2016", "--config", settings, "--weights", "trade=1").stdout
    assert "arms:" not in text
    assert text.endswith("Layer weights: trade 1.\n")
    text = call("explain", "KOR", "--year", "2016", "--config", settings, "--weights", "arms=1").stdout
    assert "arms: 25.0 % = weight 1.00 x share 25.0 %" in text
    done = shell("explain", "KOR", "--year", "2016", "--weights", "arms=1")
    assert "weights: 'arms' is not known; allowed: trade, alliance, agreement, troops." in refusal(done)


@pytest.mark.slow
def test_a_whole_run_with_it(settings, tmp_path):
    pytest.importorskip("matplotlib")
    text = (tmp_path / "my.yaml").read_text(encoding="utf-8")
    (tmp_path / "my.yaml").write_text(f"{text}key_years: [2016]\n", encoding="utf-8")
    out = tmp_path / "out"
    call("run", "--config", settings, "--out", str(out), "--draws", "0", "--scenarios", "none", "--quiet")
    found = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert found["custom_layers"][0]["sha256"] == sha256(tmp_path / "my_arms.csv")
    assert (out / "tables" / "ties_KOR_Viet_Nam.csv").is_file()
    assert "arms" in (out / "tables" / "weight_thresholds.csv").read_text(encoding="utf-8")


def test_a_layer_without_weight_and_one_that_costs_states_their_value_are_reported(tmp_path, settings):
    idle, heavy = tmp_path / "idle.yaml", tmp_path / "heavy.yaml"
    idle.write_text(SETTINGS.replace(", arms: 0.1", ""), encoding="utf-8")
    heavy.write_text(SETTINGS.replace("arms: 0.1", "arms: 0.9"), encoding="utf-8")
    asked = ("pull", "KOR", "JPN", "--years", "2016", "--draws", "0")
    given = call(*asked, "--config", str(idle))
    assert given.stderr.splitlines()[-1].startswith("No weight for custom layer arms")
    assert "would have a value" not in given.stderr
    given = call(*asked, "--config", str(heavy))
    found = re.search(r"(\d+) states \((.*)\) would have a value in all of these years without arms", given.stderr)
    assert found
    config = load_config(heavy, environment={})
    panel = inf.load_panel(first_year=2014, last_year=2020, layers=config.layers)
    plain = build_ties(panel, {name: config.weights[name] for name in ("trade", "alliance", "agreement")})
    with_it = build_ties(panel, config.weights)
    values = [direct_pull(ties, "DEU").sel(year=2016).values for ties in (plain, with_it)]
    lost = int((~np.isnan(values[0]) & np.isnan(values[1])).sum())
    assert int(found[1]) == lost + 1 > 100  # Germany itself has no pull on itself and is counted
    for config_path in (idle, heavy):
        assert call(*asked, "--quiet", "--config", str(config_path)).stderr == ""
    assert call(*asked, "--config", settings).stderr.count("would have") == 0  # a tenth costs nobody
