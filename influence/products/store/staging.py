"""One pass over native files: every row with its types and its note, into Parquet files in a temporary folder.

The checks and the sorting read those files, which is cheap; the native file is read again only to show faulty rows.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import StoreError
from influence.products.store.duckdb_engine import escape_path
from influence.products.store.engine_base import Engine
from influence.products.store.headers import Header, read_header
from influence.products.store.inputs import Input
from influence.products.store.layouts import FAULTS, STAGED, Layout
from influence.products.store.unpacking import sha256_of, unpack

if TYPE_CHECKING:
    import ibis

FILES_AT_ONCE = 250
FILE = "file"
MOST_REJECTS = 1000
Progress = Callable[[str], None]


@dataclass
class File:
    """A file during its import.

    Attributes
    ----------
    source : the input.
    number : its place in the import.
    packed, sha256 : checksums of the packed file and of its content; empty while unknown.
    staged, key : where its rows are once it has been read, and the value of the column FILE in them.
    same : an earlier file with the same content, so that the rows are read once.
    years : of its rows, or, before it is read, as known from the store.
    faults : note -> number of rows.
    """

    source: Input
    number: int = 0
    packed: str = ""
    sha256: str = ""
    staged: Path | None = None
    key: str = ""
    same: File | None = None
    years: set[int] = field(default_factory=set)
    faults: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ready:
    """A file that is not packed, or was unpacked to `path`."""

    file: File
    path: Path
    header: Header


def raw_rows(engine: Engine, paths: Sequence[Path], header: Header, layout: Layout, **more: Any) -> ibis.Table:
    """Read the columns of the layout as text; NULL for an empty cell or an absent optional column.

    Parameters
    ----------
    paths : files with the same header.
    more : options of DuckDB's reader.
    """
    import ibis

    table = engine.connection.read_csv(
        [escape_path(path) for path in paths],
        columns=dict.fromkeys(header.columns, "VARCHAR"),
        header=True, auto_detect=False, delim=header.delimiter, quote='"', escape='"', nullstr="",
        hive_partitioning=False, **more,
    )  # fmt: skip
    absent = {column: ibis.null("string") for column in layout.columns if column not in header.columns}
    kept = [name for name in table.columns if name in layout.columns or name == FILE]
    return table.select(*kept).mutate(**absent) if absent else table.select(*kept)


def stage(
    engine: Engine, files: Sequence[File], layout: Layout, work: Path, *, known: dict[str, File], progress: Progress
) -> None:
    """Read the files that have not been read; each gets its checksum, its years and the place of its rows.

    Parameters
    ----------
    work : folder for the staged rows.
    known : checksum of the content -> the first file with it, for the whole import; this function adds to it.

    Raises
    ------
    StoreError, SourceError : not a table of the layout, rows that cannot be parsed (with line), no rows.
    """
    todo = [file for file in files if file.staged is None and file.same is None]
    for start in range(0, len(todo), FILES_AT_ONCE):
        part = todo[start : start + FILES_AT_ONCE]
        opened = [(file, make_readable(file, work / f"unpacked-{file.number}.csv", progress)) for file in part]
        for file in part:
            first = known.setdefault(file.sha256, file)
            file.same = first if first is not file else None
        once = [(file, path) for file, path in opened if file.same is None]
        ready = [Ready(file, path, read_header(path, file.source.label, layout)) for file, path in once]
        for _, group in itertools.groupby(sorted(ready, key=_header_key), key=_header_key):
            _stage_same_header(engine, list(group), layout, work)
        for file, path in opened:
            file.years |= file.same.years if file.same else set()
            if file.source.packing != "plain":
                path.unlink()


def _header_key(one: Ready) -> tuple[str, tuple[str, ...]]:
    return one.header.delimiter, one.header.columns


def make_readable(file: File, to: Path, progress: Progress = lambda _: None) -> Path:
    """Path of the file, or of its content unpacked to `to`; sets the checksum of the content."""
    if file.source.packing == "plain":
        file.sha256 = file.sha256 or sha256_of(file.source.path)
        return file.source.path
    progress(f"unpacking {file.source.name}")
    file.sha256 = unpack(file.source, to)
    return to


def _stage_same_header(engine: Engine, ready: list[Ready], layout: Layout, work: Path) -> None:
    """Read files with the same header in one pass."""
    import ibis

    out = work / f"staged-{len(list(work.glob('staged-*')))}.parquet"
    one = ready[0].path if len(ready) == 1 else None
    more = {} if one else {"filename": FILE}
    raw = raw_rows(
        engine, [r.path for r in ready], ready[0].header, layout,
        store_rejects=True, rejects_limit=MOST_REJECTS, **more,
    )  # fmt: skip
    staged = layout.staged(raw)
    # The name of a single file is known; a column of names would cost as much as a column of numbers.
    named = staged.select(*STAGED, **{FILE: staged[FILE] if one is None else ibis.literal(os.path.abspath(one))})
    engine.connection.to_parquet(named, out, compression="snappy")
    _refuse_rejects(engine, ready)
    table = engine.connection.read_parquet(escape_path(out), hive_partitioning=False)
    counted = table.group_by([FILE, "year", "note"]).aggregate(rows=table.count()).execute()
    _assign_rows(ready, counted.itertuples(index=False), out)


def _refuse_rejects(engine: Engine, ready: Sequence[Ready]) -> None:
    """Raise where a row cannot be parsed: too few or too many cells, an open quote, not UTF-8."""
    rejected = engine.connection.raw_sql(
        "SELECT DISTINCT file_path, line, error_message FROM reject_errors JOIN reject_scans USING (scan_id, file_id) "
        "ORDER BY line LIMIT 200"
    ).fetchall()
    if not rejected:
        return
    path = rejected[0][0]
    label = next((r.file.source.label for r in ready if os.path.abspath(r.path) == path), path)
    lines: dict[int, str] = {}
    for where, line, message in rejected:
        if where == path:
            lines.setdefault(int(line), " ".join(str(message).split())[:160])
    shown = "".join(f"\n  line {line}: {reason}" for line, reason in list(lines.items())[:5])
    more = f"\n  … and {len(lines) - 5} more" if len(lines) > 5 else ""
    raise StoreError(f"{label} has rows that do not fit its header, or are not UTF-8 text:{shown}{more}")


def _assign_rows(ready: Sequence[Ready], counted: Iterable[Any], out: Path) -> None:
    """Set the years, the faults and the staged rows of each file."""
    by_path = {os.path.abspath(one.path): one.file for one in ready}
    for key, year, note, rows in counted:
        file = by_path[key]
        file.staged, file.key = out, key
        if note in FAULTS:
            file.faults[int(note)] = file.faults.get(int(note), 0) + int(rows)
        else:
            file.years.add(int(year))
    if empty := [one.file.source.label for one in ready if one.file.staged is None]:
        raise StoreError(f"{empty[0]} has no rows.")
