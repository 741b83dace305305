"""One import at a time: a lock that dies with its process, and the leftovers of imports that died."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from influence.errors import OutputError, StoreError
from influence.files import ready_folder

LOCK = ".lock"
WORK = re.compile(r"\.work-[0-9]+")
OLD_YEAR = re.compile(r"\.old-(year=[0-9]{4})")
OWN = re.compile(r"year=[0-9]{4}|store\.json|\.store\.json\..*\.new|\.lock|\.probe-.*")


@contextmanager
def sole_writer(store: Path) -> Iterator[Path]:
    """Hold the store for this process; the folder for its work, which is gone afterwards.

    Raises
    ------
    StoreError : another import holds it; the folder holds other things than a store. OutputError : not writable.
    """
    try:
        ready_folder(store)
    except OutputError as err:
        raise OutputError(str(err).replace("--out", "--store")) from err
    _only_a_store(store)
    with (store / LOCK).open("a+", encoding="ascii") as lock:
        if not _taken(lock):
            lock.seek(0)
            who = lock.read().strip()
            told = f" (process {who})" if who else ""
            raise StoreError(f"another import{told} is filling {store}; wait until it has ended, or end it.")
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        clear_leftovers(store)
        work = store / f".work-{os.getpid()}"
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _taken(lock: IO[str]) -> bool:
    """Whether the lock is ours now; the system frees it when the process ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            # Far behind the text, so that another process can still read who holds it.
            lock.seek(1 << 20)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _only_a_store(store: Path) -> None:
    others = [p.name for p in store.iterdir() if not any(w.fullmatch(p.name) for w in (OWN, WORK, OLD_YEAR))]
    if others and not (store / "store.json").is_file():
        raise StoreError(
            f"{store} is no store and holds other things ({', '.join(sorted(others)[:3])}); give an empty or a new "
            "folder with --store."
        )


def clear_leftovers(store: Path) -> None:
    """Remove what imports that were killed left behind; a year that was being replaced is put back."""
    for left in sorted(store.iterdir()):
        old = OLD_YEAR.fullmatch(left.name)
        if old and not (store / old[1]).exists():
            left.rename(store / old[1])
        elif old or WORK.fullmatch(left.name):
            shutil.rmtree(left)
        elif re.fullmatch(r"\.store\.json\..*\.new|\.probe-.*", left.name):
            left.unlink()
