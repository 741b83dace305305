"""Trade figures of one's own in place of the panel's, pair by pair, by the rules of a layer's rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import PanelError, pluralize
from influence.layer_settings import CustomLayer
from influence.panel.custom_layers import check_rows, faults_in
from influence.panel.flows import with_flows
from influence.panel.user_rows import Fault, read_rows, rows_of
from influence.schema import FLAG_NAMES

if TYPE_CHECKING:
    from influence.panel.panel import Panel

TRADE_COLUMNS: dict[str, Any] = {"source": "exporter", "target": "importer", "value": "export_usd"}
"""Columns of a file of trade, as the panel's own table has them; beside them year."""


def with_trade(panel: Panel, rows: pd.DataFrame | Path | str) -> Panel:
    """The panel with the flows of `rows` in place of its own; `panel` itself is left as it is.

    x'_uv = the row's figure; X'_u = X_u + sum_v (x'_uv - x_uv), and so the imports of v: totals move by as many dollars
    as the flows do, so that shares stay shares. A flow that nobody had observed moves no total, which has room for what
    is unobserved; but no total is below the sum of its flows. What is put in is flagged corrected and has no series.

    Parameters
    ----------
    rows : columns exporter, importer (ISO3 or English names), year, export_usd (US dollars, >= 0); a table, or a CSV
        or Parquet file, which `influence data check FILE` checks row by row. Other columns are left alone.

    Raises
    ------
    PanelError : the file cannot be read, columns are missing, a row breaks a rule (unknown state, a state with itself,
        a value that is no number of 0 or more, a pair and year twice), a year outside the panel, or a state of whose
        total in the year nothing is known, so that there is no share to change.
    """
    name = "the table of trade" if isinstance(rows, pd.DataFrame) else str(rows)
    given = rows_of(rows, name) if isinstance(rows, pd.DataFrame) else read_rows(rows)
    spells, faults = check_rows(
        given, CustomLayer("custom_trade", name, "portfolio", **TRADE_COLUMNS), panel.states.index
    )
    table, first, last = spells.rows, panel.years[0], panel.years[-1]
    year, u, v = (table["begin"] - first).to_numpy(), table["source"].to_numpy(), table["target"].to_numpy()
    outside = (year < 0) | (year > last - first)
    faults += faults_in(given, table.index[outside], "year", f"is not in the panel; it covers {first} to {last}")
    faults += faults_in(
        given, table.index[table["end"] != table["begin"]], "year", "is of a spell; trade is of one year"
    )
    _refuse(name, faults)
    exports, imports = (panel.totals[side].values for side in ("export_usd", "import_usd"))
    unknown = "has no total of trade in this year in the panel, so that no share of it can be told"
    faults += faults_in(given, table.index[np.isnan(exports[year, u])], "exporter", unknown)
    faults += faults_in(given, table.index[np.isnan(imports[year, v])], "importer", unknown)
    _refuse(name, faults)
    flows = panel.trade["export_usd"].values.copy()
    flows[year, u, v] = table["value"].to_numpy()
    moved = with_flows(panel, flows)
    exports, imports = (moved.totals[side].values.copy() for side in ("export_usd", "import_usd"))
    exports[year, u] = np.maximum(exports[year, u], np.nansum(flows[year, u, :], axis=1))
    imports[year, v] = np.maximum(imports[year, v], np.nansum(flows[year, :, v], axis=1))
    corrected = FLAG_NAMES.index("corrected")
    flag, series = panel.trade["flag"].values.copy(), panel.trade["series"].values.copy()
    total_flag = panel.totals["flag"].values.copy()
    flag[year, u, v], series[year, u, v] = corrected, -1
    total_flag[year, u] = total_flag[year, v] = corrected
    return moved.with_parts(
        trade=_with(moved.trade, flag=flag, series=series),
        totals=_with(moved.totals, export_usd=exports, import_usd=imports, flag=total_flag),
    )


def _refuse(name: str, faults: Sequence[Fault]) -> None:
    if faults:
        first = faults[0].told()
        left = len(faults) - 1
        more = f" {pluralize(left, 'more row is wrong', 'more rows are wrong')}." if left else ""
        raise PanelError(f"{name}: {first}{'' if first.endswith('?') else '.'}{more}")


def _with(data: xr.Dataset, **arrays: np.ndarray) -> xr.Dataset:
    for values in arrays.values():
        values.flags.writeable = False
    return data.assign({name: (data[name].dims, values) for name, values in arrays.items()})
