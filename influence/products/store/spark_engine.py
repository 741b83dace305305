"""The query engine Spark: how it starts, reads a store and returns rows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import ExtraError, StoreError
from influence.products.store.catalogue import FLOW_COLUMNS
from influence.products.store.engine_base import Engine
from influence.products.store.spark_session import (
    LOCAL,
    PATIENCE,
    check_master,
    check_workers,
    configure,
    find_cause,
    find_driver_address,
    new_session,
    silent_logs,
)

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa


@dataclass(frozen=True)
class SparkEngine(Engine):
    """Spark here or on a cluster; `session` is its session."""

    session: Any

    def _read_parquet(self, store: Path, paths: Sequence[Path]) -> ibis.Table:
        kinds = dict.fromkeys(FLOW_COLUMNS, "STRING")
        kinds |= {"value_usd": "BIGINT", "quantity_tonnes": "DOUBLE", "year": "INT"}
        columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
        reader = self.session.read.schema(columns).option("basePath", f"file://{store.resolve()}")
        name = f"read_{uuid.uuid4().hex}"
        reader.parquet(*map(_escape_path, paths)).createOrReplaceTempView(name)
        return self.connection.table(name)

    def to_arrow(self, expression: ibis.Table) -> pa.Table:
        """Compute the rows of an expression; see Engine.

        Ibis itself takes the rows of Spark through floats where a number is missing.
        """
        # Ibis does this before its own to_pyarrow: tables in memory here become known to Spark.
        self.connection._run_pre_execute_hooks(expression)
        rows = self.session.sql(self.connection.compile(expression)).toArrow()
        return rows.cast(expression.schema().to_pyarrow())


@contextmanager
def start_spark(
    master: str | None, memory: str, *, threads: int | None, spill: Path, patience: float = PATIENCE
) -> Iterator[SparkEngine]:
    """Start Spark for the length of the block.

    Parameters
    ----------
    master : None: the one that spark-submit named, else this machine with that number of threads.
    memory, threads, spill : see influence.products.store.engine.open_engine.
    patience : seconds within which a cluster must have done a first small task; else it has no free workers.

    Raises
    ------
    ExtraError, StoreError : see open_engine.
    """
    where = check_master(master, threads)
    try:
        import ibis
        import pyspark
        from py4j.protocol import Py4JError, Py4JNetworkError
    except ImportError as err:
        raise ExtraError(
            "the engine spark needs PySpark and Ibis, which are not installed: pip install pyspark ibis-framework "
            "(or this package with its extra, influence[spark])."
        ) from err
    options, is_local = configure(find_driver_address(where), memory, spill), bool(where and LOCAL.fullmatch(where))
    if is_local:
        # Spark's default of 200 partitions is for a cluster; here, distributing them would be most of the work.
        options["spark.sql.shuffle.partitions"] = "8"
    with silent_logs():
        session = new_session(where, options)
        try:
            if not is_local:
                check_workers(session, patience)
            yield SparkEngine(ibis.pyspark.connect(session), session)
        except (pyspark.errors.AnalysisException, pyspark.errors.ParseException):
            raise  # an expression that Spark does not know is no fault of a file or the cluster
        except (pyspark.errors.PySparkException, Py4JError, Py4JNetworkError) as err:
            raise StoreError(f"Spark could not do the work: {find_cause(err)}") from err
        finally:
            with suppress(Py4JError, Py4JNetworkError, OSError):
                session.stop()


def _escape_path(path: Path) -> str:
    """The address of a file that all machines see under the same name; Spark takes some signs for patterns."""
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.resolve()))
