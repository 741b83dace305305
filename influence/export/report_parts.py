"""What every report has: its measure, its figures as embedded SVG, its method and sources."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from influence.comparison.events import load_events
from influence.export.figure_files import figure_bytes
from influence.export.report import Section, Table
from influence.panel.package import cards_of
from influence.panel.panel import Panel
from influence.panel.provenance import sources_used
from influence.statements.catalogue import TEMPLATES
from influence.statements.method import balance_measure
from influence.statements.sources import series_break_note
from influence.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def measure_text(study: Study, year: int) -> str:
    """The subtitle: what is measured, and what limits it."""
    measure = balance_measure(study.method, study.labels)
    limits = f"{TEMPLATES['goods_only']} {series_break_note(study.panel, year)}"
    return f"{measure}: {TEMPLATES['balance_definition']}. {limits}"


def embedded(figure: Figure, shows: str) -> tuple[str, str]:
    """A figure for a section: base64 of its SVG, and its description."""
    return base64.b64encode(figure_bytes(figure, "svg")).decode(), shows


def event_table(panel: Panel, codes: Sequence[str], years: Sequence[int]) -> Table:
    """The events of the cited list that concern some states in some years."""
    rows = [
        [str(e.date), str(e.title), str(e.source)]
        for e in load_events(panel).itertuples()
        if set(codes) & e.states and e.year in years
    ]
    return Table("Events of the cited list that concern it", ["Date", "Event", "Source"], rows)


def method_section(study: Study, year: int | Sequence[int]) -> Section:
    """The method, and the data behind a year or several."""
    return Section(
        "Method",
        [
            "A tie is a share of a portfolio: the share of a country's reliance of one kind (goods trade, defence "
            "pledges weighted by capability, trade agreements) that rests on another country. The composite is the "
            "weighted mean of these portfolios; the direct pull of a power is the sum over its members. A value is "
            "given where 80 % or more of the reliance was observed. Capacity is not outcome: how countries vote is "
            "measured separately (influence alignment).",
            "The range over definitions is not a confidence interval: it is the least and the greatest value over "
            "other definitions, and for a scenario also over the other elasticities, without tariff peaks and with the "
            "estimated effect of agreements.",
        ],
        table=Table("Data and vintages", ["Data", "Publisher", "Vintage", "Licence"], _source_rows(study, year)),
    )


def _source_rows(study: Study, year: int | Sequence[int]) -> list[list[str]]:
    cards: pd.DataFrame = cards_of(study.panel.vintages, study.registry.tables)
    keys = sources_used(study.panel, study.method.weights, year)
    rows = [[str(cards.loc[key, c]) for c in ("title", "publisher", "vintage", "licence")] for key in keys]
    custom = [ties.layer for ties in study.panel.custom if study.method.weights.get(ties.name, 0.0) > 0]
    return rows + [[layer.label, layer.cite or "no source given", Path(layer.file).name, "custom"] for layer in custom]
