"""Independent routes that the tests of this chapter share: loops and dense programs."""

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from reference.activation_patterns import Patterns
from reference.common import with_bias
from reference.relu_lp import ConvexWeights, ReluNetwork, to_network
from tests import strategies


def gate_patterns(X, P, seed):
    """Distinct patterns of Gaussian gates, all strictly inside their cells."""
    H = np.random.default_rng(seed).standard_normal((P, X.shape[1]))
    masks = (X @ H.T >= 0).T
    first = np.sort(np.unique(masks, axis=0, return_index=True)[1])
    return Patterns(masks[first], H[first])


@st.composite
def networks(draw, d, max_width=7):
    """Networks with zero, repeated and integer neurons among Gaussian ones."""
    m = draw(st.integers(1, max_width))
    rng = np.random.default_rng(draw(strategies.seeds))
    hidden = rng.standard_normal((d, m))
    if draw(st.booleans()):
        hidden = rng.integers(-2, 3, (d, m)).astype(float)
    output = rng.choice([-2.0, -0.5, 0.0, 1.0, 3.0], m)
    return ReluNetwork(hidden, output)


@st.composite
def labelled_data(draw, max_rows=7):
    """Data, labels and sampled patterns: feasible or not."""
    X = draw(strategies.any_data(max_rows=max_rows, max_columns=3))
    if draw(st.booleans()):
        X = with_bias(X)
    y = draw(strategies.labels(len(X)))
    return X, y, gate_patterns(X, draw(st.integers(1, 10)), draw(strategies.seeds))


@st.composite
def data_and_cone_weights(draw):
    """Data, patterns, and weights inside their cones: sums of points of each."""
    X = draw(strategies.any_data())
    patterns = gate_patterns(X, draw(st.integers(1, 12)), draw(strategies.seeds))
    rng = np.random.default_rng(draw(strategies.seeds))
    size = rng.choice([0.0, 0.1, 1.0, 5.0], (2, len(patterns.masks), 1))
    weights = ConvexWeights(size[0] * patterns.gates, size[1] * patterns.gates)
    return X, patterns, weights


def output_by_loops(X, masks, weights):
    values = np.zeros(len(X))
    for k, x in enumerate(X):
        for mask, u_plus, u_minus in zip(
            masks, weights.positive, weights.negative, strict=True
        ):
            if mask[k]:
                values[k] += sum(x * u_plus) - sum(x * u_minus)
    return values


def smallest_cone_slack(X, masks, weights):
    """The worst (2D - I) X u over both blocks, relative to |x| |u|."""
    worst = np.inf
    for block in (weights.positive, weights.negative):
        for mask, u in zip(masks, block, strict=True):
            for active, x in zip(mask, X, strict=True):
                scale = np.linalg.norm(x) * np.linalg.norm(u)
                if scale > 0:
                    worst = min(worst, (x @ u if active else -(x @ u)) / scale)
    return worst


def lp_oracle(X, y, masks, objective="feasible"):
    """Problem (3) as one dense linear program in u and v: its value, or None."""
    (P, n), d = masks.shape, X.shape[1]
    signs = np.where(masks, 1.0, -1.0)
    margins = np.hstack([(y * mask)[:, None] * X for mask in masks])
    cones = np.zeros((2 * P * n, 2 * P * d))
    for b in range(2 * P):
        cones[b * n : (b + 1) * n, b * d : (b + 1) * d] = signs[b % P][:, None] * X
    A = -np.vstack([np.hstack([margins, -margins]), cones])
    b = np.append(-np.ones(n), np.zeros(len(cones)))
    size = 2 * P * d
    eye = np.eye(size)
    if objective == "feasible":
        c, bounds = np.zeros(size), (None, None)
    elif objective == "min_l1":  # |theta| <= s, sum of s
        A = np.block([[A, 0 * A], [eye, -eye], [-eye, -eye]])
        c, bounds = np.append(np.zeros(size), np.ones(size)), (None, None)
    else:
        one = np.ones((size, 1))
        A = np.block([[A, np.zeros((len(A), 1))], [eye, -one], [-eye, -one]])
        c, bounds = np.append(np.zeros(size), 1.0), (None, None)
    b = np.append(b, np.zeros(len(A) - len(b)))
    result = linprog(c, A, b, bounds=bounds, method="highs-ds")
    assert result.status in (0, 2, 4), result.message
    return result.fun if result.status == 0 else None


def objective_value(weights, objective):
    theta = np.abs(np.vstack([weights.positive, weights.negative]))
    return {"feasible": 0.0, "min_l1": theta.sum(), "max_margin": theta.max()}[
        objective
    ]


def assert_solves(X, y, patterns, weights, margin=1.0):
    f = output_by_loops(X, patterns.masks, weights)
    tolerance = 1e-9 * margin
    assert (y * f).min() >= margin - tolerance, f"margins {y * f}"
    assert smallest_cone_slack(X, patterns.masks, weights) >= -1e-9, "outside a cone"
    network = to_network(weights)(X)
    assert (y * network).min() >= margin - tolerance, f"network margins {y * network}"
