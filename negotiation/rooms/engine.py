"""The game model behind a room: a cache of the log that can be thrown away and rebuilt at any time.

The stored results are the truth. The model is only asked for what comes next: choices of strategies, the next
round, previews. It is slow (tens of milliseconds) and changes as it plays, so an ``Engine`` is used by one
thread at a time and never under a lock that a reader of the room needs.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from negotiation.game.moves import Move
from negotiation.game.proposal import Proposal, expected_package
from negotiation.rooms.simple import simple_choice
from negotiation.rooms.state import Config, RoomState
from negotiation.rooms.weighing import scales
from negotiation.terms import SEATS, Country

MakeModel = Callable[[Config], Any]
"""Builds the model of a room; tests give a small fake."""


def review_model(config: Config) -> Any:
    """The real thing (imported when first needed: it brings Mesa and the economy)."""
    from negotiation.world.model import ReviewModel

    return ReviewModel(scenario_named(config.scenario), config.seed, firms=config.firms)


@cache
def scenario_named(name: str) -> Any:
    """A scenario, read once."""
    from negotiation.scenario import load_scenario

    return load_scenario(name)


class Engine:
    """What comes next in a room, from a model that is brought to the state it is asked about."""

    def __init__(self, make_model: MakeModel = review_model) -> None:
        self._make = make_model
        self._busy = threading.RLock()
        self._model: Any = None
        self._epoch = -1
        self._known: tuple[tuple[int, int], dict[Any, Any]] = ((-1, -1), {})
        self.warnings: tuple[str, ...] = ()
        """Where a rebuilt model disagreed with the log (the log was kept)."""

    @property
    def loaded(self) -> bool:
        """Whether a model is in memory."""
        return self._model is not None

    def forget(self) -> None:
        """Give the memory back; the model is rebuilt when needed."""
        with self._busy:
            self._model = None

    def start(self, state: RoomState) -> dict[str, Any]:
        """Data of ``game_started`` that only the model knows: opening read-outs and position."""
        with self._busy:
            model = self._at(state)
            return {
                "scenario": model.scenario.name,
                "digest": model.scenario.digest,
                "seed": state.config.seed,
                "seats": {str(s): state.chairs[s].mind for s in SEATS},
                "rounds": len(model.calendar),
                "reviews": list(model.review_rounds),
                "dates": [r.date for r in model.calendar],
                "months": [r.months for r in model.calendar],
                "opening": {**model.opening, "position": model.position.to_dict()},
            }

    def choose(self, state: RoomState, seat: Country, mind: str) -> dict[str, Any]:
        """A strategy's choice for a seat, as data, in simple mode brought to its nearest card."""
        with self._busy:
            model = self._at(state)
            choice = model.ask(seat, mind).to_dict()
            if state.config.mode == "simple":
                choice = simple_choice(seat, choice, model.view(seat))
            return {**choice, "by": mind}

    def resolve(self, state: RoomState) -> dict[str, Any]:
        """Data of ``round_resolved`` for the three sealed moves."""
        with self._busy:
            model = self._at(state)
            moves = {seat: Move.from_dict(choice["move"]) for seat, choice in state.game.sealed.items()}
            try:
                return model.play(moves, {str(s): dict(c) for s, c in state.game.sealed.items()})
            except BaseException:
                self._model = None  # half-way through a round
                raise

    def propose(self, state: RoomState, mind: str) -> Proposal:
        """What a strategy in Washington's chair proposes."""
        with self._busy:
            return self._at(state).ask_proposal(mind)

    def answer(self, state: RoomState, seat: Country, mind: str) -> bool:
        """Whether a strategy in a partner's chair signs the proposal on the table."""
        with self._busy:
            model = self._at(state)
            return bool(model.ask_answer(seat, Proposal.from_dict(state.game.proposals[-1]), mind))

    def end(self, state: RoomState) -> tuple[str, dict[str, Any]]:
        """How the review (or a game without one) ends: ``game_ended``, or ``review_held`` if the game goes on."""
        with self._busy:
            model = self._at(state)
            ending = model.ending or model.close_review()
            return ("review_held", dict(model.reviews[-1])) if ending is None else ("game_ended", ending)

    def stop(self, state: RoomState) -> dict[str, Any]:
        """How the game ends if the host ends it now: as if annual reviews went on, scored as it stands."""
        with self._busy:
            return dict(self._at(state).stop())

    def preview(self, state: RoomState, seat: Country, move: Move) -> dict[str, Any]:
        """What a move is expected to do, from what the seat knows."""
        from negotiation.game.preview import preview

        with self._busy:
            known = self._of_this_round(state)
            question = (seat, json.dumps(move.to_dict(), sort_keys=True))
            if question not in known:
                model = self._at(state)
                view = known.setdefault(seat, model.view(seat))  # keeps the stage game it works out
                known[question] = preview(view, move, model.scenario).to_dict()
            return known[question]

    def review(self, state: RoomState, seat: Country | None, proposal: Proposal | None) -> dict[str, Any]:
        """The review as a seat can work it out: own value of every end, who would sign, the expected package.

        Values in USD bn a year. Washington and observers work with Washington's estimates; observers get no
        values.
        """
        with self._busy:
            model = self._at(state)
            review = model.review(proposal, seen=seat not in (Country.CAN, Country.MEX))
            out: dict[str, Any] = {
                "acceptance": {
                    offer: {"CAN": round(float(p[0]), 4), "MEX": round(float(p[1]), 4)}
                    for offer, p in review.acceptance.items()
                },
                "package": list(expected_package(review, model.position, model.scenario)),
                "slip": round(float(review.slip), 4),
                "scales": scales(model),
            }
            if seat is not None:
                i = SEATS.index(seat)
                out["value"] = {offer: round(float(v[i]), 4) for offer, v in review.values.items()}
                out["annual"] = round(float(review.annual[i]), 4)
            return out

    def _of_this_round(self, state: RoomState) -> dict[Any, Any]:
        """What has been worked out for the position on the table; empty when it has changed."""
        key = (state.epoch, len(state.game.results))
        if self._known[0] != key or self._model is None:
            self._known = (key, {})
        return self._known[1]

    # -- keeping step with the log ------------------------------------------------------------------------

    def _at(self, state: RoomState) -> Any:
        """The model in the position of the state: as it is, played on, or built anew."""
        results = state.game.results
        model = self._model
        if model is None or self._epoch != state.epoch or not _agrees(model, results):
            self._model = None
            lived = [dict(r) for r in results]
            model = self._make(state.config)
            _let_happen(model, state)
            self.warnings = tuple(model.restore(lived) or ()) if lived else ()
            self._model, self._epoch = model, state.epoch
        _let_happen(model, state)
        model.proposals = [_plain(p) for p in state.game.proposals]
        model.reviews = [dict(r) for r in state.game.reviews]
        if model.ending is None:
            model.phase = state.game.phase
        return model


def _let_happen(model: Any, state: RoomState) -> None:
    """Tell the model which events of the scenario the host lets happen in which round."""
    if state.shocks:
        known = {event.id: event for event in model.scenario.events}
        model.injected = {}
        for shock in state.shocks:
            if shock["id"] in known:
                model.injected.setdefault(int(shock["round"]), []).append(known[shock["id"]])


def _agrees(model: Any, results: tuple[Mapping[str, Any], ...]) -> bool:
    """Whether the model has lived through exactly these rounds."""
    lived = model.results
    if len(lived) != len(results):
        return False
    return not results or lived[-1]["position"] == results[-1]["position"]


def _plain(proposal: Mapping[str, Any]) -> dict[str, Any]:
    return {**Proposal.from_dict(proposal).to_dict(), "answers": dict(proposal["answers"])}
