"""Native files of flows by product into a store: a year at a time, resumed where it stopped, nothing twice."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from influence.errors import InfluenceError, StoreError
from influence.products.store.catalogue import CARD, StoreInfo, open_card, read_store_info, refuse_mixture
from influence.products.store.checking import examine
from influence.products.store.engine import Engine, engine_of
from influence.products.store.inputs import inputs_of
from influence.products.store.layouts import REVISIONS, Layout
from influence.products.store.locking import sole_writer
from influence.products.store.native import layout_of
from influence.products.store.release import Release, release_of, revision_of
from influence.products.store.resuming import identify, refuse_change, unchanged
from influence.products.store.showing import refuse_faults, refuse_other_years
from influence.products.store.staging import File, stage
from influence.products.store.years import write_year

MEMORY, THREADS = "256MB", 2
"""What DuckDB may hold; the rest is spilled to the folder for work. The process as a whole stays near 600 MB."""
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
SAYS_FULL = ("No space left", "File too large", "Disk quota", "max_temp_directory_size", "Could not write")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Imported:
    """What an import did: the store as it is now, the years written and those that were there already, unchanged."""

    store: StoreInfo
    written: Sequence[int]
    kept: Sequence[int]
    skipped: Sequence[str]


@dataclass
class _Record:
    """Years this import is to bring in, and those that are in."""

    asked: set[int] = field(default_factory=set)
    written: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)


def import_files(
    paths: Sequence[Path],
    store: Path,
    *,
    layout: str = "baci",
    flow: str | None = None,
    revision: str | None = None,
    codes: Path | None = None,
    replace: bool = False,
    exclude_unlisted: bool = False,
    progress: Progress = lambda _: None,
) -> Imported:
    """Bring native files into the store at `store`, made where it is absent; the same files give the same bytes.

    A year is in the store whole or not at all; one that is there, from the same files, is left alone. All files of a
    call that hold a year make it up.

    Parameters
    ----------
    paths : files (CSV, gzip, zip) or folders of them; the release's country_codes and product_codes may be among them.
    layout, flow : baci, or comtrade and whose report is taken: imports (default) or exports.
    revision : of the Harmonized System, HS92 to HS22; None: as the names or the rows say.
    codes : the release's file of country codes; None: that among the paths, if any.
    replace : years that are there are written anew.
    exclude_unlisted : products that the release's list lacks are left out and counted, not an error.

    Raises
    ------
    StoreError, SourceError, OutputError : bad input (with file and rows), another import at work, a full disk; the
        store stays whole, and which years are in and which are missing is told.
    ExtraError : without DuckDB.
    """
    chosen = layout_of(layout, flow)
    if revision is not None and revision not in REVISIONS:
        raise StoreError(f"revision {revision!r} is not known; allowed: {', '.join(REVISIONS)}.")
    inputs = inputs_of(paths, chosen)
    revision = revision_of(inputs, revision, chosen)
    record = _Record()
    with sole_writer(store) as work, _reporting_state(store, record):
        refuse_mixture(store, chosen, revision)
        release = release_of(inputs, codes, revision, work, exclude_unlisted)
        files = [File(source, number) for number, source in enumerate(inputs.flows)]
        with engine_of(memory=MEMORY, threads=THREADS, spill=work / "spill") as engine:
            _Import(engine, store, work, chosen, release, replace, progress, record, files).run()
    same = [f"{f.source.label} (the same as {f.same.source.label})" for f in files if f.same is not None]
    return Imported(read_store_info(store), sorted(record.written), sorted(record.kept), [*inputs.skipped, *same])


@dataclass
class _Import:
    """What every step of one import needs."""

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
        """Years in order; files that do not say their year in their name are read first."""
        cards, files = self._cards(), self.files
        self.progress(f"looking at {len(files)} files" if len(files) > 1 else f"looking at {files[0].source.name}")
        for file in files:
            identify(file, cards)
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
        there = self._cards().get(year)
        if there is not None and not self.replace:
            if unchanged(files, there, self.work, self.progress):
                self.progress(f"{year} is there already, unchanged")
                self.record.kept.append(year)
                return
            refuse_change(self.store, year, files, there)
        self.progress(f"reading {year}")
        self._stage(files)
        once = [file for file in files if file.same is None]
        self.progress(f"checking {year}")
        found = examine(self.engine, once, year, self.layout, self.release, self.work)
        if found.revision is None:
            raise StoreError(
                f"{files[0].source.label}: neither its name nor its rows say which revision of the Harmonized System "
                f"it is in; add --revision, one of {', '.join(REVISIONS)}."
            )
        open_card(self.store, self.layout, found.revision)
        self.progress(f"sorting and writing {year}, {found.rows:,} flows")
        write_year(self.engine, found, self.layout, self.store, self.work)
        self.record.written.append(year)
        self._drop(year)

    def _stage(self, files: Sequence[File]) -> None:
        stage(self.engine, files, self.layout, self.work, known=self.known, progress=self.progress)
        for file in files:
            refuse_faults(self.engine, file, self.layout, self.work)
            refuse_other_years(self.engine, file, self.layout, self.work)

    def _drop(self, year: int) -> None:
        """Staged rows are removed once all years of all files in them are in."""
        for path in {file.staged for file in self.files if file.staged is not None}:
            if all(max(file.years) <= year for file in self.files if file.staged == path):
                path.unlink(missing_ok=True)


@contextmanager
def _reporting_state(store: Path, record: _Record) -> Iterator[None]:
    """Whatever stops an import says which years are in the store and which are missing."""
    try:
        yield
    except InfluenceError as err:
        if any(sign in str(err) for sign in SAYS_FULL):
            raise StoreError(f"the disk of {store} is full ({err}).{_state_of(store, record)}") from err
        raise type(err)(f"{err}{_state_of(store, record)}") from err
    except OSError as err:
        what = f"the disk of {store} is full" if err.errno in FULL else f"{err.filename or store} cannot be used"
        raise StoreError(f"{what} ({err.strerror or err}).{_state_of(store, record)}") from err


def _state_of(store: Path, record: _Record) -> str:
    done = sorted({*record.written, *record.kept})
    missing = sorted(record.asked - set(done))
    if not record.asked:
        return ""
    return (
        f"\n  The store {store} is whole and holds of these years: {_listed(done)}; missing: {_listed(missing)}. "
        "Once that is mended, the same command goes on from there."
    )


def _listed(years: Sequence[int]) -> str:
    return ", ".join(map(str, years)) if years else "none"
