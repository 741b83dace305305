"""Replace the trade flows of a panel, and adjust the totals."""

from __future__ import annotations

import numpy as np

from influence.panel.arrays import sealed
from influence.panel.panel import Panel


def with_flows(panel: Panel, flows: np.ndarray) -> Panel:
    """The panel with other flows; each total changes by as many dollars as its flows.

    A flow that is missing before or after changes no total: a total includes unobserved trade.

    Parameters
    ----------
    flows : exports in US dollars, (year, exporter, importer), NaN where missing.
    """
    change = np.nan_to_num(flows - panel.trade["export_usd"].values)
    dims = ("year", "state")
    totals = {
        name: (dims, sealed(panel.totals[name].values + change.sum(axis=axis)))
        for name, axis in (("export_usd", 2), ("import_usd", 1))
    }
    trade = panel.trade.assign(export_usd=(("year", "exporter", "importer"), sealed(flows)))
    return panel.with_parts(trade=trade, totals=panel.totals.assign(totals))
