"""Draws: what drawing and solving cost beside numpy's own, a thousand draws on one and on two processes, and growth."""

from __future__ import annotations

import math
import subprocess
import sys
import time

import numpy as np

import influence as inf
from benchmarks.panels import panel_of_size, real_tables
from benchmarks.timing import medians
from influence.draw_settings import DrawSettings
from influence.metrics.linear import solve_years
from influence.metrics.network_pull import walk_system
from influence.metrics.pull import disjoint_members
from influence.panel.panel import Panel
from influence.uncertainty.draws import drawn_method, flow_factors
from influence.uncertainty.mirror import mirror_spread
from influence.uncertainty.ranges import metric_ranges
from influence.uncertainty.workers import Workers

POLES = ("CHN", "USA")
LENSES = tuple(f"{kind}_{lens}" for lens in ("network", "income") for kind in ("pull", "balance"))
NAMES = ("pull_direct", "pull_balance", *LENSES)
DRAWS = 1000
FEW = (25, 50, 100, 200)
YEARS = (4, 8, 16, 32)
SIZES = (50, 100, 200, 400)
GROWTH_DRAWS = 10


def beside_numpy(panel: Panel) -> dict[str, float]:
    """Seconds of a draw's random numbers and of its solve, here and with numpy, on the same sizes and arrays."""
    spread, years, study = mirror_spread(panel).sd.values, panel.years, inf.Study(panel, poles=POLES)
    rng = np.random.default_rng(0)
    ties = study.ties
    system, right = walk_system(ties, disjoint_members(ties, POLES), study.method.alpha)
    numbers = iter(range(10_000))

    def draw() -> None:
        number = next(numbers)
        drawn_method(study, DrawSettings(), number)
        flow_factors(spread, DrawSettings(), number, years)

    return medians(
        {
            "drawing": draw,
            "standard_normal": lambda: rng.standard_normal((len(years), *spread.shape)),
            "solve_years": lambda: solve_years(system, right),
            "numpy.linalg.solve": lambda: np.linalg.solve(system, right),
        },
        15,
    )


def seconds(panel: Panel, draws: int, workers: int = 1) -> float:
    """Wall seconds of the ranges of the direct, network and income lenses."""
    start = time.perf_counter()
    metric_ranges(inf.Study(panel, poles=POLES), NAMES, DrawSettings(draws), workers=Workers(workers))
    return time.perf_counter() - start


def alone(draws: int, workers: int) -> tuple[float, float, float]:
    """Seconds, peak megabytes of the process and of its largest worker, in a separate process."""
    lines = (
        "import resource",
        "import influence as inf",
        "from benchmarks.__main__ import peak_megabytes",
        "from benchmarks.draws import seconds",
        f"taken = seconds(inf.load_panel(), {draws}, {workers})",
        "from joblib.externals.loky import get_reusable_executor",
        "get_reusable_executor().shutdown(wait=True)",
        "worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6",
        "print(taken, peak_megabytes(), worker)",
    )
    program = "if __name__ == '__main__':\n" + "\n".join(f"    {line}" for line in lines)
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    taken, peak, worker = map(float, done.stdout.split())
    return taken, peak, worker


def exponent(sizes: tuple[int, ...], taken: list[float]) -> float:
    """k of seconds ~ size^k, by least squares on logarithms."""
    slope, _ = np.polyfit([math.log(s) for s in sizes], [math.log(t) for t in taken], 1)
    return float(slope)


def growth() -> None:
    """Cost by the number of draws, years and states."""
    panel, tables = inf.load_panel(), real_tables()
    last = panel.years[-1]
    cases = {
        "draws": (FEW, [seconds(panel.of_years(last - 7, last), n) for n in FEW]),
        "years": (YEARS, [seconds(panel.of_years(last + 1 - n, last), GROWTH_DRAWS) for n in YEARS]),
        "states": (SIZES, [seconds(panel_of_size(tables, n).of_years(last - 3, last), GROWTH_DRAWS) for n in SIZES]),
    }
    for name, (sizes, taken) in cases.items():
        costs = ", ".join(f"{size}: {t:.2f} s" for size, t in zip(sizes, taken, strict=True))
        print(f"  cost by {name} ({costs}) grows to the power of {exponent(sizes, taken):.2f}")


def report() -> None:
    """Print all of it."""
    panel = inf.load_panel()
    taken = beside_numpy(panel)
    for name, value in taken.items():
        print(f"  {name:22} {1e3 * value:8.1f} ms")
    drawing, solving = taken["drawing"] / taken["standard_normal"], taken["solve_years"] / taken["numpy.linalg.solve"]
    print(f"  drawing takes {drawing:.2f} times standard_normal of that size (at most 2)")
    print(f"  the solve takes {solving:.2f} times numpy.linalg.solve on the same arrays (at most 1.5)")
    one, two = alone(DRAWS, 1), alone(DRAWS, 2)
    print(
        f"  {DRAWS} draws, {len(panel.years)} years, three lenses: {one[0]:.0f} s on one process, {two[0]:.0f} s on two"
    )
    print(f"  two are {one[0] / two[0]:.2f} times as fast (at least 1.7)")
    print(f"  peak memory {one[1]:.0f} MB on one; on two {two[1]:.0f} MB, and {two[2]:.0f} MB a worker (below 700)")
    growth()
