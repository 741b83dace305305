"""`python -m notebooks [NAME ...]`: run the notebooks into outputs/notebooks/, for Jupyter and as pages."""

from __future__ import annotations

import sys
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from notebooks.pages import INDEX, write_pages
from notebooks.running import notebook_paths, read_notebook, run_notebook

OUT = Path("outputs") / "notebooks"


def main(wanted: list[str]) -> int:
    """Run all notebooks, or those with one of `wanted` in the name; 2 if there is none, 1 if a cell fails."""
    paths = [path for path in notebook_paths() if not wanted or any(word in path.stem for word in wanted)]
    if not paths:
        names = ", ".join(path.stem for path in notebook_paths())
        print(f"No notebook has {' or '.join(wanted)} in its name. Notebooks: {names}.", file=sys.stderr)
        return 2
    for path in paths:
        try:
            ran = run_notebook(read_notebook(path))
        except CellExecutionError as err:
            print(f"{path.name}: a cell failed; nothing was written for it.\n{err}", file=sys.stderr)
            return 1
        out = write_pages(ran.notebook, path.stem, OUT)
        print(f"{out} ({ran.seconds:.0f} s, {ran.processor:.0f} s of a processor)")
    print(f"{OUT / INDEX} links to all of them")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
