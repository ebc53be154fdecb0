"""The board: three governments, ties as thick as dependence, notices, overseas anchors; and the step ladders."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ui.site.present.leverage import front_seen
from ui.site.present.seen import PARTNERS, SEATS, Seen, other
from ui.site.present.told import sector_list
from ui.words import Words, joined

TIES = (("CAN", "USA"), ("MEX", "USA"), ("CAN", "MEX"))
OVERSEAS = {"asia": ("CHN",), "europe": ("EU",), "others": ("ROW",)}
"""Anchor of the board -> regions of the economy."""
SELL_OVERSEAS = 2
"""Place of overseas customers among a firm's six kinds of link (the firm layer's slots)."""
CROSS = 25
"""Firms one cross on the board stands for."""
MOST_CROSSES = 8


def still(seen: Seen, words: Words) -> dict[str, Any]:
    """What a reveal and the round after it have in common on the board: figures and their sentences."""
    return {
        "sentence": _sentence(seen, words),
        "anchors": anchors(seen, words),
        "ties": [
            {
                "name": words(
                    "board.tie", a=words.form(f"country.{a}", "the"), b=words.form(f"country.{b}", "the")
                ),
                "more": _more(seen, a, b, _depends(seen, a, b), words),
            }
            for a, b in TIES
        ],
    }


def board(seen: Seen, words: Words, kept: dict[str, Any] | None = None) -> dict[str, Any]:
    """The triangle as the viewer may know it. ``kept``: what ``still`` says of the same position."""
    known = kept or still(seen, words)
    number = len(seen.rounds)
    shown_round = number if seen.told else min(number + 1, int(seen.view["rounds"]))
    dates = seen.view["dates"]
    nodes = {s: {"mono": words(f"mono.{s}"), "name": str(words.country(s))} for s in SEATS}
    if seen.you:
        nodes[seen.you]["you"] = words("board.you")
    return {
        "sentence": known["sentence"],
        "caption": words("board.caption"),
        "nodes": nodes,
        "ties": [_tie(seen, a, b, said, words) for (a, b), said in zip(TIES, known["ties"], strict=True)],
        "notices": _notices(seen),
        "anchors": known["anchors"],
        "exits": _exits(seen),
        "round": max(shown_round, 1),
        "rounds": int(seen.view["rounds"]),
        "when": words.month(dates[max(shown_round, 1) - 1], "short") if dates else "",
    }


def _depends(seen: Seen, a: str, b: str) -> tuple[float, float]:
    ties = seen.now["ties"]
    return round(ties[f"{a}-{b}"], 2), round(ties[f"{b}-{a}"], 2)


def _tie(seen: Seen, a: str, b: str, said: dict[str, Any], words: Words) -> dict[str, Any]:
    number = len(seen.rounds)
    pair = (seen.stance(number, a, b), seen.stance(number, b, a))
    out: dict[str, Any] = {
        "key": f"{a}-{b}",
        "depends": _depends(seen, a, b),
        "stances": pair if None not in pair else None,
        "tags": [],
        **said,
    }
    if seen.told == number and number > 1:
        before = (seen.stance(number - 1, a, b), seen.stance(number - 1, b, a))
        if None not in before and out["stances"]:
            out["before"] = before
    if b == "USA":
        on, top = seen.rung("USA", a), seen.top("USA")
        out["tags"] = [words("board.step", on=on, of=top) if on else words("board.no_step")]
        told = [words("board.notice_us", n=on + 1)] if seen.notice("USA", a) and on < top else []
        if seen.notice(a, "USA") and seen.rung(a, "USA") < seen.top(a):
            told.append(words("board.notice_partner", whose=words.form(f"gov.{a}", "poss")))
        if told:
            out["alert"] = "; ".join(told)
    else:
        out["tags"] = [words("board.front", n=front_seen(seen.now))]
    return out


def _more(seen: Seen, a: str, b: str, depends: tuple[float, float], words: Words) -> list[Any]:
    """What one reads after picking a tie."""
    said = [
        words.rich(
            "board.more_trade",
            x=words.percent(depends[0], 0 if depends[0] >= 1 else 1),
            whose=words.form(f"country.{a}", "of"),
            y=words.percent(depends[1], 0 if depends[1] >= 1 else 1),
            others=words.form(f"country.{b}", "of"),
        )
    ]
    if b == "USA":
        number = len(seen.rounds)
        said.append(
            words.rich(
                "board.more_tariff",
                rate=words.percent(seen.tariff(number, "USA", a), 1),
                goods=words.form(f"country.{a}", "goods"),
                back=words.percent(seen.tariff(number, a, "USA"), 1),
                american=words.form("country.USA", "goods"),
            )
        )
        beliefs = seen.now["beliefs"]
        said.append(
            words.rich(
                "board.more_belief",
                threat=words.chance(beliefs["threat"][a]),
                answer=words.chance(beliefs["answer"][a]),
                trust=words.chance(beliefs["trust"][a]),
                whom=words.gov(a),
            )
        )
    else:
        said.append(words.rich("board.more_front", n=front_seen(seen.now)))
    return said


def _notices(seen: Seen) -> list[dict[str, str]]:
    """Papers on the ties: what stands, and at a reveal what is new, lapsed or carried out."""
    out = []
    number = seen.told
    for giver, toward in (("USA", "CAN"), ("USA", "MEX"), ("CAN", "USA"), ("MEX", "USA")):
        stands = seen.notice(giver, toward)
        if not number:
            if stands:
                out.append({"by": giver, "to": toward, "state": "standing"})
            continue
        partner = toward if giver == "USA" else giver
        had = seen.had_notice(number, giver, toward)
        done = seen.fact(number, "us_executes" if giver == "USA" else "partner_executes", partner)
        if done:
            out.append({"by": giver, "to": toward, "state": "executed"})
        elif stands:
            out.append({"by": giver, "to": toward, "state": "standing" if had else "new"})
        elif had:
            out.append({"by": giver, "to": toward, "state": "lapsed"})
    return out


def anchors(seen: Seen, words: Words) -> list[dict[str, Any]]:
    """Overseas markets, the clearer the more the two partners sell there than at the opening."""
    opening, now = seen.view["opening"]["ties"], seen.now["ties"]
    growth = sum(now[f"{k}-overseas"] - opening[f"{k}-overseas"] for k in PARTNERS)
    moved = sum(firms_moved(seen, k)[0] for k in PARTNERS) / (2 * MOST_CROSSES * CROSS)
    base = {"asia": 0.2, "europe": 0.2, "others": 0.2}
    return [
        {
            "id": a,
            "name": words(f"anchor.{a}"),
            "share": round(min(1.0, max(0.1, base[a] + moved + growth / 10)), 3),
        }
        for a in OVERSEAS
    ]


def _exits(seen: Seen) -> list[dict[str, Any]]:
    """Crosses along the lines that lead overseas: firms that found a customer there since the opening."""
    out = []
    for k in PARTNERS:
        total, fresh = firms_moved(seen, k)
        crosses = min(MOST_CROSSES, round(total / CROSS + 0.499)) if total else 0
        before = min(MOST_CROSSES, round((total - fresh) / CROSS + 0.499)) if total > fresh else 0
        shares = export_shares(seen.scenario.economy_data, k)
        left, old = _split(crosses, shares), _split(before, shares)
        for a in OVERSEAS:
            new = max(0, left[a] - old[a]) if seen.told else 0
            out.append({"by": k, "to": a, "crosses": left[a], "new": new})
    return out


def firms_moved(seen: Seen, country: str) -> tuple[int, int]:
    """Links to overseas customers opened by a country's firms: since the opening, and in the last round."""
    opened = [int(r["firms"]["opened"][country][SELL_OVERSEAS]) for r in seen.rounds if "firms" in r]
    return sum(opened), opened[-1] if opened else 0


def _split(crosses: int, shares: dict[str, float]) -> dict[str, int]:
    """Whole crosses in proportion to shares; the first ones go where most trade goes."""
    out = dict.fromkeys(shares, 0)
    for _ in range(crosses):
        a = max(shares, key=lambda x: shares[x] / (out[x] + 1))
        out[a] += 1
    return out


@lru_cache(maxsize=16)
def export_shares(economy_data: str, country: str) -> dict[str, float]:
    """Where a country's overseas goods exports go, by anchor; sums to 1 (trade data of the scenario's economy)."""
    from negotiation.economy import load_economy

    economy = load_economy(economy_data)
    exporter = economy.index(country)
    rows = [j for j, s in enumerate(economy.sectors) if s != "SRV"]
    sold = {
        a: sum(
            float(economy.trade_flow[economy.index(r), exporter, rows].sum())
            for r in regions
            if r in economy.regions
        )
        for a, regions in OVERSEAS.items()
    }
    total = sum(sold.values()) or 1.0
    return {a: value / total for a, value in sold.items()}


def _sentence(seen: Seen, words: Words) -> str:
    """The board in words: who did what to whom last month."""
    number = len(seen.rounds)
    if not number:
        return words("board.sentence_first")
    said = []
    for giver in SEATS:
        toward = [s for s in SEATS if s != giver]
        parts = []
        for t in toward:
            stance = seen.stance(number, giver, t)
            key = f"board.did_{stance}" if stance else "board.did_unseen"
            parts.append(words(key, whom=words.gov(t)))
        said.append(words("board.did", who=words.gov(giver), what=words.list(parts)))
    return " ".join(said)


# -- the ladders ------------------------------------------------------------------------------------------


def steps(seen: Seen, words: Words) -> list[dict[str, Any]]:
    """Steps in force and on notice, four ladders."""
    out = []
    for giver, toward in (("USA", "CAN"), ("USA", "MEX"), ("CAN", "USA"), ("MEX", "USA")):
        on, of = seen.rung(giver, toward), seen.top(giver)
        notice = seen.notice(giver, toward) and on < of
        sectors = seen.sectors_of(len(seen.rounds), giver, toward)
        what = sector_list(sectors, words) if sectors else words("steps.all_goods")
        text = words("steps.due", what=what) if notice else words("steps.nothing" if on else "steps.none")
        values: dict[str, Any] = {"who": words.gov(giver), "whom": words.gov(toward), "on": on, "of": of}
        sentence = words("steps.sentence" if on else "steps.sentence_none", **values)
        if notice:
            sentence += " " + words("steps.sentence_notice", what=what)
        out.append(
            {
                "by": giver,
                "to": toward,
                "label": words("steps.label", a=words(f"mono.{giver}"), b=words(f"mono.{toward}")),
                "on": on,
                "of": of,
                "notice": notice,
                "text": text,
                "sentence": plain_text(sentence),
            }
        )
    return out


def plain_text(text: Any) -> str:
    """Rich or plain text as plain text."""
    from ui.words import plain

    return plain(joined(text))


__all__ = ["anchors", "board", "export_shares", "firms_moved", "other", "steps", "still"]
