"""The engine Spark: how it reads a store and text, and hands rows over."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import ExtraError, StoreError
from influence.products.store.engine import FLOW_COLUMNS, Engine
from influence.products.store.spark_session import (
    LOCAL,
    PATIENCE,
    cause_of,
    checked_master,
    first_task,
    new_session,
    own_address,
    settings_of,
    silent_logs,
)

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa


@contextmanager
def spark_engine(
    master: str | None, memory: str, *, threads: int | None, spill: Path, patience: float = PATIENCE
) -> Iterator[Engine]:
    """The engine spark: see influence.products.store.engine.engine_of.

    Parameters
    ----------
    master : None: what spark-submit named, else this machine with so many threads.
    patience : seconds in which a cluster must have done a first small task; so one without free workers is told.

    Raises
    ------
    ExtraError, StoreError : as engine_of.
    """
    where = checked_master(master, threads)
    try:
        import ibis
        import pyspark
        from py4j.protocol import Py4JError, Py4JNetworkError
    except ImportError as err:
        raise ExtraError(
            "the engine spark needs PySpark and Ibis, which are not installed: pip install pyspark ibis-framework "
            "(or this package with its extra, influence[spark])."
        ) from err
    settings, here = settings_of(own_address(where), memory, spill), bool(where and LOCAL.fullmatch(where))
    if here:
        # Spark's own 200 parts are for a cluster; handing each to one of a few threads would be most of the work.
        settings["spark.sql.shuffle.partitions"] = "8"
    with silent_logs():
        session = new_session(where, settings)
        try:
            if not here:
                first_task(session, patience)
            yield Engine("spark", ibis.pyspark.connect(session), session)
        except (pyspark.errors.AnalysisException, pyspark.errors.ParseException):
            raise  # an expression that Spark does not know is no fault of a file or the cluster
        except (pyspark.errors.PySparkException, Py4JError, Py4JNetworkError) as err:
            raise StoreError(f"Spark could not do the work: {cause_of(err)}") from err
        finally:
            with suppress(Py4JError, Py4JNetworkError, OSError):
                session.stop()


def read_flows(engine: Engine, store: Path, paths: Sequence[Path]) -> ibis.Table:
    """The Parquet files of the years, with `year` from the name of the folder."""
    kinds = dict.fromkeys(FLOW_COLUMNS, "STRING") | {"value_usd": "BIGINT", "quantity_tonnes": "DOUBLE", "year": "INT"}
    columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    reader = engine.session.read.schema(columns).option("basePath", f"file://{store.resolve()}")
    return _named(engine, reader.parquet(*map(_url, paths)))


def read_text(engine: Engine, paths: Sequence[Path], columns: Sequence[str]) -> ibis.Table:
    """CSV files with a header line, every column as text; a row with too few or too many cells stops the reading."""
    frame = engine.session.read.csv(
        [_url(path) for path in paths],
        schema=", ".join(f"`{name}` STRING" for name in columns),
        header=True, enforceSchema=True, quote='"', escape='"', mode="FAILFAST", encoding="UTF-8",
    )  # fmt: skip
    return _named(engine, frame)


def arrow_rows(engine: Engine, expression: ibis.Table) -> pa.Table:
    """The rows of an expression, as Spark hands them over, in the types Ibis says."""
    # What Ibis does before its own to_pyarrow: tables held in memory here become known to Spark.
    engine.connection._run_pre_execute_hooks(expression)
    rows = engine.session.sql(engine.connection.compile(expression)).toArrow()
    return rows.cast(expression.schema().to_pyarrow())


def _named(engine: Engine, frame: Any) -> ibis.Table:
    """Spark's frame as a table of Ibis."""
    name = f"read_{uuid.uuid4().hex}"
    frame.createOrReplaceTempView(name)
    return engine.connection.table(name)


def _url(path: Path) -> str:
    """A file all machines see under the same name; what Spark would take for a pattern is meant as it stands."""
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.resolve()))
