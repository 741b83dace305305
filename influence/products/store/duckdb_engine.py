"""The query engine DuckDB: how it starts and reads files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import ExtraError, StoreError
from influence.products.store.engine_base import Engine, shorten_error

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa


class DuckDBEngine(Engine):
    """DuckDB in this process."""

    def _read_parquet(self, store: Path, paths: Sequence[Path]) -> ibis.Table:
        return self.connection.read_parquet([escape_path(path) for path in paths], hive_partitioning=True)

    def to_arrow(self, expression: ibis.Table) -> pa.Table:
        """Compute the rows of an expression; see Engine."""
        return self.connection.to_pyarrow(expression)


@contextmanager
def start_duckdb(memory: str, threads: int | None, spill: Path) -> Iterator[DuckDBEngine]:
    """Start DuckDB for the length of the block.

    Parameters
    ----------
    memory, threads, spill : see influence.products.store.engine.open_engine.

    Raises
    ------
    ExtraError, StoreError : see open_engine.
    """
    try:
        import duckdb
        import ibis
    except ImportError as err:
        raise ExtraError(
            "flows by product need DuckDB and Ibis, which are not installed: pip install duckdb ibis-framework[duckdb] "
            "(or this package with its extra, influence[scale])."
        ) from err
    options: dict[str, Any] = {
        "memory_limit": memory,
        "temp_directory": str(spill),
        # Rows are sorted where their order matters; keeping the order of the files costs memory.
        "preserve_insertion_order": False,
        # Nothing is downloaded: the wheel has what is needed.
        "autoinstall_known_extensions": False,
    }
    if threads is not None:
        options["threads"] = threads
    try:
        connection = ibis.duckdb.connect(**options)
    except duckdb.Error as err:
        raise StoreError(
            f"DuckDB does not start with memory {memory!r}, threads {threads}: {shorten_error(err)}"
        ) from err
    try:
        yield DuckDBEngine(connection)
    except duckdb.OutOfMemoryException as err:
        raise StoreError(
            f"DuckDB ran out of its {memory} of memory or of disk in {spill}: {shorten_error(err)} Give it more "
            "memory, or another folder to spill to."
        ) from err
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException) as err:
        raise StoreError(f"DuckDB could not read or write: {shorten_error(err)}") from err
    finally:
        connection.disconnect()


def escape_path(path: Path) -> str:
    """The path for DuckDB's readers, which take brackets, stars and question marks for patterns."""
    return re.sub(r"([*?\[])", r"[\1]", os.path.abspath(path))
