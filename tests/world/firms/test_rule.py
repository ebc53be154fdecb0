"""The compiled month and the readable one make the same choices, firm by firm."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.world.firms import FirmLayer, FirmMonth, Switches, rule_numpy
from negotiation.world.firms import layer as layer_module
from negotiation.world.firms.luck import draw_month
from negotiation.world.firms.population import LABELS
from negotiation.world.firms.rule import month as fused_month
from negotiation.world.firms.rule import new_tally
from tests.benchmarks.firms_objects import step_objects, to_objects
from tests.world.firms.conftest import live_through

EVERYTHING = Switches()
NOTHING = Switches(sunk_costs=False, uncertainty=False, agglomeration=False, beliefs=False)


def both_ways(economy, parameters, months, monkeypatch, count=1500, seed=3):
    """The same history by the compiled rule and by the readable one: two layers."""
    layers = []
    for rule in (layer_module.month, rule_numpy.month):
        monkeypatch.setattr(layer_module, "month", rule)
        layer = FirmLayer(economy, parameters, count, np.random.default_rng(seed))
        live_through(layer, months)
        layers.append(layer)
    return layers


@pytest.mark.parametrize("switches", [EVERYTHING, NOTHING], ids=["all mechanisms", "none"])
def test_the_compiled_rule_makes_the_choices_of_the_readable_one(
    economy, parameters, turbulent_months, monkeypatch, switches
):
    months = [
        FirmMonth(**{**{k: getattr(m, k) for k in m.__dataclass_fields__}, "switches": switches})
        for m in turbulent_months
    ]
    compiled, readable = both_ways(economy, parameters, months, monkeypatch)
    for column in ("links", "flags", "project", "months_left", "label"):
        np.testing.assert_array_equal(
            compiled.columns[column], readable.columns[column], err_msg=f"{column} differs between the rules"
        )
        np.testing.assert_array_equal(getattr(compiled._twin, column), getattr(readable._twin, column))
    np.testing.assert_allclose(compiled.relationship_hat, readable.relationship_hat, rtol=1e-6)
    for column in ("quiet", "hostile", "removals", "duty_years", "lost_sales", "lost_inputs"):
        np.testing.assert_allclose(compiled.columns[column], readable.columns[column], rtol=1e-5, atol=1e-6)


def test_one_object_a_firm_makes_the_same_choices(economy, parameters, us_duty):
    """The naive version of the benchmark is honest: it is the same model."""
    layer = FirmLayer(economy, parameters, 800, np.random.default_rng(4))
    policy = FirmMonth(
        tariff=us_duty(0.2, 0.1),
        tariff_certified=us_duty(0.0),
        tariff_uncertified=us_duty(0.2),
        imposed=(1, 1),
    )
    live_through(layer, [policy] * 2)
    _, cells = layer.outlook(policy)
    rule, _ = layer._standing(policy.switches)
    firms = to_objects(layer._traits, layer._firms, layer._eps, rule)
    for number in range(4):
        draws, _ = draw_month(len(layer), 0.08, np.random.default_rng(number))
        fused_month(layer._traits, layer._firms, layer._eps, draws, cells, rule, new_tally(33))
        step_objects(firms, cells, rule, draws)
        for name in ("links", "project", "months_left", "certified"):
            mine = [getattr(firm, name) for firm in firms]
            columns = layer.columns
            theirs = columns["flags"] & 1 if name == "certified" else columns[name]
            running = columns["project"] > 0 if name == "months_left" else slice(None)
            np.testing.assert_array_equal(np.array(mine)[running], theirs[running], err_msg=name)
        assert [firm.label for firm in firms] == [str(LABELS[k]) for k in layer.columns["label"]]


def test_the_accounts_of_both_rules_agree(economy, parameters, turbulent_months, monkeypatch):
    compiled, readable = both_ways(economy, parameters, turbulent_months, monkeypatch, seed=11)
    a, b = compiled.last_report, readable.last_report
    for name in ("strategies", "opened", "closed", "started", "links"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)
    np.testing.assert_allclose(a.sunk_outlay, b.sunk_outlay, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(a.stock_relative, b.stock_relative, rtol=1e-6)


def test_every_kind_of_choice_occurs_in_the_compared_history(economy, parameters, turbulent_months):
    layer = FirmLayer(economy, parameters, 3000, np.random.default_rng(3))
    reports = live_through(layer, turbulent_months)
    started = sum(report.started for report in reports)
    assert (started[0, 1:7] > 0).all()
    assert (started[1:, 1:8].sum(axis=0) > 0).all()
    assert sum(report.closed for report in reports).sum() > 0
    assert (sum(report.strategies.sum(axis=(0, 1)) for report in reports) > 0).all()
