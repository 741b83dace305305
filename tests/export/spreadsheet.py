"""A spreadsheet's arithmetic written again, for the functions of the workbook: formulas worked out from their text.

Nothing of the package is used; the rules are those of the file format: an empty cell counts as 0 in arithmetic and is
equal to "", text in a range is passed over by SUM and counts as 0 in SUMPRODUCT.
"""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from openpyxl.utils import get_column_letter, range_boundaries

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r'|"(?P<text>[^"]*)"'
    r"|(?P<cell>(?:\w+!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![\w(])"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>>=|<=|<>|[-+*/(),><=]))"
)


def read_workbook(path: Path) -> tuple[dict[tuple[str, str], Any], dict[tuple[str, str], Any], dict[str, str]]:
    """What was typed into each cell (formulas with their '='), what each formula carries, and names of cells."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if ".xml" in name}
    book = parts["xl/workbook.xml"]
    texts = [_text(item) for item in parts.get("xl/sharedStrings.xml", ())]
    typed: dict[tuple[str, str], Any] = {}
    cached: dict[tuple[str, str], Any] = {}
    for number, sheet in enumerate(book.iter(f"{MAIN}sheet"), 1):
        for cell in parts[f"xl/worksheets/sheet{number}.xml"].iter(f"{MAIN}c"):
            formula, value = cell.find(f"{MAIN}f"), cell.find(f"{MAIN}v")
            content: Any = None if value is None or value.text is None else value.text
            if cell.get("t") == "inlineStr":
                content = _text(cell)
            elif cell.get("t") == "s" and content is not None:
                content = texts[int(content)]
            elif content is not None and cell.get("t") in (None, "n"):
                content = float(content)
            key = (sheet.attrib["name"], cell.attrib["r"])
            if formula is not None:
                typed[key], cached[key] = f"={formula.text}", content
            elif content is not None:
                typed[key] = content
    return typed, cached, {name.attrib["name"]: name.text or "" for name in book.iter(f"{MAIN}definedName")}


def _text(item: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in item.iter(f"{MAIN}t"))


class Spreadsheet:
    """Cells of a workbook by sheet and place; a formula is worked out when it is asked for, and kept.

    cached : what each formula of the file carries without any calculation, None where nothing.
    """

    def __init__(self, path: Path) -> None:
        self.cells, self.cached, self.names = read_workbook(path)
        self.found: dict[tuple[str, str], Any] = {}

    def put(self, sheet: str, place: str, value: float | None) -> None:
        """Type a value into a cell."""
        self.found.clear()
        if value is None:
            self.cells.pop((sheet, place), None)
        else:
            self.cells[sheet, place] = value

    def formulas(self) -> list[tuple[str, str]]:
        return [key for key, value in self.cells.items() if isinstance(value, str) and value.startswith("=")]

    def value(self, sheet: str, place: str) -> Any:
        """Value of a cell: a number, a text, or None where it is empty."""
        key = (sheet, place)
        if key not in self.found:
            content = self.cells.get(key)
            if isinstance(content, str) and content.startswith("="):
                content = _Reader(self, sheet, content[1:]).whole()
            self.found[key] = content
        return self.found[key]

    def row_of(self, sheet: str, text: str, column: str = "A") -> int:
        """Row whose cell in a column holds the text."""
        rows = [place for (where, place), value in self.cells.items() if where == sheet and value == text]
        (found,) = [int(place[len(column) :]) for place in rows if re.fullmatch(rf"{column}\d+", place)]
        return found

    def column_of(self, sheet: str, text: str, row: int) -> str:
        """Column whose cell in a row holds the text."""
        places = [place for (where, place), value in self.cells.items() if where == sheet and value == text]
        (found,) = [m[1] for m in (re.fullmatch(rf"([A-Z]+){row}", place) for place in places) if m]
        return found


class _Reader:
    """Recursive descent over one formula; a range is a list of its cells."""

    def __init__(self, book: Spreadsheet, sheet: str, text: str) -> None:
        self.book, self.sheet, self.at = book, sheet, 0
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text):
            found = TOKEN.match(text, place)
            assert found, f"{sheet}: {text[place:]!r} of {text!r}"
            assert found.lastgroup is not None
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        self.text = text

    def whole(self) -> Any:
        out = self.compared()
        assert self.at == len(self.tokens), self.text
        return _one(out)

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) and self.tokens[self.at][0] == "sign" else ""

    def take(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def compared(self) -> Any:
        left = self.added()
        while self.peek() in (">", "<", ">=", "<=", "="):
            left = _each(_COMPARE[self.take()[1]], left, self.added())
        return left

    def added(self) -> Any:
        left = self.multiplied()
        while self.peek() in ("+", "-"):
            left = _each(_ARITHMETIC[self.take()[1]], left, self.multiplied())
        return left

    def multiplied(self) -> Any:
        left = self.signed()
        while self.peek() in ("*", "/"):
            left = _each(_ARITHMETIC[self.take()[1]], left, self.signed())
        return left

    def signed(self) -> Any:
        if self.peek() == "-":
            self.take()
            return _each(lambda a, b: _number(a) - _number(b), 0, self.signed())
        return self.atom()

    def atom(self) -> Any:
        kind, text = self.take()
        if kind == "number":
            return float(text)
        if kind == "text":
            return text
        if kind == "cell":
            return self.cells(text)
        if kind == "name":
            return self.called(text) if self.peek() == "(" else self.cells(self.book.names[text])
        assert text == "(", self.text
        out = self.compared()
        assert self.take()[1] == ")"
        return out

    def cells(self, text: str) -> Any:
        sheet, _, place = text.replace("$", "").rpartition("!")
        sheet = sheet or self.sheet
        if ":" not in place:
            return self.book.value(sheet, place)
        left, top, right, bottom = range_boundaries(place)
        return [self.book.value(sheet, f"{get_column_letter(c)}{r}")
                for r in range(top, bottom + 1) for c in range(left, right + 1)]  # fmt: skip

    def called(self, name: str) -> Any:
        self.take()
        given: list[Any] = []
        if name == "IF":
            return self.chosen()
        while True:
            given.append(self.compared())
            if self.take()[1] == ")":
                return _FUNCTIONS[name](given)

    def chosen(self) -> Any:
        """IF works out the branch it takes and no other: the other may divide by zero."""
        test = _one(self.compared())
        assert self.take()[1] == ","
        if not test:
            self.skip()
            out = self.compared()
            assert self.take()[1] == ")"
            return out
        out = self.compared()
        assert self.take()[1] == ","
        self.skip(last=True)
        return out

    def skip(self, *, last: bool = False) -> None:
        """Pass over an argument and the comma behind it, or the bracket behind the last."""
        depth = 0
        while True:
            kind, text = self.take()
            if kind == "sign" and depth == 0 and text == (")" if last else ","):
                return
            depth += (text == "(") - (text == ")") if kind == "sign" else 0


def _one(value: Any) -> Any:
    assert not isinstance(value, list), "a range where one value is wanted"
    return value


def _number(value: Any) -> float:
    assert not isinstance(value, str), f"#VALUE!: {value!r} in arithmetic"
    return 0.0 if value is None else float(value)


def _equal(a: Any, b: Any) -> bool:
    if None in (a, b):
        other = b if a is None else a
        return other in (None, "", 0)
    return isinstance(a, str) == isinstance(b, str) and a == b


def _ordered(of: Any) -> Any:
    # A text is above every number; an empty cell is 0.
    def compare(a: Any, b: Any) -> bool:
        one, other = ((1, 0.0) if isinstance(v, str) else (0, _number(v)) for v in (a, b))
        return bool(of(one, other))

    return compare


def _each(of: Any, a: Any, b: Any) -> Any:
    """An operation on two values, or on ranges cell by cell."""
    if not isinstance(a, list) and not isinstance(b, list):
        return of(a, b)
    size = len(a) if isinstance(a, list) else len(b)
    left, right = (v if isinstance(v, list) else [v] * size for v in (a, b))
    return [of(x, y) for x, y in zip(left, right, strict=True)]


def _flat(given: list[Any]) -> list[Any]:
    return [v for part in given for v in (part if isinstance(part, list) else [part])]


def _sumproduct(given: list[Any]) -> float:
    columns = [[0.0 if isinstance(v, str) else _number(v) for v in part] for part in given]
    return math.fsum(math.prod(cells) for cells in zip(*columns, strict=True))


_COMPARE = {
    "=": _equal, ">": _ordered(lambda a, b: a > b), "<": _ordered(lambda a, b: a < b),
    ">=": _ordered(lambda a, b: a >= b), "<=": _ordered(lambda a, b: a <= b),
}  # fmt: skip
_ARITHMETIC = {
    "+": lambda a, b: _number(a) + _number(b), "-": lambda a, b: _number(a) - _number(b),
    "*": lambda a, b: _number(a) * _number(b), "/": lambda a, b: _number(a) / _number(b),
}  # fmt: skip
_FUNCTIONS = {
    "SUM": lambda given: math.fsum(_number(v) for v in _flat(given) if not isinstance(v, str)),
    "SUMPRODUCT": _sumproduct,
    "MIN": lambda given: min(_number(v) for v in _flat(given)),
    "MAX": lambda given: max(_number(v) for v in _flat(given)),
    "LN": lambda given: math.log(_number(given[0])),
    "N": lambda given: 0.0 if isinstance(given[0], str) else _number(given[0]),
    "OR": lambda given: any(bool(v) for v in _flat(given)),
    "AND": lambda given: all(bool(v) for v in _flat(given)),
}  # fmt: skip


# ---- two sets of values side by side -------------------------------------------------------------------------------


def differences(
    sheet: Spreadsheet, theirs: dict[tuple[str, str], Any], *, recalculated: bool = True
) -> list[tuple[str, str, Any, Any]]:
    """Formulas whose value differs by more than a billionth, of the larger where they are large; none is none.

    theirs : values by place, as Spreadsheet.cached. recalculated : work them out, or take what the file carries.
    """
    out = []
    for place in sheet.formulas():
        value = sheet.value(*place) if recalculated else sheet.cached[place]
        one, other = (None if v == "" else v for v in (value, theirs[place]))
        if isinstance(one, str) or isinstance(other, str) or None in (one, other):
            same = one == other
        else:
            same = math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
        if not same:
            out.append((*place, one, other))
    return out
