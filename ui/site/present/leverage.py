"""Washington's leverage over each partner, why it moved, and the front: bars, waterfalls and their sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.site.present.frame import link
from ui.site.present.seen import PARTNERS, Seen, other
from ui.site.present.told import facts_of
from ui.words import Words

PARTS = ("exposure", "alternatives", "commitment", "credibility")
SMALL = 0.05
"""Points below which a part is said not to have moved."""
ACTS = {
    "exposure_up": ("step_taken_both", "step_taken", "step_at_border", "relief"),
    "exposure_down": ("relief", "step_taken_both", "step_taken", "step_at_border"),
    "commitment_up": ("talks_alone", "leaves_front", "us_grants"),
    "commitment_down": ("front_fires", "front_held", "favour"),
    "credibility_threat_up": ("step_taken_both", "step_taken", "step_at_border"),
    "credibility_threat_down": ("notice_lapses", "held_back", "us_grants"),
    "credibility_answer_up": ("answer_lapses",),
    "credibility_answer_down": ("front_fires", "answer_taken", "answer_at_border", "answer_announced"),
}
"""Reason -> facts of the round (``told.RANKS``) that bring it about, the likeliest first."""


def leverage_panel(seen: Seen, words: Words) -> dict[str, Any]:
    """The bars beside the board."""
    return {
        "title": words("leverage.title"),
        "note": words("leverage.note"),
        "pairs": [_pair(seen, k, words) for k in PARTNERS],
        "front": _front(seen, words),
        "how": link(words, "link.how_computed", "model"),
    }


def _pair(seen: Seen, k: str, words: Words) -> dict[str, Any]:
    now = seen.now["leverage"][k]
    index, was = float(now["index"]), now.get("was")
    where = words.gov(k)
    shown, shown_was = round(index), None if was is None else round(was)
    values: dict[str, Any] = {"who": words.gov("USA"), "whom": where, "now": words.number(shown)}
    if shown_was is None:
        sentence = words("leverage.sentence_first", **values)
    else:
        sentence = words("leverage.sentence", **values, was=words.number(shown_was))
    return {
        "partner": k,
        "name": words("leverage.over", whom=where),
        "ends": (str(where), str(words.gov("USA"))),
        "now": round(index, 1),
        "was": None if was is None else round(was, 1),
        "delta": "" if shown_was is None else change(shown - shown_was, words),
        "since": words("leverage.at_start") if was is None else words("leverage.since"),
        "worth": worth(float(now["transfer"]), words),
        "sentence": sentence,
        "why": None if was is None else why(seen, len(seen.rounds), k, words),
    }


def change(points: float, words: Words) -> str:
    """``▲ 2``, ``▼ 4`` or ``no change``."""
    if points == 0:
        return words("leverage.same")
    return ("▲ " if points > 0 else "▼ ") + words.number(abs(points))


def worth(transfer: float, words: Words) -> str:
    """The Nash transfer in words: what Washington can get a year, or would have to give."""
    key = "leverage.worth" if transfer >= 0 else "leverage.worth_give"
    return words(key, money=words("figure.a_year", money=words.money(abs(transfer))))


def why(seen: Seen, number: int, k: str, words: Words) -> dict[str, Any]:
    """The change of a round in its four parts."""
    now = seen.rounds[number - 1]["leverage"][k]
    parts: list[dict[str, Any]] = []
    for part in PARTS:
        value = float(now["why"][part])
        parts.append(
            {
                "id": part,
                "label": words(f"part.{part}"),
                "value": round(value, 2),
                "text": words.short_signed(value),
                "why": _because(seen, number, k, part, value, words),
            }
        )
    start = float(now["was"])
    return {
        "start": round(start, 2),
        "end": round(start + sum(p["value"] for p in parts), 2),
        "parts": parts,
        "caption": words("leverage.parts", start=words.number(start), end=words.number(now["index"])),
    }


def _because(seen: Seen, number: int, k: str, part: str, value: float, words: Words) -> str:
    """What moved this part: who did what in the round, where that is it, and what follows."""
    values: dict[str, Any] = {"who": words.gov("USA"), "whom": words.gov(k), "other": words.gov(other(k))}
    moved = reason(seen, number, k, part, value)
    follows = words(f"why.{moved}", **values)
    act = _act(seen, number, k, moved, words)
    return words("why.act", act=act, follows=follows) if act else follows


def _act(seen: Seen, number: int, k: str, moved: str, words: Words) -> str | None:
    """The headline of the act behind a reason; None where the round tells of none."""
    facts, whom = facts_of(seen, number, words), str(words.gov(k))
    for key in ACTS.get(moved, ()):
        for fact in facts:
            named = [str(fact.values[v]) for v in ("who", "whom") if v in fact.values]
            if fact.key == key and (whom in named or moved.startswith("commitment") or key.endswith("_both")):
                return fact.head(words)
    return None


def reason(seen: Seen, number: int, k: str, part: str, value: float) -> str:
    """What moved a part of leverage over ``k`` in a round, such as ``exposure_step_down``; its sentences end so."""
    if abs(value) < SMALL:
        return f"{part}_same"
    up = value > 0
    if part == "exposure":
        return f"exposure_{_exposure(seen, number, k, up)}"
    if part == "credibility":
        return f"credibility_{_credibility(seen, number, k, up)}"
    return f"{part}_{'up' if up else 'down'}"


def _exposure(seen: Seen, number: int, k: str, up: bool) -> str:
    """Which tariff moved exposure: a step taken leaves less to threaten, relief leaves more."""
    rise = seen.tariff(number, "USA", k) - seen.tariff(number - 1, "USA", k)
    answer = seen.tariff(number, k, "USA") - seen.tariff(number - 1, k, "USA")
    if rise > 0 and not up:
        return "step_down"
    if rise < 0 and up:
        return "relief_up"
    if answer > 0:
        return "answer_up" if up else "answer_down"
    return "up" if up else "down"


def _credibility(seen: Seen, number: int, k: str, up: bool) -> str:
    """Whose word moved: Washington's threat or the partner's answer."""
    now, was = seen.rounds[number - 1]["beliefs"], seen.before(number)["beliefs"]
    threat = float(now["threat"][k]) - float(was["threat"][k])
    answer = float(now["answer"][k]) - float(was["answer"][k])
    if not up:
        threat, answer = -threat, -answer
    if threat <= 0 and answer >= 0:
        return "up" if up else "down"
    side = "threat" if threat >= -answer else "answer"
    return f"{side}_{'up' if up else 'down'}"


def _front(seen: Seen, words: Words) -> dict[str, Any]:
    """How surely the partners would answer for each other, as Washington can know it."""
    now, was = front_seen(seen.now), None
    if seen.rounds:
        was = front_seen(seen.before(len(seen.rounds)))
    known = _front_known(seen.now)
    values = {"now": words.number(now), "was": words.number(was or 0)}
    text = words("front.now", **values) if was is None else words("front.now_was", **values)
    out: dict[str, Any] = {
        "name": words("front.name"),
        "now": now,
        "was": was,
        "text": text,
        "sentence": words("front.sentence", **values),
    }
    commitment = seen.scenario.rules.commitment
    if (
        commitment.rule == "threshold"
    ):  # otherwise the figure is a chance, and no point on the scale is special
        out["mark"] = round(100 * float(commitment.arms_at))
        out["mark_text"] = words("front.arms", n=round(100 * float(commitment.arms_at)))
    if known is not None and known != now:
        out["known"] = known
        out["text"] = words("front.now_known", **values, known=words.number(known))
        out["sentence"] += " " + words("front.sentence_known", known=words.number(known))
    return out


def front_seen(readout: Mapping[str, Any]) -> int:
    """Mean commitment of the two partners in Washington's eyes, 0 to 100."""
    pair = readout["commitment"]["seen"]
    return round(50 * (float(pair["CAN"]) + float(pair["MEX"])))


def _front_known(readout: Mapping[str, Any]) -> int | None:
    """The true one, where the viewer may know it."""
    pair = readout["commitment"].get("true")
    return None if pair is None else round(50 * (float(pair["CAN"]) + float(pair["MEX"])))
