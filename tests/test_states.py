"""Names and codes: every spelling of a state leads to it, and to no other."""

from __future__ import annotations

import pytest

from influence.errors import StateError
from influence.states import SCHEMES, bundled_registry, normalize_name
from influence.tables import curated


@pytest.mark.parametrize(
    ("iso3", "spellings"),
    [
        (
            "KOR",
            [
                "Korea",
                "South Korea",
                "ROK",
                "410",
                "KOR",
                "kor",
                " Korea, Rep. ",
                "Republic of Korea",
                "Korea, Rep. of",
            ],
        ),
        ("PRK", ["DPRK", "North Korea", "408", "Korea, Dem. People's Rep. of", "Korea, Dem. Rep."]),
        (
            "TWN",
            ["Taiwan", "Chinese Taipei", "490", "158", "TWN", "CHT", "Taiwan Province of China", "Other Asia, nes"],
        ),
        ("HKG", ["Hong Kong", "Hong Kong SAR, China", "China, P.R.: Hong Kong", "344", "HKG"]),
        ("MAC", ["Macao", "Macau", "China, P.R.: Macao", "446", "MAC"]),
        ("CHN", ["China", "China, P.R.: Mainland", "PRC", "156"]),
        ("VNM", ["Viet Nam", "Vietnam", "VIETNAM", "704"]),
        ("USA", ["842", "840", "US", "U.S.", "United States", "United States of America"]),
        ("IND", ["699", "356", "India"]),
        ("CHE", ["757", "756", "Switzerland"]),
        ("NOR", ["579", "578", "Norway"]),
        ("FRA", ["251", "250", "France"]),
        ("CZE", ["Czechia", "Czech Republic", "Czech Rep.", "203"]),
        ("ROU", ["ROM", "ROU", "Romania"]),
        ("COD", ["ZAR", "COD", "Zaire"]),
        ("TLS", ["TMP", "TLS", "East Timor"]),
        ("NAM", ["Namibia", "516", "NAM"]),
        ("CIV", ["Côte d'Ivoire", "Cote d'Ivoire", "cote d ivoire"]),
        ("PSE", ["PAL", "PSE", "West Bank and Gaza"]),
    ],
)
def test_every_spelling_leads_to_the_state(iso3, spellings):
    assert {text: bundled_registry().resolve(text) for text in spellings} == dict.fromkeys(spellings, iso3)


@pytest.mark.parametrize(
    ("cow", "iso3"), [("732", "KOR"), ("731", "PRK"), ("713", "TWN"), ("710", "CHN"), ("2", "USA"), ("255", "DEU")]
)
def test_cow_codes(cow, iso3):
    assert bundled_registry().code_map("cow")[cow] == iso3


def test_one_number_means_different_states_in_different_schemes():
    assert bundled_registry().code_map("cow")["710"] == "CHN"
    assert bundled_registry().code_map("m49")["710"] == "ZAF"


@pytest.mark.parametrize("text", ["Czechoslovakia", "CSK", "Yugoslavia", "Soviet Union", "World"])
def test_what_is_gone_is_not_its_successor(text):
    with pytest.raises(StateError, match="is not a state of the panel"):
        bundled_registry().resolve(text)


def test_czechoslovakia_is_excluded_in_every_scheme_and_mapped_in_none():
    for scheme, code in (("iso3", "CSK"), ("m49", "200"), ("cow", "315"), ("name", "czechoslovakia")):
        assert code in bundled_registry().excluded_codes(scheme)
        assert code not in bundled_registry().code_map(scheme)


def test_an_unknown_state_gets_the_nearest_names():
    with pytest.raises(StateError, match=r"'Japn' is not known\. Did you mean Japan"):
        bundled_registry().resolve("Japn")


@pytest.mark.parametrize("text", ["", "   ", "1", "?"])
def test_nothing_is_no_state(text):
    with pytest.raises(StateError):
        bundled_registry().resolve(text)


def test_namibia_is_never_missing():
    states = bundled_registry().states
    assert states.loc["NAM", "iso2"] == "NA"
    assert bundled_registry().resolve("NA") == "NAM"
    assert not states[["iso2", "m49", "name", "kind", "region"]].isna().any().any()


def test_the_table_of_states_is_sound():
    states = bundled_registry().states
    assert states.index.is_unique
    assert states.index.is_monotonic_increasing
    assert states.index.str.fullmatch("[A-Z]{3}").all()
    for column in ("iso2", "name"):
        assert states[column].is_unique
    given = states.loc[states["m49"] != "", "m49"]
    assert given.is_unique
    assert given.str.fullmatch(r"\d{3}").all()
    assert states["cow"].dropna().is_unique
    assert states["latitude"].between(-90, 90).all()
    assert states["longitude"].between(-180, 180).all()


@pytest.mark.parametrize("table", ["aliases.csv", "excluded.csv"])
def test_each_code_is_listed_once_with_a_known_scheme(table):
    rows = curated(table)
    assert set(rows["scheme"]) <= set(SCHEMES)
    folded = rows["code"].map(normalize_name).where(rows["scheme"] == "name", rows["code"])
    twice = rows[rows.assign(folded=folded).duplicated(["scheme", "folded"], keep=False)]
    assert twice.empty, twice.to_string()


def test_aliases_lead_to_states_and_never_to_two():
    aliases = curated("aliases.csv")
    assert set(aliases["iso3"]) <= set(bundled_registry().states.index)
    codes = {
        "iso3": {iso3: iso3 for iso3 in bundled_registry().states.index},
        "m49": {m49.lstrip("0"): iso3 for iso3, m49 in bundled_registry().states["m49"].items() if m49},
        "cow": {str(cow): iso3 for iso3, cow in bundled_registry().states["cow"].dropna().items()},
        "name": {normalize_name(name): iso3 for iso3, name in bundled_registry().states["name"].items()},
    }
    for row in aliases.itertuples():
        code = normalize_name(row.code) if row.scheme == "name" else row.code
        assert codes[row.scheme].get(code, row.iso3) == row.iso3, row


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_code_is_both_a_state_and_excluded(scheme):
    assert not bundled_registry().code_map(scheme).keys() & bundled_registry().excluded_codes(scheme).keys()


def test_every_exclusion_has_a_reason():
    assert (curated("excluded.csv")["reason"].str.len() > 5).all()


def test_an_unknown_scheme_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="allowed: iso3, m49, cow, name"):
        bundled_registry().code_map("iso2")


def test_groups_hold_known_states_in_order_of_time():
    groups = curated("groups.csv")
    assert set(groups["iso3"]) <= set(bundled_registry().states.index)
    dated = groups[(groups["begin"] != "") & (groups["end"] != "")]
    assert (dated["begin"].astype(int) <= dated["end"].astype(int)).all()


def test_an_unknown_group_names_the_known_ones():
    with pytest.raises(StateError, match="asia_pacific"):
        bundled_registry().members("asia_pacfic")


# ---- read only -----------------------------------------------------------------------------------------


TABLES_OF_STATES = {
    "Registry.states": lambda: bundled_registry().states,
    "Tables.observed": lambda: bundled_registry().tables.observed("states").set_index("iso3"),
}


@pytest.mark.parametrize("name", TABLES_OF_STATES)
def test_a_table_of_states_that_a_caller_changes_changes_nothing_else(name):
    given = TABLES_OF_STATES[name]
    table = given()
    table.loc["KOR", "name"] = "Nowhere"
    table["kind"] = "gone"
    del table["iso2"]
    table.insert(0, "more", 1)
    again = given()
    assert (again.loc["KOR", "name"], "iso2" in again, "more" in again) == ("South Korea", True, False)
    assert bundled_registry().name("KOR") == "South Korea"
    assert bundled_registry().resolve("Japan") == "JPN"


@pytest.mark.parametrize("table", ["groups", "aliases", "pact_corrections"])
def test_a_curated_table_that_a_caller_changes_changes_nothing_else(table):
    before = curated(table).to_numpy().tolist()
    changed = curated(table)
    changed.iloc[:, 0] = "changed"
    del changed[changed.columns[1]]
    assert curated(table).to_numpy().tolist() == before
    assert "KOR" in bundled_registry().members("asia_pacific")


def test_code_maps_cannot_be_written_to():
    for mapping in (
        bundled_registry().code_map("name"),
        bundled_registry().excluded_codes("name"),
        bundled_registry().code_map("iso3"),
    ):
        with pytest.raises(TypeError):
            mapping["korea"] = "PRK"  # type: ignore[index]
    assert bundled_registry().code_map("name")["korea"] == "KOR"


def test_lists_that_a_caller_changes_change_nothing_else():
    for given in (
        bundled_registry().names,
        bundled_registry().group_names,
        lambda: bundled_registry().members("asean"),
    ):
        before = list(given())
        given().clear()
        assert given() == before
