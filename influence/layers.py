"""Layers of ties: trade, commitments and the rest, each as a portfolio, from the panel (equations 1 and 3).

For each year, layer and target v: sum_u L_uv + not_covered_v + unobserved_v = 1. All arrays are (year, source, target);
u -> v means u pulls on v.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import ConfigError
from influence.panel.custom_layers import CustomTies
from influence.panel.panel import Panel
from influence.portfolios import intensity_portfolio, pledge_portfolio, trade_dependence, value_portfolio
from influence.schema import AGREEMENT_STRENGTH, CAPABILITIES, CURATED, PACT_STRENGTH, SERIES_NAMES
from influence.specs import LAYERS, LayerSpec, function_of

TROOPS_FULL = 60_000
"""Personnel at which the troops layer reaches 1."""
TROOPS_SENDER = "USA"
"""The troop reports are those of one state's department of defence: the layer is one-sided by its source."""
ALL_YEARS = slice(None)
BLOCK = 4
"""Years worked on at a time: few enough that the arrays stay in the processor's cache, which is three times as fast."""
CHAINED_SERIES = ("dots_growth", "icio_growth", "wto_growth")


class Layer(NamedTuple):
    """One layer as bare arrays: shares (year, source, target), the rest (year, target).

    shares : NaN where this pair was not observed; 0 in a column of which nothing was observed (unobserved is 1 there).
    """

    shares: np.ndarray
    not_covered: np.ndarray
    unobserved: np.ndarray


class Choices(NamedTuple):
    """How layers are made: the base of trade shares, the measure of capability, the strength of each kind of tie."""

    trade_base: str = "two_way"
    capability: str = "gdp"
    pact_strength: Mapping[str, float] = PACT_STRENGTH
    agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH


DEFAULT = Choices()


def layer_specs(panel: Panel) -> dict[str, LayerSpec]:
    """Rows of the panel's layers by name: those of specs.LAYERS, then its custom layers."""
    return LAYERS | {custom.name: _custom_spec(custom) for custom in panel.custom}


def _custom_spec(custom: CustomTies) -> LayerSpec:
    return LayerSpec(
        custom.name, custom.layer.label, "a custom layer", custom.layer.cite, partial(custom_layer, custom),
        marks=partial(function_of("influence.quality.custom_marks"), custom),
        observed=partial(custom_observed, custom),
        facts=partial(function_of("influence.metrics.explain.custom_facts"), custom),
    )  # fmt: skip


def layers_of(panel: Panel, wanted: tuple[str, ...], choices: Choices, years: slice) -> dict[str, Layer]:
    """Some layers by name, for some years."""
    specs = layer_specs(panel)
    return {name: function_of(specs[name].build)(panel, choices, years) for name in wanted}


def strength_in_force(panel: Panel, strengths: Mapping[str, float], years: slice = ALL_YEARS) -> np.ndarray:
    """Strongest tie in force, s (year, source, target) in [0, 1], from what is in force of each kind; 0 for none."""
    held = {kind: panel.in_force[kind][years] for kind, level in strengths.items() if level > 0}
    return strongest(held, strengths, (len(panel.years[years]), len(panel.states), len(panel.states)))


def strongest(held: Mapping[str, np.ndarray], strengths: Mapping[str, float], shape: tuple[int, ...]) -> np.ndarray:
    """Largest strength among the kinds that hold at each place of `shape`; 0 where none does."""
    out = np.zeros(shape)
    for kind in held:
        np.maximum(out, np.multiply(held[kind], strengths.get(kind, 0.0)), out=out)
    return out


def trade_layer(panel: Panel, choices: Choices = DEFAULT, years: slice = ALL_YEARS) -> Layer:
    """Layer of goods trade (equation 1): nothing not covered; unobserved is what the rows leave of the total."""
    totals = panel.totals
    exports, imports = totals["export_usd"].values[years], totals["import_usd"].values[years]
    shares = trade_dependence(panel.trade["export_usd"].values[years], exports, imports, choices.trade_base)
    observed = np.nansum(shares, axis=1)
    # A total alone says nothing of partners: such a column is unobserved like one without a total.
    year, state = np.nonzero(observed <= 0)
    shares[year, :, state] = 0.0
    return Layer(shares, np.zeros_like(observed), np.where(observed > 1 - 1e-9, 0.0, 1.0 - observed))


def trade_breaks(panel: Panel) -> np.ndarray:
    """Where the series behind a state's trade is not that of the year before, bool (year, state)."""
    series = panel.totals["series"].values
    kind = np.where(np.isin(series, [SERIES_NAMES.index(s) for s in CHAINED_SERIES]), len(SERIES_NAMES), series)
    breaks = np.zeros(series.shape, dtype=bool)
    breaks[1:] = kind[1:] != kind[:-1]
    return breaks


def alliance_layer(panel: Panel, choices: Choices = DEFAULT, years: slice = ALL_YEARS) -> Layer:
    """Layer of pledges in force (equation 3); unobserved for those outside the state system, whom the sources skip."""
    strength = strength_in_force(panel, choices.pact_strength, years)
    shares, not_covered, unobserved = pledge_portfolio(strength, capability_of(panel, choices.capability)[years])
    outside = ~panel.attributes["in_system"].values[years]
    at, states = np.nonzero(outside)
    shares[at, :, states] = 0.0
    return Layer(shares, np.where(outside, 0.0, not_covered), np.where(outside, 1.0, unobserved))


def agreement_layer(panel: Panel, choices: Choices = DEFAULT, years: slice = ALL_YEARS) -> Layer:
    """Layer of trade agreements in force (equation 3)."""
    strength = strength_in_force(panel, choices.agreement_strength, years)
    return Layer(*pledge_portfolio(strength, capability_of(panel, choices.capability)[years]))


def troops_layer(panel: Panel, _: Choices = DEFAULT, years: slice = ALL_YEARS) -> Layer:
    """Layer of US troops hosted: min(1, ln(1 + x) / ln(1 + 60000)); a host without a report is unobserved."""
    hosted = panel.attributes["troops"].values[years]
    shares = np.zeros((len(hosted), len(panel.states), len(panel.states)))
    known = ~np.isnan(hosted)
    if TROOPS_SENDER in panel.states.index:
        sender = panel.states.index.get_loc(TROOPS_SENDER)
        known[:, sender] = True
        share = np.minimum(1.0, np.log1p(np.where(np.isnan(hosted), 0.0, hosted)) / np.log1p(TROOPS_FULL))
        share[:, sender] = 0.0
        shares[:, sender, :] = share
    not_covered = np.where(known, 1.0 - shares.sum(axis=1), 0.0)
    return Layer(shares, not_covered, np.where(known, 0.0, 1.0))


def custom_layer(custom: CustomTies, panel: Panel, choices: Choices = DEFAULT, years: slice = ALL_YEARS) -> Layer:
    """A custom layer, by its normalisation; unobserved for states without a figure in the year."""
    given = custom.amounts["value"].values[years]
    unseen = np.isnan(given).all(axis=1)
    amount = np.where(unseen[:, None, :], 0.0, given)
    if custom.layer.normalise == "pledge":
        shares, not_covered, unobserved = pledge_portfolio(amount, capability_of(panel, choices.capability)[years])
    elif custom.layer.normalise == "intensity":
        shares, not_covered, unobserved = intensity_portfolio(amount, custom.full)
    else:
        shares, not_covered, unobserved = value_portfolio(amount)
    return Layer(shares, np.where(unseen, 0.0, not_covered), np.where(unseen, 1.0, unobserved))


def capability_of(panel: Panel, measure: str) -> np.ndarray:
    """Capability (year, state): GDP in US dollars or CINC; NaN where missing.

    Raises
    ------
    ConfigError : no such measure.
    """
    if measure not in CAPABILITIES:
        raise ConfigError(f"capability {measure!r} is not known; allowed: {', '.join(CAPABILITIES)}.")
    return panel.attributes["gdp_usd" if measure == "gdp" else "cinc"].values


def trade_observed(panel: Panel) -> np.ndarray:
    """Years with a flow of a series that is not extended by growth, bool (year)."""
    chained = [SERIES_NAMES.index(name) for name in CHAINED_SERIES]
    series = panel.trade["series"].values
    return np.asarray(((series >= 0) & ~np.isin(series, chained)).any(axis=(1, 2)))


def alliance_observed(panel: Panel) -> np.ndarray:
    """Years to the last one that the source of commitments looked at, bool (year); corrections do not count."""
    observed = panel.pacts[panel.pacts["correction"] == ""]
    return np.asarray(panel.years) <= float(observed["observed_to"].max())  # NaN, without a row, is no year


def agreement_observed(panel: Panel) -> np.ndarray:
    """Years to the latest date of an agreement that the sources list, bool (year)."""
    dates = []
    for table, columns in ((panel.agreements, ("signed", "in_force")), (panel.memberships, ("begin", "end"))):
        observed = table[table["source"] != CURATED]
        dates += [observed[column] for column in columns]
    return np.asarray(panel.years) <= float(pd.to_numeric(pd.concat(dates).str[:4], errors="coerce").max())


def troops_observed(panel: Panel) -> np.ndarray:
    """Years with a report, bool (year)."""
    return np.asarray((~np.isnan(panel.attributes["troops"].values)).any(axis=1))


def custom_observed(custom: CustomTies, panel: Panel) -> np.ndarray:
    """Years with a figure that is not of a spell carried on, bool (year)."""
    seen = (~np.isnan(custom.amounts["value"].values)).any(axis=(1, 2))
    return np.asarray(seen & (np.asarray(panel.years) <= custom.last))


def blocks(panel: Panel) -> list[slice]:
    return [slice(first, first + BLOCK) for first in range(0, len(panel.years), BLOCK)]


def build_layers(
    panel: Panel, *, trade_base: str = "two_way", capability: str = "gdp",
    pact_strength: Mapping[str, float] = PACT_STRENGTH, agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH,
) -> xr.DataArray:  # fmt: skip
    """Every layer of ties for all years at once: the bundled ones, then custom layers.

    Returns
    -------
    dims (layer, year, source, target), shares in [0, 1], NaN where unobserved; coordinates not_covered, unobserved and
    is_break, each (layer, year, target). Over the source, shares + not_covered + unobserved sum to 1.

    Raises
    ------
    ConfigError : a base or capability that is not known.
    """
    choices = Choices(trade_base, capability, pact_strength, agreement_strength)
    size, layers = len(panel.states), panel.layer_names
    shares = np.empty((len(layers), len(panel.years), size, size))
    not_covered, unobserved = np.empty((2, len(layers), len(panel.years), size))
    for years in blocks(panel):
        for i, part in enumerate(layers_of(panel, layers, choices, years).values()):
            shares[i, years], not_covered[i, years], unobserved[i, years] = part
    layer, year, target = np.nonzero(unobserved >= 1)
    shares[layer, year, :, target] = np.nan
    breaks = np.zeros(unobserved.shape, dtype=bool)
    for i, spec in enumerate(layer_specs(panel).values()):
        if spec.breaks is not None:
            breaks[i] = function_of(spec.breaks)(panel)
    of_target = ("layer", "year", "target")
    coords = {
        "layer": list(layers),
        **coordinates(panel),
        "not_covered": (of_target, not_covered),
        "unobserved": (of_target, unobserved),
        "is_break": (of_target, breaks),
    }
    return xr.DataArray(shares, coords=coords, dims=("layer", "year", "source", "target"), name="share",
                        attrs={"registry": panel.registry})  # fmt: skip


def coordinates(panel: Panel) -> dict[str, object]:
    codes = panel.states.index.to_numpy(dtype=str)
    return {"year": list(panel.years), "source": codes, "target": codes}
