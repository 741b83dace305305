"""Natural Earth 110m: outlines of countries, the background of the map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from influence.errors import SourceError
from influence.sources.reading import read_bytes
from influence.states import bundled_registry

COLUMNS = ["shape", "iso3", "ring", "point", "longitude", "latitude"]
PANEL_CODES = {"KOS": "XKX", "PSX": "PSE", "SDS": "SSD"}
"""Codes of the file for states that the panel knows by another."""
NO_STATE = {
    "ATF": "French territory", "CYN": "northern Cyprus, drawn under its own outline", "FLK": "British territory",
    "PRI": "US territory", "SAH": "Western Sahara", "SOL": "Somaliland, drawn under its own outline",
}  # fmt: skip
"""Shapes that are drawn and carry no data."""
LEFT_OUT = {"ATA": "Antarctica: no state, and the map does not reach it"}


def read_natural_earth(path: Path | str) -> pd.DataFrame:
    """Outlines as rings of points: shape (the file's code), iso3 ('' where no state of the panel), ring, point, place.

    Degrees rounded to a hundredth, about a kilometre, as the file is drawn at 1 : 110 million. The last point of a
    ring, which repeats the first, is dropped. Boundaries are de facto, as the publisher draws them.

    Raises
    ------
    SourceError : not a GeoJSON of polygons, an unknown code, a ring of fewer than four points, a place off
        the globe.
    """
    codes = set(bundled_registry().states.index)
    parts: list[pd.DataFrame] = []
    excluded = []
    for feature in _features(path):
        shape = str(feature["properties"]["ADM0_A3"])
        if shape in LEFT_OUT:
            excluded.append((shape, LEFT_OUT[shape], 1))
            continue
        iso3 = PANEL_CODES.get(shape, shape)
        if iso3 not in codes and shape not in NO_STATE:
            raise SourceError(f"{path}: shape {shape!r} is no state of the panel and no known exception.")
        for number, ring in enumerate(_rings(feature["geometry"], shape, path)):
            frame = pd.DataFrame(ring, columns=["longitude", "latitude"])
            parts.append(frame.assign(shape=shape, iso3=iso3 if iso3 in codes else "", ring=number, point=frame.index))
    table = pd.concat(parts, ignore_index=True)[COLUMNS]
    table = table.sort_values(["shape", "ring", "point"], ignore_index=True)
    table.attrs["excluded"] = excluded
    return table


def _features(path: Path | str) -> list[dict[str, Any]]:
    try:
        content = json.loads(read_bytes(path).decode("utf-8"))
        features = content["features"]
        for feature in features:
            feature["properties"]["ADM0_A3"], feature["geometry"]["coordinates"]
    except (ValueError, KeyError, TypeError, RecursionError) as err:
        raise SourceError(f"{path} is not the GeoJSON of countries of Natural Earth ({err}).") from err
    if not features:
        raise SourceError(f"{path} holds no country.")
    return list(features)


def _rings(geometry: dict[str, Any], shape: str, path: Path | str) -> list[np.ndarray]:
    kind, nested = geometry.get("type"), geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise SourceError(f"{path}: {shape} is a {kind}; a Polygon or MultiPolygon is wanted.")
    out = []
    for ring in (ring for polygon in (nested if kind == "MultiPolygon" else [nested]) for ring in polygon):
        try:
            points = np.asarray(ring, dtype=float)
        except (ValueError, TypeError) as err:
            raise SourceError(f"{path}: {shape} has a place that is no pair of numbers ({err}).") from err
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 4:
            raise SourceError(f"{path}: {shape} has a ring that is not four or more places.")
        if not (np.abs(points) <= (180.0 + 1e-6, 90.0 + 1e-6)).all():
            raise SourceError(f"{path}: {shape} has a place off the globe.")
        out.append(np.round(points[:-1], 2) + 0.0)
    return out
