"""The network page: the atlas's shell and numbers, drawn by pyvis's vis-network with every dot in a fixed position.

The only module that uses pyvis. Its own output is not used: this subclass gives plain numbers and strings with physics
off, and the page is rendered from our template with every script inlined and hashed (export.page).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyvis
from pyvis.network import Network

from influence.export import page
from influence.export.atlas import template_values
from influence.export.atlas_data import AtlasData
from influence.export.layout import box_positions, separate
from influence.export.page_data import page_data
from influence.files import write_text
from influence.metrics.embedding import embedding
from influence.metrics.similarity import similarity

VIS = "vis-9.1.2/vis-network.min.js"
CREDIT = "Drawn with vis-network 9.1.2 (Apache 2.0 or MIT, © Almende B.V. and visjs contributors) in pyvis (BSD)."
DOT = 20.0
"""Radius of the largest dot, in units of the map."""
LETTER, LINE = 9.6, 22.0
"""Width of a letter and height of a line of a label."""
SPAN, HIGH = 1300.0, 760.0
"""Width of the positions before they are separated, and height of those by similarity."""


class OfflineNetwork(Network):
    """pyvis with physics off and nothing fetched."""

    def __init__(self) -> None:
        super().__init__(directed=True, cdn_resources="in_line")
        self.toggle_physics(False)

    @property
    def content(self) -> dict[str, Any]:
        """vis-network's nodes and edges."""
        nodes, edges, *_ = self.get_network_data()
        return {"nodes": nodes, "edges": edges}


def library() -> str:
    """The script of vis-network that pyvis contains."""
    return (Path(pyvis.__file__).parent / "templates" / "lib" / VIS).read_text(encoding="utf-8")


def write_network(content: AtlasData, path: Path) -> Path:
    """Write the network page of what was measured (atlas_data.build_atlas_data; one year by at_year) to `path`.

    Raises
    ------
    OutputError : see write_text.
    """
    data = page_data(content)
    places = layouts(content)
    network = OfflineNetwork()
    for state, (x, y) in zip(data["states"], places["geography"], strict=True):
        network.add_node(state["code"], label=state["name"], x=x, y=y, physics=False, fixed=False)
    data["layouts"] = places
    data["command"] = _command(content, data["command"])
    scripts = [library(), *(page.static(name) for name in (*page.SHARED, "land_map.js", "vis_map.js", "atlas.js"))]
    text = page.render(
        "atlas.html", data=data | network.content, styles=[page.static("shell.css")], scripts=scripts, kind="network",
        credit=CREDIT, **template_values(data),
    )  # fmt: skip
    write_text(path, text)
    return path


def layouts(content: AtlasData) -> dict[str, list[list[float]]]:
    """Fixed positions of the dots, the same in all years: by geography and, where available, by similarity of ties.

    Similarity: the mean over all years of metrics.embedding, whose years are aligned to each other; a state without a
    position there is in a row below. Both are separated so that no label hides another.
    """
    labels = content.base.panel.states.loc[list(content.frame.shown)]
    width = [max(2 * DOT, 1.12 * LETTER * len(name)) + 8 for name in labels["name"]]
    height = [2 * DOT + LINE] * len(width)
    out = {
        "geography": box_positions(labels["longitude"].tolist(), labels["latitude"].tolist(), width, height, span=SPAN)
    }
    ties = content.base.ties
    if ties.sizes["target"] >= 4:
        points = embedding(similarity(ties)).sel(target=list(content.frame.shown)).values
        known = ~np.isnan(points)
        if known.any():
            missing = np.full(points.shape[1:], np.nan)
            mean = np.divide(np.nansum(points, axis=0), known.sum(axis=0), where=known.any(axis=0), out=missing)
            out["embedding"] = separate(_spread(mean), width, height)
    return {name: places.tolist() for name, places in out.items()}


def _spread(points: np.ndarray) -> np.ndarray:
    """Coordinates stretched to the page by rank and value in equal parts: the middle of the cloud is dense."""
    out = np.empty_like(points)
    lost = np.isnan(points).any(axis=1)
    for axis, size in enumerate((SPAN, HIGH)):
        values = points[~lost, axis]
        rank = np.argsort(np.argsort(values, kind="stable")) / max(len(values) - 1, 1)
        scaled = (values - values.min()) / max(float(np.ptp(values)), 1e-9)
        out[~lost, axis] = size * ((rank + scaled) / 2 - 0.5)
    below = np.linspace(-SPAN / 2, SPAN / 2, int(lost.sum()))
    out[lost] = np.column_stack([below, np.full(len(below), HIGH * 0.7)])
    return out


def _command(content: AtlasData, atlas: str) -> str:
    command = atlas.split(" --scenarios")[0].replace("influence atlas", "influence map")
    years = content.base.years
    return f"{command} --year {years[0]}" if len(years) == 1 else command
