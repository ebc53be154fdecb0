"""Turning points, the bargain, firms, the end, questions and history: found in the game, not beside it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from negotiation.debrief import Debrief, read
from negotiation.debrief.bargain import _affine, bargain
from negotiation.debrief.lookback import look_back
from negotiation.game.proposal import Proposal, package_value, review_of
from negotiation.terms import PARTNERS, SEATS, Outcome
from tests.debrief.conftest import events_of


def test_the_three_games_end_in_three_ways() -> None:
    ends = {n: read(events_of(n)).state.outcome for n in ("front", "split", "withdrawal")}
    assert ends["front"] in (Outcome.EXT, Outcome.COND)
    assert ends["split"] is Outcome.SPLIT
    assert ends["withdrawal"] is Outcome.WD


def test_turning_points_are_the_heaviest_rounds_in_order(told: Debrief) -> None:
    points = told.turning_points
    assert 1 <= len(points) <= 3
    assert [p.round for p in points] == sorted(p.round for p in points)
    for p in points:
        assert p.weight == pytest.approx(np.mean(list(p.shares.values())))
        assert p.shares[p.kind] == max(p.shares.values())
        if p.regret is not None:
            assert p.regret == max((r[p.round - 1] for r in told.regret.values()), key=lambda r: r.hindsight)
        for m in p.moved:
            path = told.leverage[m.partner].path
            assert (m.before, m.after) == (path[p.round - 1], path[p.round])
            parts = told.leverage[m.partner].by_round[p.round - 1]
            assert m.part == max(parts.values(), key=abs)


def test_no_other_round_weighs_more_than_a_turning_point(told: Debrief) -> None:
    chosen = {p.round for p in told.turning_points}
    least = min(p.shares["leverage"] for p in told.turning_points)
    for n in range(told.about.played):
        moved = sum(abs(f.path[n + 1] - f.path[n]) for f in told.leverage.values())
        whole = sum(
            abs(f.path[i + 1] - f.path[i]) for f in told.leverage.values() for i in range(told.about.played)
        )
        regret = sum(r[n].hindsight for r in told.regret.values())
        every = sum(told.total_regret(str(s)) for s in SEATS)
        if n + 1 not in chosen and moved / whole < least:
            lightest = min(p.weight for p in told.turning_points)
            assert (moved / whole + regret / every) / 3 <= lightest + 1 / 3


def test_a_package_is_worth_what_the_review_makes_of_it(front: Debrief) -> None:
    game = front.game
    model = look_back(game).model
    items, value, empty = _affine(model)
    rng = np.random.default_rng(3)
    for _ in range(5):
        chosen = rng.random(len(items)) < 0.5
        package = tuple(i for i, on in zip(items, chosen, strict=True) if on)
        proposal = Proposal(Outcome.COND, (), package)
        review = review_of(proposal, model.table, model.position, model.book, model.scenario)
        expected = review.values["COND"]
        if not package:
            continue
        assert package_value(package, model.position, model.scenario).shape == (2, 3)
        assert empty + chosen @ value == pytest.approx(expected, abs=1e-9)


def test_fair_packages_leave_nobody_worse_off_and_nobody_beats_the_frontier(told: Debrief) -> None:
    found = told.bargain
    assert found is not None
    assert found.held
    line = found.frontier
    assert [x for x, _ in line] == sorted(x for x, _ in line)
    assert [y for _, y in line] == sorted((y for _, y in line), reverse=True)
    for name in ("nash", "kalai_smorodinsky"):
        point = found.point(name)
        if point is not None:
            assert min(point.gain.values()) >= -1e-9
            beaten = [x > point.gain["USA"] + 1e-6 and y > point.partners + 1e-6 for x, y in line]
            assert name == "kalai_smorodinsky" or not any(beaten) or found.agreeable < found.packages


def test_the_end_reached_is_measured_from_annual_reviews(told: Debrief) -> None:
    assert told.bargain is not None
    reached = told.bargain.point("reached")
    assert reached is not None
    for s in map(str, SEATS):
        assert reached.gain[s] == pytest.approx(told.end.value[s] - told.bargain.annual[s], abs=1e-6)


def test_a_game_without_a_review_has_no_bargain(game) -> None:
    assert bargain(game, None) is None


def test_firms_before_and_after_are_those_of_the_log(told: Debrief) -> None:
    firms, results = told.firms, told.game.results
    assert firms is not None
    assert firms.before.round == 1
    assert firms.after.round == told.about.played
    assert sum(firms.after.total.values()) == sum(firms.before.total.values()) > 0
    assert firms.after.us_export_share["CAN"] == results[-1]["firms"]["us_export_share"]["CAN"]


def test_what_really_happened_has_sources_and_names_the_review(told: Debrief) -> None:
    assert all(f.source and f.grade and set(f.text) >= {"en", "es", "fr"} for f in told.history)
    (review,) = [f for f in told.history if f.is_end]
    assert review.month == "2026-07"
    assert {f.round for f in told.history} & set(range(1, told.about.played + 1))


def test_three_questions_about_three_things(told: Debrief) -> None:
    assert len(told.questions) == 3
    assert len({q.key for q in told.questions}) == 3


def test_the_end_tells_odds_value_and_surprise(told: Debrief) -> None:
    end = told.end
    assert sum(end.odds_true.values()) == pytest.approx(1, abs=1e-5)
    assert len(end.odds_path) == told.about.played + 1
    assert end.surprise == pytest.approx(1 - end.odds_true[str(told.about.outcome)])
    for s in map(str, SEATS):
        assert end.played[s] == pytest.approx(sum(r["payoff"][s] for r in told.game.results))


def test_everything_is_plain_data(told: Debrief) -> None:
    data = told.to_dict()
    again = json.loads(json.dumps(data, allow_nan=False))
    assert again == data
    assert again["leverage"]["CAN"]["parts"].keys() == {
        "exposure",
        "alternatives",
        "commitment",
        "credibility",
    }
    assert set(again["leverage"]) == {str(k) for k in PARTNERS}
    assert "game" not in again
