"""`influence lesson`: lessons for a class, on paper and on the screen, and the marking of answers."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import Group
from influence.cli.printing import echo_json, echo_table
from influence.cli.progress import steps
from influence.cli.settings import open_registry, open_study, with_settings
from influence.config import Config

if TYPE_CHECKING:
    from influence.lessons.checking import FilledLesson
    from influence.lessons.marking import Mark
    from influence.lessons.model import Lesson
    from influence.study import Study


@click.group(cls=Group)
def command() -> None:
    """Lessons for a class: list, show and print them, check answers.

    \b
    influence lesson list
    influence lesson show balance_by_hand --out lesson
    influence lesson check balance_by_hand lesson/answers.csv
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of records.")
def list_command(as_json: bool) -> None:
    """Every lesson that comes with the tool."""
    import pandas as pd

    from influence.lessons.load import lesson_names, load_lesson

    told = [load_lesson(name) for name in lesson_names()]
    columns = ["name", "title", "level", "minutes", "questions", "aims"]
    rows = [(le.name, le.title, le.level, le.minutes, len(le.questions), list(le.aims)) for le in told]
    if as_json:
        echo_json(pd.DataFrame(rows, columns=columns))
        return
    echo_table(["name", "minutes", "title"], [[row[0], str(row[3]), row[1]] for row in rows])
    click.echo("\nA lesson of your own is given by the path of its folder: influence lesson check my_lesson/")


@command.command("show")
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for handout.html, answers.csv (a form), extract.csv and, with --teacher, teacher.html.",
)
@click.option("--teacher", is_flag=True, help="With the teacher's notes and the answers.")
@click.option("--quiet", is_flag=True, help="Say nothing but the lesson and errors.")
@with_settings
def show_command(
    name: str, out: Path | None, teacher: bool, quiet: bool, config: Config, panel_dir: Path | None
) -> None:  # fmt: skip
    """Lesson NAME (or the folder of your own): its text and questions; with --out what to print and hand out."""
    from influence.export.handout import write_lesson

    with steps(quiet, plain=False) as progress:
        progress("computing the answers")
        lesson, study, content = _filled(name, config, panel_dir)
        if out is not None:
            progress("writing")
            files = write_lesson(lesson, content, study, out, teacher=teacher)
    if out is None:
        _print_lesson(lesson, content, teacher)
    elif not quiet:
        click.echo("\n".join(str(out / file) for file in files))


def _filled(name: str, config: Config, panel_dir: Path | None) -> tuple[Lesson, Study, FilledLesson]:
    """A lesson, what its answers are computed from, and its numbers in place; its own poles before the settings'."""
    from influence.export.handout import views_of
    from influence.lessons.checking import render_lesson
    from influence.lessons.load import load_lesson

    lesson = load_lesson(name, open_registry(config, panel_dir))
    views_of(lesson)
    own = replace(config, poles=lesson.poles) if lesson.poles else config
    study = open_study(own, panel_dir)
    return lesson, study, render_lesson(lesson, study)


def _print_lesson(lesson: Lesson, content: FilledLesson, teacher: bool) -> None:
    click.echo(f"{lesson.title}\n{lesson.level}, {lesson.minutes} minutes\n")
    for aim in lesson.aims:
        click.echo(f"- {aim}")
    if teacher:
        click.echo(f"\n{content.notes.strip()}")
    click.echo(f"\n{content.text.strip()}\n")
    if content.table:
        echo_table(["what", "figure"], [list(row) for row in content.table])
        click.echo("")
    for i, question in enumerate(lesson.questions, 1):
        click.echo(f"{i}. [{question.name}] {content.questions[question.name]}")
        for letter, text in zip("abcdefgh", question.options.values(), strict=False):
            click.echo(f"   {letter}) {text}")
        if teacher:
            click.echo(f"   Answer: {content.answers[question.name]}")
            for text in question.look_for:
                click.echo(f"   Look for: {text}")


@command.command("check")
@click.argument("name")
@click.argument("answers", type=click.Path(path_type=Path), required=False)
@click.option("--teacher", is_flag=True, help="Tell the right answer beside a wrong one.")
@click.option("--json", "as_json", is_flag=True, help="A list of records, one a student and question.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def check_command(
    name: str, answers: Path | None, teacher: bool, as_json: bool, quiet: bool, config: Config, panel_dir: Path | None
) -> None:
    """Mark a file of ANSWERS (CSV or YAML) to lesson NAME; without it, see whether the lesson itself is sound.

    Exit code 1 where an answer is wrong or missing; 2 where a line was not understood: the others are marked all the
    same, and the line is told at the end.

    \b
    influence lesson check balance_by_hand answers.csv
    influence lesson check my_lesson/
    """
    import pandas as pd

    from influence.errors import LessonError
    from influence.lessons.answers import Given, not_understood, read_answers
    from influence.lessons.load import load_lesson
    from influence.lessons.marking import mark_all

    given = (
        read_answers(answers, load_lesson(name, open_registry(config, panel_dir)))
        if answers is not None
        else Given({}, [])
    )
    with steps(quiet, plain=False) as progress:
        progress("computing the answers")
        lesson, study, content = _filled(name, config, panel_dir)
        marks = {student: mark_all(lesson, own, study) for student, own in given.answers.items()}
    rows = [(student, *m, content.answers[m.question] if teacher else "") for student, ms in marks.items() for m in ms]
    if as_json:
        table = pd.DataFrame(rows, columns=["student", "question", "given", "verdict", "hint", "answer"])
        echo_json(table if teacher else table.drop(columns="answer"))
    elif answers is None:
        count = sum(question.answer is not None for question in lesson.questions)
        click.echo(f"Lesson {lesson.name} is sound: {count} of {len(lesson.questions)} answers can be computed, the "
                   f"others are read by the teacher.")  # fmt: skip
    else:
        for student, own in marks.items():
            _print_marks(student, own, content, teacher)
    if answers is not None and given.faults:
        raise LessonError(not_understood(answers, given.faults, lesson))
    sys.exit(1 if any(row[3] in ("wrong", "missing") for row in rows) else 0)


def _print_marks(student: str, marks: list[Mark], content: FilledLesson, teacher: bool) -> None:
    asked = [m for m in marks if m.verdict != "to be read"]
    right = sum(m.verdict == "right" for m in asked)
    click.echo(f"{student + ': ' if student else ''}{right} of {len(asked)} right")
    for m in marks:
        answer = f" (answer: {content.answers[m.question]})" if teacher and m.verdict in ("wrong", "missing") else ""
        click.echo(f"  {m.verdict:10}  {m.question}{': ' + m.hint if m.hint else ''}{answer}")
