"""Help of commands, groups and options: whole sentences, and one of two spellings that work."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

EXAMPLE = re.compile(r"^\s*(influence .+)$", re.MULTILINE)
WHOLE = 1000
"""Letters of a command's first sentence that a group shows: more than any has."""


class Group(click.Group):
    """A group that lists its commands with their first sentence, uncut."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        listed = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, one.get_short_help_str(WHOLE)) for name, one in listed if one is not None and not one.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


class OneSpelling(click.Option):
    """An option with two spellings; help and errors show the first."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        return click.Option.get_help_record(self._first(), ctx)

    def get_error_hint(self, ctx: click.Context | None) -> str:
        return click.Option.get_error_hint(self._first(), ctx)

    def _first(self) -> OneSpelling:
        shown = copy.copy(self)
        shown.opts = self.opts[:1]
        return shown


year_option: Any = partial(click.option, "--year", "--years", "year", cls=OneSpelling)
"""--year of a command that looks at one year."""
years_option: Any = partial(click.option, "--years", "--year", "years", cls=OneSpelling)
"""--years of a command that takes one or several."""
path_option: Any = partial(click.option, type=click.Path(path_type=Path))
config_option: Any = partial(path_option, "--config", "config_path", envvar="INFLUENCE_CONFIG")
panel_option: Any = partial(path_option, "--panel", "panel_dir")
json_option: Any = partial(click.option, "--json", "as_json", is_flag=True)
quiet_option: Any = click.option("--quiet", is_flag=True, help="Print only the result and errors.")
only_errors_option: Any = click.option("--quiet", is_flag=True, help="Print only errors.")
records_option: Any = json_option(help="Print a list of records with the columns of the results table.")
csv_option: Any = click.option("--csv", "as_csv", is_flag=True, help="Print the records as comma-separated values.")
region_option: Any = click.option(
    "--region",
    help="Countries to include: a group, a trade agreement or states, e.g. asean, CPTPP or KOR,JPN; all for every "
    "state; default: the configured region (asia_pacific).",
)


def with_options(*options: Callable[[Any], Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that gives a command these options, in this order."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def split_list(text: str | None) -> list[str]:
    """The parts of a text with commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def exclusive(**given: object) -> None:
    """Refuse more than one of some options: exclusive(json=as_json, csv=as_csv)."""
    if sum(map(bool, given.values())) > 1:
        *first, last = (f"--{name}" for name in given)
        raise click.UsageError(f"{', '.join(first)} and {last} exclude each other; give one.")


def with_example(err: click.MissingParameter) -> str:
    """The message, and the first example of the command's help that has what is missing."""
    message, ctx = err.format_message(), err.ctx
    if ctx is None:
        return message
    of_group = EXAMPLE.findall((ctx.parent.command.help if ctx.parent else "") or "")
    examples = EXAMPLE.findall(ctx.command.help or "") or [text for text in of_group if ctx.info_name in text.split()]
    named = [option for option in (err.param.opts if err.param else []) if option.startswith("-")]
    fit = [text for text in examples if any(option in text.split() for option in named)] or examples
    return f"{message} For example: {fit[0].split('  #')[0].strip()}" if fit else message
