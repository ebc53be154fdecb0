"""The desk of the lab page: who may have what worked on, in which order, by whose hands.

    desk = Desk(on_change=tell_pages)
    desk.ask("visitor", Question("ensemble", "autumn-2025", replications=200))
    desk.find(question).state            # waiting, running, done, stopped, late, failed

Games are played by worker processes (niced, ``jobs_at_once`` of them), never in the interpreter that serves pages. A
visitor has one run at a time; who asks what somebody else has asked already shares that run. A run nobody looks at
any more stops. Nothing here is durable: a restart loses runs, and a question asked again has the same answer.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from negotiation.errors import NegotiationError
from negotiation.lab.desk_answers import Answers
from negotiation.lab.desk_hand import GivenUp, Hand, TimeUp, WorkerDied
from negotiation.lab.desk_question import WITH_ROWS, Question, checked, limits

logger = logging.getLogger(__name__)
OPEN = ("waiting", "running")


class Refused(NegotiationError):
    """The desk does not take this question now. ``key`` and ``values`` say why, for the screens."""

    def __init__(self, key: str, **values: Any) -> None:
        self.key, self.values = key, values
        super().__init__(f"{key} {values or ''}".strip())


@dataclass(eq=False)
class Job:
    """A question on its way."""

    question: Question
    visitors: set[str] = field(default_factory=set)
    """Who wants it; when nobody does, it stops."""
    watchers: set[str] = field(default_factory=set)
    """Who is told how it goes: those who wanted it once, and those who only look on."""
    state: str = "waiting"
    """waiting, running, done, stopped (by whoever asked), late (time was up), failed, died."""
    done: int = 0
    total: int = 0
    failed: int = 0
    left: float | None = None
    """Seconds; None if not known yet."""
    result: Any = None
    """What is known so far; whole when done."""
    why: str = ""
    begun: float = 0.0
    rows: bool = False
    """Whether its runs can be taken home."""

    @property
    def open(self) -> bool:
        """Not finished in any way."""
        return self.state in OPEN


class Desk:
    """See the module. ``on_change`` hears the visitors of a job that changed, on a thread of the desk."""

    def __init__(
        self,
        on_change: Callable[[Iterable[str]], None] = lambda visitors: None,
        *,
        hand: Callable[[int], Any] = Hand,
    ) -> None:
        self._limits, self._hand = limits(), hand
        self._tell = on_change
        self._lock = threading.Condition()
        self._queue: deque[Job] = deque()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._pages: Counter[str] = Counter()
        self._gone: dict[str, float] = {}
        self._threads: list[threading.Thread] = []
        self._hands: list[Any] = []
        self._folder: Path | None = None
        self._closed = False
        self.answers = Answers()

    # -- asking ---------------------------------------------------------------------------------------------

    def ask(self, visitor: str, question: Question) -> Job:
        """Have a question worked on, or join those who asked it; a finished one is answered at once.

        Raises ``Refused`` (``lab_busy``: this visitor has a run already; ``lab_full``: too many wait) or what is wrong
        with the question.
        """
        checked(question)
        with self._lock:
            job = self._jobs.get(question.key)
            if job is not None and job.state == "done":
                self._jobs.move_to_end(question.key)
                return job
            mine = self.of(visitor)
            if mine is not None and mine is not job:
                raise Refused("lab_busy")
            if job is not None and job.open:
                job.visitors.add(visitor)
                job.watchers.add(visitor)
                return job
            self._forget_abandoned()
            if len(self._queue) >= int(self._limits["most_waiting"]):
                raise Refused("lab_full", n=len(self._queue))
            job = Job(question, {visitor}, {visitor})
            self._jobs[question.key] = job
            self._jobs.move_to_end(question.key)
            self._queue.append(job)
            self._keep_few()
            self._staff()
            self._lock.notify()
            return job

    def of(self, visitor: str) -> Job | None:
        """The unfinished run of a visitor."""
        with self._lock:
            return next((j for j in self._jobs.values() if j.open and visitor in j.visitors), None)

    def find(self, question: Question) -> Job | None:
        """The run of a question, if it is remembered."""
        with self._lock:
            return self._jobs.get(question.key)

    def watch(self, visitor: str, question: Question) -> None:
        """Tell this visitor too how an unfinished run goes (a link to a question somebody else has asked)."""
        with self._lock:
            job = self._jobs.get(question.key)
            if job is not None and job.open:
                job.watchers.add(visitor)

    def place(self, job: Job) -> int:
        """How many stand before a waiting job, those being worked on included; 0 if it is not waiting."""
        with self._lock:
            if job not in self._queue:
                return 0
            running = sum(j.state == "running" for j in self._jobs.values())
            return self._queue.index(job) + running

    def cancel(self, visitor: str, question: Question) -> None:
        """This visitor no longer wants a run; it stops if nobody else does."""
        with self._lock:
            job = self._jobs.get(question.key)
            if job is None or not job.open:
                return
            job.visitors.discard(visitor)
            if not job.visitors and job in self._queue:
                self._queue.remove(job)
                job.state = "stopped"
        self._tell({visitor})

    def rows(self, key: str, kind: str) -> Path | None:
        """The file of a run's rows: ``csv`` or ``parquet``; None if there is none (any more)."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or not job.rows or self._folder is None or kind not in ("csv", "parquet"):
                return None
            path = self._folder / f"{key}.{kind}"
        return path if path.exists() else None

    # -- pages come and go ----------------------------------------------------------------------------------

    def arrive(self, visitor: str) -> None:
        """A page of this visitor is open."""
        with self._lock:
            self._pages[visitor] += 1
            self._gone.pop(visitor, None)

    def leave(self, visitor: str) -> None:
        """A page of this visitor has closed; if it was the last one and none comes back, its runs stop."""
        with self._lock:
            self._pages[visitor] -= 1
            if self._pages[visitor] <= 0:
                del self._pages[visitor]
                self._gone[visitor] = time.monotonic()

    def _abandoned(self, job: Job) -> bool:
        """Whether nobody who asked is there any more. Under the lock."""
        limit = time.monotonic() - float(self._limits["grace_seconds"])
        return all(self._gone.get(v, float("inf")) < limit for v in job.visitors)

    def _forget_abandoned(self) -> None:
        for job in [j for j in self._queue if self._abandoned(j)]:
            self._queue.remove(job)
            job.state = "stopped"

    # -- working --------------------------------------------------------------------------------------------

    @property
    def pids(self) -> list[int]:
        """Of the worker processes alive now."""
        return [h.pid for h in self._hands if h.pid is not None]

    def close(self) -> None:
        """Stop everything and forget all answers."""
        with self._lock:
            self._closed = True
            self._queue.clear()
            self._lock.notify_all()
        self.answers.close()
        for thread in self._threads:
            thread.join(timeout=8)
        for hand in self._hands:
            hand.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _staff(self) -> None:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="negotiation-lab-"))
        while len(self._threads) < int(self._limits["jobs_at_once"]):
            hand = self._hand(int(self._limits["niceness"]))
            self._hands.append(hand)
            thread = threading.Thread(target=self._run, args=(hand,), name="lab-desk", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self, hand: Any) -> None:
        while True:
            with self._lock:
                while not self._queue and not self._closed:
                    if not self._lock.wait(float(self._limits["idle_seconds"])):
                        hand.close()  # gives its memory back
                if self._closed:
                    return
                self._forget_abandoned()
                if not self._queue:
                    continue
                job = self._queue.popleft()
                job.state, job.begun = "running", time.monotonic()
                others = {v for j in self._queue for v in j.visitors}
            self._tell(job.watchers | others)  # everybody moves up
            try:
                self._work(hand, job)
            except Exception:
                logger.exception("a run of the lab failed")
                self._end(job, "failed", "")

    def _work(self, hand: Any, job: Job) -> None:
        def news(data: dict[str, Any]) -> None:
            with self._lock:
                job.done, job.total, job.failed = data["done"], data["total"], data["failed"]
                job.left = data["left"]
                job.result = data.get("result") or job.result
            self._tell(set(job.watchers))

        def unwanted() -> bool:
            with self._lock:
                return self._closed or not job.visitors or self._abandoned(job)

        question = job.question
        out = self._folder / f"{question.key}.parquet" if self._folder else Path()
        out.unlink(missing_ok=True)
        try:
            answer = hand.ask(
                question.kind,
                question,
                str(out),
                news=news,
                unwanted=unwanted,
                seconds=float(self._limits["most_seconds"]),
            )
        except TimeUp:
            self._end(job, "late", "")
        except GivenUp:
            self._end(job, "stopped", "")
        except WorkerDied as error:
            self._end(job, "died", str(error))
        except NegotiationError as error:
            self._end(job, "failed", str(error).splitlines()[0])
        else:
            whole = bool(job.total) and job.done >= job.total
            with self._lock:
                job.result = answer or job.result
                job.rows = question.kind in WITH_ROWS and out.exists()
            self._end(job, "stopped" if unwanted() and not whole else "done", "")

    def _end(self, job: Job, state: str, why: str) -> None:
        with self._lock:
            job.state, job.why, job.left = state, why, None
            told = set(job.watchers)
        logger.info("lab %s %s: %s %s", job.question.kind, job.question.key, state, why)
        self._tell(told)

    def _keep_few(self) -> None:
        """Forget the oldest finished answers. Under the lock."""
        closed = [key for key, job in self._jobs.items() if not job.open]
        for key in closed[: max(0, len(self._jobs) - int(self._limits["kept_results"]))]:
            del self._jobs[key]
            if self._folder is not None:
                for kind in ("parquet", "csv", "manifest.json"):
                    (self._folder / f"{key}.{kind}").unlink(missing_ok=True)
