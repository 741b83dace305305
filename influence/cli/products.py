"""`influence products`: which goods hold the lever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from influence.cli.options import year_option
from influence.cli.printing import echo_csv, echo_json
from influence.cli.progress import steps
from influence.cli.settings import settings_of
from influence.config import Config
from influence.schema import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from influence.products.baskets import Basket
    from influence.products.goods import Goods
    from influence.products.measures import Party
    from influence.products.store.engine import Engine

STORE = Path("outputs/store")
TOP = 20
ENDINGS = (".csv", ".json", ".parquet")
_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--pole", "poles", help="CHN or CHN,USA: whose part is told; the settings' poles by default."),
    year_option(type=int, help="Year to look at; the last there is by default."),
    click.option("--basket", "basket_name", metavar="NAME", help="These goods alone; --baskets lists the names."),
    click.option("--product", "products", help="These alone: 280530,2846 (2, 4 or 6 digits), or sectors: B06,C26."),
    click.option("--direction", type=click.Choice(SIDES), default="imports", show_default=True,
                 help="imports: suppliers; exports: markets."),
    click.option("--by", "order", type=click.Choice(("value", "share", "cost")), default="value", show_default=True,
                 help="Order: what comes from the first pole, its share, or the cost of its cut-off."),
    click.option("--top", type=click.IntRange(1), help=f"How many products; {TOP} on the screen, else all."),
    click.option("--chokepoints", is_flag=True,
                 help="Suppliers and products others cannot do without; of the world, or for STATE."),
    click.option("--baskets", "listing", is_flag=True, help="List the baskets with their codes and sources."),
    click.option("--store", type=click.Path(path_type=Path),
                 help="Product store; outputs/store by default where it is, else the bundled goods sectors."),
    click.option("--sectors", is_flag=True, help="The bundled sectors, even where there is a store."),
    click.option("--engine", type=click.Choice(("duckdb", "spark")), default="duckdb", show_default=True,
                 help="What computes."),
    click.option("--master", help="Where Spark runs: local[2], or spark://HOST:PORT of a cluster."),
    click.option("--elasticities", type=click.Path(path_type=Path),
                 help="CSV with product (2, 4, 6 digits or sector) and sigma; else elasticity + 1 of the settings."),
    click.option("--names", "names_file", type=click.Path(path_type=Path),
                 help="CSV with code and description, as BACI's product_codes file."),
    click.option("--baskets-file", type=click.Path(path_type=Path), help="Baskets of your own (YAML)."),
    click.option("--config", "config_path", type=click.Path(path_type=Path), envvar="INFLUENCE_CONFIG",
                 help="Settings file (INFLUENCE_CONFIG, else config.yaml here)."),
    click.option("--panel", "panel_dir", type=click.Path(path_type=Path), help="Folder of another panel's sectors."),
    click.option("--json", "as_json", is_flag=True, help="A list of records."),
    click.option("--csv", "as_csv", is_flag=True, help="The same as comma-separated values."),
    click.option("--out", type=click.Path(path_type=Path), help="Write the records: .csv, .json or .parquet."),
    click.option("--quiet", is_flag=True, help="Say nothing but the result and errors."),
)  # fmt: skip


def _with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("state", required=False)
@_with_options
def command(
    state: str | None, poles: str | None, year: int | None, basket_name: str | None, products: str | None,
    direction: str, order: str, top: int | None, chokepoints: bool, listing: bool, store: Path | None, sectors: bool,
    engine: str, master: str | None, elasticities: Path | None, names_file: Path | None, baskets_file: Path | None,
    config_path: Path | None, panel_dir: Path | None, as_json: bool, as_csv: bool, out: Path | None, quiet: bool,
) -> None:  # fmt: skip
    """Which goods hold the lever on STATE (a state or a group): suppliers, critical dependence, cost of a cut-off.

    \b
    influence products KOR --pole CHN
    influence products eu --pole CHN,USA --year 2022 --by share
    influence products KOR --pole CHN --year 2020 --basket rare_earths --store outputs/store
    influence products JPN --chokepoints
    influence products --baskets

    Critical is what the European Commission's test calls so (SWD(2021) 352): concentrated suppliers, mostly imported,
    not replaceable by what is exported. Its limits are the setting critical. Records: one a product and pole, with
    year, state, direction, product, name, pole, pole_usd, pole_share, critical_on_pole, cut_off_cost, flag, total_usd,
    partners, largest, largest_share, concentration, unnamed_share, world_concentration, weight, sigma, import_share,
    imports_over_exports, concentrated, mostly_imported, not_replaceable, critical, tested. With --chokepoints: year,
    role, supplier, product, name, states, state_usd, bought_usd, imports_usd, world_share, world_concentration.
    """
    _check_flags(
        state, as_json and as_csv, products and basket_name, store and sectors, listing, chokepoints, out,
        order == "cost" and direction == "exports",
    )  # fmt: skip
    from influence.products.baskets import basket_named, load_baskets
    from influence.products.files import of_longest, read_elasticities, read_product_names

    if listing:
        _list_baskets(load_baskets(baskets_file), as_json, as_csv)
        return
    config = settings_of(config_path)
    basket = basket_named(basket_name, baskets_file) if basket_name is not None else None
    labels = read_product_names(names_file) if names_file is not None else {}
    sigmas = read_elasticities(elasticities) if elasticities is not None else {}
    where = None if sectors else store if store is not None else STORE if (STORE / "store.json").is_file() else None
    with steps(quiet, plain=False) as progress:
        from influence.cli.product_output import print_points, print_table
        from influence.products.store.engine import engine_of

        with engine_of(engine, master=master) as running:
            progress("reading the flows")
            goods = _goods(running, where, year, panel_dir, labels, baskets_file)
            codes = goods.codes(basket, _parts(products))
            party = goods.party(state) if state is not None else None
            traded = goods.traded(running, codes)
            asked, dropped = _asked_poles(goods, party, poles, config)
            progress("weighing who supplies what")
            if chokepoints:
                rows = _points(running, goods, party, asked if poles else [], codes, config)
            else:
                assert party is not None
                rows = _table(
                    running, goods, party, asked, codes, config, side=direction, order=order, elasticities=sigmas
                )
    rows, shown = _cut(rows, top, as_json or as_csv or out is not None)
    if out is not None:
        _write(shown, out)
    if as_json:
        echo_json(shown)
    elif as_csv:
        echo_csv(shown)
    elif out is not None:
        click.echo(f"{out}: {len(shown)} records.")
    elif chokepoints:
        print_points(rows, shown, goods, party, basket)
    else:
        assert party is not None
        print_table(rows, shown, goods, party, asked, basket)
    if not quiet:
        for note in [] if chokepoints else dropped:
            click.echo(f"Of the settings' poles one is left out: {note}", err=True)
        if lacking := [code for code in codes if code not in traded]:
            click.echo(f"Nobody traded {', '.join(lacking)} in {goods.year}.", err=True)
        if sigmas and not chokepoints:
            found = sum(of_longest(code, sigmas) is not None for code in set(rows["product"]))
            click.echo(f"{elasticities} has elasticities for {found} of {rows['product'].nunique()}.", err=True)


def _check_flags(
    state: str | None, both: Any, doubled: Any, homes: Any, listing: bool, chokepoints: bool, out: Path | None,
    costly: bool,
) -> None:  # fmt: skip
    if both:
        raise click.UsageError("--json and --csv exclude each other; give one.")
    if doubled:
        raise click.UsageError("--product and --basket exclude each other; give one.")
    if homes:
        raise click.UsageError("--store and --sectors exclude each other; give one.")
    if state is None and not listing and not chokepoints:
        raise click.UsageError("Missing argument 'STATE': influence products KOR. (--chokepoints goes without.)")
    if out is not None and out.suffix not in ENDINGS:
        raise click.UsageError(f"--out {out} must end in {', '.join(ENDINGS)}.")
    if costly:
        raise click.UsageError("--by cost is for imports: the cost is that of losing a supplier.")


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _goods(
    engine: Engine, store: Path | None, year: int | None, panel_dir: Path | None, labels: dict[str, str],
    baskets_file: Path | None,
) -> Goods:  # fmt: skip
    from influence.products.baskets import labels_of, load_baskets
    from influence.products.goods import sector_goods, store_goods

    if store is None:
        return sector_goods(engine, year, panel_dir)
    return store_goods(engine, store, year, {**labels_of(load_baskets(baskets_file)), **labels})


def _asked_poles(goods: Goods, party: Party | None, poles: str | None, config: Config) -> tuple[list[Party], list[str]]:
    """The poles that were named; else those of the settings that can be asked of the party, and why others cannot."""
    from influence.errors import StateError
    from influence.products.table import stand_apart
    from influence.states import pole_name

    if poles is not None:
        named = [goods.party(pole) for pole in _parts(poles)]
        if len({pole.name for pole in named}) < len(named) or not named:
            raise click.UsageError(f"--pole {poles} must name states or groups, each once: --pole CHN,USA.")
        return named, []
    found, dropped = [], []
    for pole in map(pole_name, config.poles):
        try:
            one = goods.party(pole)
            if party is not None:
                stand_apart(party, [one])
        except StateError as err:
            dropped.append(str(err))
        else:
            found.append(one)
    return found, dropped


def _table(
    engine: Engine, goods: Goods, party: Party, poles: list[Party], codes: tuple[str, ...], config: Config, *,
    side: str, order: str, elasticities: dict[str, float],
) -> pd.DataFrame:  # fmt: skip
    from influence.products.table import answer, named_and_ordered, product_table

    table = product_table(
        goods.flows, party, poles, side=side, limits=config.critical, sigma=config.elasticity + 1.0,
        elasticities=elasticities, home=goods.home,
    )  # fmt: skip
    rows = answer(engine, goods.of_codes(table, codes))
    return named_and_ordered(rows, goods.labels, [pole.name for pole in poles], order=order)


def _points(
    engine: Engine, goods: Goods, party: Party | None, poles: list[Party], codes: tuple[str, ...], config: Config
) -> pd.DataFrame:
    from influence.products.table import answer, chokepoint_table, points_ordered

    table = goods.of_codes(chokepoint_table(goods.flows, party, limits=config.critical, home=goods.home), codes)
    if poles:
        table = table.filter(table["supplier"].isin([code for pole in poles for code in pole.members(goods.year)]))
    return points_ordered(answer(engine, table), goods.labels)


def _cut(rows: pd.DataFrame, top: int | None, whole: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows, and the first of them to show: so many products, or of each role so many chokepoints."""
    if top is None and whole:
        return rows, rows
    most = top or TOP
    if "role" in rows:
        return rows, rows.groupby("role", sort=False).head(most).reset_index(drop=True)
    kept = list(dict.fromkeys(rows["product"]))[:most]
    return rows, rows[rows["product"].isin(kept)].reset_index(drop=True)


def _write(rows: pd.DataFrame, out: Path) -> None:
    from influence.export.tables import write_table
    from influence.files import write_text

    if out.suffix != ".json":
        write_table(rows, out)
        return
    import json

    found = rows.astype(object).where(rows.notna(), None).to_dict(orient="records")
    write_text(out, json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _list_baskets(baskets: dict[str, Basket], as_json: bool, as_csv: bool) -> None:
    from influence.cli.product_output import basket_records, print_baskets

    if as_json or as_csv:
        (echo_json if as_json else echo_csv)(basket_records(baskets))
    else:
        print_baskets(baskets)
