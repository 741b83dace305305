"""Speed and memory of the multiproduct Google matrix: a million (state, product) nodes, against bare products of matrix
and vector.

The world is made from a seed: 200 states of lognormal size, 5,000 products of lognormal reach; each flow is there with
a chance that grows with the sizes of its ends and the reach of the product, and has a lognormal value.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.timing import medians
from influence.products.google import MoneyMatrix, price_sensitivities, rank_products
from influence.products.google.matrix import CodedFlows, build_matrix

STATES, PRODUCTS, FLOWS = 200, 5_000, 11_000_000
ROUNDS = 5
PROMISED = 2.0


def made_flows(states: int, products: int, flows: int, seed: int = 0) -> CodedFlows:
    """About that number of flows, sorted by product, then exporter, then importer."""
    draw = np.random.default_rng(seed)
    size = draw.lognormal(0.0, 1.5, states)
    pair = np.outer(size, size) ** 0.6
    np.fill_diagonal(pair, 0.0)
    pair = (pair / pair.sum()).ravel().astype(np.float32)
    reach = draw.lognormal(0.0, 1.0, products).astype(np.float32)
    reach *= _scale(pair, reach, flows)
    there = [np.flatnonzero(draw.random(states**2, dtype=np.float32) < r * pair).astype(np.int32) for r in reach]
    product = np.repeat(np.arange(products, dtype=np.int32), [len(part) for part in there])
    exporter, importer = (ends.astype(np.int16) for ends in np.divmod(np.concatenate(there), states))
    names = [f"S{i:03}" for i in range(states)], [f"{i:06}" for i in range(products)]
    return CodedFlows(*names, exporter, importer, product, np.rint(draw.lognormal(12.0, 2.0, len(product))) + 1.0)


def _scale(pair: np.ndarray, reach: np.ndarray, flows: int) -> float:
    """The factor of reach at which the chances sum to `flows`; found by halving, on every 50th product."""
    some = np.sort(reach)[::50]
    low, high = 0.0, 1e9
    for _ in range(60):
        middle = (low + high) / 2
        expected = sum(np.minimum(1.0, middle * r * pair).sum() for r in some) * len(reach) / len(some)
        low, high = (middle, high) if expected < flows else (low, middle)
    return low


def stochastic(money: MoneyMatrix) -> Any:
    """S without its dangling columns, a separate CSR matrix."""
    out = money.flows.copy()
    out.data /= money.exports[out.indices]
    return out


def multiplied(matrix: Any, steps: int) -> Callable[[], object]:
    """A bare loop of products of a scipy.sparse matrix and a vector."""
    start = np.full(matrix.shape[0], 1.0 / matrix.shape[0])

    def run() -> np.ndarray:
        x = start
        for _ in range(steps):
            x = matrix @ x
        return x

    return run


def alone() -> tuple[float, float]:
    """Peak memory in megabytes of a process that makes the flows, and of one that ranks them too and finds what all
    prices do to one state."""
    first = ("from benchmarks import product_rank as b", "from benchmarks.__main__ import peak_megabytes")
    made = "flows = b.made_flows(b.STATES, b.PRODUCTS, b.FLOWS)"
    ranked = ("money = b.build_matrix(flows)", "b.price_sensitivities(b.rank_products(money), money.states[0])")
    peaks = []
    for lines in ((made,), (made, *ranked)):
        code = "; ".join((*first, *lines, "print(peak_megabytes())"))
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        peaks.append(float(done.stdout))
    return peaks[0], peaks[1]


def report(states: int = STATES, products: int = PRODUCTS, flows: int = FLOWS) -> None:
    """Against a bare loop over the same matrix with as many steps, taken in turn, printed."""
    made = made_flows(states, products, flows)
    money = build_matrix(made)
    ranks = rank_products(money)
    dangling = 100 * (money.exports == 0).mean()
    print(
        f"{len(ranks.pagerank):,} nodes, {money.flows.nnz:,} flows, {dangling:.0f} % of the nodes dangling; "
        f"PageRank and CheiRank take {ranks.steps} steps"
    )
    taken = medians(
        {
            "ranks of all nodes": lambda: rank_products(money),
            "bare products, as many": multiplied(stochastic(money), ranks.steps),
            "matrix from flows": lambda: build_matrix(made),
            "all prices, one state": lambda: price_sensitivities(ranks, money.states[0]),
        },
        ROUNDS,
    )
    for name, seconds in taken.items():
        print(f"{name:26} {1e3 * seconds:8.1f} ms")
    ratio = taken["ranks of all nodes"] / taken["bare products, as many"]
    print(f"the ranks take {ratio:.2f} times as long as a bare scipy.sparse loop (promised: at most {PROMISED:g})")
    given, peak = alone()
    print(f"peak memory of a separate process {peak:.0f} MB; {given:.0f} MB that only makes the flows")


if __name__ == "__main__":
    report()
