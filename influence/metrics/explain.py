"""The explanation of a pull: each layer's contribution, with the raw figures, their source and their flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import StateError, check_year
from influence.layers import TROOPS_SENDER, Choices, layer_specs
from influence.metrics.pull import pole_members
from influence.panel.custom_layers import CustomTies
from influence.panel.panel import Panel
from influence.quality import coverage
from influence.schema import FLAG_NAMES, SERIES_NAMES
from influence.specs import function_of
from influence.ties import checked_weights, yearly_weights

if TYPE_CHECKING:
    from influence.study import Study

MOST_MEMBERS = 3
"""Members of a group whose raw figures are listed; the sums include the others."""

EXPLAINED = ["pole", "layer", "weight", "share", "contribution", "coverage", "fact", "value", "unit", "source", "flag"]


class Fact(NamedTuple):
    """One raw figure behind a contribution."""

    fact: str
    value: float
    unit: str
    source: str
    flag: str


def explain_pull(study: Study, iso3: str, year: int) -> pd.DataFrame:
    """Every layer's contribution to each pole's pull on one state in one year.

    contribution = weight x share, and the contributions of a pole sum to its direct pull (equations 4 and 5).

    Parameters
    ----------
    study : panel, method and poles; of a group to which the state belongs, the other members.
    iso3, year : the state that relies, and when.

    Returns
    -------
    One row a fact: pole, layer, weight, share, contribution, coverage, fact, value, unit, source, flag; weights, shares
    and contributions in [0, 1]. A layer that was not observed for the state has no share (NaN) and contributes 0: its
    weight is in the unobserved rows. coverage is that of the state; below 0.8 the contributions are shown and the pull
    has no value. Rows with pole '' are the shares not covered and unobserved, layer by layer.

    Raises
    ------
    YearError, StateError : outside the panel.

    Examples
    --------
    >>> import influence as inf
    >>> study = inf.load_study(first_year=2016, last_year=2016)
    >>> table = explain_pull(study, "KOR", 2016)
    >>> table[table["pole"] == "USA"]["layer"].unique().tolist()
    ['trade', 'alliance', 'agreement']
    """
    panel, method, layers, ties = study.panel, study.method, study.layers, study.ties
    check_year(year, panel.years)
    if iso3 not in panel.states.index:
        raise StateError(f"state {iso3!r} is not among the {len(panel.states)} of the panel.")
    at = year - panel.years[0]
    choices = Choices(**method.layer_choices)
    yearly = _weights_of_year(panel, layers, method.weights, at)
    covered = float(coverage(ties).sel(year=year, target=iso3))
    rows: list[dict[str, object]] = []
    for pole in study.poles:
        members = [code for code in ties.indexes["source"][pole_members(ties, pole)[at]] if code != iso3]
        for layer in panel.layer_names:
            if yearly[layer] <= 0 or not members:
                continue
            shares = layers.sel(layer=layer, year=year, target=iso3, source=members).to_series()
            head = {"pole": pole, "layer": layer, "weight": yearly[layer], "share": shares.sum(skipna=False)}
            unseen = float(layers["unobserved"].sel(layer=layer, year=year, target=iso3)) >= 1
            head["contribution"] = 0.0 if unseen else head["weight"] * head["share"]
            head["coverage"] = covered
            for member, share in shares.sort_values(ascending=False)[:MOST_MEMBERS].items():
                facts = _facts(panel, layer, str(member), iso3, year, choices)
                facts = facts or [Fact(f"share of {layer} that rests on {member}", float(share), "share", layer, "")]
                rows += [{**head, **fact._asdict()} for fact in facts]
    for layer in panel.layer_names:
        if yearly[layer] > 0:
            rows += [{**row, "coverage": covered} for row in _other_rows(layers, layer, year, iso3, yearly[layer])]
    return pd.DataFrame(rows, columns=EXPLAINED)


def _weights_of_year(panel: Panel, layers: xr.DataArray, weights: Mapping[str, float], at: int) -> dict[str, float]:
    exists = {
        str(name): (layers["unobserved"].sel(layer=name) < 1).any("target").values for name in layers["layer"].values
    }
    normal = checked_weights(weights, panel.layer_names)
    return {name: w[at] for name, w in yearly_weights(exists, normal).items()}


def _other_rows(layers: xr.DataArray, layer: str, year: int, iso3: str, weight: float) -> list[dict[str, object]]:
    """The shares of a layer that are on no state: not covered and unobserved."""
    rows = []
    for name, word in (("not_covered", "is not covered"), ("unobserved", "was not observed")):
        share = float(layers[name].sel(layer=layer, year=year, target=iso3))
        rows.append({
            "pole": "", "layer": layer, "weight": weight, "share": share, "contribution": weight * share,
            "fact": f"share of {layer} that {word}", "value": share, "unit": "share", "source": "", "flag": "",
        })  # fmt: skip
    return rows


def _facts(panel: Panel, layer: str, u: str, v: str, year: int, choices: Choices) -> list[Fact]:
    found = layer_specs(panel)[layer].facts
    return function_of(found)(panel, u, v, year, choices) if found is not None else []


def troops_facts(panel: Panel, u: str, v: str, year: int, _: Choices) -> list[Fact]:
    """The personnel that a host reports; 0 of other senders than the one whose reports they are."""
    hosted = float(panel.attributes["troops"].sel(year=year, state=v)) if u == TROOPS_SENDER else 0.0
    return [Fact(f"active-duty personnel of {u} in {v}, median of reports", hosted, "persons", "us_troops", "")]


def custom_facts(custom: CustomTies, panel: Panel, u: str, v: str, year: int, choices: Choices) -> list[Fact]:
    """The figure of a custom layer, and the total of v or the capabilities that it is divided by."""
    cell = custom.amounts.sel(year=year, source=u, target=v)
    value, label = float(cell["value"]), custom.layer.label
    flag = "missing" if np.isnan(value) else "carried" if bool(cell["carried"]) else "observed"
    facts = [Fact(f"{label}, {u} to {v}", value, "", custom.name, flag)]
    if custom.layer.normalise == "pledge":
        return [*facts, *_capability_facts(panel, (u, v), year, choices.capability)] if value > 0 else facts
    whole = float(custom.amounts["value"].sel(year=year, target=v).sum(skipna=False))
    return [*facts, Fact(f"{label}, all to {v}", whole, "", custom.name, "missing" if np.isnan(whole) else "observed")]


def trade_facts(panel: Panel, u: str, v: str, year: int, _: Choices) -> list[Fact]:
    """Both flows of the pair, and the totals of v."""
    facts = []
    for exporter, importer in ((v, u), (u, v)):
        cell = panel.trade.sel(year=year, exporter=exporter, importer=importer)
        facts.append(_figure(f"goods exports {exporter} to {importer}", cell, "export_usd"))
    total = panel.totals.sel(year=year, state=v)
    for column, word in (("export_usd", "exports"), ("import_usd", "imports")):
        facts.append(_figure(f"all goods {word} of {v}", total, column))
    return facts


def _figure(label: str, cell: xr.Dataset, column: str) -> Fact:
    value = float(cell[column])
    code, series = int(cell["flag"]), int(cell["series"])
    flag = FLAG_NAMES[code] if code >= 0 else ("missing" if np.isnan(value) else "observed")
    return Fact(label, value, "USD", SERIES_NAMES[series] if series >= 0 else "", flag)


def pact_facts(panel: Panel, u: str, v: str, year: int, choices: Choices) -> list[Fact]:
    """Commitments of u to v in force, and the capabilities that weigh them."""
    spells, strengths = panel.pacts, choices.pact_strength
    live = spells[(spells["source"] == u) & (spells["target"] == v) & (spells["begin"] <= year)]
    live = live[live["end"].isna() | (live["end"] >= year)]
    facts = []
    for row in live.itertuples():
        strength = float(strengths.get(str(row.kind), 0.0))
        flag = "corrected" if row.correction else ("carried" if year > int(row.observed_to) else "observed")
        since = f"since {int(row.begin)}" if int(row.begin) > 1980 else "since 1980 or before"
        facts.append(Fact(f"{row.kind} pledge of {u} to {v}, {since}; strength", strength, "", str(row.origin), flag))
    if any(fact.value > 0 for fact in facts):
        facts += _capability_facts(panel, (u, v), year, choices.capability)
    return facts or [Fact(f"no pledge of {u} to {v} in force", 0.0, "", "", "")]


def agreement_facts(panel: Panel, u: str, v: str, year: int, choices: Choices) -> list[Fact]:
    """Trade agreements between the two in force, and the capabilities that weigh them."""
    pairs = panel.agreement_pairs
    of_both = pairs["iso3_a"].isin([u, v]) & pairs["iso3_b"].isin([u, v])
    live = pairs[of_both & (pairs["begin_year"] <= year) & (pairs["end_year"].isna() | (pairs["end_year"] >= year))]
    named = live.merge(panel.agreements[["agreement", "name"]], on="agreement").drop_duplicates("agreement")
    facts = [
        Fact(f"{row.name} ({row.kind}), in force since", float(row.begin_year), "year", str(row.source), str(row.flag))
        for row in named.itertuples(index=False)
    ]
    if not facts:
        return [Fact(f"no trade agreement between {u} and {v} in force", 0.0, "", "", "")]
    return [*facts, *_capability_facts(panel, (u, v), year, choices.capability)]


def _capability_facts(panel: Panel, states: Sequence[str], year: int, capability: str) -> list[Fact]:
    return [_capability_fact(panel, state, year, capability) for state in states]


def _capability_fact(panel: Panel, state: str, year: int, capability: str) -> Fact:
    column, unit, source = ("gdp_usd", "USD", "world_bank_gdp") if capability == "gdp" else ("cinc", "share", "cow_nmc")
    cell = panel.attributes.sel(year=year, state=state)
    code = int(cell["gdp_flag" if capability == "gdp" else "cinc_flag"])
    flag = FLAG_NAMES[code] if code >= 0 else "missing"
    if capability == "gdp" and flag == "imputed":
        source = "cow_nmc"  # estimated from CINC, where the World Bank has no value
    return Fact(f"{'GDP' if capability == 'gdp' else 'CINC'} of {state}", float(cell[column]), unit, source, flag)
