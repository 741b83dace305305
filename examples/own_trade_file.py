"""Trade figures of one's own in place of the panel's, pair by pair, through the same checks as ours.

    python examples/own_trade_file.py [FOLDER]

The figures are made up, to show the form. Totals move by as many dollars as the rows do, so that shares stay shares.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd

import influence as inf
from influence.export.tables import write_table
from influence.panel.panel import PANEL_TABLES, read_panel_table
from influence.states import datasets_dir

ROWS = pd.DataFrame(
    [("KOR", "USA", 2016, 90_000_000_000), ("USA", "South Korea", 2016, 60_000_000_000)],
    columns=["exporter", "importer", "year", "export_usd"],
)
KEY = ["exporter", "importer", "year"]


def with_trade(tables: dict[str, pd.DataFrame], rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The panel's tables with the flows of `rows` in place of its own; every pair must be there already."""
    own = rows.assign(**{side: rows[side].map(inf.resolve_state) for side in KEY[:2]}).set_index(KEY)["export_usd"]
    trade, totals = tables["trade"].set_index(KEY), tables["trade_totals"].set_index(["iso3", "year"])
    change = own - trade.loc[own.index, "export_usd"]
    trade.loc[own.index, "export_usd"] = own
    trade.loc[own.index, "flag"] = "corrected"
    for side, column in (("exporter", "export_usd"), ("importer", "import_usd")):
        moved = change.groupby([side, "year"]).sum().rename_axis(["iso3", "year"])
        totals.loc[moved.index, column] += moved
    order = {name: tables[name].columns for name in ("trade", "trade_totals")}
    return {**tables, "trade": trade.reset_index()[order["trade"]],
            "trade_totals": totals.reset_index()[order["trade_totals"]]}  # fmt: skip


def main(folder: Path) -> tuple[float, float]:
    """Korea's share of trade with the United States by the panel and by the file; the file is written to the folder."""
    rows = pd.read_csv(write_table(ROWS, folder / "my_trade.csv"))
    tables = {name: read_panel_table(datasets_dir(), name) for name in (*PANEL_TABLES, "states")}
    shares = []
    for given in (tables, with_trade(tables, rows)):
        panel = inf.panel_from_tables(given, first_year=2016, last_year=2016)
        ties = inf.build_ties(panel, {"trade": 1.0})
        shares.append(float(ties.sel(year=2016, source="USA", target="KOR")))
    print(f"United States in Korea's trade, 2016: {shares[0]:.3f} by the panel, {shares[1]:.3f} by the file")
    return shares[0], shares[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()))
