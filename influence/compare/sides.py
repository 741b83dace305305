"""The two sides of a comparison: a year of the panel, a year under a scenario, or a graph from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import xarray as xr

from influence.compare.graph_side import read_graphml, ties_of_graph
from influence.errors import ScenarioError, YearError, check_year
from influence.panel.panel import Panel
from influence.scenario.apply import Applied, apply_scenario
from influence.scenario.effects import agreement_effect
from influence.scenario.load import load_scenario
from influence.schema import BASELINE, ELASTICITY_RANGE, TARIFF_PEAK
from influence.study import Study

WITHOUT_PEAKS = "without tariff peaks"
AGREEMENT_EFFECT = "agreement effect"


class Side(NamedTuple):
    """One side. label : as it was asked for. year, scenario : of the panel; scenario is baseline for the panel itself.

    ties : the composite of that year alone, (year, source, target). study : of all years, under the scenario; None for
    a graph from a file. variants : the study of the year again at each bound of the scenario's answer. applied : the
    scenario applied, None without one.
    """

    label: str
    year: int
    scenario: str
    ties: xr.DataArray
    study: Study | None
    variants: tuple[Study, ...]
    applied: Applied | None = None

    @property
    def panel(self) -> Panel | None:
        """The panel, None for a graph from a file."""
        return None if self.study is None else self.study.panel

    @property
    def layers(self) -> xr.DataArray | None:
        """(layer, year, source, target) of that year alone, None for a graph from a file."""
        return None if self.study is None else self.study.at(self.year).layers


def parse_side(text: str, study: Study, *, bounds: bool = True) -> Side:
    """A side from '2018', '2018:tpp_with_us', '2018:my.yaml' or 'some.graphml'.

    bounds : whether to apply a scenario again at the bounds of its answer (scenario_bounds).

    Raises
    ------
    YearError : no such year, or not understood. ScenarioError : see load_scenario; or the scenario applies later than
        that. SourceError : see read_graphml.
    """
    if text.endswith(".graphml"):
        ties = ties_of_graph(read_graphml(text), text).assign_attrs(registry=study.registry)
        return Side(text, int(ties["year"].values[0]), BASELINE, ties, None, ())
    found = re.fullmatch(r"(\d{4})(?::(.+))?", text.strip())
    if not found:
        raise YearError(f"{text!r} is not understood; write 2018, 2018:tpp_with_us, 2018:mine.yaml or mine.graphml.")
    year = int(found[1])
    check_year(year, study.years)
    if found[2] is None:
        return Side(text, year, BASELINE, study.at(year).ties, study, ())
    scenario = load_scenario(found[2], study.registry)
    if scenario.first is not None and year < scenario.first:
        raise ScenarioError(
            f"{scenario.name} applies from {scenario.first} on: in {year} it is what happened. Write {year} without "
            f"it, or a year from {scenario.first} on."
        )
    plain = study.applied(scenario)
    return side_under(text, year, plain, scenario_bounds(study, plain) if bounds else {}, study)


def side_under(label: str, year: int, plain: Applied, bounds: Mapping[str, Applied], study: Study) -> Side:
    """The side of a scenario applied to the study's panel, with its variants at the bounds (scenario_bounds)."""
    under = study.under(plain.scenario)
    variants = tuple(study.on(bound.panel.of_years(year, year)) for bound in bounds.values())
    return Side(label, year, plain.scenario.name, under.at(year).ties, under, variants, plain)


def scenario_bounds(study: Study, plain: Applied) -> dict[str, Applied]:
    """The scenario applied again at each bound of its trade response, by the name of the bound.

    The elasticities of ELASTICITY_RANGE, tariffs without their peaks, and where an edit has depth both bounds of the
    estimated effect of agreements. Empty without a trade response: an edit of pledges alone has no elasticity.
    """
    if not plain.answers:
        return {}

    def again(**otherwise: float) -> Applied:
        choices = {"theta": study.method.elasticity, **otherwise}
        return apply_scenario(study.panel, plain.scenario, like=plain, **choices)

    ends = {
        f"elasticity {theta:g}": again(theta=theta) for theta in ELASTICITY_RANGE if theta != study.method.elasticity
    }
    ends[WITHOUT_PEAKS] = again(peak=TARIFF_PEAK)
    if any(edit.values.get("depth", 0) for edit in plain.scenario.edits):
        effect = agreement_effect(study.panel)
        ends[f"{AGREEMENT_EFFECT} {effect.low:g}"] = again(effect=effect.low)
        ends[f"{AGREEMENT_EFFECT} {effect.high:g}"] = again(effect=effect.high)
    return ends
