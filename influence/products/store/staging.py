"""One pass over native files: every row typed, its note beside it, into Parquet files in the store's folder for work.

What comes after (checks, sorting) reads those, which is cheap; the native file is read again only to show rows that
break a rule.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import StoreError
from influence.products.store.engine import Engine, literal_path
from influence.products.store.headers import Header, header_of
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
    """An input on its way: digest of its content, and as it is packed; once read, where its rows are, and its years.

    number : its place in the import. faults : note -> rows. key : what stands in the column FILE of its staged rows.
    same : a file before it with the same content, whose rows are not read twice.
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
    """A file an engine can read."""

    file: File
    path: Path
    header: Header


def raw_rows(engine: Engine, paths: Sequence[Path], header: Header, layout: Layout, **more: Any) -> ibis.Table:
    """Text of the columns of the layout, NULL where a cell is empty or an optional column is not there."""
    import ibis

    table = engine.connection.read_csv(
        [literal_path(path) for path in paths],
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
    """Read files that were not yet; of each, its digest, its years and where its rows are.

    known : content's digest -> the file that was read first, over the whole import; added to.

    Raises
    ------
    StoreError, SourceError : not a table of the layout, rows that are no rows (with line), no rows at all.
    """
    todo = [file for file in files if file.staged is None and file.same is None]
    for part in _batches(todo):
        opened = [(file, readable(file, work / f"unpacked-{file.number}.csv", progress)) for file in part]
        for file in part:
            first = known.setdefault(file.sha256, file)
            file.same = first if first is not file else None
        ready = [
            Ready(file, path, header_of(path, file.source.label, layout)) for file, path in opened if file.same is None
        ]
        for _, group in itertools.groupby(sorted(ready, key=_kind), key=_kind):
            _stage_alike(engine, list(group), layout, work)
        for file, path in opened:
            file.years |= file.same.years if file.same else set()
            if file.source.packing != "plain":
                path.unlink()


def _batches(files: Sequence[File]) -> Iterator[Sequence[File]]:
    for start in range(0, len(files), FILES_AT_ONCE):
        yield files[start : start + FILES_AT_ONCE]


def _kind(one: Ready) -> tuple[str, tuple[str, ...]]:
    return one.header.delimiter, one.header.columns


def readable(file: File, to: Path, progress: Progress = lambda _: None) -> Path:
    """The file itself, or its content unpacked to `to`; its digest is known afterwards."""
    if file.source.packing == "plain":
        file.sha256 = file.sha256 or sha256_of(file.source.path)
        return file.source.path
    progress(f"unpacking {file.source.name}")
    file.sha256 = unpack(file.source, to)
    return to


def _stage_alike(engine: Engine, ready: list[Ready], layout: Layout, work: Path) -> None:
    """Files with one header in one go."""
    import ibis

    out = work / f"staged-{len(list(work.glob('staged-*')))}.parquet"
    one = ready[0].path if len(ready) == 1 else None
    more = {} if one else {"filename": FILE}
    raw = raw_rows(
        engine, [r.path for r in ready], ready[0].header, layout,
        store_rejects=True, rejects_limit=MOST_REJECTS, **more,
    )  # fmt: skip
    staged = layout.staged(raw)
    # Of a single file the name is known; a column of names would cost as much as a column of numbers.
    named = staged.select(*STAGED, **{FILE: staged[FILE] if one is None else ibis.literal(os.path.abspath(one))})
    engine.connection.to_parquet(named, out, compression="snappy")
    _refuse_rejects(engine, ready)
    table = engine.connection.read_parquet(literal_path(out), hive_partitioning=False)
    counted = table.group_by([FILE, "year", "note"]).aggregate(rows=table.count()).execute()
    _take_years(ready, counted.itertuples(index=False), out)


def _refuse_rejects(engine: Engine, ready: Sequence[Ready]) -> None:
    """Raise where a row was no row: too few or too many cells, an open quote, not UTF-8."""
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
    shown = "".join(f"\n  line {line}: {told}" for line, told in list(lines.items())[:5])
    more = f"\n  … and {len(lines) - 5} more" if len(lines) > 5 else ""
    raise StoreError(f"{label} has rows that do not fit its header, or are no UTF-8 text:{shown}{more}")


def _take_years(ready: Sequence[Ready], counted: Iterable[Any], out: Path) -> None:
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
