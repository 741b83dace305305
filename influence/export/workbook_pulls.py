"""The sheets a student looks at: weights to change, the composite with each pole's pull, and the balance."""

from __future__ import annotations

from influence.export.workbook_numbers import Numbers
from influence.export.workbook_sheets import HEAD, Book, begin_sheet, fit_paper, height_of, letter, sheet_of
from influence.metrics.pull import direct_pull, exposure, pairs_of, pull_balance
from influence.quality import coverage, covered
from influence.schema import COVERAGE_FLOOR, COVERAGE_ROUNDING
from influence.specs import LAYERS

FLOOR = f"{COVERAGE_FLOOR:g}-{COVERAGE_ROUNDING:.6f}"
"""Below it there is no result; the last digit of a sum must not decide."""
FIRST_WEIGHT = 5
WEIGHTS_WIDE = (12, 16, 20, 16, 90)
"""Columns of the sheet of weights, in letters."""
NOTHING = "1-0.000000000001"
"""From here on nothing of a column was observed."""


def write_weights(book: Book, numbers: Numbers) -> None:
    """The cells to change; what they become over the layers that exist in the year; and a name for each."""
    sheet = book.sheets["weights"]
    book.text("weights", 0, 0, "Weights of the layers", "title")
    book.text("weights", 1, 0, "Change the yellow cells; every sheet follows. Only their proportions count.", "note")
    book.text("weights", 2, 0, "A layer without any data in the year is left out, and the others share its weight.",
              "note")  # fmt: skip
    heads = ("layer", "weight", "exists in the year (1 yes, 0 no)", "weight used", "what it is")
    forms = ("head", "figure head", "figure head", "figure head", "beside head")
    for column, (text, form) in enumerate(zip(heads, forms, strict=True)):
        book.text("weights", 4, column, text, form)
    sheet.set_row(4, height_of(heads, WEIGHTS_WIDE))
    used, reported_of = numbers.used, {name: row.description for name, row in LAYERS.items()}
    reported_of |= dict.fromkeys(numbers.custom_names, "a custom layer")
    last = FIRST_WEIGHT + len(reported_of)
    cells = [f"${column}${FIRST_WEIGHT + 1}:${column}${last}" for column in "BC"]
    whole = f"SUMPRODUCT({cells[0]},{cells[1]})"
    for row, (name, text) in enumerate(reported_of.items(), FIRST_WEIGHT):
        book.text("weights", row, 0, name)
        book.number("weights", row, 1, numbers.method.weights.get(name, 0.0), "input")
        book.number("weights", row, 2, float(numbers.exists[name]), "whole")
        share = f"IF({whole}>0,B{row + 1}*C{row + 1}/{whole},0)"
        book.formula("weights", row, 3, share, "share", used[name])
        book.text("weights", row, 4, text, "beside")
        book.workbook.define_name(f"weight_{sheet_of(numbers, name)}", f"=weights!$D${row + 1}")
        sheet.data_validation(row, 1, row, 1, {
            "validate": "decimal", "criteria": ">=", "value": 0, "error_title": "Weight",
            "error_message": "A weight is a number of 0 or more.",
        })  # fmt: skip
    sheet.write_formula(last, 1, f'=IF({whole}>0,"","All weights are 0: give one layer a weight.")',
                        book.formats["note"], "")  # fmt: skip
    fit_paper(sheet)
    for column, width in enumerate(WEIGHTS_WIDE):
        sheet.set_column(column, column, width)


def write_pull(book: Book, numbers: Numbers) -> None:
    """The composite of every state (equation 4), what it leaves to itself and unobserved, and each pole's pull."""
    notes = ("Equation 4: each layer's share times its weight, added up. Equation 5: a pole's pull is the sum over its "
             "members, marked 1.",)  # fmt: skip
    begin_sheet(book, "pull", f"Pull in {numbers.year}", notes, numbers, 2 + len(numbers.members))
    for row, word in enumerate(("not_covered", "of layers nobody observed", "not observed", "coverage"), 3):
        book.text("pull", row, 1, word)
    for p, (pole, member) in enumerate(numbers.members.items()):
        book.text("pull", HEAD, 2 + p, f"in {pole}", "figure head")
        for row, there in enumerate(member, book.layout.first):
            book.number("pull", row, 2 + p, float(there), "whole")
    for i in range(len(numbers.states)):
        _composite(book, numbers, i)
    book.sheets["pull"].set_column(2, 1 + len(numbers.members) + len(numbers.states), 11)


def column_of_state(numbers: Numbers, i: int) -> int:
    """Column of a state on the sheet of pulls, behind those of the poles' members."""
    return 2 + len(numbers.members) + i


def _composite(book: Book, numbers: Numbers, i: int) -> None:
    column, ties, code = column_of_state(numbers, i), numbers.ties, numbers.states[i]
    here, trade, pledge = letter(column), letter(2 + i), letter(4 + 2 * i)
    # The column of each layer, by the end of its weight's name.
    places = {"trade": f"shares!{trade}", "alliance": f"alliance!{pledge}", "agreement": f"agreement!{pledge}",
              "troops": f"troops!{trade}"}  # fmt: skip
    places |= {sheet_of(numbers, name): f"{sheet_of(numbers, name)}!{trade}" for name in numbers.custom_names}
    alone = "+".join(f"weight_{n}*{place}$8" for n, place in places.items() if n != "trade")
    hidden = "+".join(f"weight_{n}*{place}${HEAD - 1 if n == 'trade' else 7}" for n, place in places.items())
    rest = f"1-{here}$4-SUM({book.layout.column(here)})"
    values = {name: float(ties[name].sel(year=numbers.year, target=code)) for name in ("not_covered", "unobserved")}
    book.text("pull", HEAD, column, code, "figure head")
    book.formula("pull", 3, column, alone, "share", values["not_covered"])
    book.formula("pull", 4, column, hidden, "share", _hidden(numbers, code))
    book.formula("pull", 5, column, f"IF({rest}<0.000000000001,0,MIN(1,{rest}))", "share", values["unobserved"])
    book.formula("pull", 6, column, f"1-{here}$6", "share", 1.0 - values["unobserved"])
    shares = ties.sel(year=numbers.year, target=code).values
    for k, row in enumerate(range(book.layout.first, book.layout.last + 1)):
        parts = "+".join(
            f"weight_{n}*{f'N({place}{row + 1})' if n == 'trade' else f'{place}{row + 1}'}"
            for n, place in places.items()
        )
        blank = f'AND(weight_trade>0,{places["trade"]}${HEAD - 1}<1,{places["trade"]}{row + 1}="")'
        text = f'IF({here}$5>={NOTHING},"",IF({blank},"",{parts}))'
        book.formula("pull", row, column, text, "share", float(shares[k]))


def _hidden(numbers: Numbers, code: str) -> float:
    """Weighted sum of what each layer did not observe of a state."""
    unseen = numbers.layers["unobserved"].sel(target=code)
    return sum(weight * float(unseen.sel(layer=name)) for name, weight in numbers.used.items())


def write_balance(book: Book, numbers: Numbers) -> None:
    """A row a state: coverage, not covered, pull of each pole, balance and exposure of each pair (equations 5, 6)."""
    poles, pairs = list(numbers.members), pairs_of(list(numbers.members))
    book.text("balance", 0, 0, f"Balance in {numbers.year}", "title")
    book.text("balance", 1, 0, "Equation 6: (p - q) / (p + q): +1 only the first pulls, -1 only the second. Below a "
              "coverage of 0.8 there is no value.", "note")  # fmt: skip
    heads = ["code", "state", "coverage", "not observed", "not_covered", *(f"pull {pole}" for pole in poles)]
    for pair in pairs:
        heads += [f"balance {'-'.join(pair)}", f"exposure {'-'.join(pair)}"]
    for column, text in enumerate(heads):
        book.text("balance", 3, column, text, "figure head" if column > 1 else "head")
    for i in range(len(numbers.states)):
        _balance_row(book, numbers, poles, i)
    sheet = book.sheets["balance"]
    fit_paper(sheet, 3)
    widths = [6, 26, *[15] * (len(heads) - 2)]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_row(3, height_of(heads, widths))
    sheet.freeze_panes(4, 2)


def _balance_row(book: Book, numbers: Numbers, poles: list[str], i: int) -> None:
    row, code, ties = 4 + i, numbers.states[i], numbers.ties
    here = letter(column_of_state(numbers, i))
    at = {"year": numbers.year, "target": code}
    seen, enough = float(coverage(ties).sel(at)), bool(covered(ties)[0, numbers.at[i]])
    not_covered = float(ties["not_covered"].sel(at)) if enough else float("nan")
    book.text("balance", row, 0, code)
    book.text("balance", row, 1, numbers.names[numbers.at[i]])
    book.formula("balance", row, 2, f"pull!{here}$7", "share", seen)
    book.formula("balance", row, 3, f"pull!{here}$6", "share", 1.0 - seen)
    book.formula("balance", row, 4, f'IF(C{row + 1}<{FLOOR},"",pull!{here}$4)', "share", not_covered)
    for p, pole in enumerate(poles):
        text = pull_formula(book, numbers, i, p)
        book.formula("balance", row, 5 + p, text, "share", float(direct_pull(ties, pole).sel(at)))
    for k, pair in enumerate(pairs_of(poles)):
        one, other = (f"{letter(5 + poles.index(pole))}{row + 1}" for pole in pair)
        blank = f'OR({one}="",{other}="")'
        column = 5 + len(poles) + 2 * k
        ratio = f'IF({blank},"",IF({one}+{other}>0,({one}-{other})/({one}+{other}),""))'
        book.formula("balance", row, column, ratio, "balance", float(pull_balance(ties, pair).sel(at)))
        both = f'IF({blank},"",{one}+{other})'
        book.formula("balance", row, column + 1, both, "share", float(exposure(ties, pair).sel(at)))


def pull_formula(book: Book, numbers: Numbers, i: int, p: int) -> str:
    """Pull of a pole on a state: "" without other members, for a member's tie not observed, and below the coverage."""
    here, mark = letter(column_of_state(numbers, i)), letter(2 + p)
    first, last = book.layout.first + 1, book.layout.last + 1
    member, shares = f"pull!${mark}${first}:${mark}${last}", f"pull!{here}${first}:{here}${last}"
    itself = f"pull!${mark}${first + int(numbers.at[i])}"
    none = f"OR(pull!{here}$7<{FLOOR},SUM({member})-{itself}=0)"
    return f'IF({none},"",IF(SUMPRODUCT(({member}>0)*({shares}=""))>0,"",SUMPRODUCT({member},{shares})))'
