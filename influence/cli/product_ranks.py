"""`influence ranks`: states and goods by the multiproduct Google matrix, and what prices do to balances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from influence.cli.options import year_option
from influence.cli.printing import dollars, echo_csv, echo_json_of, echo_table, number, signed
from influence.cli.progress import steps
from influence.cli.settings import states_listed
from influence.schema import REST_OF_WORLD

if TYPE_CHECKING:
    import pandas as pd

    from influence.products.google import MoneyMatrix, ProductRanks

STORE = Path("outputs/store")
EVERY = "all"
HINT = "for products import BACI: influence data import baci FILE..."


@click.command()
@year_option(type=int, required=True, help="Year to look at.")
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    help="Product store; outputs/store by default where it is, else the bundled goods sectors.",
)
@click.option("--states", help="KOR,Japan: these alone are shown; all are ranked.")
@click.option("--top", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Rows of a list.")
@click.option(
    "--sensitivity",
    metavar="STATE|all",
    help="What the price of each product does to the balance of a state; "
    "all: what the named products' prices do to every state.",
)
@click.option("--product", help="With --sensitivity: 270900,2711 (2 or 4 digits: all below) or sectors, B06,C26.")
@click.option("--basket", help="With --sensitivity: a named basket of products, e.g. energy.")
@click.option("--alpha", type=float, default=0.5, show_default=True, help="Chance that the walk goes on, 0 to below 1.")
@click.option("--json", "as_json", is_flag=True, help="An object of tables, each a list of records.")
@click.option("--csv", "as_csv", is_flag=True, help="The table of states, or of sensitivities, whole.")
@click.option("--quiet", is_flag=True, help="Say nothing but the result and errors.")
def command(
    year: int, store: Path | None, states: str | None, top: int, sensitivity: str | None, product: str | None,
    basket: str | None, alpha: float, as_json: bool, as_csv: bool, quiet: bool,
) -> None:  # fmt: skip
    """Who buys and who sells in the network of states and goods, and what a price does (multiproduct Google matrix).

    A walk follows goods from seller to buyer and now and then starts anew, at a state drawn at random, rich and poor
    alike: PageRank is how often it is at a state (buying). CheiRank is the same against the goods (selling). Balance:
    (CheiRank - PageRank) over their sum, +1 only sells, -1 only buys.

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
                   with all, product is the named ones together, joined by +
    """
    _check_options(states, sensitivity, product, basket, as_json and as_csv)
    wanted = states_listed("--states", states, beside=(REST_OF_WORLD,))
    asked = states_listed("--sensitivity", sensitivity if sensitivity != EVERY else None, beside=(REST_OF_WORLD,))
    with steps(quiet, plain=False) as progress:
        where = store if store is not None else STORE if (STORE / "store.json").is_file() else None
        money, title = _money(where, year, progress)
        for code in (*wanted, *asked):
            money.state_at(code)
        named, lacking = _named(money, where, product, basket)
        ranks = _ranked(money, alpha, progress)
        if sensitivity is None:
            tables = _rank_tables(ranks, wanted, top)
        else:
            progress("following balances back to prices")
            tables = {"sensitivity": _sensitivity(ranks, asked, named, wanted)}
    for table in tables.values():
        table.insert(0, "year", year)
    if lacking and not quiet:
        click.echo(f"Of the basket {basket}, nobody trades {', '.join(lacking)} this year.", err=True)
    if as_json:
        echo_json_of(tables)
    elif as_csv:
        echo_csv(next(iter(tables.values())))
    else:
        click.echo(f"{year}: {title}")
        if sensitivity is None:
            _print_ranks(ranks, tables, top)
        elif not asked:
            _print_of_products(ranks, tables["sensitivity"], named, top)
        else:
            _print_of_state(ranks, tables["sensitivity"], asked[0], top)


def _check_options(
    states: str | None, sensitivity: str | None, product: str | None, basket: str | None, both: bool
) -> None:
    if both:
        raise click.UsageError("--json and --csv exclude each other; give one.")
    if product is not None and basket is not None:
        raise click.UsageError("--product and --basket exclude each other; give one.")
    named = product is not None or basket is not None
    if named and sensitivity is None:
        raise click.UsageError("--product and --basket go with --sensitivity STATE or --sensitivity all.")
    if sensitivity is not None and "," in sensitivity:
        raise click.UsageError("--sensitivity takes one state, or all.")
    if states is not None and sensitivity not in (None, EVERY):
        raise click.UsageError("--states goes with the ranks or with --sensitivity all, not with that of one state.")
    if sensitivity == EVERY and not named:
        raise click.UsageError("--sensitivity all needs the products whose price rises: --product or --basket.")


# ---- computing -------------------------------------------------------------------------------------


def _money(store: Path | None, year: int, progress: Callable[[str], None]) -> tuple[MoneyMatrix, str]:
    """The money matrix of the store, or else of the bundled sectors, and what it holds in words."""
    from influence.products.google import sector_money, store_money

    if store is None:
        progress("reading the bundled sectors")
        money = sector_money(year)
        size = f"{len(money.products)} goods sectors of OECD ICIO, {len(money.states)} economies"
        return money, f"{size}, ROW the rest of the world ({HINT})"
    progress(f"reading {store}")
    money = store_money(store, year)
    return money, f"{len(money.products):,} products, {len(money.states)} states, of the store {store}"


def _ranked(money: MoneyMatrix, alpha: float, progress: Callable[[str], None]) -> ProductRanks:
    from influence.products.google import product_ranks

    progress(f"walking among {len(money.imports):,} states and products")
    return product_ranks(money, alpha)


def _rank_tables(ranks: ProductRanks, wanted: Sequence[str], top: int) -> dict[str, pd.DataFrame]:
    import pandas as pd

    from influence.products.google import node_table, product_table, state_table

    states = state_table(ranks)
    if wanted:
        states = states[states["iso3"].isin(wanted)].reset_index(drop=True)
    nodes = [node_table(ranks, direction, top, wanted or None) for direction in ("imports", "exports")]
    return {"states": states, "products": product_table(ranks), "nodes": pd.concat(nodes, ignore_index=True)}


def _named(
    money: MoneyMatrix, store: Path | None, product: str | None, basket: str | None
) -> tuple[list[str], list[str]]:
    """Products named with --product or --basket, and codes nobody trades; both empty: none named."""
    from influence.products.google import products_of

    if product is None and basket is None:
        return [], []
    if basket is not None:
        return products_of(money, _basket_codes(basket, store))
    codes = [part.strip() for part in (product or "").split(",") if part.strip()]
    if not codes:
        raise click.UsageError("--product names no product; write --product 270900 or --product B06.")
    found, lacking = products_of(money, codes)
    if lacking:
        products_of(money, lacking)  # what a person wrote is that person's to mend; a basket is for many years
    return found, []


def _basket_codes(basket: str, store: Path | None) -> Sequence[str]:
    """Codes of a basket in the revision of the store, or its sectors where there is none."""
    from influence.products.baskets import basket_named
    from influence.products.store.catalogue import read_store_info

    named = basket_named(basket)
    return named.sectors_or_fail() if store is None else named.codes_of(read_store_info(store).revision)


def _sensitivity(
    ranks: ProductRanks, asked: Sequence[str], named: Sequence[str], wanted: Sequence[str]
) -> pd.DataFrame:
    """Rows of the state asked for by product; of every state, for the named products together, where none is."""
    from influence.products.google import price_effects, price_sensitivities

    if not asked:
        table = price_effects(ranks, named)
        table.insert(1, "product", "+".join(named))
        return table[table["iso3"].isin(wanted)].reset_index(drop=True) if wanted else table
    table = price_sensitivities(ranks, asked[0])
    table.insert(0, "iso3", asked[0])
    return table[table["product"].isin(named)].reset_index(drop=True) if named else table


# ---- printing --------------------------------------------------------------------------------------


def _print_ranks(ranks: ProductRanks, tables: dict[str, pd.DataFrame], top: int) -> None:
    click.echo(_MEANT.format(restart=f"{1 - ranks.alpha:g}"))
    states, names = tables["states"], _product_names(ranks.money)
    rows = [
        [r.iso3, str(r.pagerank_place), number(r.pagerank), str(r.cheirank_place), number(r.cheirank),
         signed(r.balance), signed(r.trade_balance), _state_name(r.iso3)]
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


def _print_of_state(ranks: ProductRanks, table: pd.DataFrame, code: str, top: int) -> None:
    """What the price of each product does to one state."""
    from influence.products.google import state_table

    names = _product_names(ranks.money)
    balance = state_table(ranks).set_index("iso3")["balance"][code]
    click.echo(f"{_state_name(code)} ({code}): balance {signed(balance)} between selling and buying.")
    click.echo(_STANDS)
    rows = [
        [r.product, _per_percent(r.sensitivity), _per_percent(r.trade_sensitivity), dollars(r.import_usd),
         dollars(r.export_usd), names.get(r.product, "")]
        for r in table.head(top).itertuples()
    ]  # fmt: skip
    echo_table(["product", "balance", "in dollars", "imports", "exports", "name"], rows)
    if 1 < len(table) < len(ranks.money.products):
        whole, plain = (_per_percent(table[column].sum()) for column in ("sensitivity", "trade_sensitivity"))
        click.echo(f"All {len(table)} together: {whole}; in dollars {plain}.")


def _print_of_products(ranks: ProductRanks, table: pd.DataFrame, named: Sequence[str], top: int) -> None:
    """What the price of some products does to every state."""
    names = _product_names(ranks.money)
    goods = ", ".join(_product_text(code, names) for code in named[:8])
    click.echo(f"The price of {goods}{f' and {len(named) - 8} more' if len(named) > 8 else ''}.")
    click.echo(_STANDS)
    rows = [
        [r.iso3, _per_percent(r.sensitivity), _per_percent(r.trade_sensitivity), dollars(r.import_usd),
         dollars(r.export_usd), _state_name(r.iso3)]
        for r in table.head(top).itertuples()
    ]  # fmt: skip
    echo_table(["state", "balance", "in dollars", "imports", "exports", "name"], rows)


_MEANT = (
    "PageRank: how often a walk that follows goods from seller to buyer is at a state (buying); CheiRank: the same\n"
    "against the goods (selling). With chance {restart} a step it starts anew, at every state alike, rich or poor.\n"
    "Balance: (CheiRank - PageRank) over their sum, +1 only sells, -1 only buys; beside it that of plain dollars.\n"
)
_STANDS = (
    "Change of the balance were the price 1 % higher, and of the balance of plain dollars. Partners and quantities\n"
    "stay as they are: what the network makes of a price, no forecast.\n"
)


def _per_percent(slope: float) -> str:
    """What 1 % of price does to a balance: '-0.000131'."""
    return "no data" if slope != slope else f"{slope / 100:+.3g}"


def _state_name(code: str) -> str:
    from influence.states import load_states

    states = load_states()
    return "rest of the world" if code == REST_OF_WORLD else str(states["name"].get(code, ""))


def _product_names(money: MoneyMatrix) -> dict[str, str]:
    """Names of sectors, and of the products that are in a basket."""
    from influence.products.baskets import labels_of, load_baskets
    from influence.products.files import of_longest
    from influence.products.sectors import goods_sectors

    known = {**labels_of(load_baskets()), **goods_sectors()}
    found = {code: of_longest(code, known) for code in money.products}
    return {code: name for code, name in found.items() if name is not None}


def _product_text(code: str, names: dict[str, str]) -> str:
    return f"{code} {names[code]}" if code in names else code
