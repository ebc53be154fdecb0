"""For teachers: what is in the pack, to read and to take; and the page on which a log is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ui.site.present.frame import frame, link
from ui.words import LANGUAGES, Words

ORDER = ("README", "lesson-45", "lesson-90", "workshop", "slides", "questions", "rubric", "paper-game",
         "neutrality", "consent")  # fmt: skip
"""Documents of the pack as a teacher needs them."""


def teachers_page(
    words: Words, documents: Sequence[tuple[str, str, str]], scenarios: Sequence[Any]
) -> dict[str, Any]:
    """``TeachersPage``. ``documents``: (name, title, first sentence) of each in the viewer's language."""
    page = frame(
        words,
        words("teachers.headline"),
        words("teachers.deck"),
        words("teachers.kicker"),
        title=words("teachers.title"),
        mast={"links": [link(words, "link.home", "home"), link(words, "home.host_class", href="/host/new")]},
        foot=[link(words, "foot.free"), link(words, "foot.model", "model")],
    )
    place = {name: i for i, name in enumerate(ORDER)}
    known = sorted(documents, key=lambda d: (place.get(d[0], len(place)), d[0]))
    base = f"/pack/{words.language}"
    return page | {
        "documents_title": words("teachers.documents"),
        "documents": [
            {
                "title": words("teachers.slides") if name == "slides" else title,
                "text": text,
                "links": [
                    {"text": words("teachers.read"), "href": f"{base}/{name}.html"},
                    {"text": words("teachers.change"), "href": f"{base}/{name}.md"},
                ],
            }
            for name, title, text in known
        ],
        "roles_title": words("teachers.roles"),
        "roles": [
            {
                "title": s.title.of(words.language),
                "links": [
                    {"text": words("teachers.briefs"), "href": f"{base}/roles-{s.name}.html"},
                    {"text": words("teachers.cards"), "href": f"{base}/cards-{s.name}.html"},
                ],
            }
            for s in scenarios
        ],
        "all_title": words("teachers.all"),
        "all": [
            {"text": words("teachers.zip", language=x.name), "href": f"/pack/{x.code}.zip"}
            for x in LANGUAGES.values()
        ],
        "steps_title": words("teachers.steps"),
        "steps": [words.rich(f"teachers.step_{n}") for n in (1, 2, 3, 4)],
        "host": link(words, "home.host_class", href="/host/new"),
    }  # fmt: skip


def replay_page(words: Words, refused: str | None = None) -> dict[str, Any]:
    """``ReplayPage``: a field for a file."""
    from negotiation.debrief.shelf import LARGEST

    page = frame(
        words,
        words("open.headline"),
        words("open.deck"),
        words("open.kicker"),
        title=words("open.title"),
        mast={"links": [link(words, "link.home", "home")]},
        notice=refused,
    )
    return page | {
        "label": words("open.label"),
        "button": words("open.button"),
        "none": words("open.none"),
        "failed": words("open.failed"),
        "busy": words("open.busy"),
        "too_large": words("error.log_too_large", most=LARGEST // 1_000_000),
        "largest": LARGEST,
        "note": words("open.note", most=LARGEST // 1_000_000),
        "how": words.rich("open.how"),
        "action": "/replay",
    }
