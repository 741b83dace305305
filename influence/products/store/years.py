"""Write one year of a store: sorted, in a temporary folder, and moved into the store by one rename."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.errors import StoreError
from influence.products.store.catalogue import FLOWS, ORIGIN
from influence.products.store.checking import Year, flows_of_states, staged_rows
from influence.products.store.engine_base import Engine
from influence.products.store.layouts import Layout
from influence.products.store.showing import show_rows
from influence.products.store.staging import File
from influence.products.store.unpacking import sha256_of

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_OF_A_GROUP = 250_000
"""Rows in a row group of Parquet: fixed, so that the same flows give the same bytes."""
PRODUCTS = 1 << 20
STATES = 1 << 12


@dataclass
class _Written:
    """What has been written, to be compared with what was expected, and duplicate keys."""

    rows: int = 0
    value_usd: int = 0
    unknown_quantities: int = 0
    duplicates: int = 0
    first_duplicate: int = -1
    last_key: int = -1


def write_year(engine: Engine, year: Year, layout: Layout, store: Path, work: Path) -> None:
    """Write the folder of a year in `work` and move it into the store.

    The same flows give the same bytes: sorted by exporter, importer and product, row groups of a fixed size.

    Parameters
    ----------
    year : of check_year.
    layout : of its files.
    store : folder of the store; an older folder of the year is replaced.
    work : folder on the same disk.

    Raises
    ------
    StoreError : a duplicate flow.
    OSError : the disk is full; the store is unchanged.
    """
    new = work / f"year={year.year}"
    new.mkdir()
    names = sorted(set(year.countries.states.values()))
    written = _write_flows(_sorted_keys(engine, year), names, new / FLOWS)
    if written.duplicates:
        _refuse_duplicates(engine, year, layout, work, names, written)
    if (written.rows, written.value_usd) != (year.rows, year.value_usd):
        raise RuntimeError(f"{year.year}: {written.rows} rows were written and {year.rows} were counted")
    origin = _origin(engine, year, layout, written, sha256_of(new / FLOWS))
    (new / ORIGIN).write_text(json.dumps(origin, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    for path in (new / FLOWS, new / ORIGIN, new):
        _flush(path)
    _move_in(new, store)


def _sorted_keys(engine: Engine, year: Year) -> Iterator[pa.RecordBatch]:
    """Rows of key, value_usd and quantity_tonnes in order of the key: places of exporter and importer, product."""
    import pyarrow as pa

    flows = flows_of_states(engine, staged_rows(engine, year.files, year.year), year.countries.states)
    flows = flows.filter(flows["seller"] != flows["buyer"])
    if year.unlisted:
        flows = flows.filter(flows["product"].notin(list(year.unlisted)))
    key = (flows["seller"] * STATES + flows["buyer"]) * PRODUCTS + flows["product"].cast("int64")
    ordered = flows.select("value_usd", "quantity_tonnes", key=key).order_by("key")
    # Without this DuckDB may return the pieces of a sorted result out of order.
    engine.connection.raw_sql("SET preserve_insertion_order = true")
    yield from pa.RecordBatchReader.from_stream(engine.connection.con.sql(engine.connection.compile(ordered)))


def _write_flows(batches: Iterator[pa.RecordBatch], names: Sequence[str], path: Path) -> _Written:
    import pyarrow as pa
    import pyarrow.parquet as pq

    states = pa.array(names, pa.string())
    text = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema(
        [("exporter", text), ("importer", text), ("product", text), ("value_usd", pa.int64()),
         ("quantity_tonnes", pa.float64())]
    )  # fmt: skip
    written = _Written()
    # Values hardly repeat: a dictionary of them would cost space.
    coding: dict[str, Any] = {"compression": "zstd", "use_dictionary": ["exporter", "importer", "product"]}
    with pq.ParquetWriter(path, schema, store_schema=False, **coding) as writer:
        for batch in _regrouped(batches, ROWS_OF_A_GROUP):
            keys = batch["key"].to_numpy()
            _count(written, keys, batch)
            pair, product = np.divmod(keys, PRODUCTS)
            seller, buyer = np.divmod(pair, STATES)
            codes, places = np.unique(product, return_inverse=True)
            products = pa.array([f"{code:06d}" for code in codes], pa.string())
            columns = [_decode(seller, states), _decode(buyer, states), _decode(places, products)]
            columns += [batch["value_usd"].combine_chunks(), batch["quantity_tonnes"].combine_chunks()]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=ROWS_OF_A_GROUP)
    return written


def _decode(places: np.ndarray, names: pa.Array) -> pa.Array:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), names)


def _regrouped(batches: Iterator[pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """The same rows in tables of `size` rows, the last one smaller."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        while rows >= size:
            table = pa.Table.from_batches(held)
            yield table.slice(0, size)
            held, rows = table.slice(size).to_batches(), rows - size
    if rows:
        yield pa.Table.from_batches(held)


def _count(written: _Written, keys: np.ndarray, batch: pa.Table) -> None:
    import pyarrow.compute as pc

    steps = np.diff(keys, prepend=written.last_key)
    if (steps < 0).any():
        raise RuntimeError("the engine returned sorted rows out of order")
    duplicates = keys[steps == 0]
    written.duplicates += len(duplicates)
    if len(duplicates) and written.first_duplicate < 0:
        written.first_duplicate = int(duplicates[0])
    written.rows += len(keys)
    written.value_usd += int(pc.sum(batch["value_usd"]).as_py())
    written.unknown_quantities += batch["quantity_tonnes"].null_count
    written.last_key = int(keys[-1])


def _refuse_duplicates(
    engine: Engine, year: Year, layout: Layout, work: Path, names: Sequence[str], written: _Written
) -> None:
    pair, product = divmod(written.first_duplicate, PRODUCTS)
    seller, buyer = (names[place] for place in divmod(pair, STATES))
    sold, bought = ([n for n, iso3 in year.countries.states.items() if iso3 == side] for side in (seller, buyer))

    def which(s: Any) -> Any:
        return (
            (s["note"] == 0) & (s["year"] == year.year) & (s["product"] == product)
            & s["exporter"].isin(sold) & s["importer"].isin(bought)
        )  # fmt: skip

    shown = []
    for file in year.files:
        label, rows = show_rows(engine, [file], layout, work, which=which)
        if rows:
            shown.append(f"\n  {label}:{rows}")
    keys = ", ".join(layout.roles[role] for role in ("year", "exporter", "importer", "product"))
    raise StoreError(
        f"{year.files[0].source.label}: {written.duplicates:,} flows of {year.year} are duplicated (the same {keys}; "
        f"two numbers of one state count as the same), the first is {seller} to {buyer}, {product:06d}:"
        f"{''.join(shown[:3])}"
    )


def _origin(engine: Engine, year: Year, layout: Layout, written: _Written, digest: str) -> dict[str, Any]:
    """Origin card of the year: its files and what was left out; without paths and times, so that it is reproducible."""
    counted = staged_rows(engine, year.files, year.year).group_by("file").aggregate(rows=lambda t: t.count()).execute()
    rows = dict(counted.itertuples(index=False))
    files = [_file_card(file, int(rows.get(file.key, 0))) for file in year.files]
    origin: dict[str, Any] = {
        "files": sorted(files, key=lambda card: (card["name"], card["member"], card["sha256"])),
        "rows": written.rows,
        "value_usd": written.value_usd,
        "unknown_quantities": written.unknown_quantities,
        "excluded": list(year.excluded),
        "sha256": digest,
    }
    if layout.flow is not None:
        origin["reporters"] = _reporters(engine, year, layout)
    return origin


def _reporters(engine: Engine, year: Year, layout: Layout) -> list[str]:
    """States that reported. The other states did not report this flow, which is not the same as zero trade."""
    staged = staged_rows(engine, year.files, year.year)
    side = "importer" if layout.flow == "imports" else "exporter"
    numbers = staged.filter(staged["note"] == 0).select(side).distinct().execute()[side]
    return sorted({year.countries.states[int(n)] for n in numbers if int(n) in year.countries.states})


def _file_card(file: File, rows: int) -> dict[str, Any]:
    """A file in the origin card: name, member of an archive, checksums, rows of the year, and all its years."""
    packed = {"packed": file.packed} if file.packed else {}
    return {
        "name": file.source.path.name, "member": file.source.member, "sha256": file.sha256, **packed,
        "rows": rows, "years": sorted(file.years),
    }  # fmt: skip


def _flush(path: Path) -> None:
    """Flush a file or a folder to the disk; Windows cannot flush a folder."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _move_in(new: Path, store: Path) -> None:
    """Give the year its name. An older year is renamed first; if this process dies between, the next restores it."""
    current, old = store / new.name, store / f".old-{new.name}"
    if current.exists():
        current.rename(old)
    new.rename(current)
    _flush(store)
    if old.exists():
        shutil.rmtree(old)
