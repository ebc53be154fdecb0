"""The only exit of a room: everything one viewer may see, and nothing else.

``view_for(room, seat)`` is plain JSON data made from the log alone; whoever draws a page gets this and never
the room. It is not to be changed by the caller (parts of it are shared). What it does not contain cannot
leak: sealed choices of others, quiet stances, private briefings, true commitment (for Washington and
observers), computers' reasons before the reveal, the seed, tokens. When the game has ended everything opens,
under ``debrief``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Any

from negotiation.rooms.company import cables_seen
from negotiation.rooms.seen import everything, opening_seen, position_seen, round_seen
from negotiation.rooms.simple import CARDS
from negotiation.rooms.state import Chair, RoomState
from negotiation.rooms.steps import mind_of, wants_proposal
from negotiation.terms import SEATS, Country, Phase, others


def view_for(room: Any, seat: Country | None) -> dict[str, Any]:
    """What the person in a seat may see of a room; None for an observer.

    Fields (all data, no words of any language except names people gave and the briefings, which come in
    three):

    ``room version scenario mode level phase round rounds date months started paused locked trouble``
    ``you``       the seat, or None
    ``seats``     seat -> by (person, computer, nobody), strategy, name, sealed, offered, late
    ``own``       own seat only: sealed choice, may_withdraw, reveal (round whose reveal was not left),
    briefing,
                  cards in simple mode, version (to send back with a move)
    ``rounds``    the round before the next joint review; ``rounds_in_all``, ``reviews`` for longer calendars
    ``clock``     deadline (seconds since 1970), left (while paused)
    ``position opening``  as the viewer knows them
    ``rounds_played``     list of rounds as the viewer saw them (``seen.round_seen``)
    ``review``    proposals with answers, whose turn it is
    ``talk cables``  whether cables may be sent; those this viewer may read
    ``ending``    outcome, odds, values and scores
    ``debrief``   after the end: seed, every round in full, private briefings of all

    Made once for each state of a room and kept with it until the next one.
    """
    state, names, trouble = room.state, room.names, room.trouble
    seat = None if seat is None else Country(seat)
    kept: dict[Any, Any] = getattr(room, "kept_views", {})
    old: _Drawn | None = kept.get(("view", seat))
    if old is not None and old.state is state and old.names is names and old.trouble is trouble:
        return old.view
    view = _view(room, state, names, trouble, seat)
    kept["view", seat] = _Drawn(state, names, trouble, view)
    return view


@dataclass(frozen=True)
class _Drawn:
    """A view, and all it was made from (a scenario does not change)."""

    state: RoomState
    names: Mapping[str, str]
    trouble: Mapping[str, str] | None
    view: dict[str, Any]


def _view(
    room: Any,
    state: RoomState,
    names: Mapping[str, str],
    trouble: Mapping[str, str] | None,
    seat: Country | None,
) -> dict[str, Any]:
    game, started = state.game, state.game.started or {}
    index = min(game.round, game.rounds) - 1
    known = _known(room, state, seat)
    view: dict[str, Any] = {
        "room": state.code,
        "version": state.version,
        "scenario": state.config.scenario,
        "mode": state.config.mode,
        "level": state.config.level,
        "phase": str(game.phase),
        "round": game.round,
        "rounds": state.next_review,
        "rounds_in_all": game.rounds,
        "reviews": list(game.review_rounds),
        "date": started["dates"][index] if started else None,
        "months": started["months"][index] if started else None,
        "dates": started.get("dates", []),
        "started": bool(started),
        "called": state.called,
        "paused": state.paused,
        "locked": state.locked,
        "trouble": trouble,
        "you": None if seat is None else str(seat),
        "seats": {str(s): _chair_seen(state, s, names) for s in SEATS},
        "clock": {"deadline": state.clock.deadline, "left": state.clock.left},
        "opening": known.opening,
        "position": known.position,
        "rounds_played": known.rounds,
        "review": _review_seen(state) if game.phase is not Phase.BARGAINING or game.reviews else None,
        "talk": state.talk,
        "cables": cables_seen(state, seat),
        "ending": None,
    }
    if seat is not None:
        view["own"] = _own(room, state, names, seat)
    if game.phase is Phase.ENDED:
        view["ending"] = dict(game.ending or {})
        view["debrief"] = _debrief(room, state)
    return view


@dataclass(frozen=True)
class _Known:
    """What a viewer knows of what was played: the same objects as long as nothing new was played."""

    started: Any
    results: tuple[Mapping[str, Any], ...]
    opening: dict[str, Any]
    rounds: list[dict[str, Any]]
    position: dict[str, Any] | None


def _known(room: Any, state: RoomState, seat: Country | None) -> _Known:
    """Kept with the room for each viewer; a round once seen is not looked at again."""
    kept: dict[Any, Any] = getattr(room, "kept_views", {})
    started, results = state.game.started, state.game.results
    old: _Known | None = kept.get(seat)
    if old is not None and old.started is started and old.results is results:
        return old
    rounds: list[dict[str, Any]] = []
    if old is not None and old.started is started:
        both = zip(old.results, results, old.rounds, strict=False)
        rounds += [seen for _, _, seen in takewhile(lambda pair: pair[0] is pair[1], both)]
    rounds += [round_seen(r, seat) for r in results[len(rounds) :]]
    position = None if state.position is None else position_seen(state.position, seat)
    kept[seat] = known = _Known(started, results, opening_seen(state.opening, seat), rounds, position)
    return known


def _chair_seen(state: RoomState, seat: Country, names: Mapping[str, str]) -> dict[str, Any]:
    chair: Chair = state.chairs[seat]
    by = "person" if chair.person and not chair.substitute else "computer"
    if not chair.person and chair.offered and not state.called:
        by = "nobody"
    return {
        "by": by,
        "strategy": chair.mind,
        "name": names.get(chair.person or "", ""),
        "sealed": seat in state.game.sealed,
        "offered": chair.offered,
        "free": seat in state.free(),
        "substituted": chair.substitute is not None,
        "policy": chair.policy,
        "late": bool(state.clock.rang) and seat not in state.game.sealed and chair.mind is None,
        "gone_on": chair.gone_on,
        "people": len(chair.team),
        "help": chair.help,
    }


def _own(room: Any, state: RoomState, names: Mapping[str, str], seat: Country) -> dict[str, Any]:
    game, chair = state.game, state.chairs[seat]
    last = len(game.results)
    return {
        "sealed": game.sealed.get(seat),
        "may_withdraw": seat in game.sealed and len(game.sealed) < len(SEATS) and not state.paused,
        "may_seal": state.playing
        and game.phase is Phase.BARGAINING
        and not state.paused
        and chair.substitute is None,
        "reveal": last if last > chair.gone_on else None,
        "version": chair.version,
        "toward": [str(c) for c in others(seat)],
        "cards": _cards(seat) if state.config.mode == "simple" else None,
        "team": _team_seen(chair, names),
        "briefing": _briefing(room, seat),
    }


@cache
def _cards(seat: Country) -> dict[str, Any]:
    """Simple mode's three moves of a seat, as data."""
    return {card: move.to_dict() for card, move in CARDS[seat].items()}


def _briefing(room: Any, seat: Country) -> dict[str, Any]:
    """A seat's own briefing in all languages; kept with the room."""
    kept: dict[Any, Any] = getattr(room, "kept_views", {})
    if ("briefing", seat) not in kept:
        briefing = room.scenario.briefings[seat]
        said = {"public": briefing.public.in_all(), "private": briefing.private.in_all()}
        kept["briefing", seat] = said
    return kept["briefing", seat]


def _team_seen(chair: Chair, names: Mapping[str, str]) -> dict[str, Any] | None:
    """A seat's own team: who, and what each has proposed for this round; None where one sits alone."""
    if len(chair.team) < 2:
        return None
    return {
        "rule": chair.rule,
        "members": [
            {"name": names.get(p, ""), "head": p == chair.person, "proposed": chair.proposals.get(p)}
            for p in chair.team
        ],
    }


def _review_seen(state: RoomState) -> dict[str, Any]:
    game = state.game
    on_table = game.open_proposal
    asked = [] if on_table is None else [s for s in ("CAN", "MEX") if _must_sign(on_table, s)]
    if game.phase is not Phase.JOINT_REVIEW:
        turn: list[str] = []
    elif on_table is not None:
        turn = [s for s in asked if s not in on_table["answers"]]
    else:
        turn = ["USA"] if wants_proposal(state) else []
    return {
        "proposals": [
            {k: p.get(k) for k in ("outcome", "partners", "package", "answers", "by", "reason")}
            for p in game.proposals
        ],
        "turn": turn,
        "held": [{k: r.get(k) for k in ("round", "outcome", "proposals")} for r in game.reviews],
        "by_computer": [s for s in turn if mind_of(state, Country(s))],
    }


def _must_sign(proposal: Mapping[str, Any], seat: str) -> bool:
    from negotiation.game.proposal import Proposal

    return Country(seat) in Proposal.from_dict(proposal).signatories


def _debrief(room: Any, state: RoomState) -> dict[str, Any]:
    return {
        "seed": state.config.seed,
        "rounds_played": [everything(r) for r in state.game.results],
        "opening": dict(state.opening),
        "cables": cables_seen(state, None, all_of_them=True),
        "briefings": {str(s): room.scenario.briefings[s].private.in_all() for s in SEATS},
    }
