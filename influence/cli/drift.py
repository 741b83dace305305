"""`influence drift`: whether a group of states moved more than usual after an event."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import json_option, path_option, quiet_option
from influence.cli.printing import echo_json, echo_table
from influence.cli.settings import Settings, with_settings


@click.command()
@click.argument("group")
@click.option("--event", type=int, required=True, help="Year of the event, e.g. 2017 for the US withdrawal from TPP.")
@click.option("--span", type=click.IntRange(1, 20), default=2, show_default=True,
              help="Length of the period in years, from the year before the event on.")  # fmt: skip
@click.option("--controls", help="States to compare with: a group, an agreement or states; default: the configured "
              "region. The group and the poles are left out of them.")  # fmt: skip
@json_option(help="Print an object of tables and the sentence.")
@path_option("--out", help="SVG file for a picture of the event study.")
@quiet_option
@with_settings
def command(group: str, event: int, span: int, controls: str | None, out: Path | None, settings: Settings) -> None:
    """Test whether the balance of GROUP (a group, an agreement or states) changed more than usual after an event.

    It compares the change with that of the same states in other years, and with that of other states.

    \b
    influence drift tpp12 --event 2017
    influence drift KOR,JPN --event 2017 --span 3 --controls asean --weights trade=1
    """
    from influence.comparison.drift import Window
    from influence.comparison.events import concurrent
    from influence.export.drift_text import study_of
    from influence.export.svg import event_plot
    from influence.files import write_text

    with settings.opened() as (study, progress):
        progress("comparing the change with other years and other states")
        found = study_of(study, group, event, span=span, controls=controls)
    window = Window(event, span)
    events = concurrent(study.panel, {*found.group, *study.pair}, window.before, window.after)
    if settings.as_json:
        echo_json({
            "verdict": [{"verdict": found.sentence}], "event_study": found.effects,
            "events": events[["date", "title", "source"]],
            "placebo": found.placebo.rename_axis("first_year").rename("change").reset_index(),
            "synthetic": found.synthetic.path.rename_axis("year").reset_index(),
            "synthetic_weights": found.synthetic.weights.rename_axis("iso3").rename("weight").reset_index(),
        })  # fmt: skip
    else:
        click.echo(found.sentence)
        if len(events):
            click.echo(f"\nOther events, {window.before} to {window.after}:")
            echo_table(["date", "event"], [[r.date, r.title] for r in events.itertuples()])
        click.echo()
    if out is not None:
        write_text(out, event_plot(found.effects, found.caption, event))
    settings.echo_weights()
