"""`influence run`: everything in one go, the same bytes twice, and all or nothing."""

from __future__ import annotations

import json
import re
from html import unescape
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from influence.cli import cli
from influence.config import Config
from influence.errors import InfluenceError, OutputError
from influence.export import graph_files, manifest
from influence.metrics import pull_and_alignment
from influence.schema import RANGE_COLUMNS, RESULT_COLUMNS, TIE_COLUMNS, names
from influence.statements.sources import source_line
from tests.cli.calls import bytes_of, call, ended, refusal, shell
from tests.export.pages import data_of, real_panel

FEW = "key_years: [2012, 2016]\nfirst_year: 2012\nlast_year: 2016\n"


@pytest.fixture
def few_years(tmp_path, monkeypatch):
    """A working folder whose configuration asks for two maps, and an outputs/ with files.

    Histories are not permuted a thousand times: no test here uses their p.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pull_and_alignment, "permutation_p", lambda *_: 0.5)
    (tmp_path / "config.yaml").write_text(FEW, encoding="utf-8")
    for name in ("index.html", "maps/map_2016.html", "tables/results.csv", "README.md"):
        path = tmp_path / "outputs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"old {name}", encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Outputs of a run with the defaults of the package and few draws, and the finished process."""
    folder = tmp_path_factory.mktemp("run")
    done = shell("run", "--draws", "8", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "outputs", done


@pytest.mark.slow
def test_tables_graphs_maps_index_and_manifest_are_there(made):
    out, done = made
    years = (2001, 2004, 2008, 2012, 2016, 2018, 2020, 2023)
    wanted = {"index.html", "atlas.html", "network.html", "manifest.json",
              "tables/results.csv", "tables/results.parquet", "tables/ties.parquet",
              "tables/ties_asia_pacific.csv", "tables/slopes.csv", "tables/crossings.csv", "tables/turning_points.csv",
              "tables/pull_and_alignment.csv", "tables/pull_and_alignment.txt", "tables/ranges.parquet",
              "tables/crossing_years.csv", "tables/crossing_probabilities.csv", "tables/weight_thresholds.csv",
              "tables/variance_shares.csv", *(f"maps/map_{y}.html" for y in years),
              *(f"graphs/graph_{y}.{kind}" for y in years for kind in ("graphml", "gexf", "json"))}  # fmt: skip
    assert set(bytes_of(out)) == wanted
    assert f"{len(wanted)} files are in outputs." in done.stdout
    assert "outputs/atlas.html" in done.stdout
    assert "Drawing 2016 …" in done.stderr


@pytest.mark.slow
def test_tables_hold_the_columns_of_the_schema(made):
    out, _ = made
    results = pd.read_parquet(out / "tables" / "results.parquet")
    assert list(results.columns) == names(RESULT_COLUMNS)
    assert set(results["year"]) == set(range(1990, 2024))
    assert list(pd.read_parquet(out / "tables" / "ties.parquet").columns) == names(TIE_COLUMNS)
    assert (out / "tables" / "results.csv").read_text(encoding="utf-8").count("\n") == len(results) + 1
    balances = results[results["metric"] == "pull_balance"].dropna(subset=["value"])
    assert balances[["low", "high"]].notna().all(axis=1).mean() > 0.95
    probabilities = results[results["metric"] == "p_leads"]["value"].dropna()
    assert probabilities.between(0, 1).all()
    assert len(probabilities) > 5000


@pytest.mark.slow
def test_every_metric_that_is_drawn_has_a_range(made):
    out, _ = made
    results = pd.read_parquet(out / "tables" / "results.parquet")
    valued = results.dropna(subset=["value"])
    share = valued[["low", "high"]].notna().all(axis=1).groupby(valued["metric"]).mean()
    bare = {"bloc", "place_x", "place_y"} | {name for name in share.index if name.startswith("p_leads")}
    assert set(share.index[share < 0.8]) == bare  # of the network pull one cell of ten is too often not covered
    assert {name for name in share.index if name.startswith("rank_")} == {
        "rank_pull_balance",
        *(f"rank_balance_{lens}" for lens in ("network", "income", "opinion", "bandwidth")),
    }
    ranges = pd.read_parquet(out / "tables" / "ranges.parquet")
    assert list(ranges.columns) == names(RANGE_COLUMNS)
    assert set(ranges["draws"]) == {8}
    assert (ranges["low"].dropna() <= ranges["high"].dropna()).all()


@pytest.mark.slow
def test_tables_of_crossings_and_of_weight_thresholds(made):
    out, _ = made
    years = pd.read_csv(out / "tables" / "crossing_years.csv")
    korea = years[(years["iso3"] == "KOR") & (years["metric"] == "balance_income")].iloc[0]
    assert korea["low"] <= korea["median"] <= korea["high"]
    parts = years[["before", "crosses", "not_yet", "undated"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(np.ones(len(years)))
    thresholds = pd.read_csv(out / "tables" / "weight_thresholds.csv")
    row = thresholds[
        (thresholds["iso3"] == "KOR") & (thresholds["year"] == 2016) & (thresholds["layer"] == "alliance")
    ].iloc[0]
    assert row["threshold"] == pytest.approx(0.08, abs=0.005)
    shares = pd.read_csv(out / "tables" / "variance_shares.csv")
    assert set(shares["year"]) == {2001, 2004, 2008, 2012, 2016, 2018, 2020, 2023}
    assert set(shares["source"]) >= {"weights", "flows", "trade_base", "capability"}


@pytest.mark.slow
def test_manifest_names_every_file_with_its_hash(made):
    out, _ = made
    printed = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
    found = bytes_of(out)
    del found["manifest.json"]
    assert printed == {name: f"sha256:{digest}" for name, digest in found.items()}


@pytest.mark.slow
def test_graphs_pages_and_the_manifest_name_their_sources_and_their_terms(made):
    out, _ = made
    printed = source_line(real_panel(), Config().weights, 2016)
    assert "Etalab 2.0" in printed
    assert nx.read_graphml(out / "graphs" / "graph_2016.graphml").graph["sources"] == printed
    assert json.loads((out / "graphs" / "graph_2016.json").read_text(encoding="utf-8"))["graph"]["sources"] == printed
    head = ElementTree.parse(out / "graphs" / "graph_2016.gexf").find(".//{*}description")
    assert head is not None
    assert head.text == printed
    for page in ("atlas.html", "network.html", "maps/map_2016.html"):
        assert any("Etalab 2.0" in card for card in data_of((out / page).read_text(encoding="utf-8"))["cards"]), page
    sources = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["sources"]
    assert all(source["title"] and source["licence"] for source in sources)


@pytest.mark.slow
def test_the_first_page_has_the_finding_of_each_map(made):
    out, _ = made
    page = (out / "index.html").read_text(encoding="utf-8")
    listed = re.findall(r'<a href="(maps/map_\d{4}\.html)">(.*?)</a>', page)
    assert len(listed) == 8
    for link, printed in listed:
        assert unescape(printed) in unescape((out / link).read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_group_s_map_and_the_first_page_count_the_same_states(few_years):
    assert call("run", "--quiet", "--scenarios", "none", "--draws", "0", "--poles", "CHN,USA,eu").exit_code == 0
    page = (few_years / "outputs" / "index.html").read_text(encoding="utf-8")
    for link, printed in re.findall(r'<a href="(maps/map_\d{4}\.html)">(.*?)</a>', page):
        assert unescape(printed) in unescape((few_years / "outputs" / link).read_text(encoding="utf-8"))


@pytest.mark.slow
def test_twice_the_same_bytes(tmp_path):
    """On two processes and on one, whatever the order of sets."""
    for workers, seed in (("2", "0"), ("1", "7")):
        folder = tmp_path / workers
        folder.mkdir()
        (folder / "config.yaml").write_text("key_years: [2016]\nfirst_year: 2010\nlast_year: 2016\n", encoding="utf-8")
        flags = ("--draws", "8", "--scenarios", "none", "--workers", workers)
        done = shell("run", "--quiet", *flags, cwd=folder, PYTHONHASHSEED=seed)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert bytes_of(tmp_path / "1" / "outputs") == bytes_of(tmp_path / "2" / "outputs")


@pytest.mark.slow
def test_what_is_not_of_the_run_stays(few_years):
    assert call("run", "--quiet", "--scenarios", "none", "--draws", "0").exit_code == 0
    assert (few_years / "outputs" / "README.md").read_text(encoding="utf-8") == "old README.md"
    assert not (few_years / "outputs" / "index.html").read_text(encoding="utf-8").startswith("old")
    assert not list((few_years / "outputs").glob(".*"))


def failing(fault: BaseException):
    def fail(*args: object, **kwargs: object) -> None:
        raise fault

    return fail


@pytest.mark.slow
@pytest.mark.parametrize(
    "where, fault",
    [
        ((graph_files, "write_graph"), OutputError("disk full")),
        ((graph_files, "write_graph"), RuntimeError("a bug")),
        ((graph_files, "write_graph"), KeyboardInterrupt()),
        ((manifest, "write_manifest"), KeyboardInterrupt()),
    ],
    ids=["disk", "bug", "Ctrl-C", "Ctrl-C at the end"],
)
def test_a_failure_on_the_way_leaves_everything_as_it_was(few_years, monkeypatch, where, fault):
    monkeypatch.setattr(*where, failing(fault))
    before = bytes_of(few_years / "outputs")
    ended = CliRunner().invoke(cli, ["run", "--quiet", "--scenarios", "none", "--draws", "0"])
    assert ended.exit_code != 0
    if isinstance(fault, InfluenceError):
        assert ended.exception is fault
    assert bytes_of(few_years / "outputs") == before


@pytest.mark.slow
def test_a_file_in_the_way_of_a_folder_leaves_everything_as_it_was(few_years):
    (few_years / "outputs" / "maps" / "map_2016.html").unlink()
    (few_years / "outputs" / "maps").rmdir()
    (few_years / "outputs" / "maps").write_text("a file of mine", encoding="utf-8")
    before = bytes_of(few_years)
    assert "nothing was changed" in refusal(ended("run", "--scenarios", "none", "--draws", "0"))
    assert bytes_of(few_years) == before


@pytest.mark.parametrize(
    "scenarios, message", [("tpp_with_uss", "Did you mean tpp_with_us"), ("x.yaml", "cannot be read")]
)
def test_an_unknown_scenario_is_refused_before_the_work_begins(few_years, scenarios, message):
    before = bytes_of(few_years)
    printed = refusal(ended("run", "--scenarios", scenarios))
    assert message in printed
    assert "Measuring" not in printed
    assert bytes_of(few_years) == before


@pytest.mark.slow
def test_the_test_of_pull_is_the_one_the_command_line_makes(made):
    """The same votes, the same seed: the same numbers, whichever way one asks."""
    out, _ = made
    printed = pd.read_csv(out / "tables" / "pull_and_alignment.csv")
    asked = pd.DataFrame(json.loads(call("alignment", "--test", "--json").stdout))
    pd.testing.assert_frame_equal(printed, asked[list(printed.columns)], check_dtype=False)
    assert "Found:" in (out / "tables" / "pull_and_alignment.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_table_of_crossings_has_that_of_korea(made):
    out, _ = made
    crossings = pd.read_csv(out / "tables" / "crossings.csv")
    korea = crossings.query("iso3 == 'KOR' and metric == 'balance_income'")
    assert korea["holds"].tolist() == [True]
    assert korea["direction"].tolist() == [1]


@pytest.mark.slow
def test_metrics_without_data_are_left_out_and_named(few_years):
    (few_years / "config.yaml").write_text("key_years: [2019]\nfirst_year: 2018\npoles: [TWN, USA]\n", encoding="utf-8")
    done = call("run", "--draws", "0")
    assert done.exit_code == 0, done.stderr
    assert "Leaving out pull_bandwidth: base year 2010 of the bandwidth is not in the panel" in done.stderr
    page = data_of((few_years / "outputs" / "atlas.html").read_text(encoding="utf-8"))
    assert any("The scenario reciprocal_tariffs_2025 is left out: pole 'TWN'" in note for note in page["notes"])
    assert any("The bandwidth lens is left out: base year 2010" in note for note in page["notes"])
    assert "Leaving out alignment: pole 'TWN' has no ideal point" in done.stderr
    metrics = set(pd.read_parquet(few_years / "outputs" / "tables" / "results.parquet")["metric"])
    assert "pull_network" in metrics
    assert not metrics & {"pull_bandwidth", "balance_bandwidth", "alignment"}
