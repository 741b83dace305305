"""manytrade (HUGGO): trade agreements with days of signature, entry into force and end."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pandas as pd

from influence.sources.reading import check_columns, read_table, require, to_iso3

OPEN = "9999-12-31"
"""How the source marks an agreement without an end."""

DATES = {"Signature": "signed", "Force": "in_force", "End": "end"}
MEMBER_DATES = {"StateForce": "member_in_force", "StateEnd": "member_end"}
ALSO = {"ALG": "DZA", "FIJ": "FJI", "BUL": "BGR", "NA": "MAC"}
EXCLUDED = {**dict.fromkeys(("EC", "EFTA"), "organisation: its members are listed separately"), "": "blank row"}
_DAY_FIRST = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def read_manytrade(path: Path | str) -> pd.DataFrame:
    """Agreements of the reconciled list, or members of agreements where the file names states.

    List: agreement, title, signed, in_force, end. Members: agreement, title, iso3, signed, in_force, end,
    member_in_force, member_end, desta (number in DESTA's list or ''). Dates are ISO 8601 as fine as the source has them
    (YYYY-MM-DD, YYYY-MM or YYYY), '' where unknown; an end of 9999-12-31 means that the agreement is open.

    Raises
    ------
    SourceError : an unknown state, a text that is not a date, or a file that is neither table.
    """
    columns = [str(c) for c in read_table(path, ["manyID", "Title", *DATES]).columns]
    frame = read_table(path, columns, text=columns).rename(columns={"manyID": "agreement", "Title": "title"})
    dates = {**DATES, **MEMBER_DATES} if "stateID" in columns else DATES
    check_columns(columns, dates, path)
    for old, new in dates.items():
        frame[new] = _iso(frame, old, path)
    if "stateID" not in columns:
        return frame[["agreement", "title", *DATES.values()]]
    frame["desta"] = frame["destaID"].replace({"NA": ""})
    out = to_iso3(frame, {"iso3": "stateID"}, "iso3", path, also=ALSO, excluded=EXCLUDED)
    return out[["agreement", "title", "iso3", *DATES.values(), *MEMBER_DATES.values(), "desta"]]


def _iso(frame: pd.DataFrame, column: str, path: Path | str) -> pd.Series:
    texts = {text: iso_date(text) for text in frame[column].unique()}
    good = frame[column].map({text: iso is not None for text, iso in texts.items()}).astype(bool)
    require(frame[["title", column]], good, path, f"column {column} must be a date")
    return frame[column].map(texts)


def iso_date(text: str) -> str | None:
    """ISO 8601 form of 'DD.MM.YYYY', 'YYYY', 'YYYY-MM' or 'YYYY-MM-DD'; '' for '' and 'NA'; None for anything else.

    99 for a month or a day means unknown: '2020-99-99' is '2020'.
    """
    if text in ("", "NA"):
        return ""
    day_first, year_first = _DAY_FIRST.fullmatch(text), _YEAR_FIRST.fullmatch(text)
    if day_first:
        parts = [day_first[3], day_first[2], day_first[1]]
    elif year_first:
        parts = [part for part in year_first.groups() if part]
    else:
        return None
    if "99" in parts[1:]:
        parts = parts[: parts.index("99", 1)]
    try:
        datetime.date(*(int(part) for part in (*parts, "01", "01")[:3]))
    except ValueError:
        return None
    return "-".join(parts)
