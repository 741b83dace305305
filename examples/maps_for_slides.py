"""One map per year for a slide deck, as PNG, and one interactive page: network.html.

python examples/maps_for_slides.py [FOLDER]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import influence as inf
from influence.export.atlas_data import build_atlas_data
from influence.export.figure_files import write_figure
from influence.export.figures import network_map, pull_over_time
from influence.export.network_map import write_network

POLES = ("CHN", "USA")
YEARS = (2000, 2016, 2020)


def main(folder: Path, years: Sequence[int] = YEARS, kinds: Sequence[str] = ("png",)) -> list[Path]:
    """Write the maps of some years, the lines of four states, and the page of all years; return the paths."""
    # Computed once for all pictures.
    content = build_atlas_data(inf.load_study(poles=POLES, region="asia_pacific"))
    made = []
    for year in years:
        made += write_figure(network_map(content, year), folder / f"map_{year}", kinds)
    made += write_figure(pull_over_time(content, ["KOR", "JPN", "AUS", "VNM"]), folder / "lines", kinds)
    made.append(write_network(content, folder / "network.html"))
    return made


if __name__ == "__main__":
    for path in main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())):
        print(path)
