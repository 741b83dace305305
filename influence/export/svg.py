"""Small still pictures as SVG text of our own: no library, the same bytes every time, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from textwrap import wrap
from typing import NamedTuple

import pandas as pd

from influence.export.colours import ANCHORS, PARITY

WIDTH, LEFT, RIGHT, ROW = 860, 230, 90, 22
TOP_LINE, SMALL_LINE = 26, 17


class Words(NamedTuple):
    """What stands on a picture: the finding, the measure and unit, the source line."""

    title: str
    subtitle: str
    source: str


def _style() -> str:
    light, dark = ("light", "dark")
    rules = "text{font:14px system-ui,sans-serif;fill:#1d2127}.t{font-size:19px;font-weight:600}.s{font-size:12.5px}"
    rules += f".g{{stroke:#d9dce1}}.z{{stroke:#6d7480}}.n{{stroke:{PARITY[light]};fill:{PARITY[light]}}}"
    rules += f".p{{stroke:{ANCHORS[light][0]};fill:{ANCHORS[light][0]}}}.q{{stroke:{ANCHORS[light][1]};"
    rules += f"fill:{ANCHORS[light][1]}}}.b{{fill:#fff}}.h{{fill:#fff}}"
    rules += "@media(prefers-color-scheme:dark){text{fill:#e6e8eb}.g{stroke:#3a3f47}.z{stroke:#9aa1ab}.b{fill:#16191d}"
    rules += f".h{{fill:#16191d}}.n{{stroke:{PARITY[dark]};fill:{PARITY[dark]}}}.p{{stroke:{ANCHORS[dark][0]};"
    rules += f"fill:{ANCHORS[dark][0]}}}.q{{stroke:{ANCHORS[dark][1]};fill:{ANCHORS[dark][1]}}}.h{{fill:#16191d}}}}"
    return rules


def _page(words: Words, height: float, body: Sequence[str]) -> str:
    title = wrap(words.title, 68)
    lines = [f'<text class="t" x="16" y="{30 + i * TOP_LINE}">{escape(t)}</text>' for i, t in enumerate(title)]
    start = 30 + len(title) * TOP_LINE
    below = wrap(words.subtitle, 118)
    lines += [f'<text class="s" x="16" y="{start + i * SMALL_LINE}">{escape(t)}</text>' for i, t in enumerate(below)]
    top = start + len(below) * SMALL_LINE + 14
    notes = wrap(words.source, 118)
    end = top + height + 14
    lines += [f'<text class="s" x="16" y="{end + i * SMALL_LINE}">{escape(t)}</text>' for i, t in enumerate(notes)]
    total = end + len(notes) * SMALL_LINE + 6
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total:.0f}" width="{WIDTH}" '
        f'height="{total:.0f}" role="img" aria-label="{escape(words.title, quote=True)}">'
        f'<style>{_style()}</style><rect class="b" width="100%" height="100%"/>{"".join(lines)}'
        f'<g transform="translate(0 {top:.0f})">{"".join(body)}</g></svg>\n'
    )


def dumbbell(rows: pd.DataFrame, words: Words, ends: tuple[str, str]) -> str:
    """A line a state from where it leaned (hollow) to where it leans (full), sorted as given.

    rows : name, before, after, low and high (band of after, NaN for none); balances in [-1, 1]. ends : what the left
    and right ends mean. States without a value are named with a dash.
    """

    def at(value: float) -> float:
        return LEFT + (value + 1) / 2 * (WIDTH - LEFT - RIGHT)

    height = ROW * (len(rows) + 2)
    body = [_axis(at, height, ends)]
    for i, row in enumerate(rows.itertuples()):
        y = ROW * (i + 1.9)
        body.append(f'<text x="{LEFT - 12}" y="{y + 5:.1f}" text-anchor="end">{escape(str(row.name))}</text>')
        if pd.isna(row.before) or pd.isna(row.after):
            body.append(f'<text class="s" x="{at(0):.1f}" y="{y + 5:.1f}" text-anchor="middle">– no data</text>')
            continue
        side = "p" if row.after > 0 else "q" if row.after < 0 else "n"
        if not pd.isna(row.low):
            span = f'x="{at(row.low):.1f}" width="{max(at(row.high) - at(row.low), 1):.1f}"'
            body.append(f'<rect class="{side}" {span} y="{y - 6:.1f}" height="12" opacity=".22" stroke="none"/>')
        ends_of = f'x1="{at(row.before):.1f}" x2="{at(row.after):.1f}" y1="{y:.1f}" y2="{y:.1f}"'
        body.append(f'<line class="{side}" {ends_of} stroke-width="2.5"/>')
        body.append(f'<circle class="{side}" cx="{at(row.after):.1f}" cy="{y:.1f}" r="5"/>')
        hollow = f'cx="{at(row.before):.1f}" cy="{y:.1f}" r="4.5" stroke-width="2"'
        body.append(f'<circle class="{side}" {hollow} style="fill:none"/>')
        told = f"{row.after - row.before:+.3f}".replace("-0.000", "0.000").replace("+0.000", "0.000")
        body.append(f'<text class="s" x="{WIDTH - 16}" y="{y + 5:.1f}" text-anchor="end">{told}</text>')
    return _page(words, height, body)


def _axis(at: Callable[[float], float], height: float, ends: tuple[str, str]) -> str:
    out = []
    for value in (-1.0, -0.5, 0.0, 0.5, 1.0):
        kind = "z" if value == 0 else "g"
        out.append(f'<line class="{kind}" x1="{at(value):.1f}" x2="{at(value):.1f}" y1="22" y2="{height - 4:.0f}"/>')
        label = "parity" if value == 0 else f"{value:+.1f}"
        out.append(f'<text class="s" x="{at(value):.1f}" y="16" text-anchor="middle">{label}</text>')
    out.append(f'<text class="s" x="16" y="16">← {escape(ends[0])}</text>')
    out.append(f'<text class="s" x="{WIDTH - 16}" y="16" text-anchor="end">{escape(ends[1])} →</text>')
    return "".join(out)


def event_plot(study: pd.DataFrame, words: Words, event: int) -> str:
    """Difference of group and controls by year, with its band; the year before the event is nought by construction."""
    known = study.dropna(subset=["coefficient"])
    height, left, right = 300, 70, WIDTH - 30
    reach = max(float(known[["low", "high"]].abs().to_numpy().max(initial=0.0)), 0.01) * 1.1
    first, last = int(study["year"].min()), int(study["year"].max())

    def x(year: float) -> float:
        return left + (year - first) / max(last - first, 1) * (right - left)

    def y(value: float) -> float:
        return height / 2 - value / reach * (height / 2 - 14)

    body = [f'<line class="z" x1="{left}" x2="{right}" y1="{y(0):.1f}" y2="{y(0):.1f}"/>']
    body.append(f'<line class="g" x1="{x(event - 0.5):.1f}" x2="{x(event - 0.5):.1f}" y1="0" y2="{height}"/>')
    for value in (-reach / 1.1, 0.0, reach / 1.1):
        told = f"{value:+.2f}" if value else "0"
        body.append(f'<text class="s" x="{left - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{told}</text>')
    for row in known.itertuples():
        kind = "p" if row.low > 0 else "q" if row.high < 0 else "n"
        place = f'x1="{x(row.year):.1f}" x2="{x(row.year):.1f}" y1="{y(row.low):.1f}" y2="{y(row.high):.1f}"'
        body.append(f'<line class="{kind}" {place} stroke-width="3"/>')
        fill = ' style="fill:none"' if kind == "n" else ""
        body.append(
            f'<circle class="{kind}" cx="{x(row.year):.1f}" cy="{y(row.coefficient):.1f}" r="5" '
            f'stroke-width="2"{fill}/>'
        )
    for year in range(first, last + 1):
        body.append(f'<text class="s" x="{x(year):.1f}" y="{height + 14}" text-anchor="middle">{year}</text>')
    return _page(words, height + 20, body)
