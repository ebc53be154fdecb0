"""Words from phones, files and notebooks: a move, a proposal and a log are what they should be, or are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.errors import BrokenLog, IllegalMove
from negotiation.game.log import Event, read_log, replay, write_log
from negotiation.game.moves import Measure, Move, check_move
from negotiation.game.position import opening_position
from negotiation.game.proposal import Proposal, check_proposal
from negotiation.scenario import load_scenario
from negotiation.terms import Country, Outcome, Sector, Stance

C, N, D = Stance.COORDINATE, Stance.CONCEDE, Stance.DEFECT
SCENARIO = load_scenario("autumn-2025")
START = opening_position(SCENARIO.start, SCENARIO.issues, tuple(Sector), (4, 3))

WORDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from([*Country, *Stance]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["stances", "measures", "quiet", "sectors", "issue", "instrument", "USA", "MEX"])
            | st.text(),
            inside,
            max_size=4,
        )
    ),
    max_leaves=12,
)


NAMES = st.sampled_from(
    [i.id for i in SCENARIO.issues.partner_to_us["CAN"]] + [m.id for m in SCENARIO.measures]
)
SECTORS = st.lists(st.sampled_from(Sector))
MEASURE = st.fixed_dictionaries(
    {}, optional={"instrument": NAMES | WORDS, "issue": NAMES | WORDS, "sectors": SECTORS | WORDS}
)
OTHERS = st.sampled_from([Country.USA, Country.MEX])
MOVE = st.fixed_dictionaries(
    {"stances": st.dictionaries(OTHERS, st.sampled_from(Stance), min_size=2)},
    optional={"measures": st.dictionaries(OTHERS, MEASURE | WORDS), "quiet": st.booleans() | WORDS},
)
"""Moves of Canada: right words, and wrong ones wherever there may be any."""


@given(WORDS | MOVE)
def test_whatever_is_sent_as_a_move_is_a_legal_move_or_is_refused(sent) -> None:
    """Phones send moves: nothing they can say may end in another error than ``IllegalMove``."""
    try:
        move = Move.from_dict(sent)
        check_move(move, Country.CAN, SCENARIO, {})
    except IllegalMove:
        return
    assert Move.from_dict(move.to_dict()).to_dict() == move.to_dict()


@given(
    WORDS | st.fixed_dictionaries({"outcome": st.sampled_from(Outcome), "partners": WORDS, "package": WORDS})
)
def test_whatever_is_sent_as_a_proposal_is_one_or_is_refused(sent) -> None:
    try:
        proposal = Proposal.from_dict(sent)
        check_proposal(proposal, START, SCENARIO)
    except IllegalMove:
        return
    assert Proposal.from_dict(proposal.to_dict()) == proposal


def test_plain_words_make_the_same_move_and_proposal() -> None:
    plain = Move({"CAN": "defect", "MEX": "concede"})
    assert plain == Move.of(Country.USA, D, N) == Move.of("USA", "defect", "concede")
    assert plain.stances[Country.CAN] is Stance.DEFECT
    assert Proposal("SPLIT", ("CAN",)) == Proposal(Outcome.SPLIT, (Country.CAN,))
    for make in (
        lambda: Move({"CAN": "attack", "MEX": "defect"}),
        lambda: Move({"CHN": "defect"}),
        lambda: Move.from_index(Country.USA, 9),
        lambda: Move.from_index(Country.USA, -1),
        lambda: Move.of(Country.USA, C, C).letters(Country.CAN),
        lambda: Move.of(Country.USA, C, C).index(Country.MEX),
        lambda: check_move({"stances": {}}, Country.USA, SCENARIO, {}),
        lambda: Proposal("SOON"),
        lambda: Proposal("SPLIT", ("CHN",)),
        lambda: Proposal("COND", (), "CAN>USA:dairy"),
    ):
        with pytest.raises(IllegalMove):
            make()


def test_an_issue_is_settled_once_however_often_a_package_names_it() -> None:
    twice = Proposal(Outcome.COND, (), ("CAN>USA:dairy", "CAN>USA:dairy"))
    with pytest.raises(IllegalMove, match="twice"):
        check_proposal(twice, START, SCENARIO)
    check_proposal(Proposal(Outcome.COND, (), ("CAN>USA:dairy",)), START, SCENARIO)


@pytest.mark.parametrize(
    ("type", "data"),
    [
        ("round_resolved", {}),
        ("round_resolved", []),
        ("move_sealed", {"seat": "CHN", "choice": {}}),
        ("proposal_answered", {"seat": "CAN", "signs": True}),
        ("game_ended", {"outcome": "SOON"}),
    ],
)
def test_an_event_that_does_not_hold_what_its_type_says_is_a_broken_log(type, data) -> None:
    with pytest.raises(BrokenLog, match=rf"event 2 \({type}\) does not hold"):
        replay([Event(1, "game_started", {"rounds": 1}), Event(2, type, data)])


@pytest.mark.parametrize("number", ["1e999", "NaN", '"one"', "null", "[]"])
def test_a_line_without_a_number_ends_what_can_be_read(tmp_path, number) -> None:
    path = tmp_path / "game.jsonl"
    write_log(path, [Event(1, "game_started", {"rounds": 1})])
    with path.open("a", encoding="utf-8") as file:
        file.write(f'{{"version": {number}, "type": "note", "data": {{}}}}\n')
    read, trouble = read_log(path)
    assert len(read) == 1
    assert "line 3" in trouble


@pytest.mark.parametrize(
    ("system", "seat", "toward", "stance", "instrument"),
    [
        ("S1", Country.USA, Country.CAN, D, "tariff_step"),
        ("S6", Country.CAN, Country.MEX, C, "port_links"),
        ("S18", Country.MEX, Country.USA, N, "grant_issue"),
    ],
)
def test_an_instrument_of_a_system_that_is_switched_off_is_not_at_hand(
    system, seat, toward, stance, instrument
) -> None:
    without = SCENARIO.model_copy(
        update={"switches": type(SCENARIO.switches)({**SCENARIO.switches, system: False})}
    )
    move = Move.of(seat, stance, stance)
    named = Move(move.stances, {toward: Measure(instrument)})
    check_move(named, seat, SCENARIO, {})
    with pytest.raises(IllegalMove, match=f"instrument '{instrument}' does not fit"):
        check_move(named, seat, without, {})
