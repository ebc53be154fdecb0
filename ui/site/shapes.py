"""What every screen is told: one dict a page, documented field by field in `ui/site/shape/`.

This is the contract between the presenter (which knows the game) and the screens (which know only
these dicts). `ui.site.components.screen` takes three traits and sends events:

    page    one of the ``*Page`` dicts; sent again whole when the game changes
    answer  ``Answer`` or None: what the model expects of the half-made move (table only)
    words   fixed labels in the viewer's language, ``{key: text}``; the keys are those of
            ``samples/words.en.json`` (a test finds a key that a component uses and the file lacks)

Rules that hold everywhere
    * Every text is ready to be read, in the viewer's language. A component prints integers itself;
      any number with decimals, a unit or a period comes as text beside its raw value (``value`` draws,
      ``text`` reads). Minus is U+2212.
    * ``sentence`` is the text alternative of a picture: one sentence that says what the picture says.
    * ``Rich`` text is a string or a list of parts: plain, ``{"b": strong}``, ``{"note": aside}``. No HTML.
    * A pair key ``"CAN-USA"`` is directed: what CAN does toward USA, or how much CAN depends on USA.
    * A missing optional field means "nothing to show": the screen leaves no hole.

Who may see a field is said in its comment: (own) the viewer's own seat only, never to be built for
anybody else; (seen) as Washington can know it, shown alike to all. What carries no mark is for
everyone at the table. The dict IS the secrecy boundary: everything in it reaches the browser.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from ui.site.shape.debrief import DebriefPage, ReplayPage, TeachersPage
from ui.site.shape.host import ClassDebriefPage, ClassDoorPage, HostPage, ProjectorPage, SetUpPage
from ui.site.shape.lab import LabAnswer, LabPage
from ui.site.shape.pages import (
    DevicePage,
    FriendsPage,
    HomePage,
    InstallPage,
    JoinPage,
    MessagePage,
    ModelPage,
    ReviewPage,
)
from ui.site.shape.table import Answer, MoveChosen, TablePage

PAGES: dict[str, Any] = {
    "home": HomePage,
    "table": TablePage,
    "review": ReviewPage,
    "debrief": DebriefPage,
    "join": JoinPage,
    "friends": FriendsPage,
    "device": DevicePage,
    "model": ModelPage,
    "install": InstallPage,
    "message": MessagePage,
    "set-up": SetUpPage,
    "class-door": ClassDoorPage,
    "host": HostPage,
    "projector": ProjectorPage,
    "class-debrief": ClassDebriefPage,
    "lab": LabPage,
    "replay": ReplayPage,
    "teachers": TeachersPage,
}
"""View name -> shape of its dict; the names are those of the components and of event ``open``."""

__all__ = [
    "PAGES",
    "Answer",
    "DebriefPage",
    "DevicePage",
    "FriendsPage",
    "HomePage",
    "InstallPage",
    "JoinPage",
    "LabAnswer",
    "LabPage",
    "MessagePage",
    "ModelPage",
    "MoveChosen",
    "ReviewPage",
    "TablePage",
    "check",
]


def check(view: str, page: dict[str, Any]) -> None:
    """Hold a page's dict against its shape.

    Raises pydantic's ``ValidationError`` with the path of every unknown, missing or mistyped field.
    """
    _adapter(view).validate_python(page)


@cache
def _adapter(view: str) -> TypeAdapter[Any]:
    return TypeAdapter(PAGES[view])
