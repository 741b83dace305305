"""Who is who: names, codes and dated groups of the states of a panel, read only.

Everything that enters from a source or a user is turned into an ISO3 code here and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from influence.errors import ConfigError, StateError, suggest
from influence.group_settings import CustomGroup, Member, read_custom_groups
from influence.tables import Tables, bundled_tables

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

SCHEMES = ("iso3", "m49", "cow", "name")


def normalize_name(text: str) -> str:
    """Fold a name for lookup: no accents, case, punctuation or doubled spaces; '&' is 'and'."""
    folded = unicodedata.normalize("NFKD", str(text).replace("&", " and "))
    folded = "".join(ch for ch in folded if not unicodedata.combining(ch)).casefold()
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


class Spell(NamedTuple):
    """A membership: of whom, and its first and last year; None where it is open."""

    iso3: str
    begin: int | None = None
    end: int | None = None

    def holds(self, year: int | None) -> bool:
        """Whether it is in force in the year; in some year for None."""
        if year is None:
            return True
        return (self.begin is None or self.begin <= year) and (self.end is None or year <= self.end)


class Registry:
    """States and groups of one panel.

    Parameters
    ----------
    tables : of the panel: states, aliases, excluded, groups, group_labels.
    groups : custom groups, beside those of the tables.

    Raises
    ------
    ConfigError : a custom group whose key is a group or a state already, or whose member is neither.

    Examples
    --------
    >>> registry = bundled_registry()
    >>> registry.resolve("Viet Nam")
    'VNM'
    >>> "GBR" in registry.members("eu", 2019), "GBR" in registry.members("eu", 2021)
    (True, False)
    """

    def __init__(self, tables: Tables, groups: Sequence[CustomGroup] = ()) -> None:
        self.tables = tables
        self.custom_groups = tuple(groups)
        self._custom: dict[str, tuple[Spell, ...]] = {}
        self._custom = {group.key: self._spells_of(group) for group in self.custom_groups}

    def __repr__(self) -> str:
        return f"<Registry: {len(self._index)} states, {len(self.group_names())} groups>"

    def __getstate__(self) -> dict[str, Any]:
        # Another process finds what follows from these again; read-only mappings cannot be sent.
        return {name: self.__dict__[name] for name in ("tables", "custom_groups", "_custom")}

    def __deepcopy__(self, _: Any) -> Registry:
        return self  # read only: labelled arrays carry it in their attributes

    def with_groups(self, groups: Sequence[CustomGroup] | Mapping[str, Any]) -> Registry:
        """The same with these custom groups in place of those it has.

        groups : those of a configuration, or entries as in its file: {"caucasus": ["ARM", "AZE", "Georgia"]}.

        Raises
        ------
        ConfigError : see group_settings.read_custom_groups and Registry.
        """
        listed = read_custom_groups(groups, "groups") if isinstance(groups, Mapping) else tuple(groups)
        return self if listed == self.custom_groups else Registry(self.tables, listed)

    # ---- states ----------------------------------------------------------------------------------

    @cached_property
    def _frame(self) -> pd.DataFrame:
        import pandas as pd

        frame = self.tables.observed("states").set_index("iso3").sort_index()
        for column in ("latitude", "longitude"):
            frame[column] = pd.to_numeric(frame[column])
        frame["cow"] = pd.to_numeric(frame["cow"]).astype("Int64")
        return frame

    @cached_property
    def _index(self) -> frozenset[str]:
        return frozenset(self._frame.index)

    @property
    def states(self) -> pd.DataFrame:
        """The states, indexed by ISO3 and sorted (table_columns.TABLES['states']); a copy."""
        return self._frame.copy(deep=False)

    @cached_property
    def _aliases(self) -> pd.DataFrame:
        aliases = self.tables.curated("aliases")
        return aliases[aliases["iso3"].isin(self._index)]

    @cached_property
    def _maps(self) -> dict[str, Mapping[str, str]]:
        states = self._frame
        maps = {
            "iso3": {iso3: iso3 for iso3 in states.index},
            "m49": {m49.lstrip("0"): iso3 for iso3, m49 in states["m49"].items() if m49},
            "cow": {str(cow): iso3 for iso3, cow in states["cow"].dropna().items()},
            "name": {normalize_name(name): iso3 for iso3, name in states["name"].items()},
        }
        for row in self._aliases.itertuples():
            if row.scheme in maps:
                maps[row.scheme][normalize_name(row.code) if row.scheme == "name" else row.code] = row.iso3
        return {scheme: MappingProxyType(found) for scheme, found in maps.items()}

    def code_map(self, scheme: str) -> Mapping[str, str]:
        """Code or folded name -> ISO3 for one scheme: iso3, m49 (no leading zeros), cow or name; read only.

        Besides each state's own code it holds the aliases of aliases.csv (842 is the United States in trade
        statistics, ROM is Romania, 'Korea' is South Korea).
        """
        if scheme not in SCHEMES:
            raise ValueError(f"unknown scheme {scheme!r}; allowed: {', '.join(SCHEMES)}")
        return self._maps[scheme]

    @cached_property
    def _excluded(self) -> dict[str, Mapping[str, str]]:
        table = self.tables.curated("excluded")
        out: dict[str, dict[str, str]] = {scheme: {} for scheme in SCHEMES}
        for row in table.itertuples():
            out.setdefault(row.scheme, {})[normalize_name(row.code) if row.scheme == "name" else row.code] = row.reason
        return {scheme: MappingProxyType(found) for scheme, found in out.items()}

    def excluded_codes(self, scheme: str) -> Mapping[str, str]:
        """Codes and folded names that are known and are no state of the panel, with the reason; read only."""
        return self._excluded[scheme]

    @cached_property
    def _names(self) -> tuple[str, ...]:
        aliases = self._aliases
        return (*self._frame["name"], *self._frame.index, *aliases.loc[aliases["scheme"] == "name", "code"])

    def names(self) -> list[str]:
        """What states are called: names, codes and aliases."""
        return list(self._names)

    def name(self, iso3: str) -> str:
        """Short English name of a state; the code itself where it is not a state."""
        return str(self._frame["name"].get(iso3, iso3))

    def find(self, text: str) -> str | None:
        """The code of a state; None where nothing has the name.

        Raises
        ------
        StateError : known, and not in the panel, with the reason.
        """
        upper = text.strip().upper()
        if upper in self._maps["iso3"]:
            return self._maps["iso3"][upper]
        folded = normalize_name(text)
        number = text.strip().lstrip("0")
        # A number is an M49 code where it is one, else a COW code: 410 and 732 are both South Korea.
        for scheme, key in (("name", folded), ("m49", number), ("cow", number)):
            if key and key in self._maps[scheme]:
                return self._maps[scheme][key]
        iso2 = {code: iso3 for iso3, code in self._frame["iso2"].items()}
        if len(upper) == 2 and upper in iso2:
            return iso2[upper]
        for scheme, key in (("name", folded), ("iso3", upper)):
            if key in self._excluded[scheme]:
                raise StateError(f"{text!r} is not a state of the panel: {self._excluded[scheme][key]}.")
        return None

    def resolve(self, text: str) -> str:
        """ISO3 code of a state given as code or name, in any case: 'KOR', 'Korea', 'Viet Nam', '410'.

        Raises
        ------
        StateError : unknown, with similar names; known and not in the panel, with the reason; a group.
        """
        found = self.find(text)
        if found is not None:
            return found
        if (group := self.find_group(text)) is not None:
            held = self.members(group)
            few = f"{', '.join(held[:4])}, …" if len(held) > 4 else ", ".join(held)
            raise StateError(f"{text!r} is a group of {len(held)} states ({few}); one state is needed here.")
        raise StateError(
            f"state {text!r} is not known.{suggest(text, self.names())} Give an ISO3 code or an English name; "
            f"`influence data info --states` lists all {len(self._index)}."
        )

    # ---- groups ----------------------------------------------------------------------------------

    @cached_property
    def _spells(self) -> dict[str, tuple[Spell, ...]]:
        out: dict[str, list[Spell]] = {}
        for row in self.tables.curated("groups").itertuples():
            begin, end = (int(text) if text else None for text in (row.begin, row.end))
            out.setdefault(str(row.group), []).append(Spell(str(row.iso3), begin, end))
        return {group: tuple(spells) for group, spells in out.items()}

    @cached_property
    def _labels(self) -> dict[str, str]:
        return dict(self.tables.curated("group_labels").itertuples(index=False, name=None))

    def _spells_of(self, group: CustomGroup) -> tuple[Spell, ...]:
        folded = normalize_name(group.key)
        if group.key in self._spells or group.key.upper() in self._maps["iso3"] or folded in self._maps["name"]:
            raise ConfigError(f"{group.place}: {group.key!r} is a group or a state already; choose another name.")
        out: list[Spell] = []
        for member in group.members:
            if member.state in self._spells:
                out += [held for spell in self._spells[member.state] if (held := _both(spell, member)) is not None]
                continue
            try:
                out.append(Spell(self.resolve(member.state), member.begin, member.end))
            except StateError as err:
                raise ConfigError(f"{group.place}: {err}") from err
        if not out:
            raise ConfigError(f"{group.place} has no member in any year: its years leave out all those of its groups.")
        return tuple(out)

    def group_names(self) -> list[str]:
        """Keys of all groups, sorted; custom groups among them."""
        return sorted({**self._spells, **self._custom})

    def find_group(self, text: str) -> str | None:
        """Key of the group that a text names, in any case; None where there is none."""
        if text in self._custom or text in self._spells:
            return text
        return self._group_keys.get(normalize_name(text))

    @cached_property
    def _group_keys(self) -> dict[str, str]:
        return {normalize_name(name): name for name in self.group_names()}

    def is_group(self, text: str) -> bool:
        """Whether it names a group."""
        return self.find_group(text) is not None

    def members(self, group: str, year: int | None = None) -> list[str]:
        """ISO3 codes of the group's members, in a year or ever; sorted.

        Raises
        ------
        StateError : no such group.
        """
        key = self.find_group(group)
        if key is None:
            known = self.group_names()
            raise StateError(f"group {group!r} is not known.{suggest(group, known)} Known groups: {', '.join(known)}.")
        spells = self._custom.get(key) or self._spells[key]
        return sorted({spell.iso3 for spell in spells if spell.holds(year)})

    def states_of(self, text: str) -> list[str]:
        """ISO3 codes of what a text names: a state, or the members of a group in any year.

        Raises
        ------
        StateError : neither, with similar names of both.
        """
        if (group := self.find_group(text)) is not None:
            return self.members(group)
        found = self.find(text)
        if found is None:
            raise StateError(
                f"state {text!r} is not known.{suggest(text, [*self.names(), *self.group_names()])} Give an ISO3 code, "
                f"an English name or a group; `influence data info --states` lists all {len(self._index)} states, "
                f"`influence data info --groups` the groups."
            )
        return [found]

    # ---- poles -----------------------------------------------------------------------------------

    def pole_label(self, pole: str) -> str:
        """A state or group for people: 'China', 'the United States', 'the EU', else its key with spaces."""
        if pole in self._index:
            name = self.name(pole)
            return f"the {name}" if name.startswith("United ") else name
        titles = {group.key: group.title for group in self.custom_groups if group.title}
        return titles.get(pole) or self._labels.get(pole, pole.replace("_", " "))

    def pole_name(self, text: str) -> str:
        """A pole as the results name it: the ISO3 code of a state, or the key of a group.

        Raises
        ------
        StateError : neither a state nor a group.
        """
        found = self.find_group(text) or self.find(text)
        if found is None:
            groups = self.group_names()
            raise StateError(
                f"pole {text!r} is not known.{suggest(text, [*self.names(), *groups])} A pole is a state or a group: "
                f"{', '.join(groups)}, or a custom group (groups: in config.yaml)."
            )
        return found


def _both(spell: Spell, member: Member) -> Spell | None:
    """The years of a spell that are within a member's; None where there are none."""
    begin = max((year for year in (spell.begin, member.begin) if year is not None), default=None)
    end = min((year for year in (spell.end, member.end) if year is not None), default=None)
    return None if begin is not None and end is not None and begin > end else Spell(spell.iso3, begin, end)


def registry_of(labelled: xr.DataArray | xr.Dataset) -> Registry:
    """The registry that labelled arrays of a panel carry (attrs['registry']): who belongs to a group in which year.

    Raises
    ------
    StateError : they carry none, as arrays made by hand.
    """
    found = labelled.attrs.get("registry")
    if not isinstance(found, Registry):
        raise StateError(
            "these arrays do not say which groups there are; take those of a panel (build_ties, build_layers), or name "
            "poles by the codes of their states."
        )
    return found


@lru_cache(maxsize=1)
def bundled_registry() -> Registry:
    """The registry of the bundled panel, for building panels and for names given before a panel is read."""
    return Registry(bundled_tables())
