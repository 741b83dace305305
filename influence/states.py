"""Who is who: the curated table of states, the names and codes they go by, and dated groups.

Everything that enters from a source or a user is turned into an ISO3 code here and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from influence.errors import ConfigError, StateError, suggest
from influence.group_settings import CustomGroup, Member, read_custom_groups

if TYPE_CHECKING:
    import pandas as pd

SCHEMES = ("iso3", "m49", "cow", "name")


def datasets_dir() -> Path:
    """Folder of the bundled panel: inside an installed package, beside it in a checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "datasets"
    return inside if inside.is_dir() else here.parent / "datasets"


def curated(name: str) -> pd.DataFrame:
    """One hand-kept table of datasets/curated as text, empty cells as '' ('NA' is Namibia, not a gap)."""
    import pandas as pd

    return pd.read_csv(datasets_dir() / "curated" / name, dtype=str, keep_default_na=False, encoding="utf-8")


@lru_cache(maxsize=1)
def load_states() -> pd.DataFrame:
    """The states of the panel, indexed by ISO3 and sorted; columns as in tables.TABLES['states']."""
    import pandas as pd

    frame = curated("states.csv").set_index("iso3").sort_index()
    frame["latitude"] = pd.to_numeric(frame["latitude"])
    frame["longitude"] = pd.to_numeric(frame["longitude"])
    frame["cow"] = pd.to_numeric(frame["cow"]).astype("Int64")
    return frame


def plain(text: str) -> str:
    """Fold a name for lookup: no accents, case, punctuation or doubled spaces; '&' is 'and'."""
    folded = unicodedata.normalize("NFKD", str(text).replace("&", " and "))
    folded = "".join(ch for ch in folded if not unicodedata.combining(ch)).casefold()
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


@lru_cache(maxsize=len(SCHEMES))
def code_map(scheme: str) -> dict[str, str]:
    """Mapping from a code or folded name to ISO3 for one scheme: iso3, m49 (no leading zeros), cow or name.

    Besides each state's own code it holds the aliases of datasets/curated/aliases.csv (842 is the
    United States in trade statistics, ROM is Romania, 'Korea' is South Korea).
    """
    if scheme not in SCHEMES:
        raise ValueError(f"unknown scheme {scheme!r}; allowed: {', '.join(SCHEMES)}")
    states = load_states()
    if scheme == "iso3":
        found = {iso3: iso3 for iso3 in states.index}
    elif scheme == "m49":
        found = {m49.lstrip("0"): iso3 for iso3, m49 in states["m49"].items() if m49}
    elif scheme == "cow":
        found = {str(cow): iso3 for iso3, cow in states["cow"].dropna().items()}
    else:
        found = {plain(name): iso3 for iso3, name in states["name"].items()}
    aliases = curated("aliases.csv")
    for row in aliases[aliases["scheme"] == scheme].itertuples():
        found[plain(row.code) if scheme == "name" else row.code] = row.iso3
    return found


@lru_cache(maxsize=len(SCHEMES))
def excluded_codes(scheme: str) -> dict[str, str]:
    """Codes and folded names that are known and are no state of the panel, with the reason."""
    table = curated("excluded.csv")
    rows = table[table["scheme"] == scheme]
    return {(plain(r.code) if scheme == "name" else r.code): r.reason for r in rows.itertuples()}


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


_own_groups: tuple[CustomGroup, ...] = ()
_own_spells: dict[str, tuple[Spell, ...]] = {}
"""Groups of one's own, beside those that come with the package: see use_groups."""


@lru_cache(maxsize=1)
def _bundled_spells() -> dict[str, tuple[Spell, ...]]:
    out: dict[str, list[Spell]] = {}
    for row in curated("groups.csv").itertuples():
        begin, end = (int(text) if text else None for text in (row.begin, row.end))
        out.setdefault(str(row.group), []).append(Spell(str(row.iso3), begin, end))
    return {group: tuple(spells) for group, spells in out.items()}


def use_groups(groups: Sequence[CustomGroup] | Mapping[str, Any]) -> None:
    """Make groups of one's own known by their keys wherever a group may stand, in place of those made known before.

    groups : those of a Config, or entries as in a settings file: {"caucasus": ["ARM", "AZE", "Georgia"]}.

    They are known to this process, and to those that draw for it. Not one of them may change what comes with the
    package: a key that is a group or a state there is refused.

    Raises
    ------
    ConfigError : see group_settings.read_custom_groups; a key that is taken, a member that is no state or group.
    """
    global _own_groups, _own_spells
    listed = read_custom_groups(groups, "use_groups") if isinstance(groups, Mapping) else tuple(groups)
    if listed != _own_groups:
        _own_groups, _own_spells = listed, {group.key: _spells_of(group) for group in listed}


def custom_groups() -> tuple[CustomGroup, ...]:
    """The groups of one's own that are in use."""
    return _own_groups


def _spells_of(group: CustomGroup) -> tuple[Spell, ...]:
    if group.key in _bundled_spells() or group.key.upper() in code_map("iso3") or plain(group.key) in code_map("name"):
        raise ConfigError(f"{group.place}: {group.key!r} is a group or a state already; choose another name.")
    out: list[Spell] = []
    for member in group.members:
        if member.state in _bundled_spells():
            out += [held for spell in _bundled_spells()[member.state] if (held := _both(spell, member)) is not None]
            continue
        try:
            out.append(Spell(resolve_state(member.state), member.begin, member.end))
        except StateError as err:
            raise ConfigError(f"{group.place}: {err}") from err
    if not out:
        raise ConfigError(f"{group.place} has no member in any year: its years leave out all those of its groups.")
    return tuple(out)


def _both(spell: Spell, member: Member) -> Spell | None:
    """The years of a spell that are within a member's; None where there are none."""
    begin = max((year for year in (spell.begin, member.begin) if year is not None), default=None)
    end = min((year for year in (spell.end, member.end) if year is not None), default=None)
    return None if begin is not None and end is not None and begin > end else Spell(spell.iso3, begin, end)


def group_names() -> list[str]:
    """Keys of all groups, sorted; groups of one's own among them."""
    return sorted({**_bundled_spells(), **_own_spells})


def is_group(text: str) -> bool:
    """Whether it is the key of a group."""
    return text in _bundled_spells() or text in _own_spells


def group_members(group: str, year: int | None = None) -> list[str]:
    """ISO3 codes of the group's members, in a year or ever; sorted.

    Raises
    ------
    StateError : no such group.
    """
    spells = _own_spells.get(group) or _bundled_spells().get(group)
    if spells is None:
        known = group_names()
        raise StateError(f"group {group!r} is not known.{suggest(group, known)} Known groups: {', '.join(known)}.")
    return sorted({spell.iso3 for spell in spells if spell.holds(year)})


@lru_cache(maxsize=1)
def _group_labels() -> dict[str, str]:
    return dict(curated("group_labels.csv").itertuples(index=False, name=None))


def pole_label(pole: str) -> str:
    """A state or group for people: 'China', 'the United States', 'the EU', else its key with spaces."""
    states = load_states()
    if pole in states.index:
        name = str(states.loc[pole, "name"])
        return f"the {name}" if name.startswith("United ") else name
    titles = {group.key: group.title for group in _own_groups if group.title}
    return titles.get(pole) or _group_labels().get(pole, pole.replace("_", " "))


def pole_name(text: str) -> str:
    """A pole as the results name it: the ISO3 code of a state, or the key of a group.

    Raises
    ------
    StateError : neither a state nor a group.
    """
    if is_group(text):
        return text
    found = find_state(text)
    if found is None:
        raise StateError(
            f"pole {text!r} is not known.{suggest(text, [*names_of_states(), *group_names()])} A pole is a state or a "
            f"group: {', '.join(group_names())}, or one of your own (groups: in config.yaml)."
        )
    return found


def resolve_state(text: str) -> str:
    """ISO3 code of a state given as code or name, in any case: 'KOR', 'Korea', 'Viet Nam', '410'.

    Raises
    ------
    StateError : unknown, with the nearest names; known and not in the panel, with the reason; a group.
    """
    found = find_state(text)
    if found is not None:
        return found
    groups = {plain(name): name for name in group_names()}
    if plain(text) in groups:
        held = group_members(groups[plain(text)])
        few = f"{', '.join(held[:4])}, …" if len(held) > 4 else ", ".join(held)
        raise StateError(f"{text!r} is a group of {len(held)} states ({few}), and one state is meant here.")
    raise StateError(
        f"state {text!r} is not known.{suggest(text, names_of_states())} Give an ISO3 code or an English name; "
        f"`influence data info --states` lists all {len(load_states())}."
    )


@lru_cache(maxsize=1)
def names_of_states() -> list[str]:
    """What states are called: names, codes and the names they also go by."""
    aliases = curated("aliases.csv")
    return [*load_states()["name"], *load_states().index, *aliases.loc[aliases["scheme"] == "name", "code"]]


def find_state(text: str) -> str | None:
    """The code of a state; None where nothing goes by the name.

    Raises
    ------
    StateError : known, and not in the panel, with the reason.
    """
    upper = text.strip().upper()
    if upper in code_map("iso3"):
        return code_map("iso3")[upper]
    folded = plain(text)
    number = text.strip().lstrip("0")
    # A number is an M49 code where it is one, else a COW code: 410 and 732 are both South Korea.
    for scheme, key in (("name", folded), ("m49", number), ("cow", number)):
        if key and key in code_map(scheme):
            return code_map(scheme)[key]
    iso2 = {code: iso3 for iso3, code in load_states()["iso2"].items()}
    if len(upper) == 2 and upper in iso2:
        return iso2[upper]
    for scheme, key in (("name", folded), ("iso3", upper)):
        if key in excluded_codes(scheme):
            raise StateError(f"{text!r} is not a state of the panel: {excluded_codes(scheme)[key]}.")
    return None
