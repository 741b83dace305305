"""`influence cite`: how to cite the tool and each source."""

from __future__ import annotations

import json
from pathlib import Path

import click

TOOL = (
    "The influence network analyzer authors (2026). influence: who pulls on whom in the Asia-Pacific. "
    "Version {version}. MIT."
)


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--format", "form", type=click.Choice(("text", "bibtex", "apa", "ris")), default="text",
              show_default=True, help="For a reference manager, or a list of references (apa).")  # fmt: skip
@click.option("--result", type=click.Path(path_type=Path),
              help="manifest.json of a run: only what that result rests on.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="A list of records.")
@click.option("--config", "config_path", type=click.Path(path_type=Path), envvar="INFLUENCE_CONFIG",
              help="Settings whose own layers are told too (INFLUENCE_CONFIG, else config.yaml here).")  # fmt: skip
@click.option("--panel", "panel_dir", type=click.Path(path_type=Path), help="Folder of another panel, of its vintages.")
def command(
    sources: tuple[str, ...], form: str, result: Path | None, as_json: bool, config_path: Path | None,
    panel_dir: Path | None,
) -> None:  # fmt: skip
    """How to cite the tool and each source of data (all of them, or the SOURCES named by key).

    \b
    influence cite
    influence cite baci atop --format bibtex > references.bib
    influence cite --result outputs/manifest.json --format ris
    """
    if as_json and form != "text":
        raise click.UsageError("--json and --format exclude each other; give one.")
    if result is not None and sources:
        raise click.UsageError("SOURCES and --result exclude each other; give one.")
    from importlib.metadata import version

    from influence.config import load_config
    from influence.errors import SourceError, suggest
    from influence.panel.package import cards_of, vintages_of
    from influence.statements.sources import custom_card
    from influence.states import datasets_dir

    vintages = vintages_of(panel_dir or datasets_dir())
    own = {layer.name: custom_card(layer) for layer in load_config(config_path).layers}
    if result is not None:
        sources, own, vintages = _rested_on(result)
    cards = cards_of(vintages)
    unknown = [key for key in sources if key not in cards.index and key not in own]
    if unknown:
        known = [*(str(key) for key in cards.index), *own]
        close = suggest(unknown[0], known)
        raise SourceError(f"source {unknown[0]!r} is not known.{close} Sources: {', '.join(known)}.")
    tool = TOOL.format(version=version("influence"))
    listed = cards.loc[[key for key in sources if key not in own]] if sources else cards
    told = {name: card for name, card in own.items() if not sources or name in sources}
    if form != "text":
        _echo_references(form, {"influence": tool, **dict(listed["citation"]), **told})
        return
    if as_json:
        columns = ["key", "title", "publisher", "vintage", "licence", "terms_confirmed", "terms", "citation"]
        records = listed.reset_index()[columns].to_dict(orient="records")
        records += [{"key": name, "citation": card} for name, card in told.items()]
        click.echo(json.dumps([{"key": "influence", "citation": tool}, *records], indent=1, ensure_ascii=False))
        return
    click.echo(f"{tool}\n")
    for key, card in listed.iterrows():
        terms = card["terms"] or "terms to be confirmed from the source's own text"
        click.echo(f"[{key}] {card['citation']}\n    {card['vintage']}; {card['licence']} ({terms})")
    for name, card in told.items():
        click.echo(f"[{name}] {card}\n    a layer of your own")


def _rested_on(manifest: Path) -> tuple[tuple[str, ...], dict[str, str], dict[str, str]]:
    """Keys of the sources a result rests on, its layers of one's own with how to cite each, and vintages by source.

    Raises
    ------
    SourceError : not the manifest of a run.
    """
    from influence.errors import SourceError
    from influence.sources.reading import read_bytes
    from influence.statements.sources import sources_used

    try:
        told = json.loads(read_bytes(manifest))
        config, own = told["config"], told.get("custom_layers", [])
        years = range(config["first_year"], config["last_year"] + 1)
        keys = [key for year in years for key in sources_used(config["weights"], year)]
        vintages = {str(source["name"]): str(source["vintage"]) for source in told["sources"]}
        cards = {str(layer["name"]): str(layer.get("cite") or layer.get("title") or layer["name"]) for layer in own}
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise SourceError(f"{manifest} is not the manifest.json that `influence run` writes.") from err
    return (*dict.fromkeys(keys), *cards), cards, vintages


def _echo_references(form: str, citations: dict[str, str]) -> None:
    """One reference a source in a format of influence.export.citations."""
    from influence.export.citations import FORMATS, reference_of

    told = [FORMATS[form](reference_of(key, citation)) for key, citation in citations.items()]
    click.echo(("\n" if form == "apa" else "\n\n").join(told))
