"""A newer file of one source beside the bundled panel: its table alone changes, and the same file changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from influence.cli.cite import command as cite
from influence.cli.data_vintage import vintage as command
from influence.errors import PanelError, SourceError
from influence.panel.build import raw_paths
from influence.panel.diff import table_changes
from influence.panel.package import damaged_files, read_package, sha256
from influence.panel.panel import load_panel
from influence.panel.vintages import SOURCES, import_vintage
from influence.states import bundled_registry
from influence.tables import datasets_dir, read_panel_table


def newer_population(folder: Path, **values: float) -> Path:
    """A long table of the World Bank's form: 1000 persons everywhere and always, except for the values given."""
    names = bundled_registry().states["name"]
    rows = [
        (names[code], code, year, values.get(f"{code}_{year}", 1000.0))
        for code in names.index
        for year in (2000, 2022, 2023)
    ]
    path = folder / "population.csv"
    pd.DataFrame(rows, columns=["Country Name", "Country Code", "Year", "Value"]).to_csv(path, index=False)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("source", sorted(SOURCES))
def test_the_very_file_of_the_bundled_panel_gives_the_same_bytes(shared_data, tmp_path, source):
    made = import_vintage(source, raw_paths(shared_data)[source], tmp_path, vintage="the same")
    for name in (made.table, "excluded", "trade"):
        assert sha256(tmp_path / f"{name}.parquet") == sha256(datasets_dir() / f"{name}.parquet"), name
    assert damaged_files(tmp_path) == []


def test_a_newer_file_changes_its_columns_and_nothing_else(tmp_path):
    path = newer_population(tmp_path, KOR_2023=51_000_000.0)
    before = {file: file.read_bytes() for file in datasets_dir().rglob("*.parquet")}
    out = tmp_path / "newer"
    made = import_vintage("world_bank_population", path, out, vintage="a test")
    assert made.table == "attributes"
    changes = table_changes(datasets_dir(), out)
    assert set(zip(changes["table"], changes["change"], strict=True)) <= {
        ("attributes", "population"), ("attributes", "population_flag"),
        ("excluded", "removed"), ("excluded", "added"), ("excluded", "rows"),
    }  # fmt: skip
    table = read_panel_table(out, "attributes").set_index(["iso3", "year"])
    assert table.loc[("KOR", 2023), "population"] == 51_000_000
    assert table.loc[("KOR", 2010), ["population", "population_flag"]].tolist() == [1000.0, "carried"]
    card = next(s for s in read_package(out)["sources"] if s["name"] == "world_bank_population")
    assert (card["vintage"], card["raw_file"], card["raw_sha256"]) == ("a test", "population.csv", sha256(path))
    assert damaged_files(out) == []
    newer = load_panel(out)
    assert newer.vintages == load_panel().vintages | {"world_bank_population": "a test"}
    cited = CliRunner().invoke(cite, ["world_bank_population", "--panel", str(out)]).output
    assert "\n    a test; CC BY 4.0" in cited
    assert float(newer.attributes["population"].sel(state="KOR", year=2023)) == 51_000_000
    assert {file: file.read_bytes() for file in datasets_dir().rglob("*.parquet")} == before


def test_one_can_be_taken_in_after_another(tmp_path):
    out = tmp_path / "newer"
    import_vintage("world_bank_population", newer_population(tmp_path), out, vintage="one")
    import_vintage("world_bank_population", newer_population(tmp_path, KOR_2023=7.0), out, vintage="two", panel=out)
    table = read_panel_table(out, "attributes").set_index(["iso3", "year"])
    assert table.loc[("KOR", 2023), "population"] == 7.0
    assert json.loads((out / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert sorted(path.name for path in out.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize(
    "source, message",
    [
        (
            "desta",
            "a newer desta changes more than one table; build the panel again: put the file in the place of "
            "ties/desta_2_2_list_of_treaties.csv among the publishers' files",
        ),
        ("baci", "`influence data build --raw DIR`"),
        ("world_bank_gpd", "source 'world_bank_gpd' is not known. Did you mean world_bank_gdp"),
    ],
)
def test_sources_that_cannot_be_imported_alone_are_reported(tmp_path, source, message):
    with pytest.raises(SourceError) as err:
        import_vintage(source, tmp_path / "x.csv", tmp_path / "out", vintage="x")
    assert message in str(err.value)
    assert not (tmp_path / "out").exists()


def test_a_file_of_another_kind_and_a_damaged_panel_leave_nothing_behind(tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"wrong\.csv lacks column Country Name"):
        import_vintage("world_bank_gdp", wrong, tmp_path / "out", vintage="x")
    with pytest.raises(PanelError, match="is not overwritten; give another folder"):
        import_vintage("world_bank_gdp", wrong, datasets_dir(), vintage="x")
    old = tmp_path / "old"
    import_vintage("world_bank_population", newer_population(tmp_path), old, vintage="x")
    (old / "trade.parquet").write_bytes(b"PAR1")
    with pytest.raises(PanelError, match=r"is damaged and cannot be copied: trade\.parquet has another sha256"):
        import_vintage("world_bank_gdp", wrong, tmp_path / "out", vintage="x", panel=old)
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_it_did(tmp_path):
    path, out = newer_population(tmp_path), tmp_path / "newer"
    arguments = ["world_bank_population", str(path), "--out", str(out), "--vintage", "a test"]
    done = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    assert f"{out}: table attributes is from population.csv (7,140 rows); the others are copied." in done.output
    assert "influence data diff" in done.output
