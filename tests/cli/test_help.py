"""Every command and every option says what it is for."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from influence.cli import COMMANDS, cli
from tests.cli.calls import call, ended, refusal, shell


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


def test_the_table_of_commands_is_complete():
    shown = call("--help").stdout
    assert {words[0] for words in ALL} == set(COMMANDS)
    for name, (_, summary) in COMMANDS.items():
        assert f"{name} " in shown
        assert summary.split()[0] in shown


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


@pytest.mark.parametrize("words", [(), ("pull",), ("data", "import")], ids=" ".join)
def test_help_is_a_word_too(words):
    assert call("help", *words).stdout == call(*words, "--help").stdout


def test_help_on_an_unknown_command_suggests_one():
    assert "there is no command 'pul'. Did you mean pull?" in refusal(ended("help", "pul"))


@pytest.mark.parametrize("words", [words for words in ALL if isinstance(ALL[words], click.Group)], ids=" ".join)
def test_a_group_lists_its_commands_in_whole_sentences(words):
    shown = " ".join(call(*words, "--help").stdout.split("Commands:")[1].split())
    assert "..." not in shown
    for name, command in ALL[words].commands.items():
        assert f"{name} {command.get_short_help_str(1000)}" in shown


def takes(option: str) -> list[tuple[str, ...]]:
    return [words for words in ALL if any(option in p.opts[:1] for p in ALL[words].params)]


@pytest.mark.parametrize("words", [*takes("--year"), *takes("--years")], ids=" ".join)
def test_year_and_years_are_both_understood_and_one_is_shown(words):
    (parameter,) = (p for p in ALL[words].params if p.opts[0] in ("--year", "--years"))
    assert set(parameter.opts) == {"--year", "--years"}
    shown = call(*words, "--help").stdout
    assert f"{parameter.opts[0]} " in shown
    assert f", {parameter.opts[1]}" not in shown


def test_the_other_spelling_means_the_same():
    printed = [call("pull", "KOR", option, "2016", "--draws", "0").stdout for option in ("--years", "--year")]
    assert printed[0] == printed[1]
    assert "\n2016 " in printed[0]


def test_version():
    from importlib.metadata import version

    assert call("--version").stdout == f"influence, version {version('influence')}\n"
