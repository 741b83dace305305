"""Checks of square matrices of users: the same states on both sides, finite numbers of 0 or more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from influence.errors import StateError


def checked_flows(flows: pd.DataFrame | xr.DataArray) -> tuple[pd.Index, np.ndarray]:
    """Labels and values (exporter, importer) of a square labelled matrix, columns in the order of the rows.

    Raises
    ------
    StateError : no labels, not two-dimensional, empty, not square, different labels on the two sides, a label twice, a
        negative or infinite number. NaN is allowed: a flow that nobody observed.
    """
    if isinstance(flows, xr.DataArray) and flows.ndim == 2:
        flows = flows.to_pandas()
    if not isinstance(flows, pd.DataFrame):
        raise StateError(
            f"flows must be a square labelled DataFrame or DataArray (exporter x importer), not {type(flows).__name__}"
            f"{f' of {flows.ndim} dimensions' if hasattr(flows, 'ndim') else ''}."
        )
    rows, columns = flows.index, flows.columns
    if not len(rows) or len(rows) != len(columns):
        raise StateError(f"flows must be square and not empty, exporter x importer, not {len(rows)} x {len(columns)}.")
    twice = sorted({str(label) for label in [*rows[rows.duplicated()], *columns[columns.duplicated()]]})
    if twice:
        raise StateError(f"flows have {', '.join(twice)} more than once.")
    unmatched = sorted({str(label) for label in [*rows.difference(columns), *columns.difference(rows)]})
    if unmatched:
        codes = ", ".join(unmatched[:5])
        raise StateError(f"flows must have the same states on both sides; on one side only: {codes}.")
    try:
        values = flows[rows].to_numpy(dtype=float)
    except (TypeError, ValueError) as err:
        raise StateError(f"flows must be numbers: {err}.") from err
    bad = np.argwhere((values < 0) | np.isinf(values))
    if len(bad):
        where = ", ".join(f"{rows[i]} to {rows[j]} {values[i, j]:g}" for i, j in bad[:3])
        raise StateError(f"flows must be finite numbers of 0 or more; {len(bad)} are not: {where}.")
    return pd.Index(rows.astype(str).tolist()), values
