"""A custom metric and a custom lens: each is one function and one row, and every table and page then knows them.

    python examples/custom_metric.py [FOLDER]

A metric gives a value for each state and year; a lens gives the pull of each pole, and its balance follows from it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import xarray as xr

import influence as inf


def partners(study: inf.Study) -> xr.DataArray:
    """Number of states that pull on each state, dims (year, target)."""
    return (study.network > 0).sum("source").astype(float).reset_coords(drop=True)


def exports_lens(study: inf.Study) -> xr.DataArray:
    """Direct pull by export markets alone, dims (pole, year, target)."""
    return inf.lens_pull(study.with_method(weights={"trade": 1.0}, trade_base="exports"))


def main(folder: Path) -> Path:
    """Write both for every state in 2016; return the path of the table."""
    inf.register_metric(inf.Metric("partners", "centrality", "number of u with W_uv > 0", "states", ">= 0",
                                   "this example", partners))  # fmt: skip
    inf.register_lens(inf.LensSpec("exports_alone", "Export markets", "share of each country's exports, in per cent",
                                   "X_vp / X_v", "share of exports", "[0, 1]", "this example", exports_lens,
                                   rests_on="trade"))  # fmt: skip
    study = inf.load_study(first_year=2016, last_year=2016)
    table = inf.metric_results(study, ["partners", "pull_exports_alone", "balance_exports_alone"], study.marks)
    korea = table[table["iso3"] == "KOR"]
    print(korea[["metric", "pole", "value"]].round(3).to_string(index=False))
    return inf.write_table(table, folder / "registered.csv")


if __name__ == "__main__":
    print(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())))
