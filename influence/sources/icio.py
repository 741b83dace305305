"""OECD Inter-Country Input-Output tables: trade of 80 economies and the rest of the world, model-balanced.

Levels are about 30 % below BACI: use shares or growth, never splice levels.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from influence.errors import SourceError
from influence.schema import REST_OF_WORLD, SERVICES
from influence.sources.reading import check_columns, check_unique, numbers, read_bytes, read_flows, to_iso3, whole_years

KEY = ["exporter", "importer", "year"]
SECTOR_KEY = ["year", "sector", "exporter", "importer"]
SECTOR_COLUMNS = [*SECTOR_KEY, "value_musd", "tariff"]
MILLION = 1e6
RENAMED = {"Services (aggregate)": SERVICES}


def read_icio_goods(path: Path | str) -> pd.DataFrame:
    """Goods flows between the 80 economies: exporter, importer, year, export_usd in US dollars.

    The rest of the world and domestic sales, if the file has them, are left out.

    Raises
    ------
    SourceError : a pair repeated in a year, a blank, negative or infinite value, an unknown code.
    """
    frame = read_flows(path)
    check_unique(frame, KEY, path)
    abroad = frame[frame["exporter"] != frame["importer"]].reset_index(drop=True)
    mapped = to_iso3(abroad, {"exporter": "exporter", "importer": "importer"}, "iso3", path)
    return mapped[[*KEY, "export_usd"]].sort_values(KEY, ignore_index=True)


def read_icio_sectors(path: Path | str) -> pd.DataFrame:
    """Sector flows and tariffs (Parquet): year, sector, exporter, importer, value_usd, tariff.

    value_usd in US dollars; exporter == importer is a domestic sale; the rest of the world stays as 'ROW', which is no
    ISO3 code: the trade response needs it to close the world. Services are one sector, 'services'. tariff is ad
    valorem, a share, set by the importer; NaN for a blank. A cell of the model that is zero has no row.

    Raises
    ------
    SourceError : no Parquet file, a missing column, a repeated cell, a blank, negative or infinite value, or an
        unknown code.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = read_bytes(path)
    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as err:
        raise SourceError(f"{path} is not a whole Parquet file ({err}); download it again.") from err
    check_columns(table.column_names, SECTOR_COLUMNS, path)
    frame = table.select(SECTOR_COLUMNS).to_pandas()
    frame["year"] = whole_years(frame, "year", path)
    frame["sector"] = frame["sector"].astype(str).replace(RENAMED)
    frame["value_usd"] = numbers(frame, "value_musd", path, empty=(), lowest=0) * MILLION
    frame["tariff"] = numbers(frame, "tariff", path, lowest=0)
    frame["exporter"] = _economy_names(frame["exporter"], path)
    frame["importer"] = _economy_names(frame["importer"], path)
    check_unique(frame, SECTOR_KEY, path)
    frame = frame.sort_values(SECTOR_KEY, ignore_index=True)[[*SECTOR_KEY, "value_usd", "tariff"]]
    frame = frame.astype(dict.fromkeys(("sector", "exporter", "importer"), "str"))
    frame.attrs["excluded"] = []
    return frame


def domestic_sales(sectors: pd.DataFrame) -> pd.DataFrame:
    """What each economy sells at home: iso3, year, domestic_usd (goods and services), goods_usd, in US dollars.

    Sums over the sectors of read_icio_sectors of what stays in the economy; the rest of the world is left out.
    """
    home = sectors[(sectors["exporter"] == sectors["importer"]) & (sectors["exporter"] != REST_OF_WORLD)]
    home = home.assign(goods_usd=home["value_usd"].where(home["sector"] != SERVICES, 0.0))
    sums = home.groupby(["exporter", "year"], as_index=False)[["value_usd", "goods_usd"]].sum()
    return sums.rename(columns={"exporter": "iso3", "value_usd": "domestic_usd"})


def _economy_names(codes: pd.Series, path: Path | str) -> pd.Series:
    """ISO3 codes, 'ROW' kept; the tariffs of an economy left out would leave the world open, so none may be."""
    listed = codes.drop_duplicates().astype(str).rename("code").to_frame()
    known = to_iso3(listed[listed["code"] != REST_OF_WORLD], {"iso3": "code"}, "iso3", path)
    if known.attrs["excluded"]:
        raise SourceError(f"{path} holds {known.attrs['excluded'][0][0]!r}, which is no economy of these tables.")
    names = dict(zip(known["code"], known["iso3"], strict=True)) | {REST_OF_WORLD: REST_OF_WORLD}
    return codes.map(names).astype(pd.CategoricalDtype(sorted(set(names.values()))))
