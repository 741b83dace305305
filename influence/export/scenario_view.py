"""A panel as the atlas shows it: the ties of its years, and the same by other definitions and assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xarray as xr

from influence.compare.definitions import other_definitions
from influence.compare.sides import ends_of, layer_choices, mark_choices
from influence.config import Config
from influence.panel.panel import Panel
from influence.scenario.apply import Applied, apply_scenario
from influence.scenario.load import load_scenario
from influence.ties import build_layers, build_ties


@dataclass(frozen=True)
class ScenarioView:
    """A panel shown from a year on. variants : ties by other definitions and at the bounds of the assumptions."""

    panel: Panel
    first: int
    ties: xr.DataArray
    layers: xr.DataArray
    variants: tuple[xr.DataArray, ...]
    choices: Mapping[str, Any]
    mark_choices: Mapping[str, Any]

    @property
    def years(self) -> list[int]:
        """The years shown."""
        return [int(year) for year in self.ties.indexes["year"]]


def baseline_view(panel: Panel, config: Config) -> ScenarioView:
    """The panel without a scenario, all its years."""
    return _view(panel, panel.years[0], (), config)


def scenario_view(panel: Panel, name: str, config: Config) -> tuple[ScenarioView, Applied]:
    """A scenario applied, from its first edit on, with the bounds of its assumptions.

    Raises
    ------
    ScenarioError : see load_scenario and apply_scenario.
    """
    plain = apply_scenario(panel, load_scenario(name), theta=config.elasticity)
    first = max(plain.scenario.first or panel.years[0], panel.years[0])
    ends = tuple(end.panel for end in ends_of(panel, plain, config).values())
    return _view(plain.panel, first, ends, config), plain


def _view(panel: Panel, first: int, ends: Sequence[Panel], config: Config) -> ScenarioView:
    shown = panel.of_years(first, panel.years[-1])
    choices = layer_choices(config)
    later = [end.of_years(first, panel.years[-1]) for end in ends]
    variants = [*other_definitions(shown, config), *(build_ties(end, config.weights, **choices) for end in later)]
    ties, layers = build_ties(shown, config.weights, **choices), build_layers(shown, **choices)
    return ScenarioView(panel, first, ties, layers, tuple(variants), choices, mark_choices(config))


def scenario_record(applied: Applied, view: ScenarioView) -> dict[str, Any]:
    """The text of a scenario on the page, and the first year it changes."""
    scenario = applied.scenario
    return {
        "name": scenario.name, "title": scenario.title, "question": scenario.question, "actual": scenario.actual_note,
        "assumptions": list(scenario.assumptions), "notes": list(applied.notes), "first": view.first,
    }  # fmt: skip
