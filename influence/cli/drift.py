"""`influence drift`: did a group move more than in ordinary years, and more than others?"""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.printing import echo_json_of, echo_table
from influence.cli.progress import steps
from influence.cli.settings import open_study, with_settings
from influence.config import Config


@click.command()
@click.argument("group")
@click.option("--event", type=int, required=True, help="First year with it, e.g. 2017 for the US withdrawal from TPP.")
@click.option("--span", type=click.IntRange(1, 20), default=2, show_default=True, help="Years from the one before on.")
@click.option("--controls", help="Group to set against (the configured region, without the group and the poles).")
@click.option("--json", "as_json", is_flag=True, help="An object of tables and the sentence.")
@click.option("--out", type=click.Path(path_type=Path), help="SVG file for the event study.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
@with_settings
def command(
    group: str, event: int, span: int, controls: str | None, as_json: bool, out: Path | None, quiet: bool,
    config: Config, panel_dir: Path | None,
) -> None:  # fmt: skip
    """Whether the balance of GROUP (a group, or states joined by commas) moved more than drift after a date.

    \b
    influence drift tpp12 --event 2017
    influence drift KOR,JPN --event 2017 --span 3 --controls asean --weights trade=1
    """
    import pandas as pd

    from influence.compare.drift import Window
    from influence.compare.events import concurrent
    from influence.export.drift_text import study_of
    from influence.export.svg import event_plot
    from influence.files import write_text

    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir)
        progress("setting the change against other years and other states")
        found = study_of(study, group, event, span=span, controls=controls)
    window = Window(event, span)
    also = concurrent(study.panel, {*found.group, *study.pair}, window.before, window.after)[
        ["date", "title", "source"]
    ]
    if as_json:
        tables = {
            "verdict": pd.DataFrame({"verdict": [found.sentence]}), "event_study": found.effects, "also": also,
            "placebo": found.placebo.rename_axis("first_year").rename("change").reset_index(),
            "synthetic": found.synthetic.path.rename_axis("year").reset_index(),
            "synthetic_weights": found.synthetic.weights.rename_axis("iso3").rename("weight").reset_index(),
        }  # fmt: skip
        echo_json_of(tables)
    else:
        click.echo(f"{found.sentence}\n\nWhat else happened, {window.before} to {window.after}:")
        echo_table(["date", "event"], [[r.date, r.title] for r in also.itertuples()])
    if out is not None:
        write_text(out, event_plot(found.effects, found.caption, event))
