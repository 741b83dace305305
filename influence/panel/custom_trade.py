"""Custom trade figures in place of the panel's, pair by pair, by the rules of a custom layer's rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import PanelError
from influence.layer_settings import CustomLayer
from influence.panel.arrays import sealed
from influence.panel.custom_layers import check_rows, faults_in, first_fault
from influence.panel.flows import with_flows
from influence.panel.package import CUSTOM_TRADE
from influence.panel.user_rows import Fault, read_rows, rows_of
from influence.schema import CUSTOM_SERIES, FLAG_NAMES, SERIES_NAMES

if TYPE_CHECKING:
    from influence.panel.panel import Panel

TRADE_COLUMNS: dict[str, Any] = {"source": "exporter", "target": "importer", "value": "export_usd"}
"""Columns of a file of trade, as the panel's own table has them; beside them year."""


def with_trade(panel: Panel, rows: pd.DataFrame | Path | str, *, cite: str = "") -> Panel:
    """The panel with the flows of `rows` in place of those it had; `panel` itself is not changed.

    x'_uv = the row's figure; X'_u = X_u + sum_v (x'_uv - x_uv), and likewise the imports of v: totals change by as many
    dollars as the flows, so that shares stay shares. A flow that was missing changes no total, because a total includes
    what is missing; but no total is below the sum of its flows. New flows have flag corrected and series custom, and
    `vintages["custom_trade"]` of the new panel says how to cite them.

    Parameters
    ----------
    rows : columns exporter, importer (ISO3 or English names), year, export_usd (US dollars, >= 0); a table, or a CSV
        or Parquet file, which `influence data check FILE` checks row by row. Other columns are ignored.
    cite : how to cite the rows; by default the file's name, as "without a source".

    Returns
    -------
    A Panel with the same states and years.

    Raises
    ------
    PanelError : the file cannot be read, columns are missing, a row breaks a rule (unknown state, a state with itself,
        a value that is no number of 0 or more, a pair and year twice), a year outside the panel, or a state of whose
        total in the year nothing is known, so that there is no share to change.
    """
    name = "the table of trade" if isinstance(rows, pd.DataFrame) else str(rows)
    given = rows_of(rows, name) if isinstance(rows, pd.DataFrame) else read_rows(rows)
    layer = CustomLayer("custom_trade", name, "portfolio", **TRADE_COLUMNS)
    spells, faults = check_rows(given, layer, panel.states.index, panel.registry)
    table, first, last = spells.rows, panel.years[0], panel.years[-1]
    year, u, v = (table["begin"] - first).to_numpy(), table["source"].to_numpy(), table["target"].to_numpy()
    outside = (year < 0) | (year > last - first)
    faults += faults_in(given, table.index[outside], "year", f"is not in the panel; it covers {first} to {last}")
    faults += faults_in(
        given, table.index[table["end"] != table["begin"]], "year", "is of a spell; trade is of one year"
    )
    _refuse(name, faults)
    exports, imports = (panel.totals[side].values for side in ("export_usd", "import_usd"))
    unknown = "has no total of trade in this year in the panel, so no share of it can be computed"
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
    flag[year, u, v], series[year, u, v] = corrected, SERIES_NAMES.index(CUSTOM_SERIES)
    total_flag[year, u] = total_flag[year, v] = corrected
    return moved.with_parts(
        trade=_with(moved.trade, flag=flag, series=series),
        totals=_with(moved.totals, export_usd=exports, import_usd=imports, flag=total_flag),
        vintages=_vintages(panel, cite or _uncited(rows)),
    )


def _uncited(rows: pd.DataFrame | Path | str) -> str:
    what = "a table of the user" if isinstance(rows, pd.DataFrame) else f"a file of the user, {Path(rows).name}"
    return f"{what}, without a source"


def _vintages(panel: Panel, cite: str) -> dict[str, str]:
    """The panel's vintages with one more citation of custom trade, unless it is there already."""
    cited = panel.vintages.get(CUSTOM_TRADE, "")
    if not cited:
        return {**panel.vintages, CUSTOM_TRADE: cite}
    known = f"; {cite}; " in f"; {cited}; "
    return {**panel.vintages, CUSTOM_TRADE: cited if known else f"{cited}; {cite}"}


def _refuse(name: str, faults: Sequence[Fault]) -> None:
    if faults:
        raise PanelError(f"{name}: {first_fault(faults)}")


def _with(data: xr.Dataset, **arrays: np.ndarray) -> xr.Dataset:
    return data.assign({name: (data[name].dims, sealed(values)) for name, values in arrays.items()})
