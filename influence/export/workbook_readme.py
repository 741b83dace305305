"""The first sheet: how to use the workbook, the configuration it was made with, and every source with its licence."""

from __future__ import annotations

from collections.abc import Sequence

from influence.export.workbook_numbers import Numbers
from influence.export.workbook_sheets import Book, fit_paper, height_of
from influence.statements.catalogue import TEMPLATES
from influence.statements.sources import custom_card

USE = (
    "Every number but the yellow weights and the figures of the sources is a formula; look into a cell to see it.",
    "Change a weight on the sheet 'weights': shares stay, the composite, every pull and every balance move.",
    "Read from the back: 'trade' to 'shares', and 'alliance' and 'agreement', are the layers; 'pull' adds them up with "
    "the weights; 'balance' compares the poles.",
    "A row is the same partner on every sheet but 'balance', where a row is a state.",
    "A blank cell is missing, not zero: it counts as not observed, and below a coverage of 0.8 there is no pull and no "
    "balance.",
    f"{TEMPLATES['goods_only']} Before and after is not with and without.",
)


WIDTHS = (30, 30, 24, 42, 26)
"""Of the columns, in letters."""


def write_readme(book: Book, numbers: Numbers, command: str) -> None:
    """How to use it, configuration, sources and licences, one line each."""
    sheet = book.sheets["read me"]
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    fit_paper(sheet)
    book.text("read me", 0, 0, "Who pulls on whom: a workbook with live formulas", "title")
    row = 2
    for number, text in enumerate(USE, 1):
        row = _write_row(book, row, (f"{number}. {text}",))
    row += 1
    for key, text in _choices(numbers, command).items():
        row = _write_row(book, row, (key, text))
    row = _write_sources(book, numbers, row + 1)
    book.text("read me", row + 1, 0, "Full citations: influence cite.", "note")


def _choices(numbers: Numbers, command: str) -> dict[str, str]:
    method = numbers.method
    levels = [
        f"{kind} {level:g}"
        for strengths in (method.pact_strength, method.agreement_strength)
        for kind, level in strengths.items()
    ]
    flagged = int(numbers.flagged.sum())
    return {
        "states": ", ".join(numbers.names[at] for at in numbers.at), "year": str(numbers.year),
        "poles": ", ".join(f"{label} ({pole})" for label, pole in zip(numbers.labels, numbers.members, strict=True)),
        "trade base": method.trade_base, "capability": method.capability,
        "strength of ties in force": ", ".join(levels),
        "trade data": f"{numbers.series_note} {flagged:,} of {numbers.flagged.size:,} pairs in italics.",
        "made by": command,
    }  # fmt: skip


def _write_sources(book: Book, numbers: Numbers, row: int) -> int:
    """A row for each source; returns the row after the last."""
    row = _write_row(book, row, ("source", "publisher", "vintage", "terms", "used for"), "head")
    used = numbers.sources
    for key in dict.fromkeys(key for keys in used.values() for key in keys):
        card = numbers.cards.loc[key]
        unconfirmed = "" if card["terms_confirmed"] == "yes" else " (to be confirmed from the source's own text)"
        layers = ", ".join(layer for layer, keys in used.items() if key in keys)
        cells = (card["title"], card["publisher"], card["vintage"], f"{card['licence']}{unconfirmed}", layers)
        row = _write_row(book, row, tuple(map(str, cells)))
    for layer in numbers.custom:
        row = _write_row(book, row, (custom_card(layer),))
    return row


def _write_row(book: Book, row: int, cells: Sequence[str], form: str = "wrap") -> int:
    """Cells side by side, the last as wide as the rest, the row as high as its longest; returns the next row."""
    *before, last = cells
    widths = [*WIDTHS[: len(before)], sum(WIDTHS[len(before) :])]
    for column, text in enumerate(before):
        book.text("read me", row, column, text, form)
    if len(cells) < len(WIDTHS):
        book.sheets["read me"].merge_range(row, len(before), row, len(WIDTHS) - 1, "", book.formats[form])
    book.text("read me", row, len(before), last, form)
    book.sheets["read me"].set_row(row, height_of(cells, widths))
    return row + 1
