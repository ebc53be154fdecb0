"""What this model says about the story: one page in plain words, every number from a command anybody can run.

``collect`` runs the commands' own measurements and keeps what the page needs (``configs/story/results.json``);
``page`` fills the text of a language (``configs/story/en.md`` ...) with them. A place in the text is written
``{path|form}``: a path into the results; form ``1`` one decimal, ``+1`` with its sign, ``%0`` a share in percent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np

from negotiation.economy import load_economy
from negotiation.errors import InputError, UnknownName
from negotiation.lab import history, tipping
from negotiation.lab.explain import explain, load_systems
from negotiation.lab.stretch import stretched, takes
from negotiation.lab.validation import published_comparison
from negotiation.lab.workers import Progress
from negotiation.scenario import LANGUAGES, load_yaml
from negotiation.terms import PARTNERS
from negotiation.world.firms.experiments import hysteresis

RESULTS = "results.json"
SCENARIO = "autumn-2025"
REPLAYED = ("S1", "S7", "S19")
"""Systems looked at in the replay of history, where governments do not choose."""
AND = {"en": "and", "es": "y", "fr": "et"}
ENDS = {
    "EXT": {"en": "extension", "es": "prórroga", "fr": "prolongation"},
    "COND": {
        "en": "conditional renewal",
        "es": "renovación condicionada",
        "fr": "renouvellement conditionnel",
    },
    "SPLIT": {"en": "bilateral deals", "es": "acuerdos bilaterales", "fr": "accords bilatéraux"},
    "ANN": {"en": "annual reviews", "es": "revisiones anuales", "fr": "examens annuels"},
    "WD": {"en": "withdrawal", "es": "retiro", "fr": "retrait"},
}
_PLACE = re.compile(r"\{([A-Za-z0-9_.]+)(?:\|([+%]?\d))?\}")


# -- numbers ------------------------------------------------------------------------------------------------


def collect(*, workers: int | None = 1, progress: Progress | None = None) -> dict[str, Any]:
    """Measure everything the page tells (three minutes on two slow cores)."""
    economy = load_economy("economy_2023")
    scar = hysteresis(economy, "as shipped", 0.25)
    after = load_yaml("firms/experiments.yaml")["hysteresis"]["read_after"]
    climbs = tipping.firm_map(workers=workers, progress=progress)
    return {
        "explain": _explained(explain(SCENARIO, workers=workers, progress=progress)),
        "takes": {name: _takes(name, workers, progress) for name in takes()},
        "front": _front(tipping.front_map(SCENARIO)),
        "firms": _climbs(climbs)
        | {
            "lost": scar.lost,
            "missing": {str(m): share for m, share in zip(after, scar.missing, strict=True)},
            "scar": {str(m): 100 * share for m, share in zip([0, *after], scar.share, strict=True)},
        },
        "history": _history(history.report(workers=workers, progress=progress)),
        "replayed": _explained(explain(history.NAME, systems=REPLAYED, workers=workers, progress=progress)),
        "validation": _published(),
    }


def _explained(found: Any) -> dict[str, Any]:
    return {
        "games": found.games,
        "runs": found.runs,
        "orders": found.orders,
        "opening": dict(found.opening),
        "shift": {k: asdict(v) for k, v in found.shift.items()},
        "systems": {e.system: {k: asdict(v) for k, v in e.change.items()} for e in found.systems},
        "level": {e.system: {k: v.mean for k, v in e.level.items()} for e in found.systems},
        "odds": {e.system: {o: 100 * x for o, x in e.odds.items()} for e in found.systems},
        "shares": {s.system: {k: asdict(v) for k, v in s.share.items()} for s in found.shares},
        "none": {k: v.mean for k, v in found.none.items()},
    }


def _takes(system: str, workers: int | None, progress: Progress | None) -> dict[str, Any]:
    """What a small system carries as shipped and at the last step that is not called a story."""
    steps = stretched(SCENARIO, system, workers=workers, progress=progress)
    honest = [s for s in steps if "(a story)" not in s.title["en"]]
    return {str(n): {k: asdict(v) for k, v in s.change.items()} for n, s in enumerate(honest)}


def _front(found: Any) -> dict[str, Any]:
    """The steepest step of commitment at the shipped noise, and the largest noise at which there are two solutions."""
    axis = tipping.plan()["front"]["trust_axis"]
    row = found.by_noise[found.noises.index(found.shipped)]
    place = int(np.argmax([b.low - a.low for a, b in pairwise(row)]))
    double = [
        (noise, [t for t, c in zip(axis, cells, strict=True) if c.two])
        for noise, cells in zip(found.noises, found.by_noise, strict=True)
        if any(c.two for c in cells)
    ]
    noise, trusts = double[-1] if double else (0.0, [0.0])
    return {
        "shipped": 100 * found.shipped,
        "opening": found.opening.low,
        "from_trust": axis[place],
        "to_trust": axis[place + 1],
        "from": row[place].low,
        "to": row[place + 1].low,
        "double_noise": 100 * noise,
        "double_low": trusts[0],
        "double_high": trusts[-1],
    }


def _climbs(found: Any) -> dict[str, Any]:
    telling = float(tipping.plan()["firms"]["telling"])
    steady = [c for c in found.honest if c.reversals == 0]
    restless = [c for c in found.honest if c.reversals > 0]
    most = max(c.reversals for c in restless)
    middle = found.takes[0].duty
    calm = next(c for c in steady if c.duty == middle)
    wild = next(c for c in restless if c.duty == middle and c.reversals == most)
    tipped = [c.thick for c in found.takes if c.rushes]
    return {
        "duty": middle,
        "sudden": max(c.sudden[n] for c in steady for n in c.sudden if abs(c.change[n]) >= telling),
        "steady": len(steady),
        "steady_rushes": sum(bool(c.rushes) for c in steady),
        "restless": len(restless),
        "restless_rushes": sum(bool(c.rushes) for c in restless),
        "reversals": most,
        "calm": {str(i): c for i, c in enumerate(calm.change.values())},
        "wild": {str(i): c for i, c in enumerate(wild.change.values())},
        "takes": min(tipped) if tipped else 0.0,
    }


def _history(found: Any) -> dict[str, Any]:
    figures = {f"{c.figure}_{c.when.replace('-', '_')}": asdict(c) for c in found.compared}
    own, quantal = found.free
    real = found.happened
    return {
        "figures": {
            name: {k: entry[k] for k in ("measured", "model", "gap")} for name, entry in figures.items()
        },
        "odds": dict(found.odds),
        "likeliest": found.likeliest,
        "likeliest_odds": found.odds[found.likeliest],
        "real": found.odds[real],
        "low": found.judgement.low[real],
        "high": found.judgement.high[real],
        "stances": found.judgement.stances,
        "once": found.takes.if_held_only_once[real],
        "as_likely": found.takes.as_likely or 0.0,
        "free_own": own.first[real],
        "free_quantal": quantal.first[real],
        "games_own": own.games,
        "games_quantal": quantal.games,
        "onward": dict(found.onward.last),
    }


def _published() -> dict[str, Any]:
    rows = [row for row in published_comparison() if not row.source.startswith("Computed on this engine")]
    return {
        "rows": len(rows),
        "within": sum(row.within for row in rows),
        "figures": {row.id: {"published": row.published, "model": row.model} for row in rows},
    }


def stored() -> Mapping[str, Any]:
    """The results the shipped page is written from."""
    return json.loads(files("configs").joinpath("story", RESULTS).read_text("utf-8"))


def as_text(results: Mapping[str, Any]) -> str:
    """The text of the results file: numbers to four digits."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(k): plain(v) for k, v in value.items()}
        return round(value, 4) if isinstance(value, float) else value

    note = "Measured by `negotiation story --write`. Do not edit."
    return json.dumps({"note": note, **plain(results)}, indent=1, ensure_ascii=False) + "\n"


# -- words --------------------------------------------------------------------------------------------------


def page(language: str = "en", results: Mapping[str, Any] | None = None) -> str:
    """The page in one language (Markdown)."""
    if language not in LANGUAGES:
        raise UnknownName("language of the page", language, LANGUAGES)
    known = dict(results or stored())
    known["said"] = sayings(language, known)
    text = files("configs").joinpath("story", f"{language}.md").read_text("utf-8")
    return _PLACE.sub(lambda place: _filled(place.group(1), place.group(2), known, language), text)


def sayings(language: str, results: Mapping[str, Any]) -> dict[str, Any]:
    """Lists of the page that follow from the numbers: what carries, what does not."""
    systems, limits = results["explain"]["systems"], load_yaml("story/explain.yaml")["words"]
    told = load_systems()

    def title(system: str) -> str:
        name = told[system]["title"][language]
        return name if name[:2].isalpha() and name[:2].isupper() else name[0].lower() + name[1:]

    out: dict[str, Any] = {"carries": {}, "shares": {}}
    for k in map(str, PARTNERS):
        order = sorted(systems, key=lambda s: -abs(systems[s][k]["mean"]))
        sure = [s for s in order if not systems[s][k]["low"] <= 0 <= systems[s][k]["high"]]
        loud = [s for s in sure if abs(systems[s][k]["mean"]) >= limits["little"]][: limits["named"]]
        out["carries"][k] = joined(
            [f"{title(s)} {number(systems[s][k]['mean'], '+1', language)}" for s in loud], language
        )
        shares = results["explain"]["shares"]
        out["shares"][k] = joined(
            [
                f"{title(s)} {number(shares[s][k]['mean'], '+1', language)}"
                for s in sorted(shares, key=lambda s: -abs(shares[s][k]["mean"]))
            ],
            language,
        )
    quiet = [s for s in systems if all(abs(systems[s][str(k)]["mean"]) < limits["little"] for k in PARTNERS)]
    out["nothing"] = joined([title(s) for s in quiet], language)
    out["likeliest"] = ENDS[results["history"]["likeliest"]][language]
    return out


def joined(words: Sequence[str], language: str) -> str:
    """Words in a row; a dash for none."""
    if not words:
        return "–"
    return f" {AND[language]} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def number(value: float, form: str, language: str) -> str:
    """A number in a language's manner: French with a decimal comma, a real minus sign, percent with its mark."""
    share, sign = form.startswith("%"), form.startswith("+")
    digits = int(form.lstrip("%+"))
    text = f"{100 * value if share else value:{'+' if sign else ''}.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("+-")
    if language == "fr":
        text = text.replace(".", ",")
    mark = {"en": "%", "es": " %", "fr": " %"}[language] if share else ""
    return text.replace("-", "−") + mark


def _filled(path: str, form: str | None, known: Mapping[str, Any], language: str) -> str:
    value: Any = known
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise InputError(
                f"configs/story/{language}.md: no result {path!r}; run negotiation story --write"
            )
        value = value[part]
    return str(value) if form is None else number(float(value), form, language)
