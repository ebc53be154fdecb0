"""Parameters: every number sourced in the file, every fault told at once."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from negotiation.errors import ScenarioError
from negotiation.scenario import load_firm_parameters, load_yaml
from negotiation.world.firms import FirmParameters
from negotiation.world.firms.parameters import _NAMES


def test_the_file_names_every_parameter_once_with_unit_and_origin():
    named = [name for block in load_yaml("firms.yaml").values() for name in block]
    assert sorted(named) == sorted(_NAMES)
    for block in load_yaml("firms.yaml").values():
        for name, entry in block.items():
            assert "value" in entry, name
            assert "source" in entry or "assumption" in entry, f"{name} does not say where it comes from"
            assert "unit" in entry or name == "certified_start", name


def test_defaults_lie_in_the_range_the_file_gives():
    for block in load_yaml("firms.yaml").values():
        for name, entry in block.items():
            if "range" in entry and isinstance(entry["value"], int | float):
                low, high = entry["range"]
                assert low <= entry["value"] <= high, name


def test_annotated_and_bare_numbers_read_the_same():
    annotated = FirmParameters.from_mapping(load_yaml("firms.yaml"))
    assert FirmParameters.from_mapping(load_firm_parameters()) == annotated
    assert pickle.loads(pickle.dumps(annotated)) == annotated


def test_every_fault_is_told_at_once_with_name_value_and_limit():
    mapping = copy.deepcopy(load_yaml("firms.yaml"))
    mapping["sunk_costs"]["sunk_buy"]["value"] = -1
    mapping["flows"]["short_run"]["value"] = 0
    mapping["profit"]["shok_sd"] = {"value": 1}
    del mapping["beliefs"]["memory"]
    mapping["attention"]["review_quiet"]["value"] = "often"
    with pytest.raises(ScenarioError) as error:
        FirmParameters.from_mapping(mapping)
    told = "\n".join(error.value.faults)
    assert "sunk_buy: -1.0 must be at least 0" in told
    assert "short_run: 0.0 must be above 0" in told
    assert "did you mean 'shock_sd'" in told
    assert "memory: missing" in told
    assert "review_quiet: cannot read 'often'" in told
    assert len(error.value.faults) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"sunk_sell": ((3, 3, -4), (4, 3, 4), (4, 3, 4))},
        {"shock_sd": 0.0},
        {"participation": ((0.6,) * 6, (0.9,) * 5, (0.9,) * 6)},
        {"participation": ((0.6,) * 6, (1.0,) * 6, (0.9,) * 6)},
        {"lead_sell": (9, 4)},
        {"memory": float("nan")},
        {"entry_rule": "gut feeling"},
        {"margin": "a fifth"},
        {"sunk_sell": 3.0},
        {"lead_sell": None},
        {"certified_start": (("CAN", (("AUT", 1.2),)), ("MEX", ()))},
    ],
)
def test_absurd_values_are_refused(parameters, change):
    with pytest.raises(ScenarioError):
        parameters.but(**change)


def test_an_unknown_name_is_answered_with_the_nearest(parameters):
    with pytest.raises(ScenarioError, match="did you mean 'match_sd'"):
        parameters.but(mach_sd=0.5)


def test_scaling_sunk_costs_scales_links_and_moves(parameters):
    half = parameters.scaled_sunk(0.5)
    np.testing.assert_allclose(half.sunk, 0.5 * parameters.sunk)
    assert half.sunk_move == 0.5 * parameters.sunk_move
