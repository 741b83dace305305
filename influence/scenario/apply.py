"""A scenario carried out: institutions edited, trade answered by equation 14, and the answer laid over the panel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ScenarioError, TradeError
from influence.gravity.base import TradeBase, load_trade_base
from influence.gravity.response import TradeResponse, trade_response
from influence.panel.arrays import sealed
from influence.panel.flows import with_flows
from influence.panel.panel import Panel
from influence.scenario.effects import agreement_effect
from influence.scenario.institutions import edit_institutions
from influence.scenario.members import members_in
from influence.scenario.model import GROUP_FIELDS, Edit, Scenario
from influence.scenario.trade_edits import (
    TRADE_EDITS,
    Costs,
    ScenarioView,
    Step,
    check_rates,
    edit_costs,
    scenario_view,
)
from influence.schema import ELASTICITY, REST_OF_WORLD


class Answer(NamedTuple):
    """How trade answers in one year: the equilibrium beside its base, and the tariffs after the edits."""

    base: TradeBase
    response: TradeResponse
    tariffs: xr.DataArray

    def goods_ratio(self) -> pd.DataFrame:
        """New over old goods flows between economies, exporter x importer; 1 where there are none."""
        goods = list(self.base.goods)
        old = self.base.flows.sel(sector=goods).sum("sector").to_pandas()
        new = self.response.flows.sel(sector=goods).sum("sector").to_pandas()
        return (new / old.where(old > 0)).fillna(1.0)


class Applied(NamedTuple):
    """The edited panel, and by year how trade answered (empty where no edit is of trade).

    notes : what was left out. stages : the panel before the first edit of institutions and after each.
    """

    scenario: Scenario
    panel: Panel
    answers: dict[int, Answer]
    notes: tuple[str, ...]
    stages: tuple[Panel, ...] = ()

    def __repr__(self) -> str:
        years = (
            f"trade responds in {min(self.answers)}-{max(self.answers)}" if self.answers else "trade does not change"
        )
        return f"<Applied: {self.scenario.name}; {years}; {len(self.notes)} notes>"


def apply_scenario(
    panel: Panel, scenario: Scenario, *, theta: float = ELASTICITY, effect: float | None = None,
    peak: float | None = None, like: Applied | None = None,
) -> Applied:  # fmt: skip
    """The panel as it would be with the scenario's edits; `panel` itself without edits.

    Institutions are edited one by one. In every year in which an edit of trade is in effect the equilibrium of equation
    14 is found from the base year's sectors; the ratio of new to old goods trade of each pair carries over to the
    panel's flows (states outside the base take the ratio of the rest of the world), totals move by as many dollars as
    their rows, GDP by the wage and domestic sales by their ratio. What was not observed stays so.

    Parameters
    ----------
    theta : trade elasticity. effect : log effect of an agreement that `depth` is a share of; the estimate by default.
    peak : tariffs of this rate or more, before or after, stay as they are: a sector's average of such a rate (91 % on
        food in the United States) is that of a few tariff lines (tobacco, sugar) and does not apply to the rest.
    like : the same scenario carried out before, whose edits of institutions hold; its stages may be of some years
        alone, or of other flows, if `panel` is too. That every edit changes something was seen then.

    Raises
    ------
    ScenarioError : an edit that changes nothing, names what is not there, or leaves no equilibrium; with its place.
    """
    if not scenario.edits:
        return Applied(scenario, panel, {}, ())
    stages = [panel] if like is None else list(like.stages)
    if like is None:
        _check_years(panel, scenario)
        for edit in scenario.edits:
            stages.append(edit_institutions(stages[-1], edit))
    base = load_trade_base(panel, scenario.base)
    strength = agreement_effect(panel).coefficient if effect is None else effect
    view = scenario_view(base, panel, strength, theta)
    costs = {year: _costs_of(view, scenario.edits, stages, year) for year in _years_in_effect(panel, scenario)}
    if like is None:
        _check_every_edit(scenario, stages, costs)
    answers = _answers(view, scenario, {year: _below(steps[-1], base, peak) for year, steps in costs.items()})
    edited = _scaled(_with_trade(stages[-1], answers), scenario, check=like is None)
    return Applied(scenario, edited, answers, _notes(panel, view, scenario), tuple(stages))


def _check_years(panel: Panel, scenario: Scenario) -> None:
    for edit in scenario.edits:
        if edit.begin > panel.years[-1]:
            raise ScenarioError(
                f"{edit.place} applies from {edit.begin} on and changes nothing: the panel ends with {panel.years[-1]}."
            )


def _years_in_effect(panel: Panel, scenario: Scenario) -> list[int]:
    begins = [edit.begin for edit in scenario.edits if edit.kind in TRADE_EDITS]
    return [year for year in panel.years if begins and year >= min(begins)]


def _costs_of(view: ScenarioView, edits: tuple[Edit, ...], stages: list[Panel], year: int) -> list[Costs]:
    """Costs before the first edit and after each of them."""
    steps = [Costs(view.base.tariffs.values, np.zeros(view.base.flows.shape))]
    for i, edit in enumerate(edits):
        after = edit_costs(view, Step(edit, stages[i], stages[i + 1], year), steps[-1])
        check_rates(edit, view, after.tariffs)
        steps.append(after)
    return steps


def _check_every_edit(scenario: Scenario, stages: list[Panel], costs: dict[int, list[Costs]]) -> None:
    """An edit that changes nothing is a mistake of the file."""
    for i, edit in enumerate(scenario.edits):
        if edit.kind == "scale_flow":
            continue  # checked when it is applied
        traded = any(_differ(steps[i], steps[i + 1]) for steps in costs.values())
        if not traded and not _ties_differ(stages[i], stages[i + 1]):
            why = "every pair it names already is as the edit would have it"
            raise ScenarioError(f"{edit.place} changes nothing in the panel ({why}).")


def _differ(before: Costs, after: Costs) -> bool:
    return any(a is not b and not np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def _ties_differ(before: Panel, after: Panel) -> bool:
    if before is after:
        return False
    held = any(not np.array_equal(before.in_force[kind], after.in_force[kind]) for kind in before.in_force)
    one, other = (panel.attributes["troops"].values for panel in (before, after))
    return held or not np.array_equal(one, other, equal_nan=True)


def _below(costs: Costs, base: TradeBase, peak: float | None) -> Costs:
    """The same with tariffs left as they were where they are, or would be, at the peak or above."""
    if peak is None:
        return costs
    before = base.tariffs.values
    return costs._replace(tariffs=np.where(np.maximum(before, costs.tariffs) >= peak, before, costs.tariffs))


def _answers(view: ScenarioView, scenario: Scenario, costs: dict[int, Costs]) -> dict[int, Answer]:
    """One equilibrium for each distinct set of costs; years alike share it."""
    base = view.base
    found: dict[bytes, Answer] = {}
    answers: dict[int, Answer] = {}
    for year, cost in costs.items():
        effect = cost.others - view.theta * (np.log1p(cost.tariffs) - np.log1p(base.tariffs.values))
        reaches = (effect != 0) & (base.flows.values > 0)
        if not reaches.any():
            continue
        key = effect.tobytes()
        if key not in found:
            found[key] = _answer(base, scenario, effect, cost.tariffs, view.theta)
        answers[year] = found[key]
    return answers


def _answer(base: TradeBase, scenario: Scenario, effect: np.ndarray, tariffs: np.ndarray, theta: float) -> Answer:
    after = base.tariffs.copy(data=tariffs)
    spent = (base.tariffs, after) if scenario.revenue else None
    try:
        response = trade_response(base.flows, base.flows.copy(data=effect), theta, scenario.deficits, tariffs=spent)
    except TradeError as err:
        raise ScenarioError(f"scenario {scenario.name} has no equilibrium: {err}") from err
    return Answer(base, response, after)


def _with_trade(panel: Panel, answers: dict[int, Answer]) -> Panel:
    """The panel with flows, totals, GDP and domestic sales of the answered years moved by the answers."""
    if not answers:
        return panel
    flows = panel.trade["export_usd"].values.copy()
    gdp, home = (panel.attributes[name].values.copy() for name in ("gdp_usd", "domestic_usd"))
    for year, answer in answers.items():
        at = panel.years.index(year)
        economies = pd.Index(answer.base.economies)
        places = economies.get_indexer(panel.states.index)
        places[places < 0] = economies.get_loc(REST_OF_WORLD)
        flows[at] *= answer.goods_ratio().to_numpy()[np.ix_(places, places)]
        gdp[at] *= answer.response.wages.to_numpy()[places]
        old, new = (np.einsum("sii->i", f.values) for f in (answer.base.flows, answer.response.flows))
        home[at] *= (new / old)[places]
    attributes = panel.attributes.assign(
        gdp_usd=(("year", "state"), sealed(gdp)), domestic_usd=(("year", "state"), sealed(home))
    )
    return with_flows(panel.with_parts(attributes=attributes), flows)


def _scaled(panel: Panel, scenario: Scenario, *, check: bool) -> Panel:
    """Flows multiplied by the edits of kind scale_flow; nothing else changes."""
    for edit in scenario.edits:
        if edit.kind != "scale_flow":
            continue
        old = panel.trade["export_usd"].values
        flows = np.where(_scaled_cells(panel, edit), old * edit["factor"], old)
        if check and not (np.nan_to_num(flows) != np.nan_to_num(old)).any():
            raise ScenarioError(f"{edit.place} changes nothing in the panel: no such flow, or the factor is 1.")
        panel = with_flows(panel, flows)
    return panel


def _scaled_cells(panel: Panel, edit: Edit) -> np.ndarray:
    """The cells (year, exporter, importer) that an edit of kind scale_flow names, by the members of each year."""
    cells = np.zeros(panel.trade["export_usd"].shape, dtype=bool)
    for i, year in enumerate(panel.years):
        if year >= edit.begin:
            sides = [panel.states.index.isin(members_in(panel, edit[s], year)) for s in ("exporters", "importers")]
            cells[i] = sides[0][:, None] & sides[1][None, :]
    return cells


def _notes(panel: Panel, view: ScenarioView, scenario: Scenario) -> tuple[str, ...]:
    """The states that the sector data do not cover: their own costs stayed the same."""
    named: set[str] = set()
    for edit in scenario.edits:
        values = [edit.values.get(field, ()) for field in GROUP_FIELDS] if edit.kind in TRADE_EDITS else []
        items = [item for value in values if isinstance(value, tuple) for item in value]
        years = [edit.begin] if "members" in edit.values else [year for year in panel.years if year >= edit.begin]
        named |= {code for year in years for code in members_in(panel, items, year)}
    unknown = sorted(named - set(view.base.economies))
    if not unknown:
        return ()
    names = ", ".join(str(panel.states["name"].get(code, code)) for code in unknown)
    return (f"The sector data do not cover {names}: their own tariffs stay, they answer as the rest of the world.",)
