"""The game as PettingZoo knows it: its own tests pass, masks tell the truth, rewards add up to scores."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negotiation.errors import IllegalMove, InputError, UnknownName

pytest.importorskip("pettingzoo")

from negotiation.lab.environment import (
    ACTIONS,
    OFFER,
    QUIET,
    SIGN,
    WAIT,
    action_name,
    parallel_env,
)

FIRMS = 200


def play(env: Any, seed: int, rng: np.random.Generator) -> tuple[dict[str, float], list[Any]]:
    """A game of random legal actions: sums of rewards, and everything that was seen."""
    observations, _ = env.reset(seed=seed)
    total, seen = dict.fromkeys(env.agents, 0.0), [observations]
    while env.agents:
        actions = {a: int(rng.choice(np.flatnonzero(observations[a]["action_mask"]))) for a in env.agents}
        observations, rewards, over, cut, _ = env.step(actions)
        for agent, reward in rewards.items():
            total[agent] += reward
            assert not cut[agent]
            assert over[agent] == (not env.agents)
        seen.append(observations)
    return total, seen


def test_it_passes_pettingzoos_own_tests() -> None:
    from pettingzoo.test import parallel_api_test, parallel_seed_test

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parallel_api_test(parallel_env("autumn-2025", firms=FIRMS), num_cycles=40)
        parallel_seed_test(lambda: parallel_env("autumn-2025", firms=FIRMS), num_cycles=20)


def test_rewards_add_up_to_the_score_of_every_seat() -> None:
    env = parallel_env("autumn-2025", firms=FIRMS)
    for seed in range(3):
        total, _ = play(env, seed, np.random.default_rng(seed))
        assert total == pytest.approx({s: env.model.ending["score"][s] for s in total}, abs=1e-6)


def test_the_same_seed_and_actions_give_the_same_game_to_the_last_digit() -> None:
    one, two = (play(parallel_env("autumn-2025", firms=FIRMS), 7, np.random.default_rng(1)) for _ in range(2))
    assert one[0] == two[0]
    for a, b in zip(one[1], two[1], strict=True):
        for agent in a:
            assert np.array_equal(a[agent]["observation"], b[agent]["observation"])


def test_observations_stay_in_their_space_and_masks_leave_something_to_do() -> None:
    env = parallel_env("autumn-2025", firms=FIRMS)
    _, seen = play(env, 3, np.random.default_rng(5))
    for observations in seen:
        for agent, observation in observations.items():
            assert env.observation_space(agent).contains(observation)
    assert (
        max(part.stop for part in env.parts.values()) == env.observation_space("USA")["observation"].shape[0]
    )
    opening = seen[0]["CAN"]["observation"]
    assert opening[env.parts["stance_USA_CAN"]].tolist() == [1, 0, 0, 0]
    assert opening[env.parts["us_rung"]].tolist() == [0.25, 0.25]
    assert all(o["action_mask"].any() for step in seen[:-1] for o in step.values())


def test_at_the_review_washington_proposes_and_the_partners_sign() -> None:
    env = parallel_env("autumn-2025", firms=FIRMS)
    observations, _ = env.reset(seed=0)
    assert not observations["USA"]["action_mask"][QUIET:].any()
    assert observations["CAN"]["action_mask"][:OFFER].all()
    while env.model.phase == "bargaining":
        observations, *_ = env.step(dict.fromkeys(env.agents, 0))
    assert observations["USA"]["action_mask"][OFFER:SIGN].all()
    assert np.flatnonzero(observations["CAN"]["action_mask"]).tolist() == [WAIT]
    split = OFFER + 2
    assert action_name("USA", split) == "propose SPLIT_CAN"
    observations, *_ = env.step({"USA": split, "CAN": WAIT, "MEX": WAIT})
    assert np.flatnonzero(observations["MEX"]["action_mask"]).tolist() == [WAIT]
    observations, *_ = env.step({"USA": WAIT, "CAN": SIGN + 1, "MEX": WAIT})
    assert not observations["USA"]["action_mask"][split]  # a refused bilateral offer returns to one table
    env.step({"USA": OFFER, "CAN": WAIT, "MEX": WAIT})
    _, _, over, _, _ = env.step({"USA": WAIT, "CAN": SIGN, "MEX": SIGN})
    assert env.model.ending["outcome"] == "EXT"
    assert all(over.values())


def test_seats_that_are_not_agents_are_played_by_strategies() -> None:
    env = parallel_env(
        "autumn-2025", seats=["MEX"], strategies={"USA": "always-defect"}, firms=FIRMS, slip=0.1
    )
    assert env.possible_agents == ["MEX"]
    play(env, 0, np.random.default_rng(0))
    assert env.scenario.rules.review.slip == 0.1
    for result in env.model.results:
        assert set(result["moves"]["USA"]["move"]["stances"].values()) == {"defect"}


def test_an_action_that_is_not_allowed_is_told_or_refused() -> None:
    env = parallel_env("autumn-2025", seats=["USA"], firms=FIRMS, render_mode="ansi")
    env.reset(seed=0)
    assert env.render() == "opening"
    *_, infos = env.step({"USA": WAIT})
    assert infos["USA"]["illegal"]
    assert "USA CC" in env.render()
    strict = parallel_env("autumn-2025", seats=["USA"], firms=FIRMS, strict=True)
    strict.reset(seed=0)
    for actions in ({"USA": WAIT}, {"USA": ACTIONS}, {}):
        with pytest.raises(IllegalMove):
            strict.step(actions)
    assert strict.model.round == 1


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownName, match="USA, CAN, MEX"):
        parallel_env("autumn-2025", seats=["CHN"])
    with pytest.raises(InputError, match="at least one seat"):
        parallel_env("autumn-2025", seats=[])
    with pytest.raises(InputError, match="ansi"):
        parallel_env("autumn-2025", render_mode="human")
    with pytest.raises(UnknownName, match="Did you mean 'slip'"):
        parallel_env("autumn-2025", slipp=0.1)


@pytest.mark.slow
def test_the_readmes_small_learner_beats_random() -> None:
    """Runs the README's own code."""
    text = (Path(__file__).resolve().parents[2] / "negotiation" / "lab" / "README.md").read_text(
        encoding="utf-8"
    )
    code = text.split("<!-- learner -->")[1].split("```python\n")[1].split("```")[0]
    space: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), space)
    assert space["learned"] > space["by_chance"]
