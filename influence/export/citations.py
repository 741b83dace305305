"""Citations for reference managers: what `sources.csv` says in a sentence, as BibTeX, RIS and APA.

A citation reads "Authors (year). Title. Where it appeared. Version." What is not understood stays whole in a note, so
no required wording of a source is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

DATED = re.compile(r"(?P<authors>[^;]+?) \((?P<year>\d{4})\)\. (?P<rest>.+?)\.?")
PERSON = re.compile(r"(?P<family>[^,]+), (?P<given>(?:[A-Z]\. ?)+)")
ARTICLE = re.compile(r"(?P<journal>.+?) (?P<volume>\d+)(?:\((?P<number>\d+)\))?, (?P<pages>\d+-\d+)")
PAPER = re.compile(r"(?P<institution>.+?) Working Paper (?P<number>[\d-]+)")
CHAPTER = re.compile(r"In (?P<editors>.+? \(eds?\.\)) (?P<booktitle>.+)")
NOTE = re.compile(r"(?:Version|MIT|HS\d\d,|\w+ \d{4}(?: release)?$).*")
STOP = re.compile(r"(?<![A-Z])\. ")
"""Where one part ends and the next begins: a full stop that ends no initial."""


class Reference(NamedTuple):
    """A work as reference managers keep it; '' where there is nothing."""

    key: str
    authors: tuple[str, ...]
    year: str
    title: str
    kind: str = "misc"
    journal: str = ""
    booktitle: str = ""
    institution: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    note: str = ""


def reference_of(key: str, citation: str) -> Reference:
    """A citation taken apart: an article, a working paper, a chapter, software under a licence, or else `misc`."""
    found = DATED.fullmatch(citation)
    if found is None:
        return _undated(key, citation.rstrip("."))
    held: dict[str, str] = {}
    title, notes = [], []
    for part in STOP.split(found["rest"]):
        where = _where(part)
        if where and not held:
            held = where
        elif held or NOTE.fullmatch(part):
            notes.append(part)
        else:
            title.append(part)
    text = "; ".join(notes)
    if "MIT" in notes:
        held = {"kind": "software"}
    return Reference(key, _authors(found["authors"]), found["year"], ". ".join(title), note=text, **held)


def _undated(key: str, citation: str) -> Reference:
    """Of data that has no year of its own: 'Authors. Title. Version', and after ';' a second work as the note."""
    authors, *rest = STOP.split(citation)
    work, _, second = ". ".join(rest).partition("; ")
    parts = STOP.split(work)
    notes = [part for part in parts[1:] if NOTE.fullmatch(part)]
    title = ". ".join(part for part in parts if part not in notes)
    return Reference(
        key, _authors(authors), "", title or citation, note="; ".join([*notes, *([second] if second else [])])
    )


def _where(part: str) -> dict[str, str]:
    """Where it appeared, in the fields of Reference; empty for another kind of part."""
    for kind, pattern in (("article", ARTICLE), ("techreport", PAPER), ("incollection", CHAPTER)):
        if found := pattern.fullmatch(part):
            fields = {name: text or "" for name, text in found.groupdict().items()}
            if editors := fields.pop("editors", ""):
                fields["booktitle"] = f"{fields['booktitle']}, {editors}"
            return {"kind": kind, **fields}
    return {}


def _authors(text: str) -> tuple[str, ...]:
    """'A, B. and C, D.' as ('A, B.', 'C, D.'); an institution is one author."""
    people = PERSON.findall(text.replace(" and ", ", ") + ".")
    if not people:
        return (text,)
    more = ("others",) if "others" in text else ()
    return (*(f"{family.strip(', ')}, {given.strip()}" for family, given in people), *more)


def bibtex(one: Reference) -> str:
    """An entry of BibTeX, in UTF-8; braces keep names of institutions and capitals of titles whole."""
    people = " and ".join(name if "," in name or name == "others" else f"{{{name}}}" for name in one.authors)
    fields = {
        "author": people, "title": f"{{{_escaped(one.title)}}}", "journal": one.journal, "booktitle": one.booktitle,
        "institution": one.institution, "volume": one.volume, "number": one.number,
        "pages": one.pages.replace("-", "--"), "year": one.year, "note": one.note,
    }  # fmt: skip
    plain = ("author", "title")
    kept = [f"  {name} = {{{text if name in plain else _escaped(text)}}}" for name, text in fields.items() if text]
    return "\n".join((f"@{one.kind}{{{one.key},", ",\n".join(kept), "}"))


def _escaped(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)


def ris(one: Reference) -> str:
    """A record of RIS, one tag a line."""
    kinds = {"article": "JOUR", "techreport": "RPRT", "incollection": "CHAP", "software": "COMP", "misc": "DATA"}
    first, _, last = one.pages.partition("-")
    lines = [
        ("TY", kinds[one.kind]), *(("AU", name) for name in one.authors), ("PY", one.year), ("TI", one.title),
        ("T2", one.journal or one.booktitle), ("PB", one.institution), ("VL", one.volume), ("IS", one.number),
        ("SP", first), ("EP", last), ("N1", one.note), ("ID", one.key),
    ]  # fmt: skip
    return "\n".join([*(f"{tag}  - {text}" for tag, text in lines if text), "ER  - "])


def apa(one: Reference) -> str:
    """A line of a list of references in the manner of the American Psychological Association, as plain text."""
    people = [name for name in one.authors if name != "others"]
    text = people[0] if len(people) == 1 else f"{', '.join(people[:-1])}, & {people[-1]}" if people else ""
    text += ", et al." if len(people) < len(one.authors) else ""
    number = f"({one.number})" if one.number else ""
    where = {
        "article": f"{one.journal}, {one.volume}{number}, {one.pages.replace('-', '–')}.",
        "techreport": f"{one.institution} Working Paper {one.number}.",
        "incollection": f"In {one.booktitle}.",
    }.get(one.kind, "")
    title = f"{one.title} [{one.note}]" if one.note else one.title
    return " ".join(part for part in (f"{text.rstrip('.')}.", f"({one.year or 'n.d.'}).", f"{title}.", where) if part)


FORMATS: dict[str, Callable[[Reference], str]] = {"bibtex": bibtex, "ris": ris, "apa": apa}
