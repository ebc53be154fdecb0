"""The parts a model is made of, and how a resolved round looks to a seat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache
from numbers import Integral, Real
from typing import Any

import numpy as np

from negotiation.economy import Economy, load_economy
from negotiation.economy.tariffs import mfn_tariff
from negotiation.errors import BrokenLog, EquilibriumNotFound, IllegalMove, InputError, NegotiationError
from negotiation.game.incidence import corrections
from negotiation.game.moves import Move
from negotiation.game.position import Position
from negotiation.game.rulebook import Rulebook
from negotiation.game.view import RoundSeen
from negotiation.scenario import Scenario
from negotiation.strategies import Strategy, strategy
from negotiation.terms import SEATS, Country, Stance
from negotiation.world.firms import FirmParameters

Array = np.ndarray
KEPT = 16
"""Results of each kind that are kept for other games of the process."""
NOBODY_IN_PARTICULAR = "quantal-response"
"""Who governs where leaders do not matter: neither a script nor a character, theory's noisy player."""


def root_seed(seed: Any, rng: Any) -> int:
    """The root integer from whichever of Mesa's two names was used; an ``rng`` may also be one of NumPy's sources."""
    if seed is not None and rng is not None:
        raise InputError("give a seed or an rng, not both")
    if isinstance(rng, np.random.Generator | np.random.BitGenerator | np.random.SeedSequence):
        return int(np.random.default_rng(rng).integers(2**31))
    given = rng if seed is None else seed
    if given is None:
        return 0
    whole = isinstance(given, Integral) or (isinstance(given, Real) and float(given).is_integer())
    if not whole or given < 0:
        raise InputError(f"seed = {given!r:.60}: must be a whole number, 0 or more")
    return int(given)


@lru_cache(maxsize=8)
def _cached_economy(data: str, elasticities: str, multiple: float, tariffs: str, linked: bool) -> Economy:
    economy = load_economy(data, elasticities=elasticities, tariffs=tariffs)
    if multiple != 1.0:
        economy = economy.with_elasticity(economy.trade_elasticity * multiple)
    return economy if linked else without_inputs(economy)


def economy_of(scenario: Scenario) -> Economy:
    """The economy a scenario is played on (cached)."""
    e = scenario.economy
    return _cached_economy(
        str(scenario.economy_data),
        e.elasticities,
        float(e.elasticity_multiple),
        e.tariffs,
        bool(scenario.switches["S9"]),
    )


def without_inputs(economy: Economy) -> Economy:
    """The same trade without input-output linkages (switch S9 off): all output is value added, all spending final."""
    return Economy.from_arrays(
        economy.trade_flow,
        economy.tariff,
        np.ones_like(economy.value_added_share),
        np.zeros_like(economy.input_share),
        economy.trade_elasticity,
        economy.regions,
        economy.sectors,
        name=f"{economy.name} without inputs",
    )


@lru_cache(maxsize=8)
def _mfn_of(regions: tuple[str, ...], sectors: tuple[str, ...]) -> Array:
    return mfn_tariff(regions, sectors)


def mfn_of(economy: Economy) -> Array:
    """Tariffs between the three if the pact is gone (cached)."""
    return _mfn_of(economy.regions, economy.sectors)


_phis: OrderedDict[tuple[Any, ...], Array] = OrderedDict()


def incidence_of(economy: Economy, book: Rulebook) -> Array:
    """(importer, exporter) incidence corrections of the first rungs (kept: futures differ in other things)."""
    first, second = book.first_rungs
    key = (economy.fingerprint, first.tobytes(), second.tobytes(), repr(book.rules.pass_through))
    return _kept(_phis, key, lambda: corrections(economy, first, second, book.rules.pass_through))


_parameters: OrderedDict[str, FirmParameters] = OrderedDict()


def firm_parameters_of(scenario: Scenario) -> FirmParameters:
    """Firm parameters of the configs with the scenario's own values (kept)."""
    blocks = {block: dict(values) for block, values in scenario.firms.parameters.items()}
    return _kept(_parameters, repr(blocks), lambda: FirmParameters.from_mapping(blocks))


def _kept(store: OrderedDict, key: Any, make: Callable[[], Any]) -> Any:
    """What a store holds under a key, made if it is not there; the oldest goes."""
    found = store.get(key)
    if found is None:
        store[key] = found = make()
        if len(store) > KEPT:
            store.popitem(last=False)
    return found


def strategy_of(chosen: Strategy | str | None, scenario: Scenario, seat: Country) -> Strategy:
    """The strategy for a seat: the one chosen, by name or as it is, else the scenario's with its leader's weights.

    With S17 off nobody in particular governs: every seat weighs its country's own payoff and answers as well as
    the noise of decisions lets it (``NOBODY_IN_PARTICULAR``).
    """
    if chosen is None:
        government = scenario.governments[seat]
        if not scenario.switches["S17"]:
            return strategy(NOBODY_IN_PARTICULAR)
        return strategy(government.strategy, profile=government.profile, weights=dict(government.weights))
    if isinstance(chosen, str):
        return strategy(chosen)
    if not isinstance(chosen, Strategy):
        raise InputError(
            f"{seat}: {chosen!r:.60} is no strategy; give a name, or one made (Hedger(), not Hedger)"
        )
    return chosen


def same_position(a: Position, b: Position) -> bool:
    """Whether two positions agree to 1e-8 in every number."""
    return all(
        np.allclose(np.asarray(getattr(a, f), float), np.asarray(getattr(b, f), float), atol=1e-8)
        for f in a.__dataclass_fields__
    )


def moves_and_position(stored: Mapping[str, Any]) -> tuple[dict[Country, Move], Position]:
    """What a stored round says was played and where it led; ``BrokenLog`` if it says neither."""
    try:
        moves = {Country(s): Move.from_dict(c["move"]) for s, c in stored["moves"].items()}
        return moves, Position.from_dict(stored["position"])
    except (KeyError, TypeError, ValueError, AttributeError, IllegalMove) as error:
        raise BrokenLog(f"a stored round cannot be read ({type(error).__name__}: {error})") from None


def rounds_as_seen(result: Mapping[str, Any], moves: Mapping[Country, Move]) -> dict[Country, RoundSeen]:
    """A resolved round as each seat saw it: Washington misses quiet stances it did not notice, and nobody sees the
    others' payoffs (a quiet favour would show in them)."""
    facts = result["facts"]
    every: dict[tuple[Country, Country], Stance | None] = {
        (giver, toward): stance for giver, move in moves.items() for toward, stance in move.stances.items()
    }
    missed = {
        pair: None
        for pair in every
        if not result["noticed"] and Country.USA not in pair and moves[pair[0]].quiet
    }
    leverage = {Country(k): v["index"] for k, v in (result.get("leverage") or {}).items()}
    return {
        seat: RoundSeen(
            round=result["round"],
            date=result["date"],
            stances=every | missed if seat is Country.USA else every,
            us_executed=tuple(facts["us_executes"]),
            partner_executed=tuple(facts["partner_executes"]),
            payoff={seat: result["payoff"][str(seat)]},
            leverage=leverage,
        )
        for seat in SEATS
    }


def unplayed(error: NegotiationError, number: int, date: str) -> NegotiationError:
    """The record of a round that could not be played, with the solver's evidence if it was the equilibrium."""
    what = f"round {number} ({date}) was not played and nothing was changed: {error}"
    if isinstance(error, EquilibriumNotFound):
        return EquilibriumNotFound(what, iterations=error.iterations, residual=error.residual)
    return InputError(what)
