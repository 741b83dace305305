"""Flows by product at full size: python -m benchmarks.scale [--rows N] [--years N] [--rounds N] [--folder FOLDER].

Made-up files (benchmarks.baci_shaped), each contestant in a separate process with its own peak of memory, all
in turn in one run; medians. The output shows the promised number beside the measured one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.baci_shaped import ROWS, YEARS, pairs_of, write_year

MEMORY = "400MB"
THREADS = 2
ROUNDS = 3
GROWTH = (1, 2, 5)
FIRST_PRODUCT, LAST_PRODUCT = 10_000, 999_999
MOST_THOUSANDS, MOST_TONNES = 1e10, 1e12
# CSV, the store, and the temporary files of an import; with a margin.
BYTES_A_ROW = 150
COLUMNS = "{'t':'SMALLINT','i':'SMALLINT','j':'SMALLINT','k':'INTEGER','v':'DOUBLE','q':'VARCHAR'}"


# ---- the contestants: each takes files (or a store) and returns dollars by year ----------------------


def ibis_from_csv(paths: Sequence[Path]) -> dict[int, int]:
    """Our reader: the layout's expression on text, every cell checked, numbers of countries mapped, summed by pair."""
    import pyarrow as pa

    from influence.products.measures import pair_totals
    from influence.products.store.engine import open_engine
    from influence.products.store.headers import read_header
    from influence.products.store.native import BACI
    from influence.products.store.staging import raw_rows
    from influence.states import bundled_registry

    with open_engine(memory=MEMORY, threads=THREADS) as engine:
        staged = BACI.staged(raw_rows(engine, paths, read_header(paths[0], paths[0].name, BACI), BACI))
        # As the import does: first by number, which is short, then by name.
        sums = pair_totals(staged.filter(staged["note"] == 0))
        engine.connection.con.register("states", pa.table(_numbers(bundled_registry().code_map("m49"))))
        sellers = engine.connection.table("states")
        buyers = sellers.view()
        sold = sums.inner_join(sellers, sums["exporter"] == sellers["number"])
        sold = sold.select("year", "importer", value_usd=sold["export_usd"], seller=sellers["iso3"])
        both = sold.inner_join(buyers, sold["importer"] == buyers["number"])
        both = both.select("year", "value_usd", exporter=both["seller"], importer=buyers["iso3"])
        return _by_year(engine.to_arrow(pair_totals(both)))


def duckdb_from_csv(paths: Sequence[Path]) -> dict[int, int]:
    """DuckDB's own SQL for the same: columns typed as it reads them, the same cells checked, mapped, summed."""
    import duckdb
    import pyarrow as pa

    from influence.states import bundled_registry

    with duckdb.connect(config=_settings()) as connection:
        connection.register("states", pa.table(_numbers(bundled_registry().code_map("m49"))))
        rows = connection.sql(
            f"""
            WITH sums AS (
                SELECT t AS year, i, j, sum((v * 1000)::BIGINT) AS export_usd
                FROM read_csv({[str(path) for path in paths]}, header=true, delim=',', columns={COLUMNS})
                WHERE t BETWEEN 1900 AND 2100 AND i >= 0 AND j >= 0 AND k BETWEEN {FIRST_PRODUCT} AND {LAST_PRODUCT}
                  AND v BETWEEN 0 AND {MOST_THOUSANDS}
                  AND (TRY_CAST(q AS DOUBLE) BETWEEN 0 AND {MOST_TONNES} OR q IS NULL OR trim(q) IN ('', 'NA', '.'))
                GROUP BY ALL)
            SELECT year, a.iso3 AS exporter, b.iso3 AS importer, sum(export_usd)::BIGINT AS export_usd
            FROM sums JOIN states a ON a.number = i JOIN states b ON b.number = j
            GROUP BY ALL"""
        )
        return _by_year(rows.to_arrow_table())


def duckdb_as_strict(paths: Sequence[Path]) -> dict[int, int]:
    """DuckDB's own SQL with our promise: every column read as text, so that 1e3 and 2.7 are no whole numbers."""
    import duckdb
    import pyarrow as pa

    from influence.states import bundled_registry

    def whole(column: str, digits: str) -> str:
        number = f"TRY_CAST({column} AS INTEGER)"
        exact = f"({number}::VARCHAR = {column} OR regexp_matches({column}, '^\\s*[0-9]{digits}\\s*$'))"
        return f"CASE WHEN {exact} THEN {number} END"

    with duckdb.connect(config=_settings()) as connection:
        connection.register("states", pa.table(_numbers(bundled_registry().code_map("m49"))))
        rows = connection.sql(
            f"""
            WITH rows AS (
                SELECT {whole("t", "{4}")} AS t, {whole("i", "{1,3}")} AS i, {whole("j", "{1,3}")} AS j,
                  {whole("k", "{5,6}")} AS k, TRY_CAST(v AS DOUBLE) AS v, TRY_CAST(q AS DOUBLE) AS tonnes, q
                FROM read_csv({[str(path) for path in paths]}, header=true, delim=',', all_varchar=true)),
            sums AS (
                SELECT t AS year, i, j, sum((v * 1000)::BIGINT) AS export_usd FROM rows
                WHERE t BETWEEN 1900 AND 2100 AND i >= 0 AND j >= 0 AND k BETWEEN {FIRST_PRODUCT} AND {LAST_PRODUCT}
                  AND v BETWEEN 0 AND {MOST_THOUSANDS}
                  AND (tonnes BETWEEN 0 AND {MOST_TONNES} OR q IS NULL OR trim(q) IN ('', 'NA', '.'))
                GROUP BY ALL)
            SELECT year, a.iso3 AS exporter, b.iso3 AS importer, sum(export_usd)::BIGINT AS export_usd
            FROM sums JOIN states a ON a.number = i JOIN states b ON b.number = j
            GROUP BY ALL"""
        )
        return _by_year(rows.to_arrow_table())


def pandas_from_csv(paths: Sequence[Path], columns: Sequence[str] = "tijkvq") -> dict[int, int]:
    """pandas, as one would write it: read, map, round, group."""
    import pandas as pd

    from influence.states import bundled_registry

    numbers = {int(code): iso3 for code, iso3 in bundled_registry().code_map("m49").items()}
    frame = pd.concat([pd.read_csv(path, usecols=list(columns), skipinitialspace=True) for path in paths])
    frame["exporter"], frame["importer"] = frame["i"].map(numbers), frame["j"].map(numbers)
    frame["export_usd"] = (frame["v"] * 1000).round().astype("int64")
    pairs = frame.groupby(["t", "exporter", "importer"])["export_usd"].sum()
    return {int(year): int(total) for year, total in pairs.groupby("t").sum().items()}


def pandas_few_columns(paths: Sequence[Path]) -> dict[int, int]:
    """The same by one who knows that the sums need four columns only."""
    return pandas_from_csv(paths, "tijv")


def ibis_from_store(paths: Sequence[Path]) -> dict[int, int]:
    """Totals of a store."""
    from influence.products.measures import pair_totals
    from influence.products.store.engine import open_engine

    with open_engine(memory=MEMORY, threads=THREADS) as engine:
        return _by_year(engine.to_arrow(pair_totals(engine.flows(paths[0]))))


def import_csv(paths: Sequence[Path]) -> dict[int, int]:
    """Files into a store beside them, as `influence data import baci` does; the store stays for who reads it."""
    from influence.products.store.importing import import_files

    store = store_of(paths)
    shutil.rmtree(store, ignore_errors=True)
    origins = import_files(paths, store).store.origins
    return {year: int(origin["value_usd"]) for year, origin in origins.items()}


JOBS: dict[str, Callable[[Sequence[Path]], dict[int, int]]] = {
    job.__name__: job
    for job in (
        ibis_from_csv,
        duckdb_as_strict,
        duckdb_from_csv,
        pandas_from_csv,
        pandas_few_columns,
        ibis_from_store,
        import_csv,
    )
}


def store_of(paths: Sequence[Path]) -> Path:
    """Where the store of these files is."""
    return paths[0].parent / f"store-{len(paths)}"


def _numbers(codes: dict[str, str]) -> dict[str, list]:
    return {"number": [int(code) for code in codes], "iso3": list(codes.values())}


def _settings() -> dict[str, str | int | bool]:
    return {"memory_limit": MEMORY, "threads": THREADS, "preserve_insertion_order": False}


def _by_year(pairs: object) -> dict[int, int]:
    sums = pairs.group_by("year").aggregate([("export_usd", "sum")])  # type: ignore[attr-defined]
    return dict(zip(sums["year"].to_pylist(), sums["export_usd_sum"].to_pylist(), strict=True))


# ---- a process for each ------------------------------------------------------------------------------


class Cost(NamedTuple):
    """Seconds by the clock, seconds of processors, peak megabytes."""

    seconds: float
    processor: float
    peak: float


def alone(job: str, paths: Sequence[Path]) -> Cost:
    """Cost of a job in a separate process; its dollars are those of the panel.

    Raises
    ------
    SystemExit : the job failed, or its sums are not the panel's: then its speed means nothing.
    """
    command = [sys.executable, "-m", "benchmarks.scale", "--job", job, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{job} failed: {done.stderr[-2000:]}")
    result = json.loads(done.stdout)
    for year, dollars in result["dollars"].items():
        if dollars != (real := int(pairs_of(int(year))["export_usd"].sum())):
            raise SystemExit(f"{job}: {dollars:,} dollars in {year}, and the panel has {real:,}.")
    return Cost(result["seconds"], result["processor"], result["peak"])


def run_job(job: str, paths: Sequence[Path]) -> None:
    """In the separate process: once on a small file, so that loading modules does not count, then for good."""
    from benchmarks.__main__ import peak_megabytes

    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / paths[0].name
        if job == "ibis_from_store":
            JOBS[job](paths[1:])
            paths = paths[:1]
        else:
            with paths[0].open("rb") as whole:
                small.write_bytes(b"".join(whole.readline() for _ in range(1000)))
            JOBS[job]([small])
        start, busy = time.perf_counter(), time.process_time()
        dollars = JOBS[job](paths)
        taken = {"seconds": time.perf_counter() - start, "processor": time.process_time() - busy}
    print(json.dumps({**taken, "peak": peak_megabytes(), "dollars": dollars}))


def in_turn(jobs: Sequence[tuple[str, Sequence[Path]]], rounds: int) -> list[Cost]:
    """Median seconds and highest peak of each job; in every round each runs once."""
    taken = [[alone(job, paths) for job, paths in jobs] for _ in range(rounds)]
    return [
        Cost(
            statistics.median(one.seconds for one in of_job),
            statistics.median(one.processor for one in of_job),
            max(one.peak for one in of_job),
        )
        for of_job in zip(*taken, strict=True)
    ]


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """k of seconds ~ size^k, by least squares on logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


# ---- what is promised, beside what is measured ---------------------------------------------------------


def one_year(path: Path, rows: int, rounds: int) -> None:
    """CSV to totals, against DuckDB and pandas; import; totals from the store."""
    jobs = (
        "import_csv",
        "ibis_from_csv",
        "duckdb_as_strict",
        "duckdb_from_csv",
        "pandas_from_csv",
        "pandas_few_columns",
        "ibis_from_store",
    )
    store = store_of([path])
    given = [(job, [store, store] if job == "ibis_from_store" else [path]) for job in jobs]
    found = dict(zip(jobs, in_turn(given, rounds), strict=True))
    size = path.stat().st_size
    print(f"  {rows:,} rows, {size / 1e6:,.0f} MB of CSV; medians of {rounds} rounds, in turn, two threads:")
    for job, cost in found.items():
        print(f"  {job:20} {cost.seconds:7.2f} s, {cost.processor:6.2f} s of processors, {cost.peak:6,.0f} MB")
    from_csv, strict, plain_sql, panda, few, read = (found[job] for job in jobs[1:])
    most = max(found[job].peak for job in ("import_csv", "ibis_from_csv", "ibis_from_store"))
    kept = sum(file.stat().st_size for file in store.rglob("*") if file.is_file())
    times, busy = from_csv.seconds / plain_sql.seconds, from_csv.processor / plain_sql.processor
    held, less = from_csv.peak / panda.peak, from_csv.peak / few.peak
    alike = from_csv.seconds / strict.seconds, from_csv.processor / strict.processor
    print(
        f"  from CSV to totals takes {alike[0]:.2f} times DuckDB's own SQL with the same checks of text (at most 1.2),"
    )
    print(
        f"  of processors {alike[1]:.2f} times; and {times:.2f} (processors {busy:.2f}) times SQL that takes 2.7 for 3"
    )
    print(f"  and {held:.2f} of pandas' peak memory (at most 0.33), of pandas on four columns {less:.2f}")
    print(f"  most memory of this package, the import included: {most:,.0f} MB (never above 1,000)")
    print(f"  totals from the store are {from_csv.seconds / read.seconds:.1f} times as fast as from CSV (at least 4)")
    print(
        f"  the store takes {kept / 1e6:,.0f} MB, {kept / size:.2f} of the CSV, {kept / rows:.1f} bytes a row",
        flush=True,
    )


def growth(paths: Sequence[Path], rows: int, rounds: int) -> None:
    """Seconds and memory of 1, 2 and 5 years."""
    counts = [count for count in GROWTH if count <= len(paths)]
    for job in ("import_csv", "ibis_from_csv", "ibis_from_store"):
        chosen = [paths[:count] for count in counts]
        given = [(job, [store_of(p), store_of(paths[:1])] if job == "ibis_from_store" else p) for p in chosen]
        found = in_turn(given, rounds)
        text = "; ".join(
            f"{n}: {c.seconds:.1f} s, {c.processor:.1f} of processors, {c.peak:,.0f} MB"
            for n, c in zip(counts, found, strict=True)
        )
        print(f"  {job} by years of {rows:,} rows: {text}")
        if len(counts) > 1:
            k, more = exponent(counts, [cost.seconds for cost in found]), found[-1].peak / found[0].peak
            print(
                f"    grows with years to the power of {k:.2f} (0.9 to 1.1), memory {more:.2f} times (flat)", flush=True
            )


def report(rows: int = ROWS, years: int = len(YEARS), rounds: int = ROUNDS, folder: Path | None = None) -> None:
    """Make the files, measure, print, and remove the files."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        need, free = rows * years * BYTES_A_ROW, shutil.disk_usage(made).free
        if free < need:
            raise SystemExit(
                f"{need / 1e9:.1f} GB are needed in {made} and {free / 1e9:.1f} are free: --folder, --years."
            )
        start = time.perf_counter()
        paths = [write_year(Path(made), year, rows=rows) for year in YEARS[:years]]
        print(f"flows by product; {years} made-up years written in {time.perf_counter() - start:.0f} s:", flush=True)
        one_year(paths[0], rows, rounds)
        growth(paths, rows, rounds)


def main() -> None:
    """Measure and print; or, within the process of a contestant, run it."""
    parser = argparse.ArgumentParser(description="Flows by product at full size.")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows a year")
    parser.add_argument("--years", type=int, default=len(YEARS), choices=range(1, len(YEARS) + 1))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--folder", type=Path, help="where the made-up files go for a while")
    parser.add_argument("--job", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.job:
        run_job(given.job[0], [Path(path) for path in given.job[1:]])
        return
    report(given.rows, given.years, given.rounds, given.folder)
    from benchmarks import product_rank

    print("the multiproduct Google matrix:", flush=True)
    product_rank.report()


if __name__ == "__main__":
    main()
