"""Edits of trade: what each does, in a year, to the tariffs and the other costs that equation 14 starts from."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from influence.errors import ScenarioError
from influence.gravity.base import TradeBase, load_trade_base, mfn_tariffs
from influence.gravity.tied import tied_pairs_of
from influence.panel.panel import Panel
from influence.scenario.model import EVERYONE, Edit


class Costs(NamedTuple):
    """Tariffs (sector, exporter, importer) after the edits so far, and the log effect of all other costs."""

    tariffs: np.ndarray
    others: np.ndarray


class World(NamedTuple):
    """What edits of trade look at: the base, and where its economies stand in the panel (-1 for none)."""

    base: TradeBase
    fact: Panel
    places: np.ndarray
    agreement_effect: float
    theta: float


class Step(NamedTuple):
    """One edit between the panel before and after its institutions were edited, in one year."""

    edit: Edit
    before: Panel
    after: Panel
    year: int


def world_of(base: TradeBase, fact: Panel, agreement_effect: float, theta: float) -> World:
    """The base laid over the panel."""
    return World(base, fact, fact.states.index.get_indexer(base.economies), agreement_effect, theta)


def edit_costs(world: World, step: Step, costs: Costs) -> Costs:
    """Costs after one edit in one year; the same costs for an edit that is not of trade or not in effect."""
    change = _STEPS.get(step.edit.kind)
    if change is None or step.edit.phase(step.year) == 0:
        return costs
    return change(world, step, costs)


def check_rates(edit: Edit, world: World, tariffs: np.ndarray) -> None:
    """Tariffs above -100 %.

    Raises
    ------
    ScenarioError : the scenario, the edit and the pair.
    """
    bad = np.argwhere(~(tariffs > -1))
    if len(bad):
        sector, exporter, importer = bad[0]
        names = world.base.economies
        raise ScenarioError(
            f"{edit.place}: the tariff of {names[importer]} on {world.base.flows.indexes['sector'][sector]} from "
            f"{names[exporter]} would be {tariffs[sector, exporter, importer]:.0%}; allowed: above -100 %."
        )


def of_economies(world: World, pairs: np.ndarray) -> np.ndarray:
    """Pairs of states as pairs of economies of the base; those outside the panel (ROW) have none."""
    inside = world.places >= 0
    out = pairs[np.ix_(world.places, world.places)]
    return np.asarray(out & inside[:, None] & inside[None, :])


def _goods(world: World) -> np.ndarray:
    return np.isin(world.base.flows.indexes["sector"], world.base.goods)


def _move(costs: Costs, where: np.ndarray, target: np.ndarray | float, phase: float) -> Costs:
    """Tariffs moved to `target` by the part `phase`, where `where` (sector, exporter, importer) says so."""
    moved = costs.tariffs + phase * (target - costs.tariffs)
    return costs._replace(tariffs=np.where(where, moved, costs.tariffs))


def _join(world: World, step: Step, costs: Costs) -> Costs:
    edit, year = step.edit, step.year
    agreement = edit["agreement"]
    new = tied_pairs_of(step.after, year, agreement) & ~tied_pairs_of(step.before, year, agreement)
    if edit["replaces"]:
        new &= ~tied_pairs_of(world.fact, year, edit["replaces"])
    phase = edit.phase(year)
    if edit["tariffs"] == "zero":
        where = _goods(world)[:, None, None] & of_economies(world, new)[None]
        costs = _move(costs, where, 0.0, phase)
    first = of_economies(world, new & ~tied_pairs_of(step.before, year))
    return _deepen(world, costs, first, phase * edit["depth"])


def _leave(world: World, step: Step, costs: Costs) -> Costs:
    edit, year = step.edit, step.year
    lost = of_economies(world, tied_pairs_of(step.before, year) & ~tied_pairs_of(step.after, year))
    phase = edit.phase(year)
    if edit["tariffs"] != "keep":
        where = _goods(world)[:, None, None] & lost[None]
        costs = _move(costs, where, _old_rates(world, edit, edit["tariffs"]), phase)
    return _deepen(world, costs, lost, -phase * edit["depth"])


def _deepen(world: World, costs: Costs, pairs: np.ndarray, depth: float) -> Costs:
    """The part of the estimated effect of an agreement beyond tariffs, on goods."""
    if depth == 0:
        return costs
    where = _goods(world)[:, None, None] & pairs[None]
    return costs._replace(others=costs.others + np.where(where, depth * world.agreement_effect, 0.0))


def _old_rates(world: World, edit: Edit, which: str | int) -> np.ndarray:
    """Rates of another base year, or those asked of partners without agreement, in the shape of the base."""
    base = world.base
    if which == "mfn":
        year = min(max(base.year, world.fact.years[0]), world.fact.years[-1])
        rates = mfn_tariffs(base, of_economies(world, tied_pairs_of(world.fact, year)))
        return np.broadcast_to(rates.values[:, None, :], base.flows.shape)
    other = load_trade_base(world.fact, int(which))
    if other.economies != base.economies or list(other.flows["sector"].values) != list(base.flows["sector"].values):
        raise ScenarioError(
            f"{edit.place}: the base of {which} has other economies or sectors than that of {base.year}."
        )
    # Where nothing was sold in that year there is no rate: the present one stays.
    return np.where(other.flows.values > 0, other.tariffs.values, base.tariffs.values)


def _cells(world: World, edit: Edit) -> np.ndarray:
    """Cells (sector, exporter, importer) an edit names; never sales at home."""
    sides = [_side(world, edit, edit[side]) for side in ("exporters", "importers")]
    pairs = sides[0][:, None] & sides[1][None, :]
    if edit["both_ways"]:
        pairs |= pairs.T
    np.fill_diagonal(pairs, False)
    sectors = world.base.goods if edit["sectors"] is None else edit["sectors"]
    return np.isin(world.base.flows.indexes["sector"], sectors)[:, None, None] & pairs[None]


def _side(world: World, edit: Edit, named: tuple[str, ...] | str) -> np.ndarray:
    names = np.array(world.base.economies)
    if named == EVERYONE:
        return np.ones(len(names), dtype=bool)
    there = np.isin(names, list(named))
    if not there.any():
        raise ScenarioError(
            f"{edit.place}: {', '.join(named)} has no sales at home and no tariffs in the sector data of "
            f"{world.base.year}; allowed: {', '.join(world.base.economies)}."
        )
    return there


def _tariff(world: World, step: Step, costs: Costs) -> Costs:
    edit = step.edit
    where = _cells(world, edit)
    target: np.ndarray | float
    if edit["set"] is not None:
        target = edit["set"]
    elif edit["add"] is not None:
        target = costs.tariffs + edit["add"]
    else:
        target = _old_rates(world, edit, edit["to"])
    moved = _move(costs, where, target, edit.phase(step.year))
    if edit["retaliation"] > 0:
        answer = edit["retaliation"] * (moved.tariffs - costs.tariffs).transpose(0, 2, 1)
        moved = moved._replace(tariffs=moved.tariffs + np.where(where, 0.0, answer))
    return moved


def _trade_cost(world: World, step: Step, costs: Costs) -> Costs:
    effect = -world.theta * np.log1p(step.edit["change"]) * step.edit.phase(step.year)
    return costs._replace(others=costs.others + np.where(_cells(world, step.edit), effect, 0.0))


def _embargo(world: World, step: Step, costs: Costs) -> Costs:
    return costs._replace(others=np.where(_cells(world, step.edit), -np.inf, costs.others))


_STEPS: dict[str, Callable[[World, Step, Costs], Costs]] = {
    "join": _join,
    "leave": _leave,
    "tariff": _tariff,
    "trade_cost": _trade_cost,
    "embargo": _embargo,
}
TRADE_EDITS = tuple(_STEPS)
