"""Layer weights: complete however they are given, and named by every output that uses them."""

from __future__ import annotations

import json

import click
import pytest

import influence as inf
from influence.tables import datasets_dir
from tests.cli.calls import call, ended, refusal, shell
from tests.cli.test_help import ALL

TRADE = ("--weights", "trade=1")
LINE = "Layer weights: trade 1."
COMMANDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("pull",): ("KOR", "--years", "2016", "--draws", "0"),
    ("explain",): ("KOR", "--year", "2016"),
    ("compare",): ("2016", "2018", "--draws", "0"),
    ("scenario", "run"): ("korus_ended", "--years", "2018"),
    ("scenario", "rank"): ("korus_ended", "--for", "KOR"),
    ("brief",): ("korus_ended",),
    ("sensitivity",): ("KOR", "--year", "2016", "--samples", "0"),
    ("stability",): ("--year", "2016", "--states", "KOR"),
    ("drift",): ("asean", "--event", "2017"),
    ("claims",): ("korea_in_tpp",),
    ("validate",): ("--only", "korea_crossing"),
    ("metrics", "values"): ("pagerank", "KOR", "--years", "2016"),
    ("metrics", "trends"): ("pull_balance", "KOR"),
    ("lesson", "show"): ("balance_by_hand",),
    ("lesson", "check"): ("balance_by_hand",),
}
"""Commands that print numbers from ties, with arguments that are fast."""
FILES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("map",): ("--year", "2016"),
    ("figures",): ("dumbbell", "--formats", "svg"),
    ("report",): ("KOR", "--no-pdf"),
    ("export", "xlsx"): ("--states", "KOR", "--year", "2016"),
}
"""Commands that write files, with arguments that are fast."""
OTHERS = {("alignment",), ("atlas",), ("run",), ("data", "diff")}
"""Other commands with --weights: tested below, or slow."""


@pytest.fixture
def folder(tmp_path, monkeypatch, few_years):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def takes(option: str) -> set[tuple[str, ...]]:
    return {
        words
        for words, command in ALL.items()
        if any(option in p.opts for p in command.params if isinstance(p, click.Option))
    }


def test_every_command_with_weights_is_tested():
    assert takes("--weights") == {*COMMANDS, *FILES, *OTHERS}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_text_ends_with_the_layer_weights(words, folder):
    done = ended(*words, *COMMANDS[words], *TRADE)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.splitlines()[-1] == LINE


@pytest.mark.parametrize("words", [words for words in COMMANDS if words in takes("--json")], ids=" ".join)
def test_records_stay_records_and_the_weights_go_to_standard_error(words, folder):
    for form in ("--json", "--csv") if words in takes("--csv") else ("--json",):
        done = ended(*words, *COMMANDS[words], *TRADE, form)
        assert LINE not in done.stdout.splitlines()
        assert done.stderr.splitlines()[-1] == LINE
        if form == "--json":
            json.loads(done.stdout)
        assert LINE not in ended(*words, *COMMANDS[words], *TRADE, form, "--quiet").stderr


@pytest.mark.parametrize("words", FILES, ids=" ".join)
def test_commands_that_write_files_print_the_weights_beside_the_paths(words, folder):
    done = ended(*words, *FILES[words], *TRADE)
    assert done.returncode == 0, done.stderr
    assert LINE in done.stderr.splitlines()
    assert LINE not in done.stdout
    assert LINE not in ended(*words, *FILES[words], *TRADE, "--quiet").stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("alignment", "KOR", "--years", "2016"), "not used; these numbers are computed from votes at the UN."),
        (
            ("pull", "KOR", "--years", "2016", "--draws", "0", "--lens", "income"),
            "not used; these numbers are computed",
        ),
        (
            ("metrics", "values", "alignment", "KOR", "--years", "2016"),
            "not used; these numbers are computed from votes",
        ),
    ],
)
def test_numbers_without_ties_say_that_they_use_no_weights(arguments, line, few_years):
    assert call(*arguments).stdout.splitlines()[-1].startswith(f"Layer weights: {line}")


def test_data_diff_names_the_weights():
    folder = str(datasets_dir())
    text = call("data", "diff", folder, folder, *TRADE).stdout
    assert text == f"The two panels are the same.\n{LINE}\n"


# ---- a mapping is complete, and the same by every way --------------------------------------------------------------


@pytest.mark.parametrize("way", ["flag", "environment", "file"])
def test_trade_one_is_trade_alone(way, tmp_path):
    arguments = ("pull", "KOR", "--years", "2016", "--draws", "0")
    (tmp_path / "mine.yaml").write_text("weights: {trade: 1}\n", encoding="utf-8")
    given = {"flag": TRADE, "environment": (), "file": ("--config", "mine.yaml")}[way]
    variables = {"INFLUENCE_WEIGHTS": "trade=1"} if way == "environment" else {}
    text = shell(*arguments, *given, cwd=tmp_path, **variables).stdout
    assert "\n2016  23.2 %  12.0 %    +0.32  " in text
    assert text.splitlines()[-1] == LINE
    records = json.loads(shell(*arguments, *given, "--json", cwd=tmp_path, **variables).stdout)
    ties = inf.build_ties(inf.load_panel(), {"trade": 1.0})
    for pole in ("CHN", "USA"):
        (value,) = (r["value"] for r in records if (r["metric"], r["pole"]) == ("pull_direct", pole))
        assert value == pytest.approx(float(inf.direct_pull(ties, pole).sel(year=2016, target="KOR")), abs=1e-15)


@pytest.mark.parametrize("words", [*COMMANDS, ("alignment",)], ids=" ".join)
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ("trade=0", "all layer weights are zero; give at least one of trade, alliance, agreement, troops a weight"),
        ("oil=1", "weights: 'oil' is not known; allowed: trade, alliance, agreement, troops"),
    ],
)
def test_weights_that_cannot_be_used_are_one_sentence(words, weights, message, folder):
    assert message in refusal(ended(*words, *COMMANDS.get(words, ("KOR",)), "--weights", weights))


@pytest.mark.parametrize("text", ["weights: {trade: 0}\n", "weights: {trade: 0, alliance: 0.0}\n"])
def test_a_configuration_of_zero_weights_is_one_sentence(text, tmp_path):
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    assert "all layer weights are zero" in refusal(ended("pull", "KOR", cwd=tmp_path))
