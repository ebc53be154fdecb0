"""What the Mesa DataCollector records each step. Column, unit and meaning stand together here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mesa import DataCollector

from negotiation.terms import OUTCOMES, PARTNERS, SEATS


def _latest(model: Any) -> dict[str, Any]:
    return model.results[-1] if model.results else (model.opening or {})


def _at(*path: str) -> Callable[[Any], float | None]:
    def read(model: Any) -> float | None:
        value: Any = _latest(model)
        for key in path:
            if not isinstance(value, dict) or key not in value:
                return None
            value = value[key]
        return value

    return read


def _rung(field: str, k: int) -> Callable[[Any], int]:
    return lambda model: int(getattr(model.position, field)[k])


COLUMNS: dict[str, tuple[str, str]] = {"round": ("count", "rounds resolved")}
_READERS: dict[str, Callable[[Any], Any]] = {"round": lambda model: len(model.results)}


def _column(name: str, unit: str, meaning: str, reader: Callable[[Any], Any]) -> None:
    COLUMNS[name] = (unit, meaning)
    _READERS[name] = reader


for _i, _k in enumerate(PARTNERS):
    _column(
        f"leverage_{_k}",
        "0 to 100",
        f"US leverage over {_k} as Washington can know it",
        _at("leverage", _k, "index"),
    )
    _column(
        f"transfer_{_k}",
        "USD bn a year",
        f"Nash transfer from {_k} to the US",
        _at("leverage", _k, "transfer"),
    )
    _column(f"us_rung_{_k}", "rung 0 to 4", f"US tariff rung on {_k}", _rung("us_rung", _i))
    _column(f"partner_rung_{_k}", "rung 0 to 3", f"tariff rung of {_k} on the US", _rung("partner_rung", _i))
    _column(
        f"commitment_seen_{_k}",
        "probability",
        f"{_k} joins, as Washington sees it",
        _at("commitment", "seen", _k),
    )
    _column(
        f"us_export_share_{_k}",
        "percent",
        f"US share of goods exports of {_k}",
        _at("firms", "us_export_share", _k),
    )
for _s in SEATS:
    _column(
        f"real_income_{_s}",
        "percent",
        f"real income of {_s} against the tariff-free pact",
        _at("income", _s, "real_income_percent"),
    )
    _column(
        f"real_wage_{_s}",
        "percent",
        f"real wage of {_s} against the tariff-free pact",
        _at("income", _s, "real_wage_percent"),
    )
    _column(f"payoff_{_s}", "USD bn", f"payoff of {_s} in the last round", _at("payoff", _s))
for _o in OUTCOMES:
    _column(f"odds_{_o}", "probability", f"the review would end in {_o} if held now", _at("odds", _o))


ALWAYS = ("round", "us_rung", "partner_rung", "payoff")
"""Beginnings of the columns a lean model records too: what it knows without working anything out."""


class PlainNumbers(DataCollector):
    """Mesa's collector for columns that are functions of the model and give plain numbers: nothing to copy."""

    def collect(self, model: Any) -> None:
        """Append one row."""
        if hasattr(self, "_collection_steps"):  # Mesa 3.5: batch_run finds the last row by it
            self._collection_steps.append(model.time)
        for name, read in self.model_reporters.items():
            self.model_vars[name].append(read(model))


def collector(*, lean: bool = False) -> DataCollector:
    """A collector with every column of ``COLUMNS``; for a lean model with those it knows."""
    readers = {n: r for n, r in _READERS.items() if n.startswith(ALWAYS)} if lean else _READERS
    return PlainNumbers(model_reporters=readers)
