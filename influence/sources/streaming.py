"""Reading tables too large to hold: the same guards as influence.sources.reading, a piece at a time."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import pandas as pd

from influence.errors import SourceError
from influence.sources.reading import DAMAGED, check_columns, damaged

ROWS_AT_A_TIME = 1_000_000


def read_pieces(
    path: Path | str,
    columns: Iterable[str],
    *,
    also: Iterable[str] = (),
    text: Iterable[str] = (),
    member: str = "*.csv",
) -> Iterator[pd.DataFrame]:
    """Pieces of a delimited file, plain, gzip or zip (every file in it that matches `member`, in order of name).

    Only `columns`, which must be there, and those of `also` that are; `text` columns stay text.

    Raises
    ------
    SourceError : absent, a folder, truncated, not UTF-8, not a table, a column missing, no rows.
    """
    wanted = {*columns, *also}
    for name, stream in _streams(Path(path), member):
        rows = 0
        try:
            pieces = pd.read_csv(
                io.TextIOWrapper(stream, encoding="utf-8-sig"),
                dtype=dict.fromkeys(text, str),
                keep_default_na=False,
                usecols=lambda c: c in wanted,
                chunksize=ROWS_AT_A_TIME,
                low_memory=False,
            )
            for piece in pieces:
                rows += len(piece)
                piece = piece.reset_index(drop=True) if isinstance(piece.index, pd.RangeIndex) else piece
                check_columns(piece, columns, name)
                yield piece
            if not rows:
                raise SourceError(f"{name} has no rows.")
        except UnicodeDecodeError as err:
            raise SourceError(f"{name}: not UTF-8 text after row {rows}; save it as UTF-8.") from err
        except DAMAGED as err:
            raise damaged(name, err) from err
        except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as err:
            raise SourceError(f"{name} is not a table: {str(err).strip()}.") from err


def _streams(path: Path, member: str) -> Iterator[tuple[str, IO[bytes]]]:
    with _opened(path) as raw:
        start = raw.read(4)
        raw.seek(0)
        if start[:2] == b"\x1f\x8b":
            with gzip.open(raw) as stream:
                yield str(path), cast("IO[bytes]", stream)
        elif start == b"PK\x03\x04":
            yield from _members(raw, path, member)
        else:
            yield str(path), raw


def _members(raw: IO[bytes], path: Path, member: str) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        with zipfile.ZipFile(raw) as archive:
            names = archive.namelist()
            found = sorted(n for n in names if Path(n).match(member))
            if not found:
                raise SourceError(f"{path} holds no file {member!r}; it holds: {', '.join(names[:8])}.")
            for name in found:
                with archive.open(name) as stream:
                    yield f"{path} ({name})", stream
    except DAMAGED as err:
        raise damaged(path, err) from err


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path.is_dir():
        raise SourceError(f"{path} is a folder; a file is wanted.")
    try:
        stream = path.open("rb")
    except OSError as err:
        raise SourceError(f"{path} cannot be read: {err.strerror or err}.") from err
    with stream:
        yield stream
