"""Records that people write: each kind is a table of fields, and one function checks them all.

A message names the file, the record, the field, what was found, what is allowed and the nearest spelling. All faults of
a record are reported at once. The readers of fields are here; those of states and groups are in state_fields.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from influence.errors import InfluenceError, pluralize, suggest
from influence.yaml_files import read_yaml

REQUIRED: Any = object()
"""Default of a field that must be given."""
MOST_CHARACTERS = 80
"""Longest part of a value that a message shows."""
MOST_FAULTS = 20
"""Faults that one message lists."""
MOST_ITEMS = 1000
SHOWN_ITEMS, SHOWN_DEPTH = 20, 3


class Where(NamedTuple):
    """The place of a value in a file, and the class of the errors about it."""

    text: str
    error: type[InfluenceError]

    def at(self, part: str) -> Where:
        """A place within this one."""
        return self._replace(text=f"{self.text}: {part}")

    def instead(self, part: str) -> Where:
        """The place of `part` in place of the innermost one: 'question 2' for the second of the field questions."""
        return self._replace(text=f"{self.text.rpartition(': ')[0]}: {part}")

    def fault(self, message: str) -> InfluenceError:
        """The error that something is wrong here."""
        return self.error(f"{self.text} {message}")

    def wrong(self, value: Any, allowed: str, advice: str = "") -> InfluenceError:
        """The error that a value is not what is allowed here."""
        return self.fault(f"must be {allowed}, not {show_value(value)}.{advice}")


class Reader(NamedTuple):
    """How a value is read. allowed : what it may be, in words. read : gives the checked value, or raises its error."""

    allowed: str
    read: Callable[[Any, Where], Any]


class Field(NamedTuple):
    """A field of a record. default : its value when it is left out or empty. help : what it means, for readers."""

    reader: Reader
    default: Any = REQUIRED
    help: str = ""


Fields = Mapping[str, Field]

# ---- values in messages ------------------------------------------------------------------------------


def show_value(value: Any) -> str:
    """A value as a person writes it in YAML, at most MOST_CHARACTERS long; no names of Python types."""
    text = _written(value, SHOWN_DEPTH)
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def _written(value: Any, depth: int) -> str:
    if value is None:
        return "an empty value"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return repr(value[: MOST_CHARACTERS + 1])
    if isinstance(value, int):
        return str(value) if abs(value) < 10**MOST_CHARACTERS else f"a number of more than {MOST_CHARACTERS} digits"
    if isinstance(value, float):
        return f"{value!r}"
    if isinstance(value, datetime.date):
        return f"the date {value.isoformat()}"
    if isinstance(value, (Mapping, list, tuple)):
        return _written_items(value, depth - 1)
    return "a value of another kind"


def _written_items(value: Mapping[Any, Any] | Sequence[Any], depth: int) -> str:
    inside: Iterable[str] = ["…"] if value else []
    if depth and isinstance(value, Mapping):
        inside = (f"{_key(k)}: {_written(v, depth)}" for k, v in list(value.items())[:SHOWN_ITEMS])
    elif depth:
        inside = (_written(item, depth) for item in list(value)[:SHOWN_ITEMS])
    text = ", ".join(inside)
    return f"the entries {{{text}}}" if isinstance(value, Mapping) else f"the list [{text}]"


def _key(key: Any) -> str:
    return key if isinstance(key, str) else _written(key, 1)


def quoting_advice(value: Any) -> str:
    """What to do when YAML read unquoted text as something else: Norway's NO is false."""
    if isinstance(value, (list, tuple)):
        return next((advice for item in value if (advice := quoting_advice(item))), "")
    if isinstance(value, bool):
        words = "yes, YES, on and true as true" if value else "no, NO, off and false as false"
        return f" YAML reads an unquoted {words}: put text in quotes."
    if isinstance(value, datetime.date):
        return " YAML reads it as a date: put text in quotes."
    if isinstance(value, (int, float)):
        return " Put a number that is meant as text in quotes."
    return " Put text that has a colon in quotes." if isinstance(value, Mapping) else ""


# ---- records -----------------------------------------------------------------------------------------


def read_record(content: Any, fields: Fields, where: Where) -> dict[str, Any]:
    """Every field of a record, checked, in the order of the table.

    Raises
    ------
    where.error : no mapping, an unknown key, a missing field, a value that its reader refuses; all in one error.
    """
    if not isinstance(content, Mapping):
        needed = [name for name, field in fields.items() if field.default is REQUIRED]
        raise where.wrong(content, f"entries 'key: value' with {', '.join(needed or fields)}")
    faults = [unknown_key(key, list(fields), where) for key in content if key not in fields]
    absent = [name for name, field in fields.items() if field.default is REQUIRED and content.get(name) is None]
    if absent:
        faults.append(where.fault(f"lacks {', '.join(absent)}."))
    given = {name: content[name] for name in fields if content.get(name) is not None}
    tasks = [partial(fields[name].reader.read, value, where.at(name)) for name, value in given.items()]
    read = dict(zip(given, run_all(tasks, where, faults), strict=True))
    return {name: read.get(name, field.default) for name, field in fields.items()}


def unknown_key(key: Any, allowed: Sequence[str], where: Where) -> InfluenceError:
    """The error that a record has a key that its table has not."""
    near = suggest(str(_key(key))[:MOST_CHARACTERS], list(allowed))
    return where.error(f"{where.text}: {show_value(key)} is not known.{near} Allowed: {', '.join(allowed)}.")


def run_all(
    tasks: Iterable[Callable[[], Any]], where: Where, faults: Sequence[InfluenceError] = ()
) -> list[Any]:  # fmt: skip
    """The results of all tasks, or one error with all faults of them and of `faults`."""
    found, raised = [], list(faults)
    for task in tasks:
        try:
            found.append(task())
        except where.error as err:
            raised.append(err)
    if raised:
        _raise_faults(raised, where)
    return found


def _raise_faults(errors: Sequence[InfluenceError], where: Where) -> NoReturn:
    listed = [fault for error in errors for fault in (error.faults or (str(error),))]
    if len(errors) == 1:
        raise errors[0]
    more = f"\n  … and {len(listed) - MOST_FAULTS:,} more" if len(listed) > MOST_FAULTS else ""
    lines = "".join(f"\n  {fault}" for fault in listed[:MOST_FAULTS])
    error = where.error(f"{where.text} has {pluralize(len(listed), 'fault')}:{lines}{more}")
    error.faults = tuple(listed)
    raise error


def read_register(
    path: Path,
    error: type[InfluenceError],
    key: str,
    noun: str,
    parse: Callable[[Any, Where], Any],
    *,
    name: str = "name",
) -> list[Any]:
    """The entries of a file that holds `key:` with a list of them and nothing else; no two have one name.

    name : the attribute of an entry that names it; `noun` and this field make the place of its errors.
    """
    content = read_yaml(path, error, f"file of {key}")
    where = Where(str(path), error)
    listed = content.get(key) if isinstance(content, Mapping) and set(content) == {key} else None
    if not isinstance(listed, list) or not listed:
        raise where.fault(f"must hold '{key}:' with a list of entries, and nothing else.")
    places = [where.at(f"{noun} {_named(item, name, i)}") for i, item in enumerate(listed, 1)]
    entries = run_all([partial(parse, item, place) for item, place in zip(listed, places, strict=True)], where)
    check_unique([getattr(entry, name) for entry in entries], name, where)
    return entries


def _named(item: Any, name: str, number: int) -> str:
    given = item.get(name) if isinstance(item, Mapping) else None
    return given[:MOST_CHARACTERS] if isinstance(given, str) else str(number)


def check_unique(names: Sequence[str], what: str, where: Where) -> None:
    """Raise where.error if a name is given twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise where.error(f"{where.text}: {what} {', '.join(twice)} is duplicated.")


# ---- readers of fields -------------------------------------------------------------------------------


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
    allowed = f"{what} from {least} to {most}"

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
    allowed = f"a number above {least:g}" if above else f"a number of {least:g} or more"
    if most < float("inf"):
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
    """A text that a function of the package turns into the value, or refuses with an error of its own."""
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
    count = f"{least} or more" if most == MOST_ITEMS else f"{least} to {most}"
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
        known = list(given) if keys is None else keys
        faults = [unknown_key(key, known, where) for key in given if key not in known or not isinstance(key, str)]
        tasks = [partial(value.read, one, where.at(_key(key))) for key, one in given.items() if key in known]
        return dict(zip(given, run_all(tasks, where, faults), strict=True))

    return Reader(allowed, read)


def record(fields: Fields, build: Callable[..., Any] = dict) -> Reader:
    """A record within a record. build : makes the value from the fields, by name."""

    def read(value: Any, where: Where) -> Any:
        return build(**read_record(value, fields, where))

    return Reader(f"entries 'key: value' of {', '.join(fields)}", read)
