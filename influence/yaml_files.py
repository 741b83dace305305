"""YAML that people write: strict, small, and harmless."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from influence.errors import InfluenceError

MOST_BYTES = 1_000_000
SLIPS = {
    "mapping values are not allowed here": "a colon within a text; put the text in quotes.",
    "cannot start any token": "a tab, or a sign that cannot begin a text; indent with blanks, put the text in quotes.",
}
"""Frequent mistakes: the message of the YAML library, and its meaning."""


def read_yaml(path: Path, error: type[InfluenceError], what: str) -> Any:
    """Content of a YAML file: plain mappings, lists, texts and numbers.

    Raises
    ------
    error : unreadable, larger than a megabyte, not UTF-8, not YAML, an alias, or a duplicated key.
    """
    import yaml

    try:
        text = path.read_bytes()
        if len(text) > MOST_BYTES:
            raise error(f"{path} is larger than {MOST_BYTES:,} bytes; that is no {what}.")
        return yaml.load(text.decode("utf-8-sig"), Loader=_strict_loader())
    except OSError as err:
        raise error(f"{path} cannot be read: {err.strerror}.") from err
    except UnicodeDecodeError as err:
        raise error(f"{path} is not UTF-8 text (byte {err.start}); save it as UTF-8.") from err
    except (yaml.YAMLError, ValueError, RecursionError) as err:
        # Impossible dates and endlessly nested brackets raise errors of Python.
        raise error(f"{path} is not valid YAML: {_explain(err)}") from err


def _explain(err: Exception) -> str:
    """What is wrong in a file, with its line; in plain words for a frequent mistake."""
    text, mark = " ".join(str(err).split()), getattr(err, "problem_mark", None)
    for message, meaning in SLIPS.items():
        if message in text and mark is not None:
            return f"line {mark.line + 1}, column {mark.column + 1}: {meaning}"
    return text


def _strict_loader() -> type:
    """YAML without aliases (a small file must not unfold into a huge one) and without duplicated keys.

    A key that YAML 1.1 reads as true or false (yes, no, on, off) is the text that was written.
    """
    import yaml

    class StrictLoader(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.events.AliasEvent):
                raise yaml.YAMLError("aliases (*name) are not allowed")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            for key, _ in node.value:
                if key.tag == "tag:yaml.org,2002:bool":
                    key.tag = "tag:yaml.org,2002:str"
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            twice = [k for i, k in enumerate(keys) if k in keys[:i]]
            if twice:
                raise yaml.YAMLError(f"key {twice[0]!r} is duplicated (line {node.start_mark.line + 1})")
            return super().construct_mapping(node, deep)

    return StrictLoader
