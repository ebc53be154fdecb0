"""Fingerprints count what was done; the nearest strategy of a script is the script."""

from __future__ import annotations

import pytest

from negotiation.debrief import Debrief, debrief
from negotiation.debrief.conduct import candidates
from negotiation.lab.recording import Recording
from negotiation.strategies import strategies, strategy_class
from negotiation.terms import SEATS
from tests.debrief.conftest import FIRMS


def test_every_stance_is_counted_once(told: Debrief) -> None:
    for f in told.fingerprints.values():
        assert sum(sum(row.values()) for row in f.answers.values()) == 2 * told.about.played
        assert all(sum(row.values()) == told.about.played for row in f.stances.values())
        assert sum(f.answers["first"].values()) == 2


def test_the_nearest_strategy_of_a_script_is_the_script(told: Debrief) -> None:
    for seat, mind in told.about.seats.items():
        near = told.nearest[seat]
        assert near.situations == 2 * told.about.played
        assert dict(near.ranking)[mind] == pytest.approx(0)
        assert mind in near.close
        assert all(0 <= d <= 1 for _, d in near.ranking)


def test_somebody_who_always_defects_hits_first_and_hits_back() -> None:
    game = Recording(
        "autumn-2025", 4, {"USA": "always-defect", "CAN": "always-coordinate", "MEX": "grim"}, FIRMS
    )
    told = debrief(list(game.play()))
    usa, can, mex = (told.fingerprints[str(s)] for s in SEATS)
    assert usa.hits_first == usa.steady == usa.carries_out == 1.0
    assert can.hits_back == 0.0
    assert can.carries_out is None or can.carries_out < 1
    assert mex.hits_back == 1.0
    assert mex.stances["CAN"]["coordinate"] == told.about.played


def test_who_answered_only_for_the_other_partner_has_announced_nothing() -> None:
    minds = {"USA": "pressure", "CAN": "front", "MEX": "front"}
    game = list(Recording("facts-on-the-ground", 11, minds, FIRMS).play())
    rounds = [e.data for e in game if e.type == "round_resolved"]
    assert any(r["facts"]["front_fires"][0] and r["position"]["partner_notice"][0] for r in rounds)
    ottawa = debrief(game).fingerprints["CAN"]
    assert ottawa.stances["USA"]["defect"] == 0
    assert ottawa.carries_out is None


def test_strategies_compared_are_whole_ones_without_additions() -> None:
    assert set(candidates()) < set(strategies())
    assert "noisy" not in candidates()
    assert {"tit-for-tat", "pressure", "quantal-response"} <= set(candidates())
    for name in candidates():
        assert strategy_class(name).name == name
