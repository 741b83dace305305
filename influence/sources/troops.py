"""US active-duty personnel abroad by report (Allen, Flynn & Machain 2021)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.reading import numbers, read_table, to_iso3, whole_years

SENDER = "USA"
EXCLUDED = {
    "Wake Island": "US territory", "Diego Garcia": "British territory without people of its own", "Johnston Atoll": "US territory",
    "Midway Islands": "US territory", "Netherlands Antilles (1991 - 2010)": "dissolved 2010",
}  # fmt: skip


def read_troops(path: Path | str) -> pd.DataFrame:
    """Personnel hosted: the places of one host are summed within a report, and the median of a year's reports is kept.

    Returns
    -------
    iso3 (host), year, troops (persons), reports (count). The United States itself is left out; a zero stays a zero.

    Raises
    ------
    SourceError : unreadable, other columns, unknown host, negative counts.
    """
    frame = read_table(path, ["iso3c", "countryname", "year", "source", "troops_ad"],
                       text=["iso3c", "countryname", "month", "source", "Location"])  # fmt: skip
    frame["year"] = whole_years(frame, "year", path)
    frame["troops"] = numbers(frame, "troops_ad", path, lowest=0.0)
    frame["host"] = frame["iso3c"].where(~frame["iso3c"].isin(["", "NA"]), frame["countryname"])
    coded = frame["host"] == frame["iso3c"]
    by_code = to_iso3(frame[coded], {"iso3": "host"}, "iso3", path)
    by_name = to_iso3(frame[~coded], {"iso3": "host"}, "name", path, excluded=EXCLUDED)
    both = pd.concat([by_code, by_name])
    hosted = both[(both["iso3"] != SENDER) & both["troops"].notna()]
    reports = hosted.groupby(["iso3", "year", "source"], as_index=False)["troops"].sum()
    out = reports.groupby(["iso3", "year"], as_index=False).agg(troops=("troops", "median"), reports=("troops", "size"))
    out.attrs["excluded"] = [*by_code.attrs["excluded"], *by_name.attrs["excluded"]]
    return out
