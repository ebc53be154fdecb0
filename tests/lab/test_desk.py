"""The desk of the lab page: instant answers that are a game's own, one run a visitor, runs that can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from negotiation.errors import InputError, ScenarioError, UnknownName
from negotiation.lab.desk import Desk, Refused
from negotiation.lab.desk_hand import GivenUp, TimeUp, WorkerDied
from negotiation.lab.desk_opening import Opening, opening, span
from negotiation.lab.desk_question import Question, checked, limits
from negotiation.scenario import load_scenario, scenario_names
from negotiation.world import ReviewModel

LONG = 60.0


def until(true: Callable[[], Any], seconds: float = LONG) -> None:
    """Wait for something another thread does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


# -- the instant answer -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", scenario_names())
def test_the_instant_answer_is_what_a_game_opens_with(name: str) -> None:
    scenario = load_scenario(name)
    assert Opening(scenario, 1e-8).numbers() == ReviewModel(scenario, 0, firms=200).opening


def test_the_instant_answer_follows_levers_and_elasticities_as_a_game_does() -> None:
    values = {"us_opening_rung": 3, "elasticity_multiple": 0.75, "threat_record": 5.5}
    moved = load_scenario("autumn-2025").with_values(**values)
    ours, theirs = Opening(moved, 1e-8).numbers(), ReviewModel(moved, 0, firms=200).opening
    for k in ("CAN", "MEX"):
        assert ours["leverage"][k]["index"] == pytest.approx(theirs["leverage"][k]["index"], abs=1e-6)
        assert ours["odds"] == pytest.approx(theirs["odds"], abs=1e-6)


def test_ensemble_tolerance_moves_no_digit_that_is_shown() -> None:
    scenario = load_scenario("autumn-2025")
    fine, coarse = Opening(scenario, 1e-10).numbers(), Opening(scenario).numbers()
    for seat, row in fine["income"].items():
        assert coarse["income"][seat]["real_income_percent"] == pytest.approx(
            row["real_income_percent"], abs=5e-4
        )


def test_sectors_without_tariffs_have_no_part_and_no_share_of_leverage() -> None:
    found = opening(load_scenario("autumn-2025"), {"us_opening_rung": 0})["by_sector"]
    assert all(abs(v) < 1e-3 for row in found["income"].values() for v in row.values())
    assert found["transfer"]["AUT"]["MEX"] > 0  # a threat is worth something before it is carried out


def test_a_lever_that_acts_over_rounds_does_not_move_the_opening() -> None:
    found = span(load_scenario("autumn-2025"))
    assert found["memory"]["low"] == found["memory"]["high"] == found["base"]
    assert found["threat_record"]["low"] != found["threat_record"]["high"]


# -- questions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (Question("ensemble", "autumn-2025", replications=10**6), InputError),
        (Question("ensemble", "autumn-2025", replications=1), InputError),
        (Question("guess", "autumn-2025"), UnknownName),
        (Question("lens", "autum-2025"), UnknownName),
        (Question("lens", "autumn-2025", (("slipp", 0.1),)), UnknownName),
        (Question("lens", "autumn-2025", (("slip", 9.0),)), ScenarioError),
        (Question("lens", "autumn-2025", round=11), InputError),
        (Question("sensitivity", "autumn-2025", ranges=(("slip", 0.3, 0.1),)), InputError),
        (Question("compare", "autumn-2025", replications=50, against="nowhere"), UnknownName),
    ],
)
def test_a_question_that_could_not_run_is_refused_before_anybody_works(
    question: Question, error: type[Exception]
) -> None:
    with pytest.raises(error):
        checked(question)


def test_a_question_has_the_same_name_everywhere_and_another_seed_another_name() -> None:
    one, two = Question("lens", "autumn-2025"), Question("lens", "autumn-2025")
    assert one.key == two.key != Question("lens", "autumn-2025", seed=1).key


# -- who is served when -------------------------------------------------------------------------------------------


class Slow:
    """A hand that answers when it is let, and notes what it was asked."""

    def __init__(self, niceness: int) -> None:
        self.go, self.asked = threading.Event(), []  # type: ignore[var-annotated]
        self.pid = None
        self.fault: Exception | None = None

    def ask(
        self, name: str, question: Question, out: str, *, news: Any, unwanted: Any, seconds: float
    ) -> Any:
        self.asked.append(question)
        news({"done": 1, "total": 4, "failed": 0, "left": 3.0, "result": {"part": 1}})
        while not self.go.is_set():
            if unwanted():
                return {"part": 1}
            time.sleep(0.01)
        if self.fault is not None:
            raise self.fault
        news({"done": 4, "total": 4, "failed": 0, "left": 0.0})
        return {"whole": True}

    def close(self) -> None:
        self.go.set()


@pytest.fixture
def hands() -> list[Slow]:
    return []


@pytest.fixture
def heard() -> list[str]:
    """Visitors told of a change, in order."""
    return []


@pytest.fixture
def desk(hands: list[Slow], heard: list[str]) -> Iterator[Desk]:
    def hand(niceness: int) -> Slow:
        hands.append(Slow(niceness))
        return hands[-1]

    made = Desk(heard.extend, hand=hand)
    yield made
    for one in hands:
        one.go.set()
    made.close()


def asked(number: int) -> Question:
    return Question("lens", "autumn-2025", seed=number)


def test_a_visitor_has_one_run_at_a_time_and_everybody_a_place_in_the_queue(desk: Desk) -> None:
    first = desk.ask("ann", asked(1))
    until(lambda: first.state == "running")
    with pytest.raises(Refused) as refusal:
        desk.ask("ann", asked(2))
    assert refusal.value.key == "lab_busy"
    second, third = desk.ask("bob", asked(3)), desk.ask("cyd", asked(4))
    assert (desk.place(first), desk.place(second), desk.place(third)) == (0, 1, 2)
    assert first.result == {"part": 1}  # what is known already is shown


def test_who_asks_what_is_asked_already_shares_the_run(desk: Desk, hands: list[Slow]) -> None:
    job = desk.ask("ann", asked(1))
    assert desk.ask("bob", asked(1)) is job
    until(lambda: job.state == "running")
    desk.cancel("ann", asked(1))
    time.sleep(0.1)
    assert job.state == "running"  # bob still wants it
    hands[0].go.set()
    until(lambda: job.state == "done")
    assert job.result == {"whole": True}
    assert desk.ask("cyd", asked(1)) is job
    assert len(hands[0].asked) == 1


def test_who_only_looks_on_is_told_but_does_not_keep_a_run_going(desk: Desk, heard: list[str]) -> None:
    job = desk.ask("ann", asked(1))
    until(lambda: job.state == "running")
    desk.watch("eve", asked(1))
    desk.cancel("eve", asked(1))
    time.sleep(0.1)
    assert job.state == "running"
    heard.clear()
    desk.cancel("ann", asked(1))
    until(lambda: job.state == "stopped" and {"ann", "eve"} <= set(heard))


def test_a_cancelled_run_stops_and_the_next_one_begins(desk: Desk) -> None:
    first, second = desk.ask("ann", asked(1)), desk.ask("bob", asked(2))
    until(lambda: first.state == "running")
    desk.cancel("ann", asked(1))
    until(lambda: first.state == "stopped" and second.state == "running")
    assert first.result == {"part": 1}
    assert desk.ask("ann", asked(3)).state == "waiting"


def test_a_run_that_waits_is_cancelled_without_ever_being_worked_on(desk: Desk, hands: list[Slow]) -> None:
    first, second = desk.ask("ann", asked(1)), desk.ask("bob", asked(2))
    until(lambda: first.state == "running")
    desk.cancel("bob", asked(2))
    assert second.state == "stopped"
    hands[0].go.set()
    until(lambda: first.state == "done")
    assert hands[0].asked == [asked(1)]


def test_the_queue_has_an_end(desk: Desk) -> None:
    until_full = int(limits()["most_waiting"]) + 1  # one is being worked on
    first = desk.ask("v0", asked(0))
    until(lambda: first.state == "running")
    for n in range(1, until_full):
        desk.ask(f"v{n}", asked(n))
    with pytest.raises(Refused) as refusal:
        desk.ask("late", asked(99))
    assert refusal.value.key == "lab_full"


def test_a_run_whose_page_has_gone_for_good_stops_and_a_reload_keeps_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_limits", {**limits(), "grace_seconds": 0.3})
    desk.arrive("ann")
    job = desk.ask("ann", asked(1))
    until(lambda: job.state == "running")
    desk.leave("ann")
    desk.arrive("ann")  # a reload
    time.sleep(0.6)
    assert job.state == "running"
    desk.leave("ann")
    until(lambda: job.state == "stopped")


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (TimeUp("slow"), "late"),
        (WorkerDied("gone"), "died"),
        (GivenUp("deaf"), "stopped"),
        (InputError("no"), "failed"),
    ],
)
def test_whatever_ends_a_run_is_said_and_the_desk_goes_on(
    desk: Desk, hands: list[Slow], fault: Exception, state: str
) -> None:
    job = desk.ask("ann", asked(1))
    until(lambda: bool(hands) and job.state == "running")
    hands[0].fault = fault
    hands[0].go.set()
    until(lambda: not job.open)
    assert (job.state, job.result) == (state, {"part": 1})
    hands[0].fault = None
    again = desk.ask("ann", asked(1))
    until(lambda: again.state == "done")


def test_only_so_many_answers_are_remembered(
    desk: Desk, hands: list[Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_limits", {**limits(), "kept_results": 2})
    first = desk.ask("ann", asked(0))
    until(lambda: bool(hands))
    hands[0].go.set()
    until(lambda: first.state == "done")
    for n in range(1, 4):
        job = desk.ask("ann", asked(n))
        until(lambda job=job: job.state == "done")  # type: ignore[misc]
    assert desk.find(asked(0)) is None
    assert desk.find(asked(3)) is not None


def test_everybody_concerned_is_told_when_a_run_moves(
    desk: Desk, hands: list[Slow], heard: list[str]
) -> None:
    job = desk.ask("ann", asked(1))
    until(lambda: "ann" in heard)
    hands[0].go.set()
    until(lambda: job.state == "done")
