"""The game as an environment for reinforcement learning: a PettingZoo ``ParallelEnv`` with action masks.

    env = parallel_env("autumn-2025", seats=("CAN",))
    observations, infos = env.reset(seed=1)
    while env.agents:
        actions = {a: env.action_space(a).sample(observations[a]["action_mask"]) for a in env.agents}
        observations, rewards, terminations, truncations, infos = env.step(actions)

Agents are governments; seats that are not agents are played by strategies. All agents act at once. In the rounds an
action is one of nine moves, for Canada and Mexico openly or quietly; at the joint review Washington proposes, then
those who are asked sign or refuse, and whoever has nothing to say waits. An action the mask rules out counts as the
first one it allows, and the agent's info says ``illegal`` (``strict=True`` raises instead).

Rewards are USD bn: the payoff of each round as it is played, and at the end what is left of the score (the years the
review is felt), so that an agent's rewards sum to its score. Observations hold what the seat may know and nothing
else, every number in 0 to 1.

PettingZoo is part of the extra ``lab``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from negotiation.errors import IllegalMove, InputError, NegotiationError, UnknownName, get_extra
from negotiation.game.moves import Move
from negotiation.game.position import BELIEFS
from negotiation.game.proposal import Proposal
from negotiation.lab.study import job_of
from negotiation.scenario import Scenario, load_scenario
from negotiation.terms import PARTNERS, SEATS, STANCES, Country, Outcome, Phase, others
from negotiation.world import ReviewModel

try:
    from gymnasium import spaces
    from pettingzoo import ParallelEnv
except ImportError:
    raise NegotiationError(
        f"the environment needs PettingZoo and Gymnasium; install them {get_extra('lab')}"
    ) from None

OFFERS = ("EXT", "COND", "SPLIT_CAN", "SPLIT_MEX", "SPLIT_both", "ANN", "WD")
MOVES, QUIET, OFFER, SIGN, REFUSE, WAIT = 0, 9, 18, 25, 26, 27
"""Where each kind of action begins: nine open moves, the same kept quiet, seven offers, the pen, waiting."""
ACTIONS = 28
PAIRS = tuple((a, b) for a in SEATS for b in others(a))
"""Directed pairs whose last stances are observed, in order."""


def action_name(seat: Country | str, action: int) -> str:
    """An action in words: ``DC``, ``DC quiet``, ``propose EXT``, ``sign``, ``refuse``, ``wait``."""
    if action < OFFER:
        letters = Move.from_index(Country(seat), action % QUIET).letters(Country(seat))
        return letters + (" quiet" if action >= QUIET else "")
    return {SIGN: "sign", REFUSE: "refuse", WAIT: "wait"}.get(action) or f"propose {OFFERS[action - OFFER]}"


def parallel_env(
    scenario: Scenario | str = "autumn-2025",
    *,
    seats: Sequence[Country | str] = SEATS,
    strategies: Mapping[Any, Any] | None = None,
    firms: int | None = None,
    render_mode: str | None = None,
    strict: bool = False,
    **levers: float,
) -> ReviewEnv:
    """The environment of a scenario.

    seats : governments that are agents; strategies : who plays the others, over the scenario's own; levers : declared
    levers and uncertainties, by name; strict : raise ``IllegalMove`` for an action the mask rules out.
    Raises ``UnknownName`` and ``InputError`` for what does not exist.
    """
    return ReviewEnv(
        scenario,
        seats=seats,
        strategies=strategies,
        firms=firms,
        render_mode=render_mode,
        strict=strict,
        **levers,
    )


class ReviewEnv(ParallelEnv):
    """See the module. ``env.model`` is the game being played."""

    metadata: ClassVar[dict[str, Any]] = {
        "name": "negotiation_v0",
        "render_modes": ["ansi"],
        "is_parallelizable": True,
    }

    def __init__(
        self,
        scenario: Scenario | str,
        *,
        seats: Sequence[Country | str] = SEATS,
        strategies: Mapping[Any, Any] | None = None,
        firms: int | None = None,
        render_mode: str | None = None,
        strict: bool = False,
        **levers: float,
    ) -> None:
        chosen = load_scenario(scenario)
        self.scenario = chosen.with_values(**levers) if levers else chosen
        known = [str(s) for s in SEATS]
        for seat in seats:
            if str(seat) not in known:
                raise UnknownName("seat", str(seat), known)
        if not seats:
            raise InputError("an environment needs at least one seat that learns")
        if render_mode not in (None, "ansi"):
            raise InputError(f"render_mode {render_mode!r}: only 'ansi' (text) can be drawn")
        self.possible_agents = [s for s in known if s in {str(x) for x in seats}]
        self.agents: list[str] = []
        self.render_mode, self.strict = render_mode, strict
        self._job = job_of((self.scenario,), strategies, firms=firms)
        self._rng = np.random.default_rng()
        self.model: Any = None
        self._paid: dict[str, float] = {}
        self.parts: dict[str, slice] = {}
        """Name of each part of an observation -> where it stands (known after the first ``reset``)."""
        issues = self.scenario.issues
        grants = sum(len(issues.partner_to_us[k]) + len(issues.us_to_partner[k]) for k in PARTNERS)
        size = 22 + grants + 2 * len(BELIEFS) + 4 * len(PAIRS) + 3 + len(OFFERS)
        one = spaces.Dict(
            {
                "observation": spaces.Box(0.0, 1.0, (size,), np.float32),
                "action_mask": spaces.MultiBinary(ACTIONS),
            }
        )
        self.observation_spaces = dict.fromkeys(self.possible_agents, one)
        self.action_spaces = {a: spaces.Discrete(ACTIONS) for a in self.possible_agents}

    # -- PettingZoo's part ------------------------------------------------------------------------------

    def observation_space(self, agent: str) -> Any:
        """The space of one agent's observations: what it knows, and which actions it has."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:
        """The space of one agent's actions; see ``action_name``."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """A new game. ``seed`` is the seed of the game itself, as for ``negotiation.run``."""
        if seed is not None:
            self._rng = np.random.default_rng(seed)
        root = int(self._rng.integers(2**31)) if seed is None else int(seed)
        job = self._job
        self.model = ReviewModel(
            self.scenario,
            root,
            strategies=job.strategies,
            firms=job.firms,
            tolerance=job.tolerance,
            lean=True,
        )
        self.agents = list(self.possible_agents)
        self._paid = dict.fromkeys(map(str, SEATS), 0.0)
        self._go_on()
        return self._observations(), self._infos()

    def step(
        self, actions: Mapping[str, int]
    ) -> tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, Any]]:
        """All agents act. ``IllegalMove`` if one is missing (or, if strict, not allowed); nothing happened then."""
        chosen, illegal = self._allowed(actions)
        model = self.model
        if model.phase is Phase.BARGAINING:
            self._play(chosen)
        elif model.phase is Phase.JOINT_REVIEW:
            self._review(chosen)
        self._go_on()
        rewards = self._rewards()
        over = not model.running
        agents = self.agents
        observations, infos = self._observations(), self._infos()
        for agent in illegal:
            infos[agent]["illegal"] = True
        if over:
            self.agents = []
        return (
            observations,
            rewards,
            dict.fromkeys(agents, over),
            dict.fromkeys(agents, False),
            infos,
        )

    def render(self) -> str | None:
        """The last round in a line of text (``render_mode="ansi"``)."""
        if self.render_mode != "ansi" or self.model is None:
            return None
        model = self.model
        if model.ending is not None:
            return f"ended in {model.ending['outcome']}"
        if not model.results:
            return "opening"
        last = model.results[-1]
        said = [
            f"{s} {Move.from_dict(last['moves'][str(s)]['move']).letters(s)} {last['payoff'][str(s)]:+.2f}"
            for s in SEATS
        ]
        return f"{last['date']}: " + ", ".join(said)

    def close(self) -> None:
        """Nothing is held open."""

    def _allowed(self, actions: Mapping[str, int]) -> tuple[dict[str, int], list[str]]:
        """What each agent does, and whose action the mask ruled out."""
        chosen, illegal = {}, []
        for agent in self.agents:
            if agent not in actions:
                raise IllegalMove(f"no action from {agent}; every agent acts in every step")
            wanted, mask = int(actions[agent]), self._mask(agent)
            if not (0 <= wanted < ACTIONS and mask[wanted]):
                if self.strict:
                    raise IllegalMove(f"{agent} cannot take action {wanted} now; look at its action_mask")
                illegal.append(agent)
                wanted = int(np.argmax(mask))
            chosen[agent] = wanted
        return chosen, illegal

    # -- playing -------------------------------------------------------------------------------------------

    def _play(self, chosen: Mapping[str, int]) -> None:
        model = self.model
        moves = {}
        for seat in SEATS:
            action = chosen.get(str(seat))
            if action is None:
                moves[seat] = model.ask(seat).move
            else:
                moves[seat] = Move.from_index(seat, action % QUIET, quiet=action >= QUIET)
        model.play(moves)

    def _review(self, chosen: Mapping[str, int]) -> None:
        model = self.model
        if self._must_propose():
            model.put_on_table(Proposal.of_offer(OFFERS[chosen["USA"] - OFFER]))
            return
        for partner in self._asked():
            model.answer(partner, chosen[partner] == SIGN)

    def _go_on(self) -> None:
        """Let strategies speak at the review until an agent has something to say, or the game is over."""
        model = self.model
        while model.running and model.phase is Phase.JOINT_REVIEW:
            if self._must_propose():
                if "USA" in self.agents:
                    return
                model.put_on_table(model.ask_proposal())
            proposal = Proposal.from_dict(model.proposals[-1])
            for partner in proposal.signatories:
                if str(partner) not in self.agents and str(partner) not in model.proposals[-1]["answers"]:
                    model.answer(partner, model.ask_answer(partner, proposal))
            if self._asked():
                return
            model.close_review()

    def _must_propose(self) -> bool:
        """Whether the table waits for a proposal: none yet, or a bilateral one was refused."""
        model = self.model
        if not model.proposals:
            return True
        last = model.proposals[-1]
        signatories = Proposal.from_dict(last).signatories
        refused = len(last["answers"]) == len(signatories) > 0 and not all(last["answers"].values())
        return refused and last["outcome"] == str(Outcome.SPLIT) and len(model.proposals) == 1

    def _asked(self) -> list[str]:
        """Agents that have to sign or refuse now."""
        model = self.model
        if model.phase is not Phase.JOINT_REVIEW or not model.proposals or self._must_propose():
            return []
        last = model.proposals[-1]
        wanted = [str(k) for k in Proposal.from_dict(last).signatories]
        return [k for k in wanted if k in self.agents and k not in last["answers"]]

    def _rewards(self) -> dict[str, float]:
        """What was earned since the last step."""
        model = self.model
        if model.ending is not None:
            whole = {s: float(model.ending["score"][s]) for s in self._paid}
        else:
            whole = {s: float(sum(r["payoff"][s] for r in model.results)) for s in self._paid}
        rewards = {a: whole[a] - self._paid[a] for a in self.agents}
        self._paid = whole
        return rewards

    # -- what an agent sees ---------------------------------------------------------------------------------

    def _mask(self, agent: str) -> np.ndarray:
        mask = np.zeros(ACTIONS, np.int8)
        model = self.model
        if model.phase is Phase.BARGAINING:
            mask[MOVES:QUIET] = 1
            if agent != "USA" and model.book.on("S4"):
                mask[QUIET:OFFER] = 1
        elif model.phase is Phase.JOINT_REVIEW and agent == "USA" and self._must_propose():
            split = not model.proposals and model.book.on("S2")
            letter = model.book.on("S1")
            mask[OFFER:SIGN] = [
                (split or not offer.startswith("SPLIT")) and (letter or offer != "WD") for offer in OFFERS
            ]
        elif agent in self._asked():
            mask[[SIGN, REFUSE]] = 1
        else:
            mask[WAIT] = 1
        return mask

    def _observations(self) -> dict[str, Any]:
        return {a: {"observation": self._seen(a), "action_mask": self._mask(a)} for a in self.agents}

    def _infos(self) -> dict[str, Any]:
        model = self.model
        return {a: {"round": model.round, "phase": str(model.phase)} for a in self.agents}

    def _seen(self, agent: str) -> np.ndarray:
        model = self.model
        view = model.view(agent)
        pos, rules = view.position, model.book.rules
        us_top, partner_top = max(model.book.us_top, 1), max(model.book.partner_top, 1)
        phase = 0 if model.phase is Phase.BARGAINING else 1 if self._must_propose() else 2
        on_table = len(OFFERS)
        if model.phase is Phase.JOINT_REVIEW and model.proposals:
            on_table = OFFERS.index(Proposal.from_dict(model.proposals[-1]).offer)
        parts: dict[str, Any] = {
            "round": [(view.round - 1) / max(view.rounds, 1)],
            "months": [view.months / 12],
            "us_rung": pos.us_rung / us_top,
            "partner_rung": pos.partner_rung / partner_top,
            "us_notice": pos.us_notice,
            "partner_notice": pos.partner_notice,
            "us_rung_cap": pos.us_rung_cap / us_top,
            "volatility": pos.volatility,
            "corridor": [float(pos.corridor), float(pos.corridor_overseas)],
            "joint_items": pos.joint_items / max(rules.joint_items.most, 1),
            "favours": pos.favours / max(rules.favours.most, 1),
            "joins": pos.joins,
            "granted_by_partner": pos.granted_by_partner.ravel(),
            "granted_by_us": pos.granted_by_us.ravel(),
            **{f"belief_{name}": pos.belief(name) for name in BELIEFS},
            **{f"stance_{a}_{b}": _one_hot(_last(view, a, b), 4) for a, b in PAIRS},
            "phase": _one_hot(phase, 3),
            "offer": _one_hot(on_table, len(OFFERS)),
        }
        ends = np.cumsum([len(part) for part in parts.values()])
        self.parts = {
            name: slice(int(end) - len(part), int(end))
            for (name, part), end in zip(parts.items(), ends, strict=True)
        }
        whole = np.concatenate([np.asarray(part, float) for part in parts.values()])
        return np.clip(whole, 0.0, 1.0).astype(np.float32)


def _last(view: Any, giver: Country, toward: Country) -> int:
    """0 unseen, else 1 to 3 for the stance of the last round."""
    stance = view.last_stance(giver, toward)
    return 0 if stance is None else 1 + STANCES.index(stance)


def _one_hot(place: int, size: int) -> np.ndarray:
    out = np.zeros(size)
    if place < size:
        out[place] = 1.0
    return out
