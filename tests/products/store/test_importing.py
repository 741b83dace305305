"""From native files to a store: every flow, the same bytes, the same totals by every route."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile

import pandas as pd
import pyarrow.parquet as pq
import pytest

from influence.errors import StoreError
from influence.products.measures import pair_totals
from influence.products.store import staging, years
from influence.products.store.catalogue import find_damage, read_store_info
from influence.products.store.engine import open_engine
from influence.products.store.importing import import_files
from tests.cli.calls import bytes_of
from tests.products.store.made import (
    BACI_HEADER,
    SMALL,
    flows_of,
    panel_pairs,
    small_store,
    split_over_products,
    write_baci,
    write_codes,
)

FLOWS = [
    (2019, "CHN", "KOR", "280530", 40_000, 9.0),
    (2019, "KOR", "CHN", "854231", 300_000, None),
    (2019, "KOR", "USA", "854231", 100_000, 1.5),
    (2020, "CHN", "KOR", "280530", 60_000, 12.0),
    (2020, "CHN", "USA", "280530", 90_000, None),
    (2020, "JPN", "KOR", "280530", 20_000, 3.0),
    (2020, "KOR", "USA", "010121", 500, 0.25),
    (2020, "KOR", "USA", "854231", 110_000, 1.6),
]


def of_year(year: int) -> list[str]:
    return [row for row in SMALL if row.startswith(str(year))]


def totals_of(store, years=None) -> dict[tuple, int]:
    with open_engine() as engine:
        table = pair_totals(engine.flows(store, years)).execute()
    assert list(table.columns) == ["year", "exporter", "importer", "export_usd"]
    assert str(table["export_usd"].dtype) == "int64"
    return {(r.year, r.exporter, r.importer): r.export_usd for r in table.itertuples()}


def test_a_store_holds_every_flow_sorted_with_what_is_known_of_it(tmp_path):
    store = small_store(tmp_path)
    assert flows_of(store) == FLOWS
    assert json.loads((store / "store.json").read_text()) == {"format": 1, "revision": "HS92", "layout": "baci"}
    info = read_store_info(store)
    assert (info.years, info.gaps, info.rows, info.value_usd) == ([2019, 2020], [], 8, 720_500)
    origin = info.origins[2020]
    assert (origin["rows"], origin["value_usd"], origin["unknown_quantities"]) == (5, 280_500, 1)
    assert [(f["name"], f["rows"], f["years"]) for f in origin["files"]] == [
        ("BACI_HS92_Y2020_V202401b.csv", 5, [2020])
    ]
    assert find_damage(info) == []
    assert sorted(p.name for p in store.iterdir()) == [".lock", "store.json", "year=2019", "year=2020"]


def test_the_columns_are_as_the_contract_says(tmp_path):
    schema = pq.read_schema(small_store(tmp_path) / "year=2020" / "flows.parquet")
    assert [(f.name, str(f.type)) for f in schema] == [
        ("exporter", "string"), ("importer", "string"), ("product", "string"), ("value_usd", "int64"),
        ("quantity_tonnes", "double"),
    ]  # fmt: skip


def test_totals_are_the_sums_over_products(tmp_path):
    store = small_store(tmp_path)
    assert totals_of(store, [2020]) == {
        (2020, "CHN", "KOR"): 60_000, (2020, "CHN", "USA"): 90_000, (2020, "JPN", "KOR"): 20_000,
        (2020, "KOR", "USA"): 110_500,
    }  # fmt: skip


@pytest.mark.slow
def test_totals_of_a_product_file_are_the_bundled_pairs(tmp_path):
    pairs = panel_pairs(2016)
    assert len(pairs) > 20_000
    path = write_baci(tmp_path, 2016, split_over_products(pairs, 2016, seed=7), revision="HS02")
    codes = write_codes(tmp_path)
    done = import_files([path, codes], tmp_path / "store")
    assert done.store.revision == "HS02"
    bundled = {(2016, r.exporter, r.importer): r.export_usd for r in pairs.itertuples()}
    assert totals_of(tmp_path / "store") == bundled


COUNTRIES = """country_code,country_name,country_iso2,country_iso3
4,Afghanistan,AF,AFG
251,France,FR,FRA
410,Republic of Korea,KR,KOR
490,"Other Asia, nes",N/A,S19
516,Namibia,NA,NAM
579,Norway,NO,NOR
699,India,IN,IND
757,Switzerland,CH,CHE
842,USA,US,USA
891,Serbia and Montenegro (...2005),,SCG
990,A new number,KP,PRK
"""
NATIVE = """t,i,j,k,v,q
2016,842,410,10121,1.500,   0.340
2016,842,410,20130,2.250,NA
2016,410,842,870323,      100.000,           NA
2016,490,842,854231,10.001,
2016,842,490,854231,5,1
2016,757,699,710812,3,1
2016,579,251,30214,4,1
2016,516,410,710231,6,1
2016,891,251,10121,7,1
2016,251,990,10121,8,1
"""


def test_products_are_summed_in_dollars_under_the_states_of_the_publishers_numbers(tmp_path):
    """BACI's numbers differ from M49: 490 is Taiwan, 842 the United States, 251 France; 990 is only in the list."""
    (tmp_path / "BACI_HS22_Y2016_V202501.csv").write_text(NATIVE, encoding="utf-8")
    (tmp_path / "country_codes_V202501.csv").write_text(COUNTRIES, encoding="utf-8")
    done = import_files([tmp_path], tmp_path / "store")
    assert totals_of(tmp_path / "store") == {
        (2016, "FRA", "PRK"): 8000,
        (2016, "KOR", "USA"): 100_000,
        (2016, "CHE", "IND"): 3000,
        (2016, "NAM", "KOR"): 6000,
        (2016, "NOR", "FRA"): 4000,
        (2016, "TWN", "USA"): 10_001,
        (2016, "USA", "KOR"): 3750,
        (2016, "USA", "TWN"): 5000,
    }
    (excluded,) = done.store.excluded()
    assert (excluded["code"], excluded["rows"], excluded["value_usd"]) == ("891", 1, 7000)


def csv_of(year: int, *, header: str = BACI_HEADER, newline: str = "\n") -> bytes:
    return newline.join([header, *of_year(year), ""]).encode()


def turned(year: int) -> bytes:
    """The same rows with the columns in another order, quoted, and one nobody asked for."""
    rows = [row.split(",") for row in of_year(year)]
    lines = ['"v","q","k","note","j","i","t"'] + [f'"{v}","{q}",{k},"a, b",{j},{i},{t}' for t, i, j, k, v, q in rows]
    return "\n".join(lines).encode()


def padded(year: int) -> bytes:
    """The same rows with every leading zero: 004, 010121."""
    rows = [row.split(",") for row in of_year(year)]
    lines = [f"{t},{i:0>3},{j:0>3},{k:0>6},{v},{q}" for t, i, j, k, v, q in rows]
    return "\n".join([BACI_HEADER, *lines]).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + csv_of(2020),
        csv_of(2020, newline="\r\n"),
        csv_of(2020).replace(b"\n2020,156,842", b"\n\n2020,156,842"),
        csv_of(2020, header='"t","i","j","k","v","q"'),
        csv_of(2020).replace(b",", b";"),
        csv_of(2020).replace(b",", b"\t"),
        csv_of(2020)[:-1],
        turned(2020),
        padded(2020),
        gzip.compress(csv_of(2020)),
    ],
    ids=["BOM", "CRLF", "empty line", "quoted header", "semicolons", "tabs", "no last newline", "columns", "padded",
         "gzip"],
)  # fmt: skip
def test_the_same_rows_in_another_dress_are_the_same_flows(tmp_path, content):
    path = tmp_path / "BACI_HS92_Y2020_V202401b.csv"
    path.write_bytes(content)
    import_files([path], tmp_path / "store")
    assert flows_of(tmp_path / "store") == [flow for flow in FLOWS if flow[0] == 2020]


def archive_of(folder, *, extra: dict[str, str] | None = None):
    path = folder / "BACI_HS92_V202401b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for year in (2019, 2020):
            archive.writestr(f"BACI_HS92_Y{year}_V202401b.csv", csv_of(year))
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    return path


def test_a_release_in_one_archive_brings_every_year_and_its_lists(tmp_path):
    codes = write_codes(tmp_path).read_text()
    products = "code,description\n10121,horses\n280530,rare earths\n854231,processors\n"
    path = archive_of(
        tmp_path,
        extra={"country_codes_V202401b.csv": codes, "product_codes_HS92_V202401b.csv": products, "Readme.txt": "terms"},
    )
    done = import_files([path], tmp_path / "store")
    assert flows_of(tmp_path / "store") == FLOWS
    assert (list(done.written), list(done.skipped)) == ([2019, 2020], [f"{path} (Readme.txt)"])
    again = import_files([path], tmp_path / "store")
    assert (list(again.written), list(again.kept)) == ([], [2019, 2020])


def test_unpacked_packed_or_in_a_folder_a_release_is_the_same(tmp_path):
    """Content decides: what came from an archive is known again when it is unpacked, and the other way round."""
    folder = tmp_path / "release"
    folder.mkdir()
    for year in (2019, 2020):
        (folder / f"BACI_HS92_Y{year}_V202401b.csv").write_bytes(csv_of(year))
    archive = archive_of(tmp_path)
    import_files([archive], tmp_path / "store")
    before = bytes_of(tmp_path / "store")
    again = import_files([folder], tmp_path / "store")
    assert list(again.kept) == [2019, 2020]
    assert bytes_of(tmp_path / "store") == before | {".lock": bytes_of(tmp_path / "store")[".lock"]}
    import_files([folder], tmp_path / "other")
    assert list(import_files([archive], tmp_path / "other").kept) == [2019, 2020]


def test_a_folder_that_holds_a_file_packed_and_unpacked_gives_its_rows_once(tmp_path):
    folder = tmp_path / "release"
    folder.mkdir()
    path = folder / "BACI_HS92_Y2020_V202401b.csv"
    path.write_bytes(csv_of(2020))
    (folder / f"{path.name}.gz").write_bytes(gzip.compress(csv_of(2020)))
    done = import_files([folder, path], tmp_path / "store")
    assert flows_of(tmp_path / "store") == [flow for flow in FLOWS if flow[0] == 2020]
    assert [text.split(" (the same as ")[0] for text in done.skipped] == [f"{path}.gz"]
    assert list(import_files([folder], tmp_path / "store").kept) == [2020]


def test_one_file_of_several_years_is_split(tmp_path):
    path = tmp_path / "all.csv"
    path.write_text("\n".join([BACI_HEADER, *reversed(SMALL)]), encoding="utf-8")
    done = import_files([path], tmp_path / "store", revision="HS92")
    assert (flows_of(tmp_path / "store"), list(done.written)) == (FLOWS, [2019, 2020])
    assert list(import_files([path], tmp_path / "store", revision="HS92").kept) == [2019, 2020]
    shutil.rmtree(tmp_path / "store" / "year=2019")
    again = import_files([path], tmp_path / "store", revision="HS92")
    assert (list(again.written), list(again.kept), flows_of(tmp_path / "store")) == ([2019], [2020], FLOWS)


def test_all_files_of_a_year_make_it_up_whatever_years_they_share(tmp_path):
    """Two files that do not say their year, each with rows of both years."""
    for place, name in enumerate(("one", "two")):
        text = "\n".join([BACI_HEADER, *SMALL[place::2]])
        (tmp_path / f"BACI_{name}.csv").write_text(text, encoding="utf-8")
    import_files([tmp_path / "BACI_two.csv", tmp_path / "BACI_one.csv"], tmp_path / "store", revision="HS92")
    assert flows_of(tmp_path / "store") == FLOWS
    cards = read_store_info(tmp_path / "store").origins[2020]["files"]
    assert [(card["name"], card["rows"], card["years"]) for card in cards] == [
        ("BACI_one.csv", 2, [2019, 2020]), ("BACI_two.csv", 3, [2019, 2020]),
    ]  # fmt: skip


@pytest.mark.slow
def test_thousands_of_files_are_one_year(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    for part in range(1200):
        row = f"2020,410,842,{100_000 + part},{part}.001,NA"
        (folder / f"BACI_part{part:04d}.csv").write_text(f"{BACI_HEADER}\n{row}\n", encoding="utf-8")
    done = import_files([folder], tmp_path / "store", revision="HS92")
    assert (done.store.rows, done.store.value_usd) == (1200, sum(range(1200)) * 1000 + 1200)
    assert [f["name"] for f in done.store.origins[2020]["files"]] == [f"BACI_part{n:04d}.csv" for n in range(1200)]


def test_row_groups_and_batches_change_no_flow(tmp_path, monkeypatch):
    rows = split_over_products(panel_pairs(2016).head(500), 2016, seed=1)
    path = write_baci(tmp_path, 2016, rows)
    import_files([path], tmp_path / "whole")
    monkeypatch.setattr(years, "ROWS_OF_A_GROUP", 7)
    monkeypatch.setattr(staging, "FILES_AT_ONCE", 1)
    import_files([path], tmp_path / "small")
    assert flows_of(tmp_path / "small") == flows_of(tmp_path / "whole")
    assert pq.ParquetFile(tmp_path / "small" / "year=2016" / "flows.parquet").metadata.row_group(0).num_rows == 7


def test_the_order_of_rows_and_the_place_of_files_change_no_byte(tmp_path):
    rows = split_over_products(panel_pairs(2016).head(2000), 2016, seed=2)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_baci(tmp_path / name, 2016, rows)
        import_files([tmp_path / name], tmp_path / f"store-{name}")
    (tmp_path / "c").mkdir()
    write_baci(tmp_path / "c", 2016, rows[::-1])
    import_files([tmp_path / "c"], tmp_path / "store-c")
    a, b, c = (bytes_of(tmp_path / f"store-{name}") for name in "abc")
    assert {name: digest for name, digest in a.items() if name != ".lock"} == {
        name: digest for name, digest in b.items() if name != ".lock"
    }
    assert a["year=2016/flows.parquet"] == c["year=2016/flows.parquet"]


def test_a_value_of_zero_is_kept_and_largest_and_smallest_quantities_too(tmp_path):
    write_baci(tmp_path, 2020, ["2020,410,842,854231,0,0", "2020,410,156,854231,10000000000,0.001"])
    import_files([tmp_path], tmp_path / "store")
    assert flows_of(tmp_path / "store") == [
        (2020, "KOR", "CHN", "854231", 10**13, 0.001),
        (2020, "KOR", "USA", "854231", 0, 0.0),
    ]


def test_what_is_no_state_is_left_out_counted_once_and_listed(tmp_path):
    rows = [
        *of_year(2020),
        "2020,891,410,854231,7,1",
        "2020,410,891,854231,5,1",
        "2020,899,891,854231,3,1",
        "2020,899,410,10121,2.5,1",
    ]
    done = import_files([write_baci(tmp_path, 2020, rows)], tmp_path / "store")
    assert flows_of(tmp_path / "store") == [flow for flow in FLOWS if flow[0] == 2020]
    assert done.store.excluded() == [
        {"code": "891", "reason": "Serbia and Montenegro: split in 2006", "rows": 2, "value_usd": 12_000},
        {"code": "899", "reason": "areas not specified, or not allocated to an economy", "rows": 2, "value_usd": 5_500},
    ]
    origin = done.store.origins[2020]
    assert origin["rows"] + sum(e["rows"] for e in origin["excluded"]) == origin["files"][0]["rows"] == 9


def test_the_release_identifies_a_number_that_only_it_has(tmp_path):
    path = write_baci(tmp_path, 2020, ["2020,990,410,854231,1,1"])
    codes = write_codes(tmp_path)
    codes.write_text(codes.read_text() + "990,Kosovo,,XKX\n", encoding="utf-8")
    import_files([path], tmp_path / "store", codes=codes)
    assert flows_of(tmp_path / "store") == [(2020, "XKX", "KOR", "854231", 1000, 1.0)]


def test_products_the_release_does_not_list_are_left_out_where_that_is_asked_for(tmp_path):
    path = write_baci(tmp_path, 2020, of_year(2020))
    listed = tmp_path / "product_codes_HS92_V202401b.csv"
    listed.write_text('code,description\n010121,"horses, alive"\n854231,chips\n', encoding="utf-8")
    done = import_files([path, listed], tmp_path / "store", exclude_unlisted=True)
    assert {flow[3] for flow in flows_of(tmp_path / "store")} == {"010121", "854231"}
    assert done.store.excluded() == [
        {"code": "280530", "reason": f"product that {listed} does not list", "rows": 3, "value_usd": 170_000}
    ]
    assert (done.store.rows, done.store.value_usd) == (2, 110_500)


def test_names_with_brackets_and_stars_are_taken_literally(tmp_path):
    folder = tmp_path / "a[1]*?"
    folder.mkdir()
    write_baci(folder, 2020, of_year(2020))
    write_baci(tmp_path, 2020, ["2020,410,842,1,1,1"])
    import_files([folder], folder / "store")
    assert flows_of(folder / "store") == [flow for flow in FLOWS if flow[0] == 2020]


def test_a_changed_file_is_refused_and_replaced_only_on_request(tmp_path):
    path = write_baci(tmp_path, 2020, of_year(2020))
    import_files([path], tmp_path / "store")
    before = bytes_of(tmp_path / "store" / "year=2020")
    write_baci(tmp_path, 2020, of_year(2020)[:2])
    with pytest.raises(StoreError, match=r"has 2020 already, from other content.*Add --replace"):
        import_files([path], tmp_path / "store")
    assert bytes_of(tmp_path / "store" / "year=2020") == before
    done = import_files([path], tmp_path / "store", replace=True)
    assert (list(done.written), len(flows_of(tmp_path / "store"))) == ([2020], 2)


def test_a_damaged_year_is_found_and_repaired(tmp_path):
    store = small_store(tmp_path)
    (store / "year=2020" / "flows.parquet").write_bytes(b"PAR1")
    (fault,) = find_damage(read_store_info(store))
    assert "import 2020 again with --replace" in fault
    import_files([tmp_path / "raw"], store, replace=True)
    assert flows_of(store) == FLOWS
    (store / "year=2020" / "origin.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match=r"origin\.json lacks files.*remove the folder .*year=2020 and import"):
        read_store_info(store)
    shutil.rmtree(store / "year=2020")
    import_files([tmp_path / "raw"], store)
    assert flows_of(store) == FLOWS


def test_sums_agree_with_a_slow_reader_of_another_kind(tmp_path):
    """pandas, row by row, from the text of the file."""
    rows = split_over_products(panel_pairs(2018).sample(3000, random_state=1), 2018, seed=3)
    path = write_baci(tmp_path, 2018, rows)
    import_files([path], tmp_path / "store")
    text = pd.read_csv(path, dtype=str, keep_default_na=False)
    wanted = {(r.k.zfill(6), round(float(r.v) * 1000), r.q.strip()) for r in text.itertuples()}
    found = {(k, v, "NA" if q is None else f"{q:.3f}") for _, _, _, k, v, q in flows_of(tmp_path / "store")}
    assert found == wanted
