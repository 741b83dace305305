"""Output of `influence products` for people: tables, and sentences on them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from influence.cli.printing import dollars, echo_table, percent
from influence.cli.product_options import IMPORT_HINT
from influence.errors import pluralize

if TYPE_CHECKING:
    import pandas as pd

    from influence.products.baskets import Basket
    from influence.products.goods import Goods
    from influence.products.parties import Party
    from influence.states import Registry

NAMED = 5
"""How many products a sentence names."""


def label(goods: Goods, party: Party) -> str:
    """A state or group in a sentence: 'South Korea', 'the EU'."""
    return goods.registry.pole_label(party.name)


def print_products(
    rows: pd.DataFrame, shown: pd.DataFrame, goods: Goods, party: Party, poles: Sequence[Party], basket: Basket | None
) -> None:
    """Print the products of a state with the share of each pole, and a summary.

    Parameters
    ----------
    rows : all rows of the table; the summary refers to them.
    shown : the rows to list.
    """
    imports = rows.empty or rows["direction"].iloc[0] == "imports"
    flow = "imports" if imports else "exports"
    _print_head(goods, f"{label(goods, party)} ({party.name}), {flow} of {goods.year}", basket)
    if rows.empty:
        click.echo(f"{_capitalize(label(goods, party))} {flow} none of them.")
    else:
        _print_rows(shown, poles, imports=imports)
        hidden = rows["product"].nunique() - shown["product"].nunique()
        if hidden:
            click.echo(f"… and {hidden:,} more; --top {hidden + shown['product'].nunique()} lists all.")
        click.echo("")
        for pole in poles:
            click.echo(_summarize(rows, goods, party, pole, basket))
        if not poles and imports:
            count = int(rows["critical"].astype(bool).sum())
            asked = _count_products(rows, goods, basket)
            click.echo(f"{asked} {label(goods, party)} depends critically on imports of {count:,}.")
    for note in _notes(rows, goods, party, poles):
        click.echo(note)


def _print_head(goods: Goods, title: str, basket: Basket | None) -> None:
    hint = "" if goods.revision else f" ({IMPORT_HINT})"
    click.echo(f"{title}: {goods.title}{hint}")
    if basket is not None:
        click.echo(f"Basket {basket.name}: {basket.title}. {basket.note}")


def _print_rows(shown: pd.DataFrame, poles: Sequence[Party], *, imports: bool) -> None:
    names = [pole.name for pole in poles]
    wide = {key: rows.set_index("pole") for key, rows in shown.groupby("product", sort=False)}
    lines = []
    for product, of in wide.items():
        one = of.iloc[0]
        shares = [percent(float(of.loc[name, "pole_share"])) for name in names]
        costs = [_cost(of.loc[name]) for name in names] if imports else []
        largest = f"{one['largest']} {percent(float(one['largest_share']))}" if one["largest"] else "ROW alone"
        test = ["yes" if one["critical"] else "no"] if imports else []
        cells = [dollars(float(one["total_usd"])), *shares, largest, f"{one['concentration']:.2f}", *test, *costs]
        lines.append([str(product), *cells, str(one["name"])])
    test = ["critical"] if imports else []
    costs = [f"cut-off {name}" for name in names] if imports else []
    flow, partner = ("imports", "supplier") if imports else ("exports", "market")
    head = ["product", flow, *names, f"largest {partner}", "concentration", *test, *costs, "name"]
    echo_table(head, lines)


def _cost(row: pd.Series) -> str:
    """The cost of a cut-off; 'no bound' where the pole is the sole supplier."""
    if row["flag"] == "sole_supplier":
        return "no bound"
    return _loss(float(row["cut_off_cost"]))


def _loss(cost: float) -> str:
    """A loss in log points as a share: '0.67 %'."""
    lost = -100 * math.expm1(-cost)
    return f"{lost:.2f} %" if lost >= 0.005 or lost == 0 else "< 0.01 %"


def _capitalize(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _count_products(rows: pd.DataFrame, goods: Goods, basket: Basket | None) -> str:
    count = pluralize(rows["product"].nunique(), "product" if goods.revision else "sector")
    return f"Of {count}{' in the basket' if basket is not None else ''},"


def _summarize(rows: pd.DataFrame, goods: Goods, party: Party, pole: Party, basket: Basket | None) -> str:
    """The share of the pole, and for imports the critical dependence and the cost of a cut-off."""
    of_pole = rows[rows["pole"] == pole.name]
    total, part = int(of_pole["total_usd"].sum()), int(of_pole["pole_usd"].sum())
    share = f"{percent(part / total)} of these {of_pole['direction'].iloc[0]}, {dollars(part)} of {dollars(total)}"
    if of_pole["direction"].iloc[0] == "exports":
        return f"{_capitalize(label(goods, pole))} takes {share}."
    critical = of_pole[of_pole["critical_on_pole"].astype(bool)]
    critical = critical.sort_values(["pole_usd", "product"], ascending=[False, True])
    listed = ", ".join(_name_product(row) for row in critical.head(NAMED).to_dict(orient="records"))
    more = f" and {len(critical) - NAMED:,} more" if len(critical) > NAMED else ""
    dependence = f"{label(goods, party)} depends critically on {label(goods, pole)} in {len(critical):,}"
    dependence = f"{_count_products(rows, goods, basket)} {dependence}{f': {listed}{more}' if listed else ''}."
    return f"{dependence} {_capitalize(label(goods, pole))} supplies {share}. {_describe_cut_off(of_pole, goods)}"


def _name_product(row: Mapping[str, Any]) -> str:
    name = f" {row['name']}" if row["name"] else ""
    return f"{row['product']}{name} ({percent(row['pole_share'])})"


def _describe_cut_off(of_pole: pd.DataFrame, goods: Goods) -> str:
    """The cost of a cut-off from all products of the pole, where there is a bound."""
    sole = int((of_pole["flag"] == "sole_supplier").sum())
    base = "spending on goods" if goods.home else "imports of goods"
    cost = _loss(math.fsum(of_pole["cut_off_cost"].dropna()))
    text = (
        f"A cut-off from all of it would cost at most about {cost} of its {base} (first order, "
        f"elasticity of substitution {_span(of_pole['sigma'])})"
    )
    if not sole:
        return f"{text}."
    return f"{text}, and without bound the value of {sole:,} of them: it is their sole supplier."


def _span(sigma: pd.Series) -> str:
    low, high = float(sigma.min()), float(sigma.max())
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _notes(rows: pd.DataFrame, goods: Goods, party: Party, poles: Sequence[Party]) -> list[str]:
    """Limits of the data that a reader must know."""
    notes = []
    if not rows.empty and (rows["tested"] == "2 of 3").any():
        notes.append(
            "Whether a product is mostly imported is not observed, because product files lack domestic sales: critical "
            "are those whose suppliers are concentrated and which its exports could not replace (2 of 3 parts)."
        )
    if not rows.empty and (rows["unnamed_share"] > 0).any():
        most = percent(float(rows["unnamed_share"].max()))
        notes.append(
            f"Up to {most} of a {'product' if goods.revision else 'sector'} is with ROW, the rest of the world, which "
            f"counts as many small partners: concentration is a lower bound."
        )
    if goods.left_out:
        notes.append(goods.left_out)
    for one in (party, *poles):
        if absent := goods.absent(one):
            notes.append(f"Of {label(goods, one)}, {', '.join(absent)} are not in the data and count as other states.")
    return [*notes, *goods.scope_notes((party, *poles))]


def print_chokepoints(
    rows: pd.DataFrame, shown: pd.DataFrame, goods: Goods, party: Party | None, basket: Basket | None
) -> None:
    """Print the chokepoints of the world, or of a state: where it depends on others, and others on it.

    Parameters
    ----------
    rows : all rows of the table.
    shown : the rows to list.
    """
    title = f"Chokepoints of {goods.year}" + (f" for {label(goods, party)} ({party.name})" if party is not None else "")
    _print_head(goods, title, basket)
    if party is None:
        _print_points(shown, state=False)
        _print_suppliers(rows)
    else:
        _print_role(rows, shown, "depends", f"{_capitalize(label(goods, party))} depends critically on")
        _print_role(rows, shown, "supplies", f"Others depend critically on {label(goods, party)} for")
    click.echo("A state depends critically on the largest supplier of a critical product (influence products --help).")
    if not goods.home:
        click.echo(
            "For single states, product files show two of the three parts of the test: they lack domestic sales."
        )


def _print_role(rows: pd.DataFrame, shown: pd.DataFrame, role: str, title: str) -> None:
    count = int((rows["role"] == role).sum())
    click.echo(f"\n{title} {'nothing.' if not count else f'{count:,} of them:'}")
    if count:
        _print_points(shown[shown["role"] == role], state=role == "depends")


def _print_points(shown: pd.DataFrame, *, state: bool) -> None:
    head = ["supplier", "product", *(["bought"] if state else []), "states", "they buy", "of world exports", "name"]
    lines = [
        [
            r["supplier"], r["product"], *([dollars(float(r["state_usd"]))] if state else []), str(r["states"]),
            dollars(float(r["bought_usd"])), percent(r["world_share"]), r["name"],
        ]
        for r in shown.to_dict(orient="records")
    ]  # fmt: skip
    echo_table(head, lines)


def _print_suppliers(rows: pd.DataFrame) -> None:
    """Number of chokepoints by supplier, the largest first."""
    sums = rows.groupby("supplier").agg(
        products=("product", "size"), ties=("states", "sum"), bought_usd=("bought_usd", "sum")
    )
    ordered = sums.reset_index().sort_values(["ties", "bought_usd", "supplier"], ascending=[False, False, True])
    click.echo(f"\n{len(rows):,} chokepoints have {len(ordered)} suppliers:")
    lines = [
        [r["supplier"], f"{r['products']:,}", f"{r['ties']:,}", dollars(float(r["bought_usd"]))]
        for r in ordered.head(10).to_dict(orient="records")
    ]
    echo_table(["supplier", "products", "dependent states", "they buy"], lines)


def print_baskets(baskets: Mapping[str, Basket], registry: Registry) -> None:
    """Print the baskets with their codes, notes and sources."""
    from textwrap import fill

    from influence.products.baskets import basket_table

    table = basket_table(baskets, registry)
    for name, basket in baskets.items():
        click.echo(f"\n{name}: {basket.title}")
        rows = table[table["basket"] == name]
        codes = rows.groupby("revision", sort=False)["code"].agg(", ".join)
        for same, listed in codes.groupby(codes, sort=False):
            click.echo(f"  {', '.join(listed.index)}: {same}")
        labels = rows.drop_duplicates("code")
        click.echo(fill("; ".join(f"{r.code} {r.label}" for r in labels.itertuples()), 110, initial_indent="  ",
                        subsequent_indent="  "))  # fmt: skip
        for text in (basket.note, f"Source: {basket.source}"):
            click.echo(fill(text, 110, initial_indent="  ", subsequent_indent="  "))
