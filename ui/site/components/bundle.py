"""Bundle the screens: every `.vue` file below this folder becomes one script and one stylesheet.

Why not one ipyvue template a component: a template widget travels over each page's websocket, again
at every reload, and ipyvue's own registry is filled per kernel and races with the first render. A
static file is fetched once, cached by its hash, and its components exist before the first widget
arrives. Solara includes ``custom.js`` and ``custom.css`` from its asset folders right after its Vue
bundle; `install` puts ours there. Vue 2 compiles each template in the browser when it is first used.

A `.vue` file holds at most one each of ``<template>``, ``<script>`` (``module.exports = {...}``) and
``<style>``; `parts/LeverageTug.vue` is registered as ``<rv-leverage-tug>``, `pages/Table.vue` as
``<rv-page-table>``.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import json
import re
import shutil
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
_BLOCK = re.compile(r"^<(template|script|style)>\n(.*?)^</\1>", re.DOTALL | re.MULTILINE)


def sources() -> list[Path]:
    """Every component file, parts before pages, in a fixed order."""
    return sorted((HERE / "parts").glob("*.vue")) + sorted((HERE / "pages").glob("*.vue"))


def blocks(path: Path) -> dict[str, str]:
    """The three blocks of one `.vue` file; tags of a block stand at the start of a line."""
    return dict(_BLOCK.findall(path.read_text(encoding="utf-8")))


def tag(path: Path) -> str:
    """The element name under which a file is registered."""
    words = re.findall(r"[A-Z][a-z0-9]*", path.stem)
    prefix = ["rv", "page"] if path.parent.name == "pages" else ["rv"]
    return "-".join([*prefix, *(word.lower() for word in words)])


def script() -> str:
    """All components as one script that registers them on the page's Vue."""
    parts = [file.read_text(encoding="utf-8") for file in sorted((HERE / "script").glob("*.js"))]
    for path in sources():
        block = blocks(path)
        template = json.dumps(re.sub(r"\n\s*", "\n", block["template"]).strip(), ensure_ascii=False)
        parts.append(
            f"(function (module) {{\n{block.get('script', '')}"
            f"Review.add({tag(path)!r}, module.exports, {template});\n}})({{exports: {{}}}});\n"
        )
    return "".join(parts)


def style() -> str:
    """All styles as one sheet: tokens, base, then each component's own."""
    sheets = [
        (HERE / "style" / name).read_text(encoding="utf-8")
        for name in ("fonts.css", "tokens.css", "base.css")
    ]
    sheets += [blocks(path).get("style", "") for path in sources()]
    return "".join(sheets)


@functools.cache
def build() -> str:
    """Short hash of both files: an open page of an older build reloads itself when it meets this one."""
    return hashlib.sha256((script() + style()).encode()).hexdigest()[:12]


@functools.cache
def install() -> Path:
    """Write both files to a folder of this process and tell Solara to serve it.

    Returns the folder. Removed when the process ends.
    """
    from solara.server import settings

    folder = Path(tempfile.mkdtemp(prefix="negotiation-ui-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    stamped = script().replace("@build@", build())
    (folder / "custom.js").write_text(stamped, encoding="utf-8")
    (folder / "custom.css").write_text(style(), encoding="utf-8")
    settings.assets.extra_locations = [*settings.assets.extra_locations, str(folder)]
    return folder
