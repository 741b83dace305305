"""The words of the project: no file has a word of the list, and the checker finds what it should."""

from __future__ import annotations

import pytest

from tests import language
from tests.language import ROOT, SCANNED, hits_below, hits_in_prose, hits_in_python, hits_in_script


def test_no_file_has_a_word_of_the_list():
    hits = list(hits_below(SCANNED))
    assert not hits, "words not to write (see CONTRIBUTING.md):\n" + "\n".join(map(str, hits))


@pytest.mark.parametrize("path", SCANNED)
def test_every_path_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "source, expected",
    [
        ("told = 1", [("id", "told")]),
        ("def f(own_layers): ...", [("id", "own")]),
        ("x.hangOn(seam=1)", [("id", "hang"), ("id", "seam")]),
        ("def _nearest(): ...", [("id", "nearest")]),
        ("nearest = 1", []),
        ("class Ground: ...", [("id", "Ground")]),
        ("ground = 1", []),
        ('row = {"odds": 1}', [("id", "odds"), ("text", "odds")]),
        ('print(f"{a.x} stands at nought")', [("text", "nought"), ("text", "stands")]),
        ('print(f"{a.x} of the standing trade deal")', []),
        ("# without doubt", [("text", "doubt")]),
        ("bandwidth = threshold", []),
    ],
)
def test_python(source, expected):
    assert sorted((kind, word) for _, kind, word in hits_in_python(source, strings=True)) == expected


def test_strings_of_tests_are_free_but_not_their_docstrings():
    source = 'def f():\n    """What is told."""\n    return "told"\n'
    assert [(line, word) for line, _, word in hits_in_python(source, strings=False)] == [(2, "told")]


@pytest.mark.parametrize(
    "line, words",
    [
        ("Korea leans to China, aside from trade.", ["aside", "lean"]),
        ("a layer of one's own, unless said", ["of one's own", "said"]),
        ("3 points more; 3 percentage points; ideal points", ["percentage points"]),
        ("a trade deal deals with tariffs; deals of the test", ["deal"]),
        ("because: so", ["because"]),
        ("`influence drift` shows drift", ["drift"]),
        ("the flag `chained`", []),
        ("Bandwidth, threshold, standing, until, seamless, Standard", []),
    ],
)
def test_prose(line, words):
    assert sorted(word for _, _, word in hits_in_prose(line)) == words


def test_script_checks_compound_names_and_sentences():
    found = {(kind, word) for _, kind, word in hits_in_script("function standsOut(a) { return 'no odds'; }")}
    assert found == {("id", "stands"), ("text", "odds")}


def test_a_file_name_is_an_identifier(tmp_path, monkeypatch):
    monkeypatch.setattr(language, "ROOT", tmp_path)
    (tmp_path / "own_poles.py").write_text("x = 1\n", encoding="utf-8")
    assert [hit.word for hit in language.hits_below(["own_poles.py"])] == ["own"]


def test_command_line_prints_place_and_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(language, "ROOT", tmp_path)
    (tmp_path / "a.md").write_text("fine\nit stands\n", encoding="utf-8")
    assert language.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == "a.md:2:text:stands:it stands\n"


def test_only_the_last_column_of_the_table_of_words_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(language, "ROOT", tmp_path)
    table = "| concept | word | do not write |\n|---|---|---|\n| what is told | `note` | band, odds |\n"
    text = f"it stands\n\n{table}\na doubt\n\n| concept | word |\n|---|---|\n| zero | nought |\n"
    for name in ("CONTRIBUTING.md", "README.md"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    hits = [(hit.line, hit.word) for hit in language.hits_below(["CONTRIBUTING.md"])]
    assert hits == [(1, "stands"), (5, "told"), (7, "doubt"), (11, "nought")]
    assert {hit.word for hit in language.hits_below(["README.md"])} >= {"band", "odds"}


def test_every_exception_has_a_reason():
    assert all([*language.ALLOWED.values(), *language.ALLOWED_IN.values(), *language.NOT_SCANNED.values()])
