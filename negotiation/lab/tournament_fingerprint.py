"""A strategy's fingerprint: what it answers to what it saw, counted over many games.

The idea is Ashlock and Kim's (2008, IEEE Transactions on Evolutionary Computation 12): a strategy is known by its
conditional answers, not by its code. Here the condition is the other's last stance as this seat saw it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negotiation.terms import STANCES, Country, others

FIRST = "first"
"""The condition of an opening move."""
SEEN = (FIRST, *(s.letter for s in STANCES))
GIVEN = tuple(s.letter for s in STANCES)


def answers(results: Sequence[Mapping[str, Any]], seat: Country | str) -> dict[str, int]:
    """Counts ``to_CAN_D_C``: toward Canada, after its defection, this seat coordinated; and ``quiet_rounds``.

    results : data of ``round_resolved``. A stance toward oneself is always seen (what may stay quiet is what Canada
    and Mexico arrange between themselves).
    """
    me = Country(seat)
    counts = {f"to_{o}_{s}_{g}": 0 for o in others(me) for s in SEEN for g in GIVEN}
    counts["quiet_rounds"] = 0
    last: dict[Country, str] = {}
    for result in results:
        move = result["moves"][str(me)]["move"]
        counts["quiet_rounds"] += bool(move.get("quiet", False))
        for other in others(me):
            given = _letter(move["stances"][str(other)])
            counts[f"to_{other}_{last.get(other, FIRST)}_{given}"] += 1
        last = {o: _letter(result["moves"][str(o)]["move"]["stances"][str(me)]) for o in others(me)}
    return counts


def fingerprints(frame: Any) -> list[dict[str, Any]]:
    """One row per strategy, seat and counterpart: shares of answers to each last stance, and how many were counted."""
    good = frame[frame["error"].isna()]
    out = []
    for (name, seat), rows in good.groupby(["strategy", "seat"], sort=False):
        for other in others(Country(seat)):
            total = {key: float(rows[f"to_{other}_{key}"].sum()) for key in _keys()}
            out.append({"strategy": name, "seat": seat, "toward": str(other), **_shares(total)})
    return out


def pooled(frame: Any) -> dict[str, dict[str, float]]:
    """Strategy -> shares over all seats and counterparts."""
    good = frame[frame["error"].isna()]
    out = {}
    for name, rows in good.groupby("strategy", sort=False):
        total = dict.fromkeys(_keys(), 0.0)
        for column in rows.columns:
            if column.startswith("to_"):
                total[column.split("_", 2)[2]] += float(rows[column].fillna(0).sum())
        out[str(name)] = _shares(total)
    return out


def of_game(results: Sequence[Mapping[str, Any]], seat: Country | str) -> dict[str, float]:
    """The fingerprint of one seat in one game, counterparts together."""
    counts = answers(results, seat)
    total = {k: float(sum(counts[f"to_{o}_{k}"] for o in others(Country(seat)))) for k in _keys()}
    return _shares(total)


def _keys() -> list[str]:
    return [f"{s}_{g}" for s in SEEN for g in GIVEN]


def _shares(total: Mapping[str, float]) -> dict[str, float]:
    """Counts as shares within each condition (not a number where it never arose), ``n_...`` how often it did."""
    out: dict[str, float] = {}
    for seen in SEEN:
        n = sum(total[f"{seen}_{g}"] for g in GIVEN)
        out |= {f"{seen}_{g}": total[f"{seen}_{g}"] / n if n else float("nan") for g in GIVEN}
        out[f"n_{seen}"] = n
    return out


def _letter(stance: str) -> str:
    return next(s.letter for s in STANCES if s.value == str(stance))
