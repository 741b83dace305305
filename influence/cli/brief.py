"""`influence brief`: one page on a scenario."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import json_option, quiet_option, region_option
from influence.cli.printing import echo_json_of, echo_weights, weights_line
from influence.cli.progress import steps
from influence.cli.settings import open_study, with_settings
from influence.config import Config


@click.command()
@click.argument("scenario")
@region_option
@json_option(help="Print an object with the page and the tables behind it.")
@click.option("--out", type=click.Path(path_type=Path), help="Markdown file; default: print the page.")
@quiet_option
@with_settings
def command(
    scenario: str, region: str | None, as_json: bool, out: Path | None, quiet: bool, config: Config,
    panel_dir: Path | None,
) -> None:  # fmt: skip
    """Write one page on SCENARIO: what changes for whom, how certain it is, what it assumes, what would change it.

    \b
    influence brief korus_ended
    influence brief my_scenario.yaml --out brief.md
    """
    import pandas as pd

    from influence.comparison.brief import brief_of
    from influence.files import write_text
    from influence.statements.sources import source_line

    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir, region)
        progress("computing the trade equilibria")
        brief = brief_of(scenario, study)
    data = source_line(study.panel, study.method.weights, study.years[-1], beside=("oecd_icio_sectors",))
    brief = brief._replace(text=f"{brief.text}\n**Data.** {data}\n\n{weights_line(study.method)}\n")
    if out is not None:
        write_text(out, brief.text)
    if as_json:
        tables = {name: table for name, table in brief._asdict().items() if name != "text"}
        echo_json_of({"brief": pd.DataFrame({"text": [brief.text]}), **tables})
    elif out is None:
        click.echo(brief.text, nl=False)
        return
    elif not quiet:
        click.echo(f"The brief is in {out}.")
    echo_weights(study.method, data=True, quiet=quiet)
