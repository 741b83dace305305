"""Draws and bands: with a pencil, against numpy and a slow loop, and that the same seed is the same numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import influence as inf
from influence import uncertainty
from influence.config import Config
from influence.errors import ConfigError
from influence.schema import DOUBTS
from influence.uncertainty import (
    Doubt,
    choice_of,
    drawn_ties,
    flows_of,
    mirror_spread,
    pull_bands,
    quantiles,
)
from tests.pencil import pencil_panel

POLES = ("AAA", "BBB")
CONFIG = Config(poles=POLES)
NOTHING = frozenset(DOUBTS)


def only(*free: str, **more: object) -> Doubt:
    """Doubt about these sources alone."""
    return Doubt(fixed=NOTHING - set(free), **more)


def reports(*rows: tuple[str, str, str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["reporter", "exporter", "importer", "year", "value_usd"])


# ---- draws -----------------------------------------------------------------------------------------------


def test_with_everything_fixed_the_band_is_the_value():
    bands = pull_bands(pencil_panel(), CONFIG, POLES, Doubt(draws=3, fixed=NOTHING))
    for name in ("median", "low", "high"):
        np.testing.assert_allclose(bands[name].values, bands["value"].values, atol=1e-15)
    balance = bands["value"].sel(measure="AAA-BBB")
    odds = bands["p_leads"].sel(pair="AAA-BBB")
    np.testing.assert_array_equal(odds.values[balance.values > 0], 1.0)
    np.testing.assert_array_equal(odds.values[balance.values < 0], 0.0)


def test_a_draw_is_the_same_alone_or_among_many_and_fixing_one_source_leaves_the_others():
    whole = [choice_of(CONFIG, Doubt(), number) for number in range(5)]
    assert choice_of(CONFIG, Doubt(), 3) == whole[3]
    assert len({choice.weights["trade"] for choice in whole}) == 5
    fixed = choice_of(CONFIG, Doubt(fixed=frozenset({"weights"})), 3)
    assert fixed.weights == dict(CONFIG.weights)
    assert fixed.layers == whole[3].layers
    assert choice_of(CONFIG, Doubt(seed=1), 3) != whole[3]


def test_weights_are_a_dirichlet_around_the_settings():
    doubt = only("weights", concentration=50.0)
    drawn = np.array([[*choice_of(CONFIG, doubt, n).weights.values()] for n in range(4000)])
    assert drawn.sum(axis=1) == pytest.approx(1.0)
    assert (drawn[:, 3] == 0).all()  # troops weigh nothing in the settings, and so in no draw
    assert drawn.mean(axis=0)[:3] == pytest.approx([0.6, 0.3, 0.1], abs=0.006)
    # Variance of a share of a Dirichlet: w (1 - w) / (concentration + 1).
    assert drawn.var(axis=0)[:3] == pytest.approx([0.24 / 51, 0.21 / 51, 0.09 / 51], rel=0.1)


def test_strengths_stay_between_half_and_half_more_and_nought_stays_nought():
    for number in range(200):
        layers = choice_of(CONFIG, Doubt(), number).layers
        assert 0.5 <= layers["pact_strength"]["defence"] <= 1.0
        assert layers["pact_strength"]["consultation"] == 0.0
        assert 0.125 <= layers["agreement_strength"]["partial"] <= 0.375
        assert layers["trade_base"] in ("two_way", "exports", "imports")
        assert layers["capability"] in ("gdp", "cinc")


def test_weights_alone_move_the_pull_as_the_layers_say():
    """Portfolios are linear: the pull of a draw is its weights times the layers' shares."""
    panel, doubt = pencil_panel(), only("weights", draws=6)
    layers = inf.build_layers(panel).sel(year=2016, source="AAA", target="CCC").fillna(0.0)
    for number, ties in enumerate(drawn_ties(panel, CONFIG, doubt, mirror_spread(panel), range(6))):
        weights = choice_of(CONFIG, doubt, number).weights
        wanted = sum(weights[name] * float(layers.sel(layer=name)) for name in weights)
        assert float(ties.sel(year=2016, source="AAA", target="CCC")) == pytest.approx(wanted, abs=1e-12)


# ---- the spread of flows -------------------------------------------------------------------------------------


def test_a_pair_s_spread_is_that_of_its_mirror_reports():
    # Gaps 0.2, -0.2, 0.2, -0.2 around a median of 0: root mean square .2, by sqrt(2) for two reports.
    rows = []
    for year, gap in zip(range(2011, 2015), (0.2, -0.2, 0.2, -0.2), strict=True):
        rows += [("AAA", "AAA", "BBB", year, 100.0), ("BBB", "AAA", "BBB", year, 100.0 * np.exp(gap))]
    spread = mirror_spread(pencil_panel(), reports(*rows))
    assert float(spread.sel(exporter="AAA", importer="BBB")) == pytest.approx(0.2 / np.sqrt(2))
    # No reports the other way, nor of others: the qualities of the states, here all alike.
    assert float(spread.sel(exporter="CCC", importer="DDD")) == pytest.approx(0.2 / np.sqrt(2))
    assert float(spread.sel(exporter="AAA", importer="AAA")) == 0


def test_too_few_years_are_no_spread_of_their_own_and_tenfold_is_the_most():
    few = [("AAA", "AAA", "BBB", 2011, 100.0), ("BBB", "AAA", "BBB", 2011, 900.0)]
    assert float(mirror_spread(pencil_panel(), reports(*few)).max()) == 0
    wild = []
    for year, factor in zip(range(2011, 2015), (1e-6, 1e6, 1e-6, 1e6), strict=True):
        wild += [("AAA", "AAA", "BBB", year, 100.0), ("BBB", "AAA", "BBB", year, 100.0 * factor)]
    assert float(mirror_spread(pencil_panel(), reports(*wild)).max()) == pytest.approx(np.log(10))


def test_flows_are_lognormal_around_the_observed_and_alike_in_all_years():
    panel = pencil_panel()
    spread = mirror_spread(panel) * 0 + 0.3
    drawn = np.stack([flows_of(panel, spread, Doubt(), n).trade["export_usd"].values for n in range(3000)])
    ratio = np.log(drawn[:, 0, 0, 1] / 30.0)
    assert ratio.mean() == pytest.approx(0.0, abs=0.02)
    assert ratio.std() == pytest.approx(0.3, rel=0.05)
    np.testing.assert_allclose(drawn[:, 0, 0, 1] / 30.0, drawn[:, 1, 0, 1] / 30.0)
    assert (drawn[:, 0, 0, 3] == 0).all()  # nil stays nil
    assert np.isnan(drawn[:, 1, 2, 3]).all()  # and unobserved stays so


def test_the_real_reports_give_spreads_that_make_sense():
    spread = mirror_spread(inf.load_panel())
    assert 0.02 < float(spread.sel(exporter="USA", importer="CHN")) < 0.5
    assert float(spread.max()) <= np.log(10) + 1e-12
    assert not np.isnan(spread.values).any()


# ---- bands --------------------------------------------------------------------------------------------------


@given(arrays(float, array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=6),
              elements=st.one_of(st.floats(-1, 1), st.just(float("nan")))))  # fmt: skip
def test_quantiles_are_numpy_s(draws):
    for share, ours in zip((0.05, 0.5, 0.95), quantiles(draws, (0.05, 0.5, 0.95)), strict=True):
        with np.errstate(all="ignore"):
            known = ~np.isnan(draws).all(axis=0)
        theirs = np.full(draws.shape[1:], np.nan)
        theirs[known] = np.nanquantile(draws[:, known], share, axis=0)
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_bands_are_those_of_all_draws_held_at_once():
    panel, doubt = pencil_panel(), Doubt(draws=40)
    bands = pull_bands(panel, CONFIG, POLES, doubt)
    draws = np.stack([inf.direct_pull(t, "AAA").values
                      for t in drawn_ties(panel, CONFIG, doubt, mirror_spread(panel), range(40))])  # fmt: skip
    cell = draws[:, 0, 2]
    assert float(bands["low"].sel(measure="AAA", year=2016, target="CCC")) == pytest.approx(np.quantile(cell, 0.05))
    assert float(bands["high"].sel(measure="AAA", year=2016, target="CCC")) == pytest.approx(np.quantile(cell, 0.95))


def test_the_same_seed_is_the_same_bytes_whatever_the_block(monkeypatch):
    panel, doubt = pencil_panel(), Doubt(draws=10)
    once = pull_bands(panel, CONFIG, POLES, doubt)
    monkeypatch.setattr(uncertainty, "HELD", 1)
    again = pull_bands(panel, CONFIG, POLES, doubt)
    for name in once.data_vars:
        assert once[name].values.tobytes() == again[name].values.tobytes(), name


def test_missing_stays_missing():
    bands = pull_bands(pencil_panel(), CONFIG, POLES, Doubt(draws=10))
    gone = np.isnan(bands["value"].values)
    assert gone.any()
    for name in ("median", "low", "high"):
        assert np.isnan(bands[name].values[gone]).all()


@pytest.mark.parametrize(
    "doubt, told",
    [
        (Doubt(draws=0), "need one draw or more, not 0"),
        (Doubt(concentration=-1.0), "concentration must be a number above 0, not -1.0"),
        (Doubt(concentration=float("nan")), "concentration must be a number above 0"),
        (Doubt(fixed=frozenset({"wieghts"})), "no source of doubt 'wieghts'; there are: weights, flows"),
    ],
)
def test_bad_doubt_is_refused_with_a_sentence(doubt, told):
    with pytest.raises(ConfigError, match=told):
        pull_bands(pencil_panel(), CONFIG, POLES, doubt)
