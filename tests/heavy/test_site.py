"""The built site holds together, asks for nothing from elsewhere, and says what the package says."""

from __future__ import annotations

import ast
import math
import re
from functools import lru_cache
from html import unescape
from pathlib import Path

import click
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

import influence
from docs_build.equations import EQUATIONS
from docs_build.links import broken_links, fetched_from_elsewhere, outgoing_links, read_page
from docs_build.parts import ROOT
from influence import schema
from influence.cli import COMMANDS, cli
from influence.evidence.claims_register import load_claims
from influence.lessons.load import lesson_names
from influence.metrics.catalogue import all_metrics
from influence.panel.package import read_package
from influence.scenario.load import load_scenario, scenario_names
from influence.tables import datasets_dir
from tests.cli.calls import call

pytestmark = pytest.mark.slow

TAG = re.compile(r"<[^>]+>")
LINE = re.compile(r"<code>([^<]*[÷×+−][^<]* = [^<]*)</code>")
OUTWARD: set[str] = set()
"""Where the site may lead a reader beyond itself."""


@lru_cache(maxsize=32)
def html(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


def words(site: Path, name: str) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(TAG.sub(" ", html(site, name))).split())


def calculated(line: str) -> float:
    """A line of arithmetic by Python's own rules: another route than docs_build.worked.steps."""
    plain = line.replace(",", "").replace("×", "*").replace("÷", "/").replace("−", "-").replace("^", "**")
    tree = ast.parse(plain, mode="eval")
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names <= {"ln", "exp", "sqrt", "min"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    known = {"ln": math.log, "exp": math.exp, "sqrt": math.sqrt, "min": min, "__builtins__": {}}
    return float(eval(compile(tree, "line", "eval"), known))


# ---- it holds together ---------------------------------------------------------------------------


def test_every_link_and_anchor_leads_somewhere(site):
    assert broken_links(site) == []


def test_nothing_is_fetched_from_elsewhere(site):
    assert fetched_from_elsewhere(site) == []
    assert set(outgoing_links(site)) <= OUTWARD
    scripts = [path for path in site.rglob("*.js") if "assets/javascripts" not in path.as_posix()]
    assert sorted(path.relative_to(site).as_posix() for path in scripts) == [
        "assets/iframe-worker.js", "search/search_index.js"
    ]  # fmt: skip


def test_nothing_of_the_day_or_the_machine_is_in_it(site):
    assert not list(site.glob("sitemap*"))
    assert not (site / "404.html").exists()
    for path in site.rglob("*"):
        if path.suffix in (".html", ".svg", ".css", ".json"):
            text = path.read_text(encoding="utf-8")
            assert str(ROOT) not in text, path
            assert str(site) not in text, path


def test_every_page_is_in_the_navigation(site):
    linked = {link.split("#")[0] for link in read_page(site / "index.html").links}
    assert {path.name for path in site.glob("*.html")} <= linked | {"index.html"}


def test_no_mark_and_no_raw_markdown_is_left(site):
    for path in site.glob("*.html"):
        text = html(site, path.name)
        assert "made:" not in text, path.name
        assert "$$" not in text and "$`" not in text, path.name  # noqa: PT018
        assert ":::" not in text, path.name


# ---- worked numbers ------------------------------------------------------------------------------


def test_every_worked_line_is_true(site):
    lines = [unescape(line) for line in LINE.findall(html(site, "method.html"))]
    assert len(lines) >= 35
    for line in lines:
        left, right = line.rsplit(" = ", 1)
        wanted = float(right.replace(",", "").replace("−", "-"))
        assert calculated(left) == pytest.approx(wanted, rel=3e-4, abs=2e-6), line


def test_trade_dependence_is_that_of_the_raw_table(site):
    folder = ROOT / "datasets"
    trade = pd.read_parquet(folder / "trade.parquet", filters=[("year", "==", 2016)])
    totals = (
        pd.read_parquet(folder / "trade_totals.parquet", filters=[("year", "==", 2016)]).set_index("iso3").loc["KOR"]
    )
    for pole in ("CHN", "USA"):
        pair = trade[trade["exporter"].isin(["KOR", pole]) & trade["importer"].isin(["KOR", pole])]
        share = pair["export_usd"].sum() / (totals["export_usd"] + totals["import_usd"])
        assert f"= {share:.6f}</code>" in html(site, "method.html")


def test_the_balance_is_that_of_the_package(site):
    ties = influence.build_ties(influence.load_panel())
    value = float(influence.pull_balance(ties, ("CHN", "USA")).sel(year=2016, target="KOR"))
    assert f"= {value:.6f}</code>".replace("-", "−") in html(site, "method.html")
    assert f"South Korea {value:.2f}".replace("-", "−") in html(site, "idea.html")
    assert f"{value:.2f}" in words(site, "start.html")


def test_every_equation_has_its_formula_function_and_figures(site):
    parts = re.split(r'<h2 id="(\d+)-', html(site, "method.html"))
    page_text = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert list(page_text) == list(EQUATIONS)
    for number, text in page_text.items():
        assert 'class="equation"' in text, number
        assert "Source" in text or number in ("2", "4", "5", "6", "15"), number
        for path in EQUATIONS[number]:
            assert f"#{path}" in text, path
        assert LINE.search(text) or number == "5", number


# ---- what is made from the code -------------------------------------------------------------------


def test_every_command_and_subcommand_is_there_with_its_examples(site):
    anchors, text = read_page(site / "commands.html").anchors, html(site, "commands.html")
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        inner = [f"influence-{name}-{sub}" for sub in command.commands] if isinstance(command, click.Group) else []
        assert {f"influence-{name}", *inner} <= anchors
    assert "Usage: influence [OPTIONS]" in text
    assert "\x08" not in text
    blocks = [unescape(TAG.sub("", block)).strip() for block in re.findall(r"<pre>.*?</pre>", text, re.S)]
    assert any(block.startswith("influence pull KOR Japan --years 2000:2023\ninfluence pull") for block in blocks)


def test_every_public_name_is_there_and_no_private_one(site):
    page = read_page(site / "reference.html")
    assert {f"{getattr(influence, name).__module__}.{name}" for name in influence.__all__} <= page.anchors
    assert not [anchor for anchor in page.anchors if anchor.startswith("influence.") and "._" in anchor]


def test_docstrings_are_text_and_lists(site):
    text = html(site, "reference.html")
    assert "----" not in TAG.sub("", text)
    assert "<strong>Raises</strong>" in text
    assert "<li><code>StateError</code>" in text


def test_every_metric_attribute_and_column_is_there(site):
    page_text = words(site, "metrics.html")
    for metric in all_metrics().values():
        assert f"{metric.name} {' '.join(metric.formula.split())}" in page_text
    for fields in (schema.NODE_ATTRIBUTES, schema.EDGE_ATTRIBUTES, schema.RESULT_COLUMNS, schema.TIE_COLUMNS):
        for field in fields:
            assert field.description.replace("`", "") in page_text


def test_every_source_and_table_is_there(site):
    page_text, package = words(site, "data.html"), read_package(datasets_dir())
    for source in package["sources"]:
        assert f"{source['name']} {source['title']} {source['publisher']} {source['vintage']}" in page_text
    for resource in package["resources"]:
        assert resource["name"] in read_page(site / "data.html").anchors
        assert resource["description"] in page_text


def test_every_scenario_claim_and_lesson_is_there(site):
    for name in scenario_names():
        assert name in read_page(site / "scenarios.html").anchors
        assert load_scenario(name).question in words(site, "scenarios.html")
    page_text = words(site, "claims.html")
    for claim in load_claims():
        assert claim.key in read_page(site / "claims.html").anchors
        for caveat in claim.caveats:
            assert caveat in page_text
    for name in lesson_names():
        assert f"<code>{name}</code>" in html(site, "teaching.html")


def test_limits_have_one_home(site):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in re.search(r"^## Limits\n(.*?)^## ", readme, re.M | re.S)[1].split("\n- "):
        first = " ".join(line.strip(" -\n").split())[:60]
        assert not first or re.sub(r"[`*]", "", first) in words(site, "limits.html")


def test_pictures_are_drawn_and_described_in_words(site):
    text = html(site, "idea.html")
    assert text.count('<figure class="drawn">') == 4
    for label in re.findall(r'<svg [^>]*aria-label="([^"]+)"', text):
        assert re.search(r"\d", label)
    drawn = sorted(path.name for path in (site / "pictures").glob("*.svg"))
    assert len(drawn) == 5
    for name in drawn:
        assert f'src="pictures/{name}"' in html(site, "gallery.html")
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < 12e6


def test_a_picture_is_what_its_command_makes(site, tmp_path):
    done = call("figures", "time", "--states", "KOR,JPN,AUS,VNM", "--formats", "svg", "--out", str(tmp_path))
    assert done.exit_code == 0
    (made,) = tmp_path.glob("*.svg")
    assert made.read_bytes() == (site / "pictures" / made.name).read_bytes()


# ---- in a browser, from the folder, the network off ---------------------------------------------------


class Walk:
    """A page that remembers everything that should not happen: words on the console, faults, requests elsewhere."""

    def __init__(self, browser: Browser, site: Path, width: int, scheme: str) -> None:
        self.faults: list[str] = []
        self.root = site.as_uri()
        size = {"width": width, "height": 900}
        self.context = browser.new_context(offline=True, viewport=size, color_scheme=scheme)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.faults.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", lambda request: self._note(request.url))

    def _failed(self, request: Request) -> None:
        # A page that is left while it still loads is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url}")

    def _note(self, url: str) -> None:
        if not url.startswith((f"{self.root}/", "data:", "blob:", "about:")):
            self.faults.append(f"request: {url}")

    def close(self) -> None:
        self.context.close()
        assert self.faults == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_is_quiet_and_no_wider_than_the_screen(browser, site, width, scheme):
    walk = Walk(browser, site, width, scheme)
    for path in sorted(site.glob("*.html")):
        walk.page.goto(path.as_uri())
        assert walk.page.evaluate("() => document.documentElement.scrollWidth") <= width, path.name
        heights = walk.page.evaluate(
            "() => [...document.querySelectorAll('.drawn text')].map((text) => text.getBoundingClientRect().height)"
        )
        assert min(heights, default=12) >= 10, path.name
    walk.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "scheme"),
    [("idea", "light"), ("idea", "dark"), ("start", "light"), ("method", "light"), ("claims", "dark")],
)
def test_a_page_can_be_read_by_everyone(browser, site, name, scheme):
    walk = Walk(browser, site, 1280, scheme)
    walk.page.goto((site / f"{name}.html").as_uri())
    # Left to itself axe asks for the style sheets anew, which a page of a folder may not.
    found = Axe().run(walk.page, context=".md-content", options={"preload": False}).response["violations"]
    grave = [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")]
    assert grave == []
    walk.close()


@pytest.mark.browser
def test_the_navigation_leads_through_the_whole_site(browser, site):
    walk = Walk(browser, site, 1280, "light")
    walk.page.goto((site / "index.html").as_uri())
    seen = {"index.html"}
    while (forward := walk.page.locator(".md-footer__link--next")).count():
        forward.click()
        walk.page.wait_for_load_state()
        seen.add(walk.page.url.rsplit("/", 1)[1])
    assert seen == {path.name for path in site.glob("*.html")}
    walk.page.locator(".md-header__button.md-logo").click()
    assert walk.page.url.endswith("/index.html")
    walk.close()


@pytest.mark.browser
def test_the_search_works_from_a_folder(browser, site):
    walk = Walk(browser, site, 1280, "light")
    walk.page.goto((site / "index.html").as_uri())
    walk.page.locator(".md-search__input").click()  # the index is read when somebody turns to the search
    walk.page.get_by_text("Type to start searching").wait_for(state="attached")
    walk.page.locator(".md-search__input").press_sequentially("Herfindahl")
    found = walk.page.locator(".md-search-result__link")
    found.first.wait_for()
    links = [found.nth(at).get_attribute("href") for at in range(found.count())]
    assert any("method.html#11-" in str(link) for link in links)
    found.first.click()
    walk.page.wait_for_load_state()
    assert "Herfindahl" in walk.page.inner_text("article")
    walk.close()


@pytest.mark.browser
def test_light_and_dark_are_a_click_apart_and_the_pictures_follow(browser, site):
    walk = Walk(browser, site, 1280, "light")
    walk.page.goto((site / "idea.html").as_uri())
    colour = "() => getComputedStyle(document.querySelector('.drawn rect.p')).fill"
    light = walk.page.evaluate(colour)
    walk.page.locator("label[for='__palette_1']").first.click()
    assert walk.page.evaluate("() => document.body.dataset.mdColorScheme") == "slate"
    assert walk.page.evaluate(colour) != light
    walk.close()
