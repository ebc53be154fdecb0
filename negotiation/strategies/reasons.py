"""The words behind a move: every reason a strategy can give, as one English sentence pattern per key.

A reason is a key with values; screens translate by key. A sentence explains the stance toward one government
and is masked together with it, so **no sentence about Washington may speak of the other partner**.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from negotiation.game.view import Reason

PATTERNS: dict[str, str] = {
    # constant
    "always_coordinate": "We coordinate with {other}, whatever happens.",
    "always_concede": "We concede to {other}, whatever happens.",
    "always_defect": "We defect on {other}, whatever happens.",
    # reciprocity
    "opens_in_peace": "We open by coordinating with {other}.",
    "keeps_the_peace": "{other} did not defect on us last round, so neither do we.",
    "answers_in_kind": "{other} defected on us last round, so we answer in kind.",
    "lets_it_pass": "{other} defected on us last round; this time we let it pass ({chance} of cases).",
    "never_forgets": "{other} defected on us in round {round}, and we do not forget.",
    # pressure
    "front_too_firm": "The two partners look committed to each other ({commitment}); dividing will not pay.",
    "presses_the_weaker": "{other}'s answer is the less credible one ({answer}), so the pressure goes there.",
    "feeds_the_other": "{other} gets a concession while pressure rests on the other partner.",
    "has_fed_enough": "{other} has had {count} concessions from us; from here on we only coordinate.",
    "talks_alone": "We talk to Washington alone and leave {other} out of it.",
    "buys_peace": "{other} hit us last round; we pay to be left in peace.",
    # hedging, front
    "keeps_calm": "We keep calm toward {other} and keep the talks going.",
    "buys_time": "{other} has announced a step against us; a limited concession buys time.",
    "does_a_quiet_favour": "A quiet favour ties {other} to us.",
    "stands_together": "We stand with {other}.",
    "treats_them_as_one": "{striker} defected on us last round; we answer the two partners as one.",
    # procedure
    "keeps_the_joint_position": "We keep the joint position with {other}, in the open.",
    "answers_a_step": "{other} carried out a step against us last round; we announce our answer.",
    "carries_out_its_word": "We announced an answer and {other} goes on, so we carry it out.",
    "has_answered_in_proportion": "{other} has had its answers ({count}); more would be out of proportion.",
    "waits_for_deeds": "{other} has announced a step but not carried it out; words are not answered.",
    "follows_procedure": "Nothing {other} has carried out calls for an answer; we follow procedure.",
    # bluff, chance
    "threatens": "We threaten {other} to see whether it moves.",
    "drops_the_threat": "We drop the threat against {other} and wait.",
    "draws_lots": "A lot decided our stance toward {other}.",
    "stays_by_lot": "A lot decided that our stance toward {other} stays as it was.",
    # calculation
    "best_of_nine": (
        "We expect {other} to {expects} toward us ({chance}); "
        "compared with any other stance toward it, this one is worth {gain} to us."
    ),
    "weighed_and_drawn": (
        "We expect {other} to {expects} toward us ({chance}); compared with the best other stance toward it, "
        "this one is worth {gain} to us. Better options are likelier, never certain."
    ),
    "best_over_two_rounds": (
        "We expect {other} to {expects} toward us ({chance}); over this round and the next, "
        "this stance toward it is worth {gain} to us compared with any other."
    ),
    "learned_their_habits": (
        "From what we have seen we expect {other} to {expects} toward us ({chance}); "
        "against that, this stance is worth {gain} to us compared with any other."
    ),
    "drawn_to_it": (
        "This stance toward {other} would have served us by {gain} compared with any other so far; "
        "we are drawn to what served well."
    ),
    "moved_by_regret": (
        "In the rounds behind us this stance toward {other} would have brought {gain} compared with any other; "
        "we move as our regrets weigh."
    ),
    # wrappers
    "hand_trembled": "We meant to {meant} toward {other}, but the decision slipped.",
    "deadline_near": "The review is {count} rounds away, so we settle with {other} now.",
    "refuses_untested_threat": "{other} has never carried out a step against us; we do not pay for words.",
}

REASON_KEYS: tuple[str, ...] = tuple(PATTERNS)
"""Every key a shipped strategy uses; the words of other languages are looked up by it."""

CAPITALS = {"USA": "Washington", "CAN": "Ottawa", "MEX": "Mexico City"}


def _money(value: Any) -> str:
    amount = float(value)
    sign = "-" if amount < 0 else ""
    return (
        f"{sign}USD {abs(amount) * 1000:.0f} million"
        if abs(amount) < 1
        else f"{sign}USD {abs(amount):.1f} billion"
    )


def _share(value: Any) -> str:
    return f"{float(value):.0%}"


def _capital(value: Any) -> str:
    return CAPITALS.get(str(value), str(value))


VALUE_KINDS: dict[str, Callable[[Any], str]] = {
    "other": _capital,
    "striker": _capital,
    "chance": _share,
    "commitment": _share,
    "answer": _share,
    "gain": _money,
    "round": str,
    "count": str,
    "expects": str,
    "meant": str,
}
"""How each value is written: governments by capital, shares in percent, gains in USD (bn inside)."""


def sentence(reason: Reason) -> str:
    """The reason as one English sentence; a key of another package is shown as it is.

    >>> sentence(Reason("answers_in_kind", {"other": "USA"}))
    'Washington defected on us last round, so we answer in kind.'
    """
    pattern = PATTERNS.get(reason.key)
    if pattern is None:
        return str(reason.values.get("sentence", reason.key.replace("_", " ")))
    return pattern.format(
        **{name: VALUE_KINDS.get(name, str)(value) for name, value in reason.values.items()}
    )
