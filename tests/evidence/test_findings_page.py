"""docs/validation.md is what the command writes; and the figures in its texts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from influence.config import Config
from influence.evidence.findings_checking import check_row
from influence.evidence.findings_page import page_of
from influence.evidence.findings_register import load_findings
from influence.evidence.leads import trade_study
from influence.loading import load_study
from influence.metrics.pull import direct_pull
from influence.tables import datasets_dir

PAGE = Path(__file__).resolve().parents[2] / "docs" / "validation.md"
AGAIN = "influence validate --out docs/validation.md writes it again; read what changed before you commit it"


@pytest.fixture(scope="module")
def study():
    return load_study(Config())


@pytest.mark.slow
def test_the_page_is_that_of_the_findings(study, shared_data):
    found = [check_row(row, study, shared_data) for row in load_findings()]
    assert {row.row.name for row in found if row.agrees == "not checked"} == set()
    assert {"yes", "partly", "no"} <= {row.agrees for row in found}
    assert page_of(found).encode("utf-8") == PAGE.read_bytes(), AGAIN


def test_the_page_names_every_finding():
    text = PAGE.read_text(encoding="utf-8")
    for row in load_findings():
        assert f"### {row.title}\n" in text
        assert f"| {row.title} | {row.source} | {row.published} |" in text


def of_reports(year, reporter):
    table = pd.read_parquet(datasets_dir() / "reports.parquet")
    rows = table[(table["year"] == year) & (table["reporter"] == reporter)]
    sold = rows[rows["exporter"] == reporter].set_index("importer")["value_usd"]
    bought = rows[rows["importer"] == reporter].set_index("exporter")["value_usd"]
    return sold.add(bought, fill_value=0)


@pytest.mark.parametrize(("year", "ahead", "asked"), [(2011, 125, 191), (2018, 137, 195)])
def test_the_counts_by_the_reports_of_the_two_powers(year, ahead, asked):
    both = pd.concat([of_reports(year, "CHN"), of_reports(year, "USA")], axis=1, keys=["CHN", "USA"])
    both = both.drop(["CHN", "USA"], errors="ignore").dropna()
    assert (int((both["CHN"] > both["USA"]).sum()), len(both)) == (ahead, asked)
    if year == 2018:
        assert (both["CHN"] > 2 * both["USA"]).mean() == pytest.approx(0.47, abs=0.005)


def test_where_baci_and_the_reports_differ_in_2018(study):
    ties = trade_study(study.at(2018)).ties
    baci = pd.DataFrame({p: direct_pull(ties, p).isel(year=0).to_series() for p in ("CHN", "USA")}).dropna()
    reports = pd.DataFrame({p: of_reports(2018, p) for p in ("CHN", "USA")}).dropna()
    sides = pd.DataFrame({"baci": baci["CHN"] > baci["USA"], "reports": reports["CHN"] > reports["USA"]}).dropna()
    other = sides[sides["baci"] != sides["reports"]]
    assert (int(other["baci"].sum()), len(other)) == (10, 12)


def test_vietnams_markets_of_2017(study):
    table = pd.read_parquet(datasets_dir() / "reports.parquet")
    rows = table[(table["year"] == 2017) & (table["exporter"] == "VNM")]
    found = {p: float(rows.loc[(rows["importer"] == p) & (rows["reporter"] == p), "value_usd"].iloc[0])
            for p in ("CHN", "USA")}  # fmt: skip
    assert found == pytest.approx({"CHN": 50.6e9, "USA": 46.5e9}, rel=2e-3)
    ties = trade_study(study.of_years(2002, 2020), "exports").ties
    shares = {p: direct_pull(ties, p).sel(target="VNM").to_series() for p in ("CHN", "USA")}
    assert (shares["USA"] > shares["CHN"]).all()
    assert [shares[p][2017] for p in ("CHN", "USA")] == pytest.approx([0.166, 0.185], abs=5e-4)
