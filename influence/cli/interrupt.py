"""Ctrl-C during long work: the first asks it to stop and keep finished parts, the second stops it at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click


@contextmanager
def graceful_interrupt(message: str) -> Iterator[Callable[[], bool]]:
    """A function that returns whether Ctrl-C was pressed; the first Ctrl-C prints `message`."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set  # only the main thread may handle signals
        return

    def first(_: int, __: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        click.echo(f"\n{message}", err=True)

    before = signal.signal(signal.SIGINT, first)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
