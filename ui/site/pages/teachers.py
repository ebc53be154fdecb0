"""For teachers: the pack, to read and to take."""

from __future__ import annotations

import re
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
    """(name, title, first sentence) of every document of the pack in a language."""
    out = []
    for file in sorted(files("configs").joinpath("pack", language).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".md"):
            title, _, body = file.read_text(encoding="utf-8").partition("\n")
            out.append((file.name.removesuffix(".md"), title.lstrip("# "), first_sentence(body)))
    return tuple(out)


def first_sentence(body: str) -> str:
    """Of the first paragraph that is one, without the word in bold it opens with and without marks."""
    paragraphs = (re.sub("[ \n]+", " ", x).strip(" ") for x in re.split(r"\n\s*\n", body))
    text = next((x for x in paragraphs if x[:1].isalpha() or x.startswith("**")), "")
    plain = re.sub(r"^\*\*[^*]+\*\*\s*", "", text).replace("**", "").replace("`", "")
    first, dot, _ = plain.partition(". ")
    return first + "." if dot else plain
