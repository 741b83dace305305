"""`influence claims`: tests of claims of the public debate."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import json_option, quiet_option
from influence.cli.printing import echo_json, echo_table, echo_weights
from influence.cli.progress import steps
from influence.cli.settings import open_registry, open_study, with_settings
from influence.config import Config


@click.command()
@click.argument("keys", nargs=-1)
@click.option("--file", "path", type=click.Path(path_type=Path),
              help="Register of claims (YAML); default: the bundled one.")  # fmt: skip
@click.option("--tests", is_flag=True, help="List the kinds of tests and their fields.")
@json_option(help="Print a list of records, each with its numbers.")
@quiet_option
@with_settings
def command(
    keys: tuple[str, ...], path: Path | None, tests: bool, as_json: bool, quiet: bool, config: Config,
    panel_dir: Path | None,
) -> None:  # fmt: skip
    """Test claims of the public debate, all or KEYS: verdict, numbers with ranges, caveats.

    \b
    influence claims
    influence claims korea_in_tpp vacuum_after_2017 --json
    """
    from influence.errors import ClaimError, suggest
    from influence.evidence.claims_register import TESTS, load_claims

    if tests:
        for test, fields in TESTS.items():
            click.echo(f"{test}:")
            echo_table(["  field", "meaning"], [[f"  {name}", field.help] for name, field in fields.items()])
        return
    from influence.evidence.claims_testing import findings_of

    register = load_claims(path, open_registry(config, panel_dir))
    known = [claim.key for claim in register]
    for key in keys:
        if key not in known:
            raise ClaimError(f"there is no claim {key!r}.{suggest(key, known)} Claims: {', '.join(known)}.")
    wanted = [claim for claim in register if not keys or claim.key in keys]
    found = []
    with steps(quiet, plain=False) as progress:
        progress("reading the panel")
        study = open_study(config, panel_dir)
        for claim in wanted:
            progress(f"testing {claim.key}")
            found.append(findings_of(claim, study))
    if as_json:
        import pandas as pd

        rows = [
            {
                "key": f.claim.key, "claim": f.claim.claim, "verdict": f.verdict, "text": f.text,
                "numbers": f.numbers.astype(object).where(f.numbers.notna(), None).to_dict(orient="records"),
                "caveats": list(f.claim.caveats), "sources": list(f.claim.sources),
            }
            for f in found
        ]  # fmt: skip
        echo_json(pd.DataFrame(rows))
    else:
        for f in found:
            click.echo(f"{f.claim.claim}\n  {f.verdict.upper()}. {f.text}")
            for caveat in f.claim.caveats:
                click.echo(f"  Caveat: {caveat}")
            click.echo("")
    echo_weights(study.method, data=as_json, quiet=quiet)
