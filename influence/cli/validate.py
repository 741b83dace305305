"""`influence validate`: published findings compared with the values computed here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import csv_option, exclusive, json_option, quiet_option
from influence.cli.printing import echo_csv, echo_json, echo_table, echo_weights
from influence.cli.progress import steps
from influence.cli.settings import open_registry, open_study, with_settings
from influence.config import Config

if TYPE_CHECKING:
    from influence.evidence.findings_checking import Checked
    from influence.evidence.findings_register import Row
    from influence.states import Registry

SHARED = Path("..") / "shared" / "data"
"""Folder of the publishers' files next to a checkout."""


@click.command()
@click.option("--only", multiple=True, help="Name of a finding; repeat for several; default: all findings.")
@click.option(
    "--file", "path", type=click.Path(path_type=Path), help="Register of findings (YAML); default: the bundled one."
)
@click.option(
    "--reference",
    type=click.Path(path_type=Path),
    envvar="INFLUENCE_SHARED",
    help="Folder of the publishers' reference files; default: INFLUENCE_SHARED, else ../shared/data if it exists.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Markdown file for a page of all findings.")
@click.option("--strict", is_flag=True, help="Exit with code 1 if a finding does not agree.")
@click.option("--measures", is_flag=True, help="List the measures that a finding may name, and their arguments.")
@json_option(help="Print a list of records, one for each published value.")
@csv_option
@quiet_option
@with_settings
def command(
    only: tuple[str, ...], path: Path | None, reference: Path | None, out: Path | None, strict: bool, measures: bool,
    as_json: bool, as_csv: bool, quiet: bool, config: Config, panel_dir: Path | None,
) -> None:  # fmt: skip
    """Compare published findings with the values computed here: the difference, whether they agree, and why.

    Each finding names its poles. A disagreement is a result, not a fault: the exit code is 0 without --strict.

    \b
    influence validate
    influence validate --only us_lead_2001
    influence validate --out docs/validation.md
    """
    exclusive(json=as_json, csv=as_csv)
    if out is not None and only:
        raise click.UsageError("--out writes the page of all findings; leave out --only.")
    if measures:
        _print_measures()
        return
    found = _check(
        _wanted(path, only, open_registry(config, panel_dir)), _reference(reference), config, panel_dir, quiet
    )
    if out is not None:
        from influence.evidence.findings_checking import counts_of
        from influence.evidence.findings_page import page_of
        from influence.files import write_text

        write_text(out, page_of(found))
        if not quiet:
            click.echo(f"{out}: {counts_of(found)}")
    if as_json or as_csv:
        from influence.evidence.findings_checking import records_of

        (echo_json if as_json else echo_csv)(records_of(found))
    elif out is None:
        _print(found, details=bool(only))
        click.echo()
    echo_weights(config.method, data=as_json or as_csv or out is not None, quiet=quiet)
    if strict and any(one.agrees == "no" for one in found):
        sys.exit(1)


def _wanted(path: Path | None, only: tuple[str, ...], registry: Registry) -> list[Row]:
    from influence.errors import ValidationError, suggest
    from influence.evidence.findings_register import load_findings

    register = load_findings(path, registry)
    known = [row.name for row in register]
    for name in only:
        if name not in known:
            raise ValidationError(f"there is no finding {name!r}.{suggest(name, known)} Findings: {', '.join(known)}.")
    return [row for row in register if not only or row.name in only]


def _reference(given: Path | None) -> Path | None:
    from influence.errors import ValidationError

    if given is not None and not given.is_dir():
        raise ValidationError(f"there is no reference folder {given}; give the folder of the publishers' files.")
    return given if given is not None else SHARED if SHARED.is_dir() else None


def _check(
    rows: list[Row], reference: Path | None, config: Config, panel_dir: Path | None, quiet: bool
) -> list[Checked]:
    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        from influence.evidence.findings_checking import check_row

        study = open_study(config, panel_dir)
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
        for text in (
            result_of(one).replace("**", ""),
            MEASURES[one.row.measure].description,
            why_of(one, with_rule=True),
        ):
            click.echo(fill(text, 100))


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
