"""PPML against the published coefficient, a library with dummies, and worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import qr

from influence.errors import TradeError
from influence.gravity import trade_response
from influence.gravity.agreement_effect import COLUMNS, panel_estimates, panel_frame, sector_frame
from influence.gravity.ppml import fit_ppml, three_way
from influence.panel.panel import load_panel
from influence.tables import curated
from tests.gravity.shipped import as_shipped


def trade_of(seed: int, size: int = 8, years: int = 4, effect: float = 0.4) -> pd.DataFrame:
    """Flows with all three effects, an agreement some pairs enter over the years, and noise."""
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([range(size), range(size), range(years)], names=["exporter", "importer", "year"])
    frame = index.to_frame(index=False)
    i, j, t = (frame[c].to_numpy() for c in index.names)
    pair = rng.normal(0, 0.3, (size, size))
    enters = rng.integers(0, years + 3, (size, size))
    enters = np.minimum(enters, enters.T)
    frame["rta"] = ((t >= enters[i, j]) & (i != j)).astype(float)
    mean = rng.normal(0, 0.5, (size, years))[i, t] + rng.normal(0, 0.5, (size, years))[j, t]
    mean += (pair + pair.T)[i, j] + effect * frame["rta"]
    frame["trade"] = np.exp(mean) * rng.lognormal(-0.045, 0.3, len(frame))
    frame["exporter"], frame["importer"] = frame["exporter"].map("S{}".format), frame["importer"].map("S{}".format)
    return frame


@pytest.fixture(scope="module")
def guide(shared_data):
    frame = pd.read_csv(shared_data / "reference" / "wto_advanced_guide_69_countries_1986_2006.csv.gz")
    return frame[frame["year"].isin(range(1986, 2007, 4))].reset_index(drop=True)


def test_the_published_coefficient_comes_out(guide):
    assert three_way(guide, ["rta"]).coefficients["rta"] == pytest.approx(0.5571853, abs=1e-6)
    assert three_way(guide, ["rta"], symmetric=False).coefficients["rta"] == pytest.approx(0.5671, abs=5e-5)


def test_nafta_removed_gives_the_published_changes(guide, shared_data):
    result = pd.read_csv(shared_data / "reference" / "wto_advanced_guide_nafta_1994_results.csv").set_index("country")
    fit = three_way(guide, ["rta"])
    rows = guide.assign(fitted=fit.fitted)[guide["year"] == 1994]
    flows = rows.pivot(index="exporter", columns="importer", values="fitted").fillna(0.0)
    members = ["CAN", "MEX", "USA"]
    cost = flows * 0.0
    cost.loc[members, members] = -fit.coefficients["rta"]
    for member in members:
        cost.loc[member, member] = 0.0
    after = trade_response(flows, cost, 6.0)
    exports = [f.sum(axis=1) - np.diag(f) for f in (flows, after.flows)]
    change = 100 * (exports[0] / exports[1] - 1)[members]
    income = 100 * (1 / after.real_income - 1)[members]
    assert (change - result.loc[members, "change_Xi_FULL"]).abs().max() < 1.0
    assert (income - result.loc[members, "change_rGDP_FULL"]).abs().max() < 0.05


def test_a_library_with_a_dummy_for_every_effect_agrees():
    import statsmodels.api as sm

    frame = trade_of(3)
    fit = three_way(frame, ["rta"])
    first, second = np.minimum(frame["exporter"], frame["importer"]), np.maximum(frame["exporter"], frame["importer"])
    pair = first + second
    kinds = [frame["exporter"] + frame["year"].astype(str), frame["importer"] + frame["year"].astype(str), pair]
    columns = [pd.get_dummies(kind, dtype=float, prefix=str(n)) for n, kind in enumerate(kinds)]
    design = pd.concat([frame[["rta"]], *columns], axis=1).to_numpy()
    # Dummies of three kinds repeat each other; a basis of their span is the same model.
    _, upper, order = qr(design, mode="economic", pivoting=True)
    rank = int((np.abs(np.diag(upper)) > 1e-9).sum())
    chosen = sorted(set(order[:rank]) | {0})
    assert len(chosen) == rank
    model = sm.GLM(frame["trade"].to_numpy(), design[:, chosen], family=sm.families.Poisson())
    groups = pd.factorize(pair)[0]
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}, tol=1e-12, maxiter=200)
    count = groups.max() + 1
    assert fit.coefficients["rta"] == pytest.approx(theirs.params[0], abs=1e-8)
    assert fit.errors["rta"] == pytest.approx(theirs.bse[0] * np.sqrt(count / (count - 1)), rel=1e-5)
    assert fit.fitted == pytest.approx(theirs.fittedvalues, rel=1e-6)


def test_fitted_trade_adds_up_to_actual_by_exporter_importer_and_pair():
    frame = trade_of(4)
    frame["fitted"] = three_way(frame, ["rta"]).fitted
    for keys in (["exporter", "year"], ["importer", "year"]):
        sums = frame.groupby(keys)[["trade", "fitted"]].sum()
        assert sums["fitted"].to_numpy() == pytest.approx(sums["trade"].to_numpy(), rel=1e-8)


def test_scale_order_and_names_do_not_matter():
    frame = trade_of(5)
    plain = three_way(frame, ["rta"])
    other = frame.assign(trade=frame["trade"] * 1e6).sample(frac=1, random_state=1).reset_index(drop=True)
    names = {f"S{i}": f"Q{(i * 3) % 8}" for i in range(8)}
    other = other.assign(exporter=other["exporter"].map(names), importer=other["importer"].map(names))
    result = three_way(other, ["rta"])
    assert result.coefficients["rta"] == pytest.approx(plain.coefficients["rta"], abs=1e-9)
    assert result.errors["rta"] == pytest.approx(plain.errors["rta"], rel=1e-6)


def test_a_state_that_never_trades_is_dropped_and_moves_nothing():
    frame = trade_of(6)
    plain = three_way(frame, ["rta"])
    mute = frame[frame["exporter"] == "S0"].assign(exporter="MUTE", trade=0.0, rta=1.0)
    result = three_way(pd.concat([frame, mute], ignore_index=True), ["rta"])
    assert result.coefficients["rta"] == pytest.approx(plain.coefficients["rta"], abs=1e-9)
    assert result.dropped == len(mute)
    assert np.isnan(result.fitted[-len(mute) :]).all()


def test_the_range_contains_the_truth_about_as_often_as_it_should():
    held = []
    for seed in range(60):
        fit = three_way(trade_of(100 + seed, size=15), ["rta"])
        held.append(abs(fit.coefficients["rta"] - 0.4) <= 1.645 * fit.errors["rta"])
    assert 0.8 <= np.mean(held) <= 0.99


def test_what_cannot_be_estimated_is_refused():
    frame = trade_of(7)
    frame["size"] = frame["exporter"].map(hash).astype(float)
    frame["twice"] = 2 * frame["rta"]
    with pytest.raises(TradeError, match="explain size entirely"):
        three_way(frame, ["rta", "size"])
    with pytest.raises(TradeError, match="explain rta, twice entirely"):
        three_way(frame, ["rta", "twice"])
    with pytest.raises(TradeError, match="finite flows"):
        three_way(frame.assign(trade=np.nan), ["rta"])
    with pytest.raises(TradeError, match="finite flows"):
        fit_ppml(np.array([-1.0]), pd.DataFrame({"x": [1.0]}), [np.array([0])], np.array([0]))


def test_the_frame_of_the_panel_has_sales_at_home_and_no_unobserved_pair():
    panel = load_panel()
    frame = panel_frame(panel, [2012, 2016], leads=(4,))
    home = frame[frame["exporter"] == frame["importer"]]
    assert (home["trade"] > 0).all()
    assert (home["agreement"] == 0).all()
    korus = frame[(frame["exporter"] == "KOR") & (frame["importer"] == "USA")].set_index("year")
    assert korus["agreement"].tolist() == [1.0, 1.0]
    assert frame["trade"].notna().all()
    with_china = frame[(frame["exporter"] == "KOR") & (frame["importer"] == "CHN")].set_index("year")
    assert with_china["lead_4"].tolist() == [1.0, 1.0]
    assert with_china["agreement"].tolist() == [0.0, 1.0]


def test_the_frame_of_sectors_has_tariffs():
    frame = sector_frame(load_panel(), [2011])
    korea = frame[(frame["exporter"] == "KOR") & (frame["importer"] == "USA") & (frame["sector"] == "C13T15")]
    assert np.expm1(korea["ln_tariff"].iloc[0]) == pytest.approx(0.094, abs=5e-4)


def test_the_estimates_that_are_shipped_are_those_of_the_panel():
    """Those by sector take minutes: tests/heavy/test_sector_estimates.py."""
    result, shipped = panel_estimates(load_panel()), curated("agreement_effects.csv")
    assert list(shipped.columns) == COLUMNS
    assert shipped["term"].tolist()[: len(result)] == result["term"].tolist()
    as_shipped(result, shipped[: len(result)])
