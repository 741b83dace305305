"""What a scenario is: a question, which side is fact, sources, and edits of the panel; checked when it is read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from influence.errors import ScenarioError, StateError, suggest
from influence.schema import BASELINE, PACT_KINDS, SECTOR_YEARS
from influence.states import curated, group_members, is_group, resolve_state

FACTS = {
    "panel": "the unedited panel is what happened; the scenario is what did not",
    "beyond": "decided after the last year of the panel or not at all; neither side has been observed in full",
}
EVERYONE = "everyone"
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Rule(NamedTuple):
    """How one field of an edit is read: its reader, its value where it is left out, and what it means."""

    read: Callable[[Any, str], Any]
    default: Any
    told: str


REQUIRED = object()


@dataclass(frozen=True)
class Edit:
    """One change of the panel. kind : key of EDITS. number : its place in the file, from 1. values : every field."""

    scenario: str
    number: int
    kind: str
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
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
    """A figure somebody published on the same question, to be held against ours.

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

    fact : key of FACTS. actual_note : the same in a sentence of this case. base : year of the sector flows and tariffs
    that the trade response starts from. deficits, revenue : see gravity.trade_response.
    """

    name: str
    title: str
    question: str
    fact: str
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


# ---- readers of fields: each takes the value and the place, and gives it back checked ----------------


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 2000:
        raise ScenarioError(f"{place} must be text, not {_short(value)}.")
    return " ".join(value.split())


def _texts(value: Any, place: str) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(_text(item, place) for item in listed)


def _state(value: Any, place: str) -> str:
    try:
        return resolve_state(_text(value, place))
    except StateError as err:
        raise ScenarioError(f"{place}: {err}") from err


def _states(value: Any, place: str) -> tuple[str, ...]:
    """States and groups (as they are in any year) as sorted ISO3 codes."""
    listed = value if isinstance(value, list) else [value]
    if not listed:
        raise ScenarioError(f"{place} names no state.")
    codes: set[str] = set()
    for item in listed:
        codes |= set(group_members(item)) if isinstance(item, str) and is_group(item) else {_state(item, place)}
    return tuple(sorted(codes))


def _states_or_everyone(value: Any, place: str) -> tuple[str, ...] | str:
    return EVERYONE if value == EVERYONE else _states(value, place)


def _sectors(value: Any, place: str) -> tuple[str, ...]:
    table = curated("sectors.csv")
    if value == "goods":
        return tuple(table.loc[table["goods"] == "yes", "sector"])
    listed = value if isinstance(value, list) else [value]
    unknown = [str(item) for item in listed if item not in set(table["sector"])]
    if unknown or not listed:
        allowed = ", ".join(table["sector"])
        raise ScenarioError(f"{place} knows no sector {', '.join(unknown)}; allowed: goods, or some of {allowed}.")
    return tuple(sorted(set(listed)))


def _whole(least: int, most: int) -> Callable[[Any, str], int]:
    def read(value: Any, place: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ScenarioError(f"{place} must be a whole number from {least} to {most}, not {_short(value)}.")
        return value

    return read


def _number(least: float, most: float, *, open_below: bool = False) -> Callable[[Any, str], float]:
    def read(value: Any, place: str) -> float:
        good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if not good or not (least < value if open_below else least <= value) or value > most:
            rule = f"above {least:g}" if open_below else f"of {least:g} or more"
            raise ScenarioError(f"{place} must be a number {rule} and at most {most:g}, not {_short(value)}.")
        return float(value)

    return read


def _word(*allowed: str) -> Callable[[Any, str], str]:
    def read(value: Any, place: str) -> str:
        if value not in allowed:
            raise ScenarioError(f"{place} must be one of {', '.join(allowed)}, not {_short(value)}.")
        return str(value)

    return read


def _word_or_base(*allowed: str) -> Callable[[Any, str], str | int]:
    def read(value: Any, place: str) -> str | int:
        if value in allowed or (value in SECTOR_YEARS and not isinstance(value, bool)):
            return value if isinstance(value, int) else str(value)
        years = ", ".join(map(str, SECTOR_YEARS))
        raise ScenarioError(
            f"{place} must be one of {', '.join(allowed)} or a base year ({years}), not {_short(value)}."
        )

    return read


def _published(value: Any, place: str) -> tuple[Published, ...]:
    rules: dict[str, Rule] = {
        "what": Rule(_word("exports", "tariff"), REQUIRED, ""),
        "exporter": Rule(_state, REQUIRED, ""),
        "importer": Rule(_state, REQUIRED, ""),
        "value": Rule(_number(-1e15, 1e15), REQUIRED, ""),
        "source": Rule(_text, REQUIRED, ""),
        "why": Rule(_text, REQUIRED, ""),
    }
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ScenarioError(f"{place} must be a list of figures with {', '.join(rules)}.")
    return tuple(Published(**_read_fields(item, rules, place)) for item in value)


def _yes_no(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise ScenarioError(f"{place} must be true or false, not {_short(value)}.")
    return value


def _short(value: Any) -> str:
    return repr(value)[:60]


_YEAR = _whole(1990, 2030)
_BEGIN = {"from": Rule(_YEAR, REQUIRED, "first year it applies")}
_PHASED = {**_BEGIN, "phase_in": Rule(_whole(1, 50), 1, "years over which it comes, in equal steps")}
_BETWEEN = {
    "exporters": Rule(_states_or_everyone, REQUIRED, "states, groups or everyone"),
    "importers": Rule(_states_or_everyone, REQUIRED, "states, groups or everyone"),
    "both_ways": Rule(_yes_no, False, "the same the other way round"),
    "sectors": Rule(_sectors, None, "goods, or a list of sectors"),
}
_MEMBERSHIP = {
    "agreement": Rule(_text, REQUIRED, "key of the agreement in the panel, e.g. KORUS"),
    "members": Rule(_states, REQUIRED, "who joins or leaves"),
    "depth": Rule(_number(0, 1), 0.0, "share of the estimated effect of agreements beyond tariffs that comes or goes"),
    **_PHASED,
}
_PACT = {
    "pact": Rule(_word(*PACT_KINDS), "defence", "kind of pledge"),
    "source": Rule(_states, REQUIRED, "who pledges"),
    "target": Rule(_states, REQUIRED, "to whom"),
    "mutual": Rule(_yes_no, False, "and the other way round"),
    **_BEGIN,
}

EDITS: dict[str, dict[str, Rule]] = {
    "join": {
        **_MEMBERSHIP,
        "tariffs": Rule(_word("zero", "keep"), "zero", "what becomes of tariffs on goods between those it ties anew"),
        "replaces": Rule(_text, "", "agreement whose pairs have in fact what this edit would give them"),
    },
    "leave": {
        **_MEMBERSHIP,
        "tariffs": Rule(_word_or_base("mfn", "keep"), "mfn", "tariffs between pairs nothing ties any more"),
    },
    "start_pact": _PACT,
    "end_pact": _PACT,
    "tariff": {
        **_BETWEEN,
        "set": Rule(_number(-1, 100, open_below=True), None, "to this rate, as a share"),
        "add": Rule(_number(-100, 100), None, "this much more, as a share"),
        "to": Rule(_word_or_base("mfn"), None, "to most-favoured-nation rates, or those of a base year"),
        "retaliation": Rule(_number(0, 10), 0.0, "importers' partners answer with this part of the same change"),
        **_PHASED,
    },
    "trade_cost": {
        **_BETWEEN,
        "change": Rule(_number(-1, 100, open_below=True), REQUIRED, "change of trade costs as a share of the price"),
        **_PHASED,
    },
    "embargo": {**_BETWEEN, **_BEGIN},
    "scale_flow": {
        "exporters": Rule(_states, REQUIRED, "states or groups"),
        "importers": Rule(_states, REQUIRED, "states or groups"),
        "factor": Rule(_number(0, 1000), REQUIRED, "flow times this; nothing else answers"),
        **_BEGIN,
    },
    "move_troops": {
        "leave": Rule(_state, REQUIRED, "host that loses them"),
        "to": Rule(_state, None, "host that gains them; left out: home"),
        "share": Rule(_number(0, 1, open_below=True), 1.0, "part of them"),
        **_BEGIN,
    },
}
"""Every kind of edit with its fields; the file says them under the same names."""


def parse_scenario(content: Any, origin: str) -> Scenario:
    """A checked Scenario from the content of its file.

    Raises
    ------
    ScenarioError : an unknown or absent field, a value out of range, a state or sector that does not exist; with the
    scenario, the edit and what is allowed.
    """
    if not isinstance(content, dict):
        raise ScenarioError(f"{origin} must hold 'name: …', 'title: …' and so on, not a {type(content).__name__}.")
    readers: dict[str, Rule] = {
        "name": Rule(_text, REQUIRED, ""),
        "title": Rule(_text, REQUIRED, ""),
        "question": Rule(_text, REQUIRED, ""),
        "fact": Rule(_word(*FACTS), REQUIRED, ""),
        "actual_note": Rule(_text, REQUIRED, ""),
        "sources": Rule(_texts, REQUIRED, ""),
        "base": Rule(_whole(SECTOR_YEARS[0], SECTOR_YEARS[-1]), 2017, ""),
        "edits": Rule(lambda value, place: value, (), ""),
        "assumptions": Rule(_texts, (), ""),
        "deficits": Rule(_word("additive", "multiplicative"), "additive", ""),
        "revenue": Rule(_yes_no, False, ""),
        "published": Rule(_published, (), ""),
    }
    values = _read_fields(content, readers, origin)
    name = values["name"]
    if not NAME.fullmatch(name) or name == BASELINE:
        raise ScenarioError(f"{origin}: name {_short(name)} must be lower case letters, digits and _, not {BASELINE}.")
    if values["base"] not in SECTOR_YEARS:
        raise ScenarioError(f"{origin}: base must be one of {', '.join(map(str, SECTOR_YEARS))}, not {values['base']}.")
    given = values.pop("edits")
    if given is None or not isinstance(given, (list, tuple)):
        raise ScenarioError(f"scenario {name}: edits must be a list, each starting with '- do: join' or another kind.")
    edits = tuple(_parse_edit(item, name, number) for number, item in enumerate(given, 1))
    return Scenario(**values, edits=edits, path=origin)


def _read_fields(content: Mapping[Any, Any], rules: Mapping[str, Rule], place: str) -> dict[str, Any]:
    for key in content:
        if key not in rules:
            raise ScenarioError(
                f"{place}: {_short(key)} is not known.{suggest(str(key), list(rules))} Allowed: {', '.join(rules)}."
            )
    absent = [key for key, rule in rules.items() if rule.default is REQUIRED and content.get(key) is None]
    if absent:
        raise ScenarioError(f"{place} lacks {', '.join(absent)}.")
    return {
        key: rule.default if content.get(key) is None else rule.read(content[key], f"{place}: {key}")
        for key, rule in rules.items()
    }


def _parse_edit(item: Any, scenario: str, number: int) -> Edit:
    place = f"scenario {scenario}, edit {number}"
    if not isinstance(item, dict) or "do" not in item:
        raise ScenarioError(f"{place} must start with '- do: ' and one of {', '.join(EDITS)}.")
    kind = item["do"]
    if kind not in EDITS:
        raise ScenarioError(
            f"{place}: there is no edit {_short(kind)}.{suggest(str(kind), list(EDITS))} Allowed: {', '.join(EDITS)}."
        )
    values = _read_fields({k: v for k, v in item.items() if k != "do"}, EDITS[kind], f"{place} ({kind})")
    edit = Edit(scenario, number, kind, values)
    if kind == "tariff" and sum(values[way] is not None for way in ("set", "add", "to")) != 1:
        raise ScenarioError(f"{edit.place} needs exactly one of set, add and to.")
    return edit
