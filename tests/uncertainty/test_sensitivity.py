"""Shares of variance: exact values of known functions, and those of real numbers."""

from __future__ import annotations

import numpy as np
import pytest

import influence as inf
from influence.draw_settings import DrawSettings
from influence.errors import ConfigError, YearError
from influence.schema import UNCERTAINTY_SOURCES
from influence.uncertainty.sensitivity import share_table, sobol_indices, sources_of, variance_shares, without_layers
from tests.uncertainty.draw_cases import only, pencil_study


def ishigami(x: np.ndarray, a: float = 7.0, b: float = 0.1) -> np.ndarray:
    """sin x1 + a sin² x2 + b x3⁴ sin x1, x uniform in [-pi, pi] (Ishigami & Homma 1990)."""
    return np.sin(x[..., 0]) + a * np.sin(x[..., 1]) ** 2 + b * x[..., 2] ** 4 * np.sin(x[..., 0])


def sampled(function, width: int, count: int, seed: int = 0):
    """f(A), f(B) and f(A with one column from B), at random points."""
    rng = np.random.default_rng(seed)
    a, b = rng.uniform(-np.pi, np.pi, (2, count, width))
    mixed = np.stack([np.where(np.arange(width) == k, b, a) for k in range(width)])
    return function(a), function(b), function(mixed)


def test_ishigami_s_exact_values():
    (first, total), errors, deviation = sobol_indices(*sampled(ishigami, 3, 60_000))
    # S1 = (1 + b pi⁴/5)² / 2V, S2 = a²/8V, S3 = 0; V = a²/8 + b pi⁴/5 + b² pi⁸/18 + 1/2 = 13.845.
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    assert deviation**2 == pytest.approx(13.845, rel=0.02)
    assert (errors < 0.02).all()


def test_the_stated_error_is_that_of_many_repetitions():
    runs = [sobol_indices(*sampled(ishigami, 3, 400, seed)) for seed in range(60)]
    spread = np.std([shares for shares, _, _ in runs], axis=0)
    stated = np.mean([errors for _, errors, _ in runs], axis=0)
    assert stated == pytest.approx(spread, rel=0.35)


def test_an_additive_function_shares_out_by_its_variances():
    (first, total), _, _ = sobol_indices(*sampled(lambda x: x @ np.array([1.0, 2.0, 0.0]), 3, 40_000))
    assert first == pytest.approx([0.2, 0.8, 0.0], abs=0.015)
    assert total == pytest.approx([0.2, 0.8, 0.0], abs=0.015)


def test_a_large_mean_does_not_drown_the_shares():
    plain = sampled(ishigami, 3, 4_000)
    lifted = tuple(v + 1e6 for v in plain)
    np.testing.assert_allclose(sobol_indices(*lifted)[0], sobol_indices(*plain)[0], atol=1e-6)


def test_what_does_not_vary_has_no_shares():
    shares, errors, deviation = sobol_indices(np.full(16, 0.3), np.full(16, 0.3), np.full((2, 16), 0.3))
    assert np.isnan(shares).all()
    assert np.isnan(errors).all()
    assert deviation == 0


def test_all_of_it_is_with_the_one_source_that_is_free():
    shares = variance_shares(pencil_study(), [2016], draw_settings=only("weights"), samples=40)
    table = share_table(shares)
    assert set(table["source"]) == {"weights"}
    assert table["total"].to_numpy() == pytest.approx(np.ones(len(table)), abs=0.6)
    gamma = table[(table["iso3"] == "CCC") & (table["metric"] == "pull_balance")]
    assert gamma["sd"].iloc[0] > 0.01


def test_sources_are_those_that_the_metrics_depend_on():
    direct = sources_of(("pull_direct",), DrawSettings())
    assert direct == ("weights", "flows", "trade_base", "capability", "pact_strength", "agreement_strength")
    assert sources_of(("balance_income",), DrawSettings())[-1] == "elasticity"
    assert sources_of(("pull_direct",), DrawSettings(fixed=frozenset({"flows"}))) == tuple(
        d for d in direct if d != "flows"
    )


@pytest.mark.slow
def test_the_balance_of_korea_depends_on_the_weights_and_its_trade_on_the_flows():
    study = inf.load_study(first_year=2016, last_year=2016)
    shares = variance_shares(study, [2016], ("pull_balance", "dependence_two_way", "balance_income"), samples=64)
    table = share_table(shares)
    korea = table[table["iso3"] == "KOR"].set_index(["metric", "source"])["total"]
    assert korea["pull_balance"].groupby("source").sum().idxmax() == "weights"
    trade = korea["dependence_two_way"].groupby("source").mean()
    assert trade["flows"] > 0.9
    assert trade.drop("flows").max() < 1e-9
    assert korea["balance_income"].loc["weights"] == pytest.approx(0.0, abs=1e-12)
    assert korea["balance_income"].loc["flows"] > 0.8


def test_a_layer_left_out_is_a_weight_of_zero():
    study = inf.load_study(first_year=2016, last_year=2016)
    table = without_layers(study, 2016, ("pull_balance", "pull_direct"))
    korea = table[(table["iso3"] == "KOR") & (table["metric"] == "pull_balance")].set_index("layer")
    for layer in ("trade", "alliance", "agreement"):
        weights = {**study.method.weights, layer: 0.0}
        wanted = inf.pull_balance(inf.build_ties(study.panel, weights), ("CHN", "USA")).sel(year=2016, target="KOR")
        assert korea.loc[layer, "without"] == pytest.approx(float(wanted), abs=1e-14)
    assert without_layers(study.with_method(weights={"trade": 1.0}), 2016, ("pull_direct",)).empty


@pytest.mark.parametrize(
    "year, samples, draw_settings, error, message",
    [
        (1999, 20, DrawSettings(), YearError, "year 1999 is not in the panel"),
        (2016, 3, DrawSettings(), ConfigError, "8 samples or more, not 3"),
        (
            2016,
            20,
            DrawSettings(fixed=frozenset(UNCERTAINTY_SOURCES)),
            ConfigError,
            "every source .* is fixed; leave one free",
        ),
        (2016, 20, DrawSettings(concentration=-1), ConfigError, "concentration must be a number above 0"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(year, samples, draw_settings, error, message):
    with pytest.raises(error, match=message):
        variance_shares(pencil_study(), [year], draw_settings=draw_settings, samples=samples)


def test_without_the_library_it_says_what_to_install(monkeypatch):
    import sys

    from influence.errors import ExtraError

    monkeypatch.setitem(sys.modules, "SALib.analyze", None)
    with pytest.raises(ExtraError, match=r"need SALib, which is not installed: pip install SALib"):
        variance_shares(pencil_study(), [2016], samples=20)
