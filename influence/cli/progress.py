"""What people see while they wait: one line a step, a moving one on a terminal, none with --quiet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def steps(quiet: bool, *, plain: bool = True) -> Iterator[Callable[[str], None]]:
    """A function that tells the step that begins; on standard error, so that output can be piped.

    Where standard error is no terminal it tells each step on a line of its own, or nothing with `plain` off: what takes
    a second or two needs no log.
    """
    if quiet or not (plain or sys.stderr.isatty()):
        yield lambda _: None
        return
    if not sys.stderr.isatty():
        yield lambda step: click.echo(f"{step} …", err=True)
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("starting …") as status:
        yield lambda step: status.update(f"{step} …")
