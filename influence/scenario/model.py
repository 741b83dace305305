"""A scenario: a question, what actually happened, sources, and edits of the panel; checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from influence.errors import ScenarioError
from influence.record_fields import YES_NO, list_of, name, number, read_kind, record, text, whole, word, word_or, year
from influence.records import Field, Fields, Reader, Where, read_record
from influence.schema import BASELINE, PACT_KINDS, SECTOR_YEARS
from influence.state_fields import STATE, STATES_GROUPS_OR_EVERYONE, STATES_OR_GROUPS
from influence.states import Registry, bundled_registry

ACTUAL = {
    "panel": "the unedited panel is what happened; the scenario is what did not",
    "beyond": "decided after the last year of the panel or not at all; neither side has been observed in full",
}
GROUP_FIELDS = ("members", "exporters", "importers", "source", "target")
"""Fields of edits that take groups; members.members_in gives who is in them in a year."""


@dataclass(frozen=True)
class Edit:
    """One change of the panel. kind : key of EDITS. number : its place in the file, from 1. values : every field.

    Groups are in the values by their keys: their members depend on the year (members.members_in).
    """

    scenario: str
    number: int
    kind: str
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def place(self) -> str:
        """Its place, for messages."""
        return f"scenario {self.scenario}, edit {self.number} ({self.kind})"

    @property
    def begin(self) -> int:
        """First year it applies."""
        return int(self.values["from"])

    def phase(self, year: int) -> float:
        """How much of it is in effect in a year: 0 before it begins, all from `phase_in` years on, in equal steps."""
        if year < self.begin:
            return 0.0
        steps = int(self.values.get("phase_in", 1))
        return min(1.0, (year - self.begin + 1) / max(steps, 1))


class Published(NamedTuple):
    """A published figure on the same question, to compare with the computed one.

    what : exports (change of goods exports, US dollars) or tariff (mean rate after the edits, a share), from exporter
    to importer. why : where the difference comes from, as far as it is known.
    """

    what: str
    exporter: str
    importer: str
    value: float
    source: str
    why: str


@dataclass(frozen=True)
class Scenario:
    """A question about a decision, and the edits that answer it.

    actual : key of ACTUAL. actual_note : the same in a sentence of this case. base : year of the sector flows and
    tariffs that the trade response starts from. deficits, revenue : see gravity.trade_response.
    """

    name: str
    title: str
    question: str
    actual: str
    actual_note: str
    sources: tuple[str, ...]
    base: int
    edits: tuple[Edit, ...] = ()
    assumptions: tuple[str, ...] = ()
    deficits: str = "additive"
    revenue: bool = False
    published: tuple[Published, ...] = ()
    path: str = field(default="", compare=False)

    @property
    def first(self) -> int | None:
        """First year in which an edit applies; None without edits."""
        return min((edit.begin for edit in self.edits), default=None)


def _read_sectors(value: Any, where: Where) -> tuple[str, ...]:
    table = (where.registry or bundled_registry()).tables.curated("sectors")
    found = word_or(list_of(word("goods", *table["sector"])), "goods").read(value, where)
    return tuple(table.loc[table["goods"] == "yes", "sector"]) if found == "goods" else tuple(sorted(set(found)))


_SECTORS = Reader("goods, or a list of sectors", _read_sectors)
_YEAR = year(1990, 2030)
_BEGIN = {"from": Field(_YEAR, help="first year it applies")}
_PHASED = {**_BEGIN, "phase_in": Field(whole(1, 50), 1, "years over which it comes, in equal steps")}
_BETWEEN = {
    "exporters": Field(STATES_GROUPS_OR_EVERYONE, help="states, groups or everyone"),
    "importers": Field(STATES_GROUPS_OR_EVERYONE, help="states, groups or everyone"),
    "both_ways": Field(YES_NO, False, "the same the other way round"),
    "sectors": Field(_SECTORS, None, "goods, or a list of sectors"),
}
_MEMBERSHIP = {
    "agreement": Field(text(), help="key of the agreement in the panel, e.g. KORUS"),
    "members": Field(STATES_OR_GROUPS, help="who joins or leaves"),
    "depth": Field(number(0, 1), 0.0, "share of the estimated effect of agreements beyond tariffs that comes or goes"),
    **_PHASED,
}
_PACT = {
    "pact": Field(word(*PACT_KINDS), "defence", "kind of pledge"),
    "source": Field(STATES_OR_GROUPS, help="who pledges"),
    "target": Field(STATES_OR_GROUPS, help="to whom"),
    "mutual": Field(YES_NO, False, "and the other way round"),
    **_BEGIN,
}

EDITS: dict[str, dict[str, Field]] = {
    "join": {
        **_MEMBERSHIP,
        "tariffs": Field(word("zero", "keep"), "zero", "what becomes of tariffs on goods between those it ties anew"),
        "replaces": Field(text(), "", "agreement whose pairs actually have what this edit would give them"),
    },
    "leave": {
        **_MEMBERSHIP,
        "tariffs": Field(word("mfn", "keep", *SECTOR_YEARS), "mfn", "tariffs between pairs nothing ties any more"),
    },
    "start_pact": _PACT,
    "end_pact": _PACT,
    "tariff": {
        **_BETWEEN,
        "set": Field(number(-1, 100, above=True), None, "to this rate, as a share"),
        "add": Field(number(-100, 100), None, "this much more, as a share"),
        "to": Field(word("mfn", *SECTOR_YEARS), None, "to most-favoured-nation rates, or those of a base year"),
        "retaliation": Field(number(0, 10), 0.0, "importers' partners answer with this part of the same change"),
        **_PHASED,
    },
    "trade_cost": {
        **_BETWEEN,
        "change": Field(number(-1, 100, above=True), help="change of trade costs as a share of the price"),
        **_PHASED,
    },
    "embargo": {**_BETWEEN, **_BEGIN},
    "scale_flow": {
        "exporters": Field(STATES_OR_GROUPS, help="states or groups"),
        "importers": Field(STATES_OR_GROUPS, help="states or groups"),
        "factor": Field(number(0, 1000), help="flow times this; nothing else answers"),
        **_BEGIN,
    },
    "move_troops": {
        "leave": Field(STATE, help="host that loses them"),
        "to": Field(STATE, None, "host that gains them; left out: home"),
        "share": Field(number(0, 1, above=True), 1.0, "part of them"),
        **_BEGIN,
    },
}
"""Every kind of edit with its fields, which have the same names in the file."""


def _read_edit(item: Any, where: Where) -> tuple[str, dict[str, Any]]:
    """Kind and values of an edit."""
    kind = item.get("do") if isinstance(item, Mapping) else None
    if isinstance(kind, str) and kind in EDITS:
        where = where._replace(text=f"{where.text} ({kind})")
    values = read_kind(item, "do", EDITS, where)
    kind = values.pop("do")
    if kind == "tariff" and sum(values[way] is not None for way in ("set", "add", "to")) != 1:
        raise where.fault("needs exactly one of set, add and to.")
    return kind, values


_PUBLISHED: Fields = {
    "what": Field(word("exports", "tariff")),
    "exporter": Field(STATE),
    "importer": Field(STATE),
    "value": Field(number(-1e15, 1e15)),
    "source": Field(text()),
    "why": Field(text()),
}
_SCENARIO: Fields = {
    "name": Field(name(f"(?!{BASELINE}$)[a-z][a-z0-9_]*", f"lower case letters, digits and _, and not {BASELINE}")),
    "title": Field(text()),
    "question": Field(text()),
    "actual": Field(word(*ACTUAL)),
    "actual_note": Field(text()),
    "sources": Field(list_of(text())),
    "base": Field(word(*SECTOR_YEARS), 2017),
    "edits": Field(list_of(Reader("an edit", _read_edit), noun="edit", least=0, single=False), ()),
    "assumptions": Field(list_of(text()), ()),
    "deficits": Field(word("additive", "multiplicative"), "additive"),
    "revenue": Field(YES_NO, False),
    "published": Field(list_of(record(_PUBLISHED, Published), noun="figure", least=0, single=False), ()),
}


def parse_scenario(content: Any, origin: str, registry: Registry | None = None) -> Scenario:
    """A checked Scenario from the content of its file.

    Raises
    ------
    ScenarioError : an unknown or absent field, a value out of range, a state or sector that does not exist; with the
    place and what is allowed.
    """
    values = read_record(content, _SCENARIO, Where(origin, ScenarioError, registry))
    edits = tuple(Edit(values["name"], i, kind, given) for i, (kind, given) in enumerate(values.pop("edits"), 1))
    return Scenario(**values, edits=edits, path=origin)
