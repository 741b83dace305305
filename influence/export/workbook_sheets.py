"""The sheets a pull rests on: trade, its shares, pledges, agreements and troops; a row of each is the same partner.

Row 12 is one state on every sheet, so a formula of the composite points at the same place of each. A cell that nobody
observed is blank; a formula without a value gives "", which the others read as not observed, never as zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap
from typing import Any, NamedTuple

import numpy as np

from influence.export.workbook_numbers import Numbers
from influence.layers import TROOPS_FULL, TROOPS_SENDER

HEAD = 9
"""Row of the headings, from 0; above it the figures of the whole column."""
LINE = 15
"""Height of a line of text, in points."""
HEADING = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#EDF1F5"}
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": HEADING,
    "figure head": {**HEADING, "align": "right"},
    "beside head": {**HEADING, "align": "left", "indent": 1},
    "text": {},
    "beside": {"indent": 1},
    "wrap": {"text_wrap": True, "valign": "top"},
    "note": {"font_color": "#4A5663"},
    "input": {"bg_color": "#FFF4C2", "border": 1, "num_format": "0.00"},
    "dollars": {"num_format": "#,##0"},
    "flagged": {"num_format": "#,##0", "italic": True, "font_color": "#8A4B08"},
    "share": {"num_format": "0.0000"},
    "balance": {"num_format": "+0.0000;-0.0000;0.0000"},
    "strength": {"num_format": "0.00"},
    "whole": {"num_format": "0"},
}


class Layout(NamedTuple):
    """first, last : rows of the partners, from 0."""

    first: int
    last: int

    def column(self, letter: str) -> str:
        """Cells of every partner in a column, as a formula has them: C$11:C$220."""
        return f"{letter}${self.first + 1}:{letter}${self.last + 1}"


class Book(NamedTuple):
    """A workbook being written: its sheets and formats by name."""

    workbook: Any
    sheets: dict[str, Any]
    formats: dict[str, Any]
    layout: Layout

    def text(self, sheet: str, row: int, column: int, text: str, form: str = "text") -> None:
        """A text as text, whatever it begins with."""
        self.sheets[sheet].write_string(row, column, text, self.formats[form])

    def number(self, sheet: str, row: int, column: int, value: float, form: str) -> None:
        """A number; nothing at all where nobody observed it."""
        if not math.isnan(value):
            self.sheets[sheet].write_number(row, column, float(value), self.formats[form])

    def formula(self, sheet: str, row: int, column: int, text: str, form: str, value: float) -> None:
        """A formula and the value it has now, "" where it has none."""
        now = "" if math.isnan(value) else float(value)
        self.sheets[sheet].write_formula(row, column, f"={text}", self.formats[form], now)


def layout_of(numbers: Numbers) -> Layout:
    """Rows of the partners: the same on every sheet."""
    return Layout(HEAD + 1, HEAD + len(numbers.partners))


def letter(column: int) -> str:
    """Letters of a column, from 0: A, Z, AA."""
    out = ""
    column += 1
    while column:
        column, left = divmod(column - 1, 26)
        out = chr(65 + left) + out
    return out


def sheet_of(numbers: Numbers, layer: str) -> str:
    """Sheet of a layer's shares, and the end of its weight's name: of a custom layer own_1, own_2 and so on."""
    return f"own_{1 + numbers.custom_names.index(layer)}" if layer in numbers.custom_names else layer


def height_of(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Height of a row of wrapped texts in columns of the widths given; a spreadsheet finds none that fits by itself."""
    # Letters are wider than the zero that a column's width counts.
    lines = [len(wrap(text, max(int(0.9 * width), 1))) for text, width in zip(cells, widths, strict=True)]
    return LINE * max([1, *lines])


def fit_paper(sheet: Any, head: int | None = None) -> None:
    """Print a sheet across A4, as wide as the paper; head : row to print again on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    if head is not None:
        sheet.repeat_rows(head)


def begin_sheet(book: Book, sheet: str, title: str, notes: Sequence[str], numbers: Numbers, frozen: int) -> None:
    """Title, notes and the names of the partners."""
    book.text(sheet, 0, 0, title, "title")
    for row, note in enumerate(notes, 1):
        book.text(sheet, row, 0, note, "note")
    for column, text in enumerate(("code", "partner")):
        book.text(sheet, HEAD, column, text, "head")
    for row, (code, name) in enumerate(zip(numbers.partners, numbers.names, strict=True), book.layout.first):
        book.text(sheet, row, 0, code)
        book.text(sheet, row, 1, name)
    page = book.sheets[sheet]
    page.set_column(0, 0, 6)
    page.set_column(1, 1, 30)
    page.freeze_panes(HEAD + 1, frozen)
    fit_paper(page, HEAD)


def write_trade(book: Book, numbers: Numbers) -> None:
    """Goods trade of the states with every partner, US dollars, and the totals that shares are of."""
    notes = (
        "Goods, current US dollars, as values. Blank: missing; 0: observed to be zero.",
        "In italics: extended, carried forward or preliminary, not as the source gives it.",
    )
    begin_sheet(book, "trade", f"Trade in {numbers.year}", notes, numbers, 2)
    book.text("trade", HEAD - 2, 1, "all partners, and those not listed", "text")
    for i, code in enumerate(numbers.states):
        for side, (word, flows) in enumerate((("to", numbers.exports), ("from", numbers.imports))):
            column = 2 + 2 * i + side
            book.text("trade", HEAD, column, f"{code} {'exports' if side == 0 else 'imports'} {word}", "figure head")
            book.number("trade", HEAD - 2, column, numbers.totals[side, i], "dollars")
            for row, value in enumerate(flows[:, i], book.layout.first):
                flagged = bool(numbers.flagged[row - book.layout.first, i])
                book.number("trade", row, column, value, "flagged" if flagged else "dollars")
    book.sheets["trade"].set_column(2, 1 + 2 * len(numbers.states), 19)


def write_shares(book: Book, numbers: Numbers) -> None:
    """Each partner's share of a state's trade (equation 1), and what of the trade was not observed."""
    text = {
        "two_way": "exports to and imports from the partner, of all exports and imports",
        "exports": "exports to the partner, of all exports",
        "imports": "imports from the partner, of all imports",
    }[numbers.method.trade_base]
    begin_sheet(book, "shares", "Shares of trade", (f"Equation 1: {text}.",), numbers, 2)
    book.text("shares", HEAD - 2, 1, "not observed")
    shares, unseen = trade_shares(numbers)
    for i, code in enumerate(numbers.states):
        here = letter(2 + i)
        column = book.layout.column(here)
        book.text("shares", HEAD, 2 + i, code, "figure head")
        seen = f"SUM({column})"
        whole = f"IF({seen}<=0,1,IF({seen}>1-0.000000001,0,1-{seen}))"
        book.formula("shares", HEAD - 2, 2 + i, whole, "share", unseen[i])
        for k, row in enumerate(range(book.layout.first, book.layout.last + 1)):
            book.formula("shares", row, 2 + i, share_formula(numbers, i, row), "share", shares[k, i])
    book.sheets["shares"].set_column(2, 1 + len(numbers.states), 11)


def share_formula(numbers: Numbers, i: int, row: int) -> str:
    """Share of the partner in a row: "" where its flows or the total were not observed."""
    out, into = (f"trade!{letter(2 + 2 * i + side)}" for side in (0, 1))
    parts = {"two_way": (out, into), "exports": (out,), "imports": (into,)}[numbers.method.trade_base]
    flows, totals = [f"{part}{row + 1}" for part in parts], [f"{part}${HEAD - 1}" for part in parts]
    blank = ",".join(f'{cell}=""' for cell in (*flows, *totals))
    whole = "+".join(totals)
    return f'IF(OR({blank}),"",IF({whole}>0,({"+".join(flows)})/({whole}),""))'


def trade_shares(numbers: Numbers) -> tuple[np.ndarray, np.ndarray]:
    """Shares (partner, state) as the sheet shows them, and the unobserved part (state)."""
    used = {"two_way": (0, 1), "exports": (0,), "imports": (1,)}[numbers.method.trade_base]
    flows = np.sum([(numbers.exports, numbers.imports)[side] for side in used], axis=0)
    total = numbers.totals[list(used)].sum(axis=0)
    shares = flows / np.where(total > 0, total, np.nan)
    seen = np.nansum(shares, axis=0)
    return shares, np.where(seen <= 0, 1.0, np.where(seen > 1 - 1e-9, 0.0, 1.0 - seen))


def write_troops(book: Book, numbers: Numbers) -> None:
    """Troops hosted: min(1, ln(1 + x) / ln(1 + 60,000)), of the one sender the reports are of."""
    notes = ("Share of the sender = min(1, ln(1 + personnel) / ln(1 + 60,000)). The reports are one-sided.",)
    begin_sheet(book, "troops", "Troops hosted", notes, numbers, 2)
    for row, word in ((5, "personnel hosted"), (6, "not observed"), (7, "not_covered")):
        book.text("troops", row, 1, word)
    for i, code in enumerate(numbers.states):
        here = letter(2 + i)
        hosted, sends = float(numbers.troops[i]), code == TROOPS_SENDER
        share = 0.0 if sends or math.isnan(hosted) else min(1.0, math.log1p(hosted) / math.log1p(TROOPS_FULL))
        unseen = float(math.isnan(hosted) and not sends)
        book.text("troops", HEAD, 2 + i, code, "figure head")
        if sends:
            book.number("troops", 6, 2 + i, 0.0, "share")
        else:
            book.number("troops", 5, 2 + i, hosted, "whole")
            book.formula("troops", 6, 2 + i, f'IF({here}$6="",1,0)', "share", unseen)
        there = TROOPS_SENDER in numbers.partners
        rest = 1.0 - share if there else 1.0
        whole = f"IF({here}$7=1,0,1-SUM({book.layout.column(here)}))"
        book.formula("troops", 7, 2 + i, whole, "share", 0.0 if unseen else rest)
        for row, partner in enumerate(numbers.partners, book.layout.first):
            if partner == TROOPS_SENDER and not sends:
                text = f'IF({here}$6="",0,MIN(1,LN(1+{here}$6)/LN(1+{TROOPS_FULL})))'
                book.formula("troops", row, 2 + i, text, "share", share)
            else:
                book.number("troops", row, 2 + i, 0.0, "share")
    book.sheets["troops"].set_column(2, 1 + len(numbers.states), 11)


def write_custom(book: Book, numbers: Numbers, layer: str) -> None:
    """Shares of a custom layer, as values: its data are in its file."""
    sheet = sheet_of(numbers, layer)
    notes = ("Shares as values; the file of the layer and the configuration show how they are made.",)
    begin_sheet(book, sheet, f"Layer {layer}", notes, numbers, 2)
    for row, word in ((6, "not observed"), (7, "not_covered")):
        book.text(sheet, row, 1, word)
    for i, code in enumerate(numbers.states):
        one = numbers.layers.sel(layer=layer, target=code)
        unseen = float(one["unobserved"])
        book.text(sheet, HEAD, 2 + i, code, "figure head")
        book.number(sheet, 6, 2 + i, unseen, "share")
        book.number(sheet, 7, 2 + i, float(one["not_covered"]), "share")
        # A column of which nothing was observed has no shares; the rows above say that it is unobserved.
        shares = np.zeros(len(numbers.partners)) if unseen >= 1 else one.values
        for row, value in enumerate(shares, book.layout.first):
            book.number(sheet, row, 2 + i, float(value), "share")
    book.sheets[sheet].set_column(2, 1 + len(numbers.states), 11)
