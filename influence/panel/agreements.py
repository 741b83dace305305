"""Trade agreements as dated memberships, and the pairs of states they connect.

DESTA lists who signed what and in which year it entered into force; manytrade gives dates and the ends of agreements;
cited corrections (datasets/curated/agreement_corrections.csv) override both. A member counts from the date on which the
agreement is in force for it. Members of one side (the EC in EC-Korea) are connected by it as they are by their treaty
with each other; where they have none (the Pacific islands in their treaty with the EC) the agreement is split, one part
for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from influence.errors import PanelError, head_of
from influence.panel.agreement_days import Days, match_days
from influence.panel.dates import first_counted_year, last_counted_year
from influence.panel.treaty_titles import states_and_words
from influence.schema import names
from influence.states import bundled_registry
from influence.table_columns import TABLES
from influence.tables import curated

BASE, PROTOCOL = "base_treaty", "protocol or amendment"
UNNAMED_WITHDRAWALS = {"316_1": ["GBR"]}
"""DESTA rows of type withdrawal whose name does not name the state that leaves."""
CONTINUITY = re.compile(r"\bUK\b(?!.*Digital)")
"""After leaving, the United Kingdom signed the EC's agreements again; DESTA lists those as protocols of them."""
BINDING_PROTOCOLS = ("193", "672")
"""Protocols that are the free trade area: CEFTA of 2006 and the SADC Protocol on Trade of 1996."""
FROM_SOURCES, NEVER, STILL = "", "never", "open"
"""Values of begin and end in the corrections: as in the sources; never in force; no end."""


def build_agreements(
    desta: pd.DataFrame, members: pd.DataFrame, kinds: pd.DataFrame, corrections: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Agreements between two or more states of the panel, and their members with dates.

    Parameters
    ----------
    desta : as sources.desta gives it. members : members of agreements, as sources.manytrade gives them.
    kinds : desta, kind (an agreement not listed is a free trade area) and hub (the members that the others connect to).
    corrections : agreement, iso3 ('' for all members), begin, end.

    Returns
    -------
    (agreements, memberships) as in table_columns.TABLES. Protocols, negotiations and consolidated texts are left out,
    except BINDING_PROTOCOLS and the continuity agreements of the United Kingdom.

    Raises
    ------
    PanelError : a withdrawal that names no member, or a curated row that matches no agreement.
    """
    entries = desta.drop(columns="iso3").drop_duplicates("number").assign(
        members=lambda f: f["number"].map(desta.groupby("number")["iso3"].agg(list))
    )  # fmt: skip
    entries["treaty"] = _treaty_of(entries)
    heads = entries[entries["number"] == entries["treaty"]]
    keys = dict(curated("agreement_keys.csv").itertuples(index=False, name=None))
    heads = heads.assign(agreement=[keys.get(n, f"desta_{n}") for n in heads["number"]])
    days = match_days(heads[["number", "name", "signed"]], members)
    joined = entries.dropna(subset=["treaty"]).groupby("treaty")
    rows = pd.DataFrame(
        [
            (head.agreement, *spell)
            for head in heads.itertuples()
            for spell in _spells(joined.get_group(head.number), days.get(head.number))
        ],
        columns=names(TABLES["memberships"]),
    )
    rows = _corrected(rows, corrections)
    table = _described(heads, rows, days, kinds)
    return _split(table, rows, dict(zip(heads["agreement"], heads["number"], strict=True)), kinds)


def _treaty_of(entries: pd.DataFrame) -> list[str | None]:
    """For each entry the number of the treaty it belongs to, itself if it is one; None below a negotiation."""
    continued = entries["name"].str.contains(CONTINUITY) & (entries["signed"] >= 2018)
    protocol = (entries["entry_type"] == PROTOCOL) & (continued | entries["number"].isin(BINDING_PROTOCOLS))
    binding = set(entries.loc[(entries["entry_type"] == BASE) | protocol, "number"])
    base = dict(zip(entries["number"], entries["base"], strict=True))
    out: list[str | None] = []
    for number in entries["number"]:
        while number not in binding and base.get(number, number) != number:
            number = base[number]
        out.append(number if number in binding else None)
    return out


def _spells(entries: pd.DataFrame, days: Days | None) -> Iterator[tuple[str, str, str, str, str]]:
    """(iso3, begin, end, source, flag) of every state that was ever a member of one treaty.

    A founder is a member from the treaty's entry into force, a state that accedes from that of its accession (of its
    signature, flagged, where no other year is known), to the end of the year of its withdrawal or of the treaty.
    """
    head = entries[entries["entry_type"].isin([BASE, PROTOCOL]) & (entries["number"] == entries["treaty"])].iloc[0]
    year = None if pd.isna(head.in_force) else int(head.in_force)
    spells: list[tuple[str, str, str, str, str]] = []
    for iso3 in head.members:
        day = days.of_founder(iso3, year) if days else ""
        spells.append(
            (iso3, day or ("" if year is None else str(year)), "", "manytrade" if day else "desta", "observed")
        )
    changes = entries[entries["entry_type"].isin(["accession", "withdrawal"])]
    for change in changes.assign(at=changes["in_force"].fillna(changes["signed"])).sort_values("at").itertuples():
        if change.entry_type == "withdrawal":
            spells = _withdrawn(spells, change.number, change.name, int(change.at))
            continue
        imputed = bool(pd.isna(change.in_force))
        for iso3 in _newcomers(change.name, change.members, {s[0] for s in spells if not s[2]}):
            day = days.of_newcomer(iso3, int(change.at), imputed) if days else ""
            flag = "imputed" if imputed and not day else "observed"
            spells.append((iso3, day or str(change.at), "", "manytrade" if day else "desta", flag))
    last = days.end if days else ""
    yield from ((iso3, begin, end or last, source, flag) for iso3, begin, end, source, flag in spells)


def _newcomers(title: str, listed: list[str], present: set[str]) -> list[str]:
    """Who accedes: states listed that are not members yet; only those the title names, where it names any."""
    new = [iso3 for iso3 in listed if iso3 not in present]
    named = set(states_and_words(title)[0])
    return [iso3 for iso3 in new if iso3 in named] or ([] if named & set(listed) else new)


def _withdrawn(
    spells: list[tuple[str, str, str, str, str]], number: str, title: str, year: int
) -> list[tuple[str, str, str, str, str]]:
    """The spells, ended with `year` for the states that leave.

    The United Kingdom left the EC's agreements in this way too: at the end of 2020, with the transition period
    (Withdrawal Agreement, articles 126 to 129), not with its membership in January.
    """
    leaving, others = states_and_words(title.rpartition("withdrawal")[2])
    leaving = UNNAMED_WITHDRAWALS.get(number) or leaving
    if not leaving or (others and number not in UNNAMED_WITHDRAWALS):
        raise PanelError(
            f"DESTA withdrawal {number} {title!r}: {' '.join(others) or 'nothing'} names no state; "
            f"add the name to aliases.csv or the row to UNNAMED_WITHDRAWALS."
        )
    last = f"{year}-12-31"
    return [s if s[2] or s[0] not in leaving else (s[0], s[1], last, *s[3:]) for s in spells]


def _corrected(rows: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Rows with the curated begins and ends; a correction of all members first, then those of one."""
    strange = corrections[~corrections["agreement"].isin(set(rows["agreement"]))]
    if len(strange):
        raise PanelError(f"agreement_corrections.csv names agreements that are not in the table:{head_of(strange)}")
    out = rows.copy()
    for fix in corrections.sort_values("iso3", kind="stable").itertuples():
        at = (out["agreement"] == fix.agreement) & (out["iso3"].eq(fix.iso3) | (fix.iso3 == ""))
        if not at.any():
            out.loc[len(out)] = [fix.agreement, fix.iso3, "", "", "curated", "corrected"]
            at = out.index == len(out) - 1
        for column, value in (("begin", fix.begin), ("end", fix.end)):
            if value != FROM_SOURCES:
                out.loc[at, column] = "" if value in (NEVER, STILL) else value
        out.loc[at, ["source", "flag"]] = ["curated", "corrected"]
    return out


def _described(heads: pd.DataFrame, rows: pd.DataFrame, days: dict[str, Days], kinds: pd.DataFrame) -> pd.DataFrame:
    if kinds["desta"].duplicated().any():
        raise PanelError(f"agreement_kinds.csv repeats:{head_of(kinds[kinds['desta'].duplicated(keep=False)])}")
    strange = kinds[~kinds["desta"].isin(heads["number"])]
    if len(strange):
        raise PanelError(f"agreement_kinds.csv names treaties that are not in DESTA:{head_of(strange)}")
    year = heads["signed"].map(lambda y: "" if pd.isna(y) else str(int(y)))
    day = pd.Series([days[n].signed if n in days else "" for n in heads["number"]], index=heads.index, dtype=str)
    first = rows[rows["begin"] != ""].groupby("agreement")["begin"].min().to_dict()
    kind = dict(zip(kinds["desta"], kinds["kind"], strict=True))
    return heads.assign(
        kind=[kind.get(n, "free_trade") for n in heads["number"]],
        signed=day.where(day.str[:4] == year, year),
        in_force=[first.get(a, "") for a in heads["agreement"]],
        source="desta",
    )[names(TABLES["agreements"])]


def _split(
    table: pd.DataFrame, rows: pd.DataFrame, numbers: dict[str, str], kinds: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Agreements with a hub in parts, hub and one other each; then those with two members or more, sorted."""
    hub_of = {n: _hub(text) for n, text in zip(kinds["desta"], kinds["hub"], strict=True) if text}
    tables, members = [], []
    for key, spells in rows.groupby("agreement"):
        head, hub = table[table["agreement"] == key], hub_of.get(numbers[str(key)])
        parts = sorted(set(spells["iso3"]) - hub) if hub else [""]
        for other in parts:
            part = f"{key}_{other}" if hub else str(key)
            held = spells[spells["iso3"].isin({*hub, other})] if hub else spells
            name = f"{head['name'].iloc[0]}: {bundled_registry().states.loc[other, 'name']}" if hub else head["name"]
            if held["iso3"].nunique() >= 2:
                tables.append(head.assign(agreement=part, name=name))
                members.append(held.assign(agreement=part))
    agreements = pd.concat(tables).sort_values("agreement", ignore_index=True)
    return agreements, pd.concat(members).sort_values(["agreement", "iso3", "begin"], ignore_index=True)


def _hub(text: str) -> set[str]:
    return {
        iso3
        for word in text.split()
        for iso3 in (bundled_registry().members(word) if bundled_registry().is_group(word) else [word])
    }


def added_agreements(added: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Agreements that no source lists, from datasets/curated/agreements_added.csv, in the shape of build_agreements."""
    rows = added.assign(source="curated", flag="corrected")
    table = rows.assign(in_force=rows.groupby("agreement")["begin"].transform("min")).drop_duplicates("agreement")
    return table[names(TABLES["agreements"])], rows[names(TABLES["memberships"])]


def tied_pairs(memberships: pd.DataFrame, agreements: pd.DataFrame, years: range) -> pd.DataFrame:
    """Pairs that an agreement ties, with the first and last year in which it does (panel.dates says which years count).

    Returns
    -------
    agreement, kind, iso3_a, iso3_b (a before b), begin_year, end_year (NaN while open), source (of both memberships),
    flag (the worse of the two); only pairs that are tied at some time within `years`.
    """
    held = memberships[memberships["begin"] != ""].merge(agreements[["agreement", "kind"]], on="agreement")
    held = held.assign(begin_year=held["begin"].map(first_counted_year), end_year=held["end"].map(last_counted_year))
    columns = ["agreement", "kind", "iso3", "begin_year", "end_year", "source", "flag"]
    pairs = held[columns].merge(held[columns], on=["agreement", "kind"], suffixes=("_a", "_b"))
    pairs = pairs[pairs["iso3_a"] < pairs["iso3_b"]]
    begin = np.maximum(pairs["begin_year_a"], pairs["begin_year_b"])
    end = np.fmin(pairs["end_year_a"], pairs["end_year_b"])
    out = pairs[["agreement", "kind", "iso3_a", "iso3_b"]].assign(begin_year=begin, end_year=end)
    first, second = pairs["source_a"], pairs["source_b"]
    out["source"] = first.where(first == second, first + "+" + second)
    flags = pairs[["flag_a", "flag_b"]]
    out["flag"] = np.select(
        [(flags == f).any(axis=1) for f in ("imputed", "corrected")], ["imputed", "corrected"], "observed"
    )
    return tied_within(out, years)


def tied_within(pairs: pd.DataFrame, years: range) -> pd.DataFrame:
    """Rows of tied_pairs that hold at some time within the years."""
    begin, end = pairs["begin_year"], pairs["end_year"]
    live = (begin <= years[-1]) & ~(end < np.maximum(begin, years[0]))
    return pairs[live].reset_index(drop=True)
