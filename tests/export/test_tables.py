"""Tables on disk: what is read back is what was written, and twice the same bytes."""

from __future__ import annotations

import pandas as pd
import pytest

from influence.errors import OutputError
from influence.export.tables import write_table
from influence.quality import tie_marks
from influence.results import pull_results, tie_table
from influence.ties import build_ties
from tests.pencil import pencil_panel


@pytest.fixture(scope="module")
def results() -> pd.DataFrame:
    panel = pencil_panel()
    table = pull_results(build_ties(panel), ("AAA", "BBB"), tie_marks(panel))
    # A name that tries to be more than a cell.
    return table.assign(scenario=["<script>\"x\", 'y'\nCôte d'Ivoire" if i % 2 else "=1+1" for i in range(len(table))])


def test_csv_read_back_is_the_table(results, tmp_path):
    path = write_table(results, tmp_path / "results.csv")
    text = {"scenario", "iso3", "metric", "pole", "flag"}
    back = pd.read_csv(path, keep_default_na=False, na_values={c: [""] for c in set(results) - text})
    pd.testing.assert_frame_equal(back, results, check_exact=True, check_dtype=False)


def test_parquet_read_back_is_the_table(results, tmp_path):
    back = pd.read_parquet(write_table(results, tmp_path / "results.parquet"))
    pd.testing.assert_frame_equal(back, results, check_exact=True, check_dtype=False)
    assert back["value"].dtype == results["value"].dtype
    assert back["year"].dtype == results["year"].dtype


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_twice_the_same_bytes(results, tmp_path, kind):
    first, second = (write_table(results, tmp_path / name / f"t.{kind}") for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_csv_is_utf_8_with_plain_newlines_and_an_empty_cell_for_missing(results, tmp_path):
    raw = write_table(results[results["value"].isna()].head(1).assign(scenario="é"), tmp_path / "t.csv").read_bytes()
    head, line, end = raw.decode("utf-8").split("\n")
    assert head == "scenario,year,iso3,metric,pole,value,low,high,coverage,flag"
    assert line.startswith("é,2016,")
    assert ",,," in line
    assert end == ""
    assert b"\r" not in raw


def test_parquet_carries_no_trace_of_who_wrote_it(results, tmp_path):
    import pyarrow.parquet as pq

    assert pq.read_schema(write_table(results, tmp_path / "t.parquet")).metadata is None


def test_ties_survive_too(tmp_path):
    panel = pencil_panel()
    table = tie_table(build_ties(panel), tie_marks(panel))
    pd.testing.assert_frame_equal(pd.read_parquet(write_table(table, tmp_path / "t.parquet")), table, check_dtype=False)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_place_that_cannot_be_written_is_refused(results, tmp_path, kind):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_table(results, tmp_path / "file" / f"t.{kind}")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_path_may_be_a_text(results, tmp_path):
    assert write_table(results, str(tmp_path / "t.csv")) == tmp_path / "t.csv"
    assert (tmp_path / "t.csv").read_bytes() == write_table(results, tmp_path / "u.csv").read_bytes()
