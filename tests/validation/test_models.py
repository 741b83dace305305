"""Measures that run a model, on worlds whose truth was put there."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from influence.errors import SourceError, TradeError
from influence.validation import models
from tests.validation.given import given_inputs

# ---- opinions ------------------------------------------------------------------------------------


def test_opinions_by_pencil():
    """C sells 6 to A and 2 to B and buys nothing; A sells 4 to B: C follows A, with Z = 5/6 (test_opinion.py)."""
    flows = xr.DataArray([[[0.0, 4, 0], [0, 0, 0], [6, 2, 0]]], dims=("year", "exporter", "importer"),
                         coords={"year": [2016], "exporter": list("ABC"), "importer": list("ABC")})  # fmt: skip
    panel = SimpleNamespace(trade=xr.Dataset({"export_usd": flows}))
    inputs = given_inputs(made={("years", 2016, 2016): panel}, realisations=20)
    found = models.opinion_shares(inputs, years=[2016], seeds={"a": ["A"], "b": ["B"]})
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
    (tmp_path / "reference").mkdir()
    frame = pd.DataFrame(rows, columns=["exporter", "importer", "year", "trade", "rta"])
    frame.to_csv(tmp_path / "reference" / models.GUIDE, index=False)
    return given_inputs(reference=tmp_path)


YEARS = {"first": 1986, "last": 1990, "step": 4}


@pytest.mark.parametrize("symmetric", [True, False])
def test_the_effect_that_was_put_there_comes_out(guide, symmetric):
    found = models.agreement_coefficient(guide, **YEARS, symmetric=symmetric)
    assert found["coefficient"] == pytest.approx(1.0, abs=1e-9)


def test_the_agreement_removed_by_pencil(guide):
    """Own share .8, foreign .2 with it; without, P = .8 + .2/e: income goes by P^(1/4), exports by 1/(eP)."""
    power = 0.8 + 0.2 / np.e
    common = {"year": 1990, "members": ["A", "B"], "theta": 4, **YEARS}
    exports = models.agreement_removed(guide, outcome="exports", **common)
    income = models.agreement_removed(guide, outcome="real_income", **common)
    assert exports == pytest.approx(dict.fromkeys("AB", 100 * (np.e * power - 1)), rel=1e-6)
    assert income == pytest.approx(dict.fromkeys("AB", 100 * (power**-0.25 - 1)), rel=1e-6)


def test_an_outcome_and_a_member_that_are_none_are_told(guide):
    with pytest.raises(TradeError, match="outcome must be exports or real_income, not 'joy'"):
        models.agreement_removed(guide, year=1990, members=["A"], theta=4, outcome="joy", **YEARS)
    with pytest.raises(TradeError, match="C has no trade in 1990"):
        models.agreement_removed(guide, year=1990, members=["A", "C"], theta=4, outcome="exports", **YEARS)


def test_a_file_that_is_another_is_told(tmp_path):
    pd.DataFrame({"exporter": ["A"]}).to_csv(tmp_path / models.GUIDE, index=False)
    with pytest.raises(SourceError, match="has no column importer, year, trade, rta"):
        models.agreement_coefficient(given_inputs(reference=tmp_path), **YEARS)


# ---- exposure ------------------------------------------------------------------------------------


def accuracy(monkeypatch, gain):
    draw = np.random.default_rng(3)
    half = draw.lognormal(0, 1, (6, 6))
    flows = half + half.T + np.diag(draw.lognormal(3, 0.3, 6))
    names = list("ABCDEF")
    array = xr.DataArray(flows[None], coords={"year": [2016], "exporter": names, "importer": names},
                         dims=("year", "exporter", "importer"))  # fmt: skip
    monkeypatch.setattr(models, "flows_with_domestic", lambda panel: array)
    inputs = given_inputs(made={("years", 2016, 2016): None})
    return models.exposure_accuracy(inputs, year=2016, shocked=["A", "B"], gain=gain)


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
    made = {("lens", "income", ("P", "Q")): pulls, ("years", 2000, LAST): None,
            ("ties", 2000, LAST, (("trade", 1.0),), "two_way"): ties}  # fmt: skip
    return given_inputs(years, points=points, made=made)


@pytest.mark.parametrize("effect", [0.5, -0.5])
def test_the_link_of_exposure_and_votes_that_was_put_there(effect):
    found = models.exposure_and_votes(votes(effect, 0), poles=["P", "Q"], first=2000, last=LAST)
    assert found["coefficient"] == pytest.approx(effect, abs=0.01)
    assert found["lower end of the band"] < effect < found["upper end of the band"]
    assert found["p by permutation"] == pytest.approx(1 / 200)
    assert found["states"] == 20
    assert found["t with the balance of trade shares"] == pytest.approx(found["t with the balance of exposures"])


def test_votes_that_follow_a_year_later_and_votes_that_go_the_other_way(monkeypatch):
    monkeypatch.setattr(models, "DEALS", 99)
    towards = models.exposure_then_votes(votes(0.5, 1), poles=["P", "Q"], first=2000, last=LAST)
    away = models.exposure_then_votes(votes(-0.5, 1), poles=["P", "Q"], first=2000, last=LAST)
    assert towards["links towards the pole"] >= 1
    assert towards["links away from it"] == 0
    assert towards["links with the balance of trade shares"] == towards["links towards the pole"]
    assert away["links towards the pole"] == 0
    assert away["links away from it"] >= 1
