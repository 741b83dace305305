"""Readers of the values of records: text, words, numbers, lists, mappings and records within records."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from influence.errors import InfluenceError, suggest
from influence.records import (
    MOST_CHARACTERS,
    Field,
    Fields,
    Reader,
    Where,
    key_text,
    quoting_advice,
    read_record,
    run_all,
    unknown_key,
)

MOST_ITEMS = 1000
"""Items of a list, unless its reader has another limit."""
HUGE = 1e15
"""Limits of numbers from here on only exclude what cannot be computed with; messages leave them out."""


def text(most: int = 2000) -> Reader:
    """Text that is not blank; runs of blanks and line ends become one blank."""
    allowed = f"text of at most {most:,} characters"

    def read(value: Any, where: Where) -> str:
        if not isinstance(value, str) or not value.strip():
            raise where.wrong(value, allowed, quoting_advice(value))
        if len(value) > most:
            raise where.fault(f"must be {allowed}, and it has {len(value):,}.")
        return " ".join(value.split())

    return Reader(allowed, read)


def name(pattern: str = r"\w+", allowed: str = "letters, digits and underscores", most: int = 60) -> Reader:
    """Text of one pattern. allowed : the pattern in words."""
    allowed = f"{allowed}, at most {most}"

    def read(value: Any, where: Where) -> str:
        if not isinstance(value, str) or len(value) > most or not re.fullmatch(pattern, value):
            raise where.wrong(value, allowed, quoting_advice(value))
        return value

    return Reader(allowed, read)


def word(*allowed: str | int) -> Reader:
    """One of a few words or numbers."""
    listed = [str(one) for one in allowed]

    def read(value: Any, where: Where) -> Any:
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value not in allowed:
            near = suggest(value[:MOST_CHARACTERS], listed) if isinstance(value, str) else ""
            advice = quoting_advice(value) if isinstance(value, bool) else near
            raise where.wrong(value, f"one of {', '.join(listed)}", advice)
        return value

    return Reader(f"one of {', '.join(listed)}", read)


def whole(least: int, most: int, what: str = "a whole number") -> Reader:
    """A whole number within limits."""
    allowed = f"{what} from {least} to {f'{most:,}' if most > 9999 else most}"

    def read(value: Any, where: Where) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise where.wrong(value, allowed)
        return value

    return Reader(allowed, read)


def year(first: int, last: int) -> Reader:
    """A year within limits."""
    return whole(first, last, "a year")


def is_number(value: Any) -> bool:
    """Whether it is a finite number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf")


def number(least: float, most: float = float("inf"), *, above: bool = False) -> Reader:
    """A finite number within limits. above : `least` itself is not allowed."""
    allowed = (
        f"a number above {least:g}" if above else f"a number of {least:g} or more" if least > -HUGE else "a number"
    )
    if most < HUGE:
        allowed += f" and at most {most:g}"

    def read(value: Any, where: Where) -> float:
        if not is_number(value) or not (least < value if above else least <= value) or not value <= min(most, 1e300):
            raise where.wrong(value, allowed)
        return float(value)

    return Reader(allowed, read)


def _read_yes_no(value: Any, where: Where) -> bool:
    if not isinstance(value, bool):
        raise where.wrong(value, "true or false")
    return value


def _read_anything(value: Any, where: Where) -> Any:
    return value


YES_NO = Reader("true or false", _read_yes_no)
ANYTHING = Reader("anything", _read_anything)
"""For a value that is checked later, by what uses it."""


def converted(allowed: str, convert: Callable[[str], Any]) -> Reader:
    """A text that a function of the package converts to the value, or refuses with an error."""
    reader = text(200)

    def read(value: Any, where: Where) -> Any:
        if not isinstance(value, str) or not value.strip():
            raise where.wrong(value, allowed, quoting_advice(value))
        given = reader.read(value, where)
        try:
            return convert(given)
        except InfluenceError as err:
            raise where.error(f"{where.text}: {err}") from err

    return Reader(allowed, read)


def word_or(other: Reader, *words: str) -> Reader:
    """One of a few words, or what another reader reads."""

    def read(value: Any, where: Where) -> Any:
        return value if isinstance(value, str) and value in words else other.read(value, where)

    return Reader(f"{', '.join(words)} or {other.allowed}", read)


def list_of(item: Reader, *, least: int = 1, most: int = MOST_ITEMS, noun: str = "", single: bool = True) -> Reader:
    """A list. noun : the word for an item in messages, with its number. single : one item may be without list."""
    count = f"{least} or more" if most == MOST_ITEMS else f"{least} to {most}" if least < most else f"{most}"
    allowed = f"a list of {count} {noun or 'item'}s"

    def read(value: Any, where: Where) -> tuple[Any, ...]:
        listed = value if isinstance(value, (list, tuple)) else [value] if single else None
        if listed is None or not least <= len(listed) <= most:
            raise where.wrong(value, allowed)
        places = [where.instead(f"{noun} {i}") if noun else where for i in range(1, len(listed) + 1)]
        tasks = [partial(item.read, one, place) for one, place in zip(listed, places, strict=True)]
        return tuple(run_all(tasks, where))

    return Reader(allowed, read)


def mapping_of(value: Reader, keys: Sequence[str] | None = None, *, least: int = 1, most: int = MOST_ITEMS) -> Reader:
    """Entries 'key: value'. keys : those that are allowed; any text without them."""
    allowed = f"{least} or more entries 'key: value'" + (f" with the keys {', '.join(keys)}" if keys else "")

    def read(given: Any, where: Where) -> dict[str, Any]:
        if not isinstance(given, Mapping) or not least <= len(given) <= most:
            raise where.wrong(given, allowed)
        faults = [unknown_key(key, keys, where) for key in given if keys is not None and key not in keys]
        names = [key_text(key) for key in given if keys is None or key in keys]
        tasks = [partial(value.read, one, where.at(key_text(key))) for key, one in given.items()]
        return dict(zip(names, run_all([] if faults else tasks, where, faults), strict=True))

    return Reader(allowed, read)


def record(fields: Fields, build: Callable[..., Any] = dict) -> Reader:
    """A record within a record. build : makes the value from the fields, by name."""

    def read(value: Any, where: Where) -> Any:
        return build(**read_record(value, fields, where))

    return Reader(f"entries 'key: value' of {', '.join(fields)}", read)


def read_kind(
    content: Any, key: str, kinds: Mapping[str, Fields], where: Where, common: Fields | None = None
) -> dict[str, Any]:
    """A record of one of several kinds. key : the field that names the kind. common : fields of every kind.

    Raises
    ------
    where.error : see read_record; of a record without a known kind the fields of the kinds are not checked.
    """
    kind = content.get(key) if isinstance(content, Mapping) else None
    known = isinstance(kind, str) and kind in kinds
    fields = {**(common or {}), key: Field(word(*kinds)), **(kinds[str(kind)] if known else {})}
    if isinstance(content, Mapping) and not known:
        content = {name: value for name, value in content.items() if name in fields}
    return read_record(content, fields, where)
