"""The register of claims, and every verdict it gives."""

from __future__ import annotations

import pytest

from influence.comparison.sides import parse_side
from influence.comparison.tables import compare_sides
from influence.config import Config
from influence.errors import ClaimError
from influence.evidence.claims_register import TESTS, load_claims
from influence.evidence.claims_testing import NUMBERS, VERDICTS, findings_of
from influence.loading import load_study
from influence.study import Study


@pytest.fixture(scope="module")
def findings():
    study = load_study(Config())
    return {claim.key: findings_of(claim, study) for claim in load_claims()}


def later_years(first: int = 2016) -> Study:
    """The bundled panel from a year on, at the default choices."""
    return load_study(Config(first_year=first))


EXPECTED = {
    "deficit_doubled": "holds",
    "tpp_less_dependent": "partly",
    "tpp_more_diversified": "does not hold",
    "korus_end_trade_step": "does not hold",
    "korus_end_alliance_step": "holds",
    "vacuum_after_2017": "does not hold",
    "allies_not_on_trade": "does not hold",
    "korea_in_tpp": "does not hold",
}


@pytest.mark.parametrize("key", EXPECTED)
def test_the_verdicts(findings, key):
    found = findings[key]
    assert found.verdict == EXPECTED[key]
    assert found.verdict in VERDICTS
    assert list(found.numbers.columns) == NUMBERS
    assert found.claim.caveats
    assert found.claim.sources


def test_there_is_no_claim_without_its_expected_verdict(findings):
    assert set(findings) == set(EXPECTED)


def test_the_deficit_is_that_of_the_raw_reports(findings, shared_data):
    import pandas as pd

    raw = pd.read_csv(shared_data / "trade" / "imf_dots_reporters_2011_2023.csv.gz")
    numbers = findings["deficit_doubled"].numbers.set_index("what")["value"]
    assert numbers["as USA reports it (IMF), 2016"] == pytest.approx(27.7e9, rel=0.03)
    assert numbers["reconciled (BACI), 2011"] == pytest.approx(57.4e9 - 41.8e9, rel=0.01)
    assert len(raw) > 0


def test_both_steps_of_the_end_of_korus_are_shown(findings):
    trade, alliance = (findings[f"korus_end_{step}_step"].numbers["value"].iloc[0] for step in ("trade", "alliance"))
    assert 0 < trade < 0.1 < 0.5 < alliance


def test_the_sentence_on_the_vacuum_has_its_numbers(findings):
    text = findings["vacuum_after_2017"].text
    assert text.startswith("Not larger than normal variation")
    assert "The direct pull of USA on them changed from" in text


def test_korea_is_named_beside_the_true_members(findings):
    text = findings["korea_in_tpp"].text
    assert text.startswith("KOR is not among the members of TPP")
    assert "JPN" in text


def test_a_claim_on_an_assumed_depth_has_the_range_of_the_comparison(tmp_path):
    path = tmp_path / "claims.yaml"
    path.write_text(
        "claims:\n  - {key: a, claim: It is so., test: scenario, scenario: without_rcep, year: 2023, states: [KOR],\n"
        "     measure: balance, expect: falls}\n",
        encoding="utf-8",
    )
    study = later_years(2017)
    numbers = findings_of(load_claims(path)[0], study).numbers.iloc[0]
    sides = parse_side("2023", study), parse_side("2023:without_rcep", study)
    rows = compare_sides(*sides, study, states=["KOR"]).states.set_index(["metric", "pole"])
    expected = rows.loc[("pull_balance", "CHN-USA")]
    assert numbers[["value", "low", "high"]].tolist() == pytest.approx(expected[["change", "low", "high"]].tolist())


GOOD = "claims:\n  - {key: a, claim: It is so., test: membership, state: JPN, agreement: CPTPP}\n"


def refused(tmp_path, text) -> str:
    path = tmp_path / "claims.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimError) as raised:
        load_claims(path)
    return str(raised.value)


def test_a_new_claim_is_an_entry(tmp_path):
    path = tmp_path / "claims.yaml"
    path.write_text(GOOD, encoding="utf-8")
    found = findings_of(load_claims(path)[0], later_years())
    assert found.verdict == "holds"
    path.write_text(GOOD.replace("JPN", "USA").replace("CPTPP", "TPP"), encoding="utf-8")
    found = findings_of(load_claims(path)[0], later_years())
    assert found.verdict == "partly"
    assert "never in force" in found.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claims: []\n", "must hold 'claims:'"),
        ("[1]\n", "must hold 'claims:'"),
        (
            GOOD.replace("membership", "memberships"),
            "drift, link, membership, not 'memberships'. Did you mean membership",
        ),
        (GOOD.replace("state: JPN, ", ""), "claim a lacks state"),
        (GOOD.replace("state:", "stat: x, state:"), "'stat' is not known. Did you mean state"),
        (GOOD + GOOD.split("\n", 1)[1], "key a is duplicated"),
        (GOOD.replace("claim: It is so.", "claim: 3"), "claim must be text of at most 2,000 characters, not 3"),
        (GOOD.replace("}", ", caveats: [1]}"), "caveats must be text"),
    ],
)
def test_registers_that_cannot_be_read(tmp_path, text, message):
    assert message in refused(tmp_path, text)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("test: membership, state: Atlantis, agreement: TPP", "claim a: state: state 'Atlantis' is not known"),
        ("test: membership, state: JPN, agreement: XYZ", "no agreement 'XYZ'"),
        ("test: link, layers: [trade, love], year: 2016, expect: none", "no layer love"),
        ("test: link, layers: [trade, alliance], year: 2016, expect: much", "expect must be one of none, some"),
        (
            "test: scenario, scenario: korus_ended, year: 2018, states: [KOR], measure: joy, expect: falls",
            "measure must be one of trade_share, concentration, balance, not 'joy'",
        ),
        (
            "test: scenario, scenario: korus_ended, year: 2018, states: [KOR], measure: balance, expect: flies",
            "expect must be one of falls, rises, crosses",
        ),
        ("test: scenario, scenario: no, year: 2018, states: [KOR], measure: balance, expect: falls", "claim a: "),
    ],
)
def test_entries_that_their_test_cannot_take(tmp_path, entry, message):
    path = tmp_path / "claims.yaml"
    path.write_text(f"claims:\n  - {{key: a, claim: So., {entry}}}\n", encoding="utf-8")
    with pytest.raises(ClaimError, match="claim a") as raised:
        findings_of(load_claims(path)[0], later_years())
    assert message in str(raised.value)


def test_every_field_of_every_test_says_what_it_means():
    assert all(field.help for fields in TESTS.values() for field in fields.values())
