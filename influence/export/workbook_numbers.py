"""What a workbook holds of one year: the raw figures of its states with every partner, and the method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import StateError, check_year
from influence.layer_settings import CustomLayer
from influence.layers import capability_of, strength_in_force
from influence.method import Method
from influence.metrics.pull import pole_members
from influence.panel.package import cards_of
from influence.panel.panel import Panel
from influence.panel.provenance import sources_by_layer
from influence.panel.regions import region_members
from influence.schema import FLAG_NAMES
from influence.specs import LAYERS
from influence.statements.sources import series_break_note
from influence.study import Study
from influence.ties import checked_weights, yearly_weights

MOST_STATES = 60
"""Beyond it a workbook has more than a hundred thousand formulas, and a spreadsheet stops answering."""


class Numbers(NamedTuple):
    """The year of a workbook. Arrays are (partner), (state) or (partner, state); NaN is unobserved.

    states, partners : ISO3 codes; partners are all states of the panel. exports, imports : of a state to and from a
    partner, US dollars; flagged : neither flow of the pair is as its source gives it. strength : layer -> s of equation
    3. looked_at : whether the pact sources cover the state. exists : layer -> whether it has any data in the year.
    members : pole -> who makes it up, bool (partner). layers, ties : of all states, as the formulas will have them.
    """

    year: int
    method: Method
    states: tuple[str, ...]
    partners: tuple[str, ...]
    names: tuple[str, ...]
    exports: np.ndarray
    imports: np.ndarray
    flagged: np.ndarray
    totals: np.ndarray
    capability: np.ndarray
    strength: Mapping[str, np.ndarray]
    looked_at: np.ndarray
    troops: np.ndarray
    exists: Mapping[str, bool]
    labels: tuple[str, ...]
    members: Mapping[str, np.ndarray]
    layers: xr.DataArray
    ties: xr.DataArray
    layer_names: tuple[str, ...]
    custom: tuple[CustomLayer, ...]
    cards: pd.DataFrame
    sources: Mapping[str, Sequence[str]]
    series_note: str

    @property
    def custom_names(self) -> tuple[str, ...]:
        """Custom layers, after the others."""
        return tuple(name for name in self.layer_names if name not in LAYERS)

    @property
    def used(self) -> dict[str, float]:
        """Weight of each layer in the year, over those that exist."""
        given = checked_weights(self.method.weights, self.layer_names)
        found = yearly_weights({name: np.array([there]) for name, there in self.exists.items()}, given)
        return {name: float(weight[0]) for name, weight in found.items()}

    @property
    def at(self) -> np.ndarray:
        """Places of the states among the partners."""
        return np.array([self.partners.index(code) for code in self.states])


def workbook_states(text: str, panel: Panel) -> tuple[str, ...]:
    """States named one by one, or by a group or an agreement, each once, in the order given.

    Raises
    ------
    StateError : none, one that is not known, or more than a workbook can hold.
    """
    parts = [part for part in text.split(",") if part.strip()]
    out = tuple(dict.fromkeys(code for part in parts for code in region_members(panel, part)))
    if not 1 <= len(out) <= MOST_STATES:
        raise StateError(f"a workbook holds from one to {MOST_STATES} states, not {len(out)}; name fewer.")
    return out


def numbers_of(study: Study, states: Sequence[str], year: int) -> Numbers:
    """The raw figures of the states in one year, and what they give.

    Raises
    ------
    YearError, StateError : outside the panel, or a pole without ties.
    """
    check_year(year, study.years)
    index, method = study.panel.states.index, study.method
    absent = [code for code in states if code not in index]
    if absent:
        raise StateError(f"{', '.join(absent)} is not among the {len(index)} states of the panel.")
    of_year = study.at(year)
    now, ties, layers = of_year.panel, of_year.ties, of_year.layers.isel(year=0)
    at = index.get_indexer(pd.Index(list(states)))
    flows = now.trade["export_usd"].values[0]
    return Numbers(
        year=year, method=method, states=tuple(states), partners=tuple(map(str, index)),
        names=tuple(map(str, now.states["name"])), exports=flows[at].T, imports=flows[:, at],
        flagged=_flagged(now)[:, at],
        totals=np.stack([now.totals[name].values[0, at] for name in ("export_usd", "import_usd")]),
        capability=capability_of(now, method.capability)[0],
        strength={
            "alliance": strength_in_force(now, method.pact_strength)[0][:, at],
            "agreement": strength_in_force(now, method.agreement_strength)[0][:, at],
        },
        looked_at=now.attributes["in_system"].values[0, at], troops=now.attributes["troops"].values[0, at],
        exists={name: bool((layers["unobserved"].sel(layer=name) < 1).any()) for name in now.layer_names},
        labels=study.labels,
        members={pole: pole_members(ties, pole)[0] for pole in study.poles}, layers=layers, ties=ties,
        layer_names=now.layer_names, custom=tuple(ties.layer for ties in now.custom),
        cards=cards_of(now.vintages, now.registry.tables),
        sources=sources_by_layer(now, year), series_note=series_break_note(now, year),
    )  # fmt: skip


def _flagged(now: Panel) -> np.ndarray:
    """Whether a flow of the pair, in either direction, is not as observed (extended, carried forward ...), (u, v)."""
    plain = (-1, FLAG_NAMES.index("observed"))
    marked = ~np.isin(now.trade["flag"].values[0], plain)
    return np.asarray(marked | marked.T)
