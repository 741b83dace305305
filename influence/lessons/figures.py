"""Figures, shares, pulls and balances as a lesson asks for them: each a function of ground and arguments.

NaN: there is no value, because nobody observed it, too little was observed, or the state is a pole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from influence.errors import StateError
from influence.lessons.ground import Ground
from influence.metrics.pull import direct_pull, exposure, pole_members, pull_balance
from influence.quality import coverage, covered
from influence.ties import capability_of, checked_weights, strength_in_force

Arguments = Mapping[str, Any]


def exports(ground: Ground, a: Arguments) -> float:
    """Goods exported by the one to the other, US dollars; NaN where nobody observed it."""
    flows = ground.of_year(a["year"]).trade["export_usd"]
    return float(
        flows.sel(year=a["year"], exporter=in_panel(ground, a["exporter"]), importer=in_panel(ground, a["importer"]))
    )


def total(ground: Ground, a: Arguments) -> float:
    """All goods exports or imports of a state, US dollars."""
    totals = ground.of_year(a["year"]).totals["export_usd" if a["flow"] == "exports" else "import_usd"]
    return float(totals.sel(year=a["year"], state=in_panel(ground, a["state"])))


def capability(ground: Ground, a: Arguments) -> float:
    """GDP or CINC, as the settings say."""
    sizes = capability_of(ground.of_year(a["year"]), ground.config.capability)[0]
    return float(sizes[place_of(ground, a["state"])])


def pledged(ground: Ground, a: Arguments) -> float:
    """Sum of strength times capability over all who pledge to the state (of equation 3); NaN where one is missing."""
    now, layer = ground.of_year(a["year"]), a["layer"]
    kinds = ground.config.pact_strength if layer == "alliance" else ground.config.agreement_strength
    strength = strength_in_force(now, kinds)[0][:, place_of(ground, a["state"])]
    held = strength > 0
    return float((strength * capability_of(now, ground.config.capability)[0])[held].sum())


def weight(ground: Ground, a: Arguments) -> float:
    """Weight of a layer, rescaled to sum to 1."""
    return checked_weights(ground.config.weights, ground.panel.layer_names)[a["layer"]]


def in_panel(ground: Ground, code: str) -> str:
    """The code, if it is of a state of the panel.

    Raises
    ------
    StateError : it is not.
    """
    if code not in ground.panel.states.index:
        raise StateError(f"{code} is not among the {len(ground.panel.states)} states of the panel.")
    return code


def place_of(ground: Ground, code: str) -> int:
    """Place of a state in every array."""
    return int(ground.panel.states.index.get_loc(in_panel(ground, code)))


# ---- shares, pull and balance --------------------------------------------------------------------------------------


def share(ground: Ground, a: Arguments) -> float:
    """A partner's share of a state's layer (equations 1 and 3); NaN where it was not observed."""
    layer = ground.layers(a["year"], a.get("base")).sel(layer=a.get("layer", "trade"))
    member = pole_members(ground.ties(a["year"]), a["partner"])[0]
    return float(layer.values[member, place_of(ground, a["state"])].sum())


def not_covered(ground: Ground, a: Arguments) -> float:
    """Share that rests on the state itself, in a layer or in all (equation 4)."""
    if "layer" in a:
        return float(ground.layers(a["year"])["not_covered"].sel(layer=a["layer"], target=in_panel(ground, a["state"])))
    ties = ground.ties(a["year"])
    return float(ties["not_covered"].where(covered(ties)).sel(year=a["year"], target=in_panel(ground, a["state"])))


def observed(ground: Ground, a: Arguments) -> float:
    """Share of its reliance that was observed."""
    return float(coverage(ground.ties(a["year"])).sel(year=a["year"], target=in_panel(ground, a["state"])))


def pull(ground: Ground, a: Arguments) -> float:
    """Pull of a pole (equation 5)."""
    ties = ground.ties(a["year"], weights_of(a))
    return float(direct_pull(ties, a["pole"]).sel(year=a["year"], target=in_panel(ground, a["state"])))


def balance(ground: Ground, a: Arguments) -> float:
    """Balance between the first two poles (equation 6)."""
    ties = ground.ties(a["year"], weights_of(a))
    return float(pull_balance(ties, ground.pair).sel(year=a["year"], target=in_panel(ground, a["state"])))


def exposed(ground: Ground, a: Arguments) -> float:
    """Pulls of the first two poles together."""
    return float(exposure(ground.ties(a["year"]), ground.pair).sel(year=a["year"], target=in_panel(ground, a["state"])))


def weights_of(a: Arguments) -> Mapping[str, float] | None:
    """Weights a question asks for: a layer alone, others than the settings', or None for those."""
    return {a["layer"]: 1.0} if "layer" in a else a.get("weights")
