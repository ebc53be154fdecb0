"""The instant answer in words: the position a game of this scenario opens in, beside the scenario as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negotiation.scenario import Scenario
from negotiation.terms import OUTCOMES, PARTNERS, SEATS
from ui.site.present.economy import jobs_text
from ui.words import Words

SMALL = 0.5
"""Points of the index below which leverage counts as unmoved."""
TIES = (("USA", "CAN"), ("USA", "MEX"), ("CAN", "USA"), ("MEX", "USA"))


def lab_answer(
    now: Mapping[str, Any],
    base: Mapping[str, Any],
    scenario: Scenario,
    words: Words,
    *,
    ask: int,
    moved: bool,
) -> dict[str, Any]:
    """``LabAnswer``. ``base``: numbers of the scenario as it is; ``moved``: whether anything differs from it."""
    odds = [_odd(str(o), now, base, words) for o in OUTCOMES]
    return {
        "ask": ask,
        "headline": _headline(now, base, scenario, words, moved),
        "deck": _deck(now, base, words, moved),
        "countries": [_country(str(s), now, base, moved, words) for s in SEATS],
        "pairs": [_pair(str(k), now, base, moved, words) for k in PARTNERS],
        "odds": odds,
        "odds_was": words("lab.odds_was", each=", ".join(o["was"] for o in odds)) if moved else "",
        "odds_sentence": words("lab.odds_sentence", each=", ".join(f"{o['name']} {o['text']}" for o in odds)),
        "tariffs": [_tariff(a, b, now, words) for a, b in TIES],
        "maps": [_map(name, now, words) for name in ("output", "income", "leverage")],
    }


def _shift(k: str, now: Mapping[str, Any], base: Mapping[str, Any]) -> float:
    return float(now["leverage"][k]["index"]) - float(base["leverage"][k]["index"])


def _headline(
    now: Mapping[str, Any], base: Mapping[str, Any], scenario: Scenario, words: Words, moved: bool
) -> str:
    if not moved:
        return words("lab.head_base", title=scenario.title.of(words.language))
    shifts = {str(k): _shift(str(k), now, base) for k in PARTNERS}
    up = [k for k, s in shifts.items() if s >= SMALL]
    down = [k for k, s in shifts.items() if s <= -SMALL]
    if not up and not down:
        return words("lab.head_still")
    if len(up) == 2:
        return words("lab.head_up_both")
    if len(down) == 2:
        return words("lab.head_down_both")
    if up and down:
        return words("lab.head_apart", up=words.gov(up[0]), down=words.gov(down[0]))
    if up:
        return words("lab.head_up", whom=words.gov(up[0]))
    return words("lab.head_down", whom=words.gov(down[0]))


def _deck(now: Mapping[str, Any], base: Mapping[str, Any], words: Words, moved: bool) -> str:
    likeliest = max(OUTCOMES, key=lambda o: float(now["odds"][o]))
    values: dict[str, Any] = {
        "can": words.gov("CAN"),
        "mex": words.gov("MEX"),
        "b": words.number(now["leverage"]["CAN"]["index"]),
        "d": words.number(now["leverage"]["MEX"]["index"]),
        "end": words(f"outcome.{likeliest}"),
        "n": words.number(100 * float(now["odds"][likeliest])),
    }
    if not moved:
        return words("lab.deck_base", **values)
    values["a"] = words.number(base["leverage"]["CAN"]["index"])
    values["c"] = words.number(base["leverage"]["MEX"]["index"])
    values["m"] = words.number(100 * float(base["odds"][likeliest]))
    return words("lab.deck", **values)


def _country(
    seat: str, now: Mapping[str, Any], base: Mapping[str, Any], moved: bool, words: Words
) -> dict[str, Any]:
    row, was = now["income"][seat], base["income"][seat]
    values = {
        "income": words.percent_signed(float(was["real_income_percent"]), 2),
        "wage": words.percent_signed(float(was["real_wage_percent"]), 2),
    }
    return {
        "seat": seat,
        "name": str(words.country(seat)),
        "income": told(
            row["real_income_percent"], words.percent_signed(float(row["real_income_percent"]), 2)
        ),
        "wage": told(row["real_wage_percent"], words.percent_signed(float(row["real_wage_percent"]), 2)),
        "money": words("figure.a_year", money=words.money_signed(float(row["real_income_usd"]))),
        "prices": words.percent_signed(float(row["prices_percent"]), 2),
        "jobs": jobs_text(float(row["jobs_at_risk_thousand"]), words),
        "was": words("lab.was", **values) if moved else "",
    }


def _pair(
    k: str, now: Mapping[str, Any], base: Mapping[str, Any], moved: bool, words: Words
) -> dict[str, Any]:
    here, there = float(now["leverage"][k]["index"]), float(base["leverage"][k]["index"])
    values: dict[str, Any] = {
        "whom": words.gov(k),
        "now": words.number(here),
        "was": words.number(there),
        "money": words.money(float(now["leverage"][k]["transfer"])),
    }
    return {
        "partner": k,
        "name": words("lab.over", whom=words.gov(k)),
        "now": round(here, 2),
        "was": round(there, 2) if moved else None,
        "text": words("lab.pair_moved" if moved else "lab.pair", **values),
        "ends": [str(words.gov(k)), str(words.gov("USA"))],
        "sentence": words("lab.pair_moved_sentence" if moved else "lab.pair_sentence", **values),
    }


def _odd(end: str, now: Mapping[str, Any], base: Mapping[str, Any], words: Words) -> dict[str, Any]:
    chance, was = 100 * float(now["odds"][end]), 100 * float(base["odds"][end])
    return {
        "outcome": end,
        "name": words(f"outcome.{end}"),
        "chance": round(chance),
        "text": words.number(chance),
        "was": words("lab.odd", end=words(f"outcome.{end}"), n=words.number(was)),
    }


def _tariff(a: str, b: str, now: Mapping[str, Any], words: Words) -> str:
    return words(
        "lab.tariff",
        who=str(words.country(a)),
        whom=str(words.country(b)),
        rate=words.percent(float(now["tariffs"][f"{a}-{b}"]), 1),
    )


def _map(name: str, now: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """One strip of sectors by countries."""
    if name == "output":
        seats = [str(s) for s in SEATS]
        cells = {sec: {s: float(now["output"][s][sec]) for s in seats} for sec in now["output"]["USA"]}
    else:
        seats = [str(s) for s in (SEATS if name == "income" else PARTNERS)]
        found = now["by_sector"]["income" if name == "income" else "transfer"]
        cells = {sec: {s: float(row[s]) for s in seats} for sec, row in found.items()}
        cells = {sec: row for sec, row in cells.items() if sec != "SRV" or any(row.values())}
    columns = [str(words.country(s)) for s in seats]
    most = max((abs(v) for row in cells.values() for v in row.values()), default=0.0)
    rows = [
        {
            "id": sec,
            "name": words(f"sector.{sec}"),
            "cells": [
                {"value": round(row[s], 3), "text": words.signed(row[s], 1), "column": c}
                for s, c in zip(seats, columns, strict=True)
            ],
        }
        for sec, row in cells.items()
    ]
    return {
        "id": name,
        "title": words(f"lab.map_{name}"),
        "note": words(f"lab.map_{name}_note"),
        "columns": columns,
        "seats": seats,
        "rows": rows,
        "most": round(max(most, 0.1), 3),
        "sentence": _map_sentence(cells, seats, words, name),
    }


def _map_sentence(cells: Mapping[str, Mapping[str, float]], seats: list[str], words: Words, name: str) -> str:
    """The largest entry of each column."""
    said = []
    for s in seats:
        if not cells:
            break
        sec = max(cells, key=lambda x: abs(cells[x][s]))
        said.append(
            words(
                "lab.map_most",
                who=str(words.country(s)),
                sector=words(f"sector.{sec}"),
                value=words.signed(cells[sec][s], 1),
            )
        )
    return words("lab.map_sentence", what=words(f"lab.map_{name}"), each="; ".join(said))


def told(value: float, text: str) -> dict[str, Any]:
    """A number that is drawn and read."""
    return {"value": round(float(value), 4), "text": text}
