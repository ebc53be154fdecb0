"""Presenters: every scenario, seat, mode and language gives pages of the documented shape, in finished sentences."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from pydantic import TypeAdapter

from negotiation.debrief.debriefing import from_log
from negotiation.debrief.game import read
from negotiation.game.moves import Move
from negotiation.rooms import Lobby, view_for
from negotiation.scenario import load_scenario, scenario_names
from negotiation.terms import SEATS, Country, Phase
from tests.ui.site.conftest import FIRMS, settle
from ui.report.telling import Telling
from ui.site.present.answer import answer
from ui.site.present.debrief import debrief_page
from ui.site.present.home import home_page
from ui.site.present.model import comparisons, model_page
from ui.site.present.reveal import month
from ui.site.present.review import review_page
from ui.site.present.seen import Seen
from ui.site.present.table import table_page
from ui.site.present.told import facts_of
from ui.site.shape.table import Answer
from ui.site.shapes import check
from ui.words import LANGUAGES, Words, plain

MOVES = (
    ("coordinate", "coordinate"), ("defect", "coordinate"), ("defect", "concede"), ("concede", "defect"),
    ("concede", "coordinate"), ("defect", "defect"), ("coordinate", "defect"), ("concede", "concede"),
)  # fmt: skip
UNFINISHED = re.compile(r"\{|\}|\bNone\b(?! chosen)|\bnan\b|</?b>|</?note>|\b[a-z]+_[a-z_]+\b")
IDS = (
    "key",
    "id",
    "page",
    "href",
    "sector",
    "code",
    "name_",
    "action",
    "path",
    "partner",
    "kind",
    "value",
    "package",
)


@cache
def game(scenario: str, mode: str) -> tuple[dict[str, Any], ...]:
    """Views of a whole game: at each point by every seat and by an observer."""
    import tempfile

    house = Lobby(tempfile.mkdtemp() + "/rooms.db")
    try:
        table = house.open_table(scenario, seat="CAN", mode=mode, firms=FIRMS, seed=5)
        room, guest = table.guest.room, table.guest
        settle(room)
        out = [_views(room)]
        cards = ("together", "answer", "own-deal")
        for number in range(1, 60):
            state = room.state
            if state.game.phase is Phase.ENDED:
                break
            if state.game.phase is Phase.JOINT_REVIEW:
                out.append(_views(room))
                out[-1]["weighed"] = guest.weigh().result(10)
                if "CAN" in view_for(room, Country.CAN)["review"]["turn"]:
                    guest.answer(number % 2 == 0)
                settle(room)
                continue
            move: Any = cards[number % 3]
            if mode == "full":
                move = Move.of(Country.CAN, *MOVES[number % len(MOVES)], quiet=number % 4 == 1)
            out[-1]["preview"] = guest.preview(move).result(10)
            guest.seal(move, expected=out[-1]["preview"])
            out.append(_views(room))
            settle(room)
            out.append(_views(room))
            guest.go_on(number)
            out.append(_views(room))
        out.append(_views(room) | {"log": room.log()})
        assert room.state.game.phase is Phase.ENDED
        return tuple(out)
    finally:
        house.close()


def _views(room: Any) -> dict[str, Any]:
    return {"scenario": room.scenario, **{str(s): view_for(room, s) for s in (*SEATS, None)}}


def page_of(
    view: dict[str, Any], scenario: Any, words: Words, moment: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    seen = Seen(view, scenario)
    if view["phase"] == "bargaining" or (seen.you and seen.told):
        return "table", table_page(seen, words, now=0.0)
    return "review", review_page(seen, words, now=0.0, weighed=moment.get("weighed"))


def texts(value: Any, name: str = "") -> list[str]:
    """Every text of a page that a person reads."""
    if isinstance(value, dict):
        return [t for k, v in value.items() if k not in IDS for t in texts(v, k)]
    if isinstance(value, list | tuple):
        return [t for v in value for t in texts(v, name)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("mode", ["simple", "full"])
@pytest.mark.parametrize("scenario", scenario_names())
def test_every_page_of_a_whole_game_has_its_shape_in_every_language(scenario: str, mode: str) -> None:
    languages = list(LANGUAGES)
    for number, moment in enumerate(game(scenario, mode)):
        words = Words.of(languages[number % len(languages)])
        for seat in (*map(str, SEATS), "None"):
            name, page = page_of(moment[seat], moment["scenario"], words, moment)
            check(name, page)
            json.dumps(page, allow_nan=False)
        if moment["CAN"]["phase"] == "ended":
            for language in LANGUAGES:
                t = Telling(from_log(read(moment["log"])), Words.of(language))
                page = debrief_page(t, you="CAN", verdict={"share": 0.5, "games": 22}, waiting=True)
                check("debrief", page)
                assert page["verdict"]
                unmeasured = t.words.rich("verdict.unmeasured")
                assert unmeasured not in page["story"]
                assert unmeasured in debrief_page(t, you="CAN")["story"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_shows_an_unfinished_sentence(language: str) -> None:
    words = Words.of(language)
    found = set()
    for moment in game("autumn-2025", "full"):
        for seat in ("CAN", "USA", "None"):
            _, page = page_of(moment[seat], moment["scenario"], words, moment)
            page.pop("say", None)  # patterns the component fills
            found |= {t for t in texts(page) if UNFINISHED.search(t)}
    assert {t for t in found if "USMCA_" not in t} == set()


def test_the_parts_of_a_change_add_up_to_it() -> None:
    for moment in game("autumn-2025", "full"):
        view = moment["CAN"]
        if not view["rounds_played"] or view["phase"] != "bargaining":
            continue
        page = table_page(Seen(view, moment["scenario"]), Words.of("en"), now=0.0)
        for pair in page["leverage"]["pairs"]:
            why = pair["why"]
            assert why["end"] == pytest.approx(why["start"] + sum(p["value"] for p in why["parts"]), abs=0.01)
            assert why["end"] == pytest.approx(pair["now"], abs=0.1)


def test_a_shift_of_leverage_names_the_act_behind_it() -> None:
    named = 0
    for moment in game("autumn-2025", "full"):
        view = moment["CAN"]
        if view["phase"] != "bargaining" or not view["rounds_played"]:
            continue
        words, seen = Words.of("en"), Seen(view, moment["scenario"])
        heads = [f.head(words) for f in facts_of(seen, len(seen.rounds), words)]
        for pair in table_page(seen, words, now=0.0)["leverage"]["pairs"]:
            whys = {p["id"]: p for p in pair["why"]["parts"]}
            acts = [a for p in whys.values() if (a := p["why"].rsplit(". ", 1)[0] + ".")[:-1] in heads]
            named += len(acts)
            if "Ottawa and Mexico City stand together" in heads and whys["commitment"]["value"] < -0.05:
                assert whys["commitment"]["why"].startswith(
                    "Ottawa and Mexico City stand together. Washington"
                )
            if abs(whys["credibility"]["value"]) < 0.05:
                assert whys["credibility"]["why"] == words("why.credibility_same")
    assert named > 10


def test_a_step_on_notice_is_due_in_the_month_one_looks_at() -> None:
    said: dict[str, set[bool]] = {"reveal": set(), "choose": set()}
    for moment in game("autumn-2025", "full"):
        if moment["CAN"]["phase"] == "bargaining" and moment["CAN"]["rounds_played"]:
            page = table_page(Seen(moment["CAN"], moment["scenario"]), Words.of("en"), now=0.0)
            deck = plain(page["deck"])
            if page["phase"] in said and "takes effect" in deck and "if Washington repeats it" in deck:
                said[page["phase"]].add("takes effect next month if Washington repeats it" in deck)
    assert said == {"reveal": {True}, "choose": {False}}


def test_a_headline_is_short() -> None:
    for moment in game("autumn-2025", "full"):
        if moment["CAN"]["phase"] == "bargaining":
            page = table_page(Seen(moment["CAN"], moment["scenario"]), Words.of("en"), now=0.0)
            assert 3 <= len(page["headline"].split()) <= 11, page["headline"]


def test_a_month_is_the_sum_of_its_parts_and_is_told_to_its_seat_alone() -> None:
    for moment in game("autumn-2025", "full"):
        for number, played in enumerate(moment["CAN"]["rounds_played"], start=1):
            assert sum(played["payoff_parts"].values()) == pytest.approx(played["payoff"], abs=1e-5)
            assert "payoff_parts" not in moment["None"]["rounds_played"][number - 1]
    view = next(m["CAN"] for m in game("autumn-2025", "full") if len(m["CAN"]["rounds_played"]) > 1)
    seen = Seen(view, moment["scenario"])
    for language in LANGUAGES:
        words = Words.of(language)
        said, so_far = plain(month(seen, 2, words)), sum(r["payoff"] for r in seen.rounds[:2])
        assert words.money_signed(seen.rounds[1]["payoff_parts"]["income"]) in said
        assert said.endswith(plain(words.rich("month.so_far", n=2, money=words.money_signed(so_far))))
    old = {**view, "rounds_played": [{**r, "payoff_parts": None} for r in seen.rounds]}
    assert plain(month(Seen(old, moment["scenario"]), 1, Words.of("en"))).startswith("After the first month")


def test_the_answer_echoes_its_question_and_moves_the_band() -> None:
    moment = next(m for m in game("autumn-2025", "full") if "preview" in m)
    for language in LANGUAGES:
        out = answer(moment["preview"], 7, Seen(moment["CAN"], moment["scenario"]), Words.of(language))
        TypeAdapter(Answer).validate_python(out)
        assert out["ask"] == 7
        assert set(out["rows"]) == {"USA", "MEX"}
        chances = [reply["chance"] for reply in moment["preview"]["likeliest"].values()]
        assert all(1 / 3 <= chance <= 1 for chance in chances), "the likeliest of three stances"
        assert all(
            b["low"] <= b["expected"] + 0.05 and b["expected"] <= b["high"] + 0.05
            for b in out["leverage"].values()
        )


def test_an_answer_says_no_range_where_there_is_none() -> None:
    moment = next(m for m in game("autumn-2025", "full") if "preview" in m)
    now, seen = moment["preview"]["leverage_now"]["CAN"], Seen(moment["CAN"], moment["scenario"])
    still = {"mean": now, "low": now, "high": now}
    known = moment["preview"] | {"leverage": dict.fromkeys(("CAN", "MEX"), still), "month": still}
    said = plain(answer(known, 1, seen, Words.of("en"))["summary"])
    assert f"{now:.0f}, no change" in said
    assert "(" not in said
    moved = known | {"leverage_now": {"CAN": now + 3, "MEX": now}}
    assert f"{now + 3:.0f} to {now:.0f}," in plain(answer(moved, 1, seen, Words.of("en"))["summary"])


def test_the_private_briefing_is_on_its_own_page_only() -> None:
    moment = game("autumn-2025", "full")[0]
    secret = moment["CAN"]["own"]["briefing"]["private"]["en"]
    shown = {
        seat: json.dumps(page_of(moment[seat], moment["scenario"], Words.of("en"), moment)[1])
        for seat in ("CAN", "USA", "MEX", "None")
    }
    assert secret in shown["CAN"]
    assert all(secret not in shown[seat] for seat in ("USA", "MEX", "None"))


def test_a_sealed_envelope_shows_its_inside_to_its_owner_only() -> None:
    moment = next(m for m in game("autumn-2025", "full") if m["CAN"]["own"]["sealed"])
    pages = {
        seat: page_of(moment[seat], moment["scenario"], Words.of("en"), moment)[1]
        for seat in ("CAN", "USA", "MEX", "None")
    }
    assert pages["CAN"]["phase"] == "sealed"
    assert pages["CAN"]["sealed"]["inside"]
    assert "sealed" not in pages["None"]


def test_what_stayed_quiet_is_not_told_to_washington_or_an_observer() -> None:
    hidden = [
        (m, n)
        for m in game("autumn-2025", "full")
        for n, r in enumerate(m["None"]["rounds_played"], start=1)
        if None in r["moves"]["CAN"]["stances"].values() and n == len(m["None"]["rounds_played"])
    ]
    assert hidden, "the game holds no quiet stance that stayed unseen"
    for moment, _ in hidden:
        page = table_page(Seen(moment["None"], moment["scenario"]), Words.of("en"), now=0.0)
        tie = next(t for t in page["board"]["ties"] if t["key"] == "CAN-MEX")
        assert tie["stances"] is None
        letter = next(x for x in page["reveal"]["letters"] if x["seat"] == "CAN")
        assert [i["to"] for i in letter["stances"]] == ["to Washington"]


def test_odds_in_a_hundred_sum_to_a_hundred() -> None:
    for moment in game("autumn-2025", "simple"):
        if moment["CAN"]["phase"] == "joint_review":
            page = review_page(Seen(moment["CAN"], moment["scenario"]), Words.of("en"), now=0.0)
            assert sum(row["chance"] for row in page["odds"]) == 100


def test_only_one_who_is_asked_gets_buttons_at_the_review() -> None:
    moments = [
        m
        for m in game("autumn-2025", "full")
        if m["CAN"]["phase"] == "joint_review" and m["CAN"]["own"]["reveal"] is None
    ]
    for moment in moments:
        for seat in ("CAN", "USA", "MEX", "None"):
            view = moment[seat]
            page = review_page(Seen(view, moment["scenario"]), Words.of("en"), now=0.0)
            asked = view["you"] in view["review"]["turn"]
            assert any(b in page for b in ("sign", "propose")) == asked
            assert "next" not in page


def test_the_end_says_how_it_went_and_offers_the_other_chairs_to_who_played_alone() -> None:
    moment = game("autumn-2025", "simple")[-1]
    view, scenario = moment["CAN"], moment["scenario"]
    others = [load_scenario("autumn-2025"), load_scenario("quiet-coordination")]
    page = review_page(Seen(view, scenario), Words.of("en"), now=0.0, scenarios=others)
    chance = round(100 * view["ending"]["odds"][view["ending"]["outcome"]])
    assert plain(page["deck"]).endswith(f"gave this end {chance} in 100.")
    assert page["sides"] == []
    assert f"Better than {page['verdict']['better']}%" in plain(page["verdict"]["text"])
    assert Words.of("en").money_signed(view["ending"]["score"]["CAN"]) in page["verdict"]["score"]
    ways = page["again"]["ways"]
    assert [w["text"] for w in ways] == [
        "Play again as Canada", "Against stronger opponents", "Play as the United States", "Play as Mexico",
        "Another beginning",
    ]  # fmt: skip
    same = {"scenario": "autumn-2025", "seat": "CAN", "mode": "simple", "level": "medium"}
    assert ways[0]["choice"] == same
    assert ways[1]["choice"] == same | {"level": "hard"}
    assert ways[-1]["choice"] == same | {"scenario": others[1].name}
    friend = {**view["seats"]["MEX"], "by": "person"}
    with_friend = {**view, "seats": {**view["seats"], "MEX": friend}}
    assert "again" not in review_page(Seen(with_friend, scenario), Words.of("en"), now=0.0)
    watching = review_page(Seen(moment["None"], scenario), Words.of("en"), now=0.0)
    assert not {"again", "verdict"} & watching.keys()


def test_who_drafts_sees_the_letter_of_each_end() -> None:
    views = [m["USA"] for m in game("autumn-2025", "full") if m["USA"]["phase"] == "joint_review"]
    view = views[0] | {"review": {"proposals": [], "turn": ["USA"]}}
    page = review_page(Seen(view, game("autumn-2025", "full")[0]["scenario"]), Words.of("en"), now=0.0)
    assert page["letters"][page["drafts"][0]["outcome"]] == [page["treaty_title"], page["treaty"]]
    assert len({title for title, _ in page["letters"].values()}) == 5


def test_the_home_page_offers_everything_in_every_language() -> None:
    from ui.site.pages.home import scenarios

    for language in LANGUAGES:
        words = Words.of(language)
        page = home_page(words, scenarios=scenarios())
        check("home", page)
        assert [s["id"] for s in page["play"]["scenarios"]] == list(scenario_names())
        assert [d["page"] for d in page["doors"]] == ["friends", "lab", "model", "install"]
        check("model", model_page(words))


def test_the_comparison_page_shows_the_models_own_numbers() -> None:
    rows = {row.id: row for row in comparisons()}
    assert {"mexico_all", "mexico_autos", "canada_retaliation", "canada_collapse"} <= set(rows)
    page = model_page(Words.of("en"))
    assert [row["ours"] for row in page["rows"]] == [round(row.model, 3) for row in comparisons()]
    assert all(row["source"] and abs(row["published"]) < 10 for row in page["rows"])


def test_history_stands_beside_every_month_it_knows() -> None:
    moment = game("autumn-2025", "simple")[-1]
    page = debrief_page(Telling(from_log(read(moment["log"])), Words.of("en")))
    there = " ".join(row["there"] for row in page["history"]["rows"])
    assert "declines to renew" in there
    assert "annual reviews begin" in there
    assert all(row["source"] for row in page["history"]["rows"])
    assert plain(page["story"][0]).split(".")[0] == page["outcome_name"] or "slide" in plain(page["story"][0])
