"""How good is the model? Published estimates beside what the shipped economy gives for the nearest shock."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ui.site.present.frame import frame, link
from ui.words import Words

SHOWN_AT_HOME = ("canada_retaliation", "mexico_all", "mexico_autos")


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
        "rows": rows(words),
        "reads": [
            words.rich("model.read_leverage"),
            words.rich("model.read_first_year"),
            words.rich("model.read_wages", income=words.percent(income, 2), wage=words.percent(abs(wage), 2)),
            words.rich("model.read_limits"),
        ],
        "back": link(words, "link.back_home", "home"),
    }


def rows(words: Words, only: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    """``Compared`` rows, in the order of the file (or of ``only``)."""
    found = {row["id"]: row for row in comparisons()}
    out = []
    for name in only or tuple(found):
        row = found[name]
        label = words(f"compare.{name}")
        published, ours = words.signed(row["published"], 2), words.signed(row["ours"], 2)
        out.append(
            {
                "label": label,
                "published": row["published"],
                "ours": round(row["ours"], 3),
                "published_text": published,
                "ours_text": ours,
                "gap_text": words.signed(row["ours"] - row["published"], 2),
                "source": row["source"],
                "sentence": words("model.sentence", label=label, published=published, ours=ours),
            }
        )
    return out


@lru_cache(maxsize=1)
def comparisons() -> tuple[dict[str, Any], ...]:
    """Every row of ``configs/published.yaml`` with this model's number, percent of real income."""
    from negotiation.economy import load_economy, solve
    from negotiation.scenario import load_yaml

    economy = load_economy("economy_2023")
    out = []
    for row in load_yaml("published.yaml")["rows"]:
        result = solve(economy, tariff=_tariff(economy, row["shock"]))
        ours = 100 * (float(result.real_income_hat[economy.index(row["country"])]) - 1)
        out.append({**row, "ours": ours})
    return tuple(out)


@lru_cache(maxsize=1)
def unanswered() -> tuple[float, float]:
    """Real income and real wage of the United States if it puts 25 percent on both partners' goods, percent."""
    from negotiation.economy import load_economy, solve

    economy = load_economy("economy_2023")
    result = solve(economy, tariff=_tariff(economy, {"us_on_partners": 0.25, "partners": ["CAN", "MEX"]}))
    us = economy.index("USA")
    return 100 * (float(result.real_income_hat[us]) - 1), 100 * (float(result.real_wage_hat[us]) - 1)


def _tariff(economy: Any, shock: dict[str, Any]) -> np.ndarray:
    """The tariffs of a shock: (importer, exporter, sector), on top of the economy's own."""
    from negotiation.economy.tariffs import mfn_tariff

    tariff = np.array(economy.tariff, copy=True)
    named = shock.get("sectors") or [s for s in economy.sectors if s != "SRV"]
    columns = [economy.sectors.index(s) for s in named]
    us = economy.index("USA")
    if shock.get("mfn"):
        mfn = mfn_tariff(tuple(economy.regions), tuple(economy.sectors))
        three = [economy.index(c) for c in ("USA", "CAN", "MEX")]
        for n in three:
            for i in three:
                if n != i:
                    tariff[n, i] += mfn[n, i]
        return tariff
    for partner in shock["partners"]:
        k = economy.index(partner)
        if "rung" in shock:
            points = _rung(shock["rung"])
            tariff[us, k] += [points.get(s, 0.0) for s in economy.sectors]
        tariff[us, k, columns] += shock.get("us_on_partners", 0.0)
        tariff[k, us, columns] += shock.get("answer", 0.0)
    return tariff


def _rung(number: int) -> dict[str, float]:
    from negotiation.scenario import load_ladder

    step = load_ladder().us[number - 1]
    return {str(s): float(step.points[s]) for s in step.points}
