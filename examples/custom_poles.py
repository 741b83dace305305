"""Custom poles and a custom region: the EU (a group with dated members), Russia and Turkey in the Caucasus.

    python examples/custom_poles.py [FOLDER]

A pole is a state or a group; a region is a group, a trade agreement, or states.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import influence as inf

POLES = ("eu", "RUS", "TUR")
REGION = "ARM,AZE,Georgia"


def main(folder: Path) -> Path:
    """Write pulls, balances of every pair, leader and margin of the region's states; return the path of the table."""
    panel = inf.load_panel()
    ties = inf.build_ties(panel)
    results = inf.pull_results(ties, POLES, inf.tie_marks(panel))
    table = results[results["iso3"].isin(inf.region_members(panel, REGION))]
    leader = table[(table["metric"] == "leader_margin") & table["year"].isin([2000, 2010, 2020])]
    print("Who leads (`pole`), and by which share of the state's reliance:")
    print(leader[["iso3", "year", "pole", "value", "flag"]].round(3).to_string(index=False))
    return inf.write_table(table, folder / "caucasus.csv")


if __name__ == "__main__":
    print(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())))
