"""One import at a time: a lock that ends with its process, and what stopped imports left behind."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from influence.errors import OutputError, StoreError
from influence.files import ready_folder
from influence.products.store.catalogue import CARD

LOCK = ".lock"
WORK = re.compile(r"\.work-[0-9]+")
OLD_YEAR = re.compile(r"\.old-(year=[0-9]{4})")
UNFINISHED_FILE = re.compile(r"\.store\.json\..*\.new|\.probe-.*")
PART_OF_STORE = re.compile(r"year=[0-9]{4}|store\.json|\.lock")


@contextmanager
def lock_store(store: Path) -> Iterator[Path]:
    """Lock the store for this process; the operating system frees the lock when the process ends, however it ends.

    Parameters
    ----------
    store : folder of the store; it is made where it is missing.

    Yields
    ------
    Path : a folder for temporary files, removed at the end.

    Raises
    ------
    StoreError : another import has the lock, or the folder contains other things than a store.
    OutputError : the folder cannot be written.
    """
    try:
        ready_folder(store)
    except OutputError as err:
        raise OutputError(str(err).replace("--out", "--store")) from err
    _check_folder(store)
    # No fallback to a file whose existence is the lock: it would outlive a process that is killed.
    lock = FileLock(store / LOCK, timeout=0, fallback_to_soft=False, on_acquired=_write_owner)
    try:
        acquired = lock.acquire()
    except Timeout as err:
        raise StoreError(
            f"another import{_read_owner(store)} is filling {store}; wait until it has ended, or end it."
        ) from err
    with acquired:
        clear_leftovers(store)
        work = store / f".work-{os.getpid()}"
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _write_owner(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))


def _read_owner(store: Path) -> str:
    """' (process 123)', or nothing where the lock file cannot be read."""
    try:
        number = (store / LOCK).read_text(encoding="ascii").strip()
    except OSError:
        return ""
    return f" (process {number})" if number else ""


def _check_folder(store: Path) -> None:
    known = (PART_OF_STORE, UNFINISHED_FILE, WORK, OLD_YEAR)
    others = [path.name for path in store.iterdir() if not any(name.fullmatch(path.name) for name in known)]
    if others and not (store / CARD).is_file():
        raise StoreError(
            f"{store} is not a store and contains other things ({', '.join(sorted(others)[:3])}); give an empty or a "
            "new folder with --store."
        )


def clear_leftovers(store: Path) -> None:
    """Remove what killed imports left behind; a year that was being replaced gets its name back."""
    for left in sorted(store.iterdir()):
        old = OLD_YEAR.fullmatch(left.name)
        if old and not (store / old[1]).exists():
            left.rename(store / old[1])
        elif old or WORK.fullmatch(left.name):
            shutil.rmtree(left)
        elif UNFINISHED_FILE.fullmatch(left.name):
            left.unlink()
