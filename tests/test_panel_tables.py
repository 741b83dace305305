"""Every table of a panel folder counts: a copy with one table changed gives other answers through every command.

The same command on an unchanged copy gives the answer of the bundled panel, so that what differs is due to the change.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

import influence as inf
from influence.config import Config
from influence.export.atlas import write_atlas
from influence.export.atlas_data import build_atlas_data
from influence.export.plot_data import map_plot
from influence.gravity.agreement_effect import domestic_goods
from influence.products.sectors import goods_sectors
from influence.table_columns import TABLES
from influence.tables import Tables, datasets_dir, table_path
from tests.cli.calls import ended, refusal

Change = Callable[[pd.DataFrame], pd.DataFrame]
YEARS = {"INFLUENCE_FIRST_YEAR": "2016", "INFLUENCE_LAST_YEAR": "2018", "INFLUENCE_BANDWIDTH_BASE_YEAR": "2016"}
"""Few years are read fast."""
BUILD_ONLY = {
    "agreement_corrections", "agreement_keys", "agreement_kinds", "agreements_added",  # of memberships and agreements
}  # fmt: skip
"""Curated tables that only a build reads; it writes what follows from them into the others."""
COMMAND_FREE = {"distances", "domestic_sales", "excluded", "land"}
"""Tables that no command here prints; they are read by panel.table."""


class Case(NamedTuple):
    """table : whose change. change : on its rows. commands : that rest on it. slow : those that take seconds; SCENARIO
    is the path of one with depth.
    """

    table: str
    change: Change
    commands: tuple[str, ...]
    slow: tuple[str, ...] = ()


def scaled(column: str, factor: float, **where: str) -> Change:
    """A column multiplied in the rows whose columns have these values."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        rows = matching(frame, where)
        kind = frame[column].dtype
        frame[column] = (frame[column] * factor).where(rows, frame[column]).astype(kind)
        return frame

    return change


def put(column: str, value: str, **where: str) -> Change:
    """Another text in a column of the rows whose columns have these values."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[matching(frame, where), column] = value
        return frame

    return change


def without(**where: str) -> Change:
    """The table without the rows whose columns have these values."""
    return lambda frame: frame[~matching(frame, where)]


def with_row(**values: str) -> Change:
    """The table with one more row, '' in the columns that are not given."""
    return lambda frame: pd.concat([frame, pd.DataFrame([dict.fromkeys(frame.columns, "") | values])])


def matching(frame: pd.DataFrame, where: dict[str, str]) -> pd.Series:
    rows = pd.Series(True, index=frame.index)
    for column, value in where.items():
        rows &= frame[column].astype(str) == value
    assert rows.any(), f"no row with {where}"
    return rows


PULL, EXPLAIN = "pull {} --years 2016 --draws 0 --json", "explain {} --year 2016 --json"
BALANCES = "stability --year 2016 --variant hong_kong_in_china --states KOR --json"
CASES = (
    Case("trade", scaled("export_usd", 0.5, exporter="CHN", importer="KOR"),
         (PULL.format("KOR"), EXPLAIN.format("KOR"), BALANCES, "drift KOR,JPN --event 2017 --span 1 --json",
          "metrics values herfindahl KOR --years 2016", "lesson show balance_by_hand", "claims allies_not_on_trade",
          "validate --only exposure_exact --json"),
         ("compare 2016 2018 --json --draws 0", "sensitivity KOR --year 2016 --json")),
    Case("trade_totals", scaled("export_usd", 1.5, iso3="KOR"),
         (PULL.format("KOR"), EXPLAIN.format("KOR"), "metrics values herfindahl KOR --years 2016")),
    Case("attributes", scaled("gdp_usd", 0.5, iso3="KOR"),
         (PULL.format("KOR"), EXPLAIN.format("KOR"), "metrics values pull_bandwidth KOR --years 2016")),
    Case("pacts", without(source="USA", target="KOR"), (PULL.format("KOR"), EXPLAIN.format("KOR"))),
    Case("agreements", put("kind", "framework", agreement="KORUS"),
         (PULL.format("KOR"), EXPLAIN.format("KOR"), "metrics values pull_bandwidth KOR --years 2016")),
    Case("memberships", without(agreement="KORUS", iso3="KOR"), (PULL.format("KOR"), EXPLAIN.format("KOR")),
         ("compare 2016 2018 --region KORUS --draws 0",)),
    Case("memberships", with_row(agreement="TPP", iso3="KOR", source="desta", flag="observed"),
         ("claims korea_in_tpp",)),
    Case("troops", scaled("troops", 0.1, iso3="JPN"),
         (f"{PULL.format('JPN')} --weights trade=1,troops=1", f"{EXPLAIN.format('JPN')} --weights trade=1,troops=1")),
    Case("ideal_points", scaled("ideal_point", 3.0, iso3="KOR"),
         ("alignment KOR --years 2016", "metrics values alignment KOR --years 2016")),
    Case("sector_flows", scaled("value_usd", 0.5, exporter="KOR", importer="USA", year="2017"),
         ("ranks --year 2017 --json",),
         ("scenario run korus_ended --years 2018 --csv", "brief korus_ended",
          "products KOR --year 2017 --direction exports --csv",
          "compare 2018 2018:korus_ended --json --draws 0")),
    Case("reports", scaled("value_usd", 0.5, reporter="USA", exporter="CHN", importer="USA"),
         ("pull MEX --years 2016 --draws 8 --json",)),
    Case("reports", scaled("value_usd", 2.0, reporter="USA", exporter="KOR", importer="USA"),
         ("claims deficit_doubled", "stability --year 2018 --variant dots_for_baci_2011_2022 --states KOR --json")),
    Case("series_breaks", lambda frame: frame.head(3), ("data check --json",)),
    Case("curated/sources", put("citation", "Nobody (1900). Nothing.", key="baci"), ("cite baci",)),
    Case("curated/states", put("name", "Hanguk", iso3="KOR"),
         ("data info --states", "stability --year 2016 --variant hong_kong_in_china --states KOR",
          "ranks --year 2017 --sensitivity KOR", "pull Hanguk --years 2016 --draws 0"),
         ("products KOR --year 2017", "sensitivity KOR --year 2016")),
    Case("curated/groups", with_row(group="asean", iso3="AUS"),
         ("data info --groups", f"{PULL.format('KOR')} --poles asean,CHN", "pull asean --years 2016 --draws 0 --csv",
          "alignment KOR --poles asean,CHN --years 2016", "drift asean --event 2017 --span 1 --json",
          "validate --only southeast_asia_2018 --json"),
         ("products asean --year 2017 --csv",)),
    Case("curated/group_labels", put("label", "the Ten", group="asean"),
         ("products asean --year 2017",)),
    Case("curated/aliases", with_row(scheme="name", code="Koryo", iso3="KOR"),
         (PULL.format("Koryo"), "ranks --year 2017 --states Koryo --json")),
    Case("curated/excluded", put("reason", "another reason", scheme="name", code="Czechoslovakia"),
         (PULL.format("Czechoslovakia"),)),
    Case("curated/sectors", put("goods", "no", sector="C26"),
         ("ranks --year 2017 --json", "products KOR --year 2017 --csv"),
         ("scenario run us_china_decoupling --years 2018 --csv",)),
    Case("curated/agreement_effects", put("coefficient", "0.5", term="agreement_beyond_tariffs"),
         ("scenario run SCENARIO --years 2018 --csv",), ("brief SCENARIO",)),
    Case("curated/pact_corrections", put("default", "on", name="anzus_us_new_zealand"),
         (PULL.format("NZL"), EXPLAIN.format("NZL"))),
    Case("curated/events", with_row(date="2017-05-05", key="mine", title="A test", states="KOR", kind="agreement",
                                    source="nobody"), ("drift KOR --event 2017 --span 1 --json",)),
)  # fmt: skip
UNKNOWN = {
    PULL.format("Koryo"), "ranks --year 2017 --states Koryo --json", "pull Hanguk --years 2016 --draws 0",
}  # fmt: skip
"""Commands that name a state as the changed panel alone does."""
FAST = [(case.table, number, command) for number, case in enumerate(CASES) for command in case.commands]
SLOW = [(case.table, number, command) for number, case in enumerate(CASES) for command in case.slow]


@pytest.fixture(scope="module", autouse=True)
def _few_years():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in YEARS.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Callable[[int | None], Path]:
    """The folder of a panel whose table is changed as in the case of that number; unchanged for None."""
    made: dict[int | None, Path] = {}

    def copy(number: int | None) -> Path:
        if number not in made:
            made[number] = copy_panel(tmp_path_factory.mktemp("panel"))
            if number is not None:
                rewrite(made[number], CASES[number].table, CASES[number].change)
        return made[number]

    return copy


def copy_panel(folder: Path) -> Path:
    for file in (*datasets_dir().glob("*.parquet"), datasets_dir() / "datapackage.json"):
        shutil.copyfile(file, folder / file.name)
    shutil.copytree(datasets_dir() / "curated", folder / "curated")
    return folder


def rewrite(folder: Path, table: str, change: Change) -> None:
    """Change a table of a panel folder on disk."""
    if table in TABLES:
        path = table_path(folder, table)
        change(pd.read_parquet(path)).to_parquet(path, index=False)
    else:
        path = folder / f"{table}.csv"
        change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


@pytest.fixture(scope="module")
def ask(tmp_path_factory) -> Callable[..., str]:
    """What a command prints, for the bundled panel or one in a folder; asked once."""
    scenario = tmp_path_factory.mktemp("scenario") / "deep.yaml"
    text = (datasets_dir() / "scenarios" / "tpp_with_us.yaml").read_text(encoding="utf-8")
    scenario.write_text(text.replace("name: tpp_with_us", "name: deep").replace("depth: 0\n", "depth: 0.5\n"), "utf-8")
    given: dict[tuple[str, Path | None], str] = {}

    def answer(command: str, folder: Path | None = None) -> str:
        if (command, folder) not in given:
            panel = [] if folder is None else ["--panel", str(folder)]
            done = ended(*command.replace("SCENARIO", str(scenario)).split(), *panel)
            refused = done.returncode == 2 and folder is not None
            assert not refused or "Czechoslovakia" in command, done.stderr
            text = done.stderr if done.returncode == 2 else done.stdout
            given[command, folder] = text.replace(str(folder or datasets_dir()), "FOLDER")
        return given[command, folder]

    return answer


def test_every_table_of_a_panel_has_a_case():
    curated = {f"curated/{path.stem}" for path in (datasets_dir() / "curated").glob("*.csv")}
    read = {*TABLES, *curated} - {"states"} - COMMAND_FREE - {f"curated/{name}" for name in BUILD_ONLY}
    assert {case.table for case in CASES} == read


@pytest.mark.parametrize("table, number, command", FAST)
def test_a_changed_table_changes_the_answer(copied, ask, table, number, command):
    assert ask(command, copied(number)) != ask(command)


@pytest.mark.slow
@pytest.mark.parametrize("table, number, command", SLOW)
def test_a_changed_table_changes_the_answer_of_longer_commands(copied, ask, table, number, command):
    assert ask(command, copied(number)) != ask(command)


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted({command for _, _, command in (*FAST, *SLOW)} - UNKNOWN))
def test_an_unchanged_copy_gives_the_answer_of_the_bundled_panel(copied, ask, command):
    assert ask(command, copied(None)) == ask(command)


def test_two_commands_give_one_alignment_of_a_changed_panel(copied, ask):
    number = next(i for i, case in enumerate(CASES) if case.table == "ideal_points")
    values = []
    for command in (
        "alignment KOR --years 2016 --json --quiet",
        "metrics values alignment KOR --years 2016 --json --quiet",
    ):
        (row,) = json.loads(ask(command, copied(number)))
        values.append((row["iso3"], row["year"], row["value"]))
    assert values[0] == values[1]
    study = inf.load_study(Config(first_year=2016, last_year=2016, poles=("CHN", "USA")), copied(number))
    assert values[0][2] == pytest.approx(float(study.metric("alignment").sel(year=2016, target="KOR").item()))
    (row,) = json.loads(ask("alignment KOR --years 2016 --json --quiet"))
    assert row["value"] != pytest.approx(values[0][2], abs=0.1)


@pytest.mark.parametrize("table", sorted({*TABLES} - {"states"}))
def test_a_panel_reads_every_table_from_its_folder(tmp_path, table):
    folder = copy_panel(tmp_path)
    rewrite(folder, table, lambda frame: frame.head(2))
    panel = inf.load_panel(first_year=2016, last_year=2016)
    assert len(panel.table(table)) > 2
    assert len(Tables(folder).observed(table)) == 2


def test_sales_at_home_are_those_of_the_folder(tmp_path):
    folder = copy_panel(tmp_path)
    rewrite(folder, "domestic_sales", scaled("goods_usd", 2.0, iso3="KOR"))
    before, after = (domestic_goods(inf.load_panel(at, first_year=2016, last_year=2016)) for at in (None, folder))
    assert after.loc[2016, "KOR"] == pytest.approx(2 * before.loc[2016, "KOR"])
    assert after.loc[2016, "JPN"] == before.loc[2016, "JPN"]


def test_sectors_are_those_of_the_folder(copied):
    number = next(i for i, case in enumerate(CASES) if case.table == "curated/sectors")
    panel = inf.load_panel(copied(number), first_year=2016, last_year=2016)
    assert set(goods_sectors()) - set(goods_sectors(panel.registry)) == {"C26"}


def test_a_map_has_the_outlines_of_the_folder(tmp_path):
    folder = copy_panel(tmp_path)
    rewrite(folder, "land", lambda frame: frame[frame["iso3"].isin(["KOR", "JPN"])])
    config = Config(first_year=2016, last_year=2016, region="KOR,JPN", bandwidth_base_year=2016)
    sizes, states = [], []
    for at in (None, folder):
        content = build_atlas_data(inf.load_study(config, at))
        sizes.append(write_atlas(content, tmp_path / "atlas.html").stat().st_size)
        states.append(set(map_plot(content, 2016).land["iso3"]))
    assert sizes[0] > sizes[1]
    assert len(states[0]) > 100
    assert states[1] == {"KOR", "JPN"}


# ---- a table that is missing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table, command",
    [
        ("trade", PULL.format("KOR")), ("troops", PULL.format("KOR")), ("curated/pact_corrections", PULL.format("KOR")),
        ("ideal_points", "alignment KOR"), ("ideal_points", "metrics values alignment KOR"),
        ("sector_flows", "scenario run korus_ended --years 2018"), ("sector_flows", "ranks --year 2017"),
        ("sector_flows", "products KOR"), ("curated/sectors", "ranks --year 2017"),
        ("reports", "pull KOR --years 2016 --draws 8"), ("curated/states", "data info --states"),
        ("curated/groups", "data info --groups"), ("curated/aliases", "pull Korea --years 2016"),
        ("curated/events", "drift KOR --event 2017 --span 1"), ("series_breaks", "data check"),
        ("curated/agreement_effects", "scenario run tpp_with_us --years 2018"),
    ],
)  # fmt: skip
def test_a_folder_that_lacks_a_table_ends_with_one_sentence(tmp_path, table, command):
    folder = copy_panel(tmp_path)
    path = table_path(folder, table) if table in TABLES else folder / f"{table}.csv"
    path.unlink()
    message = refusal(ended(*command.split(), "--panel", str(folder)))
    assert f"{path} cannot be read: it is missing" in message
    assert "influence data build --raw DIR --out FOLDER" in message
