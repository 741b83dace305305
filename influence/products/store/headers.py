"""The first line of a native file: how its cells are parted, and which column is which."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from influence.errors import StoreError
from influence.products.store.layouts import Layout, folded

LONGEST = 1 << 16


@dataclass(frozen=True)
class Header:
    """Delimiter, the columns by the layout's names (`_1` and so on: of no use here), and as the file spells them."""

    delimiter: str
    columns: tuple[str, ...]
    spelt: tuple[str, ...]

    def native(self, column: str) -> str:
        """A column of the layout as the file spells it."""
        return self.spelt[self.columns.index(column)] if column in self.columns else column


def header_of(path: Path, label: str, layout: Layout) -> Header:
    """Read the first line of a file.

    Raises
    ------
    StoreError : empty, not UTF-8 text, a column missing (those there are listed) or there twice.
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
        raise StoreError(f"{label} is no table of text; is it packed, or in UTF-16? Save it as CSV in UTF-8.")
    delimiter = max(",\t;", key=text.count)
    spelt = [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter))]
    return Header(delimiter, tuple(_named(spelt, label, layout)), tuple(spelt))


def _named(spelt: Sequence[str], label: str, layout: Layout) -> list[str]:
    names = [f"_{place}" for place in range(len(spelt))]
    there = [folded(name) for name in spelt]
    missing = []
    for column, others in layout.columns.items():
        found = next((name for name in (folded(column), *others) if name in there), None)
        if found is None:
            missing += [] if column in layout.optional else [column]
            continue
        if there.count(found) > 1:
            raise StoreError(f"{label} has the column {column} twice; it has: {', '.join(spelt[:20])}.")
        names[there.index(found)] = column
    if missing:
        raise StoreError(
            f"{label} lacks column {', '.join(missing)} of {layout.title}; it has: {', '.join(spelt[:20])}."
        )
    return names


def lines_of(path: Path, header: Header, ordinals: Sequence[int]) -> dict[int, int]:
    """Line in the file of each row by its place among the rows, from 1; empty lines are no rows."""
    wanted = set(ordinals)
    found: dict[int, int] = {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        reader = csv.reader(stream, delimiter=header.delimiter)
        for place, line in enumerate(_rows(reader), 0):
            if place in wanted:
                found[place] = line
                if len(found) == len(wanted):
                    break
    return found


def _rows(reader: Iterator[list[str]]) -> Iterator[int]:
    for cells in reader:
        if cells:
            yield reader.line_num  # type: ignore[attr-defined]
