"""The map in headless Chromium with the network off: any request, console message or error fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.export.pages import HOSTILE, hostile_map, real_results, write_real_map, write_three_pole_map

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]  # fmt: skip


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def real_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_real_map(tmp_path_factory.mktemp("map"))


class Watched:
    """A page that remembers everything that should not happen."""

    def __init__(self, browser: Browser, path: Path, **context: object) -> None:
        self.faults: list[str] = []
        self.context = browser.new_context(offline=True, **context)  # type: ignore[arg-type]
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.faults.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url, path))
        self.page.goto(path.as_uri())
        self.page.wait_for_function("window.influenceMap !== undefined")

    def _note(self, url: str, path: Path) -> None:
        if url != path.as_uri() and not url.startswith(("data:", "blob:")):
            self.faults.append(f"request: {url}")

    def close(self) -> None:
        self.context.close()
        assert self.faults == []


@pytest.fixture
def page(browser: Browser, real_map: Path) -> Iterator[Page]:
    watched = Watched(browser, real_map, viewport={"width": 1400, "height": 900})
    yield watched.page
    watched.close()


def shown(page: Page) -> int:
    return page.evaluate("window.influenceMap.shown")


def value_of(iso3: str, metric: str, pole: str) -> float:
    _, table = real_results()
    row = table[
        (table["year"] == 2016) & (table["iso3"] == iso3) & (table["metric"] == metric) & (table["pole"] == pole)
    ]
    return float(row["value"].iloc[0])


def test_it_opens_quietly_with_its_finding(page):
    assert "In 2016, China pulls harder on" in page.inner_text("h1")
    assert page.title() == page.inner_text("h1")
    assert shown(page) > 40


def test_search_opens_the_state_with_the_numbers_of_the_table(page):
    page.fill("#search", "south korea")
    page.press("#search", "Enter")
    story = page.inner_text("#story")
    assert "South Korea (KOR)" in story
    assert f"\u2212{abs(value_of('KOR', 'pull_balance', 'CHN-USA')):.2f}" in story
    assert f"{100 * value_of('KOR', 'pull_direct', 'USA'):.1f} %" in story
    assert f"{100 * value_of('KOR', 'pull_direct', 'CHN'):.1f} %" in story
    assert "leans to the United States" in story


def test_a_search_for_nothing_known_changes_nothing(page):
    page.fill("#search", "Atlantis")
    page.press("#search", "Enter")
    assert page.is_hidden("#story")


def test_threshold_hides_ties_and_says_how_many(page):
    before = shown(page)
    page.focus("#threshold")
    for _ in range(20):
        page.press("#threshold", "ArrowRight")
    assert shown(page) < before
    assert page.inner_text("#threshold-told") == "12.0 %"
    told = page.inner_text("#count")
    assert told.startswith(f"{shown(page)} of ")
    weaker = int(re.search(r"(\d+) are weaker than 12.0 %", told)[1])
    hidden = int(re.search(r"(\d+) more are hidden", told)[1])
    assert shown(page) + weaker + hidden == int(re.search(r"of (\d+) ties", told)[1])


def test_all_ties_shows_more(page):
    before = shown(page)
    page.check("#all")
    assert shown(page) > before
    assert "0 more are hidden" in page.inner_text("#count")


def test_a_click_on_a_dot_opens_its_state_and_escape_clears(page):
    x, y = page.evaluate("window.influenceMap.place('JPN')")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_function("window.influenceMap.chosen === 'JPN'")
    assert "Japan (JPN)" in page.inner_text("#story-name")
    page.keyboard.press("Escape")
    assert page.is_hidden("#story")


def test_arrow_keys_go_from_state_to_state(page):
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.influenceMap.chosen") == "AFG"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.influenceMap.chosen") == "AUS"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("window.influenceMap.chosen") == "AFG"


def first_cells(page: Page) -> list[str]:
    return page.eval_on_selector_all("#table tbody tr", "rows => rows.map(r => r.cells[1].textContent)")


def test_the_table_sorts_both_ways_and_says_so(page):
    page.click("[data-sort='balance']")
    assert page.get_attribute("#table thead th:nth-child(2)", "aria-sort") == "descending"
    assert first_cells(page)[0].startswith("+")
    page.click("[data-sort='balance']")
    assert page.get_attribute("#table thead th:nth-child(2)", "aria-sort") == "ascending"
    assert first_cells(page)[0].startswith("\u2212")


def test_a_name_in_the_table_opens_the_state_and_marks_the_row(page):
    page.click("#table tbody button:has-text('Cambodia')")
    assert page.evaluate("window.influenceMap.chosen") == "KHM"
    assert "Cambodia" in page.inner_text("#table tr.chosen")


def test_poles_have_no_balance_and_missing_states_say_so(page):
    rows = dict(page.eval_on_selector_all(
        "#table tbody tr", "rows => rows.map(r => [r.cells[0].textContent, r.cells[1].textContent])"))  # fmt: skip
    assert rows["China"] == rows["United States"] == "pole"
    assert rows["Hong Kong"] == "no value"


def test_theme_button_changes_the_paper(page):
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert page.inner_text("#theme") == "Light"


def test_every_control_has_a_name_and_can_be_reached_by_keyboard(page):
    unnamed = page.evaluate(
        """[...document.querySelectorAll('input, button')]
        .filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || (e.labels && e.labels.length)))
        .map(e => e.outerHTML)"""
    )
    assert unnamed == []
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    assert reached == ["search", "threshold", "all", "whole", "theme", "map"]


@pytest.mark.parametrize("width, scheme", [(400, "light"), (400, "dark"), (1400, "dark"), (1920, "light")])
def test_no_sideways_scroll_at_any_width_or_theme(browser, real_map, width, scheme):
    watched = Watched(browser, real_map, viewport={"width": width, "height": 850}, color_scheme=scheme)
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.page.evaluate("document.documentElement.dataset.theme") == scheme
    watched.close()


def test_hostile_texts_do_nothing(browser, tmp_path):
    path = tmp_path / "hostile.html"
    path.write_text(hostile_map(), encoding="utf-8")
    watched = Watched(browser, path)
    page = watched.page
    assert page.inner_text("h1") == HOSTILE[2]
    page.focus("#map")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        assert any(name.split("\u2028")[0].strip() in page.inner_text("#story") for name in HOSTILE)
    x, y = page.evaluate("window.influenceMap.place('CCC')")
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.wait_for_timeout(600)
    assert page.evaluate("window.owned") is None
    watched.close()


def told_of(page: Page, name: str) -> str:
    page.fill("#search", name)
    page.press("#search", "Enter")
    return page.inner_text("#story")


def test_the_story_names_partners_that_are_not_drawn(page):
    told = told_of(page, "Afghanistan")
    assert re.search(r"Who pulls on it\s+Iran: 14\.\d % \(not on the map\)", told)
    assert "of its reliance rests on states not on the map" in told


def test_a_state_observed_in_part_is_not_said_to_be_unobserved(page):
    told = told_of(page, "Hong Kong")
    assert "less than 80 % of its reliance was observed" in told
    assert "not observed by anyone" not in told


def test_with_three_poles_words_and_legend_are_those_of_the_leader(browser, tmp_path):
    path = write_three_pole_map(tmp_path)
    watched = Watched(browser, path)
    assert watched.page.is_hidden("#scale")
    assert watched.page.is_hidden("#scale-ends")
    assert watched.page.is_visible("#leader-formula")
    told = told_of(watched.page, "Brunei")
    assert "Japan pulls hardest" in told
    assert "leans to China" not in told
    assert "Leading pole" in watched.page.inner_text("#table thead")
    watched.close()
