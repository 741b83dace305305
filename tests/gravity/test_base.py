"""The sector base, and the trial of KORUS on the raw tariffs that somebody else made."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from influence.errors import YearError
from influence.gravity import trade_response
from influence.gravity.base import base_of, load_trade_base, mfn_tariffs
from influence.gravity.tied import tied_pairs_of
from influence.panel.panel import load_panel
from influence.scenario.trade_edits import of_economies, scenario_view


@pytest.mark.parametrize("year", [2011, 2017, 2022])
def test_every_economy_sells_at_home_and_tariffs_are_shares(year):
    base = load_trade_base(load_panel(), year)
    assert base.flows.shape == (28, 81, 81)
    assert (np.einsum("sii->i", base.flows.values) > 0).all()
    assert (base.tariffs.values >= 0).all()
    assert base.tariffs.values.max() < 1.5
    assert len(base.goods) == 27
    assert "ROW" in base.economies


def test_the_base_is_the_raw_file(shared_data):
    raw = pd.read_parquet(shared_data / "trade" / "oecd_icio_sector_flows_2011_2022.parquet")
    rows = raw[(raw["year"] == 2017) & (raw["sector"] == "C29") & (raw["exporter"] == "KOR")]
    base = load_trade_base(load_panel(), 2017)
    computed = base.flows.sel(sector="C29", exporter="KOR").to_series()[rows["importer"].astype(str)]
    assert computed.to_numpy() == pytest.approx(rows["value_musd"].to_numpy(dtype=float) * 1e6, abs=0.51)
    computed = base.tariffs.sel(sector="C29", exporter="KOR").to_series()[rows["importer"].astype(str)]
    assert computed.to_numpy() == pytest.approx(rows["tariff"].to_numpy(dtype=float), abs=6e-7)


def test_no_base_of_another_year():
    with pytest.raises(YearError, match="there is one for 2011, 2017, 2022"):
        load_trade_base(load_panel(), 2016)


def test_the_rate_asked_of_strangers_is_that_of_before_korus():
    # Nobody wrote it down for 2017: what strangers pay then should be near what Korea and the US asked of each other
    # in 2011, when nothing tied them.
    panel = load_panel()
    base, old = load_trade_base(panel, 2017), load_trade_base(panel, 2011)
    tied = of_economies(scenario_view(base, panel, 0.0, 4.0), tied_pairs_of(panel, 2017))
    rates = mfn_tariffs(base, tied)
    for importer, exporter in (("USA", "KOR"), ("KOR", "USA")):
        before = old.tariffs.sel(exporter=exporter, importer=importer)
        gap = (rates.sel(importer=importer) - before).sel(sector=list(base.goods))
        assert abs(float(gap.median())) < 0.003
        assert float(np.abs(gap).max()) < 0.04


def test_a_stranger_nobody_sells_to_pays_the_highest_rate():
    rows = pd.DataFrame(
        [("x", "A", "A", 5, 0.0), ("x", "B", "A", 1, 0.2), ("x", "A", "B", 1, 0.1), ("x", "B", "B", 5, 0.0)],
        columns=["sector", "exporter", "importer", "value_usd", "tariff"],
    )
    base = base_of(rows, 2017, ("x",))
    tied = np.array([[False, True], [True, False]])
    assert mfn_tariffs(base, tied).values.tolist() == [[0.2, 0.1]]
    assert mfn_tariffs(base, ~tied & False).values.tolist() == [[0.2, 0.1]]


def korus_ended(theta: float, *, food: bool = True) -> dict[str, float]:
    """The tariffs of 2011 back on goods between Korea and the US, on 2017; nothing of the scenario code is used."""
    base, old = load_trade_base(load_panel(), 2017), load_trade_base(load_panel(), 2011)
    after = base.tariffs.copy(deep=True)
    for pair in (("KOR", "USA"), ("USA", "KOR")):
        at = {"sector": list(base.goods), "exporter": pair[0], "importer": pair[1]}
        after.loc[at] = old.tariffs.loc[at]
    if not food:
        cell = {"sector": "C10T12", "exporter": "KOR", "importer": "USA"}
        after.loc[cell] = base.tariffs.loc[cell]
    cost = -theta * (np.log1p(after) - np.log1p(base.tariffs))
    new = trade_response(base.flows, cost, theta).flows
    result = {}
    for name, flows in (("before", base.flows), ("after", new)):
        goods = flows.sel(sector=list(base.goods)).sum("sector").to_pandas()
        both = (goods + goods.T)["KOR"].drop("KOR")
        share = both / both.sum()
        result[f"CHN {name}"], result[f"USA {name}"] = share["CHN"], share["USA"]
        result[f"balance {name}"] = (share["CHN"] - share["USA"]) / (share["CHN"] + share["USA"])
        result[f"KOR-USA {name}"], result[f"USA-KOR {name}"] = goods.loc["KOR", "USA"], goods.loc["USA", "KOR"]
    return result


def test_korus_ended_is_the_independent_trial():
    result = korus_ended(4.0)
    assert result["KOR-USA after"] / result["KOR-USA before"] - 1 == pytest.approx(-0.081, abs=5e-4)
    assert result["USA-KOR after"] / result["USA-KOR before"] - 1 == pytest.approx(-0.196, abs=5e-4)
    assert [result["CHN before"], result["CHN after"]] == pytest.approx([0.2607, 0.2642], abs=5e-5)
    assert [result["USA before"], result["USA after"]] == pytest.approx([0.1091, 0.0970], abs=5e-5)
    assert [result["balance before"], result["balance after"]] == pytest.approx([0.410, 0.463], abs=5e-4)


def test_korus_ended_over_the_range_of_elasticities_and_without_the_food_peak():
    assert [korus_ended(theta)["balance after"] for theta in (1.5, 8.0)] == pytest.approx([0.431, 0.507], abs=5e-4)
    plain, result = korus_ended(4.0), korus_ended(4.0, food=False)
    gap = (result["KOR-USA after"] - plain["KOR-USA after"]) / plain["KOR-USA before"]
    assert gap == pytest.approx(0.009, abs=1e-3)
