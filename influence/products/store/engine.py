"""Start a query engine by name: DuckDB on this machine, or Spark where one machine is not enough."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from influence.errors import StoreError
from influence.products.store.duckdb_engine import start_duckdb
from influence.products.store.engine_base import Engine

ENGINES = ("duckdb", "spark")
# These libraries call each other by deprecated names; no result depends on it.
FOREIGN = r"(ibis|pyspark|duckdb)\."


@contextmanager
def open_engine(
    name: str = "duckdb", *, master: str | None = None, memory: str = "512MB", threads: int | None = None,
    spill: Path | None = None,
) -> Iterator[Engine]:  # fmt: skip
    """Start an engine for the length of the block; a file or resource that fails inside it becomes a StoreError.

    Parameters
    ----------
    name : duckdb or spark.
    master : where Spark runs: local[2] for two threads here, spark://HOST:PORT for a cluster; only with spark.
    memory : how much DuckDB may use before it spills to disk; for Spark, the heap of its process here (at least 1 GB).
    threads : how many threads at most; None: as many as the machine has.
    spill : folder for what does not fit into memory; None: a temporary one.

    Raises
    ------
    ExtraError : the extra of the engine is not installed.
    StoreError : an unknown engine, a master that does not answer or has no workers, an unreadable amount of memory; in
        the block: a damaged file, or too little memory or disk.
    """
    if name not in ENGINES:
        raise StoreError(f"there is no engine {name!r}; allowed: {', '.join(ENGINES)}.")
    if master is not None and name != "spark":
        raise StoreError(f"a master ({master}) is for the engine spark, not for {name}; add --engine spark.")
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        for category in (DeprecationWarning, FutureWarning):
            warnings.filterwarnings("ignore", category=category, module=FOREIGN)
        folder = _make_folder(spill) if spill else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if name == "spark":
            from influence.products.store.spark_engine import start_spark

            yield stack.enter_context(start_spark(master, memory, threads=threads, spill=folder))
        else:
            yield stack.enter_context(start_duckdb(memory, threads, folder))


def _make_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise StoreError(f"the folder {folder} to spill to cannot be made ({err.strerror}); name another.") from err
    return folder
