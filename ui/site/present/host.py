"""The host's board, the projector and the door of a class, from ``negotiation.rooms.board``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ui.site.present.doors import qr
from ui.site.present.frame import frame, link
from ui.site.present.seen import SEATS
from ui.site.present.table import once
from ui.words import Words

PARTNERS = ("CAN", "MEX")
KEYS = {"start": "s", "pause": "p", "extend": "e", "push": "n", "lock": "l"}
TEXTS = [
    "all",
    "scope",
    "apply",
    "cancel",
    "events",
    "own_news",
    "send_news",
    "inject_note",
    "strategy",
    "substitute",
    "give_back",
    "policy",
    "person",
    "to_table",
    "to_seat",
    "move",
    "remove",
    "hand_over",
    "roll_back_to",
    "roll_back",
    "news",
    "seats",
    "back",
    "join",
    "shortcuts",
    "yes",
    "refused",
    "choose_table",
]


def texts(words: Words, names: Sequence[str]) -> dict[str, str]:
    """Fixed labels of the host's pages."""
    return {name: words.pattern(f"host.{name}") for name in names}


def _mind(name: str, words: Words) -> str:
    """A strategy in the viewer's language; somebody else's by its own name."""
    return words(f"strategy.{name}") if words.has(f"strategy.{name}") else name


def mast(
    words: Words, summary: dict[str, Any], here: str, clock: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Masthead of the host's pages: the others one tap away."""
    pages = [
        p for p in ("board", "projector", "debrief", *(["device"] if here == "board" else [])) if p != here
    ]
    return {
        "context": words("host.context", code=summary["code"], n=summary["people"]),
        "links": [link(words, f"host.page_{p}", p) for p in pages],
    } | ({"clock": clock} if clock else {})


def host_page(
    summary: dict[str, Any],
    scenario: Any,
    words: Words,
    *,
    address: str,
    now: float,
    strategies: Sequence[str],
    refused: Sequence[str] = (),
    notice: str | None = None,
    kept: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """``HostPage``: every table, who is missing, and the strip. ``kept``: tiles of tables that stand as they stood."""
    tables = summary["tables"]
    needy = [t for t in tables if any(kind in ("help", "trouble", "late", "away") for kind, _ in t["alarms"])]
    page = frame(
        words,
        words("host.need_you", n=len(needy)) if needy else words(_mood(summary)),
        _deck(summary, needy, words),
        _kicker(tables, words),
        title=words("host.title", code=summary["code"]),
        mast=mast(words, summary, "board", _clock(tables, words, now)),
        foot=[link(words, "host.foot")],
        notice=notice,
    )
    return page | {
        "code": summary["code"],
        "texts": texts(words, TEXTS),
        "commands": _commands(summary, words),
        "counts": [
            {"n": summary["sealed"], "text": words("host.count_sealed", n=summary["envelopes"])},
            {"n": summary["writing"], "text": words("host.count_writing")},
            {"n": summary["away"], "text": words("host.count_away")},
            {"n": summary["computers"], "text": words("host.count_computers")},
        ]
        if summary["envelopes"]
        else [],
        "tables": [
            once(kept, f"tile {t['number']}", (words.language, t), partial(tile, t, words)) for t in tables
        ],
        "events": [{"id": e.id, "text": e.news.of(words.language)} for e in scenario.events],
        "strategies": [{"id": s, "text": _mind(s, words)} for s in strategies],
        "policies": [{"id": p, "text": words(f"host.policy_{p}")} for p in ("wait", "last")]
        + [{"id": s, "text": _mind(s, words)} for s in strategies],
        "waiting": [
            {"person": p, "name": name or words("host.somebody")}
            for p, name in summary["names"].items()
            if summary["places"][p] is None
        ],
        "link": address,
        "qr": qr(words, summary["code"], address),
        "refused": list(refused),
        "note": words("host.note"),
    }


def _commands(summary: dict[str, Any], words: Words) -> list[dict[str, Any]]:
    live = [t for t in summary["tables"] if t["called"] and t["phase"] != "ended"]
    paused = bool(live) and all(t["paused"] for t in live)
    talk = any(t["talk"] for t in summary["tables"])
    out: list[dict[str, Any]] = [{"do": "start", "text": words("host.start"), "prime": True}]
    if summary["called"]:
        out = [
            {
                "do": "pause",
                "text": words("host.resume" if paused else "host.pause"),
                "on": paused,
                "says": [words("host.pause"), words("host.resume")],
            },
            {"do": "extend", "text": words("host.extend")},
            {"do": "push", "text": words("host.push")},
            {"do": "back", "text": words("host.back"), "panel": "back", "key": "b"},
        ]
    if _mood(summary) == "host.over":  # what is left to do is to look back, or to play on from a round
        return [c for c in out if c["do"] == "back"]
    out += [
        {"do": "news", "text": words("host.news"), "panel": "news", "key": "i"},
        {"do": "seats", "text": words("host.seats"), "panel": "seats", "key": "r"},
        {"do": "talk", "text": words("host.talk"), "on": talk},
        {"do": "lock", "text": words("host.lock"), "on": summary["locked"]},
        {"do": "end", "text": words("host.end"), "sure": words("host.end_sure")},
    ]
    for command in out:
        if command["do"] in KEYS:
            command["key"] = KEYS[command["do"]]
    return out


def _mood(summary: dict[str, Any]) -> str:
    if not summary["called"]:
        return "host.gathering"
    live = [t for t in summary["tables"] if t["called"]]
    if live and all(t["phase"] == "ended" for t in live):
        return "host.over"
    return (
        "host.paused" if live and all(t["paused"] or t["phase"] == "ended" for t in live) else "host.playing"
    )


def _kicker(tables: Sequence[dict[str, Any]], words: Words) -> str:
    live = [t for t in tables if t["started"] and t["phase"] == "bargaining"]
    if not live:
        return words("host.kicker")
    low, high = min(t["round"] for t in live), max(t["round"] for t in live)
    if low == high:
        return words("host.round", n=high, of=live[0]["rounds"])
    return words("host.rounds", low=low, high=high)


def _clock(tables: Sequence[dict[str, Any]], words: Words, now: float) -> dict[str, Any] | None:
    """``Clock`` of the table that rings first; it stands still while every table with a clock is paused."""
    live = [t for t in tables if t["started"] and t["phase"] != "ended"]
    rings = [t["deadline"] for t in live if t["deadline"] is not None]
    left = [at - now for at in rings] or [t["left"] for t in live if t["left"] is not None]
    if not left:
        return None
    return {
        "key": str(round(min(rings, default=0))),
        "seconds": max(0, round(min(left))),
        "running": bool(rings),
        "text": words("host.left"),
    }


def _deck(summary: dict[str, Any], needy: Sequence[dict[str, Any]], words: Words) -> str:
    if not summary["called"]:
        return words("host.gathering_deck", n=summary["people"])
    if _mood(summary) == "host.over":
        return words("host.over_deck")
    said = [f"{words('host.table', n=t['number'])}: {_tag(t, words)}" for t in needy[:4]]
    past = [str(t["number"]) for t in summary["tables"] if ("past_even", None) in t["alarms"]]
    if past:
        said.append(words("host.past_even_at", tables=", ".join(past[:12])))
    return "; ".join(said) + "." if said else words("host.playing_deck")


def _tag(table: dict[str, Any], words: Words) -> str:
    """What matters most at a table, in three words."""
    for kind, seat in table["alarms"]:
        if kind != "past_even":
            return (
                words(f"host.alarm_{kind}", who=words.country(seat)) if seat else words(f"host.alarm_{kind}")
            )
    if table["phase"] == "ended":
        return words("host.tag_ended")
    if table["paused"]:
        return words("host.tag_paused")
    if not table["called"]:
        return words(
            "host.tag_waiting" if any(s["people"] for s in table["seats"].values()) else "host.tag_empty"
        )
    if table["phase"] != "bargaining":
        return words("host.tag_review")
    missing = [s for s, seat in table["seats"].items() if not seat["sealed"]]
    if table["alarms"]:
        return words("host.alarm_past_even")
    return words("host.tag_all_in") if not missing else words("host.tag_writing")


def tile(table: dict[str, Any], words: Words) -> dict[str, Any]:
    """``Tile``: one table of the board."""
    now = {k: round(path[-1]) for k, path in table["leverage"].items() if path}
    told = (
        words("host.leverage_now", can=now["CAN"], mex=now["MEX"])
        if len(now) == 2
        else words("host.leverage_none")
    )
    title = words("host.table", n=table["number"])
    debrief = {"text": words("host.to_debrief", n=table["number"]), "href": f"/t/{table['room']}/debrief"}
    return ({"debrief": debrief} if table["phase"] == "ended" else {}) | {
        "number": table["number"],
        "title": title,
        "tag": _tag(table, words),
        "alert": any(kind != "past_even" for kind, _ in table["alarms"]),
        "round": words("host.tile_round", n=min(table["round"], table["rounds"])) if table["started"] else "",
        "last": table["last"],
        "seen": [table["turn"], table["clock"]],
        "switches": {"pause": table["paused"], "talk": table["talk"]},
        "leverage": now,
        "path": {k: [round(v, 1) for v in path] for k, path in table["leverage"].items()},
        "sentence": f"{title}. {told}",
        "stances": table["stances"],
        "seats": [_seat(s, table["seats"][s], words) for s in SEATS],
    }


def _seat(seat: str, chair: dict[str, Any], words: Words) -> dict[str, Any]:
    if chair["computer"]:
        state, text = "computer", words("host.seat_computer", name=_mind(chair["computer"], words))
    elif chair["sealed"]:
        state, text = "sealed", words("host.seat_sealed")
    elif chair["away"]:
        state, text = "away", words("host.seat_away")
    elif chair["late"]:
        state, text = "late", words("host.seat_late")
    else:
        state, text = "writing", words("host.seat_writing")
    return {
        "seat": seat,
        "short": words(f"mono.{seat}"),
        "name": str(words.country(seat)),
        "state": state,
        "text": text,
        "people": [
            {"person": p, "name": name or words("host.somebody")}
            | ({"away": words("host.seat_away")} if p in chair["missing"] else {})
            for p, name in chair["people"]
        ],
        "substitute": bool(chair["substitute"]),
        "policy": chair["policy"],
        "strategy": chair["strategy"],
    }


def projector_page(summary: dict[str, Any], words: Words, *, address: str, now: float) -> dict[str, Any]:
    """``ProjectorPage``: for the wall; nothing on it that any seat may not see."""
    tables = [t for t in summary["tables"] if t["started"]]
    over = bool(tables) and all(t["phase"] == "ended" for t in tables)
    said: tuple[str, str, dict[str, Any] | None]
    if over:
        said = words("host.over"), words("host.wall_over_deck"), None
    elif tables:
        sealed = {"n": summary["sealed"], "text": words("host.count_sealed", n=summary["envelopes"])}
        said = words("host.wall_headline", n=len(tables)), words("host.wall_deck"), sealed
    else:
        come = {"n": summary["people"], "text": words("host.wall_people", n=summary["people"])}
        said = words("host.wall_join"), words("host.wall_join_deck"), come
    clock = _clock(summary["tables"], words, now)
    page = frame(
        words,
        said[0],
        said[1],
        _kicker(summary["tables"], words),
        title=words("host.wall_title"),
        mast=mast(words, summary, "projector"),
        foot=[link(words, "host.wall_note")],
    )
    scales = []
    for k in PARTNERS if tables else ():
        dots = [
            {"number": t["number"], "at": round(t["leverage"][k][-1], 1)} for t in tables if t["leverage"][k]
        ]
        told = "; ".join(f"{d['number']}: {round(d['at'])}" for d in dots)
        title = words("host.leverage_over", who=words.gov(k))
        scales.append({"title": title, "seat": k, "dots": dots, "sentence": f"{title}. {told}"})
    counts = {"coordinate": 0, "concede": 0, "defect": 0}
    for t in tables:
        for stance in t["stances"].values():
            if stance:
                counts[stance] += 1
    return (
        page
        | {
            "texts": texts(words, ("join_at", "last_round", "even_mark")),
            "scales": scales,
            "stances": [
                {"stance": s, "n": n, "text": words(f"ui.{s}")}
                for s, n in counts.items()
                if any(counts.values())
            ],
            "counts": [said[2]] if said[2] else [],
            "code": summary["code"],
            "link": address,
            "qr": qr(words, summary["code"], address),
        }
        | ({"clock": clock} if clock else {})
    )
