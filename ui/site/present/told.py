"""What happened in a round, as a list of facts from the most newsworthy down; each has a headline and a sentence.

Everything is read from what the viewer may see; a fact nobody told this viewer is not in the list. The headline of
fact ``x`` is the catalogue's ``head.x``, its sentence ``told.x``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ui.site.present.seen import PARTNERS, Seen, other
from ui.words import Words

RANKS = {
    name: rank
    for rank, name in enumerate(
        (
            "court",
            "front_fires",
            "step_taken_both",
            "step_taken",
            "answer_taken",
            "step_at_border",
            "answer_at_border",
            "talks_alone",
            "leaves_front",
            "held_back",
            "relief",
            "notice_lapses",
            "notice_given_both",
            "notice_given",
            "answer_announced",
            "us_grants",
            "grants",
            "partner_relief",
            "answer_lapses",
            "at_top",
            "front_held",
            "event",
            "joint_work",
            "favour",
            "unseen",
            "calm",
        )
    )
}
"""Most newsworthy first."""


@dataclass(frozen=True)
class Fact:
    """Something that happened; ``values`` fill its sentences."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None
    """The sentence itself, for events whose news the scenario brings."""
    kind: str = "government"

    @property
    def rank(self) -> int:
        return RANKS[self.key]

    def head(self, words: Words) -> str:
        """Subject, verb, object."""
        return words(f"head.{self.key}", **self.values)

    def sentence(self, words: Words) -> str:
        """What happened, in full."""
        return self.text or words(f"told.{self.key}", **self.values)


def facts_of(seen: Seen, number: int, words: Words) -> list[Fact]:
    """Everything worth telling of a round, the most newsworthy first; never empty."""
    key = (number, words.language)
    if key not in seen.facts:
        found = [*_events(seen, number, words), *_washington(seen, number, words)]
        for k in PARTNERS:
            found += _partner(seen, number, k, words)
        found += _between_partners(seen, number, words)
        if not found or all(f.key in ("event", "unseen") for f in found):
            found.append(Fact("calm"))
        seen.facts[key] = sorted(found, key=lambda f: f.rank)
    return seen.facts[key]


def _events(seen: Seen, number: int, words: Words) -> list[Fact]:
    out = []
    known = {e.id: e for e in seen.scenario.events}
    for happened in seen.rounds[number - 1]["events"]:
        event = known.get(happened["id"])
        if event is not None:
            court = event.kind == "court_ruling"
            text = event.news.of(words.language)
            out.append(Fact("court" if court else "event", text=text, kind="court" if court else "shock"))
    return out


def _washington(seen: Seen, number: int, words: Words) -> list[Fact]:
    """Steps, notices, relief and grants of Washington."""
    taken = [k for k in PARTNERS if seen.fact(number, "us_executes", k)]
    noticed = [k for k in PARTNERS if seen.stance(number, "USA", k) == "defect"]
    fresh = [k for k in noticed if k not in taken and not seen.had_notice(number, "USA", k)]
    out = []
    done = {k: _step(seen, number, "USA", k, "step") for k in taken}
    both = list(done.values()) == ["step_taken", "step_taken"]
    if both:
        out.append(Fact("step_taken_both", {"who": words.gov("USA"), **_rates(seen, number, words)}))
    if len(fresh) == 2:
        out.append(Fact("notice_given_both", {"who": words.gov("USA")}))
    for k in PARTNERS:
        values = {
            "who": words.gov("USA"),
            "whom": words.gov(k),
            "goods": words.form(f"country.{k}", "goods"),
            "what": goods(seen.sectors_of(number, "USA", k), k, words),
            "rate": words.percent(seen.tariff(number, "USA", k), 1),
        }
        had = seen.had_notice(number, "USA", k)
        if k in taken:
            out += [Fact(str(done[k]), values)] if done[k] and not both else []
        elif k in fresh and len(fresh) == 1:
            out.append(Fact("notice_given", values))
        elif k in noticed and k not in taken and had:
            spared = seen.stance(number, k, "USA") == "concede" or seen.fact(number, "separate_talks", k)
            out.append(Fact("held_back" if spared else "at_top", values))
        elif had and k not in noticed:
            out.append(Fact("notice_lapses", values))
        if seen.tariff(number, "USA", k) < seen.tariff(number - 1, "USA", k) - 1e-9:
            out.append(Fact("relief", values))
        for issue in _granted(seen, number, "USA", k, words):
            out.append(Fact("us_grants", {**values, "issue": issue}))
        if seen.fact(number, "joint_item", k):
            out.append(Fact("joint_work", values))
    return out


def _step(seen: Seen, number: int, importer: str, exporter: str, kind: str) -> str | None:
    """How a step carried out is told: it raised the tariff, or left it where it was (the top of a ladder is holds and
    licences at the border); not at all where a ruling brought the tariff down in the same month."""
    rise = seen.tariff(number, importer, exporter) - seen.tariff(number - 1, importer, exporter)
    return f"{kind}_taken" if rise > 1e-9 else f"{kind}_at_border" if rise > -1e-9 else None


def _rates(seen: Seen, number: int, words: Words) -> dict[str, str]:
    return {
        "rate_can": words.percent(seen.tariff(number, "USA", "CAN"), 1),
        "rate_mex": words.percent(seen.tariff(number, "USA", "MEX"), 1),
    }


def _partner(seen: Seen, number: int, k: str, words: Words) -> list[Fact]:
    """What one partner did toward Washington."""
    out = []
    values = {
        "who": words.gov(k),
        "whom": words.gov("USA"),
        "other": words.gov(other(k)),
        "goods": words.form("country.USA", "goods"),
        "what": goods(seen.sectors_of(number, k, "USA"), "USA", words),
        "rate": words.percent(seen.tariff(number, k, "USA"), 1),
    }
    answered = seen.stance(number, k, "USA") == "defect"
    had = seen.had_notice(number, k, "USA")
    if seen.fact(number, "front_fires", k):
        out.append(Fact("front_fires", values))
    elif seen.fact(number, "partner_executes", k):
        done = _step(seen, number, k, "USA", "answer")
        out += [Fact(done, values)] if done else []
    elif answered and not had:
        out.append(Fact("answer_announced", values))
    elif had and not answered:
        out.append(Fact("answer_lapses", values))
    if seen.tariff(number, k, "USA") < seen.tariff(number - 1, k, "USA") - 1e-9:
        out.append(Fact("partner_relief", values))
    out += [Fact("grants", {**values, "issue": issue}) for issue in _granted(seen, number, k, "USA", words)]
    return out


def _between_partners(seen: Seen, number: int, words: Words) -> list[Fact]:
    """The joint position, favours, and who left whom out; what stayed unseen is said to be so."""
    out = []
    stances = {k: seen.stance(number, k, other(k)) for k in PARTNERS}
    if stances["CAN"] == stances["MEX"] == "coordinate":
        out.append(Fact("front_held", {"a": words.gov("CAN"), "b": words.gov("MEX")}))
    for k in PARTNERS:
        values = {"who": words.gov(k), "other": words.gov(other(k)), "whom": words.gov("USA")}
        if stances[k] == "defect":
            alone = seen.fact(number, "separate_talks", k)
            out.append(Fact("talks_alone" if alone else "leaves_front", values))
        elif stances[k] == "concede":
            out.append(Fact("favour", values))
    if None in stances.values():
        out.append(Fact("unseen", {"a": words.gov("CAN"), "b": words.gov("MEX")}))
    return out


def _granted(seen: Seen, number: int, giver: str, receiver: str, words: Words) -> list[str]:
    """Titles of the issues granted in a round."""
    head = f"{giver}>{receiver}:"
    ids = [g.removeprefix(head) for g in seen.rounds[number - 1]["granted"] if g.startswith(head)]
    return [issue_title(seen.scenario, giver, receiver, i, words) for i in ids]


def issue_title(scenario: Any, giver: str, receiver: str, issue_id: str, words: Words) -> str:
    """An issue by its title in the viewer's language."""
    from ui.site.present.seen import issues

    found = next((i for i in issues(scenario, giver, receiver) if i.id == issue_id), None)
    return lower(found.title.of(words.language)) if found else issue_id


def goods(sectors: tuple[str, ...], country: str, words: Words) -> str:
    """``Canadian goods``, or ``Canadian goods (metals, motor vehicles)``."""
    said = words.form(f"country.{country}", "goods")
    return words("goods.some", goods=said, sectors=sector_list(sectors, words)) if sectors else said


def sector_list(sectors: tuple[str, ...], words: Words) -> str:
    """Sectors in one breath, small letters."""
    return ", ".join(lower(words(f"sector.{s}")) for s in sectors)


def lower(text: str) -> str:
    """The text with its first letter small (names of sectors in a sentence)."""
    return text[:1].lower() + text[1:]
