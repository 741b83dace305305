"""The command line: each command strings functions of the package together; nothing is computed here.

Exit codes: 0 done; 1 done, and a check found a fault; 2 the request, or a part of it, cannot be served (a
sentence says why and which); 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("influence.cli.run", "Do all of it: tables, graphs and maps into outputs/."),
    "pull": ("influence.cli.pull", "Who pulls on these states, year by year."),
    "sensitivity": ("influence.cli.sensitivity", "On which weights the leading pole of a state hangs."),
    "stability": ("influence.cli.stability", "How much a year hangs on a choice of data, or on who is in the network."),
    "metrics": ("influence.cli.metrics", "What is measured, how, and its values; any centrality by name."),
    "products": (
        "influence.cli.products",
        "Show dependence by product: suppliers, markets, critical goods, chokepoints.",
    ),
    "ranks": (
        "influence.cli.product_ranks",
        "Rank states and goods by the multiproduct Google matrix; show price effects.",
    ),
    "alignment": ("influence.cli.alignment", "Where states stand at the UN; whether pull goes with it."),
    "scenario": ("influence.cli.scenario", "What a decision would change: list, show and run scenarios."),
    "compare": ("influence.cli.compare", "Two years, a year and a scenario, or two graphs, side by side."),
    "drift": ("influence.cli.drift", "Did a group move more than in ordinary years, and than others?"),
    "claims": ("influence.cli.claims", "What public debate says, tested: verdict, numbers, caveats."),
    "validate": ("influence.cli.validate", "Published findings beside ours, and why they differ."),
    "brief": ("influence.cli.brief", "One page on a scenario for a decision maker."),
    "explain": ("influence.cli.explain", "Why a number is what it is, down to the raw figures."),
    "map": ("influence.cli.map", "Draw the interactive network map of a year."),
    "atlas": ("influence.cli.atlas", "The offline atlas: every year, scenario and weight in one page."),
    "figures": ("influence.cli.figures", "Still figures as SVG, PDF and PNG, without a browser."),
    "report": ("influence.cli.report", "A short document on a state, a region or a scenario."),
    "export": ("influence.cli.export", "A workbook with live formulas: change a weight, see the balance move."),
    "lesson": ("influence.cli.lesson", "Lessons for a class: list, show, check answers."),
    "data": ("influence.cli.data", "Build, describe, check and compare panels of data."),
    "cite": ("influence.cli.cite", "How to cite the tool and each source of data."),
    "doctor": ("influence.cli.doctor", "Is everything here that this machine needs?"),
}


class LazyGroup(click.Group):
    """Commands named in a table and imported when they are called, so that --help stays quick.

    `help` and `help COMMAND …` are --help in other words.
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
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="influence", prog_name="influence")
def cli() -> None:
    """See who pulls on whom: trade, pacts and agreements of states as shares of what each relies on.

    Start with `influence run`, or ask about a state: `influence pull KOR --years 2000:2023`.
    Exit codes: 0 done, 1 a check found a fault, 2 the request cannot be served, 130 stopped.
    """


def main() -> None:
    """Run the command line; one clear sentence and a code instead of a traceback for what a user can mend."""
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
        # The reader of our output went away (`influence pull … | head`): nothing is wrong.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
