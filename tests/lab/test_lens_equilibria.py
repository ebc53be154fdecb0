"""All equilibria of a stage game: known ones are found, each is checked, and it is said if the search was cut short."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.bargaining import StageGame
from negotiation.lab import lens_equilibria
from negotiation.lab.lens_equilibria import equilibria, quantal_path, regret_of, undominated
from negotiation.lab.lens_supports import index_of, indices_sum_to_one

PENNIES = StageGame(np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], float))
SEXES = StageGame(np.array([[[3, 2], [0, 0]], [[0, 0], [2, 3]]], float))
DILEMMA = StageGame(np.array([[[3, 3], [0, 5]], [[5, 0], [1, 1]]], float))


def test_dominance_leaves_what_can_be_played() -> None:
    assert undominated(DILEMMA) == [[1], [1]]
    assert undominated(SEXES) == [[0, 1], [0, 1]]


def test_a_dilemma_needs_no_gambit_process_to_be_complete() -> None:
    pytest.importorskip("pygambit")
    found = equilibria(DILEMMA)
    assert found.complete
    assert [e.payoff.tolist() for e in found.equilibria] == [[1, 1]]


def test_without_gambit_the_same_equilibria_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lens_equilibria, "gambit_is_there", lambda: False)
    found = equilibria(SEXES)
    assert found.complete
    assert [e.pure for e in found.equilibria] == [True, True, False]
    assert found.equilibria[2].mixed[0] == pytest.approx([0.6, 0.4])
    assert not equilibria(SEXES, seconds=0).complete


def test_the_sum_of_indices_notices_that_one_is_missing() -> None:
    up, down = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    pure = [(up, up), (down, down)]
    assert indices_sum_to_one(SEXES, pure) is False
    assert indices_sum_to_one(SEXES, [*pure, (np.array([0.6, 0.4]), np.array([0.4, 0.6]))]) is True
    assert index_of(PENNIES, (up * 0.5 + down * 0.5,) * 2) == 1
    tied = StageGame(np.zeros((2, 2, 2)))
    assert indices_sum_to_one(tied, [(up, up)]) is None


@pytest.mark.parametrize("seed", range(25))
def test_games_of_three_drawn_at_random_have_an_odd_number_of_equilibria(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wilson (1971); held on the search that works without pygambit."""
    monkeypatch.setattr(lens_equilibria, "gambit_is_there", lambda: False)
    game = StageGame(np.random.default_rng(seed).random((2, 2 + seed % 2, 2, 3)))
    found = equilibria(game, seconds=30)
    assert found.complete
    assert len(found.equilibria) % 2 == 1
    assert all(e.regret < 1e-7 for e in found.equilibria)


@pytest.mark.parametrize("seed", range(8))
def test_every_equilibrium_gambit_finds_is_found(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    gbt = pytest.importorskip("pygambit")
    monkeypatch.setattr(lens_equilibria, "gambit_is_there", lambda: False)
    shape = [(3, 3), (2, 2, 2)][seed % 2]
    game = StageGame(np.random.default_rng(100 + seed).random((*shape, len(shape))))
    ours = equilibria(game, seconds=30).equilibria
    tables = [np.ascontiguousarray(game.payoff[..., i]) for i in range(len(shape))]
    theirs = gbt.StrategicGame.from_arrays(*tables)
    if len(shape) == 2:
        solved = gbt.nash.enummixed_solve(theirs, rational=False)
    else:
        solved = gbt.nash.enumpoly_solve(theirs)
    for profile in solved.equilibria:
        mixed = [np.array([float(profile[p][s]) for s in theirs.get_strategies(p)]) for p in theirs.players]
        assert any(
            all(np.allclose(a, b, atol=1e-5) for a, b in zip(e.mixed, mixed, strict=True)) for e in ours
        )


def test_quantal_response_walks_from_chance_to_an_equilibrium() -> None:
    path = quantal_path(SEXES, [100, 10, 1, 0.1, 0.02], [1, 1])
    assert path[0].mixed[0] == pytest.approx([0.5, 0.5], abs=0.02)
    assert all(q.residual < 1e-9 for q in path)
    assert regret_of(SEXES, path[-1].mixed) < 0.1 < regret_of(SEXES, path[1].mixed)
    with pytest.raises(ValueError, match="must fall"):
        quantal_path(SEXES, [1, 2], [1, 1])


@pytest.mark.slow
def test_mixed_equilibria_of_known_and_random_games() -> None:
    pytest.importorskip("pygambit")
    (only,) = equilibria(PENNIES, seconds=60).equilibria
    assert only.mixed[0] == pytest.approx([0.5, 0.5])
    three = equilibria(SEXES, seconds=60)
    assert three.complete
    mixed = next(e for e in three.equilibria if not e.pure)
    assert mixed.mixed[0] == pytest.approx([0.6, 0.4])
    assert mixed.payoff == pytest.approx([1.2, 1.2])
    for seed in range(3):  # games drawn at random have an odd number of equilibria (Wilson 1971)
        game = StageGame(np.random.default_rng(seed).random((2, 2, 2, 3)))
        found = equilibria(game, seconds=60)
        assert found.complete
        assert len(found.equilibria) % 2 == 1
        assert all(e.regret < 1e-6 for e in found.equilibria)


@pytest.mark.slow
def test_a_search_cut_short_keeps_what_it_found_and_says_so() -> None:
    pytest.importorskip("pygambit")
    game = StageGame(np.random.default_rng(5).random((9, 9, 9, 3)))
    found = equilibria(game, seconds=4)
    assert not found.complete
    assert "there may be more" in found.note
    assert all(e.regret < 1e-6 for e in found.equilibria)
