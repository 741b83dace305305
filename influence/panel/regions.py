"""Whom a region holds: a group, the members of a trade agreement, states by name, or several of these."""

from __future__ import annotations

import re

from influence.errors import StateError, suggest
from influence.panel.panel import Panel
from influence.schema import ALL


def region_members(panel: Panel, region: str, year: int | None = None) -> list[str]:
    """ISO3 codes of a region, in a year or ever; sorted. Not all of them need be in the panel.

    region : `all`; a group of the panel; the key of a trade agreement of the panel (CPTPP, RCEP, …),
    whose members are those it is in force for; a state; or several of these, joined by commas.

    Raises
    ------
    StateError : a part that is none of these, or an agreement that never was in force.
    """
    parts = [part.strip() for part in region.split(",") if part.strip()]
    if not parts:
        raise StateError("a region must name a group, an agreement or states, e.g. asean, RCEP or KOR,JPN.")
    return sorted({code for part in parts for code in _members(panel, part, year)})


def region_key(region: str) -> str:
    """A region as part of a file's name: 'KOR,Viet Nam' is KOR_Viet_Nam."""
    return re.sub(r"\W+", "_", region).strip("_")


def _members(panel: Panel, part: str, year: int | None) -> list[str]:
    if part.casefold() == ALL:
        return [str(code) for code in panel.states.index]
    registry = panel.registry
    if registry.is_group(part):
        return registry.members(part, year)
    agreements = list(panel.agreements["agreement"])
    key = part if part in agreements else {name.casefold(): name for name in agreements}.get(part.casefold())
    if key is not None:
        return _parties(panel, key, year)
    if part in panel.states.index:
        return [part]
    found = registry.find(part)
    if found is None:
        groups = registry.group_names()
        raise StateError(
            f"{part!r} is not known.{suggest(part, [*registry.names(), *agreements, *groups])} A region may be states "
            f"(KOR,JPN), groups ({', '.join(groups)}, or a custom group: groups: in config.yaml), trade agreements of "
            f"the panel (CPTPP, RCEP, …), or all."
        )
    return [found]


def _parties(panel: Panel, key: str, year: int | None) -> list[str]:
    """Those an agreement is in force for, for the whole of the year or a part of it."""
    rows = panel.memberships[panel.memberships["agreement"] == key]
    rows = rows[rows["begin"] != ""]
    if rows.empty:
        groups = suggest(key, panel.registry.group_names())
        raise StateError(f"agreement {key} was never in force, so it has no members.{groups} Or name the states.")
    if year is not None:
        begin, end = rows["begin"].str[:4].astype(int), rows["end"].str[:4].replace("", "9999").astype(int)
        rows = rows[(begin <= year) & (year <= end)]
    return sorted(set(rows["iso3"]))
