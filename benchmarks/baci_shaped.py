"""Yearly files in the shape of CEPII BACI, made up: python -m benchmarks.baci_shaped FOLDER [YEAR ...] [--rows N].

What is real: which pairs trade, and what they trade in all (the bundled panel's export_usd of the year, to the dollar).
What is made up: the split over products. Larger pairs trade more products; sizes of products are lognormal. Same seed,
same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from influence.states import bundled_registry
from influence.tables import datasets_dir, read_panel_table

ROWS = 11_000_000
YEARS = (2016, 2017, 2018, 2019, 2020)
CHAPTERS = [chapter for chapter in range(1, 98) if chapter != 77]
# As in trade statistics: not the state's sums number but the one the publisher writes.
PUBLISHED = {"USA": 842, "TWN": 490, "IND": 699, "CHE": 757, "NOR": 579, "FRA": 251}
SPREAD_PRODUCTS, SPREAD_FLOWS = 2.0, 1.5
UNKNOWN_QUANTITY = 0.03
RISE = 0.5
HEADER = "t,i,j,k,v,q"
NAME = "BACI_HS92_Y{year}_V209901.csv"


def products() -> np.ndarray:
    """4,992 numbers of six digits in 96 chapters: the shape of HS codes, not their meaning."""
    chapters, headings, subheadings = np.meshgrid(CHAPTERS, np.arange(1, 14), (10, 20, 30, 40), indexing="ij")
    return (chapters * 10_000 + headings * 100 + subheadings).ravel()


def pairs_of(year: int) -> pd.DataFrame:
    """Pairs of the bundled panel that trade: exporter, importer (the publisher's numbers), export_usd > 0."""
    table = read_panel_table(datasets_dir(), "trade")
    rows = table[(table["year"] == year) & (table["export_usd"] > 0)].sort_values(["exporter", "importer"])
    numbers = {iso3: int(m49) for iso3, m49 in bundled_registry().states["m49"].items() if m49}
    numbers |= {
        iso3: int(code) for code, iso3 in bundled_registry().code_map("m49").items() if iso3 not in numbers
    } | PUBLISHED
    return pd.DataFrame(
        {
            "exporter": rows["exporter"].map(numbers).to_numpy(dtype=np.int32),
            "importer": rows["importer"].map(numbers).to_numpy(dtype=np.int32),
            "export_usd": rows["export_usd"].to_numpy(dtype=np.int64),
        }
    )


def products_a_pair(export_usd: np.ndarray, rows: int, most: int) -> np.ndarray:
    """How many products each pair trades: as the square root of its trade, `rows` in all, a dollar each at least."""
    room = np.minimum(export_usd, most)
    if not len(export_usd) <= rows <= room.sum():
        raise SystemExit(f"{rows:,} rows do not fit: these pairs take {len(export_usd):,} to {room.sum():,}.")
    low, high = 0.0, float(most)
    for _ in range(100):
        middle = (low + high) / 2.0
        count = np.clip(np.floor(middle * export_usd**RISE), 1, room)
        low, high = (middle, high) if count.sum() <= rows else (low, middle)
    count = np.clip(np.floor(low * export_usd**RISE), 1, room).astype(np.int64)
    left = int(rows - count.sum())
    free = np.flatnonzero(count < room)
    while left > 0:
        count[free[:left]] += 1
        left -= len(free[:left])
        free = free[count[free] < room[free]]
    return count


def split(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole dollars, at least one each, in proportion to the weights, that sum to `total` exactly."""
    parts = 1 + np.floor((total - len(weights)) * (weights / weights.sum())).astype(np.int64)
    parts[np.argmax(weights)] += total - parts.sum()
    return parts


def year_blocks(year: int, rows: int, seed: int) -> Iterator[dict[str, np.ndarray]]:
    """The year's rows, one exporter at a time: i, j, k, dollars, kilograms (-1: not known)."""
    rng = np.random.default_rng([seed, year])
    codes, pairs = products(), pairs_of(year)
    # A product is as large every year: its size does not depend on the year's seed.
    sizes = np.random.default_rng(seed).lognormal(0.0, SPREAD_PRODUCTS, len(codes))
    prices = np.random.default_rng(seed + 1).lognormal(1.0, 1.5, len(codes))
    counts = products_a_pair(pairs["export_usd"].to_numpy(), rows, len(codes))
    for exporter, block in pairs.groupby("exporter", sort=False):
        sums = sizes * rng.lognormal(0.0, SPREAD_FLOWS, len(codes))
        chosen, dollars = [], []
        for total, count in zip(block["export_usd"], counts[block.index], strict=True):
            weights = sums * rng.lognormal(0.0, 1.0, len(codes))
            best = np.sort(np.argpartition(weights, -count)[-count:])
            chosen.append(best)
            dollars.append(split(total, weights[best]))
        k, value = np.concatenate(chosen), np.concatenate(dollars)
        kilograms = np.rint(value / (prices[k] * rng.lognormal(0.0, 0.5, len(k)))).astype(np.int64)
        kilograms[rng.random(len(k)) < UNKNOWN_QUANTITY] = -1
        importers = np.repeat(block["importer"].to_numpy(), counts[block.index])
        yield {"i": np.full(len(k), exporter, np.int32), "j": importers, "k": codes[k], "v": value, "q": kilograms}


def write_year(folder: Path, year: int, *, rows: int = ROWS, seed: int = 0) -> Path:
    """Write the year's file in bounded memory: quantities in 12 places, `NA` where not known, as the publisher does."""
    import duckdb
    import pyarrow as pa

    schema = pa.schema([("i", pa.int32()), ("j", pa.int32()), ("k", pa.int64()), ("v", pa.int64()), ("q", pa.int64())])
    batches = (pa.record_batch(block, schema=schema) for block in year_blocks(year, rows, seed))
    path = folder / NAME.format(year=year)
    with duckdb.connect(config={"memory_limit": "512MB", "threads": 1}) as connection:
        connection.register("rows", pa.RecordBatchReader.from_batches(schema, batches))
        connection.execute(
            f"""COPY (
                SELECT {year} AS t, i, j, lpad(k::VARCHAR, 6, '0') AS k,
                    (v // 1000)::VARCHAR || '.' || lpad((v % 1000)::VARCHAR, 3, '0') AS v,
                    lpad(CASE WHEN q < 0 THEN 'NA'
                         ELSE (q // 1000)::VARCHAR || '.' || lpad((q % 1000)::VARCHAR, 3, '0') END, 12, ' ') AS q
                FROM rows
            ) TO '{path}' (HEADER, DELIMITER ',', QUOTE '')"""
        )
    return path


def write_codes(folder: Path, year: int) -> Path:
    """The code file that goes with a release: country_code, country_name, country_iso2, country_iso3."""
    states, pairs = bundled_registry().states, pairs_of(year)
    known = bundled_registry().code_map("m49")
    lines = ["country_code,country_name,country_iso2,country_iso3"]
    for code in sorted({*pairs["exporter"], *pairs["importer"]}):
        state = states.loc[known[str(code)]]
        lines.append(f'{code},"{state["name"]}",{state["iso2"]},{state.name}')
    path = folder / "country_codes_V209901.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def main() -> None:
    """Write the files and say so."""
    parser = argparse.ArgumentParser(description="Made-up yearly files in the shape of CEPII BACI.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("years", type=int, nargs="*", default=list(YEARS))
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for year in given.years:
        path = write_year(given.folder, year, rows=given.rows, seed=given.seed)
        print(f"{path}: {given.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
