"""What a lesson is: a folder with questions (lesson.yaml), a text for students and notes for the teacher."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from influence.query import Query


class Question(NamedTuple):
    """name : letters, digits and underscores. answer : the query that gives it, None for a text that the teacher reads.

    options : of a choice, outcome -> words. look_for : what a good text says. lines : to write on.
    """

    name: str
    text: str
    kind: str
    answer: Query | None
    tolerance: float
    options: Mapping[str, str]
    hints: tuple[str, ...]
    look_for: tuple[str, ...]
    lines: int

    @property
    def unit(self) -> str:
        """Unit of the answer; text where the teacher reads it."""
        return self.answer.unit if self.answer else "text"


class Row(NamedTuple):
    """A line of the handout's table: its label and the query of its value."""

    label: str
    value: Query


class Lesson(NamedTuple):
    """name : of its folder. poles : of its balance, None for the configured ones. states, years : of its extract.

    views : of the atlas, with a title, as a tour's step has them. files : handed out as they are. text, notes :
    Markdown with numbers asked for in braces.
    """

    name: str
    folder: Path
    title: str
    level: str
    minutes: int
    aims: tuple[str, ...]
    poles: tuple[str, ...] | None
    states: tuple[str, ...]
    years: tuple[int, ...]
    table: tuple[Row, ...]
    questions: tuple[Question, ...]
    views: tuple[Mapping[str, Any], ...]
    files: tuple[str, ...]
    text: str
    notes: str
