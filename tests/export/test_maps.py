"""Which states a map shows, and that it is written whole or not at all."""

from __future__ import annotations

import pytest

import influence as inf
from influence.config import Config
from influence.errors import OutputError, StateError, YearError
from influence.export import maps
from influence.export.maps import region_states, write_map
from influence.results import pull_results
from influence.states import group_members
from tests.export.pages import real_results, write_real_map


def test_a_region_is_its_members_and_the_poles():
    ties, _ = real_results()
    states = region_states(ties, "asia_pacific", ("CHN", "USA"), 2016)
    assert states == sorted(states)
    assert {"CHN", "USA", "KOR", "PHL"} <= set(states)
    assert set(states) == (set(group_members("asia_pacific", 2016)) & set(ties.indexes["target"])) | {"CHN", "USA"}


def test_members_of_a_group_are_those_of_the_year():
    ties, _ = real_results()
    assert "GBR" in region_states(ties, "asia_pacific", ("CHN", "eu"), 2008)
    assert "GBR" not in region_states(ties, "asia_pacific", ("CHN", "eu"), 2023)


def test_an_unknown_region_is_refused_with_those_there_are():
    ties, _ = real_results()
    with pytest.raises(StateError, match=r"group 'asia_pacfic' is not known\. Did you mean asia_pacific"):
        region_states(ties, "asia_pacfic", ("CHN", "USA"), 2016)


def test_the_map_is_written_where_asked(tmp_path):
    path = write_real_map(tmp_path / "new" / "folder")
    text = path.read_text(encoding="utf-8")
    assert text.lower().startswith("<!doctype html>")
    assert "In 2016," in text
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_old_map_stays_when_the_new_cannot_be_drawn(tmp_path, monkeypatch):
    ties, results = real_results()
    path = tmp_path / "map.html"
    path.write_text("old", encoding="utf-8")

    def broken(*args: object, **kwargs: object) -> str:
        raise OutputError("no")

    monkeypatch.setattr(maps, "build_network_map", broken)
    with pytest.raises(OutputError):
        write_map(ties, results, Config(), ("CHN", "USA"), 2016, path, region="asia_pacific")
    assert [(p.name, p.read_text(encoding="utf-8")) for p in tmp_path.iterdir()] == [("map.html", "old")]


def test_three_poles_one_of_them_a_group_make_a_map(tmp_path):
    panel = inf.load_panel(first_year=2016, last_year=2016)
    ties, poles = inf.build_ties(panel), ("CHN", "USA", "eu")
    results = pull_results(ties, poles, inf.tie_marks(panel))
    path = write_map(ties, results, Config(), poles, 2016, tmp_path / "eu.html", region="asia_pacific")
    assert "the EU" in path.read_text(encoding="utf-8")


def test_a_year_outside_is_refused(tmp_path):
    ties, results = real_results()
    with pytest.raises((YearError, ValueError)):
        write_map(ties, results, Config(), ("CHN", "USA"), 2050, tmp_path / "x.html", region="asia_pacific")
    assert not list(tmp_path.iterdir())
