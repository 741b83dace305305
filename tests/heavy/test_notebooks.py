"""The notebooks, each run offline in a separate kernel with warnings as errors; what they print, found another way."""

from __future__ import annotations

import ast
import re
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import v4
from playwright.sync_api import sync_playwright

import influence as inf
from docs_build.links import broken_links, fetched_from_elsewhere, read_page
from notebooks.pages import INDEX, write_pages
from notebooks.running import Ran, notebook_paths, read_notebook, run_notebook
from tests.browser.watched import ARGUMENTS

ROOT = Path(__file__).resolve().parents[2]
PATHS = {path.stem: path for path in notebook_paths()}
KOREA, TPP, HIERARCHIES, POLES, OP_ED, RANGE = PATHS
TAG = re.compile(r"<[^>]+>")
LOCAL = ("file:", "data:", "blob:", "about")
MOST = 120
"""Seconds of a processor that a notebook may take."""
TYPED = re.compile(r"\d+\.\d+|\d ?%")
"""A figure: with decimals, or in percent."""
MEANT = re.compile(r"`[^`]*`|doi:\S+")
"""Code, and the name of a publication."""


@cache
def ran(name: str) -> Ran:
    return run_notebook(read_notebook(PATHS[name]))


@cache
def text_of(name: str) -> str:
    """All text that the cells of a notebook put out."""
    cells = (cell for cell in ran(name).notebook.cells if cell.cell_type == "code")
    data = (output.get("data", {}) for cell in cells for output in cell.outputs)
    return "\n\n".join(part.get("text/markdown", part.get("text/plain", "")) for part in data)


@pytest.fixture(scope="module")
def panel():
    return inf.load_panel()


@pytest.fixture(scope="module")
def ties(panel):
    return inf.build_ties(panel)


@pytest.fixture(scope="module")
def raw() -> dict[str, pd.DataFrame]:
    names = ("trade", "trade_totals", "attributes", "pacts", "memberships")
    return {name: pd.read_parquet(ROOT / "datasets" / f"{name}.parquet") for name in names}


def two_way(raw: dict[str, pd.DataFrame], year: int) -> pd.DataFrame:
    """Trade of each pair in both directions, from the table itself; zero where there is no row."""
    flows = raw["trade"][raw["trade"]["year"] == year].pivot(index="exporter", columns="importer", values="export_usd")
    codes = flows.index.union(flows.columns)
    square = flows.reindex(index=codes, columns=codes).fillna(0.0)
    return square + square.T


# ---- what holds of all -----------------------------------------------------------------------------


def test_there_are_six():
    assert [name[:2] for name in PATHS] == ["01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize("name", PATHS)
def test_a_notebook_asks_explains_sets_exercises_and_owns_its_limits(name):
    prose = [cell.source for cell in read_notebook(PATHS[name]).cells if cell.cell_type == "markdown"]
    assert prose[0].startswith("# ")
    assert "**The question.**" in prose[0]
    assert "## Exercises" in prose[-1]
    assert "## Limits" in prose[-1]
    assert len(prose) >= 5


def typed_figures(cells) -> list[str]:
    """Figures in the prose, or in the fixed parts of what a cell prints."""
    texts = [MEANT.sub("", cell.source) for cell in cells if cell.cell_type == "markdown"]
    for cell in cells:
        if cell.cell_type != "code":
            continue
        for call in ast.walk(ast.parse(cell.source)):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Markdown":
                texts += [part.value for arg in call.args for part in _fixed(arg)]
    return [found[0] for text in texts for found in TYPED.finditer(text)]


def _fixed(node: ast.AST):
    """Strings of an expression that are printed unchanged: not those that give the format of a number."""
    if isinstance(node, ast.FormattedValue):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _fixed(child)


@pytest.mark.parametrize("name", PATHS)
def test_no_figure_is_typed_into_the_prose(name):
    assert typed_figures(read_notebook(PATHS[name]).cells) == []


def test_a_typed_figure_would_be_seen():
    code = v4.new_code_cell("display(Markdown(f'It is {x:.2f}, not 0.41, ' + f'and {y:.0%} of 3 %'))")
    assert typed_figures([v4.new_markdown_cell("a share of 12.5 and `0.3`"), code]) == ["12.5", "0.41", "3 %"]


@pytest.mark.parametrize("name", PATHS)
def test_a_notebook_uses_no_private_name(name):
    for cell in read_notebook(PATHS[name]).cells:
        tree = ast.parse(cell.source if cell.cell_type == "code" else "")
        names = [a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names]
        names += [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        assert not [name for name in names if name.startswith("_")]


@pytest.mark.slow
def test_a_notebook_cannot_reach_the_network_and_may_not_warn():
    reach = "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=5)"
    with pytest.raises(CellExecutionError, match="notebooks run without a network"):
        run_notebook(v4.new_notebook(cells=[v4.new_code_cell(reach)]))
    ask = "import socket\nsocket.getaddrinfo('example.org', 80)"
    with pytest.raises(CellExecutionError, match=r"asked for 'example\.org'"):
        run_notebook(v4.new_notebook(cells=[v4.new_code_cell(ask)]))
    with pytest.raises(CellExecutionError, match=r"UserWarning\S*: mind"):
        run_notebook(v4.new_notebook(cells=[v4.new_code_cell("import warnings\nwarnings.warn('mind')")]))
    here = "import socket\ns = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(s.getsockname())\n"
    assert run_notebook(v4.new_notebook(cells=[v4.new_code_cell(here + "s.close()\n1 + 1")])).processor > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_a_notebook_runs_quietly_in_its_time(name):
    found = ran(name)
    outputs = [output for cell in found.notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"display_data", "execute_result"}
    assert found.processor < MOST
    assert any("image/png" in output.data for output in outputs) or name == OP_ED
    assert not re.search(r"\bnan\b", " ".join(output.data.get("text/markdown", "") for output in outputs))


# ---- as pages --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    for name in PATHS:
        write_pages(ran(name).notebook, name, folder)
    return folder


@pytest.mark.slow
def test_a_page_is_beside_each_notebook_and_the_index_leads_to_all(pages, tmp_path):
    assert {path.name for path in pages.iterdir()} == {f"{n}.{e}" for n in PATHS for e in ("ipynb", "html")} | {INDEX}
    assert set(read_page(pages / INDEX).links) == {f"{name}.{ending}" for name in PATHS for ending in ("ipynb", "html")}
    assert broken_links(pages) == []
    before = {path.name: path.read_bytes() for path in pages.iterdir()}
    write_pages(ran(KOREA).notebook, KOREA, pages)
    assert {path.name: path.read_bytes() for path in pages.iterdir()} == before
    write_pages(ran(OP_ED).notebook, OP_ED, tmp_path)
    assert read_page(tmp_path / INDEX).links == (f"{OP_ED}.html", f"{OP_ED}.ipynb")


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_a_page_holds_what_the_notebook_says_and_shows(pages, name):
    text = (pages / f"{name}.html").read_text(encoding="utf-8")
    cells = [cell for cell in ran(name).notebook.cells if cell.cell_type == "code"]
    data = [output["data"] for cell in cells for output in cell.outputs]
    assert text.count('<details class="code" open>') == len(cells)
    assert text.count("data:image/png;base64,") == sum("image/png" in one for one in data)
    assert text.count("<iframe ") == sum("<iframe " in one.get("text/html", "") for one in data)
    assert text.count("<table") == text.count('aria-label="Table: ')
    plain = " ".join(unescape(TAG.sub("", re.sub(r"<iframe .*?</iframe>", "", text, flags=re.S))).split())
    for one in data:
        for word in re.findall(r"\*\*([^*]+)\*\*", one.get("text/markdown", "")):
            assert " ".join(word.split()) in plain


@pytest.mark.slow
def test_a_page_asks_for_nothing_from_a_network(pages):
    assert fetched_from_elsewhere(pages) == []
    for path in pages.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in unescape(text.split("<title>")[0])
        assert not re.findall(r"<(?:script|link)\b", text)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_a_page_is_quiet_offline_and_no_wider_than_the_screen(pages, chromium, width, scheme):
    """Every request and word on the console counts, those of framed pages too."""
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        context = browser.new_context(offline=True, viewport={"width": width, "height": 900}, color_scheme=scheme)
        view = context.new_page()
        view.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
        view.on("pageerror", lambda error: faults.append(str(error)))
        view.on("request", lambda request: faults.append(request.url) if request.url[:5] not in LOCAL else None)
        for path in sorted(pages.glob("*.html")):
            view.goto(path.as_uri())
            assert view.evaluate("() => document.documentElement.scrollWidth") <= width, path.name
            if path.stem == KOREA:
                view.frame_locator("iframe").first.locator("html[data-ready]").wait_for(state="attached")
        browser.close()
    assert faults == []


# ---- what each says --------------------------------------------------------------------------------


@pytest.mark.slow
def test_who_pulls_on_korea(raw, panel):
    text = text_of(KOREA)
    pair = two_way(raw, 2016)["KOR"]
    totals = raw["trade_totals"].query("year == 2016").set_index("iso3").loc["KOR", ["export_usd", "import_usd"]].sum()
    china, states = pair["CHN"] / totals, pair["USA"] / totals
    assert f"China's share of Korea's trade is {china:.1%}, that of the United States {states:.1%}." in text
    assert f"would be **{(china - states) / (china + states):+.2f}**" in text
    # Its only defender by the pact table, so equation 3 is GDP over GDP.
    pacts = raw["pacts"].query("target == 'KOR' and begin <= 2016 and kind in ('defence', 'offence')")
    assert set(pacts[pacts["end"].isna() | (pacts["end"] >= 2016)]["source"]) == {"USA"}
    gdp = raw["attributes"].query("year == 2016").set_index("iso3")["gdp_usd"]
    assert f"alliance      0.3  {gdp['USA'] / (gdp['USA'] + gdp['KOR']):.3f}" in text
    # The sentence gives the weight to a hundredth: on either side of it another pole leads.
    weight = float(re.search(r"Below \*\*(0\.\d\d)\*\*", text)[1])
    year = panel.of_years(2016, 2016)
    for edge, sign in ((weight - 0.005, 1), (weight + 0.005, -1)):
        rest = (1 - edge) / 0.7
        moved = inf.build_ties(year, {"trade": 0.6 * rest, "alliance": edge, "agreement": 0.1 * rest})
        assert np.sign(float(inf.pull_balance(moved, ("CHN", "USA")).sel(target="KOR").item())) == sign
    leads = {y: two_way(raw, y)["KOR"] for y in range(2000, 2021)}
    ahead = {y: bool(row["CHN"] > row["USA"]) for y, row in leads.items()}
    (first,) = [late for early, late in pairwise(ahead) if ahead[late] and not ahead[early]]
    assert f"took the lead in Korea in **{first}**" in text
    assert "3 of 5 lenses put China ahead: income, opinion, bandwidth." in text
    assert "Atlas of influence" in text


@pytest.mark.slow
def test_before_and_after_tpp(raw, panel, ties):
    text = text_of(TPP)
    signed = sorted(raw["memberships"].query("agreement == 'TPP'")["iso3"])
    assert "KOR" not in signed
    assert "South Korea among them: **no**." in text
    assert f"TPP was signed by {len(signed)} states" in text
    assert "It came into force for 0 of them." in text
    without_us = [code for code in signed if code != "USA"]
    balance = inf.pull_balance(ties, ("CHN", "USA")).to_pandas()[without_us]
    moved = balance.loc[2018] - balance.loc[2016]
    assert f"{(moved > 0).sum()} moved towards China and {(moved < 0).sum()} towards the United States" in text
    assert f"the mean change is **{moved.mean():+.3f}**" in text
    # Placebo years by a plain loop: windows that do not touch the event, without a break, of most of the states.
    broken = ties["is_break"].to_pandas()[without_us]
    others = []
    for first in range(1990, 2022):
        if first < 2018 and first + 2 > 2016:
            continue
        cut = broken.loc[first + 1 : first + 2].any()
        change = (balance.loc[first + 2] - balance.loc[first])[~cut].dropna()
        if len(change) >= 0.8 * len(without_us):
            others.append(change.mean())
    p = (1 + sum(abs(other) >= abs(moved.mean()) for other in others)) / (1 + len(others))
    low, high = np.quantile(others, [0.05, 0.95])
    assert f"In {len(others)} other periods as long they moved by {low:+.3f} to {high:+.3f} (p = {p:.2f})." in text
    assert re.search(r"^> (?:No|Not) .*(?:ordinary|normal variation)", text, re.MULTILINE)
    # The counterfactual without compare: the panel of the scenario, weighed.
    stayed = inf.apply_scenario(panel, inf.load_scenario("tpp_with_us")).panel.of_years(2018, 2018)
    with_it = inf.pull_balance(inf.build_ties(stayed), ("CHN", "USA")).isel(year=0).to_series()[without_us]
    assert f"would differ by **{(with_it - balance.loc[2018]).mean():+.3f}**" in text


@pytest.mark.slow
def test_two_hierarchies(raw, panel):
    text = text_of(HIERARCHIES)
    groups = pd.read_csv(ROOT / "datasets" / "curated" / "groups.csv", dtype=str, keep_default_na=False)
    region = set(groups[groups["group"] == "asia_pacific"]["iso3"]) - {"CHN", "USA"}
    # Of the panel and not of the table: which corrections hold is a setting.
    pacts = panel.pacts.query("source == 'USA' and kind in ('defence', 'offence') and begin <= 2016")
    allies = sorted(region & set(pacts[pacts["end"].isna() | (pacts["end"] >= 2016)]["target"]))
    led = {year: [c for c in allies if (row := two_way(raw, year)[c])["CHN"] > row["USA"]] for year in (2000, 2016)}
    names = pd.read_csv(ROOT / "datasets" / "curated" / "states.csv", keep_default_na=False).set_index("iso3")["name"]
    assert f"Of the {len(allies)} states with a pledge of the United States, China led the trade of " in text
    assert f"{len(led[2000])} in 2000 and of **{len(led[2016])}** in 2016: {', '.join(names[led[2016]])}." in text
    assert f"In the composite {len(led[2016])} of {len(led[2016])} rely more on the United States." in text
    assert "the layers correlate by **+0.41**" in text
    assert "South Korea" in text


@pytest.mark.slow
def test_custom_poles(raw, ties):
    text = text_of(POLES)
    groups = pd.read_csv(ROOT / "datasets" / "curated" / "groups.csv", dtype=str, keep_default_na=False)
    eu = groups[(groups["group"] == "eu") & ((groups["end"] == "") | (groups["end"] >= "2020"))]["iso3"]
    pull = float(ties.sel(year=2020, source=list(eu), target="GEO").sum())
    assert f"{len(eu)} members in 2020; their ties to Georgia add up to {pull:.4f}, and" in text
    assert f"`direct_pull` gives {pull:.4f}." in text
    assert "The United Kingdom is among them" in text
    for code, name in (("ARM", "Armenia"), ("AZE", "Azerbaijan"), ("GEO", "Georgia")):
        union = float(ties.sel(year=2020, source=list(eu), target=code).sum())
        russia = float(ties.sel(year=2020, source="RUS", target=code))
        assert f"{name} **{(union - russia) / (union + russia):+.2f}**" in text
    south = ["ARG", "BOL", "CHL", "COL", "ECU", "GUY", "PER", "PRY", "SUR", "URY", "VEN"]
    led = {year: two_way(raw, year).loc[["BRA", "USA", "CHN"], south].idxmax() for year in (2000, 2020)}
    counts = {year: int((who == "CHN").sum()) for year, who in led.items()}
    assert f"By trade alone China led {counts[2000]} of the 11 in 2000 and **{counts[2020]}** in 2020." in text


@pytest.mark.slow
def test_arguing_with_an_op_ed(raw):
    text = text_of(OP_ED)
    flows = raw["trade"].set_index(["exporter", "importer", "year"])["export_usd"]
    deficit = {year: flows["KOR", "USA", year] - flows["USA", "KOR", year] for year in (2011, 2016)}
    assert f"grew to {deficit[2016] / deficit[2011]:.2f}–2.10 times its size" in text
    assert f"–{deficit[2016] / 1e9:.1f} billion USD" in text
    assert "### South Korea was a member of TPP.\n\n**DOES NOT HOLD.**" in text
    assert "### South Korea is a member of RCEP.\n\n**HOLDS.**" in text
    assert "Of 5 sentences, 3 *does not hold*, 1 *holds*, 1 *partly*." in text
    caveats = [caveat for claim in inf.load_claims() if claim.key == "vacuum_after_2017" for caveat in claim.caveats]
    assert all(f"- *But:* {caveat}" in text for caveat in caveats)


@pytest.mark.slow
def test_how_to_read_a_range(panel):
    """The draws once more, one after the other, each weighed by itself."""
    from influence.uncertainty.draws import drawn_study, flows_of
    from influence.uncertainty.mirror import mirror_spread

    text, year = text_of(RANGE), inf.Study(panel, poles=("CHN", "USA")).at(2016)
    spread, draws = mirror_spread(panel).sd, inf.DrawSettings(100)
    balances = []
    for number in range(100):
        ties = drawn_study(year, flows_of(year.panel, spread, draws, number), draws, number).ties.sel(year=2016)
        china, states = (float(ties.sel(source=pole, target="KOR")) for pole in ("CHN", "USA"))
        balances.append((china - states) / (china + states))
    low, middle, high = np.quantile(balances, [0.05, 0.5, 0.95])
    assert f"In 100 draws its median is {middle:+.2f}" in text
    assert f"lie between **{low:+.2f} and {high:+.2f}**" in text
    assert f"China leads in {np.mean(np.array(balances) > 0):.0%} of the draws" in text
    of, open_ones = map(int, re.search(r"Of (\d+) states with a balance, \*\*(\d+)\*\*", text).groups())
    assert 0 < open_ones < of <= 45
    gone, width = map(float, re.search(r"take \*\*(\d\.\d\d)\*\* from a width of (\d\.\d\d)", text).groups())
    assert width == pytest.approx(high - low, abs=0.006)
    assert 0.05 < gone < width
