"""Options that the commands on trade by product share, and checks of options that exclude each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

DEFAULT_STORE = Path("outputs/store")
IMPORT_HINT = "for products import BACI: influence data import baci FILE..."

store_option: Callable[[Any], Any] = click.option(
    "--store", type=click.Path(path_type=Path), default=DEFAULT_STORE, show_default=True, help="Folder of the store."
)
"""--store of a command that needs a store."""
store_or_sectors_option: Callable[[Any], Any] = click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Product store; outputs/store by default if it exists, else the bundled goods sectors.",
)
"""--store of a command that can use the bundled sectors instead; see find_store."""


panel_option: Callable[[Any], Any] = click.option(
    "--panel",
    "panel_dir",
    type=click.Path(path_type=Path),
    help="Folder of another panel: its sectors, names and groups, in place of outputs/store too.",
)
"""--panel of a command that can use a store or sectors; see find_store."""


def find_store(store: Path | None, panel_dir: Path | None = None) -> Path | None:
    """The store that the user named, else outputs/store if it exists and the user named no panel, else None (sectors
    of the panel).
    """
    if store is not None or panel_dir is not None:
        return store
    return DEFAULT_STORE if (DEFAULT_STORE / "store.json").is_file() else None


def with_options(options: tuple[Callable[[Any], Any], ...]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that gives a command these options, in this order."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def split_list(text: str | None) -> list[str]:
    """The parts of a text with commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def check_exclusive(**given: Any) -> None:
    """Check that only one of two options was given.

    Raises
    ------
    UsageError : both were.
    """
    if all(value is not None and value is not False for value in given.values()):
        first, second = (f"--{name}" for name in given)
        raise click.UsageError(f"{first} and {second} exclude each other; give one.")
