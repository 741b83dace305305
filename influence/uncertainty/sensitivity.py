"""Shares of the variance of a number by source of uncertainty, and its value without a layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from influence.draw_settings import DrawSettings, check_draw_settings
from influence.errors import ConfigError, check_year, import_extra
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
"""Pairs of independent draws; k sources need k + 2 times as many draws."""
LEAST_SAMPLES = 8
OF_SCENARIOS = ("agreement_effect", "tariff_peaks")
"""Sources that affect scenarios only."""
ON_ELASTICITY = ("pull_income", "balance_income", "vulnerability")
RESAMPLES = 200
PART = 16
DRAW, CELL = 0.005, 0.002
"""Seconds for one draw of a year, roughly, and for each of its metrics."""


def sources_of(names: Sequence[str], draw_settings: DrawSettings) -> tuple[str, ...]:
    """Sources of uncertainty that can affect these metrics and are not fixed."""
    income = any(name in ON_ELASTICITY for name in names)
    left_out = {*OF_SCENARIOS, *draw_settings.fixed, *(() if income else ("elasticity",))}
    return tuple(source for source in UNCERTAINTY_SOURCES if source not in left_out)


def variance_shares(
    study: Study, years: Sequence[int], names: Sequence[str] = ("pull_direct", "pull_balance"),
    draw_settings: DrawSettings | None = None, *, samples: int = SAMPLES, workers: Workers = ALONE,
    progress: Callable[[str], None] = lambda _: None,
) -> xr.Dataset:  # fmt: skip
    """Shares of the variance of metrics by source of uncertainty (Sobol), for each state and year.

    A and B are sets of independent draws; A_k is A with source k taken from B. The first-order share is
    S_k = E[f(B) (f(A_k) - f(A))] / V, the part of the variance that goes away if k is known; the total share is
    T_k = E[(f(A) - f(A_k))^2] / 2V, the part that stays if all but k is known (Saltelli and others 2010, by SALib).
    First-order shares sum to less than 1 if sources interact. The flows of a draw are one source.

    Parameters
    ----------
    study : gives panel, method and poles. years : of the panel.
    names : metrics of the catalogue that have draws.
    draw_settings : seed, and the sources that are fixed; the number of draws is not used.
    samples : n; k sources need n (k + 2) draws. The error of a share falls with the square root of n.
    workers : processes or a cluster; the numbers do not depend on it.
    progress : called with a line of text after each part.

    Returns
    -------
    first, total : shares, mostly in [0, 1], dims (year, source, row, target), with coordinates metric and pole.
    first_se, total_se : their standard errors from 200 resamples. sd : standard deviation over A and B, dims (year,
    row, target), in the unit of the metric. NaN if a value is missing without draws or in a draw, or nothing varies.

    Raises
    ------
    ConfigError : see check_draw_settings; fewer than 8 samples, nothing left to vary. YearError : no such year.
        ExtraError : SALib is not installed. WorkerError : see workers.running.

    Examples
    --------
    >>> import influence as inf
    >>> study = inf.load_study(first_year=2016, last_year=2016)
    >>> shares = inf.variance_shares(study, [2016], ["pull_balance"], samples=8)
    >>> korea = shares.sel(target="KOR", year=2016).isel(row=0)
    >>> korea["total"].idxmax("source").item()
    'weights'
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
        raise ConfigError(f"every source of uncertainty of {', '.join(names)} is fixed; leave one free.")
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
    """A, B and each A_k of some samples of a year, (set, sample, row, state); the draws of B start at `samples`."""
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
    for out, values_known in ((first, found[0]), (total, found[1]), (first_se, errors[0]), (total_se, errors[1])):
        out[:, known] = values_known
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
    a, b : (sample, ...). mixed : (source, sample, ...), a with one source from b.

    Returns
    -------
    shares (2, source, ...), errors (2, source, ...), deviation (...); NaN shares if nothing varies.
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


def _errors(best: np.ndarray, shares: Callable[[np.ndarray], np.ndarray], count: int, seed: int) -> np.ndarray:
    """Standard deviation of the shares over resamples of the samples."""
    rng = np.random.default_rng(seed)
    off, squares = np.zeros_like(best), np.zeros_like(best)
    for _ in range(RESAMPLES):
        gap = shares(rng.integers(count, size=count)) - best
        off += gap
        squares += gap**2
    return np.sqrt(np.maximum(squares / RESAMPLES - (off / RESAMPLES) ** 2, 0.0))


def _salib() -> Any:
    import_extra("SALib.analyze", "shares of variance need", "SALib", "sensitivity")
    from SALib.analyze import sobol

    return sobol


def share_table(shares: xr.Dataset) -> pd.DataFrame:
    """One row for each metric, pole, state, year and source (in their order): first, total, their errors, sd."""
    frame = shares.to_dataframe().dropna(subset=["first"]).reset_index().rename(columns={"target": "iso3"})
    order = {name: i for i, name in enumerate(UNCERTAINTY_SOURCES)}
    columns = ["iso3", "year", "metric", "pole", "source", "first", "first_se", "total", "total_se", "sd"]
    frame = frame.assign(order=frame["source"].map(order))
    return frame.sort_values(["metric", "pole", "iso3", "year", "order"])[columns].reset_index(drop=True)


def without_layers(study: Study, year: int, names: Sequence[str]) -> pd.DataFrame:
    """Metrics of a year with one layer left out and the others rescaled, for each layer with a weight.

    Returns
    -------
    iso3, metric, pole, layer, value (with all layers), without; NaN if missing.
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
            labelled = {"iso3": codes, "metric": metric, "pole": pole, "layer": layer}
            parts.append(pd.DataFrame({**labelled, "value": usual[row, 0], "without": values[row, 0]}))
    columns = ["iso3", "metric", "pole", "layer", "value", "without"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
