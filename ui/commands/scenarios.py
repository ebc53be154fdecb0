"""``negotiation scenarios``: what can be played."""

from __future__ import annotations

from ui.commands.screen import JsonFlag, paper, print_json


def scenarios(as_json: JsonFlag = False) -> None:
    """List the scenarios; the first is the default."""
    from negotiation.scenario import load_scenario, scenario_names

    found = [load_scenario(name) for name in scenario_names()]
    if as_json:
        print_json(
            [
                {
                    "name": s.name,
                    "title": s.title.en,
                    "summary": s.summary.en,
                    "rounds": len(s.calendar.rounds),
                    "from": s.calendar.rounds[0].date,
                    "governments": {str(seat): g.strategy for seat, g in s.governments.items()},
                    "levers": [*s.levers],
                    "uncertainties": [*s.uncertainties],
                    "digest": s.digest,
                }
                for s in found
            ]
        )
        return
    from rich.padding import Padding
    from rich.text import Text

    page = paper()
    for number, s in enumerate(found):
        line = Text(s.name, style="bold")
        line.append(f"  {s.title.en}", style="default not bold")
        page.print(line, soft_wrap=False)
        rounds = f"{len(s.calendar.rounds)} rounds from {s.calendar.rounds[0].date}"
        page.print(Padding(Text(s.summary.en), (0, 0, 0, 4)))
        page.print(
            Padding(Text(rounds + (" (the default)" if number == 0 else ""), style="dim"), (0, 0, 0, 4))
        )
