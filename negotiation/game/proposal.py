"""The joint review played by seats: Washington proposes, partners sign or refuse, what is unsigned is ANN.

A package item is written ``giver>receiver:issue``, e.g. ``CAN>USA:dairy``. A proposal without a package takes
the one bargaining theory expects (``Review.package``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.errors import IllegalMove
from negotiation.game.moves import issues_between
from negotiation.game.position import Position
from negotiation.game.review import Review, hold_review
from negotiation.game.rulebook import Rulebook
from negotiation.terms import PARTNERS, Country, Outcome

Array = np.ndarray


@dataclass(frozen=True)
class Proposal:
    """What Washington asks for at the joint review."""

    outcome: Outcome
    partners: tuple[Country, ...] = ()
    """SPLIT: with whom; for EXT and COND always both, for ANN and WD nobody."""
    package: tuple[str, ...] = ()
    """COND, SPLIT: issues settled together; empty for the package expected by theory."""

    def __post_init__(self) -> None:
        """Take plain words too (``Proposal("SPLIT", ("CAN",))``); ``IllegalMove`` for those that mean nothing."""
        if isinstance(self.package, str) or not all(isinstance(item, str) for item in self.package):
            raise IllegalMove(
                f"a package is a list of items such as 'CAN>USA:dairy', got {self.package!r:.80}"
            )
        try:
            outcome, partners = Outcome(self.outcome), tuple(Country(k) for k in self.partners)
        except ValueError as error:
            raise IllegalMove(f"this proposal cannot be read: {error}") from None
        for name, value in (("outcome", outcome), ("partners", partners), ("package", tuple(self.package))):
            object.__setattr__(self, name, value)

    @property
    def signatories(self) -> tuple[Country, ...]:
        """Partners whose head of government must sign."""
        if self.outcome in (Outcome.EXT, Outcome.COND):
            return PARTNERS
        return tuple(k for k in PARTNERS if k in self.partners) if self.outcome is Outcome.SPLIT else ()

    @property
    def offer(self) -> str:
        """Name of this proposal in ``Review.values`` and ``Review.acceptance``."""
        if self.outcome is not Outcome.SPLIT:
            return str(self.outcome)
        return "SPLIT_both" if len(self.signatories) == 2 else f"SPLIT_{self.signatories[0]}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a log."""
        return {
            "outcome": str(self.outcome),
            "partners": [str(k) for k in self.partners],
            "package": list(self.package),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Proposal:
        """The inverse of ``to_dict``; ``IllegalMove`` if it cannot be read."""
        try:
            return cls(data["outcome"], data.get("partners") or (), data.get("package") or ())
        except (KeyError, TypeError, AttributeError) as error:
            raise IllegalMove(f"this proposal cannot be read: {error}") from None

    @classmethod
    def of_offer(cls, offer: str) -> Proposal:
        """The proposal behind an offer name such as ``SPLIT_CAN``."""
        if offer == "SPLIT_both":
            return cls(Outcome.SPLIT, PARTNERS)
        if offer.startswith("SPLIT_"):
            return cls(Outcome.SPLIT, (offer.removeprefix("SPLIT_"),))  # type: ignore[arg-type]
        return cls(offer)  # type: ignore[arg-type]


def check_turn(proposal: Proposal, before: Sequence[Mapping[str, Any]]) -> None:
    """Raise ``IllegalMove`` unless a proposal may follow those made ``before`` it in this review (as data, with their
    answers): the first one, or one more after a refused bilateral offer, back at the trilateral table."""
    if not before:
        return
    last = Proposal.from_dict(before[-1])
    if not {str(k) for k in last.signatories} <= set(before[-1]["answers"]):
        raise IllegalMove("a proposal is on the table; wait for the answers")
    refused_split = last.outcome is Outcome.SPLIT and not all(before[-1]["answers"].values())
    if not refused_split or len(before) > 1:
        raise IllegalMove("the proposal of this review has been answered")
    if proposal.outcome is Outcome.SPLIT:
        raise IllegalMove(
            "a refused bilateral offer returns to the trilateral table: propose EXT, COND, ANN or WD"
        )


def check_proposal(proposal: Proposal, pos: Position, scenario: Any) -> None:
    """Raise ``IllegalMove`` unless Washington may propose this now."""
    if not scenario.switches["S13"]:
        raise IllegalMove("this scenario holds no joint review (switch S13 is off)")
    if proposal.outcome is Outcome.WD and not scenario.switches["S1"]:
        raise IllegalMove("this scenario knows no withdrawal letter (switch S1 is off)")
    if proposal.outcome is Outcome.SPLIT:
        if not proposal.signatories or Country.USA in proposal.partners:
            raise IllegalMove("a bilateral deal needs one or two of CAN and MEX as partners")
        if not scenario.switches["S2"]:
            raise IllegalMove("this scenario offers no bilateral deals (switch S2 is off)")
    elif proposal.partners and set(proposal.partners) != set(proposal.signatories):
        raise IllegalMove(f"{proposal.outcome} does not choose partners; leave them out")
    if proposal.package and proposal.outcome not in (Outcome.COND, Outcome.SPLIT):
        raise IllegalMove(f"{proposal.outcome} carries no package; ask for COND or SPLIT to settle issues")
    if len(set(proposal.package)) < len(proposal.package):
        raise IllegalMove("a package names an issue twice; it can be settled once only")
    open_items = set(open_issues(pos, scenario))
    for item in proposal.package:
        if item not in open_items:
            raise IllegalMove(
                f"{item!r} is not an open issue; open are {', '.join(sorted(open_items)) or 'none'}"
            )
        giver, receiver = item.split(":")[0].split(">")
        if not {giver, receiver} & {str(k) for k in proposal.signatories}:
            raise IllegalMove(f"{item!r} concerns a partner who is not asked to sign")


def open_issues(pos: Position, scenario: Any) -> dict[str, tuple[Country, Country, Any]]:
    """Package items not granted yet: key -> (giver, receiver, issue)."""
    out: dict[str, tuple[Country, Country, Any]] = {}
    for k, partner in enumerate(PARTNERS):
        for giver, receiver, granted in (
            (partner, Country.USA, pos.granted_by_partner[k]),
            (Country.USA, partner, pos.granted_by_us[k]),
        ):
            for issue, done in zip(issues_between(giver, receiver, scenario), granted, strict=True):
                if not done:
                    out[f"{giver}>{receiver}:{issue.id}"] = (giver, receiver, issue)
    return out


def package_value(package: tuple[str, ...], pos: Position, scenario: Any) -> Array:
    """(partner, 3) yearly value of a package to USA, CAN, MEX, by the pair that settles it, USD bn."""
    items = open_issues(pos, scenario)
    value = np.zeros((2, 3))
    for key in package:
        giver, receiver, issue = items[key]
        k = PARTNERS.index(giver if receiver is Country.USA else receiver)
        for country, amount in ((giver, -issue.cost), (receiver, issue.value)):
            value[k, 0 if country is Country.USA else k + 1] += amount
    return value


def expected_package(
    review: Review, pos: Position, scenario: Any, partners: tuple[Country, ...] = PARTNERS
) -> tuple[str, ...]:
    """Whole issues nearest to the package theory expects: the transfer in ledger order, and every issue of
    Washington's that is worth more to the partner than it costs."""
    chosen: list[str] = []
    for k, partner in enumerate(PARTNERS):
        if partner not in partners:
            continue
        transfer = float(review.package[..., k])
        for key, (giver, receiver, issue) in open_issues(pos, scenario).items():
            if receiver is Country.USA and giver is partner and transfer > issue.value / 2:
                chosen.append(key)
                transfer -= issue.value
            elif giver is Country.USA and receiver is partner and issue.value > issue.cost:
                chosen.append(key)
    return tuple(chosen)


def review_of(
    proposal: Proposal | None,
    table: Any,
    pos: Position,
    book: Rulebook,
    scenario: Any,
    *,
    seen: bool = False,
) -> Review:
    """The review with the proposal's package in place of the expected one."""
    deals = None
    if proposal is not None and proposal.package:
        deals = {proposal.offer: package_value(proposal.package, pos, scenario)}
    return hold_review(table, pos, book, seen=seen, deals=deals)


def draw_proposal(review: Review, rng: np.random.Generator, *, split_allowed: bool = True) -> Proposal:
    """Washington's proposal drawn from its logit choices."""
    start = "trilateral"
    if split_allowed:
        start = _draw({o: float(p) for o, p in review.first_offer.items()}, rng)
    if start != "trilateral":
        return Proposal.of_offer(start)
    return Proposal.of_offer(_draw({o: float(p) for o, p in review.trilateral.items()}, rng))


def draw_signature(review: Review, proposal: Proposal, partner: Country, rng: np.random.Generator) -> bool:
    """Whether a partner signs, drawn from its acceptance probability."""
    return bool(rng.random() < float(review.acceptance[proposal.offer][PARTNERS.index(partner)]))


def settle(proposal: Proposal, signed: Mapping[Country, bool]) -> Outcome:
    """The end a proposal leads to: what is not signed by all who must sign becomes annual reviews."""
    if proposal.outcome in (Outcome.ANN, Outcome.WD):
        return proposal.outcome
    return proposal.outcome if all(signed.get(k, False) for k in proposal.signatories) else Outcome.ANN


def slides_into_withdrawal(review: Review, rng: np.random.Generator) -> bool:
    """Whether annual reviews slide into withdrawal, drawn once."""
    return bool(rng.random() < float(review.slip))


def value_of_end(outcome: Outcome, proposal: Proposal | None, review: Review) -> Array:
    """(3,) yearly value of an end as reached, USD bn: a signed deal as far as trust lets it hold."""
    if outcome in (Outcome.EXT, Outcome.COND, Outcome.SPLIT) and proposal is not None:
        return review.values[proposal.offer]
    if outcome is Outcome.WD:
        return review.values["WD"]
    return review.annual


def _draw(chances: Mapping[str, float], rng: np.random.Generator) -> str:
    names = list(chances)
    p = np.array([chances[n] for n in names])
    return names[int(rng.choice(len(names), p=p / p.sum()))]
