"""Which sources a panel's figures come from: read from its tables, not from the calendar year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from influence.panel.package import CUSTOM_TRADE
from influence.panel.panel import Panel
from influence.schema import CUSTOM_SERIES, SERIES_NAMES
from influence.specs import LAYERS, function_of

SERIES_SOURCES: dict[str, tuple[str, ...]] = {
    "cow": ("cow_trade",),
    "baci": ("baci",),
    "baci_2023": ("baci_2023", "imf_dots", "oecd_icio", "wto_totals"),
    "dots_growth": ("baci", "imf_dots", "wto_totals"),
    "icio_growth": ("baci", "oecd_icio"),
    "wto_growth": ("baci", "wto_totals"),
    "dots_share": ("baci", "imf_dots"),
    "icio_share": ("baci", "oecd_icio", "wto_totals"),
    "cow_growth": ("baci", "imf_dots", "oecd_icio", "wto_totals", "cow_trade"),
    CUSTOM_SERIES: (CUSTOM_TRADE,),
}
"""Sources behind the flows and totals of each series of schema.SERIES (panel/trade.py says how they are used)."""


def sources_by_layer(panel: Panel, year: int) -> dict[str, list[str]]:
    """Keys of the sources behind each layer of the panel in a year; custom layers are not listed.

    Trade goes by the series of the flows and totals that the panel holds in the year: `custom_trade` is among them
    where with_trade replaced a flow, and a source is not where all of its figures were replaced.
    """
    return {
        row.name: list(row.sources if isinstance(row.sources, tuple) else function_of(row.sources)(panel, year))
        for row in LAYERS.values()
    }


def sources_used(panel: Panel, weights: Mapping[str, float], years: int | Sequence[int]) -> list[str]:
    """Keys of the sources behind the layers with a weight above 0, in a year or any of several, each once."""
    by_year = [sources_by_layer(panel, year) for year in ([years] if isinstance(years, int) else years)]
    used = [layer for layer in by_year[0] if weights.get(layer, 0) > 0]
    return list(dict.fromkeys(key for layer in used for sources in by_year for key in sources[layer]))


def pacts_observed_to(panel: Panel) -> int:
    """Last year that the source of the panel's pledges looked at; later years are carried forward.

    The panel's last year where it has no pledge of a source, as nothing is carried forward then.
    """
    observed = panel.pacts.loc[panel.pacts["correction"] == "", "observed_to"]
    return int(observed.max()) if len(observed) else panel.years[-1]


def trade_sources(panel: Panel, year: int) -> list[str]:
    """Keys of the sources behind the flows and totals of trade in a year."""
    if year not in panel.years:
        return []
    codes = np.unique(np.append(panel.trade["series"].sel(year=year), panel.totals["series"].sel(year=year)))
    listed = [SERIES_SOURCES[SERIES_NAMES[code]] for code in codes if code >= 0]
    return list(dict.fromkeys(key for keys in listed for key in keys))
