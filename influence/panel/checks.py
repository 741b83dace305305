"""The panel against what others report: totals beside the WTO's."""

from __future__ import annotations

import pandas as pd

NEAR = 0.2


def totals_against_wto(totals: pd.DataFrame) -> pd.DataFrame:
    """Two-way total of each state over the WTO's, told by year.

    Returns
    -------
    year, states compared, median ratio, share of states within 20 %, far: the three furthest in ratio.
    """
    ours = totals["export_usd"] + totals["import_usd"]
    theirs = totals["wto_export_usd"] + totals["wto_import_usd"]
    table = totals[["iso3", "year"]].assign(ratio=(ours / theirs).where(theirs > 0)).dropna()
    rows = []
    for year, here in table.groupby("year"):
        distance = (here["ratio"] - 1).abs()
        far = here.loc[distance.sort_values(ascending=False, kind="stable").index[:3]]
        told = ", ".join(f"{r.iso3} {r.ratio:.2f}" for r in far.itertuples())
        rows.append((year, len(here), here["ratio"].median(), (distance <= NEAR).mean(), told))
    return pd.DataFrame(rows, columns=["year", "states", "median", "within", "far"])
