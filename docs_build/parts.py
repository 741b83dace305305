"""Text made from the panel, the schema or the code that replaces `<!-- made: NAME REST -->` in a page.

Each page has a temporary folder and is processed from its top: a block of code with a title is written there as the
file of that name, and the commands of the page find it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from docs_build import commands, equations, given, pictures, questions, tables
from docs_build.page_study import PageStudy
from docs_build.worked import lenses, others, portfolios

MARK = re.compile(r"^<!-- made: (\w+)(?: (.+?))? -->$", re.MULTILINE)
FILE = re.compile(r'^```\w+ title="(?P<name>[\w.-]+)"\n(?P<text>(?s:.*?))^```$', re.MULTILINE)
STEP = re.compile(f"{MARK.pattern}|{FILE.pattern}", re.MULTILINE)
ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[([^\]]+)\]\((?!\w+://)([^)\s]+)\)")


class PartError(ValueError):
    """A mark in a page that is not known."""


WORKED: dict[str, Callable[[PageStudy], str]] = {
    "1": portfolios.trade_dependence,
    "2": portfolios.trade_over_gdp,
    "3 pacts": lambda g: portfolios.pledges(g, "alliance"),
    "3 agreements": lambda g: portfolios.pledges(g, "agreement"),
    "4": portfolios.composite,
    "5": portfolios.pulls,
    "6": portfolios.balance,
    "7": lenses.network,
    "8": lenses.income,
    "9": lenses.opinion,
    "10": lenses.bandwidth,
    "11": portfolios.concentration,
    "12": others.similar,
    "13": others.aligned,
    "14": others.answer,
    "15": others.distance,
}
PICTURES: dict[str, Callable[[PageStudy], str]] = {
    "portfolio": pictures.portfolio,
    "pull": pictures.pull,
    "balance": pictures.balance,
    "not_covered": pictures.not_covered,
}
TABLES: dict[str, Callable[[PageStudy], str]] = {
    "sources": tables.sources,
    "resources": tables.resources,
    "columns": tables.columns,
    "flags": tables.flags,
    "series": tables.series,
    "gaps": tables.gaps,
    "series_breaks": tables.series_breaks,
    "excluded": tables.excluded,
    "layers": tables.layers,
    "metrics": tables.metrics,
    "scenarios": questions.scenarios,
    "claims": questions.claims,
    "lessons": questions.lessons,
    "notebooks": questions.notebooks,
    "commands": commands.reference,
    "names": equations.names,
    "equations": equations.equations,
}


def filled(markdown: str, study: PageStudy) -> str:
    """A page with every mark replaced.

    Raises
    ------
    PartError : a mark that is not known.
    """
    with TemporaryDirectory() as folder:
        return STEP.sub(lambda found: _step(found, study, Path(folder)), markdown)


def _step(found: re.Match[str], study: PageStudy, folder: Path) -> str:
    if found["name"]:
        (folder / found["name"]).write_text(found["text"], encoding="utf-8")
        return found[0]
    return _made(found[1], found[2] or "", study, folder)


def _made(kind: str, rest: str, study: PageStudy, folder: Path) -> str:
    known: dict[str, dict[str, Callable[[PageStudy], str]]] = {"worked": WORKED, "picture": PICTURES, "table": TABLES}
    if kind in known:
        if rest not in known[kind]:
            raise PartError(f"<!-- made: {kind} {rest} --> is not known; {kind} is one of {', '.join(known[kind])}.")
        return known[kind][rest](study)
    if kind == "functions":
        return equations.functions(study, rest)
    if kind == "attributes":
        return tables.attributes(study, rest)
    if kind in ("printed", "refused"):
        return commands.printed(rest, folder, refused=kind == "refused")
    if kind == "given":
        return given.put(rest, study, folder)
    if kind == "section":
        name, _, head = rest.partition(" ")
        return section(ROOT / name, head)
    raise PartError(f"<!-- made: {kind} --> is not known.")


def section(path: Path, head: str) -> str:
    """The text under a second-level head of a Markdown file, its links relative to docs/.

    Raises
    ------
    PartError : the file has no such head.
    """
    found = re.search(rf"^## {re.escape(head)}\n(.*?)(?=^## |\Z)", path.read_text(encoding="utf-8"), re.M | re.S)
    if found is None:
        raise PartError(f"{path.name} has no section {head!r}.")
    return LINK.sub(lambda link: _seen_from_docs(path.parent, link[1], link[2]), found[1].strip())


def _seen_from_docs(folder: Path, text: str, target: str) -> str:
    """A link to a page of docs/ stays one; to any other file of the project it is its name alone."""
    name, _, anchor = target.partition("#")
    place = (folder / name).resolve()
    if place.is_relative_to(ROOT / "docs"):
        return f"[{text}]({place.relative_to(ROOT / 'docs').as_posix()}{'#' + anchor if anchor else ''})"
    return text if text.startswith("`") else f"`{text}`"
