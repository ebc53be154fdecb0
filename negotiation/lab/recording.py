"""A game played by strategies and kept as the events of its log, the same events rooms store.

recording = Recording("autumn-2025", seed=1)
for event in recording.play():
    ...                              # as it happens; the last one is ``game_ended``
write_log(path, recording.events)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from negotiation.game.log import Event, GameState, decide_answer, decide_proposal, decide_seal, evolve
from negotiation.game.moves import issues_between
from negotiation.lab.manifest import versions
from negotiation.scenario import Scenario
from negotiation.strategies import Strategy
from negotiation.terms import SEATS, Country, Phase
from negotiation.world import ReviewModel


class Recording:
    """One game and its log. ``events`` and ``state`` grow while it is played.

    scenario, seed, strategies, firms : as for ``ReviewModel``.
    """

    def __init__(
        self,
        scenario: Scenario | str,
        seed: int = 0,
        strategies: Mapping[Country | str, Strategy | str] | None = None,
        firms: int | None = None,
    ) -> None:
        self.model = ReviewModel(scenario, seed, strategies=strategies, firms=firms)
        self.events: list[Event] = []
        self.state = GameState()
        self._add("game_started", started_by(self.model))

    def play(self) -> Iterator[Event]:
        """Play to the end; yields every event, ``game_started`` first."""
        yield from self.events
        while self.model.phase is not Phase.ENDED:
            told = len(self.events)
            if self.model.phase is Phase.BARGAINING:
                self._round()
            else:
                self._propose_and_sign()
            if self.model.ending is not None:
                self._add("game_ended", self.model.ending)
            yield from self.events[told:]

    def _round(self) -> None:
        """Three sealed moves, then what came of them."""
        choices = {seat: self.model.ask(seat) for seat in SEATS}
        for seat, choice in choices.items():
            self._add("move_sealed", decide_seal(self.state, seat, choice.to_dict()))
        moves = {seat: choice.move for seat, choice in choices.items()}
        told = {seat: choice.to_dict() for seat, choice in choices.items()}
        self._add("round_resolved", self.model.play(moves, told))

    def _propose_and_sign(self) -> None:
        """One proposal of the joint review and its answers; annual reviews may let the game go on."""
        model = self.model
        proposal = model.ask_proposal()
        self._add("proposal_made", decide_proposal(self.state, proposal))
        model.put_on_table(proposal)
        for partner in proposal.signatories:
            signs = model.ask_answer(partner, proposal)
            self._add("proposal_answered", decide_answer(self.state, partner, signs))
            model.answer(partner, signs)
        model.close_review()
        if model.phase is Phase.BARGAINING:
            self._add("review_held", model.reviews[-1])

    def _add(self, kind: str, data: Mapping[str, Any]) -> None:
        event = Event(len(self.events) + 1, kind, data)
        self.state = evolve(self.state, event)
        self.events.append(event)


def started_by(model: Any) -> dict[str, Any]:
    """Data of ``game_started``: what is needed to play the same game again, and the numbers of the opening."""
    scenario = model.scenario
    return {
        "scenario": scenario.name,
        "title": scenario.title.en,
        "digest": scenario.digest,
        "seed": model.seed,
        "seats": {str(seat): model.governments[seat].strategy.name for seat in SEATS},
        "strategies": {str(seat): repr(model.governments[seat].strategy) for seat in SEATS},
        "firms": len(model.firms),
        "rounds": len(model.calendar),
        "reviews": list(model.review_rounds),
        "dates": [r.date for r in model.calendar],
        "headlines": {event.id: event.news.en for event in scenario.events},
        "issues": {
            f"{giver}>{receiver}:{issue.id}": issue.title.en
            for giver in SEATS
            for receiver in SEATS
            if giver is not receiver
            for issue in issues_between(giver, receiver, scenario)
        },
        "versions": versions(),
        "opening": {**(model.opening or {}), "position": model.position.to_dict()},
    }
