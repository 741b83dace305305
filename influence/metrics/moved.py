"""Why a number moved between two vintages of the panel: the change of each layer's part of the balance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from influence.metrics.pull import pull_balance
from influence.panel.panel import Panel
from influence.ties import WEIGHTS, build_layers, build_ties, checked_weights

MOVED = ["year", "iso3", "pole", "before", "after", "change", "layer", "why"]


def moved_balances(
    old: Panel, new: Panel, poles: tuple[str, str], weights: Mapping[str, float] = WEIGHTS, *, least: float = 0.01
) -> pd.DataFrame:
    """Balances that moved by `least` or more, each with the layer that moved it most and the figures behind.

    Returns
    -------
    year, iso3, pole (P-Q), before, after, change, layer, why; largest change first. A balance that only one of the two
    panels has is listed with the other empty.
    """
    ties = {"old": build_ties(old, weights), "new": build_ties(new, weights)}
    before, after = (pull_balance(t, poles).to_series() for t in ties.values())
    table = pd.DataFrame({"before": before, "after": after})
    change = table["after"] - table["before"]
    appeared = table["before"].isna() != table["after"].isna()
    listed = table[(change.abs() >= least) | appeared].assign(change=change)
    listed = listed.sort_values("change", key=lambda s: -s.abs().fillna(np.inf), kind="stable")
    parts = {side: build_layers(panel) for side, panel in (("old", old), ("new", new))}
    w = checked_weights(weights)
    rows = []
    for (year, iso3), row in listed.iterrows():
        layer = _layer_that_moved(parts, w, poles, int(year), str(iso3))
        why = _why(old, new, layer, poles, int(year), str(iso3))
        rows.append((year, iso3, "-".join(poles), row["before"], row["after"], row["change"], layer, why))
    return pd.DataFrame(rows, columns=MOVED)


def _layer_that_moved(parts: Mapping[str, object], w: Mapping[str, float], poles: tuple[str, str], year: int, iso3: str) -> str:
    sizes = {}
    for layer, weight in w.items():
        at = {"layer": layer, "year": year, "source": list(poles), "target": iso3}
        old, new = (np.nan_to_num(parts[side].sel(at).values) for side in ("old", "new"))  # type: ignore[attr-defined]
        sizes[layer] = weight * float(np.abs(new - old).sum())
    return max(sizes, key=lambda name: sizes[name]) if max(sizes.values()) > 0 else ""


def _why(old: Panel, new: Panel, layer: str, poles: tuple[str, str], year: int, iso3: str) -> str:
    if layer != "trade":
        return f"the {layer} share of {' or '.join(poles)} changed" if layer else "only what is observed changed"
    told = []
    for pole in poles:
        for exporter, importer in ((pole, iso3), (iso3, pole)):
            at = {"year": year, "exporter": exporter, "importer": importer}
            flows = [float(panel.trade["export_usd"].sel(at)) for panel in (old, new)]
            if not np.isclose(flows[0], flows[1], rtol=1e-9, equal_nan=True):
                told.append(f"{exporter} to {importer} {flows[0] / 1e9:.3f} -> {flows[1] / 1e9:.3f} billion USD")
    for column in ("export_usd", "import_usd"):
        sums = [float(panel.totals[column].sel(year=year, state=iso3)) for panel in (old, new)]
        if not np.isclose(sums[0], sums[1], rtol=1e-9, equal_nan=True):
            told.append(f"total {column.removesuffix('_usd')}s {sums[0] / 1e9:.3f} -> {sums[1] / 1e9:.3f} billion USD")
    return "; ".join(told)
