"""Tables of the pages on data and measures, made from the data package, the schema and the catalogue of metrics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docs_build.page_study import PageStudy
from docs_build.worked.steps import percent, table
from influence import schema
from influence.metrics.catalogue import all_metrics
from influence.panel.package import read_package
from influence.quality import covered
from influence.schema import Field
from influence.specs import LAYERS
from influence.tables import datasets_dir, read_panel_table


def sources(_: PageStudy) -> str:
    """Every source of the data package: title, vintage, terms."""
    rows = [
        [
            f"`{one['name']}`", one["title"], one["publisher"], one["vintage"], one["licence"],
            one["terms"] or "not yet",
        ]
        for one in read_package(datasets_dir())["sources"]
    ]  # fmt: skip
    return table(["key", "title", "publisher", "vintage", "terms", "read in the source's own text"], rows)


def resources(_: PageStudy) -> str:
    """Every table of the data package."""
    rows = [
        [
            f"[`{one['name']}`](#{one['name']})", one["description"], f"{one['rows']:,}",
            f"{one['bytes'] / 1e6:.2f}", ", ".join(f"`{key}`" for key in one["sources"]),
        ]
        for one in read_package(datasets_dir())["resources"]
    ]  # fmt: skip
    return table(["table", "content", "rows", "MB", "sources"], rows)


def columns(_: PageStudy) -> str:
    """Every column of every table, under a head a table."""
    parts = []
    for one in read_package(datasets_dir())["resources"]:
        rows = [
            [f"`{field['name']}`", field["type"], field.get("unit", ""), field["description"]]
            for field in one["schema"]["fields"]
        ]
        key = ", ".join(f"`{name}`" for name in one["schema"]["primaryKey"])
        parts.append(f"### {one['name']} {{ #{one['name']} }}\n\n{one['description']} Key: {key}.\n")
        parts.append(table(["column", "type", "unit", "meaning"], rows))
    return "\n".join(parts)


def flags(_: PageStudy) -> str:
    """What each flag means."""
    return table(["flag", "meaning"], [[f"`{name}`", meaning] for name, meaning in schema.FLAGS.items()])


def series(_: PageStudy) -> str:
    """What each series of trade is."""
    return table(["series", "where the figure comes from"], [[f"`{n}`", origin] for n, origin in schema.SERIES.items()])


def gaps(g: PageStudy) -> str:
    """For every year: states with a result, and the part of the pairs' trade by flag."""
    known = covered(g.ties)
    flag, value = g.panel.trade["flag"].values, g.panel.trade["export_usd"].values
    rows = []
    for at, year in enumerate(g.panel.years):
        whole = float(np.nansum(value[at]))
        shares = {
            name: float(np.nansum(np.where(flag[at] == place, value[at], 0.0))) / whole
            for place, name in enumerate(schema.FLAG_NAMES)
        }
        parts = ", ".join(f"{name} {percent(share)}" for name, share in shares.items() if share >= 0.0005)
        rows.append([str(year), str(int(known[at].sum())), str(int((~known[at]).sum())), parts])
    return table(["year", "states with a result", "states without", "trade between pairs, by flag"], rows)


def series_breaks(_: PageStudy) -> str:
    """Totals that jump where the series changes: a count for each change, and the ten largest jumps."""
    found = read_panel_table(datasets_dir(), "series_breaks")
    counts = found.groupby("series_break").size()
    rows = [[str(series_break), str(int(n))] for series_break, n in counts.items()]
    largest = found.assign(size=found["jump"].abs()).sort_values(["size", "iso3"], ascending=[False, True]).head(10)
    named = [[str(r.iso3), str(r.year), str(r.series_break), f"{100 * r.jump:+.0f} %"] for r in largest.itertuples()]
    return (
        table(["series break", "state-years whose total jumps by more than 40 %"], rows)
        + "\nThe largest ten:\n\n"
        + table(["state", "year", "series break", "jump"], named)
    )


def excluded(_: PageStudy) -> str:
    """How many codes of each source are no state of the panel."""
    found = read_panel_table(datasets_dir(), "excluded")
    counted = found.groupby("source").agg(codes=("code", "size"), rows=("rows", "sum"))
    rows = [[f"`{source}`", str(int(n.codes)), f"{int(n.rows):,}"] for source, n in counted.iterrows()]
    return table(["source", "codes left out", "rows left out"], rows)


def _fields(fields: Sequence[Field]) -> str:
    return table(["name", "type", "unit", "meaning"], [[f"`{f.name}`", f.type, f.unit, f.description] for f in fields])


def attributes(_: PageStudy, which: str) -> str:
    """Attributes of nodes, edges or graphs, or columns of a table of results, from the schema."""
    known = {
        "nodes": schema.NODE_ATTRIBUTES, "edges": schema.EDGE_ATTRIBUTES, "graph": schema.GRAPH_ATTRIBUTES,
        "results": schema.RESULT_COLUMNS, "ranges": schema.RANGE_COLUMNS, "ties": schema.TIE_COLUMNS,
    }  # fmt: skip
    return _fields(known[which])


def layers(g: PageStudy) -> str:
    """What each layer is, and its default weight."""
    rows = [[f"`{spec.name}`", spec.description, f"{g.method.weights[spec.name]:g}"] for spec in LAYERS.values()]
    return table(["layer", "portfolio of", "default weight"], rows)


def metrics(_: PageStudy) -> str:
    """Every metric of the catalogue, by family."""
    parts, listed = [], list(all_metrics().values())
    for family in dict.fromkeys(metric.family for metric in listed):
        rows = [[f"`{m.name}`", m.formula, m.unit, m.range, m.rests_on, m.source] for m in listed if m.family == family]
        parts.append(f"### {family.capitalize()}\n")
        parts.append(table(["name", "formula", "unit", "range", "rests on", "source"], rows))
    return "\n".join(parts)
