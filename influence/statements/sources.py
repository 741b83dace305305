"""What a number rests on, in words: its sources, its series of trade, how far its records go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from influence.layer_settings import CustomLayer
from influence.layers import CHAINED_SERIES
from influence.panel.package import CUSTOM_TRADE, cards_of
from influence.panel.panel import Panel
from influence.panel.provenance import sources_by_layer, sources_used
from influence.schema import SERIES_NAMES
from influence.statements.catalogue import fill

SERIES_NOTES = {
    "cow": "series_cow", "baci": "series_baci", "dots_share": "series_baci", "icio_share": "series_baci",
    "cow_growth": "series_baci", **dict.fromkeys(CHAINED_SERIES, "series_extended"),
    "baci_2023": "series_baci_2023", "custom": "series_custom",
}  # fmt: skip
"""The sentence on each series of trade (schema.SERIES)."""


def series_break_note(panel: Panel, year: int) -> str:
    """Which series most of the panel's states have their trade from in a year, and what it leaves out; '' for none."""
    found = panel.totals["series"].sel(year=year).values
    counts = np.bincount(found[found >= 0], minlength=len(SERIES_NAMES))
    if not counts.any():
        return ""
    return fill(SERIES_NOTES[SERIES_NAMES[int(counts.argmax())]])


def source_line(
    panel: Panel, weights: Mapping[str, float], year: int | Sequence[int], *, beside: Sequence[str] = ()
) -> str:
    """Publishers, vintages and licences of the sources behind a figure of one year or of several.

    Vintages are those of the panel; custom layers are named where they have a weight. beside : keys of sources that
    are not of ties, such as those of a trade response.
    """
    cards = cards_of(panel.vintages, panel.registry.tables)
    custom = [custom_card(ties.layer) for ties in panel.custom if weights.get(ties.name, 0) > 0]
    listed = [*(_card(cards.loc[key]) for key in (*sources_used(panel, weights, year), *beside)), *custom]
    return fill("sources", cards="; ".join(listed))


def source_cards(panel: Panel, years: Sequence[int]) -> tuple[list[str], dict[str, list[list[int]]]]:
    """The text of every source, and for each layer and year the places of its sources in that list."""
    cards, custom = cards_of(panel.vintages, panel.registry.tables), [ties.layer for ties in panel.custom]
    by_year = [sources_by_layer(panel, year) for year in years]
    keys = list(dict.fromkeys(key for used in by_year for listed in used.values() for key in listed))
    by_layer = {layer: [[keys.index(key) for key in used[layer]] for used in by_year] for layer in by_year[0]}
    by_layer |= {layer.name: [[len(keys) + i] for _ in years] for i, layer in enumerate(custom)}
    return [*(_card(cards.loc[key]) for key in keys), *(custom_card(layer) for layer in custom)], by_layer


def custom_card(layer: CustomLayer) -> str:
    """The source of a custom layer."""
    cite = layer.cite or fill("no_source", file=Path(layer.file).name)
    return f"{layer.label}: {cite}"


def _card(card: pd.Series) -> str:
    if card.name == CUSTOM_TRADE:
        return f"{card['title']}: {card['citation']}"
    # Many titles hold their version already.
    vintage = [part for part in str(card["vintage"]).split(", ") if part not in card["title"]]
    return f"{', '.join([card['publisher'], card['title'], *vintage])} ({card['licence']})"
