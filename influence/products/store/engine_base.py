"""What every query engine can do: read the flows of a store and return the rows of an expression.

Expressions are Ibis and the same for all engines. How an engine starts and reads files is in duckdb_engine and
spark_engine.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.products.store.catalogue import FLOW_COLUMNS, FLOWS, select_years

if TYPE_CHECKING:
    import ibis
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Engine(ABC):
    """A running query engine; `connection` is its Ibis backend."""

    connection: Any

    def flows(self, store: Path, years: Sequence[int] | None = None) -> ibis.Table:
        """Read the flows of a store.

        Parameters
        ----------
        store : folder of the store.
        years : only these; no file of another year is opened. None: all.

        Returns
        -------
        ibis.Table : year (int16), exporter, importer, product, value_usd (int64), quantity_tonnes (float64).

        Raises
        ------
        StoreError : no store in the folder, or it lacks a year.
        """
        paths = [folder / FLOWS for folder in select_years(Path(store), years).values()]
        table = self._read_parquet(Path(store), paths)
        return table.select(table["year"].cast("int16").name("year"), *FLOW_COLUMNS)

    @abstractmethod
    def _read_parquet(self, store: Path, paths: Sequence[Path]) -> ibis.Table:
        """The Parquet files of some years, with the column year from the name of their folder."""

    @abstractmethod
    def to_arrow(self, expression: ibis.Table) -> pa.Table:
        """Compute the rows of an expression; whole numbers are exact."""

    def to_pandas(self, expression: ibis.Table) -> pd.DataFrame:
        """Compute the rows of an expression; whole numbers stay whole, NULL becomes None or NaN."""
        return self.to_arrow(expression).to_pandas()


def shorten_error(err: Exception, most: int = 4) -> str:
    """An engine's message and the file it is about, as one sentence in one line, without the engine's own advice."""
    lines = str(err).split("\n\n")[0].split("Possible ")[0].splitlines()
    message = "; ".join(line.strip() for line in lines[:most] if line.strip()) or type(err).__name__
    if file := re.search(r"^ *file = (.+)$", str(err), re.MULTILINE):
        message = f"{file[1]}: {message}"
    return message if message.endswith((".", "!", "?")) else f"{message}."
