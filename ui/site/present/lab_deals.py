"""What two sides could settle, and who is worth what to whom: bargaining solutions and coalitions in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from negotiation.bargaining.corners import chain
from negotiation.scenario import Scenario
from negotiation.terms import SEATS, Country
from ui.site.present.told import issue_title
from ui.words import Words

US = str(Country.USA)
SOLUTIONS = ("nash", "kalai_smorodinsky", "egalitarian")


def deals(found: Mapping[str, Any], scenario: Scenario, words: Words) -> dict[str, Any]:
    """``LensDeals`` of the packages of ``lens.document``."""
    return {
        "title": words("lab.deals_title"),
        "note": words("lab.deals_note"),
        "deals": [_deal(partner, block, scenario, words) for partner, block in found.items()],
    }


def _deal(partner: str, block: Mapping[str, Any], scenario: Scenario, words: Words) -> dict[str, Any]:
    sides = (US, partner)
    packages = np.array([[row[s] for s in sides] for row in block["frontier"]])
    points = [_point("none", block["disagreement"], sides, [], words)]
    for name in SOLUTIONS:
        one = block[name]
        lines = [_granted(part, scenario, words) for part in one["by"]] or [words("lab.deal_no_gain")]
        points.append(_point(name, one, sides, lines, words))
    title = words("lab.deal_pair", who=words.gov(US), whom=words.gov(partner))
    return {
        "partner": partner,
        "title": title,
        "axes": [words("lab.deal_axis", who=words.gov(s)) for s in sides],
        "packages": packages.round(3).tolist(),
        "line": packages[chain(packages)].round(3).tolist(),
        "points": points,
        "sentence": f"{title}: " + "; ".join(f"{p['name']} {p['text']}" for p in points),
    }


def _point(
    name: str, at: Mapping[str, Any], sides: tuple[str, str], items: list[str], words: Words
) -> dict[str, Any]:
    return {
        "id": name,
        "at": [round(float(at[s]), 3) for s in sides],
        "name": words(f"lab.deal_{name}"),
        "text": ", ".join(
            words("lab.deal_side", who=words.gov(s), value=words.signed(float(at[s]), 1)) for s in sides
        ),
        "items": items,
    }


def _granted(part: Mapping[str, Any], scenario: Scenario, words: Words) -> str:
    """A package by who grants; with its chance where it is not certain."""
    givers: dict[str, list[str]] = {}
    for item in part["package"]:
        parties, _, issue = item.partition(":")
        giver, _, receiver = parties.partition(">")
        givers.setdefault(giver, []).append(issue_title(scenario, giver, receiver, issue, words))
    said = "; ".join(
        words("lab.deal_grants", who=words.gov(giver), items=", ".join(own)) for giver, own in givers.items()
    )
    said = said or words("lab.deal_nothing")
    chance = float(part["chance"])
    return said if chance > 0.995 else words("lab.deal_chance", chance=words.chance(chance), items=said)


def coalitions(found: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """``LensCoalitions`` of the coalitions of ``lens.document``."""
    seats = [str(s) for s in SEATS]
    corners, worth = found["core_corners"], found["worth"]
    pairs = [
        words("lab.coalition_pair", a=words.gov(a), b=words.gov(b), value=words.signed(worth[f"{a}+{b}"], 1))
        for n, a in enumerate(seats)
        for b in seats[n + 1 :]
    ]
    loosest = words.number(abs(float(found["least_excess"])), 1)
    return {
        "title": words("lab.coalitions_title"),
        "note": words("lab.coalitions_note"),
        "head": [words(f"lab.coalition_{name}") for name in ("alone", "shapley", "core")],
        "rows": [
            {
                "seat": s,
                "name": str(words.gov(s)),
                "cells": [
                    words.signed(float(worth[s]), 1),
                    words.signed(float(found["shapley"][s]), 1),
                    _span([float(c[s]) for c in corners], words),
                ],
            }
            for s in seats
        ],
        "pairs": words("lab.coalition_pairs", each="; ".join(pairs)),
        "core": words("lab.core_empty" if found["core_is_empty"] else "lab.core_held", x=loosest),
    }


def _span(values: list[float], words: Words) -> str:
    if not values:
        return "–"
    return words("lab.coalition_span", low=words.signed(min(values), 1), high=words.signed(max(values), 1))
