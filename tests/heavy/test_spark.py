"""The same expressions on DuckDB and on Spark, here and on a separate cluster: whole dollars equal, ratios to 1e-12.

Needs PySpark and Java (requirements-heavy.lock): `make test-heavy`.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.baci_shaped import pairs_of, write_codes, write_year
from influence.errors import StoreError
from influence.products import dependence, measures
from influence.products.measures import pair_totals
from influence.products.parties import find_party
from influence.products.store.engine import open_engine
from influence.products.store.engine_base import Engine
from influence.products.store.importing import import_files
from influence.products.table import chokepoint_table, product_table
from influence.states import bundled_registry
from tests.conftest import skip_or_fail

if TYPE_CHECKING:
    import ibis

YEARS = (2019, 2020)
ROWS = 60_000
HERE = "local[2]"
LOOPBACK = "127.0.0.1"


@pytest.fixture(scope="module", autouse=True)
def _spark_and_java() -> None:
    if find_spec("pyspark") is None:
        skip_or_fail("PySpark is not installed: pip install -r requirements-heavy.lock")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        skip_or_fail("no Java here: apt-get install default-jre-headless")


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of made-up yearly files and their code file, as the publisher hands them out."""
    folder = tmp_path_factory.mktemp("native")
    for year in YEARS:
        write_year(folder, year, rows=ROWS)
    write_codes(folder, YEARS[-1])
    return folder


@pytest.fixture(scope="module")
def store(native: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two made-up years of 60,000 rows."""
    folder = tmp_path_factory.mktemp("stores") / "store"
    import_files(sorted(native.glob("BACI_*.csv")), folder)
    return folder


def in_order(engine: Engine, table: ibis.Table) -> list[dict[str, Any]]:
    """The rows of an expression, by its texts and whole numbers."""
    keys = [name for name, kind in table.schema().items() if kind.is_string() or kind.is_integer()]
    return sorted(engine.to_arrow(table).to_pylist(), key=lambda row: [(row[key] is None, row[key]) for key in keys])


def on_both(ask: Callable[[Engine], ibis.Table], master: str = HERE) -> list[list[dict[str, Any]]]:
    """The rows of an expression on DuckDB and on Spark."""
    answers = []
    for name in ("duckdb", "spark"):
        with open_engine(name, master=master if name == "spark" else None) as engine:
            answers.append(in_order(engine, ask(engine)))
    return answers


def assert_same(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    """Texts, whole numbers, truths and gaps equal; floats to 1e-12 of their size."""
    assert len(one) == len(other) > 0
    for left, right in zip(one, other, strict=True):
        assert left.keys() == right.keys()
        for column, value in left.items():
            if isinstance(value, float) and isinstance(right[column], float):
                assert math.isclose(value, right[column], rel_tol=1e-12, abs_tol=1e-300), (column, left, right)
            else:
                assert (type(value), value) == (type(right[column]), right[column]), (column, left, right)


def test_totals_are_equal_to_the_dollar_and_to_the_panel(store: Path) -> None:
    duckdb, spark = on_both(lambda engine: pair_totals(engine.flows(store)))
    assert_same(duckdb, spark)
    states = bundled_registry().code_map("m49")
    for year in YEARS:
        panel = {
            (states[str(row.exporter)], states[str(row.importer)]): row.export_usd
            for row in pairs_of(year).itertuples()
        }
        assert {(r["exporter"], r["importer"]): r["export_usd"] for r in spark if r["year"] == year} == panel


EXPRESSIONS: dict[str, Callable[[Any], Any]] = {
    "supplier_shares": lambda flows: measures.partner_shares(measures.seen_from(flows, "imports")),
    "market_shares": lambda flows: measures.partner_shares(measures.seen_from(flows, "exports")),
    "supply_concentration": lambda flows: measures.supply_concentration(measures.seen_from(flows, "imports")),
    "world_concentration": measures.world_concentration,
    "world_shares": measures.world_shares,
    "largest_partner": lambda flows: measures.largest_partner(measures.seen_from(flows, "imports")),
    "pole_share": lambda flows: measures.pole_share(
        measures.seen_from(flows, "imports"), [find_party(name, YEARS) for name in ("CHN", "eu")]
    ),
    "critical_dependence": dependence.critical_dependence,
    "chokepoints": dependence.chokepoints,
    "chokepoints of a state": lambda flows: chokepoint_table(flows, find_party("KOR", YEARS)),
    "chokepoints of a group": lambda flows: chokepoint_table(flows, find_party("eu", YEARS)),
    "a state's products": lambda flows: product_table(flows, find_party("KOR", YEARS), [find_party("CHN", YEARS)]),
    "a group's products": lambda flows: product_table(
        flows, find_party("eu", YEARS), [find_party("CHN", YEARS)], elasticities={"85": 3.0}
    ),
    "a state's markets": lambda flows: product_table(flows, find_party("KOR", YEARS), side="exports"),
}


@pytest.fixture(scope="module")
def answers(store: Path) -> dict[str, list[list[dict[str, Any]]]]:
    """Rows of each expression on DuckDB and on Spark; one session for all, since one takes seconds to start."""
    found: dict[str, list[list[dict[str, Any]]]] = {name: [] for name in EXPRESSIONS}
    for engine_name in ("duckdb", "spark"):
        with open_engine(engine_name, master=HERE if engine_name == "spark" else None) as engine:
            flows = engine.flows(store, [2020])
            for name, ask in EXPRESSIONS.items():
                found[name].append(in_order(engine, ask(flows)))
    return found


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_measures_by_product_agree(answers: dict[str, list[list[dict[str, Any]]]], name: str) -> None:
    assert_same(*answers[name])


def test_a_damaged_file_is_named(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "store"
    shutil.copytree(store, copy)
    (copy / "year=2020" / "flows.parquet").write_bytes(b"PAR1 and then nothing of the kind")
    message = r"Spark could not do the work: .*year=2020/flows\.parquet"
    with pytest.raises(StoreError, match=message), open_engine("spark", master=HERE) as engine:
        engine.to_arrow(pair_totals(engine.flows(copy)))


def test_a_sum_that_overflows_is_an_error_not_a_number(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "store"
    (copy / "year=2020").mkdir(parents=True)
    shutil.copy(store / "store.json", copy)
    rows = {name: ["A", "A"] for name in ("exporter", "importer", "product")} | {"value_usd": [2**63 - 1] * 2}
    table = pa.table(rows | {"quantity_tonnes": pa.array([None, None], pa.float64())})
    pq.write_table(table, copy / "year=2020" / "flows.parquet")
    with pytest.raises(StoreError, match=r"(?i)overflow"), open_engine("spark", master=HERE) as engine:
        engine.to_arrow(pair_totals(engine.flows(copy)))


def test_the_session_ends_with_the_block(store: Path, tmp_path: Path) -> None:
    from pyspark import SparkContext

    with open_engine("spark", master=HERE, spill=tmp_path / "spill") as engine:
        assert engine.session.conf.get("spark.sql.ansi.enabled") == "true"
        assert engine.session.conf.get("spark.driver.bindAddress") == LOOPBACK
        assert engine.session.sparkContext.uiWebUrl is None
        refused = pytest.raises(StoreError, match="a Spark session runs in this process already")
        with refused, open_engine("spark", master=HERE):
            pass
        assert engine.to_arrow(engine.flows(store).count().as_table()).num_rows == 1
    assert SparkContext._active_spark_context is None


def influence(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, in another process."""
    command = [sys.executable, "-m", "influence", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env={**os.environ, **environment})


def test_products_on_the_command_line(store: Path) -> None:
    asked = ("products", "KOR", "--pole", "CHN", "--year", "2020", "--store", str(store), "--json")
    duckdb, spark = influence(*asked), influence(*asked, "--engine", "spark", "--master", HERE)
    assert (duckdb.returncode, spark.returncode, spark.stderr) == (0, 0, duckdb.stderr)
    assert_same(json.loads(duckdb.stdout), json.loads(spark.stdout))


def test_totals_on_the_command_line(store: Path, tmp_path: Path) -> None:
    written = []
    for name in ("duckdb", "spark"):
        out = tmp_path / f"{name}.csv"
        done = influence("data", "totals", "--store", str(store), "--engine", name, "--out", str(out), "--quiet")
        assert (done.returncode, done.stderr) == (0, "")
        written.append(out.read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b"\n") == 1 + sum(len(pairs_of(year)) for year in YEARS)


def test_without_java(store: Path) -> None:
    asked = ("products", "KOR", "--pole", "CHN", "--year", "2020", "--store", str(store), "--engine", "spark")
    done = influence(*asked, PATH="/nonexistent", JAVA_HOME="")
    assert done.returncode == 2
    assert "the engine spark needs Java 17 or newer" in done.stderr


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def test_a_master_nobody_answers_for_is_an_error_at_once() -> None:
    begin = time.monotonic()
    refused = pytest.raises(StoreError, match=r"no Spark master answers at spark://127\.0\.0\.1:.*leave out --master")
    with refused, open_engine("spark", master=f"spark://{LOOPBACK}:{free_port()}"):
        pass
    assert time.monotonic() - begin < 20


def test_a_listener_that_is_no_master_is_an_error_in_bounded_time() -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        where = f"spark://{LOOPBACK}:{listener.getsockname()[1]}"
        begin = time.monotonic()
        with pytest.raises(StoreError, match="Spark does not start on spark://"), open_engine("spark", master=where):
            pass
    assert time.monotonic() - begin < 200


@contextmanager
def daemon(log: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of Spark's own servers on loopback; ended with the block."""
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    home = Path(found.origin).parent
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": LOOPBACK}
    with log.open("wb") as words:
        server = subprocess.Popen(
            [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{command[0]}", "--host", LOOPBACK,
             "--webui-port", "0", *command[1:]],
            env=environment, stdout=words, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield server
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(30)


def wait_for(log: Path, words: str, patience: float = 120.0) -> None:
    """Until the log says so.

    Raises
    ------
    AssertionError : it did not in time; with the end of the log.
    """
    end = time.monotonic() + patience
    while words not in log.read_text(encoding="utf-8", errors="replace"):
        assert time.monotonic() < end, log.read_text(encoding="utf-8", errors="replace")[-2000:]
        time.sleep(0.2)


def test_a_cluster_of_a_master_and_two_workers(store: Path, tmp_path: Path) -> None:
    port = free_port()
    where = f"spark://{LOOPBACK}:{port}"
    with ExitStack() as stack:
        stack.enter_context(daemon(tmp_path / "master.log", "master.Master", "--port", str(port)))
        wait_for(tmp_path / "master.log", "I have been elected leader")
        refused = pytest.raises(StoreError, match="has no worker with a processor and memory free")
        with refused, idle_cluster(where, tmp_path):
            pass
        for number in (1, 2):
            log, work = tmp_path / f"worker{number}.log", tmp_path / f"work{number}"
            given = ("worker.Worker", "-c", "1", "-m", "1g", "-d", str(work), where)
            stack.enter_context(daemon(log, *given))
            wait_for(log, "Successfully registered with master")
        duckdb, spark = on_both(lambda engine: pair_totals(engine.flows(store)), where)
        assert_same(duckdb, spark)
        duckdb, spark = on_both(lambda engine: EXPRESSIONS["chokepoints"](engine.flows(store, [2020])), where)
        assert_same(duckdb, spark)
        # Both did a part of it: a cluster of one would prove less.
        assert all(any((tmp_path / f"work{number}").glob("app-*/*/stderr")) for number in (1, 2))


@contextmanager
def idle_cluster(where: str, folder: Path) -> Iterator[Engine]:
    """A session on a master without workers, that waits for one for ten seconds only."""
    from influence.products.store.spark_engine import start_spark

    with start_spark(where, "512MB", threads=None, spill=folder, patience=10.0) as engine:
        yield engine
