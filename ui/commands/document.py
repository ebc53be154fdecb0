"""A whole game as one JSON document, made from what its log adds up to."""

from __future__ import annotations

from typing import Any


def document(state: Any) -> dict[str, Any]:
    """The document ``run --json`` and ``replay --json`` print. ``state`` is a ``GameState``.

    ``position`` (bookkeeping of the rules) is left to the log; ``outcome`` is null in a game that has not ended.
    """
    from negotiation.lab.story import leverage_story

    started, ending = state.started or {}, state.ending or {}
    opening = {k: v for k, v in (started.get("opening") or {}).items() if k != "position"}
    last_odds = next((r["odds"] for r in reversed(state.results) if "odds" in r), opening.get("odds"))
    return {
        "scenario": started.get("scenario"),
        "title": started.get("title"),
        "digest": started.get("digest"),
        "seed": started.get("seed"),
        "strategies": started.get("seats"),
        "firms": started.get("firms"),
        "versions": started.get("versions"),
        "outcome": str(state.outcome) if state.outcome else None,
        "end_state_odds": ending.get("odds", last_odds),
        "score": ending.get("score"),
        "leverage_story": leverage_story(opening, state.results),
        "opening": opening,
        "rounds": [{k: v for k, v in result.items() if k != "position"} for result in state.results],
        "proposals": list(state.proposals),
        "ending": state.ending,
    }
