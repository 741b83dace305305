"""Markdown of a lesson as HTML that can do no harm: raw HTML is text, no images, links to http(s) or relative only."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

LINK = re.compile(r"https?://|(?!//)[^:/?#]*(?:[/?#]|$)", re.IGNORECASE)


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Whether a link may stay a link: http, https, or a path beside the page."""
        return LINK.match(url) is not None


@cache
def _markdown() -> MarkdownIt:
    return _Markdown("commonmark", {"html": False}).disable("image")


def to_html(text: str) -> Markup:
    """Markdown as HTML, headings one level lower: the page has its own title."""
    tokens = _markdown().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
    return Markup(_markdown().renderer.render(tokens, _markdown().options, {}))
