"""Where runs are lived: in this process, in worker processes of this machine, on a Dask cluster, or anywhere a
``concurrent.futures`` executor leads.

with crew(workers=2) as hands:
    for chunk, result in finished(work, chunks, hands):
        ...

Work must be a function a worker can import, chunks and results must pickle.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import get_context
from typing import Any, TypeVar

import negotiation
from negotiation.errors import InputError, NegotiationError, get_extra
from negotiation.lab.workers import processors
from negotiation.processes import leave_with_parent

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

IN_FLIGHT = 3
"""Chunks handed out per worker: enough that nobody waits, few enough that stopping is quick."""
PATIENCE = 10.0
"""Seconds a scheduler may take to answer, or be out of reach, before it counts as gone."""


class WorkersLost(NegotiationError):
    """Whoever did the work, or handed it out, is gone for good."""


@dataclass
class Crew:
    """An open executor and what is known of it. ``executor`` None means this process, one run after another."""

    executor: Executor | None
    width: int
    told: str
    """In words, for messages: "2 worker processes"."""
    renew: Callable[[], Executor] | None = None
    """Makes a new executor after a worker died; None where that is not ours to do."""
    alive: Callable[[], bool] = field(default=lambda: True)
    """Whether whoever hands out the work can still be reached."""


@contextmanager
def crew(
    workers: int | None = None, *, dask: str | None = None, executor: Executor | None = None
) -> Iterator[Crew]:
    """Open workers and close them again.

    workers : processes of this machine; 1 stays in this process; default: the processors it may use.
    dask : address of a ``dask.distributed`` scheduler, ``tcp://host:8786``.
    executor : any ``concurrent.futures`` executor of your own (it is not shut down).

    Raises ``InputError`` for a number of workers below 1, or an address nobody answers at.
    """
    if sum(x is not None for x in (workers, dask, executor)) > 1:
        raise InputError("give workers, a Dask address or an executor, only one of them")
    if executor is not None:
        width = int(getattr(executor, "_max_workers", 0) or processors())
        yield Crew(executor, width, type(executor).__name__)
    elif dask is not None:
        with _dask_crew(dask) as hands:
            yield hands
    else:
        count = processors() if workers is None else int(workers)
        if count < 1:
            raise InputError(f"workers = {workers}: at least one is needed")
        if count == 1:
            yield Crew(None, 1, "this process")
        else:
            with _process_crew(count) as hands:
                yield hands


def finished(
    work: Callable[[Chunk], Result],
    chunks: Sequence[Chunk],
    hands: Crew,
    *,
    deaths: int = 3,
    stopped: Callable[[], bool] = lambda: False,
    said: Callable[[str], None] = lambda words: None,
) -> Iterator[tuple[Chunk, Result]]:
    """Chunks with their results as they are done, in no particular order, each exactly once.

    deaths : broken pools after which ``WorkersLost`` gives up; until then lost chunks are done again.
    stopped : asked between chunks; True ends the iteration, unfinished chunks are given up.
    said : told in words what went wrong and was mended.
    """
    if hands.executor is None:
        for chunk in chunks:
            if stopped():
                return
            yield chunk, work(chunk)
        return
    todo = deque(chunks)
    waiting: dict[Future[Any], Chunk] = {}
    broken = 0
    try:
        while (todo or waiting) and not stopped():
            try:
                while todo and len(waiting) < IN_FLIGHT * hands.width:
                    waiting[hands.executor.submit(work, todo[0])] = todo[0]
                    todo.popleft()
                done, _ = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in done:
                    result = future.result()
                    yield waiting.pop(future), result
            except (BrokenExecutor, CancelledError) as error:
                broken += 1
                if hands.renew is None or broken > deaths:
                    raise WorkersLost(_lost(hands, error, broken)) from error
                said(f"a worker process died (killed, or out of memory); {len(waiting)} chunks start again")
                todo.extendleft(waiting.values())
                waiting = {}
                hands.executor = hands.renew()
            except (GeneratorExit, KeyboardInterrupt, NegotiationError):
                raise
            except Exception as error:  # work answers for its own errors; this is whoever handed it out
                raise WorkersLost(_lost(hands, error, broken)) from error
            if not hands.alive():
                raise WorkersLost(_lost(hands, None, broken))
    finally:
        for future in waiting:
            future.cancel()


def _lost(hands: Crew, error: BaseException | None, broken: int) -> str:
    if broken > 1:
        return f"worker processes died {broken} times (out of memory?); try fewer --workers or --firms"
    why = (
        f" ({type(error).__name__})" if error is not None and not str(error) else f" ({error})" * bool(error)
    )
    return f"{hands.told} went away{why}"


# -- processes of this machine -----------------------------------------------------------------------


@contextmanager
def _process_crew(count: int) -> Iterator[Crew]:
    pools: list[ProcessPoolExecutor] = []

    def new() -> ProcessPoolExecutor:
        for old in pools:
            old.shutdown(wait=False, cancel_futures=True)
        pools.append(ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=start_worker))
        return pools[-1]

    hands = Crew(new(), count, f"{count} worker processes", renew=new)
    try:
        yield hands
    except BaseException:
        _end(pools[-1])
        raise
    pools[-1].shutdown(wait=True, cancel_futures=True)


YOUNG = 5000
"""Objects after which a worker looks for garbage: four games' worth, where Python's own habit is twice a game."""


def start_worker() -> None:
    """Called once in each worker: one compiled thread, deaf to Ctrl-C, gone when its parent is gone, and no time
    spent on looking through half a million imported objects for garbage."""
    os.environ["NEGOTIATION_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    leave_with_parent()
    gc.disable()
    import_module("negotiation.lab.ensemble_runs")
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)
    gc.enable()


def _end(pool: ProcessPoolExecutor) -> None:
    """Leave without waiting for games in progress."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(timeout=5)


# -- a cluster ----------------------------------------------------------------------------------------


@contextmanager
def _dask_crew(address: str) -> Iterator[Crew]:
    try:
        from dask.distributed import Client
    except ImportError:
        raise NegotiationError(
            f"--dask needs the package 'distributed'; install it {get_extra('dask')}"
        ) from None
    for name in ("distributed", "distributed.client", "tornado.application"):  # we tell what goes wrong
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        _refuse_malformed(address)
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f"no Dask scheduler answers at {address!r} ({_short(error)}); start one with 'dask scheduler' and "
            "give the address it prints, such as tcp://192.168.1.5:8786"
        ) from None
    try:
        width = _ready(client, address)
        hands = Crew(client.get_executor(retries=2), width, f"the Dask scheduler at {address}")
        hands.alive = _within_reach(client)
        yield hands
    finally:
        _close(client)


def _refuse_malformed(address: str) -> None:
    """Raise ``ValueError`` before a client is made: a half-made one waits twenty seconds to go away."""
    from distributed.comm.addressing import parse_address, parse_host_port
    from distributed.comm.registry import get_backend

    scheme, place = parse_address(address)
    get_backend(scheme)
    if scheme in ("tcp", "tls", "ws", "wss"):
        parse_host_port(place)


def _ready(client: Any, address: str) -> int:
    """Threads of a cluster whose workers all have this version of the project."""
    from dask.distributed import TimeoutError as DaskTimeout

    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except (DaskTimeout, TimeoutError):
        raise NegotiationError(
            f"the Dask scheduler at {address} has no workers; start some with 'dask worker {address}'"
        ) from None
    try:
        versions = set(client.run(prepare_dask_worker).values())
    except Exception as error:
        raise NegotiationError(
            f"the Dask workers at {address} cannot import the project ({_short(error)}); install the same "
            "version of negotiation where they run"
        ) from None
    if versions != {negotiation.__version__}:
        raise NegotiationError(
            f"the Dask workers at {address} have negotiation {', '.join(sorted(versions))}, here is "
            f"{negotiation.__version__}; install one version everywhere"
        )
    return max(1, sum(client.nthreads().values()))


def prepare_dask_worker() -> str:
    """Runs once in each Dask worker: one compiled thread; returns the project's version there."""
    os.environ["NEGOTIATION_THREADS"] = "1"
    return negotiation.__version__


def _within_reach(client: Any) -> Callable[[], bool]:
    import time

    last = time.monotonic()

    def alive() -> bool:
        nonlocal last
        if client.status == "running":
            last = time.monotonic()
        return time.monotonic() - last < PATIENCE

    return alive


def _close(client: Any) -> None:
    try:
        client.close(timeout=2)
    except Exception as error:  # a cluster that has gone cannot say goodbye
        print(f"negotiation: the Dask client did not close cleanly ({_short(error)})", file=sys.stderr)


def _short(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return text[0][:160] if text else type(error).__name__
