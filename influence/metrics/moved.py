"""Why a balance differs between two vintages of the panel: the change of each layer's contribution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from influence.metrics.pull import pole_members, pull_balance
from influence.panel.panel import Panel
from influence.ties import checked_weights

if TYPE_CHECKING:
    from influence.study import Study

MOVED = ["year", "iso3", "pole", "before", "after", "change", "layer", "why"]
MOST_FIGURES = 6
"""Flows listed for one balance; a group has many."""


def moved_balances(old: Study, new: Study, *, least: float = 0.01) -> pd.DataFrame:
    """Balances that changed by `least` or more, each with the layer that changed it most and the figures behind it.

    Parameters
    ----------
    old, new : the same method and poles on two vintages of the panel. least : smallest change listed.

    Returns
    -------
    year, iso3, pole (P-Q), before, after, change, layer, why; largest change first. A balance that only one of the two
    panels has is listed with the other empty.
    """
    poles, panels = new.pair, (old.panel, new.panel)
    before, after = (pull_balance(study.ties, poles).to_series() for study in (old, new))
    table = pd.DataFrame({"before": before, "after": after})
    # The change is set before rows are picked: pandas gives an empty table the rows of what is assigned to it.
    table = table.assign(change=table["after"] - table["before"])
    appeared = table["before"].isna() != table["after"].isna()
    listed = table[(table["change"].abs() >= least) | appeared]
    listed = listed.sort_values("change", key=lambda s: -s.abs().fillna(np.inf), kind="stable")
    layers = old.layers, new.layers
    w = checked_weights(new.method.weights, new.panel.layer_names)
    rows = []
    for (year, iso3), row in listed.iterrows():
        layer, why = _reason(panels, layers, w, poles, int(year), str(iso3))
        rows.append((year, iso3, "-".join(poles), row["before"], row["after"], row["change"], layer, why))
    return pd.DataFrame(rows, columns=MOVED)


def _reason(
    panels: tuple[Panel, Panel], layers: tuple[xr.DataArray, ...], w: Mapping[str, float], poles: tuple[str, str],
    year: int, iso3: str,
) -> tuple[str, str]:  # fmt: skip
    if any(year not in panel.years or iso3 not in panel.states.index for panel in panels):
        return "", "the state or the year is in one panel only"
    members = [_members(side, poles, year) for side in layers]
    layer = _layer_that_moved(layers, members, w, year, iso3)
    if layer != "trade":
        return layer, f"the {layer} share of {' or '.join(poles)} changed" if layer else "only the coverage changed"
    return layer, _figures_that_moved(panels, sorted({*members[0], *members[1]}), year, iso3)


def _members(layers: xr.DataArray, poles: tuple[str, str], year: int) -> list[str]:
    at = list(layers.indexes["year"]).index(year)
    return [str(code) for pole in poles for code in layers.indexes["source"][pole_members(layers, pole)[at]]]


def _layer_that_moved(
    layers: tuple[xr.DataArray, ...], members: list[list[str]], w: Mapping[str, float], year: int, iso3: str
) -> str:
    codes = sorted({*members[0], *members[1]})
    sizes = {}
    for layer, weight in w.items():
        sides = [side.sel(layer=layer, year=year, target=iso3).to_series().reindex(codes) for side in layers]
        sizes[layer] = weight * float((sides[1].fillna(0.0) - sides[0].fillna(0.0)).abs().sum())
    return max(sizes, key=lambda name: sizes[name]) if max(sizes.values()) > 0 else ""


def _figures_that_moved(panels: tuple[Panel, Panel], members: list[str], year: int, iso3: str) -> str:
    texts = []
    for member in members:
        for exporter, importer in ((member, iso3), (iso3, member)):
            at = {"year": year, "exporter": exporter, "importer": importer}
            flows = [float(p.trade["export_usd"].sel(at)) if member in p.states.index else np.nan for p in panels]
            texts += _moved(f"{exporter} to {importer}", flows)
    if len(texts) > MOST_FIGURES:
        texts = [*texts[:MOST_FIGURES], f"{len(texts) - MOST_FIGURES} more flows"]
    for column in ("export_usd", "import_usd"):
        sums = [float(panel.totals[column].sel(year=year, state=iso3)) for panel in panels]
        texts += _moved(f"total {column.removesuffix('_usd')}s", sums)
    return "; ".join(texts)


def _moved(label: str, figures: list[float]) -> list[str]:
    """One text where the two figures differ, else none."""
    if np.isclose(figures[0], figures[1], rtol=1e-9, equal_nan=True):
        return []
    before, after = ("not observed" if np.isnan(value) else f"{value / 1e9:.3f}" for value in figures)
    return [f"{label} {before} -> {after} billion USD"]
