"""What a store holds: its card, the folder of each year and the origin card in it.

A store is a folder with `store.json` (format, layout, revision) and a folder `year=YYYY` for each complete year, with
the flows as Parquet and an origin card: which files the year was made from, and what was left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence.errors import StoreError
from influence.files import write_text
from influence.products.store.layouts import Layout

FORMAT = 1
CARD = "store.json"
FLOWS = "flows.parquet"
ORIGIN = "origin.json"
FLOW_COLUMNS = ("exporter", "importer", "product", "value_usd", "quantity_tonnes")
YEAR_FOLDER = re.compile(r"year=([0-9]{4})")
_ADVICE = "remove the folder {folder} and import its years again."


@dataclass(frozen=True)
class StoreInfo:
    """A store as its cards describe it.

    Attributes
    ----------
    path : its folder.
    revision : of the Harmonized System, HS92 to HS22.
    layout, flow : of the files it was filled from; flow is None where the layout has no choice.
    origins : year -> its origin card, in order (see influence.products.store.years).
    """

    path: Path
    revision: str
    layout: str
    flow: str | None
    origins: Mapping[int, Mapping[str, Any]]

    @property
    def years(self) -> list[int]:
        """The complete years, in order."""
        return list(self.origins)

    @property
    def gaps(self) -> list[int]:
        """Years between the first and the last that are missing."""
        between = range(min(self.years, default=0), max(self.years, default=0))
        return [year for year in between if year not in self.origins]

    @property
    def rows(self) -> int:
        """Number of flows, all years."""
        return sum(int(origin["rows"]) for origin in self.origins.values())

    @property
    def value_usd(self) -> int:
        """Value of all years, current US dollars."""
        return sum(int(origin["value_usd"]) for origin in self.origins.values())

    def excluded(self) -> list[dict[str, Any]]:
        """What was left out, summed over all years.

        Returns
        -------
        list of dict : code, reason, rows, value_usd; the most valuable first.
        """
        sums: dict[tuple[str, str], list[int]] = {}
        for origin in self.origins.values():
            for entry in origin["excluded"]:
                both = sums.setdefault((entry["code"], entry["reason"]), [0, 0])
                both[0] += entry["rows"]
                both[1] += entry["value_usd"]
        listed = sorted(sums.items(), key=lambda item: (-item[1][1], item[0]))
        return [{"code": c, "reason": r, "rows": rows, "value_usd": usd} for (c, r), (rows, usd) in listed]


def read_store_info(store: Path) -> StoreInfo:
    """Read the cards of a store, not its flows.

    Parameters
    ----------
    store : folder of the store.

    Returns
    -------
    StoreInfo

    Raises
    ------
    StoreError : no store in the folder, or a card that is damaged or incomplete.
    """
    years = stored_years(store)
    card = _read_card(store / CARD, ("revision", "layout"))
    needed = ("files", "rows", "value_usd", "excluded", "unknown_quantities", "sha256")
    origins = {year: _read_card(folder / ORIGIN, needed) for year, folder in years.items()}
    return StoreInfo(store, card["revision"], card["layout"], card.get("flow"), origins)


def _read_card(path: Path, needed: tuple[str, ...]) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        missing = [key for key in needed if key not in content]
    except (OSError, ValueError, TypeError) as err:
        raise StoreError(f"{path} cannot be read ({err}); {_ADVICE.format(folder=path.parent)}") from err
    if missing:
        raise StoreError(f"{path} lacks {', '.join(missing)}; {_ADVICE.format(folder=path.parent)}")
    return dict(content)


def stored_years(store: Path) -> dict[int, Path]:
    """Find the folder of each complete year; leftovers of a stopped import are not years.

    Parameters
    ----------
    store : folder of the store.

    Returns
    -------
    dict : year -> folder, in order of the years.

    Raises
    ------
    StoreError : no store in the folder, or a store of another format.
    """
    card = store / CARD
    if not card.is_file():
        raise StoreError(
            f"there is no store of product flows at {store} (no {CARD} in it). Fill one with "
            f"`influence data import baci FILE... --store {store}`, or name another with --store."
        )
    try:
        found = json.loads(card.read_text(encoding="utf-8"))["format"]
    except (OSError, ValueError, KeyError, TypeError) as err:
        raise StoreError(f"{card} is not the card of a store; import into a new folder.") from err
    if found != FORMAT:
        raise StoreError(f"{store} is a store of format {found}; this version reads format {FORMAT}. Import it again.")
    years = ((YEAR_FOLDER.fullmatch(folder.name), folder) for folder in store.iterdir())
    return dict(sorted((int(year[1]), folder) for year, folder in years if year and (folder / FLOWS).is_file()))


def select_years(store: Path, years: Sequence[int] | None) -> dict[int, Path]:
    """Find the folders of the years asked for.

    Parameters
    ----------
    store : folder of the store.
    years : None for all years of the store.

    Returns
    -------
    dict : year -> folder, in order of the years.

    Raises
    ------
    StoreError : see stored_years; the store is empty, no year is asked for, or one that the store does not hold.
    """
    available = stored_years(store)
    if not available:
        raise StoreError(f"the store {store} holds no year yet; fill it with `influence data import`.")
    if years is None:
        return available
    asked = sorted({int(year) for year in years})
    if absent := [str(year) for year in asked if year not in available]:
        raise StoreError(
            f"the store {store} does not hold {', '.join(absent[:8])}; it holds {_year_ranges(available)}."
        )
    if not asked:
        raise StoreError(f"no year was asked for; the store {store} holds {_year_ranges(available)}.")
    return {year: available[year] for year in asked}


def _year_ranges(years: Mapping[int, Path]) -> str:
    """'1995, 2000 to 2004' for sorted years."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    return ", ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in zip(starts, ends, strict=True))


def check_same_kind(store: Path, layout: Layout, revision: str | None) -> None:
    """Check that files may be added to the store, if there is one already.

    Parameters
    ----------
    layout, revision : of the files; a revision of None is not known yet and not checked.

    Raises
    ------
    StoreError : the store holds another layout, flow or revision.
    """
    if not (store / CARD).exists():
        return
    info = read_store_info(store)
    pairs = {
        "layout": (info.layout, layout.name),
        "flow": (info.flow, layout.flow),
        "revision": (info.revision, revision or info.revision),
    }
    for key, (old, new) in pairs.items():
        if old != new:
            raise StoreError(
                f"{store} holds {key} {old}, and these files are {new}: one store must not mix them, as they would "
                "be added up. Give another folder with --store."
            )


def write_store_card(store: Path, layout: Layout, revision: str) -> None:
    """Write the card of a new store, or check the card that is there.

    Raises
    ------
    StoreError : see check_same_kind.
    OutputError : the folder cannot be written.
    """
    check_same_kind(store, layout, revision)
    if not (store / CARD).exists():
        card = {"format": FORMAT, "revision": revision, "layout": layout.name}
        flow = {} if layout.flow is None else {"flow": layout.flow}
        write_text(store / CARD, json.dumps(card | flow, indent=1) + "\n")


def find_damage(info: StoreInfo) -> list[str]:
    """Compare the flows of each year with the checksum in its origin card.

    Returns
    -------
    list of str : one sentence for each year that differs.
    """
    from influence.products.store.unpacking import sha256_of

    faults = []
    for year, origin in info.origins.items():
        path = info.path / f"year={year}" / FLOWS
        if sha256_of(path) != origin["sha256"]:
            faults.append(f"{path} has changed since it was written; import {year} again with --replace")
    return faults
