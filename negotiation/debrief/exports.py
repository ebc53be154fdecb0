"""The debrief as tidy tables with a codebook, as CSV and Parquet, beside the tables of the game itself.

Every table is a list of rows with the same columns; ``CODEBOOK`` says what each column means and in which unit. The
game's own tables (moves, leverage, income, firms ...) are those of ``negotiation.lab.tables``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from negotiation.debrief.branches import Branch
from negotiation.debrief.debriefing import Debrief
from negotiation.errors import NegotiationError
from negotiation.lab.tables import codebook as rows_of
from negotiation.lab.tables import tables as tables_of_game
from negotiation.terms import PARTNERS, SEATS

Row = dict[str, Any]

_ROUND = {"round": ("count", "round of the game"), "date": ("YYYY-MM", "month in which the round starts")}
_SEAT = {"seat": ("code", "government: USA, CAN or MEX")}
_LETTERS = "two letters, C coordinate, N concede, D defect; order: USA toward CAN, MEX; a partner toward USA, the other"
_PARTNER = {"partner": ("code", "CAN or MEX")}

CODEBOOK: dict[str, dict[str, tuple[str, str]]] = {
    "turning_points": {
        **_ROUND,
        "weight": ("share", "mean of the three shares below"),
        "share_leverage": ("share", "of all movement of leverage in the game"),
        "share_regret": ("share", "of all regret in the game"),
        "share_odds": ("share", "of all movement of the odds in the game"),
        "kind": ("word", "the largest of the three"),
    },
    "regret": {
        **_ROUND,
        **_SEAT,
        "played": ("letters", _LETTERS),
        "best": ("letters", "best reply to what the others played"),
        "hindsight": (
            "USD bn",
            "what the best reply would have been worth more, the review to come included",
        ),
        "left": (
            "word",
            "what that reply would have left behind: lower or higher tariffs of Washington's, no_notice, "
            "not_drawn_in (no answer for the other partner), kept (an issue not granted)",
        ),
        "wiser": ("letters", "best reply to what theory expects of the others"),
        "foresight": ("USD bn", "what that would have been worth more, as the seat could know"),
        "chance": ("probability", "of the move played in the quantal response equilibrium"),
    },
    "leverage_parts": {
        **_ROUND,
        **_PARTNER,
        "kind": (
            "word",
            "cause: exposure, alternatives, commitment, credibility; mover: USA, CAN, MEX, rest",
        ),
        "part": ("name", "which cause or mover"),
        "points": ("points", "of the leverage index in the round; the parts of a kind sum to the change"),
    },
    "standings": {
        **_ROUND,
        "played_USA": ("letters", "move of the United States"),
        "played_CAN": ("letters", "move of Canada"),
        "played_MEX": ("letters", "move of Mexico"),
        "equilibria": ("count", "pure Nash equilibria of the round's stage game"),
        "is_equilibrium": ("true or false", "whether what was played is one of them"),
        "away": ("count", "seats that would have to move to be in the nearest; empty if there is none"),
        "likelihood": ("probability", "of what was played in the quantal response equilibrium"),
        "all_could_gain": ("true or false", "whether another cell was better for all three"),
        "joint_gain": ("USD bn", "missed by the three together"),
    },
    "conduct": {
        **_SEAT,
        "met_with": ("word", "what the other had last done to it; first in the first round"),
        "coordinate": ("count", "times it then coordinated"),
        "concede": ("count", "times it then conceded"),
        "defect": ("count", "times it then defected"),
    },
    "nearest": {
        **_SEAT,
        "strategy": ("name", "named strategy"),
        "distance": ("0 to 1", "1 less the mean probability it gave to the stances taken; lots: 2/3"),
        "situations": ("count", "stances compared"),
    },
    "quantal": {
        "who": ("code", "a seat, or table for all three"),
        "multiple": ("ratio", "decision noise fitted by maximum likelihood, as a multiple of the rules' own"),
        "low": ("ratio", "lower end of the likelihood-ratio interval (95 percent)"),
        "high": ("ratio", "upper end"),
        "precision": ("1 / USD bn", "lambda; empty for the table"),
        "log_likelihood": ("log", "at the fit"),
        "log_likelihood_of_lots": ("log", "of drawing lots"),
        "moves": ("count", "moves fitted"),
    },
    "bargain": {
        "point": ("name", "an end or offer of the review, reached, nash or kalai_smorodinsky"),
        "gain_USA": ("USD bn a year", "gain over annual reviews"),
        "gain_CAN": ("USD bn a year", "the same for Canada"),
        "gain_MEX": ("USD bn a year", "the same for Mexico"),
        "package": ("giver>receiver:issue", "issues settled, separated by spaces"),
    },
    "what_if": {
        "branch": ("text", "ROUND:SEAT=LETTERS, as --what-if takes it"),
        "future": ("word", "unchanged or changed"),
        "leverage_CAN": ("0 to 100", "US leverage over Canada at the end"),
        "leverage_MEX": ("0 to 100", "US leverage over Mexico at the end"),
        "expected_USA": ("USD bn", "payoff of the rounds and the years of the review at its odds"),
        "expected_CAN": ("USD bn", "the same for Canada"),
        "expected_MEX": ("USD bn", "the same for Mexico"),
        "end": ("code", "end drawn; empty if no review was reached"),
    },
}
"""Table -> column -> (unit, meaning)."""


def tables(told: Debrief, branches: Sequence[Branch] = ()) -> dict[str, list[Row]]:
    """The tables of a debrief and of its game; empty ones are left out."""
    made = {
        "turning_points": _turning(told),
        "regret": [
            {name: getattr(r, name) for name in CODEBOOK["regret"]} for s in told.regret.values() for r in s
        ],
        "leverage_parts": _parts(told),
        "standings": _standings(told),
        "conduct": [
            {"seat": s, "met_with": met, **counts}
            for s, f in told.fingerprints.items()
            for met, counts in f.answers.items()
        ],
        "nearest": [
            {"seat": s, "strategy": name, "distance": d, "situations": n.situations}
            for s, n in told.nearest.items()
            for name, d in n.ranking
        ],
        "quantal": [{name: getattr(f, name) for name in CODEBOOK["quantal"]} for f in told.quantal.values()],
        "bargain": _bargain(told),
        "what_if": [_future(b, name) for b in branches for name in ("unchanged", "changed")],
    }
    return {name: rows for name, rows in (made | tables_of_game(told.game.state)).items() if rows}


def codebook() -> list[Row]:
    """Codebook of every table."""
    return rows_of(CODEBOOK) + rows_of()


def files(told: Debrief, branches: Sequence[Branch] = ()) -> dict[str, bytes]:
    """Name -> content: one CSV and one Parquet file a table, the codebook, and everything as one JSON document."""
    out: dict[str, bytes] = {}
    every = tables(told, branches)
    for name, rows in {**every, "codebook": codebook()}.items():
        out[f"{name}.csv"] = _csv(rows)
    for name, rows in every.items():
        out[f"{name}.parquet"] = _parquet(name, rows)
    document = told.to_dict() | {"branches": [b.to_dict() for b in branches]}
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    out["debrief.json"] = (text + "\n").encode("utf-8")
    return out


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    from negotiation.rooms.records import safe_cell

    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: str(v).lower() if isinstance(v, bool) else safe_cell(v) for k, v in row.items()})
    return text.getvalue().encode("utf-8")


def _parquet(name: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    import pandas as pd

    target = io.BytesIO()
    try:
        pd.DataFrame(list(rows)).to_parquet(target, index=False)
    except (ImportError, ValueError, TypeError) as error:
        raise NegotiationError(f"table {name} cannot be written as Parquet ({error})") from None
    return target.getvalue()


def _turning(told: Debrief) -> list[Row]:
    return [
        {
            "round": p.round,
            "date": p.date,
            "weight": p.weight,
            **{f"share_{name}": share for name, share in p.shares.items()},
            "kind": p.kind,
        }
        for p in told.turning_points
    ]


def _parts(told: Debrief) -> list[Row]:
    out = []
    for k in (str(p) for p in PARTNERS):
        kinds = {"cause": told.leverage.get(k), "mover": told.movers.get(k)}
        for kind, source in kinds.items():
            for n, parts in enumerate(source.by_round if source else ()):
                at = {"round": n + 1, "date": told.about.dates[n], "partner": k, "kind": kind}
                out += [{**at, "part": name, "points": points} for name, points in parts.items()]
    return out


def _standings(told: Debrief) -> list[Row]:
    return [
        {
            "round": s.round,
            "date": s.date,
            **{f"played_{seat}": letters for seat, letters in s.played.items()},
            "equilibria": len(s.equilibria),
            "is_equilibrium": s.is_equilibrium,
            "away": s.away,
            "likelihood": s.likelihood,
            "all_could_gain": s.all_could_gain,
            "joint_gain": s.joint_gain,
        }
        for s in told.standings
    ]


def _bargain(told: Debrief) -> list[Row]:
    if told.bargain is None:
        return []
    return [
        {"point": p.name, **{f"gain_{s}": p.gain[str(s)] for s in SEATS}, "package": " ".join(p.package)}
        for p in told.bargain.points
    ]


def _future(branch: Branch, name: str) -> Row:
    future = getattr(branch, name)
    return {
        "branch": branch.code,
        "future": name,
        **{f"leverage_{k}": future.leverage[str(k)][-1] for k in PARTNERS},
        **{f"expected_{s}": future.expected[str(s)] for s in SEATS},
        "end": future.end,
    }
