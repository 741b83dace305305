"""World Bank, World Development Indicators: one indicator, as the API returns it or as a long table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.errors import SourceError
from influence.sources.reading import numbers, read_bytes, read_table, tidy, to_iso3, whole_years

KEY = ["iso3", "year"]
NAMES = ["Country Name", "Country Code"]
MEMBER = "API_*.csv"
"""The indicator's file in the zip, beside Metadata_Country_API_*.csv and Metadata_Indicator_API_*.csv."""
LINES_ABOVE = 4

_REGIONS = (
    "AFE AFW ARB CEB CSS EAP EAS ECA ECS EMU EUU LAC LCN MEA MNA NAC OSS PSS SAS SSA SSF SST TEA TEC TLA TMN TSA TSS"
)
_LEVELS = "EAR FCS HIC HPC IBD IBT IDA IDB IDX INX LDC LIC LMC LMY LTE MIC OED PRE PST UMC"
AGGREGATES = {
    **dict.fromkeys(_REGIONS.split(), "World Bank aggregate: region"),
    **dict.fromkeys(_LEVELS.split(), "World Bank aggregate: income, lending or demographic group"),
}
"""Codes beside economies, none of which is an ISO3 code."""


def read_wdi(path: Path | str) -> pd.DataFrame:
    """One indicator by year: iso3, year, value in the indicator's unit; a year the source leaves blank has no row.

    The file is the API's CSV (four lines, then a column a year), its zip, or a long table with Country Name, Country
    Code, Year and Value: the same figures give the same table. Namibia's code is NAM, and NA never becomes a gap.

    Raises
    ------
    SourceError : an unknown code, a state repeated in a year, a value that is no number, or a file of another layout.
    """
    start = read_bytes(path, MEMBER)[:200].lstrip(b'\xef\xbb\xbf"')
    frame = (
        _from_wide(path)
        if start.startswith(b"Data Source")
        else read_table(path, [*NAMES, "Year", "Value"], text=NAMES)
    )
    frame["year"] = whole_years(frame, "Year", path)
    frame["value"] = numbers(frame, "Value", path, empty=("",))
    given = frame[frame["value"].notna()]
    mapped = to_iso3(given, {"iso3": "Country Code"}, "iso3", path, excluded=AGGREGATES)
    return tidy(mapped, KEY, ["value"], path)


def _from_wide(path: Path | str) -> pd.DataFrame:
    wide = read_table(path, NAMES, text=NAMES, member=MEMBER, skip=LINES_ABOVE)
    indicators = wide["Indicator Code"].unique() if "Indicator Code" in wide else [""]
    if len(indicators) > 1:
        raise SourceError(
            f"{path} holds {len(indicators)} indicators ({', '.join(indicators[:3])} …); give one per file."
        )
    years = [c for c in wide.columns if str(c).isdigit()]
    return wide.melt(NAMES, value_vars=years, var_name="Year", value_name="Value")
