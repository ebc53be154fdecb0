"""What the story, the figures and the handouts of a report share: the debrief, its words, the facts of its rounds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from negotiation.debrief.branches import Branch
from negotiation.debrief.debriefing import Debrief
from negotiation.debrief.history import Fact as Real
from negotiation.terms import STANCES, Country, others
from ui.site.present.debrief_seen import opened
from ui.site.present.frame import capital
from ui.site.present.leverage import reason
from ui.site.present.seen import Seen, other
from ui.site.present.told import Fact, facts_of, issue_title
from ui.words import Rich, Words

STANCE_OF = {s.letter: str(s) for s in STANCES}
SMALL = 0.05
"""Points of leverage below which nothing is said."""
WORTH = 0.1
"""USD bn below which nothing is said."""


@dataclass(frozen=True)
class Telling:
    """A debrief being told in one language."""

    debrief: Debrief
    words: Words
    branches: tuple[Branch, ...] = ()

    @cached_property
    def title(self) -> str:
        """Title of the scenario."""
        titles = self.debrief.about.title
        return str(titles.get(self.words.language) or titles["en"])

    @cached_property
    def seen(self) -> Seen | None:
        """The rounds as the presenters of the screens read them; None without the scenario or its read-outs."""
        return opened(self.debrief.game)

    def facts(self, number: int) -> list[Fact]:
        """What happened in a round, the most newsworthy first; empty if it cannot be told."""
        if self.seen is None:
            return []
        try:
            return facts_of(self.seen, number, self.words)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            return []  # a log edited by hand; its faults are said elsewhere

    def month(self, date: str, style: str = "long") -> str:
        """A month in words; what is not a month as it stands."""
        try:
            return self.words.month(date, style)
        except (ValueError, IndexError):
            return date

    def date_of(self, number: int) -> str:
        """The month of a round."""
        return self.month(self.debrief.about.dates[number - 1])

    def said(self, text: Mapping[str, str]) -> str:
        """A text of the settings in this language; a French mark keeps to the word before it."""
        said = text.get(self.words.language, text["en"])
        return re.sub(r" (?=[;:?!»])", "\N{NO-BREAK SPACE}", said) if self.words.language == "fr" else said

    def strategy(self, name: str) -> str:
        """A strategy in words; one nobody has translated by its name."""
        key = f"strategy.{name}"
        return self.words(key) if self.words.has(key) else name.replace("-", " ")

    def better(self, seat: str, played: str, best: str) -> str:
        """One move instead of another, only where they differ; letters of the rule tables."""
        toward = others(Country(seat))
        differs = [i for i in range(2) if played[i] != best[i]]
        alike = len({played[i] for i in differs}) == len({best[i] for i in differs}) == 1
        if alike:  # the same toward whoever it is about: who that is need not be said twice
            instead = self.words(f"report.does_{STANCE_OF[played[differs[0]]]}_bare")
        elif best == played[::-1]:
            instead = self.words("report.reverse")
        else:
            instead = self.does(played, differs, toward)
        return self.words("report.better", best=self.does(best, differs, toward), played=instead)

    def does(
        self, letters: str, places: Sequence[int], toward: Sequence[Country], tense: str = "does"
    ) -> str:
        """Stances in words: ``does`` (coordinating with Ottawa) or ``did`` (coordinated with Ottawa)."""
        if len(places) == 2 and letters[0] == letters[1]:
            return self.words(f"report.{tense}_{STANCE_OF[letters[0]]}", whom=self.words.gov("both"))
        said = [
            self.words(f"report.{tense}_{STANCE_OF[letters[i]]}", whom=self.words.gov(str(toward[i])))
            for i in places
        ]
        return self.words.list(said)

    def reason(self, partner: str, part: str, value: float, number: int | None = None) -> str:
        """Why a part of leverage moved in a round, or over the whole game: a clause that goes on after *because*."""
        key = f"{part}_{'up' if value > 0 else 'down'}"
        if number is not None and self.seen is not None:
            with suppress(
                KeyError, IndexError, TypeError, ValueError, AttributeError
            ):  # a log edited by hand
                key = reason(self.seen, number, partner, part, value)
        return self.words(f"report.because_{key}", **self._around(partner))

    def because(self, partner: str, part: str, value: float) -> str:
        """What a part of the change of leverage over a whole game means, in one sentence."""
        side = "same" if abs(value) < SMALL else "up" if value > 0 else "down"
        return self.words(f"why.{part}_{side}", **self._around(partner))

    def _around(self, partner: str) -> dict[str, Any]:
        seats = {"who": "USA", "whom": partner, "other": other(partner)}
        return {name: self.words.gov(seat) for name, seat in seats.items()}

    def issue(self, item: str) -> str:
        """Title of a package item."""
        parties, _, issue = item.partition(":")
        giver, _, receiver = parties.partition(">")
        if self.debrief.game.scenario is None:
            return issue.replace("_", " ")
        return issue_title(self.debrief.game.scenario, giver, receiver, issue, self.words)

    def odds(self, odds: Mapping[str, float]) -> str:
        """Odds of the five ends in one breath."""
        return ", ".join(
            self.words("story.odd", outcome=self.words(f"outcome.{o}"), n=self.words.chance(p))
            for o, p in odds.items()
        )

    def faults(self) -> list[str]:
        """What is missing or odd about the log."""
        out = []
        for fault in self.debrief.faults:
            values: dict[str, Any] = {
                k: self.words.gov(v) if v in ("USA", "CAN", "MEX") else str(v)
                for k, v in fault.values.items()
            }
            out.append(self.words(f"fault.{fault.key}", **values))
        return out

    @property
    def first_end(self) -> str | None:
        """What the first review brought: the end, or annual reviews after which the game went on."""
        return next((str(r["outcome"]) for r in self.debrief.end.reviews), self.debrief.about.outcome)

    def beside(self, fact: Real) -> Rich:
        """What the game brought in the month of a fact of the public record."""
        if fact.is_end and self.first_end:
            outcome = capital(self.words(f"outcome.{self.first_end}"))
            return self.words.rich("history.end", outcome=outcome)
        facts = self.facts(fact.round) if fact.round is not None else []
        return capital(facts[0].sentence(self.words)) if facts else ""

    @property
    def end_key(self) -> str:
        """The end reached: ``slid`` if annual reviews slid into withdrawal, ``SPLIT_both`` if both partners signed."""
        about = self.debrief.about
        if about.slid:
            return "slid"
        return "SPLIT_both" if about.outcome == "SPLIT" and len(self._signed) == 2 else str(about.outcome)

    @property
    def _signed(self) -> list[str]:
        """Partners who signed the last proposal."""
        last: Mapping[str, Any] = next(reversed(self.debrief.end.proposals), {})
        return [k for k, signs in (last.get("answers") or {}).items() if signs]

    def ending(self) -> Rich:
        """What the end reached means."""
        values: dict[str, Any] = {}
        if self.end_key == "SPLIT":
            signed = next(iter(self._signed), None)
            if signed is None:
                return self.words.rich("story.end_SPLIT_both")
            values = {"whom": self.words.gov(signed), "other": self.words.gov(other(signed))}
        return self.words.rich(f"story.end_{self.end_key}", **values)
