"""The document "How good is the model?": the published figures beside ours, as a page of Markdown.

    python -m negotiation.lab.validation_page > negotiation/VALIDATION.md

It prints what ``negotiation validate`` has stored; a test fails when the document and the results part.
"""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.lab.validation import Row, published_comparison

OWN = "Computed on this engine"
"""How a figure of our own begins its source."""
HEAD = """\
# How good is the model?

Good enough to compare assumptions and to see which way leverage moves and why; not good enough to forecast. The table
holds it against every published figure we know that one of its shocks can be matched with. *Model*: the shipped
economy and elasticities. *Range*: over two calibrated economies and seven sets of elasticities. Where there is a gap,
its reason stands below.

Made by `negotiation validate --write configs/validation_results.json`, which takes a few minutes, and printed here by
`python -m negotiation.lab.validation_page`. The page *How good is the model?* in the game shows the same figures. Firms
are held against observed speeds in [world/firms/README.md](world/firms/README.md), the course of 2025-26 in
[lab/README.md](lab/README.md).
"""


def in_short(rows: Sequence[Row]) -> str:
    """How many figures of others are met; our own are counted apart."""
    others = [row for row in rows if not row.source.startswith(OWN)]
    own = len(rows) - len(others)
    said = []
    if others:
        within, close = sum(r.within for r in others), sum(r.close for r in others)
        said.append(
            f"{within} of {len(others)} figures published by others lie within the model's range; {close} are met "
            "within a quarter of their size."
        )
    if own:
        said.append(
            f"The {own} computed on this engine when it was designed only show that it still gives what it gave."
        )
    return " ".join(said)


def page(rows: Sequence[Row]) -> str:
    """The whole document, in English."""
    out = [
        HEAD,
        in_short(rows) + "\n",
        "| figure (percent) | published | model | range | gap | source | note |",
        "|---|---:|---:|---:|---:|---|---:|",
    ]
    reasons: list[str] = []
    for row in rows:
        why = row.why["en"]
        if why not in reasons:
            reasons.append(why)
        digits = 1 if abs(row.published) >= 10 else 2
        out.append(
            f"| {row.title['en']} | {row.published:.{digits}f} | {row.model:.{digits}f} | {row.low:.{digits}f} to "
            f"{row.high:.{digits}f} | {row.gap:+.{digits}f} | {row.source} | {reasons.index(why) + 1} |"
        )
    out += ["", "## Why there is a gap", ""]
    out += [f"{number}. {why}" for number, why in enumerate(reasons, 1)]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    print(page(published_comparison()), end="")
