"""The five still figures by matplotlib; what they show is computed in plot_data."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from influence.export.atlas_data import AtlasData
from influence.export.colours import OTHER_TIES, ZERO_BALANCE, anchor, diverging
from influence.export.figure_files import INK, SOFT, WIDE, captioned, cell, plain_text
from influence.export.land import outlines
from influence.export.layout import Sizes, place_labels
from influence.export.plot_data import (
    Caption,
    MapPlot,
    TimePlot,
    balance_ticks,
    dumbbell_marks,
    event_marks,
    heat_plot,
    map_plot,
    short_label,
    time_plot,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GRID, LAND, COAST = "#d9dce1", "#eceef0", "#d3d8dd"
LINES = ("#16202b", "#8a3c87", "#1b7837", "#b0283f")
NAME_GAP = 0.1
"""Least distance of two names at the end of their lines, in units of the balance."""


def network_map(content: AtlasData, year: int) -> Figure:
    """The map of a year: prominent ties, dots by balance, hollow where the range includes zero, crosses for no value.

    Raises
    ------
    YearError : the panel does not have the year. ExtraError : see captioned.
    """
    plot = map_plot(content, year)
    left, top, right, bottom = plot.extent

    def draw(axes: Axes) -> None:
        axes.set_axis_off()
        axes.set_xlim(left, right)
        axes.set_ylim(bottom, top)
        axes.set_aspect("equal")
        for ring in outlines(plot.land, plot.extent):
            axes.fill(*ring.places.T, facecolor=LAND, edgecolor=COAST, linewidth=0.4, zorder=0)
        _draw_ties(axes, plot)
        for i in plot.near[np.argsort(-np.nan_to_num(np.abs(plot.balance[plot.near])))]:
            _draw_dot(axes, plot, int(i))
        _draw_names(axes, plot.positions[plot.first], [plot.names[i] for i in plot.first])

    return captioned(plot.caption, (WIDE * 0.96) * (bottom - top) / (right - left), draw, content.study.labels)


def _draw_ties(axes: Axes, plot: MapPlot) -> None:
    from matplotlib.patches import FancyArrowPatch

    for source, target, share in plot.ties:
        of_pole = plot.member[:, source]
        colour = anchor(int(of_pole.argmax()), "light") if of_pole.any() else OTHER_TIES["light"]
        axes.add_patch(FancyArrowPatch(
            tuple(plot.positions[target]), tuple(plot.positions[source]), connectionstyle="arc3,rad=-0.16",
            arrowstyle="-", linewidth=0.3 + 9 * share, color=colour, alpha=min(0.85, 0.25 + 1.6 * share), shrinkA=4,
            shrinkB=4, zorder=1,
        ))  # fmt: skip


def _draw_dot(axes: Axes, plot: MapPlot, i: int) -> None:
    x, y = plot.positions[i]
    if plot.member[:, i].any():
        colour = anchor(int(plot.member[:, i].argmax()), "light")
        axes.plot(x, y, marker="D", color=colour, markersize=9, markeredgecolor="white", zorder=4)
    elif np.isnan(plot.balance[i]):
        axes.plot(x, y, marker="x", color=SOFT, markersize=5, zorder=3)
    else:
        colour = diverging(float(plot.balance[i]), "light")
        face = "white" if plot.range_includes_zero[i] else colour
        axes.plot(x, y, marker="o", color=colour, markerfacecolor=face, markersize=6.5, zorder=3)


def _draw_names(axes: Axes, positions: np.ndarray, names: Sequence[str]) -> None:
    """Names beside their dots, or farther away with a line, the more important first (layout.place_labels)."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    size = right - left
    sizes = Sizes(letter=size * 0.0068, line=size * 0.0125, reach=size * 0.008)
    sides = {"start": "left", "end": "right", "middle": "center"}
    for label in place_labels(positions, names, sizes, (left, top, right, bottom)):
        if label.line:
            axes.plot(label.line[::2], label.line[1::2], color=INK, linewidth=0.6, zorder=4)
        box = {"facecolor": "white", "alpha": 0.6, "linewidth": 0, "pad": 0.6}
        text = plain_text(names[label.at])
        axes.text(
            label.x, label.y, text, fontsize=7, ha=sides[label.anchor], va="center", color=INK, zorder=5, bbox=box
        )


def pull_over_time(content: AtlasData, codes: Sequence[str]) -> Figure:
    """Balance of up to four states over the years with its range over definitions, cut where the series breaks."""
    plot = time_plot(content, codes)

    def draw(axes: Axes) -> None:
        _balance_axis(axes, content.study.labels, "y")
        for k, runs in enumerate(plot.runs):
            colour = LINES[k % len(LINES)]
            for run in runs:
                x, marker = [plot.years[at] for at in run], "o" if len(run) == 1 else None
                axes.plot(x, plot.balance[run, k], color=colour, linewidth=1.8, marker=marker, markersize=3)
                axes.fill_between(x, plot.low[run, k], plot.high[run, k], color=colour, alpha=0.18, linewidth=0)
        _name_lines(axes, plot)
        axes.set_xlim(plot.years[0] - 0.5, plot.years[-1] + 0.5)
        axes.set_position(_inset(axes, 0.12, 0.11))

    return captioned(plot.caption, 3.6, draw)


def _name_lines(axes: Axes, plot: TimePlot) -> None:
    """Each name beside its last value, pushed up where two would overlap."""
    ends = []
    for k, name in enumerate(plot.names):
        known = np.flatnonzero(~np.isnan(plot.balance[:, k]))
        if len(known):
            ends.append([float(plot.balance[known[-1], k]), known[-1], k, name])
    ends.sort()
    for one, other in itertools.pairwise(ends):
        other[0] = max(other[0], one[0] + NAME_GAP)
    for y, at, k, name in ends:
        axes.annotate(plain_text(name), (plot.years[at], y), xytext=(7, 0), textcoords="offset points", va="center",
                      color=LINES[k % len(LINES)], fontweight="bold", annotation_clip=False)  # fmt: skip


def heat_map(content: AtlasData) -> Figure:
    """Balance of every state in every year, sorted by the last; hatched where there is no value."""
    plot = heat_plot(content)
    years, count = plot.years, len(plot.names)

    def draw(axes: Axes) -> None:
        axes.add_patch(_hatched(years[0] - 0.5, -0.5, len(years), count))
        for column, row in np.argwhere(~np.isnan(plot.balance)):
            colour = diverging(float(plot.balance[column, row]), "light")
            axes.add_patch(cell(years[column] - 0.5, row - 0.5, colour))
        axes.set_xlim(years[0] - 0.5, years[-1] + 0.5)
        axes.set_ylim(count - 0.5, -0.5)
        axes.set_yticks(range(count), [plain_text(name) for name in plot.names], fontsize=7)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_position(_inset(axes, 0.17, 0.0))

    return captioned(plot.caption, 0.16 * count + 0.4, draw, content.study.labels)


def _hatched(x: float, y: float, wide: float, high: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), wide, high, facecolor="white", edgecolor=GRID, hatch="////", linewidth=0, zorder=0)


def dumbbell(rows: pd.DataFrame, caption: Caption, labels: Sequence[str]) -> Figure:
    """A line a state from before (hollow) to after (full), in the order given; see plot_data.dumbbell_marks."""
    marks = dumbbell_marks(rows)

    def draw(axes: Axes) -> None:
        _balance_axis(axes, labels, "x")
        for y, mark in enumerate(marks):
            if not mark.known:
                axes.text(0, y, "no data", ha="center", va="center", color=SOFT)
                continue
            colour = _colour(mark.pole)
            if not np.isnan(mark.low):
                axes.plot([mark.low, mark.high], [y, y], color=colour, alpha=0.22, linewidth=8, solid_capstyle="butt")
            axes.plot([mark.before, mark.after], [y, y], color=colour, linewidth=1.8)
            axes.plot(mark.before, y, marker="o", color=colour, markerfacecolor="white", markersize=5)
            axes.plot(mark.after, y, marker="o", color=colour, markersize=5.5)
            axes.text(1.05, y, mark.change, va="center", fontsize=7, color=SOFT)
        axes.set_ylim(len(marks) - 0.4, -0.9)
        axes.set_yticks(range(len(marks)), [plain_text(mark.name) for mark in marks], fontsize=7.5)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_position(_inset(axes, 0.17, 0.07))

    return captioned(caption, 0.19 * len(marks) + 0.5, draw)


def event_figure(study: pd.DataFrame, caption: Caption, event: int) -> Figure:
    """Group less controls by year with its range (event_study); hollow where the range includes zero."""
    marks = event_marks(study)

    def draw(axes: Axes) -> None:
        axes.axhline(0, color=SOFT, linewidth=0.8)
        axes.axvline(event - 0.5, color=SOFT, linewidth=0.8, linestyle=":")
        for mark in marks:
            colour = _colour(mark.pole)
            if not np.isnan(mark.low):
                axes.plot([mark.year, mark.year], [mark.low, mark.high], color=colour, linewidth=2.4)
            face = "white" if mark.pole is None else colour
            axes.plot(mark.year, mark.value, marker="o", color=colour, markerfacecolor=face, markersize=6)
        axes.set_xticks(range(marks[0].year, marks[-1].year + 1, 2))
        axes.set_xlim(marks[0].year - 0.6, marks[-1].year + 0.6)
        axes.set_position(_inset(axes, 0.07, 0.0))

    return captioned(caption, 3.2, draw)


def _colour(pole: int | None) -> str:
    return ZERO_BALANCE["light"] if pole is None else anchor(pole, "light")


def _balance_axis(axes: Axes, labels: Sequence[str], which: str) -> None:
    ticks, labels = zip(*balance_ticks(*(short_label(label) for label in labels[:2])), strict=True)
    if which == "y":
        axes.set_ylim(-1.05, 1.05)
        axes.set_yticks(ticks, labels)
        axes.axhline(0, color=SOFT, linewidth=0.8)
    else:
        axes.set_xlim(-1.05, 1.05)
        axes.set_xticks(ticks, labels)
        axes.axvline(0, color=SOFT, linewidth=0.8)
    axes.grid(visible=True, axis="y" if which == "y" else "x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def _inset(axes: Axes, left: float, right: float) -> tuple[float, float, float, float]:
    """The axes with room for the labels beside them, as shares of the figure's width."""
    box = axes.get_position()
    return (box.x0 + left, box.y0, box.width - left - right, box.height)
