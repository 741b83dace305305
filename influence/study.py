"""A study: one panel, one method and named poles; everything else follows and is computed once.

A Study never plots, writes or changes anything. What it hands out is cached: read it, do not write into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from influence.errors import ConfigError, check_year
from influence.layers import build_layers
from influence.method import Method
from influence.metrics.alignment import ideal_points
from influence.metrics.bandwidth import Unit, bandwidth_unit
from influence.metrics.catalogue import metric_named
from influence.metrics.pull import pairs_of
from influence.panel.panel import Panel
from influence.panel.regions import region_members
from influence.quality import known_ties, tie_marks
from influence.scenario.apply import Applied, apply_scenario
from influence.scenario.load import load_scenario
from influence.scenario.model import Scenario
from influence.schema import ALL
from influence.ties import build_ties

if TYPE_CHECKING:
    import xarray as xr

    from influence.states import Registry

T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """Panel, method and poles, with layers, ties and metrics computed on first use.

    Parameters
    ----------
    panel : everything observed. method : every choice that changes a number.
    poles : two or more, ISO3 codes or groups, as the results name them. region : whom headlines and tables show.
    bandwidth_unit : largest dyad of the base year, for a panel that does not hold that year.

    Examples
    --------
    >>> import influence as inf
    >>> study = inf.Study(inf.load_panel(first_year=2016, last_year=2016), poles=("CHN", "USA"))
    >>> round(float(study.metric("pull_balance").sel(year=2016, target="KOR", pole="CHN-USA")), 2)
    -0.41
    """

    panel: Panel
    method: Method = field(default_factory=Method)
    poles: tuple[str, ...] = ()
    region: str = ALL
    bandwidth_unit: Unit | None = None
    _made: dict[Any, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        years, poles = self.panel.years, ", ".join(self.poles) or "no poles"
        return f"<Study: {years[0]}-{years[-1]}, {poles}; weights {self.method.weights_text()}>"

    def _repr_html_(self) -> str:
        from html import escape

        rows = (("Panel", repr(self.panel)), ("Poles", ", ".join(self.poles)), ("Region", self.region),
                ("Layer weights", self.method.weights_text()), ("Trade base", self.method.trade_base))  # fmt: skip
        cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in rows)
        return f"<table>{cells}</table>"

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` returns, made at the first call with the key."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    # ---- what it is of -----------------------------------------------------------------------------

    @property
    def years(self) -> range:
        """Years of the panel."""
        return self.panel.years

    @property
    def registry(self) -> Registry:
        """Names, codes and groups of the panel's states."""
        return self.panel.registry

    @property
    def pair(self) -> tuple[str, str]:
        """The first two poles, those of a balance."""
        return self.poles[0], self.poles[1]

    @property
    def labels(self) -> tuple[str, ...]:
        """The poles as sentences name them: China, the United States, ASEAN."""
        return tuple(self.registry.pole_label(pole) for pole in self.poles)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every pair of poles."""
        return pairs_of(self.poles)

    def region_states(self, year: int | None = None) -> list[str]:
        """ISO3 codes of the region's states, in a year or ever; sorted.

        Raises
        ------
        StateError : no such region.
        """
        return region_members(self.panel, self.region, year)

    # ---- what follows ------------------------------------------------------------------------------

    @property
    def layers(self) -> xr.DataArray:
        """Every layer, (layer, year, source, target); see build_layers."""
        return self.once("layers", lambda: build_layers(self.panel, **self.method.layer_choices))

    @property
    def ties(self) -> xr.DataArray:
        """The composite, (year, source, target); see build_ties."""
        return self.once("ties", lambda: build_ties(self.panel, self.method.weights, **self.method.layer_choices))

    @property
    def weighing(self) -> list[str]:
        """Layers with a weight above 0, in the panel's order."""
        return [name for name in self.panel.layer_names if self.method.weights.get(name, 0.0) > 0]

    @property
    def marks(self) -> xr.DataArray:
        """Quality of each tie of the composite, (year, source, target); see quality.tie_marks."""
        return self.once("marks", lambda: tie_marks(self.panel, self.method.weights, **self.method.mark_choices))

    @property
    def network(self) -> xr.DataArray:
        """The ties with 0 in place of what is not known, for measures of the whole network."""
        return self.once("network", lambda: known_ties(self.ties))

    @property
    def points(self) -> xr.Dataset:
        """Positions at the UN of the panel's own table; see metrics.alignment.ideal_points."""
        return self.once("points", lambda: ideal_points(self.panel))

    def metric(self, name: str) -> xr.DataArray:
        """A metric of the catalogue, dims (year, target) or (pole, year, target).

        Raises
        ------
        ConfigError : no such metric. StateError, YearError : see the function of the metric.
        """
        return metric_named(name).make(self)

    # ---- others like it ----------------------------------------------------------------------------

    def at(self, year: int) -> Study:
        """The study of one year.

        Raises
        ------
        YearError : the panel does not have it.
        """
        return self.of_years(year, year)

    def of_years(self, first: int, last: int) -> Study:
        """The study of some of its years, both included.

        Raises
        ------
        YearError : the panel does not have them.
        """
        for year in (first, last):
            check_year(year, self.years)
        if (first, last) == (self.years[0], self.years[-1]):
            return self
        return self.once(("years", first, last), lambda: self.on(self.panel.of_years(first, last)))

    def with_(self, **parts: Any) -> Study:
        """The same with other parts, e.g. a whole method; nothing computed is kept."""
        return replace(self, **parts, _made={})

    def on(self, panel: Panel) -> Study:
        """The same method and poles on another panel."""
        return replace(self, panel=panel, _made={})

    def with_method(self, **changes: Any) -> Study:
        """The same with other choices of method; the same choices give the same study."""
        key = ("method", *sorted((name, _hashable(value)) for name, value in changes.items()))
        return self.once(key, lambda: replace(self, method=replace(self.method, **changes), _made={}))

    def with_poles(self, poles: Sequence[str]) -> Study:
        """The same between other poles; layers and ties are shared.

        Raises
        ------
        ConfigError : fewer than two poles.
        """
        if isinstance(poles, str) or len(poles) < 2:
            raise ConfigError(f"give two or more poles as a list, e.g. ['CHN', 'USA'], not {poles!r}.")
        key = ("poles", tuple(poles))
        return self.once(key, lambda: replace(self, poles=tuple(poles), _made=self._without_poles()))

    def with_bandwidth_unit(self, base: Panel) -> Study:
        """The same where bandwidth is counted in the largest dyad of the base year of another panel (equation 10)."""
        unit = bandwidth_unit(base, self.method.bandwidth_base_year, self.method.agreement_strength)
        return replace(self, bandwidth_unit=unit, _made=self._without_poles())

    def _without_poles(self) -> dict[Any, Any]:
        """What has been computed so far and depends on panel and method alone."""
        shared = ("layers", "ties", "marks", "network", "points")
        return {name: self._made[name] for name in shared if name in self._made}

    def with_ties(self, ties: xr.DataArray) -> Study:
        """The same with these ties in place of the composite of its panel and method."""
        return replace(self, _made={"ties": ties})

    def applied(self, scenario: str | Scenario) -> Applied:
        """A scenario applied to the panel: the edited panel, and how trade responds.

        Raises
        ------
        ScenarioError : see scenario.load.load_scenario and scenario.apply.apply_scenario.
        """
        read = load_scenario(scenario, self.registry) if isinstance(scenario, str) else scenario
        # Two scenarios may have one name.
        key = ("applied", repr(read))
        return self.once(key, lambda: apply_scenario(self.panel, read, theta=self.method.elasticity))

    def under(self, scenario: str | Scenario) -> Study:
        """The same study on the panel as the scenario has it.

        Raises
        ------
        ScenarioError : see applied.
        """
        found = self.applied(scenario)
        if found.panel is self.panel:
            return self
        return self.once(("under", repr(found.scenario)), lambda: self.on(found.panel))


def _hashable(value: Any) -> Any:
    return tuple(sorted(value.items())) if isinstance(value, Mapping) else value
