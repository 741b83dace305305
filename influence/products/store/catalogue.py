"""What a store holds: its card, the origin card of each year, and what both say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence.errors import StoreError
from influence.files import write_text
from influence.products.store.engine import FLOWS, FORMAT, stored_years
from influence.products.store.layouts import Layout

CARD = "store.json"
ORIGIN = "origin.json"
MEND = "remove the folder {folder} and import what was in it again."


@dataclass(frozen=True)
class StoreInfo:
    """A store as its cards describe it; `origins`: the card of each year, in order (see store.years)."""

    path: Path
    revision: str
    layout: str
    flow: str | None
    origins: Mapping[int, Mapping[str, Any]]

    @property
    def years(self) -> list[int]:
        """Years that are whole."""
        return list(self.origins)

    @property
    def gaps(self) -> list[int]:
        """Years between the first and the last that are not there."""
        return [
            year for year in range(min(self.years, default=0), max(self.years, default=0)) if year not in self.years
        ]

    @property
    def rows(self) -> int:
        """Flows of all years."""
        return sum(int(origin["rows"]) for origin in self.origins.values())

    @property
    def value_usd(self) -> int:
        """Value of all years, current US dollars."""
        return sum(int(origin["value_usd"]) for origin in self.origins.values())

    def excluded(self) -> list[dict[str, Any]]:
        """What was left out, over all years: code, reason, rows, value_usd; most valuable first."""
        sums: dict[tuple[str, str], list[int]] = {}
        for origin in self.origins.values():
            for entry in origin["excluded"]:
                both = sums.setdefault((entry["code"], entry["reason"]), [0, 0])
                both[0] += entry["rows"]
                both[1] += entry["value_usd"]
        listed = sorted(sums.items(), key=lambda item: (-item[1][1], item[0]))
        return [{"code": c, "reason": r, "rows": rows, "value_usd": usd} for (c, r), (rows, usd) in listed]


def read_store_info(store: Path) -> StoreInfo:
    """What the cards of the store say; no flow is read.

    Raises
    ------
    StoreError : no store there, a card that is not what it should be.
    """
    years = stored_years(store)
    card = _read(store / CARD, ("revision", "layout"))
    needed = ("files", "rows", "value_usd", "excluded", "unknown_quantities", "sha256")
    origins = {year: _read(folder / ORIGIN, needed) for year, folder in years.items()}
    return StoreInfo(store, card["revision"], card["layout"], card.get("flow"), origins)


def _read(path: Path, needed: tuple[str, ...]) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        lacking = [key for key in needed if key not in content]
    except (OSError, ValueError, TypeError) as err:
        raise StoreError(f"{path} cannot be read ({err}); {MEND.format(folder=path.parent)}") from err
    if lacking:
        raise StoreError(f"{path} lacks {', '.join(lacking)}; {MEND.format(folder=path.parent)}")
    return dict(content)


def refuse_mixture(store: Path, layout: Layout, revision: str | None) -> None:
    """See that what is imported belongs into the store, where there is one already; None: not known yet.

    Raises
    ------
    StoreError : the store holds another layout, flow or revision: they do not mix.
    """
    if not (store / CARD).exists():
        return
    there = read_store_info(store)
    pairs = {
        "layout": (there.layout, layout.name),
        "flow": (there.flow, layout.flow),
        "revision": (there.revision, revision or there.revision),
    }
    for key, (old, new) in pairs.items():
        if old != new:
            raise StoreError(
                f"{store} holds {key} {old}, and these files are {new}: in one store they would be added up as if they "
                "were the same. Give another folder with --store."
            )


def open_card(store: Path, layout: Layout, revision: str) -> None:
    """Write the card of a new store; of one that is there see that this belongs into it.

    Raises
    ------
    StoreError : see refuse_mixture. OutputError : not writable.
    """
    refuse_mixture(store, layout, revision)
    if not (store / CARD).exists():
        card = {"format": FORMAT, "revision": revision, "layout": layout.name}
        flow = {} if layout.flow is None else {"flow": layout.flow}
        write_text(store / CARD, json.dumps(card | flow, indent=1) + "\n")


def damaged_years(info: StoreInfo) -> list[str]:
    """What is wrong with the files of flows: one sentence for each that its origin card does not fit."""
    from influence.products.store.unpacking import sha256_of

    faults = []
    for year, origin in info.origins.items():
        path = info.path / f"year={year}" / FLOWS
        if sha256_of(path) != origin["sha256"]:
            faults.append(f"{path} is not what was written; import {year} again with --replace")
    return faults
