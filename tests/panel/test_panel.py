"""The panel's promises: each rule refuses with its sentence and the rows; arrays are whole, frozen and in order."""

import numpy as np
import pandas as pd
import pytest

from influence.errors import PanelError, YearError
from influence.panel.package import copy_curated
from influence.panel.panel import PANEL_TABLES, load_panel, panel_from_tables
from influence.schema import (
    AGREEMENT_KINDS,
    FLAG_NAMES,
    PACT_KINDS,
    names,
)
from influence.table_columns import TABLES
from influence.tables import datasets_dir, read_panel_table, table_path
from tests.pencil import FLOWS_2016, STATES, pencil_panel, pencil_tables

NAN, INF = float("nan"), float("inf")


def changed(name, row, **cells):
    """The pencil's tables with cells of one row changed (row None: of all rows)."""
    tables = pencil_tables()
    table = tables[name].copy()
    for column, value in cells.items():
        if isinstance(value, float) and table[column].dtype.kind in "iu":
            table[column] = table[column].astype(float)
        table.loc[table.index if row is None else row, column] = value
    return {**tables, name: table}


def doubled(name):
    tables = pencil_tables()
    return {**tables, name: pd.concat([tables[name], tables[name].iloc[[1]]], ignore_index=True)}


FINITE = "are not a finite {} of 0 or more"


@pytest.mark.parametrize(
    ("tables", "rule"),
    [
        (doubled("trade"), "table trade: 2 rows repeat a pair and year"),
        (changed("trade", 0, importer="AAA"), "table trade: 1 rows are trade of a state with itself"),
        (changed("trade", 0, export_usd=NAN), "table trade: 1 rows " + FINITE.format("export_usd")),
        (changed("trade", 0, export_usd=INF), "table trade: 1 rows " + FINITE.format("export_usd")),
        (changed("trade", 0, export_usd=-1), "table trade: 1 rows " + FINITE.format("export_usd")),
        (changed("trade", 0, exporter="QQQ"), "table trade: 1 rows name in exporter no state of the panel"),
        (changed("trade", 0, importer="QQQ"), "table trade: 1 rows name in importer no state of the panel"),
        (changed("trade", 0, source="comtrade"), "table trade: 1 rows have a source that is none of cow, baci"),
        (changed("trade", 0, flag="guessed"), "table trade: 1 rows have a flag that is none of observed, provisional"),
        (doubled("trade_totals"), "table trade_totals: 2 rows repeat a state and year"),
        (changed("trade_totals", 0, export_usd=-1.0), "trade_totals: 1 rows " + FINITE.format("export_usd")),
        (changed("trade_totals", 0, import_usd=INF), "trade_totals: 1 rows " + FINITE.format("import_usd")),
        (changed("trade_totals", 0, iso3="QQQ"), "trade_totals: 1 rows name in iso3 no state of the panel"),
        (changed("trade_totals", 0, source="x"), "trade_totals: 1 rows have a source that is none of"),
        (changed("trade_totals", 0, flag="x"), "trade_totals: 1 rows have a flag that is none of"),
        (changed("trade_totals", 0, export_usd=39.0), "1 rows have an export_usd below the sum of their trade"),
        (changed("trade_totals", 0, import_usd=1.0), "1 rows have an import_usd below the sum of their trade"),
        (doubled("attributes"), "table attributes: 2 rows repeat a state and year"),
        (changed("attributes", 0, gdp_usd=-1.0), "attributes: 1 rows " + FINITE.format("gdp_usd")),
        (changed("attributes", 0, cinc=INF), "attributes: 1 rows " + FINITE.format("cinc")),
        (changed("attributes", 0, population=-0.5), "attributes: 1 rows " + FINITE.format("population")),
        (changed("attributes", 0, iso3="QQQ"), "attributes: 1 rows name in iso3 no state of the panel"),
        (changed("attributes", 0, gdp_flag="x"), "attributes: 1 rows have a gdp_flag that is none of"),
        (changed("attributes", 0, cinc_flag="x"), "attributes: 1 rows have a cinc_flag that is none of"),
        (changed("pacts", 0, target="AAA"), "table pacts: 1 rows are a pledge of a state to itself"),
        (changed("pacts", 0, end=1999.0), "table pacts: 1 rows end before they begin"),
        (changed("pacts", 0, kind="friendship"), "pacts: 1 rows have a kind that is none of defence, offence"),
        (changed("pacts", 0, source="QQQ"), "pacts: 1 rows name in source no state of the panel"),
        (changed("pacts", 0, target="QQQ"), "pacts: 1 rows name in target no state of the panel"),
        (changed("agreements", 0, kind="friendship"), "agreements: 1 rows have a kind that is none of customs_union"),
        (doubled("agreements"), "agreements: 2 rows repeat an agreement"),
        (changed("memberships", 0, iso3="QQQ"), "memberships: 1 rows name in iso3 no state of the panel"),
        (changed("memberships", 0, agreement="ZZ"), "memberships: 1 rows are of no agreement of the panel"),
        (changed("memberships", 0, begin="15.03.2012"), "memberships: 1 rows have a begin that is no date"),
        (changed("memberships", 0, end="2012-3"), "memberships: 1 rows have an end that is no date"),
        (changed("memberships", 0, end="2014-12-31"), "memberships: 1 rows end before they begin"),
        (changed("troops", 0, iso3="QQQ"), "troops: 1 rows name in iso3 no state of the panel"),
        (changed("troops", 0, troops=-1.0), "troops: 1 rows " + FINITE.format("troops")),
        (changed("troops", 0, troops=NAN), "troops: 1 rows " + FINITE.format("troops")),
        (changed("states", 1, iso3="AAA"), "states: 2 rows repeat a code"),
    ],
)
def test_a_broken_promise_is_refused_with_its_rows(tables, rule):
    with pytest.raises(PanelError) as caught:
        panel_from_tables(tables)
    message = str(caught.value)
    assert rule in message
    assert "\n  " in message.split(rule)[1]


def test_the_rows_shown_are_those_that_break_it():
    with pytest.raises(PanelError) as caught:
        panel_from_tables(changed("trade", 3, export_usd=-77))
    assert "-77" in str(caught.value)
    assert str(caught.value).count("2016") == 1


def test_many_bad_rows_are_counted_and_five_are_shown():
    with pytest.raises(PanelError, match="11 rows") as caught:
        panel_from_tables(changed("trade", None, export_usd=-1))
    assert "… and 6 more" in str(caught.value)


def test_a_year_without_capability_is_not_an_error():
    panel = panel_from_tables(changed("attributes", None, gdp_usd=NAN, gdp_flag="missing"))
    assert np.isnan(panel.attributes["gdp_usd"].values).all()


@pytest.mark.parametrize(
    ("first", "last"), [(2015, None), (None, 2018), (2017, 2016), (0, None), (-5, 2016), (2018, 2018)]
)
def test_years_outside_are_refused(first, last):
    with pytest.raises(YearError, match="are not in the panel; it covers 2016 to 2017"):
        panel_from_tables(pencil_tables(), first_year=first, last_year=last)


@pytest.mark.parametrize("year", [2016, 2017])
def test_one_year_of_the_panel_is_that_year_of_the_whole(year):
    one, whole = panel_from_tables(pencil_tables(), first_year=year, last_year=year), pencil_panel()
    assert one.years == range(year, year + 1)
    for name in ("export_usd", "flag", "series"):
        np.testing.assert_array_equal(one.trade[name].values[0], whole.trade[name].sel(year=year).values)
    for kind, held in one.in_force.items():
        np.testing.assert_array_equal(held[0], whole.in_force[kind][year - 2016])


def test_a_pair_of_complete_states_without_a_row_is_zero_and_others_are_unobserved():
    tables = pencil_tables()
    totals = tables["trade_totals"]
    totals.loc[(totals["iso3"] == "DDD") & (totals["year"] == 2016), "complete"] = False
    flows = panel_from_tables(tables).trade["export_usd"].sel(year=2016)
    for u in STATES:
        for v in STATES:
            usd = float(flows.sel(exporter=u, importer=v))
            if (u, v) in FLOWS_2016:
                assert usd == FLOWS_2016[(u, v)]
            elif u == v or "DDD" not in (u, v):
                assert usd == 0.0
            else:
                assert np.isnan(usd)


def test_nothing_is_zero_in_a_year_that_is_not_complete():
    flows = pencil_panel().trade["export_usd"].sel(year=2017)
    assert int(np.isfinite(flows).sum()) == 2 + len(STATES)  # two flows and the diagonal


def test_flags_and_series_are_where_the_rows_are():
    trade = pencil_panel().trade
    cell = trade.sel(year=2017, exporter="AAA", importer="BBB")
    assert FLAG_NAMES[int(cell["flag"])] == "chained"
    assert int(trade["flag"].sel(year=2017, exporter="AAA", importer="CCC")) == -1
    assert int(trade["series"].sel(year=2016, exporter="AAA", importer="DDD")) == -1


def test_every_array_is_read_only():
    panel = pencil_panel()
    arrays = [panel.trade[n] for n in panel.trade] + [panel.totals[n] for n in panel.totals]
    arrays += [panel.attributes[n] for n in panel.attributes]
    for array in arrays:
        assert not array.values.flags.writeable, array.name
    for held in panel.in_force.values():
        assert not held.flags.writeable


def test_the_callers_tables_are_not_changed():
    tables = pencil_tables()
    before = {name: table.copy(deep=True) for name, table in tables.items()}
    panel_from_tables(tables)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_the_order_of_rows_and_states_does_not_matter():
    mixed = {name: table.sample(frac=1, random_state=3) for name, table in pencil_tables().items()}
    one, other = pencil_panel(), panel_from_tables(mixed)
    assert list(other.states.index) == sorted(STATES)
    for first, second in ((one.trade, other.trade), (one.totals, other.totals), (one.attributes, other.attributes)):
        assert first.identical(second)
    for kind in one.in_force:
        np.testing.assert_array_equal(one.in_force[kind], other.in_force[kind])


def random_tables(seed):
    """Forty pledges and three agreements at random dates, some open, some outside the years."""
    rng = np.random.default_rng(seed)
    tables = pencil_tables()
    rows = []
    for _ in range(40):
        u, v = rng.choice(STATES, 2, replace=False)
        begin = int(rng.integers(2008, 2021))
        end = None if rng.random() < 0.3 else begin + int(rng.integers(0, 6))
        rows.append((u, v, str(rng.choice(PACT_KINDS)), begin, end, 2018, "", "atop"))
    tables["pacts"] = pd.DataFrame(rows, columns=tables["pacts"].columns).astype({"end": float})
    members = []
    for i in range(3):
        for state in STATES:
            begin = int(rng.integers(2010, 2019))
            day = f"{begin}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}"
            end = "" if rng.random() < 0.4 else f"{begin + rng.integers(1, 7)}-{rng.integers(1, 13):02}-15"
            members.append((f"G{i}", state, str(rng.choice(["", day, str(begin)])), end, "desta", "observed"))
    table = pd.DataFrame(members, columns=["agreement", "iso3", "begin", "end", "source", "flag"])
    table.loc[table["begin"] == "", "end"] = ""
    tables["memberships"] = table
    tables["agreements"] = pd.DataFrame(
        [(f"G{i}", f"Group {i}", AGREEMENT_KINDS[i % 3], "2009", "2010", "desta") for i in range(3)],
        columns=names(TABLES["agreements"]),
    )
    return tables


def counts(begin, end, year):
    """Whether a membership counts in a year, day by day: in force on 2 July and (so) for half of the year."""
    if not begin:
        return False
    first = begin if len(begin) == 10 else f"{begin}-01-01"
    last = (end if len(end) == 10 else f"{end}-12-31") if end else "9999-12-31"
    return first <= f"{year}-07-02" and last >= f"{year}-07-01"


@pytest.mark.parametrize("seed", range(6))
def test_in_force_agrees_with_a_slow_loop(seed):
    tables = random_tables(seed)
    panel = panel_from_tables(tables)
    pacts, members = tables["pacts"], tables["memberships"]
    kind_of = dict(zip(tables["agreements"]["agreement"], tables["agreements"]["kind"], strict=True))
    for i, year in enumerate(panel.years):
        wanted = {kind: np.zeros((4, 4), dtype=bool) for kind in (*PACT_KINDS, *AGREEMENT_KINDS)}
        for r in pacts.itertuples():
            if r.begin <= year and (np.isnan(r.end) or year <= r.end):
                wanted[r.kind][STATES.index(r.source), STATES.index(r.target)] = True
        live = [m for m in members.itertuples() if counts(m.begin, m.end, year)]
        for a in live:
            for b in live:
                if a.agreement == b.agreement and a.iso3 != b.iso3:
                    wanted[kind_of[a.agreement]][STATES.index(a.iso3), STATES.index(b.iso3)] = True
        for kind, held in wanted.items():
            np.testing.assert_array_equal(panel.in_force[kind][i], held, err_msg=f"{kind} {year}")


def test_an_agreement_binds_both_ways_and_a_pledge_one():
    force = pencil_panel().in_force
    assert (force["free_trade"] == force["free_trade"].transpose(0, 2, 1)).all()
    assert force["defence"][0, STATES.index("AAA"), STATES.index("CCC")]
    assert not force["defence"][0, STATES.index("CCC"), STATES.index("AAA")]


# ---- on disk


@pytest.fixture
def folder(tmp_path):
    tables = pencil_tables()
    copy_curated(datasets_dir(), tmp_path)
    for name, table in tables.items():
        if name == "states":
            table.to_csv(table_path(tmp_path, name), index=False)
        else:
            table[names(TABLES[name])].to_parquet(table_path(tmp_path, name))
    return tmp_path


def test_a_folder_of_tables_is_a_panel(folder):
    panel = load_panel(folder)
    assert panel.trade.identical(pencil_panel().trade)


@pytest.mark.parametrize("name", PANEL_TABLES)
def test_an_absent_table_is_named(folder, name):
    table_path(folder, name).unlink()
    with pytest.raises(PanelError, match=rf"{name}\.parquet cannot be read: it is missing; .*influence data build"):
        load_panel(folder)


def test_an_absent_curated_table_is_named(folder):
    (folder / "curated" / "pact_corrections.csv").unlink()
    with pytest.raises(PanelError, match=r"pact_corrections\.csv cannot be read: it is missing"):
        load_panel(folder)


@pytest.mark.parametrize("keep", [0, 3, 100, -9])
def test_a_truncated_table_is_named(folder, keep):
    path = table_path(folder, "trade")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(PanelError, match=r"trade\.parquet cannot be read"):
        load_panel(folder)


def test_wrong_columns_are_reported_with_what_is_wanted(folder):
    path = table_path(folder, "trade")
    pd.read_parquet(path).rename(columns={"export_usd": "value"}).to_parquet(path)
    with pytest.raises(PanelError, match=r"has columns exporter, importer, year, value.*the schema wants exporter"):
        load_panel(folder)


def test_a_column_of_another_type_is_refused(folder):
    path = table_path(folder, "trade")
    frame = pd.read_parquet(path)
    frame.assign(export_usd=frame["export_usd"].astype(str) + "?").to_parquet(path)
    with pytest.raises(PanelError, match="column export_usd"):
        load_panel(folder)


def test_states_that_are_no_utf8_are_refused(folder):
    table_path(folder, "states").write_bytes(b"iso3,name\nCIV,C\xf4te\n")
    with pytest.raises(PanelError, match=r"states\.csv cannot be read"):
        load_panel(folder)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(PanelError, match="cannot be read"):
        read_panel_table(tmp_path / "nowhere", "trade")
