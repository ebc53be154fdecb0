"""The table's page: choosing, sealed, reveal, or watching."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ui.site.present.board import board, steps, still
from ui.site.present.choose import choose
from ui.site.present.economy import economy, firms
from ui.site.present.frame import frame, link
from ui.site.present.leverage import leverage_panel
from ui.site.present.news import news
from ui.site.present.reveal import move_text, reveal
from ui.site.present.seen import SEATS, Seen
from ui.site.present.told import facts_of
from ui.words import Rich, Words, joined

TOUR = ("aim", "board", "stances", "leverage", "seal")


def world_of(seen: Seen, words: Words) -> dict[str, Any]:
    """Slow part of a table's page -> all it is made from: while that is equal, the part is.

    Views hold the same objects until a round is played, so that comparing is quick.
    """
    view = seen.view
    played = (
        view["room"], words.language, seen.you, view["rounds"], view["reviews"], view["dates"],
        view["opening"], view["position"], view["rounds_played"],
    )  # fmt: skip
    shown = (seen.told, played)
    background = (not seen.told and len(seen.rounds) <= 2, played)
    still = dict.fromkeys(("leverage", "steps", "firms", "economy"), played)
    choosing = phase_of(seen) == "choose"
    tour_of = (choosing and view["round"] == 1, view["mode"], words.language)
    return {
        **still,
        "board": shown,
        "reveal": shown,
        "news": background,
        "choose": choosing and choose_of(seen, words),
        "tour": tour_of,
    }


def choose_of(seen: Seen, words: Words) -> tuple[Any, ...]:
    """All that the cards of a round are made from."""
    return (
        words.language, seen.you, seen.view["room"], seen.view["round"], seen.own["version"], seen.view["position"],
        seen.own.get("team"), seen.own.get("me"),
    )  # fmt: skip


def table_page(
    seen: Seen,
    words: Words,
    *,
    now: float,
    notice: str | None = None,
    without: Collection[str] = (),
    kept: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """``TablePage``. ``now``: seconds since 1970, for the clock.

    without : parts of ``world_of`` to leave out, for a browser that has them.
    kept : what the page keeps for itself between two calls.
    """
    phase = phase_of(seen)
    number = seen.told or int(seen.view["round"])
    headline_of = (
        words.language,
        seen.you,
        seen.view["rounds_played"],
        sum(bool(seen.view["seats"][s]["sealed"]) for s in SEATS) if phase == "sealed" else None,
        None if seen.told else (seen.view["review"] or {}).get("held"),
        bool(seen.view["dates"]),
        bool(seen.told),
    )
    still_of = (words.language, seen.you, seen.view["room"], seen.view["rounds_played"], seen.view["opening"])
    headline, deck = once(kept, "headline", headline_of, lambda: _headline(seen, phase, words))
    page = frame(
        words,
        headline,
        deck,
        _kicker(seen, number, words),
        title=words("table.round", round=number),
        kicker_short=_kicker_short(seen, number, words),
        mast=mast(seen, words, now=now),
        foot=[link(words, "foot.ties"), link(words, "foot.model", "model")],
        notice=notice,
    )
    page |= {
        "phase": phase,
        "mode": seen.view["mode"],
        "you": seen.you,
        "seats": [seat_state(seen, s, phase, words) for s in _seats_in_order(seen)],
        "steps_title": words("steps.title"),
        "news_title": words("news.title"),
    }
    slow: dict[str, Callable[[], Any]] = {
        "board": lambda: board(seen, words, once(kept, "board", still_of, lambda: still(seen, words))),
        "leverage": lambda: leverage_panel(seen, words),
        "steps": lambda: steps(seen, words),
        "firms": lambda: firms(seen, words),
        "economy": lambda: economy(seen, words),
        "news": lambda: news(seen, words),
    }
    if seen.told:
        slow["reveal"] = lambda: reveal(seen, seen.told, words)
    if phase == "choose":
        slow["choose"] = lambda: once(kept, "choose", choose_of(seen, words), lambda: choose(seen, words))
        if number == 1:
            slow["tour"] = lambda: tour(seen, words)
    page |= {name: make() for name, make in slow.items() if name not in without}
    if phase == "sealed":
        page["sealed"] = sealed(seen, words)
    if seen.view["paused"]:
        page["notice"] = {"kind": "paused", "text": words("table.paused")}
    elif seen.view["trouble"]:
        page["notice"] = {"kind": "paused", "text": words("table.trouble")}
    return page


def once(kept: dict[str, Any] | None, name: str, key: Any, make: Callable[[], Any]) -> Any:
    """What was made last from an equal key, or made now."""
    if kept is None:
        return make()
    if name not in kept or kept[name][0] != key:
        kept[name] = (key, make())
    return kept[name][1]


def phase_of(seen: Seen) -> str:
    """choose, sealed, reveal, or watch for whoever has no seat."""
    if seen.you is None:
        return "watch"
    if seen.told:
        return "reveal"
    return "sealed" if seen.own.get("sealed") else "choose"


def mast(seen: Seen, words: Words, *, now: float) -> dict[str, Any]:
    """The masthead of a table: its code, the viewer's seat, the clock."""
    out: dict[str, Any] = {"context": words("table.context", code=seen.view["room"])}
    if seen.you:
        out["seat"] = {
            "seat": seen.you,
            "text": words("table.you_govern", whom=words.form(f"country.{seen.you}", "the")),
        }
    clock = seen.view["clock"]
    if seen.view["phase"] != "ended" and (clock["deadline"] is not None or clock["left"] is not None):
        running = clock["deadline"] is not None
        left = clock["deadline"] - now if running else clock["left"]
        key = f"{seen.view['phase']}-{seen.view['round']}-{round(clock['deadline'] or 0)}-{running}"
        out["clock"] = {
            "key": key,
            "seconds": max(0, round(left)),
            "running": running,
            "text": words("table.time_left"),
        }
    out["links"] = [link(words, "link.home", "home")]
    return out


def seat_state(seen: Seen, seat: str, phase: str, words: Words) -> dict[str, Any]:
    """Who sits there and whether the envelope is closed."""
    chair = seen.view["seats"][seat]
    if phase == "reveal" or (phase == "watch" and seen.told and not chair["sealed"]):
        state = "open"
    elif chair["sealed"]:
        state = "sealed"
    elif chair["by"] == "nobody":
        state = "away"
    else:
        state = "writing"
    short = words(f"seat.{state}")
    if seat == seen.you:
        who = words("seat.you")
    elif chair["by"] == "person":
        who = chair["name"] or words("seat.person")
    else:
        who = words("seat.computer", strategy=strategy_name(chair["strategy"], words))
    return {
        "seat": seat,
        "name": str(words.country(seat)),
        "state": state,
        "text": words("seat.text", state=short, who=who),
        "short": short,
    }


def strategy_name(strategy: str | None, words: Words) -> str:
    """A strategy by its name in the viewer's language; another package's by its own."""
    key = f"strategy.{strategy}"
    return words(key) if words.has(key) else str(strategy or "")


def sealed(seen: Seen, words: Words) -> dict[str, Any]:
    """The closed envelope."""
    seat = str(seen.you)
    move = seen.own["sealed"]["move"]
    missing = [s for s in SEATS if not seen.view["seats"][s]["sealed"]]
    return {
        "title": words("sealed.title"),
        "seat": seat,
        "mono": words(f"mono.{seat}"),
        "sentence": words("sealed.sentence", round=seen.view["round"]),
        "round": words("table.round", round=seen.view["round"]),
        "when": _month(seen, int(seen.view["round"]), words),
        "inside": [
            {
                "to": words("to", whom=words.gov(t)),
                "stance": stance,
                "text": move_text(seen, seat, t, move, words),
            }
            for t, stance in move["stances"].items()
        ],
        "cables": [],
        "may_reconsider": bool(seen.own["may_withdraw"]),
        "note": words("sealed.waiting", who=words.list(words.gov(s) for s in missing))
        if missing
        else words("sealed.opening"),
    }


def tour(seen: Seen, words: Words) -> dict[str, Any]:
    """The first-time tour; the browser remembers that it was seen."""
    mode = "simple" if seen.view["mode"] == "simple" else "full"
    steps_ = []
    for at in TOUR:
        key = f"tour.{at}_{mode}" if words.has(f"tour.{at}_{mode}") else f"tour.{at}"
        steps_.append({"at": at, "title": words(f"tour.{at}_title"), "text": words(key)})
    return {"key": f"table-{mode}-1", "steps": steps_}


def _headline(seen: Seen, phase: str, words: Words) -> tuple[str, Rich]:
    if phase == "sealed":
        count = sum(1 for s in SEATS if seen.view["seats"][s]["sealed"])
        return words(f"head.sealed_{count}"), words("deck.sealed")
    if not seen.rounds:
        months = sum(r.months for r in seen.scenario.calendar.rounds)
        deck = [seen.scenario.summary.of(words.language)]
        briefing = seen.own.get("briefing")
        if briefing:
            deck.append(briefing["public"][words.language])
        return words("head.opening", n=months), " ".join(deck)
    held = (seen.view["review"] or {}).get("held") or []
    if held and not seen.told and held[-1]["round"] == len(seen.rounds):
        return words("head.end_ANN"), joined(words("deck.end_ANN"), _due(seen, words))
    facts = facts_of(seen, len(seen.rounds), words)
    told: list[Rich] = [f.sentence(words) for f in facts[1:3]]
    said = seen.told and any(f.key.startswith("notice_given") for f in facts[1:3])
    if facts[0].text:
        told.insert(0, facts[0].text)
    if not told:
        told = [facts[0].sentence(words)]
    return facts[0].head(words), joined(*told, None if said else _due(seen, words))


def _due(seen: Seen, words: Words) -> Rich | None:
    """What takes effect if repeated: this month, or the next while a reveal is still on the screen."""
    due = [k for k in ("CAN", "MEX") if seen.notice("USA", k) and seen.rung("USA", k) < seen.top("USA")]
    if not due:
        return None
    key = "deck.due_next" if seen.told else "deck.due"
    return words.rich(key, whom=words.list(words.gov(k) for k in due))


def _kicker(seen: Seen, number: int, words: Words) -> str:
    return words(
        "table.kicker", round=number, of=seen.view["rounds"], month=_month(seen, number, words),
        scenario=seen.scenario.title.of(words.language),
    )  # fmt: skip


def _kicker_short(seen: Seen, number: int, words: Words) -> str:
    """For phones, whose masthead has no room for the seat."""
    when = words(
        "table.kicker_short",
        round=number,
        of=seen.view["rounds"],
        month=_month(seen, number, words, "short"),
    )
    return f"{words.country(seen.you)} · {when}" if seen.you else when


def _month(seen: Seen, number: int, words: Words, style: str = "long") -> str:
    dates: list[Any] = seen.view["dates"]
    return words.month(dates[number - 1], style) if dates else ""


def _seats_in_order(seen: Seen) -> list[str]:
    """The viewer first, then the others."""
    return sorted(SEATS, key=lambda s: (s != seen.you, SEATS.index(s)))
