"""The money matrix of one year: payments between states by product, as one sparse matrix of (state, product) nodes."""

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
    """Flows of one year between nodes (c, p), with the place p * N_c + c: the states of one product follow each other.

    All N = N_c N_p nodes are included, also those without trade, because the uniform column of a dangling node and the
    sums of the equations include them.

    Attributes
    ----------
    states, products : codes, sorted; states that trade and products that are traded.
    flows : (N, N) CSR, M^p_cc' in US dollars, row (c, p) the importer, column (c', p) the exporter.
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
        """Place of a state.

        Raises
        ------
        StateError : it has no flow in the year.
        """
        if state not in self.states:
            raise StateError(
                f"{state} neither sells nor buys anything in these flows; they have {len(self.states)} states: "
                f"{_shorten(self.states)}."
            )
        return self.states.index(state)


class CodedFlows(NamedTuple):
    """Flows with exporter and importer as places in `states`, and product as place in `products`."""

    states: Sequence[str]
    products: Sequence[str]
    exporter: np.ndarray
    importer: np.ndarray
    product: np.ndarray
    value_usd: np.ndarray


def build_money_matrix(flows: pd.DataFrame) -> MoneyMatrix:
    """Build the money matrix of a table of flows.

    Parameters
    ----------
    flows : columns exporter, importer, product (codes) and value_usd, one row a flow; a value of zero is no trade.

    Returns
    -------
    MoneyMatrix

    Raises
    ------
    StoreError : a column, a code or a value is missing, a value is negative, a state trades with itself, a flow is
        duplicated, or nothing is traded; with the rows.
    """
    if absent := [name for name in COLUMNS if name not in flows.columns]:
        raise StoreError(f"the flows lack the columns {', '.join(absent)}; they have {', '.join(flows.columns)}.")
    if len(incomplete := flows.loc[flows[list(COLUMNS)].isna().any(axis=1), list(COLUMNS)]):
        raise StoreError(f"{len(incomplete)} flows lack a code or a value; missing is not zero:{head_of(incomplete)}")
    ends = pd.concat([flows["exporter"], flows["importer"]]).astype(str)
    state, states = pd.factorize(ends, sort=True)
    product, products = pd.factorize(flows["product"].astype(str), sort=True)
    values = flows["value_usd"].to_numpy()
    return build_matrix(CodedFlows(states, products, state[: len(flows)], state[len(flows) :], product, values))


def build_matrix(flows: CodedFlows) -> MoneyMatrix:
    """Build the money matrix of coded flows.

    Memory, in addition to the flows: 28 bytes a flow during the work, 12 afterwards.

    Raises
    ------
    StoreError : see build_money_matrix.
    """
    _check(flows)
    if not flows.value_usd.all():
        traded = flows.value_usd > 0
        flows = flows._replace(**{name: getattr(flows, name)[traded] for name in flows._fields[2:]})
    if not len(flows.value_usd):
        raise StoreError("no flow is above zero: there is nothing to rank.")
    states, at_state = _sort_names(flows.states, (flows.exporter, flows.importer))
    products, at_product = _sort_names(flows.products, (flows.product,))
    size = len(states) * len(products)
    row = at_product.astype(np.int32 if size < 2**31 else np.int64)[flows.product] * len(states)
    column = row + at_state[flows.exporter]
    row += at_state[flows.importer]
    values = np.asarray(flows.value_usd, dtype=float)
    imports, exports = (np.bincount(node, values, size) for node in (row, column))
    matrix = sparse.coo_array((values, (row, column)), shape=(size, size)).tocsr()
    if matrix.nnz < len(values):
        repeated = np.flatnonzero(pd.Series(row.astype(np.int64) * size + column).duplicated())
        raise StoreError(f"flows are duplicated:{_show_rows(flows, repeated)}")
    return MoneyMatrix(states, products, matrix, imports, exports)


def match_products(money: MoneyMatrix, codes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Find the products of codes.

    Parameters
    ----------
    codes : products of the matrix, or two or four digits with which products of six digits begin.

    Returns
    -------
    tuple : the products, sorted, and the codes without a product.

    Raises
    ------
    ConfigError : no code has a product.
    """
    found: set[str] = set()
    unmatched = []
    for code in codes:
        is_prefix = code.isdecimal() and len(code) in (2, 4)
        matches = [p for p in money.products if p == code or (is_prefix and len(p) == 6 and p.startswith(code))]
        found.update(matches)
        if not matches:
            unmatched.append(code)
    if not found:
        close = suggest(codes[0], list(money.products)) if codes else ""
        raise ConfigError(
            f"nobody trades {', '.join(map(repr, codes)) or 'a product without a name'} in these flows.{close} "
            f"They have {len(money.products):,} products: {_shorten(money.products)}."
        )
    return sorted(found), unmatched


def _shorten(names: Sequence[str], most: int = 8) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _check(flows: CodedFlows) -> None:
    """Values are numbers, none negative; no state trades with itself."""
    values = flows.value_usd
    if values.dtype.kind not in "iuf":
        raise StoreError(f"value_usd must be numbers, US dollars; it is of type {values.dtype}.")
    if len(values) and not (values.min() >= 0 and np.isfinite(values.max())):
        bad = np.flatnonzero(~((values >= 0) & np.isfinite(values)))
        raise StoreError(
            f"value_usd must be a number of at least 0; it is not in {len(bad)} rows:{_show_rows(flows, bad)}"
        )
    self_trade = np.flatnonzero(flows.exporter == flows.importer)
    if len(self_trade):
        rows = _show_rows(flows, self_trade)
        raise StoreError(f"a state does not trade with itself; it does in {len(self_trade)} rows:{rows}")


def _show_rows(flows: CodedFlows, rows: np.ndarray) -> str:
    """The first of some rows, with names instead of places."""
    states, products = np.asarray(flows.states, dtype=object), np.asarray(flows.products, dtype=object)
    columns = {
        "exporter": states[flows.exporter[rows]],
        "importer": states[flows.importer[rows]],
        "product": products[flows.product[rows]],
        "value_usd": flows.value_usd[rows],
    }
    return head_of(pd.DataFrame(columns, index=rows))


def _sort_names(names: Sequence[str], used: tuple[np.ndarray, ...]) -> tuple[tuple[str, ...], np.ndarray]:
    """Names that are used, sorted, and the new place of each old one (-1: not used)."""
    occurs = np.zeros(len(names), dtype=bool)
    for codes in used:
        occurs[codes] = True
    kept = np.array([str(name) for name in names], dtype=object)[occurs]
    order = np.argsort(kept, kind="stable")
    place = np.full(len(names), -1, dtype=np.int32)
    place[np.flatnonzero(occurs)[order]] = np.arange(len(order))
    return tuple(kept[order]), place
