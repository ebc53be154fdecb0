"""From games and stages to verdicts: each target of the design, what was found, whether it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from negotiation.game.moves import Move
from negotiation.lab.balance.plays import Play
from negotiation.lab.balance.stages import StageFacts
from negotiation.terms import OUTCOMES, PARTNERS, SEATS

Array = np.ndarray
NAME = {"USA": "the United States", "CAN": "Canada", "MEX": "Mexico"}


@dataclass(frozen=True)
class Verdict:
    """One target and what was measured."""

    name: str
    target: str
    holds: bool
    finding: str
    figures: Mapping[str, Any] = field(default_factory=dict)


def no_action_is_nearly_always_best(stages: Sequence[StageFacts], most: float) -> Verdict:
    """The most frequent best reply of each seat, over states and the others' 81 pairs of moves."""
    share = np.mean([s.best for s in stages], axis=0)
    top = {
        str(seat): (_letters(i, int(share[i].argmax())), float(share[i].max()))
        for i, seat in enumerate(SEATS)
    }
    said = ", ".join(f"{NAME[s]} {move} {value:.0%}" for s, (move, value) in top.items())
    return Verdict(
        "best_reply",
        f"no action is a best reply in more than {most:.0%} of reachable states",
        all(value <= most for _, value in top.values()),
        f"most frequent best replies over {len(stages)} states: {said}",
        {
            "states": len(stages),
            "share": {str(s): _by_move(i, share[i]) for i, s in enumerate(SEATS)},
        },
    )


def no_action_is_dominated_everywhere(stages: Sequence[StageFacts]) -> Verdict:
    """How often each action is beaten by another whatever the others do."""
    share = np.mean([s.dominated for s in stages], axis=0)
    worst = {
        str(seat): (_letters(i, int(share[i].argmax())), float(share[i].max()))
        for i, seat in enumerate(SEATS)
    }
    said = ", ".join(f"{NAME[s]} {move} in {value:.0%}" for s, (move, value) in worst.items())
    return Verdict(
        "dominated",
        "no action is dominated everywhere",
        all(value < 1.0 for _, value in worst.values()),
        f"most often dominated, of {len(stages)} states: {said}",
        {"share": {str(s): _by_move(i, share[i]) for i, s in enumerate(SEATS)}},
    )


def unexecuted_threats_lose_credibility(
    bluffs: Sequence[Play], carried: Sequence[Play], calm: Sequence[Play]
) -> Verdict:
    """Bluffing, executing and keeping calm against the same passive partners, over the same draws."""
    ends = [
        (float(_mean(p, "threat")[-1].mean()), float(_mean(p, "path")[-1].mean()))
        for p in (bluffs, carried, calm)
    ]
    (bluff_p, bluff_l), (carried_p, carried_l), (calm_p, calm_l) = ends
    start = float(_mean(bluffs, "threat")[0].mean())
    return Verdict(
        "threats",
        "unexecuted threats lose credibility",
        bluff_p < start and bluff_p < carried_p and bluff_l < calm_l,
        f"belief in threats {start:.2f} at the opening, {bluff_p:.2f} after bluffing, {carried_p:.2f} after carrying "
        f"them out; leverage {bluff_l:.1f}, {carried_l:.1f} and, without threats, {calm_l:.1f}",
        {
            "credibility": {"opening": start, "bluffed": bluff_p, "carried_out": carried_p, "calm": calm_p},
            "leverage": {"bluffed": bluff_l, "carried_out": carried_l, "calm": calm_l},
        },
    )


def dividing_pays_only_against_distrust(stages: Sequence[StageFacts]) -> Verdict:
    """Washington's best split move against coordinating, where the partners distrust and where they trust."""
    told = [s for s in stages if s.dividing is not None and s.commitment is not None]
    gain = np.array([s.dividing for s in told])
    joins = np.array([s.commitment for s in told]).mean(0)
    mean, error = gain.mean(0), _error(gain)
    share = (gain > 0).mean(0)
    return Verdict(
        "divide",
        "divide and conquer pays at low commitment and fails at high",
        bool(mean[0] > 0 > mean[1]),
        f"hitting one and treating with the other brings Washington {_money(mean[0])} (s.e. {error[0]:.1f}) against "
        f"coordinating at commitment {joins[0]:.2f}, {_money(mean[1])} ({error[1]:.1f}) at {joins[1]:.2f}; "
        f"it pays in {share[0]:.0%} and {share[1]:.0%} of {len(told)} states",
        {
            "commitment": joins.tolist(),
            "gain_usd": mean.tolist(),
            "standard_error": error.tolist(),
            "share_of_states_where_it_pays": share.tolist(),
        },
    )


def a_front_is_worth_having_and_tempting_to_leave(
    stages: Sequence[StageFacts], held: Mapping[str, Sequence[Play]], tempted_at_least: float
) -> Verdict:
    """Ten rounds with stances between the partners held, and the temptation of the moment over states.

    held : ``together``, ``alone``, ``can_leaves``, ``mex_leaves`` -> plays over the same seeds.
    """
    score = {case: np.array([p.score for p in plays])[:, 1:] for case, plays in held.items()}
    worth = score["together"] - score["alone"]
    leaving = np.stack(
        [
            score["can_leaves"][:, 0] - score["together"][:, 0],
            score["mex_leaves"][:, 1] - score["together"][:, 1],
        ],
        -1,
    )
    betrayed = np.stack(
        [
            score["mex_leaves"][:, 0] - score["together"][:, 0],
            score["can_leaves"][:, 1] - score["together"][:, 1],
        ],
        -1,
    )
    once = np.array([s.leaving for s in stages])
    tempted = float((once > 0).any(1).mean())
    valued = float((np.array([s.front for s in stages]) > 0).all(1).mean())
    mean, error = worth.mean(0), _error(worth)
    said = ", ".join(
        f"{k} {_money(mean[i])} (s.e. {error[i]:.1f}; leaving alone {_money(leaving.mean(0)[i])}, "
        f"left standing {_money(betrayed.mean(0)[i])})"
        for i, k in enumerate(PARTNERS)
    )
    return Verdict(
        "front",
        "the front is worth having and tempting to leave",
        bool((mean > 0).all() and tempted >= tempted_at_least),
        f"over a whole game, {len(worth)} pairs: {said}; within a round both gain in {valued:.0%} of states and "
        f"leaving pays somebody in {tempted:.0%}",
        {
            "worth_usd": _by_partner(mean),
            "worth_standard_error": _by_partner(error),
            "leaving_alone_usd": _by_partner(leaving.mean(0)),
            "left_standing_usd": _by_partner(betrayed.mean(0)),
            "pairs": len(worth),
            "share_of_states_both_gain": valued,
            "share_of_states_somebody_tempted": tempted,
        },
    )


def all_five_ends_occur(plays: Sequence[Play]) -> Verdict:
    """How often each end was drawn, beside the odds before the draws."""
    drawn = {str(o): sum(p.outcome == o for p in plays) for o in OUTCOMES}
    odds = np.mean([p.odds for p in plays], axis=0)
    missing = [o for o, n in drawn.items() if not n]
    said = ", ".join(f"{o} {n} ({odds[i]:.0%})" for i, (o, n) in enumerate(drawn.items()))
    chance = "".join(
        f"; {o} was to be expected {odds[list(map(str, OUTCOMES)).index(o)] * len(plays):.1f} times"
        for o in missing
    )
    return Verdict(
        "ends",
        "all five end states occur",
        not missing,
        f"drawn in {len(plays)} games, mean odds before the draw in brackets: {said}{chance}",
        {"games": len(plays), "drawn": drawn, "mean_odds": dict(zip(drawn, odds.tolist(), strict=True))},
    )


def leverage_swings(plays: Sequence[Play], low: float, high: float) -> Verdict:
    """Median over games of the largest less the smallest leverage on the way, by who plays."""
    kinds = {
        kind: np.array([p.swing for p in plays if p.kind == kind]) for kind in {p.kind: None for p in plays}
    }
    every = np.concatenate(list(kinds.values()))
    median = np.median(every, axis=0)
    said = "; ".join(
        f"{kind} play {np.median(s, axis=0)[0]:.0f} and {np.median(s, axis=0)[1]:.0f}"
        for kind, s in kinds.items()
    )
    spread = np.percentile(every, [10, 90], axis=0)
    return Verdict(
        "swing",
        f"the median game moves leverage by {low:g} to {high:g} points",
        bool(((median >= low) & (median <= high)).all()),
        f"Canada {median[0]:.1f} ({spread[0, 0]:.0f} to {spread[1, 0]:.0f} in four games of five), "
        f"Mexico {median[1]:.1f} ({spread[0, 1]:.0f} to {spread[1, 1]:.0f}); medians, Canada and Mexico: {said}",
        {
            "median": _by_partner(median),
            "tenth_to_ninetieth": {str(k): spread[:, i].tolist() for i, k in enumerate(PARTNERS)},
            "by_play": {kind: np.median(s, axis=0).tolist() for kind, s in kinds.items()},
        },
    )


def no_script_wins(plays: Sequence[Play], most: float) -> Verdict:
    """Against how many pairs of opponents each script is the best of its seat."""
    figures: dict[str, Any] = {}
    winners, said = {}, []
    for i, seat in enumerate(SEATS):
        scores: dict[tuple[str, ...], dict[str, list[float]]] = {}
        for p in plays:
            opponents = tuple(name for j, name in enumerate(p.label) if j != i)
            scores.setdefault(opponents, {}).setdefault(p.label[i], []).append(float(p.score[i]))
        scripts = sorted({p.label[i] for p in plays})
        best = [max(row, key=lambda name: float(np.mean(row[name]))) for row in scores.values()]
        share = {name: best.count(name) / len(best) for name in scripts}
        mean = {name: float(np.mean([np.mean(row[name]) for row in scores.values()])) for name in scripts}
        top = max(share, key=lambda name: share[name])
        leader = max(mean, key=lambda name: mean[name])
        winners[str(seat)] = share[top]
        figures[str(seat)] = {"best_against_share": share, "mean_score_usd": mean, "opponents": len(best)}
        said.append(f"{NAME[str(seat)]}: {top} is best against {share[top]:.0%}, highest mean {leader}")
    return Verdict(
        "tournament",
        f"no single script wins the tournament (is best against more than {most:.0%} of opponents)",
        all(value <= most for value in winners.values()),
        f"{len(plays)} games; " + "; ".join(said),
        figures,
    )


def _letters(seat: int, move: int) -> str:
    return Move.from_index(SEATS[seat], move).letters(SEATS[seat])


def _by_move(seat: int, values: Array) -> dict[str, float]:
    return {_letters(seat, a): float(v) for a, v in enumerate(values)}


def _by_partner(values: Array) -> dict[str, float]:
    return {str(k): float(values[i]) for i, k in enumerate(PARTNERS)}


def _mean(plays: Sequence[Play], name: str) -> Array:
    return np.mean([getattr(p, name) for p in plays], axis=0)


def _error(rows: Array) -> Array:
    """Standard error of the mean over rows; 0 where a single row tells nothing about it."""
    return rows.std(0, ddof=1) / np.sqrt(len(rows)) if len(rows) > 1 else np.zeros(rows.shape[1:])


def _money(value: float) -> str:
    return f"{'+' if value >= 0 else '-'}USD {abs(value):.1f} bn"
