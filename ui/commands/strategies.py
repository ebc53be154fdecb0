"""``negotiation strategies``: who can sit in a government's chair."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields
from math import isinf
from typing import Any

from ui.commands.screen import JsonFlag, paper, print_json


def strategies(as_json: JsonFlag = False) -> None:
    """List the strategies, the shipped ones and those of installed packages."""
    from negotiation.strategies import strategies as names
    from negotiation.strategies import strategy_class

    found = [_described(name, strategy_class(name)) for name in names()]
    if as_json:
        print_json(found)
        return
    from rich.padding import Padding
    from rich.text import Text

    page = paper()
    for entry in found:
        line = Text(entry["name"], style="bold")
        line.append(f"  {entry['summary']}", style="default not bold")
        page.print(line)
        page.print(Padding(Text(_in_words(entry), style="dim"), (0, 0, 0, 4)))


def _described(name: str, made_by: Any) -> dict[str, Any]:
    doc = inspect.getdoc(made_by) or ""
    traits = made_by.traits
    return {
        "name": name,
        "summary": " ".join(doc.split("\n\n")[0].split()),
        "about": doc,
        "stochastic": traits.stochastic,
        "calculates": traits.calculates,
        "memory": "whole history" if isinf(traits.memory) else int(traits.memory),
        "seats": [str(s) for s in traits.seats],
        "parameters": {f.name: _default(f) for f in fields(made_by) if f.init},
    }


def _default(field: Any) -> Any:
    if field.default is not MISSING:
        value = field.default
    elif field.default_factory is not MISSING:
        value = field.default_factory()
    else:
        return None
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


def _in_words(entry: dict[str, Any]) -> str:
    memory = entry["memory"]
    looks = (
        "remembers the whole history"
        if memory == "whole history"
        else (
            "looks only at today" if memory == 0 else f"looks back {memory} round{'s' if memory > 1 else ''}"
        )
    )
    draws = "draws lots" if entry["stochastic"] else "never draws lots"
    works = "works out the stage game" if entry["calculates"] else "does not calculate"
    return f"{looks}, {draws}, {works}"
