"""Docstrings of the house as Markdown: sections are lists, and signs mean themselves."""

from __future__ import annotations

from html import unescape

import markdown
import pytest

from docs_build.docstrings import as_markdown

HOUSE = """Pull of a pole (equation 5): sum_u W_uv * S*_c'c, in [0, 1]; <b> is text.

Parameters
----------
ties : composite portfolio, dims (year, source, target),
    shares in [0, 1].
x, y : two of them.

Returns
-------
dims (year, target); NaN below `0.8`.

Raises
------
StateError : no such pole.
ConfigError, YearError : others.

Examples
--------
>>> 1 + 1
2
"""


@pytest.fixture(scope="module")
def html() -> str:
    return markdown.markdown(as_markdown(HOUSE), extensions=["fenced_code"])


def test_sections_are_bold_words_and_never_heads(html):
    for head in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"<strong>{head}</strong>" in html
    assert "<h" not in html
    assert "---" not in html


def test_signs_mean_themselves(html):
    assert "sum_u W_uv * S*_c'c, in [0, 1]; <b> is text." in unescape(html)
    assert "<em>" not in html
    assert "<b>" not in html


def test_entries_are_a_list_with_their_lines_joined(html):
    html = unescape(html)
    assert "<li><code>ties</code>: composite portfolio, dims (year, source, target), shares in [0, 1].</li>" in html
    assert "<li><code>x</code>, <code>y</code>: two of them.</li>" in html
    assert "<li><code>ConfigError</code>, <code>YearError</code>: others.</li>" in html
    assert "NaN below <code>0.8</code>." in html


def test_a_doctest_is_code(html):
    assert "<pre><code" in html
    assert "&gt;&gt;&gt; 1 + 1" in html


def test_a_summary_with_a_colon_is_no_entry():
    assert as_markdown("Real income that v would lose: a first-order figure.").startswith("Real income")
