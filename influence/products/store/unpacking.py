"""Checksums of files, and packed files unpacked within bounds."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from influence.errors import StoreError
from influence.products.store.inputs import Input
from influence.sources.reading import DAMAGED, damaged

MOST_UNPACKED = 16_000_000_000
"""Bytes; a year of the largest native file has a few gigabytes."""
MOST_RATIO = 200
"""Tables of trade shrink to a tenth or a thirtieth; a file that shrinks more than this is no table of trade."""
FREE_OF_RATIO = 20_000_000
"""Below this number of bytes a high ratio does no harm."""
PIECE = 1 << 20


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits.

    Raises
    ------
    StoreError : the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as err:
        raise StoreError(f"{path} cannot be read: {err.strerror or err}.") from err


def unpack(one: Input, to: Path) -> str:
    """Unpack an input to a file.

    The name within an archive is never used as a path.

    Parameters
    ----------
    one : a packed input.
    to : the file to write.

    Returns
    -------
    str : SHA-256 of the content.

    Raises
    ------
    StoreError : the content, as declared or as unpacked, is larger than a table of trade can be or than the free disk;
        or the packing is not supported.
    SourceError : the file is truncated or damaged.
    OSError : the disk is full.
    """
    digest = hashlib.sha256()
    packed = written = 0
    try:
        with _open_packed(one) as (stream, size, declared), to.open("wb") as out:
            _check_size(one, declared, size)
            if declared > (free := shutil.disk_usage(to.parent).free):
                raise StoreError(
                    f"{one.label} unpacks to {declared:,} bytes, and the disk of {to.parent.parent} has {free:,} free; "
                    "make room, or give another folder with --store."
                )
            packed = size
            while piece := _read(stream, one):
                written += len(piece)
                _check_size(one, written, packed)
                digest.update(piece)
                out.write(piece)
    except DAMAGED as err:
        raise damaged(one.label, err) from err
    except NotImplementedError as err:
        raise StoreError(f"{one.label} is packed in a way that is not supported ({err}); unpack it by hand.") from err
    return digest.hexdigest()


def _read(stream: IO[bytes], one: Input) -> bytes:
    try:
        return stream.read(PIECE)
    except OSError as err:
        # A gzip file with a wrong checksum raises a subclass of OSError, and is no fault of the disk.
        if isinstance(err, gzip.BadGzipFile):
            raise
        raise StoreError(f"{one.label} cannot be read: {err.strerror or err}.") from err


@contextmanager
def _open_packed(one: Input) -> Iterator[tuple[IO[bytes], int, int]]:
    """Stream of the content, packed size, and declared size (0 where the packing declares none)."""
    if one.packing == "gzip":
        with gzip.open(one.path) as stream:
            yield cast("IO[bytes]", stream), one.path.stat().st_size, 0
        return
    with zipfile.ZipFile(one.path) as archive, archive.open(one.member) as member:
        entry = archive.getinfo(one.member)
        yield member, entry.compress_size, entry.file_size


def _check_size(one: Input, size: int, packed: int) -> None:
    if size > MOST_UNPACKED or (size > FREE_OF_RATIO and size > MOST_RATIO * max(packed, 1)):
        raise StoreError(
            f"{one.label} unpacks to {size:,} bytes or more from {packed:,} bytes, which is more than a table of "
            f"trade can have (at most {MOST_UNPACKED:,} bytes, and {MOST_RATIO} times the packed size)."
        )
