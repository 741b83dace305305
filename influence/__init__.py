"""Who pulls on whom: trade, pacts and agreements of states as shares of what each relies on.

>>> import influence as inf
>>> panel = inf.load_panel()
>>> ties = inf.build_ties(panel)
>>> graph = inf.build_graph(ties, 2016)
>>> balance = inf.pull_balance(ties, poles=("CHN", "USA"))

Names are imported when first used, so that importing the package does nothing and costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from influence.config import load_config as load_config
    from influence.graph import build_graph as build_graph
    from influence.metrics.explain import explain_pull as explain_pull
    from influence.metrics.pull import direct_pull as direct_pull
    from influence.metrics.pull import exposure as exposure
    from influence.metrics.pull import leader_margin as leader_margin
    from influence.metrics.pull import pull_balance as pull_balance
    from influence.panel.panel import Panel as Panel
    from influence.panel.panel import load_panel as load_panel
    from influence.panel.panel import panel_from_tables as panel_from_tables
    from influence.quality import tie_marks as tie_marks
    from influence.results import pull_results as pull_results
    from influence.states import resolve_state as resolve_state
    from influence.ties import build_layers as build_layers
    from influence.ties import build_ties as build_ties

_HOMES = {
    "load_config": "influence.config",
    "build_graph": "influence.graph",
    "explain_pull": "influence.metrics.explain",
    "direct_pull": "influence.metrics.pull",
    "exposure": "influence.metrics.pull",
    "leader_margin": "influence.metrics.pull",
    "pull_balance": "influence.metrics.pull",
    "Panel": "influence.panel.panel",
    "load_panel": "influence.panel.panel",
    "panel_from_tables": "influence.panel.panel",
    "tie_marks": "influence.quality",
    "pull_results": "influence.results",
    "resolve_state": "influence.states",
    "build_layers": "influence.ties",
    "build_ties": "influence.ties",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'influence' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
