"""What an ensemble says: shares of ends, spreads of numbers, what each of our options costs in regret.

Frames in, plain data out. Failed runs are counted and left out of every figure. Intervals are at the confidence of
``configs/ensembles.yaml``: Wilson (1927) for shares, Student's t for means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from negotiation.errors import InputError
from negotiation.lab.ensemble_design import settings
from negotiation.lab.ensemble_store import ERROR
from negotiation.terms import OUTCOMES, PARTNERS, SEATS

UNITS: dict[str, str] = {
    **{f"leverage_{k}": "0 to 100" for k in PARTNERS},
    **{f"leverage_change_{k}": "points" for k in PARTNERS},
    **{f"transfer_{k}": "USD bn a year" for k in PARTNERS},
    **{f"commitment_{k}": "probability" for k in PARTNERS},
    **{f"us_export_share_{k}": "percent" for k in PARTNERS},
    **{f"real_income_{s}": "percent" for s in SEATS},
    **{f"real_wage_{s}": "percent" for s in SEATS},
    **{f"score_{s}": "USD bn" for s in SEATS},
    **{f"odds_{o}": "probability" for o in OUTCOMES},
}
"""Numbers of a run that are summarised, with their units."""


def summary(frame: Any) -> dict[str, Any]:
    """Counts, and for each option: shares of the ends, spreads of the numbers; with several options their regret."""
    good = went_well(frame)
    failed = len(frame) - len(good)
    errors = frame[ERROR].dropna().value_counts()
    blocks = [
        {"option": number, "runs": len(rows), "ends": end_states(rows), "numbers": spreads(rows)}
        for number, rows in _by_option(good)
    ]
    return {
        "runs": len(frame),
        "failed": failed,
        "errors": {str(text): int(count) for text, count in errors.head(5).items()},
        "confidence": float(settings("summary")["confidence"]),
        "options": blocks,
        "regret": regret(good) if len(blocks) > 1 else [],
    }


def went_well(frame: Any) -> Any:
    """The runs without an error."""
    return frame[frame[ERROR].isna()]


def end_states(rows: Any) -> dict[str, dict[str, float]]:
    """End -> share of games that ended so with its interval, and the mean of the odds before the draw."""
    n = len(rows)
    out = {}
    for end in OUTCOMES:
        hits = int((rows["outcome"] == str(end)).sum()) if n else 0
        low, high = wilson(hits, n)
        out[str(end)] = {
            "share": hits / n if n else float("nan"),
            "low": low,
            "high": high,
            "mean_odds": float(rows[f"odds_{end}"].mean()) if n else float("nan"),
        }
    return out


def spreads(rows: Any, names: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
    """Number -> unit, mean with its interval, and quantiles over futures."""
    out = {}
    bands = [float(q) for q in settings("summary")["bands"]]
    for name in names or [n for n in UNITS if n in rows]:
        values = rows[name].to_numpy(float)
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        low, high = mean_interval(values)
        out[name] = {
            "unit": UNITS.get(name, ""),
            "mean": float(values.mean()),
            "low": low,
            "high": high,
            "quantiles": {f"{q:g}": float(np.quantile(values, q)) for q in bands},
        }
    return out


def regret(good: Any) -> list[dict[str, Any]]:
    """For each option and seat: what it leaves on the table in a future, against the best option there, USD bn.

    Savage (1951). Only futures in which every option's run went well count.
    """
    options = sorted(good["option"].unique())
    out = []
    for seat in SEATS:
        table = good.pivot(index="replication", columns="option", values=f"score_{seat}").dropna()
        if not len(table):
            continue
        lost = table.max(axis=1).to_numpy()[:, None] - table[options].to_numpy()
        for column, option in enumerate(options):
            own = lost[:, column]
            low, high = mean_interval(own)
            out.append(
                {
                    "option": int(option),
                    "seat": str(seat),
                    "futures": len(own),
                    "mean": float(own.mean()),
                    "low": low,
                    "high": high,
                    "ninety_percent": float(np.quantile(own, 0.9)),
                    "worst": float(own.max()),
                    "best_in": float((own == 0).mean()),
                }
            )
    return out


def fan(good: Any, partner: str) -> dict[str, Any]:
    """Leverage over a partner round by round: rounds and one path per band of ``configs``.

    ``InputError`` if the runs were made without paths.
    """
    name = f"path_leverage_{partner}"
    if name not in good or not len(good):
        raise InputError("these runs kept no paths; make them with --paths")
    paths = list(good[name])
    length = max(map(len, paths))
    grid = np.full((len(paths), length), np.nan)
    for row, path in enumerate(paths):
        grid[row, : len(path)] = path
    bands = [float(q) for q in settings("summary")["bands"]]
    return {
        "rounds": list(range(length)),
        "bands": {f"{q:g}": np.nanquantile(grid, q, axis=0).tolist() for q in bands},
    }


# -- intervals ---------------------------------------------------------------------------------------------


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Interval of a share."""
    if n == 0:
        return (float("nan"), float("nan"))
    z = _normal()
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (max(0.0, float(middle - half)), min(1.0, float(middle + half)))


def mean_interval(values: np.ndarray) -> tuple[float, float]:
    """Interval of a mean; not a number with fewer than two values."""
    from scipy.special import stdtrit  # Student's quantile without the half second of scipy.stats

    n = len(values)
    if n < 2:
        return (float("nan"), float("nan"))
    level = float(settings("summary")["confidence"])
    half = float(stdtrit(n - 1, 0.5 + level / 2) * values.std(ddof=1) / np.sqrt(n))
    return (float(values.mean() - half), float(values.mean() + half))


def _normal() -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + float(settings("summary")["confidence"]) / 2)


def _by_option(good: Any) -> list[tuple[int, Any]]:
    if "option" not in good:
        return [(0, good)]
    return [(int(number), rows) for number, rows in good.groupby("option")]


def option_in_words(option: Mapping[str, float]) -> str:
    """``us_opening_rung 2, slip 0.1``; "as the scenario has it" for an empty one."""
    return ", ".join(f"{name} {value:g}" for name, value in option.items()) or "as the scenario has it"
