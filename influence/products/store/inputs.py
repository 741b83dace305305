"""What the paths of an import name: files of flows, packed or not, and the release's lists of codes beside them."""

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
    """One file of rows: `path`, or the file `member` of the archive at `path`."""

    path: Path
    member: str = ""
    packing: str = "plain"

    @property
    def name(self) -> str:
        """Its own name, without folders: what says year and revision."""
        return PurePosixPath(self.member.replace("\\", "/")).name if self.member else self.path.name

    @property
    def label(self) -> str:
        """How an error names it."""
        return f"{self.path} ({self.member})" if self.member else str(self.path)

    @property
    def year(self) -> int | None:
        """The year its name says: BACI_HS92_Y2020_V202401b.csv."""
        found = _YEAR.search(self.name)
        return int(found[1]) if found else None

    @property
    def revision(self) -> str | None:
        """The revision its name says, HS92 to HS22.

        Raises
        ------
        StoreError : it says one that does not exist.
        """
        found = _REVISION.search(self.name)
        if found and found[1].upper() not in REVISIONS:
            told = f"{self.label}: its name says {found[1]}, which is no revision of the Harmonized System"
            raise StoreError(f"{told}; there are {', '.join(REVISIONS)}.")
        return found[1].upper() if found else None


@dataclass
class Inputs:
    """What was found: files of flows, lists of countries and of products, and what was left aside."""

    flows: list[Input] = field(default_factory=list)
    countries: list[Input] = field(default_factory=list)
    products: list[Input] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def inputs_of(paths: Sequence[Path], layout: Layout) -> Inputs:
    """The files that the paths name, in order of name; a folder or an archive gives those that match the layout.

    Raises
    ------
    StoreError : nothing there, not a file, an archive that is damaged or locked by a password, no file of flows.
    """
    found = Inputs()
    seen: set[tuple[Path, str]] = set()
    for one in _all_of(paths, layout, found):
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
        told = f" Left aside: {', '.join(found.skipped[:5])}." if found.skipped else ""
        raise StoreError(f"{where}: no file of flows of {layout.title} is there.{told}")
    found.flows.sort(key=lambda one: (one.name, one.label))
    return found


def _all_of(paths: Iterable[Path], layout: Layout, found: Inputs) -> Iterator[Input]:
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
    """plain, gzip or zip, by the first bytes.

    Raises
    ------
    StoreError : absent, not a file, not readable.
    """
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
        raise StoreError(f"{path} is named as a zip archive and is none; download it again.")
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
            raise StoreError(f"{one.label} is locked by a password; unpack it and give the file.")
        else:
            yield one
