"""Notes on custom layers that have no weight, or whose missing values cost states their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from influence.errors import pluralize
from influence.layer_settings import CustomLayer

if TYPE_CHECKING:
    from influence.study import Study

NAMED = 5
"""Most states that a note names."""


def without_weight(layers: Sequence[CustomLayer], weights: Mapping[str, float]) -> str:
    """A note on the custom layers without weight; '' where all have one."""
    idle = [layer.name for layer in layers if not weights.get(layer.name)]
    if not idle:
        return ""
    noun = "custom layer" if len(idle) == 1 else "custom layers"
    return f"No weight for {noun} {', '.join(idle)}: no effect on the pull; to set one: weights: {{{idle[0]}: 0.1}}."


def costs_of_layers(study: Study, years: Sequence[int]) -> str:
    """A note on the states without a result in some of the years because of custom layers; '' where there are none.

    A state's coverage falls by the weight of a layer that was not observed there; without the custom layers it would be
    0.8 or more.
    """
    from influence.quality import covered
    from influence.specs import LAYERS

    ties, weights = study.ties, study.method.weights
    own = {name: weights[name] for name in study.weighing if name not in LAYERS}
    bundled = {name: weight for name, weight in weights.items() if name in LAYERS}
    if not own or not sum(bundled.values()):
        return ""
    at = ties.indexes["year"].isin(list(years))
    without = study.with_method(weights=bundled).ties
    lost = (covered(without) & ~covered(ties))[at].any(axis=0)
    names = [study.registry.name(code) for code in ties.indexes["target"][lost]]
    if not names:
        return ""
    few = f"{', '.join(names[:NAMED])}{', …' if len(names) > NAMED else ''}"
    listed = ", ".join(f"{name} (weight {weight:.2f})" for name, weight in own.items())
    return (
        f"{pluralize(len(names), 'state')} ({few}) would have a value in all of these years without {listed}: "
        f"the layer was not observed there, so less than 0.8 of their reliance is known. Set complete: true where the "
        f"file's source looked at every state (pledge, intensity), or give the layer a weight below 0.2."
    )
