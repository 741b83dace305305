"""What belongs to the files of a release: its revision, and its lists of country numbers and products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from influence.errors import SourceError, StoreError
from influence.products.store.inputs import Input, Inputs
from influence.products.store.layouts import REVISIONS, Layout
from influence.products.store.unpacking import sha256_of, unpack
from influence.sources.reading import code_text, read_table
from influence.states import bundled_registry

_NOT_SPECIFIED = "areas not specified, or not allocated to an economy"
NO_ECONOMIES: Mapping[str, str] = {
    "97": "aggregate: European Union",
    **dict.fromkeys(
        ("129", "221", "290", "365", "471", "472", "473", "527", "568", "577", "636", "637", "697", "839", "849", "879",
         "899"),
        _NOT_SPECIFIED,
    ),
    "837": "bunkers: fuel for ships and aircraft, no economy",
    "838": "free zones: no economy",
}  # fmt: skip
"""Numbers that only files of trade use beside those of states; datasets/curated/excluded.csv has more."""


@dataclass(frozen=True)
class Release:
    """What belongs to the files of an import.

    Attributes
    ----------
    revision : of the Harmonized System; None: only the rows contain it.
    countries, countries_label : file of country numbers, and its name in messages.
    products, products_label : products that the release lists (None: no list), and the name of the list in messages.
    exclude_unlisted : whether other products are left out and counted, instead of being an error.
    """

    revision: str | None
    countries: Path | None = None
    countries_label: str = ""
    products: frozenset[int] | None = None
    products_label: str = ""
    exclude_unlisted: bool = False


def find_revision(inputs: Inputs, given: str | None, layout: Layout) -> str | None:
    """Find the revision of the Harmonized System: the one the user gave, or the one in the names of the files.

    Parameters
    ----------
    given : the user's; None: not given.

    Returns
    -------
    str or None : None where only the rows contain it.

    Raises
    ------
    StoreError : the names differ from each other or from `given`, or neither names nor rows contain it.
    """
    named = {one.revision: one.label for one in inputs.flows if one.revision}
    if len(named) > 1:
        listed = ", ".join(f"{revision} ({label})" for revision, label in sorted(named.items()))
        raise StoreError(f"these files are of several revisions: {listed}. Import each into a separate store.")
    if given and named and given not in named:
        raise StoreError(f"{next(iter(named.values()))} is of {next(iter(named))} by its name, not of {given}.")
    found = given or next(iter(named), None)
    if found is None and layout.name == "baci":
        raise StoreError(
            f"{inputs.flows[0].label}: its name does not give the revision of the Harmonized System "
            f"(BACI_HS92_Y2020_V202401b.csv does); add --revision, one of {', '.join(REVISIONS)}."
        )
    return found


def read_release(
    inputs: Inputs, codes: Path | None, revision: str | None, work: Path, *, exclude_unlisted: bool
) -> Release:
    """Read the lists of codes that belong to the files.

    Parameters
    ----------
    codes : the user's file of country numbers; None: the one among the inputs, if any.
    revision : of find_revision.
    work : folder to unpack lists to.
    exclude_unlisted : see Release.

    Returns
    -------
    Release

    Raises
    ------
    StoreError, SourceError : lists that differ from each other, or that are not lists of codes.
    """
    of_revision = [one for one in inputs.products if one.revision in (None, revision)]
    countries = _single_list(inputs.countries, work) if codes is None else (codes, str(codes))
    products = _single_list(of_revision, work)
    return Release(
        revision,
        countries=countries[0] if countries else None,
        countries_label=countries[1] if countries else "",
        products=frozenset(read_product_numbers(products[0])) if products else None,
        products_label=products[1] if products else "",
        exclude_unlisted=exclude_unlisted,
    )


def _single_list(listed: Sequence[Input], work: Path) -> tuple[Path, str] | None:
    """Path and label of the only list, unpacked where it is packed; None where there is none."""
    found: dict[str, tuple[Path, str]] = {}
    for place, one in enumerate(listed):
        path = one.path
        if one.packing != "plain":
            path = work / f"{place}-{one.name}"
            unpack(one, path)
        found.setdefault(sha256_of(path), (path, one.label))
    if len(found) > 1:
        labels = ", ".join(label for _, label in found.values())
        raise StoreError(f"{labels} differ; give the one of the release.")
    return next(iter(found.values()), None)


def read_product_numbers(path: Path) -> set[int]:
    """Read the list of products of a release: a CSV file with the column code.

    Raises
    ------
    SourceError : the file is no such list.
    StoreError : it lists no product.
    """
    table = read_table(path, ["code"], text=["code"])
    found = {int(code) for code in table["code"].str.strip() if code.isascii() and code.isdigit()}
    if not found:
        raise StoreError(f"{path} lists no product of six digits.")
    return found


# ---- country numbers -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Countries:
    """Number -> ISO3 of the state, number -> reason why it is left out, and unknown numbers."""

    states: Mapping[int, str]
    excluded: Mapping[int, str]
    unknown: tuple[int, ...]


def classify_countries(numbers: Iterable[int], listed: Path | None, label: str = "") -> Countries:
    """Sort the country numbers of flows into states, known exclusions and unknown numbers.

    The number decides (490 is Taiwan, 842 the United States); the list of the release is asked only about numbers that
    the panel does not know.

    Parameters
    ----------
    numbers : as in the flows.
    listed : file of country numbers of the release; None: none.
    label : its name in messages.

    Returns
    -------
    Countries

    Raises
    ------
    SourceError : the file is no list of country numbers, or lacks one of the numbers.
    """
    used = {str(number) for number in numbers}
    added: Mapping[str, str] = {}
    reasons: Mapping[str, str] = {}
    if listed is not None:
        added, reasons = _classify_listed(used, _read_country_numbers(listed), label or str(listed))
    excluded = {**NO_ECONOMIES, **bundled_registry().excluded_codes("m49"), **reasons}
    known = {**bundled_registry().code_map("m49"), **added}
    states = {code: iso3 for code, iso3 in known.items() if code not in excluded}
    unknown = sorted(int(code) for code in used if code not in states and code not in excluded)
    return Countries(
        {int(code): states[code] for code in used if code in states},
        {int(code): excluded[code] for code in used if code in excluded},
        tuple(unknown),
    )


def _read_country_numbers(path: Path) -> dict[str, str]:
    """Country number, without leading zeros -> ISO3 code."""
    columns = ["country_code", "country_iso3"]
    table = read_table(path, columns, text=columns)
    return {code_text(code): iso3.strip() for code, iso3 in table[columns].itertuples(index=False)}


def _classify_listed(
    used: set[str], listed: Mapping[str, str], label: str
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What the list of the release adds to the numbers that the panel knows: states, and reasons of exclusions."""
    if absent := sorted(used - set(listed), key=int):
        raise SourceError(f"{label} lacks the codes {', '.join(absent[:8])}; take the file of the same release.")
    unknown = used - set(bundled_registry().code_map("m49")) - set(bundled_registry().excluded_codes("m49"))
    states, reasons = bundled_registry().code_map("iso3"), bundled_registry().excluded_codes("iso3")
    return (
        {code: states[listed[code]] for code in unknown if listed[code] in states},
        {code: reasons[listed[code]] for code in unknown if listed[code] in reasons},
    )
