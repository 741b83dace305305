"""The examples, each run as a script from another folder, and what they write checked by another route."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

import influence as inf

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
SCREEN = 72
"""Lines that a screen holds."""


def run(name: str, tmp_path: Path, *given: str) -> str:
    """What an example prints; it may warn of nothing and must leave the folder it is started in alone."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [sys.executable, "-W", "error", str(ROOT / "examples" / f"{name}.py"), *given]
    ran = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, encoding="utf-8", timeout=600)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert not list(elsewhere.iterdir())
    return ran.stdout


@pytest.fixture(scope="module")
def panel():
    return inf.load_panel(first_year=2000, last_year=2020)


@pytest.fixture(scope="module")
def ties(panel):
    return inf.build_ties(panel)


def raw(name: str) -> pd.DataFrame:
    return pd.read_parquet(ROOT / "datasets" / f"{name}.parquet")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_fits_a_screen_and_says_how_it_is_run(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= SCREEN
    assert f"python examples/{path.name} [FOLDER]" in text
    assert not re.search(r"\bimport _|\._[a-z]", text), "an example reaches for a private name"


def test_every_example_is_run_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [path.stem for path in EXAMPLES if f'run("{path.stem}"' not in text] == []


@pytest.mark.slow
def test_compare_before_and_after(tmp_path, ties):
    output = run("compare_before_and_after", tmp_path, str(tmp_path / "out"))
    table = pd.read_csv(tmp_path / "out" / "changes.csv", keep_default_na=False, na_values={"change": [""]})
    rows = table[(table["metric"] == "pull_balance")].pivot(index="iso3", columns="question", values="change")
    balance = inf.pull_balance(ties, ("CHN", "USA")).to_pandas()
    moved = (balance.loc[2018] - balance.loc[2016])[["KOR", "JPN", "AUS", "VNM"]]
    pd.testing.assert_series_equal(rows["actual"][moved.index], moved, check_names=False, rtol=1e-9)
    # Korea was not in TPP; Vietnam was, and would have relied more on the United States.
    assert rows["if it had stayed"]["VNM"] < -0.1
    assert abs(rows["if it had stayed"]["KOR"]) < 0.01
    graphs = {path.stem: nx.read_graphml(path) for path in (tmp_path / "out").glob("*.graphml")}
    assert set(graphs) == {"2016", "2018", "2018_tpp_with_us"}
    assert graphs["2016"]["CHN"]["KOR"]["pull"] == float(ties.sel(year=2016, source="CHN", target="KOR"))
    stayed, actual = (graphs[name]["USA"]["VNM"]["pull"] for name in ("2018_tpp_with_us", "2018"))
    assert stayed > actual
    assert re.search(
        rf"^VNM +{rows['actual']['VNM']:.3f} +{rows['if it had stayed']['VNM']:.3f}$", output, re.MULTILINE
    )


@pytest.mark.slow
def test_maps_for_slides(tmp_path):
    output = run("maps_for_slides", tmp_path, str(tmp_path / "out"))
    names = ["map_2000.png", "map_2016.png", "map_2020.png", "lines.png", "network.html"]
    assert [Path(line).name for line in output.splitlines()] == names
    pictures = [(tmp_path / "out" / name).read_bytes() for name in names[:-1]]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert len(set(pictures)) == len(pictures)
    assert "South Korea" in (tmp_path / "out" / "network.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_custom_poles(tmp_path, ties):
    run("custom_poles", tmp_path, str(tmp_path / "out"))
    table = pd.read_csv(tmp_path / "out" / "caucasus.csv", keep_default_na=False, na_values={"value": [""]})
    assert set(table["iso3"]) == {"ARM", "AZE", "GEO"}
    assert set(table["pole"]) >= {"eu", "RUS", "TUR", "eu-RUS"}
    groups = pd.read_csv(ROOT / "datasets" / "curated" / "groups.csv", dtype=str, keep_default_na=False)
    eu = groups[(groups["group"] == "eu") & (groups["begin"] <= "2010") & ~groups["end"].between("1", "2009")]["iso3"]
    assert len(eu) == 27
    row = table.query("iso3 == 'GEO' and year == 2010 and metric == 'pull_direct' and pole == 'eu'")
    assert row["value"].item() == pytest.approx(float(ties.sel(year=2010, source=list(eu), target="GEO").sum()))


@pytest.mark.slow
def test_custom_layer(tmp_path, monkeypatch, panel):
    """By pencil: weights .5, .25 and .1 without arms, and .15 beside them. Without a folder it writes to a new one."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    output = run("custom_layer", tmp_path)
    assert len(list((tmp_path / "tmp").glob("*/arms.csv"))) == 1
    printed = dict(re.findall(r"^(\w+): balance (.*)$", output, re.MULTILINE))
    layers = inf.build_layers(panel.of_years(2016, 2016)).sel(year=2016)
    arms = {"KOR": (0.0, 900 / 1200), "JPN": (0.0, 1.0), "PAK": (0.8, 0.2)}
    for code, added in arms.items():
        weighed = [sum(w * float(layers.sel(layer=name, source=pole, target=code))
                       for name, w in (("trade", 0.5), ("alliance", 0.25), ("agreement", 0.1)))
                   for pole in ("CHN", "USA")]  # fmt: skip
        both = [w + 0.15 * share for w, share in zip(weighed, added, strict=True)]
        before, after = ((one - other) / (one + other) for one, other in (weighed, both))
        assert printed[code] == f"{before:+.3f} without arms, {after:+.3f} with them"
    assert "VNM: coverage 0.85" in output


@pytest.mark.slow
def test_custom_trade_file(tmp_path):
    """By pencil: Korea's trade with the United States becomes 150 billion, and its total moves by the difference."""
    output = run("custom_trade_file", tmp_path, str(tmp_path / "out"))
    trade = raw("trade").query("year == 2016").set_index(["exporter", "importer"])["export_usd"]
    total = raw("trade_totals").query("year == 2016").set_index("iso3")[["export_usd", "import_usd"]].loc["KOR"].sum()
    both = trade["KOR", "USA"] + trade["USA", "KOR"]
    theirs = 150e9 / (total + 150e9 - both)
    assert f"2016: {both / total:.3f} by the panel, {theirs:.3f} by the file" in output


@pytest.mark.slow
def test_custom_metric(tmp_path):
    """By pencil: shares of Korea's exports, from the raw tables; and the balance that follows from them."""
    output = run("custom_metric", tmp_path, str(tmp_path / "out"))
    sold = raw("trade").query("year == 2016").set_index(["exporter", "importer"])["export_usd"]
    whole = raw("trade_totals").query("year == 2016").set_index("iso3").loc["KOR", "export_usd"]
    china, states = sold["KOR", "CHN"] / whole, sold["KOR", "USA"] / whole
    found = {tuple(line.split()[:-1]): float(line.split()[-1]) for line in output.splitlines()[1:5]}
    assert found["pull_exports_alone", "CHN"] == pytest.approx(china, abs=5e-4)
    assert found["pull_exports_alone", "USA"] == pytest.approx(states, abs=5e-4)
    assert found["balance_exports_alone", "CHN-USA"] == pytest.approx((china - states) / (china + states), abs=5e-4)
    table = pd.read_csv(tmp_path / "out" / "registered.csv")
    assert table[table["metric"] == "partners"].set_index("iso3").loc["KOR", "value"] > 190


@pytest.mark.slow
def test_to_gephi_pandas_networkx(tmp_path, panel):
    output = run("to_gephi_pandas_networkx", tmp_path, str(tmp_path / "out"))
    ways = ("gexf", "graphml", "json", "pandas", "csv")
    assert output.splitlines() == [f"{way}: the same graph" for way in ways]
    content = json.loads((tmp_path / "out" / "graph.json").read_text(encoding="utf-8"))
    assert len(content["nodes"]) == len(inf.region_members(panel, "asia_pacific"))


def test_the_comparison_of_the_example_sees_a_changed_digit():
    space: dict = {"__name__": "example"}
    path = ROOT / "examples" / "to_gephi_pandas_networkx.py"
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), space)
    one, other = nx.DiGraph(), nx.DiGraph()
    for graph, pull in ((one, 0.1), (other, 0.1 + 2e-17)):
        graph.add_edge("AAA", "BBB", pull=pull)
    assert space["same"](one, one.copy())
    assert not space["same"](one, other)
