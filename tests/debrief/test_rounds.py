"""Regret, equilibria and the fitted response agree with the stage games they are read from."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from negotiation.debrief import Debrief, read
from negotiation.debrief.aftermath import left_behind
from negotiation.debrief.lookback import Look, Lookback, live_again, look_back, model_of, spans
from negotiation.debrief.paths import standings
from negotiation.debrief.quantal import equilibria, fit_quantal
from negotiation.debrief.regret import regrets
from negotiation.game.moves import MOVES_OF, Move
from negotiation.terms import SEATS
from tests.debrief.conftest import events_of


@cache
def back(name: str = "front") -> Lookback:
    return look_back(read(events_of(name)))


def test_regret_is_zero_exactly_where_the_move_was_a_best_reply(told: Debrief) -> None:
    looks = back(
        {"autumn-2025": "front", "rebuilding-bridges": "split"}.get(told.about.scenario, "withdrawal")
    ).looks
    for i, seat in enumerate(SEATS):
        for look, regret in zip(looks, told.regret[str(seat)], strict=True):
            best = bool(look.stage.best_responses(i)[look.cell])
            assert (regret.hindsight < 1e-9) == best
            assert regret.hindsight >= 0
            assert regret.foresight >= 0
            assert regret.played == MOVES_OF[look.cell[i]]
            if best:
                assert regret.best == regret.played


def test_playing_the_best_reply_named_would_have_brought_the_regret() -> None:
    for look, regret in zip(back().looks, regrets(back().looks)["MEX"], strict=True):
        cell = (look.cell[0], look.cell[1], MOVES_OF.index(regret.best))
        gain = look.stage.payoff[cell][2] - look.stage.payoff[look.cell][2]
        assert gain == pytest.approx(regret.hindsight)


def test_what_a_round_leaves_behind_is_what_the_log_says() -> None:
    """Rounds in which no partner was called on to answer for the other: there it is a mean, not a fact."""
    checked = 0
    for name in ("front", "split", "withdrawal"):
        game = read(events_of(name))
        model = model_of(game)
        for result, _ in live_again(model, game.results):
            if not result or any(result["facts"]["front_fires"]) or any(result["facts"]["promise_called"]):
                continue
            cell = tuple(Move.from_dict(result["moves"][str(s)]["move"]).index(s) for s in SEATS)
            left = left_behind(model.position, model.book, [cell, (0, 0, 0)])
            then = result["position"]
            if not result["events"]:  # a court may take steps away as well
                assert left["tariff"][0].tolist() == then["us_rung"]
            assert left["answer"][0].tolist() == then["partner_rung"]
            assert left["granted"][0].tolist() == [sum(x) for x in then["granted_by_partner"]]
            checked += 1
    assert checked > 12


def test_a_better_reply_says_what_it_would_have_left_behind(told: Debrief) -> None:
    for seat, given in told.regret.items():
        for regret in given:
            assert bool(regret.left) == bool(regret.toward)
            if regret.best == regret.played:
                assert regret.left == ""
            if seat != "USA":
                assert set(regret.toward) <= {seat}
    assert any(r.left == "lower" for given in told.regret.values() for r in given)


def test_in_simple_mode_only_the_three_cards_count() -> None:
    cards = ((0, 4, 8), (0, 5, 6), (0, 5, 6))
    simple = look_back(replace(read(events_of("front")), config={"mode": "simple"})).looks
    for seat, allowed in zip(SEATS, cards, strict=True):
        for look, regret in zip(simple, regrets(simple)[str(seat)], strict=True):
            assert MOVES_OF.index(regret.best) in {*allowed, look.cell[SEATS.index(seat)]}
            full = next(r for r in regrets(back().looks)[str(seat)] if r.round == regret.round)
            assert regret.hindsight <= full.hindsight + 1e-12


def test_a_round_is_an_equilibrium_when_nobody_alone_could_gain() -> None:
    for name in ("front", "split", "withdrawal"):
        for look, standing in zip(back(name).looks, standings(back(name).looks), strict=True):
            assert standing.is_equilibrium == look.stage.is_nash(look.cell)
            assert len(standing.equilibria) == len(look.stage.pure_nash())
            assert standing.away == (0 if standing.is_equilibrium else standing.away)
            if standing.is_equilibrium:
                assert all(regrets([look])[str(s)][0].hindsight < 1e-9 for s in SEATS)


def test_the_nearest_equilibrium_is_as_far_as_the_fewest_seats_that_differ() -> None:
    found = [s for s in standings(back("split").looks) if s.equilibria]
    assert found
    for s in found:
        away = min(sum(e[seat] != s.played[seat] for seat in s.played) for e in s.equilibria)
        assert s.away == away


def test_many_equilibria_at_once_are_those_found_one_by_one() -> None:
    looks = back().looks[:3]
    payoff, noise = np.stack([x.stage.payoff for x in looks]), np.stack([x.noise for x in looks])
    mixed = equilibria(payoff, noise, np.ones((3, 3, 9), bool), np.array([1.0, 3.0]))
    for n, look in enumerate(looks):
        alone = look.stage.quantal_response((3 * look.noise).tolist())
        for i in range(3):
            assert mixed[i][n, 1] == pytest.approx(alone[i], abs=2e-3)


def played_with(multiple: float, rounds: int, rng: np.random.Generator) -> list[Look]:
    """Many rounds on the stage games of one game, each seat drawing from the equilibrium at a noise."""
    looks = []
    for look in back().looks:
        mixed = look.stage.quantal_response((multiple * look.noise).tolist())
        for _ in range(rounds):
            cell = tuple(int(rng.choice(9, p=m)) for m in mixed)
            looks.append(replace(look, cell=cell))
    return looks


@pytest.mark.parametrize("multiple", [0.5, 2.0])
def test_a_known_noise_is_found_again(multiple: float) -> None:
    fit = fit_quantal(played_with(multiple, 12, np.random.default_rng(1)))["table"]
    assert fit.low <= multiple <= fit.high
    assert fit.high / fit.low < 4
    assert fit.told_from_lots


def test_moves_drawn_by_lot_are_not_told_from_lots() -> None:
    rng = np.random.default_rng(11)
    looks = [
        replace(look, cell=tuple(int(x) for x in rng.integers(9, size=3)))
        for look in back().looks
        for _ in range(4)
    ]
    fits = fit_quantal(looks)
    assert not fits["USA"].told_from_lots or fits["USA"].multiple > 10
    assert fits["table"].high == pytest.approx(50)


def test_an_empty_game_has_no_fit() -> None:
    assert fit_quantal([]) == {}


def test_rounds_in_a_row_are_written_as_a_span() -> None:
    assert spans([1, 2, 3, 5, 8, 9]) == "1-3, 5, 8-9"
    assert spans([]) == ""
