"""`influence products`: suppliers, critical dependence and chokepoints by product."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import (
    config_option,
    csv_option,
    exclusive,
    json_option,
    path_option,
    quiet_option,
    split_list,
    with_options,
    year_option,
)
from influence.cli.printing import echo_csv, echo_json, json_text
from influence.cli.product_options import find_store, panel_or_store_option, store_or_sectors_option
from influence.cli.progress import steps
from influence.cli.settings import open_registry
from influence.config import Config, load_config
from influence.schema import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from influence.products.baskets import Basket
    from influence.products.goods import Goods
    from influence.products.parties import Party
    from influence.products.store.engine_base import Engine
    from influence.states import Registry

TOP = 20
SUFFIXES = (".csv", ".json", ".parquet")
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--pole", "poles", help="CHN or CHN,USA: whose shares are shown; by default the configured poles."),
    year_option(type=int, help="Year; by default the last one available."),
    click.option("--basket", "basket_name", metavar="NAME", help="Only these goods; --baskets lists the names."),
    click.option("--product", "products", help="Only these: 280530,2846 (2, 4 or 6 digits), or sectors: B06,C26."),
    click.option("--direction", type=click.Choice(SIDES), default="imports", show_default=True,
                 help="imports: suppliers; exports: markets."),
    click.option("--by", "order", type=click.Choice(("value", "share", "cost")), default="value", show_default=True,
                 help="Order: value from the first pole, its share, or the cost of its cut-off."),
    click.option("--top", type=click.IntRange(1), help=f"Number of products; {TOP} on the screen, else all."),
    click.option("--chokepoints", is_flag=True,
                 help="Suppliers and products on which states depend critically; of the world, or for STATE."),
    click.option("--baskets", "listing", is_flag=True, help="List the baskets with their codes and sources."),
    store_or_sectors_option,
    click.option("--sectors", is_flag=True, help="Use the bundled sectors, even if there is a store."),
    click.option("--engine", type=click.Choice(("duckdb", "spark")), default="duckdb", show_default=True,
                 help="Query engine."),
    click.option("--master", help="Where Spark runs: local[2], or spark://HOST:PORT of a cluster."),
    path_option("--elasticities",
                help="CSV with product (2, 4, 6 digits or sector) and sigma; else the configured elasticity + 1."),
    path_option("--names", "names_file", help="CSV with code and description, such as BACI's product_codes file."),
    path_option("--baskets-file", help="Custom baskets (YAML)."),
    config_option(help="Configuration (INFLUENCE_CONFIG, else config.yaml here)."),
    panel_or_store_option,
    json_option(help="Print a list of records."),
    csv_option,
    path_option("--out", help="Write the records: .csv, .json or .parquet."),
    quiet_option,
)  # fmt: skip


@click.command()
@click.argument("state", required=False)
@with_options(*_OPTIONS)
def command(
    state: str | None, poles: str | None, year: int | None, basket_name: str | None, products: str | None,
    direction: str, order: str, top: int | None, chokepoints: bool, listing: bool, store: Path | None, sectors: bool,
    engine: str, master: str | None, elasticities: Path | None, names_file: Path | None, baskets_file: Path | None,
    config_path: Path | None, panel_dir: Path | None, as_json: bool, as_csv: bool, out: Path | None, quiet: bool,
) -> None:  # fmt: skip
    """Show for which goods STATE (a state or a group) depends on whom: suppliers, critical dependence, cut-off cost.

    \b
    influence products KOR --pole CHN
    influence products eu --pole CHN,USA --year 2022 --by share
    influence products KOR --pole CHN --year 2020 --basket rare_earths --store outputs/store
    influence products JPN --chokepoints
    influence products --baskets

    A dependence is critical by the test of the European Commission (SWD(2021) 352): concentrated suppliers, mostly
    imported, not replaceable by exports. The configuration `critical` sets its limits. Records: one a product and pole,
    with year, state, direction, product, name, pole, pole_usd, pole_share, critical_on_pole, cut_off_cost, flag,
    total_usd, partners, largest, largest_share, concentration, unnamed_share, world_concentration, weight, sigma,
    import_share, imports_over_exports, concentrated, mostly_imported, not_replaceable, critical, tested. With
    --chokepoints: year, role, supplier, product, name, states, state_usd, bought_usd, imports_usd, world_share,
    world_concentration.
    """
    exclusive(json=as_json, csv=as_csv)
    exclusive(product=products, basket=basket_name is not None)
    exclusive(store=store, sectors=sectors)
    _check_options(state, listing or chokepoints, out, costs_of_exports=order == "cost" and direction == "exports")
    from influence.products.baskets import load_basket, load_baskets
    from influence.products.files import read_elasticities, read_product_names

    config = load_config(config_path)
    registry = open_registry(config, panel_dir)
    if listing:
        _list_baskets(load_baskets(baskets_file, registry), registry, as_json, as_csv)
        return
    basket = load_basket(basket_name, baskets_file, registry) if basket_name is not None else None
    labels = read_product_names(names_file) if names_file is not None else {}
    sigmas = read_elasticities(elasticities) if elasticities is not None else {}
    with steps(quiet, plain=False) as progress:
        from influence.products.store.engine import open_engine

        with open_engine(engine, master=master) as running:
            progress("reading the flows")
            where = None if sectors else find_store(store, panel_dir)
            goods = _load_goods(running, where, year, registry, labels, baskets_file)
            codes = goods.codes(basket, split_list(products))
            party = goods.party(state) if state is not None else None
            traded = goods.traded(running, codes)
            asked, dropped = _find_poles(goods, party, poles, config)
            progress("computing shares and dependence")
            if chokepoints:
                rows = _chokepoint_rows(running, goods, party, asked if poles else [], codes, config)
            else:
                assert party is not None
                rows = _product_rows(
                    running, goods, party, asked, codes, config, side=direction, order=order, elasticities=sigmas
                )
    shown = _select_top(rows, top, everything=as_json or as_csv or out is not None)
    if out is not None:
        _write(shown, out)
    if as_json:
        echo_json(shown)
    elif as_csv:
        echo_csv(shown)
    elif out is not None:
        click.echo(f"{out}: {len(shown)} records.")
    else:
        from influence.cli.product_output import print_chokepoints, print_products

        if chokepoints:
            print_chokepoints(rows, shown, goods, party, basket)
        else:
            assert party is not None
            print_products(rows, shown, goods, party, asked, basket)
    if not quiet:
        untraded = [code for code in codes if code not in traded]
        _print_warnings(goods, [] if chokepoints else dropped, untraded)
        if sigmas and not chokepoints:
            _print_matches(rows, elasticities, sigmas)


def _check_options(state: str | None, without_state: bool, out: Path | None, *, costs_of_exports: bool) -> None:
    if state is None and not without_state:
        raise click.UsageError("Missing argument 'STATE': influence products KOR. (Only --chokepoints needs none.)")
    if out is not None and out.suffix not in SUFFIXES:
        raise click.UsageError(f"--out {out} must end in {', '.join(SUFFIXES)}.")
    if costs_of_exports:
        raise click.UsageError("--by cost is for imports: the cost is that of losing a supplier.")


# ---- computing -------------------------------------------------------------------------------------


def _load_goods(
    engine: Engine, store: Path | None, year: int | None, registry: Registry, labels: dict[str, str],
    baskets_file: Path | None,
) -> Goods:  # fmt: skip
    from influence.products.baskets import basket_labels, load_baskets
    from influence.products.goods import load_sector_goods, load_store_goods

    if store is None:
        return load_sector_goods(engine, year, registry)
    known = basket_labels(load_baskets(baskets_file, registry))
    return load_store_goods(engine, store, year, {**known, **labels}, registry)


def _find_poles(goods: Goods, party: Party | None, poles: str | None, config: Config) -> tuple[list[Party], list[str]]:
    """The poles that the user named; else the configured ones that fit the party, and why others do not."""
    from influence.errors import StateError
    from influence.products.table import check_no_overlap

    if poles is not None:
        named = [goods.party(pole) for pole in split_list(poles)]
        if len({pole.name for pole in named}) < len(named) or not named:
            raise click.UsageError(f"--pole {poles} must name states or groups, each once: --pole CHN,USA.")
        return named, []
    found, dropped = [], []
    for name in map(goods.registry.pole_name, config.poles):
        try:
            pole = goods.party(name)
            if party is not None:
                check_no_overlap(party, [pole])
        except StateError as err:
            dropped.append(str(err))
        else:
            found.append(pole)
    return found, dropped


def _product_rows(
    engine: Engine, goods: Goods, party: Party, poles: list[Party], codes: tuple[str, ...], config: Config, *,
    side: str, order: str, elasticities: dict[str, float],
) -> pd.DataFrame:  # fmt: skip
    from influence.products.table import product_table, sort_products

    table = product_table(
        goods.flows, party, poles, side=side, limits=config.critical, sigma=config.elasticity + 1.0,
        elasticities=elasticities, home=goods.home,
    )  # fmt: skip
    rows = engine.to_pandas(goods.select(table, codes))
    return sort_products(rows, goods.labels, [pole.name for pole in poles], order=order)


def _chokepoint_rows(
    engine: Engine, goods: Goods, party: Party | None, poles: list[Party], codes: tuple[str, ...], config: Config
) -> pd.DataFrame:
    from influence.products.table import chokepoint_table, sort_chokepoints

    table = goods.select(chokepoint_table(goods.flows, party, limits=config.critical, home=goods.home), codes)
    if poles:
        table = table.filter(table["supplier"].isin([code for pole in poles for code in pole.members(goods.year)]))
    return sort_chokepoints(engine.to_pandas(table), goods.labels)


def _select_top(rows: pd.DataFrame, top: int | None, *, everything: bool) -> pd.DataFrame:
    """The first products, or the first chokepoints of each role."""
    if top is None and everything:
        return rows
    most = top or TOP
    if "role" in rows:
        return rows.groupby("role", sort=False).head(most).reset_index(drop=True)
    kept = list(dict.fromkeys(rows["product"]))[:most]
    return rows[rows["product"].isin(kept)].reset_index(drop=True)


# ---- output ----------------------------------------------------------------------------------------


def _write(rows: pd.DataFrame, out: Path) -> None:
    from influence.export.tables import write_table
    from influence.files import write_text

    if out.suffix == ".json":
        write_text(out, json_text(rows) + "\n")
    else:
        write_table(rows, out)


def _list_baskets(baskets: dict[str, Basket], registry: Registry, as_json: bool, as_csv: bool) -> None:
    from influence.cli.product_output import print_baskets
    from influence.products.baskets import basket_table

    if as_json or as_csv:
        (echo_json if as_json else echo_csv)(basket_table(baskets, registry))
    else:
        print_baskets(baskets, registry)


def _print_warnings(goods: Goods, dropped: list[str], untraded: list[str]) -> None:
    for reason in dropped:
        click.echo(f"A configured pole is left out: {reason}", err=True)
    if untraded:
        click.echo(f"Nobody traded {', '.join(untraded)} in {goods.year}.", err=True)


def _print_matches(rows: pd.DataFrame, path: Path | None, sigmas: dict[str, float]) -> None:
    from influence.products.files import longest_match

    found = sum(longest_match(code, sigmas) is not None for code in set(rows["product"]))
    click.echo(f"{path} has elasticities for {found} of {rows['product'].nunique()} products.", err=True)
