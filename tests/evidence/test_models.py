"""Measures that run a model, on worlds whose truth was put there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from influence.errors import SourceError, TradeError
from influence.evidence import models
from tests.evidence.given import given_study

# ---- opinions ------------------------------------------------------------------------------------


def test_opinions_by_hand():
    """C sells 6 to A and 2 to B and buys nothing; A sells 4 to B: C follows A, with Z = 5/6 (test_opinion.py)."""
    flows = xr.DataArray([[[0.0, 4, 0], [0, 0, 0], [6, 2, 0]]], dims=("year", "exporter", "importer"),
                         coords={"year": [2016], "exporter": list("ABC"), "importer": list("ABC")})  # fmt: skip
    found = models.opinion_shares(
        given_study(flows=flows, realisations=20), years=[2016], seeds={"a": ["A"], "b": ["B"]}
    )
    assert found["a 2016"] == pytest.approx(2 / 3)
    assert found["b 2016"] == pytest.approx(1 / 3)
    assert found["median Z a 2016"] == pytest.approx(5 / 6)


# ---- agreements ----------------------------------------------------------------------------------


@pytest.fixture
def guide(tmp_path):
    """Two equal states that sell 8 at home; abroad 2 with the agreement of the second year, and 2/e without."""
    rows = [
        (a, b, year, 8.0 if a == b else 2.0 * np.exp(float(year == 1990) - 1.0), float(a != b and year == 1990))
        for a in "AB" for b in "AB" for year in (1986, 1990)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["exporter", "importer", "year", "trade", "rta"])
    frame.to_csv(tmp_path / models.GUIDE, index=False)
    return tmp_path / models.GUIDE


YEARS = {"first": 1986, "last": 1990, "step": 4}


@pytest.mark.parametrize("symmetric", [True, False])
def test_the_effect_that_was_put_there_comes_out(guide, symmetric):
    found = models.agreement_coefficient(given_study(), **YEARS, symmetric=symmetric, guide=guide)
    assert found["coefficient"] == pytest.approx(1.0, abs=1e-9)


def test_the_agreement_removed_by_hand(guide):
    """Own share .8, foreign .2 with it; without, P = .8 + .2/e: income goes by P^(1/4), exports by 1/(eP)."""
    power = 0.8 + 0.2 / np.e
    common = {"year": 1990, "members": ["A", "B"], "theta": 4, **YEARS, "guide": guide}
    exports = models.agreement_removed(given_study(), outcome="exports", **common)
    income = models.agreement_removed(given_study(), outcome="real_income", **common)
    assert exports == pytest.approx(dict.fromkeys("AB", 100 * (np.e * power - 1)), rel=1e-6)
    assert income == pytest.approx(dict.fromkeys("AB", 100 * (power**-0.25 - 1)), rel=1e-6)


def test_a_member_without_trade_is_an_error(guide):
    common = {"year": 1990, "theta": 4, "outcome": "exports", **YEARS, "guide": guide}
    with pytest.raises(TradeError, match="C has no trade in 1990"):
        models.agreement_removed(given_study(), members=["A", "C"], **common)


def test_a_file_with_other_columns_is_an_error(tmp_path):
    pd.DataFrame({"exporter": ["A"]}).to_csv(tmp_path / models.GUIDE, index=False)
    with pytest.raises(SourceError, match="has no column importer, year, trade, rta"):
        models.agreement_coefficient(given_study(), **YEARS, guide=tmp_path / models.GUIDE)


# ---- exposure ------------------------------------------------------------------------------------


def accuracy(monkeypatch, gain):
    draw = np.random.default_rng(3)
    half = draw.lognormal(0, 1, (6, 6))
    flows = half + half.T + np.diag(draw.lognormal(3, 0.3, 6))
    names = list("ABCDEF")
    array = xr.DataArray(flows[None], coords={"year": [2016], "exporter": names, "importer": names},
                         dims=("year", "exporter", "importer"))  # fmt: skip
    monkeypatch.setattr(models, "flows_with_domestic", lambda panel: array)
    return models.exposure_accuracy(given_study(), year=2016, shocked=["A", "B"], gain=gain)


def test_for_small_shocks_the_first_order_is_exact_and_for_great_ones_it_is_not(monkeypatch):
    small, great = accuracy(monkeypatch, 1e-6), accuracy(monkeypatch, 3.0)
    for state in "AB":
        assert small[f"slope {state}"] == pytest.approx(1.0, abs=1e-4)
        assert small[f"correlation {state}"] == pytest.approx(1.0, abs=1e-6)
        assert abs(great[f"slope {state}"] - 1.0) > 0.1


STATES = [f"S{i:02}" for i in range(20)]
LAST = 2015


def votes(effect, lag):
    """Exposure that wanders, and votes that follow it after `lag` years with `effect`; poles P at 1 and Q at -1."""
    draw = np.random.default_rng(7)
    years = range(2000, LAST + 1)
    balance = np.clip(0.1 * draw.normal(size=(len(years), 20)).cumsum(axis=0), -0.9, 0.9)
    follows = np.vstack([np.tile(balance[:1], (lag, 1)), balance[: len(balance) - lag]]) if lag else balance
    place = effect * follows + 0.002 * draw.normal(size=balance.shape) + 0.1 * draw.normal(size=(1, 20))
    codes = ["P", "Q", *STATES]
    poles = np.tile([1.0, -1.0], (len(years), 1))
    grid = (("year", "state"), np.hstack([poles, place]))
    points = xr.Dataset(dict.fromkeys(("ideal_point", "low", "high"), grid), {"year": list(years), "state": codes})
    whole = np.hstack([np.full((len(years), 2), np.nan), balance])
    pulls = xr.DataArray([1 + whole, 1 - whole], coords={"pole": ["P", "Q"], "year": list(years), "target": codes},
                         dims=("pole", "year", "target"), name="pull_income")  # fmt: skip
    shares = np.zeros((len(years), 22, 22))
    shares[:, 0, 2:], shares[:, 1, 2:] = 0.2 * (1 + balance), 0.2 * (1 - balance)
    of_state = ("year", "target")
    flat = np.zeros((len(years), 22))
    ties = xr.DataArray(
        shares, dims=("year", "source", "target"),
        coords={"year": list(years), "source": codes, "target": codes, "unobserved": (of_state, flat),
                "not_covered": (of_state, 1 - shares.sum(axis=1)), "is_break": (of_state, flat > 0)},
    )  # fmt: skip
    expected = {"weights": {"trade": 1.0}, "trade_base": "two_way"}
    return given_study(years, points=points, lenses={"income": pulls}, ties=ties, expected=expected)


@pytest.mark.parametrize("effect", [0.5, -0.5])
def test_the_link_of_exposure_and_votes_that_was_put_there(effect):
    found = models.exposure_and_votes(votes(effect, 0), poles=["P", "Q"], first=2000, last=LAST)
    assert found["coefficient"] == pytest.approx(effect, abs=0.01)
    assert found["low"] < effect < found["high"]
    assert found["p by permutation"] == pytest.approx(1 / 200)
    assert found["states"] == 20
    assert found["t with the balance of trade shares"] == pytest.approx(found["t with the balance of exposures"])


def test_votes_that_follow_a_year_later_and_votes_that_go_the_other_way(monkeypatch):
    monkeypatch.setattr(models, "PERMUTATIONS", 99)
    towards = models.exposure_then_votes(votes(0.5, 1), poles=["P", "Q"], first=2000, last=LAST)
    away = models.exposure_then_votes(votes(-0.5, 1), poles=["P", "Q"], first=2000, last=LAST)
    assert towards["links towards the pole"] >= 1
    assert towards["links away from it"] == 0
    assert towards["links with the balance of trade shares"] == towards["links towards the pole"]
    assert away["links towards the pole"] == 0
    assert away["links away from it"] >= 1
