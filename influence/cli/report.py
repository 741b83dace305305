"""`influence report`: a short document on a state, a region or a scenario."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import only_errors_option, path_option, region_option, year_option
from influence.cli.settings import Settings, with_settings


@click.command()
@click.argument("subject")
@year_option(type=int, help="Year of the numbers; default: the last year with a value.")
@region_option
@path_option("--out", help="HTML file (.html); default: outputs/reports/SUBJECT.html.")
@click.option("--pdf/--no-pdf", default=True, show_default=True,
              help="Also print it to PDF, if a browser is installed.")  # fmt: skip
@only_errors_option
@with_settings
def command(
    subject: str, year: int | None, region: str | None, out: Path | None, pdf: bool, settings: Settings
) -> None:
    """Write a short report on SUBJECT, a state, a region or a scenario: findings, figures, tables, method, sources.

    \b
    influence report KOR
    influence report asean --year 2020
    influence report tpp_with_us --no-pdf
    """
    from influence.export.report import print_pdf, report_name, write_report
    from influence.export.report_subjects import report_of
    from influence.files import page_path, ready_folder

    place = page_path(out or Path("outputs") / "reports" / f"{report_name(subject)}.html")
    ready_folder(place.parent)
    with settings.opened(region, plain=True) as (study, progress):
        report = report_of(subject, study, year=year, progress=progress)
        path = write_report(report, place)
        why = None
        if pdf:
            progress("printing")
            why = print_pdf(path, path.with_suffix(".pdf"))
    settings.echo_weights(files=True)
    if settings.quiet:
        return
    click.echo(str(path))
    if pdf and why is None:
        click.echo(str(path.with_suffix(".pdf")))
    elif why is not None:
        click.echo(why, err=True)
