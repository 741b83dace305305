"""One process, several, and a real cluster on this machine: the same bytes, nothing lost, nothing twice, no waiting."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import time
import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from distributed import LocalCluster

import influence as inf
from influence.draw_settings import DrawSettings
from influence.errors import WorkerError
from influence.uncertainty import ranges as module
from influence.uncertainty import workers
from influence.uncertainty.ranges import metric_ranges
from influence.uncertainty.sensitivity import variance_shares
from influence.uncertainty.workers import ALONE, Workers, running
from tests.uncertainty.draw_cases import pencil_study
from tests.uncertainty.work import doubled, lost, once, slow

NAMES = ("pull_direct", "pull_balance", "pull_network", "balance_network", "pull_income", "balance_income")


@contextlib.contextmanager
def cluster_of(count: int) -> Iterator[LocalCluster]:
    """A cluster of `count` worker processes, kept alive by nannies, on loopback and a free port."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    given = {"n_workers": count, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # distributed leaves sockets open
        with LocalCluster(**given) as made:
            yield made


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers for the tests of this module."""
    with cluster_of(2) as made:
        yield made


@contextlib.contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Whatever happens inside has so long, and no longer."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


def answers(workers: Workers, work, shared, parts) -> list:
    with running(workers) as run:
        return list(run(work, [shared], [(0, part) for part in parts]))


@pytest.mark.parametrize("workers", [ALONE, Workers(2), Workers(3)])
def test_answers_come_in_the_order_of_the_parts(workers):
    assert answers(workers, doubled, 3, range(20)) == [3 * n for n in range(20)]


def test_processes_are_taken_unasked_only_where_they_pay(monkeypatch):
    monkeypatch.setattr(workers, "_cpus", lambda: 8)
    assert Workers(0).size(1.0) == 1
    assert Workers(0).size(100.0) == workers.MOST_WORKERS
    assert Workers(3).size(1.0) == 3
    assert ALONE.size(1e6) == 1


def test_a_process_that_dies_is_reported_in_bounded_time():
    with bounded(60), pytest.raises(WorkerError, match=r"one of the 2 processes ended .* Try again with --workers 1"):
        answers(Workers(2), lost, 0, range(8))


def test_a_part_that_takes_too_long_is_reported():
    with bounded(60), pytest.raises(WorkerError, match=r"longer than 0.3 seconds; nothing was written"):
        answers(Workers(2, patience=0.3), slow, 5.0, range(2))


def digest(workers: Workers, **more) -> list[bytes]:
    """All results of the draws of a study, as bytes."""
    study = inf.load_study(first_year=2014, last_year=2016)
    drawn = metric_ranges(study, NAMES, DrawSettings(24), workers=workers, **more)
    table = drawn.crossings.to_csv(index=False).encode()
    return [*(drawn.ranges[name].values.tobytes() for name in drawn.ranges.data_vars), table]


@pytest.fixture(scope="module")
def serial() -> list[bytes]:
    return digest(ALONE)


@pytest.mark.slow
def test_two_processes_give_the_same_bytes(serial):
    assert digest(Workers(2)) == serial


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes(serial, cluster):
    assert digest(Workers(scheduler=cluster.scheduler_address)) == serial


@pytest.mark.slow
def test_shares_of_variance_too_are_the_same_on_two_processes_and_a_cluster(cluster):
    alone, two, far = (variance_shares(pencil_study(), [2016], samples=24, workers=workers)
                       for workers in (ALONE, Workers(2), Workers(scheduler=cluster.scheduler_address)))  # fmt: skip
    for name in alone.data_vars:
        assert alone[name].values.tobytes() == two[name].values.tobytes() == far[name].values.tobytes()


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_nothing_and_counts_nothing_twice(serial, cluster, monkeypatch):
    monkeypatch.setattr(module, "PART", 2)
    killed = []

    def kill(step: str) -> None:
        if not killed and ": 6 of 24" in step:
            victim = next(iter(cluster.workers.values()))
            os.kill(victim.process.pid, signal.SIGKILL)
            killed.append(step)

    with bounded(120):
        assert digest(Workers(scheduler=cluster.scheduler_address), progress=kill) == serial
    assert killed


@pytest.mark.slow
def test_a_part_lost_with_its_worker_is_made_again_and_answered_once(cluster, tmp_path):
    with bounded(120):
        assert answers(Workers(scheduler=cluster.scheduler_address), once, str(tmp_path), range(10)) == list(range(10))
    assert len((tmp_path / "4").read_text(encoding="utf-8").splitlines()) > 1


def test_a_scheduler_that_does_not_answer_is_named_in_bounded_time(monkeypatch):
    monkeypatch.setattr(workers, "REPLY_TIME", 1.0)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
    message = f"no Dask scheduler answers at {address} within 1 seconds; give the address that `dask scheduler` prints"
    with bounded(30), pytest.raises(WorkerError, match=message):
        answers(Workers(scheduler=address), doubled, 1, [1])


@pytest.mark.parametrize("address", ["nonsense", "tcp://", "http://127.0.0.1:1", "tcp://127.0.0.1:notaport"])
def test_a_text_that_is_no_address_is_refused(address, monkeypatch):
    monkeypatch.setattr(workers, "REPLY_TIME", 1.0)
    with bounded(30), pytest.raises(WorkerError, match="no Dask scheduler answers at "):
        answers(Workers(scheduler=address), doubled, 1, [1])


@pytest.mark.slow
def test_a_scheduler_without_workers_is_named(monkeypatch):
    monkeypatch.setattr(workers, "REPLY_TIME", 1.0)
    message = "has no workers; start one: dask worker"
    with cluster_of(0) as empty, bounded(30), pytest.raises(WorkerError, match=message):
        answers(Workers(scheduler=empty.scheduler_address), doubled, 1, [1])


def test_the_same_bytes_on_small_parts_of_the_pencil_panel():
    study = pencil_study()
    alone, two = (metric_ranges(study, ("pull_balance",), DrawSettings(25), workers=c) for c in (ALONE, Workers(2)))
    np.testing.assert_array_equal(alone.ranges["low"].values, two.ranges["low"].values)
