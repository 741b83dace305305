"""The atlas: every year, scenario, lens and weight in one page that works without a network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from influence.export import page
from influence.export.atlas_data import AtlasData
from influence.export.page_data import land_data, page_data
from influence.export.tours import Tour
from influence.files import write_text
from influence.statements.catalogue import TEMPLATES


def write_atlas(content: AtlasData, path: Path, *, tours: tuple[Sequence[Tour], bool] = ((), False)) -> Path:
    """Write the atlas of what was measured (build_atlas_data) to `path`.

    tours : see tours.chosen_tours.

    Raises
    ------
    OutputError : see write_text. TourError : see tour_records.
    """
    data = page_data(content, tours)
    extent = data["extent"]
    shape = f"#map {{ aspect-ratio: {extent[2] - extent[0]} / {extent[3] - extent[1]}; }}"
    text = page.render(
        "atlas.html", data=data | land_data(content.base.panel.table("land"), extent),
        styles=[page.static("shell.css"), shape],
        scripts=[page.static(name) for name in (*page.SHARED, "land_map.js", "atlas.js")],
        kind="atlas", credit="", **template_values(data),
    )  # fmt: skip
    write_text(path, text)
    return path


def template_values(data: dict[str, Any]) -> dict[str, Any]:
    """What the template writes itself, the same for the atlas and the network page."""
    return {
        "title": data["titles"][0], "subtitle": data["titles"][1], "layers": data["layers"], "statements": TEMPLATES,
        "first": data["poles"][0]["label"], "second": data["poles"][1]["label"], "notes": data["notes"],
        "command": data["command"],
    }  # fmt: skip
