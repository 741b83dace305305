"""Country-pair totals from flows by product."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis


def pair_totals(flows: ibis.Table) -> ibis.Table:
    """Exports of each pair and year: X_uv = sum over products k of x_uvk.

    Parameters
    ----------
    flows : as Engine.flows; value_usd in whole US dollars, so that every engine gives the same sum.

    Returns
    -------
    year, exporter, importer, export_usd (int64, whole current US dollars, 0 or more), in no order. A pair without a
    flow has no row: whether it traded nothing or nobody reported is not in the file.
    """
    keys = ["year", "exporter", "importer"]
    return flows.group_by(keys).aggregate(export_usd=flows["value_usd"].sum().cast("int64"))
