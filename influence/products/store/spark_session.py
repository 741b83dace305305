"""Spark's session: silent, on the loopback address when it runs here, and checked for workers on a cluster."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from influence.errors import ExtraError, StoreError
from influence.products.store.engine_base import shorten_error

LOCAL = re.compile(r"local(\[(\*|[1-9][0-9]*)\])?")
STANDALONE = re.compile(r"spark://[^,/:\s]+:[0-9]{1,5}(,[^,/:\s]+:[0-9]{1,5})*")
OTHERS = re.compile(r"yarn|k8s://\S+")
ALLOWED = "local, local[2] (two threads), spark://HOST:PORT, yarn, k8s://URL"
LOOPBACK = "127.0.0.1"
CONNECT_SECONDS = 10.0
PATIENCE = 120.0
"""Seconds a cluster has for a first small task."""
LEAST_HEAP = 1024
"""Megabytes."""
LOGGERS = ("py4j", "SQLQueryContextLogger", "DataFrameQueryContextLogger")


def check_master(master: str | None, threads: int | None) -> str | None:
    """Decide where Spark runs.

    Parameters
    ----------
    master : as the user gave it; None: this machine.
    threads : on this machine; None: all.

    Returns
    -------
    str or None : the master; None under spark-submit, which names one itself.

    Raises
    ------
    StoreError : the master has no form that Spark knows.
    """
    if master is None:
        submitted = "PYSPARK_GATEWAY_PORT" in os.environ
        return None if submitted else f"local[{threads or '*'}]"
    if not any(form.fullmatch(master) for form in (LOCAL, STANDALONE, OTHERS)):
        raise StoreError(f"there is no Spark master {master!r}; allowed: {ALLOWED}.")
    return master


def find_driver_address(master: str | None) -> str | None:
    """Find the address under which the machines of a cluster reach this one.

    Parameters
    ----------
    master : of check_master.

    Returns
    -------
    str or None : None leaves the choice to Spark.

    Raises
    ------
    StoreError : no program answers at the address of the master.
    """
    if master is None or OTHERS.fullmatch(master):
        return None
    if LOCAL.fullmatch(master):
        return LOOPBACK
    fault = ""
    for place in master.removeprefix("spark://").split(","):
        host, port = place.rsplit(":", 1)
        try:
            with socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS) as connection:
                return str(connection.getsockname()[0])
        except (OSError, OverflowError) as err:
            fault = str(err)
    raise StoreError(
        f"no Spark master answers at {master} ({fault}). Start one, or leave out --master to compute on this machine."
    )


def configure(address: str | None, memory: str, spill: Path) -> dict[str, str]:
    """Spark's options: no web page, no log, times in UTC; a sum that overflows is an error (ANSI).

    Parameters
    ----------
    address : of find_driver_address.
    memory : heap of the process here, such as 2GB; at least 1 GB is taken.
    spill : folder for temporary files.

    Returns
    -------
    dict : Spark's names of options and their values.

    Raises
    ------
    StoreError : an unreadable amount of memory.
    """
    log = spill / "log4j2.properties"
    log.write_text("status = off\nrootLogger.level = off\n", encoding="utf-8")
    options = {
        "spark.app.name": "influence",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.structuredLogging.enabled": "false",
        "spark.driver.memory": f"{max(_megabytes(memory), LEAST_HEAP)}m",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log.resolve().as_uri()}",
        "spark.local.dir": str(spill.resolve()),
        "spark.sql.ansi.enabled": "true",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str((spill / "warehouse").resolve()),
    }
    if address is not None:
        options |= {"spark.driver.host": address, "spark.driver.bindAddress": address}
    return options


def _megabytes(memory: str) -> int:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT])i?B?", memory.strip(), re.IGNORECASE)
    if not found:
        raise StoreError(f"memory {memory!r} is not an amount; write it as 512MB or 4GB.")
    power = "KMGT".index(found[2].upper()) - 1
    return int(float(found[1]) * 1024.0**power)


def new_session(master: str | None, options: dict[str, str]) -> Any:
    """Start a session.

    Parameters
    ----------
    master : of check_master. options : of configure.

    Returns
    -------
    pyspark.sql.SparkSession

    Raises
    ------
    ExtraError : no Java.
    StoreError : Spark does not start, the master refuses the connection, or a session runs already.
    """
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    if SparkContext._active_spark_context is not None:
        raise StoreError("a Spark session runs in this process already; stop it first.")
    with tempfile.TemporaryFile() as log:
        try:
            gateway = _launch_java(options, master, log)
            conf = SparkConf().setAll(list(options.items()))
            context = SparkContext(conf=conf.setMaster(master) if master else conf, gateway=gateway)
            return SparkSession(context)
        except (PySparkException, Py4JError) as err:
            log.seek(0)
            lines = [line.strip() for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
            end = f" Its log ends: {' '.join(lines[-2:])}" if lines else ""
            where = master or "the master given"
            raise StoreError(f"Spark does not start on {where}: {find_cause(err)}{end}") from err


def _launch_java(options: dict[str, str], master: str | None, log: IO[bytes]) -> Any:
    """Spark's Java process, with its output in `log`; None: there is one already (from an earlier session)."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway

    if SparkContext._gateway is not None or "PYSPARK_GATEWAY_PORT" in os.environ:
        return None
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise ExtraError(
            "the engine spark needs Java 17 or newer, which is not on the path: install it (on Debian and Ubuntu: "
            "apt-get install default-jre-headless) or set JAVA_HOME."
        )
    conf = SparkConf(loadDefaults=False).setAll(list(options.items()))
    return launch_gateway(conf.setMaster(master) if master else conf, {"stdout": log, "stderr": log})


def check_workers(session: Any, patience: float) -> None:
    """Check that the cluster has a free worker.

    Parameters
    ----------
    patience : seconds within which a task of one number must be done.

    Raises
    ------
    StoreError : it was not.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    done, late = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(patience):
            return
        late.set()
        # Repeated: a job that is still being planned cannot be cancelled yet.
        while not done.wait(1.0):
            session.sparkContext.cancelAllJobs()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        session.range(1).count()
    except (PySparkException, Py4JError) as err:
        if late.is_set():
            raise StoreError(
                f"the Spark master {session.sparkContext.master} has no worker with a processor and memory free: a "
                f"first small task was not done in {patience:g} seconds. Start a worker, or wait until one is free."
            ) from err
        raise
    finally:
        done.set()
        watcher.join()


def find_cause(err: Exception) -> str:
    """The innermost message of a Java error and the file it is about, without the stack."""
    origin = getattr(err, "_origin", err)
    java = getattr(origin, "java_exception", None) if isinstance(origin, Exception) else origin
    if java is None:
        return shorten_error(err, most=2)
    messages: list[str] = []
    while java is not None:
        message = java.getMessage() or java.getClass().getName()
        messages.append(message.strip().splitlines()[0])
        java = java.getCause()
    of_file = [line for line in messages if "file:" in line][-1:]
    return shorten_error(Exception("\n".join(dict.fromkeys([*of_file, messages[-1]]))), most=2)


@contextmanager
def silent_logs() -> Iterator[None]:
    """Silence the logs of Spark's libraries: the error that is raised says what went wrong."""
    from pyspark.logger import PySparkLogger

    loggers = [PySparkLogger.getLogger(name) for name in LOGGERS]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
