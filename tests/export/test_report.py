"""Reports: sentences and tables hold the numbers of the measures; hostile texts stay text; PDF where it can be."""

from __future__ import annotations

import re
import shutil
from html import unescape

import pytest

import influence as inf
from influence.errors import OutputError
from influence.export import report as reports
from influence.export.report import Report, Section, Table, print_pdf, report_name, write_report
from influence.export.report_subjects import report_of
from influence.statements.numbers import signed
from tests.export.pages import HOSTILE, POLES, real_panel, real_results, real_study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def korea() -> Report:
    return report_of("South Korea", real_study(), year=2016)


def section(report: Report, heading: str) -> Section:
    return next(s for s in report.sections if s.heading == heading)


def test_a_state_s_title_is_its_finding(korea):
    balance = float(inf.pull_balance(real_results()[0], POLES).sel(year=2016, target="KOR"))
    assert korea.title.startswith("South Korea relies much more on the United States")
    assert korea.title.endswith(f"in 2016 (balance {signed(balance)})")
    pull = float(inf.direct_pull(real_results()[0], "USA").sel(year=2016, target="KOR"))
    assert f"the United States {100 * pull:.1f} %" in section(korea, "The finding").paragraphs[1]
    assert "did not change" in section(korea, "The finding").paragraphs[2]


def test_tables_add_up(korea):
    layers = section(korea, "By layer").table
    pull = float(inf.direct_pull(real_results()[0], "USA").sel(year=2016, target="KOR"))
    added = sum(float(row[-1].removesuffix(" %")) for row in layers.rows)
    assert added == pytest.approx(100 * pull, abs=0.16)
    partners = section(korea, "On whom it relies").table
    assert sum(float(row[1].removesuffix(" %")) for row in partners.rows) == pytest.approx(100, abs=0.6)
    assert partners.rows[0][0] == "United States"


def test_what_would_change_it_is_measured(korea):
    points = section(korea, "What would change the answer").points
    without = inf.build_ties(real_panel(), {"trade": 0.6, "agreement": 0.1})
    value = float(inf.pull_balance(without, POLES).sel(year=2016, target="KOR"))
    assert f"Without the layer alliance the balance is {signed(value)}, on the other side." in points
    exports = inf.build_ties(real_panel(), trade_base="exports")
    value = float(inf.pull_balance(exports, POLES).sel(year=2016, target="KOR"))
    assert f"trade counted by markets only {signed(value)}" in " ".join(points)


def test_a_region_counts_what_its_table_holds():
    report = report_of("asean", real_study(), year=2016)
    rows = section(report, "Country by country").table.rows
    china = sum(row[1].startswith("+") for row in rows)
    states = sum(row[1].startswith("−") for row in rows)
    assert report.title.startswith(f"In 2016, China pulls harder on {china} of {china + states} countries of")
    assert len(rows) == 10
    assert {row[0] for row in rows} >= {"Vietnam", "Singapore", "Philippines"}


def test_a_scenario_s_report_is_its_brief_with_a_figure(tmp_path):
    report = report_of("korus_ended", real_study())
    brief = inf.brief_of("korus_ended", real_study("KOR,JPN"))
    points = section(report, "What changes for whom").points
    assert points[0].replace("−", "-") in brief.text
    income = section(report, "Real income").table
    assert income.numeric == [False, True, True]
    assert income.rows[0][:2] == ["South Korea", signed(100 * float(brief.income["value"].iloc[0]), 3)]
    assert not [text for row in income.rows for text in row[1:] if "-" in text]
    assert report.title.startswith("KORUS")
    assert section(report, "What would change the answer").points
    assert any(s.figure for s in report.sections)
    path = write_report(report, tmp_path / "korus.html")
    assert "KORUS" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "cells, figures",
    [
        (["+0.41", "−0.13", "no value", ""], True),
        (["39.6 %", "−1.5 %"], True),
        (["+0.84 to +0.99", "−0.16 to 0.00", ""], True),
        (["2005", "1,234"], True),
        (["5.1, to 2018", "July 2024"], False),
        (["yes", "no"], False),
        (["-0.051"], False),
        (["0.4", "this project"], False),
    ],
)
def test_a_column_is_one_of_figures_or_of_words(cells, figures):
    assert Table("t", ["what", "value"], [["a", cell] for cell in cells]).numeric == [False, figures]


def test_a_report_has_method_vintages_and_command(korea, tmp_path):
    text = unescape(write_report(korea, tmp_path / "k.html").read_text(encoding="utf-8"))
    for words in ("CEPII", "Etalab 2.0", "5.1, to 2018", "influence report KOR --poles CHN,USA --year 2016", "Method"):
        assert words in text
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in text.replace("data:image", "")
    again = write_report(report_of("KOR", real_study(), year=2016), tmp_path / "again.html")
    assert again.read_text(encoding="utf-8") == (tmp_path / "k.html").read_text(encoding="utf-8")


def test_hostile_texts_stay_text(tmp_path):
    report = Report(HOSTILE[2], HOSTILE[1], [Section(HOSTILE[0], [HOSTILE[1]], [HOSTILE[2]], ("", HOSTILE[1]),
                  Table(HOSTILE[0], [HOSTILE[1]], [[HOSTILE[2]]]))], HOSTILE[0], HOSTILE[3])  # fmt: skip
    text = write_report(report, tmp_path / "h.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img src=x" not in text


def test_it_is_printed_by_a_browser_and_says_so_where_there_is_none(korea, tmp_path, chromium, monkeypatch):
    html = write_report(korea, tmp_path / "k.html")
    monkeypatch.setattr(reports, "BROWSERS", (chromium,))
    assert print_pdf(html, tmp_path / "k.pdf") is None
    assert (tmp_path / "k.pdf").read_bytes().startswith(b"%PDF-")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "printed by a browser" in print_pdf(html, tmp_path / "none.pdf")
    assert not (tmp_path / "none.pdf").exists()


def test_a_browser_that_fails_leaves_nothing_and_says_so(korea, tmp_path, monkeypatch):
    html = write_report(korea, tmp_path / "k.html")
    monkeypatch.setattr(reports, "BROWSERS", ("false",))
    with pytest.raises(OutputError, match=r"could not be printed by .*false"):
        print_pdf(html, tmp_path / "k.pdf")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["k.html"]


@pytest.mark.parametrize(
    "subject, name",
    [("KOR", "KOR"), ("South Korea", "South_Korea"), ("../a/b.yaml", "b"), ("<x>", "x"), ("///", "report")],
)
def test_file_names_are_harmless(subject, name):
    assert report_name(subject) == name
