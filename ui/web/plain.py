"""A page without Solara, for faults that leave none to draw one: words, a way home, nothing else."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

from ui.words import Words

_PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
:root {{ color-scheme: light dark; }}
body {{ font: 18px/1.5 ui-sans-serif, system-ui, sans-serif; margin: 0; background: #faf7f1; color: #1d1b17; }}
main {{ max-width: 38rem; margin: 12vh auto; padding: 0 1.25rem; }}
h1 {{ font: 600 2rem/1.15 ui-serif, Georgia, serif; border-top: 2px solid; padding-top: .6rem; }}
a {{ color: inherit; display: inline-block; padding: .7rem 1.1rem; border: 1.5px solid; border-radius: 8px;
     font-weight: 600; text-decoration: none; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #171613; color: #f1ede4; }} }}
</style></head><body><main><h1>{headline}</h1><p>{deck}</p><p><a href="/">{home}</a></p></main></body></html>
"""


def message_page(words: Words, key: str, deck: str, status: int) -> HTMLResponse:
    """A sentence and the way to the front page."""
    headline = words(key)
    return HTMLResponse(
        _PAGE.format(
            lang=words.language,
            title=escape(f"{headline} · {words('product')}"),
            headline=escape(headline),
            deck=escape(deck),
            home=escape(words("link.home")),
        ),
        status_code=status,
    )
