"""The workbook in a real spreadsheet: recalculated by LibreOffice, every cell is Python's number to a billionth."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from influence.export.workbook import write_workbook
from influence.export.workbook_numbers import numbers_of
from influence.method import Method
from influence.study import Study
from tests.conftest import skip_or_fail
from tests.export.pages import real_panel
from tests.export.spreadsheet import Spreadsheet, differences

LONGEST = 180
CASES = {
    "korea": (("KOR",), 2016, {}),
    "the region's largest": (("KOR", "JPN", "AUS", "IDN", "VNM", "PHL"), 2020, {}),
    "hardly observed, and a pole": (("PRK", "HKG", "TWN", "NRU", "CHN"), 2022, {}),
    "markets, by CINC": (("JPN", "MYS"), 2008, {"trade_base": "exports", "capability": "cinc"}),
    "suppliers, in an old series": (("KOR", "THA"), 1995, {"trade_base": "imports"}),
    "three poles": (("GEO", "ARM", "UKR"), 2013, {"poles": ("eu", "RUS", "USA")}),
}
WEIGHTS = (
    None,
    {"trade": 0.2, "alliance": 0.5, "agreement": 0.0, "troops": 0.3},
    {"trade": 0.0, "alliance": 7.0, "agreement": 3.0, "troops": 0.0},
)


@pytest.fixture(scope="module")
def soffice() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        skip_or_fail("no LibreOffice here; install libreoffice-calc")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A separate profile, so that no other configuration matters and a running office is left alone."""
    return tmp_path_factory.mktemp("profile")


def book(path: Path, case: str, weights: dict[str, float] | None = None) -> Path:
    states, year, choices = CASES[case]
    poles, choices = choices.get("poles", ("CHN", "USA")), {k: v for k, v in choices.items() if k != "poles"}
    method = Method(**choices) if weights is None else Method(weights=weights, **choices)
    return write_workbook(numbers_of(Study(real_panel(), method, poles), states, year), path, command="x")


def recalculated(soffice: str, profile: Path, path: Path, weights: dict[str, float] | None) -> Spreadsheet:
    """The file with other weights typed in and without any carried value, opened, worked out and saved again."""
    done = openpyxl.load_workbook(path)
    for row in range(6, 10):
        name = done["weights"].cell(row, 1).value
        if weights is not None:
            done["weights"].cell(row, 2).value = weights[name]
    changed = path.with_name(f"changed_{path.name}")
    done.save(changed)
    bare = Spreadsheet(changed)
    assert not [place for place in bare.formulas() if bare.cached[place] is not None]
    command = [
        soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to",
        "xlsx:Calc MS Excel 2007 XML", "--outdir", str(path.parent / "out"), str(changed),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
    return Spreadsheet(path.parent / "out" / changed.name)


@pytest.mark.parametrize("weights", WEIGHTS, ids=["as made", "troops among them", "pledges alone"])
@pytest.mark.parametrize("case", CASES)
def test_libreoffice_gives_pythons_numbers(soffice, profile, tmp_path, case, weights):
    theirs = recalculated(soffice, profile, book(tmp_path / "a.xlsx", case), weights)
    written = Spreadsheet(book(tmp_path / "b.xlsx", case, weights))
    assert set(written.formulas()) == set(theirs.formulas())
    assert differences(written, theirs.cached, recalculated=False) == []
    # Something was worked out: numbers, and not only blanks.
    assert sum(isinstance(value, float) for value in theirs.cached.values()) > 400
