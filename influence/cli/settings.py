"""Options that several commands share, and the configuration, panel and states they lead to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import config_option, exclusive, panel_option, split_list, with_options
from influence.cli.printing import echo_csv, echo_json, weights_line
from influence.cli.progress import steps
from influence.config import Config, load_config, mapping_from_text
from influence.custom_layer_notes import without_weight
from influence.errors import YearError, check_year

if TYPE_CHECKING:
    import pandas as pd

    from influence.states import Registry
    from influence.study import Study


@dataclass(frozen=True)
class Settings:
    """What the shared options of a command say: the configuration, the folder of the panel, and how to print."""

    config: Config
    panel_dir: Path | None
    quiet: bool = False
    as_json: bool = False
    as_csv: bool = False

    @property
    def data(self) -> bool:
        """Whether the result is printed for scripts."""
        return self.as_json or self.as_csv

    @property
    def registry(self) -> Registry:
        """States and groups; reads no figures."""
        return open_registry(self.config, self.panel_dir)

    @contextmanager
    def opened(
        self, region: str | None = None, *, plain: bool = False
    ) -> Iterator[tuple[Study, Callable[[str], None]]]:
        """The study, and a function that shows the step that begins; region, plain : see open_study and steps."""
        with steps(self.quiet, plain=plain) as progress:
            progress("reading the panel")
            yield open_study(self.config, self.panel_dir, region), progress

    def echo(self, result: pd.DataFrame | dict[str, pd.DataFrame], csv: pd.DataFrame | None = None) -> bool:
        """Print a result for scripts if --json or --csv was given. csv : the table of several that --csv prints.

        Returns
        -------
        bool : whether one was given.
        """
        if self.as_json:
            echo_json(result)
        elif self.as_csv:
            echo_csv(result if csv is None else csv)
        return self.data

    def echo_weights(self, *, files: bool = False, rests_on: str = "composite") -> None:
        """The layer weights of an output, as its last line.

        files : the output is in files. As with JSON and CSV, the line goes to standard error, and with --quiet nowhere.
        rests_on : what the numbers are computed from: composite, or a key of printing.NO_WEIGHTS.
        """
        to_stderr = self.data or files
        if not (to_stderr and self.quiet):
            click.echo(weights_line(self.config.method, rests_on), err=to_stderr)


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    config_option(help="Configuration file; default: INFLUENCE_CONFIG, else config.yaml in this folder."),
    click.option("--poles", help="Two or more states or groups, e.g. CHN,USA or china_hk_macao,USA,eu."),
    click.option("--weights", help="Layer weights, e.g. trade=0.6,alliance=0.3,agreement=0.1; a layer that is not "
                 "named weighs 0; rescaled to sum to 1."),
    click.option("--base", "trade_base", help="Trade that counts: two_way (default), exports or imports."),
    click.option("--capability", help="Weight of a partner's commitment: gdp (default) or cinc."),
    panel_option(help="Folder of another panel."),
)  # fmt: skip


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the shared options; it gets `settings` in their place and in that of --json, --csv and --quiet."""

    @with_options(*_OPTIONS)
    @wraps(command)
    def wrapped(
        config_path: Path | None, poles: str | None, weights: str | None, trade_base: str | None,
        capability: str | None, panel_dir: Path | None, quiet: bool = False, as_json: bool = False,
        as_csv: bool = False, **rest: Any,
    ) -> Any:  # fmt: skip
        exclusive(json=as_json, csv=as_csv)
        flags = {
            "poles": split_list(poles) if poles is not None else None,
            "weights": mapping_from_text("--weights", weights) if weights is not None else None,
            "trade_base": trade_base,
            "capability": capability,
        }
        config = load_config(config_path, flags=flags)
        if not quiet and (note := without_weight(config.layers, config.weights)):
            click.echo(note, err=True)
        return command(settings=Settings(config, panel_dir, quiet, as_json, as_csv), **rest)

    return wrapped


def with_workers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --workers and --scheduler; it gets `workers` (uncertainty.workers.Workers) in their place."""

    @click.option(
        "--workers",
        type=click.IntRange(0, 256),
        default=0,
        show_default=True,
        help="Processes for the draws; 0: one for each processor, at most four, where that saves time.",
    )
    @click.option("--scheduler", help="Address of a Dask scheduler for the draws, e.g. tcp://127.0.0.1:8786.")
    @wraps(command)
    def wrapped(workers: int, scheduler: str | None, **rest: Any) -> Any:
        from influence.uncertainty.workers import Workers, check_scheduler

        chosen = Workers(workers, scheduler)
        check_scheduler(chosen)
        return command(workers=chosen, **rest)

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
    named = split_list(text)
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
    return split_list(text) or [text]


def _distinct(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))
