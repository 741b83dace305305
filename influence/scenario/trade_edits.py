"""Edits of trade: what each does, in a year, to the tariffs and the other costs that equation 14 starts from."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from influence.errors import ScenarioError
from influence.gravity.base import TradeBase, load_trade_base, mfn_tariffs
from influence.gravity.tied import tied_pairs_of
from influence.panel.panel import Panel
from influence.scenario.members import members_in
from influence.scenario.model import Edit
from influence.state_fields import EVERYONE


class Costs(NamedTuple):
    """Tariffs (sector, exporter, importer) after the edits so far, and the log effect of all other costs."""

    tariffs: np.ndarray
    others: np.ndarray


class ScenarioView(NamedTuple):
    """The base of the trade response and the panel. places : of the base's economies in the panel, -1 for none."""

    base: TradeBase
    panel: Panel
    places: np.ndarray
    agreement_effect: float
    theta: float


class Step(NamedTuple):
    """One edit between the panel before and after its institutions were edited, in one year."""

    edit: Edit
    before: Panel
    after: Panel
    year: int


def scenario_view(base: TradeBase, panel: Panel, agreement_effect: float, theta: float) -> ScenarioView:
    """The base and the places of its economies in the panel."""
    return ScenarioView(base, panel, panel.states.index.get_indexer(base.economies), agreement_effect, theta)


def edit_costs(view: ScenarioView, step: Step, costs: Costs) -> Costs:
    """Costs after one edit in one year; the same costs for an edit that is not of trade or not in effect."""
    change = _STEPS.get(step.edit.kind)
    if change is None or step.edit.phase(step.year) == 0:
        return costs
    return change(view, step, costs)


def check_rates(edit: Edit, view: ScenarioView, tariffs: np.ndarray) -> None:
    """Tariffs above -100 %.

    Raises
    ------
    ScenarioError : the scenario, the edit and the pair.
    """
    bad = np.argwhere(~(tariffs > -1))
    if len(bad):
        sector, exporter, importer = bad[0]
        names = view.base.economies
        raise ScenarioError(
            f"{edit.place}: the tariff of {names[importer]} on {view.base.flows.indexes['sector'][sector]} from "
            f"{names[exporter]} would be {tariffs[sector, exporter, importer]:.0%}; allowed: above -100 %."
        )


def of_economies(view: ScenarioView, pairs: np.ndarray) -> np.ndarray:
    """Pairs of states as pairs of economies of the base; those outside the panel (ROW) have none."""
    inside = view.places >= 0
    out = pairs[np.ix_(view.places, view.places)]
    return np.asarray(out & inside[:, None] & inside[None, :])


def _goods(view: ScenarioView) -> np.ndarray:
    return np.isin(view.base.flows.indexes["sector"], view.base.goods)


def _move(costs: Costs, where: np.ndarray, target: np.ndarray | float, phase: float) -> Costs:
    """Tariffs moved to `target` by the part `phase`, where `where` (sector, exporter, importer) says so."""
    moved = costs.tariffs + phase * (target - costs.tariffs)
    return costs._replace(tariffs=np.where(where, moved, costs.tariffs))


def _join(view: ScenarioView, step: Step, costs: Costs) -> Costs:
    edit, year = step.edit, step.year
    agreement = edit["agreement"]
    new = tied_pairs_of(step.after, year, agreement) & ~tied_pairs_of(step.before, year, agreement)
    if edit["replaces"]:
        new &= ~tied_pairs_of(view.panel, year, edit["replaces"])
    phase = edit.phase(year)
    if edit["tariffs"] == "zero":
        where = _goods(view)[:, None, None] & of_economies(view, new)[None]
        costs = _move(costs, where, 0.0, phase)
    first = of_economies(view, new & ~tied_pairs_of(step.before, year))
    return _deepen(view, costs, first, phase * edit["depth"])


def _leave(view: ScenarioView, step: Step, costs: Costs) -> Costs:
    edit, year = step.edit, step.year
    lost = of_economies(view, tied_pairs_of(step.before, year) & ~tied_pairs_of(step.after, year))
    phase = edit.phase(year)
    if edit["tariffs"] != "keep":
        where = _goods(view)[:, None, None] & lost[None]
        costs = _move(costs, where, _old_rates(view, edit, edit["tariffs"]), phase)
    return _deepen(view, costs, lost, -phase * edit["depth"])


def _deepen(view: ScenarioView, costs: Costs, pairs: np.ndarray, depth: float) -> Costs:
    """The part of the estimated effect of an agreement beyond tariffs, on goods."""
    if depth == 0:
        return costs
    where = _goods(view)[:, None, None] & pairs[None]
    return costs._replace(others=costs.others + np.where(where, depth * view.agreement_effect, 0.0))


def _old_rates(view: ScenarioView, edit: Edit, which: str | int) -> np.ndarray:
    """Rates of another base year, or those asked of partners without agreement, in the shape of the base."""
    base = view.base
    if which == "mfn":
        year = min(max(base.year, view.panel.years[0]), view.panel.years[-1])
        rates = mfn_tariffs(base, of_economies(view, tied_pairs_of(view.panel, year)))
        return np.broadcast_to(rates.values[:, None, :], base.flows.shape)
    other = load_trade_base(view.panel, int(which))
    if other.economies != base.economies or list(other.flows["sector"].values) != list(base.flows["sector"].values):
        raise ScenarioError(
            f"{edit.place}: the base of {which} has other economies or sectors than that of {base.year}."
        )
    # Where nothing was sold in that year there is no rate: the present one stays.
    return np.where(other.flows.values > 0, other.tariffs.values, base.tariffs.values)


def _cells(view: ScenarioView, step: Step) -> np.ndarray:
    """Cells (sector, exporter, importer) an edit names in a year; never sales at home."""
    edit = step.edit
    sides = [_side(view, step, edit[side]) for side in ("exporters", "importers")]
    pairs = sides[0][:, None] & sides[1][None, :]
    if edit["both_ways"]:
        pairs |= pairs.T
    np.fill_diagonal(pairs, False)
    sectors = view.base.goods if edit["sectors"] is None else edit["sectors"]
    return np.isin(view.base.flows.indexes["sector"], sectors)[:, None, None] & pairs[None]


def _side(view: ScenarioView, step: Step, named: tuple[str, ...] | str) -> np.ndarray:
    """Which economies of the base a side of the edit names in the year; none where its groups have no member then."""
    names = np.array(view.base.economies)
    if named == EVERYONE:
        return np.ones(len(names), dtype=bool)
    members = members_in(view.panel, named, step.year)
    found = np.isin(names, members)
    if members and not found.any():
        raise ScenarioError(
            f"{step.edit.place}: {', '.join(named)} has no sales at home and no tariffs in the sector data of "
            f"{view.base.year}; allowed: {', '.join(view.base.economies)}."
        )
    return found


def _tariff(view: ScenarioView, step: Step, costs: Costs) -> Costs:
    edit = step.edit
    where = _cells(view, step)
    target: np.ndarray | float
    if edit["set"] is not None:
        target = edit["set"]
    elif edit["add"] is not None:
        target = costs.tariffs + edit["add"]
    else:
        target = _old_rates(view, edit, edit["to"])
    moved = _move(costs, where, target, edit.phase(step.year))
    if edit["retaliation"] > 0:
        answer = edit["retaliation"] * (moved.tariffs - costs.tariffs).transpose(0, 2, 1)
        moved = moved._replace(tariffs=moved.tariffs + np.where(where, 0.0, answer))
    return moved


def _trade_cost(view: ScenarioView, step: Step, costs: Costs) -> Costs:
    effect = -view.theta * np.log1p(step.edit["change"]) * step.edit.phase(step.year)
    return costs._replace(others=costs.others + np.where(_cells(view, step), effect, 0.0))


def _embargo(view: ScenarioView, step: Step, costs: Costs) -> Costs:
    return costs._replace(others=np.where(_cells(view, step), -np.inf, costs.others))


_STEPS: dict[str, Callable[[ScenarioView, Step, Costs], Costs]] = {
    "join": _join,
    "leave": _leave,
    "tariff": _tariff,
    "trade_cost": _trade_cost,
    "embargo": _embargo,
}
TRADE_EDITS = tuple(_STEPS)
