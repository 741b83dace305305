"""On which source of doubt a number hangs: shares of its variance, and what it would be without a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
import xarray as xr

from influence.draw_settings import DrawSettings, check_draw_settings
from influence.errors import ConfigError, ExtraError, check_year
from influence.schema import UNCERTAINTY_SOURCES
from influence.study import Study
from influence.uncertainty.draws import flows_of
from influence.uncertainty.mirror import mirror_spread
from influence.uncertainty.plan import (
    DrawPlan,
    check_names,
    labels_of,
    plan_draws,
    plan_of_years,
    rows_of,
    study_of_draw,
)
from influence.uncertainty.workers import ALONE, Workers, running

SAMPLES = 128
"""Pairs of independent draws; k sources take (k + 2) times as many draws."""
LEAST_SAMPLES = 8
OF_SCENARIOS = ("agreement_effect", "tariff_peaks")
"""Sources that only a scenario's answer hangs on."""
ON_ELASTICITY = ("pull_income", "balance_income", "vulnerability")
RESAMPLES = 200
PART = 16
DRAW, CELL = 0.005, 0.002
"""Seconds that one draw of a year takes, roughly, and that each of its metrics adds."""


def sources_of(names: Sequence[str], draw_settings: DrawSettings) -> tuple[str, ...]:
    """The sources of doubt that these metrics can hang on, and that are not fixed."""
    income = any(name in ON_ELASTICITY for name in names)
    on = [d for d in UNCERTAINTY_SOURCES if d not in OF_SCENARIOS and (income or d != "elasticity")]
    return tuple(d for d in on if d not in draw_settings.fixed)


def variance_shares(
    study: Study,
    years: Sequence[int],
    names: Sequence[str] = ("pull_direct", "pull_balance"),
    draw_settings: DrawSettings | None = None,
    *,
    samples: int = SAMPLES,
    workers: Workers = ALONE,
    progress: Callable[[str], None] = lambda _: None,
) -> xr.Dataset:
    """Shares of the variance of metrics by source of doubt (Sobol), of every state, year by year.

    For two sets A and B of independent draws and sets A_k, which are A but for source k, taken from B, the first-order
    share S_k = E[f(B) (f(A_k) - f(A))] / V and the total T_k = E[(f(A) - f(A_k))^2] / 2V (Saltelli and others 2010,
    by SALib): what knowing k alone would take away, and what would stay if all but k were known. Shares of the first
    order sum to less than 1 where sources work together. Flows are one source: all of a draw's at once.

    Parameters
    ----------
    samples : n; k sources take n (k + 2) draws. The error of a share falls with its root.

    Returns
    -------
    first, total, first_se, total_se : dims (source, year, row, target), row with coordinates metric and pole; the
    standard errors from 200 resamples of the n. sd (year, row, target) : standard deviation over A and B. NaN where the
    settings or any of those draws give no value, and where nothing varies.

    Raises
    ------
    ConfigError : see check_draw_settings; fewer than 8 samples, nothing left to vary. YearError : no such year.
        ExtraError : SALib is not there. WorkerError : see workers.at_work.
    """
    draw_settings = DrawSettings() if draw_settings is None else draw_settings
    check_draw_settings(draw_settings._replace(draws=1))
    check_names(names)
    if samples < LEAST_SAMPLES:
        raise ConfigError(
            f"shares of variance need {LEAST_SAMPLES} samples or more, not {samples}; {SAMPLES} are usual."
        )
    for year in years:
        check_year(year, study.years)
    sources = sources_of(names, draw_settings)
    if not sources:
        raise ConfigError(f"every source of doubt that {', '.join(names)} can hang on is fixed; free one.")
    _salib()
    whole = plan_draws(study, names, draw_settings, mirror_spread(study.panel).sd)
    plans = {year: plan_of_years(whole, year, year) for year in years}
    parts = [(i, range(at, min(at + PART, samples))) for i in range(len(years)) for at in range(0, samples, PART)]
    work = partial(_sample_part, sources, samples)
    blocks: dict[int, list[np.ndarray]] = {year: [] for year in years}
    with running(workers, len(years) * samples * (len(sources) + 2) * (DRAW + CELL * len(names))) as run:
        for (i, _), block in zip(parts, run(work, list(plans.values()), parts), strict=True):
            year = years[i]
            blocks[year].append(block)
            progress(f"sampling {year}: {sum(b.shape[1] for b in blocks[year])} of {samples}")
    found = [_shares(np.concatenate(blocks[year], axis=1), sources, plans[year], study.at(year)) for year in years]
    return xr.concat(found, pd.Index(list(years), name="year"))


def _sample_part(sources: tuple[str, ...], samples: int, plan: DrawPlan, numbers: range) -> np.ndarray:
    """A, B and each A_k of some samples of a year, (set, sample, row, state); B's draws are those from `samples` on."""
    rows = []
    for number in numbers:
        flows = {n: flows_of(plan.study.panel, plan.spread, plan.draw_settings, n) for n in (number, number + samples)}
        sets = [dict.fromkeys(UNCERTAINTY_SOURCES, number), dict.fromkeys(UNCERTAINTY_SOURCES, number + samples)]
        sets += [{**sets[0], source: number + samples} for source in sources]
        rows.append([rows_of(study_of_draw(plan, one, flows[one["flows"]]), plan.names)[1][:, 0] for one in sets])
    return np.stack(rows, axis=1)


def _shares(values: np.ndarray, sources: tuple[str, ...], plan: DrawPlan, study: Study) -> xr.Dataset:
    """The shares of one year from its samples (set, sample, row, state)."""
    labels, usual = labels_of(plan, study)
    known = ~np.isnan(values).any(axis=(0, 1)) & ~np.isnan(usual[:, 0])
    cells = values[:, :, known]
    first, total, first_se, total_se = np.full((4, len(sources), *known.shape), np.nan)
    sd = np.full(known.shape, np.nan)
    found, errors, spread = sobol_indices(cells[0], cells[1], cells[2:])
    for out, told in ((first, found[0]), (total, found[1]), (first_se, errors[0]), (total_se, errors[1])):
        out[:, known] = told
    sd[known] = spread
    dims = ("source", "row", "target")
    arrays = {"first": first, "total": total, "first_se": first_se, "total_se": total_se}
    return xr.Dataset(
        {**{name: (dims, v) for name, v in arrays.items()}, "sd": (("row", "target"), sd)},
        coords={"source": list(sources), "target": study.panel.states.index.to_numpy(dtype=str),
                "metric": ("row", list(labels.metrics)), "pole": ("row", list(labels.poles))},
    )  # fmt: skip


def sobol_indices(
    a: np.ndarray, b: np.ndarray, mixed: np.ndarray, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First-order and total shares, their standard errors, and the standard deviation.

    Parameters
    ----------
    a, b : (sample, ...). mixed : (source, sample, ...), a but for one source from b.

    Returns
    -------
    shares (2, source, ...), errors (2, source, ...), deviation (...); NaN shares where nothing varies.
    """
    sobol = _salib()
    both = np.concatenate([a, b])
    deviation = both.std(axis=0)
    varies = deviation > 1e-9 * np.abs(both).max(axis=0, initial=0.0)
    found, errors = np.full((2, 2, len(mixed), *deviation.shape), np.nan)
    if varies.any():
        mean, scale = both.mean(axis=0), np.where(varies, deviation, 1.0)
        one, other, sets = (((v - mean) / scale)[..., varies] for v in (a, b, mixed))

        def shares(rows: np.ndarray) -> np.ndarray:
            return np.array([[f(one[rows], part[rows], other[rows]) for part in sets]
                             for f in (sobol.first_order, sobol.total_order)])  # fmt: skip

        found[..., varies] = best = shares(np.arange(len(a)))
        errors[..., varies] = _errors(best, shares, len(a), seed)
    return found, errors, np.where(varies, deviation, 0.0)


def _errors(
    best: np.ndarray, shares: Callable[[np.ndarray], np.ndarray], count: int, seed: int
) -> np.ndarray:  # fmt: skip
    """Standard deviation of the shares over resamples of the samples."""
    rng = np.random.default_rng(seed)
    off, squares = np.zeros_like(best), np.zeros_like(best)
    for _ in range(RESAMPLES):
        gap = shares(rng.integers(count, size=count)) - best
        off += gap
        squares += gap**2
    return np.sqrt(np.maximum(squares / RESAMPLES - (off / RESAMPLES) ** 2, 0.0))


def _salib():  # type: ignore[no-untyped-def]
    try:
        from SALib.analyze import sobol
    except ImportError as err:
        raise ExtraError(
            "shares of variance need SALib, which is not installed: pip install SALib (or this package with its extra, "
            "influence[sensitivity])."
        ) from err
    return sobol


def share_table(shares: xr.Dataset) -> pd.DataFrame:
    """One row a metric, pole, state, year and source, in the order of UNCERTAINTY_SOURCES: first, total, errors, sd."""
    frame = shares.to_dataframe().dropna(subset=["first"]).reset_index().rename(columns={"target": "iso3"})
    order = {name: i for i, name in enumerate(UNCERTAINTY_SOURCES)}
    columns = ["iso3", "year", "metric", "pole", "source", "first", "first_se", "total", "total_se", "sd"]
    frame = frame.assign(order=frame["source"].map(order))
    return frame.sort_values(["metric", "pole", "iso3", "year", "order"])[columns].reset_index(drop=True)


def without_layers(study: Study, year: int, names: Sequence[str]) -> pd.DataFrame:
    """Metrics of a year as they would be with one layer left out and the others rescaled, each layer that weighs.

    Returns
    -------
    iso3, metric, pole, layer, value (by the settings), without; NaN where no value.
    """
    whole = DrawPlan(study, None, tuple(names), DrawSettings(), mirror_spread(study.panel).sd)
    plan = plan_of_years(whole, year, year)
    labels, usual = labels_of(plan, plan.study)
    codes = study.panel.states.index.to_numpy(dtype=str)
    used = study.weighing
    parts = []
    for layer in used if len(used) > 1 else ():
        rest = plan.study.with_method(weights={**study.method.weights, layer: 0.0})
        _, values = labels_of(plan, rest)
        for row, (metric, pole) in enumerate(zip(*labels, strict=True)):
            told = {"iso3": codes, "metric": metric, "pole": pole, "layer": layer}
            parts.append(pd.DataFrame({**told, "value": usual[row, 0], "without": values[row, 0]}))
    columns = ["iso3", "metric", "pole", "layer", "value", "without"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
