"""CEPII GeoDist: both directions, old codes, "." for missing."""

from __future__ import annotations

import pytest

from influence.errors import SourceError
from influence.sources.geodist import read_geodist

HEADER = "iso_o,iso_d,contig,comlang_off,dist,distw\n"
PAIRS = (
    ("KOR", "PRK", "1.0,1.0,194.6,190"),
    ("ROM", "KOR", "0.0,0.0,8000,."),
    ("ZAR", "TMP", "0.0,1.0,.,."),
    ("NAM", "KOR", "0.0,0.0,12900,12900"),
    ("YUG", "KOR", "0.0,0.0,8100,8100"),
    ("PAL", "ISR", "1.0,0.0,68.9,70"),
)


def saved(tmp_path, *more):
    rows = [f"{a},{b},{rest}" for first, second, rest in PAIRS for a, b in ((first, second), (second, first))]
    path = tmp_path / "dist.csv"
    path.write_text(HEADER + "\n".join([*rows, "KOR,KOR,0.0,0.0,60,60", *more]) + "\n", encoding="utf-8")
    return path


def test_pairs_are_listed_in_both_directions_and_never_with_themselves(tmp_path):
    frame = read_geodist(saved(tmp_path))
    assert list(frame.columns) == ["source", "target", "distance_km", "contiguous", "common_language"]
    assert [str(kind) for kind in frame.dtypes[2:]] == ["float64", "bool", "bool"]
    by = frame.set_index(["source", "target"])
    assert len(by) == 10
    assert by.loc[("KOR", "PRK")].tolist() == by.loc[("PRK", "KOR")].tolist() == [194.6, True, True]
    assert by.loc[("NAM", "KOR")].tolist() == [12900.0, False, False]


def test_old_codes_are_todays_and_a_dot_is_missing(tmp_path):
    frame = read_geodist(saved(tmp_path)).set_index(["source", "target"])
    assert frame.loc[("ROU", "KOR"), "distance_km"] == 8000
    assert frame.loc[("PSE", "ISR"), "contiguous"]
    assert frame["distance_km"].isna()[("COD", "TLS")]
    assert frame.loc[("COD", "TLS"), "common_language"]


def test_yugoslavia_is_left_out(tmp_path):
    frame = read_geodist(saved(tmp_path))
    assert ("YUG", "Yugoslavia: dissolved and none of its successors", 1) in frame.attrs["excluded"]
    assert "SRB" not in set(frame["source"])


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("KOR,PRK,1.0,1.0,194.6,190", "2 rows repeat the same source, target"),
        ("JPN,KOR,0.0,0.0,1150,1150", "1 pairs are listed in one direction only"),
        ("JPN,KOR,2.0,0.0,1150,1150", "column contig must be 0 or 1; 1 rows"),
        ("JPN,KOR,,0.0,1150,1150", "column contig must be 0 or 1; 1 rows"),
        ("JPN,KOR,0.0,0.0,-1,1150", "column dist must be a finite number of at least 0"),
        ("QQQ,KOR,0.0,0.0,1,1", "known exclusion: 'QQQ'"),
    ],
)
def test_rows_that_cannot_be_are_refused(tmp_path, row, message):
    with pytest.raises(SourceError, match=message):
        read_geodist(saved(tmp_path, row))


def test_the_published_distances(shared_data):
    frame = read_geodist(shared_data / "states" / "cepii_geodist_pairs.csv.gz")
    states = set(frame["source"])
    assert len(frame) == len(states) * (len(states) - 1)
    assert {"TWN", "ROU", "COD", "TLS", "PSE", "NAM"} <= states
    assert not states & {"SRB", "MNE", "XKX", "SSD"}
    by = frame.set_index(["source", "target"])
    assert by.loc[("KOR", "PRK"), "contiguous"]
    assert 900 < by.loc[("KOR", "CHN"), "distance_km"] < 1000
    assert by["distance_km"].notna().all()
