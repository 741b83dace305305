"""The first sheet: how to use the workbook, by which settings it was made, and every source with its terms."""

from __future__ import annotations

from influence.export.findings import own_card, seam_note, sources_of
from influence.export.workbook_numbers import Numbers
from influence.export.workbook_sheets import Book
from influence.panel.package import sources_table
from influence.states import pole_label

USE = (
    "Every number but the yellow weights and the figures of the sources is a formula; look into a cell to see it.",
    "Change a weight on the sheet 'weights': shares stay, the composite, every pull and every balance move.",
    "Read from the back: 'trade' to 'shares', and 'alliance' and 'agreement', are the layers; 'pull' adds them up with "
    "the weights; 'balance' compares the poles.",
    "A row is the same partner on every sheet but 'balance', where a row is a state.",
    "A blank cell was observed by nobody. It is not nought: it counts as not observed, and below a coverage of 0.8 "
    "there is no pull and no balance.",
    "Goods only: services are not in the pull. Before and after is not with and without.",
)


def write_readme(book: Book, numbers: Numbers, command: str) -> None:
    """How to use it, settings, sources and terms, one line each."""
    config, sheet = numbers.config, book.sheets["read me"]
    states = ", ".join(numbers.names[at] for at in numbers.at)
    poles = ", ".join(f"{pole_label(pole)} ({pole})" for pole in numbers.members)
    strengths = [
        f"{kind} {level:g}"
        for told in (config.pact_strength, config.agreement_strength)
        for kind, level in told.items()
    ]
    flagged = int(numbers.flagged.sum())
    settings = {
        "states": states, "year": str(numbers.year), "poles": poles, "trade base": config.trade_base,
        "capability": config.capability, "strength of ties in force": ", ".join(strengths),
        "trade data": f"{seam_note(numbers.year)} {flagged:,} of {numbers.flagged.size:,} pairs in italics.",
        "made by": command,
    }  # fmt: skip
    book.text("read me", 0, 0, "Who pulls on whom: a workbook with live formulas", "title")
    for row, told in enumerate(USE, 2):
        book.text("read me", row, 0, f"{row - 1}.")
        sheet.merge_range(row, 1, row, 5, told, book.formats["wrap"])
        sheet.set_row(row, 30 if len(told) > 110 else 16)
    row = len(USE) + 3
    for key, told in settings.items():
        book.text("read me", row, 0, key, "note")
        sheet.merge_range(row, 1, row, 5, told, book.formats["wrap"])
        sheet.set_row(row, 15 * (1 + len(told) // 110))
        row += 1
    _write_sources(book, numbers, row + 1)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 5, 22)


def _write_sources(book: Book, numbers: Numbers, row: int) -> None:
    cards = sources_table()
    for column, told in enumerate(("source", "publisher", "vintage", "terms", "used for")):
        book.text("read me", row, column, told, "head")
    used = sources_of(numbers.year)
    for key in dict.fromkeys(key for keys in used.values() for key in keys):
        row += 1
        card = cards.loc[key]
        sure = "" if card["terms_confirmed"] == "yes" else " (to be confirmed from the source's own text)"
        layers = ", ".join(layer for layer, keys in used.items() if key in keys)
        cells = (card["title"], card["publisher"], card["vintage"], f"{card['licence']}{sure}", layers)
        for column, text in enumerate(cells):
            book.text("read me", row, column, str(text), "wrap")
    for layer in numbers.config.layers:
        row += 1
        book.text("read me", row, 0, own_card(layer), "wrap")
    book.text("read me", row + 2, 0, "Full citations: influence cite.", "note")
