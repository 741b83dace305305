"""Every example of a docstring of the package gives the result that it shows."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import influence

MODULES = ["influence", *(found.name for found in pkgutil.walk_packages(influence.__path__, "influence."))]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_examples(name):
    found = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0
