"""What can be read off a view without calculating: who hit whom, who is on notice, what has been granted."""

from __future__ import annotations

from collections.abc import Iterator

from negotiation.game.view import RoundSeen, SeatView
from negotiation.terms import PARTNERS, Country, Stance


def partner_axis(country: Country) -> int:
    """Place of a partner on every partner axis: 0 Canada, 1 Mexico."""
    return PARTNERS.index(country)


def has_hit_us(view: SeatView, other: Country) -> bool:
    """Did ``other`` defect on this seat in the last round?"""
    return view.last_stance(other, view.seat) is Stance.DEFECT


def rounds_defected(view: SeatView, giver: Country, toward: Country) -> Iterator[RoundSeen]:
    """Rounds in which ``giver`` was seen to defect on ``toward``, oldest first."""
    return (r for r in view.history if r.stances.get((giver, toward)) is Stance.DEFECT)


def executed(seen: RoundSeen, giver: Country, toward: Country) -> bool:
    """Did a step of ``giver`` against ``toward`` take effect then? Partners have none between them."""
    if giver is Country.USA:
        return bool(seen.us_executed[partner_axis(toward)])
    if toward is Country.USA:
        return bool(seen.partner_executed[partner_axis(giver)])
    return False


def steps_executed(view: SeatView, giver: Country, toward: Country) -> int:
    """Steps of ``giver`` against ``toward`` that took effect so far."""
    return sum(executed(seen, giver, toward) for seen in view.history)


def has_announced(view: SeatView, giver: Country, toward: Country) -> bool:
    """Is a step of ``giver`` against ``toward`` announced for this round?"""
    if giver is Country.USA:
        return bool(view.position.us_notice[..., partner_axis(toward)])
    if toward is Country.USA:
        return bool(view.position.partner_notice[..., partner_axis(giver)])
    return False


def grants_given(view: SeatView, to: Country) -> int:
    """Issues this seat has granted to ``to``; between the partners, favours done."""
    pos = view.position
    if view.seat is Country.USA:
        return int(pos.granted_by_us[..., partner_axis(to), :].sum())
    if to is Country.USA:
        return int(pos.granted_by_partner[..., partner_axis(view.seat), :].sum())
    return int(pos.favours[..., partner_axis(view.seat)])
