"""Import native files of flows by product into a store: year by year; a stopped import resumes where it stopped."""

from __future__ import annotations

import errno
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from influence.errors import InfluenceError, StoreError
from influence.products.store.catalogue import CARD, StoreInfo, check_same_kind, read_store_info, write_store_card
from influence.products.store.checking import check_year
from influence.products.store.engine import open_engine
from influence.products.store.engine_base import Engine
from influence.products.store.inputs import Input, find_inputs
from influence.products.store.layouts import REVISIONS, Layout
from influence.products.store.locking import lock_store
from influence.products.store.native import find_layout
from influence.products.store.release import Release, find_revision, read_release
from influence.products.store.showing import refuse_faults, refuse_other_years
from influence.products.store.staging import File, stage
from influence.products.store.unpacking import sha256_of, unpack
from influence.products.store.years import write_year

MEMORY, THREADS = "256MB", 2
"""For DuckDB; it spills the rest to the temporary folder. The whole process stays near 600 MB."""
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
FULL_MESSAGES = ("No space left", "File too large", "Disk quota", "max_temp_directory_size", "Could not write")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Imported:
    """Result of an import.

    Attributes
    ----------
    store : the store after it.
    written, kept : years that were written, and years that were in the store already, from the same files.
    skipped : files that were not read.
    """

    store: StoreInfo
    written: Sequence[int]
    kept: Sequence[int]
    skipped: Sequence[str]


@dataclass
class _Record:
    """Years that this import is to bring in, those it wrote, and those it kept."""

    asked: set[int] = field(default_factory=set)
    written: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)


def import_files(
    paths: Sequence[Path], store: Path, *, layout: str = "baci", flow: str | None = None, revision: str | None = None,
    codes: Path | None = None, replace: bool = False, exclude_unlisted: bool = False,
    progress: Progress = lambda _: None,
) -> Imported:  # fmt: skip
    """Import native files into a store; the same files give the same bytes.

    A year is in the store completely or not at all. A year that is in it already, from the same files, is kept. All
    files of a call that have rows of a year make up that year.

    Parameters
    ----------
    paths : files (CSV, gzip, zip) or folders of them; the country_codes and product_codes of the release may be among
        them.
    store : folder of the store; it is made where it is missing.
    layout : baci or comtrade.
    flow : whose report is taken, imports (default) or exports; only with comtrade.
    revision : of the Harmonized System, HS92 to HS22; None: as in the names or the rows.
    codes : the release's file of country codes; None: the one among the paths, if any.
    replace : write again the years that are in the store.
    exclude_unlisted : leave out and count products that the release's list lacks, instead of raising an error.
    progress : called with each step.

    Returns
    -------
    Imported

    Raises
    ------
    StoreError, SourceError, OutputError : bad input (with file and rows), another import at work, a full disk; the
        store remains complete, and the message lists the years that are in it and those that are missing.
    ExtraError : DuckDB is not installed.
    """
    chosen = find_layout(layout, flow)
    if revision is not None and revision not in REVISIONS:
        raise StoreError(f"revision {revision!r} is not known; allowed: {', '.join(REVISIONS)}.")
    inputs = find_inputs(paths, chosen)
    revision = find_revision(inputs, revision, chosen)
    record = _Record()
    with lock_store(store) as work, _reporting_state(store, record):
        check_same_kind(store, chosen, revision)
        release = read_release(inputs, codes, revision, work, exclude_unlisted=exclude_unlisted)
        files = [File(source, number) for number, source in enumerate(inputs.flows)]
        with open_engine(memory=MEMORY, threads=THREADS, spill=work / "spill") as engine:
            _Import(engine, store, work, chosen, release, replace, progress, record, files).run()
    same = [f"{f.source.label} (the same as {f.same.source.label})" for f in files if f.same is not None]
    return Imported(read_store_info(store), sorted(record.written), sorted(record.kept), [*inputs.skipped, *same])


@dataclass
class _Import:
    """One import and what its steps share."""

    engine: Engine
    store: Path
    work: Path
    layout: Layout
    release: Release
    replace: bool
    progress: Progress
    record: _Record
    files: Sequence[File]
    known: dict[str, File] = field(default_factory=dict)

    def run(self) -> None:
        """Import the years in order; files without a year in their name are read first."""
        cards, files = self._cards(), self.files
        self.progress(f"looking at {len(files)} files" if len(files) > 1 else f"looking at {files[0].source.name}")
        for file in files:
            _identify(file, cards)
        unknown = [file for file in files if not file.years and file.source.year is None]
        self._stage(unknown)
        for file in files:
            file.years |= {file.source.year} if file.source.year is not None else set()
        years = sorted({year for file in files for year in file.years})
        self.record.asked = set(years)
        for year in years:
            self._bring(year, [file for file in files if year in file.years])

    def _cards(self) -> Mapping[int, Mapping[str, Any]]:
        return read_store_info(self.store).origins if (self.store / CARD).exists() else {}

    def _bring(self, year: int, files: Sequence[File]) -> None:
        origin = self._cards().get(year)
        if origin is not None and not self.replace:
            if not self._is_unchanged(files, origin):
                _refuse_change(self.store, year, files, origin)
            self.progress(f"{year} is in the store already, unchanged")
            self.record.kept.append(year)
            return
        self.progress(f"reading {year}")
        self._stage(files)
        once = [file for file in files if file.same is None]
        self.progress(f"checking {year}")
        found = check_year(self.engine, once, year, self.layout, self.release, self.work)
        if found.revision is None:
            raise StoreError(
                f"{files[0].source.label}: neither its name nor its rows give the revision of the Harmonized "
                f"System; add --revision, one of {', '.join(REVISIONS)}."
            )
        write_store_card(self.store, self.layout, found.revision)
        self.progress(f"sorting and writing {year}, {found.rows:,} flows")
        write_year(self.engine, found, self.layout, self.store, self.work)
        self.record.written.append(year)
        self._drop(year)

    def _is_unchanged(self, files: Sequence[File], origin: Mapping[str, Any]) -> bool:
        """Whether the year in the store was made from the content of exactly these files."""
        for file in files:
            if not file.sha256:
                self.progress(f"unpacking {file.source.name}")
                path = self.work / f"unpacked-{file.number}.csv"
                file.sha256 = unpack(file.source, path)
                path.unlink()
        return {file.sha256 for file in files} == {card["sha256"] for card in origin["files"]}

    def _stage(self, files: Sequence[File]) -> None:
        stage(self.engine, files, self.layout, self.work, known=self.known, progress=self.progress)
        for file in files:
            refuse_faults(self.engine, file, self.layout, self.work)
            refuse_other_years(self.engine, file, self.layout, self.work)

    def _drop(self, year: int) -> None:
        """Remove staged rows once all years of all files in them are in the store."""
        for path in {file.staged for file in self.files if file.staged is not None}:
            if all(max(file.years) <= year for file in self.files if file.staged == path):
                path.unlink(missing_ok=True)


def _identify(file: File, cards: Mapping[int, Mapping[str, Any]]) -> None:
    """Set the checksum of a file; if the store knows the file, also that of its content and its years."""
    is_packed = file.source.packing != "plain"
    checksum = _packed_checksum(file.source)
    file.packed, file.sha256 = (checksum, "") if is_packed else ("", checksum)
    key = "packed" if is_packed else "sha256"
    for card in (card for origin in cards.values() for card in origin["files"]):
        if card.get(key) == checksum and (not is_packed or card["member"] == file.source.member):
            file.sha256, file.years = card["sha256"], set(card["years"])
            return


def _packed_checksum(source: Input) -> str:
    """SHA-256 of the file; for a member of an archive, size and checksum in the directory of the archive."""
    if source.packing != "zip":
        return sha256_of(source.path)
    with zipfile.ZipFile(source.path) as archive:
        entry = archive.getinfo(source.member)
    return f"zip:{entry.CRC:08x}:{entry.file_size}:{entry.compress_size}"


def _refuse_change(store: Path, year: int, files: Sequence[File], origin: Mapping[str, Any]) -> NoReturn:
    old = ", ".join(" ".join(filter(None, (card["name"], card["member"]))) for card in origin["files"][:3])
    new = ", ".join(file.source.label for file in files[:3])
    raise StoreError(
        f"{store} has {year} already, from other content ({len(origin['files'])} files: {old}) than is given "
        f"({len(files)}: {new}). Add --replace to write it again from all files given, or leave the year out."
    )


@contextmanager
def _reporting_state(store: Path, record: _Record) -> Iterator[None]:
    """Add to every error the years that are in the store and those that are missing."""
    try:
        yield
    except InfluenceError as err:
        if any(text in str(err) for text in FULL_MESSAGES):
            raise StoreError(f"the disk of {store} is full ({err}).{_describe_state(store, record)}") from err
        raise type(err)(f"{err}{_describe_state(store, record)}") from err
    except OSError as err:
        fault = f"the disk of {store} is full" if err.errno in FULL else f"{err.filename or store} cannot be used"
        raise StoreError(f"{fault} ({err.strerror or err}).{_describe_state(store, record)}") from err


def _describe_state(store: Path, record: _Record) -> str:
    if not record.asked:
        return ""
    done = sorted({*record.written, *record.kept})
    missing = sorted(record.asked - set(done))
    return (
        f"\n  The store {store} is intact and has of these years: {_list_years(done)}; missing: "
        f"{_list_years(missing)}. When the fault is corrected, the same command resumes there."
    )


def _list_years(years: Sequence[int]) -> str:
    return ", ".join(map(str, years)) if years else "none"
