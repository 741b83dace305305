"""Everything measured for a page: the baseline, each scenario, every lens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from influence.errors import ScenarioError, StateError, TradeError, check_year
from influence.export.atlas_arrays import Frame, atlas_arrays, available_lenses, choose_frame
from influence.export.packing import Packed
from influence.export.scenario_view import ScenarioView, baseline_view, scenario_record, scenario_view
from influence.metrics.pull import direct_pull
from influence.panel.panel import Panel
from influence.scenario.apply import Applied
from influence.scenario.load import check_distinct_names
from influence.study import Study


class AtlasData(NamedTuple):
    """Everything measured for a page.

    study : what it is of, all years of its panel. inside : which of the states shown belong to the region (state); the
    others are members of poles, which headlines do not count. numbers : arrays of the baseline by name. pulls : direct
    pull (pole, year, state). scenarios : the text of each, and its arrays. lenses : those available beside the direct
    one. notes : what was left out.
    """

    study: Study
    inside: np.ndarray
    frame: Frame
    base: ScenarioView
    numbers: dict[str, Packed]
    pulls: np.ndarray
    scenarios: list[tuple[dict[str, Any], dict[str, Packed]]]
    lenses: list[str]
    notes: list[str]

    @property
    def poles(self) -> tuple[str, ...]:
        """The poles of the study."""
        return self.study.poles


def build_atlas_data(
    study: Study, *, scenarios: tuple[Sequence[str], bool] = ((), True), states: Sequence[str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> AtlasData:  # fmt: skip
    """Measure the baseline and each scenario for the states of the study's region and the poles.

    scenarios : see scenario.load.chosen_scenarios; one that is not required and cannot be applied is left out.
    states : the states to show instead of the region.

    Raises
    ------
    StateError : no such region, a pole without ties, poles that overlap. ScenarioError : a scenario that cannot be
        applied, or two of one name.
    """
    shown = shown_states(study) if states is None else sorted(states)
    progress("weighing the ties by every definition")
    base = baseline_view(study)
    lenses, missing = available_lenses(base)
    notes = [f"The {lens} lens is left out: {reason}" for lens, reason in missing.items()]
    views = _scenario_views(study, scenarios, notes, progress)
    frame = choose_frame([base, *(view for view, _ in views)], shown)
    progress("computing every lens")
    numbers = atlas_arrays(base, frame, lenses)
    records = []
    for view, applied in views:
        progress(f"measuring {applied.scenario.name}")
        with _left_out(applied.scenario.name, notes, required=scenarios[1]):
            records.append((scenario_record(applied, view), atlas_arrays(view, frame, lenses)))
    pulls = np.stack([direct_pull(base.ties, pole).sel(target=list(frame.shown)).values for pole in study.poles])
    members = set(frame.shown if states is not None else study.region_states())
    inside = np.array([code in members for code in frame.shown])
    return AtlasData(study, inside, frame, base, numbers, pulls, records, lenses, notes)


def _scenario_views(
    study: Study, scenarios: tuple[Sequence[str], bool], notes: list[str], progress: Callable[[str], None]
) -> list[tuple[ScenarioView, Applied]]:
    """The scenarios applied; one that is not required and cannot be applied is left out, with a note."""
    views: list[tuple[ScenarioView, Applied]] = []
    for name in scenarios[0]:
        progress(f"applying {name}")
        with _left_out(name, notes, required=scenarios[1]):
            views.append(scenario_view(study, name))
    check_distinct_names([applied.scenario.name for _, applied in views])
    return views


@contextmanager
def _left_out(name: str, notes: list[str], *, required: bool) -> Iterator[None]:
    """Turn the error of a scenario that is not required into a note."""
    try:
        yield
    except (ScenarioError, TradeError, StateError) as err:
        if required:
            raise
        notes.append(f"The scenario {name} is left out: {err}")


def headline_pulls(content: AtlasData, at: int) -> np.ndarray:
    """Direct pull (pole, state) in one year on the states that a headline counts: of the region, in no pole."""
    member = np.any(content.numbers["member"].values[:, :, at], axis=0)
    return content.pulls[:, at, content.inside & ~member]


def at_year(content: AtlasData, year: int) -> AtlasData:
    """One year of the baseline alone.

    Raises
    ------
    YearError : the panel does not have it.
    """
    base = content.base
    check_year(year, base.years)
    at = base.years.index(year)
    view = ScenarioView(base.study, year, year)
    numbers = {name: Packed(np.asarray(p.values)[..., at : at + 1], p.step) for name, p in content.numbers.items()}
    return content._replace(base=view, numbers=numbers, pulls=content.pulls[:, [at]], scenarios=[])


def shown_states(study: Study) -> list[str]:
    """The states of the study's region, and the members of its poles in any year; sorted.

    Raises
    ------
    StateError : no such region, an unknown pole.
    """
    codes, members = set(map(str, study.panel.states.index)), set[str]()
    for pole in study.poles:
        members |= {pole} if pole in codes else set(study.registry.members(pole))
    return sorted((set(study.region_states()) | members) & codes)


def from_year(numbers: Mapping[str, Packed], years: Sequence[int], first: int) -> dict[str, Packed]:
    """The arrays from a year on: what a scenario's are packed against."""
    at = list(years).index(first)
    return {name: Packed(np.asarray(p.values)[..., at:], p.step) for name, p in numbers.items()}


def labels_of(panel: Panel, codes: Sequence[str]) -> pd.DataFrame:
    """name, region, latitude, longitude of the codes, in their order."""
    return panel.states.loc[list(codes), ["name", "region", "latitude", "longitude"]]
