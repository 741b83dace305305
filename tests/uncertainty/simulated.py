"""Worlds whose truth is known: true flows and weights, what both sides of each flow report, and the panel of that.

Thirty states trade among each other and with two poles over sixteen years, in which trade moves from the second pole to
the first. Every reporter errs: by a factor that stays with the pair (nearly three quarters of the variance of its
logarithm, as in the real reports) and one that comes anew each year. The panel has the mean of both reports, as a
reconciled source would; the truth is known to the world alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.panel.flows import with_flows
from influence.panel.panel import Panel, panel_from_tables
from influence.specs import LAYERS
from tests.pencil import pencil_tables

POLES = ("AAA", "AAB")
OTHERS = tuple(f"{chr(65 + i // 6)}{chr(65 + i % 6)}X" for i in range(30))
STATES = (*POLES, *OTHERS)  # in the order of every panel: sorted
YEARS = range(2003, 2019)
PERSISTS = 0.73


class SimulatedWorld(NamedTuple):
    """observed, true : panels. weights : the true ones. reports : both sides of every flow."""

    observed: Panel
    true: Panel
    weights: dict[str, float]
    reports: pd.DataFrame


def simulated_world(seed: int, concentration: float, weights: dict[str, float], error: float = 0.45) -> SimulatedWorld:
    """A world drawn from the model that the ranges assume: weights ~ Dirichlet, errors of reports ~ lognormal."""
    rng = np.random.default_rng(seed)
    flows = _true_flows(rng)
    empty = panel_from_tables(_tables(flows, rng))
    size = (len(YEARS), len(STATES), len(STATES))
    quality = error * rng.uniform(0.6, 1.4, len(STATES))  # some reporters are better than others
    out, into = (flows * np.exp(_errors(rng, size, q)) for q in (quality[:, None], quality[None, :]))
    used = [name for name in LAYERS if weights[name] > 0]
    drawn = rng.dirichlet([concentration * weights[name] for name in used])
    true = dict(zip(used, map(float, drawn), strict=True))
    return SimulatedWorld(with_flows(empty, np.sqrt(out * into)), with_flows(empty, flows), true, _reports(out, into))


def _true_flows(rng: np.random.Generator) -> np.ndarray:
    """(year, exporter, importer) in dollars: gravity-like sizes, and a slow move from the second pole to the first."""
    count = len(STATES)
    mass = np.exp(rng.normal(0.0, 0.8, count))
    mass[:2] = mass.max() * 3
    flows = np.exp(rng.normal(0.0, 0.5, (count, count))) * mass[:, None] * mass[None, :] * 1e6
    years = np.arange(len(YEARS))[:, None, None]
    drift = np.zeros((count, count))
    start, speed = rng.normal(-1.2, 0.3, count), rng.uniform(0.1, 0.2, count)
    for pole, sign in ((0, 1.0), (1, -1.0)):
        drift[pole, :] = drift[:, pole] = sign * speed / 2
        flows[pole, :] *= np.exp(sign * start / 2)
        flows[:, pole] *= np.exp(sign * start / 2)
    out = flows[None] * np.exp(years * drift[None])
    out[:, np.arange(count), np.arange(count)] = 0.0
    return np.asarray(np.rint(out))


def _errors(rng: np.random.Generator, size: tuple[int, ...], sd: np.ndarray) -> np.ndarray:
    stays = rng.standard_normal(size[1:]) * np.sqrt(PERSISTS)
    return sd * (stays[None] + rng.standard_normal(size) * np.sqrt(1 - PERSISTS))


def _tables(flows: np.ndarray, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Tables of a panel with these flows; a few pledges by either pole."""
    pencil = pencil_tables()
    years = list(YEARS)
    keys = [(s, y) for s in STATES for y in years]
    exports, imports = flows.sum(axis=2), flows.sum(axis=1)
    totals = [(s, y, exports[t, i], imports[t, i], True, "baci", "observed", 0.0, 0.0)
              for i, s in enumerate(STATES) for t, y in enumerate(years)]  # fmt: skip
    trade = [(STATES[i], STATES[j], years[t], int(flows[t, i, j]), "baci", "observed")
             for t, i, j in zip(*np.nonzero(flows), strict=True)]  # fmt: skip
    size = dict(zip(STATES, [100.0, 100.0, *rng.uniform(1, 10, len(OTHERS))], strict=True))
    facts = [(s, y, size[s], "observed", 1.0, "observed", size[s] / 300, "observed", size[s], "observed", True)
             for s, y in keys]  # fmt: skip
    sides = rng.integers(0, 6, len(OTHERS))
    pacts = [(POLES[side], s, "defence", 2000, None, 2018, "", "atop")
             for s, side in zip(OTHERS, sides, strict=True) if side < 2]  # fmt: skip
    states = pd.DataFrame({"iso3": STATES, "iso2": [s[:2] for s in STATES], "m49": [str(i) for i in range(len(STATES))],
                           "cow": [str(i + 1) for i in range(len(STATES))], "name": STATES, "kind": "state",
                           "region": "East", "capital": "C", "latitude": 0.0, "longitude": 0.0})  # fmt: skip
    return {
        "states": states,
        "trade": pd.DataFrame(trade, columns=pencil["trade"].columns),
        "trade_totals": pd.DataFrame(totals, columns=pencil["trade_totals"].columns),
        "attributes": pd.DataFrame(facts, columns=pencil["attributes"].columns),
        "pacts": pd.DataFrame(pacts, columns=pencil["pacts"].columns).astype({"end": float}),
        "agreements": pencil["agreements"].iloc[:0],
        "memberships": pencil["memberships"].iloc[:0],
        "troops": pencil["troops"].iloc[:0],
    }


def _reports(out: np.ndarray, into: np.ndarray) -> pd.DataFrame:
    rows = []
    for t, i, j in zip(*np.nonzero(out), strict=True):
        rows.append((STATES[i], STATES[i], STATES[j], YEARS[t], out[t, i, j]))
        rows.append((STATES[j], STATES[i], STATES[j], YEARS[t], into[t, i, j]))
    return pd.DataFrame(rows, columns=["reporter", "exporter", "importer", "year", "value_usd"])
