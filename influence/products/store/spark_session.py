"""Spark's session: quiet, bound to this machine where it works here, and on a cluster known to have workers."""

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
from influence.products.store.engine import said

LOCAL = re.compile(r"local(\[(\*|[1-9][0-9]*)\])?")
STANDALONE = re.compile(r"spark://[^,/:\s]+:[0-9]{1,5}(,[^,/:\s]+:[0-9]{1,5})*")
OTHERS = re.compile(r"yarn|k8s://\S+")
ALLOWED = "local, local[2] (two threads), spark://HOST:PORT, yarn, k8s://URL"
LOOPBACK = "127.0.0.1"
KNOCK = 10.0
PATIENCE = 120.0
LEAST_HEAP = 1024
LOGGERS = ("py4j", "SQLQueryContextLogger", "DataFrameQueryContextLogger")


def checked_master(master: str | None, threads: int | None) -> str | None:
    """Where Spark shall run: as given, else this machine; None under spark-submit, which has said it.

    Raises
    ------
    StoreError : not of a form that Spark knows.
    """
    if master is None:
        submitted = "PYSPARK_GATEWAY_PORT" in os.environ
        return None if submitted else f"local[{threads or '*'}]"
    if not any(form.fullmatch(master) for form in (LOCAL, STANDALONE, OTHERS)):
        raise StoreError(f"there is no Spark master {master!r}; allowed: {ALLOWED}.")
    return master


def own_address(master: str | None) -> str | None:
    """The address under which a master's machines reach this one; None: Spark's own guess.

    Raises
    ------
    StoreError : nobody answers at the master's address.
    """
    if master is None or OTHERS.fullmatch(master):
        return None
    if LOCAL.fullmatch(master):
        return LOOPBACK
    told = ""
    for place in master.removeprefix("spark://").split(","):
        host, port = place.rsplit(":", 1)
        try:
            with socket.create_connection((host, int(port)), timeout=KNOCK) as check_scheduler:
                return str(check_scheduler.getsockname()[0])
        except (OSError, OverflowError) as err:
            told = str(err)
    raise StoreError(
        f"no Spark master answers at {master} ({told}). Start one, or leave out --master to compute on this machine."
    )


def settings_of(address: str | None, memory: str, spill: Path) -> dict[str, str]:
    """No page, no log, no clock but UTC; sums that overflow are an error, not a wrong number (ANSI)."""
    log = spill / "log4j2.properties"
    log.write_text("status = off\nrootLogger.level = off\n", encoding="utf-8")
    settings = {
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
    return (
        settings if address is None else settings | {"spark.driver.host": address, "spark.driver.bindAddress": address}
    )


def _megabytes(memory: str) -> int:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT])i?B?", memory.strip(), re.IGNORECASE)
    if not found:
        raise StoreError(f"memory {memory!r} is no amount; write it as 512MB or 4GB.")
    power = "KMGT".index(found[2].upper()) - 1
    return int(float(found[1]) * 1024.0**power)


def new_session(master: str | None, settings: dict[str, str]) -> Any:
    """A new session.

    Raises
    ------
    ExtraError : no Java. StoreError : Spark does not start, the master does not take us, a session runs already.
    """
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    if SparkContext._active_spark_context is not None:
        raise StoreError("a Spark session runs in this process already; stop it first.")
    with tempfile.TemporaryFile() as log:
        try:
            gateway = _java(settings, master, log)
            conf = SparkConf().setAll(list(settings.items()))
            context = SparkContext(conf=conf.setMaster(master) if master else conf, gateway=gateway)
            return SparkSession(context)
        except (PySparkException, Py4JError) as err:
            log.seek(0)
            lines = [line.strip() for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
            told = f" Its log ends: {' '.join(lines[-2:])}" if lines else ""
            raise StoreError(f"Spark does not start on {master or 'the master given'}: {cause_of(err)}{told}") from err


def _java(settings: dict[str, str], master: str | None, log: IO[bytes]) -> Any:
    """Spark's Java process, its words into `log`; None: there is one already (an earlier session's, spark-submit's)."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway

    if SparkContext._gateway is not None or "PYSPARK_GATEWAY_PORT" in os.environ:
        return None
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise ExtraError(
            "the engine spark needs Java 17 or newer, which is not on the path: install it (on Debian and Ubuntu: "
            "apt-get install default-jre-headless) or set JAVA_HOME."
        )
    conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    return launch_gateway(conf.setMaster(master) if master else conf, {"stdout": log, "stderr": log})


def first_task(session: Any, patience: float) -> None:
    """See that somebody works.

    Raises
    ------
    StoreError : a task of one number was not done in so many seconds.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    done, late = threading.Event(), threading.Event()

    def watch() -> None:
        if done.wait(patience):
            return
        late.set()
        # Again and again: what is still being planned is no job yet that could be cancelled.
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


def cause_of(err: Exception) -> str:
    """What Java says at bottom, and of which file, without its stacks."""
    origin = getattr(err, "_origin", err)
    java = getattr(origin, "java_exception", None) if isinstance(origin, Exception) else origin
    if java is None:
        return said(err, most=2)
    told: list[str] = []
    while java is not None:
        message = java.getMessage() or java.getClass().getName()
        told.append(message.strip().splitlines()[0])
        java = java.getCause()
    of_file = [line for line in told if "file:" in line][-1:]
    return said(Exception("\n".join(dict.fromkeys([*of_file, told[-1]]))), most=2)


@contextmanager
def silent_logs() -> Iterator[None]:
    """What goes wrong is told once, by our own error, not also by the logs of the libraries on the way."""
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
