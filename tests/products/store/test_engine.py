"""The engine DuckDB: what it reads from a store, and its errors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from influence.errors import ExtraError, StoreError
from influence.products.store.engine import open_engine

# The next whole number that a float does not distinguish from the one before.
LARGE = 2**53 + 1
ROWS = [("JPN", "KOR", "854231", LARGE, None), ("KOR", "JPN", "010121", 6, 1.5)]


def write_year(store: Path, year: int, rows: list[tuple]) -> Path:
    """One year of a store, and the store's card."""
    store.mkdir(parents=True, exist_ok=True)
    (store / "store.json").write_text(json.dumps({"format": 1, "revision": "HS92", "layout": "baci"}), encoding="utf-8")
    exporters, importers, products, values, quantities = zip(*rows, strict=True) if rows else ([], [], [], [], [])
    columns = {
        "exporter": pa.array(exporters, pa.string()),
        "importer": pa.array(importers, pa.string()),
        "product": pa.array(products, pa.string()),
        "value_usd": pa.array(values, pa.int64()),
        "quantity_tonnes": pa.array(quantities, pa.float64()),
    }
    folder = store / f"year={year}"
    folder.mkdir()
    pq.write_table(pa.table(columns), folder / "flows.parquet")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """2019, 2020 and 2022, in a folder whose name an engine could take for a pattern or a partition."""
    folder = tmp_path / "a[1]*? {x}" / "year=1999 x=2"
    for year in (2019, 2020, 2022):
        write_year(folder, year, ROWS)
    return folder


def test_flows_hold_every_row_with_its_year(store: Path) -> None:
    with open_engine() as engine:
        flows = engine.flows(store)
        rows = engine.to_arrow(flows.order_by(["year", "exporter"]))
    assert {name: str(kind) for name, kind in flows.schema().items()} == {
        "year": "int16", "exporter": "string", "importer": "string", "product": "string", "value_usd": "int64",
        "quantity_tonnes": "float64",
    }  # fmt: skip
    assert [tuple(row.values()) for row in rows.to_pylist()] == [(y, *row) for y in (2019, 2020, 2022) for row in ROWS]


def test_no_file_of_a_year_that_was_not_asked_for_is_opened(store: Path) -> None:
    (store / "year=2020" / "flows.parquet").write_bytes(b"not Parquet")
    with open_engine() as engine:
        flows = engine.flows(store, [2022, 2019, 2022])
        assert sorted(engine.to_arrow(flows)["year"].to_pylist()) == [2019, 2019, 2022, 2022]


def test_a_year_is_whole_or_not_there(store: Path) -> None:
    (store / "year=2021.part-77").mkdir()
    (store / "year=2021.part-77" / "flows.parquet").write_bytes(b"half of it")
    (store / "year=2018").mkdir()
    with open_engine() as engine:
        assert engine.to_arrow(engine.flows(store).count().as_table()).to_pylist() == [{"CountStar()": 6}]
        with pytest.raises(StoreError, match="does not hold 2018, 2021; it holds 2019 to 2020, 2022"):
            engine.flows(store, [2019, 2021, 2018])


def test_sums_are_exact_where_floats_are_not(store: Path) -> None:
    with open_engine() as engine:
        flows = engine.flows(store)
        total = engine.to_arrow(flows.aggregate(total=flows.value_usd.sum()))["total"][0].as_py()
    assert total == 3 * (LARGE + 6)
    assert int(float(total)) != total


flows_of_a_year = st.dictionaries(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("DEF"), st.sampled_from(["010121", "854231"])),
    st.integers(0, 10**13),
    max_size=12,
)


@settings(max_examples=25)
@given(st.dictionaries(st.integers(1990, 2023), flows_of_a_year, min_size=1, max_size=4))
def test_sums_are_those_of_plain_counting(tmp_path_factory: pytest.TempPathFactory, years: dict) -> None:
    folder = tmp_path_factory.mktemp("store")
    counted: Counter[tuple] = Counter()
    for year, cells in years.items():
        write_year(folder, year, [(*key, value, None) for key, value in cells.items()])
        for (exporter, importer, _), value in cells.items():
            counted[year, exporter, importer] += value
    with open_engine(threads=1) as engine:
        flows = engine.flows(folder)
        sums = engine.to_arrow(flows.group_by(["year", "exporter", "importer"]).agg(value=flows.value_usd.sum()))
    assert {tuple(row.values())[:3]: row["value"] for row in sums.to_pylist()} == dict(counted)


def test_a_damaged_file_is_named(store: Path) -> None:
    (store / "year=2020" / "flows.parquet").write_bytes(b"PAR1 and then nothing of the kind")
    with (
        pytest.raises(StoreError, match=r"could not read or write: .*year=2020/flows\.parquet"),
        open_engine() as engine,
    ):
        engine.to_arrow(engine.flows(store))


@pytest.mark.parametrize(
    "card, expected",
    [
        (None, r"no store of product flows at .*influence data import baci FILE\.\.\. --store"),
        ('{"format": 2}', "format 2; this version reads format 1"),
        ("[]", "is not the card of a store"),
        ("{", "is not the card of a store"),
        ('{"format": 1}', "holds no year yet"),
    ],
    ids=["no card", "another format", "no object", "no JSON", "no year"],
)
def test_a_folder_that_is_no_store(tmp_path: Path, card: str | None, expected: str) -> None:
    if card is not None:
        (tmp_path / "store.json").write_text(card, encoding="utf-8")
    with open_engine() as engine, pytest.raises(StoreError, match=expected):
        engine.flows(tmp_path)


def test_no_year_asked_for(store: Path) -> None:
    with (
        open_engine() as engine,
        pytest.raises(StoreError, match=r"no year was asked for; the store .* holds 2019 to 2020, 2022"),
    ):
        engine.flows(store, [])


@pytest.mark.parametrize(
    "name, given, expected",
    [
        ("duckdbs", {}, "no engine 'duckdbs'; allowed: duckdb, spark"),
        ("duckdb", {"master": "local[2]"}, r"a master \(local\[2\]\) is for the engine spark"),
        ("duckdb", {"memory": "much"}, "does not start with memory 'much'"),
        ("duckdb", {"threads": 0}, "does not start with memory '512MB', threads 0"),
    ],
    ids=["engine", "master", "memory", "threads"],
)
def test_an_engine_that_does_not_start(name: str, given: dict, expected: str) -> None:
    with pytest.raises(StoreError, match=expected), open_engine(name, **given):
        pass


def test_a_folder_to_spill_to_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="to spill to cannot be made"), open_engine(spill=tmp_path / "file" / "spill"):
        pass


def test_what_does_not_fit_into_memory_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match="ran out of its 20MB of memory"),
        open_engine(memory="20MB", threads=1) as engine,
    ):
        engine.connection.raw_sql("SELECT list(range) FROM range(50000000)").fetchall()


def test_what_does_not_fit_is_spilled_to_the_folder_named(tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    with open_engine(memory="40MB", threads=1, spill=spill) as engine:
        rows = engine.connection.raw_sql("SELECT range FROM range(6000000) ORDER BY hash(range)").fetchone()
        assert rows is not None
        assert any(spill.iterdir())


def test_a_programming_error_is_not_hidden(store: Path) -> None:
    import duckdb

    with pytest.raises(duckdb.CatalogException), open_engine() as engine:
        engine.connection.raw_sql("SELECT * FROM nothing_of_that_name")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ExtraError, match=r"pip install duckdb .*influence\[scale\]"), open_engine():
        pass


def test_importing_it_brings_no_engine() -> None:
    modules = "influence.products.store.engine, influence.products.store.spark_engine"
    lines = f"import sys, {modules}; print({{'duckdb', 'ibis', 'pyspark', 'pandas'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", lines], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("master", ["local[0]", "http://here:7077", "spark://here", "spark://here:port", "nowhere"])
def test_a_master_of_no_known_form(master: str) -> None:
    with (
        pytest.raises(StoreError, match=r"there is no Spark master .*allowed: local, "),
        open_engine("spark", master=master),
    ):
        pass
