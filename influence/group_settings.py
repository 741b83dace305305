"""What is said of a group of one's own: its key, what to call it, and who belongs to it in which years."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from influence.errors import ConfigError, suggest

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
    """A group of one's own.

    title : what sentences call it, 'the Visegrád group'; '' for the key with spaces. settings : where it was said.
    """

    key: str
    members: tuple[Member, ...]
    title: str = ""
    settings: str = ""

    @property
    def place(self) -> str:
        """Where it was said, for errors."""
        return f"{self.settings}: groups.{self.key}"


def read_custom_groups(value: Any, where: str) -> tuple[CustomGroup, ...]:
    """Entries `key: [ARM, Georgia]` or `key: {title: …, members: [ARM, {state: GEO, begin: 1991, end: 2008}]}`.

    Raises
    ------
    ConfigError : no such form, a key that is none, an unknown word, no members, a year that is none or runs backwards.
    """
    if not isinstance(value, Mapping):
        raise ConfigError(f"{where}: groups must be entries 'caucasus: [ARM, AZE, GEO]', not {str(value)[:60]!r}.")
    if len(value) > MOST_GROUPS:
        raise ConfigError(f"{where}: groups holds {len(value)} groups; {MOST_GROUPS} are allowed.")
    return tuple(_read_group(key, entry, where) for key, entry in value.items())


def _read_group(key: Any, entry: Any, where: str) -> CustomGroup:
    if not isinstance(key, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", key) or len(key) > MOST_KEY:
        raise ConfigError(
            f"{where}: groups: {str(key)[:60]!r} is no name of a group; small letters, digits and underscores are, "
            f"{MOST_KEY} at most."
        )
    place, title, members = f"{where}: groups.{key}", "", entry
    if isinstance(entry, Mapping):
        _known(entry, ("title", "members"), place)
        title, members = entry.get("title", ""), entry.get("members")
        if not isinstance(title, str) or len(title) > MOST_TITLE:
            raise ConfigError(f"{place}: title must be text of {MOST_TITLE} letters at most.")
    if not isinstance(members, (list, tuple)) or not members:
        raise ConfigError(f"{place} must list its members, e.g. [ARM, AZE, GEO], not {str(members)[:60]!r}.")
    return CustomGroup(key, tuple(_read_member(member, place) for member in members), title, where)


def _read_member(entry: Any, place: str) -> Member:
    given = entry if isinstance(entry, Mapping) else {"state": entry}
    _known(given, Member._fields, place)
    state = given.get("state")
    if not isinstance(state, str) or not state.strip():
        # An unquoted NO is read as false: Norway, to those who write two letters.
        raise ConfigError(f"{place}: a member must be a state's code or name in quotes, not {str(state)[:60]!r}.")
    begin, end = given.get("begin"), given.get("end")
    for name, year in (("begin", begin), ("end", end)):
        good = isinstance(year, int) and not isinstance(year, bool) and FIRST <= year <= LAST
        if year is not None and not good:
            raise ConfigError(f"{place}: {name} of {state} must be a year, e.g. 2004, not {str(year)[:60]!r}.")
    if begin is not None and end is not None and begin > end:
        raise ConfigError(f"{place}: {state} begins in {begin} and ends in {end}; a membership cannot run backwards.")
    return Member(state.strip(), begin, end)


def _known(entry: Mapping[Any, Any], allowed: tuple[str, ...], place: str) -> None:
    for key in entry:
        if key not in allowed:
            close = suggest(str(key), list(allowed))
            raise ConfigError(f"{place} knows no {str(key)[:60]!r}.{close} It knows: {', '.join(allowed)}.")
