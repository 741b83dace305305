"""Names declared once: flags, series, layers, default values, graph attributes and columns of results.

The columns of the panel's tables are in influence.table_columns.
"""

from __future__ import annotations

from typing import NamedTuple


class Field(NamedTuple):
    """One column or attribute: Frictionless type, unit (empty for text) and meaning."""

    name: str
    type: str
    unit: str
    description: str


FLAGS: dict[str, str] = {
    "observed": "as the source gives it",
    "provisional": "observed, but from a preliminary vintage (BACI 2023) that is not comparable with the years before",
    "chained": "extended: the level of an observed year times the growth since then in another source",
    "carried": "carried forward (or back) from the nearest observed year",
    "imputed": "estimated (the column `source` or the data package names the method)",
    "corrected": "from the cited table of corrections, which replaces or completes the source",
    "missing": "not in any source",
}
FLAG_NAMES = tuple(FLAGS)

SERIES: dict[str, str] = {
    "cow": "COW Trade 4.0, importers' reports; Hong Kong and Macao are counted in China",
    "baci": "CEPII BACI summed to country pairs, 2000-2020",
    "baci_2023": "CEPII BACI HS22 V202501 summed to country pairs, not comparable with the series before",
    "dots_growth": "BACI 2020 times the growth since 2020 of the pair in IMF DOTS (exporter's report, else importer's)",
    "icio_growth": "BACI 2020 times the growth since 2020 of the pair in OECD ICIO",
    "wto_growth": "BACI 2020 total times the growth since 2020 of the state's total at the WTO",
    "dots_share": "Taiwan: its share in the partner's IMF DOTS report times the partner's BACI trade",
    "icio_share": "Taiwan: its share in the partner's OECD ICIO goods trade times the partner's BACI trade",
    "cow_growth": "Taiwan before 2011: its 2011 flow times the growth of the pair in COW Trade to 2011",
    "custom": "a user's own figure, put in place of the panel's (inf.with_trade); never in the bundled tables",
}
CUSTOM_SERIES = "custom"
SERIES_NAMES = tuple(SERIES)
"""Series of trade figures: values of the column `source` of trade and trade_totals."""

PACT_KINDS = ("defence", "offence", "neutrality", "nonaggression", "consultation")
AGREEMENT_KINDS = ("customs_union", "free_trade", "partial", "framework")
PACT_STRENGTH: dict[str, float] = {
    "defence": 1.0, "offence": 1.0, "neutrality": 0.0, "nonaggression": 0.0, "consultation": 0.0,
}  # fmt: skip
AGREEMENT_STRENGTH: dict[str, float] = {"customs_union": 1.0, "free_trade": 1.0, "partial": 0.25, "framework": 0.0}
"""Default values of the configuration and of functions; never changed."""

FIRST_YEAR, LAST_YEAR = 1990, 2023
"""Years of the panel, both included."""
ALPHA = 0.85
"""Share of a pull that each further partner passes on (equation 7)."""
ELASTICITY_RANGE = (1.5, 4.0, 8.0)
"""Elasticities for which a response of trade is shown."""
TARIFF_PEAK = 0.5
"""Sector tariffs of this rate or more are averages with peaks of a few lines; results are also shown without them."""
ELASTICITY = 4.0
"""Trade elasticity theta (equation 8); the elasticity of substitution between suppliers is theta + 1 (equation 11)."""
GROSS_OUTPUT_RATIO = 1.8
"""Gross output over GDP of economies without an input-output table: the median of the 80 of OECD ICIO in 2016 is 1.81,
half of them lie between 1.69 and 1.97."""
BANDWIDTH_BASE_YEAR = 2010
"""Year whose largest dyad is the unit of bandwidth (equation 10)."""
ALIGNMENT_BASE = (2000, 2015)
"""Years over which the anchors of alignment are averaged (equation 13)."""
REALISATIONS = 1000
"""Random starts of the opinion model (equation 9)."""
CURATED = "curated"
"""Source of rows from the project's own cited tables."""

UNCERTAINTY_SOURCES = (
    "weights", "flows", "trade_base", "capability", "pact_strength", "agreement_strength", "elasticity",
    "agreement_effect", "tariff_peaks",
)  # fmt: skip
"""Sources of uncertainty that are drawn (uncertainty/draws.py), in the order of their streams; each can be fixed."""
DRAWS, CONCENTRATION = 100, 50.0
"""Draws of a run; concentration of the weights: a weight of .6 then has a standard deviation of .07."""
MOST_DRAWS = 10_000
"""With more, the draws of a single year do not fit in the memory of a laptop."""

CRITICAL: dict[str, float] = {"concentration": 0.4, "import_share": 0.5, "imports_over_exports": 1.0}
"""Thresholds above which a product is concentrated, mostly imported, not replaceable: European Commission,
SWD(2021) 352."""
SIDES = ("imports", "exports")
"""Partners in a product: a state's suppliers (imports), or its markets (exports)."""

TRADE_BASES = ("two_way", "exports", "imports")
CAPABILITIES = ("gdp", "cinc")

ISO3 = Field("iso3", "string", "", "state or economy, ISO 3166-1 alpha-3 (XKX Kosovo)")
YEAR = Field("year", "integer", "year", "calendar year")
"""Columns of many tables."""

NODE_ATTRIBUTES: tuple[Field, ...] = (
    Field("name", "string", "", "short English name"),
    Field("region", "string", "", "UN M49 sub-region"),
    Field("latitude", "number", "degree", "of the capital"),
    Field("longitude", "number", "degree", "of the capital"),
    Field("not_covered", "number", "share", "share of its reliance that is on no other state, in [0, 1]"),
    Field("unobserved", "number", "share", "share of its reliance that was not observed, in [0, 1]"),
    Field("coverage", "number", "share", "1 - unobserved"),
)
EDGE_ATTRIBUTES: tuple[Field, ...] = (
    Field(
        "pull",
        "number",
        "share",
        'share of the target\'s reliance that is on the source, in (0, 1]; weight="pull" in networkx',
    ),
    Field("distance", "number", "", "-ln pull, at least 1e-9, so that a sole tie is near and not at 0"),
)
GRAPH_ATTRIBUTES: tuple[Field, ...] = (
    Field("year", "integer", "year", "calendar year of the ties"),
    Field("weights", "string", "", "layer weights of the ties, name=weight joined by commas"),
)

RESULT_COLUMNS: tuple[Field, ...] = (
    Field("scenario", "string", "", "baseline, or the name of a scenario"),
    YEAR,
    ISO3,
    Field("metric", "string", "", "pull_direct, pull_balance, …; `influence metrics list` prints all"),
    Field("pole", "string", "", "pole, pair of poles (CHN-USA) or, for the leader, the pole that leads; empty if none"),
    Field("value", "number", "", "the value; empty if missing"),
    Field("low", "number", "", "5 % end of the uncertainty range, of alignment the source's; empty if unknown"),
    Field("high", "number", "", "95 % end of the uncertainty range, of alignment the source's; empty if unknown"),
    Field("coverage", "number", "share", "1 - unobserved share of the state's reliance"),
    Field(
        "flag", "string", "", "quality, joined by ';': break, missing, disputed or a flag of the data; empty if none"
    ),
)
RANGE_COLUMNS: tuple[Field, ...] = (
    Field("scenario", "string", "", "baseline, or the name of a scenario"),
    YEAR,
    ISO3,
    Field("metric", "string", "", "as in the results; rank_NAME: rank by the balance NAME, 1 relies most on the first"),
    Field("pole", "string", "", "pole, pair of poles, or empty"),
    Field("value", "number", "", "with the configured choices"),
    Field("median", "number", "", "over the draws, as are low, high and p_leads; empty where too few have a value"),
    Field("low", "number", "", "5 % quantile"),
    Field("high", "number", "", "95 % quantile"),
    Field("p_leads", "number", "share", "of a balance: share of the draws in which the first pole of the pair leads"),
    Field("draws", "integer", "", "number of draws of the uncertainty range"),
)
TIE_COLUMNS: tuple[Field, ...] = (
    Field("scenario", "string", "", "baseline, or the name of a scenario"),
    YEAR,
    Field("source", "string", "", "ISO3 of the state that pulls"),
    Field("target", "string", "", "ISO3 of the state that relies"),
    Field("layer", "string", "", "composite, or the name of a layer: trade, alliance, …"),
    Field("value", "number", "share", "share of the target's reliance"),
    Field("flag", "string", "", "quality codes joined by ';'; empty if none"),
)

PRODUCT_COLUMNS: tuple[Field, ...] = (
    YEAR,
    Field("state", "string", "", "ISO3 or group that trades; trade between a group's members is left out"),
    Field("direction", "string", "", "imports (partners are suppliers) or exports (partners are markets)"),
    Field("product", "string", "", "HS code of six digits, or key of datasets/curated/sectors.csv"),
    Field("name", "string", "", "name of the product; empty where no list of names was given"),
    Field("pole", "string", "", "pole of the next five columns; empty if none was asked for"),
    Field("pole_usd", "integer", "USD", "traded with the pole"),
    Field("pole_share", "number", "share", "part of the pole in total_usd"),
    Field("critical_on_pole", "boolean", "", "critical, and no supplier is larger than the pole"),
    Field("cut_off_cost", "number", "log points", "of the state's imports of goods (sectors: of its spending on "
          "goods), if the pole sold nothing (equation 11); empty for exports and for a sole supplier"),
    Field("flag", "string", "", "sole_supplier: the pole sells all of it, so the cost has no bound; else empty"),
    Field("total_usd", "integer", "USD", "imports (or exports) of the product"),
    Field("partners", "integer", "", "states traded with, ROW not counted"),
    Field("largest", "string", "", "ISO3 of the largest partner, the first by code of equals; empty: only ROW"),
    Field("largest_share", "number", "share", "its part in total_usd"),
    Field("concentration", "number", "", "Herfindahl of the partners' shares; a lower bound where ROW has a share"),
    Field("unnamed_share", "number", "share", "part of total_usd with ROW, the rest of the world"),
    Field("world_concentration", "number", "", "Herfindahl of the exporters' shares in the world's exports of it"),
    Field("weight", "number", "share", "of the product in all imports or exports; of imports by sector in spending"),
    Field("sigma", "number", "", "elasticity of substitution between suppliers of the product"),
    Field("import_share", "number", "share", "imports over imports and what is bought inside; empty: not observed"),
    Field("imports_over_exports", "number", "ratio", "imports over exports (a group's include its inner trade); empty: "
          "no exports"),
    Field("concentrated", "boolean", "", "concentration above critical.concentration of the configuration"),
    Field("mostly_imported", "boolean", "", "import_share above critical.import_share; empty: not observed"),
    Field("not_replaceable", "boolean", "", "imports above critical.imports_over_exports times exports"),
    Field("critical", "boolean", "", "all observed parts of the test are true; empty for exports"),
    Field("tested", "string", "", "how many of the three parts were observed: 2 of 3, or 3 of 3"),
)  # fmt: skip
CHOKEPOINT_COLUMNS: tuple[Field, ...] = (
    YEAR,
    Field("role", "string", "", "of the state asked about: depends or supplies; empty if none was"),
    Field("supplier", "string", "", "ISO3 of the largest supplier"),
    Field("product", "string", "", "HS code of six digits, or key of datasets/curated/sectors.csv"),
    Field("name", "string", "", "name of the product; empty where no list of names was given"),
    Field("states", "integer", "", "states that depend critically on the supplier for it"),
    Field("state_usd", "integer", "USD", "amount that the state asked about buys from the supplier, if it depends"),
    Field("bought_usd", "integer", "USD", "amount that these states buy of it from the supplier"),
    Field("imports_usd", "integer", "USD", "amount that these states import of it in all"),
    Field("world_share", "number", "share", "part of the supplier in the world's exports of it"),
    Field("world_concentration", "number", "", "Herfindahl of the exporters' shares in the world's exports of it"),
)

SECTOR_YEARS = (2011, 2017, 2022)
"""Years whose sector flows and tariffs are bundled: before KORUS, before the tariffs of 2018, and the latest."""
REST_OF_WORLD = "ROW"
SERVICES = "services"

BASELINE = "baseline"
ALL = "all"
"""In place of a group of states: all states of the panel."""
COVERAGE_FLOOR = 0.8
COVERAGE_ROUNDING = 1e-6
DISTANCE_FLOOR = 1e-9


def names(fields: tuple[Field, ...]) -> list[str]:
    """Names of the fields, in order."""
    return [f.name for f in fields]
