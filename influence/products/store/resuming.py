"""What of an import is in the store already: files known by their digests, years made of the same files."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from influence.errors import StoreError
from influence.products.store.inputs import Input
from influence.products.store.staging import File
from influence.products.store.unpacking import sha256_of, unpack


def identify(file: File, cards: Mapping[int, Mapping[str, Any]]) -> None:
    """Digest of the file as it stands; where the store knows it, its content's digest and all its years."""
    digest = _packed_digest(file.source)
    packed = file.source.packing != "plain"
    file.packed, file.sha256 = (digest, "") if packed else ("", digest)
    known = "packed" if packed else "sha256"
    for card in (card for origin in cards.values() for card in origin["files"]):
        if card.get(known) == digest and (not packed or card["member"] == file.source.member):
            file.sha256, file.years = card["sha256"], set(card["years"])
            return


def _packed_digest(source: Input) -> str:
    """Of an archive the digest of one member as its directory tells it: size and check sum of the content."""
    if source.packing != "zip":
        return sha256_of(source.path)
    with zipfile.ZipFile(source.path) as archive:
        entry = archive.getinfo(source.member)
    return f"zip:{entry.CRC:08x}:{entry.file_size}:{entry.compress_size}"


def unchanged(files: Sequence[File], there: Mapping[str, Any], work: Path, progress: Callable[[str], None]) -> bool:
    """Whether a year in the store was made of the content of these files and of no other."""
    for file in files:
        if not file.sha256:
            _digest(file, work, progress)
    return {file.sha256 for file in files} == {card["sha256"] for card in there["files"]}


def _digest(file: File, work: Path, progress: Callable[[str], None]) -> None:
    """Unpack a file only to know its content's digest."""
    progress(f"unpacking {file.source.name}")
    path = work / f"unpacked-{file.number}.csv"
    file.sha256 = unpack(file.source, path)
    path.unlink()


def refuse_change(store: Path, year: int, files: Sequence[File], there: Mapping[str, Any]) -> None:
    """Raise because a year would change.

    Raises
    ------
    StoreError : always; names what the year was made of and what is given now.
    """
    old = ", ".join(" ".join(filter(None, (card["name"], card["member"]))) for card in there["files"][:3])
    new = ", ".join(file.source.label for file in files[:3])
    raise StoreError(
        f"{store} holds {year} already, from other content ({len(there['files'])} files: {old}) than is given "
        f"({len(files)}: {new}). Add --replace to write it anew from all files given, or leave the year out."
    )
