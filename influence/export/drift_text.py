"""An event study with its finding in words, for its pictures."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from influence.comparison.drift import Window, event_study
from influence.comparison.synthetic import Synthetic
from influence.comparison.verdict import drift_study
from influence.export.plot_data import Caption
from influence.metrics.pull import headline_balance, pole_states
from influence.panel.regions import region_members
from influence.statements.sources import source_line
from influence.study import Study


class EventStudyText(NamedTuple):
    """group, rest : the states and those they are compared with. placebo : change in other periods, by first year."""

    group: list[str]
    rest: list[str]
    effects: pd.DataFrame
    placebo: pd.Series
    synthetic: Synthetic
    sentence: str
    caption: Caption


def study_of(study: Study, group: str, event: int, *, span: int = 2, controls: str | None = None) -> EventStudyText:
    """Whether the balance of a group of states moved more than normal variation, with its event study.

    group, controls : states as a region is written (regions.region_members); the rest of the study's region by default.

    Raises
    ------
    StateError, YearError : see regions.region_members and drift_study.
    """
    panel, ties, poles, seed = study.panel, study.ties, study.pair, study.method.seed
    excluded = set(ties.indexes["target"][pole_states(ties, poles).values.any(axis=0)])
    members = [state for state in region_members(panel, group) if state not in excluded]
    rest = [s for s in region_members(panel, controls or study.region) if s not in {*members, *excluded}]
    window = Window(event, span)
    placebo, _, synthetic, sentence = drift_study(ties, poles, members, rest, window, group=group, seed=seed)
    effects = event_study(headline_balance(ties, poles), ties["is_break"].values, members, rest, event, seed=seed)
    by_year = effects.dropna(subset=["coefficient"]).set_index("year")
    group_text = _many(by_year["group"], window, "states")
    others_text = _many(by_year["controls"], window, "others")
    caption = Caption(
        sentence.split(":", 1)[0] + f": {group} around {event}",
        f"Mean balance {'-'.join(poles)} of {group_text} less that of {others_text}, against "
        f"{event - 1}; 5-95 % ranges over resampled states; hollow: the range includes zero; upwards is towards "
        f"{study.labels[0]}.",
        source_line(panel, study.method.weights, list(panel.years)),
    )
    return EventStudyText(members, rest, effects, placebo.placebo, synthetic, sentence, caption)


def _many(counts: pd.Series, window: Window, what: str) -> str:
    """How many states of a side have a value in the year of the finding, and in the other years of the study."""
    if counts.empty:
        return f"no {what}"
    least, most = int(counts.min()), int(counts.max())
    if least == most or window.after not in counts.index:
        return f"{least} {what}" if least == most else f"{least} to {most} {what} (by year, as data allow)"
    return f"{counts[window.after]} {what} ({least} to {most} by year, as data allow)"
