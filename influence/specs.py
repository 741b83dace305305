"""The layers and lenses there are: one row each, with what pages and tables call it and the function that makes it.

A new layer or lens is one function and one row, here or from outside by register_layer and register_lens. A row names
its functions by their path ('influence.layers.trade_layer'), so that reading this table imports nothing; a row from
outside gives the functions themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from influence.errors import ConfigError, check_known

Function = Callable[..., Any] | str
CAPABILITY_SOURCES = ("world_bank_gdp", "cow_nmc", "curated")
RESERVED = ("composite", "all")
"""Words that mean several layers or lenses at once."""


def function_of(found: Function) -> Callable[..., Any]:
    """The function that a row names."""
    if not isinstance(found, str):
        return found
    module, name = found.rsplit(".", 1)
    return getattr(import_module(module), name)


class LayerSpec(NamedTuple):
    """One layer of ties.

    name : in code and options. title : on pages. description : formula or purpose, in one line. source : who publishes
    what it is made of. weight : by default.
    sources : keys of its sources in the data package, or (panel, year) -> keys. observed_to : (panel) -> last year that
    its records cover; pages say that later years are carried forward.
    build : (panel, choices, years) -> layers.Layer of those years. marks : (panel, choices) -> bits of quality.MARKS
    (year, source, target). breaks : (panel) -> bool (year, state), where its series changes. observed : (panel) -> bool
    (year), years in which something of it was observed. facts : (panel, source, target, year, choices) -> list of
    metrics.explain.Fact, for `explain`.
    """

    name: str
    title: str
    description: str
    source: str
    build: Function
    weight: float = 0.0
    marks: Function | None = None
    breaks: Function | None = None
    observed: Function | None = None
    facts: Function | None = None
    sources: tuple[str, ...] | Function = ()
    observed_to: Function | None = None


class LensSpec(NamedTuple):
    """One way to compute pull.

    name : in code and options. title : on pages. description : what its numbers are, in one line. unit, range : of a
    pull. source : whom to cite. rests_on : composite or trade: whose coverage and flags its values carry.
    pull : (study) -> dims (pole, year, target), higher where the pole pulls more, coordinate coverage (year, target).
    formula : of a pull, in one line. of_state : the description for one state. full_colour : pull at which a colour of
    a map is full; None for the largest of any state and year.
    """

    name: str
    title: str
    description: str
    formula: str
    unit: str
    range: str
    source: str
    pull: Function
    rests_on: str = "composite"
    of_state: str = ""
    full_colour: float | None = None

    @property
    def is_share(self) -> bool:
        """Whether a pull is a share, written in per cent."""
        return self.range == "[0, 1]"

    @property
    def uses_weights(self) -> bool:
        """Whether it is computed from the composite, not from trade alone."""
        return self.rests_on == "composite"

    @property
    def measure(self) -> str:
        """What its pictures show: title, description and unit."""
        return f"{self.title}: {self.description}"


LAYERS: dict[str, LayerSpec] = {
    row.name: row
    for row in (
        LayerSpec("trade", "Goods trade", "goods trade, share of v's trade on the chosen base (equation 1)",
                  "CEPII BACI and others", "influence.layers.trade_layer", 0.6, "influence.quality.trade_marks",
                  "influence.layers.trade_breaks", "influence.layers.trade_observed",
                  "influence.metrics.explain.trade_facts", "influence.panel.provenance.trade_sources"),
        LayerSpec("alliance", "Alliance", "commitments of defence in force, by capability (equation 3)", "ATOP",
                  "influence.layers.alliance_layer", 0.3, "influence.quality.alliance_marks", None,
                  "influence.layers.alliance_observed", "influence.metrics.explain.pact_facts",
                  ("atop", *CAPABILITY_SOURCES), "influence.panel.provenance.pacts_observed_to"),
        LayerSpec("agreement", "Trade agreement", "trade agreements in force, by capability (equation 3)",
                  "DESTA, manytrade", "influence.layers.agreement_layer", 0.1, "influence.quality.agreement_marks",
                  None, "influence.layers.agreement_observed", "influence.metrics.explain.agreement_facts",
                  ("desta", "manytrade", *CAPABILITY_SOURCES)),
        LayerSpec("troops", "US troops", "US active-duty personnel hosted, log intensity (one-sided)",
                  "US Defense Department", "influence.layers.troops_layer", 0.0, None, None,
                  "influence.layers.troops_observed", "influence.metrics.explain.troops_facts", ("us_troops",)),
    )
}  # fmt: skip
"""Layers by name, in the order of tables and pages; custom layers of a panel follow them."""

WEIGHTS: dict[str, float] = {row.name: row.weight for row in LAYERS.values()}
"""Default weight of each layer."""

LENSES: dict[str, LensSpec] = {
    row.name: row
    for row in (
        LensSpec("direct", "Direct pull", "share of each country's reliance that rests on each power, in per cent",
                 "W_pv, summed over the members of p (equation 5)", "share of reliance", "[0, 1]", "design, equation 5",
                 "influence.metrics.lenses.direct_lens",
                 of_state="share of its reliance that rests on each pole", full_colour=0.5),
        LensSpec("network", "Network pull",
                 "direct pull and what reaches a country through its partners, in per cent of its reliance",
                 "h_p(v) = W_pv + alpha sum_{k not a pole} W_kv h_p(k) (equation 7)",
                 "probability that a random walk ends at the pole", "[0, 1]",
                 "design, equation 7", "influence.metrics.lenses.network_lens",
                 of_state="share of its reliance that rests on each pole, directly or through partners",
                 full_colour=0.5),
        LensSpec("income", "Real income",
                 "per cent of a country's real income for each per cent of productivity in the power",
                 "U_vp, response of v's real income to productivity in p (equation 8)", "elasticity", "any sign",
                 "Kleinman, Liu & Redding 2024", "influence.metrics.lenses.income_lens", "trade",
                 of_state="per cent of its real income for one per cent of productivity in each pole"),
        LensSpec("opinion", "Opinion formation",
                 "share of random starts in which the country's trade leads it to the power, in per cent",
                 "share of realisations in which v ends with p (equation 9)", "share", "[0, 1]",
                 "Coquidé, Lages & Shepelyansky 2023", "influence.metrics.lenses.opinion_lens", "trade",
                 of_state="share of random starts from which its trade leads it to each pole", full_colour=1.0),
        LensSpec("bandwidth", "Bandwidth and dependence",
                 "bandwidth times dependence on trade, an index in units of the largest dyad of the base year",
                 "bandwidth_pv times the mean of T_pv/T_v and min(1, T_pv/Y_v) (equation 10)", "index", ">= 0",
                 "in the spirit of Moyer and others 2018; equal weights", "influence.metrics.lenses.bandwidth_lens",
                 "trade", of_state="index of the channel to each pole times dependence on it"),
    )
}  # fmt: skip
"""Lenses by name, in the order of tables and pages; the first is the one that the others are compared with."""

BUNDLED = frozenset((*LAYERS, *LENSES))
"""Names of the layers and lenses that come with the package."""


def register_layer(spec: LayerSpec) -> LayerSpec:
    """Add a layer to those that every study, page and command knows; its default weight is that of the row.

    Raises
    ------
    ConfigError : the name is taken or cannot be written in options; a weight that is negative.

    Examples
    --------
    >>> register_layer(LAYERS["trade"])
    Traceback (most recent call last):
    ...
    influence.errors.ConfigError: layer 'trade' is registered already; choose another name.
    """
    if not isinstance(spec, LayerSpec):
        raise ConfigError(f"register_layer takes a LayerSpec, not {spec!r}.")
    _check_name(spec.name, "layer", LAYERS)
    if not 0 <= spec.weight < math.inf:
        raise ConfigError(f"layer {spec.name!r} has weight {spec.weight}; a weight is a finite number, 0 or more.")
    LAYERS[spec.name] = spec
    WEIGHTS[spec.name] = spec.weight
    return spec


def register_lens(spec: LensSpec) -> LensSpec:
    """Add a lens: its pull and balance become metrics pull_NAME and balance_NAME, known to commands and pages.

    Raises
    ------
    ConfigError : the name is taken or cannot be written in options; it rests on something unknown.
    """
    if not isinstance(spec, LensSpec):
        raise ConfigError(f"register_lens takes a LensSpec, not {spec!r}.")
    _check_name(spec.name, "lens", LENSES)
    if spec.rests_on not in ("composite", "trade"):
        raise ConfigError(f"lens {spec.name!r} rests on {spec.rests_on!r}; allowed: composite, trade.")
    LENSES[spec.name] = spec
    return spec


def _check_name(name: str, kind: str, taken: dict[str, Any]) -> None:
    if not name.isidentifier() or name != name.lower():
        raise ConfigError(f"{kind} {name!r}: a name has small letters, digits and underscores only.")
    if name in taken or name in RESERVED:
        raise ConfigError(f"{kind} {name!r} is registered already; choose another name.")


def lens_named(name: str) -> LensSpec:
    """The lens of this name.

    Raises
    ------
    ConfigError : there is none; similar names are shown.
    """
    check_known(name, list(LENSES), ConfigError, "lens", "lenses")
    return LENSES[name]
