"""`influence claims`: tests of claims of the public debate."""

from __future__ import annotations

from pathlib import Path

import click

from influence.cli.options import json_option, path_option, quiet_option
from influence.cli.printing import echo_json, echo_table
from influence.cli.settings import Settings, with_settings


@click.command()
@click.argument("keys", nargs=-1)
@path_option("--file", "path", help="Register of claims (YAML); default: the bundled one.")
@click.option("--tests", is_flag=True, help="List the kinds of tests and their fields.")
@json_option(help="Print a list of records, each with its numbers.")
@quiet_option
@with_settings
def command(keys: tuple[str, ...], path: Path | None, tests: bool, settings: Settings) -> None:
    """Test claims of the public debate, all or KEYS: verdict, numbers with ranges, caveats.

    \b
    influence claims
    influence claims korea_in_tpp vacuum_after_2017 --json
    """
    from influence.errors import ClaimError, check_known
    from influence.evidence.claims_register import TESTS, load_claims

    if tests:
        for test, fields in TESTS.items():
            click.echo(f"{test}:")
            echo_table(["  field", "meaning"], [[f"  {name}", field.help] for name, field in fields.items()])
        return
    from influence.evidence.claims_testing import findings_of

    register = load_claims(path, settings.registry)
    known = [claim.key for claim in register]
    for key in keys:
        check_known(key, known, ClaimError, "claim")
    wanted = [claim for claim in register if not keys or claim.key in keys]
    found = []
    with settings.opened() as (study, progress):
        for claim in wanted:
            progress(f"testing {claim.key}")
            found.append(findings_of(claim, study))
    if settings.as_json:
        rows = [
            {
                "key": f.claim.key, "claim": f.claim.claim, "verdict": f.verdict, "text": f.text,
                "numbers": f.numbers,
                "caveats": list(f.claim.caveats), "sources": list(f.claim.sources),
            }
            for f in found
        ]  # fmt: skip
        echo_json(rows)
    else:
        for f in found:
            click.echo(f"{f.claim.claim}\n  {f.verdict.upper()}. {f.text}")
            for caveat in f.claim.caveats:
                click.echo(f"  Caveat: {caveat}")
            click.echo("")
    settings.echo_weights()
