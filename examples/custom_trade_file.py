"""Custom trade figures in place of the panel's, pair by pair, with the same checks.

    python examples/custom_trade_file.py [FOLDER]

The figures are invented, to show the form. Totals change by as many dollars as the rows, so that shares remain shares.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd

import influence as inf

ROWS = pd.DataFrame(
    [("KOR", "USA", 2016, 90_000_000_000), ("USA", "South Korea", 2016, 60_000_000_000)],
    columns=["exporter", "importer", "year", "export_usd"],
)


def main(folder: Path) -> tuple[float, float]:
    """Return the United States' share in Korea's trade by the panel and by the file; write the file to the folder."""
    file = inf.write_table(ROWS, folder / "my_trade.csv")
    panel = inf.load_panel(first_year=2016, last_year=2016)
    shares = []
    for now in (panel, inf.with_trade(panel, file)):
        ties = inf.build_ties(now, {"trade": 1.0})
        shares.append(float(ties.sel(year=2016, source="USA", target="KOR")))
    print(f"United States in Korea's trade, 2016: {shares[0]:.3f} by the panel, {shares[1]:.3f} by the file")
    return shares[0], shares[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()))
