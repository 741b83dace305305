"""Events with sources: what else happened in the years of a change."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from influence.errors import PanelError, head_of
from influence.panel.panel import Panel
from influence.states import Registry, bundled_registry

KINDS = ("agreement", "tariff", "pact", "policy", "crisis")
DATE = re.compile(r"\d{4}(-\d{2}-\d{2})?")


def load_events(panel: Panel) -> pd.DataFrame:
    """date, year, key, title, states (codes of those of the panel it touches), kind, source; oldest first.

    An event that touches no state of the panel is left out: a panel of the user's own states has the bundled list too.

    Raises
    ------
    PanelError : an unknown date, kind, state or group, or a duplicated key.
    """
    table, registry = panel.curated("events"), panel.registry
    known = {*registry.states.index, *bundled_registry().states.index}
    bad = ~table["date"].map(lambda d: bool(DATE.fullmatch(d))) | ~table["kind"].isin(KINDS) | table["key"].duplicated()
    bad |= ~table["states"].map(
        lambda named: bool(named) and all(word in known or registry.is_group(word) for word in named.split())
    )
    if bad.any():
        raise PanelError(f"events.csv has rows with an invalid date, kind, states or key:{head_of(table[bad])}")
    states = [_touched(named, registry) for named in table["states"]]
    out = table.assign(states=states, year=table["date"].str[:4].astype(int))
    return out[out["states"].map(bool)].sort_values(["date", "key"], ignore_index=True)


def _touched(named: str, registry: Registry) -> frozenset[str]:
    words = named.split()
    touched = {code for word in words for code in (registry.members(word) if registry.is_group(word) else [word])}
    return frozenset(touched & set(registry.states.index))


def concurrent(panel: Panel, states: Iterable[str], first_year: int, last_year: int) -> pd.DataFrame:
    """Events from first_year to last_year (both included) that affect any of the states."""
    table, wanted = load_events(panel), set(states)
    touched = table["states"].map(lambda event: bool(wanted & event))
    return table[table["year"].between(first_year, last_year) & touched].reset_index(drop=True)
