"""Named baskets of goods: HS codes by revision, sectors, and the source of their scope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from influence.errors import ConfigError, check_known
from influence.products.files import longest_match
from influence.products.sectors import goods_sectors
from influence.products.store.layouts import REVISIONS
from influence.records import show_value
from influence.states import Registry
from influence.tables import datasets_dir
from influence.yaml_files import read_yaml

if TYPE_CHECKING:
    import pandas as pd

HS_CODE = re.compile(r"[0-9]{2}([0-9]{2}([0-9]{2})?)?")
FIELDS = ("title", "source", "note", "labels", "codes", "sectors")


@dataclass(frozen=True)
class Basket:
    """Goods under one name.

    Attributes
    ----------
    name, title, source, note : key, title, source of the scope, and remarks.
    labels : names by HS code.
    codes : HS codes by revision; each includes all codes that begin with it.
    sectors : keys of sectors.
    """

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
        ConfigError : the basket has none in that revision; those of another revision are never used instead.
        """
        if revision in self.codes:
            return self.codes[revision]
        have = ", ".join(self.codes) or "no revision of the Harmonized System"
        raise ConfigError(
            f"basket {self.name!r} has no codes in {revision}; it has them in {have}. {self.note} "
            "Give the codes with --product, or a file of custom baskets with --baskets-file."
        )

    def require_sectors(self) -> tuple[str, ...]:
        """Sectors of the input-output table.

        Raises
        ------
        ConfigError : no sector is as narrow as the basket.
        """
        if self.sectors:
            return self.sectors
        raise ConfigError(
            f"basket {self.name!r} has no sectors, because those of the input-output table are wider. For its products "
            f"import BACI: influence data import baci FILE..., then give --store."
        )


def load_baskets(path: Path | None = None, registry: Registry | None = None) -> dict[str, Basket]:
    """Load baskets.

    Parameters
    ----------
    path : YAML file; None: datasets/baskets.yaml.
    registry : of the panel whose sectors a basket may name; None: the bundled one.

    Returns
    -------
    dict : name -> basket, in the order of the file.

    Raises
    ------
    ConfigError : an unreadable file; an unknown or missing field; a code that is invalid, duplicated, without a label
        or included in another of its list; an unknown revision or sector.
    """
    path = path or datasets_dir() / "baskets.yaml"
    content = read_yaml(path, ConfigError, "list of baskets")
    entries = content.get("baskets") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries or set(content) != {"baskets"}:
        raise ConfigError(f"{path} must hold 'baskets:' with a named entry each, and nothing else.")
    sectors = goods_sectors(registry)
    return {str(name): _basket(str(name), entry, path, sectors) for name, entry in entries.items()}


def load_basket(name: str, path: Path | None = None, registry: Registry | None = None) -> Basket:
    """Load one basket.

    Raises
    ------
    ConfigError : an unknown name; see load_baskets.
    """
    baskets = load_baskets(path, registry)
    check_known(name, list(baskets), ConfigError, "basket")
    return baskets[name]


def basket_labels(baskets: Mapping[str, Basket]) -> dict[str, str]:
    """Labels of all baskets by HS code; the first basket decides."""
    found: dict[str, str] = {}
    for basket in baskets.values():
        found = {**basket.labels, **found}
    return found


def basket_table(baskets: Mapping[str, Basket], registry: Registry | None = None) -> pd.DataFrame:
    """Tabulate baskets, one row a basket, revision and code.

    Returns
    -------
    DataFrame : basket, title, revision (or sectors), code, label, source, note.
    """
    import pandas as pd

    rows, names = [], goods_sectors(registry)
    for name, basket in baskets.items():
        lists = {**basket.codes, **({"sectors": basket.sectors} if basket.sectors else {})}
        for revision, codes in lists.items():
            for code in codes:
                label = names[code] if revision == "sectors" else longest_match(code, basket.labels)
                rows.append((name, basket.title, revision, code, label, basket.source, basket.note))
    return pd.DataFrame(rows, columns=["basket", "title", "revision", "code", "label", "source", "note"])


def _basket(name: str, entry: Any, path: Path, known: Mapping[str, str]) -> Basket:
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
    if absent := [key for key in sectors if key not in known]:
        raise ConfigError(f"{where}: sector {absent[0]!r} is not known; goods sectors are {', '.join(known)}.")
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
            raise ConfigError(
                f"{where}: revision {show_value(revision)} is not known; revisions are {', '.join(REVISIONS)}."
            )
        codes = _listed(listed, f"{where}: {revision}")
        if not codes:
            raise ConfigError(f"{where}: {revision} lists no code; leave it out and give the reason in the note.")
        for code in codes:
            if not HS_CODE.fullmatch(code):
                raise ConfigError(f"{where}: {revision} code {code!r} must be a text of 2, 4 or 6 digits, in quotes.")
            if within := [other for other in codes if other != code and code.startswith(other)]:
                raise ConfigError(f"{where}: {revision} lists {code} and {within[0]}, which includes it.")
        found[str(revision)] = codes
    return found


def _listed(given: Any, where: str) -> tuple[str, ...]:
    """A list of distinct texts: 01 without quotes would be a number and lose its zero."""
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise ConfigError(f"{where} must be a list of texts, codes in quotes, not {show_value(given)}.")
    if repeated := [item for place, item in enumerate(given) if item in given[:place]]:
        raise ConfigError(f"{where} lists {repeated[0]!r} twice.")
    return tuple(given)


def _labels(given: Any, codes: Mapping[str, tuple[str, ...]], where: str) -> dict[str, str]:
    good = isinstance(given, dict) and all(
        isinstance(code, str) and HS_CODE.fullmatch(code) and isinstance(text, str) and text.strip()
        for code, text in given.items()
    )
    if not good:
        raise ConfigError(f"{where}: labels must give a text for each HS code, in quotes.")
    for code in (code for listed in codes.values() for code in listed):
        if longest_match(code, given) is None:
            raise ConfigError(f"{where}: code {code} has no label.")
    return {code: text.strip() for code, text in given.items()}
