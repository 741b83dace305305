"""Ties: how much each state relies on each other state, by layer and in all (equations 1, 3 and 4).

Every layer is a portfolio. For each year, layer and target v: sum_u L_uv + autonomy_v + unobserved_v = 1.
All arrays are (year, source, target); u -> v means u pulls on v.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr

from influence.errors import ConfigError
from influence.panel.panel import SERIES_NAMES, Panel
from influence.schema import CAPABILITIES, LAYERS, TRADE_BASES

WEIGHTS: Mapping[str, float] = {"trade": 0.6, "alliance": 0.3, "agreement": 0.1, "troops": 0.0}
PACT_STRENGTH: Mapping[str, float] = {"defence": 1.0, "offence": 1.0}
AGREEMENT_STRENGTH: Mapping[str, float] = {"customs_union": 1.0, "free_trade": 1.0, "partial": 0.25}
TROOPS_FULL = 60_000
"""Personnel at which the troops layer reaches 1."""
TROOPS_SENDER = "USA"
"""The troop reports are those of one state's department of defence: the layer is one-sided by its source."""
CHAINED_SERIES = ("dots_growth", "icio_growth", "wto_growth")


class Layer(NamedTuple):
    """One layer as bare arrays: shares (year, source, target), the rest (year, target).

    shares : NaN where this pair was not observed; 0 in a column of which nothing was observed (unobserved is 1 there).
    breaks : True where the year does not compare with the one before.
    exists : per year, False where the layer has no data for any state.
    """

    shares: np.ndarray
    autonomy: np.ndarray
    unobserved: np.ndarray
    breaks: np.ndarray
    exists: np.ndarray


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
    """Share of each pledger in v's security, its own capability being its autonomy (equation 3).

    A_uv = s_uv c_u / (c_v + sum_k s_kv c_k); autonomy_v = c_v / (c_v + sum_k s_kv c_k).
    A state without any pledge is wholly autonomous, whatever its capability. Where the capability of v or of one that
    pledges to v is missing, the whole column is unobserved.

    Parameters
    ----------
    strength : s (year, source, target) in [0, 1].
    capability : c (year, state), any unit, NaN where missing.

    Returns
    -------
    (shares, autonomy, unobserved).
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
    autonomy = np.where(usable, size * inverse, np.where(unknown, 0.0, 1.0))
    return shares, autonomy, unknown.astype(float)


def paint(cells: Mapping[str, np.ndarray], strengths: Mapping[str, float], years: int, states: int) -> np.ndarray:
    """Strongest tie in force (year, source, target) from spells of several kinds; 0 where there is none.

    cells : kind -> (begin, end, source, target) positions, as Panel.pact_cells.
    """
    out: np.ndarray | None = None
    for level in sorted({s for kind, s in strengths.items() if s > 0 and kind in cells}):
        spells = np.concatenate([cells[kind] for kind in cells if strengths.get(kind, 0.0) == level], axis=1)
        begin, end, source, target = spells
        pair = source * states + target
        opened = np.zeros((years + 1) * states * states, dtype=np.int16)
        np.add.at(opened, begin * (states * states) + pair, 1)
        np.subtract.at(opened, (end + 1) * (states * states) + pair, 1)
        held = np.cumsum(opened.reshape(years + 1, -1)[:years], axis=0, dtype=np.int16) > 0
        out = held * level if out is None else np.where(held, level, out)
    shape = (years, states, states)
    return np.zeros(shape) if out is None else out.reshape(shape)


def trade_layer(panel: Panel, base: str = "two_way") -> Layer:
    """Layer of goods trade (equation 1): no autonomy; unobserved is what the rows leave of the total."""
    totals = panel.totals
    exports, imports = totals["export_usd"].values, totals["import_usd"].values
    shares = trade_dependence(panel.trade["export_usd"].values, exports, imports, base)
    observed = np.nansum(shares, axis=1)
    unobserved = np.where(observed > 1 - 1e-9, 0.0, 1.0 - observed)
    series = totals["series"].values
    kind = np.where(np.isin(series, [SERIES_NAMES.index(s) for s in CHAINED_SERIES]), 100, series)
    breaks = np.zeros(series.shape, dtype=bool)
    breaks[1:] = kind[1:] != kind[:-1]
    exists = (unobserved < 1).any(axis=1)
    return Layer(shares, np.zeros_like(unobserved), unobserved, breaks, exists)


def alliance_layer(panel: Panel, capability: str = "gdp", strengths: Mapping[str, float] = PACT_STRENGTH) -> Layer:
    """Layer of pledges in force (equation 3); unobserved for those outside the state system, whom the sources skip."""
    strength = paint(panel.pact_cells, strengths, len(panel.years), len(panel.states))
    shares, autonomy, unobserved = pledge_portfolio(strength, capability_of(panel, capability))
    outside = ~panel.attributes["in_system"].values
    years, states = np.nonzero(outside)
    shares[years, :, states] = 0.0
    unobserved = np.where(outside, 1.0, unobserved)
    autonomy = np.where(outside, 0.0, autonomy)
    return _without_breaks(shares, autonomy, unobserved)


def agreement_layer(panel: Panel, capability: str = "gdp", strengths: Mapping[str, float] = AGREEMENT_STRENGTH) -> Layer:
    """Layer of trade agreements in force (equation 3)."""
    strength = paint(panel.agreement_cells, strengths, len(panel.years), len(panel.states))
    return _without_breaks(*pledge_portfolio(strength, capability_of(panel, capability)))


def troops_layer(panel: Panel) -> Layer:
    """Layer of US troops hosted: min(1, ln(1 + x) / ln(1 + 60000)); one-sided, a host without a report is unobserved."""
    hosted = panel.attributes["troops"].values
    shares = np.zeros((len(panel.years), len(panel.states), len(panel.states)))
    known = ~np.isnan(hosted)
    if TROOPS_SENDER in panel.states.index:
        sender = panel.states.index.get_loc(TROOPS_SENDER)
        known[:, sender] = True
        share = np.minimum(1.0, np.log1p(np.where(np.isnan(hosted), 0.0, hosted)) / np.log1p(TROOPS_FULL))
        share[:, sender] = 0.0
        shares[:, sender, :] = share
    autonomy = np.where(known, 1.0 - shares.sum(axis=1), 0.0)
    return _without_breaks(shares, autonomy, np.where(known, 0.0, 1.0))


def _without_breaks(shares: np.ndarray, autonomy: np.ndarray, unobserved: np.ndarray) -> Layer:
    return Layer(shares, autonomy, unobserved, np.zeros(unobserved.shape, dtype=bool), (unobserved < 1).any(axis=1))


def capability_of(panel: Panel, measure: str) -> np.ndarray:
    """Capability (year, state): GDP in US dollars or CINC; NaN where missing.

    Raises
    ------
    ConfigError : no such measure.
    """
    if measure not in CAPABILITIES:
        raise ConfigError(f"capability {measure!r} is not known; allowed: {', '.join(CAPABILITIES)}.")
    return panel.attributes["gdp_usd" if measure == "gdp" else "cinc"].values


def _layer_arrays(
    panel: Panel,
    wanted: tuple[str, ...],
    trade_base: str,
    capability: str,
    pact_strength: Mapping[str, float],
    agreement_strength: Mapping[str, float],
) -> dict[str, Layer]:
    makers = {
        "trade": lambda: trade_layer(panel, trade_base),
        "alliance": lambda: alliance_layer(panel, capability, pact_strength),
        "agreement": lambda: agreement_layer(panel, capability, agreement_strength),
        "troops": lambda: troops_layer(panel),
    }
    return {name: makers[name]() for name in wanted}


def build_layers(
    panel: Panel,
    *,
    trade_base: str = "two_way",
    capability: str = "gdp",
    pact_strength: Mapping[str, float] = PACT_STRENGTH,
    agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH,
) -> xr.DataArray:
    """Every layer of ties for all years at once.

    Returns
    -------
    dims (layer, year, source, target), shares in [0, 1], NaN where unobserved; coordinates autonomy, unobserved and
    is_break, each (layer, year, target). Over the source, shares + autonomy + unobserved sum to 1.

    Raises
    ------
    ConfigError : a base or capability that is not known.
    """
    parts = _layer_arrays(panel, tuple(LAYERS), trade_base, capability, pact_strength, agreement_strength)
    shares = np.stack([p.shares for p in parts.values()])
    unobserved = np.stack([p.unobserved for p in parts.values()])
    layer, year, target = np.nonzero(unobserved >= 1)
    shares[layer, year, :, target] = np.nan
    ours = ("layer", "year", "target")
    coords = {
        "layer": list(parts),
        **_coordinates(panel),
        "autonomy": (ours, np.stack([p.autonomy for p in parts.values()])),
        "unobserved": (ours, unobserved),
        "is_break": (ours, np.stack([p.breaks for p in parts.values()])),
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
    the column, and in columns of which nothing was observed. Coordinates autonomy, unobserved and is_break
    (year, target); name, region, latitude, longitude (target); attrs["weights"].

    Raises
    ------
    ConfigError : unknown layer, negative weight, all weights zero, unknown base or capability.
    """
    shares_of = checked_weights(weights)
    wanted = tuple(name for name, weight in shares_of.items() if weight > 0)
    parts = _layer_arrays(panel, wanted, trade_base, capability, pact_strength, agreement_strength)
    weight = yearly_weights({name: part.exists for name, part in parts.items()}, shares_of)
    total = np.zeros(panel.trade["export_usd"].shape)
    autonomy = np.zeros(total.shape[::2])
    unobserved = np.zeros(total.shape[::2])
    for name, part in parts.items():
        w = weight[name]
        total += np.multiply(part.shares, w[:, None, None], out=part.shares)
        autonomy += part.autonomy * w[:, None]
        unobserved += part.unobserved * w[:, None]
    nothing = unobserved >= 1 - 1e-12
    years, states = np.nonzero(nothing)
    total[years, :, states] = np.nan
    ours = ("year", "target")
    coords = {
        **_coordinates(panel),
        "autonomy": (ours, autonomy),
        "unobserved": (ours, np.where(nothing, 1.0, unobserved)),
        "is_break": (ours, _composite_breaks(parts, weight)),
        **{name: ("target", panel.states[name].to_numpy()) for name in ("name", "region", "latitude", "longitude")},
    }
    told = ",".join(f"{name}={weight:g}" for name, weight in shares_of.items() if weight > 0)
    return xr.DataArray(
        total, coords=coords, dims=("year", "source", "target"), name="pull", attrs={"weights": told}
    )


def checked_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights of all layers, rescaled to sum to 1.

    Raises
    ------
    ConfigError : unknown layer, negative or not a number, all zero.
    """
    unknown = sorted(set(weights) - set(LAYERS))
    if unknown:
        raise ConfigError(f"weights name no layer {', '.join(unknown)}; layers are: {', '.join(LAYERS)}.")
    bad = {name: w for name, w in weights.items() if not np.isfinite(w) or w < 0}
    if bad:
        raise ConfigError(f"weights must be finite and not negative; {', '.join(f'{k}={v}' for k, v in bad.items())}.")
    total = sum(weights.values())
    if total <= 0:
        raise ConfigError(f"all weights are zero; give at least one layer ({', '.join(LAYERS)}) a weight.")
    return {name: weights.get(name, 0.0) / total for name in LAYERS}


def yearly_weights(exists: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Weight of each layer in each year, rescaled over the layers that exist in the year; 0 where none does."""
    raw = {name: weights[name] * there for name, there in exists.items()}
    whole = np.sum(list(raw.values()), axis=0)
    scale = np.divide(1.0, whole, where=whole > 0, out=np.zeros_like(whole))
    return {name: w * scale for name, w in raw.items()}


def _composite_breaks(parts: Mapping[str, Layer], weight: Mapping[str, np.ndarray]) -> np.ndarray:
    """A year breaks with the last where a layer of any weight does, or is seen for a state in only one of the two."""
    out = np.zeros(next(iter(parts.values())).unobserved.shape, dtype=bool)
    for name, part in parts.items():
        seen = (part.unobserved < 1) & (weight[name] > 0)[:, None]
        out |= part.breaks & (weight[name] > 0)[:, None]
        out[1:] |= seen[1:] != seen[:-1]
    return out


def _coordinates(panel: Panel) -> dict[str, object]:
    codes = panel.states.index.to_numpy(dtype=str)
    return {"year": list(panel.years), "source": codes, "target": codes}
