"""The world: governments and firms as a Mesa model on the trade economy. The only door to Mesa."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from negotiation.world.model import ReviewModel

__all__ = ["ReviewModel"]


def __getattr__(name: str) -> Any:
    if name == "ReviewModel":  # Mesa and the firms' compiled rules load when first asked for
        from negotiation.world.model import ReviewModel

        return ReviewModel
    raise AttributeError(f"module 'negotiation.world' has no attribute '{name}'")
