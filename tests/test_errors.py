"""The family of errors: names are met half-way, and every error arrives whole from another process."""

from __future__ import annotations

import pickle

import pytest

from negotiation.errors import (
    BrokenLog,
    EquilibriumNotFound,
    IllegalMove,
    InputError,
    InvalidEconomy,
    ScenarioError,
    UnknownName,
    nearest,
)


@pytest.mark.parametrize(
    "error",
    [
        InputError("seed must be whole"),
        InvalidEconomy("it cannot be used:", ["a fault", "another"]),
        ScenarioError("it cannot be used:", ["a fault"]),
        UnknownName("seat", "usa", ["USA", "CAN", "MEX"]),
        IllegalMove("round 3: CAN has already moved"),
        EquilibriumNotFound("nothing found", iterations=7, residual=0.25),
        BrokenLog("cut in line 3"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_that_crosses_a_process_arrives_with_its_words_and_its_evidence(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize(
    ("said", "meant"),
    [("usa", "USA"), ("SUA", "USA"), ("autumn-2052", "autumn-2025"), ("hegder", "hedger"), ("xyz", None)],
)
def test_a_name_in_another_case_with_swapped_or_wrong_letters_is_met_half_way(said, meant):
    known = ["EU", "USA", "autumn-2025", "hedger"]
    assert nearest(said, known) == meant
    told = str(UnknownName("thing", said, known))
    assert (f"Did you mean '{meant}'?" in told) is (meant is not None)
