"""`influence ranks`: states and goods by the multiproduct Google matrix, and the effect of prices on balances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import exclusive, json_option, quiet_option, split_list, with_options, year_option
from influence.cli.printing import NO_DATA, dollars, echo_csv, echo_json, echo_table, number, signed
from influence.cli.product_options import IMPORT_HINT, find_store, panel_or_store_option, store_or_sectors_option
from influence.cli.progress import steps
from influence.cli.settings import open_registry, states_listed
from influence.schema import REST_OF_WORLD

if TYPE_CHECKING:
    import pandas as pd

    from influence.products.google import MoneyMatrix, ProductRanks
    from influence.states import Registry

EVERY = "all"


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    year_option(type=int, required=True, help="Year."),
    store_or_sectors_option,
    panel_or_store_option,
    click.option("--states", help="KOR,Japan: show only these; all are ranked."),
    click.option("--top", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Rows of a list."),
    click.option("--sensitivity", metavar="STATE|all",
                 help="Effect of the price of each product on the balance of a state; all: effect of the prices of the "
                 "named products on every state."),
    click.option("--product", help="With --sensitivity: 270900,2711 (2 or 4 digits: all below) or sectors, B06,C26."),
    click.option("--basket", help="With --sensitivity: a named basket of products, e.g. energy."),
    click.option("--alpha", type=float, default=0.5, show_default=True, help="Damping factor, 0 to below 1."),
    json_option(help="Print an object of tables, each a list of records."),
    click.option("--csv", "as_csv", is_flag=True, help="Print the table of states, or of sensitivities, completely."),
    quiet_option,
)  # fmt: skip


@click.command()
@with_options(*_OPTIONS)
def command(
    year: int, store: Path | None, panel_dir: Path | None, states: str | None, top: int, sensitivity: str | None,
    product: str | None, basket: str | None, alpha: float, as_json: bool, as_csv: bool, quiet: bool,
) -> None:  # fmt: skip
    """Rank buyers and sellers in the network of states and goods, or show price effects (multiproduct Google matrix).

    A random walk follows goods from seller to buyer and sometimes restarts, at a state drawn at random with the same
    probability for rich and poor: PageRank is how often it is at a state (buying). CheiRank is the same against the
    flow of goods (selling). Balance: (CheiRank - PageRank) over their sum, +1 only sells, -1 only buys.

    \b
    influence ranks --year 2022
    influence ranks --year 2022 --states KOR,JPN --json
    influence ranks --year 2022 --sensitivity KOR
    influence ranks --year 2022 --sensitivity all --product B06
    influence ranks --year 2020 --store outputs/store --sensitivity KOR --basket energy

    \b
    Records of --json, by table:
      states       year, iso3, pagerank, pagerank_place, cheirank, cheirank_place,
                   balance, import_usd, export_usd, trade_balance
      products     year, product, pagerank ... cheirank_place, trade_share
      nodes        year, direction, place, iso3, product, rank, value_usd
      sensitivity  year, iso3, product, pagerank_change, cheirank_change, sensitivity,
                   trade_sensitivity, import_usd, export_usd: changes per 100 % of price;
                   with all, product joins the named ones by +
    """
    from influence.products.google import rank_products

    exclusive(json=as_json, csv=as_csv)
    exclusive(product=product is not None, basket=basket is not None)
    _check_options(states, sensitivity, product is not None or basket is not None)
    registry, others = open_registry(None, panel_dir), (REST_OF_WORLD,)
    wanted = states_listed("--states", states, registry, beside=others)
    asked = states_listed("--sensitivity", None if sensitivity == EVERY else sensitivity, registry, beside=others)
    if len(asked) > 1:
        raise click.UsageError("--sensitivity takes one state, or all.")
    with steps(quiet, plain=False) as progress:
        where = find_store(store, panel_dir)
        money, title = _load_matrix(where, year, registry, progress)
        for code in (*wanted, *asked):
            money.state_at(code)
        named, untraded = _find_products(money, where, product, basket, registry)
        progress(f"ranking {len(money.imports):,} states and products")
        ranks = rank_products(money, alpha)
        if sensitivity is None:
            tables = _rank_tables(ranks, wanted, top)
        else:
            progress("computing the effects of prices")
            tables = {"sensitivity": _sensitivity(ranks, asked, named, wanted)}
    for table in tables.values():
        table.insert(0, "year", year)
    if untraded and not quiet:
        click.echo(f"Of the basket {basket}, nobody trades {', '.join(untraded)} this year.", err=True)
    if as_json:
        echo_json(tables)
    elif as_csv:
        echo_csv(next(iter(tables.values())))
    else:
        click.echo(f"{year}: {title}")
        if sensitivity is None:
            _print_ranks(ranks, tables, top, registry)
        elif not asked:
            _print_effects(ranks, tables["sensitivity"], named, top, registry)
        else:
            _print_sensitivities(ranks, tables["sensitivity"], asked[0], top, registry)


def _check_options(states: str | None, sensitivity: str | None, named: bool) -> None:
    if named and sensitivity is None:
        raise click.UsageError("--product and --basket go with --sensitivity STATE or --sensitivity all.")
    if states is not None and sensitivity not in (None, EVERY):
        raise click.UsageError("--states goes with the ranks or with --sensitivity all, not with --sensitivity STATE.")
    if sensitivity == EVERY and not named:
        raise click.UsageError("--sensitivity all needs the products whose price rises: --product or --basket.")


# ---- computing -------------------------------------------------------------------------------------


def _load_matrix(
    store: Path | None, year: int, registry: Registry, progress: Callable[[str], None]
) -> tuple[MoneyMatrix, str]:
    """The money matrix of the store, or else of the panel's sectors, and a description of it."""
    from influence.products.google import load_sector_matrix, load_store_matrix

    if store is None:
        progress("reading the sectors")
        money = load_sector_matrix(year, registry)
        size = f"{len(money.products)} goods sectors of OECD ICIO, {len(money.states)} economies"
        return money, f"{size}, ROW the rest of the world ({IMPORT_HINT})"
    progress(f"reading {store}")
    money = load_store_matrix(store, year)
    return money, f"{len(money.products):,} products, {len(money.states)} states, of the store {store}"


def _rank_tables(ranks: ProductRanks, wanted: Sequence[str], top: int) -> dict[str, pd.DataFrame]:
    import pandas as pd

    from influence.products.google import node_table, product_table, state_table

    states = state_table(ranks)
    if wanted:
        states = states[states["iso3"].isin(wanted)].reset_index(drop=True)
    nodes = [node_table(ranks, direction, top, wanted or None) for direction in ("imports", "exports")]
    return {"states": states, "products": product_table(ranks), "nodes": pd.concat(nodes, ignore_index=True)}


def _find_products(
    money: MoneyMatrix, store: Path | None, product: str | None, basket: str | None, registry: Registry
) -> tuple[list[str], list[str]]:
    """Products of --product or --basket, and codes that are not traded; both empty without these options."""
    from influence.products.google import match_products

    if product is None and basket is None:
        return [], []
    if basket is not None:
        return match_products(money, _basket_codes(basket, store, registry))
    codes = split_list(product)
    if not codes:
        raise click.UsageError("--product names no product; write --product 270900 or --product B06.")
    found, untraded = match_products(money, codes)
    if untraded:
        # An error: the user named these codes. A basket, in contrast, is for many years.
        match_products(money, untraded)
    return found, []


def _basket_codes(basket: str, store: Path | None, registry: Registry) -> Sequence[str]:
    """Codes of a basket in the revision of the store; without a store, its sectors."""
    from influence.products.baskets import load_basket
    from influence.products.store.catalogue import read_store_info

    named = load_basket(basket, registry=registry)
    return named.require_sectors() if store is None else named.codes_of(read_store_info(store).revision)


def _sensitivity(
    ranks: ProductRanks, asked: Sequence[str], named: Sequence[str], wanted: Sequence[str]
) -> pd.DataFrame:
    """Rows of one state by product; without a state, rows of all states for the named products together."""
    from influence.products.google import price_effects, price_sensitivities

    if not asked:
        table = price_effects(ranks, named)
        table.insert(1, "product", "+".join(named))
        return table[table["iso3"].isin(wanted)].reset_index(drop=True) if wanted else table
    table = price_sensitivities(ranks, asked[0])
    table.insert(0, "iso3", asked[0])
    return table[table["product"].isin(named)].reset_index(drop=True) if named else table


# ---- printing --------------------------------------------------------------------------------------


def _print_ranks(ranks: ProductRanks, tables: dict[str, pd.DataFrame], top: int, registry: Registry) -> None:
    click.echo(_LEGEND.format(restart=f"{1 - ranks.alpha:g}"))
    states, names = tables["states"], _product_names(ranks.money, registry)
    rows = [
        [r.iso3, str(r.pagerank_place), number(r.pagerank), str(r.cheirank_place), number(r.cheirank),
         signed(r.balance), signed(r.trade_balance), _state_name(r.iso3, registry)]
        for r in states.head(top).itertuples()
    ]  # fmt: skip
    echo_table(["state", "place", "PageRank", "place", "CheiRank", "balance", "in dollars", "name"], rows)
    for direction, word in (("imports", "PageRank: buying"), ("exports", "CheiRank: selling")):
        nodes = tables["nodes"][tables["nodes"]["direction"] == direction]
        click.echo(f"\nLargest states and products by {word}")
        cells = [
            [r.iso3, str(r.place), number(r.rank), dollars(r.value_usd), _product_text(r.product, names)]
            for r in nodes.itertuples()
        ]
        echo_table(["state", "place", "rank", direction, "product"], cells)
    click.echo(f"\n{len(ranks.money.states)} states, {len(ranks.money.products):,} products, {ranks.steps} steps.")


def _print_sensitivities(ranks: ProductRanks, table: pd.DataFrame, code: str, top: int, registry: Registry) -> None:
    """Print the effect of the price of each product on one state."""
    from influence.products.google import state_table

    names = _product_names(ranks.money, registry)
    balance = state_table(ranks).set_index("iso3")["balance"][code]
    click.echo(f"{_state_name(code, registry)} ({code}): balance {signed(balance)} between selling and buying.")
    click.echo(_PRICE_LEGEND)
    rows = [
        [r.product, _per_percent(r.sensitivity), _per_percent(r.trade_sensitivity), dollars(r.import_usd),
         dollars(r.export_usd), names.get(r.product, "")]
        for r in table.head(top).itertuples()
    ]  # fmt: skip
    echo_table(["product", "balance", "in dollars", "imports", "exports", "name"], rows)
    if 1 < len(table) < len(ranks.money.products):
        network, trade = (_per_percent(table[column].sum()) for column in ("sensitivity", "trade_sensitivity"))
        click.echo(f"All {len(table)} together: {network}; in dollars {trade}.")


def _print_effects(
    ranks: ProductRanks, table: pd.DataFrame, named: Sequence[str], top: int, registry: Registry
) -> None:
    """Print the effect of the price of some products on every state."""
    names = _product_names(ranks.money, registry)
    goods = ", ".join(_product_text(code, names) for code in named[:8])
    click.echo(f"The price of {goods}{f' and {len(named) - 8} more' if len(named) > 8 else ''}.")
    click.echo(_PRICE_LEGEND)
    rows = [
        [r.iso3, _per_percent(r.sensitivity), _per_percent(r.trade_sensitivity), dollars(r.import_usd),
         dollars(r.export_usd), _state_name(r.iso3, registry)]
        for r in table.head(top).itertuples()
    ]  # fmt: skip
    echo_table(["state", "balance", "in dollars", "imports", "exports", "name"], rows)


_LEGEND = (
    "PageRank: how often a random walk that follows goods from seller to buyer is at a state (buying); CheiRank: the\n"
    "same against the flow of goods (selling). With probability {restart} a step it restarts, at any state alike.\n"
    "Balance: (CheiRank - PageRank) over their sum, +1 only sells, -1 only buys; next to it the balance of dollars.\n"
)
_PRICE_LEGEND = (
    "Change of the balance if the price rises by 1 %, and change of the balance of dollars. Partners and quantities\n"
    "stay the same: this is the effect of the network, not a forecast.\n"
)


def _per_percent(slope: float) -> str:
    """Effect of a price rise by 1 % on a balance: '-0.000131'."""
    return NO_DATA if slope != slope else f"{slope / 100:+.3g}"


def _state_name(code: str, registry: Registry) -> str:
    return "rest of the world" if code == REST_OF_WORLD else registry.name(code)


def _product_names(money: MoneyMatrix, registry: Registry) -> dict[str, str]:
    """Names of sectors, and of the products that are in a basket."""
    from influence.products.baskets import basket_labels, load_baskets
    from influence.products.files import longest_match
    from influence.products.sectors import goods_sectors

    known = {**basket_labels(load_baskets(registry=registry)), **goods_sectors(registry)}
    found = {code: longest_match(code, known) for code in money.products}
    return {code: name for code, name in found.items() if name is not None}


def _product_text(code: str, names: dict[str, str]) -> str:
    return f"{code} {names[code]}" if code in names else code
