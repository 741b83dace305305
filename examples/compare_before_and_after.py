"""Graphs of 2016 and 2018, and of a 2018 in which the United States stayed in TPP: what changed, as one table.

    python examples/compare_before_and_after.py [FOLDER]

Before and after is a comparison; with and without is a scenario. The table has both, side by side.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd

import influence as inf
from influence.comparison.tables import compare_sides

POLES = ("CHN", "USA")
BEFORE, AFTER, STAYED = "2016", "2018", "2018:tpp_with_us"


def main(folder: Path) -> Path:
    """Write a graph for each side and the table of changes; return the path of the table."""
    study = inf.load_study(poles=POLES)
    region = [*inf.region_members(study.panel, "asia_pacific"), *POLES]
    sides = {text: inf.parse_side(text, study) for text in (BEFORE, AFTER, STAYED)}
    for text, side in sides.items():
        graph = inf.restrict(inf.build_graph(side.ties, side.year), region)
        inf.write_graph(graph, folder / f"{text.replace(':', '_')}.graphml")
    parts = []
    for name, first, second in (("actual", BEFORE, AFTER), ("if it had stayed", AFTER, STAYED)):
        found = compare_sides(sides[first], sides[second], study, states=region)
        parts.append(found.states.assign(question=name, first=first, second=second))
        distance = found.distance.set_index("measure")["value"]
        print(f"{name}: {first} to {second}, weighted Jaccard distance {distance['weighted_jaccard']:.3f}")
    table = pd.concat(parts, ignore_index=True)
    balance = table[table["metric"] == "pull_balance"].pivot(index="iso3", columns="question", values="change")
    print(balance.reindex(["JPN", "VNM", "KOR"]).round(3).to_string())
    return inf.write_table(table, folder / "changes.csv")


if __name__ == "__main__":
    print(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())))
