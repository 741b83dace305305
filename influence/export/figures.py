"""Figures without a browser: SVG, PDF and PNG by matplotlib (extra `plots`), the same bytes from run to run."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from influence.compare.definitions import TOLD
from influence.errors import ExtraError, check_year
from influence.export.atlas import extent_of, framed, sizes_of
from influence.export.atlas_data import Content, headline_pulls, labels_of
from influence.export.backbone import prominent
from influence.export.colours import PARITY, PLAIN, anchor, diverging
from influence.export.findings import counted, series_break_note, signed, source_line
from influence.export.land import outlines, placed
from influence.export.layout import Sizes, labels_beside
from influence.export.svg import Words
from influence.files import write_bytes
from influence.quality import known_shares
from influence.states import pole_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "pdf", "png")
INK, SOFT, GRID, LAND, COAST = "#16202b", "#4a5663", "#d9dce1", "#eceef0", "#d3d8dd"
LINES = ("#16202b", "#8a3c87", "#1b7837", "#b0283f")
WIDE = 9.0
"""Width of a figure in inches."""
THRESHOLD = 0.02
SETTINGS = {
    "svg.hashsalt": "influence", "svg.fonttype": "none", "pdf.fonttype": 42, "font.family": "DejaVu Sans",
    "font.size": 9.0, "text.color": INK, "axes.edgecolor": SOFT, "axes.labelcolor": SOFT, "xtick.color": SOFT,
    "ytick.color": SOFT, "axes.spines.top": False, "axes.spines.right": False, "figure.dpi": 100.0,
}  # fmt: skip
METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    "png": {"Software": None},
}
"""Nothing of the day or the machine stands in a file."""


def drawn(words: Words, height: float, draw: Callable[[Axes], None], poles: Sequence[str] = ()) -> Figure:
    """A figure with its finding above, its measure below it, and its sources at the foot.

    poles : two of them for a scale of colours above the sources.

    Raises
    ------
    ExtraError : matplotlib is not installed.
    """
    matplotlib = _matplotlib()
    with matplotlib.rc_context(SETTINGS):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        title, subtitle, source = wrap(words.title, 74), wrap(words.subtitle, 134), wrap(words.source, 178)
        top = 0.18 + 0.27 * len(title) + 0.17 * len(subtitle) + 0.12
        foot = 0.14 * len(source) + 0.12 + (0.42 if poles else 0.0)
        whole = top + height + foot + 0.45
        figure = Figure(figsize=(WIDE, whole), facecolor="white")
        FigureCanvasAgg(figure)
        at = 1 - 0.12 / whole
        for lines, size, step, weight, colour in (
            (title, 14, 0.27, "bold", INK),
            (subtitle, 8.5, 0.17, "normal", SOFT),
        ):
            for line in lines:
                at -= step / whole
                figure.text(0.02, at, _plain(line), fontsize=size, fontweight=weight, color=colour, va="baseline")
        for k, line in enumerate(reversed(source)):
            figure.text(0.02, (0.08 + 0.14 * k) / whole, _plain(line), fontsize=6.8, color=SOFT, va="baseline")
        axes = figure.add_axes((0.02, (foot + 0.35) / whole, 0.96, height / whole))
        draw(axes)
        if poles:
            _draw_scale(figure, poles, (foot - 0.2) / whole, 0.12 / whole)
    return figure


def _draw_scale(figure: Figure, poles: Sequence[str], bottom: float, height: float) -> None:
    """The diverging scale, -1 to +1, with what its ends mean."""
    axes = figure.add_axes((0.02, bottom, 0.3, height))
    cells = np.linspace(-1, 1, 101)
    for value in cells:
        axes.add_patch(_cell(value - 0.01, 0, diverging(float(value), "light"), 0.021))
    one, other = (pole_label(pole).removeprefix("the ") for pole in poles[:2])
    axes.set_xlim(-1, 1)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.set_xticks([-1, 0, 1], [f"−1, only {other}", "parity", f"+1, only {one}"], fontsize=6.8)
    axes.get_xticklabels()[0].set_horizontalalignment("left")
    axes.get_xticklabels()[2].set_horizontalalignment("right")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """The figure as `svg`, `pdf` or `png`; the same figure gives the same bytes."""
    with _matplotlib().rc_context(SETTINGS):
        out = BytesIO()
        figure.savefig(out, format=kind, metadata=METADATA[kind], dpi=160)
    return out.getvalue()


def write_figure(figure: Figure, stem: Path, kinds: Sequence[str] = FORMATS) -> list[Path]:
    """Write the figure beside `stem`, one file a kind.

    Raises
    ------
    OutputError : see write_bytes.
    """
    paths = [stem.with_name(f"{stem.name}.{kind}") for kind in kinds]
    for path, kind in zip(paths, kinds, strict=True):
        write_bytes(path, figure_bytes(figure, kind))
    return paths


def _matplotlib() -> Any:
    try:
        import matplotlib
    except ImportError as err:
        raise ExtraError(
            "figures need matplotlib, which is not installed: pip install matplotlib (or this package with its extra, "
            "influence[plots])."
        ) from err
    return matplotlib


def _plain(text: str) -> str:
    """Text as text: a dollar sign begins no formula."""
    return text.replace("$", r"\$")


# ---- the figures -----------------------------------------------------------------------------------------


def network_map(content: Content, year: int) -> Figure:
    """The map of a year: ties that stand out, dots by balance, hollow where the band spans parity, crosses for no data.

    Raises
    ------
    YearError : the panel does not have the year. ExtraError : see drawn.
    """
    check_year(year, content.base.years)
    at = content.base.years.index(year)
    shown = list(content.frame.shown)
    labels = labels_of(content.base.panel, shown)
    places = placed(labels["longitude"].to_numpy(), labels["latitude"].to_numpy())
    left, top, right, bottom = extent_of(places[framed(content)])
    x, y = places.T
    near = np.flatnonzero((left <= x) & (x <= right) & (top <= y) & (y <= bottom))
    one = content.base.ties.isel(year=[at]).sel(source=shown, target=shown)
    shares = known_shares(one)[0]
    member = np.asarray(content.numbers["member"].values[:, :, at], dtype=bool)
    poled = np.asarray(member.any(axis=0))
    balance = balances(content)[at]
    low, high = (content.numbers[end].values[len(content.poles), :, at] for end in ("low", "high"))
    words = Words(
        counted(headline_pulls(content, at)[:2], content.poles[:2], year),
        f"{_measure(content)} Ties of {THRESHOLD:.0%} and more that stand out run from the state that relies to the "
        f"one it relies on. Hollow: the range over other definitions spans zero; crosses: no value. "
        f"{series_break_note(year)}",
        f"{source_line(content.base.panel, content.config.weights, year)} Land: Natural Earth, de-facto boundaries, "
        "no position of ours. Goods only.",
    )

    def draw(axes: Axes) -> None:
        axes.set_axis_off()
        axes.set_xlim(left, right)
        axes.set_ylim(bottom, top)
        axes.set_aspect("equal")
        for ring in outlines((left, top, right, bottom)):
            axes.fill(*ring.places.T, facecolor=LAND, edgecolor=COAST, linewidth=0.4, zorder=0)
        _draw_ties(axes, shares, places, member)
        for i in near[np.argsort(-np.nan_to_num(np.abs(balance[near])))]:
            x, y = places[i]
            if member[:, i].any():
                colour = anchor(int(member[:, i].argmax()), "light")
                axes.plot(x, y, marker="D", color=colour, markersize=9, markeredgecolor="white", zorder=4)
            elif np.isnan(balance[i]):
                axes.plot(x, y, marker="x", color=SOFT, markersize=5, zorder=3)
            else:
                colour = diverging(float(balance[i]), "light")
                face = "white" if low[i] < 0 < high[i] else colour
                axes.plot(x, y, marker="o", color=colour, markerfacecolor=face, markersize=6.5, zorder=3)
        names = np.array([n.upper() if m else n for n, m in zip(labels["name"], poled, strict=True)])
        first = near[np.lexsort((-sizes_of(content.base.panel, shown)[near], ~poled[near]))]
        _label(axes, places[first], names[first].tolist())

    return drawn(words, (WIDE * 0.96) * (bottom - top) / (right - left), draw, content.poles)


def _draw_ties(axes: Axes, shares: np.ndarray, places: np.ndarray, member: np.ndarray) -> None:
    from matplotlib.patches import FancyArrowPatch

    poled = np.asarray(member.any(axis=0))
    keep = (prominent(shares) | (poled[:, None] ^ poled[None, :])) & (shares >= THRESHOLD)
    pairs = sorted(zip(*np.nonzero(keep), strict=True), key=lambda pair: (shares[pair], pair))
    for source, target in pairs:
        colour = anchor(int(member[:, source].argmax()), "light") if poled[source] else PLAIN["light"]
        share = float(shares[source, target])
        axes.add_patch(FancyArrowPatch(
            tuple(places[target]), tuple(places[source]), connectionstyle="arc3,rad=-0.16", arrowstyle="-",
            linewidth=0.3 + 9 * share, color=colour, alpha=min(0.85, 0.25 + 1.6 * share), shrinkA=4, shrinkB=4,
            zorder=1,
        ))  # fmt: skip


def _label(axes: Axes, places: np.ndarray, names: Sequence[str]) -> None:
    """Names beside their dots, or further off with a line, the more important first (layout.labels_beside)."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    size = right - left
    sizes = Sizes(letter=size * 0.0068, line=size * 0.0125, reach=size * 0.008)
    sides = {"start": "left", "end": "right", "middle": "center"}
    for label in labels_beside(places, names, sizes, (left, top, right, bottom)):
        text = _plain(names[label.at])
        if label.line:
            axes.plot(label.line[::2], label.line[1::2], color=INK, linewidth=0.6, zorder=4)
        axes.text(label.x, label.y, text, fontsize=7, ha=sides[label.anchor], va="center", color=INK, zorder=5,
                  bbox={"facecolor": "white", "alpha": 0.6, "linewidth": 0, "pad": 0.6})  # fmt: skip


def pull_over_time(content: Content, codes: Sequence[str]) -> Figure:
    """Balance of up to four states over the years, with bands over other definitions; cut where the series breaks."""
    years, balance = content.base.years, balances(content)
    ends = [content.numbers[end].values[len(content.poles)] for end in ("low", "high")]
    places = [content.frame.shown.index(code) for code in codes]
    names = labels_of(content.base.panel, codes)["name"].tolist()
    words = Words(
        _lean_text(names, balance[-1, places], years[-1]),
        f"{_measure(content)} Bands: {TOLD}. A line is cut where the series changes its source.",
        f"{source_line(content.base.panel, content.config.weights, list(years))} Goods only.",
    )
    breaks = content.base.ties["is_break"].sel(target=list(codes)).values

    def draw(axes: Axes) -> None:
        _balance_axis(axes, content.poles, "y")
        for k, i in enumerate(places):
            colour = LINES[k % len(LINES)]
            for run in _runs(balance[:, i], breaks[:, k]):
                x = [years[at] for at in run]
                axes.plot(
                    x, balance[run, i], color=colour, linewidth=1.8, marker="o" if len(run) == 1 else None, markersize=3
                )
                axes.fill_between(x, ends[0][i, run], ends[1][i, run], color=colour, alpha=0.18, linewidth=0)
        _name_ends(axes, years, balance[:, places], names)
        axes.set_xlim(years[0] - 0.5, years[-1] + 0.5)
        axes.set_position(_inset(axes, 0.12, 0.11))

    return drawn(words, 3.6, draw)


def _lean_text(names: Sequence[str], values: np.ndarray, year: int) -> str:
    """'Balance of South Korea in 2023: −0.13', or of several 'Balance in 2023: South Korea −0.13, Japan no value'."""
    told = [signed(float(value)) if not np.isnan(value) else "no value" for value in values]
    if len(names) == 1:
        return f"Balance of {names[0]} in {year}: {told[0]}"
    return f"Balance in {year}: {', '.join(f'{name} {value}' for name, value in zip(names, told, strict=True))}"


def _name_ends(axes: Axes, years: Sequence[int], balance: np.ndarray, names: Sequence[str]) -> None:
    """Each name beside its last value, pushed apart where two would lie on each other."""
    room, ends = 0.1, []
    for k, name in enumerate(names):
        known = np.flatnonzero(~np.isnan(balance[:, k]))
        if len(known):
            ends.append([float(balance[known[-1], k]), known[-1], k, name])
    ends.sort()
    for one, other in itertools.pairwise(ends):
        other[0] = max(other[0], one[0] + room)
    for y, at, k, name in ends:
        axes.annotate(_plain(name), (years[at], y), xytext=(7, 0), textcoords="offset points", va="center",
                      color=LINES[k % len(LINES)], fontweight="bold", annotation_clip=False)  # fmt: skip


def heat_map(content: Content) -> Figure:
    """Balance of every state in every year, sorted by the last; hatched where there is no value."""
    years, balance = content.base.years, balances(content)
    member = np.asarray(np.asarray(content.numbers["member"].values, dtype=bool).any(axis=(0, 2)))
    states = [i for i in np.flatnonzero(content.inside) if not member[i] and not np.isnan(balance[:, i]).all()]
    last = [balance[~np.isnan(balance[:, i]), i][-1] for i in states]
    order = [states[k] for k in np.argsort(last, kind="stable")[::-1]]
    names = labels_of(content.base.panel, [content.frame.shown[i] for i in order])["name"].tolist()
    year = years[-1]
    words = Words(
        counted(headline_pulls(content, -1)[:2], content.poles[:2], year),
        f"{_measure(content)} Sorted by the last year with a value; hatched: no value.",
        f"{source_line(content.base.panel, content.config.weights, list(years))} Goods only.",
    )

    def draw(axes: Axes) -> None:
        axes.add_patch(_hatched(years[0] - 0.5, -0.5, len(years), len(order)))
        for row, i in enumerate(order):
            for column, value in enumerate(balance[:, i]):
                if not np.isnan(value):
                    axes.add_patch(_cell(years[column] - 0.5, row - 0.5, diverging(float(value), "light")))
        axes.set_xlim(years[0] - 0.5, years[-1] + 0.5)
        axes.set_ylim(len(order) - 0.5, -0.5)
        axes.set_yticks(range(len(order)), [_plain(name) for name in names], fontsize=7)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_position(_inset(axes, 0.17, 0.0))

    return drawn(words, 0.16 * len(order) + 0.4, draw, content.poles)


def _hatched(x: float, y: float, wide: float, high: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), wide, high, facecolor="white", edgecolor=GRID, hatch="////", linewidth=0, zorder=0)


def _cell(x: float, y: float, colour: str, wide: float = 1.0) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), wide, 1, facecolor=colour, edgecolor=colour, linewidth=0.2, zorder=1)


def dumbbell(rows: pd.DataFrame, words: Words, poles: Sequence[str]) -> Figure:
    """A line a state from before (hollow) to after (full), sorted as given; see svg.dumbbell for `rows`."""

    def draw(axes: Axes) -> None:
        _balance_axis(axes, poles, "x")
        for y, row in enumerate(rows.itertuples()):
            if pd.isna(row.before) or pd.isna(row.after):
                axes.text(0, y, "no data", ha="center", va="center", color=SOFT)
                continue
            colour = PARITY["light"] if row.after == 0 else anchor(0 if row.after > 0 else 1, "light")
            if not pd.isna(row.low):
                axes.plot([row.low, row.high], [y, y], color=colour, alpha=0.22, linewidth=8, solid_capstyle="butt")
            axes.plot([row.before, row.after], [y, y], color=colour, linewidth=1.8)
            axes.plot(row.before, y, marker="o", color=colour, markerfacecolor="white", markersize=5)
            axes.plot(row.after, y, marker="o", color=colour, markersize=5.5)
            axes.text(1.05, y, signed(row.after - row.before, 3), va="center", fontsize=7, color=SOFT)
        axes.set_ylim(len(rows) - 0.4, -0.9)
        axes.set_yticks(range(len(rows)), [_plain(str(name)) for name in rows["name"]], fontsize=7.5)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_position(_inset(axes, 0.17, 0.07))

    return drawn(words, 0.19 * len(rows) + 0.5, draw)


def event_figure(study: pd.DataFrame, words: Words, event: int) -> Figure:
    """Group less controls by year with its band (drift.event_study); hollow where the band spans nought."""
    known = study.dropna(subset=["coefficient"])

    def draw(axes: Axes) -> None:
        axes.axhline(0, color=SOFT, linewidth=0.8)
        axes.axvline(event - 0.5, color=SOFT, linewidth=0.8, linestyle=":")
        for row in known.itertuples():
            place = 0 if row.low > 0 else 1 if row.high < 0 else None
            colour = PARITY["light"] if place is None else anchor(place, "light")
            if not pd.isna(row.low):
                axes.plot([row.year, row.year], [row.low, row.high], color=colour, linewidth=2.4)
            face = "white" if place is None else colour
            axes.plot(row.year, row.coefficient, marker="o", color=colour, markerfacecolor=face, markersize=6)
        axes.set_xticks(range(int(known["year"].min()), int(known["year"].max()) + 1, 2))
        axes.set_xlim(int(known["year"].min()) - 0.6, int(known["year"].max()) + 0.6)
        axes.set_position(_inset(axes, 0.07, 0.0))

    return drawn(words, 3.2, draw)


# ---- what they share ---------------------------------------------------------------------------------------


def balances(content: Content) -> np.ndarray:
    """Balance of the first two poles, (year, state); NaN where neither pulls or either pull is not known."""
    one, other = content.pulls[0], content.pulls[1]
    both = one + other
    return np.divide(one - other, both, where=both > 0, out=np.full(both.shape, np.nan))


def _measure(content: Content) -> str:
    one, other = (pole_label(pole) for pole in content.poles[:2])
    weights = ", ".join(f"{name} {100 * weight:.0f} %" for name, weight in content.config.weights.items() if weight > 0)
    return f"Balance of direct pull ({weights}) between {one} (+1) and {other} (−1)."


def _balance_axis(axes: Axes, poles: Sequence[str], which: str) -> None:
    one, other = (pole_label(pole).removeprefix("the ") for pole in poles[:2])
    ticks, told = [-1, -0.5, 0, 0.5, 1], [f"−1 {other}", "−0.5", "parity", "+0.5", f"+1 {one}"]
    if which == "y":
        axes.set_ylim(-1.05, 1.05)
        axes.set_yticks(ticks, told)
        axes.axhline(0, color=SOFT, linewidth=0.8)
    else:
        axes.set_xlim(-1.05, 1.05)
        axes.set_xticks(ticks, told)
        axes.axvline(0, color=SOFT, linewidth=0.8)
    axes.grid(visible=True, axis="y" if which == "y" else "x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def _inset(axes: Axes, left: float, right: float) -> tuple[float, float, float, float]:
    """The axes with room for what stands beside them, as shares of the figure's width."""
    box = axes.get_position()
    return (box.x0 + left, box.y0, box.width - left - right, box.height)


def _runs(values: np.ndarray, breaks: np.ndarray) -> list[list[int]]:
    """Places of unbroken stretches with values."""
    runs: list[list[int]] = []
    for at, value in enumerate(values):
        if np.isnan(value):
            continue
        if not runs or breaks[at] or runs[-1][-1] != at - 1:
            runs.append([])
        runs[-1].append(at)
    return runs
