"""Measures that give a number for a state: trade, capability, shares, pull and balance.

NaN: there is no value, because it was not observed, too little was observed, or the state is a pole.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from influence.comparison.definitions import other_definitions, range_over
from influence.comparison.thresholds import LeadChange, WeightThreshold, weight_thresholds
from influence.errors import QueryError, StateError
from influence.layers import capability_of, strength_in_force
from influence.metrics.pull import direct_pull, pole_members, pull_balance
from influence.metrics.pull import exposure as sum_of_pulls
from influence.metrics.trends import lasting_crossing
from influence.quality import coverage as observed_share
from influence.quality import covered
from influence.query.language import measure
from influence.study import Study
from influence.ties import checked_weights

Weights = Mapping[str, float] | None


def state_in_panel(study: Study, code: str) -> str:
    """The code, if it is of a state of the panel.

    Raises
    ------
    StateError : it is not.
    """
    if code not in study.panel.states.index:
        raise StateError(f"{code} is not among the {len(study.panel.states)} states of the panel.")
    return code


def layer_shares(study: Study, state: str, year: int, layer: str = "trade", base: str | None = None) -> xr.DataArray:
    """Shares of every partner in a layer of a state, (source), on the study's trade base or another."""
    chosen = study if base is None else study.with_method(trade_base=base)
    return chosen.at(year).layers.isel(year=0).sel(layer=layer, target=state_in_panel(study, state))


def weighed(study: Study, layer: str | None = None, weights: Weights = None) -> Study:
    """The study with one layer alone, with other layer weights, or itself."""
    chosen = {layer: 1.0} if layer else weights
    return study if chosen is None else study.with_method(weights=chosen)


def _of_state(values: xr.DataArray, study: Study, state: str) -> float:
    return float(values.isel(year=0).sel(target=state_in_panel(study, state)))


# ---- figures and weights -----------------------------------------------------------------------------


@measure("dollars")
def exports(study: Study, exporter: str, importer: str, year: int) -> float:
    """Goods exported by the one to the other."""
    flows = study.at(year).panel.trade["export_usd"].isel(year=0)
    return float(flows.sel(exporter=state_in_panel(study, exporter), importer=state_in_panel(study, importer)))


@measure("dollars")
def total(study: Study, state: str, year: int, flow: str) -> float:
    """All goods exports or imports of the state."""
    totals = study.at(year).panel.totals["export_usd" if flow == "exports" else "import_usd"]
    return float(totals.isel(year=0).sel(state=state_in_panel(study, state)))


@measure("capability")
def capability(study: Study, state: str, year: int) -> float:
    """GDP, or the CINC index where the configuration says so."""
    return float(capability_of(study.at(year).panel, study.method.capability)[0][_index(study, state)])


def _index(study: Study, state: str) -> int:
    return int(study.panel.states.index.get_loc(state_in_panel(study, state)))


@measure("capability", layer="pledges")
def pledged(study: Study, state: str, year: int, layer: str) -> float:
    """Sum over all who pledge to the state (or have an agreement with it) of strength times capability."""
    now = study.at(year).panel
    kinds = study.method.pact_strength if layer == "alliance" else study.method.agreement_strength
    strength = strength_in_force(now, kinds)[0][:, _index(study, state)]
    return float((strength * capability_of(now, study.method.capability)[0])[strength > 0].sum())


@measure("weight")
def weight(study: Study, layer: str) -> float:
    """Weight of the layer; all weights sum to 1."""
    return checked_weights(study.method.weights, study.panel.layer_names)[layer]


# ---- shares, pull and balance ------------------------------------------------------------------------


@measure("share")
def share(study: Study, partner: str, state: str, year: int, layer: str = "trade", base: str | None = None) -> float:
    """The partner's share of the state's layer: of its trade (equation 1), or of its pledges or agreements (3)."""
    member = pole_members(study.at(year).layers, partner)[0]
    return float(layer_shares(study, state, year, layer, base).values[member].sum())


@measure("index")
def concentration(study: Study, state: str, year: int, layer: str = "trade") -> float:
    """Sum of the squared shares of all partners in the state's layer (Herfindahl, Hirschman)."""
    return float((layer_shares(study, state, year, layer) ** 2).sum(min_count=1))


@measure("share")
def not_covered(study: Study, state: str, year: int, layer: str | None = None) -> float:
    """Share of the state's reliance that is on nobody, in a layer or in all (equation 4)."""
    if layer:
        return float(layer_shares(study, state, year, layer)["not_covered"])
    ties = study.at(year).ties
    return _of_state(ties["not_covered"].where(covered(ties)), study, state)


@measure("share")
def coverage(study: Study, state: str, year: int) -> float:
    """Share of the state's reliance that was observed."""
    return _of_state(observed_share(study.at(year).ties), study, state)


@measure("share")
def pull(study: Study, pole: str, state: str, year: int, layer: str | None = None, weights: Weights = None) -> float:
    """Sum over the layers of weight times share (equations 4 and 5)."""
    return _of_state(direct_pull(weighed(study, layer, weights).at(year).ties, pole), study, state)


@measure("balance")
def balance(study: Study, state: str, year: int, layer: str | None = None, weights: Weights = None) -> float:
    """(p - q) / (p + q), p and q the pulls of the first two poles (equation 6)."""
    return _of_state(pull_balance(weighed(study, layer, weights).at(year).ties, study.pair), study, state)


@measure("share")
def exposure(study: Study, state: str, year: int) -> float:
    """p + q, the pulls of the first two poles together."""
    return _of_state(sum_of_pulls(study.at(year).ties, study.pair), study, state)


# ---- years, definitions and weights at which the lead changes ----------------------------------------


@measure("year")
def crossing(study: Study, state: str, layer: str | None = None, weights: Weights = None) -> float:
    """First year of the balance's new sign, if it is kept to the end of the series."""
    found = lasting_crossing(*balance_series(weighed(study, layer, weights), state))
    kept = found[found["holds"]]
    return float(kept["year"].iloc[0]) if len(kept) else np.nan


def balance_series(study: Study, state: str) -> tuple[xr.DataArray, xr.DataArray]:
    """Balance of a state in all years, and where a new series begins: both (year, target)."""
    at = [state_in_panel(study, state)]
    breaks = study.ties["is_break"].reset_coords(drop=True)
    return pull_balance(study.ties, study.pair).sel(target=at), breaks.sel(target=at)


@measure("balance", end="bound")
def definition_range(study: Study, end: str, state: str, year: int) -> float:
    """Lowest or highest balance over three trade bases and two measures of capability."""

    def make() -> tuple[np.ndarray, np.ndarray]:
        now = study.at(year)
        first, *others = (pull_balance(ties, study.pair).values for ties in [now.ties, *other_definitions(now)])
        return range_over(first, others)

    bounds = study.once(("definition_range", year), make)
    return float(bounds[0 if end == "low" else 1][0, _index(study, state)])


@measure("weight")
def threshold(study: Study, layer: str, state: str, year: int) -> float:
    """Weight of the layer at which the poles pull equally, while the other layers keep their proportions."""
    return _threshold(study, layer, state, year).threshold


@measure("balance")
def without(study: Study, layer: str, state: str, year: int) -> float:
    """Balance with the layer's weight divided among the others."""
    return _threshold(study, layer, state, year).without


def _threshold(study: Study, layer: str, state: str, year: int) -> LeadChange:
    def make() -> WeightThreshold:
        return weight_thresholds(study, state_in_panel(study, state), year)

    for found in study.once(("weight_thresholds", state, year), make).thresholds:
        if found.layer == layer:
            return found
    raise QueryError(f"the {layer} layer has no weight, so the balance does not depend on it; give it a weight.")
