"""What happened, in words: sentences made from the data of a log. English; governments by capital."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negotiation.lab.named import COUNTRY, joined
from negotiation.terms import PARTNERS, SEATS, Country, Stance, others

CAPITAL = {"USA": "Washington", "CAN": "Ottawa", "MEX": "Mexico City"}
OUTCOME_TOLD = {
    "EXT": "Extension: all three heads of government confirm sixteen more years.",
    "COND": "Conditional renewal: sixteen more years, bought with a package.",
    "SPLIT": "Bilateral deals take the place of one pact among three.",
    "ANN": "No extension: the pact stays in force and is reviewed every year.",
    "WD": "Withdrawal, on six months' notice.",
}
BLOCK = {
    "exposure": "tariffs in force",
    "alternatives": "firms' links",
    "commitment": "the partners' commitment",
    "credibility": "credibility of threats and answers",
}
BLOCK_SHORT = {
    "exposure": "tariffs",
    "alternatives": "links",
    "commitment": "commitment",
    "credibility": "credibility",
}
STANCE_LEGEND = "C coordinate, N concede, D defect, q kept quiet"


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign; plain zero without one."""
    text = f"{value:+.{digits}f}"
    return text if float(text) else f"{0:.{digits}f}"


def stance_letter(move: Mapping[str, Any], toward: Country) -> str:
    """C, N or D, with q behind a stance toward the other partner that was kept quiet."""
    letter = Stance(move["stances"][str(toward)]).letter
    return letter + ("q" if move.get("quiet") and toward is not Country.USA else "")


def news_of(
    started: Mapping[str, Any], before: Mapping[str, Any] | None, result: Mapping[str, Any]
) -> list[str]:
    """What happened in a round, one sentence each. ``before`` is the position it started from."""
    told = started.get("headlines") or {}
    out = [str(told.get(e["id"], e["id"].replace("-", " "))) for e in result.get("events", ())]
    after, facts = result["position"], result["facts"]
    if before is not None:
        out += _steps(before, after)
    for i, k in enumerate(str(p) for p in PARTNERS):
        other = str(others(Country(k))[1])
        if facts["separate_talks"][i]:
            hit = result["moves"]["USA"]["move"]["stances"][k] == Stance.DEFECT
            saved = hit and before is not None and before["us_notice"][i]
            out.append(
                f"{CAPITAL[k]} talks to Washington alone"
                + ("; the step against it is suspended." if saved else ".")
            )
        if facts["front_fires"][i]:
            out.append(f"{CAPITAL[k]} answers for {CAPITAL[other]}, at once.")
        if facts["promise_called"][i]:
            out.append(f"{CAPITAL[other]} is hit alone and {CAPITAL[k]} does not answer for it.")
    out += [_grant(item, started) for item in result.get("granted", ())]
    out += _notices(before, after)
    if any(result["quiet"].values()) and not result["noticed"]:
        out.append("What the partners keep quiet goes unnoticed in Washington.")
    return out


def _steps(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    out = []
    for i, k in enumerate(str(p) for p in PARTNERS):
        for field, hitter, hit in (("us_rung", "USA", k), ("partner_rung", k, "USA")):
            was, now = int(before[field][i]), int(after[field][i])
            if now > was:
                out.append(f"{CAPITAL[hitter]}'s step on {COUNTRY[hit]} takes effect (rung {now}).")
            elif now < was:
                steps = "a step" if was - now == 1 else f"{was - now} steps"
                out.append(f"{CAPITAL[hitter]} takes {steps} off {COUNTRY[hit]} (rung {now}).")
    return out


def _notices(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[str]:
    out = []
    for i, k in enumerate(str(p) for p in PARTNERS):
        for field, hitter, hit in (("us_notice", "USA", k), ("partner_notice", k, "USA")):
            fresh = before is None or not before[field][i]
            if after[field][i] and fresh:
                out.append(f"{CAPITAL[hitter]} announces a step against {COUNTRY[hit]}.")
    return out


def _grant(item: str, started: Mapping[str, Any]) -> str:
    parties, _, issue = item.partition(":")
    giver, _, receiver = parties.partition(">")
    title = (started.get("issues") or {}).get(item) or issue.replace("_", " ")
    return f"{CAPITAL[giver]} grants {CAPITAL[receiver]}: {title}."


def review_of(proposals: Sequence[Mapping[str, Any]], ending: Mapping[str, Any]) -> list[str]:
    """The joint review told: proposals, signatures, how it ended."""
    out = []
    for number, proposal in enumerate(proposals):
        start = "Washington" if number == 0 else "Back at one table, Washington"
        out.append(f"{start} {_proposed(proposal)}")
        for k, signs in proposal["answers"].items():
            out.append(f"{CAPITAL[k]} {'signs' if signs else 'refuses'}.")
    if not proposals and not ending.get("proposals"):
        out.append("No joint review is held in this game; the pact goes on from year to year.")
    if ending.get("slid"):
        out.append("The annual reviews slide into withdrawal.")
    out.append(OUTCOME_TOLD[ending["outcome"]])
    return out


def _proposed(proposal: Mapping[str, Any]) -> str:
    end = proposal["outcome"]
    if end == "SPLIT":
        with_whom = joined([CAPITAL[k] for k in proposal["partners"]])
        return f"offers {'separate deals to' if len(proposal['partners']) > 1 else 'a separate deal to'} {with_whom}."
    if end == "COND":
        return "proposes a conditional renewal, with a package."
    if end == "EXT":
        return "proposes to extend the pact."
    return "does not ask for an extension." if end == "ANN" else "announces withdrawal."


def leverage_paragraph(story: Mapping[str, Mapping[str, Any]]) -> str:
    """The story of leverage in one paragraph."""
    out = []
    for k, told in story.items():
        moved = [
            f"{signed(part)} from {BLOCK[block]}"
            for block, part in sorted(told["parts"].items(), key=lambda item: -abs(item[1]))
            if abs(part) >= 0.05
        ]
        parts = f": {joined(moved)}" if moved else ""
        turn = told["largest_round"]
        out.append(
            f"US leverage over {COUNTRY[k]} went from {told['start']:.1f} to {told['end']:.1f} "
            f"({signed(told['change'])} points{parts}), "
            f"between {told['lowest']:.1f} and {told['highest']:.1f} on the way. "
            f"The largest move came in {turn['date']} ({signed(turn['change'])}"
            + (f", mostly {BLOCK[turn['cause']]})." if turn["cause"] else ").")
        )
    return " ".join(out)


def causes_line(leverage: Mapping[str, Mapping[str, Any]], felt: float) -> str | None:
    """Which block moved leverage most, over whom; None if it hardly moved (less than ``felt`` points)."""
    from negotiation.lab.story import largest_cause

    over: dict[str, list[str]] = {}
    for k, numbers in leverage.items():
        cause = largest_cause(numbers["why"])
        if cause and abs(numbers["change"]) >= felt:
            over.setdefault(BLOCK_SHORT[cause], []).append(COUNTRY[k])
    if not over:
        return None
    return "Leverage moved mostly by " + joined([f"{c} ({', '.join(who)})" for c, who in over.items()])


def firms_line(result: Mapping[str, Any]) -> str | None:
    """How many firms coordinate, concede, defect; None if no firms are in the game."""
    if "firms" not in result:
        return None
    by_home = result["firms"]["strategies"]
    total = {
        s: sum(by_home[str(home)][s] for home in SEATS) for s in ("hold", "coordinate", "concede", "defect")
    }
    return ", ".join(f"{total[s]:,} {s}" for s in ("coordinate", "concede", "defect", "hold"))
