"""Options that the commands on trade by product share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from influence.cli.options import panel_option, path_option

DEFAULT_STORE = Path("outputs/store")
IMPORT_HINT = "for products import BACI: influence data import baci FILE..."

store_option: Callable[[Any], Any] = path_option(
    "--store", default=DEFAULT_STORE, show_default=True, help="Folder of the store."
)
"""--store of a command that needs a store."""
store_or_sectors_option: Callable[[Any], Any] = path_option(
    "--store", help="Product store; outputs/store by default if it exists, else the bundled goods sectors."
)
"""--store of a command that can use the bundled sectors instead; see find_store."""
panel_or_store_option: Callable[[Any], Any] = panel_option(
    help="Folder of another panel: its sectors, names and groups, in place of outputs/store too."
)
"""--panel of a command that can use a store or sectors; see find_store."""


def find_store(store: Path | None, panel_dir: Path | None = None) -> Path | None:
    """The store that the user named, else outputs/store if it exists and the user named no panel, else None (sectors
    of the panel).
    """
    if store is not None or panel_dir is not None:
        return store
    return DEFAULT_STORE if (DEFAULT_STORE / "store.json").is_file() else None
