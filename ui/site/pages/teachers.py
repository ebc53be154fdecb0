"""For teachers: the pack, to read and to take."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from ui.site.pages.home import scenarios
from ui.site.present.teachers import teachers_page
from ui.site.state.visit import Screen, Visit


def teachers(visit: Visit) -> Screen:
    """What is in the pack."""
    return Screen("teachers", teachers_page(visit.words, documents(visit.language), scenarios()))


@lru_cache(maxsize=8)
def documents(language: str) -> tuple[tuple[str, str, str], ...]:
    """(name, title, first paragraph) of every document of the pack in a language."""
    out = []
    for file in sorted(files("configs").joinpath("pack", language).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".md"):
            continue
        lines = file.read_text(encoding="utf-8").splitlines()
        text = next((x for x in lines[1:] if x and x[0].isalpha()), "")
        out.append((file.name.removesuffix(".md"), lines[0].lstrip("# "), _short(text)))
    return tuple(out)


def _short(text: str) -> str:
    """The first sentence, without marks."""
    plain = text.replace("**", "").replace("`", "")
    first, dot, _ = plain.partition(". ")
    return first + "." if dot else plain
