"""The stage game of a round and the map of the front, in words: two seats face to face, everything else held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negotiation.scenario import Scenario
from negotiation.terms import SEATS, Country, others
from ui.site.present.lab_deals import coalitions, deals
from ui.site.present.lab_state import LabState
from ui.words import Rich, Words

LETTERS = "CND"
NAMES = {"C": "coordinate", "N": "concede", "D": "defect"}
EQUAL = 1e-6
MOST_EQUILIBRIA = 6


def lens(
    found: Mapping[str, Any], state: LabState, scenario: Scenario, words: Words
) -> dict[str, Any] | None:
    """``LensTold``: nine cells of the two seats of ``state.pair``."""
    if not found or "payoff" not in found:
        return None
    row, col = state.pair.split("-")
    third = next(str(s) for s in SEATS if str(s) not in (row, col))
    rest = state.rest or likely_rest(found, state.pair)
    cells = _cells(found, row, col, third, rest, words)
    names = {s: str(words.gov(s)) for s in (row, col, third)}
    return {
        "title": words("lab.lens_title", a=words.gov(row), b=words.gov(col), round=found["round"],
                       when=words.month(found["date"], "short")),
        "row": row,
        "col": col,
        "row_name": names[row],
        "col_name": names[col],
        "stances": [NAMES[x] for x in LETTERS],
        "rows": [words("lab.lens_toward", who=names[row], stance=words(f"stance.{NAMES[x]}")) for x in LETTERS],
        "cols": [words("lab.lens_toward", who=names[col], stance=words(f"stance.{NAMES[x]}")) for x in LETTERS],
        "cells": cells,
        "rest": _rest_choices(row, col, third, rest, words),
        "note": words("lab.lens_note"),
        "equilibria_title": words("lab.equilibria"),
        "equilibria": [_equilibrium(e, words) for e in found["equilibria"]["found"][:MOST_EQUILIBRIA]],
        "equilibria_note": _equilibria_note(found, words),
        "path_title": words("lab.path_title"),
        "path_note": words("lab.path_note"),
        "paths": [_path(found, row, col, words), _path(found, col, row, words)],
        "path_labels": [words("lab.noise", x=words.short(float(q["noise"]))) for q in found["quantal_path"]],
        "deals": deals(found["packages"], scenario, words),
        "coalitions": coalitions(found["coalitions"], words),
    }  # fmt: skip


def _place(seat: str, toward: str) -> int:
    """Where in a seat's two letters its stance toward another stands."""
    return [str(c) for c in others(Country(seat))].index(toward)


def likely_rest(found: Mapping[str, Any], pair: str) -> str:
    """What is held if nobody chose: everybody's likeliest move in the quantal response."""
    row, col = pair.split("-")
    third = next(str(s) for s in SEATS if str(s) not in (row, col))
    likely = {s: max(found["quantal"][s], key=lambda m: found["quantal"][s][m]) for s in (row, col, third)}
    return (
        likely[row][_place(row, third)]
        + likely[col][_place(col, third)]
        + likely[third][_place(third, row)]
        + likely[third][_place(third, col)]
    )


def _move(seat: str, stances: Mapping[str, str]) -> str:
    return "".join(stances[str(c)] for c in others(Country(seat)))


def _cells(
    found: Mapping[str, Any], row: str, col: str, third: str, rest: str, words: Words
) -> list[list[dict[str, Any]]]:
    order = [str(s) for s in SEATS]
    index = {s: {m: n for n, m in enumerate(found["actions"][s])} for s in order}
    held = index[third][_move(third, {row: rest[2], col: rest[3]})]
    pay: list[list[tuple[float, float]]] = []
    for i in LETTERS:
        line = []
        for j in LETTERS:
            at = {
                row: index[row][_move(row, {col: i, third: rest[0]})],
                col: index[col][_move(col, {row: j, third: rest[1]})],
                third: held,
            }
            cell = found["payoff"][at[order[0]]][at[order[1]]][at[order[2]]]
            line.append((float(cell[order.index(row)]), float(cell[order.index(col)])))
        pay.append(line)
    best_row = [max(pay[i][j][0] for i in range(3)) for j in range(3)]
    best_col = [max(pay[i][j][1] for j in range(3)) for i in range(3)]
    out = []
    for r in range(3):
        told = []
        for c in range(3):
            a, b = pay[r][c]
            rb, cb = a > best_row[c] - EQUAL, b > best_col[r] - EQUAL
            told.append(
                {
                    "row": words.signed(a, 2),
                    "col": words.signed(b, 2),
                    "row_best": rb,
                    "col_best": cb,
                    "both": rb and cb,
                    "sentence": words(
                        "lab.cell",
                        row=str(words.gov(row)),
                        col=str(words.gov(col)),
                        a=words.signed(a, 2),
                        b=words.signed(b, 2),
                    )
                    + (" " + words("lab.cell_best", who=words.gov(row)) if rb else "")
                    + (" " + words("lab.cell_best", who=words.gov(col)) if cb else ""),
                }
            )
        out.append(told)
    return out


def _rest_choices(row: str, col: str, third: str, rest: str, words: Words) -> list[dict[str, Any]]:
    """The four stances that are held, each to be chosen."""
    pairs = ((row, third), (col, third), (third, row), (third, col))
    return [
        {
            "name": f"rest{n}",
            "legend": words("lab.rest", who=words.gov(a), whom=words.gov(b)),
            "value": rest[n],
            "options": [{"id": x, "text": words(f"stance.{NAMES[x]}")} for x in LETTERS],
        }
        for n, (a, b) in enumerate(pairs)
    ]


def _equilibrium(e: Mapping[str, Any], words: Words) -> Rich:
    said = []
    for s in map(str, SEATS):
        moves = ", ".join(
            words("lab.move", move=_in_words(m, words), chance=words.chance(p))
            if p < 1 - 1e-6
            else _in_words(m, words)
            for m, p in sorted(e["moves"][s].items(), key=lambda x: -x[1])
        )
        said.append(
            words("lab.seat_plays", who=words.gov(s), moves=moves, pay=words.signed(e["payoff"][s], 1))
        )
    return words.rich("lab.equilibrium_pure" if e["pure"] else "lab.equilibrium_mixed", each="; ".join(said))


def _in_words(move: str, words: Words) -> str:
    """``CD`` as two stances."""
    return words("lab.two_stances", a=words(f"stance.{NAMES[move[0]]}"), b=words(f"stance.{NAMES[move[1]]}"))


def _equilibria_note(found: Mapping[str, Any], words: Words) -> str:
    said = [words("lab.lens_order")]
    kept = found["equilibria"]["found"]
    if not kept:
        said.append(words("lab.no_equilibrium"))
    if len(kept) > MOST_EQUILIBRIA:
        said.append(words("lab.more_equilibria", n=len(kept) - MOST_EQUILIBRIA))
    said.append(words("lab.complete" if found["equilibria"]["complete"] else "lab.incomplete"))
    if not found["gambit"]:
        said.append(words("lab.no_gambit"))
    return " ".join(said)


def _path(found: Mapping[str, Any], seat: str, toward: str, words: Words) -> dict[str, Any]:
    place = _place(seat, toward)
    levels = [
        [round(sum(p for m, p in q["moves"][seat].items() if m[place] == x), 4) for x in LETTERS]
        for q in found["quantal_path"]
    ]
    last = levels[-1] if levels else [0.0, 0.0, 0.0]
    top = LETTERS[last.index(max(last))]
    return {
        "seat": seat,
        "name": words("lab.path_name", who=words.gov(seat), whom=words.gov(toward)),
        "levels": levels,
        "sentence": words(
            "lab.path_sentence",
            who=words.gov(seat),
            whom=words.gov(toward),
            stance=words(f"stance.{NAMES[top]}"),
            chance=words.chance(max(last)),
        ),
    }


# -- where the front tips -----------------------------------------------------------------------------------------


def tipping(found: Mapping[str, Any], state: LabState, words: Words) -> dict[str, Any] | None:
    """``TippingTold``: commitment of the partners over pressure and credibility, then over trust and noise."""
    if not found or "by_pressure" not in found:
        return None
    grid = found["grid"]
    by = {f"{float(t):g}": rows for t, rows in found["by_pressure"].items()}
    rows = by.get(f"{float(state.trust):g}") or next(iter(by.values()))
    noises = [float(n) for n in found["noises"]]
    two = sum(bool(c["two"]) for row in (*rows, *found["by_noise"]) for c in row)
    opening = found["opening"]
    return {
        "title": words("lab.tip_title"),
        "note": words("lab.tip_note"),
        "columns": [words.chance(float(t)) for t in grid["threats"]],
        "rows": [words("lab.tip_rung", n=int(r)) for r in grid["rungs"]],
        "cells": [[_tip(c, words) for c in row] for row in rows],
        "sentence": words(
            "lab.tip_sentence" if two else "lab.tip_sentence_one",
            **({"n": two} if two else {}),
            now=_tip(opening, words)["text"],
            trust=words.number(float(found["opening_trust"]), 2),
        ),
        "noise_title": words("lab.tip_noise"),
        "noise_note": words("lab.tip_noise_note"),
        "noise_columns": [words.number(float(t), 2) for t in grid["trust_axis"]],
        "noise_rows": [
            words("lab.tip_shipped" if n == float(found["shipped"]) else "lab.tip_noise_row",
                  x=words.percent(100 * n, 2))
            for n in noises
        ],
        "noise_cells": [[_tip(c, words) for c in row] for row in found["by_noise"]],
    }  # fmt: skip


def _tip(cell: Mapping[str, Any], words: Words) -> dict[str, Any]:
    low, high = words.number(100 * float(cell["low"])), words.number(100 * float(cell["high"]))
    return {
        "low": round(float(cell["low"]), 4),
        "high": round(float(cell["high"]), 4),
        "two": bool(cell["two"]),
        "text": words("lab.tip_two", low=low, high=high) if cell["two"] else low,
    }
