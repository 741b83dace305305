"""Everything measured for a page: the baseline, each scenario, every lens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from influence.config import Config
from influence.errors import ScenarioError, StateError, TradeError, check_year
from influence.export.atlas_arrays import Frame, atlas_arrays, available_lenses, choose_frame
from influence.export.packing import Packed
from influence.export.scenario_view import ScenarioView, baseline_view, scenario_record, scenario_view
from influence.metrics.pull import direct_pull
from influence.panel.panel import Panel
from influence.panel.regions import region_members
from influence.scenario.apply import Applied
from influence.scenario.load import check_distinct_names
from influence.states import group_members


class AtlasData(NamedTuple):
    """Everything measured for a page.

    config, poles, region : what was asked for. inside : which of the states shown belong to the region (state); the
    others are members of poles, which findings do not count. numbers : arrays of the baseline by name. pulls : direct
    pull (pole, year, state). scenarios : the text of each, and its arrays. lenses : those available beside the
    direct one. notes : what was left out.
    """

    config: Config
    poles: tuple[str, ...]
    region: str
    inside: np.ndarray
    frame: Frame
    base: ScenarioView
    numbers: dict[str, Packed]
    pulls: np.ndarray
    scenarios: list[tuple[dict[str, Any], dict[str, Packed]]]
    lenses: list[str]
    notes: list[str]


def build_atlas_data(
    panel: Panel,
    config: Config,
    poles: Sequence[str],
    *,
    region: str,
    scenarios: tuple[Sequence[str], bool] = ((), True),
    states: Sequence[str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> AtlasData:
    """Measure the baseline and each scenario for the states of a region (`all`: every state) and the poles.

    scenarios : see scenario.load.chosen_scenarios; one that is not required and cannot be applied is left out.
    states : whom to show in place of the region.

    Raises
    ------
    StateError : no such region, a pole without ties, poles that overlap. ScenarioError : a scenario that cannot be
        applied, or two of one name.
    """
    if panel.custom and not config.layers:
        config = replace(config, layers=tuple(ties.layer for ties in panel.custom))
    shown = shown_states(panel, region, poles) if states is None else sorted(states)
    progress("weighing the ties by every definition")
    base = baseline_view(panel, config)
    have, why = available_lenses(base, config, poles)
    views: list[tuple[ScenarioView, Applied]] = []
    notes = [f"The {lens} lens is left out: {reason}" for lens, reason in why.items()]
    for name in scenarios[0]:
        progress(f"applying {name}")
        try:
            views.append(scenario_view(panel, name, config))
        except (ScenarioError, TradeError, StateError) as err:
            if scenarios[1]:
                raise
            notes.append(f"The scenario {name} is left out: {err}")
    check_distinct_names([applied.scenario.name for _, applied in views])
    frame = choose_frame([base, *(view for view, _ in views)], shown, poles)
    progress("computing every lens")
    numbers = atlas_arrays(base, frame, config, poles, have)
    out = []
    for view, applied in views:
        progress(f"measuring {applied.scenario.name}")
        try:
            out.append((scenario_record(applied, view), atlas_arrays(view, frame, config, poles, have)))
        except StateError as err:
            if scenarios[1]:
                raise
            notes.append(f"The scenario {applied.scenario.name} is left out: {err}")
    pulls = np.stack([direct_pull(base.ties, pole).sel(target=list(frame.shown)).values for pole in poles])
    held = set(frame.shown if states is not None else region_members(panel, region))
    inside = np.array([code in held for code in frame.shown])
    return AtlasData(config, tuple(poles), region, inside, frame, base, numbers, pulls, out, have, notes)


def at_year(content: AtlasData, year: int) -> AtlasData:
    """One year of the baseline alone.

    Raises
    ------
    YearError : the panel does not have it.
    """
    base = content.base
    check_year(year, base.years)
    at = base.years.index(year)
    one = {"year": [year]}
    view = replace(base, first=year, ties=base.ties.sel(one), layers=base.layers.sel(one), variants=())
    numbers = {name: Packed(np.asarray(p.values)[..., at : at + 1], p.step) for name, p in content.numbers.items()}
    return content._replace(base=view, numbers=numbers, pulls=content.pulls[:, [at]], scenarios=[])


def shown_states(panel: Panel, region: str, poles: Sequence[str]) -> list[str]:
    """The states of a region that the panel holds, and the members of the poles in any year; sorted.

    Raises
    ------
    StateError : no such region, an unknown pole.
    """
    codes = [str(code) for code in panel.states.index]
    members: set[str] = set()
    for pole in poles:
        members |= {pole} if pole in codes else set(group_members(pole))
    return sorted((set(region_members(panel, region)) | members) & set(codes))


def from_year(numbers: Mapping[str, Packed], years: Sequence[int], first: int) -> dict[str, Packed]:
    """The arrays from a year on: what a scenario's are packed against."""
    at = list(years).index(first)
    return {name: Packed(np.asarray(p.values)[..., at:], p.step) for name, p in numbers.items()}


def labels_of(panel: Panel, codes: Sequence[str]) -> pd.DataFrame:
    """name, region, latitude, longitude of the codes, in their order."""
    return panel.states.loc[list(codes), ["name", "region", "latitude", "longitude"]]
