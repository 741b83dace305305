"""The header line of a native file: its delimiter, and which column is which."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from influence.errors import StoreError
from influence.products.store.layouts import Layout, normalize_name

LONGEST = 1 << 16


@dataclass(frozen=True)
class Header:
    """The header of a file.

    Attributes
    ----------
    delimiter : comma, tab or semicolon.
    columns : names of the layout; `_1` and so on for columns that are not used.
    native : names in the file, in the same order.
    """

    delimiter: str
    columns: tuple[str, ...]
    native: tuple[str, ...]

    def native_name(self, column: str) -> str:
        """The name of a column of the layout in the file."""
        return self.native[self.columns.index(column)] if column in self.columns else column


def read_header(path: Path, label: str, layout: Layout) -> Header:
    """Read the first line of a file.

    Parameters
    ----------
    path : a file that is not packed.
    label : its name in messages.

    Returns
    -------
    Header

    Raises
    ------
    StoreError : an empty file, not UTF-8 text, or a column that is missing or duplicated.
    """
    with path.open("rb") as stream:
        start = stream.read(LONGEST)
    if not start.strip():
        raise StoreError(f"{label} is empty.")
    line = start.splitlines()[0]
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise StoreError(f"{label} line 1: not UTF-8 text; save it as UTF-8.") from err
    if "\0" in text or len(line) == LONGEST:
        raise StoreError(f"{label} is not a text table; is it packed, or in UTF-16? Save it as CSV in UTF-8.")
    delimiter = max(",\t;", key=text.count)
    native = [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter))]
    return Header(delimiter, tuple(_layout_names(native, label, layout)), tuple(native))


def _layout_names(native: Sequence[str], label: str, layout: Layout) -> list[str]:
    names = [f"_{place}" for place in range(len(native))]
    normalized = [normalize_name(name) for name in native]
    missing = []
    for column, others in layout.columns.items():
        found = next((name for name in (normalize_name(column), *others) if name in normalized), None)
        if found is None:
            missing += [] if column in layout.optional else [column]
            continue
        if normalized.count(found) > 1:
            raise StoreError(f"{label} has the column {column} twice; it has: {', '.join(native[:20])}.")
        names[normalized.index(found)] = column
    if missing:
        raise StoreError(
            f"{label} lacks column {', '.join(missing)} of {layout.title}; it has: {', '.join(native[:20])}."
        )
    return names


def find_lines(path: Path, header: Header, ordinals: Sequence[int]) -> dict[int, int]:
    """Find the lines of some rows; empty lines are not rows, and a quoted cell may span several lines.

    Parameters
    ----------
    ordinals : places among the rows, from 1.

    Returns
    -------
    dict : place -> line in the file.
    """
    wanted = set(ordinals)
    found: dict[int, int] = {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        reader = csv.reader(stream, delimiter=header.delimiter)
        for place, line in enumerate(_line_numbers(reader)):
            if place in wanted:
                found[place] = line
                if len(found) == len(wanted):
                    break
    return found


def _line_numbers(reader: Iterator[list[str]]) -> Iterator[int]:
    for cells in reader:
        if cells:
            yield reader.line_num  # type: ignore[attr-defined]
