"""Notes on custom layers that have no weight, or whose missing values cost states their results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from influence.config import Config
from influence.errors import pluralize

if TYPE_CHECKING:
    import xarray as xr

    from influence.panel.panel import Panel

NAMED = 5
"""Most states that a note names."""


def without_weight(config: Config) -> str:
    """A note on the custom layers without weight; '' where all have one."""
    idle = [layer.name for layer in config.layers if not config.weights.get(layer.name)]
    if not idle:
        return ""
    layers = "custom layer" if len(idle) == 1 else "custom layers"
    return f"No weight for {layers} {', '.join(idle)}: no effect on the pull; to set one: weights: {{{idle[0]}: 0.1}}."


def costs_of_layers(panel: Panel, ties: xr.DataArray, config: Config, years: Sequence[int]) -> str:
    """A note on the states without a result in some of the years because of custom layers; '' where there are none.

    A state's coverage falls by the weight of a layer that was not observed there; without the custom layers it would be
    0.8 or more.
    """
    from influence.compare.sides import layer_choices
    from influence.quality import covered
    from influence.schema import LAYERS
    from influence.ties import build_ties

    custom = {layer.name: config.weights[layer.name] for layer in config.layers if config.weights.get(layer.name)}
    built_in = {name: weight for name, weight in config.weights.items() if name in LAYERS}
    if not custom or not sum(built_in.values()):
        return ""
    at = ties.indexes["year"].isin(list(years))
    without = build_ties(panel, built_in, **layer_choices(config))
    lost = (covered(without) & ~covered(ties))[at].any(axis=0)
    names = [str(panel.states.loc[code, "name"]) for code in ties.indexes["target"][lost]]
    if not names:
        return ""
    few = f"{', '.join(names[:NAMED])}{', …' if len(names) > NAMED else ''}"
    weights = ", ".join(f"{name} (weight {weight:.2f})" for name, weight in custom.items())
    return (
        f"{pluralize(len(names), 'state')} ({few}) would have a value in all of these years without {weights}: "
        f"the layer was not observed there, so less than 0.8 of their reliance is known. Set complete: true where the "
        f"file's source looked at every state (pledge, intensity), or give the layer a weight below 0.2."
    )
