"""What a number rests on, in words: its sources, its series of trade, how far its records go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from influence.layer_settings import CustomLayer
from influence.panel.package import cards_of
from influence.panel.panel import Panel
from influence.statements.catalogue import fill
from influence.statements.tables import LAYER_TABLE


def series_break_note(year: int) -> str:
    """Which series of trade a year comes from, and what it leaves out."""
    if year < 2000:
        return fill("series_cow")
    if year <= 2020:
        return fill("series_baci")
    return fill("series_extended" if year <= 2022 else "series_preliminary")


def source_line(
    panel: Panel, weights: Mapping[str, float], year: int | Sequence[int], *, beside: Sequence[str] = ()
) -> str:
    """Publishers, vintages and licences of the sources behind a figure of one year or of several.

    Vintages are those of the panel; custom layers are named where they have a weight. beside : keys of sources that
    are not of ties, such as those of a trade response.
    """
    cards = cards_of(panel.vintages)
    custom = [custom_card(ties.layer) for ties in panel.own if weights.get(ties.name, 0) > 0]
    listed = [*(_card(cards.loc[key]) for key in (*sources_used(weights, year), *beside)), *custom]
    return fill("sources", cards="; ".join(listed))


def sources_used(weights: Mapping[str, float], year: int | Sequence[int]) -> list[str]:
    """Keys of the sources behind the layers that have a weight, in the year or any of several, each once."""
    years = [year] if isinstance(year, int) else year
    weighing = [layer for layer in LAYER_TABLE.values() if weights.get(layer.name, 0) > 0]
    return list(dict.fromkeys(key for layer in weighing for one in years for key in layer.sources(one)))


def source_cards(panel: Panel, years: Sequence[int]) -> tuple[list[str], dict[str, list[list[int]]]]:
    """The text of every source, and for each layer and year the places of its sources in that list."""
    cards, custom = cards_of(panel.vintages), [ties.layer for ties in panel.own]
    layers = LAYER_TABLE.values()
    keys = list(dict.fromkeys(key for year in years for layer in layers for key in layer.sources(year)))
    by_layer = {layer.name: [[keys.index(key) for key in layer.sources(year)] for year in years] for layer in layers}
    by_layer |= {layer.name: [[len(keys) + i] for _ in years] for i, layer in enumerate(custom)}
    return [*(_card(cards.loc[key]) for key in keys), *(custom_card(layer) for layer in custom)], by_layer


def custom_card(layer: CustomLayer) -> str:
    """The source of a custom layer."""
    cite = layer.cite or fill("no_source", file=Path(layer.file).name)
    return f"{layer.label}: {cite}"


def _card(card: pd.Series) -> str:
    # Many titles hold their version already.
    vintage = [part for part in str(card["vintage"]).split(", ") if part not in card["title"]]
    return f"{', '.join([card['publisher'], card['title'], *vintage])} ({card['licence']})"
