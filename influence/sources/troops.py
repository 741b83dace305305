"""Reports of US active-duty personnel by host, as the package troopdata compiles them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.reading import check_unique, numbers, read_table, to_iso3, whole_years

KEY = ["iso3", "year"]
REPORT = ["iso3", "year", "month"]

NOT_COUNTED = r"not available|see deployment|see oif"
"""Locations whose count is in a table that this source does not carry: their 0 is not an observation."""

SILENT_ZERO = {("AFG", 2002), ("IRQ", 2006), ("KWT", 2006)}
"""The same without the words: years of war, in which the reports of the adjacent years name that table."""

IN_ONE = {
    "total - former soviet union": "aggregate: former Soviet Union",
    "union of soviet socialist republics": "Soviet Union: dissolved 1991",
    "china (includes hong kong)": "China and Hong Kong in one figure",
}
EXCLUDED = {
    "USA": "the United States itself: hosts abroad are counted",
    "Czechoslovakia": "dissolved 1992 and neither Czechia nor Slovakia",
    "Yugoslavia": "dissolved and none of its successors",
    "Diego Garcia": "British Indian Ocean Territory: not an economy of the panel",
    "Johnston Atoll": "US island without inhabitants",
    "Midway Islands": "US islands without inhabitants",
    "Wake Island": "US island without inhabitants",
    "Netherlands Antilles": "dissolved 2010",
    "Netherlands Antilles (1991 - 2010)": "dissolved 2010",
}


def read_troops(path: Path | str) -> pd.DataFrame:
    """Personnel hosted by year: iso3, year, troops (median of the year's reports), reports (how many).

    One report a year (September) to 2012, then up to four. Rows of one host in one report are added up, an exact
    repetition is not. A 0 is a 0; a 0 beside the words "not available" or "see deployment section" is no
    observation and left out, and so are figures that cover several states. No row: no report named the host.

    Raises
    ------
    SourceError : an unknown host, a negative figure, or a file that is not this table.
    """
    columns = ["iso3c", "countryname", "year", "month", "Location", "troops_ad"]
    frame = read_table(path, columns, text=["iso3c", "countryname", "month", "Location"], usecols=columns)
    frame["year"] = whole_years(frame, "year", path)
    frame["troops"] = numbers(frame, "troops_ad", path, lowest=0)
    frame["host"] = frame["iso3c"].where(frame["iso3c"].str.strip() != "", frame["countryname"])
    frame["host"] = frame["host"].replace({"Kosovo": "XKX"})
    frame, notes = _observed(frame)
    mapped = to_iso3(frame, {"iso3": "host"}, "iso3", path, excluded=EXCLUDED)
    reports = mapped.groupby(REPORT, as_index=False)["troops"].sum()
    out = reports.groupby(KEY, as_index=False).agg(troops=("troops", "median"), reports=("troops", "size"))
    check_unique(out, KEY, path)
    out.attrs["excluded"] = [*notes, *mapped.attrs["excluded"]]
    return out


def _observed(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str, int]]]:
    """Rows that are a count of one state, and what was left out as (code, reason, rows)."""
    place = frame["Location"].str.strip().str.casefold()
    silent = pd.Series(pd.MultiIndex.from_frame(frame[["host", "year"]]).isin(list(SILENT_ZERO)), index=frame.index)
    reason = place.map(IN_ONE).astype(object).where(place.isin(IN_ONE), "")
    reason = reason.mask((frame["host"] == "SRB") & (frame["year"] < 2006), "Serbia and Montenegro: split in 2006")
    absent = (frame["troops"] == 0) & (place.str.contains(NOT_COUNTED) | silent)
    reason = reason.mask(absent, "count is in a table of deployments that the source does not carry")
    reason = reason.mask(frame["troops"].isna(), "no figure")
    again = frame.assign(place=place).duplicated(["host", "year", "month", "place", "troops"])
    reason = reason.mask(again & (reason == ""), "row repeated in the same report")
    left = frame.assign(reason=reason)[reason != ""]
    notes = [(str(host), str(why), len(rows)) for (host, why), rows in left.groupby(["host", "reason"])]
    return frame[reason == ""], notes
