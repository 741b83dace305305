"""The spread of flows from what both sides report: with a pencil, and on the real reports."""

from __future__ import annotations

import numpy as np
import pytest

import influence as inf
from influence.uncertainty.mirror import PERSISTENCE, WIDEST, WORTH, disputed, mirror_gaps, mirror_spread
from tests.pencil import pencil_panel
from tests.uncertainty.draw_cases import reports


def both(exporter: str, importer: str, years: range, gaps: tuple[float, ...]) -> list[tuple]:
    """Reports of both sides: a hundred out, a hundred times exp(gap) in."""
    rows = []
    for year, gap in zip(years, gaps, strict=True):
        rows += [(exporter, exporter, importer, year, 100.0), (importer, exporter, importer, year, 100 * np.exp(gap))]
    return rows


def test_gaps_are_less_their_median():
    gap = mirror_gaps(reports(*both("AAA", "BBB", range(2011, 2014), (0.1, 0.3, 0.9))))
    assert gap.loc[("AAA", "BBB", 2011)] == pytest.approx(-0.2)
    assert gap.loc[("AAA", "BBB", 2012)] == pytest.approx(0.0)
    assert gap.loc[("AAA", "BBB", 2013)] == pytest.approx(0.6)


def test_the_spread_with_a_pencil():
    """A-B: two gaps of .4 and -.4, mean square .16, a quarter .04. C-D: .2 and -.2, .01. The median gap is 0."""
    pairs = reports(*both("AAA", "BBB", range(2011, 2013), (0.4, -0.4)),
                    *both("CCC", "DDD", range(2011, 2013), (0.2, -0.2)))  # fmt: skip
    spread = mirror_spread(pencil_panel(), pairs)
    worth = 2 / (1 + PERSISTENCE**2)
    # The quality of A and of B is that of their one pair: shrinking .04 towards .04 leaves it.
    assert float(spread.sd.sel(exporter="AAA", importer="BBB")) == pytest.approx(np.sqrt(0.04))
    assert float(spread.sd.sel(exporter="AAA", importer="CCC")) == pytest.approx(np.sqrt((0.04 + 0.01) / 2))
    assert float(spread.sd.sel(exporter="AAA", importer="AAA")) == 0
    assert bool(spread.reported.sel(exporter="AAA", importer="BBB"))
    assert not bool(spread.reported.sel(exporter="BBB", importer="AAA"))
    # With A also in a pair of .01 its quality is the mean, .025, and A-B is drawn towards (.025 + .04) / 2.
    more = reports(*pairs.itertuples(index=False), *both("AAA", "CCC", range(2011, 2013), (0.2, -0.2)))
    wanted = (worth * 0.04 + WORTH * (0.025 + 0.04) / 2) / (worth + WORTH)
    assert float(mirror_spread(pencil_panel(), more).sd.sel(exporter="AAA", importer="BBB")) == pytest.approx(
        np.sqrt(wanted)
    )


def test_states_that_nobody_reports_on_have_the_quality_of_all():
    pairs = reports(*both("AAA", "BBB", range(2011, 2013), (0.4, -0.4)))
    assert float(mirror_spread(pencil_panel(), pairs).sd.sel(exporter="CCC", importer="DDD")) == pytest.approx(0.2)


def test_without_any_reports_there_is_no_spread():
    assert float(mirror_spread(pencil_panel(), reports()).sd.max()) == 0


def test_a_gap_above_tenfold_counts_as_tenfold_and_is_disputed():
    rows = both("AAA", "BBB", range(2016, 2018), (0.0, 0.0)) + both("BBB", "CCC", range(2016, 2018), (0.0, np.log(900)))
    wild = mirror_spread(pencil_panel(), reports(*rows)).sd.sel(exporter="BBB", importer="CCC")
    tame = reports(*both("AAA", "BBB", range(2016, 2018), (0.0, 0.0)),
                   *both("BBB", "CCC", range(2016, 2018), (0.0, WIDEST)))  # fmt: skip
    assert float(wild) == pytest.approx(
        float(mirror_spread(pencil_panel(), tame).sd.sel(exporter="BBB", importer="CCC"))
    )
    found = disputed(pencil_panel(), reports(*rows))
    assert bool(found.sel(year=2017, source="BBB", target="CCC"))
    assert bool(found.sel(year=2017, source="CCC", target="BBB"))
    assert int(found.sum()) == 2


def test_the_real_reports():
    panel = inf.load_panel()
    spread = mirror_spread(panel).sd
    assert 0.02 < float(spread.sel(exporter="USA", importer="CHN")) < 0.3
    assert 0.1 < float(spread.sel(exporter="FJI", importer="PNG")) < 0.5  # neither reports: the usual quality
    assert float(spread.max()) <= WIDEST
    assert not np.isnan(spread.values).any()
    found = disputed(panel)
    pairs = {tuple(sorted((str(found.source.values[s]), str(found.target.values[t]))))
             for _, s, t in zip(*np.nonzero(found.values), strict=True)}  # fmt: skip
    assert pairs == {("KHM", "SGP")}


def test_how_much_of_a_gap_stays_is_that_of_the_real_reports():
    """One-way analysis of variance of the pairs with six years and more, against the constant."""
    table = mirror_gaps(inf.load_panel().table("reports")).unstack("year")
    table = table[table.notna().sum(axis=1) >= 6]
    mean = table.mean(axis=1)
    within = (table.sub(mean, axis=0) ** 2).sum().sum() / (table.notna().sum(axis=1) - 1).sum()
    between = mean.var() - within / table.notna().sum(axis=1).mean()
    assert between / (between + within) == pytest.approx(PERSISTENCE, abs=0.01)
