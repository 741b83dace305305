"""Every metric by name: its formula, unit, range and source, and the function that makes it.

A new metric is one function and one line here. What several metrics are made from is made once, in a Basis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from influence.errors import ConfigError, StateError, YearError, suggest
from influence.metrics import centrality, structure
from influence.metrics import dependence as trade
from influence.metrics.alignment import alignment
from influence.metrics.blocs import modularity_blocs
from influence.metrics.centrality import outward
from influence.metrics.embedding import embedding
from influence.metrics.lenses import lens_balance, lens_pull, opinions
from influence.metrics.paths import path_centralities
from influence.metrics.pull import disjoint_members, exposure, leader_margin, state_labels
from influence.metrics.similarity import similarity
from influence.quality import covered
from influence.specs import BUNDLED, LAYERS, LENSES, LayerSpec, LensSpec, register_layer, register_lens

if TYPE_CHECKING:
    from influence.study import Study


Make = Callable[..., xr.DataArray]
"""From a study (influence.study.Study)."""


class Metric(NamedTuple):
    """One metric; `make` gives dims (year, target), or (pole, year, target) if it is of a pole or a pair of poles."""

    name: str
    family: str
    formula: str
    unit: str
    range: str
    source: str
    make: Make
    rests_on: str = "composite"
    """composite, trade (goods trade alone) or votes: whose coverage, breaks and flags are told beside the value."""
    drawn: bool = True
    """Whether draws give it a band. A name (of a bloc) or a place that only means something among the others has none
    (uncertainty.stability tells how firm blocs are); alignment has the band of its source."""


RESTS_ON = ("composite", "trade", "votes")

OPTIONAL_METRICS = ("pull_bandwidth", "balance_bandwidth", "alignment")
"""Metrics that need more than the panel's own years and states: a base year, positions of the poles at the UN."""


def available_metrics(study: Study) -> tuple[list[str], dict[str, str]]:
    """Names of the metrics this basis has all for, and why the others cannot be had."""
    why: dict[str, str] = {}
    for name in OPTIONAL_METRICS:
        try:
            metric_named(name).make(study)
        except (StateError, YearError) as err:
            why[name] = str(err)
    return [name for name in all_metrics() if name not in why], why


def metric_named(name: str) -> Metric:
    """The metric of this name.

    Raises
    ------
    ConfigError : there is none; the nearest are told.
    """
    known = all_metrics()
    if name not in known:
        near = suggest(name, list(known))
        raise ConfigError(f"there is no metric {name!r}.{near} `influence metrics list` tells all {len(known)}.")
    return known[name]


# ---- makers ----------------------------------------------------------------------------------------


def _by_pole(values: Sequence[xr.DataArray], labels: Sequence[str]) -> xr.DataArray:
    """One below the other; what else they carry is that of the first."""
    first = values[0]
    stacked = np.stack([one.values for one in values])
    coords = {"pole": list(labels), **first.coords}
    return xr.DataArray(stacked, coords=coords, dims=("pole", *first.dims), name=first.name)


def _by_pair(study: Study, of_pair: Callable[[tuple[str, str]], xr.DataArray]) -> xr.DataArray:
    return _by_pole([of_pair(pair) for pair in study.pairs], ["-".join(pair) for pair in study.pairs])


def _pull(lens: str) -> Make:
    return lambda study: lens_pull(study, lens)


def _balance(lens: str) -> Make:
    def make(study: Study) -> xr.DataArray:
        pulls = _pull(lens)(study)
        return _by_pair(study, lambda pair: lens_balance(pulls, pair))

    return make


def _not_covered(study: Study) -> xr.DataArray:
    return study.ties["not_covered"].where(covered(study.ties)).reset_coords(drop=True)


def _dependence(study: Study) -> xr.DataArray:
    return study.once("dependence", lambda: trade.dependence(study.panel))


def _on_base(study: Study, base: str) -> xr.DataArray:
    return trade.dependence(study.panel, base)


def _towards(dyads: Callable[[Study], xr.DataArray], *, adds_up: bool = False) -> Make:
    """A measure of dyads towards each pole; of a group the sum over its members if the measure adds up, else none."""

    def make(study: Study) -> xr.DataArray:
        values = dyads(study)
        member = disjoint_members(study.ties, study.poles)
        out = np.full(member.shape, np.nan)
        for pole, year in zip(*np.nonzero(member.any(axis=2)), strict=True):
            inside = member[pole, year]
            if adds_up or inside.sum() == 1:
                out[pole, year] = np.where(inside, np.nan, values.values[year, inside].sum(axis=0))
        coords = {"pole": list(study.poles), **state_labels(study.ties)}
        return xr.DataArray(out, coords=coords, dims=("pole", "year", "target"))

    return make


def _paths(name: str) -> Make:
    def make(study: Study) -> xr.DataArray:
        return study.once("paths", lambda: path_centralities(study.network))[name]

    return make


def _hits(name: str) -> Make:
    def make(study: Study) -> xr.DataArray:
        return study.once("hits", lambda: centrality.hits(study.network))[name]

    return make


def _similar(study: Study, method: str = "kappa") -> xr.DataArray:
    return study.once(f"similarity_{method}", lambda: similarity(study.network, method))


def _alike(method: str) -> Make:
    """Similarity to each pole; without the whole matrix, only the rows of poles of one state are computed."""

    def dyads(study: Study) -> xr.DataArray:
        if f"similarity_{method}" in study._made:
            return _similar(study, method)
        member = disjoint_members(study.ties, study.poles)
        alone = np.flatnonzero((member & (member.sum(axis=2, keepdims=True) == 1)).any(axis=(0, 1)))
        return similarity(study.network, method, sources=alone)

    return _towards(dyads)


def _bloc(study: Study) -> xr.DataArray:
    return modularity_blocs(study.network, seed=study.method.seed)["bloc"]


def _place(axis: str) -> Make:
    def make(study: Study) -> xr.DataArray:
        places = study.once("place", lambda: embedding(_similar(study)))
        return outward(study.network, places.sel(axis=axis).values, f"place_{axis}")

    return make


def _alignment(study: Study) -> xr.DataArray:
    """Alignment of every pair of poles, the source's band as coordinates low and high; no coverage of ties."""
    points = study.points
    labels = state_labels(study.ties)
    base = (study.method.alignment_base[0], study.method.alignment_base[-1])
    placed = [alignment(points, pair, base).reindex(labels).transpose("year", "target") for pair in study.pairs]
    names = ["-".join(pair) for pair in study.pairs]
    band = {end: _by_pole([p[end] for p in placed], names) for end in ("low", "high")}
    told = _by_pole([p["value"] for p in placed], names)
    unknown = np.full(told.shape[1:], np.nan)
    coords = {"coverage": (("year", "target"), unknown)}
    return told.assign_coords({**coords, **{end: (told.dims, values.values) for end, values in band.items()}})


def _vulnerability(study: Study) -> xr.DataArray:
    return trade.vulnerability(study.panel, study.method.elasticity + 1.0, study.method.gross_output_ratio)


# ---- the list --------------------------------------------------------------------------------------

_BUNDLED: tuple[Metric, ...] = (
    Metric("exposure", "pull", "pull_p + pull_q, direct", "share of reliance", "[0, 1]", "design, equation 6",
           lambda b: _by_pair(b, lambda pair: exposure(b.ties, pair))),
    Metric("leader_margin", "pull", "direct pull of the strongest pole less that of the next; the pole is told",
           "share of reliance", "[0, 1]", "design, section 1", lambda b: leader_margin(b.ties, b.poles)),
    Metric("not_covered", "pull", "share of v's reliance that rests on itself", "share of reliance", "[0, 1]",
           "design, section 1", _not_covered),
    Metric("opinion_threshold", "pull",
           "smallest part of v's trade that, moved to others, changes its opinion (equation 9)",
           "share of trade", "[0, 1]", "this project, on Coquidé, Lages & Shepelyansky 2023",
           lambda b: opinions(b)["opinion_threshold"], "trade"),
    *(
        Metric(f"dependence_{base}", "dependence", f"D_pv on base {base} (equation 1)", "share of trade", "[0, 1]",
               "design, equation 1", _towards(partial(_on_base, base=base), adds_up=True), "trade")
        for base in ("two_way", "exports", "imports")
    ),
    Metric("trade_over_gdp", "dependence", "T_pv / Y_v (equation 2)", "share of GDP", ">= 0", "design, equation 2",
           _towards(lambda b: trade.trade_over_gdp(b.panel), adds_up=True), "trade"),
    Metric("asymmetry", "dependence", "D_pv - D_vp", "share of trade", "[-1, 1]", "Hirschman 1945",
           _towards(lambda b: trade.asymmetry(_dependence(b))), "trade"),
    Metric("salience", "dependence", "sqrt(D_pv D_vp)", "share of trade", "[0, 1]", "Barbieri 1996",
           _towards(lambda b: trade.salience(_dependence(b))), "trade"),
    Metric("symmetry", "dependence", "1 - |D_pv - D_vp|", "index", "[0, 1]", "Barbieri 1996",
           _towards(lambda b: trade.symmetry(_dependence(b))), "trade"),
    Metric("interdependence", "dependence", "salience times symmetry", "index", "[0, 1]", "Barbieri 1996",
           _towards(lambda b: trade.interdependence(_dependence(b))), "trade"),
    Metric("vulnerability", "dependence", "-ln(1 - w)/theta times the import share of spending (equation 11)",
           "log points of real income", ">= 0", "Arkolakis, Costinot & Rodríguez-Clare 2012", _towards(_vulnerability),
           "trade"),
    Metric("herfindahl", "dependence", "sum_u D_uv^2 (equation 11)", "index", "(0, 1]", "Herfindahl 1950",
           lambda b: trade.herfindahl(_dependence(b)), "trade"),
    Metric("hirschman", "dependence", "sqrt(sum_u D_uv^2) (equation 11)", "index", "(0, 1]", "Hirschman 1945",
           lambda b: trade.hirschman(_dependence(b)), "trade"),
    Metric("strength_in", "centrality", "sum_u W_uv", "share of reliance", "[0, 1]", "Barrat and others 2004",
           lambda b: centrality.strength_in(b.network)),
    Metric("strength_out", "centrality", "sum_v W_uv", "portfolios", ">= 0", "Barrat and others 2004",
           lambda b: centrality.strength_out(b.network)),
    Metric("influence_out", "centrality", "sum_v W_uv Y_v / sum_v Y_v", "share of the world's GDP", "[0, 1]",
           "this project", lambda b: centrality.outward_influence(b.network, b.panel.attributes["gdp_usd"])),
    Metric("pagerank", "centrality", "x = 0.85 P'x + 0.15/n along the pulls: high where well-pulled", "share",
           "(0, 1)", "Brin & Page 1998", lambda b: centrality.pagerank(b.network)),
    Metric("cheirank", "centrality", "PageRank of the reversed ties: high where relied upon", "share", "(0, 1)",
           "Chepelianskii 2010", lambda b: centrality.cheirank(b.network)),
    Metric("eigenvector", "centrality", "W x = lambda x: high where it pulls on those that pull", "2-norm 1", "[0, 1]",
           "Bonacich 1972", lambda b: centrality.eigenvector(b.network)),
    Metric("katz", "centrality", "x = 0.5 W x + 1: pull along chains of any length", "2-norm 1", "(0, 1]",
           "Katz 1953", lambda b: centrality.katz(b.network)),
    Metric("hubs", "centrality", "W authorities: pulls on good authorities", "share", "[0, 1]", "Kleinberg 1999",
           _hits("hubs")),
    Metric("authorities", "centrality", "W' hubs: pulled by good hubs", "share", "[0, 1]", "Kleinberg 1999",
           _hits("authorities")),
    Metric("betweenness", "centrality", "part of the shortest paths (-ln pull) that run through v", "share", "[0, 1]",
           "Freeman 1977", _paths("betweenness")),
    Metric("closeness", "centrality", "1 / mean distance (-ln pull) to those reached, outward", "1 / -ln pull", ">= 0",
           "Wasserman & Faust 1994", _paths("closeness")),
    Metric("clustering", "centrality", "weighted directed triangles over possible ones", "index", "[0, 1]",
           "Fagiolo 2007", lambda b: structure.clustering(b.network)),
    Metric("core", "centrality", "largest k with k ties within a group whose members all have k", "ties", ">= 0",
           "Seidman 1983", lambda b: structure.core_number(b.network)),
    Metric("constraint", "centrality", "sum_u (p_vu + sum_q p_vq p_qu)^2: few structural holes", "index", ">= 0",
           "Burt 1992", lambda b: structure.constraint(b.network)),
    *(
        Metric(f"similarity_{method}", "similarity", formula, "index", "[-1, 1]", source,
               _alike(method))
        for method, formula, source in (
            ("kappa", "1 - squared distance of two portfolios over that by chance, of two means", "Hage 2011"),
            ("pi", "1 - squared distance of two portfolios over that by chance, of one mean", "Hage 2011"),
            ("s", "1 - 2 mean |difference| of two portfolios", "Signorino & Ritter 1999"),
        )
    ),
    Metric("bloc", "similarity", "number of the bloc of large modularity, consensus of 100 runs; its leader is told",
           "number", ">= 1", "Leicht & Newman 2008; Lancichinetti & Fortunato 2012", _bloc,
           drawn=False),
    *(
        Metric(f"place_{axis}", "similarity", "classical scaling of similarity_kappa, years turned onto each other",
               "root of similarity", "any sign", "Torgerson 1952; Schönemann 1966", _place(axis), drawn=False)
        for axis in ("x", "y")
    ),
    Metric("alignment", "alignment", "2 (x_v - qbar)/(pbar - qbar) - 1 on the ideal points at the UN (equation 13)",
           "1 at p, -1 at q", "any sign", "Bailey, Strezhnev & Voeten 2017", _alignment, "votes", drawn=False),
)  # fmt: skip

_REGISTERED: dict[str, Metric] = {}


def all_metrics() -> dict[str, Metric]:
    """Every metric by name: pull and balance of each lens, the bundled ones, and those registered."""
    lenses = list(LENSES.values())
    rows = [*map(_lens_pull_metric, lenses), *map(_lens_balance_metric, lenses), *_BUNDLED, *_REGISTERED.values()]
    return {metric.name: metric for metric in rows}


def _lens_pull_metric(spec: LensSpec) -> Metric:
    return Metric(f"pull_{spec.name}", "pull", spec.formula, spec.unit, spec.range, spec.source, _pull(spec.name),
                  spec.rests_on)  # fmt: skip


def _lens_balance_metric(spec: LensSpec) -> Metric:
    if spec.name == "direct":
        formula = "(pull_p - pull_q)/(pull_p + pull_q), direct (equation 6)"
        return Metric("pull_balance", "pull", formula, "balance", "[-1, 1]", "design, equation 6",
                      lambda study: _balance("direct")(study).rename("pull_balance"))  # fmt: skip
    return Metric(f"balance_{spec.name}", "pull", f"(p - q)/(|p| + |q|) of pull_{spec.name}", "balance", "[-1, 1]",
                  "design, equation 6", _balance(spec.name), spec.rests_on)  # fmt: skip


def balance_metric(lens: str) -> str:
    """Name of the metric that is the balance through a lens."""
    return "pull_balance" if lens == "direct" else f"balance_{lens}"


def register_metric(metric: Metric) -> Metric:
    """Add a metric to the catalogue: commands, tables and draws know it by its name.

    Parameters
    ----------
    metric : its `make` takes a Study and gives dims (year, target), or (pole, year, target) with the poles or pairs of
        poles as labels.

    Raises
    ------
    ConfigError : the name is taken or cannot be written in options; it rests on something unknown.

    Examples
    --------
    >>> register_metric(metric_named("exposure"))
    Traceback (most recent call last):
    ...
    influence.errors.ConfigError: metric 'exposure' is registered already; choose another name.
    """
    if not metric.name.isidentifier() or metric.name != metric.name.lower():
        raise ConfigError(f"metric {metric.name!r}: a name has small letters, digits and underscores only.")
    if metric.name in all_metrics():
        raise ConfigError(f"metric {metric.name!r} is registered already; choose another name.")
    if metric.name.startswith(("pull_", "balance_")):
        raise ConfigError(f"metric {metric.name!r}: names pull_ and balance_ are those of lenses; choose another name.")
    if metric.rests_on not in RESTS_ON:
        raise ConfigError(f"metric {metric.name!r} rests on {metric.rests_on!r}; allowed: {', '.join(RESTS_ON)}.")
    _REGISTERED[metric.name] = metric
    return metric


class Registered(NamedTuple):
    """What was registered from outside, for a process that does not know it yet."""

    layers: tuple[LayerSpec, ...]
    lenses: tuple[LensSpec, ...]
    metrics: tuple[Metric, ...]


def registered() -> Registered:
    """The layers, lenses and metrics that do not come with the package."""
    layers = tuple(spec for name, spec in LAYERS.items() if name not in BUNDLED)
    lenses = tuple(spec for name, spec in LENSES.items() if name not in BUNDLED)
    return Registered(layers, lenses, tuple(_REGISTERED.values()))


def take_registered(rows: Registered) -> None:
    """Register what this process does not know yet."""
    for layer in rows.layers:
        if layer.name not in LAYERS:
            register_layer(layer)
    for lens in rows.lenses:
        if lens.name not in LENSES:
            register_lens(lens)
    for metric in rows.metrics:
        _REGISTERED.setdefault(metric.name, metric)
