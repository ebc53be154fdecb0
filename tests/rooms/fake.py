"""A model with the methods of ``ReviewModel`` and none of its economy: fast, deterministic, full of secrets.

Its results have every field of the real ones. Hidden fields carry numbers computed from the hidden choices, so that a
view that lets one through differs; public fields depend on public choices only.
"""

from __future__ import annotations

import hashlib
import json
from types import SimpleNamespace
from typing import Any

import numpy as np

from negotiation.game.moves import Move
from negotiation.game.position import Position, opening_position
from negotiation.game.proposal import Proposal, settle
from negotiation.game.view import Choice, Reason
from negotiation.rooms.engine import scenario_named
from negotiation.terms import PARTNERS, SEATS, STANCES, Country, Outcome, Phase, others

ROUNDS = 3


def number(*what: Any) -> float:
    """A number that stands for ``what``."""
    digest = hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 1e6


class FakeModel:
    """Three rounds and a review; every number is a hash of what it may depend on."""

    REVIEWS: tuple[int, ...] = (ROUNDS,)

    def __init__(self, config: Any) -> None:
        real = scenario_named("autumn-2025")
        self.seed = config.seed
        self.scenario = SimpleNamespace(
            name=real.name,
            digest="fake",
            switches=real.switches,
            issues=real.issues,
            measures=real.measures,
            events=real.events,
        )
        self.position: Position = opening_position(real.start, real.issues, tuple("ABCDEFGHIJKL"), (4, 3))
        self.results: list[dict[str, Any]] = []
        self.proposals: list[dict[str, Any]] = []
        self.reviews: list[dict[str, Any]] = []
        self.calendar = real.calendar.rounds[:ROUNDS]
        self.review_rounds = self.REVIEWS
        self.phase = Phase.BARGAINING
        self.ending: dict[str, Any] | None = None
        self.played = 0
        self.opening = self._readouts("opening", "opening")

    def view(self, seat: Country) -> Any:
        payoff = np.arange(9 * 9 * 9 * 3, dtype=float).reshape(9, 9, 9, 3)
        return SimpleNamespace(seat=seat, stage=SimpleNamespace(payoff=payoff))

    def ask(self, seat: Country, by: Any = None) -> Choice:
        rng = np.random.default_rng(
            np.random.SeedSequence(self.seed, spawn_key=(len(self.results), SEATS.index(seat)))
        )
        quiet = seat is not Country.USA and bool(rng.random() < 0.5)
        stances = [STANCES[i] for i in (0, 2, rng.integers(3))[1:]]
        move = Move.of(seat, stances[0] if seat is Country.USA else "defect", stances[1], quiet=quiet)
        reasons = {
            c: Reason("because", {"other": str(c), "mark": number("reason", self.seed, seat, c)})
            for c in others(seat)
        }
        return Choice(move, reasons, {"CC": number("expected", self.seed, seat)})

    def play(self, moves: Any, choices: Any = None) -> dict[str, Any]:
        moves = {Country(s): m for s, m in moves.items()}
        self.played += 1
        result = self._result(moves, choices or {})
        self._live(result)
        return result

    def _result(self, moves: dict[Country, Move], choices: dict[str, Any]) -> dict[str, Any]:
        quiet = {str(k): moves[k].quiet for k in PARTNERS}
        noticed = not any(quiet.values()) or number("noticed", self.seed, len(self.results)) % 2 < 1
        open_part = {str(s): moves[s].to_dict()["stances"] for s in SEATS}
        hidden = {str(s): moves[s].to_dict() for s in SEATS}
        for k in PARTNERS:
            if moves[k].quiet:
                open_part[str(k)] = {"USA": open_part[str(k)]["USA"]}
        n = len(self.results) + 1
        position = self.position.to_dict() | {"round": n, "corridor": number("corridor", hidden, n)}
        evidence = np.array(position["evidence"])
        evidence[2] = number("commitment", hidden, n)
        evidence[5] = number("partner trust", hidden, n)
        position["evidence"] = evidence.tolist()
        position["favours"] = [number("favours", hidden, n), 0]
        return {
            "round": n,
            "date": self.calendar[n - 1].date,
            "months": 1,
            "moves": {str(s): {**choices.get(str(s), {}), "move": moves[s].to_dict()} for s in SEATS},
            "quiet": quiet,
            "noticed": noticed,
            "facts": {
                **{f: [number(f, open_part), 0] for f in ("us_executes", "partner_executes", "front_fires")},
                **{
                    f: [number(f, hidden), 0]
                    for f in ("separate_talks", "breaker_bonus", "promise_called", "favour")
                },
            },
            "granted": [],
            "events": [],
            "position": position,
            "payoff": {str(s): number("payoff", s, hidden) for s in SEATS},
            "something_new": number("a field nobody has named yet", hidden),
            **self._readouts(open_part, hidden),
        }

    def _readouts(self, public: Any, hidden: Any) -> dict[str, Any]:
        out: dict[str, Any] = {
            name: number(name, public) for name in ("odds", "income", "output", "ties", "firms")
        }
        out["leverage"] = {str(k): {"index": number("leverage", k, public)} for k in PARTNERS}
        out["leverage_true"] = {str(k): {"index": number("leverage", k, hidden)} for k in PARTNERS}
        out["odds_true"] = number("odds true", hidden)
        out["commitment"] = {"seen": number("seen", public), "true": number("true", hidden)}
        return out

    def _live(self, result: dict[str, Any]) -> None:
        self.results.append(result)
        if not self.review_rounds and len(self.results) == ROUNDS:
            self.ending = {"outcome": "ANN", "score": {"USA": 0.0, "CAN": 0.0, "MEX": 0.0}}
        self.position = Position.from_dict(result["position"])

    def restore(self, results: list[dict[str, Any]]) -> list[str]:
        for result in results:
            self._live(dict(result))
        return []

    def ask_proposal(self, by: Any = None) -> Proposal:
        return Proposal.of_offer("EXT" if self.proposals else "SPLIT_CAN")

    def ask_answer(self, seat: Country, proposal: Proposal, by: Any = None) -> bool:
        return number("signs", self.seed, seat, proposal.offer) % 2 < 1

    def stop(self) -> dict[str, Any]:
        return {"outcome": "ANN", "score": {str(s): number("score", s, self.seed) for s in SEATS}}

    def close_review(self) -> dict[str, Any] | None:
        proposal = Proposal.from_dict(self.proposals[-1])
        signed = {Country(k): v for k, v in self.proposals[-1]["answers"].items()}
        if settle(proposal, signed) is Outcome.ANN and len(self.results) < ROUNDS:
            self.reviews.append({"round": len(self.results), "outcome": "ANN", "proposals": self.proposals})
            self.proposals = []
            return None
        return {
            "outcome": str(settle(proposal, signed)),
            "proposals": self.proposals,
            "score": {str(s): number("score", s, self.seed) for s in SEATS},
        }
