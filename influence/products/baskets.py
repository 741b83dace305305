"""Named baskets of goods: HS codes by revision, sectors, and where their scope is from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence.errors import ConfigError, suggest
from influence.products.files import of_longest
from influence.products.sectors import goods_sectors
from influence.products.store.layouts import REVISIONS
from influence.states import datasets_dir
from influence.yaml_files import read_yaml

HS_CODE = re.compile(r"[0-9]{2}([0-9]{2}([0-9]{2})?)?")
FIELDS = ("title", "source", "note", "labels", "codes", "sectors")


@dataclass(frozen=True)
class Basket:
    """Goods under one name. codes : HS codes by revision, each for all that begins with it. sectors : sector keys."""

    name: str
    title: str
    source: str
    note: str
    labels: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]
    sectors: tuple[str, ...]

    def codes_of(self, revision: str) -> tuple[str, ...]:
        """Codes in a revision of the Harmonized System.

        Raises
        ------
        ConfigError : the basket has none in that revision: another's are not taken in silence.
        """
        if revision in self.codes:
            return self.codes[revision]
        have = ", ".join(self.codes) or "no revision of the Harmonized System"
        raise ConfigError(
            f"basket {self.name!r} has no codes in {revision}; it has them in {have}. {self.note} "
            f"Name the codes with --product, or hand in baskets of your own with --baskets-file."
        )

    def sectors_or_fail(self) -> tuple[str, ...]:
        """Sectors of the input-output table.

        Raises
        ------
        ConfigError : none is as narrow as the basket.
        """
        if self.sectors:
            return self.sectors
        raise ConfigError(
            f"basket {self.name!r} has no sectors: those of the input-output table are wider than it. For its products "
            f"import BACI: influence data import baci FILE..., then give --store."
        )


def load_baskets(path: Path | None = None) -> dict[str, Basket]:
    """The baskets of a file, datasets/baskets.yaml by default, by name and in its order.

    Raises
    ------
    ConfigError : unreadable; an unknown or missing field; a code of another form, a code or sector twice, a code within
        another of its list, or without a label; an unknown revision or sector.
    """
    path = path or datasets_dir() / "baskets.yaml"
    content = read_yaml(path, ConfigError, "list of baskets")
    entries = content.get("baskets") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries or set(content) != {"baskets"}:
        raise ConfigError(f"{path} must hold 'baskets:' with a named entry each, and nothing else.")
    return {str(name): _basket(str(name), entry, path) for name, entry in entries.items()}


def basket_named(name: str, path: Path | None = None) -> Basket:
    """One basket.

    Raises
    ------
    ConfigError : there is none of that name; see load_baskets.
    """
    baskets = load_baskets(path)
    if name in baskets:
        return baskets[name]
    known = list(baskets)
    raise ConfigError(f"there is no basket {name!r}.{suggest(name, known)} Baskets: {', '.join(known)}.")


def labels_of(baskets: Mapping[str, Basket]) -> dict[str, str]:
    """What all labels of the baskets say, by code; of two, the first."""
    found: dict[str, str] = {}
    for basket in baskets.values():
        found = {**basket.labels, **found}
    return found


def _basket(name: str, entry: Any, path: Path) -> Basket:
    where = f"{path}: basket {name!r}"
    if not isinstance(entry, dict):
        raise ConfigError(f"{where} must be fields with values: {', '.join(FIELDS)}.")
    if unknown := [str(field) for field in entry if field not in FIELDS]:
        raise ConfigError(f"{where} has an unknown field {unknown[0]!r}; fields are {', '.join(FIELDS)}.")
    for field in ("title", "source", "note"):
        if not isinstance(entry.get(field), str) or not entry[field].strip():
            raise ConfigError(f"{where} needs a text in the field {field}.")
    codes = _by_revision(entry.get("codes", {}), where)
    sectors = _listed(entry.get("sectors", []), f"{where}: sectors")
    if odd := [key for key in sectors if key not in goods_sectors()]:
        raise ConfigError(f"{where}: sector {odd[0]!r} is not known; goods sectors are {', '.join(goods_sectors())}.")
    if not codes and not sectors:
        raise ConfigError(f"{where} needs codes or sectors.")
    labels = _labels(entry.get("labels", {}), codes, where)
    return Basket(name, entry["title"].strip(), entry["source"].strip(), entry["note"].strip(), labels, codes, sectors)


def _by_revision(given: Any, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, dict):
        raise ConfigError(f"{where}: codes must be lists by revision, e.g. HS92: ['2846'].")
    found = {}
    for revision, listed in given.items():
        if revision not in REVISIONS:
            raise ConfigError(f"{where}: revision {revision!r} is not known; revisions are {', '.join(REVISIONS)}.")
        codes = _listed(listed, f"{where}: {revision}")
        if not codes:
            raise ConfigError(f"{where}: {revision} lists no code; leave it out and say why in the note.")
        for code in codes:
            if not HS_CODE.fullmatch(code):
                raise ConfigError(f"{where}: {revision} code {code!r} must be a text of 2, 4 or 6 digits, in quotes.")
            if within := [other for other in codes if other != code and code.startswith(other)]:
                raise ConfigError(f"{where}: {revision} lists {code} and {within[0]}, which holds it.")
        found[str(revision)] = codes
    return found


def _listed(given: Any, where: str) -> tuple[str, ...]:
    """A list of texts, none twice: 01 without quotes would be a number and lose its zero."""
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise ConfigError(f"{where} must be a list of texts, codes in quotes, not {given!r}.")
    if twice := [item for place, item in enumerate(given) if item in given[:place]]:
        raise ConfigError(f"{where} lists {twice[0]!r} twice.")
    return tuple(given)


def _labels(given: Any, codes: Mapping[str, tuple[str, ...]], where: str) -> dict[str, str]:
    good = isinstance(given, dict) and all(
        isinstance(code, str) and HS_CODE.fullmatch(code) and isinstance(text, str) and text.strip()
        for code, text in given.items()
    )
    if not good:
        raise ConfigError(f"{where}: labels must give a text for each HS code, in quotes.")
    for code in (code for listed in codes.values() for code in listed):
        if of_longest(code, given) is None:
            raise ConfigError(f"{where}: code {code} has no label.")
    return {code: text.strip() for code, text in given.items()}
