"""The joint review as part of a model: who proposes, who signs, how it is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from negotiation.errors import IllegalMove
from negotiation.game.moves import seat_of
from negotiation.game.proposal import (
    Proposal,
    check_proposal,
    check_turn,
    review_of,
    settle,
    slides_into_withdrawal,
)
from negotiation.game.review import Review
from negotiation.strategies import Strategy
from negotiation.terms import SEATS, Country, Outcome, Phase
from negotiation.world.chance import stream
from negotiation.world.ending import ending_of
from negotiation.world.parts import strategy_of


class JointReview:
    """The part of ``ReviewModel`` that holds reviews; it uses the model's position, board and governments."""

    seed: int
    phase: Phase
    proposals: list[dict[str, Any]]
    reviews: list[dict[str, Any]]
    ending: dict[str, Any] | None
    running: bool
    position: Any
    governments: Any
    datacollector: Any
    results: list[dict[str, Any]]
    book: Any
    scale: np.ndarray
    calendar: tuple[Any, ...]
    _reviewed: Any
    """The position that ``_known_reviews`` were worked out for."""
    _known_reviews: dict[Any, Review]

    if TYPE_CHECKING:  # what the model works out when asked

        @property
        def round(self) -> int: ...

        @property
        def table(self) -> Any: ...

        @property
        def scenario(self) -> Any: ...

        def view(self, seat: Country | str) -> Any: ...

    def _review_draw(self, proposal: int, seat: int) -> np.random.Generator:
        return stream(self.seed, "review", 4 * len(self.reviews) + proposal, seat)

    def review(self, proposal: Proposal | None = None, *, seen: bool = False) -> Review:
        """The joint review in this position, with a proposal's own package if it has one (worked out once)."""
        if getattr(self, "_reviewed", None) is not self.position:
            self._reviewed, self._known_reviews = self.position, {}
        own = (proposal.offer, proposal.package) if proposal is not None and proposal.package else None
        if (own, seen) not in self._known_reviews:
            self._known_reviews[own, seen] = review_of(
                proposal, self.table, self.position, self.book, self.scenario, seen=seen
            )
        return self._known_reviews[own, seen]

    def ask_proposal(self, by: Strategy | str | None = None) -> Proposal:
        """What Washington's strategy proposes now."""
        mind = (
            self.governments[Country.USA].strategy
            if by is None
            else strategy_of(by, self.scenario, Country.USA)
        )
        rng = self._review_draw(len(self.proposals), 0)
        split = not self.proposals and self.book.on("S2")
        return mind.propose(self.view(Country.USA), rng, split_allowed=split)

    def ask_answer(self, seat: Country | str, proposal: Proposal, by: Strategy | str | None = None) -> bool:
        """Whether a partner's strategy signs."""
        seat = seat_of(seat)
        mind = self.governments[seat].strategy if by is None else strategy_of(by, self.scenario, seat)
        rng = self._review_draw(max(len(self.proposals) - 1, 0), SEATS.index(seat))
        return mind.answer(self.view(seat), proposal, rng, review=self.review(proposal))

    def put_on_table(self, proposal: Proposal) -> None:
        """Washington proposes; ``IllegalMove`` unless it may propose this, now."""
        if self.phase is not Phase.JOINT_REVIEW:
            raise IllegalMove(f"the joint review is not open (the game is in {self.phase})")
        check_turn(proposal, self.proposals)
        check_proposal(proposal, self.position, self.scenario)
        self.proposals.append({**proposal.to_dict(), "answers": {}})

    def answer(self, seat: Country | str, signs: bool) -> None:
        """A partner signs or refuses the proposal on the table; ``IllegalMove`` if it is not asked to."""
        seat, last = seat_of(seat), self._last_proposal()
        if seat not in Proposal.from_dict(last).signatories:
            raise IllegalMove(f"{seat} is not asked to sign this proposal")
        last["answers"][str(seat)] = bool(signs)

    def _last_proposal(self) -> dict[str, Any]:
        if self.phase is not Phase.JOINT_REVIEW or not self.proposals:
            raise IllegalMove("no proposal is on the table of the joint review; put_on_table comes first")
        return self.proposals[-1]

    def review_by_strategies(self) -> dict[str, Any] | None:
        """The joint review with strategies in all seats."""
        while self.phase is Phase.JOINT_REVIEW:
            proposal = self.ask_proposal()
            self.put_on_table(proposal)
            for partner in proposal.signatories:
                self.answer(partner, self.ask_answer(partner, proposal))
            self.close_review()
        return self.ending

    def stop(self) -> dict[str, Any]:
        """The end before its time: annual reviews go on, scored as things stand."""
        if self.ending is None:
            self.phase = Phase.ENDED
            self.ending = ending_of(self, Outcome.ANN, None, {}, slid=False)
        return self.ending

    def close_review(self) -> dict[str, Any] | None:
        """Settle the review by its last proposal: data of ``game_ended``, or None if the game goes on.

        It goes on when a refused bilateral offer returns to the trilateral table (still in the review), and when
        annual reviews follow and rounds remain (back to bargaining; ``reviews`` says what was held). Who has not
        answered has not signed. ``IllegalMove`` if there is no proposal.
        """
        last = self._last_proposal()
        proposal = Proposal.from_dict(last)
        signed = {Country(k): v for k, v in last["answers"].items()}
        outcome = settle(proposal, signed)
        if proposal.outcome is Outcome.SPLIT and outcome is Outcome.ANN and len(self.proposals) == 1:
            return None
        slid = False
        rng = stream(self.seed, "slip", len(self.reviews))
        if outcome is Outcome.ANN and slides_into_withdrawal(self.review(), rng):
            outcome, slid = Outcome.WD, True
        if outcome is Outcome.ANN and self.round <= len(self.calendar):
            self.reviews.append(
                {"round": len(self.results), "outcome": str(outcome), "proposals": self.proposals}
            )
            self.proposals = []
            self.phase = Phase.BARGAINING
            return None
        self.ending = ending_of(self, outcome, proposal, signed, slid=slid)
        self.phase = Phase.ENDED
        self.running = False
        self.datacollector.collect(self)
        return self.ending
