"""`influence brief`: one page on a scenario."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.printing import echo_json_of
from influence.cli.progress import steps
from influence.cli.settings import open_study, with_settings
from influence.config import Config


@click.command()
@click.argument("scenario")
@click.option("--region", help="States to tell of: a group, an agreement or KOR,JPN (asia_pacific); all.")
@click.option("--json", "as_json", is_flag=True, help="The page and the tables behind it.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the page to this Markdown file.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def command(
    scenario: str, region: str | None, as_json: bool, out: Path | None, quiet: bool, config: Config,
    panel_dir: Path | None,
) -> None:  # fmt: skip
    """What SCENARIO changes for whom, how sure, what it assumes, and what would overturn it: one page.

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
        progress("finding the equilibria")
        brief = brief_of(scenario, study)
    data = source_line(study.panel, study.method.weights, study.years[-1], beside=("oecd_icio_sectors",))
    brief = brief._replace(text=f"{brief.text}\n**Data.** {data}\n")
    if out is not None:
        write_text(out, brief.text)
    if as_json:
        echo_json_of(
            {"brief": pd.DataFrame({"text": [brief.text]}), **{k: v for k, v in brief._asdict().items() if k != "text"}}
        )
    elif out is None:
        click.echo(brief.text)
    elif not quiet:
        click.echo(f"The brief is in {out}.")
