"""`influence cite`: print how to cite the tool and each source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import config_option, exclusive, json_option, panel_option, path_option
from influence.cli.printing import echo_json

if TYPE_CHECKING:
    import pandas as pd

TOOL = (
    "The influence network analyzer authors (2026). influence: who pulls on whom in the Asia-Pacific. "
    "Version {version}. MIT."
)


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--format", "form", type=click.Choice(("text", "bibtex", "apa", "ris")), default="text",
              show_default=True, help="For a reference manager (bibtex, ris) or a reference list (apa).")  # fmt: skip
@path_option("--result", help="manifest.json of a run: print only the sources of that result.")
@json_option(help="Print a list of records.")
@config_option(help="Configuration with custom layers to list too; default: config.yaml here.")
@panel_option(help="Folder of another panel, for its vintages.")
def command(
    sources: tuple[str, ...], form: str, result: Path | None, as_json: bool, config_path: Path | None,
    panel_dir: Path | None,
) -> None:  # fmt: skip
    """Print how to cite the tool and each data source: all of them, or the SOURCES named by key.

    \b
    influence cite
    influence cite baci atop --format bibtex > references.bib
    influence cite --result outputs/manifest.json --format ris
    """
    exclusive(json=as_json, format=form != "text")
    if result is not None and sources:
        raise click.UsageError("SOURCES and --result exclude each other; give one.")
    from importlib.metadata import version

    from influence.cli.settings import open_registry
    from influence.config import load_config
    from influence.errors import SourceError, suggest
    from influence.panel.package import cards_of, vintages_of
    from influence.statements.sources import custom_card
    from influence.tables import datasets_dir

    vintages = vintages_of(panel_dir or datasets_dir())
    custom = {layer.name: custom_card(layer) for layer in load_config(config_path).layers}
    if result is not None:
        sources, custom, vintages = _sources_of_result(result)
    cards = cards_of(vintages, open_registry(None, panel_dir).tables)
    unknown = [key for key in sources if key not in cards.index and key not in custom]
    if unknown:
        known = [*(str(key) for key in cards.index), *custom]
        close = suggest(unknown[0], known)
        raise SourceError(f"source {unknown[0]!r} is not known.{close} Sources: {', '.join(known)}.")
    tool = TOOL.format(version=version("influence"))
    listed = cards.loc[[key for key in sources if key not in custom]] if sources else cards
    layers = {name: text for name, text in custom.items() if not sources or name in sources}
    if form != "text":
        _echo_references(form, {"influence": tool, **dict(listed["citation"]), **layers})
    elif as_json:
        columns = ["key", "title", "publisher", "vintage", "licence", "terms_confirmed", "terms", "citation"]
        records = listed.reset_index()[columns].to_dict(orient="records")
        records += [{"key": name, "citation": text} for name, text in layers.items()]
        echo_json([{"key": "influence", "citation": tool}, *records])
    else:
        _echo_text(tool, listed, layers)


def _echo_text(tool: str, cards: pd.DataFrame, layers: dict[str, str]) -> None:
    click.echo(f"{tool}\n")
    for key, card in cards.iterrows():
        terms = card["terms"] or "terms to be confirmed from the source's own text"
        click.echo(f"[{key}] {card['citation']}\n    {card['vintage']}; {card['licence']} ({terms})")
    for name, text in layers.items():
        click.echo(f"[{name}] {text}\n    a custom layer")


def _sources_of_result(manifest: Path) -> tuple[tuple[str, ...], dict[str, str], dict[str, str]]:
    """Keys of the sources that a result uses, citation of each of its custom layers, vintage of each source.

    Raises
    ------
    SourceError : the file is not the manifest of a run.
    """
    from influence.errors import SourceError
    from influence.sources.reading import read_bytes

    try:
        content = json.loads(read_bytes(manifest))
        keys = [str(key) for key in content["sources_used"]]
        vintages = {str(source["name"]): str(source["vintage"]) for source in content["sources"]}
        layers = content.get("custom_layers", [])
        custom = {str(layer["name"]): str(layer.get("cite") or layer.get("title") or layer["name"]) for layer in layers}
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise SourceError(f"{manifest} is not the manifest.json that `influence run` writes.") from err
    return (*dict.fromkeys(keys), *custom), custom, vintages


def _echo_references(form: str, citations: dict[str, str]) -> None:
    """One reference for each source in a format of influence.export.citations."""
    from influence.export.citations import FORMATS, reference_of

    references = [FORMATS[form](reference_of(key, citation)) for key, citation in citations.items()]
    click.echo(("\n" if form == "apa" else "\n\n").join(references))
