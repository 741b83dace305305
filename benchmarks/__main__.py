"""Prints what the project promises of speed and memory, next to what this machine measured just now."""

from __future__ import annotations

import math
import resource
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import xarray as xr

import influence as inf
from benchmarks import draws, gravity, metrics, pages
from benchmarks.panels import panel_of_size, real_tables
from benchmarks.timing import medians
from influence.panel.panel import Panel
from influence.results import pull_results, tie_table

ROUNDS = 7
STARTS = 15
SIZES = (50, 100, 150, 200, 300, 400)
METRIC_SIZES = (50, 100, 200, 400, 800)
POLES = ("CHN", "USA")


def against_networkx(panel: Panel) -> dict[str, float]:
    """Panel to ties for all years, against one networkx graph a year read from a table of the same ties."""
    marks = inf.tie_marks(panel)
    ties = inf.build_ties(panel)
    table = tie_table(ties, marks).rename(columns={"value": "pull"})
    by_year = [rows for _, rows in table.groupby("year")]

    def graphs() -> None:
        for rows in by_year:
            nx.from_pandas_edgelist(rows, "source", "target", edge_attr="pull", create_using=nx.DiGraph)

    return medians(
        {
            "build_ties": lambda: inf.build_ties(panel),
            "networkx": graphs,
            "build_layers": lambda: inf.build_layers(panel),
            "tie_marks": lambda: inf.tie_marks(panel),
            "pull_results": lambda: pull_results(ties, POLES, marks),
        },
        ROUNDS,
    )


def first_build() -> dict[str, float]:
    """What the first call costs: reading the panel, and ties of a panel that has derived nothing yet."""
    fresh: list[Panel] = []
    steps = {
        "load_panel": lambda: fresh.append(inf.load_panel()),
        "first build_ties": lambda: inf.build_ties(fresh.pop()),
    }
    return medians(steps, 3)


def starts() -> dict[str, float]:
    """A Python that imports click, against one that prints our help."""

    def start(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

    return medians(
        {"click": lambda: start("-c", "import click"), "help": lambda: start("-m", "influence", "--help")}, STARTS
    )


def growth() -> tuple[dict[int, float], float]:
    """Seconds of build_ties by number of states, and the exponent k of seconds ~ states^k (least squares on logs)."""
    tables = real_tables()
    panels = {size: panel_of_size(tables, size) for size in SIZES}
    for panel in panels.values():
        inf.build_ties(panel)  # what is derived once is not what grows
    taken = medians({str(size): (lambda p=panel: inf.build_ties(p)) for size, panel in panels.items()}, 3)
    seconds = {size: taken[str(size)] for size in SIZES}
    slope, _ = np.polyfit([math.log(s) for s in SIZES], [math.log(t) for t in seconds.values()], 1)
    return seconds, float(slope)


def ties_of_size(size: int) -> xr.DataArray:
    """Ties of the last two years of a world of that number of states."""
    return inf.build_ties(panel_of_size(real_tables(), size)).isel(year=slice(-2, None))


def alone() -> float:
    """Peak memory in megabytes of a process that loads the panel, builds the ties and measures the whole set."""
    lines = (
        "import influence as inf",
        "from benchmarks.metrics import whole_set",
        "from benchmarks.__main__ import peak_megabytes",
        "whole_set(inf.build_ties(inf.load_panel()))",
        "print(peak_megabytes())",
    )
    done = subprocess.run([sys.executable, "-c", "; ".join(lines)], check=True, capture_output=True, text=True)
    return float(done.stdout)


def peak_megabytes() -> float:
    """Most memory this process has held so far, in megabytes (getrusage counts also what started it)."""
    status = Path("/proc/self/status")
    if status.is_file():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def main() -> None:
    """Measure and print."""
    taken = starts()
    ratio = taken["help"] / taken["click"]
    print(f"influence --help          {1e3 * taken['help']:8.1f} ms")
    print(f"influence --help takes {ratio:.2f} times as long as `import click` (promised: at most 3)")
    for name, seconds in first_build().items():
        print(f"{name:25} {1e3 * seconds:8.1f} ms")
    panel = inf.load_panel()
    print(f"panel: {len(panel.years)} years, {len(panel.states)} states; medians of {ROUNDS} rounds, taken in turn")
    taken = against_networkx(panel)
    for name, seconds in taken.items():
        print(f"{name:25} {1e3 * seconds:8.1f} ms")
    ratio = taken["networkx"] / taken["build_ties"]
    print(f"build_ties is {ratio:.0f} times as fast as one from_pandas_edgelist a year (promised: at least 100)")
    ties = inf.build_ties(panel)
    print(f"peak memory of a separate process with the whole set {alone():.0f} MB (promised: below 500)")
    gravity.report()
    metrics.centralities(ties)
    metrics.opinions(panel)
    metrics.solves(ties)
    print(f"peak memory so far        {peak_megabytes():8.0f} MB")
    del panel, ties
    by_size, exponent = growth()
    for size, seconds in by_size.items():
        print(f"build_ties, {size:3} states    {1e3 * seconds:8.1f} ms")
    print(f"cost grows with states to the power of {exponent:.2f} (the arrays with 2)")
    metrics.growth(ties_of_size, METRIC_SIZES)
    print("draws:")
    draws.report()
    print("the atlas in a browser:")
    pages.report()
    print(f"peak memory in all        {peak_megabytes():8.0f} MB")


if __name__ == "__main__":
    main()
