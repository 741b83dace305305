"""ATOP 5.1 directed dyad-years (Leeds et al. 2002): what ccode1 has pledged to ccode2 in a year, 1980-2018."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.cow_codes import cow_to_iso3, without_superseded
from influence.sources.reading import no_doubles, numbers, read_table, whole_years

PLEDGES = {
    "atop_defense": "defence",
    "atop_offense": "offence",
    "atop_neutral": "neutrality",
    "atop_nonagg": "nonaggression",
    "atop_consul": "consultation",
}


def read_atop(path: Path | str) -> pd.DataFrame:
    """Pledges by directed dyad and year; source pledges to target.

    Returns
    -------
    source, target, year, and defence, offence, neutrality, nonaggression, consultation (bool).

    Raises
    ------
    SourceError : unreadable, other columns, unknown codes, a dyad twice in a year.
    """
    frame = read_table(path, ["ccode1", "ccode2", "year", *PLEDGES])
    frame["year"] = whole_years(frame, "year", path)
    for column, kind in PLEDGES.items():
        frame[kind] = numbers(frame, column, path) == 1
    frame = cow_to_iso3(frame, {"source": "ccode1", "target": "ccode2"}, path)
    frame = frame[frame["source"] != frame["target"]].pipe(_with_attrs, frame)
    key = ["source", "target", "year"]
    frame = without_superseded(frame, key, ["ccode1", "ccode2"])
    no_doubles(frame, key, path)
    out = frame.sort_values(key, ignore_index=True)[[*key, *PLEDGES.values()]]
    out.attrs["excluded"] = frame.attrs["excluded"]
    return out


def _with_attrs(frame: pd.DataFrame, origin: pd.DataFrame) -> pd.DataFrame:
    frame.attrs["excluded"] = origin.attrs["excluded"]
    return frame
