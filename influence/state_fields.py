"""Fields of records that name states, groups and poles."""

from __future__ import annotations

from influence.record_fields import converted, list_of, word_or
from influence.records import Reader
from influence.states import group_members, is_group, pole_name, resolve_state

EVERYONE = "everyone"


def _group_key(text: str) -> str:
    group_members(text)
    return text


def _state_or_group(text: str) -> str:
    return text if is_group(text) else resolve_state(text)


STATE = converted("the code or name of a state", resolve_state)
GROUP = converted("the key of a group", _group_key)
POLE = converted("the code or name of a state, or the key of a group", pole_name)
STATES = list_of(STATE)
_STATE_OR_GROUP = converted("the code or name of a state, or the key of a group", _state_or_group)


def _unique_sorted(reader: Reader) -> Reader:
    return Reader("states or groups", lambda value, where: tuple(sorted(set(reader.read(value, where)))))


STATES_OR_GROUPS = _unique_sorted(list_of(_STATE_OR_GROUP))
"""States as ISO3 codes and groups as their keys, sorted; who is in a group depends on the year."""
STATES_GROUPS_OR_EVERYONE = word_or(STATES_OR_GROUPS, EVERYONE)
