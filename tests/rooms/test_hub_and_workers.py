"""Telling and working: nobody waits for a slow listener, no room waits for another."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest

from negotiation.rooms.hub import Hub
from negotiation.rooms.workers import Strands

LONG = 20.0
"""Seconds after which a test gives up."""


@pytest.fixture
def hub():
    opened = Hub()
    yield opened
    opened.close()


def test_a_listener_is_told_how_often_there_was_news(hub: Hub) -> None:
    heard: list[int] = []
    hub.subscribe("t", heard.append)
    for _ in range(3):
        hub.publish("t")
    hub.publish("another")
    assert heard == [1, 2, 3]


def test_a_failing_listener_keeps_nobody_from_hearing(hub: Hub) -> None:
    heard: list[int] = []

    def fails(news: int) -> None:
        raise RuntimeError("a page broke")

    hub.subscribe("t", fails)
    hub.subscribe("t", heard.append)
    hub.publish("t")
    assert heard == [1]


def test_a_listener_may_stop_listening_while_it_is_told(hub: Hub) -> None:
    heard: list[int] = []
    stop = hub.subscribe("t", lambda news: (heard.append(news), stop()))
    hub.publish("t")
    hub.publish("t")
    assert heard == [1]


def test_who_has_stopped_listening_is_not_called(hub: Hub) -> None:
    called: list[int] = []
    stop = hub.subscribe("t", called.append)
    stop()
    stop()
    hub.subscribe("t", lambda news: None)
    hub.publish("t")
    assert called == []
    assert hub.count("t") == 1


def test_topics_are_apart_and_late_listeners_can_catch_up(hub: Hub) -> None:
    hub.publish("a")
    assert (hub.news("a"), hub.news("b")) == (1, 0)


def test_a_closed_hub_is_silent() -> None:
    hub = Hub()
    called: list[int] = []
    hub.subscribe("t", called.append)
    hub.close()
    hub.publish("t")
    assert called == []


def test_jobs_of_one_key_run_in_order_and_never_at_once() -> None:
    strands = Strands(4, "test")
    running, order, most = [0], [], [0]

    def job(i: int):
        def run() -> None:
            running[0] += 1
            most[0] = max(most[0], running[0])
            order.append(i)
            running[0] -= 1

        return run

    futures = [strands.submit("room", job(i)) for i in range(200)]
    for future in futures:
        future.result(LONG)
    assert order == list(range(200))
    assert most[0] == 1
    strands.close()


def test_a_stuck_room_leaves_the_others_their_threads() -> None:
    strands = Strands(2, "test")
    go = threading.Event()
    stuck = [strands.submit("stuck", lambda: go.wait(LONG)) for _ in range(10)]
    assert strands.submit("other", lambda: "done").result(LONG) == "done"
    go.set()
    assert stuck[-1].result(LONG)
    strands.close()


def test_only_the_newest_question_of_a_page_is_answered() -> None:
    strands = Strands(1, "test")
    go, started = threading.Event(), threading.Event()

    def first() -> str:
        started.set()
        go.wait(LONG)
        return "first"

    running = strands.submit("room", first, replaces="page")
    assert started.wait(LONG)
    old = strands.submit("room", lambda: "old", replaces="page")
    other = strands.submit("room", lambda: "other", replaces="another page")
    new = strands.submit("room", lambda: "new", replaces="page")
    go.set()
    assert [running.result(LONG), other.result(LONG), new.result(LONG)] == ["first", "other", "new"]
    with pytest.raises(CancelledError):
        old.result(LONG)
    strands.close()


def test_a_failing_job_tells_its_asker_and_the_queue_goes_on() -> None:
    strands = Strands(1, "test")
    bad = strands.submit("room", lambda: 1 / 0)
    good = strands.submit("room", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        bad.result(LONG)
    assert good.result(LONG) == 2
    strands.close()


def test_a_closed_pool_drops_its_work_without_hanging() -> None:
    strands = Strands(1, "test")
    strands.close()
    assert strands.submit("room", lambda: 1).cancelled()
