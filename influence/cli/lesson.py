"""`influence lesson`: lessons for a class, to show, to print and to mark."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import Group, json_option, path_option, quiet_option
from influence.cli.printing import echo_json, echo_table
from influence.cli.progress import steps
from influence.cli.settings import Settings, open_study, with_settings

if TYPE_CHECKING:
    from influence.lessons.checking import FilledLesson
    from influence.lessons.marking import Mark
    from influence.lessons.model import Lesson
    from influence.study import Study


@click.group(cls=Group)
def command() -> None:
    """List, show and print lessons for a class, and check answers.

    \b
    influence lesson list
    influence lesson show balance_by_hand --out lesson
    influence lesson check balance_by_hand lesson/answers.csv
    """


@command.command("list")
@json_option(help="Print a list of records.")
def list_command(as_json: bool) -> None:
    """List the bundled lessons."""
    from influence.lessons.load import lesson_names, load_lesson

    lessons = [load_lesson(name) for name in lesson_names()]
    if as_json:
        shown = ("name", "title", "level", "minutes")
        echo_json([
            {key: getattr(le, key) for key in shown} | {"questions": len(le.questions), "aims": le.aims}
            for le in lessons
        ])  # fmt: skip
        return
    echo_table(["name", "minutes", "title"], [[le.name, str(le.minutes), le.title] for le in lessons])
    click.echo("\nA custom lesson is named by its folder: influence lesson check my_lesson/")


@command.command("show")
@click.argument("name")
@path_option("--out", help="Folder for handout.html, answers.csv (a form), extract.csv and, with --teacher, "
             "teacher.html; default: print the lesson.")  # fmt: skip
@click.option("--teacher", is_flag=True, help="Include the notes for the teacher and the answers.")
@quiet_option
@with_settings
def show_command(name: str, out: Path | None, teacher: bool, settings: Settings) -> None:
    """Show the text and questions of lesson NAME (a name or a folder), or write its files with --out."""
    from influence.export.handout import write_lesson

    with steps(settings.quiet, plain=False) as progress:
        progress("computing the answers")
        lesson, study, content = _filled(name, settings)
        if out is not None:
            progress("writing")
            files = write_lesson(lesson, content, study, out, teacher=teacher)
    if out is None:
        _print_lesson(lesson, content, teacher)
        click.echo()
    elif not settings.quiet:
        click.echo("\n".join(str(out / file) for file in files))
    settings.echo_weights(files=out is not None)


def _filled(name: str, settings: Settings) -> tuple[Lesson, Study, FilledLesson]:
    """A lesson, its study (with the poles of the lesson, if it names any), and its text with numbers."""
    from influence.export.handout import views_of
    from influence.lessons.checking import render_lesson
    from influence.lessons.load import load_lesson

    lesson = load_lesson(name, settings.registry)
    views_of(lesson)
    config = replace(settings.config, poles=lesson.poles) if lesson.poles else settings.config
    study = open_study(config, settings.panel_dir)
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
@click.option("--teacher", is_flag=True, help="Print the right answer next to a wrong one.")
@json_option(help="Print a list of records, one for each student and question.")
@quiet_option
@with_settings
def check_command(name: str, answers: Path | None, teacher: bool, settings: Settings) -> None:
    """Mark a file of ANSWERS (CSV or YAML) to lesson NAME; without it, check whether the lesson has faults.

    Exit code 1 if an answer is wrong or missing; 2 if a line is not understood: the other lines are marked, and the
    error names the line.

    \b
    influence lesson check balance_by_hand answers.csv
    influence lesson check my_lesson/
    """
    import pandas as pd

    from influence.errors import LessonError
    from influence.lessons.answers import Given, not_understood, read_answers
    from influence.lessons.load import load_lesson
    from influence.lessons.marking import mark_all

    lesson = load_lesson(name, settings.registry)
    given = read_answers(answers, lesson) if answers is not None else Given({}, [])
    with steps(settings.quiet, plain=False) as progress:
        progress("computing the answers")
        lesson, study, content = _filled(name, settings)
        marks = {student: mark_all(lesson, listed, study) for student, listed in given.answers.items()}
    rows = [(student, *m, content.answers[m.question] if teacher else "") for student, ms in marks.items() for m in ms]
    if settings.as_json:
        table = pd.DataFrame(rows, columns=["student", "question", "given", "verdict", "hint", "answer"])
        echo_json(table if teacher else table.drop(columns="answer"))
    elif answers is None:
        count = sum(question.answer is not None for question in lesson.questions)
        click.echo(f"Lesson {lesson.name} has no faults: {count} of {len(lesson.questions)} answers can be computed; "
                   f"the teacher reads the others.")  # fmt: skip
    else:
        for student, listed in marks.items():
            _print_marks(student, listed, content, teacher)
    settings.echo_weights()
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
