"""Work in parts, on one process, on several, or on a cluster: the same parts in the same order give the same bytes."""

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
"""Carries out work(shared[i], rest) for each part (i, rest); gives the answers in the parts' order, as they come."""

MOST_WORKERS = 4
"""Processes taken unasked: each holds some 200 MB."""
MAPPED = "100K"
"""Size from which on an array is shared through a file, once, and not sent with every part."""
PAYS = 20.0
"""Seconds of work, roughly, from which on more than one process is taken unasked: each takes two to start."""
REPLY_TIME = 10.0
"""Seconds a scheduler has to answer."""
TRIES = 3
"""Times that lost work is asked for again without an answer between."""
LATE = (TimeoutError, multiprocessing.TimeoutError)
PATIENCE = 600.0
"""Seconds any one part of the work may take, its new start after a lost worker included."""


class Workers(NamedTuple):
    """Who works. processes : 0: one for each processor, four at most, where the work is long enough to pay.
    scheduler : address of a Dask scheduler (tcp://host:8786), in whose place they work then. patience : seconds any one
    part may take.
    """

    processes: int = 1
    scheduler: str | None = None
    patience: float = PATIENCE

    def size(self, seconds: float) -> int:
        """Number of processes on this machine for work that takes one process so long."""
        return self.processes or (min(MOST_WORKERS, _cpus()) if seconds >= PAYS else 1)


ALONE = Workers()


def _cpus() -> int:
    """Processors this process may use."""
    from joblib import cpu_count

    return int(cpu_count())


@contextmanager
def running(workers: Workers, seconds: float = PAYS) -> Iterator[Run]:
    """What carries out a function on parts, by the crew; seconds : about how long one process would take.

    Raises
    ------
    WorkerError : the scheduler does not answer in ten seconds or has no workers, the cluster lacks the library or this
        package, a process ended, or a part took longer than the crew's patience.
    """
    if workers.scheduler is not None:
        with _cluster(workers) as run:
            yield run
    elif (size := workers.size(seconds)) > 1:
        yield lambda work, shared, parts: _on_machine(work, shared, parts, size, workers.patience)
    else:
        yield lambda work, shared, parts: (work(shared[i], rest) for i, rest in parts)


def check_scheduler(workers: Workers) -> None:
    """See that the scheduler answers and has workers, before long work begins; nothing without one.

    Raises
    ------
    WorkerError : see at_work.
    """
    if workers.scheduler is not None:
        with _cluster(workers):
            pass


def _on_machine(
    work: Work, shared: Sequence[Any], parts: Sequence[Part], size: int, patience: float
) -> Iterator[Any]:  # fmt: skip
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    rows = registered()
    calls = (delayed(_undisturbed)(rows, work, shared[i], rest) for i, rest in parts)
    given: dict[str, Any] = {"n_jobs": size, "return_as": "generator", "batch_size": 1, "timeout": patience}
    try:
        yield from _quietly_ended(Parallel(max_nbytes=MAPPED, **given)(calls))
    except TerminatedWorkerError as err:
        raise WorkerError(
            f"one of the {size} processes ended before its work was done, most often for want of memory; nothing "
            f"was written. Try again with --workers 1."
        ) from err
    except LATE as err:
        raise WorkerError(f"a part of the work took longer than {patience:g} seconds; nothing was written.") from err


def _quietly_ended(answers: Generator[Any, None, None]) -> Iterator[Any]:
    """The same; who stops asking is not warned that the rest is given up."""
    try:
        # Not from `answers` itself: that would close them before the warning is silenced.
        yield from (answer for answer in answers)
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answers.close()


def _undisturbed(rows: Registered, work: Work, *given: Any) -> Any:
    """The work itself; Ctrl-C is for the process that asked for it, which then lets this one finish its part."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return _with_registered(rows, work, *given)


def _with_registered(rows: Registered, work: Work, *given: Any) -> Any:
    """The work, in a process that need not know yet which layers, lenses and metrics were registered."""
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
    """See that something listens at the address: a client that cannot connect is long in going away.

    Raises
    ------
    OSError, ValueError : nothing does, or it is no address.
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
    """Answers in order; what was lost with a worker is asked for again, at most three times without an answer between.

    Every part is told by its own number alone, so that one carried out twice is still one.
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
                raise WorkerError(f"the cluster at {workers.scheduler} gave up: {err}. Nothing was written.") from err
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
) -> Iterator[Any]:  # fmt: skip
    from joblib import Parallel, delayed, parallel_config

    # What all parts share is sent to every worker once: who is lost takes no only copy along.
    with parallel_config(backend="dask", client=client, wait_for_workers_timeout=REPLY_TIME, scatter=list(shared)):
        rows = registered()
        calls = (delayed(_with_registered)(rows, work, shared[i], rest) for i, rest in parts)
        yield from _quietly_ended(Parallel(return_as="generator", batch_size=1, timeout=workers.patience)(calls))


def _lost() -> tuple[type[BaseException], ...]:
    """What distributed raises where a worker went away with its work or its data."""
    from concurrent.futures import CancelledError

    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    return (CancelledError, KilledWorker, CommClosedError)
