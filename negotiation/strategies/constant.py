"""Always the same: the fixed points every other strategy is measured against."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from negotiation.game.proposal import Proposal
from negotiation.game.review import Review
from negotiation.game.view import Reason, SeatView
from negotiation.strategies.base import DyadStrategy, Traits, because
from negotiation.terms import Country, Outcome, Stance


class Constant(DyadStrategy):
    """The same stance toward everybody in every round, whatever the others do."""

    stance: ClassVar[Stance]
    traits = Traits()

    def toward(self, view: SeatView, other: Country, rng: np.random.Generator) -> tuple[Stance, Reason]:
        return self.stance, because(f"always_{self.stance}", other)


class AlwaysCoordinate(Constant):
    """Coordinates with everybody, always.

    The unconditional cooperator of Axelrod (1984, *The Evolution of Cooperation*): it shows what a table
    gains when nobody presses, and how far a seat that never answers can be exploited. At the review it
    proposes plain extension and signs anything that keeps the three together, but no deal that leaves one
    out.
    """

    name = "always-coordinate"
    stance = Stance.COORDINATE

    def propose(self, view: SeatView, rng: np.random.Generator, *, split_allowed: bool = True) -> Proposal:
        return Proposal(Outcome.EXT)

    def answer(
        self, view: SeatView, proposal: Proposal, rng: np.random.Generator, *, review: Review | None = None
    ) -> bool:
        return proposal.outcome is not Outcome.SPLIT


class AlwaysConcede(Constant):
    """Concedes to everybody, always.

    Appeasement as a rule. Whether it buys peace or invites more demands is the oldest question of the field
    (Powell 1996, "Uncertainty, Shifting Power, and Appeasement", *American Political Science Review* 90);
    here its price can be read off. Once nothing is left to grant a concession counts as coordination. At the
    review it proposes extension without asks and signs whatever is put before it.
    """

    name = "always-concede"
    stance = Stance.CONCEDE

    def propose(self, view: SeatView, rng: np.random.Generator, *, split_allowed: bool = True) -> Proposal:
        return Proposal(Outcome.EXT)

    def answer(
        self, view: SeatView, proposal: Proposal, rng: np.random.Generator, *, review: Review | None = None
    ) -> bool:
        return True


class AlwaysDefect(Constant):
    """Defects on everybody, always.

    The equilibrium of the one-shot prisoner's dilemma and of the tariff war in Johnson (1953, "Optimum
    Tariffs and Retaliation", *Review of Economic Studies* 21). Every threat is carried out, so its
    credibility is high and its bill is too. At the review it does what a defector can do without leaving:
    Washington declines to extend (annual reviews), a partner refuses to sign.
    """

    name = "always-defect"
    stance = Stance.DEFECT

    def propose(self, view: SeatView, rng: np.random.Generator, *, split_allowed: bool = True) -> Proposal:
        return Proposal(Outcome.ANN)

    def answer(
        self, view: SeatView, proposal: Proposal, rng: np.random.Generator, *, review: Review | None = None
    ) -> bool:
        return False
