"""Errors that speak to the person who can mend them: what, where, which rows, what is allowed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd


SUGGESTED = 3
"""Most names that an error suggests."""
LEAST_LETTERS = 3
"""A shorter text begins too many names for them to be suggested."""


class InfluenceError(Exception):
    """Base of every error a user can cause or mend; the command line prints it and exits with 2.

    faults : each fault by itself, where the message lists several.
    """

    faults: tuple[str, ...] = ()


class ConfigError(InfluenceError):
    """A setting is unknown, of the wrong type or out of range."""


class StateError(InfluenceError):
    """A state, group or pole that is not known, or has no data."""


class YearError(InfluenceError):
    """A year outside what the panel covers."""


class SourceError(InfluenceError):
    """A public source file that cannot be read as what it should be."""


class StoreError(InfluenceError):
    """A store of product flows that cannot be read, written or filled: which file, which rows, what to do."""


class PanelError(InfluenceError):
    """A panel whose tables break the schema or its own promises."""


class TradeError(InfluenceError):
    """Flows, costs or tariffs that no trade equilibrium can be computed from."""


class TourError(InfluenceError):
    """A guided tour that cannot be played: which step, and what is wrong with it."""


class ExtraError(InfluenceError):
    """Something that only an extra of the package brings: which, and how to install it."""


class WorkerError(InfluenceError):
    """Processes or a cluster that could not do the work: who, why, and what to try."""


class ScenarioError(InfluenceError):
    """A scenario that cannot be read or cannot be carried out: which one, which edit, which state."""


class QueryError(InfluenceError):
    """A measure that has no value of the kind that is asked for."""


class ClaimError(InfluenceError):
    """A claim that cannot be read, or whose entry its test cannot take."""


class ValidationError(InfluenceError):
    """A published finding that cannot be read, or whose entry its measure cannot take."""


class LessonError(InfluenceError):
    """A lesson, or answers to one, that cannot be read or asked: which one, which question, what is allowed."""


class OutputError(InfluenceError):
    """A place that cannot be written."""


def import_extra(module: str, need: str, library: str, extra: str) -> Any:
    """A module of an optional library. need : what cannot be done without it, with its verb.

    Raises
    ------
    ExtraError : the library is not installed.
    """
    try:
        return import_module(module)
    except ImportError as err:
        raise ExtraError(
            f"{need} {library}, which is not installed: pip install {library} (or this package with its extra, "
            f"influence[{extra}])."
        ) from err


def check_known(
    name: str, known: Sequence[str], error: type[InfluenceError], what: str, plural: str = "", advice: str = ""
) -> None:
    """Raise the error with the nearest names and all of them, unless the name is known. advice : what else to do."""
    if name not in known:
        listed = f"{(plural or f'{what}s').capitalize()}: {', '.join(known)}{advice and f'; {advice}'}"
        raise error(f"there is no {what} {name!r}.{suggest(name, known)} {listed}.")


def check_year(year: int, years: Sequence[int], of: str = "the panel") -> None:
    """Raise YearError unless the year is among `years`, those `of` the panel or of other data (named in the plural)."""
    if year not in years:
        covers = "they cover" if of.endswith("s") else "it covers"
        raise YearError(f"year {year} is not in {of}; {covers} {years[0]} to {years[-1]}.")


def head_of(rows: pd.DataFrame, most: int = 5) -> str:
    """First `most` rows as plain indented text, with the count of those not shown."""
    shown = rows.head(most).to_string(index=True)
    left = len(rows) - min(len(rows), most)
    more = f"\n  … and {left} more" if left else ""
    return "\n  " + shown.replace("\n", "\n  ") + more


def pluralize(count: int, one: str, many: str = "") -> str:
    """'1 fault', '2 faults': a count with its word. many : where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def suggest(text: str, allowed: Sequence[str]) -> str:
    """' Did you mean …?' with up to three of `allowed`, whatever the case, or nothing.

    Names that begin with the text come before those that contain it, and these before similar names.
    """
    found = _similar(text.strip().casefold(), allowed)
    return f" Did you mean {' or '.join(found)}?" if found else ""


def _similar(folded: str, allowed: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    written: dict[str, str] = {}
    for name in allowed:
        written.setdefault(name.casefold(), name)
    if folded in written:
        return [written[folded]]
    if len(folded) >= LEAST_LETTERS:
        for fits in (str.startswith, str.__contains__):
            found = sorted((name for name in written if fits(name, folded)), key=len)
            if found:
                return [written[name] for name in found[:SUGGESTED]]
    return [written[name] for name in get_close_matches(folded, list(written), n=SUGGESTED, cutoff=0.6)]
