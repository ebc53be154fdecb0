"""Bargaining: threats, what follows when talks break down, leverage, and games in strategic form.

Numbers in, numbers out: nothing here knows a scenario, a round or a firm.
"""

from negotiation.bargaining.attribution import shapley
from negotiation.bargaining.disagreement import Disagreement, Threat, disagreement
from negotiation.bargaining.leverage import Leverage, leverage, leverage_index, nash_transfer
from negotiation.bargaining.stage_game import StageGame

__all__ = [
    "Disagreement",
    "Leverage",
    "StageGame",
    "Threat",
    "disagreement",
    "leverage",
    "leverage_index",
    "nash_transfer",
    "shapley",
]
