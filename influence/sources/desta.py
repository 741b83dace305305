"""DESTA 2.2 list of treaties (Dür, Baccini & Elsig 2014): trade agreements with their members at signature."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.reading import numbers, read_table, to_iso3

COLUMNS = ["number", "base_treaty", "name", "entry_type", "year", "entryforceyear", "typememb"]
MEMBERS = [f"c{i}" for i in range(1, 92)]
EXCLUDED = {
    code: "territory or former state without trade of its own in BACI"
    for code in "184 570 500 660 212 234 248 312 474 638 254 175 876 850 630 772 654 666 238 833 832 831 92 732".split()
    if code not in ("212", "92")
}


def read_desta(path: Path | str) -> pd.DataFrame:
    """One row a treaty entry and member.

    Returns
    -------
    number, base, name, entry_type, signed, in_force (years, NaN where the source has none), iso3.

    Raises
    ------
    SourceError : unreadable, other columns, unknown numeric codes.
    """
    frame = read_table(path, [*COLUMNS, *MEMBERS], text=["number", "base_treaty", "name", "entry_type"])
    frame = frame.assign(
        base=frame["base_treaty"], signed=numbers(frame, "year", path), in_force=numbers(frame, "entryforceyear", path)
    )
    keep = ["number", "base", "name", "entry_type", "signed", "in_force"]
    long = frame.melt(keep, value_vars=MEMBERS, value_name="code").drop(columns="variable")
    long = long[~long["code"].astype(str).isin(["", "nan", "NA"])]
    out = to_iso3(long, {"iso3": "code"}, "m49", path, excluded=EXCLUDED)
    excluded = out.attrs["excluded"]
    out = out[[*keep, "iso3"]].drop_duplicates().sort_values(["number", "iso3"], ignore_index=True)
    out.attrs["excluded"] = excluded
    return out
