"""`influence export`: files for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import Group, only_errors_option, path_option, year_option
from influence.cli.settings import Settings, with_settings


@click.group(cls=Group)
def command() -> None:
    """Write files for other programs: a workbook with formulas."""


@command.command()
@click.option("--states", required=True, help="States or groups joined by commas, e.g. KOR,JPN,asean.")
@year_option(type=int, required=True, help="Year of the numbers.")
@path_option("--out", help="File; default: outputs/workbook_YEAR.xlsx.")
@only_errors_option
@with_settings
def xlsx(states: str, year: int, out: Path | None, settings: Settings) -> None:
    """Write a workbook whose formulas compute the balance from trade, pledges and agreements; weights can be changed.

    \b
    influence export xlsx --states KOR,JPN --year 2016 --out korea.xlsx
    """
    from influence.errors import OutputError
    from influence.export.choices import command_flags
    from influence.export.workbook import write_workbook
    from influence.export.workbook_numbers import numbers_of, workbook_states

    place = out or Path("outputs") / f"workbook_{year}.xlsx"
    if place.suffix.lower() != ".xlsx" or place.is_dir():
        raise OutputError(f"{place} is not the name of a workbook; it must end in .xlsx.")
    with settings.opened() as (study, progress):
        numbers = numbers_of(study, workbook_states(states, study.panel), year)
        progress("writing the workbook")
        poles = ",".join(study.poles)
        made = f"influence export xlsx --states {states} --year {year} --poles {poles}{command_flags(study)}"
        write_workbook(numbers, place, command=made)
    settings.echo_weights(files=True)
    if not settings.quiet:
        click.echo(str(place))
