"""Equations 1, 2 and 11 on paper, and the identities between them."""

import numpy as np
import pytest

import influence as inf
from influence.errors import ConfigError
from influence.metrics import dependence as trade
from tests.pencil import pencil_panel


@pytest.fixture
def panel():
    return pencil_panel()


def dyad(measure, source, target, year=2016):
    return float(measure.sel(year=year, source=source, target=target))


@pytest.mark.parametrize(("base", "share"), [("two_way", 50 / 100), ("exports", 20 / 60), ("imports", 30 / 40)])
def test_dependence_of_beta_on_alpha(panel, base, share):
    """BBB sells 20 of 60 to AAA and buys 30 of 40 from it: 50 of 100 both ways."""
    assert dyad(trade.dependence(panel, base), "AAA", "BBB") == pytest.approx(share)


def test_dependence_sums_to_one_where_all_was_observed(panel):
    np.testing.assert_allclose(trade.dependence(panel).sel(year=2016).sum("source").values, 1.0)


def test_below_the_coverage_floor_there_is_none(panel):
    """In 2017 only 50 of Alpha's 80 were seen, and 50 of Beta's 100."""
    assert np.isnan(trade.dependence(panel).sel(year=2017)).all()
    assert np.isnan(trade.herfindahl(trade.dependence(panel)).sel(year=2017)).all()


def test_trade_over_gdp_is_the_share_times_the_openness(panel):
    over = trade.trade_over_gdp(panel)
    assert dyad(over, "AAA", "BBB") == pytest.approx(50 / 50)
    assert np.isnan(dyad(over, "BBB", "DDD"))
    share, openness = dyad(trade.dependence(panel), "CCC", "BBB"), 100 / 50
    assert dyad(over, "CCC", "BBB") == pytest.approx(share * openness)


def test_asymmetry_salience_symmetry_interdependence(panel):
    """BBB depends on AAA with 50/100, AAA on BBB with 50/70."""
    shares = trade.dependence(panel)
    v, u = 50 / 100, 50 / 70
    assert dyad(trade.asymmetry(shares), "AAA", "BBB") == pytest.approx(v - u)
    assert dyad(trade.asymmetry(shares), "BBB", "AAA") == pytest.approx(u - v)
    assert dyad(trade.salience(shares), "AAA", "BBB") == pytest.approx((v * u) ** 0.5)
    assert dyad(trade.symmetry(shares), "AAA", "BBB") == pytest.approx(1 - (u - v))
    assert dyad(trade.interdependence(shares), "BBB", "AAA") == pytest.approx((v * u) ** 0.5 * (1 - (u - v)))


def test_concentration(panel):
    """Alpha trades 50 with BBB and 20 with CCC, of 70."""
    shares = trade.dependence(panel)
    index = (50 / 70) ** 2 + (20 / 70) ** 2
    assert float(trade.herfindahl(shares).sel(year=2016, target="AAA")) == pytest.approx(index)
    assert float(trade.hirschman(shares).sel(year=2016, target="AAA")) == pytest.approx(index**0.5)


def test_vulnerability(panel):
    """BBB buys 30 of 40 from AAA, and sells 40 at home: imports are half of what it spends."""
    result = trade.vulnerability(panel, sigma=5.0)
    assert dyad(result, "AAA", "BBB") == pytest.approx(-np.log(1 - 30 / 40) / 4 * 40 / 80)
    assert dyad(result, "DDD", "AAA") == 0.0


def test_a_sole_supplier_has_no_bound():
    panel = pencil_panel()
    panel.trade["export_usd"].values.flags.writeable = True
    panel.trade["export_usd"].loc[{"year": 2016, "importer": "DDD", "exporter": "CCC"}] = 0.0
    panel.totals["import_usd"].values.flags.writeable = True
    panel.totals["import_usd"].loc[{"year": 2016, "state": "DDD"}] = 10.0
    result = trade.vulnerability(panel)
    assert np.isnan(dyad(result, "BBB", "DDD"))
    assert dyad(result, "AAA", "DDD") == 0.0


@pytest.mark.parametrize("sigma", [1.0, 0.5, float("nan")])
def test_sigma_must_be_above_one(panel, sigma):
    with pytest.raises(ConfigError, match="sigma must be above 1"):
        trade.vulnerability(panel, sigma)


def test_an_unknown_base_is_refused(panel):
    with pytest.raises(ConfigError, match="trade base 'both' is not known"):
        trade.dependence(panel, "both")


@pytest.mark.slow
def test_the_identity_holds_on_the_real_panel():
    """T/Y = (T/T_v)(T_v/Y), and antisymmetry, everywhere."""
    panel = inf.load_panel(first_year=2015, last_year=2016)
    shares, over = trade.dependence(panel), trade.trade_over_gdp(panel)
    total = panel.totals["export_usd"].values + panel.totals["import_usd"].values
    openness = total / panel.attributes["gdp_usd"].values
    both = ~np.isnan(shares.values) & ~np.isnan(over.values)
    np.testing.assert_allclose((shares.values * openness[:, None, :])[both], over.values[both], rtol=1e-9)
    uneven = trade.asymmetry(shares).values
    np.testing.assert_array_equal(np.nan_to_num(uneven), -np.nan_to_num(uneven.transpose(0, 2, 1)))
