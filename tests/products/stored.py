"""A product store of a few rows, as an import leaves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def stored(folder: Path, flows: pd.DataFrame, year: int = 2020, **write: Any) -> Path:
    """The folder as a store of one year; `write` goes to pyarrow's write_table."""
    (folder / f"year={year}").mkdir(parents=True)
    (folder / "store.json").write_text(json.dumps({"format": 1, "revision": "HS92", "layout": "baci"}))
    card = {"files": [], "rows": len(flows), "value_usd": 0, "excluded": [], "unknown_quantities": 0, "sha256": ""}
    (folder / f"year={year}/origin.json").write_text(json.dumps(card))
    table = flows.sort_values(["exporter", "importer", "product"]).assign(quantity_tonnes=np.nan)
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / f"year={year}/flows.parquet", **write)
    return folder
