"""The first page: a finding and a link for every map, the same finding as the map's own, no text run as code."""

from __future__ import annotations

import re
from html import unescape

import pytest

from influence.export import index_page
from influence.export.index_page import write_index
from influence.results import pull_results
from influence.statements import findings
from influence.statements.findings import finding
from influence.ties import build_ties
from tests.pencil import STATES, pencil_panel

POLES = ("AAA", "BBB")


@pytest.fixture(scope="module")
def results():
    return pull_results(build_ties(pencil_panel()), POLES)


def items(html: str) -> list[tuple[str, str]]:
    return [(link, unescape(text)) for link, text in re.findall(r'<li><a href="([^"]*)">(.*?)</a></li>', html)]


def test_each_map_stands_under_its_finding_newest_first(results, tmp_path):
    write_index(results, POLES, {2016: STATES, 2017: ["CCC"]}, tmp_path / "index.html")
    assert items((tmp_path / "index.html").read_text(encoding="utf-8")) == [
        ("maps/map_2017.html", finding(results, POLES, 2017, ["CCC"])),
        ("maps/map_2016.html", finding(results, POLES, 2016, STATES)),
    ]


def test_nothing_is_fetched(results, tmp_path):
    write_index(results, POLES, {2016: STATES}, tmp_path / "index.html")
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "://" not in html
    assert "<script" not in html
    assert html.startswith("<!doctype html>")


def test_hostile_names_stay_text(results, tmp_path, monkeypatch):
    monkeypatch.setattr(findings, "pole_label", lambda pole: f"<script>alert('{pole}')</script> \"href\"")
    assert index_page.finding is findings.finding
    write_index(results, POLES, {2016: STATES}, tmp_path / "index.html")
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "<script>alert('BBB')</script> \"href\"" in items(html)[0][1]


def test_twice_the_same_bytes(results, tmp_path):
    for name in ("a", "b"):
        write_index(results, POLES, {2016: STATES}, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
