"""`influence figures`: figures as SVG, PDF and PNG."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import only_errors_option, path_option, region_option, split_list, year_option
from influence.cli.settings import Settings, states_listed, with_settings

KINDS = ("map", "time", "heat", "dumbbell", "event")


@click.command()
@click.argument("kinds", nargs=-1, type=click.Choice(KINDS))
@year_option(type=int, default=2016, show_default=True, help="For map: the year.")
@click.option("--states", default="KOR,JPN,AUS,VNM", show_default=True, help="For time: up to four states.")
@click.option("--compare", "between", default="2016,2018", show_default=True,
              help="For dumbbell: the two sides of `influence compare`.")  # fmt: skip
@click.option("--group", default="tpp12", show_default=True, help="For event: a group of states.")
@click.option("--event", type=int, default=2017, show_default=True, help="For event: the year of the event.")
@click.option("--formats", default="svg,pdf,png", show_default=True, help="Formats: svg, pdf, png.")
@region_option
@path_option("--out", default=Path("outputs/figures"), show_default=True, help="Output folder.")
@only_errors_option
@with_settings
def command(
    kinds: tuple[str, ...], year: int, states: str, between: str, group: str, event: int, formats: str,
    region: str | None, out: Path, settings: Settings,
) -> None:  # fmt: skip
    """Draw figures as SVG, PDF and PNG: map, time, heat, dumbbell and event, or the KINDS named.

    \b
    influence figures
    influence figures time --states KOR,JPN --formats pdf
    influence figures dumbbell --compare 2018,2018:tpp_with_us
    """
    from influence.errors import check_year
    from influence.export import figures
    from influence.export.atlas_data import build_atlas_data, shown_states
    from influence.export.figure_files import FORMATS, write_figure

    wanted = kinds or KINDS
    listed = split_list(formats)
    unknown = [kind for kind in listed if kind not in FORMATS]
    if unknown or not listed:
        raise click.UsageError(f"--formats must be some of {', '.join(FORMATS)}, not {formats!r}.")
    sides = between.split(",")
    if "dumbbell" in wanted and len(sides) != 2:
        raise click.UsageError(f"--compare must name two sides, as 2016,2018, not {between!r}.")
    from influence.files import ready_folder

    ready_folder(out)
    made: list[Path] = []
    with settings.opened(region, plain=True) as (study, progress):
        poles, where = study.poles, study.region
        # Wrong names are refused before the work begins.
        codes = states_listed("--states", states, study.registry)
        if "time" in wanted and not 1 <= len(codes) <= 4:
            raise click.UsageError(f"--states must name one to four states, not {len(codes)}.")
        shown = shown_states(study)
        absent = [code for code in codes if code not in shown]
        if "time" in wanted and absent:
            raise click.UsageError(f"{absent[0]} is not among the states of {where}; give a --region with it.")
        if "map" in wanted:
            check_year(year, study.years)
        if {"map", "time", "heat"} & set(wanted):
            content = build_atlas_data(study, progress=progress)
            progress("drawing")
            if "map" in wanted:
                made += write_figure(figures.network_map(content, year), out / f"network_map_{year}", listed)
            if "time" in wanted:
                name = f"pull_over_time_{'_'.join(codes)}"
                made += write_figure(figures.pull_over_time(content, codes), out / name, listed)
            if "heat" in wanted:
                made += write_figure(figures.heat_map(content), out / "heat_map", listed)
        if "dumbbell" in wanted:
            from influence.comparison.compared import compare
            from influence.export.compare_data import comparison_caption, dumbbell_rows

            progress(f"comparing {between}")
            compared = compare(sides[0], sides[1], study)
            figure = figures.dumbbell(dumbbell_rows(compared), comparison_caption(compared), poles)
            stem = f"dumbbell_{'_'.join(sides)}".replace(":", "_").replace("/", "_")
            made += write_figure(figure, out / stem, listed)
        if "event" in wanted:
            from influence.export.drift_text import study_of

            progress(f"computing the event study of {event}")
            study_text = study_of(study, group, event)
            figure = figures.event_figure(study_text.effects, study_text.caption, event)
            made += write_figure(figure, out / f"event_{group.replace(',', '_')}_{event}", listed)
    settings.echo_weights(files=True)
    if not settings.quiet:
        for path in made:
            click.echo(str(path))
