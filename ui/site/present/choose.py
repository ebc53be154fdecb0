"""The viewer's half of the table: stances with what they do, measures, the quiet option, simple mode's cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negotiation.terms import GOODS
from ui.site.present.frame import capital
from ui.site.present.seen import Seen, issues
from ui.site.present.team import card_name, team_line
from ui.site.present.told import lower
from ui.words import Rich, Words, joined

STANCES = ("coordinate", "concede", "defect")


def choose(seen: Seen, words: Words) -> dict[str, Any]:
    """The open envelope of the round on the table."""
    seat = str(seen.you)
    out: dict[str, Any] = {
        "key": f"{seen.view['room']}-{seen.view['round']}-{seen.own['version']}",
        "title": words("choose.title"),
    }
    if seen.own.get("team"):
        out["team"] = team_line(seen.own, seat, words)
    if seen.own.get("cards"):
        out["title"] = words("choose.title_simple")
        out["cards"] = [_card(seen, seat, card, move, words) for card, move in seen.own["cards"].items()]
        out["cards_legend"] = words("choose.cards_legend")
        return out
    out["rows"] = [_row(seen, seat, toward, words) for toward in seen.own["toward"]]
    if seat != "USA" and seen.scenario.switches.get("S4", True):
        out["quiet"] = {"label": words("choose.quiet"), "help": words("choose.quiet_help"), "value": False}
    return out


def direction(seat: str, toward: str) -> str:
    """us, partner or front: which kind of dealing this is."""
    return "us" if seat == "USA" else "partner" if toward == "USA" else "front"


def _row(seen: Seen, seat: str, toward: str, words: Words) -> dict[str, Any]:
    options, drawers = [], {}
    for stance in STANCES:
        option: dict[str, Any] = {
            "stance": stance,
            "verb": capital(words(f"stance.{stance}")),
            "does": words(_does(seen, seat, toward, stance)),
            "tells": _tells(seen, seat, toward, stance, words),
        }
        if stance == "defect" and seat == "USA" and not seen.scenario.switches.get("S1", True):
            option["closed"] = words("choose.no_pressure")
        options.append(option)
        drawer = _drawer(seen, seat, toward, stance, words)
        if drawer:
            drawers[stance] = drawer
    row: dict[str, Any] = {
        "toward": toward,
        "legend": words("choose.toward", whom=words.gov(toward)),
        "options": options,
        "value": None,
    }
    if drawers:
        row["drawer"] = drawers
    return row


def _does(seen: Seen, seat: str, toward: str, stance: str) -> str:
    """The catalogue key of the few words under a stance."""
    kind = direction(seat, toward)
    if stance == "defect" and kind != "front":
        return "does.carry_out" if seen.notice(seat, toward) else "does.give_notice"
    if stance == "concede" and kind != "front" and not open_issues(seen, seat, toward):
        return "does.nothing_left"
    return f"does.{kind}_{stance}"


def _tells(seen: Seen, seat: str, toward: str, stance: str, words: Words) -> Rich:
    """What a stance does, in one sentence, known without the model."""
    kind = direction(seat, toward)
    values: dict[str, Any] = {"whom": words.gov(toward)}
    if kind == "front":
        return words.rich(f"tells.front_{stance}", **values)
    if stance == "concede":
        left = open_issues(seen, seat, toward)
        if not left:
            return words.rich("tells.nothing_left", **values)
        values["issue"] = lower(left[0].title.of(words.language))
        values["cost"] = words("figure.a_year", money=words.money(left[0].cost))
        return words.rich(f"tells.{kind}_concede", **values)
    if stance == "defect":
        if seen.rung(seat, toward) >= seen.top(seat):
            return words.rich("tells.top", **values)
        if seen.notice(seat, toward):
            return words.rich(f"tells.{kind}_carry_out", n=seen.rung(seat, toward) + 1, **values)
        return words.rich(f"tells.{kind}_give_notice", n=seen.rung(seat, toward) + 1, **values)
    key = f"tells.{kind}_coordinate"
    if seen.notice(seat, toward):
        return joined(words.rich(key, **values), words.rich("tells.lets_lapse", **values))
    return words.rich(key, **values)


def open_issues(seen: Seen, giver: str, receiver: str) -> list[Any]:
    """Issues not granted yet, in ledger order; empty if concessions are switched off."""
    if not seen.scenario.switches.get("S18", True):
        return []
    done = seen.granted(giver, receiver)
    return [issue for issue in issues(seen.scenario, giver, receiver) if issue.id not in done]


def _drawer(seen: Seen, seat: str, toward: str, stance: str, words: Words) -> dict[str, Any]:
    """Questions a stance leaves open: the instrument, the sectors, the issue."""
    kinds = {"us": "us_to_partner", "partner": "partner_to_us", "front": "partner_to_partner"}
    kind = kinds[direction(seat, toward)]
    fitting = [
        m
        for m in seen.scenario.measures
        if m.stance == stance and kind in m.directions and seen.scenario.switches.get(m.system, True)
    ]
    out: dict[str, Any] = {}
    if len(fitting) > 1:
        out["instrument"] = {
            "legend": words("drawer.instrument"),
            "options": [_instrument(m, words) for m in fitting],
            "value": fitting[0].id,
        }
    if stance == "defect" and any(m.sectors == "any" for m in fitting):
        out["sectors"] = {
            "legend": words("drawer.sectors"),
            "help": words("drawer.sectors_help"),
            "options": [{"id": str(s), "text": words(f"sector.{s}")} for s in GOODS],
            "value": [],
        }
    left = open_issues(seen, seat, toward) if stance == "concede" else []
    if left:
        out["issue"] = {
            "legend": words("drawer.issue"),
            "help": words("drawer.issue_help"),
            "options": [_issue(i, words) for i in left],
            "value": left[0].id,
        }
    return out


def _instrument(measure: Any, words: Words) -> dict[str, str]:
    out = {"id": measure.id, "text": measure.title.of(words.language)}
    if measure.sectors and measure.sectors != "any":
        out["note"] = ", ".join(words(f"sector.{s}") for s in measure.sectors)
    return out


def _issue(issue: Any, words: Words) -> dict[str, str]:
    note = words("drawer.issue_note", cost=words.number(issue.cost, 1), worth=words.number(issue.value, 1))
    return {"id": issue.id, "text": issue.title.of(words.language), "note": note}


def _card(seen: Seen, seat: str, card: str, move: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """One of three moves of simple mode."""
    name = card_name(seat, card)
    stances = move["stances"]
    values: dict[str, Any] = {}
    tells: list[Rich] = []
    if seat == "USA":
        tells.append(words.rich(f"card.{name}_tells"))
    else:
        mate = next(c for c in stances if c != "USA")
        values = {"other": words.gov(mate)}
        if card == "own-deal":
            left = open_issues(seen, seat, "USA")
            if left:
                money = words("figure.a_year", money=words.money(left[0].cost))
                issue = lower(left[0].title.of(words.language))
                tells.append(words.rich("card.partner_own_deal_tells", issue=issue, cost=money, **values))
            else:
                tells.append(words.rich("card.partner_own_deal_empty", **values))
        elif card == "answer":
            key = "card.partner_answer_again" if seen.notice(seat, "USA") else "card.partner_answer_tells"
            tells.append(words.rich(key, **values))
        else:
            tells.append(words.rich(f"card.{name}_tells", **values))
    return {
        "id": card,
        "stances": dict(stances),
        "name": words(f"card.{name}"),
        "does": words(f"card.{name}_does", **values),
        "tells": joined(*tells),
    }
