"""Load money matrices from a product store or from the bundled sector flows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from influence.errors import StoreError
from influence.products.google.matrix import COLUMNS, CodedFlows, MoneyMatrix, build_matrix, build_money_matrix
from influence.products.sectors import load_sector_rows
from influence.products.store.catalogue import FLOWS, select_years

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from influence.states import Registry

BATCH = 1 << 19
"""Flows read at a time: 20 MB."""


def load_sector_matrix(year: int, registry: Registry | None = None) -> MoneyMatrix:
    """Load the goods sectors of a panel as products, without domestic sales; ROW, the rest of the world, is one state.

    Parameters
    ----------
    registry : of the panel; None: the bundled one.

    Raises
    ------
    YearError : the year has no sector flows.
    PanelError : the table is missing or broken.
    """
    rows = load_sector_rows([year], registry)
    return build_money_matrix(rows[rows["exporter"].ne(rows["importer"])])


def load_store_matrix(store: Path, year: int) -> MoneyMatrix:
    """Load one year of a product store, in batches of rows.

    Parameters
    ----------
    store : folder of the store.

    Raises
    ------
    StoreError : no store in the folder, or it lacks the year; a damaged file; faulty rows (see build_money_matrix).
    """
    path = select_years(store, [year])[year] / FLOWS
    try:
        flows = _read_flows(path)
    except (OSError, ValueError) as err:
        raise StoreError(f"{path} cannot be read ({str(err).splitlines()[0]}); import the year again.") from err
    try:
        return build_matrix(flows)
    except StoreError as err:
        raise StoreError(f"{path}: {err}") from err


def _read_flows(path: Path) -> CodedFlows:
    """All flows of a file; names get their places in the order in which they occur."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, read_dictionary=list(COLUMNS[:3])) as file:
        if absent := [name for name in COLUMNS if name not in file.schema_arrow.names]:
            raise StoreError(f"{path} lacks the columns {', '.join(absent)}.")
        rows = file.metadata.num_rows
        columns = [np.empty(rows, dtype=kind) for kind in (np.int16, np.int16, np.int32, np.float64)]
        states: dict[str, int] = {}
        products: dict[str, int] = {}
        for start, batch in _batches(file):
            rows_read = slice(start, start + batch.num_rows)
            if empty := sum(column.null_count for column in batch.columns):
                raise StoreError(f"{path} has {empty} empty cells from row {start:,} on; import the year again.")
            for column, name, known in zip(columns[:3], COLUMNS[:3], (states, states, products), strict=True):
                column[rows_read] = _places(batch.column(name), known)
            columns[3][rows_read] = batch.column("value_usd").to_numpy()
    return CodedFlows(list(states), list(products), *columns)


def _batches(file: pq.ParquetFile) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches with the number of rows before each."""
    start = 0
    for batch in file.iter_batches(batch_size=BATCH, columns=list(COLUMNS)):
        yield start, batch
        start += batch.num_rows


def _places(names: pa.DictionaryArray, known: dict[str, int]) -> np.ndarray:
    """Place of each name in `known`; adds new names to it."""
    places = [known.setdefault(str(name), len(known)) for name in names.dictionary.to_pylist()]
    return np.asarray(places, dtype=np.int32)[names.indices.to_numpy()]
