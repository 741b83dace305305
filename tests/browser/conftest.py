"""One browser and the real pages for every test of the folder's modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from influence.export.atlas import write_atlas
from influence.export.network_map import write_network
from influence.export.tours import chosen_tours, tour_names
from tests.export.pages import real_content


@pytest.fixture(scope="session")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The atlas of the region with three scenarios and the bundled tours."""
    path = tmp_path_factory.mktemp("atlas") / "atlas.html"
    return write_atlas(real_content(), path, tours=chosen_tours(tour_names()))


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network page of the region, all years."""
    path = tmp_path_factory.mktemp("network") / "network.html"
    return write_network(real_content()._replace(scenarios=[]), path)
