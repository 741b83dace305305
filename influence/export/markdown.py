"""A little Markdown as HTML: headings, paragraphs, lists, emphasis and code; everything else is text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

ITEM = re.compile(r"(?:[-*]|\d+[.)])\s+(.*)")
INLINE = re.compile(r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*|`(?P<code>[^`]+)`")


def to_html(text: str) -> Markup:
    """Markdown as HTML; no HTML of the text's own gets through."""
    blocks = [block for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if block.strip()]
    return Markup("\n").join(part for block in blocks for part in _block(block.splitlines()))


def _block(lines: list[str]) -> Iterator[Markup]:
    """Lines without a blank one between them; a heading or a list may follow a paragraph directly."""
    while lines:
        heading = re.fullmatch(r"(#{1,4})\s+(.*)", lines[0].strip())
        if heading:
            # The page has a title of its own: a text begins one level below it.
            level = Markup(str(min(len(heading[1]) + 1, 4)))
            yield Markup("<h{0}>{1}</h{0}>").format(level, inline(heading[2]))
            lines = lines[1:]
            continue
        count = next((i for i, line in enumerate(lines[1:], 1) if _kind(line) != _kind(lines[0])
                      and not (_kind(lines[0]) == "item" and line.startswith(" "))), len(lines))  # fmt: skip
        part, lines = lines[:count], lines[count:]
        yield _list(part) if _kind(part[0]) == "item" else Markup("<p>{}</p>").format(inline(" ".join(part)))


def _kind(line: str) -> str:
    return "heading" if line.startswith("#") else "item" if ITEM.fullmatch(line.strip()) else "text"


def _list(lines: list[str]) -> Markup:
    items: list[str] = []
    for line in lines:
        found = ITEM.fullmatch(line.strip())
        if found:
            items.append(found[1])
        else:
            items[-1] += f" {line.strip()}"
    tag = Markup("ol" if lines[0].strip()[0].isdigit() else "ul")
    inside = Markup("").join(Markup("<li>{}</li>").format(inline(item)) for item in items)
    return Markup("<{0}>{1}</{0}>").format(tag, inside)


def inline(text: str) -> Markup:
    """Emphasis and code within a line; the rest escaped."""
    out, place = Markup(""), 0
    for found in INLINE.finditer(text):
        kind = found.lastgroup or "em"
        out += escape(text[place : found.start()])
        out += Markup("<{0}>{1}</{0}>").format(Markup(kind), found[kind])
        place = found.end()
    return out + escape(text[place:])
