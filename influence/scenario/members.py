"""Who an edit is about: its states and the members of its groups.

Membership is dated. An edit of tariffs, costs or flows concerns the members of the year it is applied to, so a state
that left a group before that year is not concerned. Joining, leaving and pledging concern the members of the edit's
first year, the year of the act.
"""

from __future__ import annotations

from collections.abc import Iterable

from influence.errors import ScenarioError
from influence.panel.panel import Panel
from influence.scenario.model import Edit


def members_in(panel: Panel, items: Iterable[str], year: int) -> tuple[str, ...]:
    """ISO3 codes of states and of the members that groups have in a year, sorted."""
    registry, codes = panel.registry, set[str]()
    for item in items:
        codes |= set(registry.members(item, year)) if registry.is_group(item) else {item}
    return tuple(sorted(codes))


def members_at_start(panel: Panel, edit: Edit, field: str) -> tuple[str, ...]:
    """Those a field of the edit names, in the edit's first year.

    Raises
    ------
    ScenarioError : no group of the field has a member in that year.
    """
    found = members_in(panel, edit[field], edit.begin)
    if not found:
        raise ScenarioError(f"{edit.place}: {field}: {', '.join(edit[field])} has no member in {edit.begin}.")
    return found
