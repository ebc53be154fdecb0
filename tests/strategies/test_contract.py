"""Every strategy anybody can name is held to the inherited suite."""

import pytest

from negotiation.strategies import strategies, strategy
from tests.contracts.strategy_suite import StrategySuite


class TestEveryStrategy(StrategySuite):
    @pytest.fixture(params=strategies())
    def strategy(self, request):
        return strategy(request.param)

    def test_it_answers_to_the_name_it_was_asked_by(self, strategy, request):
        assert strategy.name == request.node.callspec.params["strategy"]
