"""Scenarios ranked by a goal: what each changes for some states, and which comes first.

Each place has the best and the worst place over the bounds of the response of trade (sides.scenario_bounds).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.comparison.sides import scenario_bounds
from influence.errors import ScenarioError, StateError
from influence.metrics.pull import direct_pull, headline_balance, pole_states
from influence.quality import covered
from influence.scenario.apply import Applied
from influence.scenario.load import load_scenario
from influence.scenario.model import Scenario
from influence.study import Study

GOALS = ("balance", "not_covered", "real_income", "pull")
LEVEL = 1e-9
"""Scores that differ by less are equal: the groups share the place."""
CONFIGURED = "configured"
"""Name of the measures without a bound."""
MOVES = ["group", "metric", "pole", "before", "after", "change", "low", "high", "cells"]
PLACES = ["group", "scenario", "title", "place", "place_low", "place_high", "tied", "score", "score_low", "score_high"]

Measures = dict[tuple[str, str], np.ndarray]
"""(metric, pole) -> values (year, state); NaN where there is none."""


class Goal(NamedTuple):
    """metric : of GOALS. pole : whose pull. least : the smallest score is first; of a balance that nearest to 0."""

    metric: str
    pole: str = ""
    least: bool = False

    def score(self, measures: Measures, pair: str) -> float:
        """The number that is ranked, the mean over states and years: of a balance its absolute value."""
        key = (self.metric, {"balance": pair}.get(self.metric, self.pole))
        values = np.abs(measures[key]) if self.metric == "balance" else measures[key]
        known = values[~np.isnan(values)]
        return float(known.mean()) if len(known) else math.nan


class Entry(NamedTuple):
    """One scenario measured. group : the name of its file. measures : by bound, CONFIGURED first."""

    group: str
    scenario: Scenario
    measures: Mapping[str, Measures]
    notes: tuple[str, ...]


class Ranking(NamedTuple):
    """places : columns PLACES, best first. moves : columns MOVES, means over states and years known on both sides.

    unchanged : the score without any scenario. sentence : which scenario is first, by what, and how certain that is.
    """

    places: pd.DataFrame
    moves: pd.DataFrame
    unchanged: float
    sentence: str


def goal_of(text: str, study: Study, *, least: bool = False) -> Goal:
    """A goal from 'balance', 'not_covered', 'real_income' or 'pull:POLE'.

    Raises
    ------
    ScenarioError : an unknown goal; a pole that the study does not have; `least` with a balance.
    """
    metric, _, pole = text.strip().partition(":")
    if metric not in GOALS or bool(pole) != (metric == "pull"):
        raise ScenarioError(
            f"goal {text!r} is not known; give balance, not_covered, real_income or pull:{study.poles[0]}."
        )
    if metric == "balance":
        if least:
            raise ScenarioError("the goal balance ranks the balance nearest to 0 first; leave --least out.")
        return Goal(metric, least=True)
    named = study.registry.pole_name(pole) if pole else ""
    if named and named not in study.poles:
        raise ScenarioError(f"{pole!r} is not a pole of this study; its poles are: {', '.join(study.poles)}.")
    return Goal(metric, named, least)


def applied_scenario(study: Study, path: str) -> Applied:
    """A scenario by name or file, applied.

    Raises
    ------
    ScenarioError : see load_scenario and apply_scenario; one without edits.
    """
    scenario = load_scenario(path, study.registry)
    if not scenario.edits:
        raise ScenarioError(f"scenario {scenario.name} has no edits; a ranking needs at least one.")
    return study.applied(scenario)


def begins(applied: Applied) -> int:
    """The first year in which every edit applies."""
    return max(edit.begin for edit in applied.scenario.edits)


def measured(
    group: str, applied: Applied, study: Study, states: Sequence[str], years: Sequence[int],
) -> Entry:  # fmt: skip
    """The measures of a scenario, with the configured choices and at each bound (sides.scenario_bounds).

    Raises
    ------
    ScenarioError : no edit applies in any of the years.
    """
    first = min(edit.begin for edit in applied.scenario.edits)
    if first > max(years):
        raise ScenarioError(
            f"scenario {applied.scenario.name} begins in {first}, after the years asked for; give a later year."
        )
    every = {CONFIGURED: applied, **scenario_bounds(study, applied)}
    found = {bound: measures_of(one, study, states, years) for bound, one in every.items()}
    return Entry(group, applied.scenario, found, applied.notes)


def measures_of(applied: Applied, study: Study, states: Sequence[str], years: Sequence[int]) -> Measures:
    """Balance of the first two poles, pull of each pole, not_covered and change of real income, each (year, state).

    Balance and pull are NaN for members of their poles. Real income is a change as a share; 0 in years in which no edit
    of trade applies; NaN for a state that the sector data lack.
    """
    ties, pair = study.on(applied.panel.of_years(min(years), max(years))).ties, study.pair
    found: dict[tuple[str, str], xr.DataArray] = {("balance", "-".join(pair)): headline_balance(ties, pair)}
    found |= {("pull", pole): direct_pull(ties, pole).where(~pole_states(ties, [pole])) for pole in study.poles}
    found["not_covered", ""] = ties["not_covered"].where(covered(ties))
    at = {"year": list(years), "target": list(states)}
    income = np.zeros((len(years), len(states)))
    for row, year in enumerate(years):
        if year in applied.answers:
            real = applied.answers[year].response.real_income
            income[row] = real.reindex(list(states)).to_numpy() - 1.0
    return {**{key: values.sel(at).values for key, values in found.items()}, ("real_income", ""): income}


def ranked(entries: Sequence[Entry], unchanged: Measures, goal: Goal, poles: Sequence[str], scope: str) -> Ranking:
    """Scenarios by a goal, best first; equal scores share a place, scenarios without a value come last without one.

    scope : the states and years, in words ('South Korea in 2018').

    Raises
    ------
    ScenarioError : nothing to rank. StateError : none of the states has what the goal asks for.
    """
    if not entries:
        raise ScenarioError("there is no scenario to rank.")
    pair = "-".join(poles[:2])
    bounds = list(dict.fromkeys(bound for entry in entries for bound in entry.measures))
    # A bound that a scenario does not have leaves its configured score.
    scores = np.array(
        [[goal.score(e.measures.get(bound, e.measures[CONFIGURED]), pair) for bound in bounds] for e in entries]
    )
    if np.isnan(scores[:, 0]).all():
        raise StateError(
            f"the goal {goal.metric} has no value for {scope}: too little is observed, or the state is a pole."
        )
    places = np.stack([places_of(column, least=goal.least) for column in scores.T], axis=1)
    table = pd.DataFrame({
        "group": [e.group for e in entries], "scenario": [e.scenario.name for e in entries],
        "title": [e.scenario.title for e in entries], "place": places[:, 0], "place_low": places.min(axis=1),
        "place_high": places.max(axis=1), "tied": [bool((places[:, 0] == p).sum() > 1) for p in places[:, 0]],
        "score": scores[:, 0], "score_low": scores.min(axis=1), "score_high": scores.max(axis=1),
    })[PLACES].sort_values(["place", "group"], ignore_index=True)  # fmt: skip
    base = goal.score(unchanged, pair)
    moves = pd.concat([_moves(entry, unchanged) for entry in entries], ignore_index=True)
    return Ranking(table, moves, base, ranking_sentence(table, goal, base, scope))


def places_of(scores: np.ndarray, *, least: bool) -> np.ndarray:
    """Place of each score: 1 plus the number of scores that are better by more than LEVEL; NaN without a score."""
    sign = 1.0 if least else -1.0
    better = sign * (scores[None, :] - scores[:, None]) < -LEVEL
    return np.where(np.isnan(scores), np.nan, 1.0 + better.sum(axis=1))


def _moves(entry: Entry, unchanged: Measures) -> pd.DataFrame:
    """Means over the cells known with and without the scenario, and the range of the change over its bounds."""
    rows = []
    for (metric, pole), before in unchanged.items():
        now = entry.measures[CONFIGURED][metric, pole]
        known = ~np.isnan(before) & ~np.isnan(now)
        if not known.any():
            rows.append((entry.group, metric, pole, *(math.nan,) * 5, 0))
            continue
        start = float(before[known].mean())
        afters = [float(found[metric, pole][known].mean()) for found in entry.measures.values()]
        changes = [after - start for after in afters]
        rows.append((entry.group, metric, pole, start, afters[0], changes[0], min(changes), max(changes), known.sum()))
    return pd.DataFrame(rows, columns=MOVES)


WORDS = {
    "balance": "balance nearest to 0", "not_covered": "not_covered", "real_income": "change of real income",
}  # fmt: skip
SCORES = {"balance": "a distance from 0 of ", "not_covered": "", "real_income": "", "pull": ""}
SCALES = {
    "balance": "0: both poles pull equally; 1: only one pole pulls",
    "not_covered": "a share of reliance, from 0 to 1",
    "real_income": "compared with the same year without it",
    "pull": "a share of reliance, from 0 to 1",
}
"""How to read the number that is ranked."""


def ranking_sentence(table: pd.DataFrame, goal: Goal, unchanged: float, scope: str) -> str:
    """Which scenario is first, by what, which share the place, and whether the bounds change that."""
    word = f"pull of {goal.pole}" if goal.metric == "pull" else WORDS[goal.metric]
    order = "" if goal.metric == "balance" else ", the smallest first" if goal.least else ", the largest first"
    best = table[table["place"] == 1]
    names = " and ".join(best["group"])
    tie = f"{names} share the first place" if len(best) > 1 else f"{names} is first"
    text = f"By {word}{order}, for {scope}: {tie} with {SCORES[goal.metric]}{_score(best['score'].iloc[0], goal)}"
    rest = table[table["place"] > 1]
    if len(rest):
        text += f", then {', '.join(f'{r.group} ({_score(r.score, goal)})' for r in rest.itertuples())}"
    better = "smaller is better" if goal.least else "larger is better"
    text += f". Without a scenario it is {_score(unchanged, goal)} ({SCALES[goal.metric]}; {better})."
    none = table[table["place"].isna()]["group"]
    if len(none):
        text += f" No value for {', '.join(none)}."
    rivals = table[(table["place_low"] == 1) & (table["place"] > 1)]["group"]
    uncertain = list(rivals) + list(best[best["place_high"] > 1]["group"])
    if len(table) > 1:
        text += (
            f" The order depends on how strongly trade responds: {', '.join(uncertain)} may be first or not."
            if uncertain
            else " The first place is the same at every bound of the trade response."
        )
    return text


def _score(value: float, goal: Goal) -> str:
    if math.isnan(value):
        return "no value"
    return f"{100 * value:+.2f} %" if goal.metric == "real_income" else f"{value:.3f}"
