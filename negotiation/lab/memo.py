"""The policy memo on a joint front: sentences that follow from what commands printed.

``COMMANDS`` are run by ``python -m ui.memo``; what they print as JSON is kept in ``configs/memo/results.json``, cut
down to what is told here. ``page`` fills the text with it. No sentence takes a side by itself: whether somebody
gains is read from the interval of the difference each time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any

from negotiation.lab.discovery import Box, Limit, in_words
from negotiation.lab.named import COUNTRY, END, joined
from negotiation.scenario import load_scenario

SCENARIO = "autumn-2025"
SEED, FUTURES = 2026, 100
ALONE, TOGETHER = ("pressure", "pressure"), ("front", "front")
PROPER = ("Washington", "Canada", "Mexico")


def _seats(side: str, plays: tuple[str, str]) -> str:
    return " ".join(f"--strategy-{side} {k}={s}" for k, s in zip(("CAN", "MEX"), plays, strict=True))


def _compare(a: tuple[str, str] | None, b: tuple[str, str], more: str = "", futures: int = FUTURES) -> str:
    first = f"{_seats('a', a)} " if a else ""
    return (
        f"negotiation compare {SCENARIO} {SCENARIO} --replications {futures} --seed {SEED} "
        f"{first}{_seats('b', b)}{more} --json"
    )


COMMANDS: dict[str, str] = {
    "together": _compare(ALONE, TOGETHER, " --out front.parquet"),
    "calculates": _compare(ALONE, TOGETHER, " --strategy USA=quantal-response", 60),
    "CAN_leaves": _compare(TOGETHER, ("pressure", "front")),
    "MEX_leaves": _compare(TOGETHER, ("front", "pressure")),
    "quiet": _compare(None, TOGETHER),
    "where_CAN": "negotiation discover front.parquet --case difference_score_CAN>0 --json",
    "where_MEX": "negotiation discover front.parquet --case difference_score_MEX>0 --json",
    "drivers": (
        f"negotiation sensitivity {SCENARIO} --method morris --vary uncertainties --seed {SEED} "
        "--strategy CAN=front --strategy MEX=front --out front-drivers --json"
    ),
    "own": f"negotiation ensemble {SCENARIO} --replications {FUTURES} --seed {SEED} --out own.parquet --json",
}
"""Name of a result and the command that gives it, in the order in which they are run."""
TOLD = (
    "score_USA",
    "score_CAN",
    "score_MEX",
    "leverage_CAN",
    "leverage_MEX",
    "real_income_CAN",
    "real_income_MEX",
)


# -- what is kept of a command's output ---------------------------------------------------------------------


def kept(name: str, told: Any) -> Any:
    """What the memo needs of a command's JSON; ``{"error": words}`` stays as it is."""
    if "error" in told:
        return told
    if name.startswith("where"):
        return {"share": told["share"], "boxes": told["boxes"][:1]}
    if name == "drivers":
        (study,) = told
        return {
            "points": study["points"],
            "replications": study["replications"],
            "drivers": [d for d in study["drivers"] if d["output"] in ("score_CAN", "score_MEX")],
        }
    if name == "own":
        (block,) = told["options"]
        return {"runs": told["runs"], "failed": told["failed"], "ends": block["ends"]}
    return {
        "futures": told["futures"],
        "failed": told["failed"],
        "drawn": told["drawn"],
        "numbers": {n: told["numbers"][n] for n in TOLD},
        "ends": told["ends"],
    }


def as_text(results: Mapping[str, Any]) -> str:
    """The text of the results file: numbers to four digits."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(k): plain(v) for k, v in value.items()}
        if isinstance(value, list):
            return [plain(v) for v in value]
        return round(value, 4) if isinstance(value, float) else value

    note = "Printed by the commands of negotiation/lab/MEMO.md; python -m ui.memo. Do not edit."
    return json.dumps({"note": note, **plain(results)}, indent=1, ensure_ascii=False) + "\n"


def stored() -> dict[str, Any]:
    """The results the shipped memo is written from."""
    return json.loads(files("configs").joinpath("memo", "results.json").read_text("utf-8"))


# -- the page -------------------------------------------------------------------------------------------------


def page(results: Mapping[str, Any]) -> str:
    """The memo as text."""
    text = files("configs").joinpath("memo", "memo.md").read_text("utf-8")
    main, own = results["together"], results["own"]
    years = load_scenario(SCENARIO).uncertainties["review_years"]
    parts = {
        "short": _short(results),
        "futures": f"{main['futures']}",
        "drawn_count": str(len(main["drawn"])),
        "table": _table(main),
        "pays": _pays(main),
        "ends": _ends(main),
        "calculated": f"{results['calculates']['futures']}",
        "calculates": _calculates(results["calculates"]),
        "leaves": " ".join(_leaving(results[f"{k}_leaves"], k) for k in ("CAN", "MEX")),
        "quiet": _quiet(results["quiet"]),
        "years": f"{years.low:g} to {years.high:g}",
        "sure": _sure(main),
        "where": "\n".join(_where(results[f"where_{k}"], k) for k in ("CAN", "MEX")),
        "drivers": _drivers(results["drivers"]),
        "own": _own(own),
        "minutes": f"{max(1, round(results['seconds'] / 60))}",
        "commands": "\n".join(results["commands"].values()),
    }
    for name, said in parts.items():
        text = text.replace("{" + name + "}", said)
    return text


def verdict(row: Mapping[str, float]) -> str:
    """``gains``, ``loses`` or ``neither``: what the interval of a difference allows to say."""
    return "gains" if row["low"] > 0 else "loses" if row["high"] < 0 else "neither"


def _bn(value: float, signed: bool = False) -> str:
    text = f"{value:+.1f}" if signed else f"{value:.1f}"
    return text.replace("-0.0", "0.0").replace("+0.0", "0.0").replace("-", "−")


def _percent(value: float) -> str:
    return f"{value:+.2f} %".replace("-", "−")


def _span(row: Mapping[str, float]) -> str:
    return f"{_bn(row['low'], True)} to {_bn(row['high'], True)}"


def _said(row: Mapping[str, float], who: str) -> str:
    """``Canada gains 3.1 bn (1.2 to 5.0)``."""
    what = verdict(row)
    if what == "neither":
        whose = who + ("'" if who.endswith("s") else "'s")
        return (
            f"{whose} score does not change beyond chance ({_bn(row['difference'], True)} bn, {_span(row)})"
        )
    return f"{who} {what} {_bn(abs(row['difference']))} bn ({_span(row)})"


def _score(block: Mapping[str, Any], seat: str) -> Mapping[str, float]:
    return block["numbers"][f"score_{seat}"]


def _short(results: Mapping[str, Any]) -> str:
    main = results["together"]
    both = {k: verdict(_score(main, k)) for k in ("CAN", "MEX")}
    told = " and ".join(_said(_score(main, k), COUNTRY[k]) for k in ("CAN", "MEX"))
    if set(both.values()) == {"gains"}:
        head = "Against a Washington that presses one and courts the other, standing together pays for both partners"
    elif set(both.values()) == {"loses"}:
        head = "Against a Washington that presses one and courts the other, standing together costs both partners"
    elif "gains" in both.values():
        winner = next(k for k, v in both.items() if v == "gains")
        rest = COUNTRY["MEX" if winner == "CAN" else "CAN"]
        worse = both["MEX" if winner == "CAN" else "CAN"] == "loses"
        head = f"Standing together pays for {COUNTRY[winner]}, " + (
            f"at {rest}'s expense" if worse else f"and cannot be told from dealing alone for {rest}"
        )
    elif "loses" in both.values():
        loser = next(k for k, v in both.items() if v == "loses")
        head = f"Standing together costs {COUNTRY[loser]} and does not pay the other partner beyond chance"
    else:
        head = "Standing together cannot be told from dealing alone by the partners' scores"
    leaving = {k: verdict(_score(results[f"{k}_leaves"], k)) for k in ("CAN", "MEX")}
    tempted = [COUNTRY[k] for k, v in leaving.items() if v == "gains"]
    held = [COUNTRY[k] for k, v in leaving.items() if v == "loses"]
    stable = []
    if tempted:
        stable.append(f"{joined(tempted)} would gain by leaving it")
    if held:
        stable.append(f"{joined(held)} would lose by leaving it")
    if not stable:
        stable.append("whether leaving it pays cannot be told")
    other = joined([_said(_score(results["calculates"], k), COUNTRY[k]) for k in ("CAN", "MEX")])
    quiet = joined([_said(_score(results["quiet"], k), COUNTRY[k]) for k in ("CAN", "MEX")])
    return (
        f"{head}: {told}. {_cap(' and '.join(stable))}. Against a Washington that calculates, {other}. "
        f"Compared not with dealing alone but with the quiet hedging of the scenario's own partners, {quiet}."
    )


def _table(block: Mapping[str, Any]) -> str:
    rows = ["| bn | alone | together | gain | 95 % interval | better in |", "|---|---|---|---|---|---|"]
    for seat in ("CAN", "MEX", "USA"):
        r = _score(block, seat)
        share = f"{r['higher_in']:.0%} of futures ({r['higher_low']:.0%} to {r['higher_high']:.0%})"
        numbers = f"{_bn(r['a'])} | {_bn(r['b'])} | {_bn(r['difference'], True)} | {_span(r)}"
        rows.append(f"| {_cap(COUNTRY[seat])} | {numbers} | {share} |")
    return "\n".join(rows)


def _pays(block: Mapping[str, Any]) -> str:
    lever = []
    for k in ("CAN", "MEX"):
        row = block["numbers"][f"leverage_{k}"]
        what = verdict(row)
        move = {"gains": "rises", "loses": "falls", "neither": "does not move beyond chance"}[what]
        lever.append(
            f"over {COUNTRY[k]} it {move}" + f" ({_bn(row['difference'], True)} points, {_span(row)})"
        )
    washington = _said(_score(block, "USA"), "the United States")
    income = []
    for k in ("CAN", "MEX"):
        row = block["numbers"][f"real_income_{k}"]
        income.append(f"{COUNTRY[k]}'s is {_percent(row['a'])} alone and {_percent(row['b'])} together")
    return (
        f"{_cap(washington)}. Real income at the end, against the pact without tariffs: {joined(income)}. "
        f"As to American leverage at the end: {' and '.join(lever)}."
    )


def _ends(block: Mapping[str, Any]) -> str:
    moved = {e: r for e, r in block["ends"].items() if r["low"] > 0 or r["high"] < 0}
    if not moved:
        return "How the review ends does not change beyond chance."
    said = [
        f"{END[e]} {'more' if r['difference'] > 0 else 'less'} often ({r['a']:.0%} alone, {r['b']:.0%} together)"
        for e, r in sorted(moved.items(), key=lambda pair: -abs(pair[1]["difference"]))
    ]
    return f"The review ends in {joined(said)}."


def _calculates(block: Mapping[str, Any]) -> str:
    return joined([_said(_score(block, k), COUNTRY[k]) for k in ("CAN", "MEX", "USA")]) + "."


def _leaving(block: Mapping[str, Any], leaver: str) -> str:
    other = "MEX" if leaver == "CAN" else "CAN"
    return (
        f"If {COUNTRY[leaver]} leaves while the other stays, {_said(_score(block, leaver), COUNTRY[leaver])}; "
        f"{_said(_score(block, other), COUNTRY[other])}."
    )


def _quiet(block: Mapping[str, Any]) -> str:
    return (
        "The scenario's own partners hedge: calm in public, ties to each other in private (`hedger` in Ottawa, "
        "`institutionalist` in Mexico City). Against that, with the open front "
        f"{joined([_said(_score(block, k), COUNTRY[k]) for k in ('CAN', 'MEX')])}."
    )


def _sure(block: Mapping[str, Any]) -> str:
    said = []
    for k in ("CAN", "MEX"):
        r = _score(block, k)
        said.append(
            f"{r['higher_in']:.0%} of futures for {COUNTRY[k]} ({r['higher_low']:.0%} to {r['higher_high']:.0%})"
            + (f", equal in {r['same_in']:.0%}" if r["same_in"] > 0.005 else "")
        )
    return f"The front is the better choice in {joined(said)}: what is right on average need not be right in a future."


def _where(block: Mapping[str, Any], partner: str) -> str:
    if "error" in block:
        often = next((word for word in ("all", "none") if f": {word} of the" in block["error"]), None)
        told = f"the front is better in {often} of the futures, so there is nothing to tell apart."
        return f"- {_cap(COUNTRY[partner])}: {told if often else block['error']}"
    if not block["boxes"]:
        return f"- {_cap(COUNTRY[partner])}: no rule of thumb tells when the front is better."
    raw = block["boxes"][0]
    box = Box(
        tuple(Limit(**one) for one in raw["limits"]),
        *(raw[x] for x in ("coverage", "density", "mass", "base")),
    )
    sure = tuple(one for one in box.limits if one.p < 0.05)
    told = in_words(replace(box, limits=sure or box.limits), _titles())
    rest = len(box.limits) - len(sure)
    maybe = f" (the box has {rest} more limit{'s' * (rest > 1)} that may be chance)" if sure and rest else ""
    maybe = maybe or ("" if sure else " (every limit may be chance)")
    return f"- {_cap(COUNTRY[partner])} is better off most often with {told}{maybe}."


def _drivers(block: Mapping[str, Any]) -> str:
    titles = _titles()
    out = []
    for k in ("CAN", "MEX"):
        rows = [d for d in block["drivers"] if d["output"] == f"score_{k}" and d["input"] != "chance"]
        rows.sort(key=lambda d: -d["effect"])
        top = [f"{titles[d['input']]} ({_bn(d['effect'])} ± {_bn(d['effect_conf'])})" for d in rows[:3]]
        out.append(f"of {COUNTRY[k]} {', '.join(top)}")
    return (
        "Given a front, the assumptions that move a score most, in bn as each crosses its declared range (Morris): "
        f"{'; '.join(out)}."
    )


def _own(block: Mapping[str, Any]) -> str:
    rows = sorted(block["ends"].items(), key=lambda pair: -pair[1]["share"])
    said = [f"{END[e]} {r['share']:.0%} ({r['low']:.0%} to {r['high']:.0%})" for e, r in rows]
    return f"{block['runs']} futures end in {', '.join(said)}." + (
        "" if rows[0][1]["low"] > 0.5 else " No single end is the base case."
    )


def _titles() -> dict[str, str]:
    scenario = load_scenario(SCENARIO)
    found = {n: d.title.en for n, d in (*scenario.levers.items(), *scenario.uncertainties.items())}
    return {n: t if t.split("'")[0].split()[0] in PROPER else t[:1].lower() + t[1:] for n, t in found.items()}


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
