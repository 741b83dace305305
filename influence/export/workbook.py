"""A workbook with live formulas: trade, shares, pledges, weights, pull and balance of some states in one year.

The formulas are equations 1, 3, 4, 5 and 6 in the notation of a spreadsheet; each carries the value it has at the
weights of the study, so that a viewer that does not calculate shows numbers too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from influence.errors import import_extra
from influence.export.workbook_numbers import Numbers
from influence.export.workbook_pledges import write_pledges
from influence.export.workbook_pulls import write_balance, write_pull, write_weights
from influence.export.workbook_readme import write_readme
from influence.export.workbook_sheets import (
    FORMATS,
    Book,
    layout_of,
    sheet_of,
    write_custom,
    write_shares,
    write_trade,
    write_troops,
)
from influence.files import write_bytes

MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Date every workbook carries, so that the same input gives the same bytes."""
SHEETS = ("read me", "weights", "balance", "pull", "trade", "shares", "alliance", "agreement", "troops")
"""In the order of the tabs: what is changed and what comes of it first, what it rests on after."""


def write_workbook(numbers: Numbers, path: Path, *, command: str) -> Path:
    """Write the workbook; the same input gives the same bytes.

    command : what made it, for the first sheet.

    Raises
    ------
    ExtraError : XlsxWriter is not installed. OutputError : see files.write_bytes.
    """
    write_bytes(path, workbook_bytes(numbers, command))
    return path


def workbook_bytes(numbers: Numbers, command: str) -> bytes:
    """The workbook as the bytes of its file.

    Raises
    ------
    ExtraError : XlsxWriter is not installed.
    """
    stream, custom = BytesIO(), [sheet_of(numbers, layer) for layer in numbers.custom_names]
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    workbook = import_extra("xlsxwriter", "a workbook needs", "XlsxWriter", "xlsx").Workbook(stream, plain)
    workbook.set_properties({"title": f"Who pulls on whom, {numbers.year}", "created": MADE})
    sheets = {name: workbook.add_worksheet(name) for name in (*SHEETS, *custom)}
    formats = {name: workbook.add_format(text) for name, text in FORMATS.items()}
    book = Book(workbook, sheets, formats, layout_of(numbers))
    write_readme(book, numbers, command)
    for write in (write_weights, write_trade, write_shares, write_troops, write_pull, write_balance):
        write(book, numbers)
    for layer in ("alliance", "agreement"):
        write_pledges(book, numbers, layer)
    for layer in numbers.custom_names:
        write_custom(book, numbers, layer)
    workbook.close()
    return stream.getvalue()
