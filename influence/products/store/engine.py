"""Which engine computes: DuckDB here, or Spark where a machine is not enough; the only place that knows which.

Expressions are Ibis and the same for both. What differs is how each reads files and starts, and that is here and, for
Spark, in influence.products.store.spark_engine.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import ExtraError, StoreError

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

ENGINES = ("duckdb", "spark")
FORMAT = 1
FLOWS = "flows.parquet"
FLOW_COLUMNS = ("exporter", "importer", "product", "value_usd", "quantity_tonnes")
# These ask each other by names that are old by now; none of it changes an answer.
FOREIGN = r"(ibis|pyspark|duckdb)\."
YEAR_FOLDER = re.compile(r"year=([0-9]{4})")


@dataclass(frozen=True)
class Engine:
    """One that is started: `name`, and `connection`, its Ibis backend."""

    name: str
    connection: Any
    session: Any = None

    def flows(self, store: Path, years: Sequence[int] | None = None) -> ibis.Table:
        """Flows of the store: year (int16), exporter, importer, product, value_usd (int64), quantity_tonnes (float64).

        Parameters
        ----------
        years : only these; no file of another year is opened. None: all.

        Raises
        ------
        StoreError : no store there, or not this year in it.
        """
        paths = [folder / FLOWS for folder in _asked(Path(store), years).values()]
        if self.name == "spark":
            from influence.products.store.spark_engine import read_flows

            table = read_flows(self, Path(store), paths)
        else:
            table = self.connection.read_parquet([literal_path(path) for path in paths], hive_partitioning=True)
        return table.select(table["year"].cast("int16").name("year"), *FLOW_COLUMNS)

    def raw_csv(self, paths: Sequence[Path], columns: Sequence[str]) -> ibis.Table:
        """Files with one header line, every column as text; an empty cell is NULL, nothing else is.

        Rows come in any order. Nothing is guessed: the caller has read the header of each file.

        Parameters
        ----------
        columns : the header, the same and in the same order in all files.

        Raises
        ------
        StoreError : a file does not exist. What cannot be parsed is told as StoreError when rows are asked for.
        """
        if absent := [str(path) for path in paths if not path.is_file()]:
            raise StoreError(f"there is no file {', '.join(absent[:5])}.")
        if self.name == "spark":
            from influence.products.store.spark_engine import read_text

            return read_text(self, paths, columns)
        return self.connection.read_csv(
            [literal_path(path) for path in paths],
            columns=dict.fromkeys(columns, "VARCHAR"),
            header=True, auto_detect=False, delim=",", quote='"', escape='"', nullstr="", hive_partitioning=False,
        )  # fmt: skip

    def to_arrow(self, expression: ibis.Table) -> pa.Table:
        """The rows of an expression, exactly: Ibis takes those of Spark through floats where a number is missing."""
        if self.name == "spark":
            from influence.products.store.spark_engine import arrow_rows

            return arrow_rows(self, expression)
        return self.connection.to_pyarrow(expression)


@contextmanager
def engine_of(
    name: str = "duckdb",
    *,
    master: str | None = None,
    memory: str = "512MB",
    threads: int | None = None,
    spill: Path | None = None,
) -> Iterator[Engine]:
    """An engine, for as long as the block lasts; what it cannot read or hold inside the block becomes a StoreError.

    Parameters
    ----------
    master : where Spark runs: local[2] for two threads here, spark://HOST:PORT for a cluster; only with spark.
    memory : what DuckDB may hold before it spills to disk; of Spark, the heap of the process here (at least 1 GB).
    threads : at most so many; None: as many as the machine has.
    spill : folder for what does not fit into memory; None: a temporary one.

    Raises
    ------
    ExtraError : the extra of the engine is not installed.
    StoreError : no such engine, a master that does not answer or has no workers, no such amount of memory; in the
        block: a file that is not what it should be, memory or disk that do not suffice.
    """
    if name not in ENGINES:
        raise StoreError(f"there is no engine {name!r}; allowed: {', '.join(ENGINES)}.")
    if master is not None and name != "spark":
        raise StoreError(f"a master ({master}) is for the engine spark, not for {name}; add --engine spark.")
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        for category in (DeprecationWarning, FutureWarning):
            warnings.filterwarnings("ignore", category=category, module=FOREIGN)
        folder = _spill_folder(spill) if spill else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if name == "spark":
            from influence.products.store.spark_engine import spark_engine

            yield stack.enter_context(spark_engine(master, memory, threads=threads, spill=folder))
        else:
            yield stack.enter_context(_duckdb_engine(memory, threads, folder))


@contextmanager
def _duckdb_engine(memory: str, threads: int | None, spill: Path) -> Iterator[Engine]:
    try:
        import duckdb
        import ibis
    except ImportError as err:
        raise ExtraError(
            "flows by product need DuckDB and Ibis, which are not installed: pip install duckdb ibis-framework[duckdb] "
            "(or this package with its extra, influence[scale])."
        ) from err
    settings: dict[str, Any] = {
        "memory_limit": memory,
        "temp_directory": str(spill),
        # Order is asked for where it matters; keeping that of the files costs memory.
        "preserve_insertion_order": False,
        # Nothing is fetched: what is needed is in the wheel.
        "autoinstall_known_extensions": False,
    }
    if threads is not None:
        settings["threads"] = threads
    try:
        connection = ibis.duckdb.connect(**settings)
    except duckdb.Error as err:
        raise StoreError(f"DuckDB does not start with memory {memory!r}, threads {threads}: {said(err)}") from err
    try:
        yield Engine("duckdb", connection)
    except duckdb.OutOfMemoryException as err:
        told = f"DuckDB ran out of its {memory} of memory or of disk in {spill}: {said(err)}"
        raise StoreError(f"{told} Give it more memory, or another folder to spill to.") from err
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException) as err:
        raise StoreError(f"DuckDB could not read or write: {said(err)}") from err
    finally:
        connection.disconnect()


def literal_path(path: Path) -> str:
    """A path as DuckDB takes it: brackets, stars and question marks in it are meant as they stand."""
    return re.sub(r"([*?\[])", r"[\1]", os.path.abspath(path))


def stored_years(store: Path) -> dict[int, Path]:
    """Folder of each year that is whole in the store, in order; leftovers of a stopped import are not years.

    Raises
    ------
    StoreError : no store there, or of another format.
    """
    card = store / "store.json"
    if not card.is_file():
        raise StoreError(
            f"there is no store of product flows at {store} (no store.json in it). Fill one with "
            f"`influence data import baci FILE... --store {store}`, or name another with --store."
        )
    try:
        found = json.loads(card.read_text(encoding="utf-8"))["format"]
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise StoreError(f"{card} is not the card of a store; import into a new folder.") from err
    if found != FORMAT:
        raise StoreError(f"{store} is a store of format {found}; this version reads format {FORMAT}. Import it anew.")
    years = ((YEAR_FOLDER.fullmatch(folder.name), folder) for folder in store.iterdir())
    return dict(sorted((int(year[1]), folder) for year, folder in years if year and (folder / FLOWS).is_file()))


def _asked(store: Path, years: Sequence[int] | None) -> dict[int, Path]:
    there = stored_years(store)
    if not there:
        raise StoreError(f"the store {store} holds no year yet; fill it with `influence data import`.")
    if years is None:
        return there
    if absent := sorted({int(year) for year in years} - set(there)):
        raise StoreError(
            f"the store {store} does not hold {', '.join(map(str, absent[:8]))}; it holds {_spans(list(there))}."
        )
    if not years:
        raise StoreError(f"no year was asked for; the store {store} holds {_spans(list(there))}.")
    return {year: there[year] for year in sorted({int(year) for year in years})}


def _spans(years: Sequence[int]) -> str:
    """'1995, 2000 to 2004' for sorted years."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    return ", ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True))


def _spill_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise StoreError(f"the folder {folder} to spill to cannot be made ({err.strerror}); name another.") from err
    return folder


def said(err: Exception, most: int = 4) -> str:
    """What an engine says and of which file, in one line without its list of remedies, as a sentence."""
    lines = str(err).split("\n\n")[0].split("Possible ")[0].splitlines()
    told = "; ".join(line.strip() for line in lines[:most] if line.strip()) or type(err).__name__
    if file := re.search(r"^ *file = (.+)$", str(err), re.MULTILINE):
        told = f"{file[1]}: {told}"
    return told if told.endswith((".", "!", "?")) else f"{told}."
