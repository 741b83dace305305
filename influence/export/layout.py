"""Positions of states and their names on the map: Equal Earth, centred on the Pacific; nothing hides a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def box_positions(
    longitude: Sequence[float], latitude: Sequence[float], width: Sequence[float], height: Sequence[float],
    *, span: float = 1300.0,
) -> np.ndarray:  # fmt: skip
    """Positions (n, 2) of boxes of the given sizes, y downwards: projected, scaled to `span`, separated."""
    x, y = equal_earth(np.asarray(longitude), np.asarray(latitude))
    scale = span / max(float(np.ptp(x)), 1e-9)
    return separate(np.column_stack([(x - x.mean()) * scale, -(y - y.mean()) * scale]), width, height)


def separate(home: np.ndarray, width: Sequence[float], height: Sequence[float]) -> np.ndarray:
    """Positions (n, 2) of boxes of the given sizes, each as near to its home as leaves room for the others.

    The same input gives the same positions: nothing is random. Each step moves two overlapping boxes apart along
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


Line = tuple[float, float, float, float]
"""From x, y to x, y."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Label(NamedTuple):
    """at : which place it names. x, y : its anchor, in the middle of its height. anchor : start, middle or end.

    line : from its dot to it, where the name is too far away to be matched without one.
    """

    at: int
    x: float
    y: float
    anchor: str
    line: Line | None = None


FAR, MANY = (1.6, 2.6, 3.8, 5.2), 80
"""How far from its dot a name may be, in lines, where there is no room beside it; with many dots only the first two."""
_TURNS = [(-1 if i % 2 else 1) * ((i + 1) // 2) * np.pi / 8 for i in range(16)]
WAYS = tuple((float(np.cos(turn)), float(np.sin(turn))) for turn in _TURNS)
"""To the right first, then ever more to the left, above before below."""


def place_labels(places: np.ndarray, names: Sequence[str], sizes: Sizes, edges: Box) -> list[Label]:
    """Where a name has room: right, left, below or above its dot, else farther away with a line to it.

    None lies over a dot, another name, its line or an edge; no line runs through a name, nor through a dot if it can.

    places : (n, 2), y downwards, the more important first: a name without room is left out.
    """
    dots = [(x - sizes.reach, y - sizes.reach, x + sizes.reach, y + sizes.reach) for x, y in places]
    taken: list[Box] = []
    out: list[Label] = []
    distances = FAR if len(names) <= MANY else FAR[:2]
    for at, name in enumerate(names):
        lines = [label.line for label in out if label.line]
        room = []
        for label in _candidates(at, places[at], sizes, distances):
            box = _box_of(label, sizes.letter * len(name), sizes.line)
            hidden = any(_overlap(box, other) for other in dots + taken) or any(
                _runs_through(line, box) for line in lines
            )
            if _within(box, edges) and not hidden and not _crosses(label, taken):
                room.append((label, box))
        clear = [found for found in room if not _crosses(found[0], dots[:at] + dots[at + 1 :])]
        for label, box in (clear or room)[:1]:
            out.append(label)
            taken.append(box)
    return out


def _crosses(label: Label, boxes: Sequence[Box]) -> bool:
    return label.line is not None and any(_runs_through(label.line, box) for box in boxes)


def _candidates(at: int, place: np.ndarray, sizes: Sizes, distances: Sequence[float]) -> Iterator[Label]:
    """Possible positions of a name, the better first."""
    (x, y), reach, line = place, sizes.reach, sizes.line
    yield Label(at, x + reach * 1.4, y, "start")
    yield Label(at, x - reach * 1.4, y, "end")
    yield Label(at, x, y + reach + line * 0.7, "middle")
    yield Label(at, x, y - reach - line * 0.7, "middle")
    for far in distances:
        away = reach + far * line
        for dx, dy in WAYS:
            anchor = "start" if dx > 0.3 else "end" if dx < -0.3 else "middle"
            # A line ends at the near edge of its name, not in its middle.
            down = 0.0 if anchor != "middle" else line * 0.55 * np.sign(dy)
            end = (x + dx * away, y + dy * away)
            start = (x + dx * reach, y + dy * reach)
            gap = {"start": 0.3, "end": -0.3, "middle": 0.0}[anchor] * reach
            yield Label(at, end[0] + gap, end[1] + down, anchor, (*start, *end))


def _box_of(label: Label, length: float, line: float) -> Box:
    left = label.x - {"start": 0.0, "middle": length / 2, "end": length}[label.anchor]
    return (left, label.y - line / 2, left + length, label.y + line / 2)


def _within(box: Box, edges: Box) -> bool:
    return box[0] >= edges[0] and box[1] >= edges[1] and box[2] <= edges[2] and box[3] <= edges[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _runs_through(line: Line, box: Box) -> bool:
    """Whether part of a line lies in a box: of the line's length, what is within both pairs of sides."""
    low, high = 0.0, 1.0
    for start, end, near, far in ((line[0], line[2], box[0], box[2]), (line[1], line[3], box[1], box[3])):
        if start == end:
            if not near < start < far:
                return False
            continue
        one, other = sorted(((near - start) / (end - start), (far - start) / (end - start)))
        low, high = max(low, one), min(high, other)
    return low < high
