"""Results of the draws, collected pass by pass: ranges, probabilities and ranks by year, and signs for crossings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.layers import trade_breaks
from influence.metrics.catalogue import metric_named
from influence.metrics.pull import by_state
from influence.study import Study
from influence.uncertainty.crossings import SHARE_COLUMNS, YEAR_COLUMNS, crossing_years, signs_of
from influence.uncertainty.plan import DrawPlan, Labels, labels_of, plan_of_years
from influence.uncertainty.summary import HIGH, LOW, known, lead_probability, places, quantiles, step_quantiles

LEAST_DRAWS = 20
"""Draws needed for a range when the work was stopped early."""


class Drawn(NamedTuple):
    """Results of the draws.

    ranges : value, median, low, high and p_leads (for balances), dims (row, year, target), with coordinates metric and
    pole (row) and made (year), the number of draws used. The rank by a balance is a row too (rank_NAME).
    crossings, crossing_probabilities : see crossings.Crossings, with metric and pole.
    """

    ranges: xr.Dataset
    crossings: pd.DataFrame
    crossing_probabilities: pd.DataFrame

    def __repr__(self) -> str:
        years, metrics = self.ranges["year"].values, dict.fromkeys(self.ranges["metric"].values)
        return (
            f"<Drawn: {', '.join(map(str, metrics))}; {years[0]}-{years[-1]}, {self.ranges['made'].values.max()} draws>"
        )

    def _repr_html_(self) -> str:
        return str(self.ranges._repr_html_())


def probability_name(balance: str) -> str:
    """p_leads of pull_balance, p_leads_network of balance_network."""
    return "p_leads" if balance == "pull_balance" else f"p_leads_{balance.removeprefix('balance_')}"


class Stated(NamedTuple):
    """values : rows without draws (row, year, state). breaks : series breaks by the data of a metric (year, state)."""

    labels: Labels
    values: np.ndarray
    years: list[int]
    states: np.ndarray
    breaks: dict[str, np.ndarray]

    @property
    def unbroken(self) -> bool:
        """Whether there is every year between the first and the last."""
        return len(self.years) == self.years[-1] - self.years[0] + 1


def stated_values(plan: DrawPlan, study: Study, years: list[int]) -> Stated:
    """The metrics of some years without draws, by the method of the study."""
    part = plan_of_years(plan, years[0], years[-1])
    plain = study.on(part.study.panel)
    labels, values = labels_of(part, plain)
    at = [year - years[0] for year in years]
    breaks = {"composite": plain.ties["is_break"].values[at], "trade": trade_breaks(plain.panel)[at]}
    return Stated(labels, values[:, at], years, plain.panel.states.index.to_numpy(dtype=str), breaks)


class DrawAccumulator:
    """Collects the draws pass by pass and gives their results."""

    def __init__(self, stated: Stated, draws: int) -> None:
        self.stated = stated
        self.labels, self.usual = labels, usual = stated.labels, stated.values
        blank = np.full(usual.shape, np.nan)
        self.ends = {name: blank.copy() for name in ("median", "low", "high", "p_leads")}
        ranked = np.full((len(labels.balances), *usual.shape[1:]), np.nan)
        self.ranks = {name: ranked.copy() for name in ("value", "median", "low", "high")}
        self.signs = np.full((len(labels.balances), draws, *usual.shape[1:]), signs_of(np.array(np.nan)))
        self.made = np.zeros(usual.shape[1], dtype=int)

    def add(self, years: slice, draws: np.ndarray) -> None:
        """Draws (row, draw, year, state) of some years."""
        made = draws.shape[1]
        if made < min(LEAST_DRAWS, self.signs.shape[1]):
            return
        self.made[years] = made
        for row in range(len(draws)):
            usual = self.usual[row, years]
            there = known(draws[row], usual)
            for name, values in zip(("low", "median", "high"), quantiles(draws[row], (LOW, 0.5, HIGH)), strict=True):
                self.ends[name][row, years] = np.where(there, values, np.nan)
            if row in self.labels.balances:
                self.ends["p_leads"][row, years] = np.where(there, lead_probability(draws[row]), np.nan)
                self._place(self.labels.balances.index(row), years, draws[row], np.where(there, usual, np.nan))

    def _place(self, balance: int, years: slice, draws: np.ndarray, usual: np.ndarray) -> None:
        """Ranks among the states that have a value without draws."""
        self.signs[balance, : len(draws), years] = signs_of(draws)
        there = ~np.isnan(usual)
        self.ranks["value"][balance, years] = places(usual)
        for year in range(draws.shape[1]):  # one year at a time: sorting takes several times its memory
            placed = places(np.where(there[year], draws[:, year], np.nan))
            for name, values in zip(("low", "median", "high"), step_quantiles(placed), strict=True):
                self.ranks[name][balance, years][year] = np.where(there[year], values, np.nan)

    def drawn(self) -> Drawn:
        """All results, labelled."""
        labels, stated = self.labels, self.stated
        names = [*labels.metrics, *(f"rank_{labels.metrics[row]}" for row in labels.balances)]
        poles = [*labels.poles, *(labels.poles[row] for row in labels.balances)]
        none = np.full(self.ranks["value"].shape, np.nan)
        rows = {"value": np.concatenate([self.usual, self.ranks["value"]])}
        for name, values in self.ends.items():
            rows[name] = np.concatenate([values, self.ranks.get(name, none)])
        coords = {"year": stated.years, "target": stated.states,
                  "metric": ("row", names), "pole": ("row", poles), "made": ("year", self.made)}  # fmt: skip
        ranges = xr.Dataset({name: (("row", "year", "target"), v) for name, v in rows.items()}, coords=coords)
        found = [pd.DataFrame(columns=["metric", "pole", *c]) for c in (YEAR_COLUMNS, SHARE_COLUMNS)]
        if (self.made == self.made[0]).all() and self.made[0] and self.stated.unbroken:
            pairs = list(self._crossings(ranges))
            found = [pd.concat([pair[k] for pair in pairs], ignore_index=True) for k in (0, 1)] if pairs else found
        return Drawn(ranges, *found)

    def _crossings(self, ranges: xr.Dataset) -> Iterator[tuple[pd.DataFrame, ...]]:
        for signs, row in zip(self.signs, self.labels.balances, strict=True):
            name, pole = self.labels.metrics[row], self.labels.poles[row]
            value = ranges["value"].isel(row=row, drop=True).reset_coords(drop=True)
            broken = by_state(value, self.stated.breaks[metric_named(name).rests_on], "is_break")
            found = crossing_years(signs[: self.made[0]], value, broken)
            yield tuple(table.assign(metric=name, pole=pole)[["metric", "pole", *table.columns]] for table in found)
