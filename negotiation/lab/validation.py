"""How good is the model? Published figures beside what it gives for the same shock, with the honest gap.

    for row in published_comparison():
        row.title["en"], row.published, row.model, (row.low, row.high), row.gap, row.why["en"]

``published_comparison()`` reads results worked out before (``configs/validation_results.json``, made by
``negotiation validate --write``), so a page can show them at once; ``published_comparison(fresh=True)`` works them out
anew, over both shipped economies and every set of elasticities. ``stale()`` says which rows no longer come out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from negotiation.errors import UnknownName
from negotiation.lab.workers import Progress, do_all
from negotiation.scenario import load_yaml
from negotiation.terms import OUTCOMES

RESULTS = "validation_results.json"
CHEAP = (
    "mexico_all",
    "canada_autos",
    "canada_retaliation",
    "canada_2025",
    "canada_collapse",
    "bystander",
    "ends_annual",
)
"""Rows that take a second in all: what a test works out again."""
DIGITS = 4


@dataclass(frozen=True)
class Row:
    """A published figure and the model's; ``low`` and ``high``: range over economies and elasticities."""

    id: str
    country: str
    title: Mapping[str, str]
    published: float
    unit: str
    source: str
    model: float
    """With the shipped economy and elasticities."""
    low: float
    high: float
    gap: float
    """Model less published."""
    within: bool
    """The published figure lies in the model's range."""
    close: bool
    """The gap is small beside the published figure."""
    why: Mapping[str, str]
    worked_out: Mapping[str, float]
    """Economy and elasticities -> value."""


@dataclass(frozen=True)
class _Task:
    figure: str
    data: str
    elasticities: str

    @property
    def label(self) -> str:
        return f"{self.data}, {self.elasticities}"


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    return load_yaml("published.yaml")


def figures(only: Sequence[str] | None = None) -> list[Mapping[str, Any]]:
    """The published figures, or those with these ids (``UnknownName`` for one nobody published)."""
    found = {figure["id"]: figure for figure in _file()["figures"]}
    for name in only or ():
        if name not in found:
            raise UnknownName("published figure", name, found)
    return [found[name] for name in only] if only else list(found.values())


def published_comparison(
    only: Sequence[str] | None = None,
    *,
    fresh: bool = False,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[Row]:
    """Every published figure (or ``only`` these) beside the model's: as worked out before, or ``fresh``."""
    wanted = figures(only)
    if fresh:
        tasks = [task for figure in wanted for task in _tasks(figure)]
        values = do_all(_value, tasks, workers=workers, executor=executor, progress=progress)
        known: dict[str, dict[str, float]] = {}
        for task, value in zip(tasks, values, strict=True):
            known.setdefault(task.figure, {})[task.label] = round(value, DIGITS)
    else:
        known = {name: dict(found) for name, found in results().items()}
    return [_row(figure, known[figure["id"]]) for figure in wanted if figure["id"] in known]


def results() -> Mapping[str, Mapping[str, float]]:
    """Figure -> economy and elasticities -> value, as worked out before."""
    place = files("configs").joinpath(RESULTS)
    return json.loads(place.read_text("utf-8"))["values"] if place.is_file() else {}


def results_document(rows: Sequence[Row]) -> str:
    """The text of the results file."""
    note = "Worked out by `negotiation validate --write`; percent, rounded. Do not edit."
    values = {row.id: dict(row.worked_out) for row in rows}
    return json.dumps({"note": note, "values": values}, indent=1, ensure_ascii=False) + "\n"


def stale(only: Sequence[str] = CHEAP, tolerance: float = 2e-3) -> list[str]:
    """Which of these rows no longer come out as stored (or are not stored), in words."""
    stored, found = results(), []
    for row in published_comparison(only, fresh=True):
        for label, value in row.worked_out.items():
            was = stored.get(row.id, {}).get(label)
            if was is None:
                found.append(f"{row.id} ({label}) is not stored")
            elif abs(was - value) > tolerance * max(1.0, abs(value)):
                found.append(f"{row.id} ({label}): stored {was}, now {value}")
    return found


def _tasks(figure: Mapping[str, Any]) -> list[_Task]:
    plan = _file()["validation"]
    economies, sets = plan["economies"], figure.get("elasticities", plan["elasticities"])
    if figure["shock"]["kind"] == "odds":  # a whole game, not one equilibrium
        economies, sets = economies[:1], plan["elasticities"][:1]
    return [_Task(figure["id"], data, chosen) for data in economies for chosen in sets]


def _value(task: _Task) -> float:
    figure = figures([task.figure])[0]
    if figure["shock"]["kind"] == "odds":
        return _odds(figure["shock"])
    from negotiation.lab.validation_shocks import value_of  # brings the model; what is stored needs none

    return float(value_of(figure["shock"], figure["country"], task.data, task.elasticities))


def _odds(shock: Mapping[str, Any]) -> float:
    """Percent: the chance of these ends if the joint review had been held in a month of the replay."""
    odds = _odds_in(shock["month"])
    return 100 * float(sum(odds[OUTCOMES.index(end)] for end in shock["ends"]))


@lru_cache(maxsize=4)
def _odds_in(month: str) -> np.ndarray:
    from negotiation.world import ReviewModel

    model = ReviewModel("history", 0, tolerance=1e-6, lean=True)
    while model.results[-1]["date"] != month if model.results else True:
        model.step()
    return np.asarray(model.review(seen=True).odds)


def _row(figure: Mapping[str, Any], values: Mapping[str, float]) -> Row:
    first = next(iter(values))
    model, published = values[first], float(figure["published"])
    low, high = min(values.values()), max(values.values())
    gap = model - published
    return Row(
        id=figure["id"],
        country=figure["country"],
        title=figure["title"],
        published=published,
        unit=figure["unit"],
        source=figure["source"],
        model=model,
        low=low,
        high=high,
        gap=round(gap, DIGITS),
        within=low <= published <= high,
        close=abs(gap) <= _file()["validation"]["close"] * abs(published),
        why=figure["why"],
        worked_out=dict(values),
    )


def as_plain(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as plain data."""
    return [asdict(row) for row in rows]
