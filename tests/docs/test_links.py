"""The checker of links finds what is broken, and lets what is whole alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs_build.links import broken_links, fetched_from_elsewhere, outgoing_links


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Two pages, a picture and a style sheet that hold together."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "a.css").write_text(
        "p{color:red;background:url(data:image/png;base64,AA)}", encoding="utf-8"
    )
    (tmp_path / "index.html").write_text(
        '<link rel="stylesheet" href="assets/a.css"><a href="other.html#here">x</a><a href="#top" id="top">y</a>'
        '<a href="https://example.org/">out</a><img src="data:image/png;base64,AA">',
        encoding="utf-8",
    )
    (tmp_path / "other.html").write_text('<p id="here"><a href="index.html">back</a>', encoding="utf-8")
    return tmp_path


def test_a_whole_site_has_no_fault(small):
    assert broken_links(small) == []
    assert fetched_from_elsewhere(small) == []
    assert outgoing_links(small) == ["https://example.org/"]


@pytest.mark.parametrize(
    "link", ["none.html", "other.html#gone", "#gone", "../outside.html", ".", "assets/none.css", "assets"]
)
def test_a_link_to_nothing_is_found(small, link):
    (small / "third.html").write_text(f'<a href="{link}">x</a>', encoding="utf-8")
    assert broken_links(small) == [f"third.html: {link}"]


@pytest.mark.parametrize(
    "element",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/x.css">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img src="http://example.org/x.png">',
        '<img srcset="https://example.org/x.png 2x">',
        '<iframe src="https://example.org/"></iframe>',
    ],
)
def test_what_a_browser_would_fetch_is_found(small, element):
    (small / "third.html").write_text(element, encoding="utf-8")
    assert len(fetched_from_elsewhere(small)) == 1


@pytest.mark.parametrize("rule", ["@import 'x.css';", "p{background:url(https://example.org/x)}"])
def test_what_a_style_sheet_would_fetch_is_found(small, rule):
    (small / "assets" / "b.css").write_text(rule, encoding="utf-8")
    assert len(fetched_from_elsewhere(small)) == 1
