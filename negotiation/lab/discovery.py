"""Scenario discovery: in which futures does something happen? A box of inputs, found by PRIM (EMA Workbench).

The patient rule induction method (Friedman and Fisher 1999; for policy, Bryant and Lempert 2010) peels thin slices off
the space of inputs, as long as the share of cases of interest inside grows. What remains is a rule of thumb such as
"commitment shown below 1.4 and threats carried out above 3.5", with

* coverage: share of all cases of interest that lie inside;
* density: share of the futures inside that are of interest;
* mass: share of all futures that lie inside;
* for every limit a quasi-p value: the chance that so much is gained by limiting an input that does nothing.

EMA Workbench is part of the extra ``lab``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negotiation.errors import InputError, NegotiationError, UnknownName, get_extra
from negotiation.lab.ensemble_design import settings
from negotiation.lab.ensemble_store import ERROR
from negotiation.terms import OUTCOMES

CASE = re.compile(r"^\s*(\w+)\s*(<=|>=|=|<|>)\s*([\w.+-]+)\s*$")


@dataclass(frozen=True)
class Limit:
    """One side of a box; ``low`` or ``high`` None where that end is open. ``p``: quasi-p value, small is real."""

    input: str
    low: float | None
    high: float | None
    p: float


@dataclass(frozen=True)
class Box:
    """A rule of thumb for when the case arises."""

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    base: float
    """Share of all futures in which the case arises: the density of no rule at all."""


def cases(frame: Any, case: str) -> np.ndarray:
    """(rows,) whether each run is of interest. ``case`` like ``outcome=WD``, ``leverage_CAN<40``, ``odds_EXT>=0.5``.

    ``InputError`` for anything else, ``UnknownName`` for a column there is not.
    """
    read = CASE.match(case)
    if not read:
        raise InputError(f"case {case!r}: write it like outcome=WD, leverage_CAN<40 or odds_EXT>=0.5")
    name, sign, text = read.groups()
    if name not in frame:
        raise UnknownName("column", name, [c for c in frame if c not in ("run", ERROR)])
    if name == "outcome":
        if sign != "=" or text not in list(map(str, OUTCOMES)):
            raise InputError(f"case {case!r}: an outcome is = one of {', '.join(OUTCOMES)}")
        return (frame[name] == text).to_numpy(bool)
    try:
        level = float(text)
    except ValueError:
        raise InputError(f"case {case!r}: {text!r} is not a number") from None
    values = frame[name].to_numpy(float)
    compare = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal}
    return compare[sign](values, level)


def discover(frame: Any, case: str, inputs: Sequence[str], *, boxes: int = 1) -> list[Box]:
    """Boxes in which the case arises more often than elsewhere, the first the best; may be empty.

    frame : rows of an ensemble; failed runs are left out. inputs : columns to limit (what was drawn or tried).
    """
    if boxes < 1:
        raise InputError(f"boxes = {boxes}: at least one is looked for")
    good = frame[frame[ERROR].isna()]
    for name in inputs:
        if name not in good:
            raise UnknownName("input", name, list(good))
    names = [name for name in inputs if good[name].nunique() > 1]
    if not names:
        raise InputError("no input varies in these runs; draw uncertainties or try levers")
    wanted = cases(good, case)
    if not wanted.any() or wanted.all():
        share = "none" if not wanted.any() else "all"
        raise InputError(f"{case}: {share} of the {len(good)} futures; there is nothing to tell apart")
    prim = _prim(good[names], wanted)
    found = []
    for _ in range(boxes):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            box = prim.find_box()
        if box is None:
            break
        told = _best(box, wanted)
        if told is None:
            break
        found.append(told)
    return found


def in_words(box: Box, titles: Mapping[str, str] | None = None) -> str:
    """A box as a sentence."""
    said = []
    for limit in box.limits:
        name = (titles or {}).get(limit.input, limit.input)
        if limit.low is not None and limit.high is not None:
            said.append(f"{name} between {limit.low:.3g} and {limit.high:.3g}")
        elif limit.low is not None:
            said.append(f"{name} above {limit.low:.3g}")
        elif limit.high is not None:
            said.append(f"{name} below {limit.high:.3g}")
    return (
        f"{' and '.join(said)}: {box.density:.0%} of these futures (of all {box.base:.0%}); "
        f"holds {box.coverage:.0%} of the cases in {box.mass:.0%} of the futures"
    )


def _prim(inputs: Any, wanted: np.ndarray) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from ema_workbench.analysis import prim
    except ImportError:
        raise NegotiationError(
            f"scenario discovery needs the EMA Workbench; install it {get_extra('lab')}"
        ) from None
    habits = settings("discovery")
    data = inputs.astype(float).reset_index(drop=True)
    return prim.Prim(
        data,
        wanted.astype(bool),
        threshold=float(wanted.mean()),  # any box must beat no rule at all
        peel_alpha=float(habits["peel"]),
        mass_min=float(habits["least_mass"]),
    )


def _best(box: Any, wanted: np.ndarray) -> Box | None:
    """Of the boxes on the peeling path that are dense enough the one that balances coverage and density best (their
    harmonic mean); if none is dense enough, the densest."""
    path = box.peeling_trajectory
    level = float(settings("discovery")["least_density"])
    base = float(wanted.mean())
    dense = path.index[path["mean"] >= max(level, base)]
    both = 2 * path["coverage"] * path["density"] / (path["coverage"] + path["density"])
    at = int(both[dense].idxmax()) if len(dense) else int(path["mean"].idxmax())
    row = path.loc[at]
    if row["mean"] <= base or row["res_dim"] == 0:
        return None
    whole = box.box_lims[0]
    limits, now = [], box.box_lims[at]
    chance = box.qp[at]
    for name in now.columns:
        low, high = (float(now[name].iloc[i]) for i in (0, 1))
        first, last = (float(whole[name].iloc[i]) for i in (0, 1))
        if low > first or high < last:
            p = [x for x in chance.get(name, []) if x >= 0]
            limits.append(
                Limit(
                    str(name),
                    low if low > first else None,
                    high if high < last else None,
                    max(p, default=1.0),
                )
            )
    limits.sort(key=lambda limit: limit.p)
    return Box(tuple(limits), float(row["coverage"]), float(row["density"]), float(row["mass"]), base)
