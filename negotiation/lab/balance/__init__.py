"""Is the game balanced? The targets of the design, measured on games and stage tables.

>>> from negotiation.lab.balance import measure
>>> report = measure("autumn-2025", games=6)        # doctest: +SKIP
>>> [(v.name, v.holds) for v in report.verdicts]    # doctest: +SKIP
"""

from negotiation.lab.balance.measure import Report, measure
from negotiation.lab.balance.verdicts import Verdict

__all__ = ["Report", "Verdict", "measure"]
