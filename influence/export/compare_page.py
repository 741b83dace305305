"""compare.html: two maps on one scale, a line a state, ties gained and lost, and whether the change is unusual."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from influence.comparison.compared import Compared
from influence.comparison.tables import DISTANCES
from influence.export import page
from influence.export.choices import command_flags
from influence.export.colours import OTHER_TIES, ZERO_BALANCE
from influence.export.compare_data import (
    comparison_caption,
    dumbbell_rows,
    edge_records,
    has_ranges,
    page_subtitle,
    side_label,
    state_records,
    tie_records,
)
from influence.export.page_data import extent_of, land_data, pole_record
from influence.export.svg import dumbbell
from influence.files import write_text
from influence.statements.catalogue import TEMPLATES

SCRIPTS = (
    "unpack.js", "statements.js", "words.js", "pens.js", "scene.js", "table.js", "map_labels.js", "land_map.js",
    "compare.js",
)  # fmt: skip
THRESHOLD = 0.03


def write_dumbbell(compared: Compared, path: Path) -> None:
    """The states that move most as a still picture (svg.dumbbell)."""
    ends = (compared.study.labels[1], compared.study.labels[0])
    write_text(path, dumbbell(dumbbell_rows(compared), comparison_caption(compared), ends))


def write_compare(compared: Compared, path: Path) -> Path:
    """Write the page of a comparison to `path`.

    Raises
    ------
    OutputError : see write_text.
    """
    caption, states = comparison_caption(compared), state_records(compared)
    drawn = [s for s in states if s["x"] is not None]
    places = np.array([[s["x"], s["y"]] for s in drawn]) if drawn else np.array([[-10_000, -6_000], [10_000, 6_000]])
    extent = extent_of(places)
    land = land_data(compared.study.panel.table("land"), extent)
    data = _page_data(compared, states) | {"extent": extent} | land
    width, height = extent[2] - extent[0], extent[3] - extent[1]
    missing = len(states) - len(drawn)
    text = page.render(
        "compare.html", data=data, scripts=[page.static(name) for name in SCRIPTS],
        styles=[
            page.static("shell.css"), page.static("compare.css"), f".map {{ aspect-ratio: {width} / {height}; }}",
        ],
        title=caption.title, subtitle=page_subtitle(compared, data["labels"]), labels=data["labels"],
        first=data["poles"][0]["short"], second=data["poles"][1]["short"], statements=TEMPLATES,
        has_ranges=data["hasRanges"], range_note=compared.range_note,
        verdict=compared.verdict or TEMPLATES["no_verdict"],
        distances=[
            {"name": DISTANCES[row.measure], "value": f"{row.value:.3f}", "meaning": row.note}
            for row in compared.found.distance.itertuples()
        ],
        source=caption.source,
        undrawn=f"{missing} countries have no known position and are in the table only. " if missing else "",
        command=_command(compared),
    )  # fmt: skip
    write_text(path, text)
    return path


def _page_data(compared: Compared, states: list[dict[str, Any]]) -> dict[str, Any]:
    """All data of the page but its map."""
    registry = compared.study.registry
    return {
        "statements": TEMPLATES, "labels": [side_label(compared.first), side_label(compared.second)], "states": states,
        "poles": [pole_record(pole, i, registry) for i, pole in enumerate(compared.poles[:2])],
        "ties": tie_records(compared, states), "edges": edge_records(compared, states), "zeroColour": ZERO_BALANCE,
        "otherColour": OTHER_TIES, "threshold": THRESHOLD, "hasRanges": has_ranges(compared),
    }  # fmt: skip


def _command(compared: Compared) -> str:
    command = f"influence compare {compared.first.label} {compared.second.label} --html"
    return f"{command} --poles {','.join(compared.poles)}{command_flags(compared.study)}"
