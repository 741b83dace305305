"""The same year measured otherwise: the table of variants, and for each kind the function that carries one out.

A new variant is an entry of datasets/variants.yaml; a new kind is one function and one line of KINDS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from influence.errors import ConfigError, suggest
from influence.panel.panel import Panel
from influence.specs import LAYERS
from influence.states import datasets_dir, group_members, resolve_state
from influence.study import Study
from influence.uncertainty.other_data import observed_years, reported_levels, with_reports, without_state
from influence.yaml_files import read_yaml


class YearStudy(NamedTuple):
    """The study of one year, and the whole study, which shows where a source ends."""

    study: Study
    whole: Study

    @property
    def year(self) -> int:
        """The year."""
        return self.study.years[0]

    def on(self, study: Study) -> YearStudy:
        """The same year measured otherwise."""
        return self._replace(study=study)


class Varied(NamedTuple):
    """What a variant makes of a year. told : what was done, or why nothing was. measured : None in that case.

    is_break : the numbers rest on other sources or layers than before: they have no common level with them.
    """

    measured: YearStudy | None
    told: str
    is_break: bool = False


class Variant(NamedTuple):
    """One entry of the table; values are the fields of its kind."""

    name: str
    title: str
    kind: str
    values: Mapping[str, Any]


class Kind(NamedTuple):
    """fields : what an entry of this kind needs, with the type. vary : carries it out."""

    fields: Mapping[str, type]
    vary: Callable[..., Varied]


def vary(variant: Variant, measured: YearStudy) -> Varied:
    """The year as the variant has it; None in its place, and the reason, where the variant changes nothing."""
    return KINDS[variant.kind].vary(measured, **variant.values)


# ---- kinds -----------------------------------------------------------------------------------------


def pole_as_group(measured: YearStudy, pole: str, group: str) -> Varied:
    """A pole replaced by a group that holds it: its pull is the sum over the members, which have no balance."""
    if pole not in measured.study.poles:
        return Varied(None, f"{pole} is not one of the poles ({', '.join(measured.study.poles)})")
    members = [
        code
        for code in measured.study.registry.members(group, measured.year)
        if code in measured.study.panel.states.index
    ]
    if set(members) <= {pole}:
        return Varied(None, f"{group} has no other member than {pole} in {measured.year}")
    taken = sorted(set(members) & (set(measured.study.poles) - {pole}))
    if taken:
        return Varied(None, f"{', '.join(taken)} of {group} is a pole itself")
    poles = tuple(group if name == pole else name for name in measured.study.poles)
    return Varied(measured.on(measured.study.with_poles(poles)), f"{pole} is {group}: {', '.join(members)}")


def state_left_out(measured: YearStudy, state: str) -> Varied:
    """A state left out of the panel (other_data.without_state)."""
    if state in measured.study.poles:
        return Varied(None, f"{state} is a pole")
    panel = measured.study.panel
    flows = panel.trade["export_usd"]
    lost = sum(float(flows.sel({side: state}).sum()) for side in ("exporter", "importer"))
    told = f"{state} is left out: {lost / 1e9:,.1f} billion USD leave the totals of its partners"
    return Varied(measured.on(measured.study.on(without_state(panel, state))), told)


def reports_for_flows(measured: YearStudy, first: int, last: int) -> Varied:
    """Flows as reported in place of the panel's, from one year to another (other_data.with_reports)."""
    if not first <= measured.year <= last:
        return Varied(None, f"{measured.year} is outside {first} to {last}")
    found = with_reports(measured.study.panel, _levels(measured.study.panel))
    if not found.cells:
        return Varied(None, f"no pair of {measured.year} has a report")
    told = (
        f"{found.cells:,} flows are as reported ({found.raised:,} of them raised, as their year lacks months); "
        f"{found.left:,} reports of pairs without a flow in the panel are left alone"
    )
    return Varied(measured.on(measured.study.on(found.panel)), told, is_break=True)


def _levels(panel: Panel) -> pd.DataFrame:
    make = lambda: reported_levels(panel.table("reports"), panel.table("trade_totals"))  # noqa: E731
    return panel.registry.tables.once("reported_levels", make)


def layer_ends(measured: YearStudy, layer: str) -> Varied:
    """No layer in a year in which nothing of it was observed (other_data.observed_years).

    Its weight goes to the others in proportion, as build_ties has it for a layer without data for a whole year.
    """
    if not measured.study.method.weights.get(layer, 0.0) > 0:
        return Varied(None, f"the {layer} layer has no weight")
    seen = dict(zip(measured.whole.years, observed_years(measured.whole.panel, layer), strict=True))
    if seen[measured.year]:
        return Varied(None, f"the source of the {layer} layer observed {measured.year}")
    weights = {**measured.study.method.weights, layer: 0.0}
    if not any(weights.values()):
        return Varied(None, f"no layer is left without the {layer} layer, which is the only one that weighs")
    before = [year for year, there in seen.items() if there and year < measured.year]
    since = f"after {before[-1]}" if before else f"to {measured.year}"
    told = f"the source of the {layer} layer observed nothing {since}: it is left out, its weight goes to the others"
    return Varied(measured.on(measured.study.with_method(weights=weights)), told, is_break=True)


KINDS: dict[str, Kind] = {
    "pole_as_group": Kind({"pole": str, "group": str}, pole_as_group),
    "without_state": Kind({"state": str}, state_left_out),
    "reports_for_flows": Kind({"first": int, "last": int}, reports_for_flows),
    "layer_ends": Kind({"layer": str}, layer_ends),
}

# ---- the table -------------------------------------------------------------------------------------


def load_variants(path: Path | str | None = None, *, layers: Sequence[str] = tuple(LAYERS)) -> tuple[Variant, ...]:
    """The bundled table of variants, or a file of the same form, which may name these layers.

    Raises
    ------
    ConfigError : unreadable, an unknown kind or field, one that lacks, a name twice.
    StateError : no such state or group.
    """
    where = Path(path) if path is not None else datasets_dir() / "variants.yaml"
    content = read_yaml(where, ConfigError, "table of variants")
    listed = content.get("variants") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not listed:
        raise ConfigError(f"{where} must hold 'variants:' with a list of entries.")
    variants = tuple(_parse(item, f"{where}: variant {number}", layers) for number, item in enumerate(listed, 1))
    names = [variant.name for variant in variants]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigError(f"{where}: name {', '.join(twice)} stands twice.")
    return variants


def variant_named(name: str, variants: Sequence[Variant]) -> Variant:
    """The variant of this name.

    Raises
    ------
    ConfigError : there is none; those there are are told.
    """
    known = {variant.name: variant for variant in variants}
    if name not in known:
        near = suggest(name, list(known))
        raise ConfigError(f"there is no variant {name!r}.{near} Variants: {', '.join(known)}.")
    return known[name]


def _parse(item: Any, place: str, layers: Sequence[str]) -> Variant:
    if not isinstance(item, dict):
        raise ConfigError(f"{place} must be 'name: …', 'title: …', 'kind: …' and the fields of its kind.")
    kind = item.get("kind")
    if kind not in KINDS:
        raise ConfigError(f"{place}: there is no kind {kind!r}; kinds are: {', '.join(KINDS)}.")
    wanted: dict[str, type] = {"name": str, "title": str, "kind": str, **KINDS[kind].fields}
    if set(item) != set(wanted):
        raise ConfigError(f"{place} has {', '.join(map(str, item))}; a {kind} has {', '.join(wanted)}.")
    wrong = [key for key, kept in wanted.items() if not isinstance(item[key], kept) or isinstance(item[key], bool)]
    if wrong:
        told = "a year" if wanted[wrong[0]] is int else "text"
        raise ConfigError(f"{place}: {wrong[0]} must be {told}, not {item[wrong[0]]!r}.")
    values = {key: item[key] for key in KINDS[kind].fields}
    return Variant(item["name"], item["title"], kind, _checked(values, place, layers))


def _checked(values: dict[str, Any], place: str, layers: Sequence[str]) -> dict[str, Any]:
    """Values that name states, groups and layers that there are."""
    if "layer" in values and values["layer"] not in layers:
        raise ConfigError(f"{place}: there is no layer {values['layer']!r}; layers are: {', '.join(layers)}.")
    if "group" in values:
        group_members(values["group"])
    return {key: resolve_state(value) if key in ("state", "pole") else value for key, value in values.items()}
