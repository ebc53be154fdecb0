"""An independent answer to the same question: the equilibrium equations solved by numpy Newton.

Written from the equations alone: nothing here imports the compiled kernel or shares a line with it. The
unknowns are ln P, X and ln w; the Jacobian is analytic; one labour-market equation gives way to the numeraire.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Answer:
    real_income_hat: np.ndarray
    real_wage_hat: np.ndarray
    price_index_hat: np.ndarray
    wage_hat: np.ndarray
    trade_flow: np.ndarray
    output: np.ndarray
    income: np.ndarray
    tariff_revenue: np.ndarray


def newton(
    economy, *, tariff=None, trade_cost_hat=None, relationship_hat=None, tolerance=1e-11, limit=60
) -> Answer:
    """Solve ``economy`` (only its base data are read) after a shock; fails with RuntimeError."""
    tau = economy.tariff if tariff is None else np.broadcast_to(tariff, economy.shape)
    d = np.ones(economy.shape) if trade_cost_hat is None else np.broadcast_to(trade_cost_hat, economy.shape)
    m = (
        np.ones(economy.shape)
        if relationship_hat is None
        else np.broadcast_to(relationship_hat, economy.shape)
    )
    theta, beta, gamma, alpha = (
        economy.trade_elasticity,
        economy.value_added_share,
        economy.input_share,
        economy.final_share,
    )
    world = economy.value_added.sum()
    X0, L, D = economy.expenditure / world, economy.value_added / world, economy.deficit / world
    N, J = X0.shape
    NJ = N * J
    weight = economy.trade_share * m * ((1 + tau) / (1 + economy.tariff) * d) ** -theta
    keep = 1 / (1 + tau)
    regions = np.arange(N)
    lnP, X, lnw = np.zeros((N, J)), X0.copy(), np.zeros(N)
    cost_P = np.zeros((N, J, N, J))  # d ln c[i, j] / d ln P[i, k]
    cost_P[regions, :, regions, :] = gamma.transpose(0, 2, 1)
    cost_P = cost_P.reshape(NJ, NJ)
    cost_w = np.zeros((N, J, N))
    cost_w[regions, :, regions] = beta
    cost_w = cost_w.reshape(NJ, N)
    inputs = np.zeros((N, J, N, J))  # spending on j by users k
    inputs[regions, :, regions, :] = gamma
    inputs = inputs.reshape(NJ, NJ)
    final = np.zeros((N, J, N))
    final[regions, :, regions] = alpha
    final = final.reshape(NJ, N)
    labour = np.zeros((N, N, J))
    labour[regions, regions] = beta
    labour = labour.reshape(N, NJ)
    sector = np.arange(J)
    for _ in range(limit):
        lnc = beta * lnw[:, None] + np.einsum("ikj,ik->ij", gamma, lnP)
        terms = weight * np.exp(-theta * lnc)
        S = terms.sum(axis=1)
        share = terms / S[:, None, :]
        sold = share * X[:, None, :] * keep
        Y = sold.sum(axis=0)
        R = (tau * sold).sum(axis=(1, 2))
        earned = L * np.exp(lnw)
        income = earned + R + D
        F_P = lnP + np.log(S) / theta
        F_X = X - np.einsum("njk,nk->nj", gamma, Y) - alpha * income[:, None]
        F_w = earned - (beta * Y).sum(axis=1)
        F_w[-1] = earned.sum() - 1
        F = np.concatenate([F_P.ravel(), F_X.ravel(), F_w])
        if max(abs(F_P).max(), abs(F_X / X0).max(), abs(F_w / L).max()) < tolerance:
            break
        # sales and revenue respond to costs (through shares) and to spending
        price_c = np.zeros((N, J, N, J))
        price_c[:, sector, :, sector] = share.transpose(2, 0, 1)
        price_c = price_c.reshape(NJ, NJ)
        own = np.zeros((N, J, N, J))
        cross = np.einsum("nij,nlj->jil", sold * theta, share)
        own[:, sector, :, sector] = cross
        own[regions[:, None], sector, regions[:, None], sector] -= theta * Y
        Y_c = own.reshape(NJ, NJ)
        Y_X = np.zeros((N, J, N, J))
        Y_X[:, sector, :, sector] = (share * keep).transpose(2, 1, 0)
        Y_X = Y_X.reshape(NJ, NJ)
        paid = tau * sold
        R_c = theta * (share * paid.sum(axis=1)[:, None, :] - paid)  # (n, i, j)
        R_c = R_c.reshape(N, NJ)
        R_X = np.zeros((N, N, J))
        R_X[regions, regions] = (tau * keep * share).sum(axis=1)
        R_X = R_X.reshape(N, NJ)
        spend_Y = inputs
        Xc = -(spend_Y @ Y_c) - final @ R_c
        jac = np.empty((2 * NJ + N, 2 * NJ + N))
        jac[:NJ, :NJ] = np.eye(NJ) - price_c @ cost_P
        jac[:NJ, NJ : 2 * NJ] = 0
        jac[:NJ, 2 * NJ :] = -price_c @ cost_w
        jac[NJ : 2 * NJ, :NJ] = Xc @ cost_P
        jac[NJ : 2 * NJ, NJ : 2 * NJ] = np.eye(NJ) - spend_Y @ Y_X - final @ R_X
        jac[NJ : 2 * NJ, 2 * NJ :] = Xc @ cost_w - final * earned
        wage_c = -labour @ Y_c
        jac[2 * NJ :, :NJ] = wage_c @ cost_P
        jac[2 * NJ :, NJ : 2 * NJ] = -labour @ Y_X
        jac[2 * NJ :, 2 * NJ :] = wage_c @ cost_w + np.diag(earned)
        jac[-1] = 0
        jac[-1, 2 * NJ :] = earned
        step = np.linalg.solve(jac, -F)
        shrink = min(1.0, 1.0 / max(abs(step[:NJ]).max(), abs(step[2 * NJ :]).max()))
        while (X.ravel() + shrink * step[NJ : 2 * NJ] <= 0).any():
            shrink /= 2
        lnP = lnP + shrink * step[:NJ].reshape(N, J)
        X = X + shrink * step[NJ : 2 * NJ].reshape(N, J)
        lnw = lnw + shrink * step[2 * NJ :]
    else:
        raise RuntimeError(f"oracle: no convergence in {limit} Newton steps")
    lnQ = (alpha * lnP).sum(axis=1)
    return Answer(
        real_income_hat=income * world / economy.income * np.exp(-lnQ),
        real_wage_hat=np.exp(lnw - lnQ),
        price_index_hat=np.exp(lnQ),
        wage_hat=np.exp(lnw),
        trade_flow=sold * world,
        output=Y * world,
        income=income * world,
        tariff_revenue=R * world,
    )
