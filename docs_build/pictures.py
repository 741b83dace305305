"""The idea in pictures: portfolio, pull, balance, not_covered, drawn from the panel as SVG in the page's colours.

Colours are classes, which the style sheet of the site fills for light and dark (assets/colours.css, colours_css).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from docs_build.page_study import PageStudy
from docs_build.worked.steps import percent
from influence.export.colours import ANCHORS, OTHER_TIES, ZERO_BALANCE
from influence.metrics.pull import pull_balance
from influence.specs import LAYERS
from influence.statements.numbers import signed

WIDTH, LETTER = 480, 14
"""Narrow, so that the letters can still be read on a telephone."""
BAR, GAP, NAMES = 30, 16, 132
ENOUGH = 0.11
"""Smallest share of a bar whose figure fits inside."""


class Part(NamedTuple):
    """A part of a bar: the class that colours it, and its label in the legend."""

    kind: str
    label: str


def colours_css() -> str:
    """Variables of the colours, those of the maps, for the light and the dark page."""
    ink = {"light": "#ffffff", "dark": "#16191d"}
    rules = []
    for theme, scheme in (("light", "default"), ("dark", "slate")):
        first, second = ANCHORS[theme][:2]
        rules.append(
            f'[data-md-color-scheme="{scheme}"]{{--pole-p:{first};--pole-q:{second};--other:{ZERO_BALANCE[theme]};'
            f"--tie:{OTHER_TIES[theme]};--on-pole:{ink[theme]}}}\n"
        )
    return "".join(rules)


def parts_of(g: PageStudy) -> list[Part]:
    """The parts of a portfolio, in the order they are drawn."""
    poles = [Part(kind, g.called(pole)) for kind, pole in zip("pq", g.poles, strict=True)]
    return [*poles, Part("o", "other states"), Part("a", "not covered"), Part("u", "not observed")]


def portfolio(g: PageStudy) -> str:
    """The state's portfolio in each layer that weighs, and the composite."""
    bars = {}
    for layer in [name for name in LAYERS if g.method.weights[name] > 0]:
        at = g.layers.sel(layer=layer, year=g.year, target=g.state)
        bars[f"{layer}, {percent(g.method.weights[layer]).replace('.0', '')}"] = _shares(
            g, at.values, float(at["not_covered"]), float(at["unobserved"])
        )
    bars["together"] = _composite(g, g.state)
    caption = f"On whom {g.called(g.state)} relied in {g.year}, by layer and together; each bar is its whole reliance."
    return _drawn(stacked(bars, parts_of(g)), caption)


def not_covered(g: PageStudy) -> str:
    """The composite portfolios of the state, the poles and the others beside it."""
    codes = list(dict.fromkeys((g.state, *g.beside, *g.poles)))
    bars = {g.name(code): _composite(g, code) for code in codes}
    caption = (
        f"Reliance on the poles and on other states, the share not covered and the share not observed, {g.year}. The "
        f"parts of a bar sum to one. A pole has no pull on itself."
    )
    return _drawn(stacked(bars, parts_of(g)), caption)


def _composite(g: PageStudy, code: str) -> list[float]:
    at = g.ties.sel(year=g.year, target=code)
    return _shares(g, at.values, float(at["not_covered"]), float(at["unobserved"]))


def _shares(g: PageStudy, column: np.ndarray, uncovered: float, unobserved: float) -> list[float]:
    poles = [float(np.nan_to_num(column[g.codes.index(pole)])) for pole in g.poles]
    return [*poles, float(np.nansum(column)) - sum(poles), uncovered, unobserved]


def stacked(bars: Mapping[str, Sequence[float]], parts: Sequence[Part]) -> str:
    """A bar a row, its parts side by side as shares of one; a legend of the parts that occur."""
    there = [i for i in range(len(parts)) if any(shares[i] > 0.0005 for shares in bars.values())]
    out, y, x = [], 4.0, 0.0
    for i in there:
        wide = 38 + 8.0 * len(parts[i].label)
        if x + wide > WIDTH:
            x, y = 0.0, y + 24
        out.append(f'<rect class="{parts[i].kind}" x="{x:.0f}" y="{y:.0f}" width="16" height="16"/>')
        out.append(f'<text x="{x + 22:.0f}" y="{y + 13:.0f}">{escape(parts[i].label)}</text>')
        x += wide
    y += 36
    for name, shares in bars.items():
        out.append(f'<text x="0" y="{y + 20:.0f}">{escape(name)}</text>')
        left = float(NAMES)
        for i in there:
            wide = shares[i] * (WIDTH - NAMES)
            if wide > 0.2:
                size = f'width="{wide:.1f}" height="{BAR}"'
                out.append(f'<rect class="{parts[i].kind}" x="{left:.1f}" y="{y:.0f}" {size}/>')
            if shares[i] >= ENOUGH:
                place = f'class="in {parts[i].kind}" x="{left + wide / 2:.1f}" y="{y + 20:.0f}" text-anchor="middle"'
                out.append(f"<text {place}>{100 * shares[i]:.0f} %</text>")
            left += wide
        y += BAR + GAP
    return _svg("".join(out), y - GAP + 4, _aloud(bars, parts))


def _aloud(bars: Mapping[str, Sequence[float]], parts: Sequence[Part]) -> str:
    """The picture in words, for those who do not see it."""
    return "; ".join(
        f"{name}: " + ", ".join(f"{p.label} {percent(s)}" for p, s in zip(parts, shares, strict=True) if s > 0.0005)
        for name, shares in bars.items()
    )


def pull(g: PageStudy, most: int = 6) -> str:
    """The largest pulls on the state as lines as thick as the share."""
    column = g.known[:, g.at]
    order = [int(u) for u in np.argsort(-column)[:most]]
    height, aim = 34 * most + 10, (WIDTH - 96, (34 * most + 10) / 2)
    out, labels = [], []
    for row, u in enumerate(order):
        code, y = g.codes[u], 22 + 34 * row
        kind = dict(zip(g.poles, "pq", strict=True)).get(code, "t")
        wide = max(1.0, 60 * column[u])
        out.append(
            f'<path class="line {kind}" stroke-width="{wide:.1f}" d="M176 {y - 5} C 280 {y - 5}, 300 {aim[1]:.0f}, '
            f'{aim[0]} {aim[1]:.0f}"/>'
        )
        out.append(f'<text x="168" y="{y}" text-anchor="end">{escape(g.name(code))} {percent(column[u])}</text>')
        labels.append(f"{g.name(code)} {percent(column[u])}")
    out.append(f'<circle class="state" cx="{aim[0]}" cy="{aim[1]:.0f}" r="14"/>')
    out.append(f'<text x="{aim[0] + 6}" y="{aim[1] + 36:.0f}" text-anchor="middle">{escape(g.name(g.state))}</text>')
    rest = float(column.sum() - column[order].sum())
    caption = (
        f"The {most} largest pulls on {g.called(g.state)}, {g.year}. A tie runs from the state that pulls to the one "
        f"that relies on it; its thickness is the share. {int((column > 0).sum()) - most} other states together have "
        f"{percent(rest)}."
    )
    return _drawn(_svg("".join(out), height, "; ".join(labels)), caption)


def balance(g: PageStudy) -> str:
    """The balance of the state and of those beside it."""
    values = pull_balance(g.ties.sel(year=[g.year]), g.poles)[0]
    codes = sorted((g.state, *g.beside), key=lambda code: -float(values.sel(target=code)))
    left, right = NAMES + 12.0, WIDTH - 66.0

    def at(value: float) -> float:
        return left + (value + 1) / 2 * (right - left)

    one, other = (g.name(pole) for pole in g.poles)
    out = [
        f'<text x="{at(-1):.0f}" y="16">−1 {escape(other)}</text>',
        f'<text x="{at(1):.0f}" y="16" text-anchor="end">{escape(one)} +1</text>',
    ]
    height, labels = 40 + 30 * len(codes), []
    for value in (-1, -0.5, 0, 0.5, 1):
        kind = "axis" if value == 0 else "grid"
        out.append(f'<line class="{kind}" x1="{at(value):.0f}" x2="{at(value):.0f}" y1="24" y2="{height - 8}"/>')
    for row, code in enumerate(codes):
        value, y = float(values.sel(target=code)), 44 + 30 * row
        kind = "p" if value > 0 else "q"
        out.append(f'<text x="0" y="{y + 5}">{escape(g.name(code))}</text>')
        ends = f'x1="{at(0):.1f}" x2="{at(value):.1f}" y1="{y}" y2="{y}"'
        out.append(f'<line class="line {kind}" stroke-width="3" {ends}/>')
        out.append(f'<circle class="{kind}" cx="{at(value):.1f}" cy="{y}" r="7"/>')
        out.append(f'<text x="{WIDTH}" y="{y + 5}" text-anchor="end">{signed(value)}</text>')
        labels.append(f"{g.name(code)} {signed(value)}")
    caption = (
        f"The balance between {g.called(g.poles[0])} and {g.called(g.poles[1])} in {g.year}: +1 if only the first "
        f"pulls, −1 if only the second does, 0 if both pull equally. It shows who pulls more; the bars show "
        f"how much."
    )
    return _drawn(_svg("".join(out), height, "; ".join(labels)), caption)


def _svg(body: str, height: float, label: str) -> str:
    hatch = '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    defined = f'<defs>{hatch}<line class="grid" x1="0" x2="0" y1="0" y2="6" stroke-width="2"/></pattern></defs>'
    used = defined if 'class="u"' in body else ""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(label, quote=True)}" '
        f'font-size="{LETTER}">{used}{body}</svg>'
    )


def _drawn(svg: str, caption: str) -> str:
    return f'<figure class="drawn">{svg}<figcaption>{escape(caption)}</figcaption></figure>'
