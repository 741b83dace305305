"""Colours: one diverging scale centred on parity, poles in solid anchors; safe for the colour-blind, never alone."""

from __future__ import annotations

import math

ANCHORS = {
    "light": ("#b35806", "#2166ac", "#1b7837", "#762a83", "#4d4d4d"),
    "dark": ("#f0923b", "#6baed6", "#5aae61", "#b58cc9", "#bdbdbd"),
}
"""Poles in the order given; a sixth begins again."""
PARITY = {"light": "#c9c9c9", "dark": "#8a8f98"}
PLAIN = {"light": "#8b9097", "dark": "#7a818c"}
"""Ties that come from no pole."""
THEMES = tuple(ANCHORS)


def anchor(position: int, theme: str) -> str:
    """Solid colour of the pole at a position."""
    return ANCHORS[theme][position % len(ANCHORS[theme])]


def blend(first: str, second: str, share: float) -> str:
    """Colour `share` of the way from the first to the second, '#rrggbb'."""
    pairs = zip(_rgb(first), _rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def diverging(balance: float, theme: str) -> str:
    """Colour of a balance in [-1, 1]: the first pole's anchor at +1, parity at 0, the second's at -1."""
    if math.isnan(balance):
        return PARITY[theme]
    pole = anchor(0 if balance > 0 else 1, theme)
    return blend(PARITY[theme], pole, min(1.0, abs(balance)))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
