"""`influence brief`: one page on a scenario."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import json_option, path_option, quiet_option, region_option
from influence.cli.printing import echo_json, weights_line
from influence.cli.settings import Settings, with_settings


@click.command()
@click.argument("scenario")
@region_option
@json_option(help="Print an object with the page and the tables behind it.")
@path_option("--out", help="Markdown file; default: print the page.")
@quiet_option
@with_settings
def command(scenario: str, region: str | None, out: Path | None, settings: Settings) -> None:
    """Write one page on SCENARIO: what changes for whom, how certain it is, what it assumes, what would change it.

    \b
    influence brief korus_ended
    influence brief my_scenario.yaml --out brief.md
    """
    from influence.comparison.brief import brief_of
    from influence.files import write_text
    from influence.statements.sources import source_line

    with settings.opened(region) as (study, progress):
        progress("computing the trade equilibria")
        brief = brief_of(scenario, study)
    data = source_line(study.panel, study.method.weights, study.years[-1], beside=("oecd_icio_sectors",))
    brief = brief._replace(text=f"{brief.text}\n**Data.** {data}\n\n{weights_line(study.method)}\n")
    if out is not None:
        write_text(out, brief.text)
    if settings.as_json:
        tables = {name: table for name, table in brief._asdict().items() if name != "text"}
        echo_json({"brief": [{"text": brief.text}], **tables})
    elif out is None:
        click.echo(brief.text, nl=False)
        return
    elif not settings.quiet:
        click.echo(f"The brief is in {out}.")
    settings.echo_weights(files=True)
