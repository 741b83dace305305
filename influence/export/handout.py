"""A lesson on paper: the handout of a class with room to write, the teacher's copy with the answers, and the files."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from influence.errors import InfluenceError, LessonError, OutputError
from influence.export import page
from influence.export.markdown import to_html
from influence.export.tours import parse_tour
from influence.files import move_in, ready_folder
from influence.lessons.checking import FilledLesson
from influence.lessons.extract import extract
from influence.lessons.marking import SLIPS, WRITE, describe_mark, mistakes, within
from influence.lessons.model import Lesson, Question
from influence.method import Method
from influence.query import value_of
from influence.query.units import number_text
from influence.statements.method import choice_words
from influence.statements.sources import source_line
from influence.study import Study

FORM = ["question", "answer", "text", "kind", "write"]
"""Columns of the form for answers; those behind `answer` are for the reader and passed over when it is marked."""
FORMULA = "=+-@"
MISTAKES = 4


def views_of(lesson: Lesson) -> list[tuple[str, str]]:
    """Views of the atlas a lesson names: title and address behind the page's name.

    Raises
    ------
    LessonError : a part of a view that the atlas does not know; with the view's number.
    """
    out = []
    for i, given in enumerate(lesson.views, 1):
        step = {"view": given["view"], "text": given["title"]}
        try:
            view = parse_tour({"name": "view", "title": given["title"], "steps": [step]}, f"view {i}").steps[0].view
        except InfluenceError as err:
            raise LessonError(f"lesson {lesson.name}, {str(err).replace(f'view {i}, step 1', f'view {i}')}") from err
        out.append((given["title"], "#" + "&".join(f"{part}={value}" for part, value in view.items())))
    return out


def handout_html(lesson: Lesson, filled: FilledLesson, study: Study, *, teacher: bool) -> str:
    """The handout as one page without scripts; for the teacher with answers, hints and the mistakes to expect."""
    style = page.static("handout.css")
    year = max(lesson.years)
    return page.render(
        "handout.html", data=None, styles=[style], scripts=[], lesson=lesson, teacher=teacher,
        text=to_html(filled.text), notes=to_html(filled.notes) if teacher else "", table=filled.table,
        questions=[_question(q, filled, study, teacher=teacher) for q in lesson.questions], views=views_of(lesson),
        method=method_text(study.method), poles=list(study.labels),
        source=source_line(study.panel, study.method.weights, year),
    )  # fmt: skip


def method_text(method: Method) -> str:
    """The weights ('trade 0.6, alliance 0.3'), and how the layers are made where it is not the default."""
    weights = [f"{name} {method.weights[name]:.3g}" for name in method.weighing]
    return "; ".join([", ".join(weights), *choice_words(method.trade_base, method.capability)])


def _question(question: Question, filled: FilledLesson, study: Study, *, teacher: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": question.name, "text": filled.questions[question.name], "lines": question.lines, "kind": question.kind,
        "options": list(question.options.values()), "write": WRITE[question.unit],
    }  # fmt: skip
    if teacher:
        shown |= {
            "answer": filled.answers[question.name], "how": describe_mark(question), "hints": question.hints,
            "look_for": question.look_for, "mistakes": _mistakes(question, study),
        }  # fmt: skip
    return shown


def _mistakes(question: Question, study: Study) -> list[str]:
    """Numbers that students write instead, and what they did."""
    if question.kind != "number" or question.answer is None or question.unit in ("year", "count"):
        return []
    value = float(value_of(study, question.answer))
    # Slips of per cent and of zeros need no number; two that give one number are listed once.
    found: dict[str, str] = {}
    for words, other in mistakes(question, value, study):
        number = number_text(other, question.unit)
        plain = question.unit == "balance" or abs(other) <= 1.0 or question.unit in ("dollars", "capability")
        if plain and not within(question, other, value) and not words.startswith(SLIPS):
            found.setdefault(number, f"{number}: {words}")
    return list(found.values())[:MISTAKES]


def form_of(lesson: Lesson, filled: FilledLesson) -> str:
    """A form to fill in, CSV: every question with an empty answer."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(FORM)
    for question in lesson.questions:
        options = "".join(f" ({chr(97 + i)}) {text}" for i, text in enumerate(question.options.values()))
        text = filled.questions[question.name] + options
        writer.writerow([question.name, "", harmless(text), question.kind, WRITE[question.unit]])
    return out.getvalue()


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] and text[0] in FORMULA else text


def harmless_table(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its texts made harmless; numbers are left alone."""
    words = table.select_dtypes(exclude="number").columns
    return table.assign(**{column: table[column].map(lambda v: harmless(v) if isinstance(v, str) else v)
                           for column in words})  # fmt: skip


def write_lesson(lesson: Lesson, filled: FilledLesson, study: Study, folder: Path, *, teacher: bool) -> list[str]:
    """Write handout, form, data and the lesson's own files into a folder, all or none; the teacher's copy if asked.

    Raises
    ------
    LessonError : see views_of. OutputError : the folder cannot be written; nothing is changed.
    """
    texts = {"handout.html": handout_html(lesson, filled, study, teacher=False), "answers.csv": form_of(lesson, filled)}
    if teacher:
        texts["teacher.html"] = handout_html(lesson, filled, study, teacher=True)
    table = harmless_table(extract(lesson, study))
    texts["extract.csv"] = table.to_csv(index=False, lineterminator="\n")
    ready_folder(folder)
    names = [*texts, *lesson.files]
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".lesson-") as beside:
            for name, text in texts.items():
                (Path(beside) / name).write_text(text, encoding="utf-8", newline="\n")
            for name in lesson.files:
                shutil.copyfile(lesson.folder / name, Path(beside) / name)
            move_in(names, Path(beside), folder)
    except OSError as err:
        raise OutputError(f"{folder} cannot be written ({err.strerror or err}); nothing was changed.") from err
    return names
