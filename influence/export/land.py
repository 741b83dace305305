"""Outlines of countries on the map's own projection, cut where the map ends; drawn under the dots, never measured."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from influence.export.layout import CENTRE, equal_earth

UNITS = 10_000
"""Map units in the globe's radius: whole numbers are fine enough to draw with."""
FINEST = 2.0
"""Degrees between two points beyond which a side is drawn with points between: parallels bend on this projection."""


class Ring(NamedTuple):
    """One closed outline. iso3 : '' where it carries no data. places : (n, 2) whole map units, y downwards."""

    iso3: str
    places: np.ndarray


def outlines(land: pd.DataFrame, extent: tuple[float, float, float, float] | None = None) -> list[Ring]:
    """Projected rings, those that touch `extent` (left, top, right, bottom in map units); all without one.

    land : table `land` of a panel.
    """
    rings: list[Ring] = []
    for (_, iso3, _), ring in land.groupby(["shape", "iso3", "ring"], sort=True):
        for piece in cut(ring["longitude"].to_numpy() - CENTRE, ring["latitude"].to_numpy()):
            places = project(piece[:, 0] + CENTRE, piece[:, 1])
            keep = np.append(True, np.any(places[1:] != places[:-1], axis=1))
            if keep.sum() >= 3 and (extent is None or _touches(places, extent)):
                rings.append(Ring(str(iso3), places[keep]))
    return rings


def project(longitude: np.ndarray, latitude: np.ndarray, centre: float = CENTRE) -> np.ndarray:
    """Whole map units (n, 2), y downwards."""
    turned = np.asarray(longitude, dtype=float) - centre
    turned = np.where(np.abs(turned) > 180.0, (turned + 180.0) % 360.0 - 180.0, turned)
    # A position on the very edge of the map stays on the side it was cut to.
    x, y = equal_earth(np.clip(turned, -179.999, 179.999) + centre, latitude, centre)
    return np.column_stack([np.rint(x * UNITS), -np.rint(y * UNITS)]).astype(np.int64)


def cut(turned: np.ndarray, latitude: np.ndarray) -> list[np.ndarray]:
    """A ring in degrees from the map's centre as pieces (n, 2) within -180 to 180: what crosses the edge is cut there.

    The ring is unrolled first, so that neighbouring points are never more than half a turn apart.
    """
    steps = (np.diff(turned, append=turned[:1]) + 180.0) % 360.0 - 180.0
    start = (turned[0] + 180.0) % 360.0 - 180.0
    ring = np.column_stack([start + np.concatenate([[0.0], np.cumsum(steps[:-1])]), latitude])
    ring = _finer(ring)
    out = []
    for shift in (-360.0, 0.0, 360.0):
        piece = _clipped(_clipped(ring + np.array([shift, 0.0]), -180.0, 1.0), 180.0, -1.0)
        if len(piece) >= 3:
            out.append(piece)
    return out


def _finer(ring: np.ndarray) -> np.ndarray:
    nxt = np.roll(ring, -1, axis=0)
    parts = [
        np.linspace(here, there, max(1, int(np.ceil(np.abs(there - here).max() / FINEST))), endpoint=False)
        for here, there in zip(ring, nxt, strict=True)
    ]
    return np.concatenate(parts)


def _clipped(ring: np.ndarray, edge: float, inward: float) -> np.ndarray:
    """The part of a ring on one side of a meridian (Sutherland & Hodgman 1974)."""
    if len(ring) == 0:
        return ring
    inside = (ring[:, 0] - edge) * inward >= 0
    if inside.all():
        return ring
    out = []
    for i, here in enumerate(ring):
        before = ring[i - 1]
        if inside[i] != inside[i - 1]:
            share = (edge - before[0]) / (here[0] - before[0])
            out.append((edge, before[1] + share * (here[1] - before[1])))
        if inside[i]:
            out.append((here[0], here[1]))
    return np.array(out).reshape(-1, 2)


def _touches(places: np.ndarray, extent: tuple[float, float, float, float]) -> bool:
    (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
    return bool(left <= extent[2] and right >= extent[0] and top <= extent[3] and bottom >= extent[1])
