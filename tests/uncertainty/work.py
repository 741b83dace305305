"""Work for other processes: they import it by its name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def doubled(factor: int, number: int) -> int:
    """factor times the number."""
    return factor * number


def slow(seconds: float, number: int) -> int:
    """The number, after some time."""
    time.sleep(seconds)
    return number


def lost(_: int, number: int) -> int:
    """Ends its process at number 3, as the system does for want of memory."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def once(folder: str, number: int) -> int:
    """The number, with a note of each time it is made; the first to make number 4 is killed in the middle."""
    mark = Path(folder) / f"{number}"
    first = not mark.exists()
    with mark.open("a", encoding="utf-8") as stream:
        stream.write("made\n")
    if number == 4 and first:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return number
