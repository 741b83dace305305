"""Ranges of a comparison by draws of both sides together: what both sides share adds no uncertainty to a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.comparison.compared import Compared
from influence.comparison.sides import ComparisonSide
from influence.comparison.tables import KEYS, layer_rows
from influence.draw_settings import DrawSettings, check_draw_settings
from influence.method import Method
from influence.metrics.catalogue import balance_metric
from influence.panel.panel import Panel
from influence.scenario.apply import Applied, apply_scenario
from influence.specs import LENSES
from influence.study import Study
from influence.uncertainty.draws import drawn_effect, drawn_method, drawn_peak, flows_of
from influence.uncertainty.mirror import mirror_spread
from influence.uncertainty.plan import DrawPlan, Labels, plan_draws, rows_of
from influence.uncertainty.summary import HIGH, LOW, known, places, quantiles, step_quantiles
from influence.uncertainty.workers import ALONE, Workers, running

PART = 10
DRAW = 0.15
"""Seconds for a draw of both sides, roughly."""


class Drawable(NamedTuple):
    """One side for draws: the panel of its year before any scenario, the scenario applied, and the panel of the base
    year of bandwidth, None if the panel lacks it.
    """

    year: int
    panel: Panel
    applied: Applied | None
    base: Panel | None


def with_draws(
    compared: Compared, draw_settings: DrawSettings, *, workers: Workers = ALONE,
    progress: Callable[[str], None] = lambda _: None,
) -> Compared:  # fmt: skip
    """The comparison with the range (5-95 %) of each change and each rank over the draws.

    In a draw both sides have the same weights, definitions, strengths and errors of flows; a scenario is applied again
    with a drawn elasticity and effect of agreements, and with or without tariff peaks. A comparison with a graph from a
    file is returned unchanged. NaN without a change, or if fewer than four in five draws have one.

    Raises
    ------
    ConfigError : see check_draw_settings. WorkerError : see workers.running.
    """
    check_draw_settings(draw_settings)
    first, second = compared.first, compared.second
    if first.study is None or second.study is None:
        return compared
    plan = plan_draws(compared.study, (), draw_settings, mirror_spread(compared.study.panel).sd)
    sides = tuple(_drawable(side, plan.study) for side in (first, second))
    parts = [(0, range(at, min(at + PART, draw_settings.draws))) for at in range(0, draw_settings.draws, PART)]
    blocks = []
    with running(workers, draw_settings.draws * DRAW) as run:
        for block in run(_draw_part, [(sides, plan)], parts):
            blocks.append(block)
            progress(f"drawing: {sum(len(b) for b in blocks)} of {draw_settings.draws}")
    draws = np.concatenate(blocks)
    labels = _rows_of_side(sides[0], plan.study)[0]
    codes = [str(code) for code in compared.study.panel.states.index]
    found = compared.found._replace(
        states=_changed(compared.found.states, labels, codes, draws),
        ranks=_ranked(compared.found.ranks, labels, codes, draws),
    )
    return compared._replace(
        found=found, range_note=f"5 to 95 % of {draw_settings.draws} draws of {_sources(draw_settings, first, second)}"
    )


def _sources(draw_settings: DrawSettings, *sides: ComparisonSide) -> str:
    """What is drawn, in words."""
    of_scenarios = ("elasticity", "agreement_effect", "tariff_peaks")
    answered = any(side.applied is not None and side.applied.answers for side in sides)
    words = {"weights": "layer weights", "flows": "trade flows", "trade_base": "the base of trade", "capability":
            "the measure of capability", "pact_strength": "the strength of pledges", "agreement_strength":
            "the strength of agreements", "elasticity": "the elasticity", "agreement_effect":
            "the effect of agreements", "tariff_peaks": "tariff peaks"}  # fmt: skip
    names = [
        word for key, word in words.items() if key not in draw_settings.fixed and (answered or key not in of_scenarios)
    ]
    return ", ".join(names[:-1]) + (f" and {names[-1]}" if len(names) > 1 else "".join(names)) if names else "nothing"


def _drawable(side: ComparisonSide, study: Study) -> Drawable:
    year, base_year, panel = side.year, study.method.bandwidth_base_year, study.panel
    applied = side.applied
    if applied is not None:
        stages = tuple(stage.of_years(year, year) for stage in applied.stages)
        applied = applied._replace(panel=applied.panel.of_years(year, year), answers={}, stages=stages)
    whole = panel if side.panel is None else side.panel
    base = whole.of_years(base_year, base_year) if base_year in whole.years else None
    return Drawable(year, panel.of_years(year, year), applied if applied and applied.stages else None, base)


def _draw_part(given: tuple[tuple[Drawable, Drawable], DrawPlan], numbers: range) -> np.ndarray:
    """(draw, side, row, state)."""
    sides, plan = given
    draws = []
    for number in numbers:
        drawn = plan.study.with_(method=drawn_method(plan.study, plan.draw_settings, number))
        both = [_drawn(side, drawn.method, plan, number) for side in sides]
        draws.append(np.stack([_rows_of_side(side, drawn)[1] for side in both]))
    return np.stack(draws)


def _drawn(side: Drawable, method: Method, plan: DrawPlan, number: int) -> Drawable:
    """The side in one draw: its flows and the response of trade."""
    draw_settings, spread = plan.draw_settings, plan.spread
    panel = flows_of(side.panel, spread, draw_settings, number)
    base = None if side.base is None else flows_of(side.base, spread, draw_settings, number)
    if side.applied is None:
        return side._replace(panel=panel, base=base)
    stages = tuple(flows_of(stage, spread, draw_settings, number) for stage in side.applied.stages)
    again = apply_scenario(
        panel, side.applied.scenario, theta=method.elasticity, effect=drawn_effect(panel, draw_settings, number),
        peak=drawn_peak(draw_settings, number), like=side.applied._replace(stages=stages),
    )  # fmt: skip
    return side._replace(panel=again.panel, base=base, applied=None)


def _rows_of_side(side: Drawable, study: Study) -> tuple[Labels, np.ndarray]:
    """Every lens, and the contribution of each layer to the direct pull, (row, state)."""
    lenses, now = list(LENSES), study.on(side.panel)
    if side.base is None:
        lenses.remove("bandwidth")
    else:
        now = now.with_bandwidth_unit(side.base)
    labels, rows = rows_of(now, [name for lens in lenses for name in (f"pull_{lens}", balance_metric(lens))])
    table = layer_rows(now)
    table = table.pivot(index=["metric", "pole"], columns="iso3", values="value").reindex(
        columns=now.ties.indexes["target"]
    )
    metrics, of_poles = ([str(v) for v in table.index.get_level_values(name)] for name in ("metric", "pole"))
    joined = Labels((*labels.metrics, *metrics), (*labels.poles, *of_poles))
    return joined, np.concatenate([rows[:, 0], table.to_numpy()])


def _changed(states: pd.DataFrame, labels: Labels, codes: list[str], draws: np.ndarray) -> pd.DataFrame:
    """The table of states with the range of each change."""
    change = draws[:, 1] - draws[:, 0]
    low, high = quantiles(change, (LOW, HIGH))
    there = known(change, np.zeros(low.shape))
    index = pd.MultiIndex.from_arrays([labels.metrics, labels.poles], names=["metric", "pole"])
    of = pd.Index(codes, name="iso3")
    ends = {name: pd.DataFrame(np.where(there, values, np.nan), index=index, columns=of).stack()
            for name, values in (("low", low), ("high", high))}  # fmt: skip
    table = states.drop(columns=["low", "high"]).merge(pd.DataFrame(ends).reset_index(), on=KEYS, how="left")
    table[["low", "high"]] = table[["low", "high"]].where(table["change"].notna(), np.nan)
    return table[states.columns]


def _ranked(ranks: pd.DataFrame, labels: Labels, codes: list[str], draws: np.ndarray) -> pd.DataFrame:
    """The table of ranks with the range of each, among the states that have a rank without draws."""
    out = ranks.copy()
    at = pd.Index(codes)
    for pair, rows in ranks.groupby("pole"):
        row = next(i for i, key in enumerate(zip(*labels, strict=True)) if key == ("pull_balance", pair))
        for side, name in enumerate(("before", "after")):
            placed = places(draws[:, side, row][:, at.get_indexer(rows["iso3"])])
            low, _, high = step_quantiles(placed)
            out.loc[rows.index, f"{name}_low"], out.loc[rows.index, f"{name}_high"] = low, high
    return out
