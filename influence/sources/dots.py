"""IMF Direction of Trade Statistics: what a reporter says of each partner, exports FOB and imports CIF."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.errors import SourceError, head_of
from influence.sources.reading import numbers, read_table, to_iso3, whole_years

KEY = ["reporter", "flow", "exporter", "importer", "year"]
COLUMNS = [*KEY, "export_usd"]
CONTRADICTION = "stands twice with different values"


def read_dots(path: Path | str) -> pd.DataFrame:
    """Long table of reports: reporter, flow (X exports FOB, M imports CIF), exporter, importer, year, export_usd.

    The file has reporter, flow, exporter, importer, year and value_usd in US dollars. The world total is left out.
    A report that stands twice with different values is left out whole and counted; the same value twice is one report.

    Raises
    ------
    SourceError : a flow other than X or M, a reporter on the wrong side, a negative or infinite value, unknown codes.
    """
    frame = read_table(path, [*KEY, "value_usd"], text=["reporter", "flow", "exporter", "importer"])
    frame["year"] = whole_years(frame, "year", path)
    frame["export_usd"] = numbers(frame, "value_usd", path, lowest=0)
    side = frame["exporter"].where(frame["flow"] == "X", frame["importer"])
    wrong = ~frame["flow"].isin(["X", "M"]) | (side != frame["reporter"])
    if wrong.any():
        raise SourceError(
            f"{path}: flow must be X with the reporter as exporter, or M with it as importer; "
            f"{int(wrong.sum())} rows are not:{head_of(frame[wrong])}"
        )
    mapped = to_iso3(frame, {c: c for c in ("reporter", "exporter", "importer")}, "iso3", path)
    return _without_contradictions(mapped, path)


def _without_contradictions(frame: pd.DataFrame, where: Path | str) -> pd.DataFrame:
    """One row a report; reports that stand twice with different values leave, each named in attrs['excluded']."""
    own = frame["exporter"] == frame["importer"]
    if own.any():
        raise SourceError(f"{where}: {int(own.sum())} rows are a state's trade with itself:{head_of(frame[own])}")
    once = frame.drop_duplicates(COLUMNS)
    twice = once.duplicated(KEY, keep=False)
    report = once["reporter"] + " " + once["flow"] + " " + once["exporter"] + "-" + once["importer"]
    named = (report + " " + once["year"].astype(str))[twice].value_counts().sort_index()
    notes = [(str(name), CONTRADICTION, int(rows)) for name, rows in named.items()]
    out = once.loc[~twice, COLUMNS].sort_values(KEY, ignore_index=True)
    out.attrs["excluded"] = [*frame.attrs["excluded"], *notes]
    return out
