"""The report on a state: its balance, its layers, its partners, and what would change the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from influence.errors import StateError
from influence.export import figures
from influence.export.atlas_data import AtlasData, labels_of
from influence.export.choices import command_flags
from influence.export.plot_data import balance_range, balances
from influence.export.report import Report, Section, Table
from influence.export.report_parts import embedded, event_table, measure_text, method_section
from influence.layers import layer_specs
from influence.metrics.pull import pull_balance
from influence.metrics.trends import lasting_crossing
from influence.quality import state_marks
from influence.quality import words_of as words_of_marks
from influence.schema import FLAGS, TRADE_BASES
from influence.specs import LENSES
from influence.statements.balance import agreement_sentence, crossing_sentence, state_title
from influence.statements.catalogue import TEMPLATES
from influence.statements.numbers import percent, signed, signed_range
from influence.statements.sources import source_line
from influence.study import Study

PARTNERS = 8
BASE_WORDS = {"exports": "by markets only", "imports": "by suppliers only", "two_way": "by two-way trade"}


def state_report(content: AtlasData, code: str, year: int | None) -> Report:
    """The report on a state, for a year or the last in which it has a balance.

    Raises
    ------
    StateError : it has no balance in the year, or in any.
    """
    study, panel, years = content.study, content.base.panel, content.base.years
    at = content.frame.shown.index(code)
    name = str(labels_of(panel, [code])["name"].iloc[0])
    now = _year(years, balances(content)[:, at], year, name)
    k = years.index(now)
    first, second = study.labels[:2]
    sections = [
        _finding(content, code, at, k, name),
        Section("By layer", table=_layer_table(content, at, k, now)),
        Section("On whom it relies", table=_partner_table(content, code, now)),
        _lens_section(content, at, k, now),
        Section("What would change the answer", points=_alternatives(content, code, at, k, now)),
        Section("What happened", ["Dates are not causes: events coincide."], table=event_table(panel, [code], years)),
        method_section(study, list(years)),
    ]
    return Report(
        state_title(name, now, float(balances(content)[k, at]), first, second),
        measure_text(study, now),
        sections,
        source_line(panel, study.method.weights, list(years)),
        f"influence report {code} --poles {','.join(study.poles)}{command_flags(study)} --year {now}",
    )


def _year(years: Sequence[int], values: np.ndarray, wanted: int | None, name: str) -> int:
    """The year wanted, or the last with a value."""
    known = [y for y, value in zip(years, values, strict=True) if not math.isnan(value)]
    if not known:
        raise StateError(f"{name} has no balance in any year: it is a pole, or too little was observed.")
    if wanted is None:
        return known[-1]
    if wanted not in known:
        raise StateError(f"{name} has no balance in {wanted}; years with one: {known[0]} to {known[-1]}.")
    return wanted


def _finding(content: AtlasData, code: str, at: int, k: int, name: str) -> Section:
    low, high = (float(end[at, k]) for end in balance_range(content))
    value = float(balances(content)[k, at])
    pulls = ", ".join(f"{label} {percent(content.pulls[i, k, at])}" for i, label in enumerate(content.study.labels))
    paragraphs = [
        f"The balance is {signed(value)} (range {signed_range(low, high)}: {TEMPLATES['range_definitions']}). "
        f"{agreement_sentence(low, high)}",
        f"Share of its reliance that rests on each power: {pulls}.",
        _crossing_text(content, code, name),
        _flags_text(content, at, content.base.years[k]),
    ]
    figure = embedded(figures.pull_over_time(content, [code]), f"Balance of {name} over the years")
    return Section("The finding", paragraphs, figure=figure)


def _crossing_text(content: AtlasData, code: str, name: str) -> str:
    balance = pull_balance(content.base.ties, content.poles[:2]).sel(target=[code])
    found = lasting_crossing(balance, content.base.ties["is_break"].sel(target=[code]).reset_coords(drop=True))
    first, second = content.study.labels[:2]
    years = content.base.years
    return crossing_sentence(name, found, first, second, (years[0], years[-1]))


def _flags_text(content: AtlasData, at: int, year: int) -> str:
    marks = state_marks(content.base.ties, content.study.marks)
    place = content.base.ties.indexes["target"].get_loc(content.frame.shown[at])
    words = str(words_of_marks(marks)[content.base.years.index(year), place])
    flags = "; ".join(FLAGS[flag] for flag in words.split(";") if flag)
    return f"Flags of a tenth or more of its ties: {flags}." if flags else "Its ties are observed figures."


def _layer_table(content: AtlasData, at: int, k: int, year: int) -> Table:
    study, shares = content.study, content.numbers["pole"].values
    rows = []
    for i, layer in enumerate(layer_specs(study.panel).values()):
        weight = study.method.weights.get(layer.name, 0.0)
        if weight > 0:
            here = [shares[i, p, at, k] for p in range(len(study.poles))]
            added = [percent(weight * share) for share in here]
            rows.append([layer.title, percent(weight), *(percent(share) for share in here), *added])
    labels = study.labels
    head = ["Layer", "Weight", *(f"Share of {label}" for label in labels), *(f"Adds to {label}" for label in labels)]
    return Table(f"What each layer adds to the direct pull, {year}", head, rows)


def _partner_table(content: AtlasData, code: str, year: int) -> Table:
    ties = content.base.ties.sel(year=year, target=code)
    shares = pd.Series(np.nan_to_num(ties.values), index=ties.indexes["source"])
    top = shares.sort_values(ascending=False, kind="stable")
    names = content.base.panel.states["name"]
    rows = [[str(names[source]), percent(share)] for source, share in top.head(PARTNERS).items() if share > 0]
    rows.append(["All other countries", percent(float(top.iloc[PARTNERS:].sum()))])
    rows.append(["Not covered", percent(float(ties["not_covered"]))])
    rows.append(["Not observed", percent(float(ties["unobserved"]))])
    return Table(f"Shares of its reliance, {year}", ["Country", "Share"], rows)


def _lens_values(content: AtlasData, at: int, k: int) -> dict[str, float]:
    out = {next(iter(LENSES)): float(balances(content)[k, at])}
    return out | {lens: float(content.numbers[f"balance_{lens}"].values[0, at, k]) for lens in content.lenses}


def _lens_section(content: AtlasData, at: int, k: int, year: int) -> Section:
    by_lens, (first, second) = _lens_values(content, at, k), content.study.labels[:2]
    values = [v for v in by_lens.values() if not math.isnan(v)]
    for_first, for_second = sum(v > 0 for v in values), sum(v < 0 for v in values)
    text = f"{first} leads through {for_first} of {len(values)} lenses, {second} through {for_second}."
    rows = [[LENSES[name].title, signed(value)] for name, value in by_lens.items()]
    title = f"Balance through each lens, {year}; the lenses' units differ, their balances can be compared"
    return Section("Through other lenses", [text], table=Table(title, ["Lens", "Balance"], rows))


def _alternatives(content: AtlasData, code: str, at: int, k: int, year: int) -> list[str]:
    """Layers left out, other trade bases, and lenses through which the other pole leads."""
    value = float(balances(content)[k, at])
    turned = [LENSES[n].title.lower() for n, v in _lens_values(content, at, k).items() if v * value < 0]
    return [
        *_without_layers(content, code, year, value),
        _other_bases(content, code, year),
        f"Lenses through which the other power leads: {'; '.join(turned)}."
        if turned
        else "The other power leads through no lens.",
    ]


def _without_layers(content: AtlasData, code: str, year: int, value: float) -> list[str]:
    study, titles = content.study, layer_specs(content.base.panel)
    points = []
    for layer in study.weighing:
        rest = {name: weight for name, weight in study.method.weights.items() if name != layer}
        if not any(rest.values()):
            continue
        without = _balance(study.with_method(weights=rest), code, year)
        text = "it has no value" if math.isnan(without) else f"the balance is {signed(without)}"
        other_side = ", on the other side" if without * value < 0 else ""
        points.append(f"Without the layer {titles[layer].title.lower()} {text}{other_side}.")
    return points


def _other_bases(content: AtlasData, code: str, year: int) -> str:
    study = content.study
    others = [
        f"trade counted {BASE_WORDS[base]} {signed(_balance(study.with_method(trade_base=base), code, year))}"
        for base in TRADE_BASES
        if base != study.method.trade_base
    ]
    return f"By other trade bases: {', '.join(others)}."


def _balance(study: Study, code: str, year: int) -> float:
    return float(pull_balance(study.at(year).ties, study.pair).sel(year=year, target=code))
