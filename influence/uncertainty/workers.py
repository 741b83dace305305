"""Work in parts on one process, several processes or a cluster; the results are the same on each."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from influence.errors import WorkerError
from influence.metrics.catalogue import Registered, registered, take_registered

Work = Callable[..., Any]
Part = tuple[int, Any]
Run = Callable[[Work, Sequence[Any], Sequence[Part]], Iterator[Any]]
"""Runs work(shared[i], rest) for each part (i, rest) and yields the results in the order of the parts."""

MOST_WORKERS = 4
"""Most processes by default: each needs about 200 MB."""
MAPPED = "100K"
"""Size from which an array is shared through a file and not sent with every part."""
PAYS = 20.0
"""Seconds of work from which more than one process is used by default: each takes two seconds to start."""
REPLY_TIME = 10.0
"""Seconds in which a scheduler must reply."""
TRIES = 3
"""Attempts at lost work without a result between them."""
LATE = (TimeoutError, multiprocessing.TimeoutError)
PATIENCE = 600.0
"""Seconds that one part may take, including a restart after a lost worker."""


class Workers(NamedTuple):
    """Processes or a cluster for draws.

    Parameters
    ----------
    processes : number of processes; 0 for one for each processor, at most four, if the work is long enough.
    scheduler : address of a Dask scheduler (tcp://host:8786), used instead of processes.
    patience : seconds that one part of the work may take.

    Examples
    --------
    >>> Workers(2).size(seconds=100)
    2
    """

    processes: int = 1
    scheduler: str | None = None
    patience: float = PATIENCE

    def size(self, seconds: float) -> int:
        """Number of processes on this machine for work that takes one process `seconds`."""
        return self.processes or (min(MOST_WORKERS, _cpus()) if seconds >= PAYS else 1)


ALONE = Workers()


def _cpus() -> int:
    """Processors that this process may use."""
    from joblib import cpu_count

    return int(cpu_count())


@contextmanager
def running(workers: Workers, seconds: float = PAYS) -> Iterator[Run]:
    """A function that runs work on parts; seconds : roughly how long one process would take.

    Raises
    ------
    WorkerError : the scheduler does not reply in ten seconds or has no workers, the cluster lacks a library or this
        package, a process ended, or a part took longer than `patience`.
    """
    if workers.scheduler is not None:
        with _cluster(workers) as run:
            yield run
    elif (size := workers.size(seconds)) > 1:
        yield lambda work, shared, parts: _on_machine(work, shared, parts, size, workers.patience)
    else:
        yield lambda work, shared, parts: (work(shared[i], rest) for i, rest in parts)


def check_scheduler(workers: Workers) -> None:
    """Check that the scheduler replies and has workers, before long work begins; without one, do nothing.

    Raises
    ------
    WorkerError : see running.
    """
    if workers.scheduler is not None:
        with _cluster(workers):
            pass


def _on_machine(work: Work, shared: Sequence[Any], parts: Sequence[Part], size: int, patience: float) -> Iterator[Any]:
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    rows = registered()
    calls = (delayed(_undisturbed)(rows, work, shared[i], rest) for i, rest in parts)
    given: dict[str, Any] = {"n_jobs": size, "return_as": "generator", "batch_size": 1, "timeout": patience}
    try:
        yield from _quietly_ended(Parallel(max_nbytes=MAPPED, **given)(calls))
    except TerminatedWorkerError as err:
        raise WorkerError(
            f"one of the {size} processes ended before its work was done, most often because memory ran out; nothing "
            f"was written. Try again with --workers 1."
        ) from err
    except LATE as err:
        raise WorkerError(f"a part of the work took longer than {patience:g} seconds; nothing was written.") from err


def _quietly_ended(answers: Generator[Any, None, None]) -> Iterator[Any]:
    """The same, without a warning if the caller stops before the end."""
    try:
        # Not `yield from answers`: that would close them before the warning is silenced.
        yield from (answer for answer in answers)
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answers.close()


def _undisturbed(rows: Registered, work: Work, *given: Any) -> Any:
    """The work without interrupts: the main process handles Ctrl-C and lets this one finish its part."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return _with_registered(rows, work, *given)


def _with_registered(rows: Registered, work: Work, *given: Any) -> Any:
    """The work in a process in which registered layers, lenses and metrics may be missing."""
    take_registered(rows)
    return work(*given)


@contextmanager
def _cluster(workers: Workers) -> Iterator[Run]:
    try:
        from distributed import Client
    except ImportError as err:
        raise WorkerError("--scheduler needs the library distributed: pip install 'influence[cluster]'.") from err
    try:
        _reach(str(workers.scheduler))
        client = Client(workers.scheduler, timeout=REPLY_TIME, set_as_default=False)
    except (OSError, TimeoutError, ValueError, TypeError) as err:
        raise WorkerError(
            f"no Dask scheduler answers at {workers.scheduler} within {REPLY_TIME:g} seconds; give the address that "
            f"`dask scheduler` prints, e.g. tcp://127.0.0.1:8786."
        ) from err
    with client:
        try:
            client.wait_for_workers(1, timeout=REPLY_TIME)
        except TimeoutError as err:
            raise WorkerError(f"the scheduler at {workers.scheduler} has no workers; start one: dask worker.") from err
        yield lambda work, shared, parts: _on_cluster(work, shared, parts, workers, client)


def _reach(address: str) -> None:
    """Check that something listens at the address: a client that cannot connect takes long to close.

    Raises
    ------
    OSError, ValueError : nothing listens, or it is not an address.
    """
    from distributed.comm.addressing import parse_address, parse_host_port

    scheme, place = parse_address(address)
    if scheme in ("tcp", "tls"):
        host, port = parse_host_port(place)
        with socket.create_connection((host, int(port)), timeout=REPLY_TIME):
            pass


def _on_cluster(
    work: Work, shared: Sequence[Any], parts: Sequence[Part], workers: Workers, client: Any
) -> Iterator[Any]:
    """Results in order; lost work is repeated, at most three times without a result between.

    The result of a part depends on its number only, so a part may run twice.
    """
    done, tries = 0, 0
    while done < len(parts):
        try:
            for answer in _through_joblib(work, shared, parts[done:], workers, client):
                done, tries = done + 1, 0
                yield answer
        except _lost() as err:
            tries += 1
            if tries == TRIES:
                raise WorkerError(f"the cluster at {workers.scheduler} failed: {err}. Nothing was written.") from err
        except ImportError as err:
            raise WorkerError(
                f"the workers at {workers.scheduler} lack a library: {err}. Install this package there too."
            ) from err
        except LATE as err:
            raise WorkerError(
                f"a part of the work took longer than {workers.patience:g} s at {workers.scheduler}; nothing was "
                "written."
            ) from err


def _through_joblib(
    work: Work, shared: Sequence[Any], parts: Sequence[Part], workers: Workers, client: Any
) -> Iterator[Any]:
    from joblib import Parallel, delayed, parallel_config

    # Shared data are sent to every worker once, so that no lost worker has the only copy.
    with parallel_config(backend="dask", client=client, wait_for_workers_timeout=REPLY_TIME, scatter=list(shared)):
        rows = registered()
        calls = (delayed(_with_registered)(rows, work, shared[i], rest) for i, rest in parts)
        yield from _quietly_ended(Parallel(return_as="generator", batch_size=1, timeout=workers.patience)(calls))


def _lost() -> tuple[type[BaseException], ...]:
    """Errors that distributed raises if a worker is lost with its work or its data."""
    from concurrent.futures import CancelledError

    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    return (CancelledError, KilledWorker, CommClosedError)
