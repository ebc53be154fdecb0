"""A game that is over leaves nothing behind: a server plays thousands, a sweep tens of thousands."""

from __future__ import annotations

import gc
import weakref

from negotiation.scenario import load_scenario
from negotiation.world.agents import Firm
from negotiation.world.model import ReviewModel


def test_a_model_nobody_holds_is_gone() -> None:
    model = ReviewModel(load_scenario("autumn-2025"), 1, firms=200)
    assert Firm(model, 0).unique_id == 4, "three governments, then firms"
    there = weakref.ref(model)
    del model
    gc.collect()
    assert there() is None


def test_agents_of_two_models_are_numbered_apart() -> None:
    one, other = (ReviewModel(load_scenario("autumn-2025"), seed, firms=200) for seed in (1, 2))
    for model in (one, other):
        assert sorted(a.unique_id for a in model.agents) == list(range(1, 204))
