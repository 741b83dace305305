"""The method of a study: every choice that changes a number, frozen; nothing about files, years or pages.

The command line makes a Method from its configuration; below the command line nothing reads a configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from influence import schema
from influence.specs import WEIGHTS


@dataclass(frozen=True)
class Method:
    """How ties are weighed and measured.

    Parameters
    ----------
    weights : layer -> weight, complete: a layer that it does not name weighs 0. Rescaled to sum to 1.
    trade_base : two_way, exports or imports (equation 1). capability : what makes a commitment weigh, gdp or cinc.
    pact_strength, agreement_strength : firmness of each kind in force, in [0, 1].
    alpha : share of a pull that each further partner passes on (equation 7). elasticity : of trade (equations 8, 11).
    gross_output_ratio : gross output over GDP where no input-output table gives sales at home.
    realisations, seed : random starts of the opinion model, and the seed of all random numbers.
    bandwidth_base_year : whose largest dyad is the unit of bandwidth (equation 10).
    alignment_base : first and last year over which the poles' votes are averaged (equation 13).

    Examples
    --------
    >>> Method(weights={"trade": 1.0}).weighing
    ['trade']
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    trade_base: str = "two_way"
    capability: str = "gdp"
    pact_strength: Mapping[str, float] = field(default_factory=lambda: dict(schema.PACT_STRENGTH))
    agreement_strength: Mapping[str, float] = field(default_factory=lambda: dict(schema.AGREEMENT_STRENGTH))
    alpha: float = schema.ALPHA
    elasticity: float = schema.ELASTICITY
    gross_output_ratio: float = schema.GROSS_OUTPUT_RATIO
    realisations: int = schema.REALISATIONS
    seed: int = 0
    bandwidth_base_year: int = schema.BANDWIDTH_BASE_YEAR
    alignment_base: tuple[int, ...] = schema.ALIGNMENT_BASE

    @property
    def weighing(self) -> list[str]:
        """Layers with a weight above 0, in the order of `weights`."""
        return [name for name, weight in self.weights.items() if weight > 0]

    @property
    def layer_choices(self) -> dict[str, Any]:
        """What build_layers and build_ties take beside the weights."""
        names = ("trade_base", "capability", "pact_strength", "agreement_strength")
        return {name: getattr(self, name) for name in names}

    @property
    def mark_choices(self) -> dict[str, Any]:
        """What quality.tie_marks takes: a mark does not depend on the trade base."""
        return {name: value for name, value in self.layer_choices.items() if name != "trade_base"}

    def with_(self, **changes: Any) -> Method:
        """A copy with other choices."""
        return replace(self, **changes)

    def weights_text(self) -> str:
        """The weights as people read them: 'trade 0.6, alliance 0.3, agreement 0.1'."""
        total = sum(self.weights.values())
        return ", ".join(f"{name} {weight / total:.3g}" for name, weight in self.weights.items() if weight > 0)
