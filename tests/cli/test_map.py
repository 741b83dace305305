"""`influence map`: one page where asked, nothing else."""

from __future__ import annotations

from tests.cli.calls import bytes_of, call, shell


def test_it_is_written_where_asked_and_named(tmp_path):
    path = tmp_path / "deep" / "eu.html"
    told = call("map", "--year", "2020", "--poles", "CHN,USA,eu", "--out", str(path), "--quiet")
    assert (told.exit_code, told.output) == (0, "")
    assert list(bytes_of(tmp_path)) == ["deep/eu.html"]
    assert "2020" in path.read_text(encoding="utf-8")


def test_without_out_it_goes_to_outputs(tmp_path):
    done = shell("map", "--year", "2016", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "outputs/maps/map_2016.html\n"
    assert list(bytes_of(tmp_path)) == ["outputs/maps/map_2016.html"]
    assert "reading the panel …" in done.stderr
    assert "\x1b" not in done.stderr
