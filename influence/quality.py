"""Quality of each tie: how much of a state's reliance was observed, and which of its figures have a quality flag.

Marks are bits of an integer (year, source, target), so that a result can combine those of the ties it is made of.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from influence.layers import Choices, layer_specs, strength_in_force, strongest
from influence.panel.custom_layers import CustomTies
from influence.panel.panel import Panel
from influence.schema import AGREEMENT_STRENGTH, COVERAGE_FLOOR, COVERAGE_ROUNDING, FLAG_NAMES, PACT_STRENGTH
from influence.specs import WEIGHTS, function_of
from influence.ties import checked_weights

MARKS = ("provisional", "chained", "carried", "imputed", "corrected")
"""Flags that a result lists, in order; 'observed' needs no note and 'missing' is a property of the value."""
_BIT = {name: 1 << i for i, name in enumerate(MARKS)}
_OF_FLAG = np.array([_BIT.get(name, 0) for name in FLAG_NAMES] + [0], dtype=np.uint8)


def coverage(ties: xr.DataArray) -> xr.DataArray:
    """Observed share of each state's reliance, 1 - unobserved, dims (year, target), in [0, 1]."""
    unseen = ties["unobserved"]
    return unseen.copy(data=1.0 - unseen.values, deep=False).rename("coverage")


def covered(ties: xr.DataArray) -> np.ndarray:
    """Whether enough of a state's reliance was observed, bool (year, target)."""
    return meets_coverage(1.0 - ties["unobserved"].values)


def meets_coverage(seen: np.ndarray | float) -> np.ndarray:
    """Whether a coverage is at least 0.8, to a millionth; NaN is not.

    With weights such as 0.8 and 0.2 the coverage is exactly at the threshold: the last digit of a sum must not decide.
    """
    return np.asarray(np.nan_to_num(seen) >= COVERAGE_FLOOR - COVERAGE_ROUNDING)


def known_shares(ties: xr.DataArray) -> np.ndarray:
    """Ties that may be measured on, (year, source, target): the columns of covered states, 0 where unobserved.

    The same ties that build_graph draws: a state whose coverage is below 0.8 has none towards it. Do not write
    into it: for ties from known_ties it is their array itself.
    """
    if "tied" in ties.coords:
        return ties.values
    shares = np.where(covered(ties)[:, None, :], ties.values, 0.0)
    np.copyto(shares, 0.0, where=np.isnan(shares))
    return shares


def tied_states(ties: xr.DataArray) -> np.ndarray:
    """Whether a state has any known tie, in or out, bool (year, state)."""
    if "tied" in ties.coords:
        return ties["tied"].values
    shares = known_shares(ties)
    return np.asarray((shares.sum(axis=1) > 0) | (shares.sum(axis=2) > 0))


def network_coverage(ties: xr.DataArray) -> np.ndarray:
    """Share of the states with ties whose portfolio is known, (year), in [0, 1]; NaN for a year without ties.

    The coverage of a measure of the whole network: in 2021 and 2022 two states of three are not covered, and a sum over
    all states would fall by half although nothing happened.
    """
    tied = tied_states(ties)
    count = tied.sum(axis=1).astype(float)
    return np.divide((tied & covered(ties)).sum(axis=1), count, where=count > 0, out=np.full_like(count, np.nan))


def known_ties(ties: xr.DataArray) -> xr.DataArray:
    """Ties made ready for many measures: known_shares and tied_states, computed once; every measure takes either.

    Returns
    -------
    dims and coordinates of `ties`, 0 in place of unknown ties, and coordinate tied (year, target), bool.
    """
    if "tied" in ties.coords:
        return ties
    known = ties.copy(data=known_shares(ties), deep=False)
    return known.assign_coords(tied=(("year", "target"), tied_states(known)))


def tie_marks(
    panel: Panel, weights: Mapping[str, float] = WEIGHTS, *, capability: str = "gdp",
    pact_strength: Mapping[str, float] = PACT_STRENGTH, agreement_strength: Mapping[str, float] = AGREEMENT_STRENGTH,
) -> xr.DataArray:  # fmt: skip
    """Bits of MARKS for every tie of the composite, dims (year, source, target), uint8.

    A tie has the marks of the trade flows both ways and of the target's total, of a pledge carried beyond its source's
    last year or from the cited corrections, of a trade agreement without whose corrected or estimated dates it would be
    weaker, of a spell of a custom layer carried beyond its file's last year, and of the capabilities that weigh it.
    """
    used = checked_weights(weights, panel.layer_names)
    choices = Choices(capability=capability, pact_strength=pact_strength, agreement_strength=agreement_strength)
    out = np.zeros(panel.trade["flag"].shape, dtype=np.uint8)
    for name, spec in layer_specs(panel).items():
        if used[name] > 0 and spec.marks is not None:
            out |= function_of(spec.marks)(panel, choices)
    codes = panel.states.index.to_numpy(dtype=str)
    coords = {"year": list(panel.years), "source": codes, "target": codes}
    attrs = {"registry": panel.registry}
    return xr.DataArray(out, coords=coords, dims=("year", "source", "target"), name="marks", attrs=attrs)


def trade_marks(panel: Panel, _: Choices) -> np.ndarray:
    """Bits of the trade layer: those of the flows both ways and of the target's total."""
    trade = _OF_FLAG[panel.trade["flag"].values]
    totals = _OF_FLAG[panel.totals["flag"].values]
    return np.asarray(trade | trade.transpose(0, 2, 1) | totals[:, None, :])


def alliance_marks(panel: Panel, choices: Choices) -> np.ndarray:
    """Bits of the alliance layer: what is carried or corrected, and the capabilities that weigh it."""
    held = strength_in_force(panel, choices.pact_strength) > 0
    return np.asarray(_of_sizes(panel, choices, held) | _pact_marks(panel, choices.pact_strength))


def agreement_marks(panel: Panel, choices: Choices) -> np.ndarray:
    """Bits of the agreement layer: those without whose corrected or estimated dates a tie would be weaker."""
    strength = strength_in_force(panel, choices.agreement_strength)
    out = _of_sizes(panel, choices, strength > 0)
    for flag in ("corrected", "imputed"):
        others = panel.agreements_in_force(panel.agreement_pairs["flag"].ne(flag).to_numpy(dtype=bool))
        weaker = strongest(others, choices.agreement_strength, strength.shape) < strength
        out |= np.where(weaker, _BIT[flag], 0).astype(np.uint8)
    return out


def custom_marks(custom: CustomTies, panel: Panel, choices: Choices) -> np.ndarray:
    """Bits of a custom layer: what is carried, and of commitments the capabilities that weigh them."""
    marks = np.where(custom.amounts["carried"].values, _BIT["carried"], 0).astype(np.uint8)
    if custom.layer.normalise == "pledge":
        marks |= _of_sizes(panel, choices, np.nan_to_num(custom.amounts["value"].values) > 0)
    return marks


def _of_sizes(panel: Panel, choices: Choices, held: np.ndarray) -> np.ndarray:
    """Bits of both capabilities where a tie holds (year, source, target)."""
    sizes = _OF_FLAG[panel.attributes["gdp_flag" if choices.capability == "gdp" else "cinc_flag"].values]
    return np.where(held, sizes[:, :, None] | sizes[:, None, :], 0).astype(np.uint8)


def _pact_marks(panel: Panel, strengths: Mapping[str, float]) -> np.ndarray:
    index, years = panel.states.index, panel.years
    counted = panel.pacts[panel.pacts["kind"].isin([kind for kind, strength in strengths.items() if strength > 0])]
    source, target = index.get_indexer(counted["source"]), index.get_indexer(counted["target"])
    begin = np.maximum(counted["begin"].to_numpy() - years[0], 0)
    stop = np.minimum(counted["end"].fillna(years[-1]).to_numpy(dtype=np.int64), years[-1]) - years[0] + 1
    corrected = counted["correction"].ne("").to_numpy(dtype=bool)
    # Of a correction all its years; of the source's spells those beyond the last year that it looked at.
    begin = np.where(corrected, begin, np.maximum(begin, counted["observed_to"].to_numpy() + 1 - years[0]))
    out = np.zeros((len(years), len(index), len(index)), dtype=np.uint8)
    for bit, rows in ((_BIT["corrected"], corrected), (_BIT["carried"], ~corrected)):
        at = np.flatnonzero(rows & (source >= 0) & (target >= 0) & (stop > begin))
        length = (stop - begin)[at]
        each = np.repeat(at, length)
        year = begin[each] + np.arange(len(each)) - np.repeat(np.cumsum(length) - length, length)
        out[year, source[each], target[each]] |= bit
    return out


def state_marks(ties: xr.DataArray, marks: xr.DataArray) -> np.ndarray:
    """Bits of MARKS for every state, (year, state): those on a tenth or more of its pulls, in or out, by share."""
    shares = known_shares(ties)
    out = np.zeros(shares.shape[:2], dtype=np.uint8)
    for name in MARKS:
        marked = np.where(marks.values & _BIT[name], shares, 0.0)
        for axis in (1, 2):
            out |= np.where(marked.sum(axis=axis) > 0.1 * shares.sum(axis=axis), _BIT[name], 0).astype(np.uint8)
    return out


def words_of(marks: np.ndarray) -> np.ndarray:
    """Bits as text joined by ';', '' for none; the shape of `marks`."""
    table = np.array(
        [";".join(name for name in MARKS if bits & _BIT[name]) for bits in range(1 << len(MARKS))], dtype=object
    )
    return table[marks]
