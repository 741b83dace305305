"""Natural Earth: rings of points, codes of the panel, and files that are not outlines."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from influence.errors import SourceError
from influence.sources.natural_earth import NO_STATE, read_natural_earth

SQUARE = [[0, 0], [10.126, 0], [10.126, 10], [0, 10], [0, 0]]
HOLE = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]


def saved(tmp_path, *features):
    path = tmp_path / "land.geojson"
    features = [
        {"properties": {"ADM0_A3": code}, "geometry": {"type": kind, "coordinates": places}}
        for code, kind, places in features
    ]
    path.write_text(json.dumps({"features": features}), encoding="utf-8")
    return path


def test_a_ring_is_its_points_once_and_holes_are_rings(tmp_path):
    frame = read_natural_earth(saved(tmp_path, ("ZAF", "Polygon", [SQUARE, HOLE])))
    assert frame.groupby("ring").size().tolist() == [4, 4]
    assert frame[frame["ring"] == 0][["longitude", "latitude"]].to_numpy().tolist() == [
        [0, 0], [10.13, 0], [10.13, 10], [0, 10],
    ]  # fmt: skip


def test_codes_are_the_panels_and_shapes_without_data_have_none(tmp_path):
    path = saved(
        tmp_path, ("KOS", "Polygon", [SQUARE]), ("SOL", "MultiPolygon", [[SQUARE], [HOLE]]), ("ATA", "Polygon", [HOLE])
    )
    frame = read_natural_earth(path)
    assert frame.drop_duplicates("shape").set_index("shape")["iso3"].to_dict() == {"KOS": "XKX", "SOL": ""}
    assert frame[frame["shape"] == "SOL"]["ring"].nunique() == 2
    assert [row[0] for row in frame.attrs["excluded"]] == ["ATA"]


@pytest.mark.parametrize(
    "feature, message",
    [
        (("QQQ", "Polygon", [SQUARE]), "shape 'QQQ' is no state"),
        (("KOR", "Point", [1, 2]), "KOR is a Point"),
        (("KOR", "Polygon", [SQUARE[:3]]), "not four or more places"),
        (("KOR", "Polygon", [[*SQUARE[:3], [200, 0], [0, 0]]]), "off the globe"),
        (("KOR", "Polygon", [[*SQUARE[:3], ["x", 0], [0, 0]]]), "no pair of numbers"),
        (("KOR", "Polygon", [[*SQUARE[:3], [float("nan"), 0], [0, 0]]]), "off the globe"),
    ],
)
def test_a_feature_that_is_not_an_outline_is_refused(tmp_path, feature, message):
    with pytest.raises(SourceError, match=message):
        read_natural_earth(saved(tmp_path, feature))


@pytest.mark.parametrize("text", ["", "[]", '{"features": []}', '{"features": [{"properties": {}}]}', "[" * 100_000])
def test_a_file_that_is_not_geojson_is_refused(tmp_path, text):
    path = tmp_path / "land.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError):
        read_natural_earth(path)


def test_the_real_file(shared_data):
    path = shared_data / "states" / "natural_earth_110m_countries.geojson"
    frame = read_natural_earth(path)
    raw = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert frame["shape"].nunique() == len(raw) - 1
    assert set(frame[frame["iso3"] == ""]["shape"]) == set(NO_STATE)
    korea = next(f for f in raw if f["properties"]["ADM0_A3"] == "KOR")["geometry"]["coordinates"][0][:-1]
    drawn = frame[frame["iso3"] == "KOR"][["longitude", "latitude"]].to_numpy()
    assert drawn == pytest.approx(pd.DataFrame(korea).to_numpy(), abs=0.0051)
