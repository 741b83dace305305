"""Raw files that tests write, and what readers make of flows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def written(folder: Path, *rows: str, header: str) -> Path:
    """A delimited file of these rows below its header line."""
    path = folder / "raw.csv"
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def flows_of(frame: pd.DataFrame) -> dict[tuple[str, str, int], float]:
    """exporter, importer and year -> export_usd."""
    return {(r.exporter, r.importer, r.year): r.export_usd for r in frame.itertuples()}
