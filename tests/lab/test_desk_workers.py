"""The desk of the lab page with real worker processes: runs that are the command line's, deaths, cancelling, an end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from negotiation.lab.desk import Desk, Job
from negotiation.lab.desk_hand import Hand, TimeUp
from negotiation.lab.desk_question import Question, limits
from tests.lab.test_desk import until


@pytest.fixture(scope="module")
def real() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def small(seed: int, games: int = 20) -> Question:
    return Question("ensemble", "autumn-2025", replications=games, seed=seed, draw=False)


def test_an_ensemble_from_the_page_is_the_one_of_the_command_line(real: Desk) -> None:
    from negotiation.lab.ensemble import Ensemble

    job = real.ask("ann", small(7))
    until(lambda: not job.open)
    assert (job.state, job.done, job.total) == ("done", 20, 20)
    assert sum(row["share"] for row in job.result["ends"].values()) == pytest.approx(1)
    alone = Ensemble("autumn-2025", 20, seed=7, draw=False, paths=True).run(workers=1)
    path = real.rows(job.question.key, "parquet")
    assert path is not None
    import pandas as pd

    rows = pd.read_parquet(path)
    assert rows["outcome"].tolist() == alone["outcome"].tolist()
    assert rows["leverage_CAN"].tolist() == pytest.approx(alone["leverage_CAN"].tolist(), abs=1e-9)
    csv = real.rows(job.question.key, "csv")
    assert csv is not None
    assert len(csv.read_text().splitlines()) == 21
    assert real.rows(job.question.key, "../x") is None


def test_workers_are_other_processes_and_step_aside(real: Desk) -> None:
    job = real.ask("ann", small(4))
    until(lambda: not job.open)
    (pid,) = real.pids
    assert pid != os.getpid()
    if hasattr(os, "getpriority"):
        assert os.getpriority(os.PRIO_PROCESS, pid) >= int(limits()["niceness"])


def test_a_killed_worker_is_said_and_the_next_run_has_a_new_one(real: Desk) -> None:
    job = real.ask("bob", small(1, 400))
    until(lambda: job.done > 0)
    os.kill(real.pids[0], signal.SIGKILL)
    until(lambda: not job.open)
    assert job.state == "died"
    assert job.done < 400
    after = real.ask("bob", small(2))
    until(lambda: not after.open)
    assert after.state == "done"


def test_a_running_ensemble_is_cancelled_within_moments_and_keeps_what_is_done(real: Desk) -> None:
    job: Job = real.ask("cyd", small(3, 1000))
    until(lambda: job.done > 0)
    began = time.monotonic()
    real.cancel("cyd", job.question)
    until(lambda: not job.open)
    assert job.state == "stopped"
    assert time.monotonic() - began < 30
    assert 0 < job.result["runs"] < 1000


@pytest.mark.parametrize("kind", ["ensemble", "compare", "sensitivity"])
def test_a_run_cancelled_before_its_first_game_is_stopped_not_failed(real: Desk, kind: str) -> None:
    question = Question(kind, "autumn-2025", replications=500, seed=11, draw=False)
    job = real.ask("dee", question)
    real.cancel("dee", question)
    until(lambda: not job.open)
    assert (job.state, job.why) == ("stopped", "")


def test_a_run_over_its_time_is_ended_with_its_process() -> None:
    hand = Hand(5)
    try:
        with pytest.raises(TimeUp):
            hand.ask("ensemble", small(4, 1000), os.devnull + ".parquet", seconds=0.3)
        assert hand.pid is None
    finally:
        hand.close()


def test_instant_answers_come_from_a_process_that_is_renewed_when_it_dies(real: Desk) -> None:
    heard: list[Any] = []
    real.answers.ask("page", "opening", "autumn-2025", {"slip": 0.1}, lambda a, e: heard.append((a, e)))
    until(lambda: heard)
    assert heard[0][1] is None
    pid = real.answers.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    real.answers.ask("page", "opening", "autumn-2025", {"slip": 0.11}, lambda a, e: heard.append((a, e)))
    until(lambda: len(heard) == 2)
    assert heard[1][1] is None
    assert real.answers.pid != pid
    real.answers.ask("page", "opening", "autumn-2025", {"slip": 0.1}, lambda a, e: heard.append((a, e)))
    assert heard[2][0] == heard[0][0]  # known: answered at once


def test_an_instant_answer_that_cannot_be_given_says_why(real: Desk) -> None:
    heard: list[Any] = []
    real.answers.ask("page", "opening", "autumn-2025", {"slip": 7}, lambda a, e: heard.append((a, e)))
    until(lambda: heard)
    assert heard[0][0] is None
    assert "slip" in str(heard[0][1])


def test_closing_leaves_no_process_and_no_file() -> None:
    desk = Desk()
    job = desk.ask("ann", small(5, 1000))
    until(lambda: job.done > 0)
    pids, folder = desk.pids, desk._folder
    desk.close()
    assert pids
    until(lambda: not any(_alive(pid) for pid in pids), 10)
    assert folder is not None
    assert not folder.exists()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
