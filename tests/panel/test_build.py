"""The build: absent files are named at once; the raw files give the bundled bytes."""

import pandas as pd
import pytest

from influence.errors import SourceError
from influence.panel.build import READERS, build_panel, list_excluded, raw_paths
from influence.panel.package import damaged_files, read_package, sha256, sources_table
from influence.tables import datasets_dir


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(SourceError, match="is not a folder"):
        raw_paths(tmp_path / "nowhere")


def test_every_absent_file_is_named(tmp_path):
    kept = tmp_path / "ties"
    kept.mkdir()
    (kept / "desta_2_2_list_of_treaties.csv").touch()
    with pytest.raises(SourceError, match=f"lacks {len(READERS) - 1} of {len(READERS)} raw files") as caught:
        raw_paths(tmp_path)
    assert "trade/baci_country_pairs_2023.csv.gz" in str(caught.value)
    assert "desta" not in str(caught.value)


def test_nothing_is_written_where_the_raw_files_are_absent(tmp_path):
    (tmp_path / "raw").mkdir()
    with pytest.raises(SourceError):
        build_panel(tmp_path / "raw", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_every_reader_has_an_origin_card_with_a_file():
    cards = sources_table()
    assert set(READERS) <= set(cards.index)
    assert (cards.loc[list(READERS), "raw_file"] != "").all()


def test_exclusions_are_added_up_over_sources():
    one, other = pd.DataFrame(), pd.DataFrame()
    one.attrs["excluded"] = [("World", "aggregate", 2), ("World", "aggregate", 3)]
    other.attrs["excluded"] = [("World", "aggregate", 1), (900, "none", 4)]
    out = list_excluded({"baci": one, "desta": other, "wto": pd.DataFrame()})
    assert [tuple(r) for r in out.itertuples(index=False)] == [
        ("baci", "World", "aggregate", 5), ("desta", "900", "none", 4), ("desta", "World", "aggregate", 1),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def built(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    build_panel(shared_data, folder)
    return folder


@pytest.mark.slow
def test_the_raw_files_give_the_bytes_of_the_bundled_panel_which_is_an_earlier_build(built):
    names = sorted(path.relative_to(built) for path in built.rglob("*") if path.is_file())
    assert len([name for name in names if name.parts[0] != "curated"]) == 16
    curated = {path.name for path in (datasets_dir() / "curated").glob("*.csv")}
    assert {name.name for name in names if name.parts[0] == "curated"} == curated
    for name in names:
        assert sha256(built / name) == sha256(datasets_dir() / name), name


@pytest.mark.slow
def test_a_built_panel_is_whole_and_knows_its_raw_files(built, shared_data):
    assert damaged_files(built) == []
    paths = raw_paths(shared_data)
    found = {s["name"]: s.get("raw_sha256") for s in read_package(built)["sources"]}
    for key in READERS:
        assert found[key] == sha256(paths[key]), key
