"""The report on a subject: a scenario, a region or a state. Figures are those of export.figures (extra `plots`)."""

from __future__ import annotations

from collections.abc import Callable

from influence.config import Config
from influence.errors import StateError, check_year
from influence.export.atlas_data import build_atlas_data, shown_states
from influence.export.report import Report
from influence.export.report_region import region_report
from influence.export.report_scenario import scenario_report
from influence.export.report_state import state_report
from influence.panel.panel import Panel
from influence.scenario.load import scenario_names
from influence.schema import ALL
from influence.states import group_names, is_group, resolve_state


def report_of(
    subject: str, panel: Panel, config: Config, poles: tuple[str, ...], *, year: int | None = None,
    region: str | None = None, progress: Callable[[str], None] = lambda _: None,
) -> Report:  # fmt: skip
    """The report on a scenario (by name or file), a group of states, or a state.

    year : of the numbers; the last in which the subject has a value by default. region : states of a scenario's report.

    Raises
    ------
    StateError : neither a scenario, a group nor a state, or a state that is a pole. YearError, ScenarioError : see
        build_atlas_data and brief_of. ExtraError : without matplotlib.
    """
    if subject in scenario_names() or subject.endswith((".yaml", ".yml")) or "/" in subject or "\\" in subject:
        return scenario_report(subject, panel, config, poles, region or config.region, progress)
    if _is_region(subject, panel):
        if year is not None:
            check_year(year, panel.years)
        return region_report(build_atlas_data(panel, config, poles, region=subject, progress=progress), subject, year)
    code = _state_of(subject)
    home = region or config.region
    if code not in shown_states(panel, home, poles):
        home = ALL
    return state_report(build_atlas_data(panel, config, poles, region=home, progress=progress), code, year)


def _is_region(subject: str, panel: Panel) -> bool:
    """Whether it names more than one state: a group, an agreement, a list, all."""
    agreements = {ALL, *panel.agreements["agreement"]}
    return is_group(subject) or subject in agreements or "," in subject


def _state_of(subject: str) -> str:
    try:
        return resolve_state(subject)
    except StateError as err:
        groups, scenarios = group_names(), scenario_names()
        raise StateError(
            f"{str(err).rstrip('.')}. A report is on a state, a group ({', '.join(groups)}) or a scenario "
            f"({', '.join(scenarios)})."
        ) from err
