"""Everything that has a name, declared once: tables, columns, flags, layers, graph attributes, results.

Code checks against it, the data package is written from it, and a test compares it with reality.
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
    "provisional": "observed, but in a vintage of its own (BACI 2023): not spliced to the years before",
    "chained": "the level of an observed year moved by the growth another source shows since",
    "carried": "taken over from the nearest year that was observed",
    "imputed": "estimated; the method stands in the column `source` or in the data package",
    "corrected": "from our cited table of corrections, in place of or beside the source",
    "missing": "not observed by anyone we read",
}
FLAG_NAMES = tuple(FLAGS)

SERIES: dict[str, str] = {
    "cow": "COW Trade 4.0, importer reports; Hong Kong and Macao are folded into China",
    "baci": "CEPII BACI summed to country pairs, 2000-2020",
    "baci_2023": "CEPII BACI HS22 V202501 summed to country pairs, a vintage of its own",
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
"""Where a trade figure comes from: the series named in the column `source` of trade and trade_totals."""

PACT_KINDS = ("defence", "offence", "neutrality", "nonaggression", "consultation")
AGREEMENT_KINDS = ("customs_union", "free_trade", "partial", "framework")
PACT_STRENGTH: dict[str, float] = {
    "defence": 1.0, "offence": 1.0, "neutrality": 0.0, "nonaggression": 0.0, "consultation": 0.0,
}  # fmt: skip
AGREEMENT_STRENGTH: dict[str, float] = {"customs_union": 1.0, "free_trade": 1.0, "partial": 0.25, "framework": 0.0}
"""Defaults of the configuration and of the functions that take such mappings; nothing writes into them."""

FIRST_YEAR, LAST_YEAR = 1990, 2023
"""Years of the panel, both included."""
ALPHA = 0.85
"""How much of a pull each further partner hands on (equation 7)."""
ELASTICITY_BAND = (1.5, 4.0, 8.0)
"""Elasticities over which an answer of trade is shown."""
TARIFF_PEAK = 0.5
"""Sector tariffs of this rate or more are averages with peaks of a few lines; answers are shown without them too."""
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
"""Sources of doubt that are drawn (uncertainty/draws.py), in the order of their streams; each can be fixed."""
DRAWS, CONCENTRATION = 100, 50.0
"""Draws of a run; concentration of the weights: one of .6 then has a standard deviation of .07."""
MOST_DRAWS = 10_000
"""Beyond it the draws of a single year no longer fit in the memory of a laptop."""

CRITICAL: dict[str, float] = {"concentration": 0.4, "import_share": 0.5, "imports_over_exports": 1.0}
"""Above which a product is concentrated, mostly imported, not replaceable: European Commission, SWD(2021) 352."""
SIDES = ("imports", "exports")
"""From where a product's flows are seen: a state's suppliers, or its markets."""

TRADE_BASES = ("two_way", "exports", "imports")
CAPABILITIES = ("gdp", "cinc")

_ISO3 = Field("iso3", "string", "", "state or economy, ISO 3166-1 alpha-3 (XKX Kosovo)")
_YEAR = Field("year", "integer", "year", "calendar year")
_SOURCE = Field("source", "string", "", "key of the source in the data package")
_FLAG = Field("flag", "string", "", "quality, one of: " + ", ".join(FLAGS))

TABLES: dict[str, tuple[Field, ...]] = {
    "states": (
        _ISO3,
        Field("iso2", "string", "", "ISO 3166-1 alpha-2"),
        Field("m49", "string", "", "UN M49 numeric code, three digits"),
        Field("cow", "integer", "", "Correlates of War code; empty for territories"),
        Field("name", "string", "", "short English name"),
        Field("kind", "string", "", "state, or territory (an economy without a seat of its own in the pact data)"),
        Field("region", "string", "", "UN M49 sub-region, Oceania in one"),
        Field("capital", "string", "", "seat of government, the place of the dot on the map"),
        Field("latitude", "number", "degree", "of the capital, north positive"),
        Field("longitude", "number", "degree", "of the capital, east positive"),
    ),
    "trade": (
        Field("exporter", "string", "", "ISO3 of the exporter"),
        Field("importer", "string", "", "ISO3 of the importer"),
        _YEAR,
        Field("export_usd", "integer", "USD", "goods exported, current US dollars, whole dollars"),
        Field("source", "string", "", "series, one of: " + ", ".join(SERIES)),
        _FLAG,
    ),
    "trade_totals": (
        _ISO3,
        _YEAR,
        Field("export_usd", "number", "USD", "all goods exports, the denominator of shares"),
        Field("import_usd", "number", "USD", "all goods imports, the denominator of shares"),
        Field(
            "complete",
            "boolean",
            "",
            "true: a pair of two complete states that has no row was observed to be nil",
        ),
        Field("source", "string", "", "series, one of: " + ", ".join(SERIES)),
        _FLAG,
        Field("wto_export_usd", "number", "USD", "total exports at the WTO, to compare"),
        Field("wto_import_usd", "number", "USD", "total imports at the WTO, to compare"),
    ),
    "attributes": (
        _ISO3,
        _YEAR,
        Field("gdp_usd", "number", "USD", "gross domestic product, current US dollars"),
        Field("gdp_flag", "string", "", "quality of gdp_usd"),
        Field("population", "number", "persons", "midyear population"),
        Field("population_flag", "string", "", "quality of population"),
        Field("cinc", "number", "share of world", "Composite Index of National Capability"),
        Field("cinc_flag", "string", "", "quality of cinc"),
        Field("domestic_usd", "number", "USD", "goods and services sold at home, OECD ICIO; carried as a ratio to GDP"),
        Field("domestic_flag", "string", "", "quality of domestic_usd"),
        Field("in_system", "boolean", "", "member of the COW state system that year: the pact sources cover it"),
    ),
    "pacts": (
        Field("source", "string", "", "ISO3 of the state that pledges (u)"),
        Field("target", "string", "", "ISO3 of the state pledged to (v)"),
        Field("kind", "string", "", "one of: " + ", ".join(PACT_KINDS)),
        Field("begin", "integer", "year", "first year in force"),
        Field("end", "integer", "year", "last year in force; empty while open"),
        Field("observed_to", "integer", "year", "last year the source looked at; later years are carried"),
        Field("correction", "string", "", "name of the correction this row belongs to; empty for ATOP's own"),
        Field("origin", "string", "", "key of the source in the data package"),
    ),
    "agreements": (
        Field("agreement", "string", "", "our key, e.g. KORUS, CPTPP or desta_551"),
        Field("name", "string", "", "name of the agreement"),
        Field("kind", "string", "", "one of: " + ", ".join(AGREEMENT_KINDS)),
        Field("signed", "string", "date", "year or day of signature; empty if unknown"),
        Field("in_force", "string", "date", "year or day of entry into force; empty: never in force"),
        Field("source", "string", "", "key of the source in the data package"),
    ),
    "memberships": (
        Field("agreement", "string", "", "our key of the agreement"),
        _ISO3,
        Field("begin", "string", "date", "year or day it is in force for this member; empty: never"),
        Field("end", "string", "date", "year or day of the last day in force; empty while open"),
        _SOURCE,
        _FLAG,
    ),
    "troops": (
        _ISO3,
        _YEAR,
        Field("troops", "number", "persons", "US active-duty personnel hosted, median of the year's reports"),
        Field("reports", "integer", "", "number of reports in the year"),
        _FLAG,
    ),
    "ideal_points": (
        _ISO3,
        _YEAR,
        Field(
            "ideal_point",
            "number",
            "scale of the source",
            "position in the UN General Assembly, higher is nearer to the US",
        ),
        Field("low", "number", "scale of the source", "5 % quantile, ends sorted"),
        Field("high", "number", "scale of the source", "95 % quantile, ends sorted"),
    ),
    "distances": (
        Field("source", "string", "", "ISO3"),
        Field("target", "string", "", "ISO3"),
        Field("distance_km", "number", "km", "great-circle distance of the most populated cities"),
        Field("contiguous", "boolean", "", "share a land border"),
        Field("common_language", "boolean", "", "share an official language"),
    ),
    "land": (
        Field("shape", "string", "", "code of the outline in the source"),
        Field("iso3", "string", "", "state of the panel it belongs to; empty: drawn, and without data"),
        Field("ring", "integer", "", "ring of the outline, from 0; holes are rings too (even-odd rule)"),
        Field("point", "integer", "", "place of the point in its ring, from 0; the ring closes itself"),
        Field("longitude", "number", "degree", "east of Greenwich, to a hundredth"),
        Field("latitude", "number", "degree", "north of the equator, to a hundredth"),
    ),
    "sector_flows": (
        _YEAR,
        Field("sector", "string", "", "key of datasets/curated/sectors.csv"),
        Field("exporter", "string", "", "ISO3 of the exporter, or ROW for the rest of the world"),
        Field("importer", "string", "", "ISO3 of the importer, or ROW; the exporter's own: sales at home"),
        Field("value_usd", "integer", "USD", "sold, current US dollars at basic prices; a nil cell has no row"),
        Field("tariff", "number", "share", "ad valorem tariff the importer applied, average of the sector"),
    ),
    "reports": (
        Field("reporter", "string", "", "ISO3 of the state whose statistics these are"),
        Field("exporter", "string", "", "ISO3 of the exporter; the reporter: exports FOB, else imports CIF"),
        Field("importer", "string", "", "ISO3 of the importer"),
        _YEAR,
        Field("value_usd", "integer", "USD", "goods, current US dollars, as reported; annual sums may lack months"),
    ),
    "domestic_sales": (
        _ISO3,
        _YEAR,
        Field("domestic_usd", "number", "USD", "goods and services sold at home"),
        Field("goods_usd", "number", "USD", "goods sold at home"),
    ),
    "series_breaks": (
        _ISO3,
        _YEAR,
        Field("series_break", "string", "", "the two series that meet: 'cow to baci'"),
        Field("before_usd", "number", "USD", "two-way total of the year before"),
        Field("after_usd", "number", "USD", "two-way total of this year"),
        Field("jump", "number", "share", "after / before - 1; listed where above 0.4 in size"),
    ),
    "excluded": (
        Field("source", "string", "", "source that holds the code"),
        Field("code", "string", "", "name or code as the source gives it"),
        Field("reason", "string", "", "why it is not a state of the panel"),
        Field("rows", "integer", "", "rows left out"),
    ),
}

NODE_ATTRIBUTES: tuple[Field, ...] = (
    Field("name", "string", "", "short English name"),
    Field("region", "string", "", "UN M49 sub-region"),
    Field("latitude", "number", "degree", "of the capital"),
    Field("longitude", "number", "degree", "of the capital"),
    Field("not_covered", "number", "share", "share of its own reliance that rests on itself, in [0, 1]"),
    Field("unobserved", "number", "share", "share of its reliance nobody observed, in [0, 1]"),
    Field("coverage", "number", "share", "1 - unobserved"),
)
EDGE_ATTRIBUTES: tuple[Field, ...] = (
    Field(
        "pull",
        "number",
        "share",
        'share of the target\'s reliance that rests on the source, in (0, 1]; weight="pull" in networkx',
    ),
    Field("distance", "number", "", "-ln pull, floored at 1e-9 so that a sole tie is near and never at nought"),
)
GRAPH_ATTRIBUTES: tuple[Field, ...] = (
    Field("year", "integer", "year", "calendar year of the ties"),
    Field("weights", "string", "", "layer weights the ties were made with, name=weight joined by commas"),
)

RESULT_COLUMNS: tuple[Field, ...] = (
    Field("scenario", "string", "", "baseline, or the name of a scenario"),
    _YEAR,
    _ISO3,
    Field("metric", "string", "", "pull_direct, pull_balance, …; `influence metrics list` tells all"),
    Field("pole", "string", "", "pole, pair of poles (CHN-USA) or, for the leader, the pole that leads; empty if none"),
    Field("value", "number", "", "the number; empty where it has none"),
    Field("low", "number", "", "5 % end of the band, of alignment the source's; empty where none is known"),
    Field("high", "number", "", "95 % end of the band, of alignment the source's; empty where none is known"),
    Field("coverage", "number", "share", "1 - unobserved share of the state's reliance"),
    Field("flag", "string", "", "quality, joined by ';': break, chained, missing, disputed, …; empty if plain"),
)
RANGE_COLUMNS: tuple[Field, ...] = (
    Field("scenario", "string", "", "baseline, or the name of a scenario"),
    _YEAR,
    _ISO3,
    Field("metric", "string", "", "as in the results; rank_NAME: place by the balance NAME, 1 leans most to the first"),
    Field("pole", "string", "", "pole, pair of poles, or empty"),
    Field("value", "number", "", "by the settings"),
    Field("median", "number", "", "over the draws, as are low, high and p_leads; empty where too few have a value"),
    Field("low", "number", "", "5 % quantile"),
    Field("high", "number", "", "95 % quantile"),
    Field("p_leads", "number", "share", "of a balance: share of the draws in which the first pole of the pair leads"),
    Field("draws", "integer", "", "how many draws the band rests on"),
)
TIE_COLUMNS: tuple[Field, ...] = (
    Field("scenario", "string", "", "baseline, or the name of a scenario"),
    _YEAR,
    Field("source", "string", "", "ISO3 of the state that pulls"),
    Field("target", "string", "", "ISO3 of the state that relies"),
    Field("layer", "string", "", "composite, or the name of a layer: trade, alliance, …"),
    Field("value", "number", "share", "share of the target's reliance"),
    Field("flag", "string", "", "quality of the cell, joined by ';'; empty if plain"),
)

PRODUCT_COLUMNS: tuple[Field, ...] = (
    _YEAR,
    Field("state", "string", "", "ISO3 or group that trades; what a group's members sell each other is left out"),
    Field("direction", "string", "", "imports (partners are suppliers) or exports (partners are markets)"),
    Field("product", "string", "", "HS code of six digits, or key of datasets/curated/sectors.csv"),
    Field("name", "string", "", "what it is; empty where no list of names was given"),
    Field("pole", "string", "", "pole the next five are about; empty if none was asked for"),
    Field("pole_usd", "integer", "USD", "traded with the pole"),
    Field("pole_share", "number", "share", "part of the pole in total_usd"),
    Field("critical_on_pole", "boolean", "", "critical, and the pole supplies at least as much as any other supplier"),
    Field("cut_off_cost", "number", "log points", "of the state's imports of goods (sectors: of its spending on "
          "goods), were the pole to sell nothing (equation 11); empty for exports and for a sole supplier"),
    Field("flag", "string", "", "sole_supplier: the pole sells all of it, the cost has no bound; empty if plain"),
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
    Field("concentrated", "boolean", "", "concentration above the setting critical.concentration"),
    Field("mostly_imported", "boolean", "", "import_share above critical.import_share; empty: not observed"),
    Field("not_replaceable", "boolean", "", "imports above critical.imports_over_exports times exports"),
    Field("critical", "boolean", "", "all parts of the test that were observed hold; empty for exports"),
    Field("tested", "string", "", "how many of the three parts were observed: 2 of 3, or 3 of 3"),
)  # fmt: skip
CHOKEPOINT_COLUMNS: tuple[Field, ...] = (
    _YEAR,
    Field("role", "string", "", "of the state asked about: depends or supplies; empty: none was asked about"),
    Field("supplier", "string", "", "ISO3 of the largest supplier"),
    Field("product", "string", "", "HS code of six digits, or key of datasets/curated/sectors.csv"),
    Field("name", "string", "", "what it is; empty where no list of names was given"),
    Field("states", "integer", "", "states that depend critically on the supplier for it"),
    Field("state_usd", "integer", "USD", "what the state asked about buys of it from the supplier, if it depends"),
    Field("bought_usd", "integer", "USD", "what these states buy of it from the supplier"),
    Field("imports_usd", "integer", "USD", "what these states import of it in all"),
    Field("world_share", "number", "share", "part of the supplier in the world's exports of it"),
    Field("world_concentration", "number", "", "Herfindahl of the exporters' shares in the world's exports of it"),
)

SECTOR_YEARS = (2011, 2017, 2022)
"""Years whose sector flows and tariffs are bundled: before KORUS, before the tariffs of 2018, and the newest."""
REST_OF_WORLD = "ROW"
SERVICES = "services"

BASELINE = "baseline"
ALL = "all"
"""In place of a group of states: every state of the panel."""
COVERAGE_FLOOR = 0.8
COVERAGE_ROUNDING = 1e-6
DISTANCE_FLOOR = 1e-9


def names(fields: tuple[Field, ...]) -> list[str]:
    """Names of the fields, in order."""
    return [f.name for f in fields]
