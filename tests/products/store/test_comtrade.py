"""UN Comtrade: one report of each flow, totals only, six digits only; the rest counted."""

from __future__ import annotations

import gzip

import pytest

from influence.errors import StoreError
from influence.products.store.catalogue import read_store_info
from influence.products.store.importing import import_files
from tests.products.store.made import flows_of, small_store

NEW = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,flowCode,partnerCode,partner2Code,"
    "classificationCode,cmdCode,aggrLevel,customsCode,mosCode,motCode,qty,netWgt,cifvalue,fobvalue,primaryValue,"
    "isReported,isAggregate"
)


def row(reporter, flow, partner, product, value, *, weight="", year=2020, classification="H5", partner2="0",
        customs="C00", mos="0", mot="0", freq="A", kind="C") -> str:  # fmt: skip
    return (
        f"{kind},{freq},{year}0101,{year},52,{year},{reporter},{flow},{partner},{partner2},{classification},{product},6,"
        f"{customs},{mos},{mot},,{weight},,,{value},True,False"
    )


ROWS = (
    row(842, "M", 410, "854231", "1000.4", weight="2500"),
    row(842, "M", 410, "010121", 300, weight="0"),
    row(842, "M", 156, "854231", 700, weight=""),
    row(842, "M", 0, "854231", 1700, weight="9"),
    row(842, "M", 410, "8542", 1000),
    row(842, "M", 410, "85", 1000),
    row(842, "M", 410, "TOTAL", 1300),
    row(842, "M", 410, "9999AA", 44),
    row(842, "M", 410, "854231", 600, mot="1000"),
    row(842, "M", 410, "854231", 400, mot="2100"),
    row(842, "M", 410, "854231", 400, customs="C04"),
    row(842, "M", 410, "854231", 400, partner2="156"),
    row(842, "X", 410, "854231", 5000),
    row(842, "RX", 410, "854231", 50),
    row(842, "M", 842, "854231", 66),
    row(842, "M", 899, "854231", 77),
    row(410, "X", 842, "854231", 950, weight="2400"),
    row(410, "M", 842, "270900", "88", weight="1000"),
    row(842, "M", 410, "000200", 10, kind="S"),
)


def write(folder, rows, *, header: str = NEW, name: str = "COMTRADE-FINAL-CA842202001H5.csv"):
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_imports_are_what_the_importer_reports(tmp_path):
    done = import_files([write(tmp_path, ROWS)], tmp_path / "store", layout="comtrade")
    assert flows_of(tmp_path / "store") == [
        (2020, "CHN", "USA", "854231", 700, None),
        (2020, "KOR", "USA", "010121", 300, None),
        (2020, "KOR", "USA", "854231", 1000, 2.5),
        (2020, "USA", "KOR", "270900", 88, 1.0),
    ]
    info = done.store
    assert (info.layout, info.flow, info.revision) == ("comtrade", "imports", "HS17")
    assert info.origins[2020]["reporters"] == ["KOR", "USA"]
    assert info.origins[2020]["unknown_quantities"] == 2
    assert {e["code"]: (e["rows"], e["value_usd"]) for e in info.excluded()} == {
        "other flows": (3, 6000), "aggregates": (3, 3300), "breakdowns": (4, 1800), "0": (1, 1700), "899": (1, 77),
        "own trade": (1, 66), "unspecified goods": (1, 44), "services": (1, 10),
    }  # fmt: skip
    assert info.rows + sum(e["rows"] for e in info.excluded()) == len(ROWS) == info.origins[2020]["files"][0]["rows"]


def test_exports_are_what_the_exporter_reports(tmp_path):
    rows = (*ROWS, row(410, "X", 0, "854231", 950))
    import_files([write(tmp_path, rows)], tmp_path / "store", layout="comtrade", flow="exports")
    assert flows_of(tmp_path / "store") == [
        (2020, "KOR", "USA", "854231", 950, 2.4),
        (2020, "USA", "KOR", "854231", 5000, None),
    ]
    assert read_store_info(tmp_path / "store").origins[2020]["reporters"] == ["KOR", "USA"]


OLD = (
    "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade Flow,Reporter Code,"
    "Reporter,Reporter ISO,Partner Code,Partner,Partner ISO,Commodity Code,Commodity,Qty Unit Code,Qty Unit,Qty,"
    "Netweight (kg),Trade Value (US$),Flag"
)
OLD_ROWS = (
    'H4,2016,2016,2016,6,1,1,Import,842,USA,USA,410,"Korea, Rep.",KOR,854231,"Chips, all",8,kg,1,2500,1000,0',
    "H4,2016,2016,2016,6,1,2,Export,842,USA,USA,410,Korea,KOR,854231,Chips,8,kg,1,2500,5000,0",
    "H4,2016,2016,2016,2,0,1,Import,842,USA,USA,410,Korea,KOR,85,Machines,8,kg,1,2500,1000,0",
    "H4,2016,2016,2016,6,1,1,Import,842,USA,USA,0,World,WLD,854231,Chips,8,kg,1,2500,1000,0",
)


def test_the_old_names_of_columns_are_known(tmp_path):
    import_files([write(tmp_path, OLD_ROWS, header=OLD)], tmp_path / "store", layout="comtrade")
    assert flows_of(tmp_path / "store") == [(2016, "KOR", "USA", "854231", 1000, 2.5)]
    info = read_store_info(tmp_path / "store")
    assert info.revision == "HS12"
    assert {e["code"]: e["rows"] for e in info.excluded()} == {"other flows": 1, "aggregates": 1, "0": 1}


def test_reporters_in_separate_files_make_up_a_year(tmp_path):
    """Tab-separated and packed, as the bulk files come; known again though no name says the year."""
    folder = tmp_path / "bulk"
    folder.mkdir()
    for reporter in ("842", "410"):
        rows = [line for line in ROWS if line.split(",")[6] == reporter]
        text = "\n".join([NEW, *rows]).replace(",", "\t")
        (folder / f"COMTRADE-FINAL-CA{reporter}202001H5.txt.gz").write_bytes(gzip.compress(text.encode()))
    import_files([folder], tmp_path / "store", layout="comtrade")
    import_files([write(tmp_path, ROWS)], tmp_path / "whole", layout="comtrade")
    assert flows_of(tmp_path / "store") == flows_of(tmp_path / "whole")
    assert list(import_files([folder], tmp_path / "store", layout="comtrade").kept) == [2020]
    with pytest.raises(StoreError, match=r"has 2020 already, from other content \(2 files"):
        import_files(sorted(folder.iterdir())[:1], tmp_path / "store", layout="comtrade")
    late = write(folder, [row(156, "M", 410, "854231", 5)], name="late.csv")
    with pytest.raises(StoreError, match=r"has 2020 already, from other content \(2 files.*given \(3:"):
        import_files([folder], tmp_path / "store", layout="comtrade")
    late.unlink()
    assert list(import_files([folder], tmp_path / "store", layout="comtrade").kept) == [2020]


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([row(842, "M", 410, "854231", -5)], "column primaryValue must be a number from 0 to 10,000,000,000,000"),
        ([row(842, "M", 410, "854231", "")], "column primaryValue must be"),
        ([row(842, "M", 410, "854231", 5, weight="-1")], "column netWgt must be"),
        ([row(842, "M", "ABC", "854231", 5)], "column partnerCode must be a country number"),
        ([row(842, "M", 410, "854231", 5, freq="M")], "months are not added up"),
        ([row(842, "M", 410, "854231", 5, year="202011")], "column refYear must be a year"),
        ([row(842, "M", 410, "854231", 5), row(842, "M", 156, "854231", 5, classification="H6")], "of HS17, HS22"),
        ([row(842, "M", 410, "764231", 5, classification="S3")], "of another classification (SITC, BEC)"),
        ([row(842, "M", 410, "854231", 5)] * 2, "1 flows of 2020 are duplicated"),
        ([row(842, "M", 410, "854231", 5, classification="")], "add --revision"),
        ([row(842, "X", 410, "854231", 5)], "no flow of 2020 is left"),
        ([row(842, "M", 993, "854231", 5)], "neither a state of the panel nor a known exclusion: 993"),
    ],
)
def test_bad_rows_are_refused(tmp_path, rows, expected):
    with pytest.raises(StoreError) as caught:
        import_files([write(tmp_path, rows)], tmp_path / "store", layout="comtrade")
    assert expected in str(caught.value)
    assert not list((tmp_path / "store").glob("year=*"))


def test_missing_columns_are_listed(tmp_path):
    with pytest.raises(StoreError, match="lacks column flowCode, primaryValue of UN Comtrade; it has: refYear"):
        import_files(
            [write(tmp_path, ["2020,842,410,854231"], header="refYear,reporterCode,partnerCode,cmdCode")],
            tmp_path / "store",
            layout="comtrade",
        )


def test_reports_of_two_sides_and_two_publishers_do_not_mix(tmp_path):
    path = write(tmp_path, ROWS)
    import_files([path], tmp_path / "store", layout="comtrade")
    later = write(tmp_path, [line.replace("2020", "2021") for line in ROWS], name="later.csv")
    with pytest.raises(StoreError, match="holds flow imports, and these files are exports"):
        import_files([later], tmp_path / "store", layout="comtrade", flow="exports")
    converted = write(tmp_path, [line.replace("H5", "H6").replace("2020", "2022") for line in ROWS], name="other.csv")
    with pytest.raises(StoreError, match="holds revision HS17, and these files are HS22"):
        import_files([converted], tmp_path / "store", layout="comtrade")
    with pytest.raises(StoreError, match="holds layout baci, and these files are comtrade"):
        import_files([path], small_store(tmp_path / "baci"), layout="comtrade")


@pytest.mark.parametrize(
    "layout, flow, expected",
    [("comtrade", "both", "flow 'both' is not known; allowed: imports, exports"),
     ("baci", "imports", "a choice of flow is only for Comtrade"), ("dots", None, "no layout 'dots'; allowed")],
)  # fmt: skip
def test_layouts_and_flows_that_do_not_exist_are_refused(tmp_path, layout, flow, expected):
    with pytest.raises(StoreError, match=expected):
        import_files([write(tmp_path, ROWS)], tmp_path / "store", layout=layout, flow=flow)
