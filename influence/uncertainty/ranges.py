"""Bands, odds, places and crossing years of any metrics of the catalogue, over draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

HELD = 100_000_000
"""Bytes of draws held at a time: as many years are worked on together as that allows, one at least."""
MOST_HELD = 1_000_000_000
"""Bytes that the draws of a single year may take."""
PART = 10
"""Draws a worker makes before it answers, at most; fewer where they are large."""
PART_BYTES = 16_000_000
PASS, ROW = 0.003, 0.0007
"""Seconds that a row of a draw takes, roughly, and that each of its years adds: whether more processes pay."""


def metric_ranges(
    study: Study,
    names: Sequence[str] | None = None,
    draw_settings: DrawSettings | None = None,
    *,
    years: Sequence[int] | None = None,
    workers: Workers = ALONE,
    progress: Callable[[str], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    reports: pd.DataFrame | None = None,
) -> Drawn:
    """Bands of metrics over the draws.

    Each draw measures the whole catalogue asked for on flows, method and elasticity of its own (draws.drawn_study).
    Quantiles are exact: the draws of as many years as fit in 100 MB are held at a time, and made again for the next;
    the newest years come first.

    Parameters
    ----------
    names : metrics of the catalogue; all that are drawn by default. years : all of the panel by default; crossing
        years need them without a gap. workers : who makes the draws; the numbers do not depend on it.
    stopped : asked between parts; once it says so, what has been drawn is told where that is 20 draws or more.
    reports : what both sides of each flow report, for its spread; the panel's own table by default.

    Returns
    -------
    NaN where the settings give no value, or fewer than four draws of five do, or too few were made. The same seed gives
    the same numbers, whoever makes them.

    Raises
    ------
    ConfigError : see check_draw_settings; an unknown metric, or one that is not drawn; too much for memory. StateError,
        YearError : see the function of the metric. WorkerError : see workers.at_work.
    """
    draw_settings = DrawSettings() if draw_settings is None else draw_settings
    check_draw_settings(draw_settings)
    names = drawn_metrics() if names is None else names
    check_names(names)
    plan = plan_draws(study, names, draw_settings, mirror_spread(study.panel, reports).sd)
    listed = sorted(set(study.years if years is None else years))
    stated = stated_values(plan, study, listed)
    shape = stated.values.shape
    out = DrawAccumulator(stated, draw_settings.draws)
    passes = [p for run in _runs(listed) for p in _passes(run, 8 * draw_settings.draws * shape[0] * shape[2])][::-1]
    plans = [plan_of_years(plan, first, last) for first, last in passes]
    parts = [(i, part) for i, (first, last) in enumerate(passes)
             for part in _parts(draw_settings.draws, 8 * shape[0] * (last + 1 - first) * shape[2])]  # fmt: skip
    with running(workers, draw_settings.draws * shape[0] * (PASS * len(passes) + ROW * shape[1])) as run:
        # One stream of parts over all passes: who draws goes on while the pass before is being told.
        answers = run(_draw_part, plans, parts)
        done = 0
        for first, last in passes:
            rows = slice(listed.index(first), listed.index(last) + 1)
            held = np.empty((shape[0], draw_settings.draws, last + 1 - first, shape[2]))
            made = 0
            while made < draw_settings.draws and not stopped():
                block = next(answers)
                held[:, made : made + block.shape[1]] = block
                made += block.shape[1]
                part_done = (done + (last + 1 - first) * made / draw_settings.draws) / len(listed)
                progress(f"drawing {first} to {last}: {made} of {draw_settings.draws} ({part_done:.0%} of all years)")
            out.add(rows, held[:, :made])
            done += last + 1 - first
            if stopped():
                break
    return out.drawn()


def _runs(years: list[int]) -> list[range]:
    """Years without a gap, one after the other."""
    ends = [i for i, (a, b) in enumerate(pairwise(years), 1) if b != a + 1]
    return [range(years[a], years[b - 1] + 1) for a, b in pairwise([0, *ends, len(years)])]


def _passes(years: range, year: int) -> list[tuple[int, int]]:
    """First and last year of each pass, given the bytes that the draws of a year take."""
    if year > MOST_HELD:
        raise ConfigError(
            f"the draws of one year would take {year / 1e9:.1f} GB of memory (at most {MOST_HELD / 1e9:g}); ask for "
            f"fewer draws or fewer metrics."
        )
    # Passes of like length: the last of several would else be a short one.
    count = -(-len(years) // max(1, min(len(years), HELD // max(year, 1))))
    ends = np.linspace(years[0], years[-1] + 1, count + 1).round().astype(int)
    return [(int(a), int(b) - 1) for a, b in pairwise(ends)]


def _parts(draws: int, one: int) -> list[range]:
    size = int(np.clip(PART_BYTES // max(one, 1), 1, PART))
    return [range(first, min(first + size, draws)) for first in range(0, draws, size)]


def _draw_part(plan: DrawPlan, numbers: range) -> np.ndarray:
    """Rows of some draws, (row, draw, year, state)."""
    return np.stack([rows_of(study_of_draw(plan, number), plan.names)[1] for number in numbers], axis=1)
