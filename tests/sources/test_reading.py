"""The guarded way in: what is refused, and that the refusal names file, rows and remedy."""

from __future__ import annotations

import gzip
import zipfile
from itertools import pairwise

import pandas as pd
import pytest

from influence.errors import SourceError
from influence.sources import reading
from influence.sources.cow_codes import ERAS, cow_to_iso3, without_superseded
from influence.sources.reading import check_unique, numbers, read_bytes, read_table, to_iso3, whole_years

TABLE = "iso,year,value\nKOR,2016,1.5\nNA,2017,\n"


def saved(tmp_path, content, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_whole(path):
    return read_table(path, ["iso", "year"], text=["iso"])


# ---- packing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("packing", ["plain", "bom", "gzip", "zip"])
def test_a_table_reads_the_same_however_it_is_packed(tmp_path, packing):
    if packing == "zip":
        path = tmp_path / "table.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("table.csv", TABLE)
            archive.writestr("readme.txt", "terms")
    else:
        content = TABLE.encode("utf-8-sig" if packing == "bom" else "utf-8")
        path = saved(tmp_path, gzip.compress(content) if packing == "gzip" else content)
    frame = read_whole(path)
    assert frame["iso"].tolist() == ["KOR", "NA"]
    assert frame["year"].tolist() == [2016, 2017]


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"is a folder; a file is wanted"):
        read_whole(tmp_path)


def test_an_absent_file_is_refused_by_name(tmp_path):
    with pytest.raises(SourceError, match=r"absent\.csv cannot be read: No such file"):
        read_whole(tmp_path / "absent.csv")


def test_a_truncated_gzip_is_refused(tmp_path):
    packed = gzip.compress(("iso,year\n" + "\n".join(f"KOR,{y}" for y in range(1900, 2000))).encode())
    with pytest.raises(SourceError, match="truncated or damaged"):
        read_whole(saved(tmp_path, packed[: len(packed) // 2], "cut.csv.gz"))


def test_a_damaged_gzip_is_refused(tmp_path):
    packed = bytearray(gzip.compress(TABLE.encode()))
    packed[-6] ^= 0xFF
    with pytest.raises(SourceError, match="truncated or damaged"):
        read_whole(saved(tmp_path, bytes(packed), "bad.csv.gz"))


def test_a_truncated_zip_is_refused(tmp_path):
    path = tmp_path / "cut.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("table.csv", TABLE)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(SourceError, match="truncated or damaged"):
        read_whole(path)


def test_a_zip_without_the_file_says_what_it_holds(tmp_path):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "nothing")
    with pytest.raises(SourceError, match=r"holds no file '\*\.csv'; it holds: notes\.txt"):
        read_whole(path)


def test_a_zip_with_two_candidates_is_not_guessed_at(tmp_path):
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", TABLE)
        archive.writestr("b.csv", TABLE)
    with pytest.raises(SourceError, match=r"holds several files .*a\.csv, b\.csv"):
        read_whole(path)


def test_a_file_that_unpacks_beyond_reason_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    with pytest.raises(SourceError, match="unpacks to more than 100 bytes"):
        read_bytes(saved(tmp_path, gzip.compress(b"0" * 1000)))


# ---- tables --------------------------------------------------------------------------------------


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(SourceError, match="is not a table"):
        read_whole(saved(tmp_path, ""))


def test_a_header_alone_is_refused(tmp_path):
    with pytest.raises(SourceError, match="has no rows"):
        read_whole(saved(tmp_path, "iso,year\n"))


def test_a_wrong_column_is_named_with_those_present(tmp_path):
    with pytest.raises(SourceError, match=r"lacks column year; it has: iso"):
        read_whole(saved(tmp_path, "iso,jahr\nKOR,2016\n"))


def test_text_that_is_not_utf8_is_refused(tmp_path):
    with pytest.raises(SourceError, match="UTF-8"):
        read_whole(saved(tmp_path, "iso,year\nCôte,2016\n".encode("latin-1")))


def test_the_line_that_is_not_utf8_is_named(tmp_path):
    with pytest.raises(SourceError, match="line 3: not UTF-8 text; save it as UTF-8"):
        read_whole(saved(tmp_path, b"iso,year\nKOR,2016\nC\xf4te,2016\n"))


def test_a_binary_file_is_refused(tmp_path):
    with pytest.raises(SourceError):
        read_whole(saved(tmp_path, bytes(range(256)) * 20))


@pytest.mark.parametrize("rows", ["KOR,2016,7\nJPN,2016,8\n", "KOR,2016\nJPN,2016,8\n"])
def test_rows_longer_than_the_header_do_not_shift_the_columns(tmp_path, rows):
    with pytest.raises(SourceError, match=r"more cells than its header|is not a table"):
        read_whole(saved(tmp_path, "iso,year\n" + rows))


# ---- numbers and years ---------------------------------------------------------------------------


def test_numbers_distinguish_blank_from_zero():
    values = numbers(pd.DataFrame({"v": ["0", " 1.5 ", "", "NA", "."]}), "v", "f")
    assert values.tolist()[:2] == [0.0, 1.5]
    assert values.isna().tolist() == [False, False, True, True, True]


@pytest.mark.parametrize("raw", [["-9", "3", ""], ["-9.0", "3.0", "NA"], [-9, 3, -9], [-9.0, 3.0, float("nan")]])
def test_a_numeric_token_for_missing_is_found_in_text_and_numbers(raw):
    values = numbers(pd.DataFrame({"v": raw}), "v", "f", empty=("", "NA", "-9"), lowest=0)
    assert values.isna().tolist() == [True, False, True]
    assert values[1] == 3.0


@pytest.mark.parametrize("bad", ["x", "inf", "-inf", "-1", "1,5", "nan"])
def test_what_is_no_number_is_shown_with_its_row(bad):
    with pytest.raises(SourceError, match=r"file\.csv: column v must be a finite number of at least 0; 1 rows are not"):
        numbers(pd.DataFrame({"v": ["1", bad]}), "v", "file.csv", lowest=0)


@pytest.mark.parametrize("raw", [["1", ""], [1.0, float("nan")], ["1", "NA"]])
def test_a_blank_is_an_error_where_a_number_is_required(raw):
    with pytest.raises(SourceError, match="column v must be a finite number; 1 rows are not"):
        numbers(pd.DataFrame({"v": raw}), "v", "f", empty=())


@pytest.mark.parametrize("bad", ["", "2016.5", "16", "20160", "x"])
def test_a_year_is_a_whole_year(bad):
    with pytest.raises(SourceError, match="column y must be"):
        whole_years(pd.DataFrame({"y": ["2016", bad]}), "y", "f")


def test_years_written_as_floats_are_years():
    assert whole_years(pd.DataFrame({"y": [1990.0, 2022.0]}), "y", "f").tolist() == [1990, 2022]


# ---- codes ---------------------------------------------------------------------------------------


def test_codes_become_iso3_and_known_non_states_are_counted():
    frame = pd.DataFrame({"code": ["842", "490", "0", "200", "0"], "v": [1, 2, 3, 4, 5]})
    out = to_iso3(frame, {"iso3": "code"}, "m49", "f")
    assert out["iso3"].tolist() == ["USA", "TWN"]
    reason = "Czechoslovakia: dissolved 1992 and neither Czechia nor Slovakia"
    assert out.attrs["excluded"] == [("0", "aggregate: world", 2), ("200", reason, 1)]
    assert frame.columns.tolist() == ["code", "v"]
    assert not frame.attrs


def test_an_unknown_code_is_an_error_that_shows_its_rows():
    frame = pd.DataFrame({"code": ["KOR", "XYZ"], "year": [2016, 2017], "v": [1.0, 987.0]})
    with pytest.raises(SourceError) as caught:
        to_iso3(frame, {"iso3": "code"}, "iso3", "raw.csv")
    text = str(caught.value)
    assert (
        "raw.csv: column code holds 1 codes that are neither a state of the panel nor a known exclusion: 'XYZ'" in text
    )
    assert "987.0" in text
    assert "aliases.csv" in text


def test_a_blank_code_is_an_error():
    with pytest.raises(SourceError, match="neither a state"):
        to_iso3(pd.DataFrame({"code": ["KOR", ""]}), {"iso3": "code"}, "iso3", "f")


@pytest.mark.parametrize(
    ("code", "text"), [(2.0, "2"), (4, "4"), ("004", "4"), ("0", "0"), ("000", "0"), ("", ""), ("NA", "NA")]
)
def test_codes_are_compared_as_text_without_zeros(code, text):
    assert reading.code_text(code) == text


def test_a_source_may_add_codes_and_exclusions():
    frame = pd.DataFrame({"code": ["KOR", "S19", "OED"]})
    out = to_iso3(frame, {"iso3": "code"}, "iso3", "f", also={"S19": "TWN"}, excluded={"OED": "aggregate"})
    assert out["iso3"].tolist() == ["KOR", "TWN"]
    assert out.attrs["excluded"] == [("OED", "aggregate", 1)]


def test_doubles_are_shown():
    frame = pd.DataFrame({"a": ["KOR", "KOR", "JPN"], "v": [1, 2, 3]})
    check_unique(frame[1:], ["a"], "f")
    with pytest.raises(SourceError, match=r"f: 2 rows repeat the same a"):
        check_unique(frame, ["a"], "f")


# ---- dated COW codes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "year", "iso3"),
    [
        (345, 1990, None),
        (345, 2005, None),
        (345, 2006, "SRB"),
        (365, 1991, None),
        (365, 1992, "RUS"),
        (315, 1992, None),
        (316, 1993, "CZE"),
        (678, 1990, None),
        (679, 1990, "YEM"),
        (680, 1989, None),
        (265, 1990, None),
        (260, 1989, "DEU"),
        (255, 1990, "DEU"),
        (732, 1990, "KOR"),
        (713, 1990, "TWN"),
        (817, 1974, None),
        (816, 1976, "VNM"),
    ],
)
def test_a_cow_code_is_the_state_of_its_years(code, year, iso3):
    out = cow_to_iso3(pd.DataFrame({"ccode": [code], "year": [year]}), {"iso3": "ccode"}, "f")
    assert out["iso3"].tolist() == ([] if iso3 is None else [iso3])
    assert len(out.attrs["excluded"]) == (iso3 is None)


def test_eras_of_one_code_do_not_overlap():
    spans = sorted((era.code, era.first, era.last) for era in ERAS)
    assert all(a[0] != b[0] or a[2] < b[1] for a, b in pairwise(spans))
    assert all(era.first <= era.last and era.reason for era in ERAS)


def test_old_germany_gives_way_only_where_the_united_one_has_the_row():
    frame = pd.DataFrame(
        {"ccode": ["260", "255", "260"], "iso3": "DEU", "year": [1990, 1990, 1989], "v": [1.0, 2.0, 3.0]}
    )
    frame.attrs["excluded"] = []
    out = without_superseded(frame, ["iso3", "year"], ["ccode"])
    assert out["v"].tolist() == [2.0, 3.0]
    assert [(code, rows) for code, _, rows in out.attrs["excluded"]] == [("260", 1)]
