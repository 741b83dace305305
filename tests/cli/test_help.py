"""Every command and every option says what it is for."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from influence.cli import COMMANDS, cli
from tests.cli.calls import call, shell


def commands(group: click.Group = cli, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))


ALL = dict(commands())


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_and_option_is_described(words):
    shown = call(*words, "--help").stdout
    assert ALL[words].help
    for parameter in ALL[words].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.opts[0] in shown


def test_the_table_of_commands_is_what_there_is():
    shown = call("--help").stdout
    assert {words[0] for words in ALL} == set(COMMANDS)
    for name, (_, told) in COMMANDS.items():
        assert f"{name} " in shown
        assert told.split()[0] in shown


def test_exit_codes_are_documented():
    assert "Exit codes: 0 done, 1 a check found a fault, 2 the request cannot be served" in " ".join(
        call("--help").stdout.split()
    )


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("pull", "-h"), ("data",)], ids=" ".join)
def test_help_is_no_fault(arguments):
    done = shell(*arguments)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: ")
    assert done.stderr == ""


def test_version():
    from importlib.metadata import version

    assert call("--version").stdout == f"influence, version {version('influence')}\n"
