"""The network page in Chromium: the atlas's shell with vis-network under it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import influence as inf
from influence.export.atlas_data import at_year
from influence.export.network_map import write_network
from tests.browser.watched import Watched, drawn
from tests.export.pages import HOSTILE, hostile_content, real_content, real_panel, real_results

DESK = {"width": 1400, "height": 900}


@pytest.fixture
def page(browser, network) -> Iterator[Page]:
    watched = Watched(browser, network, "#y=2016", viewport=DESK)
    yield watched.page
    watched.close()


def test_it_shows_what_the_atlas_shows(page):
    _, table = real_results()
    row = table[(table["year"] == 2016) & (table["iso3"] == "KOR") & (table["metric"] == "pull_balance")]["value"]
    assert page.inner_text("tr[data-code='KOR'] td").replace("\u2212", "-") == f"{row.iloc[0]:+.2f}"
    assert drawn(page, "painter.edges.length") == drawn(page, "scene.arcs.length") > 40


def test_a_click_a_year_and_a_threshold_change_what_is_drawn(page):
    x, y = drawn(page, "painter.place('JPN')")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_timeout(400)
    assert drawn(page, "view.chosen") == "JPN"
    assert "Japan (JPN)" in page.inner_text("#story-name")
    before = drawn(page, "painter.edges.length")
    page.evaluate("() => window.influenceAtlas.change({ threshold: 0.1 })")
    assert drawn(page, "painter.edges.length") < before
    place = drawn(page, "painter.at.JPN")
    page.evaluate("() => window.influenceAtlas.change({ year: 2004 })")
    assert drawn(page, "painter.at.JPN") == place
    assert page.inner_text("h1").startswith("In 2004,")


def test_places_by_likeness_move_the_dots_and_stay_in_the_address(page):
    before = drawn(page, "painter.at.KOR")
    page.select_option("#layout", "embedding")
    assert drawn(page, "painter.at.KOR") != before
    assert "f=embedding" in page.url
    page.select_option("#layout", "geography")
    assert drawn(page, "painter.at.KOR") == before


def test_svg_has_every_dot(page, tmp_path):
    with page.expect_download() as download:
        page.click("#save-svg")
    download.value.save_as(tmp_path / "n.svg")
    text = (tmp_path / "n.svg").read_text(encoding="utf-8")
    assert text.count("<circle") >= 45
    assert "influence map" in text


def test_one_year_is_a_page_without_slider_or_line(browser, tmp_path):
    path = write_network(at_year(real_content()._replace(scenarios=[]), 2016), tmp_path / "m.html")
    watched = Watched(browser, path, "#c=KOR", viewport=DESK)
    assert watched.page.is_hidden("#years-label")
    assert watched.page.is_hidden("#scenario-label")
    assert watched.page.is_hidden("#story-chart")
    assert "In 2016, South Korea relies" in watched.page.inner_text("#story-text")
    watched.close()


def test_hostile_names_stay_text(browser, tmp_path):
    watched = Watched(browser, write_network(hostile_content(), tmp_path / "h.html"), "#y=2016", viewport=DESK)
    page = watched.page
    page.focus("#map")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        assert any(name.split("\u2028")[0].strip() in page.inner_text("#story") for name in HOSTILE)
    x, y = drawn(page, "painter.place('CCC')")
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.owned ?? null") is None
    watched.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser, network, scheme):
    watched = Watched(browser, network, "#y=2016&c=KOR", viewport=DESK, color_scheme=scheme)
    found = Axe().run(watched.page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    watched.close()


@pytest.mark.parametrize("width", [390, 820, 1920])
def test_nothing_is_wider_than_the_screen(browser, network, width):
    watched = Watched(browser, network, "#y=2016&c=KOR", viewport={"width": width, "height": 850})
    assert watched.page.evaluate("() => document.documentElement.scrollWidth") <= width
    watched.close()


def test_with_three_poles_dots_words_and_table_are_those_of_the_leader(browser, tmp_path):
    poles = ("CHN", "USA", "JPN")
    path = write_network(real_content(scenarios=(), poles=poles), tmp_path / "three.html")
    watched = Watched(browser, path, "#y=2016", viewport=DESK)
    page = watched.page
    margin = inf.leader_margin(inf.build_ties(real_panel()), poles).sel(year=2016)
    shown = margin.sel(target=list(real_content().frame.shown))
    leads = {pole: int((shown["leader"] == pole).sum()) for pole in poles}
    known = int(shown.notnull().sum())
    assert page.inner_text("h1") == (
        f"In 2016, of {known} countries each power pulls hardest on: China on {leads['CHN']}, the United States on "
        f"{leads['USA']}, Japan on {leads['JPN']}"
    )
    assert page.is_hidden("#bar")
    assert page.is_visible("#leader-note")
    assert "Leading power" in page.inner_text("#table thead")
    page.fill("#search", "Brunei")
    page.press("#search", "Enter")
    assert "Japan pulls hardest on Brunei" in page.inner_text("#story-text")
    page.select_option("#measure", "CHN-JPN")
    assert page.is_visible("#bar")
    assert "only JPN" in page.inner_text("#scale-low")
    watched.close()


def test_the_page_is_one_file(network: Path):
    assert [p.name for p in network.parent.iterdir()] == ["network.html"]
