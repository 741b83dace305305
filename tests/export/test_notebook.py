"""What a notebook shows: one iframe whose page is whole, escaped, and needs nothing from outside."""

from __future__ import annotations

import re
from html import unescape

import pytest

import influence as inf
from influence.config import Config, load_config
from influence.export.atlas_data import build_atlas_data, headline_pulls
from influence.export.notebook import Shown, load_ipython_extension, show
from influence.export.packing import pack
from influence.graph import restrict
from influence.loading import load_study
from influence.panel.panel import panel_from_tables
from influence.statements.findings import counted_finding
from tests.export.pages import HOSTILE, POLES, data_of, hostile_content, real_results
from tests.pencil import pencil_panel, pencil_tables


def inner(shown: Shown) -> str:
    """The page in the iframe."""
    frame = shown._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts allow-downloads"' in frame
    return unescape(re.search(r'srcdoc="([^"]*)"', frame)[1])


def graph():
    whole = inf.build_graph(real_results()[0], 2016)
    return restrict(whole, ["KOR", "JPN", "CHN", "USA", "AUS"])


def test_a_graph_shows_its_states_and_its_prominent_ties():
    page = inner(show(graph()))
    assert page.count("<circle") == 5
    assert "South Korea (KOR)" in page
    assert page.count('class="tie"') >= 5
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in unescape(page)


def test_a_table_shows_a_metric_as_states_by_years():
    ties, table = real_results()
    page = inner(show(table))
    assert "pull_balance, CHN-USA: 210 states, 1990 to 2023" in page
    value = float(inf.pull_balance(ties, POLES).sel(year=2016, target="KOR"))
    korea = re.search(r"KOR</th>(.*?)</tr>", page)[1]
    assert re.findall(r"<td[^>]*>(.*?)</td>", korea)[2016 - 1990] == f"{value:+.2f}".replace("-", "−")
    assert "exposure" in inner(show(table, "exposure"))


def test_an_atlas_shows_itself_and_can_be_saved(tmp_path):
    shown = inf.atlas(Config(poles=("AAA", "BBB")), pencil_panel(), region="all")
    assert 'id="map"' in inner(shown)
    assert shown.save(tmp_path / "a.html").read_text(encoding="utf-8") == shown.html
    assert "characters" in repr(shown)
    assert 'id="map"' in inner(show(hostile_content()))


def test_hostile_names_stay_text():
    tables = pencil_tables()
    tables["states"]["name"] = list(HOSTILE)
    ties = inf.build_ties(panel_from_tables(tables))
    page = inner(show(inf.build_graph(ties, 2016)))
    assert "<script>" not in page
    assert "<img" not in page


@pytest.mark.parametrize("thing", [42, "graph", None])
def test_what_cannot_be_shown_is_refused(thing):
    with pytest.raises(TypeError, match=r"show\(\) takes a graph, a table of results"):
        show(thing)


def test_a_metric_that_the_table_does_not_have_is_refused():
    with pytest.raises(ValueError, match="has no metric 'size'; it has: exposure"):
        show(real_results()[1], "size")


def test_the_extension_shows_graphs_of_build_graph_and_leaves_others_alone():
    import networkx as nx

    held = {}

    class Formatter:
        def for_type(self, kind, function):
            held[kind] = function

    class Shell:
        display_formatter = type("F", (), {"formatters": {"text/html": Formatter()}})()

    load_ipython_extension(Shell())
    assert held[nx.DiGraph](graph()).startswith("<iframe")
    assert held[nx.DiGraph](nx.DiGraph([(1, 2)])) is None


def test_an_atlas_has_the_custom_layer_and_the_weights_of_its_configuration(tmp_path):
    """The page carries the layers, weights and pulls of the study that the same configuration gives."""
    (tmp_path / "aid.csv").write_text(
        "source,target,year,value\nUSA,KOR,2016,1\nCHN,VNM,2016,3\nUSA,VNM,2016,1\n", encoding="utf-8"
    )
    config = load_config(
        environment={},
        flags={
            "first_year": 2016, "last_year": 2016, "region": "KOR,VNM",
            "layers": {"aid": {"file": str(tmp_path / "aid.csv"), "normalise": "portfolio"}},
            "weights": {"trade": 0.5, "aid": 0.5},
        },
    )  # fmt: skip
    study = load_study(config)
    wanted = build_atlas_data(study)
    carried = data_of(inner(inf.atlas(config)))
    assert [layer["name"] for layer in carried["layers"]] == ["trade", "alliance", "agreement", "troops", "aid"]
    assert carried["weights"] == [0.5, 0, 0, 0, 0.5]
    assert carried["numbers"] == pack(wanted.numbers)
    assert carried["titles"][0] == counted_finding(headline_pulls(wanted, 0), study.labels, 2016)
    # Vietnam by pencil: half of its trade shares, and 3 of 4 of the aid from China.
    trade = inf.build_ties(study.panel, {"trade": 1.0})
    china, states = (inf.direct_pull(trade, pole).sel(target="VNM").item() for pole in POLES)
    pulls = wanted.pulls[:, 0, wanted.frame.shown.index("VNM")]
    assert pulls == pytest.approx([0.5 * china + 0.5 * 0.75, 0.5 * states + 0.5 * 0.25], abs=1e-12)
