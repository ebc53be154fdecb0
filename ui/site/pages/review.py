"""The joint review of a table."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any

from negotiation.errors import IllegalMove, NegotiationError
from negotiation.rooms import Guest
from ui.site.pages.home import play, scenarios
from ui.site.present.review import review_page, signatories
from ui.site.present.seen import Seen
from ui.site.state.hooks import here, in_page
from ui.site.state.visit import Screen, Visit


def review(visit: Visit, guest: Guest, seen: Seen) -> Screen:
    """Washington proposes, the partners sign or refuse; then on to the debrief."""
    place = f"weigh-{seen.view['room']}-{seen.view['version']}"
    known = visit.memory.get("weighed")
    weighed = known["scales"] if known and known["place"] == place else None
    if weighed is None and seen.view["phase"] != "ended" and visit.memory.get("weighing") != place:
        visit.memory["weighing"] = place
        _weigh(visit, guest, place)
        known = visit.memory.get("weighed")
        weighed = known["scales"] if known and known["place"] == place else None

    def propose(draft: Any) -> None:
        guest.propose(proposal_of(draft))
        visit.accept()

    def answer(signs: bool) -> None:
        guest.answer(signs)
        visit.accept()

    if weighed is None and known and seen.view["phase"] == "ended":
        weighed = known["scales"]  # the package that was on the table
    others = scenarios() if seen.view["phase"] == "ended" else ()
    page = review_page(
        seen, visit.words, now=time.time(), weighed=weighed, notice=visit.notice, scenarios=others
    )
    return Screen(
        "review",
        page,
        on={
            "propose": propose,
            "sign": lambda _: answer(True),
            "refuse": lambda _: answer(False),
            "toggle": lambda _: None,
            "play": lambda choice: play(visit, choice),
        },
        ways={"debrief": lambda: visit.go(f"/t/{seen.view['room']}/debrief")},
    )


def _weigh(visit: Visit, guest: Guest, place: str) -> None:
    """Ask the model what the ends are worth; the page renders again when it knows."""
    context = here()
    try:
        future = guest.weigh(page=context.id)
    except NegotiationError:
        return  # the table has moved on; the next render asks again

    def keep(f: Future) -> None:
        if f.cancelled() or f.exception() is not None:
            return
        visit.memory["weighed"] = {"place": place, "scales": f.result()}
        visit.refresh()

    future.add_done_callback(lambda f: in_page(context, lambda: keep(f)))


def proposal_of(draft: Any) -> dict[str, Any]:
    """A page's draft as the data of a proposal: no package where none is carried, no issue of a partner not asked."""
    if not isinstance(draft, dict):
        raise IllegalMove("this is no proposal")
    outcome = str(draft.get("outcome"))
    partners = [str(k) for k in draft.get("with") or ()] if outcome == "SPLIT" else []
    asked = signatories({"outcome": outcome, "partners": partners})
    package = [str(i) for i in draft.get("package") or ()] if outcome in ("COND", "SPLIT") else []
    kept = [i for i in package if any(k in i.split(":")[0].split(">") for k in asked)]
    return {"outcome": outcome, "partners": partners, "package": kept}
