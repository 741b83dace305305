"""Measures that compare: changes, effects of scenarios, groups, states and outcomes in a word."""

from __future__ import annotations

from math import isnan

import numpy as np
import pandas as pd

from influence.comparison.drift import Placebo, Window, placebo_years
from influence.comparison.verdict import SURE
from influence.errors import QueryError, StateError
from influence.metrics.pull import pull_balance
from influence.quality import covered
from influence.query.figures import Weights, layer_shares, pull
from influence.query.language import Query, measure, value_of
from influence.study import Study

SAME = 1e-9
YES_NO = ("yes", "no")


def number_of(study: Study, query: Query) -> float:
    """The value of a query that gives a number.

    Raises
    ------
    QueryError : it gives a word.
    """
    value = value_of(study, query)
    if isinstance(value, str):
        raise QueryError(f"{query.measure} gives a word; name a measure that gives a number.")
    return value


def _known_number(study: Study, query: Query) -> float:
    value = number_of(study, query)
    if isnan(value):
        raise QueryError(f"{query.measure} has no value there, so it cannot be compared.")
    return value


@measure("of", of="query_without_year")
def change(study: Study, of: Query, from_: int, to: int) -> float:
    """Value of the later year less that of the earlier."""
    return number_of(study, of.replace(year=to)) - number_of(study, of.replace(year=from_))


@measure("of", of="query")
def effect(study: Study, of: Query, scenario: str) -> float:
    """Value with the scenario less value without it."""
    return number_of(study.under(scenario), of) - number_of(study, of)


# ---- groups ------------------------------------------------------------------------------------------


@measure("count")
def gaps(study: Study, group: str, year: int) -> float:
    """States of the group of whose reliance less than 0.8 was observed."""
    ties = study.at(year).ties
    members = ties.indexes["target"].isin(study.registry.members(group))
    return float((members & ~covered(ties)[0]).sum())


@measure("balance")
def drift(study: Study, group: str, event: int, span: int, figure: str) -> float:
    """Mean change of the group's balance over the event (moved), and 5 and 95 % of the same over all other stretches of
    years of this length (low, high)."""
    found = _placebo(study, group, event, span)
    figures = {"moved": found.observed, "low": found.low, "high": found.high, "stretches": float(len(found.placebo))}
    return figures[figure]


@measure("outcome", outcomes=("unusual", "ordinary"))
def verdict(study: Study, group: str, event: int, span: int) -> str:
    """Whether a change as large is found in fewer than one in ten other stretches of years of this length."""
    p = _placebo(study, group, event, span).p
    if isnan(p):
        raise QueryError(f"too little is known of {group} around {event} to say what is normal; choose another event.")
    return "unusual" if p <= SURE else "ordinary"


def _placebo(study: Study, group: str, event: int, span: int) -> Placebo:
    def make() -> Placebo:
        members = [state for state in study.registry.members(group) if state not in study.pair]
        balance, breaks = pull_balance(study.ties, study.pair), study.ties["is_break"].values
        return placebo_years(balance, breaks, members, Window(event, span))

    return study.once(("placebo", group, event, span), make)


# ---- states ------------------------------------------------------------------------------------------


@measure("state")
def largest_partner(study: Study, state: str, year: int, base: str | None = None) -> str:
    """Partner with the largest share of the state's trade."""
    shares = layer_shares(study, state, year, base=base)
    if not np.nan_to_num(shares.values).any():
        raise StateError(f"none of {state}'s trade was observed in {year}.")
    return str(shares.indexes["source"][int(np.nanargmax(shares.values))])


@measure("state")
def leader(study: Study, state: str, year: int, layer: str | None = None, weights: Weights = None) -> str:
    """Pole with the largest pull."""
    pulls = {pole: pull(study, pole, state, year, layer, weights) for pole in study.poles}
    if any(map(isnan, pulls.values())):
        raise StateError(f"the poles' pulls on {state} are not all known in {year}.")
    best = max(pulls.values())
    first = [pole for pole, value in pulls.items() if best - value < SAME]
    if len(first) > 1:
        raise StateError(f"{' and '.join(first)} pull equally on {state} in {year}.")
    return first[0]


# ---- outcomes ----------------------------------------------------------------------------------------


@measure("outcome", outcomes=("first", "second", "alike"), first="query", second="query")
def compare(study: Study, first: Query, second: Query) -> str:
    """Whether the first or the second is larger."""
    one, other = _known_number(study, first), _known_number(study, second)
    return "alike" if abs(one - other) < SAME else "first" if one > other else "second"


@measure("outcome", outcomes=("up", "down", "none"), of="query")
def sign(study: Study, of: Query) -> str:
    """Whether it is above zero, below, or neither."""
    value = _known_number(study, of)
    return "none" if abs(value) < SAME else "up" if value > 0 else "down"


@measure("outcome", outcomes=YES_NO, of="query")
def known(study: Study, of: Query) -> str:
    """Whether it has a value at all."""
    return "no" if isnan(number_of(study, of)) else "yes"


@measure("outcome", outcomes=YES_NO)
def member(study: Study, state: str, agreement: str) -> str:
    """Whether the state is among those that signed or joined the agreement."""
    return "yes" if state in set(members_of(study, agreement)["iso3"]) else "no"


def members_of(study: Study, agreement: str) -> pd.DataFrame:
    """The rows of an agreement in the table of memberships.

    Raises
    ------
    QueryError : no such agreement.
    """
    _check_agreement(study, agreement)
    return study.panel.memberships[study.panel.memberships["agreement"] == agreement]


def _check_agreement(study: Study, agreement: str) -> None:
    if agreement not in set(study.panel.agreements["agreement"]):
        raise QueryError(f"there is no agreement {agreement!r} in the panel; give a key of its table of agreements.")


@measure("outcome", outcomes=YES_NO)
def in_force(study: Study, agreement: str, year: int) -> str:
    """Whether the agreement is in force between any two states in the year."""
    _check_agreement(study, agreement)
    pairs = study.panel.agreement_pairs
    live = pairs[(pairs["agreement"] == agreement) & (pairs["begin_year"] <= year)]
    return "yes" if (live["end_year"].isna() | (live["end_year"] >= year)).any() else "no"
