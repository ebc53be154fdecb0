"""A game on paper, eighty columns wide: heading, one row a round, the review and the balance at the end.

Reads only what a log holds, so ``run`` and ``replay`` print the same page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from negotiation.lab.story import largest_cause, leverage_story
from negotiation.terms import PARTNERS, SEATS, Country
from ui.commands.words import (
    BLOCK_SHORT,
    COUNTRY,
    NAME,
    OUTCOME,
    STANCE_LEGEND,
    firms_line,
    leverage_paragraph,
    news_of,
    review_of,
    signed,
    stance_letter,
)

STYLE = {"C": "blue", "N": "yellow", "D": "red"}
SEAT_STYLE = {"USA": "bright_blue", "CAN": "magenta", "MEX": "green"}
INDENT = 9
BAR = 30


class Story:
    """Prints a game as it is told. ``started`` is the data of ``game_started``."""

    def __init__(self, page: Console, started: Mapping[str, Any]) -> None:
        self.page, self.started = page, started
        self.plain = not (page.encoding or "").lower().startswith("utf")
        self.position: Mapping[str, Any] | None = (started.get("opening") or {}).get("position")

    # -- before ---------------------------------------------------------------------------------------

    def heading(self) -> None:
        """Title, who plays, what the columns mean."""
        s, page = self.started, self.page
        page.print(Text(str(s.get("title") or s["scenario"]), style="bold"))
        firms = f", {s['firms']:,} firms" if s.get("firms") else ""
        page.print(Text(f"scenario {s['scenario']}, seed {s['seed']}, {s['rounds']} rounds{firms}", style="dim"))
        line = Text()
        for seat, strategy in s["seats"].items():
            line.append(f"{NAME[seat]} ", style=SEAT_STYLE[seat])
            line.append(f"{strategy}   ")
        page.print(line)
        page.print()
        page.print(
            Text(
                f"Stances: {STANCE_LEGEND}. US leverage: 0 to 100, 50 is balanced, as Washington can know it; with its "
                "change and the largest cause. Real income: percent, against the pact without extra tariffs.",
                style="dim",
            )
        )
        page.print()
        to, both = ("->", "-") if self.plain else ("→", "↔")
        self._line(f"{'':8}{'US' + to:<5}{'US' + to:<5}{'CA' + to:<5}{'MX' + to:<5}{'CA' + both:<7}"
                   "   US leverage over     real income, %", "bold")
        self._line(f"{'month':8}{'CAN':<5}{'MEX':<5}{'US':<5}{'US':<5}{'MEX':<7}"
                   f"{'Canada':>9}{'Mexico':>13}{'US':>9}{'CAN':>7}{'MEX':>7}", "bold")
        opening = s.get("opening") or {}
        if "leverage" in opening:
            self.page.print(self._row("opening", None, opening))

    # -- round by round -------------------------------------------------------------------------------

    def round(self, result: Mapping[str, Any]) -> None:
        """One resolved round: its row, why leverage moved, what firms did, the news."""
        self.page.print(self._row(result["date"], result["moves"], result))
        note = []
        if "leverage" in result:
            causes = {k: largest_cause(v["why"]) for k, v in result["leverage"].items()}
            said = [f"{COUNTRY[k]}: {BLOCK_SHORT[c]}" for k, c in causes.items() if c]
            note += ["largest cause, " + "; ".join(said)] if said else []
        firms = firms_line(result)
        note += [firms] if firms else []
        if note:
            self._below(Text(". ".join(note), style="dim"))
        for sentence in news_of(self.started, self.position, result):
            self._below(Text(("- " if self.plain else "• ") + sentence))
        self.position = result["position"]

    def _row(self, label: str, moves: Mapping[str, Any] | None, numbers: Mapping[str, Any]) -> Text:
        row = Text(f"{label:8}")
        if moves is None:
            row.append(" " * 27)
        else:
            us, can, mex = (moves[str(s)]["move"] for s in SEATS)
            for move, toward in ((us, Country.CAN), (us, Country.MEX), (can, Country.USA), (mex, Country.USA)):
                letter = stance_letter(move, toward)
                row.append(f" {letter:<4}", style=STYLE[letter[0]])
            for letter in (stance_letter(can, Country.MEX), stance_letter(mex, Country.CAN)):
                row.append(f"{letter:<3}", style=STYLE[letter[0]])
            row.append(" ")
        for i, k in enumerate(str(p) for p in PARTNERS):
            now = (numbers.get("leverage") or {}).get(k)
            width = 6 if i == 0 else 7
            row.append(f"{now['index']:{width}.1f}" if now else " " * width)
            row.append(f"{signed(now['change']):>6}" if now and "change" in now else " " * 6, style="dim")
        for seat in SEATS:
            income = (numbers.get("income") or {}).get(str(seat))
            row.append(f"{signed(income['real_income_percent'], 2):>7}" if income else "")
        return row

    # -- after ----------------------------------------------------------------------------------------

    def ending(self, results: Sequence[Mapping[str, Any]], proposals: Sequence[Mapping[str, Any]], ending: Mapping[str, Any]) -> None:
        """The review, the odds before it, the leverage story, what it meant for three economies."""
        page = self.page
        page.print()
        self._title("The joint review")
        sentences = review_of(proposals, ending)
        page.print(" ".join(sentences[:-1]))
        page.print(Text(f"{ending['outcome']}  {sentences[-1]}", style="bold"))
        page.print()
        self._title("How likely each end was before the draw")
        for end, chance in ending["odds"].items():
            bar = ("#" if self.plain else "█") * round(chance * BAR)
            style = "bold" if end == ending["outcome"] else ""
            page.print(Text(f"{end:5} {OUTCOME[end]:20} {chance:5.0%}  {bar}", style=style))
        self.paths(results)
        self.economies(results, ending)

    def paths(self, results: Sequence[Mapping[str, Any]]) -> None:
        """The leverage story."""
        story = leverage_story(self.started.get("opening") or {}, results)
        if story:
            self.page.print()
            self._title("Leverage")
            self.page.print(leverage_paragraph(story))

    def economies(self, results: Sequence[Mapping[str, Any]], ending: Mapping[str, Any] | None) -> None:
        """Real income and real wages side by side, in percent and dollars."""
        if not results or "income" not in results[-1]:
            return
        page = self.page
        page.print()
        self._title(f"Three economies at the end of {results[-1]['date']}, a year, against the pact without extra tariffs")
        self._line(f"{'':15}{'real income':>20}{'real wage':>11}{'prices':>9}{'jobs at risk':>14}"
                   + (f"{'score':>10}" if ending else ""), "dim")
        self._line(f"{'':15}{'%':>8}{'USD bn':>12}{'%':>11}{'%':>9}{'thousand':>14}" + (f"{'USD bn':>10}" if ending else ""), "dim")
        for seat in (str(s) for s in SEATS):
            row = results[-1]["income"][seat]
            line = Text(f"{NAME[seat]:15}", style=SEAT_STYLE[seat])
            line.append(
                f"{signed(row['real_income_percent'], 2):>8}{signed(row['real_income_usd']):>12}"
                f"{signed(row['real_wage_percent'], 2):>11}{signed(row['prices_percent'], 2):>9}"
                f"{row['jobs_at_risk_thousand']:>14,.0f}" + (f"{signed(ending['score'][seat]):>10}" if ending else ""),
                style="default",
            )
            page.print(line)
        if ending:
            page.print(
                Text(
                    "Score: payoff of the rounds played plus the years the review is felt; it counts politics and risk "
                    "beside income, and seats are not compared by it.",
                    style="dim",
                )
            )

    # -- small print ----------------------------------------------------------------------------------

    def _title(self, text: str) -> None:
        self.page.print(Text(text, style="bold underline"))

    def _line(self, text: str, style: str = "") -> None:
        self.page.print(Text(text, style=style, no_wrap=True, overflow="crop"))

    def _below(self, text: Text) -> None:
        self.page.print(Padding(text, (0, 0, 0, INDENT)))
