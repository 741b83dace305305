"""Small still pictures as SVG text without a library: the same bytes every time, light and dark.

Pages and the command line draw them without the extra `plots`; what they show is computed in plot_data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from textwrap import wrap

import numpy as np
import pandas as pd

from influence.export.colours import ANCHORS, ZERO_BALANCE
from influence.export.plot_data import Caption, DumbbellMark, EventMark, balance_ticks, dumbbell_marks, event_marks
from influence.statements.numbers import signed

WIDTH, LEFT, RIGHT, ROW = 860, 230, 90, 22
TOP_LINE, SMALL_LINE = 26, 17
CLASSES = {0: "p", 1: "q", None: "n"}
"""Class of a mark by its pole: the first, the second, neither."""


def _style() -> str:
    light, dark = ("light", "dark")
    rules = "text{font:14px system-ui,sans-serif;fill:#1d2127}.t{font-size:19px;font-weight:600}.s{font-size:12.5px}"
    rules += f".g{{stroke:#d9dce1}}.z{{stroke:#6d7480}}.n{{stroke:{ZERO_BALANCE[light]};fill:{ZERO_BALANCE[light]}}}"
    rules += f".p{{stroke:{ANCHORS[light][0]};fill:{ANCHORS[light][0]}}}.q{{stroke:{ANCHORS[light][1]};"
    rules += f"fill:{ANCHORS[light][1]}}}.b{{fill:#fff}}.h{{fill:#fff}}"
    rules += "@media(prefers-color-scheme:dark){text{fill:#e6e8eb}.g{stroke:#3a3f47}.z{stroke:#9aa1ab}.b{fill:#16191d}"
    rules += f".h{{fill:#16191d}}.n{{stroke:{ZERO_BALANCE[dark]};fill:{ZERO_BALANCE[dark]}}}"
    rules += f".p{{stroke:{ANCHORS[dark][0]};fill:{ANCHORS[dark][0]}}}"
    rules += f".q{{stroke:{ANCHORS[dark][1]};fill:{ANCHORS[dark][1]}}}.h{{fill:#16191d}}}}"
    return rules


def _page(caption: Caption, height: float, body: Sequence[str]) -> str:
    title = wrap(caption.title, 68)
    lines = [f'<text class="t" x="16" y="{30 + i * TOP_LINE}">{escape(t)}</text>' for i, t in enumerate(title)]
    start = 30 + len(title) * TOP_LINE
    below = wrap(caption.subtitle, 118)
    lines += [f'<text class="s" x="16" y="{start + i * SMALL_LINE}">{escape(t)}</text>' for i, t in enumerate(below)]
    top = start + len(below) * SMALL_LINE + 14
    notes = wrap(caption.source, 118)
    end = top + height + 14
    lines += [f'<text class="s" x="16" y="{end + i * SMALL_LINE}">{escape(t)}</text>' for i, t in enumerate(notes)]
    total = end + len(notes) * SMALL_LINE + 6
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total:.0f}" width="{WIDTH}" '
        f'height="{total:.0f}" role="img" aria-label="{escape(caption.title, quote=True)}">'
        f'<style>{_style()}</style><rect class="b" width="100%" height="100%"/>{"".join(lines)}'
        f'<g transform="translate(0 {top:.0f})">{"".join(body)}</g></svg>\n'
    )


def dumbbell(rows: pd.DataFrame, caption: Caption, ends: tuple[str, str]) -> str:
    """A line a state from before (hollow) to after (full), in the order given; see plot_data.dumbbell_marks.

    ends : what the left and right ends mean. States without a value are named with a dash.
    """
    height = ROW * (len(rows) + 2)
    body = [_axis(height, ends)]
    for i, mark in enumerate(dumbbell_marks(rows)):
        y = ROW * (i + 1.9)
        body.append(f'<text x="{LEFT - 12}" y="{y + 5:.1f}" text-anchor="end">{escape(mark.name)}</text>')
        body += _dumbbell(mark, y) if mark.known else [_small(_x(0), y + 5, "– no data", "middle")]
    return _page(caption, height, body)


def _x(balance: float) -> float:
    return LEFT + (balance + 1) / 2 * (WIDTH - LEFT - RIGHT)


def _small(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text class="s" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _dumbbell(mark: DumbbellMark, y: float) -> list[str]:
    name, before, after = CLASSES[mark.pole], _x(mark.before), _x(mark.after)
    body = []
    if not np.isnan(mark.low):
        low, high = _x(mark.low), _x(mark.high)
        span = f'x="{low:.1f}" width="{max(high - low, 1):.1f}"'
        body.append(f'<rect class="{name}" {span} y="{y - 6:.1f}" height="12" opacity=".22" stroke="none"/>')
    line = f'x1="{before:.1f}" x2="{after:.1f}" y1="{y:.1f}" y2="{y:.1f}"'
    body.append(f'<line class="{name}" {line} stroke-width="2.5"/>')
    body.append(f'<circle class="{name}" cx="{after:.1f}" cy="{y:.1f}" r="5"/>')
    hollow = f'cx="{before:.1f}" cy="{y:.1f}" r="4.5" stroke-width="2"'
    body.append(f'<circle class="{name}" {hollow} style="fill:none"/>')
    body.append(_small(WIDTH - 16, y + 5, mark.change, "end"))
    return body


def _axis(height: float, ends: tuple[str, str]) -> str:
    out = []
    for value, label in balance_ticks():
        x, name = _x(value), "g" if value else "z"
        out.append(f'<line class="{name}" x1="{x:.1f}" x2="{x:.1f}" y1="22" y2="{height - 4:.0f}"/>')
        out.append(_small(x, 16, label, "middle"))
    out.append(_small(16, 16, f"← {ends[0]}", "start"))
    out.append(_small(WIDTH - 16, 16, f"{ends[1]} →", "end"))
    return "".join(out)


def event_plot(study: pd.DataFrame, caption: Caption, event: int) -> str:
    """Difference of group and controls by year, with its range; the year before the event is zero by construction."""
    marks = event_marks(study)
    height, left, right = 300, 70, WIDTH - 30
    reach = max([0.01, *(abs(end) for mark in marks for end in (mark.low, mark.high) if not np.isnan(end))]) * 1.1
    first, last = int(study["year"].min()), int(study["year"].max())

    def x(year: float) -> float:
        return left + (year - first) / max(last - first, 1) * (right - left)

    def y(value: float) -> float:
        return height / 2 - value / reach * (height / 2 - 14)

    body = [f'<line class="z" x1="{left}" x2="{right}" y1="{y(0):.1f}" y2="{y(0):.1f}"/>']
    body.append(f'<line class="g" x1="{x(event - 0.5):.1f}" x2="{x(event - 0.5):.1f}" y1="0" y2="{height}"/>')
    for value in (-reach / 1.1, 0.0, reach / 1.1):
        body.append(_small(left - 8, y(value) + 4, signed(value) if value else "0", "end"))
    for mark in marks:
        body += _event(mark, x, y)
    for year in range(first, last + 1):
        body.append(_small(x(year), height + 14, str(year), "middle"))
    return _page(caption, height + 20, body)


def _event(mark: EventMark, x: Callable[[float], float], y: Callable[[float], float]) -> list[str]:
    name, at = CLASSES[mark.pole], x(mark.year)
    body = []
    if not np.isnan(mark.low):
        line = f'x1="{at:.1f}" x2="{at:.1f}" y1="{y(mark.low):.1f}" y2="{y(mark.high):.1f}"'
        body.append(f'<line class="{name}" {line} stroke-width="3"/>')
    fill = ' style="fill:none"' if mark.pole is None else ""
    body.append(f'<circle class="{name}" cx="{at:.1f}" cy="{y(mark.value):.1f}" r="5" stroke-width="2"{fill}/>')
    return body
