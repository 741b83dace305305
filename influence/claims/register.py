"""The register of claims: entries of a YAML file, checked when they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence.errors import ClaimError, suggest
from influence.states import datasets_dir
from influence.yaml_files import read_yaml

TESTS: dict[str, dict[str, str]] = {
    "deficit": {
        "of": "state whose deficit it is",
        "with": "partner",
        "first": "year to start from",
        "last": "year to end with",
        "ratio": "how many times as large it is said to have become",
        "level_usd": "how large it is said to be, US dollars",
    },
    "scenario": {
        "scenario": "name of a scenario, or a file",
        "year": "year to look at",
        "states": "whose numbers",
        "measure": "trade_share (of a pole), concentration (Herfindahl of trade) or balance",
        "pole": "for trade_share: whose share",
        "expect": "falls, rises or crosses (the balance changes its sign)",
        "worth": "smallest change worth the name",
    },
    "drift": {
        "group": "group of states",
        "controls": "group to set against",
        "event": "first year with it",
        "span": "years from the one before on",
        "expect": "falls or rises",
    },
    "link": {"layers": "two layers", "year": "year to look at", "expect": "none or some"},
    "membership": {"state": "who is said to be in it", "agreement": "key of the agreement"},
}
"""Kinds of tests with their fields."""
OPTIONAL = {"pole", "worth"}
COMMON = ("key", "claim", "test", "caveats", "sources")


@dataclass(frozen=True)
class Claim:
    """One claim: in our own words, the test with its fields, and what must be said beside any verdict."""

    key: str
    claim: str
    test: str
    values: Mapping[str, Any]
    caveats: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"claim {self.key}"


def load_claims(path: Path | str | None = None) -> list[Claim]:
    """The bundled register, or a file of the same form.

    Raises
    ------
    ClaimError : unreadable, an unknown or absent field or test, a key twice.
    """
    where = Path(path) if path is not None else datasets_dir() / "claims.yaml"
    content = read_yaml(where, ClaimError, "register of claims")
    listed = content.get("claims") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not listed:
        raise ClaimError(f"{where} must hold 'claims:' with a list of entries.")
    claims = [_parse(item, number, str(where)) for number, item in enumerate(listed, 1)]
    keys = [claim.key for claim in claims]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ClaimError(f"{where}: key {', '.join(twice)} stands twice.")
    return claims


def _parse(item: Any, number: int, where: str) -> Claim:
    if not isinstance(item, dict):
        raise ClaimError(f"{where}: entry {number} must be 'key: …', 'claim: …' and so on.")
    place = f"{where}: claim {item.get('key', number)}"
    absent = [name for name in ("key", "claim", "test") if not isinstance(item.get(name), str)]
    if absent:
        raise ClaimError(f"{place} lacks {', '.join(absent)} (text).")
    test = item["test"]
    if test not in TESTS:
        raise ClaimError(f"{place}: there is no test {test!r}.{suggest(test, list(TESTS))} Tests: {', '.join(TESTS)}.")
    allowed = (*COMMON, *TESTS[test])
    unknown = [str(key) for key in item if key not in allowed]
    if unknown:
        raise ClaimError(f"{place}: {', '.join(unknown)} is not known. Allowed for {test}: {', '.join(allowed)}.")
    lacking = [name for name in TESTS[test] if name not in OPTIONAL and name not in item]
    if lacking:
        raise ClaimError(f"{place} lacks {', '.join(lacking)}.")
    values = {name: item[name] for name in TESTS[test] if name in item}
    texts = {name: _texts(item.get(name), f"{place}: {name}") for name in ("caveats", "sources")}
    return Claim(item["key"], " ".join(item["claim"].split()), test, values, texts["caveats"], texts["sources"])


def _texts(value: Any, place: str) -> tuple[str, ...]:
    listed = [] if value is None else value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in listed):
        raise ClaimError(f"{place} must be a list of sentences; put one with a colon in quotes.")
    return tuple(" ".join(text.split()) for text in listed)
