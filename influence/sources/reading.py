"""Read and check raw files, and map a source's codes to ISO3.

Every reader of this package returns a tidy table whose states are ISO3 codes of the panel. Known codes that are not a
state (World, Euro area, Czechoslovakia) are left out and counted in `frame.attrs["excluded"]`; an unknown code is an
error that shows the rows.
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
from influence.states import bundled_registry, normalize_name

_NUMBER = re.compile(r"-?\d+(\.\d+)?")

MOST_BYTES = 4_000_000_000
"""A compressed file that unpacks to more than this is refused before it fills the memory."""

DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)
"""What the unpackers raise for a truncated or damaged file."""


def read_bytes(path: Path | str, member: str | None = None) -> bytes:
    """Content of a file, unpacked where its first bytes are those of gzip or zip.

    Parameters
    ----------
    member : pattern of the one file to take from a zip; None leaves a zip packed.

    Raises
    ------
    SourceError : absent, a folder, truncated, damaged, or larger than MOST_BYTES when unpacked.
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
        raise SourceError(f"{path} unpacks to more than {MOST_BYTES:,} bytes; no file of this source is so large.")
    return content


def _from_zip(raw: bytes, path: Path, member: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        found = sorted(n for n in archive.namelist() if Path(n).match(member))
        if not found:
            raise SourceError(f"{path} holds no file {member!r}; it holds: {', '.join(archive.namelist()[:8])}.")
        if len(found) > 1:
            raise SourceError(f"{path} holds several files {member!r}: {', '.join(found[:8])}; unpack it and give one.")
        if archive.getinfo(found[0]).file_size > MOST_BYTES:
            raise SourceError(f"{path} unpacks to more than {MOST_BYTES:,} bytes; no file of this source is so large.")
        return archive.read(found[0])


def read_table(
    path: Path | str, columns: Iterable[str], *, text: Iterable[str] = (), member: str = "*.csv", skip: int = 0,
    usecols: Iterable[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """A delimited file as a table.

    Parameters
    ----------
    columns : columns that the file must have.
    text : columns that stay text ('NA' is Namibia); the types of the others are inferred.
    member : pattern of the file in a zip. skip : lines above the header. usecols : columns to keep; all by default.

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
    check_columns(frame.columns, columns, path)
    _check_rows(frame, path)
    return frame


def check_columns(present: Iterable[object], wanted: Iterable[str], path: Path | str) -> None:
    """Raise SourceError when one of the `wanted` columns is not among those `present`."""
    names = [str(name) for name in present]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise SourceError(f"{path} lacks column {', '.join(missing)}; it has: {', '.join(names[:12])}.")


def _check_rows(frame: pd.DataFrame, path: Path | str) -> None:
    """Raise SourceError when rows are longer than the header, or there is no row at all."""
    if frame.empty:
        raise SourceError(f"{path} has no rows.")
    if not isinstance(frame.index, pd.RangeIndex):
        # pandas takes the surplus cells for row labels and shifts every value one column to the left.
        raise SourceError(f"{path} has rows with more cells than its header has names:{head_of(frame)}")


def numbers(
    frame: pd.DataFrame, column: str, where: Path | str, *, empty: tuple[str, ...] = ("", "NA", "."),
    lowest: float | None = None,
) -> pd.Series:  # fmt: skip
    """A column as float64, NaN where missing.

    Parameters
    ----------
    where : name of the file, for messages.
    empty : texts that mean missing; with () every row must have a number. "-9" also means the number -9.0.
    lowest : smallest value allowed; None for any.

    Raises
    ------
    SourceError : another text, an infinite value or one below `lowest`; the rows are shown.
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
    allowed = "a finite number" + (f" of at least {lowest:g}" if lowest is not None else "")
    require(frame, ~bad, where, f"column {column} must be {allowed}")
    return values.mask(absent)


def whole_years(frame: pd.DataFrame, column: str, where: Path | str) -> pd.Series:
    """A column as int64 years between 1800 and 2100.

    Raises
    ------
    SourceError : anything else; the rows are shown.
    """
    values = numbers(frame, column, where)
    good = (values % 1 == 0) & values.between(1800, 2100)
    require(frame, good, where, f"column {column} must be a year")
    return values.astype("int64")


def booleans(frame: pd.DataFrame, column: str, where: Path | str) -> pd.Series:
    """A column of 0 and 1 as bool.

    Raises
    ------
    SourceError : anything else, a blank too; the rows are shown.
    """
    values = numbers(frame, column, where)
    require(frame, values.isin([0.0, 1.0]), where, f"column {column} must be 0 or 1")
    return values == 1.0


def read_flows(path: Path | str) -> pd.DataFrame:
    """A file with exporter, importer, year and value_usd: its codes as text, year and export_usd as numbers.

    Raises
    ------
    SourceError : as read_table; a blank, infinite or negative value, or no year.
    """
    frame = read_table(path, ["exporter", "importer", "year", "value_usd"], text=["exporter", "importer"])
    frame["year"] = whole_years(frame, "year", path)
    frame["export_usd"] = numbers(frame, "value_usd", path, empty=(), lowest=0)
    return frame


def to_iso3(
    frame: pd.DataFrame, columns: Mapping[str, str], scheme: str, where: Path | str, *,
    also: Mapping[str, str] | None = None, excluded: Mapping[str, str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Map columns of codes to columns of ISO3 codes; rows of known codes that are not a state are left out and counted.

    Parameters
    ----------
    columns : new column -> column with the source's codes or names.
    scheme : iso3, m49, cow or name (see influence.states.code_map).
    also : further codes of this source, to ISO3. excluded : codes of this source that are not a state, to the reason.

    Returns
    -------
    A new table; `attrs["excluded"]` is a list of (code, reason, rows), added to that of `frame`.

    Raises
    ------
    SourceError : a code that is neither a state nor excluded; the rows are shown.
    """
    fold = normalize_name if scheme == "name" else code_text
    states = {**bundled_registry().code_map(scheme), **{fold(k): v for k, v in (also or {}).items()}}
    reasons = {**bundled_registry().excluded_codes(scheme), **{fold(k): v for k, v in (excluded or {}).items()}}
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


def require(frame: pd.DataFrame, good: pd.Series, where: Path | str, rule: str) -> None:
    """Raise SourceError with the rows of `frame` that are not `good` (bool by row): "WHERE: RULE; N rows are not"."""
    refuse(frame, ~good, f"{where}: {rule};", "rows are not")


def refuse(frame: pd.DataFrame, bad: pd.Series, where: Path | str, fault: str) -> None:
    """Raise SourceError with the rows of `frame` that are `bad` (bool by row): "WHERE N FAULT"."""
    if bad.any():
        raise SourceError(f"{where} {int(bad.sum())} {fault}:{head_of(frame[bad.to_numpy()])}")


def check_unique(frame: pd.DataFrame, key: list[str], where: Path | str) -> None:
    """Raise SourceError with the rows when `key` is not unique."""
    repeated = frame[frame.duplicated(key, keep=False)].sort_values(key)
    refuse(repeated, pd.Series(True, index=repeated.index), f"{where}:", f"rows repeat the same {', '.join(key)}")


def check_pairs(frame: pd.DataFrame, one: str, other: str, where: Path | str, what: str) -> None:
    """Raise SourceError with the rows in which a state is paired with itself; `what` names them."""
    refuse(frame, frame[one] == frame[other], f"{where}:", f"rows are {what}")


def tidy(frame: pd.DataFrame, key: list[str], columns: Iterable[str], where: Path | str) -> pd.DataFrame:
    """The key and `columns` of a table, sorted by the key; its attrs are kept.

    Raises
    ------
    SourceError : the key is not unique.
    """
    check_unique(frame, key, where)
    return frame[[*key, *columns]].sort_values(key, ignore_index=True)
