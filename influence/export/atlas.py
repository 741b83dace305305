"""The atlas: every year, scenario, lens and weight in one page that works without a network."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from influence.compare.definitions import TOLD
from influence.compare.events import load_events
from influence.config import Config
from influence.export import page
from influence.export.atlas_data import Content, from_year, headline_pulls, labels_of, measures_of
from influence.export.colours import PARITY, PLAIN, THEMES, anchor
from influence.export.findings import (
    choices_text,
    counted,
    flags_of,
    series_break_note,
    source_cards,
)
from influence.export.land import outlines, placed
from influence.export.packing import Packed, pack
from influence.export.tours import Tour, tour_records
from influence.files import write_text
from influence.metrics.pull import pairs_of
from influence.panel.panel import Panel
from influence.panel.provenance import pacts_observed_to
from influence.quality import MARKS
from influence.scenario.load import chosen_scenarios
from influence.schema import FLAGS
from influence.states import pole_label

THRESHOLD, MANY_THRESHOLD = 0.02, 0.05
"""Weakest tie shown at first, of few states and of many."""
MARGIN = 0.055
"""Room around the outermost dots, of the width of the map."""
LAYER_LABELS = {"trade": "Goods trade", "alliance": "Alliance", "agreement": "Trade agreement", "troops": "US troops"}
LENS_NAMES = {
    "direct": "Direct pull", "network": "Network pull", "income": "Real income", "opinion": "Opinion formation",
    "bandwidth": "Bandwidth and dependence",
}  # fmt: skip
LENS_DESCRIPTIONS = {
    "direct": "Direct pull: share of each state's reliance that rests on each pole, in per cent",
    "network": "Network pull: direct pull and what reaches a state through its partners, in per cent of its reliance",
    "income": "Real-income exposure: per cent of a state's real income for each per cent of productivity in the pole",
    "opinion": "Opinion formation: share of random starts in which the state's trade leads it to the pole, in per cent",
    "bandwidth": "Bandwidth times dependence, an index in units of the largest dyad of the base year",
}


def layer_labels(config: Config) -> dict[str, str]:
    """What to call each layer: ours, and those of one's own by their titles."""
    return {**LAYER_LABELS, **{layer.name: layer.label for layer in config.layers}}


def write_atlas(content: Content, path: Path, *, tours: tuple[Sequence[Tour], bool] = ((), False)) -> Path:
    """Write the atlas of what was measured (build_atlas_data) to `path`.

    tours : see tours.chosen_tours.

    Raises
    ------
    OutputError : see write_text. TourError : see tour_records.
    """
    data = page_data(content, tours)
    extent = data["extent"]
    text = page.render(
        "atlas.html",
        data=data | land_data(extent),
        styles=[
            page.static("shell.css"),
            f"#map {{ aspect-ratio: {extent[2] - extent[0]} / {extent[3] - extent[1]}; }}",
        ],
        scripts=[page.static(name) for name in (*page.SHARED, "land_map.js", "atlas.js")],
        kind="atlas",
        credit="",
        **frame_words(data),
    )
    write_text(path, text)
    return path


def frame_words(data: dict[str, Any]) -> dict[str, Any]:
    """What the template says itself, the same for the atlas and the network page."""
    return {
        "title": data["titles"][0], "subtitle": data["titles"][1], "layers": data["layers"], "band": TOLD,
        "first": data["poles"][0]["label"], "second": data["poles"][1]["label"], "notes": data["notes"],
        "command": data["command"],
    }  # fmt: skip


def page_data(content: Content, tours: tuple[Sequence[Tour], bool] = ((), False)) -> dict[str, Any]:
    """Everything the page knows, as plain lists and mappings (see static/numbers.js)."""
    frame, base, poles, config = content.frame, content.base, content.poles, content.config
    panel = base.panel
    labels = labels_of(panel, [*frame.shown, *frame.others])
    places = placed(labels["longitude"].to_numpy(), labels["latitude"].to_numpy())
    rank = np.argsort(np.argsort(sizes_of(panel, frame.shown)))
    states = [
        {"code": code, "name": str(row.name_), "region": str(row.region), "x": int(x), "y": int(y), "rank": int(r)}
        for code, row, (x, y), r in zip(
            frame.shown, labels.rename(columns={"name": "name_"}).itertuples(), places, rank, strict=False
        )
    ]
    year = _first_view(content)
    cards, by_layer = source_cards(panel, base.years)
    titles = layer_labels(config)
    return {
        "poles": [pole_record(pole, i) for i, pole in enumerate(poles)],
        "pairs": [[poles.index(one), poles.index(other)] for one, other in pairs_of(poles)],
        "measures": measures_of(poles),
        "layers": [{"name": name, "label": titles[name]} for name in panel.layer_names],
        "choices": choices_text(config),
        "weights": [config.weights.get(name, 0.0) for name in panel.layer_names],
        "years": base.years,
        "year": year,
        "states": states,
        "others": [
            {"code": code, "name": str(name)}
            for code, name in zip(frame.others, labels["name"].iloc[len(frame.shown) :], strict=True)
        ],
        "ties": frame.pairs.tolist(),
        "complete": frame.complete,
        "numbers": pack(content.numbers),
        "scenarios": [
            told | {"numbers": pack(arrays, from_year(content.numbers, base.years, told["first"]))}
            for told, arrays in content.scenarios
        ],
        "lenses": ["direct", *content.lenses],
        "lensNames": LENS_NAMES,
        "lensDescriptions": LENS_DESCRIPTIONS,
        "marks": list(MARKS),
        "flags": FLAGS | {
            "break": "the series changes source this year: do not compare with the year before",
            "missing": "less than 80 % of its reliance was observed, or a pole's tie was not; so it has no value",
        },
        "events": _events(frame.shown, base.years),
        "seams": {str(y): series_break_note(y) for y in base.years},
        "cards": cards,
        "sources": by_layer,
        "pactsTo": pacts_observed_to(panel),
        "threshold": THRESHOLD if frame.complete else MANY_THRESHOLD,
        "parity": PARITY,
        "plain": PLAIN,
        "names": [str(name) for name in panel.states["name"]],
        "inside": content.inside.tolist(),
        "extent": extent_of(places[: len(frame.shown)][framed(content)]),
        "tours": tour_records(tours, content),
        "notes": content.notes,
        "titles": _titles(content, year),
        "command": _command(content),
    }  # fmt: skip


def land_data(extent: Sequence[int]) -> dict[str, Any]:
    """Outlines that touch the map or its near margin, packed: x, y, length of each ring, and whose it is."""
    width, height = extent[2] - extent[0], extent[3] - extent[1]
    wide = (extent[0] - width / 4, extent[1] - height / 4, extent[2] + width / 4, extent[3] + height / 4)
    rings = outlines(wide)
    places = np.concatenate([ring.places for ring in rings])
    arrays = {
        "x": Packed(places[:, 0], 1),
        "y": Packed(places[:, 1], 1),
        "length": Packed(np.array([len(ring.places) for ring in rings]), 1),
    }
    return {"land": pack(arrays), "landStates": [ring.iso3 for ring in rings]}


def pole_record(pole: str, position: int) -> dict[str, Any]:
    """name, label in a sentence, short (its code, or the label of a group) and colour by theme."""
    label = pole_label(pole)
    short = pole if pole.isupper() else label.removeprefix("the ")
    return {"name": pole, "label": label, "short": short, "colour": {t: anchor(position, t) for t in THEMES}}


def sizes_of(panel: Panel, codes: Sequence[str]) -> np.ndarray:
    """Largest GDP of any year: whose name goes first where there is no room for all."""
    return np.nan_to_num(panel.attributes["gdp_usd"].sel(state=list(codes)).values).max(axis=0)


def _first_view(content: Content) -> int:
    """The last year in which four of five of the region's states that have a balance in some year have one."""
    balances = content.numbers["low"].values[-1][content.inside]
    known = (~np.isnan(balances)).mean(axis=0)
    good = np.flatnonzero(known >= 0.8 * known.max(initial=0.0))
    return int(content.base.years[good[-1]]) if len(good) else int(content.base.years[-1])


def framed(content: Content) -> np.ndarray:
    """States that a map must hold (state): those of the region, and poles that are one state.

    The members of a group that pulls from afar would take the map from the region.
    """
    return content.inside | np.isin(content.frame.shown, content.poles)


def extent_of(places: np.ndarray) -> list[int]:
    """Left, top, right and bottom of a map that holds the places with some room."""
    low, high = places.min(axis=0), places.max(axis=0)
    room = max(MARGIN * float((high - low).max()), 400.0)
    return [int(low[0] - room), int(low[1] - room), int(high[0] + room), int(high[1] + room)]


def _events(codes: Sequence[str], years: Sequence[int]) -> list[dict[str, Any]]:
    shown = set(codes)
    return [
        {"date": e.date, "year": int(e.year), "title": e.title, "source": e.source, "states": sorted(e.states & shown)}
        for e in load_events().itertuples()
        if e.year in years and e.states & shown
    ]


def _titles(content: Content, year: int) -> tuple[str, str]:
    """The finding of the first view, and its measure, before the page draws itself."""
    pulls = headline_pulls(content, content.base.years.index(year))
    return counted(pulls, content.poles, year), f"{LENS_DESCRIPTIONS['direct']}."


def _command(content: Content) -> str:
    region = shlex.quote(content.region)
    text = f"influence atlas --region {region} --poles {','.join(content.poles)}{flags_of(content.config)}"
    names = [told["name"] for told, _ in content.scenarios]
    if names == chosen_scenarios("all", content.base.panel.years[-1])[0]:
        return text
    return f"{text} --scenarios {','.join(names) or 'none'}"
