"""Cuts for the cross-entropy loss: does the loop of chapter 12 train by them?

    OPENBLAS_NUM_THREADS=1 python -m experiments.entropy_cuts

Chapter 7's logistic program has curved pieces: a loss for each sample and a norm for
each block. Give each piece a bound of its own, t_k and s_b, and cut where the centre is
below a curve, by the tangent there:

    minimise Σ t_k + λ Σ s_b  over cones and tangents,  with  Σ t_k + λ Σ s_b < best .

The centre is chapter 2's `analytic_center`; nothing needs to be sought, because the
best weights with bounds a little above their pieces are inside. Three ways:

each   every piece that is cut has its own tangent; the objective's wall is written as
       often as there are other walls
sum    the same, but the tangents of a round are added to one row
once   as `each`, with the objective's wall written once

At a centre the multipliers of the tangents are a dual vector; chapter 7's `dual_bound`
makes a lower bound of it, so every round has a certificate. The rival is chapter 7's
`admm_convex_relu`, to the same gap. `signs` is chapter 12's `train`: labels only.

A spiral of one turn with noise: 40 points and 20 Gaussian gates, or 80 and 30; 500
fresh points for testing; λ = 0.1 for a sum of losses, which was not tuned.
"""

import time
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from companion_data.synthetic import harder_spiral
from experiments.provenance import save
from experiments.sweep import resume
from reference.activation_patterns import sample_patterns
from reference.admm import admm_convex_relu, dual_bound
from reference.analytic_center import analytic_center
from reference.common import Infeasible
from reference.convex_relu import cone_dual_norms
from reference.cutting_plane import train
from reference.cutting_plane.models import TwoLayerModel
from reference.relu_lp import ConvexWeights, to_network

SEEDS = [0, 1, 2, 3, 4]
SIZES = {"small": (40, 20), "medium": (80, 30)}  # points, gates
REG, GAP, ROUNDS = 0.1, 1e-3, 60


class Round(NamedTuple):
    """What is known after a centre: the best weights, two bounds, the cost."""

    theta: np.ndarray
    value: float
    bound: float
    tangents: int
    seconds: float


class Program:
    """min Σ log(1 + exp(-y_k f_k)) + λ Σ |u_b| over the cones, in z = (θ, t, s)."""

    def __init__(self, X, y, patterns, reg):
        self.X, self.y, self.reg = X, y, reg
        self.model = TwoLayerModel(X, patterns.gates)
        cones, self.F = self.model.dense(np.arange(len(y)))
        _, P, d = self.model.shape
        self.n, self.blocks, self.D = len(y), 2 * P, 2 * P * d
        self.cost = np.append(np.ones(self.n), np.full(self.blocks, reg))
        own = np.repeat(np.eye(len(self.cost))[self.n :], d, axis=0)
        self.walls = np.block([  # cones, losses at least 0, entries at most their norm
            [-cones, np.zeros((len(cones), len(self.cost)))],
            [np.zeros((self.n, self.D)), -np.eye(self.n, len(self.cost))],
            [np.eye(self.D), -own],
            [-np.eye(self.D), -own],
        ])  # fmt: skip

    def pieces(self, theta):
        """Return losses and norms at θ: what their bounds t and s must exceed."""
        margins = self.y * (self.F @ theta.ravel())
        norms = np.linalg.norm(theta.reshape(self.blocks, -1), axis=1)
        return np.append(np.logaddexp(0.0, -margins), norms)

    def tangents(self, theta):
        """Return rows and right sides of the tangents at θ, and their parts of ν."""
        slopes = -self.y * expit(-self.y * (self.F @ theta.ravel()))
        units = theta.reshape(self.blocks, -1)
        units = units / np.linalg.norm(units, axis=1, keepdims=True)
        norms = np.eye(self.blocks)[:, :, None] * units
        normals = np.vstack([slopes[:, None] * self.F, norms.reshape(self.blocks, -1)])
        right = normals @ theta.ravel() - self.pieces(theta)
        parts = np.eye(len(self.cost), self.n) * -slopes
        return np.hstack([normals, -np.eye(len(self.cost))]), right, parts

    def lower_bound(self, nu):
        """Return what a dual vector proves, by chapter 7."""
        largest = float(cone_dual_norms(self.X, self.model.masks, nu).max())
        return dual_bound(nu, self.y, self.reg, largest, "logistic")

    def network(self, theta):
        return to_network(ConvexWeights(*theta))


def train_by_tangents(program, how="each", rounds=ROUNDS, gap=GAP):
    """Yield a `Round` after each centre, until the relative gap is closed."""
    gates = program.model.gates
    inner = np.stack([gates, gates]) / np.linalg.norm(gates, axis=1, keepdims=True)
    A, b = np.zeros((0, program.walls.shape[1])), np.zeros(0)  # the tangents
    parts = np.zeros((0, program.n))
    theta, best = inner, float(program.cost @ program.pieces(inner))
    lower, began = 0.0, time.process_time()
    for _ in range(rounds):
        start = inside(program, theta, inner, best - lower)
        found, price = weighted_center(program, A, b, best, lower, start, how)
        if len(A):
            lower = max(lower, program.lower_bound(price @ parts))
        here = found.point[: program.D].reshape(theta.shape)
        pieces = program.pieces(here)
        if program.cost @ pieces < best:
            theta, best = here, float(program.cost @ pieces)
        yield Round(theta, best, lower, len(A), time.process_time() - began)
        if best - lower <= gap * best:
            return
        more = program.tangents(here)
        if how == "sum":
            more = [program.cost[None] @ part for part in more]
            kept = np.ones(len(A), dtype=bool)
        else:
            more = [part[pieces > found.point[program.D :]] for part in more]
            kept = price > 1e-3  # far tangents go
        A, b = np.vstack([A[kept], more[0]]), np.append(b[kept], more[1])
        parts = np.vstack([parts[kept], more[2]])


def inside(program, theta, inner, gap):
    """Return a point strictly inside: the best weights, a little towards the gates."""
    share = 0.1 * gap / (program.cost @ program.pieces(inner))
    theta = (1.0 - share) * theta + share * inner
    lift = 0.1 * gap / program.cost.sum()
    return np.append(theta.ravel(), program.pieces(theta) + lift)


def weighted_center(program, A, b, best, lower, start, how):
    """Return the centre, and the multipliers of the tangents for this objective."""
    walls = program.walls
    times = 1 if how == "once" else len(walls) + len(A)
    objective = np.append(np.zeros(program.D), program.cost)
    top = best + 0.3 * (best - lower)
    found = analytic_center(
        np.vstack([walls, np.tile(objective, (times, 1)), A]),
        np.concatenate([np.zeros(len(walls)), np.full(times, top), b]),
        start=start, tol=1e-3,
    )  # fmt: skip
    slacks = found.slacks[len(walls) :]
    return found, slacks[0] / times / slacks[times:]


def data(size, seed):
    """Return X, y, patterns, and new points."""
    n, gates = SIZES[size]
    rng = np.random.default_rng(seed)
    X, y = harder_spiral(n // 2, 1.0, noise=0.03, rng=rng)
    new = harder_spiral(250, 1.0, noise=0.03, rng=rng)
    return X, y, sample_patterns(X, gates, rng=rng), new


def measure(size, how, seed):
    """Return objective, certificate, accuracy and time of one method."""
    X, y, patterns, (X_new, y_new) = data(size, seed)
    began = time.process_time()
    answer = {"patterns": len(patterns)}
    if how == "admm":
        fit = admm_convex_relu(X, y, patterns, REG, loss="logistic", tol=0.2 * GAP)
        network = fit.network
        answer |= {"value": fit.objective, "gap": fit.gap / fit.objective}
    elif how == "signs":
        try:
            network = train(X, y, patterns).network
        except Infeasible:
            return answer | {"infeasible": True}
    else:
        program = Program(X, y, patterns, REG)
        rounds = list(train_by_tangents(program, how))
        network = program.network(rounds[-1].theta)
        answer |= {
            "value": rounds[-1].value, "gap": 1 - rounds[-1].bound / rounds[-1].value,
            "rounds": len(rounds), "tangents": rounds[-1].tangents,
        }  # fmt: skip
    answer["seconds"] = time.process_time() - began
    answer["train"] = float(np.mean(y * network(X) > 0))
    answer["test"] = float(np.mean(y_new * network(X_new) > 0))
    return answer


def main():
    """Measure what is missing and save the results."""
    cases = [("small", how) for how in ("admm", "each", "sum", "once", "signs")]
    cases += [("medium", how) for how in ("admm", "each", "signs")]
    results = {}
    for size, how in cases:
        tasks = [{"size": size, "how": how, "seed": seed} for seed in SEEDS]
        rows = resume(tasks, measure, "work/entropy_cuts.jsonl")
        columns = {k: [row.get(k) for row in rows] for row in rows for k in row}
        results.setdefault(size, {})[how] = columns
        print(size, how, columns)
    save("entropy_cuts", {"gap": GAP, "reg": REG, "sizes": results}, seeds=SEEDS)


if __name__ == "__main__":
    main()
