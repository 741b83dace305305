"""The catalogue: every template is filled once, in Python as in JavaScript, and no other module keeps a copy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import influence
from influence.statements.catalogue import PLACEHOLDER, TEMPLATES, fill
from tests.export.pages import HOSTILE

PACKAGE = Path(influence.__file__).parent


def test_a_template_is_filled_once_and_a_name_with_braces_stays_as_it_is():
    assert fill("pull", power="{year} {{power}}") == "Pull of {year} {{power}}"
    assert fill("pull", power=HOSTILE[3]) == f"Pull of {HOSTILE[3]}"


def test_an_unknown_template_or_a_missing_value_is_an_error():
    with pytest.raises(KeyError, match="no such sentence"):
        fill("no such sentence")
    with pytest.raises(KeyError, match="power"):
        fill("pull")


def used_names() -> set[str]:
    """Names of templates in the calls of Python and JavaScript and in the page templates."""
    names: set[str] = set()
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        if path.name == "catalogue.py":
            continue
        for pattern in (r'"([a-z_0-9]+)"', r"statements\.([a-z_]+)", r"TEMPLATES\['([a-z_]+)'\]"):
            names |= set(re.findall(pattern, text))
    return names


def test_every_template_is_used_somewhere():
    assert sorted(set(TEMPLATES) - used_names()) == []


def test_every_template_that_javascript_fills_exists():
    for path in (PACKAGE / "export" / "static").glob("*.js"):
        names = re.findall(r'\bfill\("([a-z_]+)"', path.read_text(encoding="utf-8"))
        assert set(names) <= set(TEMPLATES), path.name


def test_no_sentence_of_the_catalogue_is_written_elsewhere():
    """The longest literal part of each sentence is in no other module, script or template."""
    parts = {name: max(PLACEHOLDER.split(text)[::2], key=len).strip() for name, text in TEMPLATES.items()}
    long = {name: part for name, part in parts.items() if len(part) >= 30}
    assert len(long) >= 30
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.html")]:
        if path.parent.name == "statements":
            continue
        text = path.read_text(encoding="utf-8")
        assert [name for name, part in long.items() if part in text] == [], path
