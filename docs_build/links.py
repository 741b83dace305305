"""Check a built site: every link and anchor has a target, and a page fetches no file from another site."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

FETCHED = {
    "link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
    "object": "data", "embed": "src", "use": "href", "image": "href",
}  # fmt: skip
"""Elements whose address a browser fetches by itself; an <a> waits for the reader."""
NOT_FETCHED = ("canonical", "prev", "next")
"""Values of `rel` whose <link> no browser fetches."""


class Page(NamedTuple):
    """anchors : ids and names. links : addresses of <a>. fetched : addresses the browser asks for by itself."""

    anchors: frozenset[str]
    links: tuple[str, ...]
    fetched: tuple[str, ...]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors += [given[name] for name in ("id", "name") if given.get(name)]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if FETCHED.get(tag, "") in given and given.get("rel") not in NOT_FETCHED:
            self.fetched.append(given[FETCHED[tag]])
        if "srcset" in given:
            self.fetched += [part.split()[0] for part in given["srcset"].split(",") if part.strip()]


def read_page(path: Path) -> Page:
    """What one page of the site links to."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return Page(frozenset(reader.anchors), tuple(reader.links), tuple(reader.fetched))


def pages_of(site: Path) -> dict[Path, Page]:
    """Every page of the site, by its path."""
    return {path: read_page(path) for path in sorted(site.rglob("*.html"))}


def broken_links(site: Path) -> list[str]:
    """Links and anchors without a target, as `page: link`."""
    pages = pages_of(site)
    out = []
    for path, page in pages.items():
        for link in dict.fromkeys((*page.links, *page.fetched)):
            split = urlsplit(link)
            if split.scheme or split.netloc:
                continue
            target = (path.parent / unquote(split.path)).resolve() if split.path else path
            there = target.is_file() and target.is_relative_to(site.resolve() if split.path else site)
            known = not split.fragment or target not in pages or unquote(split.fragment) in pages[target].anchors
            if not there or not known:
                out.append(f"{path.relative_to(site)}: {link}")
    return out


def fetched_from_elsewhere(site: Path) -> list[str]:
    """Addresses outside the site that a browser would fetch by itself, as `page: address`; style sheets too."""
    out = [
        f"{path.relative_to(site)}: {address}"
        for path, page in pages_of(site).items()
        for address in page.fetched
        if urlsplit(address).scheme not in ("", "data") or urlsplit(address).netloc
    ]
    for path in sorted(site.rglob("*.css")):
        text = path.read_text(encoding="utf-8")
        out += [f"{path.relative_to(site)}: {mark}" for mark in ("url(http", "url(//", "@import") if mark in text]
    return out


def outgoing_links(site: Path) -> list[str]:
    """Addresses outside the site that a reader may follow."""
    links = {link for page in pages_of(site).values() for link in page.links}
    return sorted(link for link in links if urlsplit(link).netloc)
