"""The measures a question may ask for, a closed set: a new one is a function of a study and arguments, and a line here.

A number comes with its unit (UNITS); a state as its ISO3 code; an outcome as one of a few words. NaN: there is no
value, and nothing may be asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from influence.compare.definitions import other_definitions, range_over
from influence.compare.drift import Placebo, Window, placebo_years
from influence.compare.thresholds import Threshold, WeightThreshold, weight_thresholds
from influence.compare.verdict import SURE
from influence.errors import LessonError, StateError
from influence.lessons.figures import (
    Arguments,
    balance,
    capability,
    exports,
    exposed,
    in_panel,
    layers_of,
    not_covered,
    observed,
    place_of,
    pledged,
    pull,
    reweighed,
    share,
    ties_of,
    total,
    weight,
    weights_of,
)
from influence.metrics.pull import pull_balance
from influence.metrics.trends import lasting_crossing
from influence.quality import covered
from influence.study import Study

UNITS = ("share", "weight", "balance", "dollars", "capability", "year", "count", "state", "outcome")
SAME = 1e-9


class Spec(NamedTuple):
    """A measure with its arguments, as a question asks for it; an argument may be a Spec itself."""

    measure: str
    arguments: Mapping[str, Any]


class Measure(NamedTuple):
    """unit : one of UNITS. told : how it is computed, for the teacher. fields, optional : argument -> kind (fields.py;
    'measure' is another measure). outcomes : of an outcome, which there are."""

    run: Callable[[Study, Arguments], float | str]
    unit: str
    told: str
    fields: Mapping[str, str]
    optional: Mapping[str, str] = {}
    outcomes: tuple[str, ...] = ()


def plain_spec(name: str, arguments: Arguments) -> Spec:
    """A measure with its arguments, what is said as it is by default left out: the same question is the same Spec."""
    usual = {("share", "layer"): "trade"}
    return Spec(name, {key: value for key, value in arguments.items() if usual.get((name, key)) != value})


def value_of(study: Study, spec: Spec) -> float | str:
    """What a measure gives.

    Raises
    ------
    LessonError, StateError, YearError, ScenarioError : see the measure.
    """
    return MEASURES[spec.measure].run(study, spec.arguments)


def unit_of(spec: Spec) -> str:
    """Unit of what a measure gives; of a change or an effect that of what changes."""
    inner = spec.arguments.get("of")
    return unit_of(inner) if isinstance(inner, Spec) and MEASURES[spec.measure].unit == "of" else (
        MEASURES[spec.measure].unit
    )  # fmt: skip


# ---- time, choices, scenarios --------------------------------------------------------------------------------------


def _crossing(study: Study, a: Arguments) -> float:
    ties = reweighed(study, weights_of(a)).ties
    state = [in_panel(study, a["state"])]
    breaks = ties["is_break"].reset_coords(drop=True).sel(target=state)
    found = lasting_crossing(pull_balance(ties, study.pair).sel(target=state), breaks)
    kept = found[found["holds"]]
    return float(kept["year"].iloc[0]) if len(kept) else float("nan")


def _change(study: Study, a: Arguments) -> float:
    ends = [_number(study, _with_year(a["of"], a[end])) for end in ("from", "to")]
    return ends[1] - ends[0]


def _with_year(spec: Spec, year: int) -> Spec:
    return spec._replace(arguments={**spec.arguments, "year": year})


def _number(study: Study, spec: Spec) -> float:
    value = value_of(study, spec)
    if isinstance(value, str):
        raise LessonError(f"{spec.measure} gives no number, so it cannot be reckoned with.")
    return value


def _effect(study: Study, a: Arguments) -> float:
    return _number(study.under(a["scenario"]), a["of"]) - _number(study, a["of"])


def _band(study: Study, a: Arguments) -> float:
    def make() -> tuple[np.ndarray, np.ndarray]:
        others = other_definitions(study.at(a["year"]))
        ours = pull_balance(ties_of(study, a["year"]), study.pair).values
        return range_over(ours, [pull_balance(ties, study.pair).values for ties in others])

    ends = study.once(("band", a["year"]), make)
    return float(ends[0 if a["end"] == "low" else 1][0, place_of(study, a["state"])])


def _zero_balance(study: Study, a: Arguments) -> float:
    return _threshold(study, a).zero_balance


def _without(study: Study, a: Arguments) -> float:
    return _threshold(study, a).without


def _threshold(study: Study, a: Arguments) -> Threshold:
    state = in_panel(study, a["state"])

    def make() -> WeightThreshold:
        return weight_thresholds(study, state, a["year"])

    found = study.once(("thresholds", state, a["year"]), make)
    rows = [row for row in found.thresholds if row.layer == a["layer"]]
    if not rows:
        raise LessonError(f"the {a['layer']} layer has no weight, so it has no threshold; give it a weight.")
    return rows[0]


def _gaps(study: Study, a: Arguments) -> float:
    ties = ties_of(study, a["year"])
    members = [code for code in study.registry.members(a["group"]) if code in ties.indexes["target"]]
    seen = dict(zip(ties.indexes["target"], covered(ties)[0], strict=True))
    return float(sum(not seen[code] for code in members))


def _drift(study: Study, a: Arguments) -> float:
    found = _placebo(study, a)
    figures = {"moved": found.observed, "low": found.low, "high": found.high, "stretches": float(len(found.placebo))}
    return figures[a["figure"]]


def _placebo(study: Study, a: Arguments) -> Placebo:
    def make() -> Placebo:
        ties = study.ties
        own = [state for state in study.registry.members(a["group"]) if state not in study.pair]
        balance, breaks = pull_balance(ties, study.pair), ties["is_break"].values
        return placebo_years(balance, breaks, own, Window(a["event"], a["span"]))

    return study.once(("placebo", a["group"], a["event"], a["span"]), make)


# ---- states and outcomes -------------------------------------------------------------------------------------------


def _largest_partner(study: Study, a: Arguments) -> str:
    layer = layers_of(study, a["year"], a.get("base")).sel(layer="trade")
    shares = layer.values[:, place_of(study, a["state"])]
    if not np.nan_to_num(shares).any():
        raise StateError(f"nothing of {a['state']}'s trade was observed in {a['year']}.")
    return str(layer.indexes["source"][int(np.nanargmax(shares))])


def _leader(study: Study, a: Arguments) -> str:
    pulls = {pole: pull(study, {**a, "pole": pole}) for pole in study.poles}
    if any(np.isnan(value) for value in pulls.values()):
        raise StateError(f"the poles' pulls on {a['state']} are not all known in {a['year']}.")
    best = max(pulls.values())
    first = [pole for pole, value in pulls.items() if best - value < SAME]
    if len(first) > 1:
        raise StateError(f"{' and '.join(first)} pull alike on {a['state']} in {a['year']}.")
    return first[0]


def _compare(study: Study, a: Arguments) -> str:
    one, other = (_number(study, a[side]) for side in ("first", "second"))
    if np.isnan(one) or np.isnan(other):
        raise LessonError("one of the two that are compared has no value.")
    return "alike" if abs(one - other) < SAME else "first" if one > other else "second"


def _sign(study: Study, a: Arguments) -> str:
    value = _number(study, a["of"])
    if np.isnan(value):
        raise LessonError(f"{a['of'].measure} has no value there.")
    return "none" if abs(value) < SAME else "up" if value > 0 else "down"


def _known(study: Study, a: Arguments) -> str:
    return "no" if np.isnan(_number(study, a["of"])) else "yes"


def _member(study: Study, a: Arguments) -> str:
    if a["agreement"] not in set(study.panel.agreements["agreement"]):
        raise LessonError(f"there is no agreement {a['agreement']!r} in the panel.")
    rows = study.panel.memberships[study.panel.memberships["agreement"] == a["agreement"]]
    return "yes" if a["state"] in set(rows["iso3"]) else "no"


def _in_force(study: Study, a: Arguments) -> str:
    if a["agreement"] not in set(study.panel.agreements["agreement"]):
        raise LessonError(f"there is no agreement {a['agreement']!r} in the panel.")
    pairs = study.panel.agreement_pairs
    live = pairs[(pairs["agreement"] == a["agreement"]) & (pairs["begin_year"] <= a["year"])]
    return "yes" if len(live[live["end_year"].isna() | (live["end_year"] >= a["year"])]) else "no"


def _verdict(study: Study, a: Arguments) -> str:
    p = _placebo(study, a).p
    if np.isnan(p):
        raise LessonError(f"too little is known of {a['group']} around {a['event']} to say what is ordinary.")
    return "unusual" if p <= SURE else "ordinary"


YES_NO = ("yes", "no")
_HERE = {"state": "state", "year": "year"}
_STRETCH = {"group": "group", "event": "year", "span": "span"}
_OTHERWISE = {"layer": "layer", "weights": "weights"}

MEASURES: dict[str, Measure] = {
    "exports": Measure(
        exports, "dollars", "goods exported by the one to the other",
        {"exporter": "state", "importer": "state", "year": "year"},
    ),
    "total": Measure(total, "dollars", "all goods exports or imports of the state", {**_HERE, "flow": "flow"}),
    "capability": Measure(capability, "capability", "GDP, or CINC where the settings say so", _HERE),
    "pledged": Measure(
        pledged, "capability", "sum over all who pledge to the state (or have an agreement with it) of strength times "
        "capability", {**_HERE, "layer": "pledges"},
    ),
    "weight": Measure(weight, "weight", "weight of the layer in the settings", {"layer": "layer"}),
    "share": Measure(
        share, "share", "the partner's share of the state's layer: of its trade (equation 1), or of its pledges or "
        "agreements by capability (equation 3)", {"partner": "pole", **_HERE}, {"layer": "layer", "base": "base"},
    ),
    "not_covered": Measure(
        not_covered, "share", "share of the state's reliance that rests on itself, in a layer or in all", _HERE,
        {"layer": "layer"},
    ),
    "coverage": Measure(observed, "share", "share of the state's reliance that was observed", _HERE),
    "pull": Measure(
        pull, "share", "sum over the layers of weight times share (equations 4 and 5)", {"pole": "pole", **_HERE},
        _OTHERWISE,
    ),
    "balance": Measure(
        balance, "balance", "(p - q) / (p + q), p and q the pulls of the two poles (equation 6)", _HERE, _OTHERWISE
    ),
    "exposure": Measure(exposed, "share", "p + q, with the pulls of the two poles", _HERE),
    "crossing": Measure(
        _crossing, "year", "first year of the balance's new sign, kept to the end of the series", {"state": "state"},
        _OTHERWISE,
    ),
    "change": Measure(
        _change, "of", "value of the later year less that of the earlier",
        {"of": "measure", "from": "year", "to": "year"},
    ),
    "effect": Measure(
        _effect, "of", "value with the scenario less value without it", {"of": "measure", "scenario": "scenario"}
    ),
    "band": Measure(
        _band, "balance", "least or greatest balance over three bases of trade and two measures of capability",
        {"end": "end", **_HERE},
    ),
    "parity": Measure(
        _zero_balance, "weight",
        "weight of the layer at which the balance is zero, the other layers keeping their proportions",
        {"layer": "layer", **_HERE},
    ),
    "without": Measure(
        _without, "balance", "balance with the layer's weight shared among the others", {"layer": "layer", **_HERE}
    ),
    "gaps": Measure(
        _gaps, "count", "states of the group of whose reliance less than 0.8 was observed",
        {"group": "group", "year": "year"},
    ),
    "drift": Measure(
        _drift, "balance", "mean change of the group's balance over the event (moved), and 5 and 95 % of the same over "
        "all other stretches as long (low, high)", {**_STRETCH, "figure": "figure"},
    ),
    "largest_partner": Measure(
        _largest_partner, "state", "partner with the largest share of the state's trade", _HERE, {"base": "base"}
    ),
    "leader": Measure(_leader, "state", "pole with the largest pull", _HERE, _OTHERWISE),
    "compare": Measure(
        _compare, "outcome", "whether the first or the second is larger", {"first": "measure", "second": "measure"}, {},
        ("first", "second", "alike"),
    ),
    "sign": Measure(
        _sign, "outcome", "whether it is above nought, below, or neither", {"of": "measure"}, {}, ("up", "down", "none")
    ),
    "known": Measure(_known, "outcome", "whether it has a value at all", {"of": "measure"}, {}, YES_NO),
    "member": Measure(
        _member, "outcome", "whether the state is among those that signed or joined the agreement",
        {"state": "state", "agreement": "word"}, {}, YES_NO,
    ),
    "in_force": Measure(
        _in_force, "outcome", "whether the agreement ties any pair of states in the year",
        {"agreement": "word", "year": "year"}, {}, YES_NO,
    ),
    "verdict": Measure(
        _verdict, "outcome", "whether a change as large is found in less than one in ten other stretches as long",
        _STRETCH, {}, ("unusual", "ordinary"),
    ),
}  # fmt: skip
"""Name in a lesson -> what it computes."""
