"""The files of an import: flows, packed or not, and the lists of codes of the release."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from influence.errors import StoreError
from influence.products.store.layouts import REVISIONS, Layout
from influence.sources.reading import DAMAGED, damaged

COUNTRIES = re.compile(r"country_codes.*\.csv", re.IGNORECASE)
PRODUCTS = re.compile(r"product_codes.*\.csv", re.IGNORECASE)
_YEAR = re.compile(r"_Y([0-9]{4})(?![0-9])")
_REVISION = re.compile(r"_(HS[0-9]{2})(?![0-9])", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Input:
    """One file: `path`, or the file `member` of the archive at `path`; `packing` is plain, gzip or zip."""

    path: Path
    member: str = ""
    packing: str = "plain"

    @property
    def name(self) -> str:
        """Its name without folders, which contains the year and the revision."""
        return PurePosixPath(self.member.replace("\\", "/")).name if self.member else self.path.name

    @property
    def label(self) -> str:
        """Its name in messages."""
        return f"{self.path} ({self.member})" if self.member else str(self.path)

    @property
    def year(self) -> int | None:
        """The year in its name, such as BACI_HS92_Y2020_V202401b.csv; None: none."""
        found = _YEAR.search(self.name)
        return int(found[1]) if found else None

    @property
    def revision(self) -> str | None:
        """The revision in its name, HS92 to HS22; None: none.

        Raises
        ------
        StoreError : a revision that does not exist.
        """
        found = _REVISION.search(self.name)
        if found and found[1].upper() not in REVISIONS:
            raise StoreError(
                f"{self.label}: its name contains {found[1]}, which is no revision of the Harmonized System; allowed: "
                f"{', '.join(REVISIONS)}."
            )
        return found[1].upper() if found else None


@dataclass
class Inputs:
    """Files of flows, lists of countries and of products, and the files that were skipped."""

    flows: list[Input] = field(default_factory=list)
    countries: list[Input] = field(default_factory=list)
    products: list[Input] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def find_inputs(paths: Sequence[Path], layout: Layout) -> Inputs:
    """Find the files to import.

    Parameters
    ----------
    paths : files, or folders and archives, of which the files that match the layout are taken.

    Returns
    -------
    Inputs : in order of the names.

    Raises
    ------
    StoreError : a path that does not exist or is not a file, an archive that is damaged or needs a password, or no file
        of flows.
    SourceError : a damaged archive.
    """
    found = Inputs()
    seen: set[tuple[Path, str]] = set()
    for one in _expand(paths, layout, found):
        key = (one.path.resolve(), one.member)
        if key in seen:
            continue
        seen.add(key)
        kind = found.flows
        if COUNTRIES.fullmatch(one.name):
            kind = found.countries
        elif PRODUCTS.fullmatch(one.name):
            kind = found.products
        kind.append(one)
    if not found.flows:
        where = ", ".join(map(str, paths[:3]))
        skipped = f" Skipped: {', '.join(found.skipped[:5])}." if found.skipped else ""
        raise StoreError(f"{where}: no file of flows of {layout.title} found.{skipped}")
    found.flows.sort(key=lambda one: (one.name, one.label))
    return found


def _expand(paths: Iterable[Path], layout: Layout, found: Inputs) -> Iterator[Input]:
    for path in paths:
        if path.is_dir():
            for inside in sorted(path.iterdir(), key=lambda p: p.name):
                if inside.is_dir() or inside.name.startswith("."):
                    continue
                if inside.suffix.lower() == ".zip":
                    yield from _members(inside, layout, found)
                elif _wanted(inside.name, layout):
                    yield Input(inside, packing=_packing(inside))
                else:
                    found.skipped.append(str(inside))
        elif _packing(path) == "zip":
            yield from _members(path, layout, found)
        else:
            yield Input(path, packing=_packing(path))


def _wanted(name: str, layout: Layout) -> bool:
    return bool(layout.pattern.fullmatch(name) or COUNTRIES.fullmatch(name) or PRODUCTS.fullmatch(name))


def _packing(path: Path) -> str:
    """plain, gzip or zip, by the first bytes."""
    if not path.exists():
        raise StoreError(f"there is no file or folder {path}.")
    if not path.is_file():
        raise StoreError(f"{path} is neither a file nor a folder.")
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
    except OSError as err:
        raise StoreError(f"{path} cannot be read: {err.strerror or err}.") from err
    if start[:2] == b"\x1f\x8b":
        return "gzip"
    return "zip" if start in (b"PK\x03\x04", b"PK\x05\x06") else "plain"


def _members(path: Path, layout: Layout, found: Inputs) -> Iterator[Input]:
    if _packing(path) != "zip":
        raise StoreError(f"{path} has the name of a zip archive and is not one; download it again.")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except DAMAGED as err:
        raise damaged(path, err) from err
    names = [entry.filename for entry in entries]
    if twice := sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []:
        raise StoreError(f"{path} holds {twice[0]} twice; unpack it and give the right one.")
    for entry in sorted(entries, key=lambda e: e.filename):
        one = Input(path, entry.filename, "zip")
        if one.name.startswith("._") or one.name.lower().endswith(".gz") or not _wanted(one.name, layout):
            found.skipped.append(one.label)
        elif entry.flag_bits & 1:
            raise StoreError(f"{one.label} needs a password; unpack it and give the file.")
        else:
            yield one
