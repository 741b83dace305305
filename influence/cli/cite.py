"""`influence cite`: how to cite the tool and each source."""

from __future__ import annotations

import json

import click

TOOL = (
    "The influence network analyzer authors (2026). influence: who pulls on whom in the Asia-Pacific. "
    "Version {version}. MIT."
)


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="A list of records.")
def command(sources: tuple[str, ...], as_json: bool) -> None:
    """How to cite the tool and each source of data (all of them, or the SOURCES named by key)."""
    from importlib.metadata import version

    from influence.errors import SourceError, nearest
    from influence.panel.package import sources_table

    cards = sources_table()
    unknown = [key for key in sources if key not in cards.index]
    if unknown:
        known = [str(key) for key in cards.index]
        close = nearest(unknown[0], known)
        raise SourceError(f"source {unknown[0]!r} is not known.{close} Sources: {', '.join(known)}.")
    tool = TOOL.format(version=version("influence"))
    listed = cards.loc[list(sources)] if sources else cards
    if as_json:
        columns = ["key", "title", "publisher", "vintage", "licence", "terms_confirmed", "citation"]
        records = listed.reset_index()[columns].to_dict(orient="records")
        click.echo(json.dumps([{"key": "influence", "citation": tool}, *records], indent=1, ensure_ascii=False))
        return
    click.echo(f"{tool}\n")
    for key, card in listed.iterrows():
        confirmed = "" if card["terms_confirmed"] == "yes" else ", terms to be confirmed from the source's own text"
        click.echo(f"[{key}] {card['citation']}\n    {card['vintage']}; {card['licence']}{confirmed}")
