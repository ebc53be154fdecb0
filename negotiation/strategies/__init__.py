"""Strategies: complete rules from what a seat sees to a move, with reasons. One file per family.

>>> from negotiation.strategies import strategies, strategy
>>> strategy("tit-for-tat").traits.memory
1
"""

from negotiation.strategies.base import FOREVER, DyadStrategy, Strategy, Traits, because
from negotiation.strategies.calculating import Calculator
from negotiation.strategies.profiles import Weights, profile, profile_names
from negotiation.strategies.reasons import REASON_KEYS, sentence
from negotiation.strategies.registry import forget_packages, strategies, strategy, strategy_class

__all__ = [
    "FOREVER",
    "REASON_KEYS",
    "Calculator",
    "DyadStrategy",
    "Strategy",
    "Traits",
    "Weights",
    "because",
    "forget_packages",
    "profile",
    "profile_names",
    "sentence",
    "strategies",
    "strategy",
    "strategy_class",
]
