"""The month of a firm as most people would write it first: one object a firm, plain Python.

Only here to be compared with: same rule, same draws, same laziness (a firm that neither looks nor finishes a
project works nothing out). ``to_objects`` makes them from a layer's columns; ``step_objects`` steps them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any

from negotiation.world.firms.population import AFFILIATE, CERTIFIED, FEASIBLE, LARGE, MOVED
from negotiation.world.firms.rule import CERTIFY, MOVE, NEW_PLANT


@dataclass
class Market:
    """What the firms of one cell share in one month, as plain numbers and lists."""

    partner: bool
    shift: list[float]
    high: list[float]
    low: list[float]
    high_fear: list[list[float]]
    low_fear: list[list[float]]
    duty: list[list[float]]
    average: list[float]
    pull: list[float]
    sunk: list[float]
    saving: float
    elasticity: float
    review: float
    review_certificate: float
    evidence: list[float]


class Firm:
    """One firm: what it is, has and believes."""

    def __init__(self, cell: int, row: dict[str, Any], learns: bool) -> None:
        self.cell, self.learns = cell, learns
        self.base: list[float] = row["base"]
        self.shock: list[float] = row["shock"]
        self.value: list[float] = row["value"]
        self.live = [bool(row["links"] >> k & 1) for k in range(6)]
        self.certified, self.moved = bool(row["flags"] & CERTIFIED), bool(row["flags"] & MOVED)
        self.feasible = bool(row["nature"] & FEASIBLE)
        self.affiliate, self.large = bool(row["nature"] & AFFILIATE), bool(row["nature"] & LARGE)
        self.project, self.months_left = row["project"], row["months_left"]
        self.log_size, self.us_share, self.attention = row["log_size"], row["us_share"], row["attention"]
        self.move_cost, self.move_premium = row["move_cost"], row["move_premium"]
        self.beliefs: list[float] = row["beliefs"]
        self.lost_sales, self.lost_inputs = row["lost_sales"], row["lost_inputs"]
        self.label = "hold"

    def month(self, market: Market, rule: Any, look: float, broken: int) -> None:
        """Live through one month."""
        duty = market.duty[1 if self.certified else 0]
        inputs = market.duty[2]
        if self.learns:
            self._learn(market, rule, duty, inputs)
        a, b, removals, duty_years = self.beliefs
        reviewing = look < market.review
        finishing = self.project > 0 and self.months_left <= 1
        weighing = (
            market.partner
            and look < market.review_certificate
            and self.project == 0
            and self.live[0]
            and not self.certified
            and self.feasible
        )
        h_on, h_off, factor, variance = 0.0, 0.0, 1.0, rule.shock_variance
        if market.partner and (reviewing or weighing or finishing):
            h_on, h_off = log((a + b) / a), removals / duty_years
            factor, variance = expected(duty, h_on, h_off, rule)
        if reviewing or (finishing and self.project < CERTIFY):
            y, high, low = self._outlook(market, rule, inputs, h_on, h_off, factor, variance)
        left_us = False
        if reviewing:
            for k in range(6):
                if self.live[k] and y[k] < low[k]:
                    self.live[k] = False
                    left_us = left_us or (k == 0 if market.partner else k in (3, 4))
        for k in range(6):
            if broken >> k & 1:
                self.live[k] = False
        if finishing:
            if self.project < CERTIFY:
                k = self.project - 1
                if y[k] > low[k]:
                    self.live[k] = True
            elif self.project == CERTIFY:
                self.certified = True
            else:
                self.moved = True
            self.project = 0
        elif self.project > 0:
            self.months_left -= 1
        begun = self._move(market, rule, factor, variance) if market.partner and reviewing else 0
        if weighing and self.live[0]:
            saved = market.saving
            saved += h_on * rule.certificate_foresight * max(0.0, rule.feared_duty - saved)
            ease = min(self.log_size, rule.certificate_size_cap)
            if saved > rule.certificate_cost * exp(-rule.certificate_size_discount * ease):
                begun = CERTIFY
        if reviewing and self.project == 0 and begun == 0:
            best = 0.0
            for k in range(6):
                if not self.live[k] and y[k] > high[k]:
                    worth = self.value[k] * (y[k] - high[k])
                    if worth > best:
                        best, begun = worth, k + 1
        self._label(market, duty, begun, left_us)
        if begun:
            chance = look / (market.review_certificate if begun == CERTIFY else market.review)
            shortest, longest = (int(x) for x in rule.leads[begun])
            self.months_left = min(longest, shortest + int(chance * (longest - shortest + 1)))
            self.project = begun

    def _learn(self, market: Market, rule: Any, duty: list[float], inputs: list[float]) -> None:
        prior = (rule.quiet, rule.hostile, rule.removals, rule.duty_years)
        weights = (self.attention, self.attention, self.attention, 1.0)
        self.beliefs = [
            p + rule.memory * (x - p) + w * e
            for p, x, w, e in zip(prior, self.beliefs, weights, market.evidence, strict=True)
        ]
        if market.partner:
            gone = max(0.0, -(market.pull[0] + duty[1])) * self.us_share if self.live[0] else 0.0
            short = max(0.0, -(market.pull[1] + inputs[1])) * rule.input_share if self.live[3] else 0.0
            self.lost_sales += (gone - self.lost_sales) * rule.redirection_rate
            self.lost_inputs += (short - self.lost_inputs) * rule.redirection_rate

    def _outlook(
        self,
        market: Market,
        rule: Any,
        inputs: list[float],
        h_on: float,
        h_off: float,
        factor: float,
        variance: float,
    ) -> tuple[list[float], list[float], list[float]]:
        y = [self.base[k] + self.shock[k] + market.shift[k] for k in range(6)]
        high, low = list(market.high), list(market.low)
        if market.partner:
            y[0] += log(factor) - market.average[0] - log(1.0 + 4.0 * rule.planning_cost * (h_on + h_off))
            high[0] = along(market.high_fear[0], variance, rule)
            low[0] = along(market.low_fear[0], variance, rule)
            input_factor, input_variance = expected(inputs, h_on, h_off, rule)
            y[3] += log(input_factor) - market.average[1]
            high[3] = along(market.high_fear[1], input_variance, rule)
            low[3] = along(market.low_fear[1], input_variance, rule)
            if self.live[0]:
                push = rule.sales_redirection * max(0.0, -(market.pull[0] + log(factor))) * self.us_share
                y[1] += push
                y[2] += push
            if self.live[3]:
                push = (
                    rule.input_redirection
                    * max(0.0, -(market.pull[1] + log(input_factor)))
                    * rule.input_share
                )
                y[4] += push
                y[5] += push
        return y, high, low

    def _move(self, market: Market, rule: Any, factor: float, variance: float) -> int:
        """Start or stop moving production to the United States."""
        if self.project < MOVE and not (self.project == 0 and self.large):
            return 0
        gain = exp(market.pull[0]) * ((1.0 + self.move_premium) ** -market.elasticity - factor)
        if self.project >= MOVE:
            usual = 0.5 * float(rule.leads[self.project, 0] + rule.leads[self.project, 1])
            if gain < rule.rate * self.move_cost * min(1.0, self.months_left / usual):
                self.project = 0
            return 0
        if self.live[0] and not self.moved and self.value[0] > 0.0:
            beta = 0.5 + sqrt(0.25 + 2.0 * rule.rate / variance)
            if gain > beta / (beta - 1.0) * rule.rate * self.move_cost:
                return MOVE if self.affiliate else NEW_PLANT
        return 0

    def _label(self, market: Market, duty: list[float], begun: int, left_us: bool) -> None:
        self.label = "hold"
        if market.partner and market.duty[0][6] > 0.0 and self.live[0]:
            today = self.base[0] + self.shock[0] + market.shift[0] + duty[1] - market.average[0]
            if today < 0.0:
                self.label = "concede"
        if begun in (2, 5) or (not market.partner and begun in (1, 4)):
            self.label = "coordinate"
        elif begun >= CERTIFY:
            self.label = "concede"
        elif begun in (3, 6):
            self.label = "defect"
        if left_us:
            self.label = "defect"
        if market.partner and begun in (1, 4):
            self.label = "concede"

    @property
    def links(self) -> int:
        """The bit set of the columns."""
        return sum(1 << k for k in range(6) if self.live[k])


def expected(duty: list[float], h_on: float, h_off: float, rule: Any) -> tuple[float, float]:
    """Expected profit factor of a duty, and the variance of log profit with its jumps."""
    now, _, feared, jump_on, jump_off, fears, is_on = duty
    on, off = h_on * fears, h_off * is_on
    value = (rule.rate * now + on * feared + off) / (rule.rate + on + off)
    return value, rule.shock_variance + on * jump_on + off * jump_off


def along(curve: list[float], variance: float, rule: Any) -> float:
    """Threshold at a variance, linear between nodes."""
    place = (log(variance) - rule.ln_variance_first) / rule.ln_variance_step
    if place <= 0.0:
        return curve[0]
    if place >= len(curve) - 1:
        return curve[-1]
    k = int(place)
    return curve[k] + (place - k) * (curve[k + 1] - curve[k])


def to_objects(traits: Any, have: Any, eps: Any, rule: Any) -> list[Firm]:
    """One object a row."""
    learns = have.quiet.size > 0
    first = traits.first.tolist()
    firms = []
    for i in range(have.links.size):
        beliefs = (
            [float(c[i]) for c in (have.quiet, have.hostile, have.removals, have.duty_years)]
            if learns
            else [rule.quiet, rule.hostile, rule.removals, rule.duty_years]
        )
        row = {
            "base": traits.base[i].tolist(),
            "shock": eps[i].tolist(),
            "value": traits.value[i].tolist(),
            "beliefs": beliefs,
            "lost_sales": float(have.lost_sales[i]) if learns else 0.0,
            "lost_inputs": float(have.lost_inputs[i]) if learns else 0.0,
        }
        for name in ("links", "flags", "project", "months_left"):
            row[name] = int(getattr(have, name)[i])
        row["nature"] = int(traits.nature[i])
        for name in ("log_size", "us_share", "attention", "move_cost", "move_premium"):
            row[name] = float(getattr(traits, name)[i])
        firms.append(Firm(bisect_right(first, i) - 1, row, learns))
    return firms


def markets(cells: Any) -> list[Market]:
    """The month's tables as plain Python, one market a cell."""
    count = cells.elasticity.size
    return [
        Market(
            partner=c >= count // 3,
            shift=cells.shift[c].tolist(),
            high=cells.high[c].tolist(),
            low=cells.low[c].tolist(),
            high_fear=cells.high_fear[c].tolist(),
            low_fear=cells.low_fear[c].tolist(),
            duty=cells.duty[c].tolist(),
            average=cells.average[c].tolist(),
            pull=cells.pull[c].tolist(),
            sunk=cells.sunk[c].tolist(),
            saving=float(cells.saving[c]),
            elasticity=float(cells.elasticity[c]),
            review=float(cells.review[c // (count // 3)]),
            review_certificate=float(cells.review_certificate[c // (count // 3)]),
            evidence=cells.evidence[c // (count // 3)].tolist(),
        )
        for c in range(count)
    ]


def step_objects(firms: list[Firm], cells: Any, rule: Any, draws: Any) -> dict[str, int]:
    """One month of all firms; counts of what they did."""
    lanes = markets(cells)
    looks, broken = draws.look.tolist(), draws.broken.tolist()
    told: dict[str, int] = {}
    for firm, look, gone in zip(firms, looks, broken, strict=True):
        firm.month(lanes[firm.cell], rule, look, gone)
        told[firm.label] = told.get(firm.label, 0) + 1
    return told
