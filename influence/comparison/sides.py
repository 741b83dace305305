"""One side of a comparison: a year of the panel, a year under a scenario, or a graph from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import xarray as xr

from influence.comparison.graph_side import read_graphml, ties_of_graph
from influence.errors import ScenarioError, YearError, check_year
from influence.panel.panel import Panel
from influence.scenario.apply import Applied, apply_scenario
from influence.scenario.effects import agreement_effect
from influence.scenario.load import load_scenario
from influence.schema import BASELINE, ELASTICITY_RANGE, TARIFF_PEAK
from influence.study import Study

WITHOUT_PEAKS = "without tariff peaks"
AGREEMENT_EFFECT = "agreement effect"


class ComparisonSide(NamedTuple):
    """One side of a comparison.

    label : the text it was parsed from. scenario : baseline without one. ties : the composite of that year alone,
    (year, source, target). study : all years, under the scenario; None for a graph from a file. variants : the study
    of the year at each bound of the scenario's response. applied : the scenario applied, None without one.
    """

    label: str
    year: int
    scenario: str
    ties: xr.DataArray
    study: Study | None
    variants: tuple[Study, ...]
    applied: Applied | None = None

    def __repr__(self) -> str:
        return f"<ComparisonSide {self.label}: {self.ties.sizes['target']} states, {len(self.variants)} bounds>"

    @property
    def panel(self) -> Panel | None:
        """The panel, None for a graph from a file."""
        return None if self.study is None else self.study.panel

    @property
    def layers(self) -> xr.DataArray | None:
        """(layer, year, source, target) of that year alone, None for a graph from a file."""
        return None if self.study is None else self.study.at(self.year).layers


def parse_side(text: str | int, study: Study, *, bounds: bool = True) -> ComparisonSide:
    """One side of a comparison from its text.

    Parameters
    ----------
    text : 2018, '2018', '2018:tpp_with_us', '2018:my_scenario.yaml' or 'my_graph.graphml'.
    study : gives panel, method and poles.
    bounds : whether to compute a scenario also at the bounds of its response (scenario_bounds).

    Returns
    -------
    ties : share of reliance in [0, 1], dims (year, source, target), one year. study, variants, applied : see
    ComparisonSide.

    Raises
    ------
    YearError : no such year, or the text is not understood. ScenarioError : see load_scenario; or the scenario begins
        after that year. SourceError : see read_graphml.

    Examples
    --------
    >>> import influence as inf
    >>> inf.parse_side("2016", inf.load_study(first_year=2016, last_year=2016)).year
    2016
    """
    text = str(text)
    if text.endswith(".graphml"):
        ties = ties_of_graph(read_graphml(text), text).assign_attrs(registry=study.registry)
        return ComparisonSide(text, int(ties["year"].values[0]), BASELINE, ties, None, ())
    found = re.fullmatch(r"(\d{4})(?::(.+))?", text.strip())
    if not found:
        raise YearError(f"{text!r} is not understood; write 2018, 2018:tpp_with_us, 2018:mine.yaml or mine.graphml.")
    year = int(found[1])
    check_year(year, study.years)
    if found[2] is None:
        return ComparisonSide(text, year, BASELINE, study.at(year).ties, study, ())
    scenario = load_scenario(found[2], study.registry)
    if scenario.first is not None and year < scenario.first:
        raise ScenarioError(
            f"{scenario.name} begins in {scenario.first}, after {year}. Write {year} without it, or a year from "
            f"{scenario.first} on."
        )
    plain = study.applied(scenario)
    return side_under(text, year, plain, scenario_bounds(study, plain) if bounds else {}, study)


def side_under(label: str, year: int, plain: Applied, bounds: Mapping[str, Applied], study: Study) -> ComparisonSide:
    """The side of a scenario applied to the study's panel, with its variants at the bounds (scenario_bounds)."""
    under = study.under(plain.scenario)
    variants = tuple(study.on(bound.panel.of_years(year, year)) for bound in bounds.values())
    return ComparisonSide(label, year, plain.scenario.name, under.at(year).ties, under, variants, plain)


def scenario_bounds(study: Study, plain: Applied) -> dict[str, Applied]:
    """The scenario applied with one assumption changed at a time, by the name of the change.

    These are the other elasticities of ELASTICITY_RANGE, tariffs without their peaks and, if an edit has a depth, both
    ends of the estimated effect of agreements. Empty if trade does not respond, e.g. to an edit of pledges alone.
    """
    if not plain.answers:
        return {}

    def again(**changed: float) -> Applied:
        choices = {"theta": study.method.elasticity, **changed}
        return apply_scenario(study.panel, plain.scenario, like=plain, **choices)

    others = [theta for theta in ELASTICITY_RANGE if theta != study.method.elasticity]
    bounds = {f"elasticity {theta:g}": again(theta=theta) for theta in others}
    bounds[WITHOUT_PEAKS] = again(peak=TARIFF_PEAK)
    if any(edit.values.get("depth", 0) for edit in plain.scenario.edits):
        effect = agreement_effect(study.panel)
        bounds[f"{AGREEMENT_EFFECT} {effect.low:g}"] = again(effect=effect.low)
        bounds[f"{AGREEMENT_EFFECT} {effect.high:g}"] = again(effect=effect.high)
    return bounds
