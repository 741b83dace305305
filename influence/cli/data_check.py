"""`influence data check FILE`: the faults of a user's file, row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from influence.cli.options import split_list
from influence.cli.printing import echo_json, echo_table
from influence.cli.settings import open_registry
from influence.errors import ConfigError, InfluenceError, PanelError, pluralize
from influence.layer_settings import COLUMNS, CustomLayer

if TYPE_CHECKING:
    from influence.panel.custom_layers import Spells
    from influence.panel.user_rows import Fault
    from influence.states import Registry

KINDS = ("layer", "trade", "scenario", "claims", "tour", "variants", "lesson", "config")
MOST_SHOWN = 50
WIDEST = 40


class Checked(NamedTuple):
    """Result of a check. kind : of KINDS; how : in words. rows : of a table, None for YAML. notes : not faults."""

    kind: str
    how: str
    rows: int | None
    faults: list[Fault]
    notes: list[str]


def check_file(
    path: Path, kind: str | None, columns: str | None, normalise: str | None, config_path: Path | None,
    panel_dir: Path | None,
) -> Checked:  # fmt: skip
    """The faults of a file, by the rules that apply when it is used.

    Parameters
    ----------
    kind : of KINDS; None to infer it from the content.
    columns : 'source=seller,value=tiv'. normalise : of a layer. Both come by default from the entry of the
        configuration that names the file.

    Raises
    ------
    InfluenceError : the file cannot be read, or its kind cannot be inferred.
    """
    if kind == "lesson" or (kind is None and (path / "lesson.yaml").is_file()):
        path = path / "lesson.yaml" if path.is_dir() else path
    if path.suffix.lower() in (".yaml", ".yml"):
        if columns is not None or normalise is not None:
            raise click.UsageError("--columns and --normalise are for tables, and this is YAML.")
        return _check_yaml(path, kind, config_path, panel_dir)
    if kind not in (None, "layer", "trade"):
        raise click.UsageError(f"a {kind} is a YAML file (.yaml), and {path} is not.")
    return _check_table(path, kind, columns, normalise, config_path, panel_dir)


def report(path: Path, found: Checked, *, as_json: bool) -> None:
    """Print the result of a check."""
    if as_json:
        faults = [fault._asdict() for fault in found.faults]
        content = {"file": str(path), "kind": found.kind, "rows": found.rows, "faults": faults, "notes": found.notes}
        echo_json(content)
        return
    rows = "" if found.rows is None else f", {pluralize(found.rows, 'row')}"
    count = len(found.faults)
    click.echo(f"{path}, read as {found.how}{rows}: {pluralize(count, 'fault') if count else 'no faults'}.")
    if found.faults and found.rows is None:
        for fault in found.faults:
            click.echo(f"  {fault.fault}")
    elif found.faults:
        shown = [[str(f.row), f.column, _short(f.value), f.fault] for f in found.faults[:MOST_SHOWN]]
        echo_table(["row", "column", "value", "what is wrong"], shown)
        if count > MOST_SHOWN:
            click.echo(f"… and {count - MOST_SHOWN:,} more; --json lists all.")
    for note in found.notes:
        click.echo(note)


def _short(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[:WIDEST]}…"


# ---- tables ----------------------------------------------------------------------------------------


def _check_table(
    path: Path, kind: str | None, columns: str | None, normalise: str | None, config_path: Path | None,
    panel_dir: Path | None,
) -> Checked:  # fmt: skip
    from influence.panel.custom_layers import check_rows
    from influence.panel.user_rows import read_rows

    rows = read_rows(path)
    if kind is None and columns is None and {"exporter", "importer"} <= set(rows.cells.columns):
        kind = "trade"
    layer = _layer_of(path, kind or "layer", columns, normalise, config_path)
    registry = open_registry(None, panel_dir)
    covered = registry.tables.observed("trade_totals")["year"]
    years = range(int(covered.min()), int(covered.max()) + 1)
    spells, faults = check_rows(rows, layer, registry.states.index, registry)
    how = "trade" if kind == "trade" else f"a layer ({layer.normalise})"
    describe = _trade_notes if kind == "trade" else _notes
    notes = [] if spells.rows.empty else describe(spells, years, layer)
    return Checked(kind or "layer", how, len(rows.cells) + len(rows.short), faults, notes)


def _layer_of(
    path: Path, kind: str, columns: str | None, normalise: str | None, config_path: Path | None
) -> CustomLayer:
    """The entry of the configuration that names the file; else one by the options."""
    from influence.config import load_config

    if kind == "trade":
        from influence.panel.custom_trade import TRADE_COLUMNS

        return CustomLayer("file", str(path), "portfolio", **(TRADE_COLUMNS | _pairs(columns)))
    if columns is None:
        for layer in load_config(config_path).layers:
            if Path(layer.file).resolve() == path.resolve() and normalise in (None, layer.normalise):
                return layer
    return CustomLayer("file", str(path), normalise or "portfolio", **_pairs(columns))


def _pairs(columns: str | None) -> dict[str, Any]:
    pairs = [part.split("=", 1) for part in split_list(columns)]
    allowed = (*COLUMNS, "end")
    if any(len(pair) != 2 or pair[0].strip() not in allowed for pair in pairs):
        raise ConfigError(
            f"--columns must look like source=seller,value=tiv (of {', '.join(allowed)}), not {columns!r}."
        )
    return {name.strip(): column.strip() for name, column in pairs}


def _trade_notes(spells: Spells, years: range, _: CustomLayer) -> list[str]:
    """Notes on a file of trade: its years, and those that the panel does not have."""
    begin = spells.rows["begin"]
    first, last = int(begin.min()), int(begin.max())
    notes = [f"It covers {first}{f' to {last}' if last > first else ''}; all other figures stay the panel's."]
    outside = int((~begin.isin(years)).sum())
    if outside:
        rows = pluralize(outside, "row is", "rows are")
        notes.append(f"{rows} in years outside the panel's {years[0]} to {years[-1]}: with_trade refuses them.")
    return notes


def _notes(spells: Spells, years: range, layer: CustomLayer) -> list[str]:
    """Notes on a layer's file: its years, gaps, and rows that are left out."""
    from influence.panel.custom_layers import OPEN

    table = spells.rows
    last = table["end"].where(table["end"] != OPEN, table["begin"])
    first, end = int(table["begin"].min()), int(last.max())
    covers = f"{first} to {end}" if end > first else str(first)
    still = int((table["end"] == OPEN).sum())
    outside_text = "before" if still and end < years[-1] else "outside"
    notes = [f"It covers {covers}; {outside_text} {'these years' if end > first else 'it'} the layer does not exist."]
    outside = int(((table["end"] < years[0]) | (table["begin"] > years[-1])).sum())
    if outside:
        rows = pluralize(outside, "row is", "rows are")
        notes.append(f"{rows} in years outside the panel's {years[0]} to {years[-1]}: left out.")
    if still and end < years[-1]:
        spells_text = pluralize(still, "spell is", "spells are")
        notes.append(f"{spells_text} open: carried forward after {end} to {years[-1]}, flagged as carried.")
    covered = [((table["begin"] <= year) & (table["end"] >= year)).any() for year in range(first, end + 1)]
    gaps = [str(year) for year, found in zip(range(first, end + 1), covered, strict=True) if not found]
    if gaps:
        zero = spells.spelled and layer.looked_at_all
        meaning = "no state has a tie in these years" if zero else "the layer does not exist in these years"
        notes.append(f"No row for {', '.join(gaps[:8])}{' …' if len(gaps) > 8 else ''}: {meaning}.")
    return notes


# ---- YAML ------------------------------------------------------------------------------------------


def _check_yaml(path: Path, kind: str | None, config_path: Path | None, panel_dir: Path | None) -> Checked:
    from influence.config import load_config
    from influence.panel.user_rows import Fault
    from influence.yaml_files import read_yaml

    content = read_yaml(path, PanelError, "file of this kind")
    kind = kind or _kind_of(path, content)
    if kind not in (*_LOADERS, "config"):
        raise click.UsageError(f"a {kind} is a table (CSV or Parquet), and {path} is YAML.")
    try:
        if kind == "config":
            notes = _config(path, panel_dir)
        else:
            config = load_config(config_path)
            notes = _LOADERS[kind](path, config.layer_names, open_registry(config, panel_dir))
    except InfluenceError as err:
        after = ["The part after it was not checked."]
        return Checked(kind, f"a {kind} file", None, [Fault(0, "", "", str(err))], after)
    return Checked(kind, f"a {kind} file", None, [], notes)


def _kind_of(path: Path, content: Any) -> str:
    from dataclasses import fields

    from influence.config import Config

    keys = set(map(str, content)) if isinstance(content, dict) else set()
    marks = {
        "scenario": {"edits", "question"}, "tour": {"steps"}, "claims": {"claims"}, "variants": {"variants"},
        "lesson": {"questions"},
        "config": {field.name for field in fields(Config)},
    }  # fmt: skip
    for kind, names in marks.items():
        if keys & names:
            return kind
    kinds = ", ".join((*_LOADERS, "config"))
    raise ConfigError(f"the kind of {path} is not clear from its keys; give --as with one of {kinds}.")


def _scenario(path: Path, _: Sequence[str], registry: Registry) -> list[str]:
    from influence.scenario.load import load_scenario

    found = load_scenario(path, registry)
    return [f"Edits: {len(found.edits)}. Whether each changes something shows when it is applied."]


def _claims(path: Path, _: Sequence[str], registry: Registry) -> list[str]:
    from influence.evidence.claims_register import load_claims

    return [f"Claims: {len(load_claims(path, registry))}."]


def _tour(path: Path, layers: Sequence[str], _: Registry) -> list[str]:
    from influence.export.tours import load_tour

    found = load_tour(str(path), layers)
    return [f"Steps: {len(found.steps)}. Whether the atlas has what they show is checked when it is written."]


def _variants(path: Path, layers: Sequence[str], registry: Registry) -> list[str]:
    from influence.uncertainty.variants import load_variants

    return [f"Variants: {len(load_variants(path, layers=layers, registry=registry))}."]


def _lesson(path: Path, _: Sequence[str], registry: Registry) -> list[str]:
    from influence.lessons.load import load_lesson

    found = load_lesson(f"{path.parent}/", registry)
    return [f"Questions: {len(found.questions)}. `influence lesson check {path.parent}` answers them."]


_LOADERS: dict[str, Callable[[Path, Sequence[str], Registry], list[str]]] = {
    "scenario": _scenario, "claims": _claims, "tour": _tour, "variants": _variants, "lesson": _lesson,
}  # fmt: skip
"""For each kind, a function of a file, the names of the layers and the states: it reads the file and describes it."""


def _config(path: Path, panel_dir: Path | None) -> list[str]:
    """Check a configuration, and the files of its layers."""
    from influence.config import load_config
    from influence.panel.custom_layers import check_rows
    from influence.panel.user_rows import read_rows

    config = load_config(path, environment={})
    registry = open_registry(config, panel_dir)
    layers: Sequence[CustomLayer] = config.layers
    for layer in layers:
        _, faults = check_rows(read_rows(layer.file), layer, registry.states.index, registry)
        if faults:
            count = pluralize(len(faults), "fault")
            command = f"influence data check {layer.file} --config {path}"
            raise PanelError(f"layer {layer.name}: {layer.file} has {count}; `{command}` lists every fault.")
    return [f"Custom layers: {len(layers)}."] if layers else []
