"""Custom groups: the key, the title, and the members with their years."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from influence.errors import ConfigError
from influence.record_fields import list_of, name, text, year
from influence.records import Field, Fields, Reader, Where, read_record, run_all

MOST_GROUPS = 50
MOST_KEY, MOST_TITLE = 40, 80
FIRST, LAST = 1800, 2200
"""Years that a membership may begin or end in."""


class Member(NamedTuple):
    """state : a code, a name, or a group that comes with the package. begin, end : years, both included; None: open."""

    state: str
    begin: int | None = None
    end: int | None = None


class CustomGroup(NamedTuple):
    """A custom group.

    title : its name in sentences, 'the Visegrád group'; '' for the key with spaces. config_file : the file that has it.
    """

    key: str
    members: tuple[Member, ...]
    title: str = ""
    config_file: str = ""

    @property
    def place(self) -> str:
        """Its place, for errors."""
        return f"{self.config_file}: groups.{self.key}"


_YEAR = year(FIRST, LAST)
_KEY = name(r"[a-z][a-z0-9_]*", "small letters, digits and underscores", MOST_KEY)
_STATE = text(200)
_MEMBER: Fields = {"state": Field(_STATE), "begin": Field(_YEAR, None), "end": Field(_YEAR, None)}


def _read_member(entry: Any, where: Where) -> Member:
    if not isinstance(entry, Mapping):
        return Member(_STATE.read(entry, where))
    member = Member(**read_record(entry, _MEMBER, where))
    if member.begin is not None and member.end is not None and member.begin > member.end:
        raise where.fault(f"has {member.state} from {member.begin} to {member.end}, which runs backwards.")
    return member


_MEMBERS = list_of(Reader("a state", _read_member), single=False)
_GROUP: Fields = {"title": Field(text(MOST_TITLE), ""), "members": Field(_MEMBERS)}


def read_custom_groups(value: Any, where: str) -> tuple[CustomGroup, ...]:
    """Entries `key: [ARM, Georgia]` or `key: {title: …, members: [ARM, {state: GEO, begin: 1991, end: 2008}]}`.

    Raises
    ------
    ConfigError : another form, a key of another form, an unknown field, no members, a year that is none or runs
    backwards.
    """
    place = Where(where, ConfigError).at("groups")
    if not isinstance(value, Mapping):
        raise place.wrong(value, "entries 'caucasus: [ARM, AZE, GEO]'")
    if len(value) > MOST_GROUPS:
        raise place.fault(f"holds {len(value)} groups; {MOST_GROUPS} are allowed.")
    return tuple(run_all([partial(_read_group, key, entry, where) for key, entry in value.items()], place))


def _read_group(key: Any, entry: Any, where: str) -> CustomGroup:
    _KEY.read(key, Where(where, ConfigError).at("groups: the key of a group"))
    place = Where(f"{where}: groups.{key}", ConfigError)
    given = read_record(entry if isinstance(entry, Mapping) else {"members": entry}, _GROUP, place)
    return CustomGroup(key, given["members"], given["title"], where)
