"""The command line on the pages: the help of each command, and what a command prints."""

from __future__ import annotations

import io
import os
import re
import runpy
import shlex
from collections.abc import Sequence
from contextlib import chdir, redirect_stdout
from inspect import cleandoc
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from click.testing import CliRunner

from docs_build.page_study import PageStudy
from influence.cli import COMMANDS, cli
from influence.errors import InfluenceError

EXAMPLE = re.compile(r"^\x08\n((?:.+\n?)+)", re.MULTILINE)
FIGURES = {
    "map": ("The network of a year", "map --year 2016"),
    "time": ("Balance over the years", "time --states KOR,JPN,AUS,VNM"),
    "heat": ("Every state and year", "heat"),
    "dumbbell": ("Two years side by side", "dumbbell --compare 2016,2018"),
    "event": ("A group before and after an event", "event --group tpp12 --event 2017"),
}
"""Title of each still figure, and the options that draw it."""


def reference(_: PageStudy) -> str:
    """A block for mkdocs-click a command, in the order of `influence --help`."""
    block = "::: mkdocs-click\n    :module: {}\n    :command: command\n    :prog_name: influence {}\n    :depth: 1\n"
    return "\n".join(block.format(module, name) for name, (module, _description) in COMMANDS.items())


def examples_as_code(group: click.Group) -> None:
    """Give mkdocs-click help in which a paragraph that click leaves unwrapped is a block of code."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        text = f"{cleandoc(command.help or '')}\n"
        command.help = EXAMPLE.sub(lambda found: f"```bash\n{found[1].rstrip()}\n```\n", text)
        if isinstance(command, click.Group):
            examples_as_code(command)


def printed(words: str, folder: Path, *, refused: bool = False) -> str:
    """Run a command line in `folder` and return it with what it prints, as a block of code.

    words : `influence …`, or `python FILE`. refused : the command is expected to fail, and the page shows its error.

    Raises
    ------
    RuntimeError : the command failed, or it is `refused` and did not fail.
    """
    program, *arguments = shlex.split(words)
    if program == "python":
        output = _script(arguments[0], folder)
    elif program == "influence":
        output = _run(arguments, folder, refused=refused)
    else:
        raise RuntimeError(f"`{words}` cannot be run on a page; a command starts with `influence` or `python`.")
    return f"```console\n$ {words}\n{output.strip()}\n```\n"


def _script(name: str, folder: Path) -> str:
    """What a script of the page prints."""
    output = io.StringIO()
    with chdir(folder), redirect_stdout(output):
        runpy.run_path(name, run_name="__main__")
    return output.getvalue()


def _run(arguments: Sequence[str], folder: Path, *, refused: bool = False) -> str:
    """What a command prints in `folder`, with the defaults instead of the configuration of this machine."""
    unset = {name: None for name in os.environ if name.startswith("INFLUENCE_")}
    with chdir(folder):
        done = CliRunner().invoke(cli, list(arguments), env=unset, prog_name="influence")
    message = f"influence: {done.exception}" if isinstance(done.exception, InfluenceError) else ""
    if bool(done.exit_code) != refused or (refused and not message and not isinstance(done.exception, SystemExit)):
        ended = f"{done.output} {done.exception or ''}"
        raise RuntimeError(f"`influence {shlex.join(arguments)}` ended with {done.exit_code}: {ended}")
    return f"{done.stdout}{message}"


def drawn_figures() -> dict[str, bytes]:
    """The still figures as `influence figures` writes them, by name of the file."""
    with TemporaryDirectory() as folder:
        _run(["figures", "--formats", "svg", "--quiet", "--out", folder], Path(folder))
        return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.svg"))}


def gallery(names: list[str]) -> str:
    """Each figure with the command that makes it. names : of the files, in pictures/."""
    parts = []
    for kind, (title, options) in FIGURES.items():
        start = {"map": "network_map", "time": "pull_over_time", "heat": "heat_map"}.get(kind, kind)
        (name,) = [one for one in names if one.startswith(start)]
        parts.append(f"## {title}\n\n[![{title}](pictures/{name}){{ .paper }}](pictures/{name})\n")
        parts.append(f"```bash\ninfluence figures {options}\n```\n")
    return "\n".join(parts)
