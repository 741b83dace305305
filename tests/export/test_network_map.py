"""The page as text: size, bytes, what it may fetch, what is escaped, and that the graph given is left alone."""

import json
import re

import networkx as nx
import pytest

import influence as inf
from influence.export.findings import Notes
from influence.export.network_map import build_network_map, content_policy, safe_json
from influence.results import pull_results
from tests.export.pages import HOSTILE, hostile_map, real_results, write_real_map
from tests.pencil import pencil_panel

NOTES = Notes("title", "subtitle", "sources", "command")


def pencil_map(poles=("AAA", "BBB")) -> str:
    ties = inf.build_ties(pencil_panel())
    results = pull_results(ties, poles)
    return build_network_map(
        inf.build_graph(ties, 2016),
        results[results["year"] == 2016],
        poles={pole: [pole] for pole in poles},
        states=["AAA", "BBB", "CCC", "DDD"],
        notes=NOTES,
    )


def data_of(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)[1])


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    return write_real_map(tmp_path_factory.mktemp("map")).read_text(encoding="utf-8")


def test_it_is_under_two_megabytes(page):
    assert len(page.encode()) < 2_000_000


def test_nothing_is_named_that_a_browser_would_fetch(page):
    own = page.replace(re.search(r"<script>/\*\*.*?</script>", page, re.DOTALL)[0], "")
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", own)
    assert "@import" not in own
    assert "url(" not in own


def test_policy_forbids_all_but_the_inlined(page):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; script-src &#39;sha256-") or policy.startswith(
        "default-src &#39;none&#39;"
    )
    assert "unsafe" not in policy
    assert " style=" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)


def test_the_same_input_gives_the_same_bytes():
    assert pencil_map() == pencil_map()


def test_numbers_of_the_page_are_those_of_the_table(page):
    _, results = real_results()
    data = data_of(page)
    rows = results[(results["year"] == 2016) & (results["metric"] == "pull_balance")].set_index("iso3")["value"]
    assert len(data["states"]) == 47
    for code, told in data["states"].items():
        value = rows[code]
        assert told["balance"] is None if value != value else told["balance"] == pytest.approx(value, abs=1e-15)


def test_ties_of_the_page_are_those_of_the_graph(page):
    ties, _ = real_results()
    graph = inf.build_graph(ties, 2016)
    data = data_of(page)
    shown = graph.subgraph(data["states"])
    assert {(e["from"], e["to"]): e["pull"] for e in data["edges"]} == {
        (u, v): d["pull"] for u, v, d in shown.edges(data=True)
    }


def test_ties_take_the_colour_of_the_pole_they_come_from(page):
    data = data_of(page)
    colour = {pole["name"]: pole["colour"]["light"] for pole in data["poles"]}
    for edge in data["edges"]:
        if edge["from"] in colour:
            assert edge["color"] == colour[edge["from"]]
        else:
            assert edge["color"] == data["plain"]["light"]


def test_hostile_texts_stay_text():
    page = hostile_map()
    assert "<script>window.owned" not in page
    assert 'onerror="window' not in page
    assert "49" not in re.search(r"<code>(.*?)</code>", page, re.DOTALL)[1]
    assert {told["name"] for told in data_of(page)["states"].values()} == set(HOSTILE)


def test_safe_json_cannot_end_a_script_and_keeps_its_text():
    text = safe_json({"a": "</script><!-- & \u2028"})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"a": "</script><!-- & \u2028"}
    with pytest.raises(ValueError, match=r"NaN|Out of range"):
        safe_json(float("nan"))


def test_policy_hash_is_the_browser_s():
    # The example of the specification (CSP Level 2, 4.2.5): alert('Hello, world.');
    assert "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='" in content_policy(["alert('Hello, world.');"], [])


def test_the_graph_given_is_not_changed():
    ties = inf.build_ties(pencil_panel())
    graph = inf.build_graph(ties, 2016)
    before = nx.node_link_data(graph, edges="edges")
    results = pull_results(ties, ("AAA", "BBB"))
    poles = {"AAA": ["AAA"], "BBB": ["BBB"]}
    build_network_map(graph, results[results["year"] == 2016], poles=poles, states=list(graph), notes=NOTES)
    assert nx.node_link_data(graph, edges="edges") == before


def test_three_poles_are_coloured_by_the_leader():
    data = data_of(pencil_map(("AAA", "BBB", "DDD")))
    assert [pole["name"] for pole in data["poles"]] == ["AAA", "BBB", "DDD"]
    assert data["states"]["CCC"]["leader"] == "BBB"


def test_partners_are_those_of_the_whole_world_and_the_undrawn_are_marked(page):
    # 2016: Afghanistan relies most on Iran, which the map does not draw; half of Russia's reliance lies elsewhere.
    graph = inf.build_graph(real_results()[0], 2016)
    states = data_of(page)["states"]
    strongest = states["AFG"]["reliance"]["top"][0]
    assert (strongest["name"], strongest["drawn"]) == ("Iran", False)
    for code, told in states.items():
        pulls = {u: graph.edges[u, code]["pull"] for u in graph.predecessors(code)}
        assert [t["pull"] for t in told["reliance"]["top"]] == sorted(pulls.values(), reverse=True)[:8]
        if pulls:
            elsewhere = sum(pull for u, pull in pulls.items() if u not in states)
            assert told["reliance"]["elsewhere"] == pytest.approx(elsewhere, abs=1e-12)


def test_a_pole_is_not_flagged_for_having_no_pull_on_itself(page):
    states = data_of(page)["states"]
    assert "missing" not in states["CHN"]["flags"] + states["USA"]["flags"]
    assert "missing" in states["HKG"]["flags"]
