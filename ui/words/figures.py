"""Numbers, money, percentages and dates as a reader of one locale expects them.

Minus is U+2212 everywhere; money is US dollars; what the model counts in billions is said in the words of the
language (bn, millones, Md$).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from babel import dates, numbers

MINUS = "\u2212"


class Figures:
    """How one locale writes figures. Sentences around them come from the catalogue of the language."""

    if TYPE_CHECKING:

        def __call__(self, key: str, n: float | str | None = None, **values: object) -> str: ...

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._months: dict[tuple[str, str], str] = {}
        """Months said before: a page names a dozen, and Babel takes a sixth of a millisecond for one."""
        # Babel's own formatter takes a tenth of a millisecond a number; a page has hundreds
        self._marks = str.maketrans(
            {",": numbers.get_group_symbol(locale), ".": numbers.get_decimal_symbol(locale)}
        )

    def number(self, value: float, digits: int = 0) -> str:
        """``1,310`` or, with digits, ``0.4``."""
        rounded = _rounded(value, digits)
        text = f"{abs(rounded):,.{digits}f}".translate(self._marks)
        return MINUS + text if rounded < 0 else text

    def signed(self, value: float, digits: int = 0) -> str:
        """``+60``, ``−0.4``, ``0``."""
        text = self.number(value, digits)
        return "+" + text if _rounded(value, digits) > 0 else text

    def short(self, value: float) -> str:
        """A small number with one digit only where it says something: ``4``, ``0.4``."""
        return self.number(value, 0 if abs(value - round(value)) < 0.05 else 1)

    def short_signed(self, value: float) -> str:
        """``+2``, ``−0.4``, ``0``."""
        return self.signed(value, 0 if abs(value - round(value)) < 0.05 else 1)

    def percent(self, value: float, digits: int = 0) -> str:
        """Percent of a figure that already is in percent: 21 -> ``21%``."""
        return self("figure.percent", x=self.number(value, digits))

    def percent_signed(self, value: float, digits: int = 1) -> str:
        """``−0.3%``, ``+0.1%``, ``0.0%``."""
        return self("figure.percent", x=self.signed(value, digits))

    def chance(self, share: float) -> str:
        """A probability in percent: 0.21 -> ``21%``."""
        return self.percent(share * 100)

    def money(self, billions: float) -> str:
        """``US$3.5bn``, ``−US$0.4bn``; finer below a hundred million."""
        return (MINUS if _money_rounded(billions) < 0 else "") + self._money(abs(billions))

    def money_signed(self, billions: float) -> str:
        """``+US$0.2bn``."""
        rounded = _money_rounded(billions)
        return ("+" if rounded > 0 else MINUS if rounded < 0 else "") + self._money(abs(billions))

    def _money(self, billions: float) -> str:
        digits = 2 if 0 < _money_rounded(billions) < 0.1 else 1
        key = "figure.money" if self("figure.money_unit") == "bn" else "figure.money_millions"
        if key == "figure.money":
            return self(key, x=self.number(billions, digits))
        return self(key, x=self.number(round(billions, digits) * 1000))

    def month(self, month: str, style: str = "long") -> str:
        """``2026-02`` as ``February 2026`` (long), ``Feb 2026`` (short) or ``February`` (name)."""
        known = self._months.get((month, style))
        if known is not None:
            return known
        said = self._months[month, style] = self._month(month, style)
        return said

    def _month(self, month: str, style: str) -> str:
        year, number = month.split("-")[:2]
        day = dt.date(int(year), int(number), 1)
        if style == "name":
            return dates.format_date(day, "LLLL", locale=self.locale)
        return dates.format_skeleton({"long": "yMMMM", "short": "yMMM"}[style], day, locale=self.locale)

    def day(self, day: dt.date) -> str:
        """``1 July 2026`` in the manner of the language."""
        pattern = self("figure.first_pattern" if day.day == 1 else "figure.day_pattern")
        return dates.format_date(day, pattern, locale=self.locale)

    def ago(self, seconds: float) -> str:
        """``2 hours ago``."""
        return dates.format_timedelta(
            -dt.timedelta(seconds=max(seconds, 60)), add_direction=True, locale=self.locale
        )


def _rounded(value: float, digits: int) -> float:
    return round(value, digits) + 0.0


def _money_rounded(billions: float) -> float:
    return round(billions, 2 if abs(billions) < 0.095 else 1) + 0.0
