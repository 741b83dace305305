"""What still pictures show: captions, rows, positions and colours, computed once for SVG and for matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.errors import check_year
from influence.export.atlas_data import AtlasData, headline_pulls, labels_of
from influence.export.backbone import prominent
from influence.export.land import project
from influence.export.page_data import extent_of, framed, largest_gdp
from influence.quality import known_shares
from influence.statements.catalogue import TEMPLATES, fill
from influence.statements.findings import counted_finding
from influence.statements.method import balance_measure
from influence.statements.numbers import signed
from influence.statements.sources import series_break_note, source_line

THRESHOLD = 0.02
"""Weakest tie on a still map."""


class Caption(NamedTuple):
    """The text of a picture: the finding, the measure and its unit, the sources."""

    title: str
    subtitle: str
    source: str


# ---- one line a state, from before to after --------------------------------------------------------------


class DumbbellMark(NamedTuple):
    """A state's line. pole : place of the pole that leads afterwards, None for none. low, high : NaN for no range."""

    name: str
    before: float
    after: float
    low: float
    high: float
    pole: int | None
    change: str

    @property
    def known(self) -> bool:
        """Whether both ends have a value."""
        return not (np.isnan(self.before) or np.isnan(self.after))


def dumbbell_marks(rows: pd.DataFrame) -> list[DumbbellMark]:
    """Rows (name, before, after, low, high: balances in [-1, 1]) as marks, in their order."""
    return [
        DumbbellMark(
            str(row.name), row.before, row.after, row.low, row.high, leading_pole(row.after),
            signed(row.after - row.before, 3),
        )
        for row in rows.itertuples(index=False)
    ]  # fmt: skip


def leading_pole(balance: float) -> int | None:
    """Place of the pole that leads by a balance: 0 for the first, 1 for the second, None for neither."""
    return 0 if balance > 0 else 1 if balance < 0 else None


def balance_ticks(first: str = "", second: str = "") -> list[tuple[float, str]]:
    """Ticks of a balance axis with their labels; names of the poles behind the outermost."""
    ends = {-1.0: f"−1 {second}", 0.0: "0", 1.0: f"+1 {first}"}
    return [(at, ends.get(at, signed(at, 1)).rstrip()) for at in (-1.0, -0.5, 0.0, 0.5, 1.0)]


# ---- a group against its controls, by year ---------------------------------------------------------------


class EventMark(NamedTuple):
    """A year of an event study. pole : the pole towards which its range lies, None where it includes zero."""

    year: int
    value: float
    low: float
    high: float
    pole: int | None


def event_marks(study: pd.DataFrame) -> list[EventMark]:
    """The years of an event study (event_study) that have a coefficient."""
    return [
        EventMark(int(row.year), row.coefficient, row.low, row.high, 0 if row.low > 0 else 1 if row.high < 0 else None)
        for row in study.dropna(subset=["coefficient"]).itertuples()
    ]


# ---- the map of a year -----------------------------------------------------------------------------------


class MapPlot(NamedTuple):
    """The map of a year. land : outlines behind it. near : states within the extent. ties : source, target, share,
    weakest first.

    member (pole, state): who is in a pole. names : upper case for poles. first : states in the order of their labels.
    """

    caption: Caption
    land: pd.DataFrame
    extent: tuple[int, int, int, int]
    positions: np.ndarray
    near: np.ndarray
    member: np.ndarray
    balance: np.ndarray
    range_includes_zero: np.ndarray
    ties: list[tuple[int, int, float]]
    names: list[str]
    first: np.ndarray


def map_plot(content: AtlasData, year: int) -> MapPlot:
    """The map of a year: prominent ties, the balance of each state, and where its range includes zero.

    Raises
    ------
    YearError : the panel does not have the year.
    """
    check_year(year, content.base.years)
    at = content.base.years.index(year)
    shown, panel = list(content.frame.shown), content.base.panel
    labels = labels_of(panel, shown)
    positions = project(labels["longitude"].to_numpy(), labels["latitude"].to_numpy())
    left, top, right, bottom = extent_of(positions[framed(content)])
    x, y = positions.T
    near = np.flatnonzero((left <= x) & (x <= right) & (top <= y) & (y <= bottom))
    member = np.asarray(content.numbers["member"].values[:, :, at], dtype=bool)
    in_pole = np.asarray(member.any(axis=0))
    low, high = balance_range(content)
    return MapPlot(
        caption=_map_caption(content, year),
        land=panel.table("land"),
        extent=(left, top, right, bottom),
        positions=positions,
        near=near,
        member=member,
        balance=balances(content)[at],
        range_includes_zero=(low[:, at] < 0) & (high[:, at] > 0),
        ties=_map_ties(content, at, in_pole),
        names=[n.upper() if m else n for n, m in zip(labels["name"], in_pole, strict=True)],
        first=near[np.lexsort((-largest_gdp(panel, shown)[near], ~in_pole[near]))],
    )


def _map_caption(content: AtlasData, year: int) -> Caption:
    at = content.base.years.index(year)
    return Caption(
        counted_finding(headline_pulls(content, at)[:2], content.study.labels[:2], year),
        f"{_measure(content)} Prominent ties of {THRESHOLD:.0%} and more run from the country that relies to the one "
        f"it relies on. Hollow: the range over definitions includes zero; crosses: no value. "
        f"{series_break_note(content.study.panel, year)}",
        f"{_sources(content, year)} {TEMPLATES['land']}",
    )


def _map_ties(content: AtlasData, at: int, in_pole: np.ndarray) -> list[tuple[int, int, float]]:
    shown = list(content.frame.shown)
    shares = known_shares(content.base.ties.isel(year=[at]).sel(source=shown, target=shown))[0]
    keep = (prominent(shares) | (in_pole[:, None] ^ in_pole[None, :])) & (shares >= THRESHOLD)
    pairs = sorted(zip(*np.nonzero(keep), strict=True), key=lambda pair: (shares[pair], pair))
    return [(int(u), int(v), float(shares[u, v])) for u, v in pairs]


# ---- balances over the years -----------------------------------------------------------------------------


class TimePlot(NamedTuple):
    """Balances over the years. runs : for each state, the places of unbroken years."""

    caption: Caption
    years: list[int]
    names: list[str]
    balance: np.ndarray
    low: np.ndarray
    high: np.ndarray
    runs: list[list[list[int]]]


def time_plot(content: AtlasData, codes: Sequence[str]) -> TimePlot:
    """Balance of some states over the years (year, state), with its range; cut where the series breaks."""
    years, places = list(content.base.years), [content.frame.shown.index(code) for code in codes]
    balance = balances(content)[:, places]
    low, high = (end[places].T for end in balance_range(content))
    names = labels_of(content.base.panel, codes)["name"].tolist()
    breaks = content.base.ties["is_break"].sel(target=list(codes)).values
    caption = Caption(
        balances_title(names, balance[-1], years[-1]),
        f"{_measure(content)} Shade: {TEMPLATES['range_definitions']}. A line is cut at a series break.",
        _sources(content, years),
    )
    runs = [unbroken_runs(balance[:, k], breaks[:, k]) for k in range(len(codes))]
    return TimePlot(caption, years, names, balance, low, high, runs)


def balances_title(names: Sequence[str], values: np.ndarray, year: int) -> str:
    """'Balance of South Korea in 2023: −0.13', or of several 'Balance in 2023: South Korea −0.13, Japan no value'."""
    texts = [signed(float(value)) for value in values]
    if len(names) == 1:
        return f"Balance of {names[0]} in {year}: {texts[0]}"
    return f"Balance in {year}: {', '.join(f'{name} {text}' for name, text in zip(names, texts, strict=True))}"


def unbroken_runs(values: np.ndarray, breaks: np.ndarray) -> list[list[int]]:
    """Places of unbroken stretches with values."""
    runs: list[list[int]] = []
    for at, value in enumerate(values):
        if np.isnan(value):
            continue
        if not runs or breaks[at] or runs[-1][-1] != at - 1:
            runs.append([])
        runs[-1].append(at)
    return runs


class HeatPlot(NamedTuple):
    """Balance of every state in every year (year, state), states from the first pole's side to the second's."""

    caption: Caption
    years: list[int]
    names: list[str]
    balance: np.ndarray


def heat_plot(content: AtlasData) -> HeatPlot:
    """Balance of every state that ever has one, sorted by its last value."""
    years, balance = list(content.base.years), balances(content)
    member = np.asarray(np.asarray(content.numbers["member"].values, dtype=bool).any(axis=(0, 2)))
    states = [i for i in np.flatnonzero(content.inside) if not member[i] and not np.isnan(balance[:, i]).all()]
    last = [balance[~np.isnan(balance[:, i]), i][-1] for i in states]
    order = [states[k] for k in np.argsort(last, kind="stable")[::-1]]
    caption = Caption(
        counted_finding(headline_pulls(content, -1)[:2], content.study.labels[:2], years[-1]),
        f"{_measure(content)} Sorted by the last year with a value; hatched: no value.",
        _sources(content, years),
    )
    names = labels_of(content.base.panel, [content.frame.shown[i] for i in order])["name"].tolist()
    return HeatPlot(caption, years, names, balance[:, order])


# ---- what they share -------------------------------------------------------------------------------------


def balances(content: AtlasData) -> np.ndarray:
    """Balance of the first two poles, (year, state); NaN where neither pulls or a pull is not known."""
    one, other = content.pulls[0], content.pulls[1]
    both = one + other
    return np.divide(one - other, both, where=both > 0, out=np.full(both.shape, np.nan))


def balance_range(content: AtlasData) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest balance of the first two poles over the definitions, (state, year)."""
    at = len(content.poles)
    return np.asarray(content.numbers["low"].values[at]), np.asarray(content.numbers["high"].values[at])


def short_label(label: str) -> str:
    """A pole's label without its article, for axes and scales."""
    return label.removeprefix("the ")


def only_labels(labels: Sequence[str]) -> tuple[str, str, str]:
    """Labels below a scale of colours: '−1, only United States', '0', '+1, only China'."""
    first, second = (short_label(label) for label in labels[:2])
    return fill("only", value="−1", power=second), "0", fill("only", value="+1", power=first)


def _measure(content: AtlasData) -> str:
    return f"{balance_measure(content.study.method, content.study.labels)}."


def _sources(content: AtlasData, year: int | Sequence[int]) -> str:
    return f"{source_line(content.study.panel, content.study.method.weights, year)} {TEMPLATES['goods_only']}"
