"""Graphs as GraphML, GEXF and JSON node-link; what is read back equals what was written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import networkx as nx

from influence.files import write_text

FORMATS = ("graphml", "gexf", "json")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML document may hold."""


def write_graph(graph: nx.DiGraph, path: Path | str) -> Path:
    """Write by the ending of `path`; the graph given is not changed.

    GraphML and JSON hold nodes, edges and attributes as they are. GEXF has no attributes of the graph itself: year and
    weights are not in it, and the value of `sources` is in its head. XML holds no control characters: they are
    left out of GraphML and GEXF. None of the three holds a missing value; a graph of build_graph has none.

    Raises
    ------
    ValueError : the ending is none of FORMATS. OutputError : the folder cannot be written.
    """
    path = Path(path)
    kind = path.suffix.removeprefix(".")
    if kind not in FORMATS:
        raise ValueError(f"a graph is written as {', '.join(FORMATS)}, not {path.suffix!r}")
    if kind == "json":
        content = nx.node_link_data(graph, edges="edges")
        write_text(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    else:
        lines: Iterable[str] = (nx.generate_graphml if kind == "graphml" else nx.generate_gexf)(_printable(graph))
        text = "\n".join(lines) + "\n"
        if kind == "gexf":
            # It stamps the day of writing, in its head; the same graph is to give the same bytes.
            text = re.sub(r' lastmodifieddate="[^"]*"', "", text, count=1)
            description = escape(str(_clean(graph.graph.get("sources", ""))))
            if description:
                text = text.replace("</creator>", f"</creator>\n    <description>{description}</description>", 1)
        write_text(path, text)
    return path


def _printable(graph: nx.DiGraph) -> nx.DiGraph:
    clean = nx.DiGraph(**{key: _clean(value) for key, value in graph.graph.items()})
    clean.add_nodes_from((n, {k: _clean(v) for k, v in data.items()}) for n, data in graph.nodes(data=True))
    clean.add_edges_from((u, v, dict(data)) for u, v, data in graph.edges(data=True))
    return clean


def _clean(value: object) -> object:
    return _FORBIDDEN.sub("", value) if isinstance(value, str) else value
