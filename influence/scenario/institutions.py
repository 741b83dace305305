"""Edits of the ties between states: memberships of agreements, pledges, troops. Each gives a new panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from influence.errors import ScenarioError, suggest
from influence.panel.arrays import sealed
from influence.panel.panel import Panel
from influence.scenario.members import members_at_start
from influence.scenario.model import Edit

SCENARIO_SOURCE = "scenario"


def edit_institutions(panel: Panel, edit: Edit) -> Panel:
    """The panel with one edit's memberships, pledges or troops; the same panel for an edit of trade alone."""
    step = _STEPS.get(edit.kind)
    return panel if step is None else step(panel, edit)


def _check_agreement(panel: Panel, edit: Edit, key: str) -> None:
    known = sorted(panel.agreements["agreement"])
    if key not in known:
        named = [name for name in known if not name.startswith("desta_")]
        raise ScenarioError(
            f"{edit.place}: there is no agreement {key!r} in the panel.{suggest(key, known)} The panel has "
            f"{len(known)}, for example {', '.join(named[:30])}."
        )


def join(panel: Panel, edit: Edit) -> Panel:
    """Members are in the agreement from the first of January on; who is in already stays in."""
    key, members = edit["agreement"], members_at_start(panel, edit, "members")
    _check_agreement(panel, edit, key)
    if edit["replaces"]:
        _check_agreement(panel, edit, edit["replaces"])
    rows = panel.memberships
    of_agreement = rows["agreement"] == key
    inside = rows[
        of_agreement & (rows["begin"] != "") & (rows["begin"].str[:4] <= str(edit.begin)) & (rows["end"] == "")
    ]
    new = [member for member in members if member not in set(inside["iso3"])]
    # Rows of those who never were in, or are in later, give way to the new ones.
    kept = rows[~(of_agreement & rows["iso3"].isin(new) & (rows["end"] == ""))]
    added = pd.DataFrame({"agreement": key, "iso3": new}).assign(
        begin=str(edit.begin), end="", source=SCENARIO_SOURCE, flag="observed"
    )
    return replace(panel, memberships=pd.concat([kept, added], ignore_index=True))


def leave(panel: Panel, edit: Edit) -> Panel:
    """Members are out of the agreement from the first of January on."""
    key, members = edit["agreement"], members_at_start(panel, edit, "members")
    _check_agreement(panel, edit, key)
    rows = panel.memberships
    open_rows = (rows["agreement"] == key) & (rows["begin"] != "") & _open_at(rows["end"], edit.begin)
    strangers = [member for member in members if member not in set(rows.loc[open_rows, "iso3"])]
    if strangers:
        raise ScenarioError(
            f"{edit.place}: {', '.join(strangers)} is not in {key} in {edit.begin}; in it are "
            f"{', '.join(sorted(set(rows.loc[open_rows, 'iso3']))) or 'none'}."
        )
    leaving = open_rows & rows["iso3"].isin(members)
    later = leaving & (rows["begin"].str[:4] >= str(edit.begin))
    ended = rows.assign(end=rows["end"].where(~leaving, f"{edit.begin - 1}-12-31"))
    return replace(panel, memberships=ended[~later].reset_index(drop=True))


def _open_at(end: pd.Series, year: int) -> pd.Series:
    return (end == "") | (end.str[:4] >= str(year))


def _pairs(panel: Panel, edit: Edit) -> list[tuple[str, str]]:
    sources, targets = (members_at_start(panel, edit, side) for side in ("source", "target"))
    pairs = [(u, v) for u in sources for v in targets if u != v]
    return sorted({*pairs, *((v, u) for u, v in pairs)}) if edit["mutual"] else pairs


def start_pact(panel: Panel, edit: Edit) -> Panel:
    """A pledge from source to target, in force from the year on."""
    first = pd.DataFrame(_pairs(panel, edit), columns=["source", "target"])
    rows = first.assign(
        kind=edit["pact"], begin=edit.begin, end=np.nan, observed_to=panel.years[-1], correction="",
        origin=SCENARIO_SOURCE,
    )  # fmt: skip
    return replace(panel, pacts=pd.concat([panel.pacts, rows[panel.pacts.columns]], ignore_index=True))


def end_pact(panel: Panel, edit: Edit) -> Panel:
    """Pledges of that kind from source to target end with the year before."""
    pacts, pairs = panel.pacts, _pairs(panel, edit)
    alive = (pacts["kind"] == edit["pact"]) & ~(pacts["end"] < edit.begin)
    keys = pd.MultiIndex.from_frame(pacts[["source", "target"]])
    for u, v in pairs:
        there = alive & (keys == (u, v))
        back = alive & (keys == (v, u))
        if not there.any() and not (edit["mutual"] and back.any()):
            raise ScenarioError(f"{edit.place}: {u} has no pledge of {edit['pact']} to {v} in {edit.begin}.")
    ending = alive & keys.isin(pairs)
    later = ending & (pacts["begin"] >= edit.begin)
    ended = pacts.assign(end=pacts["end"].where(~ending, float(edit.begin - 1)))
    return replace(panel, pacts=ended[~later].reset_index(drop=True))


def move_troops(panel: Panel, edit: Edit) -> Panel:
    """A share of the troops at one host goes to another, or home, from the year on."""
    hosted = panel.attributes["troops"].copy()
    codes = panel.states.index
    rows = np.asarray(panel.years) >= edit.begin
    left = codes.get_loc(edit["leave"])
    moved = edit["share"] * hosted.values[rows, left]
    if not (moved > 0).any():
        raise ScenarioError(f"{edit.place}: the panel knows of no troops at {edit['leave']} from {edit.begin} on.")
    values = hosted.values.copy()
    values[rows, left] -= moved
    if edit["to"] is not None:
        host = codes.get_loc(edit["to"])
        values[rows, host] = np.where(np.isnan(moved), values[rows, host], np.nan_to_num(values[rows, host]) + moved)
    return panel.with_parts(attributes=panel.attributes.assign(troops=(hosted.dims, sealed(values))))


_STEPS: dict[str, Callable[[Panel, Edit], Panel]] = {
    "join": join,
    "leave": leave,
    "start_pact": start_pact,
    "end_pact": end_pact,
    "move_troops": move_troops,
}
