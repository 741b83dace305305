"""Pages, graphs and results displayed in a notebook: one iframe each, nothing fetched.

inf.atlas()                      the atlas
inf.show(inf.build_graph(ties, 2016))
inf.show(results)                a long table as states by years
%load_ext influence              graphs show themselves from then on
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd

from influence.export import page
from influence.export.atlas import write_atlas
from influence.export.atlas_data import AtlasData, build_atlas_data
from influence.export.backbone import prominent
from influence.export.colours import diverging
from influence.export.land import outlines, project
from influence.export.layout import Sizes, place_labels
from influence.export.page_data import extent_of
from influence.export.tours import chosen_tours
from influence.files import write_text
from influence.loading import load_study
from influence.panel.panel import Panel
from influence.scenario.load import chosen_scenarios
from influence.schema import RESULT_COLUMNS, names
from influence.statements.catalogue import TEMPLATES
from influence.statements.numbers import signed
from influence.tables import bundled_tables

if TYPE_CHECKING:
    from influence.config import Config

HIGH = 760
WIDE = 960


class Shown:
    """A page that a notebook shows in an iframe (srcdoc), and that save() writes to a file."""

    def __init__(self, html: str, title: str, height: int = HIGH) -> None:
        self.html, self.title, self.height = html, title, height

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html, quote=True)}" title="{escape(self.title, quote=True)}" width="100%" '
            f'height="{self.height}" style="border:0" sandbox="allow-scripts allow-downloads"></iframe>'
        )

    def save(self, path: Path | str) -> Path:
        """Write the page to a file.

        Raises
        ------
        OutputError : see files.write_text.
        """
        write_text(Path(path), self.html)
        return Path(path)

    def __repr__(self) -> str:
        return f"<{self.title}: {len(self.html):,} characters; save(path) writes it>"


def atlas(
    config: Config | Path | str | None = None, panel: Panel | None = None, *, region: str = "", scenarios: str = "none",
    progress: Callable[[str], None] = lambda _: None,
) -> Shown:  # fmt: skip
    """The atlas, to be shown in a notebook; see `influence atlas`.

    config, panel : see loading.load_study. region : of the configuration by default. scenarios : 'all', 'none', or
    names joined by commas.

    Raises
    ------
    ConfigError, PanelError : see load_study. StateError, ScenarioError : see atlas_data.build_atlas_data.
    """
    study = load_study(config, panel, **({"region": region} if region else {}))
    chosen = chosen_scenarios(scenarios, study.years[-1], study.registry)
    return _written(build_atlas_data(study, scenarios=chosen, progress=progress))


def _written(content: AtlasData) -> Shown:
    with tempfile.TemporaryDirectory() as folder:
        path = write_atlas(content, Path(folder) / "atlas.html", tours=chosen_tours((), content.base.panel.layer_names))
        return Shown(path.read_text(encoding="utf-8"), "Atlas of influence")


def show(thing: Any, metric: str = "") -> Shown:
    """A graph of build_graph, a long table of results, or the content of an atlas, as a page for a notebook.

    metric : of a table; its first by default. A table is shown as states by years of the metric's first pole.

    Raises
    ------
    TypeError : something else. ValueError : a metric that the table does not have.
    """
    if isinstance(thing, AtlasData):
        return _written(thing)
    if isinstance(thing, nx.DiGraph):
        return _graph(thing)
    if isinstance(thing, pd.DataFrame) and set(names(RESULT_COLUMNS)) <= set(thing.columns):
        return _table(thing, metric)
    raise TypeError(f"show() takes a graph, a table of results or an atlas's content, not {type(thing).__name__}.")


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext influence`: from then on directed graphs of build_graph show themselves."""
    formatter = shell.display_formatter.formatters["text/html"]
    formatter.for_type(nx.DiGraph, lambda graph: show(graph)._repr_html_() if _has_positions(graph) else None)


def _has_positions(graph: nx.DiGraph) -> bool:
    return "weights" in graph.graph and all("latitude" in data for _, data in graph.nodes(data=True))


def _graph(graph: nx.DiGraph) -> Shown:
    codes = sorted(graph)
    data = [graph.nodes[code] for code in codes]
    if not codes or not all("latitude" in d and "longitude" in d for d in data):
        raise TypeError("show() needs a graph whose nodes have latitude and longitude, as build_graph makes them.")
    places = project(np.array([d["longitude"] for d in data]), np.array([d["latitude"] for d in data]))
    shares = nx.to_numpy_array(graph, nodelist=codes, weight="pull")
    extent = extent_of(places)
    scale = WIDE / (extent[2] - extent[0])
    high = (extent[3] - extent[1]) * scale
    parts = [_land(extent, scale)]
    kept = prominent(shares)
    at = (places - np.array(extent[:2])) * scale
    for source, target in sorted(zip(*np.nonzero(kept), strict=True), key=lambda pair: shares[pair]):
        share = float(shares[source, target])
        parts.append(_arc(at[target], at[source], share))
    for (x, y), code, attributes in zip(at, codes, data, strict=True):
        title = escape(f"{attributes.get('name', code)} ({code})")
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{title}</title></circle>')
    # The states on which others rely most are named first.
    first = np.argsort(-np.nansum(shares, axis=1), kind="stable")
    parts += _names(at[first], [str(data[k].get("name", codes[k])) for k in first], float(high))
    title = f"Ties of {len(codes)} states in {graph.graph.get('year', '')}: {int(kept.sum())} are prominent"
    body = f'<h1>{escape(title)}</h1><svg viewBox="0 0 {WIDE} {high:.0f}" role="img">{"".join(parts)}</svg>'
    note = (
        f"{graph.number_of_edges():,} ties in all; a tie runs from the state that relies to the one it relies on, and "
        f"is wider for a larger share. Weights: {graph.graph.get('weights', '')}. {TEMPLATES['land']}"
    )
    return _page(title, body, note, int(high * 1.0) + 130)


def _land(extent: Sequence[int], scale: float) -> str:
    # A graph has no panel: the outlines behind it are the bundled ones.
    land = bundled_tables().observed("land")
    rings = outlines(land, (extent[0], extent[1], extent[2], extent[3]))
    path = "".join(
        "M" + "L".join(f"{(x - extent[0]) * scale:.0f} {(y - extent[1]) * scale:.0f}" for x, y in ring.places) + "Z"
        for ring in rings
    )
    return f'<path class="land" d="{path}"/>'


def _names(at: np.ndarray, names: Sequence[str], high: float) -> list[str]:
    out = []
    for label in place_labels(at, names, Sizes(letter=6.2, line=13.0, reach=5.0), (0.0, 0.0, float(WIDE), high)):
        if label.line:
            x, y, end_x, end_y = label.line
            out.append(f'<path class="lead" d="M{x:.1f} {y:.1f}L{end_x:.1f} {end_y:.1f}"/>')
        where = f'x="{label.x:.1f}" y="{label.y + 4:.1f}" text-anchor="{label.anchor}"'
        out.append(f"<text {where}>{escape(names[label.at])}</text>")
    return out


def _arc(start: np.ndarray, end: np.ndarray, share: float) -> str:
    middle, across = (start + end) / 2, np.array([end[1] - start[1], start[0] - end[0]]) * 0.16
    x, y = middle + across
    curve = f"M{start[0]:.1f} {start[1]:.1f}Q{x:.1f} {y:.1f} {end[0]:.1f} {end[1]:.1f}"
    return f'<path class="tie" d="{curve}" stroke-width="{0.5 + 14 * share:.2f}"/>'


def _table(table: pd.DataFrame, metric: str) -> Shown:
    known = list(dict.fromkeys(table["metric"]))
    wanted = metric or ("pull_balance" if "pull_balance" in known else known[0] if known else "")
    if wanted not in known:
        raise ValueError(f"the table has no metric {wanted!r}; it has: {', '.join(known)}.")
    rows = table[table["metric"] == wanted]
    pole = rows["pole"].iloc[0]
    wide = rows[rows["pole"] == pole].pivot(index="iso3", columns="year", values="value")
    head = "".join(f'<th scope="col">{year}</th>' for year in wide.columns)
    body = []
    colours: dict[str, str] = {}
    for code, values in wide.iterrows():
        cells = []
        for value in values:
            if pd.isna(value):
                cells.append("<td>–</td>")
                continue
            name = ""
            if wanted.startswith(("pull_balance", "balance_")):
                colour = diverging(round(float(value), 1), "light")
                name = f' class="{colours.setdefault(colour, f"c{len(colours)}")}"'
            text = signed(float(value)) if name else f"{value:.3f}"
            cells.append(f"<td{name}>{text}</td>")
        body.append(f'<tr><th scope="row">{escape(str(code))}</th>{"".join(cells)}</tr>')
    title = f"{wanted}{f', {pole}' if pole else ''}: {len(wide)} states, {wide.columns[0]} to {wide.columns[-1]}"
    table_html = f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    style = "".join(f".{name}{{background:{colour};color:{_ink_on(colour)}}}" for colour, name in colours.items())
    return _page(title, f'<h1>{escape(title)}</h1><div class="scroll">{table_html}</div>', "– no value.", 420, style)


def _ink_on(colour: str) -> str:
    """Black or white, whichever is easier to read on a colour (its relative luminance, WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    light = sum(w * (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4)
                for w, c in zip((0.2126, 0.7152, 0.0722), parts, strict=True))  # fmt: skip
    return "#16202b" if light > 0.22 else "#ffffff"


def _page(title: str, body: str, note: str, height: int, style: str = "") -> Shown:
    """A page without scripts; body is markup with its texts escaped."""
    sheet = page.static("notebook.css") + style
    policy = escape(page.content_policy([], [sheet]), quote=True)
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{escape(title)}</title>'
        f"<style>{sheet}</style></head><body>{body}<p>{escape(note)}</p></body></html>\n"
    )
    return Shown(html, title, height)
