"""Tours: what they may contain, where their numbers come from, and what is refused."""

from __future__ import annotations

import pytest

import influence as inf
from influence.errors import TourError
from influence.export.tours import chosen_tours, load_tour, parse_tour, tour_names, tour_records
from tests.export.pages import POLES, real_content, real_panel

STEP = {"view": {"year": 2016, "state": "KOR"}, "text": "Korea {relies KOR 2016}."}


def tour(**parts):
    return {"name": "mine", "title": "Mine", "steps": [STEP], **parts}


def test_the_bundled_tours_are_there_and_play():
    assert tour_names() == ["korus_to_cptpp", "two_hierarchies"]
    tours = chosen_tours(())
    assert [t.title for t in tours[0]] == [
        "From KORUS to CPTPP", "Two hierarchies: one power leads in trade, the other in security",
    ]  # fmt: skip
    records = tour_records((tours[0], True), real_content())
    assert all("{" not in step["text"] for one in records for step in one["steps"])
    assert records[0]["steps"][4]["view"] == "#y=2018&c=VNM&s=tpp_with_us"


@pytest.mark.parametrize(
    "asked, layer",
    [("{balance KOR 2011}", None), ("{balance JPN 2016 trade}", "trade"), ("{balance AUS 2020 alliance}", "alliance")],
)
def test_numbers_are_those_of_the_measures(asked, layer):
    weights = {layer: 1.0} if layer else {"trade": 0.6, "alliance": 0.3, "agreement": 0.1}
    balance = inf.pull_balance(inf.build_ties(real_panel(), weights), POLES)
    _, state, year, *_ = asked.strip("{}").split()
    records = tour_records(([parse_tour(tour(steps=[{**STEP, "text": asked}]), "x")], True), real_content())
    value = float(balance.sel(year=int(year), target=state))
    assert records[0]["steps"][0]["text"] == f"{value:+.2f}".replace("-", "\u2212")


def test_pulls_and_classes_are_given_in_words():
    text = "{pull USA KOR 2016} and {relies KOR 2016}"
    records = tour_records(([parse_tour(tour(steps=[{**STEP, "text": text}]), "x")], True), real_content())
    pull = float(inf.direct_pull(inf.build_ties(real_panel()), "USA").sel(year=2016, target="KOR"))
    assert records[0]["steps"][0]["text"].startswith(f"{100 * pull:.1f} % and relies")
    assert "much more on the United States than on China (\u22120.4" in records[0]["steps"][0]["text"]


def test_weights_become_the_address():
    one = parse_tour(tour(steps=[{"view": {"weights": {"alliance": 100}, "land": True}, "text": "x"}]), "x")
    assert one.steps[0].view == {"w": "0,100,0,0", "n": "1"}


@pytest.mark.parametrize(
    "content, message",
    [
        ([], "must be entries 'key: value' with name, title, steps"),
        (tour(more=1), "'more' is not known"),
        (tour(name="<b>"), "letters, digits and underscores"),
        (tour(title=""), "must be text"),
        (tour(steps=[]), "steps must be a list of 1 to 40 steps"),
        (tour(steps=[{"view": {}, "text": "x"}]), "step 1: view must be one or more of year"),
        (tour(steps=[{"view": {"yaer": 2016}, "text": "x"}]), "view: 'yaer' is not known. Did you mean year"),
        (tour(steps=[{"view": {"year": {}}, "text": "x"}]), "year must be a name, a number"),
        (
            tour(steps=[{"view": {"weights": {"tanks": 1}}, "text": "x"}]),
            "weights: 'tanks' is not known. Allowed: trade",
        ),
        (tour(steps=[{"view": {"weights": {"trade": 0}}, "text": "x"}]), "one of them above 0"),
        (tour(steps=[{"view": {"year": 2016}, "text": "x" * 601}]), "at most 600 characters, and it has 601"),
    ],
)
def test_a_tour_that_breaks_the_form_is_refused(content, message):
    with pytest.raises(TourError, match=message):
        parse_tour(content, "mine.yaml")


@pytest.mark.parametrize(
    "view, text, message",
    [
        ({"year": 1066}, "x", "'1066' is not on this page; there are: 1990"),
        ({"scenario": "nothing"}, "x", "'nothing' is not on this page"),
        ({"state": "QQQ"}, "x", "'QQQ' is not on this page"),
        ({"pinned": ["KOR", "QQQ"]}, "x", "'QQQ' is not on this page"),
        ({"year": 2016}, "{balance QQQ 2016}", "state 'QQQ' is not known"),
        ({"year": 2016}, "{balance KOR}", "cannot be read"),
        ({"year": 2016}, "{size KOR 2016}", "is not known.* Write one of: relies, "),
        ({"year": 2016}, "{pull JPN KOR 2016}", "'JPN' is no pole of this page; write CHN, USA"),
        ({"year": 2016}, "{balance HKG 2016}", "has no value: too little was observed"),
        ({"year": 2016}, "{balance KOR 2050}", "year 2050 is not on this page"),
    ],
)
def test_what_the_page_does_not_have_is_refused_with_its_step(view, text, message):
    one = parse_tour(tour(steps=[{"view": view, "text": text}]), "x")
    with pytest.raises(TourError, match=rf"tour mine, step 1: .*{message}"):
        tour_records(([one], True), real_content())
    assert tour_records(([one], False), real_content()) == []


def test_unknown_names_double_names_and_files(tmp_path):
    with pytest.raises(TourError, match=r"there is no tour 'two_hierarchie'\. Did you mean two_hierarchies"):
        load_tour("two_hierarchie")
    path = tmp_path / "mine.yaml"
    path.write_text("name: two_hierarchies\ntitle: x\nsteps: [{view: {year: 2016}, text: x}]\n", encoding="utf-8")
    assert load_tour(str(path)).steps[0].view == {"y": "2016"}
    with pytest.raises(TourError, match="two tours are called 'two_hierarchies'"):
        chosen_tours(("two_hierarchies", str(path)))
    with pytest.raises(TourError, match="cannot be read"):
        load_tour(str(tmp_path / "none.yaml"))
