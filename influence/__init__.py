"""Who pulls on whom: trade, pacts and agreements of states as shares of what each relies on.

>>> import influence as inf
>>> panel = inf.load_panel()
>>> ties = inf.build_ties(panel)
>>> graph = inf.build_graph(ties, 2016)
>>> balance = inf.pull_balance(ties, poles=("CHN", "USA"))
>>> pulls = inf.lens_pull(panel, ties, ("CHN", "USA"), lens="network")

Names are imported when first used, so that importing the package does nothing and costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from influence.claims.register import load_claims as load_claims
    from influence.claims.testing import findings_of as findings_of
    from influence.compare.brief import brief_of as brief_of
    from influence.compare.comparison import compare_sides as compare_sides
    from influence.compare.distance import deltacon as deltacon
    from influence.compare.distance import qap as qap
    from influence.compare.distance import weighted_jaccard as weighted_jaccard
    from influence.compare.drift import difference_in_differences as difference_in_differences
    from influence.compare.drift import event_study as event_study
    from influence.compare.drift import placebo_years as placebo_years
    from influence.compare.sides import parse_side as parse_side
    from influence.compare.synthetic import synthetic_control as synthetic_control
    from influence.compare.thresholds import weight_thresholds as weight_thresholds
    from influence.config import load_config as load_config
    from influence.export.graph_files import write_graph as write_graph
    from influence.export.notebook import atlas as atlas
    from influence.export.notebook import load_ipython_extension as load_ipython_extension
    from influence.export.notebook import show as show
    from influence.export.tables import write_table as write_table
    from influence.graph import build_graph as build_graph
    from influence.graph import restrict as restrict
    from influence.gravity.base import load_trade_base as load_trade_base
    from influence.gravity.ppml import three_way as three_way
    from influence.gravity.response import trade_response as trade_response
    from influence.layer_settings import CustomLayer as CustomLayer
    from influence.metrics.alignment import alignment as alignment
    from influence.metrics.alignment import load_ideal_points as load_ideal_points
    from influence.metrics.blocs import modularity_blocs as modularity_blocs
    from influence.metrics.blocs import similarity_blocs as similarity_blocs
    from influence.metrics.by_name import networkx_centrality as networkx_centrality
    from influence.metrics.catalogue import Basis as Basis
    from influence.metrics.embedding import embedding as embedding
    from influence.metrics.explain import explain_pull as explain_pull
    from influence.metrics.exposure import income_exposure as income_exposure
    from influence.metrics.lenses import LensChoices as LensChoices
    from influence.metrics.lenses import lens_balance as lens_balance
    from influence.metrics.lenses import lens_pull as lens_pull
    from influence.metrics.network_pull import network_pull as network_pull
    from influence.metrics.opinion import opinion_formation as opinion_formation
    from influence.metrics.pull import direct_pull as direct_pull
    from influence.metrics.pull import exposure as exposure
    from influence.metrics.pull import leader_margin as leader_margin
    from influence.metrics.pull import pull_balance as pull_balance
    from influence.metrics.pull_and_alignment import pull_then_alignment as pull_then_alignment
    from influence.metrics.similarity import portfolio_similarity as portfolio_similarity
    from influence.metrics.similarity import similarity as similarity
    from influence.metrics.trends import lasting_crossing as lasting_crossing
    from influence.metrics.trends import slope as slope
    from influence.metrics.trends import turning_points as turning_points
    from influence.panel.custom_trade import with_trade as with_trade
    from influence.panel.panel import Panel as Panel
    from influence.panel.panel import load_panel as load_panel
    from influence.panel.panel import panel_from_tables as panel_from_tables
    from influence.panel.panel import with_custom_layers as with_custom_layers
    from influence.panel.regions import region_members as region_members
    from influence.quality import tie_marks as tie_marks
    from influence.results import metric_results as metric_results
    from influence.results import pull_results as pull_results
    from influence.results import trend_tables as trend_tables
    from influence.scenario.apply import apply_scenario as apply_scenario
    from influence.scenario.load import load_scenario as load_scenario
    from influence.states import group_members as group_members
    from influence.states import load_states as load_states
    from influence.states import resolve_state as resolve_state
    from influence.states import use_groups as use_groups
    from influence.ties import build_layers as build_layers
    from influence.ties import build_ties as build_ties
    from influence.uncertainty.draws import DrawSettings as DrawSettings
    from influence.uncertainty.ranges import metric_ranges as metric_ranges
    from influence.uncertainty.sensitivity import variance_shares as variance_shares
    from influence.uncertainty.workers import Workers as Workers

_HOMES = {
    "load_claims": "influence.claims.register",
    "findings_of": "influence.claims.testing",
    "brief_of": "influence.compare.brief",
    "compare_sides": "influence.compare.comparison",
    "deltacon": "influence.compare.distance",
    "qap": "influence.compare.distance",
    "weighted_jaccard": "influence.compare.distance",
    "difference_in_differences": "influence.compare.drift",
    "event_study": "influence.compare.drift",
    "placebo_years": "influence.compare.drift",
    "weight_thresholds": "influence.compare.thresholds",
    "parse_side": "influence.compare.sides",
    "synthetic_control": "influence.compare.synthetic",
    "load_config": "influence.config",
    "write_graph": "influence.export.graph_files",
    "atlas": "influence.export.notebook",
    "load_ipython_extension": "influence.export.notebook",
    "show": "influence.export.notebook",
    "write_table": "influence.export.tables",
    "build_graph": "influence.graph",
    "restrict": "influence.graph",
    "load_trade_base": "influence.gravity.base",
    "three_way": "influence.gravity.ppml",
    "trade_response": "influence.gravity.response",
    "CustomLayer": "influence.layer_settings",
    "alignment": "influence.metrics.alignment",
    "load_ideal_points": "influence.metrics.alignment",
    "modularity_blocs": "influence.metrics.blocs",
    "similarity_blocs": "influence.metrics.blocs",
    "networkx_centrality": "influence.metrics.by_name",
    "Basis": "influence.metrics.catalogue",
    "embedding": "influence.metrics.embedding",
    "explain_pull": "influence.metrics.explain",
    "income_exposure": "influence.metrics.exposure",
    "LensChoices": "influence.metrics.lenses",
    "lens_balance": "influence.metrics.lenses",
    "lens_pull": "influence.metrics.lenses",
    "network_pull": "influence.metrics.network_pull",
    "opinion_formation": "influence.metrics.opinion",
    "direct_pull": "influence.metrics.pull",
    "exposure": "influence.metrics.pull",
    "leader_margin": "influence.metrics.pull",
    "pull_balance": "influence.metrics.pull",
    "pull_then_alignment": "influence.metrics.pull_and_alignment",
    "portfolio_similarity": "influence.metrics.similarity",
    "similarity": "influence.metrics.similarity",
    "lasting_crossing": "influence.metrics.trends",
    "slope": "influence.metrics.trends",
    "turning_points": "influence.metrics.trends",
    "with_trade": "influence.panel.custom_trade",
    "Panel": "influence.panel.panel",
    "load_panel": "influence.panel.panel",
    "panel_from_tables": "influence.panel.panel",
    "with_custom_layers": "influence.panel.panel",
    "region_members": "influence.panel.regions",
    "tie_marks": "influence.quality",
    "metric_results": "influence.results",
    "pull_results": "influence.results",
    "trend_tables": "influence.results",
    "apply_scenario": "influence.scenario.apply",
    "load_scenario": "influence.scenario.load",
    "group_members": "influence.states",
    "load_states": "influence.states",
    "resolve_state": "influence.states",
    "use_groups": "influence.states",
    "build_layers": "influence.ties",
    "build_ties": "influence.ties",
    "metric_ranges": "influence.uncertainty.ranges",
    "DrawSettings": "influence.uncertainty.draws",
    "variance_shares": "influence.uncertainty.sensitivity",
    "Workers": "influence.uncertainty.workers",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("influence")
    if name not in _HOMES:
        raise AttributeError(f"module 'influence' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
