"""The command line: each command calls functions of the package; nothing is computed here.

Exit codes: 0 done; 1 done, and a check found a fault; 2 the request, or a part of it, cannot be served (the message
says why and which part); 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("influence.cli.run", "Write all tables, graphs, maps and pages to a folder."),
    "pull": ("influence.cli.pull", "Show the pull of China and the US, or other poles, on states, year by year."),
    "explain": ("influence.cli.explain", "Show the raw figures, sources and weights behind a pull."),
    "compare": ("influence.cli.compare", "Compare two years, or a year and a scenario."),
    "scenario": ("influence.cli.scenario", "List, show, run and rank scenarios: what a decision would change."),
    "brief": ("influence.cli.brief", "Write one page on a scenario for a decision maker."),
    "sensitivity": ("influence.cli.sensitivity", "Show at which layer weights the leading pole of a state changes."),
    "stability": (
        "influence.cli.stability",
        "Show how much results depend on data choices and on the states included.",
    ),
    "drift": ("influence.cli.drift", "Test whether a group of states moved more than usual after an event."),
    "alignment": ("influence.cli.alignment", "Show states' positions at the UN, or test their link with pull."),
    "claims": ("influence.cli.claims", "Test claims of the public debate: verdict, numbers, caveats."),
    "validate": ("influence.cli.validate", "Compare published findings with the values computed here."),
    "metrics": ("influence.cli.metrics", "List metrics with their formulas, and show their values and trends."),
    "products": (
        "influence.cli.products",
        "Show dependence by product: suppliers, markets, critical goods, chokepoints.",
    ),
    "ranks": (
        "influence.cli.product_ranks",
        "Rank states and goods by the multiproduct Google matrix; show price effects.",
    ),
    "map": ("influence.cli.map", "Draw the network of one year, or of all years, as an interactive page."),
    "atlas": ("influence.cli.atlas", "Draw all years, scenarios and weights as one page that works offline."),
    "figures": ("influence.cli.figures", "Draw figures as SVG, PDF and PNG."),
    "report": ("influence.cli.report", "Write a short report on a state, a region or a scenario."),
    "export": ("influence.cli.export", "Write a workbook whose formulas compute the balance from trade."),
    "lesson": ("influence.cli.lesson", "List, show and print lessons for a class, and check answers."),
    "data": ("influence.cli.data", "Build, describe, check and compare panels of data."),
    "cite": ("influence.cli.cite", "Print how to cite the tool and each data source."),
    "doctor": ("influence.cli.doctor", "Check the installation."),
}


class LazyGroup(click.Group):
    """Commands listed in a table and imported when they are called, so that --help is fast.

    `help` and `help COMMAND …` do the same as --help.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [*args[1:], "--help"] if args[:1] == ["help"] else args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return import_module(COMMANDS[name][0]).command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from influence.errors import suggest

            known = ", ".join(COMMANDS)
            ctx.fail(f"there is no command {args[0]!r}.{suggest(args[0], list(COMMANDS))} Commands: {known}.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="influence", prog_name="influence")
def cli() -> None:
    """Measure how much states rely on each of several powers: through trade, alliances and trade agreements.

    The pull of a power on a state is the share of the state's reliance that rests on the power.

    \b
    influence pull KOR --years 2000:2023
    influence compare 2016 2018
    influence run

    Exit codes: 0 done, 1 a check found a fault, 2 the request cannot be served, 130 stopped by Ctrl-C.
    """


def main() -> None:
    """Run the command line; an error that a user can correct is one sentence and an exit code, not a traceback."""
    from influence.errors import InfluenceError

    try:
        code = cli.main(standalone_mode=False)
    except InfluenceError as err:
        click.echo(f"influence: {err}", err=True)
        sys.exit(2)
    except click.exceptions.Abort:
        click.echo("influence: stopped.", err=True)
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as err:
        click.echo(err.format_message())
        sys.exit(0)
    except click.MissingParameter as err:
        from influence.cli.options import with_example

        click.echo(f"influence: {with_example(err)}", err=True)
        sys.exit(2)
    except click.ClickException as err:
        click.echo(f"influence: {err.format_message()}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of the output closed the pipe (`influence pull … | head`): no fault.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
