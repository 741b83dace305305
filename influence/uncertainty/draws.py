"""Seeded draws of the method and the flows.

In each draw, each source of uncertainty has a separate stream of random numbers: fixing one source does not change the
others, and a draw is the same alone or among a thousand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from influence.draw_settings import DrawSettings
from influence.method import Method
from influence.panel.flows import with_flows
from influence.panel.panel import Panel
from influence.scenario.effects import agreement_effect
from influence.schema import CAPABILITIES, ELASTICITY, ELASTICITY_RANGE, TARIFF_PEAK, TRADE_BASES, UNCERTAINTY_SOURCES
from influence.study import Study
from influence.uncertainty.mirror import PERSISTENCE

Draw = int | Mapping[str, int]
"""The number of a draw; or one number for each of UNCERTAINTY_SOURCES, which combines several draws."""

END = 1.6448536269514722
"""95 % quantile of the standard normal."""


def stream(draw_settings: DrawSettings, draw: Draw, source: str, *more: int) -> np.random.Generator:
    """The random numbers of one source in one draw; more : for a separate stream, e.g. a year."""
    number = draw if isinstance(draw, int) else draw[source]
    key = (number, UNCERTAINTY_SOURCES.index(source), *more)
    return np.random.default_rng(np.random.SeedSequence(draw_settings.seed, spawn_key=key))


def drawn_method(study: Study, draw_settings: DrawSettings, draw: Draw) -> Method:
    """The method in a draw.

    weights ~ Dirichlet(concentration x the configured weights), over the layers with a weight. Trade base and
    capability: each choice equally likely. A strength s > 0 of a kind of pledge or agreement: triangular from s / 2 to
    min(1, 3 s / 2) with mode s. The elasticity: see drawn_elasticity. Fixed sources keep the configured values. Of a
    custom layer only the weight is drawn.
    """
    method = study.method
    changed: dict[str, Any] = {}
    if "weights" not in draw_settings.fixed:
        used, total = study.weighing, sum(method.weights.values())
        shares = stream(draw_settings, draw, "weights").dirichlet(
            [draw_settings.concentration * method.weights[name] / total for name in used]
        )
        changed["weights"] = dict(zip(used, map(float, shares), strict=True))
    for source, allowed in (("trade_base", TRADE_BASES), ("capability", CAPABILITIES)):
        if source not in draw_settings.fixed:
            changed[source] = allowed[int(stream(draw_settings, draw, source).integers(len(allowed)))]
    for source, strengths in (
        ("pact_strength", method.pact_strength),
        ("agreement_strength", method.agreement_strength),
    ):
        if source not in draw_settings.fixed:
            changed[source] = _strengths(strengths, stream(draw_settings, draw, source))
    if "elasticity" not in draw_settings.fixed:
        changed["elasticity"] = drawn_elasticity(method.elasticity, stream(draw_settings, draw, "elasticity"))
    return replace(method, **changed)


def _strengths(strengths: Mapping[str, float], rng: np.random.Generator) -> dict[str, float]:
    # One number for each kind, also at strength 0: to switch a kind on does not change the others.
    drawn = {kind: rng.random() for kind in sorted(strengths)}
    return {kind: _triangular(drawn[kind], s) if s > 0 else 0.0 for kind, s in strengths.items()}


def _triangular(share: float, mode: float) -> float:
    """Quantile of the triangular distribution from mode / 2 to min(1, 3 mode / 2)."""
    low, high = mode / 2, min(1.0, 1.5 * mode)
    if share * (high - low) < mode - low:
        return low + float(np.sqrt(share * (high - low) * (mode - low)))
    return high - float(np.sqrt((1 - share) * (high - low) * (high - mode)))


def drawn_elasticity(elasticity: float, rng: np.random.Generator) -> float:
    """Lognormal of two halves: median is the configured elasticity, 5-95 % is 1.5 to 8 for a median of 4, in proportion
    for others.
    """
    z = rng.standard_normal()
    end = ELASTICITY_RANGE[-1] if z > 0 else ELASTICITY_RANGE[0]
    return float(elasticity * np.exp(abs(z) / END * np.log(end / ELASTICITY)))


def drawn_effect(panel: Panel, draw_settings: DrawSettings, draw: Draw) -> float | None:
    """Log effect of an agreement in a draw, normal with the estimate's 5-95 % range; None for the estimate if fixed."""
    if "agreement_effect" in draw_settings.fixed:
        return None
    estimate = agreement_effect(panel)
    z = stream(draw_settings, draw, "agreement_effect").standard_normal()
    return float(estimate.coefficient + z * (estimate.high - estimate.low) / (2 * END))


def drawn_peak(draw_settings: DrawSettings, draw: Draw) -> float | None:
    """TARIFF_PEAK or None, equally likely; None if fixed. Tariffs from that rate on stay as they are in the draw: they
    are averages with peaks of a few lines, which may not apply to the rest of the sector.
    """
    if "tariff_peaks" in draw_settings.fixed:
        return None
    return TARIFF_PEAK if stream(draw_settings, draw, "tariff_peaks").random() < 0.5 else None


def flow_factors(spread: np.ndarray, draw_settings: DrawSettings, draw: Draw, years: Sequence[int]) -> np.ndarray:
    """Factor of each flow in a draw, (year, exporter, importer).

    exp(sd (sqrt(r) z + sqrt(1 - r) z_t)), r = mirror.PERSISTENCE; z is standard normal, one for a pair in all years,
    z_t one for each year: most errors of a report repeat from year to year.
    """
    stays = stream(draw_settings, draw, "flows").standard_normal(spread.shape)
    stays *= np.sqrt(PERSISTENCE) * spread
    comes = np.sqrt(1.0 - PERSISTENCE) * spread
    out = np.empty((len(years), *spread.shape))
    for year, factors in zip(years, out, strict=True):
        stream(draw_settings, draw, "flows", year).standard_normal(out=factors)
        factors *= comes
        factors += stays
        np.exp(factors, out=factors)
    return out


def flows_of(panel: Panel, spread: xr.DataArray, draw_settings: DrawSettings, draw: Draw) -> Panel:
    """The panel with every flow times its factor (flow_factors); totals change by as many dollars."""
    if "flows" in draw_settings.fixed:
        return panel
    flows = flow_factors(spread.values, draw_settings, draw, panel.years)
    flows *= panel.trade["export_usd"].values
    return with_flows(panel, flows)


def drawn_study(study: Study, drawn: Panel, draw_settings: DrawSettings, draw: Draw) -> Study:
    """The study in a draw, given its panel (flows_of)."""
    return replace(study, panel=drawn, method=drawn_method(study, draw_settings, draw), _made={})
