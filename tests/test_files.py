"""Writing: the earlier file is whole until the new one is, and no temporary file is left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from influence import files
from influence.errors import OutputError
from influence.files import move_in, ready_folder, replacing, write_text


def content(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text(encoding="utf-8") for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def old(tmp_path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("old", encoding="utf-8")
    return path


def test_the_new_takes_the_place_of_the_old(old):
    with replacing(old) as beside:
        assert beside.parent == old.parent
        beside.write_text("new", encoding="utf-8")
        assert old.read_text(encoding="utf-8") == "old"
    assert content(old.parent) == {"table.csv": "new"}


def write_half(path: Path, fault: BaseException) -> None:
    with replacing(path) as beside:
        beside.write_text("half of the n", encoding="utf-8")
        raise fault


@pytest.mark.parametrize("fault", [ValueError("a bug"), KeyboardInterrupt()], ids=["bug", "Ctrl-C"])
def test_on_any_fault_the_old_stays_and_nothing_else(old, fault):
    with pytest.raises(type(fault)):
        write_half(old, fault)
    assert content(old.parent) == {"table.csv": "old"}


def test_a_full_disk_is_reported_and_changes_nothing(old):
    with pytest.raises(OutputError, match=r"table\.csv cannot be written \(No space left on device\); nothing was"):
        write_half(old, OSError(28, os.strerror(28)))
    assert content(old.parent) == {"table.csv": "old"}


def test_folders_are_made(tmp_path):
    write_text(tmp_path / "a" / "b" / "c.txt", "text")
    assert content(tmp_path) == {os.path.join("a", "b", "c.txt"): "text"}


def test_text_is_utf_8_with_plain_newlines(tmp_path):
    write_text(tmp_path / "c.txt", "Côte\nd'Ivoire\n")
    assert (tmp_path / "c.txt").read_bytes() == "Côte\nd'Ivoire\n".encode()


def test_a_path_through_a_file_is_reported(old):
    with pytest.raises(OutputError, match=r"folder .*table\.csv.* cannot be written \(.*\); give another with --out"):
        write_text(old / "below" / "x.txt", "text")
    assert content(old.parent) == {"table.csv": "old"}


def test_a_folder_in_the_place_of_the_file_is_reported(tmp_path):
    (tmp_path / "x.txt").mkdir()
    with pytest.raises(OutputError, match="nothing was changed"):
        write_text(tmp_path / "x.txt", "text")
    assert content(tmp_path) == {}


def test_a_name_too_long_for_the_disk_is_reported(tmp_path):
    with pytest.raises(OutputError, match="File name too long"):
        write_text(tmp_path / ("x" * 250 + ".html"), "text")
    assert content(tmp_path) == {}


def test_a_folder_without_leave_to_write_is_reported(tmp_path, monkeypatch):
    def forbidden(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(files.tempfile, "NamedTemporaryFile", forbidden)
    with pytest.raises(OutputError, match=r"cannot be written \(Permission denied\); give another with --out"):
        ready_folder(tmp_path)


@pytest.fixture
def made(tmp_path) -> tuple[Path, Path]:
    """New files a and sub/b beside, and a folder that holds an older a and something of the user's."""
    beside, folder = tmp_path / "out" / ".run", tmp_path / "out"
    (beside / "sub").mkdir(parents=True)
    (beside / "a").write_text("new a", encoding="utf-8")
    (beside / "sub" / "b").write_text("new b", encoding="utf-8")
    (folder / "a").write_text("old a", encoding="utf-8")
    (folder / "mine").write_text("mine", encoding="utf-8")
    return beside, folder


def standing(folder: Path) -> dict[str, str]:
    return {name: text for name, text in content(folder).items() if not name.startswith(".run")}


def test_all_are_moved_in_and_other_files_stay(made):
    beside, folder = made
    move_in(["a", "sub/b"], beside, folder)
    assert standing(folder) == {"a": "new a", "mine": "mine", os.path.join("sub", "b"): "new b"}


def test_where_one_cannot_be_moved_none_is(made):
    beside, folder = made
    (folder / "sub").write_text("a file in the way", encoding="utf-8")
    before = standing(folder)
    with pytest.raises(OutputError, match=r"sub.b cannot be written \(.*\); nothing was changed"):
        move_in(["a", "sub/b"], beside, folder)
    assert standing(folder) == before


def test_a_file_that_was_not_there_is_gone_again(made):
    beside, folder = made
    (folder / "sub" / "b").mkdir(parents=True)
    (folder / "a").unlink()
    with pytest.raises(OutputError):
        move_in(["a", "sub/b"], beside, folder)
    assert standing(folder) == {"mine": "mine"}
