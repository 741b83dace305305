"""The two sides of a comparison: a year of the panel, a year under a scenario, or a graph from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import xarray as xr

from influence.compare.graph_side import read_graphml, ties_of_graph
from influence.config import Config
from influence.errors import ScenarioError, YearError, check_year
from influence.panel.panel import Panel
from influence.scenario.apply import Applied, apply_scenario
from influence.scenario.effects import agreement_effect
from influence.scenario.load import load_scenario
from influence.schema import BASELINE, ELASTICITY_RANGE, TARIFF_PEAK
from influence.ties import build_layers, build_ties

WITHOUT_PEAKS = "without tariff peaks"
AGREEMENT_EFFECT = "agreement effect"


class Side(NamedTuple):
    """One side. label : as it was asked for. year, scenario : of the panel; scenario is baseline for the panel itself.

    ties : the composite of that year alone, (year, source, target). layers : (layer, year, source, target), None for a
    graph from a file, as is panel. variants : the ties again at each end of what the scenario's answer hangs on.
    applied : the scenario carried out, None without one.
    """

    label: str
    year: int
    scenario: str
    ties: xr.DataArray
    layers: xr.DataArray | None
    panel: Panel | None
    variants: tuple[tuple[xr.DataArray, xr.DataArray], ...]
    applied: Applied | None = None


def parse_side(text: str, panel: Panel, config: Config, *, ends: bool = True) -> Side:
    """A side from '2018', '2018:tpp_with_us', '2018:my.yaml' or 'some.graphml'.

    ends : whether to carry a scenario out again at the ends of what its answer hangs on.

    Raises
    ------
    YearError : no such year, or not understood. ScenarioError : see load_scenario; or the scenario applies later than
        that. SourceError : see read_graphml.
    """
    if text.endswith(".graphml"):
        ties = ties_of_graph(read_graphml(text), text)
        return Side(text, int(ties["year"].values[0]), BASELINE, ties, None, None, ())
    found = re.fullmatch(r"(\d{4})(?::(.+))?", text.strip())
    if not found:
        raise YearError(f"{text!r} is not understood; write 2018, 2018:tpp_with_us, 2018:mine.yaml or mine.graphml.")
    year = int(found[1])
    check_year(year, panel.years)
    if found[2] is None:
        return _of_panel(text, year, BASELINE, panel, (), config)
    scenario = load_scenario(found[2])
    if scenario.first is not None and year < scenario.first:
        raise ScenarioError(
            f"{scenario.name} applies from {scenario.first} on: in {year} it is what happened. Write {year} without "
            f"it, or a year from {scenario.first} on."
        )
    plain = apply_scenario(panel, scenario, theta=config.elasticity)
    return side_under(text, year, plain, ends_of(panel, plain, config) if ends else {}, config)


def side_under(label: str, year: int, plain: Applied, ends: Mapping[str, Applied], config: Config) -> Side:
    """The side of a scenario carried out, with its variants at the ends of ends_of."""
    variants = tuple(_of_year(end.panel, year, config) for end in ends.values())
    return _of_panel(label, year, plain.scenario.name, plain.panel, variants, config)._replace(applied=plain)


def ends_of(panel: Panel, plain: Applied, config: Config) -> dict[str, Applied]:
    """The scenario carried out again at each end of what its answer hangs on, by what is otherwise there.

    The elasticities of the band, tariffs without their peaks, and where an edit has depth both ends of the estimated
    effect of agreements. None where the answer hangs on none of them: an edit of pledges alone has no elasticity.
    """
    if not plain.answers:
        return {}

    def again(**otherwise: float) -> Applied:
        choices = {"theta": config.elasticity, **otherwise}
        return apply_scenario(panel, plain.scenario, like=plain, **choices)

    ends = {f"elasticity {theta:g}": again(theta=theta) for theta in ELASTICITY_RANGE if theta != config.elasticity}
    ends[WITHOUT_PEAKS] = again(peak=TARIFF_PEAK)
    if any(edit.values.get("depth", 0) for edit in plain.scenario.edits):
        effect = agreement_effect()
        ends[f"{AGREEMENT_EFFECT} {effect.low:g}"] = again(effect=effect.low)
        ends[f"{AGREEMENT_EFFECT} {effect.high:g}"] = again(effect=effect.high)
    return ends


def layer_choices(config: Config) -> dict[str, Any]:
    """How the settings want layers made, for build_layers and build_ties."""
    names = ("trade_base", "capability", "pact_strength", "agreement_strength")
    return {name: getattr(config, name) for name in names}


def mark_choices(config: Config) -> dict[str, Any]:
    """The part of layer_choices that quality.tie_marks takes: a mark does not hang on the base of trade."""
    return {name: value for name, value in layer_choices(config).items() if name != "trade_base"}


def _of_panel(
    label: str,
    year: int,
    scenario: str,
    panel: Panel,
    ends: tuple[tuple[xr.DataArray, xr.DataArray], ...],
    config: Config,
) -> Side:
    ties, layers = _of_year(panel, year, config)
    return Side(label, year, scenario, ties, layers, panel, ends)


def _of_year(panel: Panel, year: int, config: Config) -> tuple[xr.DataArray, xr.DataArray]:
    now, choices = panel.of_years(year, year), layer_choices(config)
    return build_ties(now, config.weights, **choices), build_layers(now, **choices)
