"""Random economies whose data agree with each other, and random shocks to them, for hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from negotiation.economy import Economy


def random_economy(
    seed: int, n: int, j: int, *, tariffs: bool = True, inputs: bool = True, balanced: bool = False
) -> Economy:
    """N regions x J sectors, home sales dominant, final demand positive by construction."""
    rng = np.random.default_rng(seed)
    flow = rng.uniform(0.05, 0.5, (n, n, j))
    if balanced:
        flow = (flow + flow.transpose(1, 0, 2)) / 2
    flow[np.arange(n), np.arange(n)] = rng.uniform(4.0, 6.0, (n, j))
    tariff = rng.uniform(0.0, 0.3, (n, n, j)) if tariffs else np.zeros((n, n, j))
    tariff[np.arange(n), np.arange(n)] = 0.0
    spending = (flow * (1 + tariff)).sum(axis=1)
    use = spending[:, :, None] * rng.uniform(0.7, 1.3, (n, j, j))
    use /= use.sum(axis=1, keepdims=True)
    bought = rng.uniform(0.05, 0.3, (n, 1, j)) if inputs else np.zeros((n, 1, j))
    return Economy.from_arrays(
        flow * rng.uniform(1.0, 1000.0),
        tariff,
        1 - bought[:, 0, :],
        use * bought,
        rng.uniform(1.5, 9.0, j),
        [f"R{k}" for k in range(n)],
        [f"S{k}" for k in range(j)],
    )


def random_shock(seed: int, economy: Economy) -> dict[str, np.ndarray]:
    """New tariffs up to 60 %, trade costs -15 to +40 %, links 0.5 to 2, nothing at home."""
    rng = np.random.default_rng(seed)
    home = np.arange(len(economy.regions))
    tariff = rng.uniform(0.0, 0.6, economy.shape) * (rng.random(economy.shape) < 0.7)
    cost = rng.uniform(0.85, 1.4, economy.shape)
    links = rng.uniform(0.5, 2.0, economy.shape)
    tariff[home, home] = 0.0
    cost[home, home] = 1.0
    links[home, home] = 1.0
    return {"tariff": tariff, "trade_cost_hat": cost, "relationship_hat": links}


seeds = st.integers(0, 2**32 - 1)


def economies(**fixed: bool) -> st.SearchStrategy[Economy]:
    """Economies of 2-4 regions and 1-3 sectors."""
    return st.builds(
        lambda seed, n, j: random_economy(seed, n, j, **fixed), seeds, st.integers(2, 4), st.integers(1, 3)
    )
