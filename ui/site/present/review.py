"""The review table: Washington's proposal, packages of issues, who would sign, the letters, the five ends' odds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ui.site.present.choose import open_issues
from ui.site.present.frame import capital, frame, link
from ui.site.present.home import LEVELS
from ui.site.present.seen import PARTNERS, SEATS, Seen
from ui.site.present.table import mast
from ui.site.present.verdict import standing_of, verdict
from ui.words import Words, joined

OUTCOMES = ("EXT", "COND", "SPLIT", "ANN", "WD")
SIGNED = ("EXT", "COND", "SPLIT")
SAY = (
    "package", "unit", "cap", "tick", "sign", "line", "explain", "would", "no_package", "unsigned",
    "short", "of", "odds", "odds_note", "outcome", "with_", "cost", "worth",
)  # fmt: skip


def review_page(
    seen: Seen,
    words: Words,
    *,
    now: float,
    weighed: Mapping[str, Any] | None = None,
    notice: str | None = None,
    scenarios: Sequence[Any] = (),
) -> dict[str, Any]:
    """``ReviewPage``. ``weighed``: the scales and the expected package (``Guest.weigh``), once worked out.

    scenarios : all there are, for one more game after the end.
    """
    phase = phase_of(seen)
    proposal = on_table(seen)
    headline, deck = _headline(seen, phase, words)
    page = frame(
        words,
        headline,
        deck,
        words("review.kicker", day=words.day(review_day(seen))),
        title=words("review.title"),
        mast=mast(seen, words, now=now),
        foot=[link(words, "review.foot_values"), link(words, "review.foot_treaty")],
        notice=notice,
    )
    outcome = _outcome(seen, proposal)
    page |= {
        "phase": phase,
        "you": seen.you,
        "drafts": [_draft(seen, phase, proposal, weighed, words)],
        "current": "USA",
        "outcomes": [{"id": o, "text": capital(words(f"outcome.{o}"))} for o in may_propose(seen)],
        "partners": [{"seat": k, "text": str(words.country(k))} for k in PARTNERS],
        "groups": [],
        "sides": sides(weighed, proposal, words) if phase == "draft" else [],
        "treaty_title": words(f"review.treaty_title_{outcome}"),
        "treaty": words(f"review.treaty_{outcome}"),
        "signatures": [_signing(seen, phase, proposal, s, words) for s in SEATS],
        "odds": odds(seen, words) if phase == "draft" else [],
        "odds_sentence": odds_sentence(seen, words),
        "say": {key: words.pattern(f"review.say_{key}") for key in SAY},
    }
    package = page["drafts"][0]["package"]
    page["groups"] = groups(seen, words, only=None if phase == "draft" else package)
    if phase != "draft" and outcome in ("COND", "SPLIT") and not package:
        page["say"]["no_package"] = words("review.package_by_theory")
    if page["drafts"][0]["mine"]:
        page["letters"] = {
            o: [words(f"review.treaty_title_{o}"), words(f"review.treaty_{o}")] for o in OUTCOMES
        }
    _ways(page, seen, phase, proposal, words)
    if phase != "draft":
        page |= _over(seen, words, scenarios)
    return page


def _over(seen: Seen, words: Words, scenarios: Sequence[Any]) -> dict[str, Any]:
    """What a player wants to know at the end: how it went, and whether there is a reason to play again."""
    seat, ending, out = seen.you, seen.view["ending"], {}
    place = standing_of(seen.view)
    if seat and place:
        numbers = (float(ending[name][seat]) for name in ("score", "played", "value"))
        out["verdict"] = verdict(words, seat, place, *numbers)
    people = [s for s in SEATS if seen.view["seats"][s]["by"] == "person"]
    if seat and people == [seat]:
        out["again"] = {
            "title": words("review.again_title"),
            "text": words("review.again_text"),
            "ways": again(seen, words, scenarios),
        }
    return out


def again(seen: Seen, words: Words, scenarios: Sequence[Any]) -> list[dict[str, Any]]:
    """Games worth playing next: the same, a harder one, the other chairs, another beginning. The first is this one."""
    view = seen.view
    same = {"seat": seen.you, **{name: view[name] for name in ("scenario", "mode", "level")}}

    def way(key: str, note: str = "", **other: Any) -> dict[str, Any]:
        choice = same | other
        who = words.form(f"country.{choice['seat']}", "the")
        return {"choice": choice, "text": words(key, who=who), "note": note}

    out = [way("review.again_same", words("review.again_same_note"))]
    harder = dict(pairwise(LEVELS)).get(view["level"])
    if harder:
        note = words("review.again_level", level=words(f"level.{harder}").lower())
        out.append(way("review.again_harder", note, level=harder))
    out += [way("review.again_other", words(f"review.again_{s}"), seat=s) for s in SEATS if s != seen.you]
    names = [s.name for s in scenarios]
    if len(names) > 1:
        at = names.index(view["scenario"]) if view["scenario"] in names else -1
        next_one = scenarios[(at + 1) % len(names)]
        out.append(way("review.again_elsewhere", next_one.title.of(words.language), scenario=next_one.name))
    return out


def phase_of(seen: Seen) -> str:
    """draft while anybody must act, then signed, refused or closed (nothing was to be signed)."""
    if seen.view["phase"] != "ended":
        return "draft"
    ending = seen.view["ending"]
    if ending["outcome"] in SIGNED:
        return "signed"
    last = on_table(seen)
    return "refused" if last and last["outcome"] in SIGNED else "closed"


def on_table(seen: Seen) -> Mapping[str, Any] | None:
    """The last proposal made; None before the first."""
    made = (seen.view["review"] or {}).get("proposals") or []
    if not made:
        return None
    waits_for_second = "USA" in seen.view["review"]["turn"]
    return None if waits_for_second else made[-1]


def may_propose(seen: Seen) -> list[str]:
    """What Washington may still propose."""
    refused_split = bool((seen.view["review"] or {}).get("proposals"))
    split = seen.scenario.switches.get("S2", True) and not refused_split
    letter = seen.scenario.switches.get("S1", True)
    return [o for o in OUTCOMES if (o != "SPLIT" or split) and (o != "WD" or letter)]


def signatories(proposal: Mapping[str, Any]) -> list[str]:
    """Partners whose letter a proposal needs."""
    if proposal["outcome"] in ("EXT", "COND"):
        return list(PARTNERS)
    return [k for k in PARTNERS if k in proposal["partners"]] if proposal["outcome"] == "SPLIT" else []


def review_day(seen: Seen) -> Any:
    """1 July after the last round before the review."""
    import datetime as dt

    last = seen.scenario.calendar.rounds[-1]
    year, month = (int(x) for x in last.date.split("-"))
    count = year * 12 + month - 1 + last.months
    return dt.date(count // 12, count % 12 + 1, 1)


def _outcome(seen: Seen, proposal: Mapping[str, Any] | None) -> str:
    if seen.view["phase"] == "ended":
        return str(seen.view["ending"]["outcome"])
    return str(proposal["outcome"]) if proposal else "COND"


def _headline(seen: Seen, phase: str, words: Words) -> tuple[str, Any]:
    if phase != "draft":
        ending = seen.view["ending"]
        key = "slid" if ending.get("slid") else "refused" if phase == "refused" else ending["outcome"]
        refusers = [k for k, yes in ending.get("signed", {}).items() if not yes]
        who = words.list(words.gov(k) for k in refusers)
        chance = words("review.chance", n=words.number(100 * float(ending["odds"][ending["outcome"]])))
        deck = joined(words(f"deck.end_{key}", who=who), chance)
        return words(f"head.end_{key}", who=who, n=max(1, len(refusers))), deck
    proposal = on_table(seen)
    if proposal:
        whom = words.list(words.gov(k) for k in signatories(proposal))
        return words(f"head.proposed_{proposal['outcome']}", whom=whom), words("deck.proposed")
    if (seen.view["review"] or {}).get("proposals"):
        return words("head.review_again"), words("deck.review_again")
    return words("head.review_yours" if seen.you == "USA" else "head.review"), words("deck.review")


def _draft(
    seen: Seen,
    phase: str,
    proposal: Mapping[str, Any] | None,
    weighed: Mapping[str, Any] | None,
    words: Words,
) -> dict[str, Any]:
    expected = list((weighed or {}).get("package") or ())
    if phase != "draft":
        ending = seen.view["ending"]
        proposal = ending.get("proposal") or proposal
    if proposal is None:
        mine = seen.you == "USA"
        name = words("review.your_draft" if mine else "review.expected_draft")
        return {"by": "USA", "name": name, "outcome": "COND", "package": expected, "mine": mine, "with_": []}
    asked = signatories(proposal)
    package = list(proposal["package"])
    if not package and proposal["outcome"] in ("COND", "SPLIT"):
        package = [i for i in expected if any(k in i.split(":")[0] for k in asked)]
    name = words("review.washingtons_draft")
    return {
        "by": "USA",
        "name": name,
        "outcome": proposal["outcome"],
        "package": package,
        "mine": False,
        "with_": asked,
    }


def groups(seen: Seen, words: Words, *, only: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Issues still open (or ``only`` those settled), by who gives them to whom."""
    out = []
    for giver, receiver in (("CAN", "USA"), ("USA", "CAN"), ("MEX", "USA"), ("USA", "MEX")):
        left = open_issues(seen, giver, receiver)
        if left:
            a, b = words.country(giver), words.country(receiver)
            rows = [_issue(giver, receiver, i, words) for i in left]
            rows = [row for row in rows if only is None or row["id"] in only]
            if not rows:
                continue
            out.append(
                {
                    "giver": giver,
                    "receiver": receiver,
                    "title": capital(words("review.gives", a=a, b=b)),
                    "issues": rows,
                }
            )
    return out


def _issue(giver: str, receiver: str, issue: Any, words: Words) -> dict[str, Any]:
    return {
        "id": f"{giver}>{receiver}:{issue.id}",
        "title": issue.title.of(words.language),
        "cost": float(issue.cost),
        "worth": float(issue.value),
    }


def sides(
    weighed: Mapping[str, Any] | None, proposal: Mapping[str, Any] | None, words: Words
) -> list[dict[str, Any]]:
    """What each side has and needs, USD bn a year against annual reviews; empty until worked out."""
    if not weighed:
        return []
    scales = weighed["scales"]
    asked = signatories(proposal) if proposal else list(PARTNERS)
    split = (
        f"SPLIT_{asked[0]}"
        if proposal and proposal["outcome"] == "SPLIT" and len(asked) == 1
        else "SPLIT_both"
    )
    offers = {"EXT": "EXT", "COND": "COND", "SPLIT": split, "ANN": "ANN", "WD": "WD"}
    here = offers[proposal["outcome"] if proposal else "COND"]
    out = []
    for s in SEATS:
        base = {o: round(scales["base"][name][s], 2) for o, name in offers.items()}
        line = round(scales["line"][here][s], 2)
        most = max(6.0, *(abs(base[o]) for o in ("EXT", "COND"))) * 1.25
        out.append(
            {"seat": s, "name": str(words.country(s)), "line": line, "base": base, "most": round(most, 1)}
        )
    return out


def _signing(
    seen: Seen, phase: str, proposal: Mapping[str, Any] | None, seat: str, words: Words
) -> dict[str, Any]:
    """One head of government's line on the letter."""
    if phase != "draft" and proposal is None:
        proposal = ((seen.view["review"] or {}).get("proposals") or [None])[-1]
    state = "waiting"
    if proposal is not None:
        answers = proposal["answers"]
        if seat == "USA":
            state = "signed" if proposal["outcome"] != "ANN" else "refused"
        elif str(seat) in answers:
            state = "signed" if answers[seat] else "refused"
        elif seat in signatories(proposal):
            state = "reading"
        elif phase != "draft" and proposal["outcome"] not in SIGNED:
            state = "waiting"
    key = f"signing.{state}"
    if proposal is not None and seat != "USA" and seat not in signatories(proposal):
        key = "signing.not_asked"
    return {
        "seat": seat,
        "name": str(words.country(seat)),
        "role": words("review.role"),
        "state": state,
        "text": words(key),
    }


def odds(seen: Seen, words: Words) -> list[dict[str, Any]]:
    """The five ends as the model sees them now, in 100, summing to 100."""
    shares = {o: 100 * float(seen.now["odds"][o]) for o in OUTCOMES}
    whole = {o: int(share) for o, share in shares.items()}
    for o in sorted(OUTCOMES, key=lambda x: whole[x] - shares[x])[: 100 - sum(whole.values())]:
        whole[o] += 1
    return [{"outcome": o, "name": words(f"outcome.{o}"), "chance": whole[o]} for o in OUTCOMES]


def odds_sentence(seen: Seen, words: Words) -> str:
    """The odds as a sentence."""
    said = ", ".join(f"{row['name']} {row['chance']}" for row in odds(seen, words))
    return words("review.odds_sentence", odds=said)


def _ways(
    page: dict[str, Any], seen: Seen, phase: str, proposal: Mapping[str, Any] | None, words: Words
) -> None:
    """Buttons: propose, sign, refuse, or on to the debrief."""
    if phase != "draft":
        page["next"] = link(words, "review.to_debrief", "debrief")
        return
    review = seen.view["review"]
    turn: Sequence[str] = review["turn"]
    if seen.you in turn and proposal is None:
        page["propose"] = words("review.propose")
    elif seen.you in turn:
        page["sign"], page["refuse"] = words("review.sign"), words("review.refuse")
    else:
        page["waiting"] = (
            words("review.waiting", who=words.list(words.gov(s) for s in turn))
            if turn
            else words("review.closing")
        )
