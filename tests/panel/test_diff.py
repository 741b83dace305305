"""What an edited copy of a panel changed, table by table."""

import numpy as np
import pandas as pd
import pytest

from influence.errors import PanelError
from influence.panel.diff import CHANGES, table_changes
from influence.schema import names
from influence.table_columns import KEYS, TABLES
from tests.pencil import pencil_tables


def saved(folder, **edited):
    tables = {**pencil_tables(), **edited}
    folder.mkdir()
    for name in KEYS:
        table = tables[name] if name in tables else pd.DataFrame(columns=names(TABLES[name]))
        table[names(TABLES[name])].to_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture
def changes(tmp_path):
    old = saved(tmp_path / "old")

    def of(**edited):
        return table_changes(old, saved(tmp_path / "new", **edited))

    return of


def rows(table):
    return [tuple(row) for row in table.itertuples(index=False)]


def test_equal_panels_have_no_changes(changes):
    out = changes()
    assert out.empty
    assert list(out.columns) == CHANGES


def test_the_order_of_rows_is_no_change(changes):
    assert changes(trade=pencil_tables()["trade"].iloc[::-1]).empty


def test_rows_added_and_removed(changes):
    trade = pencil_tables()["trade"]
    new = pd.concat([trade.iloc[1:], trade.iloc[[0]].assign(year=2015)], ignore_index=True)
    assert rows(changes(trade=new)) == [
        ("trade", "added", 1, "AAA BBB 2015"), ("trade", "removed", 1, "AAA BBB 2016"),
    ]  # fmt: skip


def test_a_changed_number_is_listed_with_the_largest_change(changes):
    trade = pencil_tables()["trade"]
    trade.loc[[0, 1], "export_usd"] = [31, 99]
    assert rows(changes(trade=trade)) == [("trade", "export_usd", 2, "AAA CCC 2016: 10 -> 99")]


def test_a_changed_word_is_reported(changes):
    trade = pencil_tables()["trade"]
    trade.loc[2, "flag"] = "chained"
    assert rows(changes(trade=trade)) == [("trade", "flag", 1, "BBB AAA 2016: observed -> chained")]


@pytest.mark.parametrize(("before", "after"), [(np.nan, 100.0), (100.0, np.nan), (0.0, np.nan), (np.nan, 0.0)])
def test_a_number_and_none_differ_and_two_gaps_do_not(tmp_path, before, after):
    attributes = pencil_tables()["attributes"]
    old, new = (attributes.assign(gdp_usd=[value, *attributes["gdp_usd"].iloc[1:]]) for value in (before, after))
    out = table_changes(saved(tmp_path / "old", attributes=old), saved(tmp_path / "new", attributes=new))
    assert rows(out) == [("attributes", "gdp_usd", 1, f"AAA 2016: {before} -> {after}")]


def test_a_difference_of_the_last_digit_is_none(changes):
    attributes = pencil_tables()["attributes"]
    attributes["gdp_usd"] *= 1 + 1e-12
    assert changes(attributes=attributes).empty


def test_an_end_that_was_open_is_a_change(changes):
    pacts = pencil_tables()["pacts"]
    pacts.loc[0, "end"] = 2015.0
    assert rows(changes(pacts=pacts)) == [("pacts", "end", 1, "AAA CCC defence 2000 : nan -> 2015.0")]


def test_a_truth_value_that_turned_is_a_change(changes):
    attributes = pencil_tables()["attributes"]
    attributes.loc[0, "in_system"] = False
    assert rows(changes(attributes=attributes)) == [("attributes", "in_system", 1, "AAA 2016: True -> False")]


def test_an_absent_table_is_refused(tmp_path):
    old, new = saved(tmp_path / "old"), saved(tmp_path / "new")
    (new / "pacts.parquet").unlink()
    with pytest.raises(PanelError, match=r"pacts\.parquet cannot be read"):
        table_changes(old, new)
