"""Run a notebook kept as text in a separate kernel: offline, every warning an error, the same bytes each time."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import jupytext
from nbclient import NotebookClient
from nbformat import NotebookNode, v4

HERE = Path(__file__).resolve().parent
PATIENCE = 600
"""Seconds that a cell may take on a busy machine."""
PREPARE = f"import runpy\nrunpy.run_path({str(HERE / 'offline.py')!r})\ndel runpy"
MEASURE = "import time\nprint(time.process_time())"
QUESTION = "**The question.** "
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


class Ran(NamedTuple):
    """A notebook with its outputs. seconds : by the clock; processor : seconds of a processor its kernel took."""

    notebook: NotebookNode
    seconds: float
    processor: float


def notebook_paths() -> list[Path]:
    """The notebooks, in order."""
    return sorted(HERE.glob("[0-9]*.py"))


def read_notebook(path: Path) -> NotebookNode:
    """A notebook from its text; cells are named by their position, so that the result is reproducible."""
    notebook = jupytext.read(path, fmt="py:percent")
    notebook.metadata = NotebookNode(kernelspec=NotebookNode(KERNEL))
    for place, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{place:02}"
    return notebook


def title_and_question(notebook: NotebookNode) -> tuple[str, str]:
    """Title and question of a notebook, from its first cell."""
    title, *paragraphs = notebook.cells[0].source.split("\n\n")
    question = next(text for text in paragraphs if text.startswith(QUESTION))
    return title.removeprefix("# ").strip(), " ".join(question.removeprefix(QUESTION).split())


def run_notebook(notebook: NotebookNode) -> Ran:
    """Run all cells in a new kernel, in an empty folder that is deleted afterwards.

    Raises
    ------
    nbclient.exceptions.CellExecutionError : a cell that fails, warns, or asks for the network.
    """
    whole = v4.new_notebook(metadata=notebook.metadata)
    whole.cells = [v4.new_code_cell(PREPARE), *notebook.cells, v4.new_code_cell(MEASURE)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        work.mkdir()
        client = NotebookClient(
            whole, timeout=PATIENCE, record_timing=False, kernel_name="python3",
            extra_arguments=["--IPKernelApp.log_level=ERROR"], resources={"metadata": {"path": str(work)}},
        )  # fmt: skip
        # The notebook must not use start-up files or history of the user.
        client.execute(env={**os.environ, "IPYTHONDIR": str(Path(folder) / "ipython")})
    processor = float(whole.cells[-1].outputs[0].text)
    whole.cells = whole.cells[1:-1]
    for place, cell in enumerate((c for c in whole.cells if c.cell_type == "code"), 1):
        cell.execution_count = place
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = place
    return Ran(whole, time.monotonic() - began, processor)
