"""Notebooks as pages that need no Jupyter: prose, code and outputs of a run in one file, without requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from influence.export import page
from influence.files import write_text
from notebooks.running import notebook_paths, read_notebook, title_and_question

HERE = Path(__file__).resolve().parent
INDEX = "index.html"
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
ALIGNED = re.compile(r' style="text-align: ?(left|right|center);?"')
STYLED = re.compile(r"<style scoped>.*?</style>| style=\"[^\"]*\"| border=\"1\"", re.DOTALL)
"""Styles that pandas and the frames add; the page's policy allows only its style sheet."""
WORDS = re.compile(r"<td>(?!(?:[+−–-]?[\d.,]+(?:e[+-]\d+)? ?%?|NaN)?</td>)")
"""A cell that is not a number."""
NAMED = re.compile(r"(script|style)-src ((?:'sha256-[^']+' ?)+)")


def write_pages(notebook: NotebookNode, name: str, folder: Path) -> Path:
    """Write a notebook that was run as .ipynb and as a page beside it, and update the index; return the page's path.

    Raises
    ------
    OutputError : see files.write_text.
    """
    write_text(folder / f"{name}.ipynb", nbformat.writes(notebook) + "\n")
    path = folder / f"{name}.html"
    write_text(path, page_of(notebook, name))
    write_text(folder / INDEX, index_of([one for one in notebook_paths() if (folder / f"{one.stem}.html").is_file()]))
    return path


def page_of(notebook: NotebookNode, name: str) -> str:
    """A notebook that was run, as one page without scripts."""
    away = f'<nav><a href="{INDEX}">All notebooks</a> <a href="{name}.ipynb">For Jupyter: {name}.ipynb</a></nav>'
    title, heading = title_and_question(notebook)[0], ""
    parts = [away]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = next((line.lstrip("# ") for line in cell.source.splitlines() if line.startswith("#")), heading)
            parts.append(_strip_styles(MARKDOWN.render(cell.source), heading))
        else:
            parts += [_code(cell.source), *(_output(output, heading) for output in cell.outputs)]
    return _page(title, "\n".join(parts), f"Made from <code>notebooks/{name}.py</code>.")


def index_of(paths: list[Path]) -> str:
    """The page that links to the pages of the notebooks."""
    rows = []
    for path in paths:
        title, question = title_and_question(read_notebook(path))
        rows.append(
            f'<li><a href="{path.stem}.html">{escape(title)}</a><p>{escape(question)}</p>'
            f'<p class="measure"><a href="{path.stem}.ipynb">For Jupyter: {path.stem}.ipynb</a></p></li>'
        )
    intro = "<h1>Notebooks</h1>\n<p>Each is one page that opens without Jupyter and without a network.</p>"
    made = "Made by <code>make notebooks</code>."
    return _page("Notebooks", f'{intro}\n<ol class="notebooks">\n{"".join(rows)}\n</ol>', made)


def _code(source: str) -> str:
    shown = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).strip("\n")
    return (
        f'<details class="code" open><summary>Code</summary><pre tabindex="0" role="region" aria-label="Code">'
        f"<code>{shown}</code></pre></details>"
    )


def _output(output: NotebookNode, heading: str) -> str:
    """Output of a cell, in the richest form a page can show. heading : the heading above it."""
    data = output.get("data", {"text/plain": output.get("text", "")})
    if "image/png" in data:
        label = escape(f"Figure: {heading}", quote=True)
        return (
            f'<figure><img src="data:image/png;base64,{data["image/png"].replace(chr(10), "")}" alt="{label}"></figure>'
        )
    if "text/html" in data:
        return f'<div class="output">{_strip_styles(data["text/html"], heading)}</div>'
    if "text/markdown" in data:
        return f'<div class="output">{_strip_styles(MARKDOWN.render(data["text/markdown"]), heading)}</div>'
    return f"<pre>{escape(data.get('text/plain', ''))}</pre>"


def _strip_styles(html: str, heading: str) -> str:
    """HTML of a table, a frame or prose without inline styles; a wide table scrolls."""
    unstyled = WORDS.sub('<td class="left">', STYLED.sub("", ALIGNED.sub(r' class="\1"', html)))
    label = escape(f"Table: {heading}", quote=True)
    opening = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table'
    return unstyled.replace("<table", opening).replace("</table>", "</table></div>")


def _page(title: str, body: str, made: str) -> str:
    sheet = page.static("report.css") + (HERE / "pages.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy(sheet, body), quote=True)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{sheet}</style>\n</head>\n<body>\n<main>\n{body}\n<footer>\n"
        f"<p>{made} Sources of the data and their terms: <code>influence cite</code>.</p>\n"
        "</footer>\n</main>\n</body>\n</html>\n"
    )


def _policy(sheet: str, body: str) -> str:
    """Policy of a page: no requests, and only its style sheet; it includes the hashes that framed pages name."""
    allowed = {"script": "", "style": ""}
    for kind, hashes in _framed(body):
        allowed[kind] += f"{hashes.strip()} "
    policy = page.content_policy([], [sheet]).replace("style-src ", f"style-src {allowed['style']}")
    return f"{policy}; script-src {allowed['script'].strip()}" if allowed["script"] else policy


def _framed(body: str) -> Iterator[tuple[str, str]]:
    """Hashes in the policies of framed pages. A policy is in an attribute of a page that is itself in an attribute."""
    for frame in re.findall(r'<iframe srcdoc="([^"]*)"', body):
        rules = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', unescape(frame))
        yield from NAMED.findall(unescape(rules[1])) if rules else ()
