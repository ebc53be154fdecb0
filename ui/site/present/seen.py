"""A view of a game with names for what the presenters ask of it. Still nothing but the view's own data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

PARTNERS = ("CAN", "MEX")
SEATS = ("USA", "CAN", "MEX")


def other(partner: str) -> str:
    """The other partner of the United States."""
    return "MEX" if partner == "CAN" else "CAN"


class Seen:
    """What one viewer may see of a table (``view_for``), and its scenario."""

    def __init__(self, view: Mapping[str, Any], scenario: Any) -> None:
        self.view = view
        self.scenario = scenario
        self.facts: dict[tuple[int, str], Any] = {}
        """By round and language, what was worth telling (``told.facts_of`` keeps it here: several parts tell it)."""

    @property
    def you(self) -> str | None:
        """The viewer's seat; None for an observer."""
        return self.view["you"]

    @property
    def own(self) -> Mapping[str, Any]:
        """What only this seat may see; empty for an observer."""
        return self.view.get("own") or {}

    @property
    def rounds(self) -> list[Mapping[str, Any]]:
        """Rounds played, in order."""
        return self.view["rounds_played"]

    @property
    def last(self) -> Mapping[str, Any] | None:
        """The last round played."""
        return self.rounds[-1] if self.rounds else None

    def before(self, number: int) -> Mapping[str, Any]:
        """Read-outs before a round: of the round before it, or of the opening."""
        return self.rounds[number - 2] if number > 1 else self.view["opening"]

    @property
    def now(self) -> Mapping[str, Any]:
        """The latest read-outs: of the last round, or of the opening."""
        return self.last or self.view["opening"]

    @cached_property
    def told(self) -> int:
        """The round whose reveal is on the viewer's screen, 0 if none: its own until left, an observer's always."""
        if self.you is not None:
            return int(self.own.get("reveal") or 0)
        return len(self.rounds)

    def stance(self, number: int, giver: str, toward: str) -> str | None:
        """A stance of a round; None if it stayed unseen."""
        if not 1 <= number <= len(self.rounds):
            return None
        return self.rounds[number - 1]["moves"][giver]["stances"].get(toward)

    def fact(self, number: int, name: str, partner: str) -> Any:
        """A fact of a round about a partner; False if this viewer cannot know it."""
        values = self.rounds[number - 1]["facts"].get(name)
        return False if values is None else values[PARTNERS.index(partner)]

    def had_notice(self, number: int, giver: str, toward: str) -> bool:
        """Whether a step was on notice when a round began: the stance of the round before says so."""
        if number > 1:
            if giver != "USA" and self.fact(number - 1, "front_fires", giver):
                return True
            return self.stance(number - 1, giver, toward) == "defect"
        block = self.scenario.start.us_notice if giver == "USA" else self.scenario.start.partner_notice
        return bool(block[toward if giver == "USA" else giver])

    def rung(self, giver: str, toward: str) -> int:
        """Steps in force now."""
        key, partner = ("us_rung", toward) if giver == "USA" else ("partner_rung", giver)
        return int(self.view["position"][key][PARTNERS.index(partner)])

    def notice(self, giver: str, toward: str) -> bool:
        """Whether the next step is on notice now."""
        key, partner = ("us_notice", toward) if giver == "USA" else ("partner_notice", giver)
        return bool(self.view["position"][key][PARTNERS.index(partner)])

    def top(self, giver: str) -> int:
        """Steps of a ladder."""
        return len(self.scenario.ladder.us if giver == "USA" else self.scenario.ladder.partner)

    def sectors_of(self, number: int, giver: str, toward: str) -> tuple[str, ...]:
        """Sectors a step announced in a round is aimed at; empty for all."""
        if not 1 <= number <= len(self.rounds):
            return ()
        measure = self.rounds[number - 1]["moves"][giver]["measures"].get(toward) or {}
        return named_sectors(measure, self.scenario)

    def granted(self, giver: str, receiver: str) -> set[str]:
        """Ids of issues granted so far."""
        partner = receiver if giver == "USA" else giver
        row = "granted_by_us" if giver == "USA" else "granted_by_partner"
        done = self.view["position"][row][PARTNERS.index(partner)]
        catalogue = issues(self.scenario, giver, receiver)
        return {issue.id for issue, given in zip(catalogue, done, strict=False) if given}

    def tariff(self, number: int, importer: str, exporter: str) -> float:
        """Average additional tariff after a round (0: at the opening), percent."""
        readout = self.rounds[number - 1] if number else self.view["opening"]
        return float(readout["tariffs"][f"{importer}-{exporter}"])


def named_sectors(measure: Mapping[str, Any], scenario: Any) -> tuple[str, ...]:
    """The sectors a measure names, itself or through its instrument; empty for all goods."""
    if measure.get("sectors"):
        return tuple(measure["sectors"])
    for entry in scenario.measures:
        if entry.id == measure.get("instrument") and entry.sectors not in (None, "any"):
            return tuple(str(s) for s in entry.sectors)
    return ()


def issues(scenario: Any, giver: str, receiver: str) -> tuple[Any, ...]:
    """The catalogue of issues one side may grant another."""
    if giver == "USA":
        return tuple(scenario.issues.us_to_partner[receiver])
    if receiver == "USA":
        return tuple(scenario.issues.partner_to_us[giver])
    return ()
