"""Countries and ends in English words, for pages, pictures and the command line."""

from __future__ import annotations

from collections.abc import Sequence

COUNTRY = {"USA": "the United States", "CAN": "Canada", "MEX": "Mexico"}
"""As in a sentence."""
NAME = {"USA": "United States", "CAN": "Canada", "MEX": "Mexico"}
"""As a heading."""
END = {
    "EXT": "extension",
    "COND": "conditional renewal",
    "SPLIT": "bilateral deals",
    "ANN": "annual reviews",
    "WD": "withdrawal",
}


def joined(words: Sequence[str]) -> str:
    """Words in a row: ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
