"""Goods trade of all pairs and years, from sources whose levels differ.

The level of one series never continues another: 2000-2020 and 2023 are BACI; 2021-2022 are BACI 2020 times the growth
of the pair in DOTS or ICIO; Taiwan, which BACI leaves out, is estimated from its share in its partners' reports;
1990-1999 is COW, which is not comparable with BACI. Trade that no source covers is unobserved, and the totals show how
much that is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

CHAIN_BASE = 2020
CHAINED_YEARS = (2021, 2022)
TAIWAN = "TWN"
TAIWAN_SHARE_YEARS = tuple(range(2011, 2021))
TAIWAN_GROWTH_YEARS = tuple(range(2000, 2011))
LIKENESS = 5.0
"""A source may move a pair only if its own level in the base year is within this factor of the level it moves."""
SHORTFALL = 0.05
"""A reporter's year that falls short of its usual share of its WTO total by more than this lacks months."""
SILENT = 0.05
"""Largest share of their earlier trade that two silent states may still have in a vintage: a stray row or two."""
TOLERANCE = 0.001
JUMP = 0.4
FLOW = ["exporter", "importer"]
ROW = [*FLOW, "year", "export_usd", "source", "flag"]


def build_trade(
    baci: pd.DataFrame, baci_2023: pd.DataFrame, cow: pd.DataFrame, dots: pd.DataFrame, icio: pd.DataFrame,
    wto: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Trade rows and the totals their shares are taken of.

    Parameters
    ----------
    baci, baci_2023, cow, icio : exporter, importer, year, export_usd.
    dots : reporter, flow (X or M), exporter, importer, year, export_usd.
    wto : iso3, year, export_usd, import_usd.

    Returns
    -------
    (trade, trade_totals) as in table_columns.TABLES, sorted. A pair without a row is zero where both states are
    `complete` in the year and unobserved elsewhere.
    """
    observed = baci.assign(source="baci", flag="observed")
    taiwan = taiwan_by_share(baci, dots, icio)
    taiwan = pd.concat([taiwan, taiwan_by_growth(taiwan, cow)])
    base = pd.concat([observed, taiwan])
    chained = chain(base[base["year"] == CHAIN_BASE], raise_short_years(dots, wto), icio)
    early = cow[cow["year"].between(1990, 1999)].assign(source="cow", flag="observed")
    late = baci_2023.assign(source="baci_2023", flag="provisional")
    trade = pd.concat([early, base, chained, late])[ROW]
    # An extended flow below half a dollar is not an observation of zero.
    trade["export_usd"] = trade["export_usd"].round().astype("int64")
    trade = trade[(trade["export_usd"] > 0) | (trade["source"] == "cow")]
    trade = trade.sort_values([*FLOW, "year"], ignore_index=True)
    return trade, build_totals(trade, wto)


def _sums(flows: pd.DataFrame) -> pd.DataFrame:
    """Exports and imports of each state and year: index (iso3, year)."""
    exports = flows.groupby(["exporter", "year"])["export_usd"].sum().rename_axis(["iso3", "year"])
    imports = flows.groupby(["importer", "year"])["export_usd"].sum().rename_axis(["iso3", "year"])
    return pd.DataFrame({"export_usd": exports, "import_usd": imports})


def chain(base: pd.DataFrame, dots: pd.DataFrame, icio: pd.DataFrame) -> pd.DataFrame:
    """Flows of 2021 and 2022: X_t = X_2020 g_t, g_t the growth since 2020 of the pair in the first source that has it.

    Sources in order: the exporter's DOTS report, the importer's, ICIO. A source whose own level of 2020 differs from
    X_2020 by more than LIKENESS measures something else and is not used. A pair without a source has no row.
    """
    level = base.set_index(FLOW)["export_usd"].astype("float64")
    origin = base.set_index(FLOW)["flag"]
    reports = {
        "exporter's report": ("dots_growth", dots[dots["flow"] == "X"]),
        "importer's report": ("dots_growth", dots[dots["flow"] == "M"]),
        "model cell": ("icio_growth", icio),
    }
    parts = []
    for year in CHAINED_YEARS:
        left = level
        for name, table in reports.values():
            growth = growth_since(table, CHAIN_BASE, year, left)
            moved = (left * growth).dropna()
            flags = np.where(origin.loc[moved.index] == "imputed", "imputed", "chained")
            parts.append(moved.rename("export_usd").reset_index().assign(year=year, source=name, flag=flags))
            left = left.drop(moved.index)
    return pd.concat(parts)[ROW]


def raise_short_years(dots: pd.DataFrame, wto: pd.DataFrame) -> pd.DataFrame:
    """Reports of years that lack months, raised to the reporter's usual level.

    The annual sums of 2020 lack a month or more for China (0.89 of its WTO exports, 1.00 in other years), Singapore and
    the Philippines; growth from such a year would be overstated by a tenth to a quarter. r_t = sum of the reports of
    year t over the WTO total; where r_t < 0.95 of its median over the years, the reports are times median / r_t.
    """
    world = wto.rename(columns={"iso3": "reporter", "export_usd": "X", "import_usd": "M"})
    world = world.melt(["reporter", "year"], ["X", "M"], "flow", "total")
    sums = dots.groupby(["reporter", "flow", "year"], as_index=False)["export_usd"].sum()
    ratio = sums.merge(world, on=["reporter", "flow", "year"])
    ratio["share"] = ratio["export_usd"] / ratio["total"]
    usual = ratio.groupby(["reporter", "flow"])["share"].transform("median")
    ratio["factor"] = (usual / ratio["share"]).where(ratio["share"] < (1 - SHORTFALL) * usual, 1.0)
    raised = dots.merge(ratio[["reporter", "flow", "year", "factor"]], on=["reporter", "flow", "year"], how="left")
    return raised.assign(export_usd=raised["export_usd"] * raised["factor"].fillna(1.0)).drop(columns="factor")


def growth_since(table: pd.DataFrame, base_year: int, year: int, level: pd.Series) -> pd.Series:
    """Growth factor of each pair of `level` in `table`, NaN where the table lacks it or its base level is unlike."""
    wide = table[table["year"].isin([base_year, year])].pivot_table(
        index=FLOW, columns="year", values="export_usd", aggfunc="sum", min_count=1
    )
    wide = wide.reindex(columns=[base_year, year]).reindex(level.index)
    before, after = wide[base_year], wide[year]
    like = before.between(level / LIKENESS, level * LIKENESS) & (before > 0)
    return (after / before).where(like & (after > 0))


def taiwan_by_share(baci: pd.DataFrame, dots: pd.DataFrame, icio: pd.DataFrame) -> pd.DataFrame:
    """Taiwan's flows with j at the level of j's BACI trade, 2011-2020: X = x_Tj sum_k BACI_kj / sum_k x_kj.

    x is j's own DOTS report where there is one, else ICIO; k runs over the partners of j that both x and BACI have.
    So Taiwan's share in j's trade is the source's, its level BACI's. Flag imputed.
    """
    parts = []
    for side, other, flow in (("importer", "exporter", "M"), ("exporter", "importer", "X")):
        reports = dots[(dots["flow"] == flow) & (dots["reporter"] == dots[side])]
        by_report = _at_baci_level(reports, baci, side, other).assign(source="dots_share")
        by_model = _at_baci_level(icio, baci, side, other).assign(source="icio_share")
        both = pd.concat([by_report, by_model]).drop_duplicates([*FLOW, "year"], keep="first")
        parts.append(both.assign(flag="imputed"))
    out = pd.concat(parts)
    return out[out["year"].isin(TAIWAN_SHARE_YEARS)][ROW]


def _at_baci_level(table: pd.DataFrame, baci: pd.DataFrame, side: str, other: str) -> pd.DataFrame:
    common = table.merge(baci, on=[*FLOW, "year"], suffixes=("", "_baci"))
    sums = common.groupby([side, "year"])[["export_usd", "export_usd_baci"]].sum()
    scale = (sums["export_usd_baci"] / sums["export_usd"]).rename("scale").reset_index()
    reported = table[(table[other] == TAIWAN) & (table["export_usd"] > 0)].merge(scale, on=[side, "year"])
    return reported.assign(export_usd=reported["export_usd"] * reported["scale"])[[*FLOW, "year", "export_usd"]]


def taiwan_by_growth(taiwan: pd.DataFrame, cow: pd.DataFrame) -> pd.DataFrame:
    """Taiwan's flows of 2000-2010: the flow of 2011 times the growth of the pair in COW since; flag imputed.

    COW counts Hong Kong and Macao as China, so China's path is that of the three together and they have none.
    """
    first = min(TAIWAN_SHARE_YEARS)
    level = taiwan[taiwan["year"] == first].set_index(FLOW)["export_usd"]
    parts = []
    for year in TAIWAN_GROWTH_YEARS:
        moved = (level * growth_since(cow, first, year, level)).dropna()
        parts.append(moved.rename("export_usd").reset_index().assign(year=year, source="cow_growth", flag="imputed"))
    return pd.concat(parts)[ROW]


def build_totals(trade: pd.DataFrame, wto: pd.DataFrame) -> pd.DataFrame:
    """All exports and imports of each state and year: the denominators of shares, with the WTO's beside them.

    2000-2020: the sum of the rows. 2021-2022: the total of 2020 times the state's growth at the WTO. 2023: the sum,
    grown by Taiwan's share of 2022, as BACI lacks it, and of a state that did not report (silent_states) by the share
    in 2020 of the others that did not, with whom it has no row: what they traded nobody observed. 1990-1999: the sum,
    grown by the weight in world trade of the partners COW has no row for. Taiwan: the WTO total. A total is never below
    the sum of its rows. `source` names the series of the state's rows, so that a change of it is a series break.
    """
    sums = _sums(trade)
    world = wto.set_index(["iso3", "year"])[["export_usd", "import_usd"]]
    parts = [
        _totals_cow(trade[trade["source"] == "cow"]),
        _totals_baci(sums),
        _totals_chained(sums, world),
        _totals_2023(sums, trade, silent_states(trade)),
        _totals_taiwan(world),
    ]
    totals = pd.concat(parts).sort_index()
    totals = totals[~totals.index.duplicated(keep="last")]
    observed = sums.reindex(totals.index)
    for column in ("export_usd", "import_usd"):
        raised = totals[column].notna() & (observed[column] > totals[column])
        # A total that partners' reports overrule is no observation any more (Taiwan in every year).
        overruled = raised & (observed[column] > (1 + TOLERANCE) * totals[column]) & (totals["flag"] == "observed")
        totals[column] = totals[column].mask(raised, observed[column])
        totals["flag"] = totals["flag"].mask(overruled, "imputed")
    totals = totals.join(world.add_prefix("wto_"))
    return totals.reset_index()[
        ["iso3", "year", "export_usd", "import_usd", "complete", "source", "flag", "wto_export_usd", "wto_import_usd"]
    ]


def _totals_baci(sums: pd.DataFrame) -> pd.DataFrame:
    years = sums.index.get_level_values("year")
    rows = sums[(years >= 2000) & (years <= CHAIN_BASE)].fillna(0.0)
    return rows.assign(complete=True, source="baci", flag="observed")


def _totals_chained(sums: pd.DataFrame, world: pd.DataFrame) -> pd.DataFrame:
    base = sums.xs(CHAIN_BASE, level="year")
    before = world.xs(CHAIN_BASE, level="year").reindex(base.index)
    parts = []
    for year in CHAINED_YEARS:
        growth = world.xs(year, level="year").reindex(base.index) / before.where(before > 0)
        parts.append((base * growth).assign(year=year).set_index("year", append=True))
    return pd.concat(parts).assign(complete=False, source="wto_growth", flag="chained")


def silent_states(trade: pd.DataFrame) -> list[str]:
    """States that did not report in the vintage of 2023, sorted: no two of them have a row, though they traded in 2020.

    A flow is in BACI where one of the two sides reported. So those that did not are known by the others that did not:
    from the state on whose pairs most trade vanished since 2020, each is added that traded with those found before and
    has with them, in 2023, at most SILENT of what vanished between them.
    """
    both = trade[trade["year"].isin([CHAIN_BASE, 2023])]
    codes = pd.Index(sorted({*both["exporter"], *both["importer"]} - {TAIWAN}))

    def between(year: int) -> np.ndarray:
        rows = both[(both["year"] == year) & (both["exporter"] != TAIWAN) & (both["importer"] != TAIWAN)]
        out = np.zeros((len(codes), len(codes)))
        out[codes.get_indexer(rows["exporter"]), codes.get_indexer(rows["importer"])] = rows["export_usd"]
        return out + out.T

    before, after = between(CHAIN_BASE), between(2023)
    there = np.asarray(after.any(axis=0))
    vanished = np.where((after == 0) & there[:, None] & there[None, :], before, 0.0)
    found: list[int] = []
    for state in np.argsort(-vanished.sum(axis=0), kind="stable"):
        lost = vanished[state, found].sum() if found else vanished[state].sum()
        if lost > 0 and after[state, found].sum() <= SILENT * lost:
            found.append(int(state))
    return sorted(str(codes[state]) for state in found)


def unseen_shares(trade: pd.DataFrame, silent: list[str]) -> pd.DataFrame:
    """Share in a silent state's trade of 2020 of the silent ones with whom it has no row in 2023, by iso3."""
    base = trade[(trade["year"] == CHAIN_BASE) & (trade["source"] == "baci")]
    late = trade[trade["year"] == 2023]
    seen = {frozenset(pair) for pair in zip(late["exporter"], late["importer"], strict=True)}
    inside = base[base["exporter"].isin(silent) & base["importer"].isin(silent)]
    lost = [frozenset(pair) not in seen for pair in zip(inside["exporter"], inside["importer"], strict=True)]
    gone, whole = inside[np.array(lost, dtype=bool)], {side: base.groupby(side)["export_usd"].sum() for side in FLOW}
    shares = {
        column: gone.groupby(side)["export_usd"].sum() / whole[side]
        for side, column in zip(FLOW, ("export_usd", "import_usd"), strict=True)
    }
    return pd.DataFrame(shares).fillna(0.0)


def _totals_2023(sums: pd.DataFrame, trade: pd.DataFrame, silent: list[str]) -> pd.DataFrame:
    rows = sums.xs(2023, level="year", drop_level=False).fillna(0.0)
    last = max(CHAINED_YEARS)
    flows = trade[trade["year"] == last]
    whole = sums.xs(last, level="year")
    to_taiwan = flows[flows["importer"] == TAIWAN].set_index("exporter")["export_usd"] / whole["export_usd"]
    from_taiwan = flows[flows["exporter"] == TAIWAN].set_index("importer")["export_usd"] / whole["import_usd"]
    states = rows.index.get_level_values("iso3")
    unseen = unseen_shares(trade, silent).reindex(states).fillna(0.0)
    export_gap = to_taiwan.reindex(states).fillna(0.0).to_numpy() + unseen["export_usd"].to_numpy()
    import_gap = from_taiwan.reindex(states).fillna(0.0).to_numpy() + unseen["import_usd"].to_numpy()
    # Where all known trade vanished, the total is unknown.
    left = [np.where(gap < 1, 1 - gap, np.nan) for gap in (export_gap, import_gap)]
    grown = rows.assign(export_usd=rows["export_usd"] / left[0], import_usd=rows["import_usd"] / left[1])
    quiet = states.isin(silent)
    return grown.assign(complete=~quiet, source="baci_2023", flag=np.where(quiet, "imputed", "provisional"))


def _totals_cow(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum of the rows over one minus the weight, in the year's world trade, of the partners without a row."""
    sums = _sums(rows)
    out = []
    for year, flows in rows.groupby("year"):
        here = sums.xs(year, level="year").fillna(0.0)
        gap = ~np.eye(len(here), dtype=bool)
        gap[here.index.get_indexer(flows["exporter"]), here.index.get_indexer(flows["importer"])] = False
        buys = (here["import_usd"] / here["import_usd"].sum()).to_numpy()
        sells = (here["export_usd"] / here["export_usd"].sum()).to_numpy()
        grown = here.assign(
            export_usd=here["export_usd"] / (1 - gap @ buys), import_usd=here["import_usd"] / (1 - gap.T @ sells)
        )
        grown["flag"] = np.where(gap.any(axis=0) | gap.any(axis=1), "imputed", "observed")
        out.append(grown.assign(year=year).set_index("year", append=True))
    return pd.concat(out).assign(complete=False, source="cow")


def _totals_taiwan(world: pd.DataFrame) -> pd.DataFrame:
    rows = world.xs(TAIWAN, level="iso3", drop_level=False)
    rows = rows[rows.index.get_level_values("year").isin(range(min(TAIWAN_GROWTH_YEARS), 2024))]
    years = rows.index.get_level_values("year")
    series = np.select(
        [years.isin(TAIWAN_GROWTH_YEARS), years.isin(TAIWAN_SHARE_YEARS), years.isin(CHAINED_YEARS)],
        ["cow_growth", "icio_share", "wto_growth"],
        "baci_2023",
    )
    return rows.assign(complete=False, source=series, flag="observed")


def find_series_breaks(totals: pd.DataFrame) -> pd.DataFrame:
    """State-years whose two-way total jumps by more than JUMP where the series changes (table series_breaks)."""
    rows = totals.sort_values(["iso3", "year"]).assign(after_usd=totals["export_usd"] + totals["import_usd"])
    previous = rows.groupby("iso3")[["after_usd", "year", "source"]].shift()
    rows["before_usd"] = previous["after_usd"]
    rows["jump"] = rows["after_usd"] / rows["before_usd"] - 1
    rows["series_break"] = previous["source"] + " to " + rows["source"]
    changed = (previous["source"] != rows["source"]) & (previous["year"] == rows["year"] - 1)
    listed = rows[changed & (rows["jump"].abs() > JUMP)]
    return listed[["iso3", "year", "series_break", "before_usd", "after_usd", "jump"]].reset_index(drop=True)
