"""Titles written from the numbers, and never beyond them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from influence.config import Config
from influence.layer_settings import CustomLayer
from influence.panel.package import CUSTOM_TRADE, cards_of
from influence.panel.panel import Panel
from influence.panel.provenance import sources_by_layer, sources_used
from influence.states import group_members, is_group, pole_label


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign as print has it: '+0.41', '−0.41', '0.00'."""
    text = f"{abs(value):.{digits}f}"
    return text if float(text) == 0 else f"{'+' if value > 0 else '−'}{text}"


def finding(results: pd.DataFrame, poles: Sequence[str], year: int, states: Sequence[str]) -> str:
    """The finding of a year from a long table of results, without the members of the poles; see counted."""
    members = {code for pole in poles for code in (group_members(pole, year) if is_group(pole) else [pole])}
    outside = [code for code in states if code not in members]
    here = results[(results["year"] == year) & results["iso3"].isin(outside) & (results["metric"] == "pull_direct")]
    wide = here.pivot(index="pole", columns="iso3", values="value").reindex(list(poles))
    return counted(wide.to_numpy(), poles, year)


def counted(pulls: np.ndarray, poles: Sequence[str], year: int) -> str:
    """'In 2016, China pulls harder on 27 of 43 states, the United States on 16', for two poles; by leader for more.

    pulls : direct pull (pole, state); a state counts where every pole's is known, and of two poles where one pulls.
    """
    known = ~np.isnan(pulls).any(axis=0)
    if len(poles) > 2:
        best = np.where(known, pulls, -1.0)
        sole = known & ((best == best.max(axis=0)).sum(axis=0) == 1)
        counts = [int((sole & (best.argmax(axis=0) == p)).sum()) for p in range(len(poles))]
        told = ", ".join(f"{pole_label(pole)} on {count}" for pole, count in zip(poles, counts, strict=True))
        return f"In {year}, of {int(known.sum())} states each pole pulls hardest on: {told}"
    one, other = (np.where(known, pull, 0.0) for pull in pulls)
    ahead, behind, whole = int((one > other).sum()), int((one < other).sum()), int((one + other > 0).sum())
    first, second = (pole_label(pole) for pole in poles)
    lead = (first, ahead, second, behind) if ahead >= behind else (second, behind, first, ahead)
    return f"In {year}, {lead[0]} pulls harder on {lead[1]} of {whole} states, {lead[2]} on {lead[3]}"


def choices_text(config: Config) -> list[str]:
    """How the layers are made, where it is not the usual way: 'trade by markets', 'pledges by CINC'."""
    base = {"exports": "trade by markets", "imports": "trade by suppliers"}.get(config.trade_base, "")
    size = "pledges by CINC" if config.capability == "cinc" else ""
    return [words for words in (base, size) if words]


def flags_of(config: Config) -> str:
    """The choices that are not the defaults, as flags: a command that draws another map is worse than none."""
    usual = Config()
    flags = "".join(
        f" --config {shlex.quote(path)}" for path in sorted({layer.settings for layer in config.layers} - {""})
    )
    if any(abs(weight - usual.weights.get(name, 0.0)) > 1e-12 for name, weight in config.weights.items()):
        flags += f" --weights {','.join(f'{name}={weight:.6g}' for name, weight in config.weights.items())}"
    if config.trade_base != usual.trade_base:
        flags += f" --base {config.trade_base}"
    if config.capability != usual.capability:
        flags += f" --capability {config.capability}"
    return flags


def series_break_note(year: int) -> str:
    """What kind of trade data the year rests on, in words."""
    if year < 2000:
        return "Trade: COW, a series of its own; Hong Kong and Macao are counted in China."
    if year <= 2020:
        return "Trade: BACI; Taiwan by its share in its partners' reports."
    if year <= 2022:
        return "Trade: BACI 2020 moved by the growth of IMF and OECD figures; what they leave out is unobserved."
    return "Trade: BACI in a provisional vintage of its own; what two states that did not report traded is unobserved."


def source_line(
    panel: Panel, weights: Mapping[str, float], year: int | Sequence[int], *, beside: Sequence[str] = ()
) -> str:
    """Publishers, vintages and terms of what a figure of the year rests on, or one of all of several years.

    The vintages are the panel's, and its layers of one's own are told where they weigh. beside : keys of sources that
    are not of ties, such as those of trade's answer.
    """
    cards = cards_of(panel.vintages)
    own = [custom_card(ties.layer) for ties in panel.custom if weights.get(ties.name, 0) > 0]
    told = "; ".join([*(_card(cards.loc[key]) for key in (*sources_used(panel, weights, year), *beside)), *own])
    return f"Sources: {told}. Full citations: influence cite."


def source_cards(panel: Panel, years: Sequence[int]) -> tuple[list[str], dict[str, list[list[int]]]]:
    """What is said of every source, and for each layer and year which of them it rests on."""
    cards, layers = cards_of(panel.vintages), [ties.layer for ties in panel.custom]
    by_year = [sources_by_layer(panel, year) for year in years]
    keys = list(dict.fromkeys(key for used in by_year for listed in used.values() for key in listed))
    by_layer = {layer: [[keys.index(key) for key in used[layer]] for used in by_year] for layer in by_year[0]}
    by_layer |= {layer.name: [[len(keys) + i] for _ in years] for i, layer in enumerate(layers)}
    return [*(_card(cards.loc[key]) for key in keys), *(custom_card(layer) for layer in layers)], by_layer


def custom_card(layer: CustomLayer) -> str:
    """What is said of the source of a layer of one's own."""
    return f"{layer.label}: {layer.cite or f'a file of the user, {Path(layer.file).name}, without a source'}"


def _card(card: pd.Series) -> str:
    if card.name == CUSTOM_TRADE:
        return f"{card['title']}: {card['citation']}"
    # Many titles hold their version already.
    vintage = [part for part in str(card["vintage"]).split(", ") if part not in card["title"]]
    return f"{', '.join([card['publisher'], card['title'], *vintage])} ({card['licence']})"
