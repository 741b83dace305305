"""How sure a number is: seeded draws over what it rests on, and the bands and odds they give.

Each source of doubt has a stream of random numbers of its own in each draw, so that fixing one leaves the others as
they are, and a draw is the same whoever makes it, alone or among a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from influence.compare.sides import layer_choices
from influence.config import Config
from influence.errors import ConfigError
from influence.metrics.pull import direct_pull, pairs_of, pull_balance
from influence.panel.panel import Panel, read_panel_table
from influence.scenario.apply import with_flows
from influence.schema import CAPABILITIES, CONCENTRATION, DOUBTS, LAYERS, TRADE_BASES
from influence.states import datasets_dir
from influence.ties import build_ties

LOW, HIGH = 0.05, 0.95
LEAST_YEARS = 3
"""Years in which both sides report, from which on a pair's own spread is used."""
WIDEST = float(np.log(10.0))
"""Mirror reports that differ tenfold and more are told as that: the spread of a pair is at most this."""
LEAST_KNOWN = 0.8
"""Share of the draws that must have a value."""
HELD = 150_000_000
"""Bytes of draws held at a time: as many years are worked on together as that allows."""


class Doubt(NamedTuple):
    """draws : how many. seed : of all of them. concentration : of the weights' Dirichlet. fixed : of DOUBTS."""

    draws: int = 200
    seed: int = 0
    concentration: float = CONCENTRATION
    fixed: frozenset[str] = frozenset()


class Choice(NamedTuple):
    """How one draw makes its layers, and what it weighs them with."""

    weights: dict[str, float]
    layers: dict[str, Any]


def doubt_of(config: Config, draws: int) -> Doubt:
    """The settings' doubt, with so many draws."""
    return Doubt(draws, config.seed, config.concentration, frozenset(config.fixed_doubts))


def check_doubt(doubt: Doubt) -> None:
    """
    Raises
    ------
    ConfigError : no draws, a concentration that is not above 0, an unknown source.
    """
    if doubt.draws < 1:
        raise ConfigError(f"bands need one draw or more, not {doubt.draws}; leave the bands out, or ask for 200.")
    if not 0 < doubt.concentration < np.inf:
        raise ConfigError(f"concentration must be a number above 0, not {doubt.concentration!r}.")
    unknown = sorted(doubt.fixed - set(DOUBTS))
    if unknown:
        raise ConfigError(f"there is no source of doubt {unknown[0]!r}; there are: {', '.join(DOUBTS)}.")


def stream(doubt: Doubt, number: int, source: str) -> np.random.Generator:
    """The random numbers of one source in one draw."""
    return np.random.default_rng(np.random.SeedSequence(doubt.seed, spawn_key=(number, DOUBTS.index(source))))


def choice_of(config: Config, doubt: Doubt, number: int) -> Choice:
    """What draw `number` chooses.

    weights ~ Dirichlet(concentration x the configured weights), over the layers that weigh. The trade base and the
    measure of capability: each of those there are, alike likely. A strength s of a kind of pledge or agreement that
    counts: uniform from s / 2 to min(1, 3 s / 2). What is fixed stays as configured.
    """
    layers = layer_choices(config)
    weights = dict(config.weights)
    if "weights" not in doubt.fixed:
        used = [name for name in LAYERS if weights[name] > 0]
        drawn = stream(doubt, number, "weights").dirichlet([doubt.concentration * weights[name] for name in used])
        weights = {**dict.fromkeys(LAYERS, 0.0), **dict(zip(used, map(float, drawn), strict=True))}
    for source, allowed in (("trade_base", TRADE_BASES), ("capability", CAPABILITIES)):
        if source not in doubt.fixed:
            layers[source] = allowed[int(stream(doubt, number, source).integers(len(allowed)))]
    for source in ("pact_strength", "agreement_strength"):
        if source not in doubt.fixed:
            layers[source] = _strengths(layers[source], stream(doubt, number, source))
    return Choice(weights, layers)


def _strengths(strengths: Mapping[str, float], rng: np.random.Generator) -> dict[str, float]:
    # One number a kind, whether it counts or not, so that a kind switched on does not move the others.
    shares = {kind: rng.random() for kind in sorted(strengths)}
    return {kind: s / 2 + shares[kind] * (min(1.0, 1.5 * s) - s / 2) if s > 0 else 0.0 for kind, s in strengths.items()}


# ---- the spread of trade flows ----------------------------------------------------------------------------


def mirror_spread(panel: Panel, reports: pd.DataFrame | None = None) -> xr.DataArray:
    """Standard deviation of the logarithm of each flow, dims (exporter, importer), from what both sides report.

    With r the importer's report over the exporter's, less the median of ln r over all (freight, insurance and what
    importers count more closely), a pair's spread is the root of the mean square of ln r over the years, by sqrt(2):
    two reports, each as uncertain. Pairs with fewer than three such years take the root mean square of the two states'
    qualities: the median of the spreads of their own pairs, and for states without any the median of all. At most
    ln 10.

    Parameters
    ----------
    reports : table `reports` (schema.TABLES); that of the bundled panel by default.
    """
    told = read_panel_table(datasets_dir(), "reports") if reports is None else reports
    rows = told[told["value_usd"] > 0]
    keys = ["exporter", "importer", "year"]
    out = rows[rows["reporter"] == rows["exporter"]].set_index(keys)["value_usd"]
    into = rows[rows["reporter"] == rows["importer"]].set_index(keys)["value_usd"]
    gap = np.log(into / out).dropna()
    gap = gap - gap.median()
    by_pair = (gap**2).groupby(level=["exporter", "importer"]).agg(["mean", "size"])
    pairs = np.sqrt(by_pair["mean"][by_pair["size"] >= LEAST_YEARS] / 2).clip(upper=WIDEST)
    usual = float(pairs.median()) if len(pairs) else 0.0
    ends = pd.concat([pairs.groupby(level=end).apply(list) for end in ("exporter", "importer")])
    quality = {code: float(np.median(np.concatenate(ends.loc[[code]].to_list()))) for code in set(ends.index)}
    codes = [str(code) for code in panel.states.index]
    own = np.array([quality.get(code, usual) for code in codes])
    spread = np.sqrt((own[:, None] ** 2 + own[None, :] ** 2) / 2)
    place = {code: i for i, code in enumerate(codes)}
    for (exporter, importer), value in pairs.items():
        if exporter in place and importer in place:
            spread[place[exporter], place[importer]] = value
    np.fill_diagonal(spread, 0.0)
    return xr.DataArray(spread, coords={"exporter": codes, "importer": codes}, dims=("exporter", "importer"))


def flows_of(panel: Panel, spread: xr.DataArray, doubt: Doubt, number: int) -> Panel:
    """The panel with every flow times exp(spread z), z standard normal, one for a pair in all years.

    What one side leaves out it leaves out year after year: the gaps of a pair persist. Totals move by as many dollars.
    """
    z = stream(doubt, number, "flows").standard_normal(spread.shape)
    return with_flows(panel, panel.trade["export_usd"].values * np.exp(spread.values * z))


# ---- draws and what they give ------------------------------------------------------------------------------


def drawn_ties(
    panel: Panel, config: Config, doubt: Doubt, spread: xr.DataArray, numbers: Sequence[int]
) -> Iterator[xr.DataArray]:
    """The composite of each draw, in order."""
    for number in numbers:
        choice = choice_of(config, doubt, number)
        drawn = panel if "flows" in doubt.fixed else flows_of(panel, spread, doubt, number)
        yield build_ties(drawn, choice.weights, **choice.layers)


def pull_bands(
    panel: Panel,
    config: Config,
    poles: Sequence[str],
    doubt: Doubt | None = None,
    *,
    told: Callable[[str], None] = lambda _: None,
) -> xr.Dataset:
    """Bands of direct pull and balance over the draws.

    Returns
    -------
    value, median, low, high : dims (measure, year, target); measures are the poles, then the pairs ('CHN-USA'); value
        is that of the settings, low and high the 5 and 95 % quantiles. p_leads : (pair, year, target), share of the
        draws in which the first pole pulls harder, half of those that are level. NaN where the settings give no value,
        or fewer than four draws of five do. The same seed gives the same numbers.

    Raises
    ------
    ConfigError : see check_doubt. StateError : see direct_pull.
    """
    asked = doubt or doubt_of(config, config.draws)
    check_doubt(asked)
    spread = mirror_spread(panel)
    pairs = ["-".join(pair) for pair in pairs_of(poles)]
    parts = []
    year = 8 * asked.draws * (len(poles) + len(pairs)) * len(panel.states)
    block = max(1, HELD // year)
    for first in range(panel.years[0], panel.years[-1] + 1, block):
        last = min(first + block - 1, panel.years[-1])
        told(f"drawing {asked.draws} times, {first} to {last}")
        part = panel.of_years(first, last)
        usual = _measured(build_ties(part, config.weights, **layer_choices(config)), poles)
        draws = np.stack(
            [_measured(ties, poles) for ties in drawn_ties(part, config, asked, spread, range(asked.draws))]
        )
        parts.append(_summary(usual, draws, len(poles)))
    joined = {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}
    labels = {"year": list(panel.years), "target": panel.states.index.to_numpy(dtype=str)}
    measures = ("measure", "year", "target")
    arrays = {name: (measures if name != "p_leads" else ("pair", "year", "target"), v) for name, v in joined.items()}
    return xr.Dataset(arrays, coords={"measure": [*poles, *pairs], "pair": pairs, **labels})


def _measured(ties: xr.DataArray, poles: Sequence[str]) -> np.ndarray:
    """(measure, year, state): each pull, then each balance."""
    pulls = [direct_pull(ties, pole).values for pole in poles]
    return np.stack([*pulls, *(pull_balance(ties, pair).values for pair in pairs_of(poles))])


def _summary(usual: np.ndarray, draws: np.ndarray, poles: int) -> dict[str, np.ndarray]:
    """What is told of the draws (draw, measure, year, state)."""
    enough = (~np.isnan(draws)).mean(axis=0) >= LEAST_KNOWN
    known = enough & ~np.isnan(usual)
    low, median, high = quantiles(draws, (LOW, 0.5, HIGH))
    balance = draws[:, poles:]
    there = ~np.isnan(balance)
    ahead = (balance > 0).sum(axis=0) + 0.5 * (balance == 0).sum(axis=0)
    odds = np.divide(ahead, there.sum(axis=0), where=there.any(axis=0), out=np.full(ahead.shape, np.nan))
    out = {"value": usual, "median": median, "low": low, "high": high}
    told = {name: np.where(known, values, np.nan) for name, values in out.items() if name != "value"}
    return {"value": usual, **told, "p_leads": np.where(known[poles:], odds, np.nan)}


def quantiles(draws: np.ndarray, shares: Sequence[float]) -> list[np.ndarray]:
    """Quantiles over the first axis of the values that are there, linear between them (numpy.nanquantile's)."""
    ordered = np.sort(draws, axis=0)  # NaN last
    count = (~np.isnan(draws)).sum(axis=0)
    out = []
    for share in shares:
        place = share * np.maximum(count - 1, 0)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        low, high = (np.take_along_axis(ordered, at[None], axis=0)[0] for at in (below, above))
        out.append(np.where(count > 0, low + (place - below) * (high - low), np.nan))
    return out


def with_bands(results: pd.DataFrame, bands: xr.Dataset) -> pd.DataFrame:
    """A long table (results.pull_results) with low and high of pulls and balances, and a metric p_leads a pair.

    Rows of p_leads take coverage and flags of the balance beside them.
    """
    pairs = [str(pair) for pair in bands.indexes["pair"]]
    ends = bands[["low", "high"]].to_dataframe().reset_index().rename(columns={"measure": "pole", "target": "iso3"})
    ends["metric"] = np.where(ends["pole"].isin(pairs), "pull_balance", "pull_direct")
    keys = ["metric", "pole", "iso3", "year"]
    out = results.drop(columns=["low", "high"]).merge(ends[[*keys, "low", "high"]], on=keys, how="left")
    odds = bands["p_leads"].to_dataframe().reset_index().rename(columns={"pair": "pole", "target": "iso3"})
    beside = results[results["metric"] == "pull_balance"].drop(columns=["value"])
    led = beside.merge(odds.rename(columns={"p_leads": "value"}), on=["pole", "iso3", "year"])
    led = led.assign(metric="p_leads", low=np.nan, high=np.nan)
    joined = pd.concat([out, led], ignore_index=True)[results.columns]
    return joined.sort_values(["metric", "iso3", "year", "pole"], ignore_index=True)
