"""`influence map` and `influence atlas`: one page where asked, nothing else."""

from __future__ import annotations

from influence.tables import datasets_dir
from tests.cli.calls import bytes_of, call, refusal, shell
from tests.export.pages import data_of


def test_it_is_written_where_asked_and_named(tmp_path):
    path = tmp_path / "deep" / "eu.html"
    printed = call("map", "--year", "2020", "--poles", "CHN,USA,eu", "--out", str(path), "--quiet")
    assert (printed.exit_code, printed.output) == (0, "")
    assert list(bytes_of(tmp_path)) == ["deep/eu.html"]
    assert "2020" in path.read_text(encoding="utf-8")


def test_without_out_it_goes_to_outputs(tmp_path):
    done = shell("map", "--year", "2016", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "outputs/maps/map_2016.html\n"
    assert list(bytes_of(tmp_path)) == ["outputs/maps/map_2016.html"]
    assert "Reading the panel …" in done.stderr
    assert "\x1b" not in done.stderr


def test_without_a_year_it_holds_all_of_them(tmp_path):
    path = tmp_path / "network.html"
    assert call("map", "--out", str(path), "--quiet").exit_code == 0
    data = data_of(path.read_text(encoding="utf-8"))
    assert (data["years"][0], data["years"][-1]) == (1990, 2023)
    assert data["scenarios"] == []


def test_the_atlas_holds_what_was_asked_for(tmp_path):
    scenario = (datasets_dir() / "scenarios" / "korus_ended.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(scenario.replace("name: korus_ended", "name: mine"), encoding="utf-8")
    tour = "name: lesson\ntitle: A lesson\nsteps: [{view: {year: 2018, scenario: mine}, text: '{balance KOR 2018}'}]\n"
    (tmp_path / "lesson.yaml").write_text(tour, encoding="utf-8")
    asked = (
        "atlas",
        "--scenarios",
        "mine.yaml,tpp_with_us",
        "--tour",
        "lesson.yaml",
        "--weights",
        "trade=1,alliance=0,agreement=0",
    )
    done = shell(*asked, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "outputs/atlas.html\n"
    assert "Applying mine.yaml …" in done.stderr
    data = data_of((tmp_path / "outputs" / "atlas.html").read_text(encoding="utf-8"))
    assert [printed["name"] for printed in data["scenarios"]] == ["mine", "tpp_with_us"]
    assert [printed["title"] for printed in data["tours"]] == ["A lesson"]
    assert data["weights"] == [1.0, 0.0, 0.0, 0.0]
    assert "--weights trade=1,alliance=0,agreement=0,troops=0 --scenarios mine,tpp_with_us" in data["command"]


def test_two_scenarios_of_one_name_are_refused(tmp_path):
    text = (datasets_dir() / "scenarios" / "korus_ended.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    done = shell("atlas", "--scenarios", "korus_ended,mine.yaml", cwd=tmp_path)
    assert "two scenarios are called 'korus_ended'" in refusal(done)
    assert not (tmp_path / "outputs" / "atlas.html").exists()
