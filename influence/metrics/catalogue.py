"""Every metric by name: its formula, unit, range and source, and the function that makes it.

A new metric is one function and one line here. What several metrics are made from is made once, in a study.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from influence.errors import ConfigError, StateError, YearError, suggest
from influence.metrics import centrality, structure
from influence.metrics import dependence as trade
from influence.metrics import makers as make
from influence.metrics.lenses import opinions
from influence.metrics.makers import Make
from influence.metrics.pull import exposure, leader_margin
from influence.specs import BUNDLED, LAYERS, LENSES, LayerSpec, LensSpec, register_layer, register_lens

if TYPE_CHECKING:
    from influence.study import Study


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
    """composite, trade (goods trade alone) or votes: whose coverage, breaks and flags its records carry."""
    drawn: bool = True
    """Whether draws give it an uncertainty range. The name of a bloc, or a place that means something among the others
    only, has none (uncertainty.stability measures how firm blocs are); alignment has the range of its source."""


RESTS_ON = ("composite", "trade", "votes")

OPTIONAL_METRICS = ("pull_bandwidth", "balance_bandwidth", "alignment")
"""Metrics that need more than the panel's own years and states: a base year, positions of the poles at the UN."""


def available_metrics(study: Study) -> tuple[list[str], dict[str, str]]:
    """Names of the metrics that the study has all data for, and why the others are left out."""
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
    ConfigError : there is none; similar names are shown.
    """
    known = all_metrics()
    if name not in known:
        near = suggest(name, list(known))
        raise ConfigError(f"there is no metric {name!r}.{near} `influence metrics list` lists all {len(known)}.")
    return known[name]


# ---- the list --------------------------------------------------------------------------------------

_BUNDLED: tuple[Metric, ...] = (
    Metric("exposure", "pull", "pull_p + pull_q, direct", "share of reliance", "[0, 1]", "design, equation 6",
           lambda b: make.by_pair(b, lambda pair: exposure(b.ties, pair))),
    Metric("leader_margin", "pull", "direct pull of the strongest pole less that of the next; pole names it",
           "share of reliance", "[0, 1]", "design, section 1", lambda b: leader_margin(b.ties, b.poles)),
    Metric("not_covered", "pull", "share of v's reliance that no other state covers", "share of reliance", "[0, 1]",
           "design, section 1", make.not_covered),
    Metric("opinion_threshold", "pull",
           "smallest part of v's trade that, moved to others, changes its opinion (equation 9)",
           "share of trade", "[0, 1]", "this project, on Coquidé, Lages & Shepelyansky 2023",
           lambda b: opinions(b)["opinion_threshold"], "trade"),
    *(
        Metric(f"dependence_{base}", "dependence", f"D_pv on base {base} (equation 1)", "share of trade", "[0, 1]",
               "design, equation 1", make.towards(partial(make.on_base, base=base), adds_up=True), "trade")
        for base in ("two_way", "exports", "imports")
    ),
    Metric("trade_over_gdp", "dependence", "T_pv / Y_v (equation 2)", "share of GDP", ">= 0", "design, equation 2",
           make.towards(lambda b: trade.trade_over_gdp(b.panel), adds_up=True), "trade"),
    Metric("asymmetry", "dependence", "D_pv - D_vp", "share of trade", "[-1, 1]", "Hirschman 1945",
           make.towards(lambda b: trade.asymmetry(make.dependence(b))), "trade"),
    Metric("salience", "dependence", "sqrt(D_pv D_vp)", "share of trade", "[0, 1]", "Barbieri 1996",
           make.towards(lambda b: trade.salience(make.dependence(b))), "trade"),
    Metric("symmetry", "dependence", "1 - |D_pv - D_vp|", "index", "[0, 1]", "Barbieri 1996",
           make.towards(lambda b: trade.symmetry(make.dependence(b))), "trade"),
    Metric("interdependence", "dependence", "salience times symmetry", "index", "[0, 1]", "Barbieri 1996",
           make.towards(lambda b: trade.interdependence(make.dependence(b))), "trade"),
    Metric("vulnerability", "dependence", "-ln(1 - w)/theta times the import share of spending (equation 11)",
           "log points of real income", ">= 0", "Arkolakis, Costinot & Rodríguez-Clare 2012",
           make.towards(make.vulnerability), "trade"),
    Metric("herfindahl", "dependence", "sum_u D_uv^2 (equation 11)", "index", "(0, 1]", "Herfindahl 1950",
           lambda b: trade.herfindahl(make.dependence(b)), "trade"),
    Metric("hirschman", "dependence", "sqrt(sum_u D_uv^2) (equation 11)", "index", "(0, 1]", "Hirschman 1945",
           lambda b: trade.hirschman(make.dependence(b)), "trade"),
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
           make.hits("hubs")),
    Metric("authorities", "centrality", "W' hubs: pulled by good hubs", "share", "[0, 1]", "Kleinberg 1999",
           make.hits("authorities")),
    Metric("betweenness", "centrality", "part of the shortest paths (-ln pull) that run through v", "share", "[0, 1]",
           "Freeman 1977", make.paths("betweenness")),
    Metric("closeness", "centrality", "1 / mean distance (-ln pull) to those reached, outward", "1 / -ln pull", ">= 0",
           "Wasserman & Faust 1994", make.paths("closeness")),
    Metric("clustering", "centrality", "weighted directed triangles over possible ones", "index", "[0, 1]",
           "Fagiolo 2007", lambda b: structure.clustering(b.network)),
    Metric("core", "centrality", "largest k with k ties within a group whose members all have k", "ties", ">= 0",
           "Seidman 1983", lambda b: structure.core_number(b.network)),
    Metric("constraint", "centrality", "sum_u (p_vu + sum_q p_vq p_qu)^2: few structural holes", "index", ">= 0",
           "Burt 1992", lambda b: structure.constraint(b.network)),
    *(
        Metric(f"similarity_{method}", "similarity", formula, "index", "[-1, 1]", source,
               make.alike(method))
        for method, formula, source in (
            ("kappa", "1 - squared distance of two portfolios over that by chance, of two means", "Hage 2011"),
            ("pi", "1 - squared distance of two portfolios over that by chance, of one mean", "Hage 2011"),
            ("s", "1 - 2 mean |difference| of two portfolios", "Signorino & Ritter 1999"),
        )
    ),
    Metric("bloc", "similarity", "number of the bloc of large modularity, consensus of 100 runs; pole names its leader",
           "number", ">= 1", "Leicht & Newman 2008; Lancichinetti & Fortunato 2012", make.bloc,
           drawn=False),
    *(
        Metric(f"place_{axis}", "similarity", "classical scaling of similarity_kappa, years turned onto each other",
               "root of similarity", "any sign", "Torgerson 1952; Schönemann 1966", make.place(axis), drawn=False)
        for axis in ("x", "y")
    ),
    Metric("alignment", "alignment", "2 (x_v - qbar)/(pbar - qbar) - 1 on the ideal points at the UN (equation 13)",
           "1 at p, -1 at q", "any sign", "Bailey, Strezhnev & Voeten 2017", make.alignment_of_pairs,
           "votes", drawn=False),
)  # fmt: skip

_REGISTERED: dict[str, Metric] = {}


def all_metrics() -> dict[str, Metric]:
    """Every metric by name: pull and balance of each lens, the bundled ones, and those registered."""
    lenses = list(LENSES.values())
    rows = [*map(_lens_pull_metric, lenses), *map(_lens_balance_metric, lenses), *_BUNDLED, *_REGISTERED.values()]
    return {metric.name: metric for metric in rows}


def _lens_pull_metric(spec: LensSpec) -> Metric:
    return Metric(f"pull_{spec.name}", "pull", spec.formula, spec.unit, spec.range, spec.source,
                  make.lens_pull_of(spec.name), spec.rests_on)  # fmt: skip


def _lens_balance_metric(spec: LensSpec) -> Metric:
    if spec.name == "direct":
        formula = "(pull_p - pull_q)/(pull_p + pull_q), direct (equation 6)"
        return Metric("pull_balance", "pull", formula, "balance", "[-1, 1]", "design, equation 6",
                      lambda study: make.lens_balance_of("direct")(study).rename("pull_balance"))  # fmt: skip
    return Metric(f"balance_{spec.name}", "pull", f"(p - q)/(|p| + |q|) of pull_{spec.name}", "balance", "[-1, 1]",
                  "design, equation 6", make.lens_balance_of(spec.name), spec.rests_on)  # fmt: skip


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
    if not isinstance(metric, Metric):
        raise ConfigError(f"register_metric takes a Metric, not {metric!r}.")
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
