"""Every screen in every state, from the samples: for looking and for tests, never for players.

    SOLARA_APP=ui.site.gallery, one route a sample: /table, /table.sealed, /table.reveal, /home ...
    ?lang=fr   the fixed labels in that language, where samples/words.<lang>.json exists
    ?long=1    every text a third longer than in English
    /live      the table, playable against itself: choose, seal, reveal, next

A sample ``<view>.<state>.json`` is a patch over ``<view>.json``: dicts merge, lists and values replace,
"~" removes a key.
The events a page sent stand as JSON lines in a hidden ``pre.heard`` for the tests.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

from ui.site.components import EVENTS, screen

SAMPLES = Path(__file__).parent / "samples"
HEARD = sorted({event for events in EVENTS.values() for event in events})


def _read(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def _patch(base: Any, change: Any) -> Any:
    """Dicts merge, "~" removes, everything else replaces."""
    if not isinstance(change, dict):
        return copy.deepcopy(change)
    out = dict(base) if isinstance(base, dict) else {}
    for key, value in change.items():
        if value == "~":
            out.pop(key, None)
        else:
            out[key] = _patch(out.get(key), value)
    return out


def names() -> list[str]:
    """The samples that are pages: ``table``, ``table.sealed`` ..."""
    return sorted(p.name[:-5] for p in SAMPLES.glob("*.json") if not p.name.startswith("words."))


def view_of(name: str) -> str:
    """The page a sample belongs to."""
    return name.split(".")[0]


def sample(name: str) -> dict[str, Any]:
    """The dict of one page in one state."""
    base = _read(view_of(name))
    return base if name == view_of(name) else _patch(base, _read(name))


def words(lang: str = "en") -> dict[str, str]:
    """The fixed labels; English stands in for what a language lacks."""
    out = _read("words.en")
    if lang != "en" and (SAMPLES / f"words.{lang}.json").exists():
        out.update(_read(f"words.{lang}"))
    return out


_TEXT = re.compile(
    "text|name|title|headline|deck|kicker|kicker_short|note|label|legend|help|tells|does|verb|why|caption|since|"
    "worth|delta|reason|to|round|when|context|more|button|placeholder|head|explain|cap|sign|line|would|story|"
    "outcome_name|here|there|next|result|opening|summary|b|alert|tags|short|refuse|propose"
)


def stretch(value: Any, key: str = "") -> Any:
    """Every text a third longer, as other languages may be: the sample for tight places."""
    if isinstance(value, dict):
        return {k: stretch(v, k if _TEXT.fullmatch(k) else "") for k, v in value.items()}
    if isinstance(value, list):
        return [stretch(v, key) for v in value]
    if isinstance(value, str) and key and not value.isupper() and (key != "to" or " " in value):
        words = value.split(" ")
        return " ".join(w + w[: round(len(w) * 0.34)].lower() if w.isalpha() else w for w in words)
    return value


def pretend_answer(move: dict[str, Any]) -> dict[str, Any]:
    """A made-up answer with the shape of the real one, so that the band has somewhere to go."""
    pull = {"coordinate": -1, "concede": 1, "defect": -3}
    shift = sum(pull[s] for s in move["stances"].values())
    low, mid, high = 61 + shift * 2, 63 + shift, 66 + shift
    return {
        "ask": move["ask"],
        "summary": [
            f"leverage 63 to {mid} ",
            {"note": f"({low} to {high})"},
            ", this month −US$0.3bn ",
            {"note": "(−0.9 to +0.2)"},
        ],
        "lines": [
            [{"note": "Review today: extension 22, conditional renewal 33, annual reviews 20 in 100."}]
        ],
        "leverage": {
            "CAN": {"expected": mid, "low": low, "high": high, "text": f"63 to {mid} ({low} to {high})"},
            "MEX": {"expected": 76, "low": 74, "high": 78, "text": "77 to 76 (74 to 78)"},
        },
    }


@solara.component
def Shown(
    name: str, page: dict[str, Any] | None = None, hear: Callable[[str, Any], None] | None = None
) -> None:
    """One sample with its events caught."""
    no_events: list[dict[str, Any]] = []
    no_answer: dict[str, Any] | None = None
    heard, set_heard = solara.use_state(no_events)
    answer, set_answer = solara.use_state(no_answer)
    lang, set_lang = solara.use_state("en")
    router = solara.use_router()
    asked = dict(pair.split("=", 1) for pair in (router.search or "").split("&") if "=" in pair)

    def on(event: str) -> Callable[[Any], None]:
        def handle(value: Any) -> None:
            set_heard(lambda old: [*old, {"event": event, "value": value}])
            if event == "preview":
                set_answer(pretend_answer(value))
            if event == "language":
                set_lang(value)
            if hear:
                hear(event, value)

        return handle

    chosen = lang if lang != "en" else asked.get("lang", "en")
    body = dict(page or sample(name), lang=chosen)
    labels = words(chosen)
    if "long" in asked:
        body, labels = stretch(body), {k: stretch(v, "text") for k, v in labels.items()}
    handlers = {f"event_{event}": on(event) for event in HEARD}
    with solara.Div():
        screen(view_of(name), body, labels, answer=answer, **handlers)
        solara.HTML(
            tag="pre",
            unsafe_innerHTML="\n".join(json.dumps(line) for line in heard),
            classes=["heard"],
            attributes={"hidden": "hidden"},
        )


@solara.component
def Live() -> None:
    """The table from envelope to reveal and back."""
    state, set_state = solara.use_state("table")

    def hear(event: str, _: Any) -> None:
        steps = {"seal": "table.sealed", "reconsider": "table", "next": "table", "pick": state}
        set_state({**steps, "tour_done": state}.get(event, state))

    Shown(state, page=sample(state), hear=hear)


@solara.component
def Index() -> None:
    """A plain list of links."""
    items = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in [*names(), "live"])
    solara.HTML(tag="ul", unsafe_innerHTML=items)


@solara.component
def Layout(children: list[Any]) -> None:
    """No app bar: the screens bring their own masthead."""
    solara.Div(children=children)


def _route(name: str) -> solara.Route:
    @solara.component
    def Sample() -> None:
        Shown(name)

    return solara.Route(path=name, component=Sample)


routes = [
    solara.Route(path="/", component=Index, layout=Layout),
    solara.Route(path="live", component=Live),
    *[_route(name) for name in names()],
]
