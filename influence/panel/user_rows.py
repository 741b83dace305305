"""Rows of a user's file, read as text with their line numbers, and the faults found in them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from influence.errors import PanelError, pluralize

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 500_000_000
PARQUET, ZIPPED, UTF_16 = b"PAR1", b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")


class Fault(NamedTuple):
    """What is wrong in a row.

    row : line of a CSV (the header is 1), row of a Parquet file (the first is 1). column : '' where the whole row is
    wrong. value : as in the file. fault : what is wrong and what is allowed.
    """

    row: int
    column: str
    value: str
    fault: str

    def describe(self) -> str:
        """The fault as a clause: 'row 7, column year: '20' is not a year (…)'."""
        place = f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        return f"{place}: {self.value!r} {self.fault}" if self.column else f"{place} {self.fault}"


class Rows(NamedTuple):
    """Rows of a file.

    cells : as text, '' where blank, indexed by row. short : rows that do not fit the header, left out of the cells.
    sha256 : of the file.
    """

    cells: pd.DataFrame
    short: list[Fault]
    sha256: str


def read_rows(path: Path | str) -> Rows:
    """Rows of a CSV (UTF-8, commas, one header line) or of a Parquet file, recognised by its first bytes.

    Raises
    ------
    PanelError : it cannot be read as such: absent, locked, not UTF-8 (the row is named), no header, no row, too large.
    """
    raw = _bytes_of(Path(path))
    digest = hashlib.sha256(raw).hexdigest()
    if raw[:4] == PARQUET:
        return Rows(_cells_of(_parquet_frame(raw, path), path), [], digest)
    cells, short = _csv_cells(_text_of(raw, path), path)
    if cells.empty and not short:
        raise PanelError(f"{path} has no rows.")
    return Rows(cells, short, digest)


def rows_of(frame: pd.DataFrame, name: str) -> Rows:
    """Rows of a table in memory, as those of a file: the first is row 1, and its index is ignored.

    Raises
    ------
    PanelError : no columns, a repeated column, or no rows.
    """
    return Rows(_cells_of(frame, name), [], "")


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise PanelError(f"{path} is a folder; a file is wanted.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PanelError(f"{path} is larger than {MOST_BYTES:,} bytes.")
        return path.read_bytes()
    except PermissionError as err:
        raise PanelError(
            f"{path} cannot be read: {err.strerror}; close it in other programs, or allow reading it."
        ) from err
    except OSError as err:
        raise PanelError(f"{path} cannot be read: {err.strerror or err}.") from err


def _text_of(raw: bytes, path: Path | str) -> str:
    if raw[:4] == ZIPPED:
        raise PanelError(f"{path} is a workbook or an archive; save the sheet as CSV in UTF-8.")
    if raw[:2] in UTF_16:
        raise PanelError(f"{path} is UTF-16 text; save it as CSV in UTF-8.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        row = raw[: err.start].count(b"\n") + 1
        raise PanelError(
            f"{path} row {row}: byte 0x{raw[err.start]:02x} is not UTF-8 text; save it as CSV in UTF-8."
        ) from err
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        raise PanelError(f"{path} row {row}: a zero byte; it is not a text file. Save it as CSV in UTF-8.")
    return text


def _csv_cells(text: str, path: Path | str) -> tuple[pd.DataFrame, list[Fault]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, path)
        lines, rows, short = [], [], []
        for line, row in _numbered(reader):
            if len(row) == len(header):
                lines.append(line)
                rows.append(row)
            else:
                fault = f"has {pluralize(len(row), 'cell')}, and the header {pluralize(len(header), 'name')}"
                short.append(Fault(line, "", ",".join(row), fault))
    except csv.Error as err:
        raise PanelError(f"{path} row {reader.line_num}: not a row of a CSV ({err}).") from err
    cells = pd.DataFrame(rows, columns=header, index=pd.Index(lines, dtype="int64"), dtype=object)
    return cells.apply(lambda column: column.str.strip()) if len(cells) else cells, short


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins: a quoted cell may go over several. Empty lines are skipped."""
    before = reader.line_num  # type: ignore[attr-defined]
    for row in reader:
        if row:
            yield before + 1, row
        before = reader.line_num  # type: ignore[attr-defined]


def _parquet_frame(raw: bytes, path: Path | str) -> pd.DataFrame:
    try:
        return pd.read_parquet(io.BytesIO(raw))
    except (OSError, ValueError) as err:
        raise PanelError(f"{path} cannot be read as Parquet ({str(err).splitlines()[0]}).") from err


def _cells_of(frame: pd.DataFrame, path: Path | str) -> pd.DataFrame:
    _check_header([str(name) for name in frame.columns], path)
    if frame.empty:
        raise PanelError(f"{path} has no rows.")
    cells = pd.DataFrame({str(name): [_cell_text(v) for v in frame[name]] for name in frame.columns}, dtype=object)
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    return cells


def _cell_text(value: object) -> str:
    """A typed cell as a CSV would have it: 2016.0 is 2016, a missing value is blank."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return str(value).strip()


def _check_header(header: Sequence[str], path: Path | str) -> None:
    if not header:
        raise PanelError(f"{path} is empty; its first line must name the columns.")
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise PanelError(f"{path} has cells that are not separated by commas; save it as CSV with commas.")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise PanelError(f"{path} has column {twice[0]!r} more than once; keep one.")


def check_names(rows: Rows, wanted: Sequence[str], path: Path | str, how: str) -> None:
    """Raise PanelError with the columns present when one is missing; `how` says how to name other columns."""
    missing = [name for name in wanted if name not in rows.cells.columns]
    if missing:
        there = ", ".join(map(str, rows.cells.columns[:12]))
        raise PanelError(f"{path} lacks column {', '.join(missing)}; it has: {there}. {how}")
