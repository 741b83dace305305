"""What the atlas and the network page contain, as plain lists and mappings (static/numbers.js reads them)."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from influence.comparison.events import load_events
from influence.export.atlas_arrays import measure_names
from influence.export.atlas_data import AtlasData, from_year, headline_pulls, labels_of
from influence.export.choices import command_flags
from influence.export.colours import OTHER_TIES, THEMES, ZERO_BALANCE, anchor
from influence.export.land import outlines, project
from influence.export.packing import Packed, pack
from influence.export.tours import Tour, tour_records
from influence.layers import layer_specs
from influence.panel.panel import Panel
from influence.quality import MARKS
from influence.scenario.load import chosen_scenarios
from influence.schema import FLAGS
from influence.specs import LENSES, function_of
from influence.statements.balance import EQUAL_BELOW, MUCH_MORE_FROM
from influence.statements.catalogue import TEMPLATES, fill
from influence.statements.findings import counted_finding
from influence.statements.method import choice_words
from influence.statements.sources import series_break_note, source_cards
from influence.states import Registry

THRESHOLD, MANY_THRESHOLD = 0.02, 0.05
"""Weakest tie shown at first, with few states and with many."""
MARGIN = 0.055
"""Room around the outermost dots, as a share of the map's width."""


def page_data(content: AtlasData, tours: tuple[Sequence[Tour], bool] = ((), False)) -> dict[str, Any]:
    """All data of the page.

    tours : see tours.chosen_tours.

    Raises
    ------
    TourError : see tour_records.
    """
    panel, years, frame = content.base.panel, content.base.years, content.frame
    labels = labels_of(panel, [*frame.shown, *frame.others])
    positions = project(labels["longitude"].to_numpy(), labels["latitude"].to_numpy())
    year = first_year_shown(content)
    cards, by_layer = source_cards(panel, years)
    return {
        "statements": TEMPLATES,
        "balanceClasses": {"equalBelow": EQUAL_BELOW, "muchMoreFrom": MUCH_MORE_FROM},
        **_measures(content),
        **_numbers(content),
        "years": years,
        "year": year,
        "states": _state_records(content, labels, positions),
        "others": [
            {"code": code, "name": str(name)}
            for code, name in zip(frame.others, labels["name"].iloc[len(frame.shown) :], strict=True)
        ],
        "marks": list(MARKS),
        "flags": FLAGS | {"break": fill("flag_break"), "missing": fill("flag_missing")},
        "events": _events(panel, frame.shown, years),
        "seriesBreaks": {str(y): series_break_note(panel, y) for y in years},
        "cards": cards,
        "sources": by_layer,
        "zeroColour": ZERO_BALANCE,
        "otherColour": OTHER_TIES,
        "stateNames": [str(name) for name in panel.states["name"]],
        "inRegion": content.inside.tolist(),
        "extent": extent_of(positions[: len(frame.shown)][framed(content)]),
        "tours": tour_records(tours, content),
        "notes": content.notes,
        "titles": (
            counted_finding(headline_pulls(content, years.index(year)), content.study.labels, year),
            f"{LENSES['direct'].measure}.",
        ),
        "command": _command(content),
    }


def _measures(content: AtlasData) -> dict[str, Any]:
    """The poles, what is measured between them, and the layers, weights and lenses it is measured by."""
    study, poles, panel = content.study, content.poles, content.base.panel
    return {
        "poles": [pole_record(pole, i, study.registry) for i, pole in enumerate(poles)],
        "pairs": [[poles.index(one), poles.index(other)] for one, other in study.pairs],
        "measures": measure_names(poles),
        "layers": layer_records(content),
        "choices": choice_words(study.method.trade_base, study.method.capability),
        "weights": [study.method.weights.get(name, 0.0) for name in panel.layer_names],
        "lenses": lens_records(content.lenses),
    }


def _numbers(content: AtlasData) -> dict[str, Any]:
    """The arrays of the baseline and of each scenario, packed, and the ties that they are on."""
    return {
        "ties": content.frame.pairs.tolist(),
        "complete": content.frame.complete,
        "threshold": THRESHOLD if content.frame.complete else MANY_THRESHOLD,
        "numbers": pack(content.numbers),
        "scenarios": [
            record | {"numbers": pack(arrays, from_year(content.numbers, content.base.years, record["first"]))}
            for record, arrays in content.scenarios
        ],
    }


def layer_records(content: AtlasData) -> list[dict[str, Any]]:
    """name, title and last observed year (None: all years) of each layer of the panel, in the order of the weights."""
    panel = content.base.panel
    return [
        {
            "name": row.name, "title": row.title,
            "observedTo": function_of(row.observed_to)(panel) if row.observed_to else None,
        }
        for row in layer_specs(panel).values()
    ]  # fmt: skip


def lens_records(lenses: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of the lens table for the page: the first lens, which the page computes itself, and those of `lenses`."""
    return [
        {
            "name": row.name, "title": row.title, "description": row.measure, "isShare": row.is_share,
            "usesWeights": row.uses_weights, "fullColour": row.full_colour, "computed": row.name == next(iter(LENSES)),
        }
        for row in (LENSES[name] for name in (next(iter(LENSES)), *lenses))
    ]  # fmt: skip


def land_data(land: pd.DataFrame, extent: Sequence[int]) -> dict[str, Any]:
    """Outlines of a panel that touch the map or its near margin, packed: x, y, length of each ring, and its state."""
    width, height = extent[2] - extent[0], extent[3] - extent[1]
    wide = (extent[0] - width / 4, extent[1] - height / 4, extent[2] + width / 4, extent[3] + height / 4)
    rings = outlines(land, wide)
    positions = np.concatenate([ring.places for ring in rings])
    arrays = {
        "x": Packed(positions[:, 0], 1),
        "y": Packed(positions[:, 1], 1),
        "length": Packed(np.array([len(ring.places) for ring in rings]), 1),
    }
    return {"land": pack(arrays), "landStates": [ring.iso3 for ring in rings]}


def pole_record(pole: str, position: int, registry: Registry) -> dict[str, Any]:
    """name, label in a sentence, short (its code, or the label of a group) and colour by theme."""
    label = registry.pole_label(pole)
    short = pole if pole.isupper() else label.removeprefix("the ")
    return {"name": pole, "label": label, "short": short, "colour": {t: anchor(position, t) for t in THEMES}}


def largest_gdp(panel: Panel, codes: Sequence[str]) -> np.ndarray:
    """Largest GDP of any year: the larger is named first where there is no room for all names."""
    return np.nan_to_num(panel.attributes["gdp_usd"].sel(state=list(codes)).values).max(axis=0)


def framed(content: AtlasData) -> np.ndarray:
    """States that the map must contain (state): those of the region, and poles that are one state.

    The members of a distant group would move the map away from the region.
    """
    return content.inside | np.isin(content.frame.shown, content.poles)


def extent_of(positions: np.ndarray) -> list[int]:
    """Left, top, right and bottom of a map that contains the positions with some room."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    room = max(MARGIN * float((high - low).max()), 400.0)
    return [int(low[0] - room), int(low[1] - room), int(high[0] + room), int(high[1] + room)]


def first_year_shown(content: AtlasData) -> int:
    """The last year with a balance for four fifths of the region's states, of those that ever have one."""
    balances = content.numbers["low"].values[-1][content.inside]
    known = (~np.isnan(balances)).mean(axis=0)
    good = np.flatnonzero(known >= 0.8 * known.max(initial=0.0))
    return int(content.base.years[good[-1]]) if len(good) else int(content.base.years[-1])


def _state_records(content: AtlasData, labels: pd.DataFrame, positions: np.ndarray) -> list[dict[str, Any]]:
    shown = content.frame.shown
    rank = np.argsort(np.argsort(largest_gdp(content.base.panel, shown)))
    rows = zip(shown, labels["name"], labels["region"], positions, rank, strict=False)
    return [
        {"code": code, "name": str(name), "region": str(region), "x": int(x), "y": int(y), "rank": int(r)}
        for code, name, region, (x, y), r in rows
    ]


def _events(panel: Panel, codes: Sequence[str], years: Sequence[int]) -> list[dict[str, Any]]:
    shown = set(codes)
    return [
        {"date": e.date, "year": int(e.year), "title": e.title, "source": e.source, "states": sorted(e.states & shown)}
        for e in load_events(panel).itertuples()
        if e.year in years and e.states & shown
    ]


def _command(content: AtlasData) -> str:
    study = content.study
    region = shlex.quote(study.region)
    text = f"influence atlas --region {region} --poles {','.join(study.poles)}{command_flags(study)}"
    names = [record["name"] for record, _ in content.scenarios]
    if names == chosen_scenarios("all", study.years[-1], study.registry)[0]:
        return text
    return f"{text} --scenarios {','.join(names) or 'none'}"
