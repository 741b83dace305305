"""A short document: its parts, and its ways out as an HTML page without scripts and as PDF."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from influence.errors import OutputError
from influence.export import page
from influence.files import replacing, write_text

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
LONGEST = 120
"""Seconds a browser may take to print."""


FIGURE = re.compile(r"[+−]?\d([\d,.]*\d)?( %)?( to [+−]?\d([\d,.]*\d)?( %)?)?")
"""A figure or a range of two, with a typographic minus."""
NO_FIGURE = ("", "no value")


class Table(NamedTuple):
    """caption, head, and rows of text; the first column names the row."""

    caption: str
    head: list[str]
    rows: list[list[str]]

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold figures and nothing else: head and cells of such a one are set to the right."""
        columns = [[row[i] for row in self.rows] for i in range(1, len(self.head))]
        figures = [all(cell in NO_FIGURE or FIGURE.fullmatch(cell) for cell in column) for column in columns]
        return [False, *figures]


class Section(NamedTuple):
    """A heading with paragraphs, points, a figure (SVG text, and what it shows) and a table."""

    heading: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    figure: tuple[str, str] | None = None
    table: Table | None = None


class Report(NamedTuple):
    """title : the finding. subtitle : measure and unit. sections : in order. source, command : as on every page."""

    title: str
    subtitle: str
    sections: list[Section]
    source: str
    command: str


def write_report(report: Report, path: Path) -> Path:
    """Write the report as one HTML page without scripts.

    Raises
    ------
    OutputError : see write_text.
    """
    style = page.static("report.css")
    write_text(path, page.render("report.html", data=None, styles=[style], scripts=[], report=report))
    return path


def print_pdf(html: Path, pdf: Path) -> str | None:
    """Print a page to PDF with a browser at hand; gives why not where there is none.

    Raises
    ------
    OutputError : the browser fails, or takes longer than two minutes.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return f"no PDF: it is printed by a browser, and none of {', '.join(BROWSERS)} is installed"
    with tempfile.TemporaryDirectory() as folder, replacing(pdf) as beside:
        made = Path(folder) / "report.pdf"
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer", f"--print-to-pdf={made}", html.resolve().as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
            beside.write_bytes(made.read_bytes())
        except (subprocess.SubprocessError, OSError) as err:
            raise OutputError(
                f"{pdf} could not be printed by {browser} ({type(err).__name__}); {html} is whole."
            ) from err
    return None


def report_name(subject: str) -> str:
    """A file name for a subject, which may be a path."""
    name = Path(subject).stem if "/" in subject or "\\" in subject else subject
    return re.sub(r"\W+", "_", name).strip("_") or "report"
