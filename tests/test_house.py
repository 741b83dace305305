"""The code stays small and one-way: lengths of modules and functions, no import cycle.

What an import and `influence --help` may load: tests/cli/test_startup.py. The order of the layers: import-linter.
"""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import grimp
import networkx as nx

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "influence"
LONGEST_MODULE = 350


def test_no_module_is_longer_than_350_lines():
    lines = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_half_of_the_functions_are_shorter_than_10_lines():
    lengths = [
        node.end_lineno - node.lineno + 1
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    assert median(lengths) < 10


def test_no_import_cycle():
    graph = grimp.build_graph("influence", cache_dir=None, exclude_type_checking_imports=True)
    imports = nx.DiGraph(
        (module, imported) for module in graph.modules for imported in graph.find_modules_directly_imported_by(module)
    )
    assert [circle for circle in nx.strongly_connected_components(imports) if len(circle) > 1] == []
