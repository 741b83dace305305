"""Speed of the trade response: this project against gegravity on the same data, and the growth of cost with states.

gegravity 0.3 is no dependency: `make bench` installs it into a separate folder; without it there is no ratio.
"""

from __future__ import annotations

import contextlib
import io
import math
import sys
import time
import types
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import influence as inf
from benchmarks.timing import medians
from influence.gravity.response import TradeResponse

SIGMA = 5.0
SIZES = (50, 100, 200, 400)
ROUNDS = 5
FOLDER = Path(".venv/bench")


def balanced_world() -> pd.DataFrame:
    """Flows of 2017 between 81 economies, all sectors, made balanced so that both models close the world alike."""
    flows = inf.load_trade_base(inf.load_panel(), 2017).flows.sum("sector").to_pandas()
    even = (flows + flows.T) / 2 + 1.0
    return even / 1e9


def shock_of(flows: pd.DataFrame) -> pd.DataFrame:
    """NAFTA's members made a third dearer to each other."""
    cost = flows * 0.0
    members = ["CAN", "MEX", "USA"]
    cost.loc[members, members] = -0.3
    for member in members:
        cost.loc[member, member] = 0.0
    return cost


def gegravity_or_none() -> Any:
    """The package, or None; its estimator, which only names a type here, is replaced by an empty class."""
    sys.path.insert(0, str(FOLDER))
    for name in ("gme", "gme.estimate", "gme.estimate.EstimationModel"):
        sys.modules.setdefault(name, types.ModuleType(name))
    vars(sys.modules["gme.estimate.EstimationModel"])["EstimationModel"] = type("EstimationModel", (), {})
    try:
        import gegravity
    except ImportError:
        return None
    return gegravity


def theirs(package: Any, flows: pd.DataFrame, cost: pd.DataFrame) -> pd.Series:
    """Real GDP, change as a share, as gegravity finds it: costs are such that its baseline trade is the flows."""
    income, world = flows.sum(axis=1), flows.to_numpy().sum()
    table = flows.stack().rename_axis(["exporter", "importer"]).rename("trade").reset_index()
    table["Y"], table["E"] = table["exporter"].map(income), table["importer"].map(flows.sum())
    table["fit"] = np.log(table["trade"] * world / (table["Y"] * table["E"]))
    table = table.assign(year="2017", shock=0.0)
    names = {"imp_var_name": "importer", "exp_var_name": "exporter", "year_var_name": "year", "trade_var_name": "trade"}
    base = package.BaselineData(table, **names, expend_var_name="E", output_var_name="Y")
    values = pd.DataFrame([("fit", 1.0, 0.1), ("shock", 1.0, 0.1)], columns=["var", "coeff", "ste"])
    costs = package.CostCoeffs(values, identifier_col="var", coeff_col="coeff", stderr_col="ste")
    model = package.OneSectorGE(
        base, year="2017", expend_var_name="E", output_var_name="Y", cost_coeff_values=costs,
        cost_variables=["fit", "shock"], reference_importer="DEU", sigma=SIGMA, quiet=True,
    )  # fmt: skip
    model.build_baseline()
    after = table.copy()
    after["shock"] = cost.stack().to_numpy()
    model.define_experiment(after)
    model.simulate()
    return model.country_results["GDP change (percent)"] / 100


def with_spending_held(flows: pd.DataFrame, cost: pd.DataFrame) -> pd.Series:
    """Real GDP in gegravity's closure: prices clear markets in which output and spending stay what they were."""
    x, effect = flows.to_numpy(), np.exp(cost.to_numpy())
    income, spending = x.sum(axis=1), x.sum(axis=0)
    prices, step = np.ones(len(x)), 1.0
    while step > 1e-13:
        offers = x / spending * effect * prices[:, None] ** (1 - SIGMA)
        index = offers.sum(axis=0)
        moved = prices * ((offers / index * spending).sum(axis=1) / income) ** (1 / (SIGMA - 1))
        step, prices = np.abs(moved / prices - 1).max(), moved
    return pd.Series(prices / index ** (1 / (1 - SIGMA)) - 1, index=flows.index)


def world_of_size(size: int, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A gravity world: sizes over four orders, distance, seven tenths sold at home."""
    rng = np.random.default_rng(seed)
    mass, place = rng.lognormal(0, 2, size), rng.random((size, 2))
    far = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1)) + 0.05
    flows = np.outer(mass, mass) / far
    np.fill_diagonal(flows, 0.0)
    flows += np.diag(2.3 * flows.sum(axis=1))
    codes = [f"S{i:03d}" for i in range(size)]
    table = pd.DataFrame(flows, codes, codes)
    cost = table * 0.0
    cost.iloc[: size // 10, : size // 10] = 0.3
    cost.values.setflags(write=False)
    free = cost.to_numpy().copy()
    np.fill_diagonal(free, 0.0)
    return table, pd.DataFrame(free, codes, codes)


def report() -> None:
    """Print the measures."""
    print("\nTrade response (equation 14)")
    sizes = {size: world_of_size(size) for size in SIZES}
    runs = {str(size): (lambda w=world: inf.trade_response(*w)) for size, world in sizes.items()}
    took = medians(runs, ROUNDS)
    for size in SIZES:
        print(f"  {size} states: {1000 * took[str(size)]:.1f} ms")
    growth = math.log(took[str(SIZES[-1])] / took[str(SIZES[0])]) / math.log(SIZES[-1] / SIZES[0])
    print(f"  growth of cost with states: exponent {growth:.2f}")
    base = inf.load_trade_base(inf.load_panel(), 2017)
    cost = base.flows * 0.0 - 0.05
    whole = medians({"sectors": lambda: inf.trade_response(base.flows, cost)}, ROUNDS)
    print(f"  28 sectors, 81 economies: {1000 * whole['sectors']:.0f} ms")
    package = gegravity_or_none()
    if package is None:
        print("  gegravity is not here: `make bench` with a network lays it beside; no ratio.")
        return
    flows = balanced_world()
    shock = shock_of(flows)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        start = time.perf_counter()
        found = theirs(package, flows, shock)
        slow = time.perf_counter() - start

    def answer() -> TradeResponse:
        return inf.trade_response(flows, shock, SIGMA - 1, "multiplicative")

    quick, income = medians({"here": answer}, ROUNDS)["here"], answer().real_income - 1
    gap = float((found[income.index] - income).abs().max())
    print(
        f"  gegravity, {len(flows)} economies: {slow:.2f} s, here {1000 * quick:.1f} ms, {slow / quick:.0f} times (20)"
    )
    held = float((found[income.index] - with_spending_held(flows, shock)).abs().max())
    print(f"  same answer: real GDP to {held:.1e} in gegravity's closure, which holds output and spending while it")
    print(
        f"    solves for prices; to {gap:.1e} against equation 14, where they answer (largest change "
        f"{income.abs().max():.1e})"
    )
