"""The document "How good is the model?" says what the stored results say."""

from __future__ import annotations

from pathlib import Path

import negotiation
from negotiation.lab.validation import figures, published_comparison
from negotiation.lab.validation_page import page

DOCUMENT = Path(negotiation.__file__).with_name("VALIDATION.md")


def test_the_document_is_the_stored_results() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == page(published_comparison()), (
        "python -m negotiation.lab.validation_page > negotiation/VALIDATION.md"
    )


def test_every_published_figure_has_its_line_and_every_gap_its_reason() -> None:
    text = page(published_comparison())
    for figure in figures():
        assert figure["title"]["en"] in text
        assert figure["why"]["en"] in text
