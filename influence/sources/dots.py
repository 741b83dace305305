"""IMF Direction of Trade Statistics: what each state reports of its partners, exports FOB and imports CIF."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.reading import check_pairs, numbers, read_table, require, to_iso3, whole_years

KEY = ["reporter", "flow", "exporter", "importer", "year"]
COLUMNS = [*KEY, "export_usd"]
CONTRADICTION = "is listed more than once, with different values"


def read_dots(path: Path | str) -> pd.DataFrame:
    """Long table of reports: reporter, flow (X exports FOB, M imports CIF), exporter, importer, year, export_usd.

    The file has reporter, flow, exporter, importer, year and value_usd in US dollars. The world total is left out.
    A report that is listed with different values is left out and counted; one listed twice with one value is kept once.

    Raises
    ------
    SourceError : a flow other than X or M, a reporter on the wrong side, a negative or infinite value, unknown codes.
    """
    frame = read_table(path, [*KEY, "value_usd"], text=["reporter", "flow", "exporter", "importer"])
    frame["year"] = whole_years(frame, "year", path)
    frame["export_usd"] = numbers(frame, "value_usd", path, lowest=0)
    side = frame["exporter"].where(frame["flow"] == "X", frame["importer"])
    good = frame["flow"].isin(["X", "M"]) & (side == frame["reporter"])
    require(frame, good, path, "flow must be X with the reporter as exporter, or M with it as importer")
    mapped = to_iso3(frame, {c: c for c in ("reporter", "exporter", "importer")}, "iso3", path)
    check_pairs(mapped, "exporter", "importer", path, "a state's trade with itself")
    return _without_contradictions(mapped)


def _without_contradictions(frame: pd.DataFrame) -> pd.DataFrame:
    """One row for each report; reports with different values are left out, each named in attrs['excluded']."""
    once = frame.drop_duplicates(COLUMNS)
    twice = once.duplicated(KEY, keep=False)
    report = once["reporter"] + " " + once["flow"] + " " + once["exporter"] + "-" + once["importer"]
    named = (report + " " + once["year"].astype(str))[twice].value_counts().sort_index()
    notes = [(str(name), CONTRADICTION, int(rows)) for name, rows in named.items()]
    out = once.loc[~twice, COLUMNS].sort_values(KEY, ignore_index=True)
    out.attrs["excluded"] = [*frame.attrs["excluded"], *notes]
    return out
