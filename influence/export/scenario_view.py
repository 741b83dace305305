"""A study as the atlas shows it from a year on, and its ties by other definitions and assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xarray as xr

from influence.comparison.definitions import other_definitions
from influence.comparison.sides import scenario_bounds
from influence.panel.panel import Panel
from influence.scenario.apply import Applied
from influence.study import Study


@dataclass(frozen=True)
class ScenarioView:
    """A study shown from a year to another. variants : ties by other definitions and at the bounds of the assumptions.

    study : of all years of the panel, so that the first year shown can be compared with the one before.
    """

    study: Study
    first: int
    last: int
    variants: tuple[xr.DataArray, ...] = ()

    @property
    def panel(self) -> Panel:
        """The panel of all its years."""
        return self.study.panel

    @property
    def shown(self) -> Study:
        """The study of the years shown."""
        return self.study.of_years(self.first, self.last)

    @property
    def ties(self) -> xr.DataArray:
        """The composite of the years shown."""
        return self.shown.ties

    @property
    def layers(self) -> xr.DataArray:
        """The layers of the years shown."""
        return self.shown.layers

    @property
    def years(self) -> list[int]:
        """The years shown."""
        return list(range(self.first, self.last + 1))


def baseline_view(study: Study) -> ScenarioView:
    """The study without a scenario, all its years."""
    return _view(study, study.years[0], ())


def scenario_view(study: Study, name: str) -> tuple[ScenarioView, Applied]:
    """A scenario applied, from its first edit on, with the bounds of its assumptions.

    Raises
    ------
    ScenarioError : see load_scenario and apply_scenario.
    """
    plain = study.applied(name)
    first = max(plain.scenario.first or study.years[0], study.years[0])
    bounds = [study.on(bound.panel) for bound in scenario_bounds(study, plain).values()]
    return _view(study.on(plain.panel), first, bounds), plain


def _view(study: Study, first: int, bounds: Sequence[Study]) -> ScenarioView:
    last = study.years[-1]
    variants = (
        *other_definitions(study.of_years(first, last)),
        *(bound.of_years(first, last).ties for bound in bounds),
    )
    return ScenarioView(study, first, last, variants)


def scenario_record(applied: Applied, view: ScenarioView) -> dict[str, Any]:
    """The text of a scenario on the page, and the first year it changes."""
    scenario = applied.scenario
    return {
        "name": scenario.name, "title": scenario.title, "question": scenario.question, "actual": scenario.actual_note,
        "assumptions": list(scenario.assumptions), "notes": list(applied.notes), "first": view.first,
    }  # fmt: skip
