"""`influence validate`: published findings compared with the values computed here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import csv_option, json_option, path_option, quiet_option
from influence.cli.printing import echo_table
from influence.cli.settings import Settings, with_settings

if TYPE_CHECKING:
    from influence.evidence.findings_checking import Checked
    from influence.evidence.findings_register import Row
    from influence.states import Registry

SHARED = Path("..") / "shared" / "data"
"""Folder of the publishers' files next to a checkout."""


@click.command()
@click.option("--only", multiple=True, help="Name of a finding; repeat for several; default: all findings.")
@path_option("--file", "path", help="Register of findings (YAML); default: the bundled one.")
@path_option("--reference", envvar="INFLUENCE_SHARED", help="Folder of the publishers' reference files; default: "
             "INFLUENCE_SHARED, else ../shared/data if it exists.")  # fmt: skip
@path_option("--out", help="Markdown file for a page of all findings.")
@click.option("--strict", is_flag=True, help="Exit with code 1 if a finding does not agree.")
@click.option("--measures", is_flag=True, help="List the measures that a finding may name, and their arguments.")
@json_option(help="Print a list of records, one for each published value.")
@csv_option
@quiet_option
@with_settings
def command(
    only: tuple[str, ...], path: Path | None, reference: Path | None, out: Path | None, strict: bool, measures: bool,
    settings: Settings,
) -> None:  # fmt: skip
    """Compare published findings with the values computed here: the difference, whether they agree, and why.

    Each finding names its poles. A disagreement is a result, not a fault: the exit code is 0 without --strict.

    \b
    influence validate
    influence validate --only us_lead_2001
    influence validate --out docs/validation.md
    """
    if out is not None and only:
        raise click.UsageError("--out writes the page of all findings; leave out --only.")
    if measures:
        _print_measures()
        return
    from influence.evidence.findings_checking import counts_of, records_of

    found = _check(_wanted(path, only, settings.registry), _reference(reference), settings)
    if out is not None:
        from influence.evidence.findings_page import page_of
        from influence.files import write_text

        write_text(out, page_of(found))
        if not settings.quiet:
            click.echo(f"{out}: {counts_of(found)}")
    if not settings.echo(records_of(found)) and out is None:
        _print(found, details=bool(only))
        click.echo()
    settings.echo_weights(files=out is not None)
    if strict and any(one.agrees == "no" for one in found):
        sys.exit(1)


def _wanted(path: Path | None, only: tuple[str, ...], registry: Registry) -> list[Row]:
    from influence.errors import ValidationError, check_known
    from influence.evidence.findings_register import load_findings

    register = load_findings(path, registry)
    known = [row.name for row in register]
    for name in only:
        check_known(name, known, ValidationError, "finding")
    return [row for row in register if not only or row.name in only]


def _reference(given: Path | None) -> Path | None:
    from influence.errors import ValidationError

    if given is not None and not given.is_dir():
        raise ValidationError(f"there is no reference folder {given}; give the folder of the publishers' files.")
    return given if given is not None else SHARED if SHARED.is_dir() else None


def _check(rows: list[Row], reference: Path | None, settings: Settings) -> list[Checked]:
    from influence.evidence.findings_checking import check_row

    with settings.opened() as (study, progress):
        found = []
        for row in rows:
            progress(f"checking {row.name}")
            found.append(check_row(row, study, reference))
    return found


def _print(found: list[Checked], *, details: bool) -> None:
    from textwrap import fill

    from influence.evidence.findings_checking import counts_of, lines_of
    from influence.evidence.findings_page import result_of, why_of
    from influence.evidence.findings_register import MEASURES

    rows = [line for one in found for line in lines_of(one)]
    echo_table(["finding", "what", "published", "computed", "difference", "agrees"], rows)
    click.echo("\n" + counts_of(found))
    for one in found if details else []:
        click.echo(f"\n{one.row.title}")
        click.echo(fill(result_of(one).replace("**", ""), 100))
        click.echo(fill(MEASURES[one.row.measure].description, 100))
        click.echo(fill(why_of(one, with_rule=True), 100))


def _print_measures() -> None:
    from influence.evidence.findings_register import MEASURES
    from influence.query.language import reader_of

    for name, measure in MEASURES.items():
        click.echo(f"{name}: {measure.description}")
        rows = [
            [f"  {name}", reader_of(kind).allowed + (" (optional)" if name in measure.defaults else "")]
            for name, kind in measure.kinds.items()
        ]
        echo_table(["  argument", "value"], rows)
