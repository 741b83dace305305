"""The money matrix: who paid whom for which product, of one year, as one sparse matrix of (state, product) nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from influence.errors import ConfigError, StateError, StoreError, head_of, suggest

COLUMNS = ("exporter", "importer", "product", "value_usd")


@dataclass(frozen=True)
class MoneyMatrix:
    """Flows of one year between nodes (c, p), node p * N_c + c: the states of one product stand together.

    All N = N_c N_p nodes are there, those without any trade too: the uniform column of a dangling node and the sums of
    the equations run over them.

    states, products : codes, sorted. States that sell or buy something, products that are traded.
    flows : (N, N) CSR, M^p_cc' in US dollars, row (c, p) the importer, column (c', p) the exporter; products never mix.
    imports, exports : (N,), V_cp = sum_c' M^p_cc' and V*_cp = sum_c' M^p_c'c, US dollars, >= 0.
    """

    states: tuple[str, ...]
    products: tuple[str, ...]
    flows: sparse.csr_array
    imports: np.ndarray
    exports: np.ndarray

    def by_product(self, values: np.ndarray) -> np.ndarray:
        """Values of nodes as a view (product, state)."""
        return values.reshape(len(self.products), len(self.states))

    def state_at(self, state: str) -> int:
        """Place of a state. StateError : it has no flow this year."""
        if state not in self.states:
            raise StateError(
                f"{state} neither sells nor buys anything in these flows; they have {len(self.states)} states: "
                f"{_few(self.states)}."
            )
        return self.states.index(state)


class CodedFlows(NamedTuple):
    """Rows of flows as places in lists of names: `states` for exporter and importer, `products` for product."""

    states: Sequence[str]
    products: Sequence[str]
    exporter: np.ndarray
    importer: np.ndarray
    product: np.ndarray
    value_usd: np.ndarray


def money_matrix(flows: pd.DataFrame) -> MoneyMatrix:
    """The money matrix of a table of flows; a row of nought is no trade.

    Parameters
    ----------
    flows : columns exporter, importer, product (codes) and value_usd, one row a flow; others are not looked at.

    Raises
    ------
    StoreError : a column is absent, a code or a value is missing, a value is negative, a state trades with itself, a
        flow stands twice, or nothing is traded at all; the rows are shown.
    """
    if absent := [name for name in COLUMNS if name not in flows.columns]:
        raise StoreError(f"the flows lack the columns {', '.join(absent)}; they have {', '.join(flows.columns)}.")
    if len(lost := flows.loc[flows[list(COLUMNS)].isna().any(axis=1), list(COLUMNS)]):
        raise StoreError(f"{len(lost)} flows lack a code or a value; missing is not nought:{head_of(lost)}")
    ends = pd.concat([flows["exporter"], flows["importer"]]).astype(str)
    state, states = pd.factorize(ends, sort=True)
    product, products = pd.factorize(flows["product"].astype(str), sort=True)
    values = flows["value_usd"].to_numpy()
    return matrix_of(CodedFlows(states, products, state[: len(flows)], state[len(flows) :], product, values))


def matrix_of(flows: CodedFlows) -> MoneyMatrix:
    """The money matrix of flows whose names are places in lists already; see money_matrix.

    Memory: beside what is given, 28 bytes a flow while it is made, 12 when it is done.
    """
    _check(flows)
    if not flows.value_usd.all():
        some = flows.value_usd > 0
        flows = flows._replace(**{name: getattr(flows, name)[some] for name in flows._fields[2:]})
    if not len(flows.value_usd):
        raise StoreError("no flow is above nought: there is nothing to rank.")
    states, at_state = _in_order(flows.states, (flows.exporter, flows.importer))
    products, at_product = _in_order(flows.products, (flows.product,))
    size = len(states) * len(products)
    row = at_product.astype(np.int32 if size < 2**31 else np.int64)[flows.product] * len(states)
    column = row + at_state[flows.exporter]
    row += at_state[flows.importer]
    values = np.asarray(flows.value_usd, dtype=float)
    imports, exports = (np.bincount(node, values, size) for node in (row, column))
    matrix = sparse.coo_array((values, (row, column)), shape=(size, size)).tocsr()
    if matrix.nnz < len(values):
        raise StoreError(f"flows stand twice:{head_of(_shown(flows, _twice(row, column, size)))}")
    return MoneyMatrix(states, products, matrix, imports, exports)


def products_of(money: MoneyMatrix, codes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Products that codes stand for, in order, and the codes that stand for none.

    A code is a product of the matrix, or two or four digits with which products of six begin.

    Raises
    ------
    ConfigError : no code stands for any.
    """
    found: set[str] = set()
    lacking = []
    for code in codes:
        wide = code.isdecimal() and len(code) in (2, 4)
        named = [p for p in money.products if p == code or (wide and len(p) == 6 and p.startswith(code))]
        found.update(named)
        if not named:
            lacking.append(code)
    if not found:
        close = suggest(codes[0], list(money.products)) if codes else ""
        raise ConfigError(
            f"nobody trades {', '.join(map(repr, codes)) or 'a product without a name'} in these flows.{close} "
            f"They have {len(money.products):,} products: {_few(money.products)}."
        )
    return sorted(found), lacking


def _few(names: Sequence[str], most: int = 8) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _check(flows: CodedFlows) -> None:
    """Values are numbers, none negative; nobody trades with itself."""
    values = flows.value_usd
    if values.dtype.kind not in "iuf":
        raise StoreError(f"value_usd must be numbers, US dollars; it is of type {values.dtype}.")
    if len(values) and not (values.min() >= 0 and np.isfinite(values.max())):
        bad = np.flatnonzero(~((values >= 0) & np.isfinite(values)))
        raise StoreError(f"value_usd must be a number of at least 0; it is not in {len(bad)} rows:{_rows(flows, bad)}")
    own = np.flatnonzero(flows.exporter == flows.importer)
    if len(own):
        raise StoreError(f"a state does not trade with itself; it does in {len(own)} rows:{_rows(flows, own)}")


def _rows(flows: CodedFlows, rows: np.ndarray) -> str:
    return head_of(_shown(flows, rows))


def _shown(flows: CodedFlows, rows: np.ndarray) -> pd.DataFrame:
    """Some rows with their names."""
    states, products = np.asarray(flows.states, dtype=object), np.asarray(flows.products, dtype=object)
    ends = {"exporter": states[flows.exporter[rows]], "importer": states[flows.importer[rows]]}
    return pd.DataFrame(
        {**ends, "product": products[flows.product[rows]], "value_usd": flows.value_usd[rows]}, index=rows
    )


def _twice(row: np.ndarray, column: np.ndarray, size: int) -> np.ndarray:
    """Rows of flows that are not the first of their kind."""
    return np.flatnonzero(pd.Series(row.astype(np.int64) * size + column).duplicated())


def _in_order(names: Sequence[str], used: tuple[np.ndarray, ...]) -> tuple[tuple[str, ...], np.ndarray]:
    """Names that occur, sorted, and the new place of each old one (-1: it does not occur)."""
    there = np.zeros(len(names), dtype=bool)
    for codes in used:
        there[codes] = True
    kept = np.array([str(name) for name in names], dtype=object)[there]
    order = np.argsort(kept, kind="stable")
    place = np.full(len(names), -1, dtype=np.int32)
    place[np.flatnonzero(there)[order]] = np.arange(len(order))
    return tuple(kept[order]), place
