"""Settings: who goes before whom, and that nothing unknown, unsafe or impossible gets in."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from influence.config import Config, load_config, mapping_from_text
from influence.errors import ConfigError
from influence.specs import LAYERS

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = [f.name for f in fields(Config)]


@pytest.fixture
def written(tmp_path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "settings.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refused(path=None, *, flags=None, environment=None) -> str:
    with pytest.raises(ConfigError) as progress:
        load_config(path, flags=flags, environment=environment or {})
    return str(progress.value)


# ---- precedence ----------------------------------------------------------------------------------------------


def test_flag_goes_before_environment_before_file_before_default(written, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    path = written("trade_base: exports\ncapability: cinc\nregion: eu\n")
    environment = {"INFLUENCE_TRADE_BASE": "imports", "INFLUENCE_CAPABILITY": "gdp"}
    config = load_config(path, flags={"trade_base": "two_way", "capability": None}, environment=environment)
    assert config.trade_base == "two_way"
    assert config.capability == "gdp"
    assert config.region == "eu"
    assert config.poles == Config().poles


def test_the_file_of_the_working_folder_is_read_unasked(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert load_config(environment={}) == Config()
    (tmp_path / "config.yaml").write_text("region: eu\n", encoding="utf-8")
    assert load_config(environment={}).region == "eu"


def test_the_file_of_the_repository_says_the_defaults():
    assert load_config(ROOT / "config.yaml", environment={}) == Config()


def test_every_setting_is_in_the_file_of_the_repository():
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert [line.split(":")[0] for line in text.splitlines() if line and line[0].isalpha()] == SETTINGS


def test_settings_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Config().region = "eu"  # type: ignore[misc]


# ---- weights -------------------------------------------------------------------------------------------------


def test_a_layer_that_a_weights_mapping_does_not_name_weighs_zero(written):
    config = load_config(written("weights: {trade: 0.6, alliance: 0.9}"), environment={})
    assert config.weights == pytest.approx({"trade": 0.4, "alliance": 0.6, "agreement": 0.0, "troops": 0.0})
    alone = load_config(written("weights: {alliance: 0.9}"), environment={})
    assert alone.weights == {"trade": 0.0, "alliance": 1.0, "agreement": 0.0, "troops": 0.0}


def test_a_weights_mapping_of_environment_or_flag_takes_the_place_of_the_whole_mapping(written):
    path, environment = written("weights: {agreement: 1}"), {"INFLUENCE_WEIGHTS": "trade=1, alliance=1"}
    by_environment = load_config(path, environment=environment)
    assert by_environment.weights == {"trade": 0.5, "alliance": 0.5, "agreement": 0.0, "troops": 0.0}
    by_flag = load_config(path, flags={"weights": {"trade": 3.0, "agreement": 1.0}}, environment=environment)
    assert by_flag.weights == {"trade": 0.75, "alliance": 0.0, "agreement": 0.25, "troops": 0.0}


@pytest.mark.parametrize(
    "number", ["-0.1", ".nan", ".inf", "-.inf", "true", "much", "[1]", "1" + "0" * 400, "1.0e+308"]
)
def test_a_weight_below_zero_or_no_number_is_refused(written, number):
    message = refused(written(f"weights: {{trade: {number}}}"))
    assert "weights.trade must be a number of 0 or more, not" in message
    assert len(message) < 300


def test_all_weights_zero_are_refused(written):
    message = refused(written(f"weights: {{{', '.join(f'{name}: 0' for name in LAYERS)}}}"))
    assert "all layer weights are zero" in message
    assert ", ".join(LAYERS) in message


def test_an_unknown_layer_is_refused_with_those_there_are(written):
    assert "weights: 'oil' is not known; allowed: trade, alliance, agreement, troops." in refused(
        written("weights: {oil: 1}")
    )


def test_a_strength_above_one_is_refused(written):
    assert "pact_strength.defence must be a number from 0 to 1, not 2" in refused(
        written("pact_strength: {defence: 2}")
    )


# ---- what is refused, and where it was written ----------------------------------------------------------------


def test_an_unknown_setting_is_refused_with_all_there_are(written):
    path = written("wieghts: {trade: 1}")
    message = refused(path)
    assert message.startswith(f"{path}: entry 'wieghts' is not known. Did you mean weights?")
    assert message.endswith(f"Entries are: {', '.join(SETTINGS)}.")


@pytest.mark.parametrize("name", ["INFLUENCE_POLE", "INFLUENCE_OUT"])
def test_an_unknown_variable_is_refused_by_its_name(name):
    assert f"environment variable {name}: entry" in refused(environment={name: "CHN,USA"})


def test_variables_of_others_are_left_alone(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert load_config(environment={"POLES": "x", "XINFLUENCE_POLES": "x", "INFLUENCE_SHARED": "x"}) == Config()


@pytest.mark.parametrize(
    "line, message",
    [
        ("first_year: 1889", "first_year must be a year from 1990 to 2023, not 1889"),
        ("first_year: '2000'", "not '2000'"),
        ("first_year: true", "not true"),
        ("first_year: 2000.5", "not 2000.5"),
        ("key_years: [2016, never]", "not 'never'"),
        ("poles: CHN", "poles must be two or more states or groups"),
        ("poles: [CHN, 3]", "poles must be two or more states or groups"),
        ("poles: [CHN, CHN]", "poles must differ"),
        ("poles: [NO, USA]", "not the list [false, 'USA']. YAML reads an unquoted no, NO"),
        ("region: 3", "region must be a name"),
        ("trade_base: both", "must be one of two_way, exports, imports, not 'both'"),
        ("trade_base: [two_way]", "must be one of two_way, exports, imports"),
        ("capability: ships", "must be one of gdp, cinc, not 'ships'"),
        ("weights: 1", "weights must give a number for each of trade"),
        ("pact_corrections: {anzus: maybe}", "must be names with true or false"),
        ("first_year: 2010\nlast_year: 2005", "first_year 2010 is after last_year 2005"),
        ("- a list", "must hold 'key: value' lines, not the list ['a list']"),
        ("just a word", "must hold 'key: value' lines, not 'just a word'"),
        ("3: 4", "entry 3 is not known"),
    ],
)
def test_wrong_types_and_ranges_are_refused_with_what_is_allowed(written, line, message):
    assert message in refused(written(line))


@pytest.mark.parametrize(
    "content, words",
    [
        ("a: [", "is not valid YAML"),
        ("region: ours: mine", "line 1, column 13: a colon within a text; put the text in quotes."),
        ("poles:\n\t- CHN", "a tab, or a sign that cannot begin a text; indent with blanks"),
        ("weights: {trade: 1}\nweights: {trade: 2}\n", "key 'weights' is duplicated"),
        ("weights: {trade: 1, trade: 2}\n", "key 'trade' is duplicated"),
        ("poles: &p [CHN, USA]\nkey_years: *p\n", "aliases"),
        ("weights: !!python/object/apply:os.getcwd []", "is not valid YAML"),
        ("first_year: 2016-13-45", "is not valid YAML"),
        ("[" * 20_000, "is not valid YAML"),
        ("region: caf\xe9\n".encode("latin-1"), "is not UTF-8 text (byte 11)"),
        ("region: eu\n".encode("utf-16"), "is not UTF-8 text"),
        (b"region: e\x00u\n", "is not valid YAML"),
        (b"#" * 1_000_001, "larger than 1,000,000 bytes"),
    ],
    ids=[
        "broken",
        "colon",
        "tab",
        "twice",
        "twice within",
        "alias",
        "object",
        "no date",
        "nested",
        "latin-1",
        "utf-16",
        "nul",
        "large",
    ],
)
def test_files_that_are_no_settings_are_refused(written, content, words):
    message = refused(written(content))
    assert words in message
    assert "\n" not in message


def test_a_billion_laughs_are_not_unfolded(written):
    lines = ["a0: &a0 [ha, ha]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert "aliases (*name) are not allowed" in refused(written("\n".join(lines)))


def test_a_byte_order_mark_and_an_empty_file_are_no_fault(written):
    assert load_config(written("\ufeffregion: eu\n"), environment={}).region == "eu"
    assert load_config(written("# nothing said\n"), environment={}) == Config()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "cannot be read: No such file" in refused(tmp_path / "absent.yaml")
    assert "cannot be read: Is a directory" in refused(tmp_path)


# ---- as text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, text, wanted",
    [
        ("poles", "CHN, USA,eu", ("CHN", "USA", "eu")),
        ("key_years", "2016,2004,2016", (2004, 2016)),
        ("key_years", "2016", (2016,)),
        ("first_year", "2000", 2000),
        ("trade_base", " exports ", "exports"),
    ],
)
def test_variables_are_read_as_what_they_mean(name, text, wanted, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert getattr(load_config(environment={f"INFLUENCE_{name.upper()}": text}), name) == wanted


@pytest.mark.parametrize("text", ["0.6", "trade", "trade=1,alliance"])
def test_weights_of_another_shape_are_refused(text):
    with pytest.raises(ConfigError, match=r"must look like trade=0\.6,alliance=0\.3 and not"):
        mapping_from_text("--weights", text)
