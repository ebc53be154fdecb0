"""Boards, their shocks and the terms of joining as a reader would write them down: what ``kernel_boards`` is held
against. Money is USD bn a year."""

from __future__ import annotations

from typing import Any

import numpy as np

from negotiation.game.breakdown import BLINKED, SETTLED, branch_boards
from negotiation.game.position import Position
from negotiation.game.rulebook import Rulebook

Array = np.ndarray


def boards_of_joining(pos: Position, book: Rulebook) -> tuple[list[list[int]], list[list[int]]]:
    """Rungs (of Washington, of the partners) if CAN, then MEX, stays out, joins unpunished, joins and is punished."""
    r, cap = book.rules.rungs, pos.us_rung_cap.tolist()
    us: list[list[int]] = []
    partner: list[list[int]] = []
    for m in range(2):
        k = 1 - m
        hit, answers = pos.us_rung.tolist(), pos.partner_rung.tolist()
        hit[k] = max(hit[k], min(r.threatened_us_rung, cap[k]))
        answers[k] = max(answers[k], min(r.threatened_partner_rung, book.partner_top))
        if not book.on("S2"):  # whoever is not singled out has been hit already
            hit[m] = max(hit[m], min(r.threatened_us_rung, cap[m]))
        joined, punished = list(answers), list(hit)
        joined[m] = min(joined[m] + 1, book.partner_top)
        punished[m] = max(punished[m], min(r.threatened_us_rung, cap[m]))
        us += [hit, hit, punished]
        partner += [answers, joined, joined]
    return us, partner


def terms_in_arrays(table: Any, pos: Position, book: Rulebook) -> tuple[Array, Array]:
    """Yearly cost to CAN, MEX of joining, and what being joined for certain takes off the transfer from each."""
    us, partner = branch_boards(pos, book)
    hit, answered = boards_of_joining(pos, book)
    branches = table.real_income(np.array(us), np.array(partner)).reshape(2, 6, 3)
    joining = table.real_income(np.array(hit), np.array(answered)).reshape(2, 3, 3)
    threat, answer = pos.belief("threat"), pos.belief("answer")

    def transfer(k: int, q: float) -> float:
        """Half of what a breakdown costs k above what it costs Washington, the other joining with chance q."""
        p, r = threat[k], answer[k]
        weight = np.array([(1 - r) * (1 - q), (1 - r) * q, r * (1 - q), r * q])
        executed = weight @ branches[k, :SETTLED]
        cost = branches[k, SETTLED] - (p * executed + (1 - p) * branches[k, BLINKED])
        return (cost[k + 1] - cost[0]) / 2

    stay, unpunished, punished = (np.array([joining[m, i, m + 1] for m in range(2)]) for i in range(3))
    cost = stay - ((1 - threat) * unpunished + threat * punished)
    return cost, np.array([transfer(k, 0.0) - transfer(k, 1.0) for k in range(2)])


def shocks_in_arrays(table: Any, us: Array, partner: Array, gone: bool) -> tuple[Array, Array]:
    """Tariffs and trade-cost hats on one board, for a table whose steps cover every sector."""
    book, regions = table.book, table.economy.regions
    tariff, cost = table.economy.tariff.copy(), np.ones(table.economy.trade_flow.shape)
    seats = [regions.index(c) for c in ("USA", "CAN", "MEX")]
    if gone:
        inside = np.ix_(seats, seats)
        tariff[inside] = np.maximum(tariff[inside], table._mfn[inside])
    for k in range(2):
        here, there = seats[0], seats[k + 1]
        tariff[here, there] += book.us_points[k, us[k]]
        tariff[there, here] += book.partner_points[k, partner[k]]
        cost[here, there] *= (1 + book.us_friction[k, us[k]]) * (1 + book.partner_friction[k, partner[k]])
    return tariff, cost
