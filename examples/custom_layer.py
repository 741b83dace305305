"""A custom layer beside trade, pacts and agreements: here arms deliveries, from a CSV.

    python examples/custom_layer.py [FOLDER]

The figures are invented, to show the form. `influence data check arms.csv` lists the faults of a file, row by row.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import influence as inf
from influence.files import write_text

POLES = ("CHN", "USA")
ROWS = """seller,buyer,year,deliveries
USA,KOR,2016,900
DEU,KOR,2016,300
USA,Japan,2016,700
CHN,Pakistan,2016,800
USA,Pakistan,2016,200
"""


def main(folder: Path) -> dict[str, tuple[float, float]]:
    """Return the balance of three states without the layer and with it; write arms.csv to the folder."""
    path = folder / "arms.csv"
    write_text(path, ROWS)
    arms = inf.CustomLayer(
        "arms", str(path), "portfolio", source="seller", target="buyer", value="deliveries", title="Arms deliveries"
    )
    panel = inf.load_panel(layers=[arms], first_year=2016, last_year=2016)
    weights = {"trade": 0.5, "alliance": 0.25, "agreement": 0.1}
    without = inf.pull_balance(inf.build_ties(panel, weights), POLES).sel(year=2016)
    with_arms = inf.pull_balance(inf.build_ties(panel, {**weights, "arms": 0.15}), POLES).sel(year=2016)
    found = {}
    for state in ("KOR", "JPN", "PAK"):
        found[state] = float(without.sel(target=state)), float(with_arms.sel(target=state))
        print(f"{state}: balance {found[state][0]:+.3f} without arms, {found[state][1]:+.3f} with them")
    # A state without a row in the file is unobserved in this layer: it keeps its other layers, and its coverage falls.
    ties = inf.build_ties(panel, {**weights, "arms": 0.15})
    print(f"VNM: coverage {1 - float(ties['unobserved'].sel(year=2016, target='VNM')):.2f}")
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()))
