"""The register of claims: entries of a YAML file, checked when they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from influence.errors import ClaimError
from influence.record_fields import list_of, number, read_kind, text, whole, word, year
from influence.records import Field, Fields, Where, read_register
from influence.state_fields import GROUP, POLE, STATE, STATES
from influence.states import Registry
from influence.tables import datasets_dir

_YEAR = year(1900, 2100)
TESTS: dict[str, dict[str, Field]] = {
    "deficit": {
        "state": Field(STATE, help="state that has the deficit"),
        "partner": Field(STATE, help="partner"),
        "first": Field(_YEAR, help="year to start from"),
        "last": Field(_YEAR, help="year to end with"),
        "ratio": Field(number(0, above=True), help="times as large as before, by the claim"),
        "level_usd": Field(number(0), help="size by the claim, US dollars"),
    },
    "scenario": {
        "scenario": Field(text(), help="name of a scenario, or a file"),
        "year": Field(_YEAR, help="year to look at"),
        "states": Field(STATES, help="states whose numbers are compared"),
        "measure": Field(
            word("trade_share", "concentration", "balance"),
            help="trade_share (of a pole), concentration (Herfindahl of trade) or balance",
        ),
        "pole": Field(POLE, None, "for trade_share: whose share; the first of the two poles by default"),
        "expect": Field(word("falls", "rises", "crosses"), help="falls, rises or crosses (the balance changes sign)"),
        "smallest_change": Field(number(0), 0.0, "a change has to be larger than this to count; 0 by default"),
    },
    "drift": {
        "group": Field(GROUP, help="group of states"),
        "controls": Field(GROUP, help="group to compare with"),
        "event": Field(_YEAR, help="first year with the event"),
        "span": Field(whole(1, 50), help="number of years from the year before the event"),
        "expect": Field(word("falls", "rises"), help="falls or rises"),
    },
    "link": {
        "layers": Field(list_of(text(), least=2, most=2, single=False), help="two layers"),
        "year": Field(_YEAR, help="year to look at"),
        "expect": Field(word("none", "some"), help="none or some"),
    },
    "membership": {
        "state": Field(STATE, help="state that the claim calls a member"),
        "agreement": Field(text(), help="key of the agreement"),
    },
}
"""Kinds of tests with their fields."""
_SENTENCES = list_of(text(), least=0)
COMMON: Fields = {
    "key": Field(text(60)),
    "claim": Field(text()),
    "caveats": Field(_SENTENCES, ()),
    "sources": Field(_SENTENCES, ()),
}


@dataclass(frozen=True)
class Claim:
    """One claim: its sentence, the test with its fields, the caveats of every verdict, and its sources."""

    key: str
    claim: str
    test: str
    values: Mapping[str, Any]
    caveats: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def place(self) -> str:
        """Its place, for messages."""
        return f"claim {self.key}"


def load_claims(path: Path | str | None = None, registry: Registry | None = None) -> list[Claim]:
    """The bundled register, or a file of the same form.

    registry : states and groups it may name (Panel.registry); those of the bundled panel by default.

    Raises
    ------
    ClaimError : unreadable, an unknown or missing field or test, a value of another kind, a duplicated key.
    """
    file = Path(path) if path is not None else datasets_dir() / "claims.yaml"
    return read_register(file, ClaimError, "claims", "claim", _parse, name="key", registry=registry)


def _parse(item: Any, where: Where) -> Claim:
    values = read_kind(item, "test", TESTS, where, COMMON)
    common = {name: values[name] for name in (*COMMON, "test")}
    return Claim(**common, values={name: values[name] for name in TESTS[values["test"]]})
