"""What `influence products` says to people: tables, and what they mean in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from influence.cli.printing import dollars, echo_table, percent

if TYPE_CHECKING:
    import pandas as pd

    from influence.products.baskets import Basket
    from influence.products.goods import Goods
    from influence.products.measures import Party

HINT = "for products import BACI: influence data import baci FILE..."
NAMED = 5
"""How many products a sentence names."""


def called(party: Party) -> str:
    """A state or group in a sentence: 'South Korea', 'the EU'."""
    from influence.states import pole_label

    return pole_label(party.name)


def print_table(
    rows: pd.DataFrame, shown: pd.DataFrame, goods: Goods, party: Party, poles: Sequence[Party], basket: Basket | None
) -> None:
    """The products of a state, the part of each pole, and what it comes to; `shown` are the rows to list."""
    imports = rows.empty or rows["direction"].iloc[0] == "imports"
    flow = "imports" if imports else "exports"
    _print_head(goods, f"{called(party)} ({party.name}), {flow} of {goods.year}", basket)
    if rows.empty:
        click.echo(f"{_first(called(party))} {flow} none of them.")
    else:
        _print_rows(shown, poles, imports=imports)
        hidden = rows["product"].nunique() - shown["product"].nunique()
        if hidden:
            click.echo(f"… and {hidden:,} more; --top {hidden + shown['product'].nunique()} lists all.")
        click.echo("")
        for pole in poles:
            click.echo(_in_words(rows, goods, party, pole, basket))
        if not poles and imports:
            count = int(rows["critical"].astype(bool).sum())
            click.echo(f"{_of_all(rows, goods, basket)} {called(party)} depends critically on imports of {count:,}.")
    for note in _notes(rows, goods, party, poles):
        click.echo(note)


def _print_head(goods: Goods, what: str, basket: Basket | None) -> None:
    hint = "" if goods.revision else f" ({HINT})"
    click.echo(f"{what}: {goods.title}{hint}")
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
        test = [_yes(one["critical"])] if imports else []
        cells = [dollars(float(one["total_usd"])), *shares, largest, f"{one['concentration']:.2f}", *test, *costs]
        lines.append([str(product), *cells, str(one["name"])])
    test = ["critical"] if imports else []
    costs = [f"cut-off {name}" for name in names] if imports else []
    flow, partner = ("imports", "supplier") if imports else ("exports", "market")
    head = ["product", flow, *names, f"largest {partner}", "concentration", *test, *costs, "name"]
    echo_table(head, lines)


def _cost(row: pd.Series) -> str:
    """The cost of a cut-off for people; 'no bound' where the pole is the sole supplier."""
    if row["flag"] == "sole_supplier":
        return "no bound"
    return _loss(float(row["cut_off_cost"]))


def _loss(cost: float) -> str:
    """Log points lost as a share for people: '0.67 %'."""
    lost = -100 * math.expm1(-cost)
    return f"{lost:.2f} %" if lost >= 0.005 or lost == 0 else "< 0.01 %"


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _first(text: str) -> str:
    """With a capital letter."""
    return text[:1].upper() + text[1:]


def _of_all(rows: pd.DataFrame, goods: Goods, basket: Basket | None) -> str:
    count = rows["product"].nunique()
    what = ("product" if goods.revision else "sector") + ("" if count == 1 else "s")
    return f"Of {count:,} {what}{' in the basket' if basket is not None else ''},"


def _in_words(rows: pd.DataFrame, goods: Goods, party: Party, pole: Party, basket: Basket | None) -> str:
    """What the pole has in hand, in a sentence or two."""
    of = rows[rows["pole"] == pole.name]
    whole, part = int(of["total_usd"].sum()), int(of["pole_usd"].sum())
    share = f"{percent(part / whole)} of these {of['direction'].iloc[0]}, {dollars(part)} of {dollars(whole)}"
    if of["direction"].iloc[0] == "exports":
        return f"{_first(called(pole))} takes {share}."
    held = of[of["critical_on_pole"].astype(bool)].sort_values(["pole_usd", "product"], ascending=[False, True])
    listed = ", ".join(_told(row) for row in held.head(NAMED).to_dict(orient="records"))
    more = f" and {len(held) - NAMED:,} more" if len(held) > NAMED else ""
    told = f"{_of_all(rows, goods, basket)} {called(party)} depends critically on {called(pole)} in {len(held):,}"
    first = f"{told}: {listed}{more}." if listed else f"{told}."
    return f"{first} {_first(called(pole))} supplies {share}. {_lost(of, goods)}"


def _told(row: Mapping[str, Any]) -> str:
    name = f" {row['name']}" if row["name"] else ""
    return f"{row['product']}{name} ({percent(row['pole_share'])})"


def _lost(of: pd.DataFrame, goods: Goods) -> str:
    """What a cut-off of all of it would cost, as far as there is a bound."""
    sole = of["flag"] == "sole_supplier"
    of_what = "spending on goods" if goods.home else "imports of goods"
    bounded = f"Were it cut off from all of it, at most about {_loss(math.fsum(of['cut_off_cost'].dropna()))} of its "
    told = f"{bounded}{of_what} would be lost (first order, elasticity of substitution {_span(of['sigma'])})"
    if not sole.any():
        return f"{told}."
    return f"{told}, and without bound what {int(sole.sum()):,} of them are worth: it is their sole supplier."


def _span(sigma: pd.Series) -> str:
    low, high = float(sigma.min()), float(sigma.max())
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _notes(rows: pd.DataFrame, goods: Goods, party: Party, poles: Sequence[Party]) -> list[str]:
    """What a reader must know of the data."""
    notes = []
    if not rows.empty and (rows["tested"] == "2 of 3").any():
        notes.append(
            "Whether a product is mostly imported is not observed, as sales at home are in no product file: critical "
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
            notes.append(f"Of {called(one)}, {', '.join(absent)} are not in the data and count with the others.")
    return [*notes, *goods.scope_notes((party, *poles))]


def print_points(
    rows: pd.DataFrame, shown: pd.DataFrame, goods: Goods, party: Party | None, basket: Basket | None
) -> None:
    """Chokepoints of the world, or those a state depends on and those it holds."""
    what = f"Chokepoints of {goods.year}" + (f" for {called(party)} ({party.name})" if party is not None else "")
    _print_head(goods, what, basket)
    if party is None:
        _print_points(shown, state=False)
        _print_suppliers(rows)
    else:
        _print_role(rows, shown, "depends", f"{_first(called(party))} depends critically on")
        _print_role(rows, shown, "supplies", f"Others depend critically on {called(party)} for")
    click.echo("A state depends critically on its largest supplier of what is critical (influence products --help).")
    if not goods.home:
        click.echo("Of single states two of the test's three parts are observed: sales at home are in no product file.")


def _print_role(rows: pd.DataFrame, shown: pd.DataFrame, role: str, told: str) -> None:
    count = int((rows["role"] == role).sum())
    click.echo(f"\n{told} {'nothing.' if not count else f'{count:,} of them:'}")
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
    """Chokepoints by supplier, those with most first."""
    sums = rows.groupby("supplier").agg(
        products=("product", "size"), ties=("states", "sum"), bought_usd=("bought_usd", "sum")
    )
    ordered = sums.reset_index().sort_values(["ties", "bought_usd", "supplier"], ascending=[False, False, True])
    click.echo(f"\n{len(rows):,} chokepoints are held by {len(ordered)} suppliers:")
    lines = [
        [r["supplier"], f"{r['products']:,}", f"{r['ties']:,}", dollars(float(r["bought_usd"]))]
        for r in ordered.head(10).to_dict(orient="records")
    ]
    echo_table(["supplier", "products", "dependent states", "they buy"], lines)


def basket_records(baskets: Mapping[str, Basket]) -> pd.DataFrame:
    """One record a basket and code: basket, title, revision (or sectors), code, label, source, note."""
    import pandas as pd

    from influence.products.files import of_longest
    from influence.products.sectors import goods_sectors

    found = []
    for name, basket in baskets.items():
        kinds = {**basket.codes, **({"sectors": basket.sectors} if basket.sectors else {})}
        for kind, codes in kinds.items():
            for code in codes:
                label = goods_sectors()[code] if kind == "sectors" else of_longest(code, basket.labels)
                found.append((name, basket.title, kind, code, label, basket.source, basket.note))
    return pd.DataFrame(found, columns=["basket", "title", "revision", "code", "label", "source", "note"])


def print_baskets(baskets: Mapping[str, Basket]) -> None:
    """The baskets with what they hold and where from."""
    from textwrap import fill

    table = basket_records(baskets)
    for name, basket in baskets.items():
        click.echo(f"\n{name}: {basket.title}")
        own = table[table["basket"] == name]
        codes = own.groupby("revision", sort=False)["code"].agg(", ".join)
        for same, listed in codes.groupby(codes, sort=False):
            click.echo(f"  {', '.join(listed.index)}: {same}")
        labels = own.drop_duplicates("code")
        click.echo(fill("; ".join(f"{r.code} {r.label}" for r in labels.itertuples()), 110, initial_indent="  ",
                        subsequent_indent="  "))  # fmt: skip
        for text in (basket.note, f"Source: {basket.source}"):
            click.echo(fill(text, 110, initial_indent="  ", subsequent_indent="  "))
