"""The Solara application: one component behind every address, so that the page's root lives through navigation.

/            home            /join, /join/CODE    come in by code
/t/CODE      a table, in whatever phase it is      /t/CODE/debrief    what it teaches
/device/CODE a seat comes to this device           /t/CODE/device     the link for that
/class/CODE  the door of a class                   /host/CODE         its board, /projector, /debrief, /device
/lab         the policy lab: sliders, ensembles, what matters
/replay      open a log              /replay/NAME          its debrief
/teachers    the pack for teachers
/model       how good is the model?               /offline            install without internet
"""

from __future__ import annotations

from typing import Any

import solara

from ui.site.pages.site import Site


@solara.component
def Layout(children: list[Any]) -> None:
    """No app bar: the screens bring their own masthead."""
    solara.Div(children=children)


def _route(path: str) -> solara.Route:
    return solara.Route(path=path, component=Site, layout=Layout if path == "/" else None, label="The Review")


routes = [
    _route(path)
    for path in ("/", "t", "join", "model", "offline", "class", "host", "lab", "replay", "teachers", "device")
]
