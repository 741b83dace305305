"""The data package: the same bytes twice, every field as declared, every hash right, no machine's path."""

import json

import pandas as pd
import pytest

from influence.errors import PanelError
from influence.panel import package
from influence.panel.package import ABOUT, MADE_FROM, damaged_files, read_package, sha256, write_package
from influence.panel.panel import load_panel
from influence.schema import (
    FLAGS,
    SERIES,
)
from influence.table_columns import KEYS, TABLES
from influence.tables import datasets_dir, read_panel_table


def bundled():
    return {name: read_panel_table(datasets_dir(), name) for name in KEYS}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("package")
    write_package(bundled(), {}, out)
    return out


def test_twice_the_same_bytes_whatever_the_order_of_the_rows(written, tmp_path):
    mixed = {name: table.sample(frac=1, random_state=5) for name, table in bundled().items()}
    write_package(mixed, {}, tmp_path)
    files = sorted(p.relative_to(written) for p in written.rglob("*") if p.is_file())
    curated = {path.name for path in (datasets_dir() / "curated").iterdir()}
    assert {path.name for path in files if path.parent.name == "curated"} == curated
    assert len(files) == len(KEYS) + len(curated) + 1
    for name in files:
        assert (written / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_a_written_package_is_a_whole_panel(written):
    assert damaged_files(written) == []
    assert load_panel(written, first_year=2016, last_year=2016).years == range(2016, 2017)


def test_what_is_written_is_what_was_given(written):
    for name, table in bundled().items():
        pd.testing.assert_frame_equal(read_panel_table(written, name), table)


@pytest.mark.parametrize("where", ["bundled", "written"])
def test_every_resource_is_as_the_schema_declares_it(where, written):
    folder = datasets_dir() if where == "bundled" else written
    content = read_package(folder)
    resources = {r["name"]: r for r in content["resources"]}
    assert sorted(resources) == sorted(TABLES)
    for name, resource in resources.items():
        path = folder / resource["path"]
        found = [(f["name"], f["type"], f.get("unit", ""), f["description"]) for f in resource["schema"]["fields"]]
        assert found == [tuple(f) for f in TABLES[name]], name
        assert resource["hash"] == f"sha256:{sha256(path)}", name
        assert resource["bytes"] == path.stat().st_size, name
        assert resource["rows"] == len(read_panel_table(folder, name)), name
        assert resource["schema"]["primaryKey"] == KEYS.get(name, ["iso3"]), name
        assert resource["description"] == ABOUT[name]
        assert set(resource["sources"]) <= {s["name"] for s in content["sources"]}
    assert content["flags"] == FLAGS
    assert content["series"] == SERIES


def test_tables_are_declared_alike_everywhere():
    assert set(ABOUT) == set(MADE_FROM) == set(TABLES) == {*KEYS, "states"}


def test_every_source_has_its_card_and_raw_hash():
    for source in read_package(datasets_dir())["sources"]:
        assert all(source[key] for key in ("title", "publisher", "licence", "citation")), source["name"]
        assert isinstance(source["terms_confirmed"], bool)
        assert "/" not in source.get("raw_file", "")
        assert ("raw_file" in source) == ("raw_sha256" in source)


def test_no_path_of_a_machine_is_in_it():
    text = (datasets_dir() / "datapackage.json").read_text(encoding="utf-8")
    assert str(datasets_dir().parent) not in text
    assert not any(mark in text for mark in ("/work", "/home/", "/tmp/", "C:\\"))
    assert json.loads(text)["profile"] == "data-package"


def test_primary_keys_hold_in_the_bundled_tables():
    for name, table in bundled().items():
        assert not table.duplicated(KEYS[name]).any(), name


def test_a_changed_byte_and_an_absent_file_are_reported(tmp_path):
    write_package(bundled(), {}, tmp_path)
    content = bytearray((tmp_path / "troops.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "troops.parquet").write_bytes(bytes(content))
    (tmp_path / "series_breaks.parquet").unlink()
    assert damaged_files(tmp_path) == [
        "series_breaks.parquet is missing",
        "troops.parquet has another sha256 than datapackage.json records",
    ]


@pytest.mark.parametrize("content", [None, "", "{", "\x00"])
def test_an_unreadable_package_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "datapackage.json").write_text(content, encoding="utf-8")
    with pytest.raises(PanelError, match=r"datapackage\.json cannot be read"):
        read_package(tmp_path)


def test_writing_into_the_bundled_folder_keeps_its_states(tmp_path, monkeypatch):
    (tmp_path / "curated").mkdir()
    states = (datasets_dir() / "curated" / "states.csv").read_bytes()
    (tmp_path / "curated" / "states.csv").write_bytes(states)
    monkeypatch.setattr(package, "datasets_dir", lambda: tmp_path)
    write_package(bundled(), {}, tmp_path)
    assert (tmp_path / "curated" / "states.csv").read_bytes() == states
