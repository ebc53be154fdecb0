"""What runs of the Policy lab found: fans and ends of an ensemble, what drives the answer, two sides compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negotiation.scenario import Scenario
from negotiation.terms import OUTCOMES, PARTNERS, SEATS
from ui.site.present.lab_state import LabState
from ui.words import Words

TINY = 1e-9
SEEN = 0.05
"""Points of the index: a smaller move is not drawn."""


def output_name(name: str, words: Words) -> str:
    """A number of a run, by name: leverage over Ottawa, real income of Canada."""
    what, _, whom = name.rpartition("_")
    if what == "odds":
        return words("lab.out_odds", end=words(f"outcome.{whom}"))
    if what == "leverage":
        return words("lab.over", whom=words.gov(whom))
    return words(f"lab.out_{what}", who=words.form(f"country.{whom}", "of"))


def ensemble(
    found: Mapping[str, Any], state: LabState, scenario: Scenario, words: Words
) -> dict[str, Any] | None:
    """``EnsembleTold`` of the futures so far; None before the first that went well."""
    if not found or "ends" not in found:
        return None
    runs = int(found["runs"]) - int(found["failed"])
    ends = _ends(found["ends"], words)
    named = list(found.get("drawn", ()))
    titles = [(scenario.uncertainties.get(n) or scenario.levers[n]).title.of(words.language) for n in named]
    out: dict[str, Any] = {
        "ends": ends,
        "ends_title": words("lab.ends"),
        "ends_note": words("lab.ends_note", n=runs),
        "ends_sentence": words(
            "lab.ends_sentence", n=runs, each="; ".join(f"{e['name']} {e['text']}" for e in ends)
        ),
        "numbers_head": [words("lab.col_number"), words("lab.col_mean"), words("lab.col_nine")],
        "numbers": [_number(name, row, words) for name, row in found["numbers"].items() if _shown(name)],
        "note": words("lab.drawn_note", each=", ".join(titles)) if titles else words("lab.drawn_nothing"),
    }
    fan = (found.get("fans") or {}).get(state.partner)
    if fan:
        out["fan"] = _fan(fan, state.partner, scenario, runs, words)
    return out


def _shown(name: str) -> bool:
    return name.startswith(("leverage_change", "score", "real_income", "real_wage")) or name in (
        "leverage_CAN",
        "leverage_MEX",
    )


def _ends(ends: Mapping[str, Any], words: Words) -> list[dict[str, Any]]:
    counts = hundred([float(ends[str(o)]["share"]) for o in OUTCOMES])
    out = []
    for o, count in zip(OUTCOMES, counts, strict=True):
        row = ends[str(o)]
        low, high = words.number(100 * row["low"]), words.number(100 * row["high"])
        out.append(
            {
                "outcome": str(o),
                "name": words(f"outcome.{o}"),
                "count": count,
                "share": round(float(row["share"]), 4),
                "low": round(float(row["low"]), 4),
                "high": round(float(row["high"]), 4),
                "text": words("lab.end_text", n=words.number(100 * row["share"]), low=low, high=high),
            }
        )
    return out


def hundred(shares: Sequence[float]) -> list[int]:
    """Shares as whole numbers that sum to 100: the largest remainders are rounded up."""
    whole = [int(100 * s + 1e-9) for s in shares]
    rest = sorted(range(len(shares)), key=lambda i: whole[i] - 100 * shares[i])
    for i in rest[: max(0, 100 - sum(whole))]:
        whole[i] += 1
    return whole


def _number(name: str, row: Mapping[str, Any], words: Words) -> list[str]:
    digits = 2 if name.startswith("real") else 1
    if name.startswith("leverage_change"):
        label = words("lab.out_leverage_change", whom=words.gov(name.rpartition("_")[2]))
    else:
        label = output_name(name, words)
    q = list(row["quantiles"].values())
    mean, low, high, least, most = (
        words.number(float(x), digits) for x in (row["mean"], row["low"], row["high"], q[0], q[-1])
    )
    unit = words(f"lab.of_{name.rpartition('_')[0]}")
    return [
        words("lab.with_unit", name=label, unit=unit),
        words("lab.interval", mean=mean, low=low, high=high) if row["low"] == row["low"] else mean,
        words("lab.from_to", low=least, high=most),
    ]


def _fan(fan: Mapping[str, Any], partner: str, scenario: Scenario, runs: int, words: Words) -> dict[str, Any]:
    bands = [[round(float(v), 2) for v in path] for path in fan["bands"].values()]
    calendar = (*scenario.calendar.rounds, *scenario.calendar.after_review)
    months = [words.month(r.date, "short") for r in calendar][: len(bands[0]) - 1]
    middle = bands[len(bands) // 2]
    return {
        "partner": partner,
        "title": words("lab.over", whom=words.gov(partner)),
        "note": words("lab.fan_note", n=runs),
        "labels": [words("lab.opening"), *months],
        "bands": bands,
        "first": words.number(middle[0]),
        "last": words.number(middle[-1]),
        "sentence": words(
            "lab.fan_sentence",
            whom=words.gov(partner),
            a=words.number(middle[0]),
            b=words.number(middle[-1]),
            low=words.number(bands[0][-1]),
            high=words.number(bands[-1][-1]),
        ),
    }


# -- which assumption matters -----------------------------------------------------------------------------------


def sensitivity(
    found: Mapping[str, Any], state: LabState, scenario: Scenario, words: Words
) -> dict[str, Any] | None:
    """``SensitivityTold``: mean absolute effect of each input on the chosen output."""
    drivers = (found or {}).get("drivers", {}).get(state.output)
    if not drivers:
        return None
    scale = 100.0 if state.output.startswith("odds") else 1.0
    digits = 2 if state.output.startswith("real") else 1
    rows = []
    for d in sorted(drivers, key=lambda d: -float(d["effect"])):
        chance = d["input"] == "chance"
        value, error = scale * float(d["effect"]), scale * float(d.get("effect_conf", 0.0))
        sign = "" if chance else words.signed(scale * float(d["mean"]), digits)
        rows.append(
            {
                "name": d["input"],
                "label": words("lab.chance") if chance else title(scenario, d["input"], words),
                "value": round(value, 4),
                "error": round(error, 4),
                "text": words("lab.effect", value=words.number(value, digits), mean=sign)
                if sign
                else words.number(value, digits),
                "chance": chance,
            }
        )
    least = 0.5 * 10.0**-digits
    idle = [r["label"] for r in rows if r["value"] < least and not r["chance"]]
    rows = [r for r in rows if r["value"] >= least]
    top = [r for r in rows if not r["chance"]][:3]
    kind = state.output.rpartition("_")[0]
    what = output_name(state.output, words)
    return {
        "title": words("lab.drivers", what=what),
        "note": words(
            "lab.drivers_note",
            unit=words("lab.of_leverage_change" if kind == "leverage" else f"lab.of_{kind}"),
            n=found["runs"],
        ),
        "rows": rows,
        "rest": words("lab.drivers_rest", each=", ".join(idle)) if idle else "",
        "sentence": words(
            "lab.drivers_sentence", what=what, each=", ".join(f"{r['label']} {r['text']}" for r in top)
        ),
    }


def title(scenario: Scenario, name: str, words: Words) -> str:
    """A lever by its title."""
    declared = scenario.levers.get(name) or scenario.uncertainties.get(name)
    return declared.title.of(words.language) if declared else name


def span(
    found: Mapping[str, Any], state: LabState, scenario: Scenario, words: Words, *, still: Any
) -> dict[str, Any] | None:
    """``Span``: leverage over the chosen partner at the opening, each lever alone from end to end."""
    base = float(found["base"]["leverage"][state.partner])
    rows: list[dict[str, Any]] = []
    for name in (*scenario.levers, *scenario.uncertainties):
        if name not in found or still(found, name):
            continue
        low, high = (float(found[name][end]["leverage"][state.partner]) for end in ("low", "high"))
        if max(abs(low - base), abs(high - base)) < SEEN:
            continue  # moves odds only
        rows.append(
            {
                "name": name,
                "label": title(scenario, name, words),
                "low": round(low, 2),
                "high": round(high, 2),
                "text": words("lab.from_to", low=words.number(low, 1), high=words.number(high, 1)),
            }
        )
    rows.sort(key=lambda r: -abs(float(r["high"]) - float(r["low"])))
    if not rows:
        return None
    return {
        "title": words("lab.span", whom=words.gov(state.partner)),
        "note": words("lab.span_note"),
        "base": round(base, 2),
        "rows": rows,
        "sentence": words(
            "lab.span_sentence",
            whom=words.gov(state.partner),
            base=words.number(base),
            each="; ".join(f"{r['label']} {r['text']}" for r in rows[:3]),
        ),
    }


# -- side by side -----------------------------------------------------------------------------------------------


def compare(
    found: Mapping[str, Any], state: LabState, scenario: Scenario, other: Scenario, words: Words
) -> dict[str, Any] | None:
    """``CompareTold``: B less A in the same futures."""
    if not found or "ends" not in found:
        return None
    numbers = [f"leverage_{k}" for k in PARTNERS]
    numbers += [f"{what}_{s}" for what in ("score", "real_income") for s in SEATS]
    ends = [_difference(words(f"outcome.{o}"), found["ends"][str(o)], 100.0, 0, words) for o in OUTCOMES]
    rows = [
        _difference(
            words("lab.with_unit", name=output_name(n, words), unit=words(f"lab.of_{n.rpartition('_')[0]}")),
            found["numbers"][n],
            1.0,
            2 if n.startswith("real") else 1,
            words,
        )
        for n in numbers
        if n in found["numbers"]
    ]
    named = [output_name(n, words) for n in numbers if n in found["numbers"]]
    clear = [(name, r) for name, r in zip(named, rows, strict=True) if r["clear"]]
    clear += [(r["label"], r) for r in ends if r["clear"]]
    for kind in ("leverage", "score", "real_income"):
        _share_scale([r for n, r in zip(_present(numbers, found), rows, strict=True) if n.startswith(kind)])
    _share_scale(ends)
    key = "lab.compare_sentence" if clear else "lab.compare_sentence_none"
    a, b = side_names(state, scenario, other, words)
    return {
        "a": a,
        "b": b,
        "note": words("lab.compare_note", n=int(found["futures"])),
        "head": [words("lab.col_number"), "A", "B", words("lab.col_difference")],
        "titles": [words("lab.ends"), words("lab.compare_numbers")],
        "groups": [ends, rows],
        "sentence": words(key, a=a, b=b, each="; ".join(f"{name} {r['text']}" for name, r in clear[:3])),
    }


def _present(names: Sequence[str], found: Mapping[str, Any]) -> list[str]:
    return [n for n in names if n in found["numbers"]]


def _share_scale(rows: Sequence[dict[str, Any]]) -> None:
    """Rows of one unit are drawn on one scale."""
    most = max((max(abs(r["low"]), abs(r["high"]), abs(r["value"])) for r in rows), default=1.0)
    for r in rows:
        r["most"] = round(max(most, 1e-6), 6)


def side_names(state: LabState, scenario: Scenario, other: Scenario, words: Words) -> tuple[str, str]:
    """What A and B are."""
    a = scenario.title.of(words.language)
    b = other.title.of(words.language)
    if state.values:
        a = words("lab.side_set", title=a)
    if other.name == scenario.name:
        b = words("lab.side_shipped", title=b)
    return a, b


def _difference(
    label: str, row: Mapping[str, Any], scale: float, digits: int, words: Words
) -> dict[str, Any]:
    value, low, high = (scale * float(row[x]) for x in ("difference", "low", "high"))
    text = words(
        "lab.interval",
        mean=words.signed(value, digits),
        low=words.signed(low, digits),
        high=words.signed(high, digits),
    )
    return {
        "label": label,
        "a": words.number(scale * float(row["a"]), digits),
        "b": words.number(scale * float(row["b"]), digits),
        "value": round(value, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "text": text,
        "clear": (low > TINY or high < -TINY) and abs(value) > TINY,
        "most": 1.0,
    }
