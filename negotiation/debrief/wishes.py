"""A what-if as somebody wishes it, short enough for a link: ``4:USA=CC,5:CAN=DC;strategies;USA=pressure``.

First the changed moves, then who goes on: nothing for the recorded moves, ``strategies`` for the strategies the seats
played (or came nearest to), and after it a named strategy for any seat. Several wishes are joined by ``~``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from negotiation.debrief.branches import (
    RECORDED,
    STRATEGIES,
    Branch,
    Change,
    Source,
    parse_change,
    what_if_all,
)
from negotiation.errors import InputError, UnknownName
from negotiation.terms import SEATS, Country

MOST = 20
"""Branches one link may ask for."""
MOST_CHANGES = 10
LONGEST = 2000
"""Characters of a link's wishes."""


@dataclass(frozen=True)
class Wish:
    """Changed moves and who goes on after the first of them."""

    changes: tuple[Change, ...]
    others: str = RECORDED
    minds: Mapping[str, str] = field(default_factory=dict)
    """Seat -> strategy to play on; only with ``strategies``."""

    @property
    def code(self) -> str:
        """The wish as text; ``parse_wish`` reads it."""
        said = [",".join(c.code for c in self.changes)]
        if self.others == STRATEGIES:
            said += [STRATEGIES, *(f"{s}={self.minds[str(s)]}" for s in SEATS if str(s) in self.minds)]
        return ";".join(said)

    def grant(self, game: Source) -> Branch:
        """Both futures; raises as ``what_if_all`` does."""
        return what_if_all(game, self.changes, self.others, minds=self.minds or None)


def parse_wish(text: str) -> Wish:
    """A wish from its text. ``InputError`` for what cannot be one, ``UnknownName`` for a strategy nobody ships.

    >>> parse_wish("4:USA=CC;strategies;CAN=tit-for-tat").minds
    {'CAN': 'tit-for-tat'}
    """
    from negotiation.strategies import strategies

    head, *rest = text.split(";")
    changes = tuple(parse_change(part) for part in head.split(","))
    if len(changes) > MOST_CHANGES:
        raise InputError(f"a what-if changes at most {MOST_CHANGES} moves")
    if not rest or rest == [RECORDED]:
        return Wish(changes)
    if rest[0] != STRATEGIES:
        raise InputError(f"'{rest[0]}' does not say who goes on; it may be {RECORDED} or {STRATEGIES}")
    minds = {}
    for part in rest[1:]:
        seat, _, name = part.partition("=")
        if seat not in {str(s) for s in SEATS}:
            raise InputError(f"there is no seat '{seat}'; it is USA, CAN or MEX")
        if name not in strategies():
            raise UnknownName("strategy", name, sorted(strategies()))
        minds[str(Country(seat))] = name
    return Wish(changes, STRATEGIES, minds)


def parse_wishes(text: str) -> tuple[list[Wish], list[str]]:
    """The wishes of a link, each once, and the parts of it that are none."""
    good: dict[str, Wish] = {}
    bad: list[str] = []
    for part in text[:LONGEST].split("~"):
        if not part:
            continue
        try:
            wish = parse_wish(part)
        except (InputError, ValueError):
            bad.append(part[:60])
            continue
        good.setdefault(wish.code, wish)
    return list(good.values())[:MOST], bad
