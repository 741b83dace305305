"""The pages as text: size, bytes, what they may fetch, what is escaped, what they carry."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from influence.export import atlas_data
from influence.export.atlas import write_atlas
from influence.export.atlas_data import at_year, build_atlas_data
from influence.export.network_map import layouts, library, write_network
from influence.export.page import content_policy, safe_json
from influence.export.page_data import page_data
from influence.export.tours import chosen_tours, tour_names
from influence.scenario.load import scenario_names
from tests.export.pages import (
    HOSTILE,
    data_of,
    hostile_content,
    pencil_study,
    real_content,
    real_study,
    write_hostile_atlas,
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    plain = real_content()._replace(scenarios=[])
    paths = {
        "atlas": write_atlas(real_content(), folder / "atlas.html", tours=chosen_tours(tour_names())),
        "network": write_network(plain, folder / "network.html"),
        "map_2016": write_network(at_year(plain, 2016), folder / "map_2016.html"),
    }
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


NAMES = ("atlas", "network", "map_2016")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_named_that_a_browser_would_fetch(pages, name):
    text = pages[name].replace(library(), "")
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", text)
    assert "@import" not in text
    assert "url(" not in text.replace("url(#clip", "")


@pytest.mark.parametrize("name", NAMES)
def test_policy_forbids_all_but_the_inlined(pages, name):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', pages[name])[1]
    assert policy.replace("&#39;", "'").startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert " style=" not in re.sub(r"<script.*?</script>", "", pages[name], flags=re.DOTALL)


@pytest.mark.slow
def test_the_region_is_within_a_megabyte_with_every_scenario_and_all_states_within_two(tmp_path, monkeypatch):
    # Both pages show the same scenarios: applied once.
    applied, views = atlas_data.scenario_view, {}
    monkeypatch.setattr(
        atlas_data,
        "scenario_view",
        lambda study, name: views.get(name) or views.setdefault(name, applied(study, name)),
    )
    every = (scenario_names(), True)
    sizes = {}
    for region in ("asia_pacific", "all"):
        content = build_atlas_data(real_study(region), scenarios=every)
        sizes[region] = write_atlas(content, tmp_path / f"{region}.html", tours=chosen_tours(())).stat().st_size
        assert [record["name"] for record, _ in content.scenarios] == scenario_names()
    assert sizes["asia_pacific"] <= 1_000_000
    assert sizes["all"] <= 2_000_000


def test_the_same_input_gives_the_same_bytes(tmp_path):
    contents = [build_atlas_data(pencil_study()) for _ in range(2)]
    for write in (write_atlas, write_network):
        once, again = (write(c, tmp_path / f"{i}.html").read_bytes() for i, c in enumerate(contents))
        assert once == again


def test_a_page_says_source_licence_command_and_choices(pages):
    data = data_of(pages["atlas"])
    names = "korus_ended,tpp_with_us,korea_us_alliance_ended"
    assert data["command"] == f"influence atlas --region asia_pacific --poles CHN,USA --scenarios {names}"
    assert data_of(pages["network"])["command"] == "influence map --region asia_pacific --poles CHN,USA"
    assert data_of(pages["map_2016"])["command"] == "influence map --region asia_pacific --poles CHN,USA --year 2016"
    assert any("Etalab" in card for card in data["cards"])
    assert "vis-network 9.1.2" in pages["network"]
    assert "vis-network" not in pages["atlas"]
    other = page_data(build_atlas_data(pencil_study(trade_base="exports")))
    assert other["choices"] == ["trade by markets"]
    assert other["command"].endswith("--poles AAA,BBB --base exports")


def test_safe_json_cannot_end_a_script_and_keeps_its_text():
    text = safe_json({"a": "</script><!-- & \u2028"})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"a": "</script><!-- & \u2028"}
    with pytest.raises(ValueError, match=r"NaN|Out of range"):
        safe_json(float("nan"))


def test_policy_hash_is_the_browser_s():
    # The example of the specification (CSP Level 2, 4.2.5): alert('Hello, world.');
    assert "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='" in content_policy(["alert('Hello, world.');"], [])


def test_hostile_texts_stay_text(tmp_path):
    paths = [write_hostile_atlas(tmp_path), write_network(hostile_content(), tmp_path / "network.html")]
    for text in (path.read_text(encoding="utf-8") for path in paths):
        assert "<script>window.owned" not in text
        assert 'onerror="window' not in text
        assert {state["name"] for state in data_of(text)["states"]} == set(HOSTILE)


def test_a_page_that_cannot_be_made_leaves_the_old_one(tmp_path, monkeypatch):
    from influence.export import page

    path = tmp_path / "atlas.html"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(page, "static", lambda name: (_ for _ in ()).throw(OSError("gone")))
    content = build_atlas_data(pencil_study())
    with pytest.raises(OSError, match="gone"):
        write_atlas(content, path)
    assert [(p.name, p.read_text(encoding="utf-8")) for p in tmp_path.iterdir()] == [("atlas.html", "old")]


def test_places_are_the_same_in_all_years_and_no_two_states_share_one():
    places = layouts(real_content())
    assert set(places) == {"geography", "embedding"}
    for listed in places.values():
        assert len(listed) == len(real_content().frame.shown)
        assert len({tuple(place) for place in listed}) == len(listed)


def test_likeness_puts_like_near_like():
    shown = list(real_content().frame.shown)
    places = dict(zip(shown, layouts(real_content())["embedding"], strict=True))

    def distance(one: str, other: str) -> float:
        (a, b), (c, d) = places[one], places[other]
        return ((a - c) ** 2 + (b - d) ** 2) ** 0.5

    # Mexico and Canada rely on the United States alike; Mongolia on China.
    assert distance("MEX", "CAN") < distance("MEX", "MNG")
    assert distance("JPN", "KOR") < distance("JPN", "MNG")


def test_static_files_are_readable():
    from influence.export import page

    for path in sorted((Path(page.__file__).parent / "static").iterdir()):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert path.suffix in (".js", ".css")
        assert max(map(len, lines)) <= 260, path.name
        assert path.suffix == ".css" or lines[0] == '"use strict";'
