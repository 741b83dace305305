"""Ties: how much each state relies on each other state, by layer and in all (equations 1, 3 and 4).

Every layer is a portfolio. For each year, layer and target v: sum_u L_uv + not_covered_v + unobserved_v = 1.
All arrays are (year, source, target); u -> v means u pulls on v.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from influence.errors import ConfigError
from influence.panel.custom_layers import CustomTies
from influence.panel.panel import Panel
from influence.schema import AGREEMENT_STRENGTH, CAPABILITIES, LAYERS, PACT_STRENGTH, SERIES_NAMES, TRADE_BASES, WEIGHTS

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

    trade_base: str
    capability: str
    pact_strength: Mapping[str, float]
    agreement_strength: Mapping[str, float]


def trade_dependence(trade: np.ndarray, exports: np.ndarray, imports: np.ndarray, base: str = "two_way") -> np.ndarray:
    """Share of each partner u in v's trade (equation 1).

    two_way: D_uv = (X_uv + X_vu) / (exports_v + imports_v). exports: X_vu / exports_v. imports: X_uv / imports_v.

    Parameters
    ----------
    trade : X (year, exporter, importer), US dollars; NaN where unobserved.
    exports, imports : totals (year, state), US dollars; NaN or 0 where there is no total.

    Returns
    -------
    (year, source, target), in [0, 1]; NaN where a flow was unobserved, 0 in columns without a total.

    Raises
    ------
    ConfigError : no such base.
    """
    turned = trade.transpose(0, 2, 1)
    if base == "two_way":
        flows, total = trade + turned, exports + imports
    elif base == "exports":
        flows, total = turned.copy(), exports
    elif base == "imports":
        flows, total = trade.copy(), imports
    else:
        raise ConfigError(f"trade base {base!r} is not known; allowed: {', '.join(TRADE_BASES)}.")
    known = total > 0
    flows *= np.divide(1.0, total, where=known, out=np.zeros_like(total))[:, None, :]
    if not known.all():
        years, states = np.nonzero(~known)
        flows[years, :, states] = 0.0
    return flows


def pledge_portfolio(strength: np.ndarray, capability: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of each pledger in v's security, its own capability being its not_covered (equation 3).

    A_uv = s_uv c_u / (c_v + sum_k s_kv c_k); not_covered_v = c_v / (c_v + sum_k s_kv c_k).
    A state without any pledge is wholly autonomous, whatever its capability. Where the capability of v or of one that
    pledges to v is missing, the whole column is unobserved.

    Parameters
    ----------
    strength : s (year, source, target) in [0, 1].
    capability : c (year, state), any unit, NaN where missing.

    Returns
    -------
    (shares, not_covered, unobserved).
    """
    missing = np.isnan(capability)
    size = np.where(missing, 0.0, capability)
    shares = strength * size[:, :, None]
    whole = size + shares.sum(axis=1)
    pledged = strength.any(axis=1)
    unknown = pledged & (missing | (whole <= 0))
    for year in np.flatnonzero(missing.any(axis=1)):
        unknown[year] |= strength[year, missing[year]].any(axis=0)
    usable = pledged & ~unknown
    inverse = np.divide(1.0, whole, where=usable, out=np.zeros_like(whole))
    shares *= inverse[:, None, :]
    not_covered = np.where(usable, size * inverse, np.where(unknown, 0.0, 1.0))
    return shares, not_covered, unknown.astype(float)


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


def trade_layer(panel: Panel, base: str = "two_way", years: slice = ALL_YEARS) -> Layer:
    """Layer of goods trade (equation 1): nothing not covered; unobserved is what the rows leave of the total."""
    totals = panel.totals
    exports, imports = totals["export_usd"].values[years], totals["import_usd"].values[years]
    shares = trade_dependence(panel.trade["export_usd"].values[years], exports, imports, base)
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


def alliance_layer(
    panel: Panel, capability: str = "gdp", strengths: Mapping[str, float] = PACT_STRENGTH, years: slice = ALL_YEARS
) -> Layer:
    """Layer of pledges in force (equation 3); unobserved for those outside the state system, whom the sources skip."""
    strength = strength_in_force(panel, strengths, years)
    shares, not_covered, unobserved = pledge_portfolio(strength, capability_of(panel, capability)[years])
    outside = ~panel.attributes["in_system"].values[years]
    at, states = np.nonzero(outside)
    shares[at, :, states] = 0.0
    return Layer(shares, np.where(outside, 0.0, not_covered), np.where(outside, 1.0, unobserved))


def agreement_layer(
    panel: Panel, capability: str = "gdp", strengths: Mapping[str, float] = AGREEMENT_STRENGTH, years: slice = ALL_YEARS
) -> Layer:
    """Layer of trade agreements in force (equation 3)."""
    strength = strength_in_force(panel, strengths, years)
    return Layer(*pledge_portfolio(strength, capability_of(panel, capability)[years]))


def troops_layer(panel: Panel, years: slice = ALL_YEARS) -> Layer:
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


def value_portfolio(value: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of each source in what v has of a kind, by value: L_uv = x_uv / sum_k x_kv; nothing not covered.

    A state that has nothing has no portfolio to share out: it is unobserved, as one without trade is.

    Parameters
    ----------
    value : x (year, source, target), any unit, finite and not negative.

    Returns
    -------
    (shares, not_covered, unobserved).
    """
    whole = value.sum(axis=1)
    usable = whole > 0
    shares = np.divide(value, whole[:, None, :], where=usable[:, None, :], out=np.zeros_like(value))
    return shares, np.zeros_like(whole), np.where(usable, 0.0, 1.0)


def intensity_portfolio(amount: np.ndarray, full: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One-sided ties by log intensity: L_uv = (x_uv / X_v) min(1, ln(1 + X_v) / ln(1 + full)), X_v = sum_k x_kv.

    What is left to 1 is not_covered. With a single source, as of troops, it is min(1, ln(1 + x) / ln(1 + full)).

    Parameters
    ----------
    amount : x (year, source, target), any unit, finite and not negative. full : amount at which the sum is 1, above 0.

    Returns
    -------
    (shares, not_covered, unobserved); nothing is unobserved.
    """
    whole = amount.sum(axis=1)
    reached = np.minimum(1.0, np.log1p(whole) / np.log1p(full))
    scale = np.divide(reached, whole, where=whole > 0, out=np.zeros_like(whole))
    return amount * scale[:, None, :], 1.0 - reached, np.zeros_like(whole)


def custom_layer(panel: Panel, own: CustomTies, capability: str = "gdp", years: slice = ALL_YEARS) -> Layer:
    """A layer of one's own, by its normalisation; unobserved for states without a figure in the year."""
    given = own.amounts["value"].values[years]
    unseen = np.isnan(given).all(axis=1)
    amount = np.where(unseen[:, None, :], 0.0, given)
    if own.layer.normalise == "pledge":
        shares, not_covered, unobserved = pledge_portfolio(amount, capability_of(panel, capability)[years])
    elif own.layer.normalise == "intensity":
        shares, not_covered, unobserved = intensity_portfolio(amount, own.full)
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


def _layers_of(panel: Panel, wanted: tuple[str, ...], choices: Choices, years: slice) -> dict[str, Layer]:
    makers: dict[str, Callable[[], Layer]] = {
        "trade": lambda: trade_layer(panel, choices.trade_base, years),
        "alliance": lambda: alliance_layer(panel, choices.capability, choices.pact_strength, years),
        "agreement": lambda: agreement_layer(panel, choices.capability, choices.agreement_strength, years),
        "troops": lambda: troops_layer(panel, years),
    }
    own = {each.name: each for each in panel.own}
    made = {}
    for name in wanted:
        made[name] = custom_layer(panel, own[name], choices.capability, years) if name in own else makers[name]()
    return made


def _blocks(panel: Panel) -> list[slice]:
    return [slice(first, first + BLOCK) for first in range(0, len(panel.years), BLOCK)]


def build_layers(
    panel: Panel,
    *,
    trade_base: str = "two_way",
    capability: str = "gdp",
    pact_strength: Mapping[str, float] = PACT_STRENGTH,
    agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH,
) -> xr.DataArray:
    """Every layer of ties for all years at once: ours, then one's own.

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
    for years in _blocks(panel):
        for i, part in enumerate(_layers_of(panel, layers, choices, years).values()):
            shares[i, years], not_covered[i, years], unobserved[i, years] = part
    layer, year, target = np.nonzero(unobserved >= 1)
    shares[layer, year, :, target] = np.nan
    breaks = np.zeros(unobserved.shape, dtype=bool)
    breaks[layers.index("trade")] = trade_breaks(panel)
    ours = ("layer", "year", "target")
    coords = {
        "layer": list(layers),
        **_coordinates(panel),
        "not_covered": (ours, not_covered),
        "unobserved": (ours, unobserved),
        "is_break": (ours, breaks),
    }
    return xr.DataArray(shares, coords=coords, dims=("layer", "year", "source", "target"), name="share")


def build_ties(
    panel: Panel,
    weights: Mapping[str, float] = WEIGHTS,
    *,
    trade_base: str = "two_way",
    capability: str = "gdp",
    pact_strength: Mapping[str, float] = PACT_STRENGTH,
    agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH,
) -> xr.DataArray:
    """The composite portfolio W = sum_l w_l L_l for all years at once (equation 4).

    Weights are rescaled to sum to 1. A layer without data for a whole year is left out for that year, the others are
    rescaled, and the year is a break. A layer unobserved for one state adds its weight to that state's unobserved.

    Returns
    -------
    dims (year, source, target), shares in [0, 1]. NaN where the pair was unobserved in a layer that saw the rest of
    the column, and in columns of which nothing was observed. Coordinates not_covered, unobserved and is_break
    (year, target); name, region, latitude, longitude (target); attrs["weights"].

    Raises
    ------
    ConfigError : unknown layer, negative weight, all weights zero, unknown base or capability.
    """
    normal = checked_weights(weights, panel.layer_names)
    choices = Choices(trade_base, capability, pact_strength, agreement_strength)
    size = len(panel.states)
    total = np.empty((len(panel.years), size, size))
    not_covered, unobserved = np.zeros((2, len(panel.years), size))
    breaks = np.zeros(unobserved.shape, dtype=bool)
    seen: dict[str, np.ndarray] = {name: np.zeros(unobserved.shape, dtype=bool) for name, w in normal.items() if w > 0}
    for years in _blocks(panel):
        parts = _layers_of(panel, tuple(seen), choices, years)
        weight = yearly_weights({name: np.any(part.unobserved < 1, axis=1) for name, part in parts.items()}, normal)
        block = total[years]
        block[...] = 0.0
        for name, part in parts.items():
            block += np.multiply(part.shares, weight[name][:, None, None], out=part.shares)
            not_covered[years] += part.not_covered * weight[name][:, None]
            seen[name][years] = (part.unobserved < 1) & (weight[name] > 0)[:, None]
        # What a layer knows of a pair that another does not is not the pair's share: it counts as unobserved too.
        unobserved[years] = np.clip(1.0 - not_covered[years] - np.nansum(block, axis=1), 0.0, 1.0)
    unobserved[unobserved < 1e-12] = 0.0
    year, target = np.nonzero(unobserved >= 1 - 1e-12)
    total[year, :, target] = np.nan
    for name, there in seen.items():
        breaks[1:] |= there[1:] != there[:-1]
        exists = np.asarray(there.any(axis=1))
        breaks[1:] |= (exists[1:] != exists[:-1])[:, None]  # the others' weights are rescaled for every state
        if name == "trade":
            breaks |= trade_breaks(panel)
    ours = ("year", "target")
    coords = {
        **_coordinates(panel),
        "not_covered": (ours, not_covered),
        "unobserved": (ours, unobserved),
        "is_break": (ours, breaks),
        **{name: ("target", panel.states[name].to_numpy()) for name in ("name", "region", "latitude", "longitude")},
    }
    told = ",".join(f"{name}={w:g}" for name, w in normal.items() if w > 0)
    return xr.DataArray(total, coords=coords, dims=("year", "source", "target"), name="pull", attrs={"weights": told})


def checked_weights(weights: Mapping[str, float], layers: Sequence[str] = tuple(LAYERS)) -> dict[str, float]:
    """Weights of all layers (Panel.layer_names), rescaled to sum to 1.

    Raises
    ------
    ConfigError : unknown layer, negative or not a number, all zero.
    """
    unknown = sorted(set(weights) - set(layers))
    if unknown:
        raise ConfigError(f"weights name no layer {', '.join(unknown)}; layers are: {', '.join(layers)}.")
    bad = {name: w for name, w in weights.items() if not np.isfinite(w) or w < 0}
    if bad:
        raise ConfigError(f"weights must be finite and not negative; {', '.join(f'{k}={v}' for k, v in bad.items())}.")
    total = sum(weights.values())
    if not np.isfinite(total):
        raise ConfigError(f"weights are too large to add up; {', '.join(f'{k}={v}' for k, v in weights.items())}.")
    if total <= 0:
        raise ConfigError(f"all weights are zero; give at least one layer ({', '.join(layers)}) a weight.")
    return {name: weights.get(name, 0.0) / total for name in layers}


def yearly_weights(exists: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Weight of each layer in each year, rescaled over the layers that exist in the year; 0 where none does."""
    raw = {name: weights[name] * there for name, there in exists.items()}
    whole = np.sum(list(raw.values()), axis=0)
    scale = np.divide(1.0, whole, where=whole > 0, out=np.zeros_like(whole))
    return {name: w * scale for name, w in raw.items()}


def _coordinates(panel: Panel) -> dict[str, object]:
    codes = panel.states.index.to_numpy(dtype=str)
    return {"year": list(panel.years), "source": codes, "target": codes}
