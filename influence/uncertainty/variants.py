"""Variants of the data of a year: the table of variants, and a function for each kind.

A new variant is an entry of datasets/variants.yaml; a new kind is one function and one line of KINDS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from influence.errors import ConfigError, check_known
from influence.panel.panel import Panel
from influence.record_fields import read_kind, text, word, year
from influence.records import Field, Fields, Where, read_register
from influence.specs import LAYERS
from influence.state_fields import GROUP, STATE
from influence.states import Registry
from influence.study import Study
from influence.tables import datasets_dir
from influence.uncertainty.other_data import observed_years, reported_levels, with_reports, without_state


class YearStudy(NamedTuple):
    """study : of one year. whole : of all years, which shows where a source ends."""

    study: Study
    whole: Study

    @property
    def year(self) -> int:
        """The year."""
        return self.study.years[0]

    def on(self, study: Study) -> YearStudy:
        """The same year with another study."""
        return self._replace(study=study)


class Varied(NamedTuple):
    """The result of a variant. note : what it changed, or why it does not apply. measured : None if it does not apply.

    is_break : the numbers are from other sources or layers than before, so their levels are not comparable.
    """

    measured: YearStudy | None
    note: str
    is_break: bool = False


class Variant(NamedTuple):
    """One entry of the table; values are the fields of its kind."""

    name: str
    title: str
    kind: str
    values: Mapping[str, Any]


class Kind(NamedTuple):
    """fields : of an entry of this kind. vary : makes the variant of a year."""

    fields: Fields
    vary: Callable[..., Varied]


def vary(variant: Variant, measured: YearStudy) -> Varied:
    """The year under the variant; None with the reason if it does not apply."""
    return KINDS[variant.kind].vary(measured, **variant.values)


# ---- kinds -----------------------------------------------------------------------------------------


def pole_as_group(measured: YearStudy, pole: str, group: str) -> Varied:
    """A pole replaced by a group: its pull is the sum over the members, which no headline counts."""
    if pole not in measured.study.poles:
        return Varied(None, f"{pole} is not one of the poles ({', '.join(measured.study.poles)})")
    known = measured.study.panel.states.index
    members = [code for code in measured.study.registry.members(group, measured.year) if code in known]
    if set(members) <= {pole}:
        return Varied(None, f"{group} has no member other than {pole} in {measured.year}")
    taken = sorted(set(members) & (set(measured.study.poles) - {pole}))
    if taken:
        return Varied(None, f"{', '.join(taken)} of {group} is a pole too")
    poles = tuple(group if name == pole else name for name in measured.study.poles)
    return Varied(measured.on(measured.study.with_poles(poles)), f"{pole} is {group}: {', '.join(members)}")


def state_left_out(measured: YearStudy, state: str) -> Varied:
    """A state left out of the panel (other_data.without_state)."""
    if state in measured.study.poles:
        return Varied(None, f"{state} is a pole")
    panel = measured.study.panel
    flows = panel.trade["export_usd"]
    lost = sum(float(flows.sel({side: state}).sum()) for side in ("exporter", "importer"))
    note = f"{state} is left out: {lost / 1e9:,.1f} billion USD are subtracted from the totals of its partners"
    return Varied(measured.on(measured.study.on(without_state(panel, state))), note)


def reports_for_flows(measured: YearStudy, first: int, last: int) -> Varied:
    """Reported flows in place of the panel's, in the years first to last (other_data.with_reports)."""
    if not first <= measured.year <= last:
        return Varied(None, f"{measured.year} is outside {first} to {last}")
    found = with_reports(measured.study.panel, _levels(measured.study.panel))
    if not found.cells:
        return Varied(None, f"no pair of {measured.year} has a report")
    note = (
        f"{found.cells:,} flows are replaced by the reports ({found.raised:,} of them raised because the report lacks "
        f"months); {found.left:,} reports of pairs without a flow in the panel are not used"
    )
    return Varied(measured.on(measured.study.on(found.panel)), note, is_break=True)


def _levels(panel: Panel) -> pd.DataFrame:
    return panel.registry.tables.once(
        "reported_levels", lambda: reported_levels(panel.table("reports"), panel.table("trade_totals"))
    )


def layer_ends(measured: YearStudy, layer: str) -> Varied:
    """A layer left out in years in which nothing of it was observed (other_data.observed_years).

    Its weight goes to the others in proportion, as in build_ties for a layer without data in a year.
    """
    if not measured.study.method.weights.get(layer, 0.0) > 0:
        return Varied(None, f"the {layer} layer has no weight")
    seen = dict(zip(measured.whole.years, observed_years(measured.whole.panel, layer), strict=True))
    if seen[measured.year]:
        return Varied(None, f"the source of the {layer} layer covers {measured.year}")
    weights = {**measured.study.method.weights, layer: 0.0}
    if not any(weights.values()):
        return Varied(None, f"no layer is left without the {layer} layer, the only one with a weight")
    before = [year for year, there in seen.items() if there and year < measured.year]
    since = f"after {before[-1]}" if before else f"up to {measured.year}"
    note = (
        f"the source of the {layer} layer covers no year {since}; the layer is left out, and its weight goes to the "
        f"others"
    )
    return Varied(measured.on(measured.study.with_method(weights=weights)), note, is_break=True)


KINDS: dict[str, Kind] = {
    "pole_as_group": Kind({"pole": Field(STATE), "group": Field(GROUP)}, pole_as_group),
    "without_state": Kind({"state": Field(STATE)}, state_left_out),
    "reports_for_flows": Kind({"first": Field(year(1900, 2100)), "last": Field(year(1900, 2100))}, reports_for_flows),
    "layer_ends": Kind({"layer": Field(text(60))}, layer_ends),
}

# ---- the table -------------------------------------------------------------------------------------

COMMON: Fields = {"name": Field(text(60)), "title": Field(text(200))}


def load_variants(
    path: Path | str | None = None, *, layers: Sequence[str] = tuple(LAYERS), registry: Registry | None = None
) -> tuple[Variant, ...]:
    """The bundled table of variants, or a file of the same form. layers : that the file may name.

    Raises
    ------
    ConfigError : unreadable, an unknown kind, field, state, group or layer, a missing field, a duplicated name.
    """
    file = Path(path) if path is not None else datasets_dir() / "variants.yaml"
    return tuple(read_register(file, ConfigError, "variants", "variant", partial(_parse, layers), registry=registry))


def variant_named(name: str, variants: Sequence[Variant]) -> Variant:
    """The variant of this name.

    Raises
    ------
    ConfigError : there is none; the message lists all.
    """
    known = {variant.name: variant for variant in variants}
    check_known(name, list(known), ConfigError, "variant")
    return known[name]


def _parse(layers: Sequence[str], item: Any, where: Where) -> Variant:
    values = read_kind(item, "kind", {name: kind.fields for name, kind in KINDS.items()}, where, COMMON)
    if "layer" in values:
        word(*layers).read(values["layer"], where.at("layer"))
    return Variant(values.pop("name"), values.pop("title"), values.pop("kind"), values)
