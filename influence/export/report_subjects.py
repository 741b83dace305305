"""What a report says of a state, a region or a scenario: the finding, its numbers, and what would change it.

Every sentence is written from the numbers of the same run. Figures are those of export.figures (extra `plots`).
"""

from __future__ import annotations

import base64
import math
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence.compare.brief import brief_of, whole_year
from influence.compare.compared import compared_of
from influence.compare.definitions import TOLD
from influence.compare.events import load_events
from influence.compare.sides import layer_choices, mark_choices
from influence.config import Config
from influence.errors import StateError, check_year
from influence.export import figures
from influence.export.atlas import LENS_NAMES, layer_labels
from influence.export.atlas_data import Content, build_atlas_data, labels_of, shown_states
from influence.export.compare_page import change_text, dumbbell_rows, words_of
from influence.export.findings import choices_text, flags_of, series_break_note, signed, source_line
from influence.export.report import Report, Section, Table
from influence.metrics.pull import pull_balance
from influence.metrics.trends import lasting_crossing
from influence.panel.package import cards_of
from influence.panel.panel import Panel
from influence.panel.provenance import sources_used
from influence.panel.regions import region_members
from influence.quality import state_marks, tie_marks
from influence.quality import words_of as words_of_marks
from influence.scenario.load import load_scenario, scenario_names
from influence.schema import ALL, FLAGS, TRADE_BASES
from influence.states import group_names, is_group, pole_label, resolve_state
from influence.ties import build_ties

PARTNERS = 8
MINUS = re.compile(r"(?<=[\s(])-(?=\d)")
"""A minus as a keyboard has it."""
CLOSE = 0.05
"""A balance nearer to parity than this is told as level."""


def report_of(
    subject: str, panel: Panel, config: Config, poles: tuple[str, ...], *, year: int | None = None,
    region: str | None = None, progress: Callable[[str], None] = lambda _: None,
) -> Report:  # fmt: skip
    """The report on a scenario (by name or file), a group of states, or a state.

    year : of the numbers; the last in which the subject has a value by default. region : whom a scenario is told of.

    Raises
    ------
    StateError : neither a scenario, a group nor a state, or a state that is a pole. YearError, ScenarioError : see
        build_atlas_data and brief_of. ExtraError : without matplotlib.
    """
    if subject in scenario_names() or subject.endswith((".yaml", ".yml")) or "/" in subject or "\\" in subject:
        return _scenario_report(subject, panel, config, poles, region or config.region, progress)
    if _is_region(subject, panel):
        if year is not None:
            check_year(year, panel.years)
        return _region_report(build_atlas_data(panel, config, poles, region=subject, progress=progress), subject, year)
    try:
        code = resolve_state(subject)
    except StateError as err:
        groups, scenarios = group_names(), scenario_names()
        raise StateError(
            f"{str(err).rstrip('.')}. A report is on a state, a group ({', '.join(groups)}) or a scenario "
            f"({', '.join(scenarios)})."
        ) from err
    home = region or config.region
    if code not in shown_states(panel, home, poles):
        home = ALL
    return _state_report(build_atlas_data(panel, config, poles, region=home, progress=progress), code, year)


# ---- a state ---------------------------------------------------------------------------------------------------


def _state_report(content: Content, code: str, year: int | None) -> Report:
    panel, config, poles, years = content.base.panel, content.config, content.poles, content.base.years
    at = content.frame.shown.index(code)
    name = str(labels_of(panel, [code])["name"].iloc[0])
    balance = figures.balances(content)[:, at]
    now = _year(years, balance, year, name)
    k = years.index(now)
    low, high = (content.numbers[end].values[len(poles), at, k] for end in ("low", "high"))
    one, other = (pole_label(pole) for pole in poles[:2])
    value = float(balance[k])
    lead = one if value > 0 else other
    head = (
        f"{name} stands close to parity between {one} and {other} in {now}"
        if abs(value) < CLOSE
        else f"{name} leans to {lead} in {now}"
    )
    spans = low < 0 < high
    sure = (
        "Which pole is ahead hangs on the definition: the band spans parity."
        if spans
        else "The same pole is ahead by every definition in the band."
    )
    pulls = ", ".join(f"{pole_label(p)} {_percent(content.pulls[i, k, at])}" for i, p in enumerate(poles))
    sections = [
        Section(
            "The finding",
            [
                f"The balance is {signed(value)} (band {signed(low)} to {signed(high)}: {TOLD}). {sure}",
                f"Share of its reliance that rests on each pole: {pulls}.",
                _crossing_text(content, code, name, one, other),
                _flags_text(content, at, now),
            ],
            figure=_figure(figures.pull_over_time(content, [code]), f"Balance of {name} over the years"),
        ),
        Section("By layer", table=_layer_table(content, at, k, now)),
        Section("On whom it relies", table=_partner_table(content, code, now)),
        Section(
            "Through other lenses", [_lens_text(content, at, k, one, other)], table=_lens_table(content, at, k, now)
        ),
        Section("What would change the answer", points=_overturn(content, code, at, k, now)),
        Section("What happened", ["Dates are no causes: events coincide."], table=_event_table([code], years)),
        *_method(panel, config, list(years)),
    ]
    return Report(
        f"{head} (balance {signed(value)})",
        _measure(config, poles, now),
        sections,
        source_line(panel, config.weights, list(years)),
        f"influence report {code} --poles {','.join(poles)}{flags_of(config)} --year {now}",
    )


def _year(years: Sequence[int], values: np.ndarray, asked: int | None, name: str) -> int:
    """The year asked for, or the last with a value."""
    known = [y for y, value in zip(years, values, strict=True) if not math.isnan(value)]
    if not known:
        raise StateError(f"{name} has no balance in any year: it is a pole, or too little was observed.")
    if asked is None:
        return known[-1]
    if asked not in known:
        raise StateError(f"{name} has no balance in {asked}; years with one: {known[0]} to {known[-1]}.")
    return asked


def _crossing_text(content: Content, code: str, name: str, one: str, other: str) -> str:
    balance = pull_balance(content.base.ties, content.poles[:2]).sel(target=[code])
    rows = lasting_crossing(balance, content.base.ties["is_break"].sel(target=[code]).reset_coords(drop=True))
    if rows.empty:
        return "The sign of the balance did not change within an unbroken series."
    row = rows.iloc[0]
    to, since = (one, other) if row["direction"] > 0 else (other, one)
    stays = "and stayed" if row["holds"] else "and a later series shows the old sign again"
    return f"{name} crossed from {since} to {to} in {int(row['year'])}, {stays}."


def _flags_text(content: Content, at: int, year: int) -> str:
    panel = content.base.panel
    choices = mark_choices(content.config)
    marks = state_marks(content.base.ties, tie_marks(panel, content.config.weights, **choices))
    place = content.base.ties.indexes["target"].get_loc(content.frame.shown[at])
    words = str(words_of_marks(marks)[content.base.years.index(year), place])
    told = "; ".join(FLAGS[flag] for flag in words.split(";") if flag)
    return f"Quality of a tenth or more of its ties: {told}." if told else "Its ties are observed figures."


def _layer_table(content: Content, at: int, k: int, year: int) -> Table:
    config, poles = content.config, content.poles
    rows = []
    held, titles = content.numbers["pole"].values, layer_labels(config)
    for i, layer in enumerate(content.base.panel.layer_names):
        weight = config.weights.get(layer, 0.0)
        if weight > 0:
            shares = [held[i, p, at, k] for p in range(len(poles))]
            rows.append(
                [
                    titles[layer],
                    _percent(weight),
                    *(_percent(share) for share in shares),
                    *(_percent(weight * share) for share in shares),
                ]
            )
    labels = [pole_label(pole) for pole in poles]
    head = ["Layer", "Weight", *(f"Share of {label}" for label in labels), *(f"Adds to {label}" for label in labels)]
    return Table(f"What each layer adds to the direct pull, {year}", head, rows)


def _partner_table(content: Content, code: str, year: int) -> Table:
    ties = content.base.ties.sel(year=year, target=code)
    top = pd.Series(np.nan_to_num(ties.values), index=ties.indexes["source"]).sort_values(
        ascending=False, kind="stable"
    )
    names = content.base.panel.states["name"]
    rows = [[str(names[source]), _percent(share)] for source, share in top.head(PARTNERS).items() if share > 0]
    rest = float(top.iloc[PARTNERS:].sum())
    rows.append(["All other states", _percent(rest)])
    rows.append(["Not covered", _percent(float(ties["not_covered"]))])
    rows.append(["Not observed", _percent(float(ties["unobserved"]))])
    return Table(f"Shares of its reliance, {year}", ["On whom", "Share"], rows)


def _lens_values(content: Content, at: int, k: int) -> dict[str, float]:
    out = {"direct": float(figures.balances(content)[k, at])}
    return out | {lens: float(content.numbers[f"balance_{lens}"].values[0, at, k]) for lens in content.lenses}


def _lens_text(content: Content, at: int, k: int, one: str, other: str) -> str:
    values = {name: v for name, v in _lens_values(content, at, k).items() if not math.isnan(v)}
    first, second = [n for n, v in values.items() if v > 0], [n for n, v in values.items() if v < 0]
    return f"Of {len(values)} lenses {len(first)} see {one} ahead and {len(second)} see {other}."


def _lens_table(content: Content, at: int, k: int, year: int) -> Table:
    rows = [
        [LENS_NAMES[name], signed(value) if not math.isnan(value) else "no value"]
        for name, value in _lens_values(content, at, k).items()
    ]
    return Table(f"Balance through each lens, {year}; the lenses' units differ, their balances can be compared",
                 ["Lens", "Balance"], rows)  # fmt: skip


def _overturn(content: Content, code: str, at: int, k: int, year: int) -> list[str]:
    """Other definitions, layers left out, and lenses that see the other pole ahead."""
    panel, config, poles = content.base.panel, content.config, content.poles
    value = float(figures.balances(content)[k, at])
    points = []
    choices, titles = layer_choices(config), layer_labels(config)
    for layer in config.weighing:
        rest = {name: weight for name, weight in config.weights.items() if name != layer}
        if not any(rest.values()):
            continue
        without = float(pull_balance(build_ties(panel, rest, **choices), poles[:2]).sel(year=year, target=code))
        if math.isnan(without):
            told = "it has no value"
        else:
            told = f"the balance is {signed(without)}" + (", on the other side" if without * value < 0 else "")
        points.append(f"Without the layer {titles[layer].lower()} {told}.")
    others = []
    for base in TRADE_BASES:
        if base == config.trade_base:
            continue
        ties = build_ties(panel, config.weights, **layer_choices(replace(config, trade_base=base)))
        now = float(pull_balance(ties, poles[:2]).sel(year=year, target=code))
        word = {"exports": "by markets alone", "imports": "by suppliers alone", "two_way": "by two-way trade"}[base]
        others.append(f"trade counted {word} {signed(now)}")
    points.append(f"By other bases: {', '.join(others)}.")
    turned = [LENS_NAMES[n].lower() for n, v in _lens_values(content, at, k).items() if v * value < 0]
    points.append(
        f"The other pole is ahead through the lens of {', '.join(turned)}."
        if turned
        else "No lens sees the other pole ahead."
    )
    return points


def _event_table(codes: Sequence[str], years: Sequence[int]) -> Table:
    events = load_events()
    rows = [
        [str(e.date), str(e.title), str(e.source)]
        for e in events.itertuples()
        if set(codes) & e.states and e.year in years
    ]
    return Table("Events that touch it, of the cited list", ["Date", "Event", "Source"], rows)


# ---- a region --------------------------------------------------------------------------------------------------


def _is_region(subject: str, panel: Panel) -> bool:
    """Whether it names more than one state: a group, an agreement, a list, all."""
    agreements = {ALL, *panel.agreements["agreement"]}
    return is_group(subject) or subject in agreements or "," in subject


def _region_report(content: Content, region: str, year: int | None) -> Report:
    config, poles, years = content.config, content.poles, content.base.years
    balance = figures.balances(content)
    member = np.asarray(np.asarray(content.numbers["member"].values, dtype=bool).any(axis=(0, 2)))
    inside = content.inside & ~member
    counted = (~np.isnan(balance[:, inside])).mean(axis=1)
    known = [y for y, share in zip(years, counted, strict=True) if share >= 0.5]
    now = (year if year is not None else known[-1]) if known else years[-1]
    check_year(now, years)
    k = years.index(now)
    one, other = (pole_label(pole) for pole in poles[:2])
    label = pole_label(region) if region != ALL else "the world"
    here = balance[k, inside]
    ahead, behind, states = int((here > 0).sum()), int((here < 0).sum()), int((~np.isnan(here)).sum())
    low, high = (content.numbers[end].values[len(poles)][inside, k] for end in ("low", "high"))
    unsure = int(((low < 0) & (high > 0)).sum())
    lead, more, next_, less = (one, ahead, other, behind) if ahead >= behind else (other, behind, one, ahead)
    title = f"In {now}, {lead} pulls harder on {more} of {states} states of {label}, {next_} on {less}"
    first = next((y for y in known if y < now), now)
    then = balance[years.index(first), inside]
    lenses = []
    for lens in content.lenses:
        values = content.numbers[f"balance_{lens}"].values[0][inside, k]
        lenses.append(
            [
                LENS_NAMES[lens],
                str(int((values > 0).sum())),
                str(int((values < 0).sum())),
                str(int((~np.isnan(values)).sum())),
            ]
        )
    lenses.insert(0, [LENS_NAMES["direct"], str(ahead), str(behind), str(states)])
    sections = [
        Section(
            "The finding",
            [
                f"{unsure} of {states} have a band that spans parity ({TOLD}): who is ahead there hangs on the "
                f"definition.",
                f"In {first}, the first year with half of them observed, {one} pulled harder on "
                f"{int((then > 0).sum())} of {int((~np.isnan(then)).sum())}, {other} on {int((then < 0).sum())}; the "
                f"series changes its source between them, so the two counts are not a trend.",
            ],
            figure=_figure(figures.network_map(content, now), f"Map of {label} in {now}"),
        ),
        Section(
            "Year by year", figure=_figure(figures.heat_map(content), f"Balance of every state of {label}, by year")
        ),
        Section("State by state", table=_state_table(content, inside, k, now)),
        Section("Crossings", table=_crossing_table(content, inside, one, other)),
        Section(
            "What would change the answer",
            ["How many states each lens sees on which side, for the same year:"],
            table=Table(f"Counts by lens, {now}", ["Lens", one, other, "with a value"], lenses),
        ),
        *_method(content.base.panel, config, now),
    ]
    command = f"influence report {shlex.quote(region)} --poles {','.join(poles)}{flags_of(config)} --year {now}"
    return Report(
        title, _measure(config, poles, now), sections, source_line(content.base.panel, config.weights, now), command
    )


def _state_table(content: Content, inside: np.ndarray, k: int, year: int) -> Table:
    balance = figures.balances(content)[k]
    low, high = (content.numbers[end].values[len(content.poles), :, k] for end in ("low", "high"))
    order = sorted(
        np.flatnonzero(inside).tolist(),
        key=lambda i: (math.isnan(balance[i]), -np.nan_to_num(balance[i]), content.frame.shown[i]),
    )
    names = labels_of(content.base.panel, content.frame.shown)["name"].tolist()
    rows = []
    for i in order:
        if math.isnan(balance[i]):
            rows.append([names[i], "no value", "", *("no value" for _ in content.poles)])
        else:
            pulls = [_percent(content.pulls[p, k, i]) for p in range(len(content.poles))]
            rows.append([names[i], signed(balance[i]), f"{signed(low[i])} to {signed(high[i])}", *pulls])
    labels = [f"Pull of {pole_label(pole)}" for pole in content.poles]
    return Table(f"Balance, its band and the pulls, {year}", ["State", "Balance", "Band", *labels], rows)


def _crossing_table(content: Content, inside: np.ndarray, one: str, other: str) -> Table:
    codes = [code for code, there in zip(content.frame.shown, inside, strict=True) if there]
    balance = pull_balance(content.base.ties, content.poles[:2]).sel(target=codes)
    found = lasting_crossing(balance, content.base.ties["is_break"].sel(target=codes).reset_coords(drop=True))
    names = content.base.panel.states["name"]
    rows = [
        [str(names[r.iso3]), str(r.year), one if r.direction > 0 else other, "yes" if r.holds else "no"]
        for r in found.sort_values(["year", "iso3"]).itertuples()
    ]
    return Table("Last change of sign within an unbroken series", ["State", "Year", "To", "Stayed"], rows)


# ---- a scenario ------------------------------------------------------------------------------------------------


def _scenario_report(
    name: str, panel: Panel, config: Config, poles: tuple[str, ...], region: str, progress: Callable[[str], None]
) -> Report:
    progress("finding the equilibria")
    scenario = load_scenario(name)
    states = region_members(panel, region)
    brief = brief_of(name, panel, config, poles, states)
    year = whole_year(panel, scenario)
    progress("comparing")
    compared = compared_of(str(year), f"{year}:{name}", panel, config, poles, region)
    rows = dumbbell_rows(compared)
    rows = rows[rows["change"].abs() >= 0.0005].head(25)
    figure = None
    if len(rows):
        words = words_of(compared)
        figure = _figure(figures.dumbbell(rows, words, poles), f"Balance before and after, {scenario.title}")
    sections = [
        Section(heading, paragraphs, points, figure if i == 1 else None)
        for i, (heading, paragraphs, points) in enumerate(_parts(brief.text))
    ]
    if len(brief.income):
        names = dict(panel.states["name"])
        shown_rows = [
            [
                str(names.get(r.iso3, r.iso3)),
                signed(100 * r.value, 3),
                f"{signed(100 * r.low, 3)} to {signed(100 * r.high, 3)}",
            ]
            for r in brief.income.head(15).itertuples()
        ]
        table = Table(
            "Real income, change in per cent; the fifteen economies that change most",
            ["Economy", "Change", "Band"],
            shown_rows,
        )
        sections.append(Section("Real income", table=table))
    sections += _method(panel, config, year)
    title = f"{scenario.title}: {change_text(compared)}" if figure else f"{scenario.title}: no state's balance changes"
    command = f"influence report {name} --poles {','.join(poles)}{flags_of(config)} --region {shlex.quote(region)}"
    return Report(title, _measure(config, poles, year), sections, source_line(panel, config.weights, year), command)


def _parts(text: str) -> list[tuple[str, list[str], list[str]]]:
    """Headings, paragraphs and points of a brief: '# title', '**Heading** words', '- points'."""
    out: list[tuple[str, list[str], list[str]]] = []
    for block in text.strip().split("\n"):
        line = MINUS.sub("−", block.strip())
        if not line:
            continue
        bold = re.match(r"\*\*(.+?)\*\*\s*(.*)", line)
        if line.startswith("# "):
            out.append(("The question", [], []))
        elif line.startswith("- "):
            out[-1][2].append(line[2:])
        elif bold:
            out.append((bold[1].rstrip(".:"), [bold[2]] if bold[2] else [], []))
        else:
            out[-1][1].append(line)
    return out


# ---- what all share --------------------------------------------------------------------------------------------


def _percent(share: float) -> str:
    return "no value" if math.isnan(share) else f"{100 * share:.1f} %"


def _measure(config: Config, poles: Sequence[str], year: int) -> str:
    one, other = (pole_label(pole) for pole in poles[:2])
    weights = [f"{name} {100 * weight:.0f} %" for name, weight in config.weights.items() if weight > 0]
    how = ", ".join([*weights, *choices_text(config)])
    return (
        f"Balance of direct pull ({how}) between {one} (+1) and {other} (−1): the difference of the shares of a "
        f"state's reliance that rest on the two, over their sum. Goods only. {series_break_note(year)}"
    )


def _figure(drawn: Any, shows: str) -> tuple[str, str]:
    return base64.b64encode(figures.figure_bytes(drawn, "svg")).decode(), shows


def _method(panel: Panel, config: Config, year: int | Sequence[int]) -> list[Section]:
    cards = cards_of(panel.vintages)
    keys = sources_used(panel, config.weights, year)
    rows = [[str(cards.loc[key, c]) for c in ("title", "publisher", "vintage", "licence")] for key in keys]
    own = [layer for layer in config.layers if config.weights.get(layer.name, 0.0) > 0]
    rows += [[layer.label, layer.cite or "no source given", Path(layer.file).name, "the user's own"] for layer in own]
    return [
        Section(
            "Method",
            [
                "A tie is a share of a portfolio: the share of a state's reliance of one kind (goods trade, pledges of "
                "defence weighed by capability, trade agreements) that rests on another state. The composite is the "
                "weighted mean of these portfolios, and a pole's direct pull the sum over its members. A value is told "
                "where 80 % or more of the reliance was observed. Capacity is not outcome: how states vote is measured "
                "apart (influence alignment).",
                "Bands are not confidence intervals: they are the least and the greatest by other definitions one "
                "might have chosen, and for a scenario by the other elasticities, without tariff peaks and by the "
                "estimated effect of agreements.",
            ],
            table=Table("Data and vintages", ["Data", "Publisher", "Vintage", "Licence"], rows),
        )
    ]
