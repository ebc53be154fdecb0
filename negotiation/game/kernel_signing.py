"""The compiled choices of the joint review: who would sign, what Washington proposes, how likely each end is.

Every choice is a logit with the noise of ``rules.review``. Offers are numbered as in ``kernel``: EXT 0, COND 1,
SPLIT_CAN 2, SPLIT_MEX 3, SPLIT_both 4; behind them stand ANN 5 and WD 6.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from negotiation.game.kernel_door import Cells, Numbers

EXT, COND, BOTH, ANN, WD = 0, 1, 4, 5, 6


@njit(inline="always")
def sign(v, threat, commitment, numbers, acceptance):
    """Fill (5, 2): how likely CAN, MEX signs each offer rather than wait for annual reviews or withdrawal."""
    for k in range(2):
        fear, loyal = numbers.refusal_risk * threat[k], 1.0 - commitment[k]
        refuse = (1.0 - fear) * v[ANN, k + 1] + fear * v[WD, k + 1]
        scale = numbers.noise_partner * numbers.gdp[k + 1]
        for offer in range(5):
            acceptance[offer, k] = 1.0 / (1.0 + np.exp(-(v[offer, k + 1] - refuse) / scale))
        acceptance[2 + k, k] *= loyal
        acceptance[3 - k, k] = 1.0  # not asked
        acceptance[BOTH, k] *= np.sqrt(loyal)


@njit(cache=True, nogil=True, error_model="numpy")
def softmax(x, noise):
    """Logit choice probabilities in place."""
    best, total = x.max(), 0.0
    for i in range(len(x)):
        x[i] = np.exp((x[i] - best) / noise)
        total += x[i]
    for i in range(len(x)):
        x[i] /= total


@njit(inline="always")
def propose(v, acceptance, slip, numbers, trilateral, first, odds):
    """Fill Washington's choices, ``trilateral`` (EXT, COND, ANN, WD) and ``first`` (that table, the three splits), and
    the odds of the five ends: what is not signed becomes annual reviews, which may slide into withdrawal."""
    ask, signed = np.empty(4), np.empty(5)
    for offer in range(5):
        signed[offer] = acceptance[offer, 0] * acceptance[offer, 1]
    for offer in (EXT, COND):
        ask[offer] = signed[offer] * v[offer, 0] + (1.0 - signed[offer]) * v[ANN, 0]
    ask[2], ask[3] = v[ANN, 0], v[WD, 0]
    trilateral[:] = ask
    trilateral[3] = ask[3] if numbers.letter else -np.inf
    softmax(trilateral, numbers.noise_us)
    table = 0.0
    for offer in range(4):
        table += trilateral[offer] * ask[offer]
    first[0] = table + numbers.trilateral
    for offer in range(2, 5):
        split = signed[offer] * v[offer, 0] + (1.0 - signed[offer]) * table
        first[offer - 1] = split if numbers.divide else -np.inf
    softmax(first, numbers.noise_us)
    split = first[1] * signed[2] + first[2] * signed[3] + first[3] * signed[4]
    at_table = 1.0 - split
    odds[0] = at_table * trilateral[0] * signed[0]
    odds[1] = at_table * trilateral[1] * signed[1]
    odds[2] = split
    annual = at_table - odds[0] - odds[1] - at_table * trilateral[3]
    odds[3] = annual * (1.0 - slip)
    odds[4] = at_table * trilateral[3] + annual * slip


@njit(inline="always")
def expect(v, annual, acceptance, first, odds, expected):
    """Fill (3,) the expected yearly value of the review; a split is the mean over which one it would be."""
    total = 0.0
    for offer in range(2, 5):
        total += first[offer - 1] * acceptance[offer, 0] * acceptance[offer, 1]
    for s in range(3):
        split = 0.0
        for offer in range(2, 5):
            weight = first[offer - 1] * acceptance[offer, 0] * acceptance[offer, 1]
            split += weight / max(total, 1e-300) * v[offer, s]
        expected[s] = (
            odds[0] * v[EXT, s]
            + odds[1] * v[COND, s]
            + odds[2] * split
            + odds[3] * annual[s]
            + odds[4] * v[WD, s]
        )


@njit(cache=True, nogil=True, error_model="numpy")
def decide(raw, slip, cells: Cells, numbers: Numbers):
    """From what the ends are worth (``worth``) to who signs, what is proposed, the odds and the expected value.

    Returns values (n, 7, 3) with signed deals discounted for doubtful delivery, acceptance (n, 5, 2), trilateral
    (n, 4), first (n, 4), odds (n, 5), expected (n, 3).
    """
    n = len(raw)
    value, acceptance, trilateral = np.empty((n, 7, 3)), np.empty((n, 5, 2)), np.empty((n, 4))
    first, odds, expected = np.empty((n, 4)), np.empty((n, 5)), np.empty((n, 3))
    for i in range(n):
        v = value[i]
        kept_can = 1.0 - numbers.lost_if_no_trust * (1.0 - cells.trust[i, 0])
        kept_mex = 1.0 - numbers.lost_if_no_trust * (1.0 - cells.trust[i, 1])
        for s in range(3):  # sums by hand: an array expression would make an array for each
            v[WD, s] = raw[i, WD, s]
            v[ANN, s] = (1.0 - slip[i]) * raw[i, ANN, s] + slip[i] * raw[i, WD, s]
            for offer in range(5):  # a signed deal decays into annual reviews as far as trust is missing
                kept = (1.0 if offer == 3 else kept_can) * (1.0 if offer == 2 else kept_mex)
                v[offer, s] = kept * raw[i, offer, s] + (1.0 - kept) * v[ANN, s]
        sign(v, cells.threat[i], cells.commitment[i], numbers, acceptance[i])
        propose(v, acceptance[i], slip[i], numbers, trilateral[i], first[i], odds[i])
        if not numbers.held:  # no review: the pact simply goes on from year to year
            odds[i] = 0.0
            odds[i, 3] = 1.0
            v[ANN] = raw[i, ANN]
        expect(v, raw[i, ANN], acceptance[i], first[i], odds[i], expected[i])
    return value, acceptance, trilateral, first, odds, expected


@njit(cache=True, nogil=True, error_model="numpy")
def choose(value, acceptance, slip, numbers: Numbers):
    """(n, 5) odds of the ends if they were worth ``value`` and partners signed as given."""
    odds, trilateral, first = np.empty((len(value), 5)), np.empty(4), np.empty(4)
    for i in range(len(value)):
        propose(value[i], acceptance[i], slip[i], numbers, trilateral, first, odds[i])
    return odds
