"""The panel with other data: without a state, with reported flows; and the years that each layer's source observed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.errors import ConfigError, StateError
from influence.layers import layer_specs
from influence.panel.arrays import all_sealed
from influence.panel.flows import with_flows
from influence.panel.panel import Panel
from influence.panel.trade import raise_short_years
from influence.specs import function_of


class Replaced(NamedTuple):
    """panel : with reported flows. cells : number of flows replaced. raised : of them, reports of years that lack
    months. left : reports that were not used because the panel has no flow of the pair.
    """

    panel: Panel
    cells: int
    raised: int
    left: int


def without_state(panel: Panel, iso3: str) -> Panel:
    """The panel without a state, its flows, pledges and agreements.

    Its partners' totals become exports_u - X_us and imports_v - X_sv for the state s. A missing flow is not subtracted:
    it stays in the unobserved part of the partner's total. Agreements and custom layers keep their other members.

    Raises
    ------
    StateError : no such state in the panel.
    """
    index = panel.states.index
    if iso3 not in index:
        raise StateError(f"{iso3!r} is not among the {len(index)} states of the panel; it cannot be left out.")
    flows, left = panel.trade["export_usd"], index.drop(iso3)
    gone = {"export_usd": flows.sel(importer=iso3).values, "import_usd": flows.sel(exporter=iso3).values}
    # Sums of the same rows in another order may be slightly below 0.
    less = {name: np.maximum(panel.totals[name].values - np.nan_to_num(part), 0.0) for name, part in gone.items()}
    totals = panel.totals.assign({name: (("year", "state"), values) for name, values in less.items()})
    pacts, members = panel.pacts, panel.memberships
    return panel.with_parts(
        states=panel.states.drop(index=iso3),
        trade=all_sealed(panel.trade.sel(exporter=left, importer=left)),
        totals=all_sealed(totals.sel(state=left)),
        attributes=all_sealed(panel.attributes.sel(state=left)),
        custom=tuple(ties.at(source=left, target=left) for ties in panel.custom),
        pacts=pacts[(pacts["source"] != iso3) & (pacts["target"] != iso3)],
        memberships=members[members["iso3"] != iso3],
    )


def reported_levels(reports: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """One value for each reported pair and year: the exporter's report (FOB), else the importer's (CIF).

    Annual sums that lack months are first raised to the reporter's usual share of its WTO total
    (panel.trade.raise_short_years). An importer's report includes freight and insurance.

    Parameters
    ----------
    reports, totals : tables of table_columns.TABLES, `reports` and `trade_totals`.

    Returns
    -------
    exporter, importer, year, value_usd, raised; one row for each pair and year.
    """
    flow = np.where(reports["reporter"] == reports["exporter"], "X", "M")
    dots = reports.rename(columns={"value_usd": "export_usd"}).assign(flow=flow)
    world = totals[["iso3", "year", "wto_export_usd", "wto_import_usd"]]
    raised = raise_short_years(dots, world.rename(columns=lambda name: name.removeprefix("wto_")))
    raised["raised"] = raised["export_usd"].to_numpy() > dots["export_usd"].to_numpy()
    keys = ["exporter", "importer", "year"]
    first = raised.sort_values([*keys, "flow"], ascending=[True, True, True, False]).drop_duplicates(keys)
    return first.rename(columns={"export_usd": "value_usd"})[[*keys, "value_usd", "raised"]].reset_index(drop=True)


def with_reports(panel: Panel, levels: pd.DataFrame) -> Replaced:
    """The panel with reported flows in place of its flows; totals change by as many dollars.

    A pair without a flow in the panel stays missing: to fill it would change the coverage and not only the source. The
    marks of source and quality stay those of the replaced flows.

    Parameters
    ----------
    levels : as reported_levels gives them.
    """
    index, years = panel.states.index, panel.years
    inside = levels["exporter"].isin(index) & levels["importer"].isin(index) & levels["year"].isin(years)
    rows = levels[inside]
    at = (
        rows["year"].to_numpy(dtype=int) - years[0],
        index.get_indexer(pd.Index(rows["exporter"])),
        index.get_indexer(pd.Index(rows["importer"])),
    )
    flows = panel.trade["export_usd"].values.copy()
    have = ~np.isnan(flows[at])
    flows[tuple(axis[have] for axis in at)] = rows["value_usd"].to_numpy(dtype=float)[have]
    raised = int(rows["raised"].to_numpy(dtype=bool)[have].sum())
    return Replaced(with_flows(panel, flows), int(have.sum()), raised, int((~have).sum()))


def observed_years(panel: Panel, layer: str) -> np.ndarray:
    """Years in which something of a layer was observed, and not only carried forward or extended, bool (year).

    trade : a flow of a series that is not extended. alliance : up to the last year that the source of pledges covers.
    agreement : up to the latest date of an agreement in the sources, which do not say how far they searched. troops : a
    report. Corrections by this project do not count. custom layers : a value that is not carried forward.

    Raises
    ------
    ConfigError : no such layer.
    """
    specs = layer_specs(panel)
    if layer not in specs:
        raise ConfigError(f"there is no layer {layer!r}; layers are: {', '.join(specs)}.")
    observed = specs[layer].observed
    return np.ones(len(panel.years), dtype=bool) if observed is None else np.asarray(function_of(observed)(panel))
