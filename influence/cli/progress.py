"""Progress on standard error: one line for each step, a moving line on a terminal, nothing with --quiet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def steps(quiet: bool, *, plain: bool = True) -> Iterator[Callable[[str], None]]:
    """A function that shows the step that begins: `progress("reading the panel")`.

    It writes to standard error, so that the output can be piped. Where standard error is no terminal, each step is a
    line; with `plain` off nothing, because work of a second or two needs no log.
    """
    if quiet or not (plain or sys.stderr.isatty()):
        yield lambda _: None
        return
    if not sys.stderr.isatty():
        yield lambda step: click.echo(_line(step), err=True)
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("Starting …") as status:
        yield lambda step: status.update(_line(step))


def _line(step: str) -> str:
    return f"{step[:1].upper()}{step[1:]} …"
