"""Games in strategic form, against textbook games and against plain loops."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from negotiation.bargaining import StageGame
from negotiation.errors import EquilibriumNotFound, InputError


def two_players(rows, columns):
    return StageGame(np.stack([np.array(rows, float), np.array(columns, float)], -1))


DILEMMA = two_players([[3, 0], [5, 1]], [[3, 5], [0, 1]])
PENNIES = two_players([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
SEXES = two_players([[2, 0], [0, 1]], [[1, 0], [0, 2]])


@st.composite
def games(draw, values=None):
    """Two or three players with two to four actions each; small whole payoffs, so that ties occur."""
    shape = tuple(draw(st.lists(st.integers(2, 4), min_size=2, max_size=3)))
    values = st.integers(-3, 3).map(float) if values is None else values
    return StageGame(draw(arrays(float, (*shape, len(shape)), elements=values)))


def cells_of(game):
    return product(*(range(n) for n in game.payoff.shape[:-1]))


def changed(cell, player, action):
    return (*cell[:player], action, *cell[player + 1 :])


# -- textbook games --------------------------------------------------------------------------------------


def test_the_dilemma_has_one_equilibrium_in_dominant_actions():
    assert DILEMMA.pure_nash() == [(1, 1)]
    assert DILEMMA.dominated(0) == DILEMMA.dominated(1) == [0]
    assert DILEMMA.is_nash((1, 1))
    assert not DILEMMA.is_nash((0, 0))


def test_matching_pennies_have_none_and_battle_of_the_sexes_two():
    assert PENNIES.pure_nash() == []
    assert SEXES.pure_nash() == [(0, 0), (1, 1)]
    assert SEXES.dominated(0) == []


def test_a_weakly_dominated_action_is_not_called_dominated():
    game = two_players([[1, 1], [1, 0]], [[0, 0], [0, 0]])
    assert game.dominated(0) == []


def test_ties_are_all_best_responses():
    game = two_players([[1, 2], [1, 0]], [[0, 0], [0, 0]])
    assert game.best_responses(0).tolist() == [[True, True], [True, False]]


def test_a_public_good_of_three_is_not_provided():
    payoff = np.zeros((2, 2, 2, 3))
    for cell in product((0, 1), repeat=3):
        payoff[cell] = [0.5 * sum(cell) - own for own in cell]
    game = StageGame(payoff)
    assert game.pure_nash() == [(0, 0, 0)]
    assert [game.dominated(i) for i in range(3)] == [[1], [1], [1]]


# -- against plain loops ---------------------------------------------------------------------------------


@given(games())
def test_best_responses_are_those_nothing_else_beats(game):
    for player in range(game.players):
        best = game.best_responses(player)
        for cell in cells_of(game):
            rivals = [game.payoff[changed(cell, player, a)][player] for a in range(best.shape[player])]
            assert best[cell] == (game.payoff[cell][player] == max(rivals))


@given(games())
def test_nash_cells_are_those_nobody_leaves(game):
    stable = [
        cell
        for cell in cells_of(game)
        if all(
            game.payoff[changed(cell, i, a)][i] <= game.payoff[cell][i]
            for i in range(game.players)
            for a in range(game.payoff.shape[i])
        )
    ]
    assert game.pure_nash() == stable
    assert all(game.is_nash(c) == (c in stable) for c in cells_of(game))


@given(games())
def test_dominated_actions_are_beaten_everywhere_by_one_other(game):
    for player in range(game.players):
        actions = range(game.payoff.shape[player])
        slow = [
            a
            for a in actions
            if any(
                all(
                    game.payoff[changed(cell, player, b)][player]
                    > game.payoff[changed(cell, player, a)][player]
                    for cell in cells_of(game)
                )
                for b in actions
                if b != a
            )
        ]
        assert game.dominated(player) == slow


@given(games())
def test_a_dominated_action_is_in_no_equilibrium(game):
    for player in range(game.players):
        for action in game.dominated(player):
            assert all(cell[player] != action for cell in game.pure_nash())


@given(games(), st.randoms(use_true_random=False))
def test_expected_payoffs_weigh_the_cells_by_their_chances(game, shuffler):
    mixed = []
    for n in game.payoff.shape[:-1]:
        weights = np.array([shuffler.random() + 0.01 for _ in range(n)])
        mixed.append(weights / weights.sum())
    for player in range(game.players):
        slow = np.zeros(game.payoff.shape[player])
        for cell in cells_of(game):
            chance = np.prod([mixed[i][a] for i, a in enumerate(cell) if i != player])
            slow[cell[player]] += chance * game.payoff[cell][player]
        assert game.expected_payoffs(mixed, player) == pytest.approx(slow)


@given(games(), st.data())
def test_relabelling_actions_relabels_the_solutions(game, data):
    orders = [data.draw(st.permutations(range(n))) for n in game.payoff.shape[:-1]]
    relabelled = StageGame(game.payoff[np.ix_(*orders, range(game.players))])
    back = sorted(tuple(o[a] for o, a in zip(orders, cell, strict=True)) for cell in relabelled.pure_nash())
    assert back == game.pure_nash()


@given(games(), st.data())
def test_each_players_unit_is_its_own(game, data):
    """Positive affine changes of a player's payoff change no solution: payoffs are never compared."""
    scale = np.array([data.draw(st.sampled_from([0.5, 2.0, 4.0])) for _ in range(game.players)])
    other = StageGame(game.payoff * scale + 8.0)
    assert other.pure_nash() == game.pure_nash()
    assert [other.dominated(i) for i in range(game.players)] == [
        game.dominated(i) for i in range(game.players)
    ]


# -- quantal response ------------------------------------------------------------------------------------


def logit(values, noise):
    weights = np.exp((values - values.max()) / noise)
    return weights / weights.sum()


@settings(max_examples=60)
@given(games(st.floats(-5, 5)), st.floats(4, 20))
def test_quantal_response_is_a_fixed_point_of_the_logit(game, noise):
    mixed = game.quantal_response([noise] * game.players)
    for player, own in enumerate(mixed):
        assert own.sum() == pytest.approx(1)
        assert (own > 0).all()
        assert own == pytest.approx(logit(game.expected_payoffs(mixed, player), noise), abs=1e-6)


def test_every_player_has_its_own_noise():
    mixed = SEXES.quantal_response([100.0, 0.8])
    assert mixed[0] == pytest.approx([0.5, 0.5], abs=0.01)
    assert mixed[1] == pytest.approx(logit(SEXES.expected_payoffs(mixed, 1), 0.8), abs=1e-6)
    assert mixed[1][1] > 0.6


@given(games(st.floats(-5, 5)))
def test_with_all_noise_every_action_is_as_likely_as_any_other(game):
    for own in game.quantal_response([1e6] * game.players):
        assert own == pytest.approx(np.full(len(own), 1 / len(own)), abs=1e-4)


def test_with_little_noise_the_dilemma_ends_in_its_equilibrium():
    for own in DILEMMA.quantal_response([0.05, 0.05]):
        assert own == pytest.approx([0, 1], abs=1e-6)


@pytest.mark.parametrize("noise", [0.3, 1.0, 5.0])
def test_matching_pennies_are_tossed(noise):
    for own in PENNIES.quantal_response([noise, noise]):
        assert own == pytest.approx([0.5, 0.5], abs=1e-6)


def test_asymmetric_pennies_bend_the_way_experiments_do():
    """Own-payoff effect: who can win more on one side plays that side more often than Nash says (one half)."""
    game = two_players([[9, -1], [-1, 1]], [[-1, 1], [1, -1]])
    row, column = game.quantal_response([1.0, 1.0])
    assert row[0] > 0.55
    assert column[0] < 0.5


def test_better_actions_are_likelier():
    for player, own in enumerate(SEXES.quantal_response([1.0, 1.0])):
        value = SEXES.expected_payoffs(SEXES.quantal_response([1.0, 1.0]), player)
        assert (np.argsort(own) == np.argsort(value)).all()


def slowly(game: StageGame, noise: float, steps: int) -> list[np.ndarray]:
    """Damped logit responses, as the definition reads."""
    mixed = [np.full(n, 1 / n) for n in game.payoff.shape[:-1]]
    for _ in range(steps):
        fresh = [logit(game.expected_payoffs(mixed, i), noise) for i in range(game.players)]
        mixed = [(m + f) / 2 for m, f in zip(mixed, fresh, strict=True)]
    return mixed


@settings(max_examples=60)
@given(games(st.floats(-5, 5)), st.floats(1, 20))
def test_the_compiled_iteration_is_the_one_the_definition_describes(game, noise):
    found = game.quantal([noise] * game.players, strict=False)
    if found.residual < 1e-9:
        for ours, plain in zip(found.mixed, slowly(game, noise, found.iterations), strict=True):
            assert ours == pytest.approx(plain, abs=1e-12)


CYCLING = two_players([[9, -1], [-1, 1]], [[-1, 1], [1, -1]])
"""Nobody has a pure best reply to a best reply; with little noise, damped responses go round for ever."""


def test_a_response_that_never_settles_is_refused_with_its_evidence():
    with pytest.raises(EquilibriumNotFound) as refused:
        CYCLING.quantal([0.02, 0.02])
    assert refused.value.iterations == 2000
    assert refused.value.residual > 1e-3


def test_play_takes_the_average_of_a_response_that_never_settles():
    average = CYCLING.quantal([0.02, 0.02], strict=False, iterations=60)
    assert average.residual > 1e-3
    late = [slowly(CYCLING, 0.02, steps) for steps in range(31, 61)]
    for i, ours in enumerate(average.mixed):
        assert ours == pytest.approx(np.mean([mixed[i] for mixed in late], axis=0), abs=1e-9)
    played = CYCLING.quantal_response([0.02, 0.02], iterations=60)
    assert all((a == b).all() for a, b in zip(average.mixed, played, strict=True))


def test_an_equilibrium_carries_how_well_it_is_one():
    found = SEXES.quantal([1.0, 1.0])
    off = [
        np.abs(own - logit(SEXES.expected_payoffs(found.mixed, i), 1.0)).max()
        for i, own in enumerate(found.mixed)
    ]
    assert max(off) <= found.residual < 1e-9
    assert 1 < found.iterations < 200


# -- what is no game -------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3,), (2, 2), (2, 2, 3), (2, 2, 2, 2), (0, 2, 2)])
def test_axes_that_do_not_fit_the_players_are_refused(shape):
    with pytest.raises(InputError, match="one axis per player"):
        StageGame(np.zeros(shape))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_payoffs_that_are_not_finite_are_refused(bad):
    with pytest.raises(InputError, match="not finite"):
        two_players([[1, bad], [0, 0]], [[0, 0], [0, 0]])


@pytest.mark.parametrize("noise", [[0, 1], [1, -1], [1], [1, 2, 3], [float("nan"), 1]])
def test_noise_that_is_not_one_positive_number_a_player_is_refused(noise):
    with pytest.raises(InputError, match="2 numbers above 0"):
        PENNIES.quantal_response(noise)
