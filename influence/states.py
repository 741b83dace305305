"""Who is who: the curated table of states, the names and codes they go by, and dated groups.

Everything that enters from a source or a user is turned into an ISO3 code here and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from influence.errors import StateError, nearest

if TYPE_CHECKING:
    import pandas as pd

SCHEMES = ("iso3", "m49", "cow", "name")


def datasets_dir() -> Path:
    """Folder of the bundled panel: inside an installed package, beside it in a checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "datasets"
    return inside if inside.is_dir() else here.parent / "datasets"


def curated(name: str) -> pd.DataFrame:
    """One hand-kept table of datasets/curated as text, empty cells as '' ('NA' is Namibia, not a gap)."""
    import pandas as pd

    return pd.read_csv(datasets_dir() / "curated" / name, dtype=str, keep_default_na=False, encoding="utf-8")


@lru_cache(maxsize=1)
def load_states() -> pd.DataFrame:
    """The states of the panel, indexed by ISO3 and sorted; columns as in schema.TABLES['states']."""
    import pandas as pd

    frame = curated("states.csv").set_index("iso3").sort_index()
    frame["latitude"] = pd.to_numeric(frame["latitude"])
    frame["longitude"] = pd.to_numeric(frame["longitude"])
    frame["cow"] = pd.to_numeric(frame["cow"]).astype("Int64")
    return frame


def plain(text: str) -> str:
    """Fold a name for lookup: no accents, case, punctuation or doubled spaces; '&' is 'and'."""
    folded = unicodedata.normalize("NFKD", str(text).replace("&", " and "))
    folded = "".join(ch for ch in folded if not unicodedata.combining(ch)).casefold()
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


@lru_cache(maxsize=len(SCHEMES))
def code_map(scheme: str) -> dict[str, str]:
    """Mapping from a code or folded name to ISO3 for one scheme: iso3, m49 (no leading zeros), cow or name.

    Besides each state's own code it holds the aliases of datasets/curated/aliases.csv (842 is the
    United States in trade statistics, ROM is Romania, 'Korea' is South Korea).
    """
    if scheme not in SCHEMES:
        raise ValueError(f"unknown scheme {scheme!r}; allowed: {', '.join(SCHEMES)}")
    states = load_states()
    if scheme == "iso3":
        found = {iso3: iso3 for iso3 in states.index}
    elif scheme == "m49":
        found = {m49.lstrip("0"): iso3 for iso3, m49 in states["m49"].items() if m49}
    elif scheme == "cow":
        found = {str(cow): iso3 for iso3, cow in states["cow"].dropna().items()}
    else:
        found = {plain(name): iso3 for iso3, name in states["name"].items()}
    aliases = curated("aliases.csv")
    for row in aliases[aliases["scheme"] == scheme].itertuples():
        found[plain(row.code) if scheme == "name" else row.code] = row.iso3
    return found


@lru_cache(maxsize=len(SCHEMES))
def excluded_codes(scheme: str) -> dict[str, str]:
    """Codes and folded names that are known and are no state of the panel, with the reason."""
    table = curated("excluded.csv")
    rows = table[table["scheme"] == scheme]
    return {(plain(r.code) if scheme == "name" else r.code): r.reason for r in rows.itertuples()}


@lru_cache(maxsize=1)
def load_groups() -> pd.DataFrame:
    """Dated group memberships: group, iso3, begin, end (years, both ends included, '' for open), note."""
    return curated("groups.csv")


@lru_cache(maxsize=1)
def group_labels() -> dict[str, str]:
    """What to call a group in a sentence: 'the EU', 'China with Hong Kong and Macao'."""
    return dict(curated("group_labels.csv").itertuples(index=False, name=None))


def group_members(group: str, year: int | None = None) -> list[str]:
    """ISO3 codes of the group's members, in a year or ever; sorted.

    Raises
    ------
    StateError : no such group.
    """
    table = load_groups()
    rows = table[table["group"] == group]
    if rows.empty:
        known = sorted(table["group"].unique())
        raise StateError(f"group {group!r} is not known.{nearest(group, known)} Known groups: {', '.join(known)}.")
    if year is not None:
        rows = rows[[_in_year(b, e, year) for b, e in zip(rows["begin"], rows["end"], strict=True)]]
    return sorted(set(rows["iso3"]))


def _in_year(begin: str, end: str, year: int) -> bool:
    return (not begin or int(begin) <= year) and (not end or year <= int(end))


def resolve_state(text: str) -> str:
    """ISO3 code of a state given as code or name, in any case: 'KOR', 'Korea', 'Viet Nam', '410'.

    Raises
    ------
    StateError : unknown, with the nearest names; or known and not in the panel, with the reason.
    """
    upper = text.strip().upper()
    if upper in code_map("iso3"):
        return code_map("iso3")[upper]
    folded = plain(text)
    number = text.strip().lstrip("0")
    # A number is an M49 code where it is one, else a COW code: 410 and 732 are both South Korea.
    for scheme, key in (("name", folded), ("m49", number), ("cow", number)):
        if key and key in code_map(scheme):
            return code_map(scheme)[key]
    iso2 = {code: iso3 for iso3, code in load_states()["iso2"].items()}
    if len(upper) == 2 and upper in iso2:
        return iso2[upper]
    for scheme, key in (("name", folded), ("iso3", upper)):
        if key in excluded_codes(scheme):
            raise StateError(f"{text!r} is not a state of the panel: {excluded_codes(scheme)[key]}.")
    allowed = [*load_states()["name"], *load_states().index]
    raise StateError(
        f"state {text!r} is not known.{nearest(text, allowed)} Give an ISO3 code or an English name; "
        f"`influence data info --states` lists all {len(load_states())}."
    )
