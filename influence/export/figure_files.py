"""A figure by matplotlib (extra `plots`) with its caption, written as SVG, PDF and PNG: the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from influence.errors import import_extra
from influence.export.colours import diverging
from influence.export.plot_data import Caption, only_labels
from influence.files import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "pdf", "png")
INK, SOFT = "#16202b", "#4a5663"
WIDE = 9.0
"""Width of a figure in inches."""
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
"""No date and no machine in a file."""


def captioned(caption: Caption, height: float, draw: Callable[[Axes], None], labels: Sequence[str] = ()) -> Figure:
    """A figure with its finding above, its measure below it, and its sources at the foot.

    labels : of two poles for a scale of colours above the sources.

    Raises
    ------
    ExtraError : matplotlib is not installed.
    """
    with _matplotlib().rc_context(SETTINGS):
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        title, subtitle, source = wrap(caption.title, 74), wrap(caption.subtitle, 134), wrap(caption.source, 178)
        top = 0.18 + 0.27 * len(title) + 0.17 * len(subtitle) + 0.12
        foot = 0.14 * len(source) + 0.12 + (0.42 if labels else 0.0)
        whole = top + height + foot + 0.45
        figure = Figure(figsize=(WIDE, whole), facecolor="white")
        FigureCanvasAgg(figure)
        _write_caption(figure, title, subtitle, source, whole)
        axes = figure.add_axes((0.02, (foot + 0.35) / whole, 0.96, height / whole))
        draw(axes)
        if labels:
            _draw_scale(figure, labels, (foot - 0.2) / whole, 0.12 / whole)
    return figure


def _write_caption(
    figure: Figure, title: Sequence[str], subtitle: Sequence[str], source: Sequence[str], whole: float
) -> None:
    at = 1 - 0.12 / whole
    for lines, size, step, weight, colour in ((title, 14, 0.27, "bold", INK), (subtitle, 8.5, 0.17, "normal", SOFT)):
        for line in lines:
            at -= step / whole
            figure.text(0.02, at, plain_text(line), fontsize=size, fontweight=weight, color=colour, va="baseline")
    for k, line in enumerate(reversed(source)):
        figure.text(0.02, (0.08 + 0.14 * k) / whole, plain_text(line), fontsize=6.8, color=SOFT, va="baseline")


def _draw_scale(figure: Figure, labels: Sequence[str], bottom: float, height: float) -> None:
    """The diverging scale, -1 to +1, with the meaning of its ends."""
    axes = figure.add_axes((0.02, bottom, 0.3, height))
    for value in np.linspace(-1, 1, 101):
        axes.add_patch(cell(value - 0.01, 0, diverging(float(value), "light"), 0.021))
    axes.set_xlim(-1, 1)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.set_xticks([-1, 0, 1], only_labels(labels), fontsize=6.8)
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


def plain_text(text: str) -> str:
    """Text in which a dollar sign begins no formula."""
    return text.replace("$", r"\$")


def cell(x: float, y: float, colour: str, wide: float = 1.0) -> Any:
    """A coloured rectangle, one unit high."""
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), wide, 1, facecolor=colour, edgecolor=colour, linewidth=0.2, zorder=1)


def _matplotlib() -> Any:
    return import_extra("matplotlib", "figures need", "matplotlib", "plots")
