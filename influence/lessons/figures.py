"""Figures, shares, pulls and balances as a lesson asks for them: each a function of a study and arguments.

NaN: there is no value, because nobody observed it, too little was observed, or the state is a pole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xarray as xr

from influence.errors import StateError
from influence.layers import capability_of, strength_in_force
from influence.metrics.pull import direct_pull, exposure, pole_members, pull_balance
from influence.quality import coverage, covered
from influence.study import Study
from influence.ties import checked_weights

Arguments = Mapping[str, Any]


def reweighed(study: Study, weights: Mapping[str, float] | None) -> Study:
    """The study at other layer weights; itself for None."""
    return study if weights is None else study.with_method(weights=weights)


def layers_of(study: Study, year: int, base: str | None = None) -> xr.DataArray:
    """Every layer of one year, (layer, source, target), on the study's trade base or another."""
    chosen = study if base is None else study.with_method(trade_base=base)
    return chosen.at(year).layers.isel(year=0)


def ties_of(study: Study, year: int, weights: Mapping[str, float] | None = None) -> xr.DataArray:
    """The composite of one year, (year, source, target), at the study's weights or others."""
    return reweighed(study, weights).at(year).ties


def exports(study: Study, a: Arguments) -> float:
    """Goods exported by the one to the other, US dollars; NaN where nobody observed it."""
    flows = study.at(a["year"]).panel.trade["export_usd"]
    return float(
        flows.sel(year=a["year"], exporter=in_panel(study, a["exporter"]), importer=in_panel(study, a["importer"]))
    )


def total(study: Study, a: Arguments) -> float:
    """All goods exports or imports of a state, US dollars."""
    totals = study.at(a["year"]).panel.totals["export_usd" if a["flow"] == "exports" else "import_usd"]
    return float(totals.sel(year=a["year"], state=in_panel(study, a["state"])))


def capability(study: Study, a: Arguments) -> float:
    """GDP or CINC, as the settings say."""
    sizes = capability_of(study.at(a["year"]).panel, study.method.capability)[0]
    return float(sizes[place_of(study, a["state"])])


def pledged(study: Study, a: Arguments) -> float:
    """Sum of strength times capability over all who pledge to the state (of equation 3); NaN where one is missing."""
    now, layer = study.at(a["year"]).panel, a["layer"]
    kinds = study.method.pact_strength if layer == "alliance" else study.method.agreement_strength
    strength = strength_in_force(now, kinds)[0][:, place_of(study, a["state"])]
    held = strength > 0
    return float((strength * capability_of(now, study.method.capability)[0])[held].sum())


def weight(study: Study, a: Arguments) -> float:
    """Weight of a layer, rescaled to sum to 1."""
    return checked_weights(study.method.weights, study.panel.layer_names)[a["layer"]]


def in_panel(study: Study, code: str) -> str:
    """The code, if it is of a state of the panel.

    Raises
    ------
    StateError : it is not.
    """
    if code not in study.panel.states.index:
        raise StateError(f"{code} is not among the {len(study.panel.states)} states of the panel.")
    return code


def place_of(study: Study, code: str) -> int:
    """Place of a state in every array."""
    return int(study.panel.states.index.get_loc(in_panel(study, code)))


# ---- shares, pull and balance --------------------------------------------------------------------------------------


def share(study: Study, a: Arguments) -> float:
    """A partner's share of a state's layer (equations 1 and 3); NaN where it was not observed."""
    layer = layers_of(study, a["year"], a.get("base")).sel(layer=a.get("layer", "trade"))
    member = pole_members(ties_of(study, a["year"]), a["partner"])[0]
    return float(layer.values[member, place_of(study, a["state"])].sum())


def not_covered(study: Study, a: Arguments) -> float:
    """Share that rests on the state itself, in a layer or in all (equation 4)."""
    if "layer" in a:
        return float(
            layers_of(study, a["year"])["not_covered"].sel(layer=a["layer"], target=in_panel(study, a["state"]))
        )
    ties = ties_of(study, a["year"])
    return float(ties["not_covered"].where(covered(ties)).sel(year=a["year"], target=in_panel(study, a["state"])))


def observed(study: Study, a: Arguments) -> float:
    """Share of its reliance that was observed."""
    return float(coverage(ties_of(study, a["year"])).sel(year=a["year"], target=in_panel(study, a["state"])))


def pull(study: Study, a: Arguments) -> float:
    """Pull of a pole (equation 5)."""
    ties = ties_of(study, a["year"], weights_of(a))
    return float(direct_pull(ties, a["pole"]).sel(year=a["year"], target=in_panel(study, a["state"])))


def balance(study: Study, a: Arguments) -> float:
    """Balance between the first two poles (equation 6)."""
    ties = ties_of(study, a["year"], weights_of(a))
    return float(pull_balance(ties, study.pair).sel(year=a["year"], target=in_panel(study, a["state"])))


def exposed(study: Study, a: Arguments) -> float:
    """Pulls of the first two poles together."""
    return float(
        exposure(ties_of(study, a["year"]), study.pair).sel(year=a["year"], target=in_panel(study, a["state"]))
    )


def weights_of(a: Arguments) -> Mapping[str, float] | None:
    """Weights a question asks for: a layer alone, others than the settings', or None for those."""
    return {a["layer"]: 1.0} if "layer" in a else a.get("weights")
