"""What goes with the files of a release: its revision, and its lists of countries and products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from influence.errors import StoreError
from influence.products.store.codes import products_of
from influence.products.store.inputs import Input, Inputs
from influence.products.store.layouts import REVISIONS, Layout
from influence.products.store.unpacking import sha256_of, unpack


@dataclass(frozen=True)
class Release:
    """What goes with the files: the list of countries, products it knows (None: not told), and how to treat others."""

    revision: str | None
    countries: Path | None = None
    countries_label: str = ""
    products: frozenset[int] | None = None
    products_label: str = ""
    exclude_unlisted: bool = False


def revision_of(inputs: Inputs, told: str | None, layout: Layout) -> str | None:
    """The revision that was told or that the names say.

    Raises
    ------
    StoreError : they say several, or another than was told, or nothing says any and the rows will not either.
    """
    said = {one.revision: one.label for one in inputs.flows if one.revision}
    if len(said) > 1:
        listed = ", ".join(f"{revision} ({label})" for revision, label in sorted(said.items()))
        raise StoreError(f"these files are of several revisions: {listed}. Import each into a store of its own.")
    if told and said and told not in said:
        raise StoreError(f"{next(iter(said.values()))} is of {next(iter(said))} by its name, not of {told}.")
    found = told or next(iter(said), None)
    if found is None and layout.name == "baci":
        raise StoreError(
            f"{inputs.flows[0].label}: its name does not say which revision of the Harmonized System it is in "
            f"(BACI_HS92_Y2020_V202401b.csv does); add --revision, one of {', '.join(REVISIONS)}."
        )
    return found


def release_of(inputs: Inputs, codes: Path | None, revision: str | None, work: Path, exclude: bool) -> Release:
    """The lists of codes that go with the files.

    Raises
    ------
    StoreError, SourceError : lists that differ, or that are none.
    """
    of_revision = [one for one in inputs.products if one.revision in (None, revision)]
    countries = _only(inputs.countries, work) if codes is None else None
    products = _only(of_revision, work)
    return Release(
        revision,
        countries=codes or (countries[0] if countries else None),
        countries_label=str(codes) if codes else countries[1] if countries else "",
        products=frozenset(products_of(products[0])) if products else None,
        products_label=products[1] if products else "",
        exclude_unlisted=exclude,
    )


def _only(listed: Sequence[Input], work: Path) -> tuple[Path, str] | None:
    """The list, unpacked where it is packed; None where there is none.

    Raises
    ------
    StoreError : several that differ.
    """
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
