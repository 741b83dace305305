"""What a user adds from outside: one layer, one lens and one metric, each one function and one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from influence.layers import Choices, Layer
from influence.metrics.catalogue import Metric
from influence.metrics.lenses import direct_lens
from influence.metrics.pull import by_state
from influence.specs import LayerSpec, LensSpec

if TYPE_CHECKING:
    from influence.panel.panel import Panel
    from influence.study import Study


def region_layer(panel: Panel, _: Choices, years: slice) -> Layer:
    """The other states of the region in equal shares; unobserved for a state that is alone in its region."""
    region = panel.states["region"].to_numpy()
    together = (region[:, None] == region[None, :]) & ~np.eye(len(region), dtype=bool)
    others = together.sum(axis=0)
    shares = np.divide(together, others, where=others > 0, out=np.zeros(together.shape))
    count = len(panel.years[years])
    alone = np.tile((others == 0).astype(float), (count, 1))
    return Layer(np.tile(shares, (count, 1, 1)), np.zeros(alone.shape), alone)


def half_lens(study: Study) -> xr.DataArray:
    """Half of the direct pull."""
    return direct_lens(study) * 0.5


def partners(study: Study) -> xr.DataArray:
    """Number of states that pull on each state."""
    return by_state(study.network, (study.network.values > 0).sum(axis=1), "partners")


REGION = LayerSpec("region", "Same region", "states of the same region, in equal shares", "this test", region_layer)
HALF = LensSpec("half", "Half", "half of the direct pull", "W_pv / 2", "share of reliance", "[0, 1]", "this test",
                "tests.outside.half_lens")  # fmt: skip
PARTNERS = Metric("partners", "centrality", "number of u with W_uv > 0", "states", ">= 0", "this test", partners)
