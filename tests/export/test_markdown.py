"""Markdown of lessons: what it becomes, and that nothing in it can do harm."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influence.export.markdown import to_html
from tests.export.pages import HOSTILE

TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "em", "strong", "code", "pre", "blockquote", "a", "br", "hr"}
LINKS = (
    "javascript:window.owned=1",
    "JaVaScRiPt:window.owned=1",
    "java&#115;cript:window.owned=1",
    "javascript&colon;window.owned=1",
    "java&#10;script:window.owned=1",
    "vbscript:owned",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg>",
    "file:///c:/x",
    "//elsewhere.example/x",
    "mailto:a@b.example",
)
FRAGMENTS = (
    *HOSTILE,
    *LINKS,
    *("[", "](", ")", "![", "<", ">", "`", "```\n", "*", "**", "_", "#", "- ", "1. ", "> ", "    ", "\n", "\n\n", "\\"),
    *("[a]: ", '"', "'", "&lt;", "&#60;script&#62;", "<!--", "-->", "<![CDATA[", "<?php", "\x00", "\u2028", "|", "---"),
    *(
        "<a href=x onclick=y>",
        "<svg/onload=y>",
        "<style>",
        "<iframe src=x>",
        "text",
        "http://a.example",
        "&#1;javascript:x",
        "[x](&#1;javascript:x)",
    ),
)


class Elements(HTMLParser):
    """Tags and attributes of a page, as a browser would read them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.found.append(("comment", {}))

    handle_decl = handle_pi = unknown_decl = handle_comment


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(to_html(text))
    parser.close()
    return parser.found


def assert_harmless(text: str) -> None:
    for tag, attributes in elements(text):
        assert tag in TAGS
        assert set(attributes) <= {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}}.get(tag, set())
        link = urlsplit(attributes.get("href") or "")
        assert link.scheme in ("http", "https") or (not link.scheme and not link.netloc)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A", "<h2>A</h2>"),
        ("### B\nmore", "<h4>B</h4> <p>more</p>"),
        ("###### F", "<h4>F</h4>"),
        ("One *two* **three** `four`\nfive.", "<p>One <em>two</em> <strong>three</strong> <code>four</code> five.</p>"),
        ("- a\n  b\n- c", "<ul> <li>a b</li> <li>c</li> </ul>"),
        ("1. a\n2. b", "<ol> <li>a</li> <li>b</li> </ol>"),
        ("Text:\n- a\n### B", "<p>Text:</p> <ul> <li>a</li> </ul> <h4>B</h4>"),
        ("a < b & c, group_of_two", "<p>a &lt; b &amp; c, group_of_two</p>"),
        ("[a](b.html) [c](https://d.example)", '<p><a href="b.html">a</a> <a href="https://d.example">c</a></p>'),
    ],
)
def test_by_pencil(text, html):
    assert " ".join(to_html(text).split()) == html


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["{}", "## {}", "- {}", "**{}**", "`{}`", "> {}", "    {}", "```\n{}\n```", "[{}](x)"])
def test_raw_html_is_text(text, form):
    assert_harmless(form.format(text))


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("form", ["[a]({})", "[a](<{}>)", "<{}>", "![a]({})", "[a][b]\n\n[b]: {}", '[a]({} "t")'])
def test_links_elsewhere_stay_text(link, form):
    assert_harmless(form.format(link))
    assert "a" not in [tag for tag, _ in elements(form.format(link))]


def test_no_picture_is_fetched():
    assert "<img" not in to_html("![a](https://elsewhere.example/pixel.png) ![b](pixel.png)")


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12))
def test_no_mixture_gets_through(parts):
    assert_harmless("".join(parts))
