"""WTO Stats: total merchandise exports (ITS_MTV_AX) and imports (ITS_MTV_AM) of each economy."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.sources.reading import check_unique, numbers, read_table, to_iso3, whole_years

KEY = ["iso3", "year"]
MILLION = 1e6
INDICATORS = {"ITS_MTV_AX": "export_usd", "ITS_MTV_AM": "import_usd"}
TEXT = ["IndicatorCode", "ReporterISO3A", "Reporter"]
WHOLE = {"ProductOrSectorCode": "TO", "Partner": "World"}
"""The full download also splits the totals: only all products with all partners are read, where it has the columns."""

GROUPS = (
    "Africa", "Africa, CIS and Middle East", "African, Caribbean and Pacific States (ACP)",
    "Andean Community (ANDEAN)", "Asia", "Asia-Pacific Economic Cooperation (APEC)",
    "Association of Southeast Asian Nations (ASEAN)", "Australia and New Zealand", "BRIC members", "BRICS members",
    "Caribbean Community (CARICOM)", "CEM", "Central American Common Market (CACM)",
    "Common Market for Eastern and Southern Africa (COMESA)",
    "Commonwealth of Independent States (CIS), including certain associate and former member States",
    "ECCAS (Economic Community of Central African States)", "EEC", "Euro Area (20)", "Europe",
    "European Free Trade Association (EFTA)", "Four East Asian traders", "G-20", "G-7 (Group of Seven)",
    "Gulf Cooperation Council (GCC)", "LDC exporters of agriculture", "LDC exporters of manufactures",
    "LDC non-fuel mineral exporters", "LDC oil exporters", "Landlocked developing countries",
    "Least-developed countries", "Middle East", "Non-EU south-eastern Europe", "Non-EU western Europe",
    "North America", "OIC (Organisation of Islamic Cooperation)",
    "OPEC (Organization of the Petroleum Exporting Countries)", "Other Africa", "Other Asia", "Other CIS",
    "Pacific Alliance", "Six East Asian traders", "South Asian Association for Regional Cooperation (SAARC)",
    "South and Central America and the Caribbean", "Southern African Development Community (SADC)",
    "Southern Common Market (MERCOSUR) excluding Venezuela, Bolivarian Republic of",
    "United States-Mexico-Canada Agreement (USMCA/CUSMA/T-MEC)", "WTO Members", "WTO Observer governments",
    "West African Economic Community (ECOWAS)", "West African Economic and Monetary Union (WAEMU)", "World",
)  # fmt: skip
FORMER = {
    "Czech and Slovak Federal Republic": "Czechoslovakia: dissolved 1992 and neither Czechia nor Slovakia",
    "Yemen, People's Democratic Republic": "Yemen People's Republic: merged 1990",
    **dict.fromkeys(("French Guiana", "Guadeloupe", "Martinique", "Reunion"), "French overseas department until 1995"),
    "Bonaire, Sint Eustatius and Saba": "territory that the BACI country pairs do not list separately",
}
"""Reporters without a code in the file, by name; CEM and EEC in GROUPS are codes of groups that have one."""


def read_wto_totals(path: Path | str) -> pd.DataFrame:
    """Totals by year: iso3, year, export_usd, import_usd in US dollars; NaN where only the other is reported.

    The source has million US dollars. CHT is Taiwan. Yemen before 1990 is the Yemen Arab Republic, Germany before 1991
    the Federal Republic: the source files both under today's code.

    Raises
    ------
    SourceError : an unknown reporter, a repeated total, a blank, negative or infinite value.
    """
    frame = read_table(path, [*TEXT, "Year", "Value"], text=[*TEXT, *WHOLE], usecols=[*TEXT, *WHOLE, "Year", "Value"])
    for column, whole in WHOLE.items():
        if column in frame:
            frame = frame[frame[column].str.strip() == whole]
    frame = frame[frame["IndicatorCode"].isin(INDICATORS)].reset_index(drop=True)
    frame["year"] = whole_years(frame, "Year", path)
    frame["usd"] = numbers(frame, "Value", path, empty=(), lowest=0) * MILLION
    coded = frame["ReporterISO3A"] != ""
    frame["reporter"] = frame["ReporterISO3A"].where(coded, frame["Reporter"])
    reasons = {**dict.fromkeys(GROUPS, "aggregate: group of economies"), **FORMER}
    mapped = to_iso3(frame, {"iso3": "reporter"}, "iso3", path, excluded=reasons)
    check_unique(mapped, [*KEY, "IndicatorCode"], path)
    series = {
        new: mapped[mapped["IndicatorCode"] == old].set_index(KEY)["usd"].rename(new) for old, new in INDICATORS.items()
    }
    out = pd.concat(series.values(), axis=1).sort_index().reset_index()
    out.attrs["excluded"] = mapped.attrs["excluded"]
    return out
