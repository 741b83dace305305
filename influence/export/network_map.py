"""The interactive network map, drawn by pyvis: one file, no request to anywhere, nothing of the data run as code.

The only module that knows pyvis. Its own ways out are not used: this subclass renders its own autoescaped page with
fixed positions, hands vis-network plain numbers and strings, and lets no text become markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pyvis
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from pyvis.network import Network

from influence.export.backbone import backbone
from influence.export.colours import PLAIN, THEMES, anchor, diverging
from influence.export.findings import Notes, pole_label
from influence.export.layout import place
from influence.graph import restrict
from influence.schema import FLAGS

HERE = Path(__file__).parent
VIS = "vis-9.1.2/vis-network.min.js"
LEAST_DOT, MOST_DOT, POLE_DOT = 7.0, 20.0, 22.0
LETTER, LINE = 9.6, 22.0
"""Room of a letter and of a line of a label, in units of the map."""
THRESHOLD = 0.02
MOST_PARTNERS = 8
"""Ties towards a state that its story lists."""


class OfflineNetwork(Network):
    """pyvis with physics off, an autoescaped template of ours and every script inlined and hashed."""

    def __init__(self) -> None:
        super().__init__(directed=True, cdn_resources="in_line")
        self.toggle_physics(False)

    def page(self, template: str, **content: Any) -> str:
        """The page of a template of ours, with vis-network's nodes and edges in `content['data']`."""
        nodes, edges, *_ = self.get_network_data()
        data = safe_json({**content.pop("data"), "nodes": nodes, "edges": edges})
        library = (Path(pyvis.__file__).parent / "templates" / "lib" / VIS).read_text(encoding="utf-8")
        script = (HERE / "static" / "network_map.js").read_text(encoding="utf-8")
        style = (HERE / "static" / "network_map.css").read_text(encoding="utf-8")
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
        )
        return environment.get_template(template).render(
            **content,
            policy=content_policy([library, script], [style]),
            # Ours or an installed package's, and the JSON has no '<': the only text that is not escaped.
            library=Markup(library),
            script=Markup(script),
            style=Markup(style),
            data=Markup(data),
        )


def safe_json(content: object) -> str:
    """JSON that can stand in a script element: no '<', '>' or '&', no line separators, no NaN."""
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def content_policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Content-Security-Policy that lets run only these scripts and styles, and lets nothing be fetched."""
    listed = {"script-src": scripts, "style-src": styles}
    rules = [f"{name} {' '.join(_hash(text) for text in texts)}" for name, texts in listed.items()]
    return "; ".join(["default-src 'none'", *rules, "img-src data: blob:", "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def build_network_map(
    graph: nx.DiGraph,
    results: pd.DataFrame,
    *,
    poles: Mapping[str, Sequence[str]],
    states: Sequence[str],
    notes: Notes,
    threshold: float = THRESHOLD,
) -> str:
    """The page of one year as one HTML text; the same input gives the same bytes.

    Parameters
    ----------
    graph : ties of the year (graph.build_graph); it is not changed.
    results : rows of the year (results.pull_results): pull_direct, pull_balance, exposure, leader_margin.
    poles : pole -> its members, two or more; the first two make the diverging scale.
    states : whom to show. notes : title, subtitle, sources, command.
    threshold : weakest tie shown at first, share.
    """
    shown = restrict(graph, states)
    members = {code: pole for pole, codes in poles.items() for code in codes if code in shown}
    kept = backbone(shown, members)
    story = _stories(shown, results, list(poles), members)
    for code, told in story.items():
        told["reliance"] = _reliance(graph, code, set(shown))
    network = OfflineNetwork()
    _add_nodes(network, shown, story, members, list(poles))
    _add_edges(network, shown, kept, members, list(poles))
    told = {
        "year": graph.graph["year"],
        "poles": [_pole(p, i, list(codes)) for i, (p, codes) in enumerate(poles.items())],
        "states": story,
        "members": members,
        "threshold": threshold,
        "flags": FLAGS,
        "plain": PLAIN,
    }
    return network.page("network_map.html", data=told, notes=notes, year=graph.graph["year"], poles=told["poles"])


def _pole(name: str, position: int, members: list[str]) -> dict[str, Any]:
    colours = {theme: anchor(position, theme) for theme in THEMES}
    return {"name": name, "label": pole_label(name), "members": members, "colour": colours}


def _number(value: Any) -> float | None:
    number = float(value)
    return None if math.isnan(number) else number


def _reliance(graph: nx.DiGraph, code: str, shown: set[str]) -> dict[str, Any]:
    """The strongest ties towards a state from the whole world, and the share of its reliance on states not drawn."""
    pulls = {u: graph.edges[u, code]["pull"] for u in sorted(graph.predecessors(code))}
    ties = sorted(((pull, u) for u, pull in pulls.items()), key=lambda tie: (-tie[0], tie[1]))
    top = [{"name": graph.nodes[u]["name"], "pull": pull, "drawn": u in shown} for pull, u in ties[:MOST_PARTNERS]]
    return {"top": top, "elsewhere": math.fsum(pull for pull, u in ties if u not in shown) if ties else None}


def _stories(
    graph: nx.DiGraph, results: pd.DataFrame, poles: list[str], members: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """What the panel and the table tell of each state; a missing number is None."""
    pair = f"{poles[0]}-{poles[1]}"
    rows = {(r.iso3, r.metric, r.pole): r for r in results.itertuples() if r.iso3 in graph}
    lead = {r.iso3: r for r in results[results["metric"] == "leader_margin"].itertuples() if r.iso3 in graph}
    out = {}
    for code in sorted(graph):
        node = graph.nodes[code]
        flags = {
            f for key, r in rows.items() if key[0] == code and key[1] == "pull_direct" for f in r.flag.split(";") if f
        }
        out[code] = {
            "name": node["name"],
            "region": node["region"],
            "balance": _number(rows[code, "pull_balance", pair].value),
            "pulls": {pole: _number(rows[code, "pull_direct", pole].value) for pole in poles},
            "leader": lead[code].pole,
            "margin": _number(lead[code].value),
            "exposure": _number(rows[code, "exposure", pair].value),
            "autonomy": node["autonomy"],
            "coverage": node["coverage"],
            # A pole has no pull on itself: nothing about it is missing.
            "flags": sorted(flags - {"missing"} if code in members else flags),
        }
    return out


def _add_nodes(
    network: OfflineNetwork,
    graph: nx.DiGraph,
    story: Mapping[str, dict[str, Any]],
    members: Mapping[str, str],
    poles: list[str],
) -> None:
    codes = list(story)
    sizes = {code: POLE_DOT if code in members else _dot(story[code]["exposure"]) for code in codes}
    # Poles are told in capitals too: never colour alone.
    labels = {code: story[code]["name"].upper() if code in members else story[code]["name"] for code in codes}
    # Room for the largest dot, so that a state stands in one place in every year.
    width = [max(2 * MOST_DOT, LETTER * (1.12 if c in members else 1.0) * len(labels[c])) + 8 for c in codes]
    height = [2 * MOST_DOT + LINE] * len(codes)
    nodes = graph.nodes
    places = place([nodes[c]["longitude"] for c in codes], [nodes[c]["latitude"] for c in codes], width, height)
    for code, (x, y) in zip(codes, places.tolist(), strict=True):
        colours = {theme: _colour(code, story[code], members, poles, theme) for theme in THEMES}
        known = story[code]["balance"] is not None or code in members or story[code]["margin"] is not None
        network.add_node(
            code, label=labels[code], x=x, y=y, shape="diamond" if code in members else "dot",
            size=round(sizes[code], 2),
            color=colours["light"], physics=False, fixed=False, colours=colours, known=known,
        )  # fmt: skip


def _dot(exposure: float | None) -> float:
    """Area grows with exposure: radius from its square root."""
    return LEAST_DOT if exposure is None else LEAST_DOT + (MOST_DOT - LEAST_DOT) * math.sqrt(exposure)


def _colour(code: str, told: Mapping[str, Any], members: Mapping[str, str], poles: list[str], theme: str) -> str:
    if code in members:
        return anchor(poles.index(members[code]), theme)
    if len(poles) == 2:
        return diverging(math.nan if told["balance"] is None else told["balance"], theme)
    if told["margin"] is None or told["leader"] not in poles:
        return diverging(math.nan, theme)
    return diverging(told["margin"] / max(told["pulls"][told["leader"]], 1e-12), theme, poles.index(told["leader"]))


def _add_edges(
    network: OfflineNetwork, graph: nx.DiGraph, kept: set[tuple[str, str]], members: Mapping[str, str], poles: list[str]
) -> None:
    for u, v in sorted(graph.edges, key=lambda edge: (graph.edges[edge]["pull"], edge)):
        pull = graph.edges[u, v]["pull"]
        colours = {theme: anchor(poles.index(members[u]), theme) if u in members else PLAIN[theme] for theme in THEMES}
        network.add_edge(
            u, v, id=f"{u}-{v}", pull=pull, kept=(u, v) in kept, colours=colours, color=colours["light"],
            width=round(0.4 + 16 * pull, 3),
        )  # fmt: skip
