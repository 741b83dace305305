"""Fields of records that name states, groups and poles; the registry of the place (records.Where) says who they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from influence.record_fields import converted, list_of, word_or
from influence.records import Reader, Where
from influence.states import Registry, bundled_registry

EVERYONE = "everyone"


def _known(allowed: str, find: Callable[[Registry, str], str]) -> Reader:
    """A text that a registry turns into the code of a state or the key of a group."""

    def read(value: Any, where: Where) -> Any:
        return converted(allowed, partial(find, where.registry or bundled_registry())).read(value, where)

    return Reader(allowed, read)


def _group_key(registry: Registry, text: str) -> str:
    registry.members(text)
    return registry.find_group(text) or text


def _state_or_group(registry: Registry, text: str) -> str:
    return registry.find_group(text) or registry.resolve(text)


STATE = _known("the code or name of a state", Registry.resolve)
GROUP = _known("the key of a group", _group_key)
POLE = _known("the code or name of a state, or the key of a group", Registry.pole_name)
STATES = list_of(STATE)
_STATE_OR_GROUP = _known("the code or name of a state, or the key of a group", _state_or_group)


def _unique_sorted(reader: Reader) -> Reader:
    return Reader("states or groups", lambda value, where: tuple(sorted(set(reader.read(value, where)))))


STATES_OR_GROUPS = _unique_sorted(list_of(_STATE_OR_GROUP))
"""States as ISO3 codes and groups as their keys, sorted; who is in a group depends on the year."""
STATES_GROUPS_OR_EVERYONE = word_or(STATES_OR_GROUPS, EVERYONE)
