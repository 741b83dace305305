"""Ctrl-C during long work: the first asks, the second stops; and a run that was asked to stop is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pandas as pd
import pytest

from influence.cli.interrupt import graceful_interrupt
from tests.cli.calls import ROOT, bytes_of


def test_the_first_asks_and_the_second_stops(capsys):
    before = signal.getsignal(signal.SIGINT)
    with graceful_interrupt("keeping what is whole") as stopped:
        assert not stopped()
        signal.raise_signal(signal.SIGINT)
        assert stopped()
        assert capsys.readouterr().err.strip() == "keeping what is whole"
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_nobody_asks():
    found = []

    def inside() -> None:
        with graceful_interrupt("") as stopped:
            found.append(stopped())

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert found == [False]


@pytest.mark.slow
def test_a_run_stopped_while_it_draws_keeps_the_draws_that_are_whole(tmp_path):
    """Two processes draw; the signal goes to all of them, as the terminal sends it."""
    (tmp_path / "config.yaml").write_text("key_years: [2016]\nfirst_year: 2014\nlast_year: 2016\n", encoding="utf-8")
    command = [sys.executable, "-m", "influence", "run", "--draws", "400", "--workers", "2", "--scenarios", "none"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    start = time.monotonic()
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as run:  # fmt: skip
        assert run.stderr is not None
        for line in run.stderr:
            if ": 40 of 400" in line:
                os.killpg(run.pid, signal.SIGINT)
                break
        rest = run.stderr.read()
    assert run.returncode == 130, rest
    assert time.monotonic() - start < 180
    assert "Drawing stops; the other outputs are still written, with the draws made so far." in rest
    assert "the ranges use fewer draws" in rest
    assert "Traceback" not in rest
    ranges = pd.read_parquet(tmp_path / "outputs" / "tables" / "ranges.parquet")
    drawn = ranges[ranges["draws"] > 0]
    assert drawn["draws"].between(40, 390).all()
    assert 2016 in set(drawn["year"])  # the newest years come first
    assert drawn["low"].notna().mean() > 0.8
    assert ranges.loc[ranges["draws"] == 0, "low"].isna().all()
    assert {"index.html", "manifest.json", "tables/results.csv"} <= set(bytes_of(tmp_path / "outputs"))
    assert "tables/variance_shares.csv" not in bytes_of(tmp_path / "outputs")
