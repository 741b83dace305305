"""What the atlas carries: the layers as they bear on each state, so that the page can weigh them anew.

The page computes direct pull from the same numbers as metrics.pull does (static/pull.js): the shares of each layer
that rest on the poles, its not_covered, what of it was observed, and where each layer exists. A test holds the two
together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.compare.definitions import other_definitions, range_over
from influence.compare.sides import ends_of, layer_choices, mark_choices
from influence.config import Config
from influence.errors import ScenarioError, StateError, TradeError, YearError, check_year
from influence.export.backbone import prominent
from influence.export.packing import Packed
from influence.layers import build_layers, trade_breaks
from influence.metrics.bandwidth import bandwidth_unit
from influence.metrics.lenses import choices_of, lens_balance, lens_pull
from influence.metrics.pull import direct_pull, pairs_of, pole_members, pull_balance
from influence.panel.panel import Panel
from influence.panel.regions import region_members
from influence.quality import tie_marks
from influence.scenario.apply import Applied, apply_scenario
from influence.scenario.load import check_distinct_names, load_scenario
from influence.specs import LENSES
from influence.states import group_members
from influence.ties import build_ties

POLED, EXACT, FINE, COARSE = 1e-9, 1e-7, 1e-6, 1e-5
"""Steps of pulls (a balance is a ratio even of the smallest), of what else the page computes with, of what it only
shows, and of bands (and, of many states, of all that is only shown)."""
MOST_COMPLETE = 64
"""States of which every tie is carried; of more, those that stand out, those with poles and the strongest."""
PARTNERS = 8
"""Strongest ties towards a state that are always carried, also from states that have no dot."""


class Frame(NamedTuple):
    """Whom the page shows and which ties it carries; the same for the baseline and every scenario.

    shown : codes with a dot. others : codes that only pull. pairs : (n, 2) places in shown + others and in shown.
    complete : every tie between two states shown is among the pairs.
    """

    shown: tuple[str, ...]
    others: tuple[str, ...]
    pairs: np.ndarray
    complete: bool


@dataclass(frozen=True)
class World:
    """A panel to be shown from a year on. variants : ties by other definitions and at the ends of what it hangs on."""

    panel: Panel
    first: int
    ties: xr.DataArray
    layers: xr.DataArray
    variants: tuple[xr.DataArray, ...]
    choices: Mapping[str, Any]
    mark_choices: Mapping[str, Any]

    @property
    def years(self) -> list[int]:
        """Years that are shown."""
        return [int(year) for year in self.ties.indexes["year"]]


def baseline_world(panel: Panel, config: Config) -> World:
    """The panel itself, all its years."""
    return _world(panel, panel.years[0], (), config)


def scenario_world(panel: Panel, name: str, config: Config) -> tuple[World, Applied]:
    """A scenario carried out, from its first edit on, with the ends of what its answer hangs on.

    Raises
    ------
    ScenarioError : see load_scenario and apply_scenario.
    """
    plain = apply_scenario(panel, load_scenario(name), theta=config.elasticity)
    first = max(plain.scenario.first or panel.years[0], panel.years[0])
    ends = tuple(end.panel for end in ends_of(panel, plain, config).values())
    return _world(plain.panel, first, ends, config), plain


def _world(panel: Panel, first: int, ends: Sequence[Panel], config: Config) -> World:
    shown = panel.of_years(first, panel.years[-1])
    choices = layer_choices(config)
    later = [end.of_years(first, panel.years[-1]) for end in ends]
    variants = [*other_definitions(shown, config), *(build_ties(end, config.weights, **choices) for end in later)]
    ties, layers = build_ties(shown, config.weights, **choices), build_layers(shown, **choices)
    return World(panel, first, ties, layers, tuple(variants), choices, mark_choices(config))


def frame_of(worlds: Sequence[World], shown: Sequence[str], poles: Sequence[str]) -> Frame:
    """The states and the ties to carry: all ties between few states, of many those that matter in some year."""
    codes = worlds[0].ties.indexes["target"]
    at = codes.get_indexer(list(shown))
    wanted = np.zeros((len(codes), len(shown)), dtype=bool)
    complete = len(shown) <= MOST_COMPLETE
    for world in worlds:
        towards = np.nan_to_num(world.ties.values[:, :, at])
        most = min(PARTNERS, towards.shape[1])
        strongest = towards >= np.partition(towards, -most, axis=1)[:, [-most], :]
        wanted |= ((towards > 0) & strongest).any(axis=0)
        if complete:
            wanted[at] |= (np.nan_to_num(world.layers.values[:, :, at][..., at]) > 0).any(axis=(0, 1))
            continue
        wanted[at] |= prominent(towards[:, at]).any(axis=0)
        poled = np.any([pole_members(world.ties, pole).any(axis=0) for pole in poles], axis=0)
        tied = (towards > 0).any(axis=0)
        wanted |= tied & (poled[:, None] | poled[at][None, :])
    others = [i for i in np.flatnonzero(wanted.any(axis=1)) if i not in set(at.tolist())]
    rows = np.array([*at, *others])
    source, target = np.nonzero(wanted[rows])
    keep = rows[source] != at[target]
    pairs = np.column_stack([source[keep], target[keep]])
    return Frame(tuple(shown), tuple(str(codes[i]) for i in others), pairs, complete)


def numbers_of(
    world: World, frame: Frame, config: Config, poles: Sequence[str], lenses: Sequence[str] | None = None
) -> dict[str, Packed]:
    """Every array of the page, years last; NaN where there is no value.

    pole (layer, pole, state): share of the layer that rests on the pole. own (layer, state): the layer's not_covered.
    alone, within (layer, state): what of it was observed as ties; within leaves out pairs whose trade was not
    observed, which the composite cannot know either. there (layer): whether anyone saw the layer in the year.
    member (pole, state), pole_size (pole): who is in a pole, and how many members it has. breaks (layer, state): the
    layer comes from another kind of series than the year before, or was observed in one of the two alone, of the state
    or at all. marks (layer, pole, state): bits of quality.MARKS. ties (layer, pair). degree (state): known ties from
    the states shown, by the configured weights.
    low, high (measure, state): bands of each pull and each balance. lens_, cover_, balance_NAME: the other lenses.
    """
    ties, layers = world.ties, world.layers
    codes = ties.indexes["target"]
    at = codes.get_indexer(list(frame.shown))
    shares, unseen = layers.values[..., at], layers["unobserved"].values[..., at]
    gap = np.isnan(shares[0]) & (unseen[0] < 1)[:, None, :]
    filled = np.nan_to_num(shares)
    members = np.stack([pole_members(ties, pole) for pole in poles])
    rows = codes.get_indexer([*frame.shown, *frame.others])[frame.pairs[:, 0]]
    columns = frame.pairs[:, 1]
    tied = filled[:, :, rows, columns]
    tied[0][gap[:, rows, columns]] = np.nan
    step = FINE if frame.complete else COARSE
    # A tie is a tie however small: those that stand out are told by how many there are.
    tied = np.where((tied > 0) & (tied < step), step, tied)
    out = {
        "pole": Packed(np.moveaxis(_on_poles(filled, gap, members), 2, -1), POLED),
        "own": Packed(_years_last(layers["not_covered"].values[..., at]), EXACT),
        "alone": Packed(_years_last(filled.sum(axis=2)), EXACT),
        "within": Packed(_years_last(np.where(gap, 0.0, filled).sum(axis=2)), EXACT),
        "there": Packed(np.asarray((layers["unobserved"].values < 1).any(axis=2)), 1),
        "member": Packed(_years_last(members[:, :, at]), 1),
        "pole_size": Packed(np.asarray(members.sum(axis=2)), 1),
        "breaks": Packed(_years_last(_breaks(world, at)), 1),
        "marks": Packed(np.moveaxis(_marks(world, members, at), 2, -1), 1),
        "ties": Packed(np.moveaxis(tied, 1, -1), step),
        "degree": Packed(_years_last((np.nan_to_num(ties.values[:, at][..., at]) > 0).sum(axis=1)), 1),
    }
    low, high = _bands(world, poles, at)
    out |= {"low": Packed(low, COARSE), "high": Packed(high, COARSE)}
    for lens in LENSES[1:] if lenses is None else lenses:
        out |= _lens(world, config, poles, lens, at, step)
    return out


def lenses_of(world: World, config: Config, poles: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Lenses beside the direct one that this panel has all for, and why the others cannot be had."""
    have, why = [], {}
    for lens in LENSES[1:]:
        try:
            _lens(world, config, poles, lens, np.arange(1), FINE)
            have.append(lens)
        except (StateError, YearError) as err:
            why[lens] = str(err)
    return have, why


def _years_last(values: np.ndarray) -> np.ndarray:
    """(..., year, state) as (..., state, year)."""
    return np.swapaxes(np.asarray(values), -1, -2)


def _on_poles(filled: np.ndarray, gap: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Share of each layer on each pole (layer, pole, year, state); trade is NaN where a member's was not observed."""
    held = np.einsum("pys,lyst->lpyt", members.astype(float), filled)
    lost = np.einsum("pys,yst->pyt", members.astype(float), gap.astype(float)) > 0
    held[0][lost] = np.nan
    return held


def _breaks(world: World, at: np.ndarray) -> np.ndarray:
    """Where a layer breaks (layer, year, state), by the whole panel: the first year shown may be one."""
    layers = build_layers(world.panel, **world.choices)
    known = layers["unobserved"].values < 1
    exists, seen = np.asarray(known.any(axis=2)), known[..., at]
    out = np.zeros(seen.shape, dtype=bool)
    out[:, 1:] = (seen[:, 1:] != seen[:, :-1]) | (exists[:, 1:] != exists[:, :-1])[..., None]
    out[0] |= trade_breaks(world.panel)[:, at]
    return out[:, world.first - world.panel.years[0] :]


def _marks(world: World, members: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Bits of quality.MARKS on the poles' ties of each layer (layer, pole, year, state)."""
    panel = world.panel.of_years(world.first, world.panel.years[-1])
    out = []
    for name in panel.layer_names:
        bits = tie_marks(panel, {name: 1.0}, **world.mark_choices).values[:, :, at]
        own = [np.bitwise_or.reduce(np.where(member[:, :, None], bits, 0), axis=1) for member in members]
        out.append(np.stack(own))
    return np.stack(out)


def measures_of(poles: Sequence[str]) -> list[str]:
    """What bands are told of, in order: each pole's pull, then each pair's balance."""
    return [*poles, *("-".join(pair) for pair in pairs_of(poles))]


def _bands(world: World, poles: Sequence[str], at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the bands (measure, state, year)."""

    def measured(ties: xr.DataArray) -> np.ndarray:
        pulls = [direct_pull(ties, pole).values for pole in poles]
        balances = [pull_balance(ties, pair).values for pair in pairs_of(poles)]
        return _years_last(np.stack([*pulls, *balances])[..., at])

    return range_over(measured(world.ties), [measured(ties) for ties in world.variants])


def _lens(
    world: World, config: Config, poles: Sequence[str], lens: str, at: np.ndarray, step: float
) -> dict[str, Packed]:
    panel, unit = world.panel, None
    if lens == "bandwidth":
        unit = bandwidth_unit(panel, config.bandwidth_base_year, config.agreement_strength)
    part = panel.of_years(world.first, panel.years[-1])
    pulls = lens_pull(part, world.ties, poles, lens, choices_of(config, unit))
    balances = np.stack([lens_balance(pulls, pair).values for pair in pairs_of(poles)])[..., at]
    size = float(np.nanmax(np.abs(pulls.values), initial=0.0, where=~np.isnan(pulls.values)))
    return {
        f"lens_{lens}": Packed(_years_last(pulls.values[..., at]), step * 10.0 ** np.ceil(np.log10(size or 1.0))),
        f"cover_{lens}": Packed(_years_last(pulls["coverage"].values[..., at]), step),
        f"balance_{lens}": Packed(_years_last(balances), step),
    }


def scenario_record(applied: Applied, world: World) -> dict[str, Any]:
    """What the page says of a scenario."""
    scenario = applied.scenario
    return {
        "name": scenario.name, "title": scenario.title, "question": scenario.question, "fact": scenario.actual_note,
        "assumptions": list(scenario.assumptions), "notes": list(applied.notes), "first": world.first,
    }  # fmt: skip


class Content(NamedTuple):
    """Everything measured for a page.

    config, poles, region : what was asked for. inside : which of the states shown belong to the region (state); the
    others are members of poles, which findings do not count (headline_pulls). numbers : arrays of the baseline by name.
    pulls : direct pull (pole, year, state). scenarios : what to say of each, and its arrays. lenses : those available
    beside the direct one. notes : what was left out.
    """

    config: Config
    poles: tuple[str, ...]
    region: str
    inside: np.ndarray
    frame: Frame
    base: World
    numbers: dict[str, Packed]
    pulls: np.ndarray
    scenarios: list[tuple[dict[str, Any], dict[str, Packed]]]
    lenses: list[str]
    notes: list[str]


def build_atlas_data(
    panel: Panel,
    config: Config,
    poles: Sequence[str],
    *,
    region: str,
    scenarios: tuple[Sequence[str], bool] = ((), True),
    states: Sequence[str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Content:
    """Measure the baseline and each scenario for the states of a region (`all`: every state) and the poles.

    scenarios : see scenario.load.chosen_scenarios; those that need not be carried out are left out where they cannot.
    states : whom to show in place of the region.

    Raises
    ------
    StateError : no such region, a pole without ties, poles that overlap. ScenarioError : a scenario that cannot be
        carried out, or two of one name.
    """
    if panel.custom and not config.layers:
        config = replace(config, layers=tuple(ties.layer for ties in panel.custom))
    shown = shown_states(panel, region, poles) if states is None else sorted(states)
    progress("weighing the ties by every definition")
    base = baseline_world(panel, config)
    have, why = lenses_of(base, config, poles)
    worlds: list[tuple[World, Applied]] = []
    notes = [f"The {lens} lens is left out: {reason}" for lens, reason in why.items()]
    for name in scenarios[0]:
        progress(f"carrying out {name}")
        try:
            worlds.append(scenario_world(panel, name, config))
        except (ScenarioError, TradeError, StateError) as err:
            if scenarios[1]:
                raise
            notes.append(f"The scenario {name} is left out: {err}")
    check_distinct_names([applied.scenario.name for _, applied in worlds])
    frame = frame_of([base, *(world for world, _ in worlds)], shown, poles)
    progress("looking through every lens")
    numbers = numbers_of(base, frame, config, poles, have)
    out = []
    for world, applied in worlds:
        progress(f"measuring {applied.scenario.name}")
        try:
            out.append((scenario_record(applied, world), numbers_of(world, frame, config, poles, have)))
        except StateError as err:
            if scenarios[1]:
                raise
            notes.append(f"The scenario {applied.scenario.name} is left out: {err}")
    pulls = np.stack([direct_pull(base.ties, pole).sel(target=list(frame.shown)).values for pole in poles])
    held = set(frame.shown if states is not None else region_members(panel, region))
    inside = np.array([code in held for code in frame.shown])
    return Content(config, tuple(poles), region, inside, frame, base, numbers, pulls, out, have, notes)


def headline_pulls(content: Content, at: int) -> np.ndarray:
    """Direct pull (pole, state) in one year on the states that a headline counts: of the region, in no pole."""
    member = np.any(content.numbers["member"].values[:, :, at], axis=0)
    return content.pulls[:, at, content.inside & ~member]


def at_year(content: Content, year: int) -> Content:
    """One year of the baseline alone.

    Raises
    ------
    YearError : the panel does not have it.
    """
    base = content.base
    check_year(year, base.years)
    at = base.years.index(year)
    one = {"year": [year]}
    world = replace(base, first=year, ties=base.ties.sel(one), layers=base.layers.sel(one), variants=())
    numbers = {name: Packed(np.asarray(p.values)[..., at : at + 1], p.step) for name, p in content.numbers.items()}
    return content._replace(base=world, numbers=numbers, pulls=content.pulls[:, [at]], scenarios=[])


def shown_states(panel: Panel, region: str, poles: Sequence[str]) -> list[str]:
    """The states of a region that the panel holds, and the members of the poles in any year; sorted.

    Raises
    ------
    StateError : no such region, an unknown pole.
    """
    codes = [str(code) for code in panel.states.index]
    members: set[str] = set()
    for pole in poles:
        members |= {pole} if pole in codes else set(group_members(pole))
    return sorted((set(region_members(panel, region)) | members) & set(codes))


def from_year(numbers: Mapping[str, Packed], years: Sequence[int], first: int) -> dict[str, Packed]:
    """The arrays from a year on: what a scenario's are packed against."""
    at = list(years).index(first)
    return {name: Packed(np.asarray(p.values)[..., at:], p.step) for name, p in numbers.items()}


def labels_of(panel: Panel, codes: Sequence[str]) -> pd.DataFrame:
    """name, region, latitude, longitude of the codes, in their order."""
    return panel.states.loc[list(codes), ["name", "region", "latitude", "longitude"]]
