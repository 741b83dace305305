"""The first page: a finding and a link for every map, and no text run as code."""

from __future__ import annotations

import re
from html import unescape

import pytest

from influence.export.index_page import write_index

HOSTILE = "In 2016, <script>alert('B')</script> \"href\" pulls harder on 2 of 2 countries"
FINDINGS = {
    2016: "In 2016, Beta pulls harder on 2 of 2 countries, Alpha on 0",
    2017: "In 2017, no country has a balance",
}


def items(html: str) -> list[tuple[str, str]]:
    return [(link, unescape(text)) for link, text in re.findall(r'<li><a href="([^"]*)">(.*?)</a></li>', html)]


@pytest.fixture
def page(tmp_path) -> str:
    write_index(FINDINGS, tmp_path / "index.html")
    return (tmp_path / "index.html").read_text(encoding="utf-8")


def test_each_map_is_under_its_finding_newest_first(page):
    assert items(page) == [("maps/map_2017.html", FINDINGS[2017]), ("maps/map_2016.html", FINDINGS[2016])]


def test_nothing_is_fetched(page):
    assert "://" not in page
    assert "<script" not in page
    assert page.startswith("<!doctype html>")


def test_hostile_names_stay_text(tmp_path):
    write_index({2016: HOSTILE}, tmp_path / "index.html")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert items(page) == [("maps/map_2016.html", HOSTILE)]


def test_twice_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_index(FINDINGS, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
