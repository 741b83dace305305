"""Panels of other sizes than the real one: a subset of its states, or more states than there are."""

from __future__ import annotations

import pandas as pd

from influence.panel.panel import Panel, panel_from_tables
from influence.tables import datasets_dir, read_panel_table

COLUMNS = {
    "states": ("iso3",), "trade": ("exporter", "importer"), "trade_totals": ("iso3",), "attributes": ("iso3",),
    "pacts": ("source", "target"), "memberships": ("iso3",), "troops": ("iso3",), "agreements": (),
    "reports": ("reporter", "exporter", "importer"),
}  # fmt: skip
"""Where each table names a state."""


def real_tables() -> dict[str, pd.DataFrame]:
    """The tables of the bundled panel that name states."""
    return {name: read_panel_table(datasets_dir(), name) for name in COLUMNS}


def panel_of_size(tables: dict[str, pd.DataFrame], size: int) -> Panel:
    """A panel of `size` states: the largest traders, or all of them and invented copies of the largest.

    Copies trade and are tied among themselves as their models are; between copies and models there is nothing.
    """
    totals = tables["trade_totals"].groupby("iso3")["export_usd"].sum()
    ranked = list(totals.sort_values(ascending=False, kind="stable").index)
    out = _only(tables, ranked[:size])
    for copy in range(1, -(-size // len(ranked))):
        wanted = ranked[: min(len(ranked), size - copy * len(ranked))]
        out = _joined(out, _renamed(_only(tables, wanted), copy))
    return panel_from_tables(out)


def _only(tables: dict[str, pd.DataFrame], states: list[str]) -> dict[str, pd.DataFrame]:
    out = dict(tables)
    for name, columns in COLUMNS.items():
        for column in columns:
            out[name] = out[name][out[name][column].isin(states)]
    return out


def _renamed(tables: dict[str, pd.DataFrame], copy: int) -> dict[str, pd.DataFrame]:
    return {name: table.assign(**{c: table[c] + str(copy) for c in COLUMNS[name]}) for name, table in tables.items()}


def _joined(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    joined = {name: pd.concat([first[name], second[name]], ignore_index=True) for name in first}
    return {**joined, "agreements": first["agreements"]}
