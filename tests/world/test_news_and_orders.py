"""What falls from outside, what moves name beside their stances, and what firms are told of a notice."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.game.moves import Measure, Move
from negotiation.scenario import load_scenario
from negotiation.scenario.parts import Effects
from negotiation.terms import SEATS, Country
from negotiation.world import ReviewModel
from negotiation.world.news import after_event, drawn_events
from negotiation.world.orders import Orders

SCENARIO = load_scenario("autumn-2025")
RULING, DRAW, MISSION = SCENARIO.events


@pytest.fixture(scope="module")
def model() -> ReviewModel:
    return ReviewModel(SCENARIO, 1, firms=120)


def happening(date: str, months: int, happened: tuple[str, ...] = (), scenario=SCENARIO) -> set[str]:
    """Events of a round in which every lot says yes."""

    class Certain:
        def random(self, count: int) -> np.ndarray:
            return np.zeros(count)

    return {event.id for event in drawn_events(scenario, date, months, happened, Certain())}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("date", "months", "there"),
    [
        ("2025-12", 1, True),
        ("2025-10", 3, True),
        ("2025-01", 12, True),
        ("2025-09", 3, False),
        ("2026-01", 12, False),
    ],
)
def test_a_dated_event_falls_in_the_round_that_holds_its_month(date, months, there) -> None:
    assert (DRAW.id in happening(date, months)) is there


@pytest.mark.parametrize(
    ("date", "months", "there"),
    [
        ("2025-12", 1, True),
        ("2026-04", 1, True),
        ("2025-11", 1, False),
        ("2026-05", 1, False),
        ("2025-10", 12, True),
        ("2025-09", 3, False),
    ],
)
def test_a_drawn_event_may_fall_in_every_round_that_reaches_into_its_window(date, months, there) -> None:
    assert (RULING.id in happening(date, months)) is there


def test_what_happens_once_does_not_happen_again() -> None:
    assert RULING.id in happening("2026-01", 1)
    assert RULING.id not in happening("2026-01", 1, (RULING.id,))
    often = SCENARIO.model_copy(update={"events": (RULING.model_copy(update={"once": False}), DRAW, MISSION)})
    assert RULING.id in happening("2026-01", 1, (RULING.id,), often)


def test_a_cap_takes_standing_rungs_down_to_it_and_stays(model) -> None:
    high = model.position.but(us_rung=np.array([4, 1]))
    ruled = after_event(high, RULING.model_copy(update={"effects": Effects(us_rung_cap=2)}))
    assert (ruled.us_rung.tolist(), ruled.us_rung_cap.tolist()) == ([2, 1], [2, 2])
    eased = after_event(high, RULING.model_copy(update={"effects": Effects(us_rung_at_most=2)}))
    assert (eased.us_rung.tolist(), eased.us_rung_cap.tolist()) == ([2, 1], [4, 4])


def orders(**named: tuple[str, Country, Measure]) -> Orders:
    """Orders of three moves, with a stance and a measure of some seats toward one other."""
    moves = {seat: Move.of(seat, "coordinate", "coordinate") for seat in SEATS}
    for seat, (stance, toward, measure) in named.items():
        move = moves[Country(seat)]
        moves[Country(seat)] = Move({**move.stances, toward: stance}, {toward: measure})
    return Orders.of(moves, SCENARIO, ReviewModel(SCENARIO, 1, firms=120, lean=True).book)


def test_partners_pull_the_programme_where_their_measures_point() -> None:
    both = {"CAN": ("coordinate", Country.MEX, Measure("trade_mission"))}
    assert orders().corridor_pull == (1.0, 1.0)
    assert orders(**both).corridor_pull == (1.25, 0.75)
    both["MEX"] = ("coordinate", Country.CAN, Measure("port_links"))
    assert orders(**both).corridor_pull == (1.0, 1.0)


def test_a_step_covers_what_its_instrument_or_its_mover_names(model) -> None:
    sectors = model.book.sectors
    security = orders(USA=("defect", Country.CAN, Measure("national_security"))).coverage["us"]
    assert [s for s, on in zip(sectors, security[0], strict=True) if on] == ["MET", "AUT", "WNM"]
    assert security[1].all()
    aimed = orders(MEX=("defect", Country.USA, Measure(sectors=("AGF",)))).coverage["partner"]
    assert [s for s, on in zip(sectors, aimed[1], strict=True) if on] == ["AGF"]
    assert aimed[0].all()


def test_firms_expect_an_announced_step_as_far_as_it_is_believed(model) -> None:
    us, can, mex = (model.economy.index(c) for c in SEATS)
    assert model._announced(model.position) is None
    noticed = model.position.but(us_notice=np.array([True, False]), partner_notice=np.array([False, True]))
    rise = model._announced(noticed)
    step = model.book.us_points[0, 2] - model.book.us_points[0, 1]
    answer = model.book.partner_points[1, 1] - model.book.partner_points[1, 0]
    assert rise[us, can] == pytest.approx(noticed.belief("threat")[0] * step)
    assert rise[mex, us] == pytest.approx(noticed.belief("answer")[1] * answer)
    assert 0 < noticed.belief("threat")[0] < 1
    rise[us, can] = rise[mex, us] = 0.0
    assert not rise.any()
    at_the_top = noticed.but(us_rung=noticed.us_rung_cap, partner_notice=np.zeros(2, bool))
    assert model._announced(at_the_top) is None
