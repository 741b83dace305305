"""The manifest: right hashes, every choice, and nothing that changes from run to run."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.metadata import version

import pytest

from influence.config import load_config
from influence.errors import OutputError, PanelError
from influence.export.manifest import LIBRARIES, write_manifest
from influence.states import Registry
from influence.tables import Tables, datasets_dir
from tests.export.pages import real_panel


@pytest.fixture
def made(tmp_path) -> dict:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "results.csv").write_bytes(b"year\n2016\n")
    (tmp_path / "index.html").write_bytes(b"<p>")
    config = load_config(
        environment={}, flags={"poles": ["CHN", "USA"], "weights": {"trade": 3, "alliance": 1, "agreement": 0}}
    )
    write_manifest(config.record(), real_panel(), ["index.html", "tables/results.csv"], tmp_path)
    return json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))


def test_every_file_has_the_hash_of_its_bytes(made):
    assert made["files"] == {
        "index.html": f"sha256:{hashlib.sha256(b'<p>').hexdigest()}",
        "tables/results.csv": f"sha256:{hashlib.sha256(b'year' + bytes([10]) + b'2016' + bytes([10])).hexdigest()}",
    }


def test_data_have_the_hash_of_what_lies_in_the_panel(made):
    for path, message in made["data"].items():
        assert message == f"sha256:{hashlib.sha256((datasets_dir() / path).read_bytes()).hexdigest()}"
    assert {"trade.parquet", "pacts.parquet", "curated/states.csv"} <= set(made["data"])


def test_versions_are_those_in_use(made):
    assert set(made["versions"]) == {"python", *LIBRARIES}
    assert made["versions"]["pandas"] == version("pandas")


def test_the_settings_are_all_there(made):
    assert made["config"]["poles"] == ["CHN", "USA"]
    assert made["config"]["weights"] == {"trade": 0.75, "alliance": 0.25, "agreement": 0.0, "troops": 0.0}
    assert "trade_base" in made["config"]
    assert made["command"].startswith("influence run")


def test_it_holds_no_time_no_machine_and_no_user(made):
    text = json.dumps({key: made[key] for key in ("command", "versions", "config", "seed")})
    assert not re.search(r"\d{1,2}:\d{2}|20\d\d-\d\d-\d\d|/(home|root|tmp|work|Users)/", text)


def test_twice_the_same_bytes(tmp_path):
    config = load_config(environment={})
    texts = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_manifest(config.record(), real_panel(), [], tmp_path / name)
        texts.append((tmp_path / name / "manifest.json").read_bytes())
    assert texts[0] == texts[1]


def test_a_panel_without_its_package_is_reported(tmp_path):
    panel = real_panel().with_parts(registry=Registry(Tables(tmp_path)))
    with pytest.raises(PanelError, match=r"datapackage\.json cannot be read"):
        write_manifest(load_config(environment={}).record(), panel, [], tmp_path)


def test_a_place_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_manifest(load_config(environment={}).record(), real_panel(), [], tmp_path / "file")
