"""The two layouts of native files: CEPII BACI, and the bulk files of UN Comtrade."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from influence.errors import StoreError
from influence.products.store.layouts import (
    MOST_TONNES,
    MOST_USD,
    NO_REVISION,
    REVISIONS,
    Layout,
    bad_year,
    blank,
    fault,
    first_note,
    flow_faults,
    left_out,
    product_number,
    whole_number,
    within,
)

if TYPE_CHECKING:
    import ibis


def find_layout(name: str, flow: str | None = None) -> Layout:
    """Find a layout by name.

    Parameters
    ----------
    name : baci or comtrade.
    flow : whose report is taken, imports (default) or exports; only with comtrade.

    Raises
    ------
    StoreError : an unknown layout or flow, or a flow with baci.
    """
    if name == "baci":
        if flow is not None:
            raise StoreError("BACI has one value for each flow; a choice of flow is only for Comtrade.")
        return BACI
    if name != "comtrade":
        raise StoreError(f"there is no layout {name!r}; allowed: baci, comtrade.")
    if flow not in (None, *FLOWS):
        raise StoreError(f"flow {flow!r} is not known; allowed: {', '.join(FLOWS)}.")
    return comtrade(flow or "imports")


# ---- CEPII BACI ----------------------------------------------------------------------------------


def _baci(raw: ibis.Table) -> ibis.Table:
    """t, i, j, k, v (thousand US dollars), q (tonnes) with STAGED beside them."""
    import ibis

    year = whole_number(raw["t"], "{4}")
    exporter, importer = whole_number(raw["i"], "{1,3}"), whole_number(raw["j"], "{1,3}")
    product = product_number(raw["k"])
    value, tonnes = raw["v"].try_cast("float64"), raw["q"].try_cast("float64")
    good_tonnes = tonnes.isnull().ifelse(blank(raw["q"]), within(tonnes, MOST_TONNES))
    return raw.mutate(
        year=year, exporter=exporter, importer=importer, product=product,
        # Three decimals of a thousand: whole dollars.
        value_usd=(value * 1000.0).try_cast("int64"),
        quantity_tonnes=tonnes,
        revision=ibis.null("int16"),
        note=first_note(
            *flow_faults(year, exporter, importer, product),
            fault(~within(value, MOST_USD / 1000.0), "value"),
            fault(~good_tonnes, "quantity"),
        ),
    )  # fmt: skip


BACI = Layout(
    name="baci",
    title="CEPII BACI",
    columns=dict.fromkeys(("t", "i", "j", "k", "v", "q"), ()),
    optional=frozenset(),
    roles={"year": "t", "exporter": "i", "importer": "j", "product": "k", "value": "v", "quantity": "q"},
    unit="thousand US dollars",
    usd=1000,
    pattern=re.compile(r"BACI_.*\.csv(\.gz)?", re.IGNORECASE),
    staged=_baci,
)


# ---- UN Comtrade ---------------------------------------------------------------------------------

FLOWS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "imports": ("imports as the importer reports them (CIF)", ("M", "1", "IMPORT", "IMPORTS")),
    "exports": ("exports as the exporter reports them (FOB)", ("X", "2", "EXPORT", "EXPORTS")),
}
"""Whose report is taken: a description, and the names of that flow in the column of flows over the years."""

_TOTALS: Mapping[str, tuple[str, ...]] = {
    "partner2Code": ("0",), "customsCode": ("C00",), "mosCode": ("0",), "motCode": ("0",),
}  # fmt: skip
"""Columns that break a flow down, and their values in the row of the total."""
_BY_COMTRADE = dict(zip(("H0", "H1", "H2", "H3", "H4", "H5", "H6"), REVISIONS.values(), strict=True))


def _comtrade(flow: str) -> Callable[[ibis.Table], ibis.Table]:
    def staged(raw: ibis.Table) -> ibis.Table:
        """One reporter's row with STAGED beside it; value in US dollars, net weight in kilograms."""
        year = whole_number(raw["refYear"], "{4}")
        reporter, partner = whole_number(raw["reporterCode"], "{1,3}"), whole_number(raw["partnerCode"], "{1,3}")
        exporter, importer = (partner, reporter) if flow == "imports" else (reporter, partner)
        product = product_number(raw["cmdCode"])
        value, kilograms = raw["primaryValue"].try_cast("float64"), raw["netWgt"].try_cast("float64")
        good_weight = kilograms.isnull().ifelse(blank(raw["netWgt"]), within(kilograms, MOST_TONNES * 1000.0))
        goods = raw["cmdCode"].strip().upper()
        six = goods.length().isin([5, 6]) & (goods != "TOTAL")
        return raw.mutate(
            year=year, exporter=exporter, importer=importer, product=product,
            value_usd=value.try_cast("int64"),
            # The files give an unreported weight as 0; goods that have a value have a weight.
            quantity_tonnes=((kilograms == 0) & (value > 0)).ifelse(None, kilograms / 1000.0),
            revision=_revision(raw["classificationCode"]),
            note=first_note(
                # First: a row that is left out is counted in its year, too.
                bad_year(year),
                left_out(raw["typeCode"].strip() == "S", "services"),
                fault(_monthly(raw), "period"),
                left_out(~raw["flowCode"].strip().upper().isin(FLOWS[flow][1]).fill_null(False), "other flows"),
                left_out(_part_of_a_total(raw), "breakdowns"),
                left_out(~six.fill_null(False), "aggregates"),
                left_out(raw["cmdCode"].re_search("[A-Za-z]"), "unspecified goods"),
                *flow_faults(year, exporter, importer, product),
                fault(~within(value, MOST_USD), "value"),
                fault(~good_weight, "quantity"),
            ),
        )  # fmt: skip

    return staged


def _revision(cell: Any) -> Any:
    """Year of the revision in two digits; NO_REVISION for other classifications (SITC, BEC), NULL for an empty cell."""
    import ibis

    name = cell.strip().upper()
    known = [(name == code, year) for code, year in _BY_COMTRADE.items()]
    return ibis.cases((name.isnull() | (name == ""), None), *known, else_=NO_REVISION).cast("int16")


def _monthly(raw: ibis.Table) -> Any:
    period = raw["period"].strip().length() > 4
    return period.fill_null(False) | ~raw["freqCode"].strip().upper().isin(["A", ""]).fill_null(True)


def _part_of_a_total(raw: ibis.Table) -> Any:
    import ibis

    parts = [~raw[column].strip().isin(["", *whole]).fill_null(True) for column, whole in _TOTALS.items()]
    return ibis.or_(*parts)


def comtrade(flow: str) -> Layout:
    """UN Comtrade's annual bulk files, new columns (refYear, reporterCode …) or old (Year, Reporter Code …)."""
    return Layout(
        name="comtrade",
        title="UN Comtrade",
        columns={
            "refYear": ("year", "yr"),
            "period": (),
            "freqCode": (),
            "typeCode": (),
            "reporterCode": ("rtcode",),
            "flowCode": ("tradeflowcode", "rgcode", "tradeflow"),
            "partnerCode": ("ptcode",),
            "partner2Code": ("2ndpartnercode", "ptcode2"),
            "classificationCode": ("classification", "pfcode"),
            "cmdCode": ("commoditycode",),
            "customsCode": ("customsproccode", "cstcode"),
            "mosCode": (),
            "motCode": ("modeoftransportcode",),
            "netWgt": ("netweightkg", "netweight"),
            "primaryValue": ("tradevalueus", "tradevalue", "tradevalueusd"),
        },
        optional=frozenset({"period", "freqCode", "typeCode", "classificationCode", "netWgt", *_TOTALS}),
        roles={
            "year": "refYear", "exporter": "partnerCode" if flow == "imports" else "reporterCode",
            "importer": "reporterCode" if flow == "imports" else "partnerCode", "product": "cmdCode",
            "value": "primaryValue", "quantity": "netWgt", "period": "period",
        },
        unit="US dollars",
        usd=1,
        pattern=re.compile(r".*\.(csv|txt|tsv)(\.gz)?", re.IGNORECASE),
        staged=_comtrade(flow),
        flow=flow,
        self_trade="a state's trade with itself (goods that came back)",
    )  # fmt: skip
