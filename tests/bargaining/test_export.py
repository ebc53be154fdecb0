"""What is written for Gambit is the same game when Gambit reads it; and both find the same equilibria."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.bargaining import StageGame
from negotiation.bargaining.export import to_nfg
from negotiation.errors import InputError

ACTIONS = (("up", "down"), ("l", "m", 'r "quoted"'), ("x", "y"))
GAME = StageGame(np.arange(36, dtype=float).reshape(2, 3, 2, 3) / 7)


def test_the_first_players_action_changes_fastest() -> None:
    text = to_nfg(GAME, ("A", "B", "C"), ACTIONS, 'A "title"')
    assert text.startswith('NFG 1 R "A \'title\'" { "A" "B" "C" }')
    numbers = [list(map(float, line.split())) for line in text.splitlines() if line[:1].isdigit()]
    assert numbers[0] == GAME.payoff[0, 0, 0].tolist()
    assert numbers[1] == GAME.payoff[1, 0, 0].tolist()
    assert numbers[2] == GAME.payoff[0, 1, 0].tolist()
    assert len(numbers) == 12


def test_names_must_fit_the_axes() -> None:
    with pytest.raises(InputError, match="do not fit"):
        to_nfg(GAME, ("A", "B"), ACTIONS[:2])


def test_gambit_reads_the_same_game(tmp_path) -> None:
    gbt = pytest.importorskip("pygambit")
    path = tmp_path / "game.nfg"
    path.write_text(to_nfg(GAME, ("A", "B", "C"), ACTIONS, "t"), encoding="utf-8")
    read = gbt.read_nfg(str(path))
    assert list(read.players) == ["A", "B", "C"]
    tables = read.to_arrays(dtype=float)
    assert np.stack(tables, -1) == pytest.approx(GAME.payoff)


@pytest.mark.parametrize("seed", range(12))
def test_gambit_finds_the_same_pure_equilibria_and_the_same_quantal_response(seed: int) -> None:
    gbt = pytest.importorskip("pygambit")
    rng = np.random.default_rng(seed)
    shape = [(3, 3), (4, 2), (2, 3, 2), (3, 3, 3)][seed % 4]
    game = StageGame(rng.normal(size=(*shape, len(shape))))
    theirs = gbt.StrategicGame.from_arrays(
        *[np.ascontiguousarray(game.payoff[..., i]) for i in range(len(shape))]
    )
    cells = {
        tuple(next(n for n, s in enumerate(theirs.get_strategies(p)) if e[p][s] == 1) for p in theirs.players)
        for e in gbt.nash.enumpure_solve(theirs).equilibria
    }
    assert cells == set(game.pure_nash())
    (point,) = gbt.qre.logit_solve_lambda(theirs, [0.8])
    ours = game.quantal_response([1 / 0.8] * len(shape))
    for mixed, p in zip(ours, theirs.players, strict=True):
        assert mixed == pytest.approx(
            [float(point.profile[p][s]) for s in theirs.get_strategies(p)], abs=1e-6
        )
