"""Who pulls on whom: trade, commitments and agreements of states as shares of what each relies on.

>>> import influence as inf
>>> study = inf.load_study(first_year=2016, last_year=2016)
>>> balance = study.metric("pull_balance")
>>> graph = inf.build_graph(study.ties, 2016)
>>> pulls = inf.lens_pull(study, "network")

Names are imported when first used, so that importing the package does nothing and costs nothing; __init__.pyi lists
them.
"""

from __future__ import annotations

from typing import Any

import lazy_loader

_attached, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("influence")
    return _attached(name)
