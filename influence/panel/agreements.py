"""Trade agreements as dated memberships, and the pairs of states they tie.

DESTA says who signed what and in which year it came into force; manytrade gives days and ends; cited corrections
(datasets/curated/agreement_corrections.csv) go before both. A member is bound from the day it is in force for that
member. Members of one side (the EC in EC-Korea) stay tied by it as they are by their own treaty.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from influence.errors import PanelError, head_of
from influence.schema import TABLES, names
from influence.states import code_map, curated, plain

SAME_TREATY_YEARS = 1
"""A day in manytrade counts where it lies at most this many years from DESTA's year; else they speak of two texts."""
LAST_DAY_OF_FIRST_HALF, FIRST_DAY_OF_SECOND_HALF = "07-02", "07-01"
UNNAMED_WITHDRAWALS = {"316_1": ["GBR"]}
"""Rows of DESTA of type withdrawal whose name does not say who leaves."""
CONTINUITY = re.compile(r"\bUK\b(?!.*Digital)")
"""After leaving, the United Kingdom signed the EC's agreements again; DESTA lists those as protocols of them."""


def build_agreements(
    desta: pd.DataFrame, members: pd.DataFrame, kinds: pd.DataFrame, corrections: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Agreements that bind two or more states of the panel, and who is in each from when to when.

    Parameters
    ----------
    desta : number, base, name, entry_type, signed, in_force, iso3 (sources.desta).
    members : desta, iso3, in_force, end (sources.manytrade, members).
    kinds : desta, kind; what is not listed is a free trade area. corrections : agreement, iso3, begin, end.

    Returns
    -------
    (agreements, memberships) as in schema.TABLES. Protocols, negotiations and consolidated texts are no agreements,
    but for the continuity agreements of the United Kingdom.
    """
    keys = dict(curated("agreement_keys.csv").itertuples(index=False, name=None))
    desta = desta.assign(agreement=_binding_base(desta).map(lambda n: keys.get(n, f"desta_{n}")))
    continued = (desta["entry_type"] == "protocol or amendment") & (desta["number"] == _binding_base(desta))
    bases = desta[(desta["entry_type"] == "base_treaty") | continued]
    rows = pd.concat([_joined(bases), _joined(_accessions(desta, bases))])
    rows = rows.sort_values(["agreement", "iso3", "begin"]).drop_duplicates(["agreement", "iso3"])
    rows = _with_days(rows, members, {v: k for k, v in keys.items()})
    rows = _ended(rows, _withdrawals(desta))
    rows = _corrected(rows, corrections)
    held = rows.groupby("agreement")["iso3"].transform("size") >= 2
    rows = rows[held].sort_values(["agreement", "iso3"], ignore_index=True)
    return _agreements(bases, rows, kinds), rows[names(TABLES["memberships"])]


def _binding_base(desta: pd.DataFrame) -> pd.Series:
    """Number of the treaty a row belongs to: its own for the continuity agreements, else its base treaty's."""
    own = (desta["entry_type"] == "protocol or amendment") & desta["name"].str.contains(CONTINUITY)
    own &= desta["signed"] >= 2018
    return desta["number"].where(own, desta["base"])


def _joined(rows: pd.DataFrame) -> pd.DataFrame:
    """begin from the year of force; an accession without one takes its year of signature, flagged."""
    accession = rows["entry_type"] == "accession"
    imputed = rows["in_force"].isna() & accession
    year = rows["in_force"].where(~imputed, rows["signed"])
    begin = year.map(lambda y: "" if pd.isna(y) else str(int(y)))
    flag = np.where(imputed & rows["signed"].notna(), "imputed", "observed")
    return rows.assign(begin=begin, end="", source="desta", flag=flag)[
        ["agreement", "number", "iso3", "begin", "end", "source", "flag"]
    ]


def _accessions(desta: pd.DataFrame, bases: pd.DataFrame) -> pd.DataFrame:
    """Rows of accessions for those who were not members from the start (a row lists old members too)."""
    rows = desta[desta["entry_type"] == "accession"]
    first = pd.MultiIndex.from_frame(bases[["agreement", "iso3"]])
    new = ~pd.MultiIndex.from_frame(rows[["agreement", "iso3"]]).isin(first)
    return rows[new & rows["agreement"].isin(bases["agreement"])]


def _with_days(rows: pd.DataFrame, members: pd.DataFrame, numbers: dict[str, str]) -> pd.DataFrame:
    """The day in manytrade for a member, where it speaks of the same coming into force; and its end."""
    days = members[(members["desta"] != "") & (members["in_force"].str.len() == 10)]
    days = days.sort_values("in_force").drop_duplicates(["desta", "iso3"]).set_index(["desta", "iso3"])
    base = rows["agreement"].map(lambda a: numbers.get(a, a.removeprefix("desta_")))
    found = days.reindex(pd.MultiIndex.from_arrays([base, rows["iso3"]]))
    day, end = found["in_force"].fillna("").to_numpy(), found["end"].fillna("").to_numpy()
    years = pd.to_numeric(rows["begin"].replace("", np.nan)).to_numpy()
    near = np.abs(pd.to_numeric(pd.Series(day).str[:4], errors="coerce").to_numpy() - years) <= SAME_TREATY_YEARS
    return rows.assign(
        begin=np.where(near, day, rows["begin"]),
        end=np.where(near & (pd.Series(end).str.len() == 10).to_numpy(), end, rows["end"]),
        source=np.where(near, "manytrade", rows["source"]),
    )


def _withdrawals(desta: pd.DataFrame) -> dict[tuple[str, str], str]:
    """(agreement, state) -> last day of membership, from DESTA's rows of type withdrawal: the end of their year."""
    out = {}
    entries = desta[desta["entry_type"] == "withdrawal"].drop_duplicates("number")
    for row in entries.itertuples():
        year = row.in_force if pd.notna(row.in_force) else row.signed
        for iso3 in UNNAMED_WITHDRAWALS.get(row.number) or _states_named(row.name):
            out[row.agreement, iso3] = f"{int(year)}-12-31"
    return out


def _states_named(text: str) -> list[str]:
    """States after the word 'withdrawal', which stand one after the other: 'Czech Republic Hungary Poland'.

    Raises
    ------
    PanelError : a word belongs to no state's name.
    """
    words = plain(text.rpartition("withdrawal")[2]).split()
    found, at = [], 0
    while at < len(words):
        for size in (4, 3, 2, 1):
            name = " ".join(words[at : at + size])
            if name in code_map("name"):
                found.append(code_map("name")[name])
                at += size
                break
        else:
            raise PanelError(f"DESTA withdrawal {text!r}: {words[at]!r} begins no state's name.")
    if not found:
        raise PanelError(f"DESTA withdrawal {text!r} does not say who leaves; add it to UNNAMED_WITHDRAWALS.")
    return found


def _ended(rows: pd.DataFrame, ends: dict[tuple[str, str], str]) -> pd.DataFrame:
    """Ends by withdrawal go before manytrade's: the United Kingdom left the EC's agreements with the end of 2020, when
    the transition ended (Withdrawal Agreement, articles 126 to 129), not with its membership in January.
    """
    named = np.array([ends.get(key, "") for key in zip(rows["agreement"], rows["iso3"], strict=True)], dtype=object)
    return rows.assign(end=np.where(named != "", named, rows["end"]))


def _corrected(rows: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    known = set(rows["agreement"])
    strange = corrections[~corrections["agreement"].isin(known)]
    if len(strange):
        raise PanelError(f"agreement_corrections.csv names agreements that are not there:{head_of(strange)}")
    theirs = corrections.assign(
        begin=corrections["begin"].replace("never", ""), source="curated", flag="corrected", number=""
    )
    columns = list(rows.columns)
    return pd.concat([theirs[columns], rows]).drop_duplicates(["agreement", "iso3"], keep="first")


def _agreements(bases: pd.DataFrame, rows: pd.DataFrame, kinds: pd.DataFrame) -> pd.DataFrame:
    heads = bases.drop_duplicates("agreement")
    heads = heads[heads["agreement"].isin(rows["agreement"])]
    first = rows[rows["begin"] != ""].groupby("agreement")["begin"].min()
    kind = dict(zip(kinds["desta"], kinds["kind"], strict=True))
    return heads.assign(
        kind=heads["number"].map(kind).fillna("free_trade"),
        signed=heads["signed"].map(lambda y: "" if pd.isna(y) else str(int(y))),
        in_force=heads["agreement"].map(first).fillna(""),
        source="desta",
    ).sort_values("agreement", ignore_index=True)[names(TABLES["agreements"])]


def tied_pairs(memberships: pd.DataFrame, agreements: pd.DataFrame, years: range) -> pd.DataFrame:
    """Pairs that an agreement ties, with the first and last year in which it does.

    A year counts for a member in which it is in force for at least half of it: from 2 July on at the latest, and not
    ended before 1 July. A year without a day counts whole.

    Returns
    -------
    agreement, kind, iso3_a, iso3_b (a before b), begin_year, end_year (NaN while open); only pairs that are tied at
    some time within `years`.
    """
    held = memberships[memberships["begin"] != ""].merge(agreements[["agreement", "kind"]], on="agreement")
    held = held.assign(begin_year=held["begin"].map(_first_year), end_year=held["end"].map(_last_year))
    columns = ["agreement", "kind", "iso3", "begin_year", "end_year"]
    pairs = held[columns].merge(held[columns], on=["agreement", "kind"], suffixes=("_a", "_b"))
    pairs = pairs[pairs["iso3_a"] < pairs["iso3_b"]]
    begin = np.maximum(pairs["begin_year_a"], pairs["begin_year_b"])
    end = np.fmin(pairs["end_year_a"], pairs["end_year_b"])
    out = pairs[["agreement", "kind", "iso3_a", "iso3_b"]].assign(begin_year=begin, end_year=end)
    live = (begin <= years[-1]) & ~(end < np.maximum(begin, years[0]))
    return out[live].reset_index(drop=True)


def _first_year(date: str) -> int:
    late = len(date) == 10 and date[5:] > LAST_DAY_OF_FIRST_HALF or len(date) == 7 and date[5:] > "06"
    return int(date[:4]) + late


def _last_year(date: str) -> float:
    if not date:
        return float("nan")
    early = len(date) == 10 and date[5:] < FIRST_DAY_OF_SECOND_HALF or len(date) == 7 and date[5:] < "07"
    return float(int(date[:4]) - early)
