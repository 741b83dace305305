"""Layers and lenses as people read them: one row each. Pages, figures, reports and the terminal take them from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from influence.layer_settings import CustomLayer

CAPABILITY = ("world_bank_gdp", "cow_nmc", "curated")


class LayerSpec(NamedTuple):
    """title : for people. sources : keys of its sources in a year. observed_to : last year its records cover."""

    name: str
    title: str
    sources: Callable[[int], tuple[str, ...]]
    observed_to: int | None = None


class LensSpec(NamedTuple):
    """One way to compute pull.

    title, description : for people; description says the unit. of_state : the same of one state, for the terminal.
    is_share : written in per cent. uses_weights : computed from the composite, not from trade alone. full_colour :
    pull at which a colour is full; None for the largest pull of any state and year.
    """

    name: str
    title: str
    description: str
    of_state: str
    is_share: bool = True
    uses_weights: bool = False
    full_colour: float | None = None


def trade_sources(year: int) -> tuple[str, ...]:
    """Keys of the sources of trade in a year."""
    if year < 2000:
        return ("cow_trade",)
    return ("baci_2023" if year >= 2023 else "baci", "imf_dots", "oecd_icio", "wto_totals")


LAYER_TABLE: dict[str, LayerSpec] = {
    row.name: row
    for row in (
        LayerSpec("trade", "Goods trade", trade_sources),
        LayerSpec("alliance", "Alliance", lambda _: ("atop", *CAPABILITY), observed_to=2018),
        LayerSpec("agreement", "Trade agreement", lambda _: ("desta", "manytrade", *CAPABILITY)),
        LayerSpec("troops", "US troops", lambda _: ("us_troops",)),
    )
}
LENS_TABLE: dict[str, LensSpec] = {
    row.name: row
    for row in (
        LensSpec(
            "direct", "Direct pull",
            "Direct pull: share of each country's reliance that rests on each power, in per cent",
            "share of its reliance that rests on each pole", uses_weights=True, full_colour=0.5,
        ),
        LensSpec(
            "network", "Network pull",
            "Network pull: direct pull and what reaches a country through its partners, in per cent of its reliance",
            "share of its reliance that rests on each pole, directly or through partners",
            uses_weights=True, full_colour=0.5,
        ),
        LensSpec(
            "income", "Real income",
            "Real-income exposure: per cent of a country's real income for each per cent of productivity in the power",
            "per cent of its real income for one per cent of productivity in each pole", is_share=False,
        ),
        LensSpec(
            "opinion", "Opinion formation",
            "Opinion formation: share of random starts in which the country's trade leads it to the power, in per cent",
            "share of random starts from which its trade leads it to each pole", full_colour=1.0,
        ),
        LensSpec(
            "bandwidth", "Bandwidth and dependence",
            "Bandwidth times dependence, an index in units of the largest dyad of the base year",
            "index of the channel to each pole times dependence on it", is_share=False,
        ),
    )
}  # fmt: skip


def layer_titles(custom: Iterable[CustomLayer] = ()) -> dict[str, str]:
    """Title of each layer, and of each custom layer."""
    return {row.name: row.title for row in LAYER_TABLE.values()} | {layer.name: layer.label for layer in custom}
