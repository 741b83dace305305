"""Ranges, probabilities, ranks and crossing years of the metrics of the catalogue, over draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from influence.draw_settings import DrawSettings, check_draw_settings
from influence.errors import ConfigError
from influence.study import Study
from influence.uncertainty.accumulator import DrawAccumulator, Drawn, stated_values
from influence.uncertainty.mirror import mirror_spread
from influence.uncertainty.plan import (
    DrawPlan,
    check_names,
    drawn_metrics,
    plan_draws,
    plan_of_years,
    rows_of,
    study_of_draw,
)
from influence.uncertainty.workers import ALONE, Workers, running

PASS_BYTES = 100_000_000
"""Memory for the draws of one pass, which has as many years as fit, at least one."""
MOST_BYTES = 1_000_000_000
"""Most memory for the draws of a single year."""
PART = 10
"""Most draws in a part of the work; fewer if they are large."""
PART_BYTES = 16_000_000
PASS, ROW = 0.003, 0.0007
"""Seconds for a row of a draw, roughly, and for each of its years: whether more processes pay."""


def metric_ranges(
    study: Study, names: Sequence[str] | None = None, draw_settings: DrawSettings | None = None, *,
    years: Sequence[int] | None = None, workers: Workers = ALONE, progress: Callable[[str], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False, reports: pd.DataFrame | None = None,
) -> Drawn:  # fmt: skip
    """Uncertainty ranges (5-95 %) of metrics over draws.

    Each draw computes the metrics with drawn flows, method and elasticity (draws.drawn_study). The draws of as many
    years as fit in 100 MB are computed together, the newest years first; quantiles are exact.

    Parameters
    ----------
    study : gives panel, method and poles.
    names : metrics of the catalogue; all that have draws by default.
    draw_settings : number of draws, seed, and the sources of uncertainty that are fixed.
    years : all of the panel by default; crossing years need them without a gap.
    workers : processes or a cluster; the numbers do not depend on it.
    progress : called with a line of text after each part.
    stopped : called after each part; once it returns True, the years with 20 draws or more are returned.
    reports : the reports of both sides of each flow, for its spread; the panel's table by default.

    Returns
    -------
    ranges : value, median, low, high in the unit of each metric and p_leads in [0, 1], dims (row, year, target), with
    coordinates metric and pole. crossings, crossing_probabilities : see crossings.Crossings. NaN without a value, or if
    fewer than four in five draws have one. The same seed gives the same numbers.

    Raises
    ------
    ConfigError : see check_draw_settings; an unknown metric, or one without draws; too much for memory. StateError,
        YearError : see the function of the metric. WorkerError : see workers.running.

    Examples
    --------
    >>> import influence as inf
    >>> study = inf.load_study(first_year=2016, last_year=2016)
    >>> drawn = inf.metric_ranges(study, ["pull_balance"], inf.DrawSettings(draws=20))
    >>> korea = drawn.ranges.sel(target="KOR", year=2016).isel(row=0)
    >>> bool(korea["low"] < korea["value"] < korea["high"])
    True
    """
    draw_settings = DrawSettings() if draw_settings is None else draw_settings
    check_draw_settings(draw_settings)
    names = drawn_metrics() if names is None else names
    check_names(names)
    plan = plan_draws(study, names, draw_settings, mirror_spread(study.panel, reports).sd)
    listed = sorted(set(study.years if years is None else years))
    stated = stated_values(plan, study, listed)
    rows, _, states = stated.values.shape
    out = DrawAccumulator(stated, draw_settings.draws)
    passes = [p for run in _runs(listed) for p in _passes(run, 8 * draw_settings.draws * rows * states)][::-1]
    for (first, last), drawn in _drawn_passes(plan, passes, (rows, states), workers, progress, stopped):
        out.add(slice(listed.index(first), listed.index(last) + 1), drawn)
    return out.drawn()


def _drawn_passes(
    plan: DrawPlan, passes: Sequence[tuple[int, int]], shape: tuple[int, int], workers: Workers,
    progress: Callable[[str], None], stopped: Callable[[], bool],
) -> Iterator[tuple[tuple[int, int], np.ndarray]]:  # fmt: skip
    """First and last year of each pass with its draws (row, draw, year, state); shape : of rows and states."""
    draws, (rows, states) = plan.draw_settings.draws, shape
    plans = [plan_of_years(plan, first, last) for first, last in passes]
    parts = [(i, part) for i, (first, last) in enumerate(passes)
             for part in _parts(draws, 8 * rows * (last + 1 - first) * states)]  # fmt: skip
    count, done = sum(last + 1 - first for first, last in passes), 0
    with running(workers, draws * rows * (PASS * len(passes) + ROW * count)) as run:
        # One stream of parts over all passes: workers continue while a pass is being summarized.
        answers = run(_draw_part, plans, parts)
        for first, last in passes:
            span, made = last + 1 - first, 0
            values = np.empty((rows, draws, span, states))
            while made < draws and not stopped():
                block = next(answers)
                values[:, made : made + block.shape[1]] = block
                made += block.shape[1]
                share = (done + span * made / draws) / count
                progress(f"drawing {first} to {last}: {made} of {draws} ({share:.0%} of all years)")
            yield (first, last), values[:, :made]
            done += span
            if stopped():
                return


def _runs(years: list[int]) -> list[range]:
    """Runs of years without a gap."""
    ends = [i for i, (a, b) in enumerate(pairwise(years), 1) if b != a + 1]
    return [range(years[a], years[b - 1] + 1) for a, b in pairwise([0, *ends, len(years)])]


def _passes(years: range, year: int) -> list[tuple[int, int]]:
    """First and last year of each pass, given the bytes of the draws of a year."""
    if year > MOST_BYTES:
        raise ConfigError(
            f"the draws of one year would take {year / 1e9:.1f} GB of memory (at most {MOST_BYTES / 1e9:g}); ask for "
            f"fewer draws or fewer metrics."
        )
    # Passes of equal length, so that the last is not a short one.
    count = -(-len(years) // max(1, min(len(years), PASS_BYTES // max(year, 1))))
    ends = np.linspace(years[0], years[-1] + 1, count + 1).round().astype(int)
    return [(int(a), int(b) - 1) for a, b in pairwise(ends)]


def _parts(draws: int, one: int) -> list[range]:
    size = int(np.clip(PART_BYTES // max(one, 1), 1, PART))
    return [range(first, min(first + size, draws)) for first in range(0, draws, size)]


def _draw_part(plan: DrawPlan, numbers: range) -> np.ndarray:
    """Rows of some draws, (row, draw, year, state)."""
    return np.stack([rows_of(study_of_draw(plan, number), plan.names)[1] for number in numbers], axis=1)
