"""Gradually, then suddenly? A detector that says when links rushed and what moved.

Per home and kind of link, x is the number of live links over the twin's. A *rush* is a time when x moves fast
(``speed`` a month over ``window`` months), much faster than it used to (``times_usual`` the mean speed of the
months before) and by more links than luck would bring (``times_noise`` the root of those opened and lost). Its
*cause* is the part of what firms weigh (profit minus entry threshold) that moved most in the same direction; if
nothing moved enough, it was attention (news made more firms look) or chance. A rush during a step of policy is
flagged: that is governments being sudden, not firms.

    watch = RushWatch.shipped()
    for month in story:
        watch.see(layer, policy, layer.step(policy, rng))
    watch.rushes()

Thresholds stand in ``configs/firms/rushes.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from negotiation.scenario import load_yaml
from negotiation.terms import SEATS
from negotiation.world.firms.corridors import HOMES
from negotiation.world.firms.layer import FirmLayer
from negotiation.world.firms.month import FirmMonth, FirmReport
from negotiation.world.firms.parameters import SLOTS
from negotiation.world.firms.tables import thresholds_of

CAUSES = (
    "market",
    "tariff and belief",
    "uncertainty",
    "agglomeration",
    "displacement",
    "thick market",
    "corridor measures",
)
NO_CAUSE = "attention (news) or chance"


@dataclass(frozen=True)
class RushRule:
    """Thresholds of the detector, see the file."""

    window: int
    before: int
    speed: float
    times_usual: float
    times_noise: float
    policy_step: float
    policy_months: int
    clear_cause: float

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> RushRule:
        """From the ``detector`` block."""
        return cls(**{name: entry["value"] for name, entry in mapping["detector"].items()})


@dataclass(frozen=True)
class Rush:
    """One rush: when (first and last month, counted from 1), where, how fast, why."""

    start: int
    end: int
    home: str
    link: str
    speed: float
    """share of links a month at its fastest; negative when links go."""
    usual: float
    cause: str
    policy_step: bool

    def __str__(self) -> str:
        step = ", during a step of policy" if self.policy_step else ""
        return (
            f"months {self.start}-{self.end}: {self.home} firms, {self.link}, {100 * self.speed:+.1f} % of links "
            f"a month (before {100 * self.usual:.1f}); moved by {self.cause}{step}"
        )


@dataclass
class RushWatch:
    """Collects what the detector needs, month by month."""

    rule: RushRule
    links: list[np.ndarray] = field(default_factory=list)
    counted: list[np.ndarray] = field(default_factory=list)
    """per month (3, 3, 6): live links, links opened, the twin's live links."""
    weighed: list[np.ndarray] = field(default_factory=list)
    duty: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def shipped(cls) -> RushWatch:
        """With the shipped thresholds."""
        return cls(RushRule.from_mapping(load_yaml("firms/rushes.yaml")))

    def see(self, layer: FirmLayer, policy: FirmMonth, report: FirmReport) -> None:
        """Take in one month, after ``layer`` stepped through ``policy``."""
        self.links.append(report.links_relative)
        twin = report.links / np.maximum(report.links_relative, 1e-9)
        self.counted.append(np.stack([report.links, report.opened, twin]))
        self.weighed.append(weighed(layer, policy))
        us, goods = layer.corridors.home[0], layer.corridors.goods
        flow, duty = report.trade_flow, report.effective_tariff
        lanes = [(us, home) for home in layer.corridors.home[1:]] + [
            (h, us) for h in layer.corridors.home[1:]
        ]
        self.duty.append(
            np.array([np.average(duty[lane][goods], weights=flow[lane][goods]) for lane in lanes])
        )

    def rushes(self) -> list[Rush]:
        """All rushes so far, earliest first."""
        rule = self.rule
        x = np.array(self.links).reshape(len(self.links), HOMES, 6)
        pace = np.zeros_like(x)
        pace[rule.window :] = (x[rule.window :] - x[: -rule.window]) / rule.window
        loud = np.abs(pace) * rule.window >= rule.times_noise * self._noise()
        found = []
        for h in range(HOMES):
            for k in range(6):
                found += self._in_corridor(np.where(loud, pace, 0.0)[:, h, k], pace[:, h, k], h, k)
        return sorted(found, key=lambda rush: (rush.start, rush.home, rush.link))

    def suddenness(self, home: int, slot: int, months: int = 6) -> float:
        """Largest change of links within ``months`` as a share of the whole change (a steady move of length T
        gives months / T); nan if nothing changed."""
        x = np.array(self.links)[:, home, slot]
        whole = abs(x[-1] - x[0])
        return float(np.abs(x[months:] - x[:-months]).max() / whole) if whole > 0.0 else float("nan")

    def _noise(self) -> np.ndarray:
        """(months, 3, 6) what counting alone would do to x within a window: root of turnover over links."""
        links, opened, twin = np.array(self.counted).reshape(len(self.counted), 3, HOMES, 6).swapaxes(0, 1)
        lost = np.zeros_like(links)
        lost[1:] = np.maximum(links[:-1] + opened[1:] - links[1:], 0.0)
        turnover = np.cumsum(opened + lost, axis=0)
        turnover[self.rule.window :] -= turnover[: -self.rule.window].copy()
        return np.sqrt(turnover) / np.maximum(twin, 1.0)

    def _in_corridor(self, loud: np.ndarray, pace: np.ndarray, h: int, k: int) -> list[Rush]:
        """Rushes in one corridor; ``loud`` is the pace where it exceeds counting noise, else 0."""
        rule = self.rule
        hot: list[tuple[int, float]] = []
        for t in range(2 * rule.window, pace.size):
            earlier = pace[max(rule.window, t - rule.window - rule.before + 1) : t - rule.window + 1]
            usual = float(np.abs(earlier).mean()) if earlier.size else 0.0
            if abs(loud[t]) >= rule.speed and abs(loud[t]) >= rule.times_usual * usual:
                hot.append((t, usual))
        rushes, k_run = [], 0
        while k_run < len(hot):
            end = k_run
            while end + 1 < len(hot) and hot[end + 1][0] - hot[end][0] <= rule.window:
                end += 1
            months = [t for t, _ in hot[k_run : end + 1]]
            peak = max(months, key=lambda t: abs(pace[t]))
            rushes.append(
                Rush(
                    start=months[0] - rule.window + 1,
                    end=months[-1] + 1,
                    home=str(SEATS[h]),
                    link=SLOTS[k],
                    speed=float(pace[peak]),
                    usual=hot[k_run][1],
                    cause=self._cause(months[0], h, k, float(np.sign(pace[peak]))),
                    policy_step=self._stepped(months[0]),
                )
            )
            k_run = end + 1
        return rushes

    def _cause(self, t: int, h: int, k: int, direction: float) -> str:
        """What moved most in the rush's direction between the months before and the window."""
        parts = np.array(self.weighed)[:, :, h, k]
        start = t - self.rule.window + 1
        before = parts[max(0, start - self.rule.before) : start]
        moved = direction * (parts[start : t + 1].mean(axis=0) - before.mean(axis=0))
        best = int(np.argmax(moved))
        return CAUSES[best] if moved[best] >= self.rule.clear_cause else NO_CAUSE

    def _stepped(self, t: int) -> bool:
        duty = np.array(self.duty)
        window = duty[max(0, t - self.rule.policy_months) : t + 1]
        return bool((window.max(axis=0) - window.min(axis=0)).max() > self.rule.policy_step)


def weighed(layer: FirmLayer, policy: FirmMonth) -> np.ndarray:
    """(7, 3, 6) mean parts of profit minus entry threshold, by cause, home and slot, in logs.

    Their sum, plus what firms are by themselves, is the mean of y - ln H.
    """
    view, tables = layer.outlook(policy)
    p, traits = layer.parameters, layer.traits
    cells = tables.elasticity.size
    cell = np.repeat(np.arange(cells), np.diff(traits.first))
    thick = p.thick_market_elasticity * np.log(layer.stock_ratio) * policy.switches.agglomeration
    market = (tables.shift - thick)[cell]
    partner = cell >= cells // HOMES
    for slot in (0, 3):
        market[partner, slot] -= tables.average[cell[partner], slot // 3]
    duty = view.policy.copy()
    duty[partner, 0] += tables.average[cell[partner], 0]
    duty[partner, 3] += tables.average[cell[partner], 1]
    base_sunk = np.repeat(p.sunk, cells // HOMES, axis=0) * policy.switches.sunk_costs
    crowd = layer.stock_ratio**-p.entry_cost_elasticity if policy.switches.agglomeration else 1.0
    plain = thresholds_of(p, base_sunk)[0]
    crowded = thresholds_of(p, base_sunk * crowd)[0]
    parts = [
        market,
        duty,
        tables.high[cell] - view.high,
        (plain - crowded)[cell],
        view.displacement,
        thick[cell],
        (crowded - tables.high)[cell],
    ]
    home = cell // (cells // HOMES)
    firms = np.bincount(home, minlength=HOMES)
    means = np.empty((len(CAUSES), HOMES, 6))
    for c, part in enumerate(parts):
        for k in range(6):
            means[c, :, k] = np.bincount(home, part[:, k], minlength=HOMES) / np.maximum(firms, 1)
    return means
