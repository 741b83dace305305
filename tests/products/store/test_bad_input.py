"""Bad input: one error with the file, the rows and what to do; the store is unchanged."""

from __future__ import annotations

import gzip
import os
import zipfile

import pytest

from influence.errors import InfluenceError, SourceError, StoreError
from influence.products.store import years
from influence.products.store.catalogue import read_store_info
from influence.products.store.importing import import_files
from tests.products.store.made import BACI_HEADER, flows_of, write_baci

GOOD = [f"2020,410,842,{code},1.000,1.000" for code in range(850_610, 850_630)]
NAME = "BACI_HS92_Y2020_V202401b.csv"


def refused(paths, store, **options) -> str:
    """The error of an import; nothing of it is left in the store but the lock and the card."""
    with pytest.raises(InfluenceError) as caught:
        import_files(paths, store, **options)
    if store.exists():
        assert {p.name for p in store.iterdir()} <= {".lock", "store.json"}
    return str(caught.value)


def rows_with(bad: str, at: int = 10) -> list[str]:
    return [*GOOD[:at], bad, *GOOD[at:]]


@pytest.mark.parametrize(
    "bad, expected",
    [
        ("2020,410,842,854231,-1,1", "column v must be a number from 0 to 10,000,000,000 (thousand US dollars)"),
        ("2020,410,842,854231,10000000000.001,1", "column v must be a number from 0 to 10,000,000,000"),
        ("2020,410,842,854231,,1", "column v must be a number"),
        ("2020,410,842,854231,NA,1", "column v must be a number"),
        ("2020,410,842,854231,nan,1", "column v must be a number"),
        ("2020,410,842,854231,inf,1", "column v must be a number"),
        ("2020,410,842,854231,1.5 USD,1", "column v must be a number"),
        ("2020,410,842,854231,1,-0.5", "column q must be a number of 0 or more, empty or NA"),
        ("2020,410,842,854231,1,inf", "column q must be a number"),
        ("2020,410,842,854231,1,many", "column q must be a number"),
        ("2020,410,842,8542,1,1", "column k must be a product code of six digits"),
        ("2020,410,842,8542310,1,1", "column k must be a product code"),
        ("2020,410,842,008542,1,1", "column k must be a product code"),
        ("2020,410,842,85423A,1,1", "column k must be a product code"),
        ("2020,410,842,8.5e5,1,1", "column k must be a product code"),
        ("2020,410,842,,1,1", "column k must be a product code"),
        ("2020,4.1e2,842,854231,1,1", "column i must be a country number"),
        ("2020,KOR,842,854231,1,1", "column i must be a country number"),
        ("2020,410,842.5,854231,1,1", "column j must be a country number"),
        ("2020,410,,854231,1,1", "column j must be a country number"),
        ("20,410,842,854231,1,1", "column t must be a year"),
        ("2020.5,410,842,854231,1,1", "column t must be a year"),
        (",410,842,854231,1,1", "column t must be a year"),
    ],
)
def test_a_faulty_cell_is_an_error_with_its_line(tmp_path, bad, expected):
    path = write_baci(tmp_path, 2020, rows_with(bad))
    message = refused([path], tmp_path / "store")
    assert message.startswith(f"{path}: {expected}")
    assert "1 rows are not:" in message
    assert "line 12 " in message


def test_lines_are_right_behind_empty_lines_and_quotes(tmp_path):
    rows = [*GOOD[:3], "", '2020,410,842,"850690",1,1', "", *GOOD[3:], "2020,410,842,854231,-7,1"]
    message = refused([write_baci(tmp_path, 2020, rows)], tmp_path / "store")
    assert f"line {len(rows) + 1} " in message


def test_many_bad_rows_are_counted_and_the_first_shown(tmp_path):
    rows = [*GOOD, *(f"2020,410,842,{code},-1,1" for code in range(900_000, 900_040))]
    message = refused([write_baci(tmp_path, 2020, rows)], tmp_path / "store")
    assert "40 rows are not:" in message
    assert [line.split()[1] for line in message.splitlines() if line.startswith("  line ")] == [
        "22", "23", "24", "25", "26",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "bad, expected",
    [
        ("2020,410,842,854231,1", "Expected Number of Columns: 6 Found: 5"),
        ("2020,410,842,854231,1,1,1", "Expected Number of Columns: 6 Found: 7"),
        ('2020,410,842,"854231,1,1', "quote"),
        ("2020,410,842,85\xff231,1,1", "unicode"),
    ],
)
def test_a_row_that_cannot_be_parsed_is_an_error_with_its_line(tmp_path, bad, expected):
    path = tmp_path / NAME
    path.write_bytes("\n".join([BACI_HEADER, *rows_with(bad, at=20)]).encode("latin-1"))
    message = refused([path], tmp_path / "store")
    assert message.startswith(f"{path} has rows that do not fit its header")
    assert "line 22: " in message
    assert expected in message


@pytest.mark.parametrize(
    "content, expected",
    [
        (b"", "is empty."),
        (b"\n\n", "is empty."),
        (b"t,i,j,k,v,q\n", "has no rows."),
        (b"t,i,j,k\n2020,4,8,854231\n", "lacks column v, q of CEPII BACI; it has: t, i, j, k."),
        (b"year;exporter\n2020;4\n", "lacks column t, i, j, k, v, q of CEPII BACI; it has: year, exporter."),
        (b"t,t,i,j,k,v,q\n2020,2020,4,8,854231,1,1\n", "has the column t twice"),
        ("t,i,j,k,v,q\n2020,4,8,854231,1,1\n".encode("utf-16"), "UTF-8"),
        (b"caf\xe9,i\n", "line 1: not UTF-8 text"),
        (b"PAR1\0\0\0\0", "is not a text table"),
        (b"x" * 100_000, "is not a text table"),
    ],
)
def test_a_file_that_is_no_table_of_flows_is_refused(tmp_path, content, expected):
    path = tmp_path / NAME
    path.write_bytes(content)
    message = refused([path], tmp_path / "store")
    assert message.startswith(str(path))
    assert expected in message


def test_an_unknown_country_is_an_error_with_its_rows_and_what_to_do(tmp_path):
    path = write_baci(tmp_path, 2020, [*GOOD, "2020,991,842,854231,1,1", "2020,410,992,854231,1,1"])
    message = refused([path], tmp_path / "store")
    assert "2 country numbers are neither a state of the panel nor a known exclusion: 991, 992" in message
    assert "--codes" in message
    assert "line 22 " in message
    assert "line 23 " in message


def test_a_list_of_countries_of_another_release_is_refused(tmp_path):
    path = write_baci(tmp_path, 2020, GOOD)
    codes = tmp_path / "country_codes_V202401b.csv"
    codes.write_text("country_code,country_name,country_iso2,country_iso3\n410,Korea,KR,KOR\n", encoding="utf-8")
    message = refused([path, codes], tmp_path / "store")
    assert f"{codes} lacks the codes 842; take the file of the same release" in message


def test_a_file_that_is_no_list_of_countries_is_refused(tmp_path):
    path = write_baci(tmp_path, 2020, GOOD)
    assert f"{path} lacks column country_code" in refused([path], tmp_path / "store", codes=path)


def test_products_the_release_does_not_list_are_an_error_with_their_rows(tmp_path):
    path = write_baci(tmp_path, 2020, GOOD)
    listed = tmp_path / "product_codes_HS92_V202401b.csv"
    listed.write_text("code,description\n" + "".join(f"{c},x\n" for c in range(850_610, 850_627)), encoding="utf-8")
    message = refused([path, listed], tmp_path / "store")
    assert f"3 products (3 rows) are not in {listed}: 850627, 850628, 850629" in message
    assert "--exclude-unlisted" in message
    assert "line 19 " in message


def test_another_year_than_the_name_says_is_refused(tmp_path):
    path = write_baci(tmp_path, 2020, [*GOOD, "2019,410,842,854231,1,1"])
    message = refused([path], tmp_path / "store")
    assert message.startswith(f"{path}: the year in its name is 2020, and it has rows of 2019:")
    assert "line 22 " in message


def test_trade_of_a_state_with_itself_is_refused(tmp_path):
    message = refused([write_baci(tmp_path, 2020, [*GOOD, "2020,842,841,854231,1,1"])], tmp_path / "store")
    assert "1 rows are a state's trade with itself" in message
    assert "line 22 " in message


@pytest.mark.parametrize("again", [GOOD[4], "2020,410,841,850614,9,9"], ids=["same", "another number of the state"])
def test_a_duplicate_flow_is_refused_with_both_rows(tmp_path, again):
    message = refused([write_baci(tmp_path, 2020, [*GOOD, again])], tmp_path / "store")
    assert "1 flows of 2020 are duplicated" in message
    assert "the first is KOR to USA, 850614" in message
    assert "line 6 " in message
    assert "line 22 " in message


def test_a_double_across_row_groups_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(years, "ROWS_OF_A_GROUP", 5)
    path = write_baci(tmp_path, 2020, [*GOOD, GOOD[4]])
    assert "1 flows of 2020 are duplicated" in refused([path], tmp_path / "store")


def test_a_flow_in_two_files_is_refused(tmp_path):
    write_baci(tmp_path, 2020, GOOD)
    (tmp_path / "BACI_HS92_Y2020_more.csv").write_text(f"{BACI_HEADER}\n{GOOD[0]}\n", encoding="utf-8")
    message = refused([tmp_path], tmp_path / "store")
    assert "1 flows of 2020 are duplicated" in message
    assert f"{tmp_path / NAME}:\n" in message
    assert f"{tmp_path / 'BACI_HS92_Y2020_more.csv'}:\n" in message


def test_a_lost_leading_zero_does_not_hide_a_double(tmp_path):
    rows = ["2020,410,842,010121,1,1", "2020,410,842,10121,2,1"]
    assert "KOR to USA, 010121" in refused([write_baci(tmp_path, 2020, rows)], tmp_path / "store")


# ---- revisions -------------------------------------------------------------------------------------


def test_revisions_do_not_mix_in_a_call(tmp_path):
    write_baci(tmp_path, 2019, ["2019,410,842,854231,1,1"])
    write_baci(tmp_path, 2020, GOOD, revision="HS17")
    assert "are of several revisions: HS17" in refused([tmp_path], tmp_path / "store")


def test_revisions_do_not_mix_in_a_store(tmp_path):
    import_files([write_baci(tmp_path, 2019, ["2019,410,842,854231,1,1"])], tmp_path / "store")
    with pytest.raises(StoreError, match="holds revision HS92, and these files are HS17"):
        import_files([write_baci(tmp_path, 2020, GOOD, revision="HS17")], tmp_path / "store")
    assert read_store_info(tmp_path / "store").years == [2019]


def test_a_revision_must_be_given_and_exist(tmp_path):
    path = tmp_path / "flows.csv"
    path.write_text("\n".join([BACI_HEADER, *GOOD]), encoding="utf-8")
    assert "add --revision, one of HS92, HS96" in refused([path], tmp_path / "store")
    assert "'HS93' is not known" in refused([path], tmp_path / "store", revision="HS93")
    named = write_baci(tmp_path, 2020, GOOD)
    assert "is of HS92 by its name, not of HS17" in refused([named], tmp_path / "store", revision="HS17")
    odd = tmp_path / "BACI_HS95_Y2020_V1.csv"
    odd.write_bytes(named.read_bytes())
    assert "HS95, which is no revision" in refused([odd], tmp_path / "store")


# ---- packed files ----------------------------------------------------------------------------------


def zipped(folder, entries: dict[str, bytes]):
    path = folder / "BACI_HS92_V202401b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


TEXT = "\n".join([BACI_HEADER, *GOOD]).encode()


@pytest.mark.parametrize("left", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("packing", ["zip", "gzip"])
def test_a_truncated_file_is_refused(tmp_path, packing, left):
    noise = b"".join(b"2020,410,842,%d,%d.%03d,NA\n" % (k, k * 7919 % 100_000, k % 1000) for k in range(10_000, 90_000))
    content = TEXT.split(b"\n")[0] + b"\n" + noise
    path = tmp_path / f"{NAME}.gz"
    if packing == "zip":
        path = zipped(tmp_path, {NAME: content})
    else:
        path.write_bytes(gzip.compress(content))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * left)])
    assert "is truncated or damaged" in refused([path], tmp_path / "store")


def test_a_changed_byte_in_an_archive_is_an_error(tmp_path):
    path = zipped(tmp_path, {NAME: TEXT})
    spoilt = bytearray(path.read_bytes())
    spoilt[120] ^= 0xFF
    path.write_bytes(spoilt)
    assert "is truncated or damaged" in refused([path], tmp_path / "store")


@pytest.mark.parametrize("packing", ["zip", "gzip"])
def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path, packing):
    bomb = b"2020,410,842,854231,1.000,1\n" * 3_000_000
    path = tmp_path / f"{NAME}.gz"
    if packing == "zip":
        path = zipped(tmp_path, {NAME: bomb})
    else:
        path.write_bytes(gzip.compress(bomb, 6))
    assert len(bomb) > 100 * path.stat().st_size
    written = []

    def record(step: str) -> None:
        written.append(step)

    message = refused([path], tmp_path / "store", progress=record)
    assert "more than a table of trade can have" in message
    assert written[-1].startswith("unpacking")


def test_a_path_out_of_the_archive_is_a_name_and_nothing_more(tmp_path):
    store = tmp_path / "deep" / "store"
    path = zipped(tmp_path, {f"../../{NAME}": TEXT, "/BACI_HS92_Y2019_V202401b.csv": TEXT.replace(b"2020,", b"2019,")})
    done = import_files([path], store)
    assert list(done.written) == [2019, 2020]
    outside = {p.name for p in (*tmp_path.iterdir(), *tmp_path.parent.iterdir())}
    assert NAME not in outside
    assert len(flows_of(store)) == 2 * len(GOOD)


def test_archives_without_flows_with_a_password_or_of_another_kind_are_refused(tmp_path):
    path = zipped(tmp_path, {"Readme.txt": b"x"})
    message = refused([path], tmp_path / "store")
    assert "no file of flows of CEPII BACI found" in message
    assert "Readme.txt" in message
    locked = bytearray(zipped(tmp_path, {NAME: TEXT}).read_bytes())
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    assert "needs a password" in refused([path], tmp_path / "store")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "BACI.zip").write_bytes(TEXT)
    assert "has the name of a zip archive and is not one" in refused([folder], tmp_path / "store")


# ---- paths -----------------------------------------------------------------------------------------


def test_paths_without_anything_to_read_are_refused(tmp_path):
    assert "there is no file or folder" in refused([tmp_path / "absent.csv"], tmp_path / "store")
    (tmp_path / "empty").mkdir()
    assert "no file of flows" in refused([tmp_path / "empty"], tmp_path / "store")
    (tmp_path / NAME).mkdir()
    assert "no file of flows" in refused([tmp_path / NAME], tmp_path / "store")
    os.mkfifo(tmp_path / "pipe")
    assert "neither a file nor a folder" in refused([tmp_path / "pipe"], tmp_path / "store")


def test_a_folder_with_other_things_is_no_store_and_is_left_alone(tmp_path):
    path = write_baci(tmp_path, 2020, GOOD)
    with pytest.raises(StoreError, match="is not a store and contains other things"):
        import_files([path], tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


def test_an_error_in_a_later_year_says_what_is_in_and_what_is_missing(tmp_path):
    write_baci(tmp_path, 2019, ["2019,410,842,854231,1,1"])
    write_baci(tmp_path, 2020, [*GOOD, "2020,410,842,854231,x,1"])
    write_baci(tmp_path, 2021, ["2021,410,842,854231,1,1"])
    store = tmp_path / "store"
    with pytest.raises(StoreError, match=r"is intact and has of these years: 2019; missing: 2020, 2021\."):
        import_files(sorted(tmp_path.glob("*.csv")), store)
    assert read_store_info(store).years == [2019]
    write_baci(tmp_path, 2020, GOOD)
    done = import_files(sorted(tmp_path.glob("*.csv")), store)
    assert (list(done.kept), list(done.written)) == ([2019], [2020, 2021])


def test_a_year_of_which_nothing_is_left_is_an_error(tmp_path):
    message = refused([write_baci(tmp_path, 2020, ["2020,891,842,854231,1,1"])], tmp_path / "store")
    assert "no flow of 2020 is left" in message
    assert "1 rows: 891, Serbia and Montenegro" in message


def test_lists_that_differ_are_refused(tmp_path):
    write_baci(tmp_path, 2020, GOOD)
    for name, rows in (("country_codes_V1.csv", "410,KOR"), ("country_codes_V2.csv", "410,PRK")):
        (tmp_path / name).write_text(f"country_code,country_iso3\n{rows}\n", encoding="utf-8")
    assert "differ; give the one of the release" in refused([tmp_path], tmp_path / "store")


def test_a_list_of_products_that_lists_none_is_refused(tmp_path):
    write_baci(tmp_path, 2020, GOOD)
    (tmp_path / "product_codes_HS92_V1.csv").write_text("code,description\nall,all\n", encoding="utf-8")
    assert "lists no product of six digits" in refused([tmp_path], tmp_path / "store")


def test_a_source_error_stays_one(tmp_path):
    write_baci(tmp_path, 2020, GOOD)
    (tmp_path / "country_codes_V1.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceError, match="lacks column country_code"):
        import_files([tmp_path], tmp_path / "store")
