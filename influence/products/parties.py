"""Who trades: a state, or a dated group whose members act as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from influence.errors import StateError
from influence.states import Registry, bundled_registry

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True)
class Party:
    """A state, or a dated group that acts as one; `spells` are (first year, last year, members), in order of years."""

    name: str
    spells: tuple[tuple[int, int, tuple[str, ...]], ...]

    @property
    def is_group(self) -> bool:
        """Whether it is a group, not a state."""
        return any(members != (self.name,) for _, _, members in self.spells)

    def members(self, year: int) -> tuple[str, ...]:
        """ISO3 codes of its members in the year; for a state, its code."""
        return next((members for first, last, members in self.spells if first <= year <= last), ())

    def contains(self, state: ibis.Value, year: ibis.Value) -> Any:
        """Whether the state is a member in the year: a boolean expression."""
        return reduce(or_, [year.between(first, last) & state.isin(members) for first, last, members in self.spells])


def find_party(text: str, years: Sequence[int], registry: Registry | None = None) -> Party:
    """Find a state or group.

    Parameters
    ----------
    text : code or name of a state, or key of a group.
    years : years for which its members are needed.
    registry : of the panel; None: the bundled one.

    Raises
    ------
    StateError : neither a state nor a group, or a group without members in all of the years.
    """
    known = registry or bundled_registry()
    name = known.pole_name(text)
    if not known.is_group(name):
        return Party(name, ((min(years), max(years), (name,)),))
    spells: list[tuple[int, int, tuple[str, ...]]] = []
    for year in sorted(set(years)):
        members = tuple(known.members(name, year))
        if spells and spells[-1][1:] == (year - 1, members):
            spells[-1] = (spells[-1][0], year, members)
        elif members:
            spells.append((year, year, members))
    if not spells:
        raise StateError(f"group {name!r} has no member in {', '.join(map(str, sorted(set(years))))}.")
    return Party(name, tuple(spells))


def unite_members(flows: ibis.Table, party: Party) -> ibis.Table:
    """Replace the members of a group by one state with the group's name.

    Parameters
    ----------
    flows : see influence.products.measures.

    Returns
    -------
    ibis.Table : one row a pair and product, with a column `between`: true for sales of members to each other. Those
        rows have the party on both sides, like domestic sales, which are not `between`.
    """
    import ibis

    sells = party.contains(flows["exporter"], flows["year"])
    buys = party.contains(flows["importer"], flows["year"])
    seen = flows.select(
        year=flows["year"],
        exporter=ibis.ifelse(sells, ibis.literal(party.name), flows["exporter"]),
        importer=ibis.ifelse(buys, ibis.literal(party.name), flows["importer"]),
        product=flows["product"],
        between=sells & buys & (flows["exporter"] != flows["importer"]),
        value_usd=flows["value_usd"],
    )
    keys = ("year", "exporter", "importer", "product", "between")
    return seen.group_by(*keys).agg(value_usd=seen["value_usd"].sum())
