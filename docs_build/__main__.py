"""`python -m docs_build [FOLDER]`: build the site, check its links, and only then put it in place."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from docs_build.links import broken_links, fetched_from_elsewhere

ROOT = Path(__file__).resolve().parents[1]
PINNED = "1704067200"
"""Date of the packed files (1 January 2024, after the panel's years), so that the same input gives the same bytes."""


def build(site: Path) -> list[str]:
    """Build into `site` and return its faults, one a line.

    Warnings of MkDocs are errors.
    """
    from mkdocs.commands.build import build as build_site
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort

    os.environ.setdefault("SOURCE_DATE_EPOCH", PINNED)
    logging.getLogger("mkdocs").addHandler(logging.StreamHandler(sys.stderr))
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(site), strict=True)
    try:
        config.plugins.run_event("startup", command="build", dirty=False)
        build_site(config)
        config.plugins.run_event("shutdown")
    except Abort as err:
        return [str(err)]
    return [
        *(f"broken link: {line}" for line in broken_links(site)),
        *(f"fetched from another site: {line}" for line in fetched_from_elsewhere(site)),
    ]


def main() -> int:
    """Build in a temporary folder, check, and replace the old site; on any fault the old site is unchanged."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "outputs" / "site"
    if out.exists() and not (out / "search" / "search_index.json").is_file():
        sys.stderr.write(f"{out} exists and is not a site of `python -m docs_build`; give another folder.\n")
        return 2
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=".site-") as folder:
        site = Path(folder) / "site"
        faults = build(site)
        if faults:
            sys.stderr.write("\n".join([*faults, "The site was not put in place.\n"]))
            return 1
        shutil.rmtree(out, ignore_errors=True)
        os.replace(site, out)
    sys.stdout.write(f"{out / 'index.html'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
