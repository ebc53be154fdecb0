"""How good is the model? Published estimates beside what the shipped economy gives for the nearest shock.

The figures come from ``negotiation validate`` (``configs/published.yaml`` and its stored results); the page shows
those that are changes of real income or GDP, which fit one axis, each with its source and where a gap comes from.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ui.site.present.frame import frame, link
from ui.words import Words

SHOWN_AT_HOME = ("canada_retaliation", "mexico_all", "mexico_autos")
LARGEST_CHANGE = 10.0
"""Percent; larger figures are tariffs and odds, which the command prints."""
OWN = "Computed on this engine"
"""How a figure of our own begins its source: no estimate of others, so not on this page."""


def model_page(words: Words) -> dict[str, Any]:
    """``ModelPage``."""
    page = frame(
        words, words("model.title"), words("model.deck"), words("model.kicker"), title=words("model.title"),
        foot=[link(words, "model.foot")],
    )  # fmt: skip
    income, wage = unanswered()
    return page | {
        "title_rows": words("model.side_by_side"),
        "unit": words("model.unit"),
        "columns": {c: words(f"model.{c}") for c in ("what", "published", "ours", "gap", "source")},
        "rows": [_row(row, row.title[words.language], words) for row in comparisons()],
        "reads": [
            words.rich("model.read_leverage"),
            words.rich("model.read_first_year"),
            words.rich("model.read_wages", income=words.percent(income, 2), wage=words.percent(abs(wage), 2)),
            words.rich("model.read_limits"),
            words.rich("model.read_more"),
        ],
        "back": link(words, "link.back_home", "home"),
    }


def home_rows(words: Words) -> list[dict[str, Any]]:
    """Three comparisons for the front page, under short names."""
    found = {row.id: row for row in comparisons()}
    return [_row(found[name], words(f"compare.{name}"), words) for name in SHOWN_AT_HOME]


def _row(row: Any, label: str, words: Words) -> dict[str, Any]:
    published, ours = words.signed(row.published, 2), words.signed(row.model, 2)
    low, high = words.signed(row.low, 2), words.signed(row.high, 2)
    return {
        "label": label,
        "published": row.published,
        "ours": round(row.model, 3),
        "published_text": published,
        "ours_text": ours,
        "gap_text": words.signed(row.gap, 2),
        "source": words(
            "model.row_source", source=row.source, low=low, high=high, why=row.why[words.language]
        ),
        "sentence": words("model.sentence", label=label, published=published, ours=ours),
    }


@lru_cache(maxsize=1)
def comparisons() -> tuple[Any, ...]:
    """Published changes of real income or GDP beside the model's, as worked out by ``negotiation validate``."""
    from negotiation.lab.validation import published_comparison

    return tuple(
        row
        for row in published_comparison()
        if row.unit == "percent" and abs(row.published) < LARGEST_CHANGE and not row.source.startswith(OWN)
    )


@lru_cache(maxsize=1)
def unanswered() -> tuple[float, float]:
    """Real income and real wage of the United States if it puts 25 percent on both partners' goods, percent."""
    from negotiation.economy import load_economy, solve

    economy = load_economy("economy_2023")
    us = economy.index("USA")
    tariff = np.array(economy.tariff, copy=True)
    goods = [j for j, s in enumerate(economy.sectors) if s != "SRV"]
    for partner in ("CAN", "MEX"):
        tariff[us, economy.index(partner), goods] += 0.25
    result = solve(economy, tariff=tariff)
    return 100 * (float(result.real_income_hat[us]) - 1), 100 * (float(result.real_wage_hat[us]) - 1)
