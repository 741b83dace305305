"""`python -m docs_build` replaces only an empty place or an earlier site, and only with a site that has no fault."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from docs_build import __main__ as main


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run main() on a folder with a build that writes one page and returns these faults."""

    def run(*faults: str) -> tuple[int, Path]:
        def build(site: Path) -> list[str]:
            (site / "search").mkdir(parents=True)
            (site / "search" / "search_index.json").write_text("{}", encoding="utf-8")
            (site / "index.html").write_text("new", encoding="utf-8")
            return list(faults)

        monkeypatch.setattr(main, "build", build)
        monkeypatch.setattr(sys, "argv", ["docs_build", str(tmp_path / "site")])
        return main.main(), tmp_path / "site"

    return run


def test_a_whole_site_takes_the_place_of_the_old(built, capsys):
    assert built()[0] == 0
    code, site = built()
    assert code == 0
    assert (site / "index.html").read_text(encoding="utf-8") == "new"
    assert capsys.readouterr().out == f"{site / 'index.html'}\n" * 2
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_a_site_with_a_fault_leaves_the_old_one(built, capsys):
    _, site = built()
    (site / "index.html").write_text("old", encoding="utf-8")
    code, _ = built("broken link: x.html: y.html")
    assert code == 1
    assert (site / "index.html").read_text(encoding="utf-8") == "old"
    assert "broken link: x.html: y.html\nThe site was not put in place.\n" in capsys.readouterr().err


def test_a_folder_that_holds_something_else_is_left_alone(built, tmp_path, capsys):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("mine", encoding="utf-8")
    code, site = built()
    assert code == 2
    assert [path.name for path in site.iterdir()] == ["thesis.txt"]
    assert (
        capsys.readouterr().err == f"{site} exists and is not a site of `python -m docs_build`; give another folder.\n"
    )
