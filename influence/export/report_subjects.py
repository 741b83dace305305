"""The report on a subject: a scenario, a region or a state. Figures are those of export.figures (extra `plots`)."""

from __future__ import annotations

from collections.abc import Callable

from influence.errors import StateError, check_year
from influence.export.atlas_data import build_atlas_data, shown_states
from influence.export.report import Report
from influence.export.report_region import region_report
from influence.export.report_scenario import scenario_report
from influence.export.report_state import state_report
from influence.scenario.load import scenario_names
from influence.schema import ALL
from influence.study import Study


def report_of(
    subject: str, study: Study, *, year: int | None = None, progress: Callable[[str], None] = lambda _: None
) -> Report:
    """The report on a scenario (by name or file), a group of states, or a state.

    study : its region is the states of a scenario's report. year : of the numbers; the last in which the subject has a
    value by default.

    Raises
    ------
    StateError : neither a scenario, a group nor a state, or a state that is a pole. YearError, ScenarioError : see
        build_atlas_data and brief_of. ExtraError : without matplotlib.
    """
    if subject in scenario_names() or subject.endswith((".yaml", ".yml")) or "/" in subject or "\\" in subject:
        return scenario_report(subject, study, progress)
    if _is_region(subject, study):
        if year is not None:
            check_year(year, study.years)
        return region_report(build_atlas_data(study.with_(region=subject), progress=progress), year)
    code = _state_of(subject, study)
    home = study if code in shown_states(study) else study.with_(region=ALL)
    return state_report(build_atlas_data(home, progress=progress), code, year)


def _is_region(subject: str, study: Study) -> bool:
    """Whether it names more than one state: a group, an agreement, a list, all."""
    agreements = {ALL, *study.panel.agreements["agreement"]}
    return study.registry.is_group(subject) or subject in agreements or "," in subject


def _state_of(subject: str, study: Study) -> str:
    try:
        return study.registry.resolve(subject)
    except StateError as err:
        groups, scenarios = study.registry.group_names(), scenario_names()
        raise StateError(
            f"{str(err).rstrip('.')}. A report is on a state, a group ({', '.join(groups)}) or a scenario "
            f"({', '.join(scenarios)})."
        ) from err
