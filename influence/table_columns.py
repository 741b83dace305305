"""Tables of the panel: their columns, with type, unit and meaning.

The code checks tables against them, the data package is written from them, and a test compares them with the files.
"""

from __future__ import annotations

from influence.schema import AGREEMENT_KINDS, FLAGS, ISO3, PACT_KINDS, SERIES, YEAR, Field

_SOURCE = Field("source", "string", "", "key of the source in the data package")
_FLAG = Field("flag", "string", "", "quality, one of: " + ", ".join(FLAGS))

TABLES: dict[str, tuple[Field, ...]] = {
    "states": (
        ISO3,
        Field("iso2", "string", "", "ISO 3166-1 alpha-2"),
        Field("m49", "string", "", "UN M49 numeric code, three digits"),
        Field("cow", "integer", "", "Correlates of War code; empty for territories"),
        Field("name", "string", "", "short English name"),
        Field("kind", "string", "", "state, or territory (an economy that the pact data do not list)"),
        Field("region", "string", "", "UN M49 sub-region, Oceania in one"),
        Field("capital", "string", "", "seat of government, marked on the map"),
        Field("latitude", "number", "degree", "of the capital, north positive"),
        Field("longitude", "number", "degree", "of the capital, east positive"),
    ),
    "trade": (
        Field("exporter", "string", "", "ISO3 of the exporter"),
        Field("importer", "string", "", "ISO3 of the importer"),
        YEAR,
        Field("export_usd", "integer", "USD", "goods exported, current US dollars, whole dollars"),
        Field("source", "string", "", "series, one of: " + ", ".join(SERIES)),
        _FLAG,
    ),
    "trade_totals": (
        ISO3,
        YEAR,
        Field("export_usd", "number", "USD", "all goods exports, the denominator of shares"),
        Field("import_usd", "number", "USD", "all goods imports, the denominator of shares"),
        Field("complete", "boolean", "", "true: a pair of two complete states without a row was observed to be zero"),
        Field("source", "string", "", "series, one of: " + ", ".join(SERIES)),
        _FLAG,
        Field("wto_export_usd", "number", "USD", "total exports at the WTO, for comparison"),
        Field("wto_import_usd", "number", "USD", "total imports at the WTO, for comparison"),
    ),
    "attributes": (
        ISO3,
        YEAR,
        Field("gdp_usd", "number", "USD", "gross domestic product, current US dollars"),
        Field("gdp_flag", "string", "", "quality of gdp_usd"),
        Field("population", "number", "persons", "midyear population"),
        Field("population_flag", "string", "", "quality of population"),
        Field("cinc", "number", "share of world", "Composite Index of National Capability"),
        Field("cinc_flag", "string", "", "quality of cinc"),
        Field("domestic_usd", "number", "USD", "goods and services sold at home, OECD ICIO; gaps by the ratio to GDP"),
        Field("domestic_flag", "string", "", "quality of domestic_usd"),
        Field("in_system", "boolean", "", "member of the COW state system that year: the pact sources cover it"),
    ),
    "pacts": (
        Field("source", "string", "", "ISO3 of the state that pledges (u)"),
        Field("target", "string", "", "ISO3 of the state pledged to (v)"),
        Field("kind", "string", "", "one of: " + ", ".join(PACT_KINDS)),
        Field("begin", "integer", "year", "first year in force"),
        Field("end", "integer", "year", "last year in force; empty while open"),
        Field("observed_to", "integer", "year", "last year that the source looked at; later years are carried forward"),
        Field("correction", "string", "", "name of the correction of this row; empty for rows of ATOP"),
        Field("origin", "string", "", "key of the source in the data package"),
    ),
    "agreements": (
        Field("agreement", "string", "", "key, e.g. KORUS, CPTPP or desta_551"),
        Field("name", "string", "", "name of the agreement"),
        Field("kind", "string", "", "one of: " + ", ".join(AGREEMENT_KINDS)),
        Field("signed", "string", "date", "year or day of signature; empty if unknown"),
        Field("in_force", "string", "date", "year or day of entry into force; empty: never in force"),
        Field("source", "string", "", "key of the source in the data package"),
    ),
    "memberships": (
        Field("agreement", "string", "", "key of the agreement"),
        ISO3,
        Field("begin", "string", "date", "year or day it is in force for this member; empty: never"),
        Field("end", "string", "date", "year or day of the last day in force; empty while open"),
        _SOURCE,
        _FLAG,
    ),
    "troops": (
        ISO3,
        YEAR,
        Field("troops", "number", "persons", "US active-duty personnel hosted, median of the year's reports"),
        Field("reports", "integer", "", "number of reports in the year"),
        _FLAG,
    ),
    "ideal_points": (
        ISO3,
        YEAR,
        Field(
            "ideal_point",
            "number",
            "scale of the source",
            "position in the UN General Assembly, higher is nearer to the US",
        ),
        Field("low", "number", "scale of the source", "5 % quantile, sorted with high"),
        Field("high", "number", "scale of the source", "95 % quantile, sorted with low"),
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
        Field("iso3", "string", "", "state of the panel; empty: drawn without data"),
        Field("ring", "integer", "", "ring of the outline, from 0; holes are rings too (even-odd rule)"),
        Field("point", "integer", "", "position of the point in its ring, from 0; the last point joins the first"),
        Field("longitude", "number", "degree", "east of Greenwich, to a hundredth"),
        Field("latitude", "number", "degree", "north of the equator, to a hundredth"),
    ),
    "sector_flows": (
        YEAR,
        Field("sector", "string", "", "key of datasets/curated/sectors.csv"),
        Field("exporter", "string", "", "ISO3 of the exporter, or ROW for the rest of the world"),
        Field("importer", "string", "", "ISO3 of the importer, or ROW; equal to the exporter: sales at home"),
        Field("value_usd", "integer", "USD", "sold, current US dollars at basic prices; a cell of zero has no row"),
        Field("tariff", "number", "share", "ad valorem tariff of the importer, average of the sector"),
    ),
    "reports": (
        Field("reporter", "string", "", "ISO3 of the state that reports"),
        Field("exporter", "string", "", "ISO3 of the exporter; the reporter: exports FOB, else imports CIF"),
        Field("importer", "string", "", "ISO3 of the importer"),
        YEAR,
        Field("value_usd", "integer", "USD", "goods, current US dollars, as reported; annual sums may lack months"),
    ),
    "domestic_sales": (
        ISO3,
        YEAR,
        Field("domestic_usd", "number", "USD", "goods and services sold at home"),
        Field("goods_usd", "number", "USD", "goods sold at home"),
    ),
    "series_breaks": (
        ISO3,
        YEAR,
        Field("series_break", "string", "", "the two series that meet: 'cow to baci'"),
        Field("before_usd", "number", "USD", "two-way total of the year before"),
        Field("after_usd", "number", "USD", "two-way total of this year"),
        Field("jump", "number", "share", "after / before - 1; listed where above 0.4 or below -0.4"),
    ),
    "excluded": (
        Field("source", "string", "", "source of the code"),
        Field("code", "string", "", "name or code as the source gives it"),
        Field("reason", "string", "", "reason why it is not a state of the panel"),
        Field("rows", "integer", "", "rows left out"),
    ),
}

KEYS: dict[str, list[str]] = {
    **{
        name: ["iso3", "year"]
        for name in ("trade_totals", "attributes", "troops", "ideal_points", "domestic_sales", "series_breaks")
    },
    "trade": ["exporter", "importer", "year"],
    "pacts": ["source", "target", "kind", "begin", "correction"],
    "agreements": ["agreement"],
    "memberships": ["agreement", "iso3", "begin"],
    "distances": ["source", "target"],
    "land": ["shape", "ring", "point"],
    "sector_flows": ["year", "sector", "exporter", "importer"],
    "reports": ["reporter", "exporter", "importer", "year"],
    "excluded": ["source", "code", "reason"],
}
"""Primary key of each table but states, whose key is iso3."""
