"""`influence validate`: the table, the records, the page, and what cannot be served."""

from __future__ import annotations

import json
import os

import pytest
from click.testing import CliRunner

from influence.cli import cli
from influence.errors import ValidationError
from tests.cli.calls import call

WRONG = """findings:
  - name: never
    title: Korea never crossed
    source: Nobody 1999
    published: '1999'
    unit: year
    measure: trade_crossing
    arguments: {state: KOR, poles: [CHN, USA]}
    expect: {lasting crossing: 1999}
    within: 1
    tolerance_reason: A test.
    why: It did.
"""


@pytest.fixture(autouse=True)
def nothing_shared(monkeypatch):
    """A folder of raw files named in somebody's shell must not change what these tests see."""
    monkeypatch.delenv("INFLUENCE_SHARED", raising=False)


@pytest.fixture
def register(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, encoding="utf-8")
    return str(path)


def test_one_finding_in_full():
    printed = call("validate", "--only", "korea_crossing", "--quiet").stdout
    assert "korea_crossing  lasting crossing       2004      2004        none  yes" in printed
    assert "Of 1 published findings 1 agree, 0 in part, 0 do not." in printed
    assert "China passes the US in South Korea's trade\nPublished: 2004 (The Hankyoreh" in printed


def test_a_finding_that_fails_is_shown_and_is_no_fault_unless_asked(register):
    done = call("validate", "--file", register, "--quiet")
    assert done.exit_code == 0
    assert "+5 years  no" in done.stdout
    strict = CliRunner().invoke(cli, ["validate", "--file", register, "--strict", "--csv"])
    assert strict.exit_code == 1
    assert strict.stdout.splitlines()[0].startswith("name,title,source,published,unit,label")
    assert ",1999.0,1999.0,,2004.0,,5.0,no,no,,It did." in strict.stdout


def test_without_the_reference_files_a_finding_is_not_checked(tmp_path):
    done = call("validate", "--only", "agreement_coefficient", "--only", "nafta_income", "--reference", str(tmp_path),
                "--strict", "--json")  # fmt: skip
    assert done.exit_code == 0
    rows = json.loads(done.stdout)
    assert {row["agrees"] for row in rows} == {"not checked"}
    assert all("needs the reference file" in row["not_checked"] for row in rows)
    assert [row["computed"] for row in rows] == [None] * 4


def test_the_page_is_written_and_named(register, tmp_path):
    out = tmp_path / "page" / "validation.md"
    printed = call("validate", "--file", register, "--out", str(out)).stdout
    assert printed == f"{out}: Of 1 published findings 0 agree, 0 in part, 1 do not.\n"
    assert "### Korea never crossed" in out.read_text(encoding="utf-8")
    assert call("validate", "--file", register, "--out", str(out), "--quiet").stdout == ""


def test_the_measures_are_listed():
    printed = call("validate", "--measures").stdout
    assert "trade_crossing: The balance of the two" in printed
    assert "base" in printed
    assert "(optional)" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--only", "korea_crosing"), "there is no finding 'korea_crosing'. Did you mean korea_crossing"),
        (("--file", "nowhere.yaml"), "nowhere.yaml cannot be read"),
        (("--reference", "nowhere"), "there is no reference folder nowhere"),
    ],
)
def test_what_cannot_be_served_is_refused(arguments, message):
    with pytest.raises(ValidationError) as error:
        call("validate", *arguments)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--json", "--csv"), "exclude each other"), (("--out", "x", "--only", "korea_crossing"), "leave out --only")],
)
def test_options_that_do_not_go_together(arguments, message):
    done = CliRunner().invoke(cli, ["validate", *arguments])
    assert done.exit_code == 2
    assert message in done.stderr
    assert not os.path.exists("x")
