"""The compiled month and the readable one make the same choices, firm by firm."""

from __future__ import annotations

import numpy as np
import pytest

from negotiation.world.firms import FirmLayer, FirmMonth, Switches, rule_numpy
from negotiation.world.firms import layer as layer_module
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
