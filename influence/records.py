"""Records that people write: each kind is a table of fields, and one function checks them all.

A message names the file, the record, the field, what was found, what is allowed and the nearest spelling. All faults of
a record are reported at once. The readers of values are in record_fields, those of states and groups in state_fields.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from influence.errors import InfluenceError, pluralize, suggest
from influence.yaml_files import read_yaml

if TYPE_CHECKING:
    from influence.states import Registry

REQUIRED: Any = object()
"""Default of a field that must be given."""
MOST_CHARACTERS = 80
"""Longest part of a value that a message shows."""
MOST_FAULTS = 20
"""Faults that one message lists."""
SHOWN_ITEMS, SHOWN_DEPTH = 20, 3


class Where(NamedTuple):
    """The place of a value in a file, and the class of the errors about it.

    registry : states and groups that values may name; those of the bundled panel where None.
    """

    text: str
    error: type[InfluenceError]
    registry: Registry | None = None

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
        inside = (f"{key_text(k)}: {_written(v, depth)}" for k, v in list(value.items())[:SHOWN_ITEMS])
    elif depth:
        inside = (_written(item, depth) for item in list(value)[:SHOWN_ITEMS])
    text = ", ".join(inside)
    return f"the entries {{{text}}}" if isinstance(value, Mapping) else f"the list [{text}]"


def key_text(key: Any) -> str:
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
        rule = f"; it must be {fields[absent[0]].reader.allowed}" if len(absent) == 1 else ""
        faults.append(where.fault(f"lacks {', '.join(absent)}{rule}."))
    given = {name: content[name] for name in fields if content.get(name) is not None}
    tasks = [partial(fields[name].reader.read, value, where.at(name)) for name, value in given.items()]
    read = dict(zip(given, run_all(tasks, where, faults), strict=True))
    return {name: read.get(name, field.default) for name, field in fields.items()}


def unknown_key(key: Any, allowed: Sequence[str], where: Where) -> InfluenceError:
    """The error that a record has a key that its table has not."""
    near = suggest(key_text(key)[:MOST_CHARACTERS], list(allowed))
    return where.error(f"{where.text}: {show_value(key)} is not known.{near} Allowed: {', '.join(allowed)}.")


def run_all(tasks: Iterable[Callable[[], Any]], where: Where, faults: Sequence[InfluenceError] = ()) -> list[Any]:
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
    path: Path, error: type[InfluenceError], key: str, noun: str, parse: Callable[[Any, Where], Any], *,
    name: str = "name", registry: Registry | None = None,
) -> list[Any]:  # fmt: skip
    """The entries of a file that holds `key:` with a list of them and nothing else; no two have one name.

    name : the attribute of an entry that names it; `noun` and this field make the place of its errors.
    """
    content = read_yaml(path, error, f"file of {key}")
    where = Where(str(path), error, registry)
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
