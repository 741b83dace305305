"""The lines of Python the README begins with, as they are there; and an import that does nothing."""

from __future__ import annotations

import subprocess
import sys

import networkx as nx
import numpy as np
import pytest
import xarray as xr

import influence

LINES = """
import influence as inf
panel = inf.load_panel()
layers = inf.build_layers(panel)
ties = inf.build_ties(panel)
g = inf.build_graph(ties, 2016)
balance = inf.pull_balance(ties, poles=("CHN", "USA"))
"""


@pytest.fixture(scope="module")
def made() -> dict:
    names: dict = {}
    exec(LINES, names)
    return names


def test_the_lines_work_as_they_are(made):
    assert isinstance(made["panel"], influence.Panel)
    assert made["layers"].dims == ("layer", "year", "source", "target")
    assert made["ties"].dims == ("year", "source", "target")
    assert type(made["g"]) is nx.DiGraph
    assert made["balance"].dims == ("year", "target")
    assert isinstance(made["balance"], xr.DataArray)


def test_the_panel_is_the_asia_pacific_s_and_more(made):
    assert list(made["panel"].years) == list(range(1990, 2024))
    assert {"KOR", "JPN", "CHN", "USA", "TWN", "PRK", "VNM", "NAM"} <= set(made["g"])


def test_identities_hold_on_the_real_panel(made):
    for array in (made["layers"], made["ties"]):
        whole = array.sum("source") + array["not_covered"] + array["unobserved"]
        np.testing.assert_allclose(whole.values, 1.0, atol=1e-9)
        assert float(array.min()) >= 0
        assert float(array.max()) <= 1 + 1e-12


def test_korea_relies_more_on_china_by_trade_and_on_the_united_states_in_all(made):
    trade = influence.build_ties(made["panel"], {"trade": 1.0})
    by_trade = float(influence.pull_balance(trade, ("CHN", "USA")).sel(year=2016, target="KOR"))
    assert by_trade == pytest.approx(0.32, abs=0.01)
    assert float(made["balance"].sel(year=2016, target="KOR")) < 0


def test_a_small_ally_s_pledge_does_not_bind_a_great_power(made):
    alliance = made["layers"].sel(layer="alliance", year=2016)
    assert float(alliance.sel(source="PRK", target="CHN")) < 0.05
    assert float(alliance.sel(source="CHN", target="PRK")) > 0.9


def test_every_name_of_the_package_can_be_imported():
    assert influence.__all__ == sorted(influence.__all__)
    for name in influence.__all__:
        assert callable(getattr(influence, name))
    assert set(dir(influence)) == set(influence.__all__)
    with pytest.raises(AttributeError, match="pull_ballance"):
        _ = influence.pull_ballance


def test_importing_the_package_imports_nothing_heavy_and_writes_nothing(tmp_path):
    code = (
        "import sys, influence; print(*{'pandas', 'numpy', 'xarray', 'networkx', 'yaml', 'click'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True,
                          env={"PYTHONPATH": ":".join(p for p in sys.path if p)})  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("", "")
    assert not list(tmp_path.iterdir())


def test_the_version_is_that_of_the_installed_package():
    from importlib.metadata import version

    assert influence.__version__ == version("influence")


def test_networkx_weighs_by_the_attribute_the_docstring_names(made):
    text = influence.build_graph.__doc__
    assert 'weight="pull"' in text
    assert 'weight="distance"' in text
    ranks = [nx.pagerank(made["g"], weight=weight)["USA"] for weight in ("pull", None)]
    assert ranks[0] != pytest.approx(ranks[1])
