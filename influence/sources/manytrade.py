"""manytrade 0.4: trade agreements with days, and their members with the day it is in force for each."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from influence.errors import SourceError, head_of
from influence.sources.reading import read_table

OPEN = "31.12.9999"


def read_manytrade(path: Path | str) -> pd.DataFrame:
    """The members' table (with stateID) or the list of treaties (without).

    Returns
    -------
    agreement, title, signed, in_force, end; for members also iso3 and desta (number there, '' if none). Dates are
    YYYY-MM-DD, or YYYY-MM or YYYY where the source is coarser; '' where it has none; an end that is open is ''.

    Raises
    ------
    SourceError : unreadable, other columns, a date of another shape.
    """
    frame = read_table(path, ["manyID", "Title", "Signature", "Force", "End"], text=["Title"])
    frame = frame.astype(str)
    out = pd.DataFrame({"agreement": frame["manyID"], "title": frame["Title"]})
    by_state = "stateID" in frame.columns
    columns = {"signed": "Signature", "in_force": "Force", "end": "End"}
    if by_state:
        columns = {"signed": "StateSignature", "in_force": "StateForce", "end": "StateEnd"}
    for new, old in columns.items():
        out[new] = _dates(frame, old, path)
    if by_state:
        out["iso3"] = frame["stateID"]
        out["desta"] = frame["destaID"].where(frame["destaID"] != "NA", "")
    return out


def _dates(frame: pd.DataFrame, column: str, path: Path | str) -> pd.Series:
    lookup = {text: _date(text) for text in frame[column].unique()}
    bad = [text for text, date in lookup.items() if date is None]
    if bad:
        rows = frame[frame[column].isin(bad)][["manyID", column]]
        raise SourceError(f"{path}: column {column} must be DD.MM.YYYY, YYYY or NA:{head_of(rows)}")
    return frame[column].map(lookup)


def _date(text: str) -> str | None:
    text = text.strip()
    if text in ("", "NA", "nan", OPEN):
        return ""
    day = re.fullmatch(r"(\d{2})\.(\d{2})\.(\d{4})", text)
    if day:
        return f"{day[3]}-{day[2]}-{day[1]}"
    first = re.match(r"(\d{4})(-\d{2})?(-\d{2})?", text)
    return first[0] if first else None
