"""Reading raw files: one guarded way in, and one guarded way from a source's codes to ISO3.

Every reader of this package ends in a tidy table whose states are ISO3 codes of the panel. Codes that are known
and are no state (World, Euro area, Czechoslovakia) are left out and counted in `frame.attrs["excluded"]`;
a code that nobody has heard of is an error that shows the rows.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from influence.errors import SourceError, head_of
from influence.states import code_map, excluded_codes, normalize_name

_NUMBER = re.compile(r"-?\d+(\.\d+)?")

MOST_BYTES = 4_000_000_000
"""A compressed file that unpacks to more than this is refused rather than filling the memory."""

DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)
"""What the unpackers raise on a file that was cut short or changed on the way."""


def read_bytes(path: Path | str, member: str | None = None) -> bytes:
    """Content of a file; gzip and zip are unpacked by their first bytes, a zip by its only or matching member.

    Raises
    ------
    SourceError : absent, a folder, truncated, not what its packing promises, or absurdly large.
    """
    path = Path(path)
    if path.is_dir():
        raise SourceError(f"{path} is a folder; a file is wanted.")
    try:
        raw = path.read_bytes()
    except OSError as err:
        raise SourceError(f"{path} cannot be read: {err.strerror or err}.") from err
    try:
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as stream:
                return _bounded(stream.read(MOST_BYTES + 1), path)
        if raw[:4] == b"PK\x03\x04" and member is not None:
            return _from_zip(raw, path, member)
    except DAMAGED as err:
        raise damaged(path, err) from err
    return raw


def damaged(path: Path | str, err: Exception) -> SourceError:
    """The error for a packed file that does not unpack."""
    return SourceError(f"{path} is truncated or damaged ({err}); download it again.")


def _bounded(content: bytes, path: Path) -> bytes:
    if len(content) > MOST_BYTES:
        raise SourceError(f"{path} unpacks to more than {MOST_BYTES:,} bytes; that is no file of this source.")
    return content


def _from_zip(raw: bytes, path: Path, member: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        found = sorted(n for n in archive.namelist() if Path(n).match(member))
        if not found:
            raise SourceError(f"{path} holds no file {member!r}; it holds: {', '.join(archive.namelist()[:8])}.")
        if len(found) > 1:
            raise SourceError(f"{path} holds several files {member!r}: {', '.join(found[:8])}; unpack it and give one.")
        if archive.getinfo(found[0]).file_size > MOST_BYTES:
            raise SourceError(f"{path} unpacks to more than {MOST_BYTES:,} bytes; that is no file of this source.")
        return archive.read(found[0])


def read_table(
    path: Path | str,
    columns: Iterable[str],
    *,
    text: Iterable[str] = (),
    member: str = "*.csv",
    skip: int = 0,
    usecols: Iterable[str] | None = None,
) -> pd.DataFrame:
    """A delimited file with at least `columns`; columns in `text` stay text ('NA' is Namibia), others are inferred.

    Raises
    ------
    SourceError : as read_bytes; not UTF-8 text; no rows; a column missing (named, with those present).
    """
    content = read_bytes(path, member)
    try:
        decoded = content.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = content[: err.start].count(b"\n") + 1
        raise SourceError(f"{path} line {line}: not UTF-8 text; save it as UTF-8.") from err
    keep = list(usecols) if usecols is not None else None
    try:
        frame = pd.read_csv(
            io.StringIO(decoded),
            dtype=dict.fromkeys(text, str),
            keep_default_na=False,
            skiprows=skip,
            usecols=(lambda c: c in keep) if keep is not None else None,
            low_memory=False,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as err:
        raise SourceError(f"{path} is not a table: {str(err).strip()}.") from err
    check_columns(frame, columns, path)
    return frame


def check_columns(frame: pd.DataFrame, columns: Iterable[str], path: Path | str) -> None:
    """Raise SourceError when a column is missing, rows are longer than the header, or there is no row at all."""
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise SourceError(
            f"{path} lacks column {', '.join(missing)}; it has: {', '.join(map(str, frame.columns[:12]))}."
        )
    if frame.empty:
        raise SourceError(f"{path} has no rows.")
    if not isinstance(frame.index, pd.RangeIndex):
        # pandas takes the surplus cells for row labels and shifts every value one column to the left.
        raise SourceError(f"{path} has rows with more cells than its header has names:{head_of(frame)}")


def numbers(
    frame: pd.DataFrame,
    column: str,
    where: Path | str,
    *,
    empty: tuple[str, ...] = ("", "NA", "."),
    lowest: float | None = None,
) -> pd.Series:
    """Column as float64; the tokens in `empty` are missing, any other text, inf, or value below `lowest` an error.

    With `empty=()` every row must have a number. A token such as "-9" also stands for -9.0.
    """
    raw = frame[column]
    absent = raw.isna()
    if raw.dtype.kind not in "if":
        raw = raw.astype(str).str.strip()
        absent |= raw.isin(empty)
    values = pd.to_numeric(raw.where(~absent), errors="coerce").astype("float64")
    absent |= values.isin([float(token) for token in empty if _NUMBER.fullmatch(token)])
    bad = (values.isna() & ~absent) | np.isinf(values)
    if not empty:
        bad |= absent
    if lowest is not None:
        bad |= (values < lowest) & ~absent
    if bad.any():
        allowed = "a finite number" + (f" of at least {lowest:g}" if lowest is not None else "")
        raise SourceError(
            f"{where}: column {column} must be {allowed}; {int(bad.sum())} rows are not:{head_of(frame[bad])}"
        )
    return values.mask(absent)


def whole_years(frame: pd.DataFrame, column: str, where: Path | str) -> pd.Series:
    """Column as int64 years between 1800 and 2100; anything else is an error that shows the rows."""
    values = numbers(frame, column, where)
    bad = values.isna() | (values % 1 != 0) | ~values.between(1800, 2100)
    if bad.any():
        raise SourceError(
            f"{where}: column {column} must be a year; {int(bad.sum())} rows are not:{head_of(frame[bad])}"
        )
    return values.astype("int64")


def to_iso3(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    scheme: str,
    where: Path | str,
    *,
    also: Mapping[str, str] | None = None,
    excluded: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Turn code columns into ISO3 columns and leave out, counted by name, what is known to be no state.

    Parameters
    ----------
    columns : new column -> column with the source's codes or names.
    scheme : iso3, m49, cow or name (see influence.states.code_map).
    also, excluded : what this source alone calls a state, or holds beside states, with the reason.

    Returns
    -------
    A new table; `attrs["excluded"]` is a list of (code, reason, rows), added to that of `frame`.

    Raises
    ------
    SourceError : a code that is neither a state nor excluded, with its rows.
    """
    fold = normalize_name if scheme == "name" else code_text
    states = {**code_map(scheme), **{fold(k): v for k, v in (also or {}).items()}}
    reasons = {**excluded_codes(scheme), **{fold(k): v for k, v in (excluded or {}).items()}}
    out = frame.copy()
    keep = pd.Series(True, index=frame.index)
    notes: list[tuple[str, str, int]] = list(frame.attrs.get("excluded", []))
    for new, old in columns.items():
        lookup = {code: fold(code) for code in frame[old].unique()}
        for key in lookup.values():
            if key in reasons:
                states.pop(key, None)
        unknown = [code for code, key in lookup.items() if key not in states and key not in reasons]
        if unknown:
            rows = frame[frame[old].isin(unknown)]
            listed = ", ".join(repr(str(c)) for c in unknown[:8])
            raise SourceError(
                f"{where}: column {old} holds {len(unknown)} codes that are neither a state of the panel nor a known "
                f"exclusion: {listed}. Add each to datasets/curated/aliases.csv or excluded.csv.{head_of(rows)}"
            )
        gone = {code for code, key in lookup.items() if key not in states}
        for code in sorted(gone, key=str):
            notes.append((str(code), reasons[lookup[code]], int((frame[old] == code).sum())))
        keep &= ~frame[old].isin(gone)
        out[new] = frame[old].map({code: states.get(key) for code, key in lookup.items()})
    out = out[keep].reset_index(drop=True)
    out.attrs["excluded"] = notes
    return out


def code_text(code: object) -> str:
    """A numeric code as text without leading zeros or '.0'; letters stay as they are."""
    text = str(code).strip().removesuffix(".0")
    return text.lstrip("0") or text[-1:]


def no_doubles(frame: pd.DataFrame, key: list[str], where: Path | str) -> None:
    """Raise SourceError with the rows when `key` is not unique."""
    twice = frame.duplicated(key, keep=False)
    if twice.any():
        rows = frame[twice].sort_values(key)
        raise SourceError(f"{where}: {int(twice.sum())} rows repeat the same {', '.join(key)}:{head_of(rows)}")
