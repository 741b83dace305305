"""OECD Inter-Country Input-Output tables: trade of 80 economies and the rest of the world, model-balanced.

Levels are about 30 % below BACI: use shares or growth, never splice levels.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from influence.errors import SourceError, head_of
from influence.schema import REST_OF_WORLD, SERVICES
from influence.sources.reading import no_doubles, numbers, read_bytes, read_table, to_iso3, whole_years

KEY = ["exporter", "importer", "year"]
SECTOR_KEY = ["year", "sector", "exporter", "importer"]
SECTOR_COLUMNS = [*SECTOR_KEY, "value_musd", "tariff"]
MILLION = 1e6
RENAMED = {"Services (aggregate)": SERVICES}
SPLIT = {"CN1": "CHN", "CN2": "CHN", "MX1": "MEX", "MX2": "MEX"}
"""The table tells firms that produce for export from others in China and Mexico: one state each."""
CELL = re.compile(r"([A-Z][A-Z0-9]{2})_([A-Z][A-Z0-9_]*)")
INDUSTRY = re.compile(r"[A-Z]\d")
GOODS = "ABC"
"""ISIC sections agriculture, mining and manufacturing."""
ACCOUNTS = {"TLS", "VA", "OUT", "TOTAL", "VALU", "OUTPUT"}
"""Rows and columns that are no economy's: taxes less subsidies, value added, output."""


def read_icio_goods(path: Path | str) -> pd.DataFrame:
    """Goods flows between the 80 economies: exporter, importer, year, export_usd in US dollars.

    A nil of the model is 0. The rest of the world and domestic sales, if the file has them, are left out; see
    read_icio_row_totals for what an economy trades with everyone.

    Raises
    ------
    SourceError : a pair twice in a year, a blank, negative or infinite value, an unknown code.
    """
    mapped = to_iso3(_abroad(path), {"exporter": "exporter", "importer": "importer"}, "iso3", path)
    return mapped[[*KEY, "export_usd"]].sort_values(KEY, ignore_index=True)


def read_icio_row_totals(path: Path | str) -> pd.DataFrame:
    """Goods trade of each economy with all others and the rest of the world: iso3, year, export_usd, import_usd.

    In US dollars, from the same file and with the same errors as read_icio_goods.
    """
    flows = _abroad(path)
    exports = flows.groupby(["exporter", "year"])["export_usd"].sum().rename_axis(["iso3", "year"])
    imports = flows.groupby(["importer", "year"])["export_usd"].sum().rename_axis(["iso3", "year"])
    both = pd.concat([exports.rename("export_usd"), imports.rename("import_usd")], axis=1).reset_index()
    mapped = to_iso3(both, {"iso3": "iso3"}, "iso3", path)
    return mapped[["iso3", "year", "export_usd", "import_usd"]].sort_values(["iso3", "year"], ignore_index=True)


def _abroad(path: Path | str) -> pd.DataFrame:
    frame = read_table(path, [*KEY, "value_usd"], text=["exporter", "importer"])
    frame["year"] = whole_years(frame, "year", path)
    frame["export_usd"] = numbers(frame, "value_usd", path, empty=(), lowest=0)
    no_doubles(frame, KEY, path)
    return frame[frame["exporter"] != frame["importer"]].reset_index(drop=True)


def read_icio_sectors(path: Path | str) -> pd.DataFrame:
    """Sector flows and tariffs (Parquet): year, sector, exporter, importer, value_usd, tariff.

    value_usd in US dollars; exporter == importer is a domestic sale; the rest of the world stays as 'ROW', which is no
    ISO3 code: the trade response needs it to close the world. Services are one sector, 'services'. tariff is ad
    valorem, a share, set by the importer; NaN for a blank. A cell of the model that is nil has no row.

    Raises
    ------
    SourceError : no Parquet file, a column missing, a cell twice, a blank, negative or infinite value, an unknown code.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = read_bytes(path)
    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as err:
        raise SourceError(f"{path} is not a whole Parquet file ({err}); download it again.") from err
    missing = [c for c in SECTOR_COLUMNS if c not in table.column_names]
    if missing:
        raise SourceError(f"{path} lacks column {', '.join(missing)}; it has: {', '.join(table.column_names[:12])}.")
    frame = table.select(SECTOR_COLUMNS).to_pandas()
    frame["year"] = whole_years(frame, "year", path)
    frame["sector"] = frame["sector"].astype(str).replace(RENAMED)
    frame["value_usd"] = numbers(frame, "value_musd", path, empty=(), lowest=0) * MILLION
    frame["tariff"] = numbers(frame, "tariff", path, lowest=0)
    frame["exporter"] = _economy_names(frame["exporter"], path)
    frame["importer"] = _economy_names(frame["importer"], path)
    no_doubles(frame, SECTOR_KEY, path)
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


def read_icio_table(path: Path | str, year: int) -> pd.DataFrame:
    """Goods flows of one year from the OECD's own table: exporter, importer, year, export_usd in US dollars.

    Rows are CCC_SECTOR and columns CCC_SECTOR or final demand (CCC_HFCE …), in million US dollars. Exports of u to v
    are the rows of u's goods sectors (ISIC A, B, C) summed over every use in v. A pair whose sum is below nought,
    through goods taken from stock, is left out and counted.

    Raises
    ------
    SourceError : a label of another form, no goods sector, a cell that is no finite number, an unknown code.
    """
    table = read_table(path, [])
    rows, columns = table.iloc[:, 0].astype(str), [str(c) for c in table.columns[1:]]
    sellers, buyers = _economies(rows.to_list(), path), _economies(columns, path)
    goods = np.array([_is_goods(label) for label in rows])
    if not goods.any():
        raise SourceError(f"{path} has no goods sector; its first column must hold labels such as AUS_A01_02.")
    uses = [b is not None for b in buyers]
    values = table.loc[goods].iloc[:, 1:].loc[:, uses]
    cells = np.column_stack([numbers(values, c, path, empty=()) for c in values.columns])
    matrix = pd.DataFrame(cells, index=np.array(sellers)[goods], columns=[b for b in buyers if b is not None])
    sums = matrix.T.groupby(level=0).sum().T.groupby(level=0).sum().rename_axis("exporter")
    flows = sums.reset_index().melt("exporter", var_name="importer", value_name="millions")
    flows = flows.assign(year=int(year), export_usd=flows["millions"] * MILLION)
    flows = flows[flows["exporter"] != flows["importer"]].reset_index(drop=True)
    below = flows["export_usd"] < 0
    flows.attrs["excluded"] = [("below nought", "goods taken from stock exceed the other uses", int(below.sum()))]
    mapped = to_iso3(flows[~below], {"exporter": "exporter", "importer": "importer"}, "iso3", path)
    return mapped[[*KEY, "export_usd"]].sort_values(KEY, ignore_index=True)


def _is_goods(label: str) -> bool:
    found = CELL.fullmatch(label)
    return found is not None and found[2][0] in GOODS and INDUSTRY.match(found[2]) is not None


def _economies(labels: list[str], path: Path | str) -> list[str | None]:
    """Economy of each label, its two halves folded into one; None for the accounts."""
    found = [CELL.fullmatch(label) for label in labels]
    odd = pd.DataFrame({"label": [x for x, hit in zip(labels, found, strict=True) if not hit and x not in ACCOUNTS]})
    if len(odd):
        raise SourceError(f"{path}: {len(odd)} labels are neither CCC_SECTOR nor one of TLS, VA, OUT:{head_of(odd)}")
    return [SPLIT.get(hit[1], hit[1]) if hit else None for hit in found]
