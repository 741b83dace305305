"""compare.html and the notebook's iframe in Chromium, with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import influence as inf
from influence.comparison.compared import balance_rows, compare
from influence.export.compare_page import write_compare
from influence.export.notebook import Shown
from tests.browser.watched import Watched
from tests.export.pages import HOSTILE, real_panel, real_study

DESK = {"width": 1400, "height": 900}


@pytest.fixture(scope="module")
def compared():
    return compare("2018", "2018:korus_ended", real_study())


@pytest.fixture(scope="module")
def path(compared, tmp_path_factory) -> Path:
    return write_compare(compared, tmp_path_factory.mktemp("compare") / "compare.html")


@pytest.fixture
def page(browser, path) -> Iterator[Page]:
    watched = Watched(browser, path, viewport=DESK)
    yield watched.page
    watched.close()


def change(compared, code: str) -> str:
    rows = balance_rows(compared.found, "CHN-USA").set_index("iso3")
    return f"{rows.loc[code, 'change']:+.3f}".replace("-", "\u2212")


def test_title_labels_and_verdict(page):
    assert page.title() == page.inner_text("h1")
    assert "2018 to 2018 if: KORUS" in page.inner_text("h1")
    assert page.inner_text("#pair section:first-child h2") == "2018"
    assert "normal variation" in page.inner_text("#verdict")


def test_a_state_chosen_in_one_place_is_chosen_in_all(page, compared):
    page.click("#dumbbell [data-code='KOR']")
    assert "South Korea moves towards China by" in page.inner_text("#story")
    assert change(compared, "KOR").lstrip("+") in page.inner_text("#story")
    assert page.inner_text("#table tr.chosen th") == "South Korea"
    x, y = page.evaluate("() => window.influenceCompare.painters[1].place('JPN')")
    box = page.locator("#map-after").bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)
    assert page.inner_text("#story").startswith("Japan")
    page.fill("#search", "Korea")
    page.press("#search", "Enter")
    page.keyboard.press("Escape")
    assert page.inner_text("#story").startswith("Choose a country")


def test_the_lines_are_sorted_by_the_size_of_the_change(page, compared):
    codes = page.eval_on_selector_all("#dumbbell g", "g => g.map(e => e.dataset.code)")
    rows = balance_rows(compared.found, "CHN-USA").dropna(subset=["change"])
    sizes = rows.set_index("iso3")["change"].abs()
    shown = [sizes[code] for code in codes]
    assert shown == sorted(shown, reverse=True)
    assert codes[0] == rows["iso3"].iloc[0]
    assert len(codes) > 35


def test_numbers_of_the_table_are_those_of_the_comparison(page, compared):
    row = page.eval_on_selector("tr[data-code='KOR']", "r => [...r.cells].map(c => c.textContent)")
    rows = balance_rows(compared.found, "CHN-USA").set_index("iso3").loc["KOR"]
    assert row[1:4] == [
        f"{rows['before']:+.2f}".replace("-", "\u2212"), f"{rows['after']:+.2f}".replace("-", "\u2212"),
        change(compared, "KOR"),
    ]  # fmt: skip
    assert " to " in row[4]


def test_threshold_and_theme_act_on_both_maps(page):
    before = page.evaluate("() => window.influenceCompare.painters.map((p) => p.scene.arcs.length)")
    page.eval_on_selector("#threshold", "e => { e.value = 20; e.dispatchEvent(new Event('input')); }")
    after = page.evaluate("() => window.influenceCompare.painters.map((p) => p.scene.arcs.length)")
    assert all(b < a for a, b in zip(before, after, strict=True))
    assert page.inner_text("#threshold-value") == "20.0 %"
    page.click("#theme")
    assert page.evaluate("() => window.influenceCompare.painters.map((p) => p.scene.colours.paper)") == ["#14181d"] * 2


def test_ties_gained_and_lost_are_those_of_the_tables(browser, tmp_path):
    compared = compare("2016", "2018", real_study())
    path = write_compare(compared, tmp_path / "years.html")
    watched = Watched(browser, path, viewport=DESK)
    rows = watched.page.eval_on_selector_all("#edges tbody tr", "r => r.map(e => [...e.cells].map(c => c.textContent))")
    shown = watched.page.evaluate("() => window.influenceCompare.data.states.map((s) => s.code)")
    edges = compared.found.edges
    edges = edges[edges["kind"].isin(["gained", "lost"]) & edges["source"].isin(shown) & edges["target"].isin(shown)]
    assert len(rows) == len(edges) > 10
    assert {row[-1] for row in rows} == {"gained", "lost"}
    assert "Not larger than normal variation" in watched.page.inner_text("#verdict")
    assert "range" not in watched.page.inner_text("#table thead").lower()
    watched.page.set_viewport_size({"width": 390, "height": 850})
    assert (
        watched.page.eval_on_selector("#edges", "e => e.parentElement.scrollWidth - e.parentElement.clientWidth") == 0
    )
    watched.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser, path, scheme):
    watched = Watched(browser, path, viewport=DESK, color_scheme=scheme)
    found = Axe().run(watched.page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    watched.close()


@pytest.mark.parametrize("width", [390, 700, 1920])
def test_nothing_is_wider_than_the_screen(browser, path, width):
    watched = Watched(browser, path, viewport={"width": width, "height": 850})
    assert watched.page.evaluate("() => document.documentElement.scrollWidth") <= width
    watched.close()


def test_graphs_of_the_user_with_hostile_names(browser, tmp_path):
    import networkx as nx

    for file, pull in (("a", 0.5), ("b", 0.3)):
        graph = nx.DiGraph(year=2016)
        for code, name in zip(("CHN", "USA", "KOR", HOSTILE[0]), ("China", "US", HOSTILE[1], HOSTILE[2]), strict=True):
            graph.add_node(code, name=name)
        graph.add_edge("CHN", "KOR", pull=pull)
        graph.add_edge("USA", "KOR", pull=0.4)
        graph.add_edge("USA", HOSTILE[0], pull=pull)
        nx.write_graphml(graph, tmp_path / f"{file}.graphml")
    sides = [str(tmp_path / f"{name}.graphml") for name in ("a", "b")]
    compared = compare(*sides, real_study("all"))
    watched = Watched(browser, write_compare(compared, tmp_path / "own.html"), viewport=DESK)
    assert "1 countries have no known position" in watched.page.inner_text("footer")
    assert HOSTILE[0] in watched.page.inner_text("#table")
    assert watched.page.evaluate("() => window.owned ?? null") is None
    watched.close()


def test_a_notebook_s_iframe_draws_without_a_network(browser, atlas, tmp_path):
    shown = Shown(atlas.read_text(encoding="utf-8"), "atlas")
    graph = inf.show(inf.build_graph(inf.build_ties(real_panel().of_years(2016, 2016)), 2016))
    path = tmp_path / "notebook.html"
    frames = shown._repr_html_() + graph._repr_html_()
    path.write_text(f"<!doctype html><html data-ready><meta charset=utf-8><body>{frames}", encoding="utf-8")
    watched = Watched(browser, path, viewport=DESK)
    frame = watched.page.frame_locator("iframe").first
    frame.locator("#year-value").wait_for()
    frame.locator("#search").fill("Korea")
    frame.locator("#search").press("Enter")
    frame.locator("#story-name", has_text="Korea").wait_for()
    other = watched.page.frame_locator("iframe").nth(1)
    assert other.locator("circle").count() == 210
    watched.close()
