"""Tables on disk: where the bundled panel is, and the tables of one panel folder, each read once, never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from influence.errors import PanelError
from influence.schema import names
from influence.table_columns import TABLES

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
BACKGROUND = "land"
"""Table of outlines behind a map, which say nothing of states."""


def datasets_dir() -> Path:
    """Folder of the bundled panel: inside an installed package, beside it in a checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "datasets"
    return inside if inside.is_dir() else here.parent / "datasets"


def table_path(folder: Path, name: str) -> Path:
    """File of a table in a panel folder: the states among the curated tables, the others as Parquet."""
    return folder / "curated" / "states.csv" if name == "states" else folder / f"{name}.parquet"


def read_panel_table(folder: Path, name: str) -> pd.DataFrame:
    """One table of a panel folder with exactly the columns of the schema.

    Raises
    ------
    PanelError : absent, unreadable, or other columns.
    """
    import pandas as pd

    path = table_path(folder, name)
    if path.suffix == ".csv":
        frame = _read_text(path)
    else:
        try:
            frame = pd.read_parquet(path)
        except (OSError, ValueError) as err:
            raise _unreadable(path, err) from err
    wanted = names(TABLES[name])
    if list(frame.columns) != wanted:
        raise PanelError(f"{path} has columns {', '.join(frame.columns)}; the schema wants {', '.join(wanted)}.")
    return frame


def _read_text(path: Path) -> pd.DataFrame:
    """A CSV as text, empty cells as '' ('NA' is Namibia, not a gap)."""
    import pandas as pd

    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as err:
        raise _unreadable(path, err) from err


def _unreadable(path: Path, err: Exception) -> PanelError:
    reason = "it is missing" if isinstance(err, FileNotFoundError) else str(err).splitlines()[0]
    return PanelError(
        f"{path} cannot be read: {reason}; a panel folder holds every table, and `influence data build --raw DIR --out "
        f"FOLDER` writes one."
    )


class Tables:
    """The tables of one panel, from its own folder or given in memory; read on first use, handed out as copies.

    Parameters
    ----------
    folder : of the panel. given : tables by name, which go before those of the folder.
    """

    def __init__(self, folder: Path | None = None, given: Mapping[str, pd.DataFrame] | None = None) -> None:
        self.folder = folder
        self._read: dict[str, pd.DataFrame] = dict(given or {})
        self._derived: dict[object, Any] = {}

    def __repr__(self) -> str:
        return f"<Tables of {self.folder or 'a panel in memory'}>"

    def observed(self, name: str) -> pd.DataFrame:
        """An observed table (table_columns.TABLES); changes to it change nothing else.

        Raises
        ------
        PanelError : no such table, or it cannot be read.
        """
        if name not in TABLES:
            raise PanelError(f"there is no table {name!r}; tables are: {', '.join(TABLES)}.")
        return self._once(name, lambda folder: read_panel_table(folder, name))

    def curated(self, name: str) -> pd.DataFrame:
        """A curated table (curated/NAME.csv) as text.

        Raises
        ------
        PanelError : it cannot be read.
        """
        return self._once(f"curated/{name}", lambda folder: _read_text(folder / "curated" / f"{name}.csv"))

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What `make` returns, made at the first call with the key: for what follows from these tables alone."""
        if key not in self._derived:
            self._derived[key] = make()
        return self._derived[key]

    def __getstate__(self) -> dict[str, Any]:
        return {"folder": self.folder, "_read": self._read, "_derived": {}}

    def _once(self, key: str, read: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
        if key not in self._read:
            if self.folder is None and not key.startswith("curated/") and key != BACKGROUND:
                raise PanelError(f"this panel was made in memory without the table {key!r}; give it that table too.")
            # Names, groups, corrections and outlines that a panel in memory was not given are the bundled ones.
            self._read[key] = read(self.folder or datasets_dir())
        return self._read[key].copy(deep=False)


@lru_cache(maxsize=1)
def bundled_tables() -> Tables:
    """The tables that come with the package."""
    return Tables(datasets_dir())


def curated(name: str) -> pd.DataFrame:
    """One curated table of the package as text, for building a panel: curated('groups.csv')."""
    return bundled_tables().curated(name.removesuffix(".csv"))
