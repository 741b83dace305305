"""Citations: every source of the panel in three formats, and nothing that a source asks for is lost."""

from __future__ import annotations

import re

import pytest

from influence.export.citations import FORMATS, apa, bibtex, reference_of, ris
from influence.panel.package import sources_table

ARTICLE = (
    "Leeds, B. A. and Long, A. G. (2002). Alliance Treaty Obligations & Provisions, 1815-1944. "
    "International Interactions 28(3), 237-260. Version 5.1."
)


def words(text: str) -> set[str]:
    """Words and numbers, without the marks that a format puts between and around them."""
    return set(re.findall(r"[^\W_]+", text.replace("\\", "")))


def test_an_article_by_hand():
    one = reference_of("atop", ARTICLE)
    assert one.authors == ("Leeds, B. A.", "Long, A. G.")
    assert (one.kind, one.year, one.journal) == ("article", "2002", "International Interactions")
    assert (one.volume, one.number, one.pages, one.note) == ("28", "3", "237-260", "Version 5.1")
    assert apa(one) == (
        "Leeds, B. A., & Long, A. G. (2002). Alliance Treaty Obligations & Provisions, 1815-1944 [Version 5.1]. "
        "International Interactions, 28(3), 237–260."
    )
    assert bibtex(one) == (
        "@article{atop,\n  author = {Leeds, B. A. and Long, A. G.},\n"
        "  title = {{Alliance Treaty Obligations \\& Provisions, 1815-1944}},\n"
        "  journal = {International Interactions},\n  volume = {28},\n  number = {3},\n  pages = {237--260},\n"
        "  year = {2002},\n  note = {Version 5.1}\n}"
    )
    assert ris(one).splitlines() == [
        "TY  - JOUR", "AU  - Leeds, B. A.", "AU  - Long, A. G.", "PY  - 2002",
        "TI  - Alliance Treaty Obligations & Provisions, 1815-1944", "T2  - International Interactions", "VL  - 28",
        "IS  - 3", "SP  - 237", "EP  - 260", "N1  - Version 5.1", "ID  - atop", "ER  - ",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "citation, authors, kind, year",
    [
        ("World Bank. World Development Indicators: NY.GDP.", ("World Bank",), "misc", ""),
        ("Mayer, T. and Zignago, S. (2011). Notes. CEPII Working Paper 2011-25.", ("Mayer, T.", "Zignago, S."),
         "techreport", "2011"),
        ("Hollway, J. and others. manytrade: data. Version 0.4.", ("Hollway, J.", "others"), "misc", ""),
        ("The authors (2026). tool: a title. Version 1.0. MIT.", ("The authors",), "software", "2026"),
        ("OECD (2023). Tables, 2023 edition.", ("OECD",), "misc", "2023"),
        ("Singer, J. D. (1972). War. In Russett, B. (ed.) Peace. Sage.", ("Singer, J. D.",), "incollection", "1972"),
    ],
)  # fmt: skip
def test_what_kind_of_work_it_is(citation, authors, kind, year):
    one = reference_of("key", citation)
    assert (one.authors, one.kind, one.year) == (authors, kind, year)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_of_any_citation_is_lost(form):
    for key, card in sources_table().iterrows():
        given = FORMATS[form](reference_of(str(key), card["citation"]))
        # A kind of record says "working paper" and "in" by its own means, and each format joins authors in its way.
        lost = words(card["citation"]) - words(given) - {"and", "In", "others"}
        lost -= {"Working", "Paper"} if form != "apa" else set()
        assert not lost, (key, lost)


def test_braces_of_every_entry_close():
    for key, card in sources_table().iterrows():
        entry = bibtex(reference_of(str(key), card["citation"])).replace("\\{", "").replace("\\}", "")
        assert entry.count("{") == entry.count("}")
        assert entry.startswith("@")
        assert len(set(re.findall(r"^  (\w+) = ", entry, re.MULTILINE))) == entry.count(" = {")
