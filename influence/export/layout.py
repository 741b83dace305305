"""Where states stand on the map: Equal Earth, centred on the Pacific, nudged apart so that no label hides another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

CENTRE = 155.0
"""Longitude in the middle of the map."""
_A = (1.340264, -0.081106, 0.000893, 0.003796)
STEPS = 600
SPRING = 0.02


def equal_earth(longitude: np.ndarray, latitude: np.ndarray, centre: float = CENTRE) -> tuple[np.ndarray, np.ndarray]:
    """Equal Earth projection (Savric, Patterson & Jenny 2019) in units of the globe's radius, y to the north.

    sin t = sqrt(3)/2 sin(lat);  x = 2 sqrt(3) lon cos t / (3 (9 A4 t^8 + 7 A3 t^6 + 3 A2 t^2 + A1));
    y = A4 t^9 + A3 t^7 + A2 t^3 + A1 t;  A = 1.340264, -0.081106, 0.000893, 0.003796.

    Parameters
    ----------
    longitude, latitude : degrees. centre : longitude that becomes x = 0.
    """
    turned = np.radians((np.asarray(longitude, dtype=float) - centre + 180.0) % 360.0 - 180.0)
    t = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(np.asarray(latitude, dtype=float))))
    a1, a2, a3, a4 = _A
    slope = a1 + 3 * a2 * t**2 + 7 * a3 * t**6 + 9 * a4 * t**8
    x = 2 * np.sqrt(3) * turned * np.cos(t) / (3 * slope)
    y = a1 * t + a2 * t**3 + a3 * t**7 + a4 * t**9
    return x, y


def place(
    longitude: Sequence[float], latitude: Sequence[float], width: Sequence[float], height: Sequence[float],
    *, span: float = 1300.0, stretch: float = 1.0,
) -> np.ndarray:  # fmt: skip
    """Positions (n, 2) of boxes of the given sizes, y downwards: projected, scaled to `span`, pushed apart."""
    x, y = equal_earth(np.asarray(longitude), np.asarray(latitude))
    scale = span / max(float(np.ptp(x)), 1e-9)
    return apart(np.column_stack([(x - x.mean()) * scale, -(y - y.mean()) * scale * stretch]), width, height)


def apart(home: np.ndarray, width: Sequence[float], height: Sequence[float]) -> np.ndarray:
    """Places (n, 2) of boxes of the given sizes, each as near to its home as leaves room for the others.

    The same input gives the same places: there is no chance in it. Each step moves two overlapping boxes apart along
    the axis where they overlap least, and draws every box a little towards its home.
    """
    size = np.column_stack([np.asarray(width, dtype=float), np.asarray(height, dtype=float)])
    # States in one place (or nearly) need a direction to part in: their order gives it.
    at = home + np.column_stack([np.arange(len(home)) * 1e-3, np.arange(len(home)) * 1e-3])
    need = (size[:, None, :] + size[None, :, :]) / 2
    for step in range(STEPS):
        gap = at[:, None, :] - at[None, :, :]
        overlap = need - np.abs(gap)
        np.einsum("iij->ij", overlap)[...] = -1.0
        touching = (overlap > 0).all(axis=2)
        if not touching.any() and step > 0:
            break
        along_x = touching & (overlap[:, :, 0] <= overlap[:, :, 1])
        push = np.zeros_like(gap)
        push[:, :, 0] = np.where(along_x, np.sign(gap[:, :, 0]) * (overlap[:, :, 0] + 0.5) / 2, 0.0)
        push[:, :, 1] = np.where(touching & ~along_x, np.sign(gap[:, :, 1]) * (overlap[:, :, 1] + 0.5) / 2, 0.0)
        at = at + 0.5 * push.sum(axis=1)
        if step < STEPS // 2:
            at = at + SPRING * (home - at)
    return np.round(at, 1)


class Sizes(NamedTuple):
    """Width of a letter, height of a line, and radius of a dot, in one unit."""

    letter: float
    line: float
    reach: float


class Label(NamedTuple):
    """at : which place it names. x, y : its anchor, in the middle of its height. anchor : start, middle or end."""

    at: int
    x: float
    y: float
    anchor: str


def labels_beside(places: np.ndarray, names: Sequence[str], sizes: Sizes, edges: tuple[float, float]) -> list[Label]:
    """Where a name has room right, left, below or above its dot; none lies over a dot, another name or an edge.

    places : (n, 2), y downwards, the more important first: a name without room is left out.
    """
    letter, line, reach = sizes
    boxes = [(x - reach, y - reach, x + reach, y + reach) for x, y in places]
    out = []
    for at, ((x, y), name) in enumerate(zip(places, names, strict=True)):
        length = letter * len(name)
        tries = [
            ("start", x + reach * 1.4, y, x + reach * 1.4),
            ("end", x - reach * 1.4, y, x - reach * 1.4 - length),
            ("middle", x, y + reach + line * 0.7, x - length / 2),
            ("middle", x, y - reach - line * 0.7, x - length / 2),
        ]
        for anchor, tx, ty, left in tries:
            box = (left, ty - line / 2, left + length, ty + line / 2)
            if box[0] < edges[0] or box[2] > edges[1]:
                continue
            if any(box[0] < b[2] and box[2] > b[0] and box[1] < b[3] and box[3] > b[1] for b in boxes):
                continue
            boxes.append(box)
            out.append(Label(at, float(tx), float(ty), anchor))
            break
    return out
