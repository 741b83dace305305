"""Options that several commands share, and the configuration, panel and states they lead to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.config import Config, load_config, mapping_from_text
from influence.custom_layer_notes import without_weight
from influence.errors import YearError, check_year

if TYPE_CHECKING:
    from influence.states import Registry
    from influence.study import Study

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        envvar="INFLUENCE_CONFIG",
        help="Configuration file; default: INFLUENCE_CONFIG, else config.yaml in this folder.",
    ),
    click.option("--poles", help="Two or more states or groups, e.g. CHN,USA or china_hk_macao,USA,eu."),
    click.option("--weights", help="Layer weights, e.g. trade=0.6,alliance=0.3,agreement=0.1; a layer that is not "
                 "named weighs 0; rescaled to sum to 1."),
    click.option("--base", "trade_base", help="Trade that counts: two_way (default), exports or imports."),
    click.option("--capability", help="Weight of a partner's commitment: gdp (default) or cinc."),
    click.option("--panel", "panel_dir", type=click.Path(path_type=Path), help="Folder of another panel."),
)  # fmt: skip


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the shared options; it gets `config` (Config) and `panel_dir` in their place."""

    @wraps(command)
    def wrapped(
        config_path: Path | None, poles: str | None, weights: str | None, trade_base: str | None,
        capability: str | None, panel_dir: Path | None, **rest: Any,
    ) -> Any:  # fmt: skip
        flags = {
            "poles": [p.strip() for p in poles.split(",") if p.strip()] if poles is not None else None,
            "weights": mapping_from_text("--weights", weights) if weights is not None else None,
            "trade_base": trade_base,
            "capability": capability,
        }
        config = load_config(config_path, flags=flags)
        if not rest.get("quiet") and (note := without_weight(config.layers, config.weights)):
            click.echo(note, err=True)
        return command(config=config, panel_dir=panel_dir, **rest)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_WORKERS: tuple[Callable[[Any], Any], ...] = (
    click.option("--workers", type=click.IntRange(0, 256), default=0, show_default=True,
                 help="Processes for the draws; 0: one for each processor, at most four, where that saves time."),
    click.option("--scheduler", help="Address of a Dask scheduler for the draws, e.g. tcp://127.0.0.1:8786."),
)  # fmt: skip


def with_workers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --workers and --scheduler; it gets `workers` (uncertainty.workers.Workers) in their place."""

    @wraps(command)
    def wrapped(workers: int, scheduler: str | None, **rest: Any) -> Any:
        from influence.uncertainty.workers import Workers, check_scheduler

        chosen = Workers(workers, scheduler)
        check_scheduler(chosen)
        return command(workers=chosen, **rest)

    for option in reversed(_WORKERS):
        wrapped = option(wrapped)
    return wrapped


def open_study(config: Config, panel_dir: Path | None, region: str | None = None) -> Study:
    """The study of a configuration and a panel folder; `region` in place of the configured one where given."""
    from influence.loading import load_study

    study = load_study(config, panel_dir)
    return study if region is None else replace(study, region=region)


def open_registry(config: Config | None, panel_dir: Path | None) -> Registry:
    """States and groups of a panel folder, with the custom groups of a configuration; reads no figures."""
    from influence.states import Registry
    from influence.tables import Tables, datasets_dir

    registry = Registry(Tables(panel_dir or datasets_dir()))
    return registry.with_groups(config.groups) if config else registry


def years_of(text: str | None, panel_years: range) -> list[int]:
    """Years from '2016', '2000:2023' or '2004,2012'; all of the panel for None.

    Raises
    ------
    YearError : another shape, or a year outside the panel.
    """
    if text is None:
        return list(panel_years)
    years: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{4})\s*(?:[:-]\s*(\d{4})\s*)?", part)
        if not found:
            raise YearError(f"years {text!r} are not understood; write 2016, 2000:2023 or 2004,2012.")
        begin, end = int(found[1]), int(found[2] or found[1])
        if begin > end:
            raise YearError(f"years {part.strip()!r} run backwards; write {end}:{begin}.")
        years += range(begin, end + 1)
    for year in years:
        check_year(year, panel_years)
    return sorted(set(years))


def states_listed(option: str, text: str | None, registry: Registry, *, beside: Sequence[str] = ()) -> list[str]:
    """Codes of the states and groups that an option names with commas, each once; none where it was not given.

    beside : words that are no states and are kept as they are.
    """
    named = [part.strip() for part in (text or "").split(",") if part.strip()]
    if text is not None and not named:
        raise click.UsageError(f"{option} names no state; write {option} KOR,JPN.")
    return _distinct(code for part in named for code in ([part] if part in beside else registry.states_of(part)))


def states_named(texts: Sequence[str], registry: Registry) -> list[str]:
    """Codes of the states that arguments name, each once: states, groups (their members in any year), or several of
    them joined by commas.

    Raises
    ------
    StateError : none of these.
    """
    return _distinct(code for text in texts for part in _parts(text, registry) for code in registry.states_of(part))


def _parts(text: str, registry: Registry) -> list[str]:
    """'KOR,JPN' as two; 'Korea, Republic of' is one state."""
    if "," not in text or registry.find(text):
        return [text]
    return [part.strip() for part in text.split(",") if part.strip()] or [text]


def _distinct(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))
