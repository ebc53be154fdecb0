"""A game on paper, eighty columns wide: heading, one row a round, the review and the balance at the end.

Reads only what a log holds, so ``run`` and ``replay`` print the same page.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from negotiation.game.log import Event, GameState, evolve
from negotiation.lab.named import END, NAME
from negotiation.lab.story import leverage_story
from negotiation.terms import PARTNERS, SEATS, Country
from ui.commands.words import (
    STANCE_LEGEND,
    causes_line,
    firms_line,
    leverage_paragraph,
    news_of,
    review_of,
    signed,
    stance_letter,
)

STYLE = {"C": "blue", "N": "yellow", "D": "red"}
SEAT_STYLE = {"USA": "bright_blue", "CAN": "magenta", "MEX": "green"}
INDENT = 8
BAR = 30
ROW = 79
"""Columns of a whole row; on a narrower page real income is left to the end."""
WIDEST = 100
"""Columns a paragraph fills at most."""
FELT = 0.05
"""Points of leverage below which a change is not explained."""


class Story:
    """Prints a game as its events are told, in order."""

    def __init__(self, page: Console) -> None:
        self.page = page
        self.plain = not (page.encoding or "").lower().startswith("utf")
        self.state = GameState()

    def tell(self, event: Event) -> None:
        """The next event. Raises ``BrokenLog``, ``KeyError`` and the like for one that does not fit."""
        before = self.state
        self.state = evolve(before, event)
        match event.type:
            case "game_started":
                self.heading()
            case "round_resolved":
                self.round(before, event.data)
            case "rolled_back":
                self._below(f"The table goes back to round {event.data['round']}.", bullet=self._bullet)
            case "review_held":
                self.review(before.proposals, event.data)
            case "game_ended":
                self.ending(event.data)

    @property
    def started(self) -> Mapping[str, Any]:
        """Data of ``game_started``."""
        return self.state.started or {}

    @property
    def _wide(self) -> bool:
        """Whether real income fits beside leverage."""
        return self.page.width >= ROW

    @property
    def _bullet(self) -> str:
        return "- " if self.plain else "• "

    # -- before ---------------------------------------------------------------------------------------

    def heading(self) -> None:
        """Title, who plays, what the columns mean."""
        s, page = self.started, self.page
        page.print(Text(str(s.get("title") or s["scenario"]), style="bold"))
        firms = f", {s['firms']:,} firms" if s.get("firms") else ""
        page.print(
            Text(f"scenario {s['scenario']}, seed {s['seed']}, {s['rounds']} rounds{firms}", style="dim")
        )
        line = Text()
        for seat, strategy in s["seats"].items():
            line.append(f"{NAME[seat]} ", style=SEAT_STYLE[seat])
            line.append(f"{strategy}   ")
        line.rstrip()
        page.print(line)
        page.print()
        self._prose(
            f"Stances: {STANCE_LEGEND}. US leverage: 0 to 100, 50 is balanced, as Washington can know it; with its "
            "change. Real income: percent, against the pact without extra tariffs.",
            style="dim",
        )
        page.print()
        to, both = ("->", "-") if self.plain else ("→", "↔")
        pairs = [("US" + to, "CAN"), ("US" + to, "MEX"), ("CA" + to, "US"), ("MX" + to, "US")]
        self._line(
            f"{'':8}" + "".join(f"{a:<4}" for a, _ in pairs) + f"{'CA' + both:<6}"
            f"{'US leverage over':>20}" + (f"{'real income, %':>29}" if self._wide else ""),
            "bold",
        )
        self._line(
            f"{'month':8}" + "".join(f"{b:<4}" for _, b in pairs) + f"{'MEX':<6}"
            f"{'Canada':>9}{'Mexico':>13}" + (f"{'US':>13}{'CAN':>7}{'MEX':>7}" if self._wide else ""),
            "bold",
        )
        opening = s.get("opening") or {}
        if "leverage" in opening:
            self.page.print(self._row("opening", None, opening))

    # -- round by round -------------------------------------------------------------------------------

    def round(self, before: GameState, result: Mapping[str, Any]) -> None:
        """One resolved round: its row, why leverage moved, what firms did, the news."""
        opening = (self.started.get("opening") or {}).get("position")
        position = before.results[-1]["position"] if before.results else opening
        self.page.print(self._row(result["date"], result["moves"], result))
        moved = causes_line(result.get("leverage") or {}, FELT)
        firms = firms_line(result)
        note = [f"{moved}."] if moved else []
        note += [f"Firms: {firms}."] if firms else []
        if note:
            self._below(" ".join(note), style="dim")
        for sentence in news_of(self.started, position, result):
            self._below(sentence, bullet=self._bullet)

    def _row(self, label: str, moves: Mapping[str, Any] | None, numbers: Mapping[str, Any]) -> Text:
        row = Text(f"{label:8}")
        if moves is None:
            row.append(" " * 22)
        else:
            us, can, mex = (moves[str(s)]["move"] for s in SEATS)
            for move, toward in (
                (us, Country.CAN),
                (us, Country.MEX),
                (can, Country.USA),
                (mex, Country.USA),
            ):
                letter = stance_letter(move, toward)
                row.append(f"{letter:<4}", style=STYLE[letter[0]])
            for letter in (stance_letter(can, Country.MEX), stance_letter(mex, Country.CAN)):
                row.append(f"{letter:<3}", style=STYLE[letter[0]])
        for i, k in enumerate(str(p) for p in PARTNERS):
            now = (numbers.get("leverage") or {}).get(k)
            row.append(f"{now['index']:{7 - i}.1f}" if now else " " * (7 - i))
            row.append(f"{signed(now['change']):>7}" if now and "change" in now else " " * 7, style="dim")
        for i, seat in enumerate(SEATS if self._wide else ()):
            income = (numbers.get("income") or {}).get(str(seat))
            row.append(f"{signed(income['real_income_percent'], 2):>{8 if i == 0 else 7}}" if income else "")
        row.rstrip()
        return row

    # -- after ----------------------------------------------------------------------------------------

    def review(self, proposals: Sequence[Mapping[str, Any]], held: Mapping[str, Any]) -> None:
        """A review after which the game goes on."""
        self._below(" ".join(review_of(proposals, held)), bullet=self._bullet, style="bold")

    def ending(self, ending: Mapping[str, Any]) -> None:
        """The review, the odds before it, the leverage story, what it meant for three economies."""
        page = self.page
        page.print()
        self._title("The joint review")
        sentences = review_of(self.state.proposals, ending)
        self._prose(" ".join(sentences[:-1]))
        page.print(Text(f"{ending['outcome']}  {sentences[-1]}", style="bold"))
        page.print()
        self._title("How likely each end was before the draw")
        for end, chance in ending["odds"].items():
            bar = ("#" if self.plain else "█") * round(chance * BAR)
            style = "bold" if end == ending["outcome"] else ""
            page.print(Text(f"{end:5} {END[end]:20} {chance:5.0%}  {bar}".rstrip(), style=style))
        self.summary()

    def summary(self) -> None:
        """The leverage story and three economies, as far as the game was told."""
        results, ending = self.state.results, self.state.ending
        self.paths(results)
        self.economies(results, ending)

    def paths(self, results: Sequence[Mapping[str, Any]]) -> None:
        """The leverage story."""
        story = leverage_story(self.started.get("opening") or {}, results)
        if story:
            self.page.print()
            self._title("Leverage")
            self._prose(leverage_paragraph(story))

    def economies(self, results: Sequence[Mapping[str, Any]], ending: Mapping[str, Any] | None) -> None:
        """Real income and real wages side by side, in percent and dollars."""
        if not results or "income" not in results[-1]:
            return
        page = self.page
        page.print()
        self._title(
            f"Three economies after {results[-1]['date']}, a year, against the pact without extra tariffs"
        )
        self._line(
            f"{'':15}{'real income':>20}{'real wage':>11}{'prices':>9}{'jobs at risk':>14}"
            + (f"{'score':>10}" if ending else ""),
            "dim",
        )
        self._line(
            f"{'':15}{'%':>8}{'USD bn':>12}{'%':>11}{'%':>9}{'thousand':>14}"
            + (f"{'USD bn':>10}" if ending else ""),
            "dim",
        )
        for seat in (str(s) for s in SEATS):
            row = results[-1]["income"][seat]
            line = Text(f"{NAME[seat]:15}", style=SEAT_STYLE[seat])
            line.append(
                f"{signed(row['real_income_percent'], 2):>8}{signed(row['real_income_usd']):>12}"
                f"{signed(row['real_wage_percent'], 2):>11}{signed(row['prices_percent'], 2):>9}"
                f"{row['jobs_at_risk_thousand']:>14,.0f}"
                + (f"{signed(ending['score'][seat]):>10}" if ending else ""),
                style="default",
            )
            page.print(line)
        if ending:
            self._prose(
                "Score: payoff of the rounds played plus the years the review is felt; it counts politics and risk "
                "beside income, and seats are not compared by it.",
                style="dim",
            )

    # -- small print ----------------------------------------------------------------------------------

    def _title(self, text: str) -> None:
        self.page.print(Text(text, style="bold underline"))

    def _line(self, text: str, style: str = "") -> None:
        self.page.print(Text(text, style=style, no_wrap=True, overflow="crop"))

    def _prose(self, text: str, style: str = "") -> None:
        width = min(self.page.width, WIDEST)
        self.page.print(Text(textwrap.fill(text, width), style=style))

    def _below(self, text: str, *, bullet: str = "", style: str = "") -> None:
        width = min(self.page.width, WIDEST)
        first, rest = " " * INDENT + bullet, " " * (INDENT + len(bullet))
        self.page.print(
            Text(textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest), style=style)
        )
