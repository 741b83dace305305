"""The lines of Python in the README, as they are there; and an import that does nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import influence

README = Path(__file__).resolve().parents[1] / "README.md"


@pytest.fixture(scope="module")
def made() -> dict:
    """Every name of the block of Python in the README, run as it is."""
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[1], names)
    return names


def test_the_lines_of_the_readme_work_as_they_are(made):
    assert made["pulls"].dims == made["network"].dims == ("pole", "year", "target")
    assert float(made["balance"].sel(pole="CHN-USA")) < 0
    assert type(made["graph"]) is nx.DiGraph
    assert {"KOR", "JPN", "CHN", "USA", "TWN", "PRK", "VNM", "NAM"} <= set(made["graph"])
    assert made["alone"].method.weighing == ["trade"]
    assert repr(made["study"]) == "<Study: 1990-2023, CHN, USA; weights trade 0.6, alliance 0.3, agreement 0.1>"
    assert "KOR" in repr(made["found"])


def test_identities_hold_on_the_real_panel(made):
    for array in (made["study"].layers, made["study"].ties):
        whole = array.sum("source") + array["not_covered"] + array["unobserved"]
        np.testing.assert_allclose(whole.values, 1.0, atol=1e-9)
        assert float(array.min()) >= 0
        assert float(array.max()) <= 1 + 1e-12


def test_korea_relies_more_on_china_by_trade_and_on_the_united_states_in_all(made):
    by_trade = float(made["alone"].metric("pull_balance").sel(year=2016, target="KOR", pole="CHN-USA"))
    assert by_trade == pytest.approx(0.32, abs=0.01)
    assert float(made["balance"].sel(pole="CHN-USA")) < 0


def test_a_small_ally_s_pledge_does_not_bind_a_great_power(made):
    alliance = made["study"].layers.sel(layer="alliance", year=2016)
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
    ranks = [nx.pagerank(made["graph"], weight=weight)["USA"] for weight in ("pull", None)]
    assert ranks[0] != pytest.approx(ranks[1])
