"""An event study with its finding in words, for its pictures."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import xarray as xr

from influence.compare.drift import Window, event_study
from influence.compare.synthetic import Synthetic
from influence.compare.verdict import drift_study
from influence.config import Config
from influence.export.plot_data import Caption
from influence.metrics.pull import pull_balance
from influence.panel.panel import Panel
from influence.panel.regions import region_members
from influence.statements.sources import source_line
from influence.states import pole_label


class EventStudyText(NamedTuple):
    """group, rest : the states and those they are compared with. placebo : change in other periods, by first year."""

    group: list[str]
    rest: list[str]
    study: pd.DataFrame
    placebo: pd.Series
    synthetic: Synthetic
    sentence: str
    caption: Caption


def study_of(
    panel: Panel, ties: xr.DataArray, config: Config, poles: tuple[str, str], group: str, event: int, *, span: int = 2,
    controls: str | None = None,
) -> EventStudyText:  # fmt: skip
    """Whether the balance of a region (regions.region_members) moved more than normal variation, with its event study.

    Raises
    ------
    StateError, YearError : see resolve_state and drift.checked.
    """
    members = [state for state in region_members(panel, group) if state not in poles]
    rest = [state for state in region_members(panel, controls or config.region) if state not in {*members, *poles}]
    window = Window(event, span)
    placebo, _, synthetic, sentence = drift_study(
        ties, poles, members, rest, window, group=f"{len(members)} states ({group})", seed=config.seed
    )
    study = event_study(pull_balance(ties, poles), ties["is_break"].values, members, rest, event, seed=config.seed)
    by_year = study.dropna(subset=["coefficient"]).set_index("year")
    group_text = _many(by_year["group"], window, "states")
    others_text = _many(by_year["controls"], window, "others")
    caption = Caption(
        sentence.split(":", 1)[0] + f": {group} around {event}",
        f"Mean balance {'-'.join(poles)} of {group_text} less that of {others_text}, against "
        f"{event - 1}; 5-95 % ranges over resampled states; hollow: the range includes zero; upwards is towards "
        f"{pole_label(poles[0])}.",
        source_line(panel, config.weights, list(panel.years)),
    )
    return EventStudyText(members, rest, study, placebo.placebo, synthetic, sentence, caption)


def _many(counts: pd.Series, window: Window, what: str) -> str:
    """How many states of a side have a value in the year of the finding, and in the other years of the study."""
    if counts.empty:
        return f"no {what}"
    least, most = int(counts.min()), int(counts.max())
    if least == most or window.after not in counts.index:
        return f"{least} {what}" if least == most else f"{least} to {most} {what} (by year, as data allow)"
    return f"{counts[window.after]} {what} ({least} to {most} by year, as data allow)"
