"""The one declaration against the data that lie there: columns, flags, series, keys, the data package."""

from __future__ import annotations

import pandas as pd
import pytest

from influence.panel.package import KEYS, MADE_FROM, read_package, sources_table
from influence.schema import (
    AGREEMENT_KINDS,
    FLAGS,
    PACT_KINDS,
    SERIES,
    names,
)
from influence.states import bundled_registry
from influence.table_columns import TABLES
from influence.tables import datasets_dir, read_panel_table, table_path

KINDS = {"integer": "iu", "number": "f", "boolean": "b"}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: read_panel_table(datasets_dir(), name) for name in TABLES}


@pytest.fixture(scope="module")
def package() -> dict:
    return read_package(datasets_dir())


def test_every_table_that_lies_there_is_declared():
    assert {path.stem for path in datasets_dir().glob("*.parquet")} | {"states"} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_those_declared_and_in_their_order(tables, name):
    assert list(tables[name].columns) == names(TABLES[name])


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"states"}))
def test_columns_are_of_the_declared_type(tables, name):
    for field in TABLES[name]:
        column = tables[name][field.name]
        if field.type == "string":
            assert all(isinstance(value, str) for value in column), field.name
        elif not (field.type == "integer" and column.isna().any()):
            assert column.dtype.kind in KINDS[field.type], field.name


@pytest.mark.parametrize("name", sorted(KEYS))
def test_no_key_is_duplicated(tables, name):
    assert not tables[name].duplicated(KEYS[name]).any()


def test_every_flag_that_is_used_is_declared_and_every_declared_one_is_explained(tables):
    used = set()
    for name, table in tables.items():
        for field in TABLES[name]:
            if field.name == "flag" or field.name.endswith("_flag"):
                used |= set(table[field.name])
    assert used <= set(FLAGS)
    assert all(FLAGS.values())


@pytest.mark.parametrize("name", ["trade", "trade_totals"])
def test_every_series_that_is_used_is_declared(tables, name):
    assert set(tables[name]["source"]) <= set(SERIES)


@pytest.mark.parametrize("name, kinds", [("pacts", PACT_KINDS), ("agreements", AGREEMENT_KINDS)])
def test_every_kind_that_is_used_is_declared(tables, name, kinds):
    assert set(tables[name]["kind"]) <= set(kinds)


def test_every_source_named_in_a_table_has_its_card(tables):
    cards = set(sources_table().index)
    for name, column in (("pacts", "origin"), ("agreements", "source"), ("memberships", "source")):
        assert set(tables[name][column]) <= cards
    assert {key for keys in MADE_FROM.values() for key in keys} <= cards


def test_every_state_named_in_a_table_is_a_state(tables):
    states = set(bundled_registry().states.index)
    for name in set(TABLES) - {"states", "excluded"}:
        for column in {"iso3", "exporter", "importer"} & set(tables[name].columns):
            # Sectors close the world: what no economy of theirs sells, the rest of the world does.
            # Some outlines are drawn and belong to no state of the panel.
            rest = {"sector_flows": {"ROW"}, "land": {""}}.get(name, set())
            assert set(tables[name][column]) <= states | rest, name
    for name in ("pacts", "distances"):
        assert set(tables[name]["source"]) | set(tables[name]["target"]) <= states, name


def test_missing_figures_are_flagged_missing_and_no_other(tables):
    attributes = tables["attributes"]
    for column in ("gdp_usd", "population", "cinc"):
        flag = attributes[column.removesuffix("_usd") + "_flag"]
        assert ((flag == "missing") == attributes[column].isna()).all(), column


def test_the_package_says_what_the_schema_says(package):
    found = {r["name"]: r["schema"]["fields"] for r in package["resources"]}
    assert set(found) == set(TABLES)
    for name, fields in found.items():
        assert [f["name"] for f in fields] == names(TABLES[name])
        assert [f["type"] for f in fields] == [f.type for f in TABLES[name]]
        assert [f.get("unit", "") for f in fields] == [f.unit for f in TABLES[name]]
    assert package["flags"] == FLAGS
    assert package["series"] == SERIES


def test_the_package_counts_the_rows_and_bytes_that_lie_there(package, tables):
    for resource in package["resources"]:
        assert resource["rows"] == len(tables[resource["name"]])
        assert resource["bytes"] == table_path(datasets_dir(), resource["name"]).stat().st_size


def test_the_panel_is_small():
    assert sum(path.stat().st_size for path in datasets_dir().glob("*.parquet")) < 8_000_000
