"""Other flows in a panel, with the totals that shares are taken of."""

from __future__ import annotations

import numpy as np

from influence.panel.panel import Panel


def with_flows(panel: Panel, flows: np.ndarray) -> Panel:
    """The panel with other flows; each total moves by as many dollars as the rows it holds.

    A flow that was not observed before, or is not now, moves no total: a total holds what is unobserved too.
    """
    change = np.nan_to_num(flows - panel.trade["export_usd"].values)
    dims = ("year", "state")
    totals = {
        name: (dims, sealed(panel.totals[name].values + change.sum(axis=axis)))
        for name, axis in (("export_usd", 2), ("import_usd", 1))
    }
    trade = panel.trade.assign(export_usd=(("year", "exporter", "importer"), sealed(flows)))
    return panel.with_parts(trade=trade, totals=panel.totals.assign(totals))


def sealed(values: np.ndarray) -> np.ndarray:
    """The array itself, closed to writing: panels share their arrays."""
    values.flags.writeable = False
    return values
