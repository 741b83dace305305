"""Write files beside their places, then move them: an earlier file is unchanged until the new one is whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from influence.errors import OutputError

PAGES = (".html", ".htm")


def ready_folder(folder: Path) -> Path:
    """Make the folder if it is absent, and check that it can be written.

    Raises
    ------
    OutputError : it is a file, or cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-"):
            pass
    except OSError as err:
        raise OutputError(f"folder {folder} cannot be written ({err.strerror}); give another with --out.") from err
    return folder


def page_path(path: Path) -> Path:
    """Return the path if it is the name of a page.

    Raises
    ------
    OutputError : another ending.
    """
    if path.suffix.lower() not in PAGES:
        raise OutputError(f"{path} is not the name of a page; it must end in {' or '.join(PAGES)}.")
    return path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; moved onto it when the block ends well, removed when it does not.

    Raises
    ------
    OutputError : the folder cannot be written, the disk is full.
    """
    ready_folder(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield beside
        # On the disk before it takes the name: a power cut must not leave an empty file under it.
        with beside.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(beside, path)
    except OSError as err:
        raise OutputError(f"{path} cannot be written ({err.strerror or err}); nothing was changed.") from err
    finally:
        with suppress(OSError):
            beside.unlink()


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with plain newlines, beside and then moved into place.

    Raises
    ------
    OutputError : see replacing.
    """
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes, beside and then moved into place.

    Raises
    ------
    OutputError : see replacing.
    """
    with replacing(path) as beside:
        beside.write_bytes(content)


def move_in(names: Sequence[str], beside: Path, folder: Path) -> None:
    """Move the files `names` from `beside` into `folder`: all of them, or none, and earlier files are restored.

    Raises
    ------
    OutputError : a place cannot be written; everything is as before.
    """
    old = Path(tempfile.mkdtemp(prefix=".old-", dir=beside))
    placed: list[str] = []
    name = ""
    try:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (old / name).parent.mkdir(parents=True, exist_ok=True)
            if (folder / name).is_file():
                os.replace(folder / name, old / name)
            placed.append(name)
            os.replace(beside / name, folder / name)
    except BaseException as err:
        for done in placed:
            if (old / done).is_file():
                os.replace(old / done, folder / done)
            elif (folder / done).is_file():
                (folder / done).unlink()
        if isinstance(err, OSError):
            message = f"{folder / name} cannot be written ({err.strerror or err}); nothing was changed."
            raise OutputError(message) from err
        raise
