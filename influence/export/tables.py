"""Result tables as CSV and Parquet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.files import replacing


def write_table(table: pd.DataFrame, path: Path | str) -> Path:
    """Write by the ending of `path`: .csv (UTF-8, one header line, empty cell for missing) or .parquet.

    Raises
    ------
    OutputError : the folder cannot be written.
    """
    path = Path(path)
    with replacing(path) as beside:
        if path.suffix == ".csv":
            table.to_csv(beside, index=False, lineterminator="\n")
        else:
            _to_parquet(table, beside)
    return path


def _to_parquet(table: pd.DataFrame, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Without pandas' own metadata the same table gives the same bytes under every version of it.
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(arrow, path, compression="zstd")
