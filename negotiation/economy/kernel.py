"""The compiled heart of the trade model: from shocks to equilibrium, arrays only.

Letters as in Caliendo and Parro (2015): pi trade share, tau tariff, theta elasticity, beta value-added
share, gamma input share, alpha final share, n importer, i exporter, j and k sectors. Values are in units
of world value added. The unknowns are one vector of length 2*N*J + N,

    z = [ln P_nj, X_nj / X0_nj, ln w_n],

and one evaluation of the map T (unit cost -> shares -> sales -> wages and spending) costs N*J exponentials
and logarithms because kappa^(-theta) is folded into A beforehand. A fixed point z = T(z) is an equilibrium.

Search: chord steps z + M (T(z) - z), M = (I - DT)^-1 at the base, accelerated by Anderson(4); if that fails
(or M is not given) Anderson(8) on T itself. All functions live in this one file because the compile cache
notices changes per file only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

# Sums are written in the order in which they are to be taken and never re-associated, so that the same input
# gives the same bytes wherever the arrays happen to lie in memory; multiply-add in one rounding ("contract") is
# all of fast-math there is. Inner loops run over sectors without carrying a sum, which lets the compiler
# vectorise them all the same. A division by zero gives infinity instead of an exception, since that is how a
# failed step is noticed. Arrays are copied in loops, because numba's slice assignment drags in a quarter of the
# compile time for its error message.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}

CONVERGED, NOT_CONVERGED, BAD_SHOCK = 0, 1, 2
_CHORD_DEPTH, _CHORD_LIMIT = 4, 60
_PLAIN_DEPTH, _PLAIN_LIMIT = 8, 2000
_LOG_STEP = 2.0
"""Largest change of a log price or wage in one step."""


def _compiled(function: Callable[..., Any]) -> Any:
    """Compile without the GIL, cached on disk where possible, else for this process only."""
    try:
        return njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # no writable place for the cache
        return njit(**_OPTIONS)(function)


@_compiled
def fold_shock(pi, tau0, theta, tau, d, m, A, B, C):
    """Fold a shock into A = pi m kappa^(-theta), B = A / (1 + tau') and C = A - B; False if it has no meaning."""
    N, _, J = pi.shape
    for n in range(N):
        for i in range(N):
            for j in range(J):
                t = tau[n, i, j]
                cost = d[n, i, j]
                stock = m[n, i, j]
                if not (t > -1.0 and t < 1e6 and cost > 0.0 and cost < 1e6 and stock >= 0.0 and stock < 1e6):
                    return False
                if n == i and t != 0.0:
                    return False
                a = pi[n, i, j] * stock
                if a > 0.0 and (t != tau0[n, i, j] or cost != 1.0):
                    a *= math.exp(-theta[j] * math.log((1.0 + t) / (1.0 + tau0[n, i, j]) * cost))
                kept = a if t == 0.0 else a / (1.0 + t)
                A[n, i, j] = a
                B[n, i, j] = kept
                C[n, i, j] = a - kept
    return True


@_compiled
def evaluate(z, A, B, C, theta, beta, gamma, use, alpha, X0, wL, D, out, e, S, Y, I, R):
    """One application of the map: out = T(z). Leaves cost terms e, price sums S, sales Y, incomes I,
    revenue R.

    ``use`` is gamma with its last two axes exchanged: (region, using, supplying). Spending and wages are
    rescaled together so that world value added stays 1 (the numeraire).
    """
    N, J = X0.shape
    NJ = N * J
    lnP, x, lnw = z[:NJ].reshape(N, J), z[NJ : 2 * NJ].reshape(N, J), z[2 * NJ :]
    new_lnP, new_x, new_lnw = out[:NJ].reshape(N, J), out[NJ : 2 * NJ].reshape(N, J), out[2 * NJ :]
    for i in range(N):
        for j in range(J):
            e[i, j] = beta[i, j] * lnw[i]
        for k in range(J):
            lnP_k = lnP[i, k]
            for j in range(J):
                e[i, j] += gamma[i, k, j] * lnP_k
        for j in range(J):
            e[i, j] = math.exp(-theta[j] * e[i, j])
            Y[i, j] = 0.0
    for n in range(N):
        for j in range(J):
            S[n, j] = 0.0
            new_lnP[n, j] = 0.0
        for i in range(N):
            for j in range(J):
                S[n, j] += A[n, i, j] * e[i, j]
            for j in range(J):
                new_lnP[n, j] += C[n, i, j] * e[i, j]
        R[n] = 0.0
        for j in range(J):
            new_x[n, j] = x[n, j] * X0[n, j] / S[n, j]
        for j in range(J):
            R[n] += new_lnP[n, j] * new_x[n, j]
        for j in range(J):
            new_lnP[n, j] = -math.log(S[n, j]) / theta[j]
        for i in range(N):
            for j in range(J):
                Y[i, j] += B[n, i, j] * new_x[n, j]
    world = 0.0
    for i in range(N):
        I[i] = 0.0
        for j in range(J):
            Y[i, j] *= e[i, j]
            I[i] += beta[i, j] * Y[i, j]
        world += I[i]
    scale = 1.0 / world
    for n in range(N):
        earned = I[n] * scale
        new_lnw[n] = math.log(earned / wL[n])
        R[n] *= scale
        I[n] = earned + R[n] + D[n]
        for j in range(J):
            Y[n, j] *= scale
            new_x[n, j] = alpha[n, j] * I[n]
        for k in range(J):
            sale = Y[n, k]
            for j in range(J):
                new_x[n, j] += use[n, k, j] * sale
        for j in range(J):
            new_x[n, j] /= X0[n, j]


@_compiled
def map_derivative(A, B, C, theta, beta, gamma, use, alpha, X0, wL, D):
    """DT at the base z0 = [0, 1, 0] by central differences: (state, state)."""
    N, J = X0.shape
    K = 2 * N * J + N
    z = np.zeros(K)
    z[N * J : 2 * N * J] = 1.0
    image = np.empty(K)
    e, S, Y = np.empty((N, J)), np.empty((N, J)), np.empty((N, J))
    I, R = np.empty(N), np.empty(N)
    slope = np.zeros((K, K))
    for c in range(K):
        base = z[c]
        for side in range(2):
            h = 1e-5 if side == 0 else -1e-5
            z[c] = base + h
            evaluate(z, A, B, C, theta, beta, gamma, use, alpha, X0, wL, D, image, e, S, Y, I, R)
            for r in range(K):
                slope[r, c] += image[r] / (2.0 * h)
        z[c] = base
    return slope


@_compiled
def _mixing_weights(gram, right, size, weights):
    """Solve the small least-squares system of Anderson mixing, slightly regularised, by elimination."""
    trace = 0.0
    for a in range(size):
        trace += gram[a, a]
    work = np.empty((size, size + 1))
    for a in range(size):
        for b in range(size):
            work[a, b] = gram[a, b]
        work[a, a] += 1e-14 * trace + 1e-300
        work[a, size] = right[a]
    for a in range(size):
        pivot = a
        for b in range(a + 1, size):
            if abs(work[b, a]) > abs(work[pivot, a]):
                pivot = b
        if pivot != a:
            for c in range(size + 1):
                work[a, c], work[pivot, c] = work[pivot, c], work[a, c]
        for b in range(a + 1, size):
            factor = work[b, a] / work[a, a]
            for c in range(a, size + 1):
                work[b, c] -= factor * work[a, c]
    for a in range(size - 1, -1, -1):
        total = work[a, size]
        for b in range(a + 1, size):
            total -= work[a, b] * weights[b]
        weights[a] = total / work[a, a]


@_compiled
def chord_step(Mt, f, short, step):
    """step = M f in single precision, four columns at a time: the chord only steers, the residual decides."""
    K = f.size
    short[:] = 0.0
    whole = K - K % 4
    for c in range(0, whole, 4):
        f0, f1, f2, f3 = np.float32(f[c]), np.float32(f[c + 1]), np.float32(f[c + 2]), np.float32(f[c + 3])
        for r in range(K):
            short[r] += Mt[c, r] * f0 + Mt[c + 1, r] * f1 + Mt[c + 2, r] * f2 + Mt[c + 3, r] * f3
    for c in range(whole, K):
        f0 = np.float32(f[c])
        for r in range(K):
            short[r] += Mt[c, r] * f0
    for r in range(K):
        step[r] = short[r]


@_compiled
def dot(a, b):
    """Inner product in eight interleaved sums: a fixed order that still uses vector registers."""
    K = a.size
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
    whole = K - K % 8
    for r in range(0, whole, 8):
        s0 += a[r] * b[r]
        s1 += a[r + 1] * b[r + 1]
        s2 += a[r + 2] * b[r + 2]
        s3 += a[r + 3] * b[r + 3]
        s4 += a[r + 4] * b[r + 4]
        s5 += a[r + 5] * b[r + 5]
        s6 += a[r + 6] * b[r + 6]
        s7 += a[r + 7] * b[r + 7]
    for r in range(whole, K):
        s0 += a[r] * b[r]
    return ((s0 + s4) + (s1 + s5)) + ((s2 + s6) + (s3 + s7))


@_compiled
def search(z, Mt, depth, limit, tolerance, A, B, C, theta, beta, gamma, use, alpha, X0, wL, D, e, S, Y, I, R):
    """Anderson search from z, in place. ``Mt`` of size 0 means plain steps. Returns (evaluations, residual).

    Leaves in e, S, Y, I, R the values at the returned z. A residual that is not finite means failure.
    """
    N, J = X0.shape
    NJ = N * J
    K = z.size
    chord = Mt.shape[0] == K
    short = np.empty(K, dtype=np.float32)
    f, step, last_z, last_step = np.empty(K), np.empty(K), np.empty(K), np.empty(K)
    dZ, dR = np.empty((depth, K)), np.empty((depth, K))
    gram, right, weights = np.zeros((depth, depth)), np.empty(depth), np.empty(depth)
    stored, slot = 0, 0
    residual = np.inf
    for count in range(1, limit + 1):
        evaluate(z, A, B, C, theta, beta, gamma, use, alpha, X0, wL, D, f, e, S, Y, I, R)
        residual = 0.0
        for r in range(K):
            f[r] -= z[r]
            size = abs(f[r])
            if not (size < 1e100):
                return count, np.inf
            residual = max(residual, size)
        if residual <= tolerance:
            return count, residual
        if chord:
            chord_step(Mt, f, short, step)
        else:
            for r in range(K):
                step[r] = f[r]
        if count > 1:
            for r in range(K):
                dZ[slot, r] = z[r] - last_z[r]
                dR[slot, r] = step[r] - last_step[r]
            stored = min(stored + 1, depth)
            for a in range(stored):
                gram[slot, a] = dot(dR[slot], dR[a])
                gram[a, slot] = gram[slot, a]
            slot = (slot + 1) % depth
        for r in range(K):
            last_z[r] = z[r]
            last_step[r] = step[r]
        if stored > 0:
            for a in range(stored):
                right[a] = dot(dR[a], step)
            _mixing_weights(gram, right, stored, weights)
            for a in range(stored):
                weight = weights[a]
                for r in range(K):
                    step[r] -= weight * (dZ[a, r] + dR[a, r])
        for r in range(NJ):
            z[r] += min(_LOG_STEP, max(-_LOG_STEP, step[r]))
        for r in range(NJ, 2 * NJ):
            z[r] = max(z[r] + step[r], 0.1 * z[r])
        for r in range(2 * NJ, K):
            z[r] += min(_LOG_STEP, max(-_LOG_STEP, step[r]))
    return limit, residual


@_compiled
def solve_rows(
    first, last, taus, ds, ms, starts, tolerance,
    pi, tau0, theta, beta, gamma, use, alpha, X0, wL, D, I0, world, Mt,
    states, outputs, regional, revenue, flows, shares, evidence, status,
):  # fmt: skip
    """Solve rows first..last-1 of a batch, each independent of the others.

    ``taus``, ``ds``, ``ms`` are (rows or 1, N, N, J), ``starts`` (rows or 1 or 0, state), ``Mt`` the chord
    matrix transposed in single precision, or empty. Filled per row: ``states``; ``outputs`` (N, J);
    ``regional`` (7, N) = real income, real wage, price index, wage (hats), income, tariff revenue, value added;
    ``revenue`` (N, N); ``flows`` and ``shares`` (N, N, J) unless they have no rows; ``evidence`` (iterations,
    residual); ``status``. Values are filled in USD bn (times ``world``). A failed row is NaN.
    """
    N, J = X0.shape
    NJ = N * J
    K = 2 * NJ + N
    A, B, C = np.empty((N, N, J)), np.empty((N, N, J)), np.empty((N, N, J))
    e, S, Y = np.empty((N, J)), np.empty((N, J)), np.empty((N, J))
    I, R, z = np.empty(N), np.empty(N), np.empty(K)
    none = np.empty((0, 0), dtype=np.float32)
    for row in range(first, last):
        tau = taus[row if taus.shape[0] > 1 else 0]
        d = ds[row if ds.shape[0] > 1 else 0]
        m = ms[row if ms.shape[0] > 1 else 0]
        good = fold_shock(pi, tau0, theta, tau, d, m, A, B, C)
        count, residual = 0, np.inf
        if good:
            warm = starts.shape[0] > 0
            if warm:
                begin = starts[row if starts.shape[0] > 1 else 0]
                for r in range(K):
                    z[r] = begin[r]
                    if not (abs(z[r]) < 1e100):
                        warm = False
            if not warm:
                z[:] = 0.0
                z[NJ : 2 * NJ] = 1.0
            for attempt in range(0 if Mt.shape[0] == K else 1, 2):
                if attempt == 0:
                    matrix, depth, limit = Mt, _CHORD_DEPTH, _CHORD_LIMIT
                else:
                    matrix, depth, limit = none, _PLAIN_DEPTH, _PLAIN_LIMIT
                    if count > 0:
                        z[:] = 0.0
                        z[NJ : 2 * NJ] = 1.0
                steps, residual = search(
                    z, matrix, depth, limit, tolerance,
                    A, B, C, theta, beta, gamma, use, alpha, X0, wL, D, e, S, Y, I, R,
                )  # fmt: skip
                count += steps
                if residual <= tolerance:
                    break
        evidence[row, 0] = count
        evidence[row, 1] = residual
        sound = good and residual <= tolerance
        if sound:
            for n in range(N):
                sound = sound and I[n] > 0.0
        if not sound:
            status[row] = NOT_CONVERGED if good else BAD_SHOCK
            states[row, :] = np.nan
            outputs[row, :, :] = np.nan
            regional[row, :, :] = np.nan
            revenue[row, :, :] = np.nan
            if flows.shape[0] > 0:
                flows[row, :, :, :] = np.nan
            if shares.shape[0] > 0:
                shares[row, :, :, :] = np.nan
            continue
        status[row] = CONVERGED
        for r in range(K):
            states[row, r] = z[r]
        lnP, x, lnw = z[:NJ].reshape(N, J), z[NJ : 2 * NJ].reshape(N, J), z[2 * NJ :]
        output, region, collected = outputs[row], regional[row], revenue[row]
        for n in range(N):
            lnQ = 0.0
            for j in range(J):
                lnQ += alpha[n, j] * lnP[n, j]
                output[n, j] = Y[n, j] * world
                S[n, j] = 1.0 / S[n, j]
            wage = math.exp(lnw[n])
            region[0, n] = I[n] / I0[n] * math.exp(-lnQ)
            region[1, n] = math.exp(lnw[n] - lnQ)
            region[2, n] = math.exp(lnQ)
            region[3, n] = wage
            region[4, n] = I[n] * world
            region[5, n] = R[n] * world
            region[6, n] = wage * wL[n] * world
        for n in range(N):
            for i in range(N):
                total = 0.0
                for j in range(J):
                    total += C[n, i, j] * e[i, j] * S[n, j] * x[n, j] * X0[n, j]
                collected[n, i] = total * world
        if flows.shape[0] > 0:
            flow = flows[row]
            for n in range(N):
                for i in range(N):
                    for j in range(J):
                        flow[n, i, j] = B[n, i, j] * e[i, j] * S[n, j] * x[n, j] * X0[n, j] * world
        if shares.shape[0] > 0:
            share = shares[row]
            for n in range(N):
                for i in range(N):
                    for j in range(J):
                        share[n, i, j] = A[n, i, j] * e[i, j] * S[n, j]
