"""Who holds a certificate of origin before the story starts, and who could get one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import njit

from negotiation.terms import PARTNERS
from negotiation.world.firms.corridors import HOMES
from negotiation.world.firms.dice import key_of, uniforms
from negotiation.world.firms.parameters import FirmParameters
from negotiation.world.firms.population import CERTIFIED, FEASIBLE, Holdings, Template, Traits


def certify(
    template: Template, traits: Traits, have: Holdings, p: FirmParameters, rng: np.random.Generator
) -> None:
    """Give certificates to firms in random order until their cell's share of US sales is the observed one;
    let the rules of origin be within reach of the first ``feasible_share`` of the same order."""
    order = np.empty(template.count, np.float32)
    uniforms(key_of(rng)[0], order)
    corridors = template.corridors
    names = tuple(corridors.sectors[j] for j in corridors.goods)
    start = _claimed_at_start(p, names)
    _hand_out(
        template.first, order, have.links, traits.value, start, p.feasible_share, traits.nature, have.flags
    )


@lru_cache(maxsize=12)
def _claimed_at_start(p: FirmParameters, sectors: tuple[str, ...]) -> np.ndarray:
    """(cells,) share of US sales certified before the story; 0 for the United States."""
    shares = [[p.certified_share_at_start(str(k), s) for s in sectors] for k in PARTNERS]
    return np.concatenate([np.zeros(len(sectors)), *shares])


@njit(cache=True, nogil=True)
def _hand_out(first, order, links, value, start, feasible_share, nature, flags):
    for c in range((first.size - 1) // HOMES, first.size - 1):
        rows = first[c] + np.argsort(order[first[c] : first[c + 1]])
        total = 0.0
        for i in rows:
            total += value[i, 0] * (links[i] & 1)
        sold = 0.0
        for i in rows:
            mine = value[i, 0] * (links[i] & 1)
            reached = (sold + 0.5 * mine) / total if total > 0.0 else 1.0
            sold += mine
            if reached < feasible_share:
                nature[i] |= FEASIBLE
            if reached < min(start[c], feasible_share):
                flags[i] |= CERTIFIED
