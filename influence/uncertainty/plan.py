"""The plan of the draws: study, metrics and spread of flows; and metrics as rows of an array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from influence.draw_settings import DrawSettings
from influence.errors import ConfigError
from influence.metrics.catalogue import all_metrics, metric_named
from influence.panel.panel import Panel
from influence.study import Study
from influence.uncertainty.draws import Draw, drawn_study, flows_of

REALISATIONS = 200
"""Most random starts of the opinion model in a draw; they add a standard deviation of 0.035 at most."""


class Labels(NamedTuple):
    """Metric and pole of each row of the draws; the pole is '' for a metric without poles."""

    metrics: tuple[str, ...]
    poles: tuple[str, ...]

    @property
    def balances(self) -> list[int]:
        """Rows that are a balance of a pair of poles."""
        return [i for i, name in enumerate(self.metrics) if "balance" in name]


class DrawPlan(NamedTuple):
    """base : panel of the base year of bandwidth, if the study lacks it. spread : uncertainty of each flow."""

    study: Study
    base: Panel | None
    names: tuple[str, ...]
    draw_settings: DrawSettings
    spread: xr.DataArray


def drawn_metrics() -> tuple[str, ...]:
    """Names of the metrics that are drawn."""
    return tuple(name for name, metric in all_metrics().items() if metric.drawn)


def check_names(names: Sequence[str]) -> None:
    """
    Raises
    ------
    ConfigError : an unknown metric, or one that is not drawn.
    """
    for name in names:
        if not metric_named(name).drawn:
            known = ", ".join(drawn_metrics())
            raise ConfigError(f"{name} has no draws: {metric_named(name).formula}. Metrics with draws: {known}.")


def plan_draws(study: Study, names: Sequence[str], draw_settings: DrawSettings, spread: xr.DataArray) -> DrawPlan:
    """The plan for all years of a study, with fewer random starts of the opinion model."""
    few = study.with_method(realisations=min(study.method.realisations, REALISATIONS))
    return DrawPlan(few, None, tuple(names), draw_settings, spread)


def plan_of_years(plan: DrawPlan, first: int, last: int) -> DrawPlan:
    """The plan for some years, with the base year of bandwidth if it is needed and not among them."""
    base_year, panel = plan.study.method.bandwidth_base_year, plan.study.panel
    wanted = any(name.endswith("bandwidth") for name in plan.names) and not first <= base_year <= last
    base = panel.of_years(base_year, base_year) if wanted and base_year in panel.years else None
    return plan._replace(study=plan.study.on(panel.of_years(first, last)), base=base)


def study_of_draw(plan: DrawPlan, draw: Draw, drawn: Panel | None = None) -> Study:
    """The study of one draw; drawn : its panel, if it was made before."""
    panel = flows_of(plan.study.panel, plan.spread, plan.draw_settings, draw) if drawn is None else drawn
    made = drawn_study(plan.study, panel, plan.draw_settings, draw)
    if plan.base is None:
        return made
    return made.with_bandwidth_unit(flows_of(plan.base, plan.spread, plan.draw_settings, draw))


def rows_of(study: Study, names: Sequence[str]) -> tuple[Labels, np.ndarray]:
    """Metrics by name as rows (row, year, state), with their labels."""
    metrics, poles, rows = [], [], []
    for name in names:
        values = study.metric(name)
        each = [str(pole) for pole in values["pole"].values] if "pole" in values.dims else [""]
        block = values.transpose("pole", "year", "target").values if "pole" in values.dims else values.values[None]
        metrics += [name] * len(each)
        poles += each
        rows.append(block)
    return Labels(tuple(metrics), tuple(poles)), np.concatenate(rows)


def labels_of(plan: DrawPlan, study: Study) -> tuple[Labels, np.ndarray]:
    """Rows of a study of the plan's years, without draws."""
    return rows_of(study if plan.base is None else study.with_bandwidth_unit(plan.base), plan.names)
