"""The same number through every door: command line, Python, notebook, atlas, report and workbook agree.

Doors are compared with each other and with nothing else, on the bundled panel and on a changed one with a custom
layer, a custom group as a pole, other weights and a shorter span of years.
"""

from __future__ import annotations

import json
import math
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from playwright.sync_api import Browser

import influence as inf
from influence.export.atlas_data import AtlasData, build_atlas_data
from influence.export.report_state import state_report
from influence.statements.numbers import percent, signed
from tests.browser.watched import Watched
from tests.cli.calls import call
from tests.export.spreadsheet import Spreadsheet

STATES = ("KOR", "AUS", "VNM", "PHL", "THA", "IDN", "NZL", "MYS", "IND", "JPN")
METRICS = ("pull_direct", "pull_balance", "not_covered")
SETTINGS = """first_year: 2014
last_year: 2017
region: ten
poles: [CHN, near]
groups:
  ten: [KOR, AUS, VNM, PHL, THA, IDN, NZL, MYS, IND, JPN]
  near: {title: Japan and the United States, members: [USA, {state: JPN, begin: 2015}]}
layers:
  arms: {file: arms.csv, source: seller, target: buyer, value: tiv, normalise: portfolio}
weights: {trade: 0.5, alliance: 0.3, arms: 0.2}
"""
ARMS = "seller,buyer,year,tiv\n" + "".join(f"USA,{code},2014,3\nCHN,{code},2014,1\n" for code in STATES)


class Case(NamedTuple):
    """config, panel : files given to every door, None for what is bundled. year : of the numbers."""

    config: Path | None
    panel: Path | None
    year: int
    poles: tuple[str, str]

    @property
    def options(self) -> list[str]:
        """The same for the command line."""
        given = {"--config": self.config, "--panel": self.panel}
        return [word for name, path in given.items() if path is not None for word in (name, str(path))]


Numbers = dict[tuple[str, str, str], float]
"""(metric, pole, iso3) -> value; the pole is '' of a metric that has none."""


@pytest.fixture(scope="module", params=["bundled", "changed"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    if request.param == "bundled":
        return Case(None, None, 2016, ("CHN", "USA"))
    folder = tmp_path_factory.mktemp("case")
    (folder / "arms.csv").write_text(ARMS, encoding="utf-8")
    (folder / "mine.yaml").write_text(SETTINGS, encoding="utf-8")
    panel = folder / "panel"
    shutil.copytree(inf.load_panel().registry.tables.folder, panel)
    trade = pd.read_parquet(panel / "trade.parquet")
    bought = (trade["exporter"] == "CHN") & trade["importer"].isin(STATES)
    trade.loc[bought, "export_usd"] //= 2
    trade.to_parquet(panel / "trade.parquet", index=False)
    return Case(folder / "mine.yaml", panel, 2016, ("CHN", "near"))


@pytest.fixture(scope="module")
def study(case: Case) -> inf.Study:
    return inf.load_study(case.config, case.panel)


@pytest.fixture(scope="module")
def by_python(case: Case, study: inf.Study) -> Numbers:
    """The numbers of the study, which every other door must give."""
    pair = "-".join(case.poles)
    out: Numbers = {}
    for metric in METRICS:
        values = study.metric(metric).sel(year=case.year)
        for code in STATES:
            here = values.sel(target=code)
            if metric == "pull_direct":
                out |= {(metric, pole, code): float(here.sel(pole=pole)) for pole in case.poles}
            else:
                out[metric, pair if metric == "pull_balance" else "", code] = float(here.squeeze())
    return out


@pytest.fixture(scope="module")
def content(study: inf.Study) -> AtlasData:
    return build_atlas_data(study)


def same(found: Numbers, expected: Numbers, step: float) -> None:
    """Every number within half a step of rounding; missing where it is missing."""
    assert set(found) == set(expected)
    far = {key: (found[key], value) for key, value in expected.items() if not _near(found[key], value, step)}
    assert far == {}


def _near(one: float, other: float, step: float) -> bool:
    return math.isnan(one) == math.isnan(other) and (math.isnan(one) or abs(one - other) <= step)


def test_there_is_something_to_compare(by_python):
    assert sum(not math.isnan(value) for value in by_python.values()) >= 36


def test_command_line(case, by_python):
    found: Numbers = {}
    for metric in METRICS:
        given = ["metrics", "values", metric, *STATES, "--years", str(case.year), "--json", *case.options]
        for row in json.loads(call(*given).stdout):
            if row["pole"] in ("", "-".join(case.poles), *case.poles):
                found[metric, row["pole"] or "", row["iso3"]] = math.nan if row["value"] is None else row["value"]
    same(found, by_python, 0.0)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("door", ["notebook", "atlas"])
def test_page(case, by_python, browser: Browser, tmp_path, door):
    path = tmp_path / "page.html"
    if door == "notebook":
        inf.atlas(case.config, case.panel).save(path)
    else:
        call("atlas", "--scenarios", "none", "--quiet", "--out", str(path), *case.options)
    page = Watched(browser, path, f"#y={case.year}")
    try:
        rows = page.page.evaluate(
            """() => { const { book, view } = window.influenceAtlas;
            const direct = book.measured("", view.weights);
            const at = (values, i) => book.cell(values, i, view.year);
            return Object.fromEntries(book.data.states.map((state, i) => [state.code, {
              pulls: book.data.poles.map((pole) => at(book.values(view, pole.name), i)),
              balance: at(book.values(view, book.data.measures[book.data.poles.length]), i),
              notCovered: at(direct.notCovered, i) }])); }"""
        )
    finally:
        page.close()
    found: Numbers = {}
    for code in STATES:
        row = rows[code]
        pulls = dict(zip(case.poles, row["pulls"], strict=True))
        found |= {("pull_direct", pole, code): _number(value) for pole, value in pulls.items()}
        found["pull_balance", "-".join(case.poles), code] = _number(row["balance"])
        found["not_covered", "", code] = _number(row["notCovered"])
    same(found, by_python, 1e-6)


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


@pytest.mark.slow
def test_report_of_a_region(case, by_python, study, tmp_path):
    path = tmp_path / "report.html"
    call("report", ",".join(STATES), "--year", str(case.year), "--no-pdf", "--quiet", "--out", str(path), *case.options)
    rows = _rows(path)
    # A headline and its table do not count members of the poles.
    members = set(study.registry.members("near", case.year)) if "near" in case.poles else set(case.poles)
    for code in [code for code in STATES if code not in members]:
        row = rows[study.registry.name(code)]
        assert row[0] == signed(by_python["pull_balance", "-".join(case.poles), code])
        pulls = [percent(by_python["pull_direct", pole, code]) for pole in case.poles]
        assert row[2:4] == (pulls if row[1] else [row[0], row[0]])


@pytest.mark.slow
def test_report_of_a_state(case, by_python, content):
    for code in STATES:
        if math.isnan(by_python["pull_balance", "-".join(case.poles), code]):
            continue
        report = state_report(content, code, case.year)
        table = next(s.table for s in report.sections if s.heading == "On whom it relies")
        assert ["Not covered", percent(by_python["not_covered", "", code])] in table.rows
        assert signed(by_python["pull_balance", "-".join(case.poles), code]) in report.title


def test_workbook(case, by_python, tmp_path):
    path = tmp_path / "book.xlsx"
    call("export", "xlsx", "--states", ",".join(STATES), "--year", str(case.year), "--out", str(path), *case.options)
    book = Spreadsheet(path)
    heads = {str(book.value("balance", f"{column}4")): column for column in "ABCDEFGHIJKL"}
    found: Numbers = {}
    for row, code in enumerate(STATES, 5):
        assert book.value("balance", f"A{row}") == code

        def cell(head: str, row: int = row) -> float:
            value = book.value("balance", f"{heads[head]}{row}")
            return float(value) if isinstance(value, float | int) else math.nan

        found |= {("pull_direct", pole, code): cell(f"pull {pole}") for pole in case.poles}
        found["pull_balance", "-".join(case.poles), code] = cell(f"balance {'-'.join(case.poles)}")
        found["not_covered", "", code] = cell("not_covered")
    same(found, by_python, 1e-9)


class _Tables(HTMLParser):
    """Rows of every table of a page: name in the head cell, texts of the others."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data.strip()


def _rows(path: Path) -> dict[str, list[str]]:
    parser = _Tables()
    parser.feed(path.read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}
    for name, *cells in (row for row in parser.rows if row):
        found.setdefault(name, cells)
    return found
