"""Money matrices of the product store and of the bundled sector flows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from influence.errors import StoreError
from influence.products.google.matrix import COLUMNS, CodedFlows, MoneyMatrix, matrix_of, money_matrix
from influence.products.sectors import sector_rows
from influence.products.store.engine import FLOWS, stored_years

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH = 1 << 19
"""Flows read at a time: 20 MB."""


def sector_money(year: int, folder: Path | None = None) -> MoneyMatrix:
    """Goods sectors of the bundled sector flows (product = sector), without what is sold at home.

    The rest of the world, ROW, is one state among the others.

    Raises
    ------
    YearError : no sector flows of that year. PanelError : the table is absent or broken.
    """
    rows = sector_rows([year], folder)
    return money_matrix(rows[rows["exporter"].ne(rows["importer"])])


def store_money(store: Path, year: int) -> MoneyMatrix:
    """One year of a product store; its rows are read a batch at a time.

    Raises
    ------
    StoreError : no store there, not this year in it, a file that is not what it should be, or rows that are not; see
        money_matrix.
    """
    there = stored_years(store)
    if year not in there:
        held = ", ".join(map(str, there)) or "no year yet"
        raise StoreError(f"the store {store} does not hold {year}; it holds {held}.")
    path = there[year] / FLOWS
    try:
        flows = _coded(path)
    except (OSError, ValueError) as err:
        raise StoreError(f"{path} cannot be read ({str(err).splitlines()[0]}); import the year anew.") from err
    try:
        return matrix_of(flows)
    except StoreError as err:
        raise StoreError(f"{path}: {err}") from err


def _coded(path: Path) -> CodedFlows:
    """All flows of a file, names as places in the order in which they turn up."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, read_dictionary=list(COLUMNS[:3])) as file:
        if absent := [name for name in COLUMNS if name not in file.schema_arrow.names]:
            raise StoreError(f"{path} lacks the columns {', '.join(absent)}.")
        rows = file.metadata.num_rows
        columns = [np.empty(rows, dtype=kind) for kind in (np.int16, np.int16, np.int32, np.float64)]
        states: dict[str, int] = {}
        products: dict[str, int] = {}
        for start, batch in _batches(file):
            into = slice(start, start + batch.num_rows)
            if batch_lost := sum(column.null_count for column in batch.columns):
                raise StoreError(f"{path} has {batch_lost} empty cells from row {start:,} on; import the year anew.")
            for column, name, known in zip(columns[:3], COLUMNS[:3], (states, states, products), strict=True):
                column[into] = _places(batch.column(name), known)
            columns[3][into] = batch.column("value_usd").to_numpy()
    return CodedFlows(list(states), list(products), *columns)


def _batches(file: pq.ParquetFile) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches with the number of rows before each."""
    start = 0
    for batch in file.iter_batches(batch_size=BATCH, columns=list(COLUMNS)):
        yield start, batch
        start += batch.num_rows


def _places(names: pa.DictionaryArray, known: dict[str, int]) -> np.ndarray:
    """Place of each name in `known`, to which new ones are added."""
    places = [known.setdefault(str(name), len(known)) for name in names.dictionary.to_pylist()]
    return np.asarray(places, dtype=np.int32)[names.indices.to_numpy()]
