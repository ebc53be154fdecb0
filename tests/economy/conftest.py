import pytest

from negotiation.economy import Economy, load_economy


@pytest.fixture(scope="session")
def base() -> Economy:
    """The recommended economy without tariffs, median elasticities."""
    return load_economy("economy_2023")
