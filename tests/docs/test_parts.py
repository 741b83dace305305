"""Marks in the pages: each is answered, an unknown one stops the build, and a section is at home in one file."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import influence
from docs_build.equations import EQUATIONS, exported, homes
from docs_build.page_study import PageStudy
from docs_build.parts import LINK, MARK, PICTURES, ROOT, TABLES, WORKED, PartError, filled, section
from influence.export.colours import ANCHORS
from influence.schema import FLAGS

DOCS = ROOT / "docs"
STUDY = PageStudy("KOR", 2016, ("JPN",))


def marks() -> list[tuple[str, str]]:
    """Every mark of every page."""
    return [found for path in DOCS.glob("*.md") for found in MARK.findall(path.read_text(encoding="utf-8"))]


def test_every_part_is_in_a_page():
    used = {(kind, rest) for kind, rest in marks()}
    for kind, known in (("worked", WORKED), ("picture", PICTURES), ("table", TABLES)):
        assert {rest for name, rest in used if name == kind} == set(known)
    assert {rest for name, rest in used if name == "functions"} == set(EQUATIONS)


def test_every_equation_of_the_design_is_worked():
    assert list(EQUATIONS) == [str(n) for n in range(1, 16)]
    assert {name.split()[0] for name in WORKED} == set(EQUATIONS)


@pytest.mark.parametrize("number", EQUATIONS)
def test_a_function_of_an_equation_says_so_or_its_module_does(number):
    texts = []
    for path in EQUATIONS[number]:
        module, _, name = path.rpartition(".")
        found = import_module(module)
        texts.append(f"{getattr(found, name).__doc__} {found.__doc__}")
    assert any(re.search(rf"equations? (?:\d+ and )?{number}\b", text) for text in texts)


def test_names_of_the_package_are_known_as_such():
    assert exported("influence.metrics.pull.direct_pull")
    assert not exported("influence.portfolios.trade_dependence")
    assert set(homes()) == set(influence.__all__)
    for name, home in homes().items():
        assert getattr(import_module(home), name) is getattr(influence, name)


@pytest.mark.parametrize(
    "mark", ["<!-- made: nothing -->", "<!-- made: table nothing -->", "<!-- made: section README.md No such head -->"]
)
def test_an_unknown_mark_stops_the_build(mark):
    with pytest.raises(PartError):
        filled(f"text\n\n{mark}\n", STUDY)


ROWS = "source,target,year,value\nUSA,KOR,2016,{}\n"
CHECK = "influence data check mine.csv"


def test_a_page_is_walked_through_with_its_files():
    page = f'```csv title="mine.csv"\n{ROWS.format(1)}```\n\n<!-- made: printed {CHECK} -->\n'
    text = filled(page, STUDY)
    assert text.startswith(page.split("<!--")[0])
    assert f"```console\n$ {CHECK}\nmine.csv, read as a layer (portfolio), 1 row: no faults.\n" in text
    script = "from pathlib import Path\nprint(Path('mine.csv').read_text())\n"
    page += f'```python title="say.py"\n{script}```\n<!-- made: printed python say.py -->\n'
    assert f"```console\n$ python say.py\n{ROWS.format(1)}```" in filled(page, STUDY)


def test_a_fault_is_shown_where_one_is_meant_and_stops_the_build_elsewhere():
    page = f'```csv title="mine.csv"\n{ROWS.format("-1")}```\n<!-- made: printed {CHECK} -->\n'
    with pytest.raises(RuntimeError, match="ended with 1"):
        filled(page, STUDY)
    assert "is below 0; a tie is a number of 0 or more" in filled(page.replace("printed", "refused"), STUDY)
    with pytest.raises(RuntimeError, match="ended with 0"):
        filled(page.replace("printed", "refused").replace("-1", "1"), STUDY)
    sentence = filled("<!-- made: refused influence pull Atlantis -->\n", STUDY)
    assert "\ninfluence: state 'Atlantis' is not known." in sentence


def test_a_table_of_the_schema_takes_the_place_of_its_mark():
    text = filled("before\n\n<!-- made: table flags -->\n\nafter\n", STUDY)
    assert text.startswith("before\n\n| flag | meaning |")
    assert text.endswith("\n\nafter\n")
    for name, meaning in FLAGS.items():
        assert f"| `{name}` | {meaning} |" in text


def test_a_section_is_the_text_of_its_file_with_links_as_seen_from_the_pages(tmp_path: Path):
    links = "See [docs/validation.md](docs/validation.md#x), [the licence](LICENSE), [site](https://x.org/)."
    limits = section(ROOT / "README.md", "Limits")
    assert limits.startswith("- Goods only")
    assert "## " not in limits
    copy = tmp_path / "x.md"
    copy.write_text(f"# A\n\n## One\n\n{links}\n\n## Two\n\nMore.\n", encoding="utf-8")
    assert section(copy, "One") == "See `docs/validation.md`, `the licence`, [site](https://x.org/)."
    assert section(copy, "Two") == "More."


def test_links_of_included_sections_lead_to_pages():
    for name, head in (("README.md", "Limits"), ("README.md", "How to read a number")):
        for _, target in LINK.findall(section(ROOT / name, head)):
            assert (DOCS / target.partition("#")[0]).is_file()


def test_no_page_types_a_number_that_could_be_computed():
    """Pages contain balances, shares with decimals and dollars only where a mark computes them."""
    figures = re.compile(r"\d+\.\d+ %|[+−-]0\.\d+|\d[\d,.]* (?:billion|million|trillion)")
    for path in sorted(DOCS.glob("*.md")):
        if path.name not in ("validation.md", "scale.md"):  # tables of measurements, each with its command
            assert figures.findall(path.read_text(encoding="utf-8")) == [], path.name


def test_the_pictures_have_the_colours_of_the_maps():
    from docs_build.pictures import colours_css

    for theme in ("light", "dark"):
        for colour in ANCHORS[theme][:2]:
            assert colour in colours_css()
