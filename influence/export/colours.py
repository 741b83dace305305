"""Colours: one diverging scale centred on a zero balance, poles in solid colours; safe for colour-blind readers."""

from __future__ import annotations

import math

ANCHORS = {
    "light": ("#b35806", "#2166ac", "#1b7837", "#762a83", "#4d4d4d"),
    "dark": ("#f0923b", "#6baed6", "#5aae61", "#b58cc9", "#bdbdbd"),
}
"""Poles in the order given; a sixth gets the first colour."""
ZERO_BALANCE = {"light": "#c9c9c9", "dark": "#8a8f98"}
OTHER_TIES = {"light": "#8b9097", "dark": "#7a818c"}
"""Ties on which no pole pulls."""
THEMES = tuple(ANCHORS)


def anchor(position: int, theme: str) -> str:
    """Solid colour of the pole at a position."""
    return ANCHORS[theme][position % len(ANCHORS[theme])]


def blend(first: str, second: str, share: float) -> str:
    """Colour `share` of the way from the first to the second, '#rrggbb'."""
    pairs = zip(_rgb(first), _rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def diverging(balance: float, theme: str, first: int = 0, second: int = 1) -> str:
    """Colour of a balance in [-1, 1]: the first pole's at +1, grey at 0, the second's at -1."""
    if math.isnan(balance):
        return ZERO_BALANCE[theme]
    pole = anchor(first if balance > 0 else second, theme)
    return blend(ZERO_BALANCE[theme], pole, min(1.0, abs(balance)))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
