"""The atlas in headless Chromium with the network off: every control driven, every number held against Python's."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import influence as inf
from influence.errors import StateError
from influence.export.atlas import write_atlas
from influence.export.atlas_data import AtlasData, headline_pulls
from influence.export.backbone import prominent
from influence.export.land import project
from influence.metrics.trends import lasting_crossing
from influence.specs import LAYERS
from influence.statements.findings import counted_finding
from influence.study import Study
from tests.browser.watched import Watched, drawn
from tests.export.pages import HOSTILE, POLES, real_content, real_panel, real_results, real_study, write_hostile_atlas

DESK = {"width": 1400, "height": 900}
NUMBERS = """() => {
  const { book, view } = window.influenceAtlas;
  const direct = book.measured(view.scenario, view.weights);
  const list = (values) => Array.from(values, (v) => (Number.isNaN(v) ? null : v));
  return { pulls: direct.pulls.map(list), balance: list(direct.balances[0]), coverage: list(direct.coverage),
           breaks: Array.from(direct.breaks), years: book.years, codes: book.data.states.map((s) => s.code) };
}"""


@pytest.fixture
def watched(browser, atlas) -> Iterator[Watched]:
    page = Watched(browser, atlas, "#y=2016", viewport=DESK)
    yield page
    page.close()


@pytest.fixture
def page(watched) -> Page:
    return watched.page


def move(page: Page, selector: str, value: float) -> None:
    """Set a slider as a person does: the value, then the event the page listens to."""
    page.eval_on_selector(
        selector, "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })); }", str(value)
    )


def wait(page: Page, expression: str, value: object) -> None:
    """Scenarios are unpacked when first asked for: wait for the view that was asked for."""
    for _ in range(200):
        if drawn(page, expression) == value:
            return
        page.wait_for_timeout(20)
    pytest.fail(f"{expression} is {drawn(page, expression)!r}, not {value!r}")


def arrays(page: Page) -> dict[str, np.ndarray]:
    """What the page computes for its weights, arrays as (year, state)."""
    found = page.evaluate(NUMBERS)
    shape = (len(found["codes"]), len(found["years"]))
    for key in ("balance", "coverage"):
        found[key] = np.array(found[key], dtype=float).reshape(shape).T
    found["pulls"] = [np.array(values, dtype=float).reshape(shape).T for values in found["pulls"]]
    return found


@lru_cache(maxsize=4)
def under(name: str) -> Study:
    """The study under a scenario."""
    return real_study().on(real_study().applied(name).panel)


# ---- the numbers -----------------------------------------------------------------------------------------


WEIGHTS = [
    (60, 30, 10, 0), (100, 0, 0, 0), (0, 100, 0, 0), (10, 80, 5, 5), (0, 20, 30, 50), (33.5, 0.5, 66, 12), (0, 0, 0, 9),
]  # fmt: skip


@pytest.mark.parametrize("raw", WEIGHTS)
def test_sliders_agree_with_python(page, raw):
    for name, value in zip(LAYERS, raw, strict=True):
        move(page, f"#weight-{name}", value)
    found = arrays(page)
    ties = inf.build_ties(real_panel(), dict(zip(LAYERS, raw, strict=True)))
    for k, pole in enumerate(POLES):
        # China pledges to nobody but North Korea and hosts no troops: such a pull is zero everywhere, not an error.
        try:
            python = inf.direct_pull(ties, pole).sel(target=found["codes"]).values
        except StateError:
            assert np.nanmax(found["pulls"][k]) == 0
            continue
        np.testing.assert_allclose(found["pulls"][k], python, atol=1e-6, rtol=0)
    seen = 1.0 - ties["unobserved"].sel(target=found["codes"]).values
    np.testing.assert_allclose(found["coverage"], seen, atol=1e-6, rtol=0)
    breaks = ties["is_break"].sel(target=found["codes"]).values
    np.testing.assert_array_equal(np.array(found["breaks"]).reshape(len(found["codes"]), -1).T, breaks)


def test_members_of_a_group_have_its_pull_and_are_not_counted(browser, tmp_path):
    poles = ("asean", "CHN", "USA")
    content = real_content(scenarios=(), poles=poles)
    watched = Watched(browser, write_atlas(content, tmp_path / "atlas.html"), "#y=2016", viewport=DESK)
    page = watched.page
    found = arrays(page)
    ties = real_results()[0]
    for k, pole in enumerate(poles):
        python = inf.direct_pull(ties, pole).sel(target=found["codes"]).values
        np.testing.assert_allclose(found["pulls"][k], python, atol=1e-6, rtol=0)
    # ASEAN pulls on its own member with the other nine; a power of one country does not pull on itself.
    at, laos, china = found["years"].index(2016), *(found["codes"].index(code) for code in ("LAO", "CHN"))
    assert found["pulls"][0][at, laos] > found["pulls"][1][at, laos] > 0.1
    assert np.isnan(found["pulls"][1][:, china]).all()
    for year in (1993, 2016, 2023):
        page.evaluate("(year) => window.influenceAtlas.change({ year })", year)
        assert page.inner_text("h1") == python_headline(content, year)
    # Laos joined in 1997: in 1993 it is counted, later it is not.
    assert len(headline_pulls(content, 3)[0]) - len(headline_pulls(content, at)[0]) >= 4
    watched.close()


def python_headline(content: AtlasData, year: int) -> str:
    """The finding of a year, counted by Python from the measures themselves: members of poles are left out."""
    study, ties = content.study, content.study.ties
    members = {code for pole in study.poles for code in members_of(study, pole, year)}
    counted = [code for code in study.region_states() if code not in members]
    pulls = [inf.direct_pull(ties, pole).sel(year=year, target=counted).values for pole in study.poles]
    return counted_finding(np.stack(pulls), study.labels, year)


def members_of(study: Study, pole: str, year: int) -> list[str]:
    return study.registry.members(pole, year) if study.registry.is_group(pole) else [pole]


@pytest.mark.parametrize("name", ["korus_ended", "tpp_with_us", "korea_us_alliance_ended"])
def test_scenarios_agree_with_python(page, name):
    page.select_option("#scenario", name)
    wait(page, "view.scenario", name)
    wait(page, "book.scenarios.size", 2)
    found = arrays(page)
    ties = under(name).ties
    for k, pole in enumerate(POLES):
        python = inf.direct_pull(ties, pole).sel(target=found["codes"]).values
        np.testing.assert_allclose(found["pulls"][k], python, atol=1e-6, rtol=0)
    # A balance is a ratio: its error is that of the pulls over their sum.
    np.testing.assert_allclose(
        found["balance"], inf.pull_balance(ties, POLES).sel(target=found["codes"]).values, atol=1e-5, rtol=0
    )


@pytest.mark.parametrize("lens", ["network", "income", "opinion", "bandwidth"])
def test_lenses_agree_with_python(page, lens):
    page.select_option("#lens", lens)
    pulls = inf.lens_pull(real_study(), lens)
    balance = inf.lens_balance(pulls, POLES)
    codes = drawn(page, "book.data.states.map((s) => s.code)")
    for measure, values in [("CHN", pulls.sel(pole="CHN")), ("CHN-USA", balance)]:
        found = page.evaluate(
            """(m) => { const { book, view } = window.influenceAtlas;
            return Array.from(book.values(view, m), (v) => Number.isNaN(v) ? null : v); }""",
            measure,
        )
        found = np.array(found, dtype=float).reshape(len(codes), -1).T
        size = max(1.0, float(np.nanmax(np.abs(values.values))))
        np.testing.assert_allclose(found, values.sel(target=codes).values, atol=1e-6 * size, rtol=0)


def test_ties_and_the_prominent_ones_agree_with_python(page):
    ties, _ = real_results()
    codes = drawn(page, "book.data.states.map((s) => s.code)")
    found = page.evaluate(
        """() => { const { book, view } = window.influenceAtlas; const shares = book.ties(view, 2016);
        return { pairs: book.data.ties, shares: Array.from(shares), kept: book.prominent(view, 2016, shares) }; }"""
    )
    now = np.nan_to_num(inf.build_ties(real_panel().of_years(2016, 2016)).sel(source=codes, target=codes).values[0])
    seen = 1.0 - ties["unobserved"].sel(year=2016, target=codes).values >= 0.8
    now = now * seen[None, :]
    kept = prominent(now)
    for (source, target), share, shown in zip(found["pairs"], found["shares"], found["kept"], strict=True):
        if source < len(codes):
            assert share == pytest.approx(now[source, target], abs=2e-6)
            assert shown == kept[source, target] or share < 2e-6


def test_crossings_agree_with_python(page):
    ties, _ = real_results()
    balance = inf.pull_balance(ties, POLES)
    python = lasting_crossing(balance, ties["is_break"].reset_coords(drop=True)).set_index("iso3")
    crossings = page.evaluate(
        """() => { const { book, view } = window.influenceAtlas;
        return Object.fromEntries(book.data.states.map((s, i) => [s.code, book.crossing(view, 'CHN-USA', i)])); }"""
    )
    assert sum(found is not None for found in crossings.values()) >= 15
    for code, found in crossings.items():
        if found is None:
            assert code not in python.index
        else:
            row = python.loc[code]
            assert (found["year"], found["direction"], found["holds"]) == (row["year"], row["direction"], row["holds"])


def test_the_weights_at_which_the_lead_changes_agree_with_python(page):
    study = real_study().at(2016)
    found = page.evaluate(
        """() => { const { book, view } = window.influenceAtlas;
        return Object.fromEntries(book.data.states.map((s, i) => [s.code, book.thresholds(view, 'CHN-USA', i)])); }"""
    )
    names = drawn(page, "book.data.layers.map((layer) => layer.name)")
    turning = 0
    for code, changes in found.items():
        try:
            python = inf.weight_thresholds(study, code, 2016).thresholds
        except StateError:
            assert changes == []
            continue
        wanted = {one.layer: one.threshold for one in python if not np.isnan(one.threshold)}
        assert {names[change["layer"]]: change["level"] for change in changes} == pytest.approx(wanted, abs=1e-5)
        turning += bool(wanted)
    assert turning >= 8
    page.click("tr[data-code='KOR'] button")
    text = page.inner_text("#story-thresholds")
    assert text.startswith("China leads if the layer ")
    assert "weighs less than 0.08 (now 0.30)" in text
    page.click("tr[data-code='VNM'] button")
    assert "same power leads at any weight" in page.inner_text("#story-thresholds")


# ---- every control, and what it does to the numbers shown ------------------------------------------------------


def value(iso3: str, metric: str, pole: str, year: int = 2016) -> float:
    _, table = real_results()
    rows = table[(table["year"] == year) & (table["iso3"] == iso3)]
    return float(rows[(rows["metric"] == metric) & (rows["pole"] == pole)]["value"].iloc[0])


def signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", "\u2212")


def row(page: Page, code: str) -> list[str]:
    return page.eval_on_selector(f"tr[data-code='{code}']", "r => [...r.cells].map(c => c.textContent)")


def test_it_opens_with_its_finding(page):
    balances = [value(code, "pull_balance", "CHN-USA") for code in drawn(page, "book.data.states.map((s) => s.code)")]
    known = [b for b in balances if b == b]
    more, less = sum(b > 0 for b in known), sum(b < 0 for b in known)
    assert page.inner_text("h1") == (
        f"In 2016, China pulls harder on {more} of {len(known)} countries, the United States on {less}"
    )
    assert page.title() == page.inner_text("h1")
    assert "share of each country's reliance" in page.inner_text("#subtitle")
    assert "CEPII, BACI country-pair totals" in page.inner_text("#source")


def test_year_slider_moves_title_table_and_address(page):
    move(page, "#year", 2004 - 1990)
    assert page.inner_text("#year-value") == "2004"
    assert page.inner_text("h1").startswith("In 2004,")
    assert row(page, "KOR")[1] == signed(value("KOR", "pull_balance", "CHN-USA", 2004))
    assert "#y=2004" in page.url
    page.focus("#year")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#year-value") == "2005"


def test_play_goes_on_by_itself_and_pauses(page):
    page.click("#play")
    assert page.inner_text("#play") == "Pause"
    wait(page, "view.year", 2018)
    page.click("#play")
    assert page.inner_text("#play") == "Play"
    here = drawn(page, "view.year")
    page.wait_for_timeout(1200)
    assert drawn(page, "view.year") == here


def test_scenario_changes_numbers_and_says_what_it_assumes(page):
    page.select_option("#scenario", "korus_ended")
    wait(page, "view.scenario", "korus_ended")
    wait(page, "view.year", 2018)
    page.wait_for_selector("#scenario-note", state="visible")
    assert page.inner_text("h1").startswith("If KORUS")
    after = float(inf.pull_balance(under("korus_ended").ties, POLES).sel(year=2018, target="KOR"))
    cells = row(page, "KOR")
    assert cells[1] == signed(after)
    change = after - value("KOR", "pull_balance", "CHN-USA", 2018)
    assert cells[3] == f"{change:+.3f}".replace("-", "\u2212")
    page.click("summary")
    assert page.locator("#scenario-assumptions li").count() >= 2
    page.click("tr[data-code='KOR'] button")
    assert "; actual " in page.inner_text("#story-numbers")
    assert page.locator("#story-chart .dashed").count() >= 1


def test_years_before_a_scenario_show_the_actual_values_and_a_note(page):
    page.select_option("#scenario", "korus_ended")
    wait(page, "view.year", 2018)
    move(page, "#year", 2010 - 1990)
    assert "The scenario begins in 2018; 2010 shows the actual values." in page.inner_text("#subtitle")
    assert row(page, "KOR")[1] == signed(value("KOR", "pull_balance", "CHN-USA", 2010))


def test_colour_by_a_pole_changes_title_scale_and_chart(page):
    page.select_option("#measure", "USA")
    pulls = {c: value(c, "pull_direct", "USA") for c in drawn(page, "book.data.states.map((s) => s.code)")}
    most = max((v, c) for c, v in pulls.items() if v == v)
    assert page.inner_text("h1").endswith(f": {100 * most[0]:.1f} %")
    assert "50.0 % and more" in page.inner_text("#scale-high")
    assert "m=USA" in page.url


def test_lens_changes_numbers_title_and_unit(page):
    page.select_option("#lens", "network")
    pulls = inf.lens_pull(real_study(), "network")
    assert row(page, "KOR")[1] == signed(float(inf.lens_balance(pulls, POLES).sel(year=2016, target="KOR")))
    assert "through the network pull lens" in page.inner_text("h1")
    assert "what reaches a country through its partners" in page.inner_text("#subtitle")
    assert page.is_hidden("#range-note")


def test_changed_weights_hide_ranges_and_disable_lenses(page):
    page.click("tr[data-code='KOR'] button")
    assert page.locator("#story-chart .range").count() >= 1
    assert "Range over definitions" in page.inner_text("#table thead")
    move(page, "#weight-alliance", 0)
    assert page.locator("#story-chart .range").count() == 0
    assert "Range over definitions" not in page.inner_text("#table thead")
    assert page.eval_on_selector_all("#lens option", "o => o.map(e => e.disabled)") == [False, True, True, True, True]
    assert "Weights changed: ranges are hidden" in page.inner_text("#subtitle")
    assert "trade 85.7 %" in page.inner_text("#subtitle")
    assert page.inner_text("#weight-trade-value") == "85.7 %"
    ties = inf.build_ties(real_panel(), {"trade": 60, "agreement": 10})
    assert row(page, "KOR")[1] == signed(float(inf.pull_balance(ties, POLES).sel(year=2016, target="KOR")))
    page.click("#weights-reset")
    assert row(page, "KOR")[1] == signed(value("KOR", "pull_balance", "CHN-USA"))
    assert page.locator("#story-chart .range").count() >= 1


def test_all_weights_at_zero_show_a_note_and_no_value(page):
    for name in LAYERS:
        move(page, f"#weight-{name}", 0)
    assert "give at least one layer a weight" in page.inner_text("#subtitle")
    assert row(page, "KOR")[1] == "no value"


def test_threshold_and_all_ties_say_how_many_are_hidden(page):
    def counts() -> tuple[int, ...]:
        text = page.inner_text("#count")
        return tuple(int(n) for n in re.findall(r"(\d+) (?:of|ties|are|more)", text))

    shown, known, weak, hidden = counts()
    assert shown + weak + hidden == known
    assert shown == drawn(page, "scene.arcs.length")
    move(page, "#threshold", 12)
    assert page.inner_text("#threshold-value") == "12.0 %"
    fewer, same, weaker, _ = counts()
    assert fewer < shown
    assert same == known
    assert weaker > weak
    assert drawn(page, "scene.arcs.every((a) => a.share >= 0.12)")
    move(page, "#threshold", 2)
    page.check("#all")
    assert counts()[3] == 0
    assert counts()[0] > shown


def test_search_finds_by_name_code_and_part_and_says_when_it_does_not(page):
    for text, code in [("south korea", "KOR"), ("JPN", "JPN"), ("zealand", "NZL")]:
        page.fill("#search", text)
        page.press("#search", "Enter")
        assert drawn(page, "view.chosen") == code
    page.fill("#search", "Atlantis")
    page.press("#search", "Enter")
    assert drawn(page, "view.chosen") == "NZL"
    assert "Atlantis" in page.inner_text("#message")


def test_the_story_has_numbers_layers_partners_crossing_and_events(page):
    page.click("tr[data-code='KOR'] button")
    story = page.inner_text("#story")
    assert "South Korea (KOR)" in story
    assert (
        f"more on the United States than on China (balance {signed(value('KOR', 'pull_balance', 'CHN-USA'))}" in story
    )
    assert f"{100 * value('KOR', 'pull_direct', 'USA'):.1f} %" in story
    layers = real_study().at(2016).layers
    share = 0.6 * float(layers.sel(layer="trade", source="CHN", target="KOR").values[0])
    assert f"{100 * share:.1f} %" in page.inner_text("#story-layers")
    for words in ("2012: KORUS comes into force", "2022: RCEP comes into force", "the lead did not change;"):
        assert words in story
    tie = float(real_results()[0].sel(year=2016, source="JPN", target="KOR"))
    assert f"Japan: {100 * tie:.1f} %" in page.inner_text("#story-in")
    assert "(not on the map)" in page.inner_text("#story-in")
    page.click("tr[data-code='VNM'] button")
    events = page.inner_text("#story-events")
    assert "2016: TPP is signed" in events
    assert "2017: The United States gives notice" in events
    page.click("tr[data-code='CHN'] button")
    assert "is a power" in page.inner_text("#story-text")
    assert page.is_hidden("#story-time")


def test_a_click_on_a_dot_chooses_and_escape_clears(page):
    x, y = drawn(page, "painter.place('JPN')")
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + y)
    assert "Japan (JPN)" in page.inner_text("#story-name")
    page.keyboard.press("Escape")
    assert page.is_hidden("#story")
    page.mouse.click(box["x"] + 5, box["y"] + box["height"] - 60)
    assert drawn(page, "view.chosen") is None


def test_pins_compare_up_to_four_and_can_be_taken_out(page):
    for code in ("KOR", "JPN", "AUS", "VNM"):
        page.click(f"tr[data-code='{code}'] button")
        page.click("#pin")
    assert page.locator("#compared-list li").count() == 4
    assert signed(value("JPN", "pull_balance", "CHN-USA")) in page.inner_text("#compared-list")
    assert page.locator("#compared-chart .name").count() == 4
    page.click("tr[data-code='IDN'] button")
    page.click("#pin")
    assert page.locator("#compared-list li").count() == 4
    assert "unpin one first" in page.inner_text("#message")
    page.click("[data-unpin='JPN']")
    assert page.locator("#compared-list li").count() == 3
    assert "p=KOR%2CAUS%2CVNM" in page.url


def test_the_table_sorts_both_ways_with_nothing_last(page):
    def balances() -> list[str]:
        return page.eval_on_selector_all("#table tbody tr", "rows => rows.map(r => r.cells[1].textContent)")

    def number(text: str) -> float:
        return float(text.replace("\u2212", "-"))

    for way in ("descending", "ascending"):
        page.click("[data-sort='balance']")
        assert page.get_attribute("#table thead th:nth-child(2)", "aria-sort") == way
        known = [number(b) for b in balances() if b not in ("power", "no value")]
        assert known == sorted(known, reverse=way == "descending")
        assert all(b in ("power", "no value") for b in balances()[len(known) :])
    page.click("[data-sort='name']")
    assert page.get_attribute("#table thead th:first-child", "aria-sort") in ("ascending", "descending")


def test_poles_and_missing_states_say_so(page):
    assert row(page, "CHN")[1] == row(page, "USA")[1] == "power"
    assert row(page, "HKG")[1] == "no value"
    assert "missing" in row(page, "HKG")[-1]


def test_land_is_tinted_only_when_asked_and_is_no_position(page):
    place = project(np.array([134.0]), np.array([-24.0]))[0].tolist()  # the middle of Australia
    colour = """([x, y]) => {
      const { painter } = window.influenceAtlas;
      const at = painter.at({ x, y }).map((place) => place * painter.ratio);
      const copy = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
      const to = copy.getContext('2d');
      to.drawImage(painter.paper, ...at, 1, 1, 0, 0, 1, 1);
      return Array.from(to.getImageData(0, 0, 1, 1).data);
    }"""
    before = page.evaluate(colour, place)
    page.check("#tint")
    assert page.evaluate(colour, place) != before
    assert "takes no position" in page.inner_text("#legend")
    assert "n=1" in page.url


def test_zoom_keeps_the_map_in_its_box_and_whole_undoes_it(page):
    before = drawn(page, "painter.place('KOR')")
    page.click("#zoom-in")
    assert drawn(page, "painter.place('KOR')") != before
    assert re.search(r"z=1\.5", page.url)
    page.click("#whole-map")
    assert drawn(page, "painter.place('KOR')") == before


def test_theme_changes_and_stays_in_the_address(page):
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    page.click("#theme")
    assert page.evaluate(paper) != before
    assert page.inner_text("#theme") == "Light"
    assert "d=dark" in page.url


def test_hollow_dots_are_those_whose_range_includes_zero(page):
    content = real_content()
    at = content.base.years.index(2016)
    low, high = (content.numbers[end].values[-1][:, at] for end in ("low", "high"))
    poles = np.isin(content.frame.shown, POLES)
    open_dots = {c for c, a, b, p in zip(content.frame.shown, low, high, poles, strict=True) if a < 0 < b and not p}
    assert len(open_dots) >= 5
    hollow = drawn(page, "scene.dots.filter((d) => d.hollow).map((d) => d.code)")
    assert set(hollow) == open_dots
    hatched = set(drawn(page, "scene.dots.filter((d) => d.hatched).map((d) => d.code)"))
    assert hatched == {c for c, a, p in zip(content.frame.shown, low, poles, strict=True) if np.isnan(a) and not p}


@pytest.mark.parametrize("year", [1995, 2016, 2023])
def test_every_name_is_there_and_lies_over_no_dot_no_other_and_no_line(page, year):
    page.evaluate("(year) => window.influenceAtlas.change({ year })", year)
    overlaps, count, lines = page.evaluate(
        """() => {
      const { painter, scene } = window.influenceAtlas;
      const boxes = painter.labels.map((l) => {
        const w = Pens.width(l.text, l.size, l.bold);
        const left = l.anchor === 'start' ? l.x : l.anchor === 'end' ? l.x - w : l.x - w / 2;
        return [left, l.y - l.size * .7, left + w, l.y + l.size * .2];
      });
      const hit = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
      const dots = scene.dots.map((d) => {
        const [x, y] = painter.at(d);
        const r = d.radius * scene.size;
        return [x - r, y - r, x + r, y + r];
      });
      let found = 0;
      boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => { found += hit(a, b); }));
      for (const dot of dots) for (const box of boxes) found += hit(box, dot);
      const lines = painter.labels.filter((l) => l.line).map((l) => l.line);
      for (const [x, y, endX, endY] of lines) {
        for (let k = 1; k < 50; k += 1) {
          const [px, py] = [x + (k / 50) * (endX - x), y + (k / 50) * (endY - y)];
          found += boxes.some((b) => b[0] < px && px < b[2] && b[1] < py && py < b[3]);
        }
      }
      return [found, boxes.length, lines.length];
    }"""
    )
    assert overlaps == 0
    assert count == len(real_content().frame.shown)
    assert 0 < lines < count / 2


# ---- presenting -----------------------------------------------------------------------------------------------


def type_size(page: Page, selector: str) -> float:
    return float(page.eval_on_selector(selector, "e => parseFloat(getComputedStyle(e).fontSize)"))


def test_a_presentation_is_large_plays_the_tour_by_keys_and_ends(page):
    before, labels = type_size(page, "#subtitle"), drawn(page, "painter.labels[0].size")
    page.click("#present")
    page.wait_for_selector("aside", state="hidden")
    assert page.is_hidden("#tour")
    page.select_option("#tours", index=1)
    page.wait_for_selector("#tour", state="visible")
    assert "step 1 of 6" in page.inner_text("#tour-place")
    assert type_size(page, "#subtitle") >= 1.1 * before
    assert drawn(page, "painter.labels[0].size") == 1.5 * labels
    for hidden in ("aside", "#table-section", "#under", "#scenario", "#search", "#theme", "#present"):
        assert page.is_hidden(hidden), hidden
    for key, place in (("PageDown", 2), (" ", 3), ("ArrowRight", 4), ("PageUp", 3), ("ArrowLeft", 2)):
        # A clicker's keys, from wherever the focus is but from a button, which Space presses.
        page.evaluate("() => document.activeElement.blur()")
        page.keyboard.press(key)
        page.wait_for_function(f"() => document.getElementById('tour-place').textContent.includes('step {place} of')")
    assert "b=1" in page.url
    page.click("#present-end")
    page.wait_for_selector("aside", state="visible")
    assert type_size(page, "#subtitle") == before
    assert "b=1" not in page.url


def test_a_presentation_shows_what_was_seen_and_gives_it_back_after_a_tour(browser, atlas):
    watched = Watched(browser, atlas, "#y=2018&s=tpp_with_us&c=NZL", viewport=DESK)
    page = watched.page
    page.click("#present")
    page.wait_for_selector("aside", state="hidden")
    shown = [drawn(page, f"view.{part}") for part in ("year", "scenario", "chosen")]
    assert shown == [2018, "tpp_with_us", "NZL"]
    page.select_option("#tours", index=1)
    page.wait_for_function("() => document.getElementById('tour-place').textContent.includes('step 1 of')")
    page.click("#tour-next")
    page.wait_for_function("() => document.getElementById('tour-place').textContent.includes('step 2 of')")
    page.click("#present-end")
    page.wait_for_selector("aside", state="visible")
    assert page.is_hidden("#tour")
    assert [drawn(page, f"view.{part}") for part in ("year", "scenario", "chosen")] == shown
    watched.close()


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080)])
def test_map_and_words_of_a_presentation_are_on_one_screen(browser, atlas, size):
    watched = Watched(browser, atlas, "#y=2018&s=tpp_with_us&b=1", viewport={"width": size[0], "height": size[1]})
    page = watched.page
    page.select_option("#tours", index=1)
    page.wait_for_selector("#tour", state="visible")
    for _ in range(6):
        below = page.evaluate(
            "() => Math.max(...[...document.querySelectorAll('#tour button, footer')]"
            ".map(e => e.getBoundingClientRect().bottom)) - innerHeight"
        )
        assert below <= 0.5
        assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
        assert page.evaluate("() => document.getElementById('map').getBoundingClientRect().height > 0.35 * innerHeight")
        page.keyboard.press("PageDown")
    watched.close()


def test_a_presentation_is_no_wider_than_a_telephone(browser, atlas):
    watched = Watched(browser, atlas, "#y=2018&b=1", viewport={"width": 390, "height": 844})
    assert watched.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    watched.close()


def test_without_a_tour_the_keys_move_the_year_and_escape_ends(browser, atlas):
    watched = Watched(browser, atlas, "#y=2016&b=1", viewport=DESK)
    page = watched.page
    assert page.is_hidden("aside")
    page.keyboard.press("PageDown")
    wait(page, "view.year", 2017)
    page.keyboard.press("PageUp")
    wait(page, "view.year", 2016)
    page.keyboard.press("Escape")
    page.wait_for_selector("aside", state="visible")
    watched.close()


# ---- address, tours, files ------------------------------------------------------------------------------------


def test_the_address_restores_the_view(browser, atlas, page):
    page.select_option("#scenario", "tpp_with_us")
    wait(page, "view.scenario", "tpp_with_us")
    page.wait_for_selector("#scenario-note", state="visible")
    move(page, "#year", 2020 - 1990)
    page.click("tr[data-code='VNM'] button")
    page.click("#pin")
    page.click("tr[data-code='KOR'] button")
    move(page, "#threshold", 5)
    page.check("#all")
    page.check("#tint")
    page.click("[data-sort='pull-USA']")
    move(page, "#weight-troops", 20)
    page.click("#theme")
    address = page.url[page.url.index("#") :]
    assert "y=2020" in address
    assert "s=tpp_with_us" in address
    assert "c=KOR" in address
    other = Watched(browser, atlas, address, viewport=DESK)
    for what in ("h1", "#subtitle", "#story", "#compared", "#table", "#count"):
        assert other.page.inner_text(what) == page.inner_text(what)
    assert drawn(other.page, "view.theme") == drawn(page, "view.theme")
    assert drawn(other.page, "scene.arcs.length") == drawn(page, "scene.arcs.length")
    other.close()


def test_a_change_of_the_address_changes_the_view(page):
    page.evaluate("() => { location.hash = '#y=2008&c=JPN&l=income'; }")
    wait(page, "view.year", 2008)
    assert "Japan (JPN)" in page.inner_text("#story-name")
    assert page.input_value("#lens") == "income"


SENSELESS = [
    "#y=1066&c=QQQ&s=nothing&l=none&m=%zz", "#w=1,2&t=99&z=9e9,0,0&p=<b>,KOR", "#w=-1,0,0,0&w=0,0,0,0", "#=&&==&y",
    "#y=2016&" * 500,
]  # fmt: skip


@pytest.mark.parametrize("address", SENSELESS)
def test_an_address_that_makes_no_sense_is_left_out(browser, atlas, address):
    watched = Watched(browser, atlas, address, viewport=DESK)
    assert drawn(watched.page, "view.weights") == drawn(watched.page, "book.data.weights")
    assert drawn(watched.page, "view.chosen") is None
    assert "pulls harder" in watched.page.inner_text("h1")
    watched.close()


def test_tours_play_to_their_end_and_set_the_view(page):
    page.select_option("#tours", "two_hierarchies")
    wait(page, "view.year", 2000)
    assert page.inner_text("#tour-place").endswith("step 1 of 5")
    assert drawn(page, "view.weights") == [1, 0, 0, 0]
    trade = inf.build_ties(real_panel(), {"trade": 1})
    text = signed(float(inf.pull_balance(trade, POLES).sel(year=2000, target="JPN")))
    assert f"more on the United States than on China ({text})" in page.inner_text("#tour-text")
    assert row(page, "JPN")[1] == text
    for step in (2, 3, 4, 5):
        page.click("#tour-next")
        assert page.inner_text("#tour-place").endswith(f"step {step} of 5")
    assert drawn(page, "view.measure") == "CHN"
    page.click("#tour-back")
    assert page.inner_text("#tour-place").endswith("step 4 of 5")
    page.click("#tour-next")
    page.click("#tour-next")
    assert page.is_hidden("#tour")


def test_svg_is_a_picture_with_title_sources_and_command(page, tmp_path):
    with page.expect_download() as download:
        page.click("#save-svg")
    path = tmp_path / "map.svg"
    download.value.save_as(path)
    assert download.value.suggested_filename == "atlas_2016.svg"
    root = ET.parse(path).getroot()
    text = " ".join(node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text"))
    assert page.inner_text("h1") in text
    for words in (
        "share of each country's reliance",
        "Sources: CEPII",
        "influence atlas",
        "takes no position",
        "South Korea",
    ):
        assert words in text
    circles = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(circles) >= 45
    assert not any("script" in node.tag for node in root.iter())
    # It opens as a picture too.
    other = page.context.new_page()
    packed = base64.b64encode(path.read_bytes()).decode()
    other.set_content(f"<img id=i src='data:image/svg+xml;base64,{packed}'>")
    other.wait_for_selector("#i")
    assert other.evaluate("() => document.getElementById('i').naturalWidth") == 1600


def test_png_is_the_same_sheet_at_twice_the_size(page, tmp_path):
    with page.expect_download() as download:
        page.click("#save-png")
    path = tmp_path / "map.png"
    download.value.save_as(path)
    raw = path.read_bytes()
    assert raw[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(raw[16:20], "big") == 3200
    import matplotlib.image

    pixels = matplotlib.image.imread(path)[:, :, :3]
    assert pixels.std() > 0.05
    assert np.allclose(pixels[2, 2], 1.0, atol=0.01)


# ---- hostile, reachable, readable, quick ------------------------------------------------------------------------


def test_hostile_texts_stay_text(browser, tmp_path):
    watched = Watched(browser, write_hostile_atlas(tmp_path), "#y=2016", viewport=DESK)
    page = watched.page
    page.focus("#map")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        assert any(name.split("\u2028")[0].strip() in page.inner_text("#story") for name in HOSTILE)
    page.click("#pin")
    page.select_option("#scenario", "evil")
    page.wait_for_selector("#scenario-note", state="visible")
    assert HOSTILE[0] in page.inner_text("#scenario-question")
    page.select_option("#tours", "hostile")
    assert HOSTILE[0] in page.inner_text("#tour-text")
    assert page.locator("img").count() == 0
    with page.expect_download() as download:
        page.click("#save-svg")
    path = tmp_path / "hostile.svg"
    download.value.save_as(path)
    assert {node.tag.split("}")[1] for node in ET.parse(path).getroot().iter()} <= {
        "svg", "title", "g", "path", "circle", "text", "clipPath", "rect"
    }  # fmt: skip
    assert page.evaluate("() => window.owned ?? null") is None
    watched.close()


def test_policy_lets_nothing_be_fetched_or_run(page):
    policy = page.get_attribute("meta[http-equiv='Content-Security-Policy']", "content")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["#y=2016", "#y=2018&s=korus_ended&c=KOR&p=KOR,JPN&n=1", "#y=2016&w=100,0,0,0&c=VNM"]
)
def test_axe_finds_nothing_serious(browser, atlas, scheme, address):
    watched = Watched(browser, atlas, address, viewport=DESK, color_scheme=scheme)
    found = Axe().run(watched.page).response["violations"]
    bad = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in ("serious", "critical")]
    assert bad == []
    watched.close()


def test_every_control_has_a_name_and_the_tab_order_is_that_of_the_page(page):
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('input, button, select')]
        .filter(e => !(e.textContent.trim() && e.tagName === 'BUTTON' || e.ariaLabel || e.labels && e.labels.length))
        .map(e => e.outerHTML)"""
    )
    assert unnamed == []
    reached = []
    for _ in range(23):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.id"))
    assert reached == [
        "play", "year", "scenario", "measure", "lens", "search", "tours", "theme", "present", "map", "zoom-in",
        "zoom-out", "whole-map", "threshold", "all", "tint", "save-png", "save-svg", "link",
        "weight-trade", "weight-alliance", "weight-agreement", "weight-troops",
    ]  # fmt: skip


def test_everything_can_be_done_by_keyboard(page):
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    assert drawn(page, "view.chosen") == "AFG"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("p")
    assert drawn(page, "view.pinned") == ["AUS"]
    page.keyboard.press("+")
    assert drawn(page, "painter.view[0]") == pytest.approx(1.5)
    page.keyboard.press("0")
    assert drawn(page, "painter.view[0]") == 1
    page.keyboard.press("Escape")
    assert drawn(page, "view.chosen") is None
    page.focus("#weight-alliance")
    page.keyboard.press("Home")
    assert page.inner_text("#weight-alliance-value") == "0.0 %"
    page.focus("#tours")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#tour", state="visible")
    assert page.evaluate("() => document.activeElement.id") == "tour-next"


@pytest.mark.parametrize(
    "width, height, ratio", [(390, 800, 3), (700, 450, 2), (1400, 900, 1), (1920, 1080, 1), (3840, 2160, 1)]
)
def test_nothing_is_wider_than_the_screen(browser, atlas, width, height, ratio):
    """700 x 450 with two device pixels each is 1400 x 900 at 200 % zoom."""
    watched = Watched(
        browser, atlas, "#y=2018&s=tpp_with_us&c=KOR&p=KOR,JPN", viewport={"width": width, "height": height},
        device_scale_factor=ratio,
    )  # fmt: skip
    page = watched.page
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    box = page.locator("#map").bounding_box()
    assert box["height"] >= 200
    named = set(drawn(page, "painter.labels.map((l) => l.dot.code)"))
    assert named >= {"CHN", "USA", "KOR", "JPN"}
    zoom = page.locator("#zoom").bounding_box()
    assert zoom["y"] >= box["y"] + box["height"], "the buttons hide nothing of the map"
    assert box["width"] >= 0.5 * min(width, 2000) or width > 820
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, select')]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 22).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []
    watched.close()


def test_print_is_light_and_without_controls(browser, atlas):
    watched = Watched(browser, atlas, "#y=2016&c=KOR&d=dark", viewport=DESK)
    page = watched.page
    page.emulate_media(media="print")
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert page.is_hidden("#controls")
    assert page.is_hidden("#weigh")
    assert page.is_visible("#story")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert drawn(page, "scene.colours.paper") == "#ffffff"
    page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    assert drawn(page, "view.theme") == "dark"
    watched.close()
