"""Plausible mistakes in losses, proximal operators and conjugates."""

from coursework.mutants import Mutant

VALUE, PROX = "loss_value", "prox_loss"
DUAL, BOUND = "dual_value", "dual_bound"
SQUARED = "return 0.5 * (np.abs(f - y) + reach) ** 2"
HINGE = "return y * np.maximum(m, np.minimum(m + t, 1.0))"
START = "np.where(m + t / 2 > 0, np.maximum(m, 0.0), np.minimum(m + t, 0.0))"
ENTROPY = "(entr(a) + entr(1.0 - a)).sum()"

MUTANTS = [
    Mutant(VALUE, "drops the factor 1/2", SQUARED, "return (f - y) ** 2"),
    Mutant(VALUE, "takes a mean", SQUARED, "return 0.5 * (f - y) ** 2 / len(y)"),
    Mutant(
        VALUE,
        "hinge at zero instead of one",
        "np.maximum(1.0 + z, 0.0)",
        "np.maximum(z, 0.0)",
    ),
    Mutant(
        VALUE,
        "squares the hinge",
        "np.maximum(1.0 + z, 0.0)",
        "np.maximum(1.0 + z, 0.0) ** 2",
    ),
    Mutant(
        VALUE,
        "the sign of the logistic margin",
        "np.logaddexp(0.0, z)",
        "np.logaddexp(0.0, -z)",
    ),
    Mutant(
        VALUE,
        "logistic loss that overflows",
        "np.logaddexp(0.0, z)",
        "np.log(1.0 + np.exp(z))",
    ),
    Mutant(
        PROX,
        "step and weight exchanged",
        "(q + t * y) / (1.0 + t)",
        "(t * q + y) / (1.0 + t)",
    ),
    Mutant(
        PROX,
        "hinge: full step even past the kink",
        HINGE,
        "return y * np.where(m < 1.0, m + t, m)",
    ),
    Mutant(PROX, "hinge: always to the kink", HINGE, "return y * np.maximum(m, 1.0)"),
    Mutant(
        PROX,
        "hinge: forgets to go back from margins",
        HINGE,
        "return np.maximum(m, np.minimum(m + t, 1.0))",
    ),
    Mutant(PROX, "one Newton step only", "for _ in range(100):", "for _ in range(1):"),
    Mutant(
        PROX,
        "starts Newton on the other side",
        START,
        "np.where(m + t / 2 > 0, m + t, m)",
    ),
    Mutant(
        PROX,
        "gradient step instead of the implicit one",
        "    margin = " + START,
        "    return y * (m + t * expit(-m))\n    margin = " + START,
    ),
    Mutant(
        DUAL, "forgets the factor 1/2", "y @ nu - 0.5 * nu @ nu", "y @ nu - nu @ nu"
    ),
    Mutant(
        DUAL,
        "the conjugate at +nu",
        "y @ nu - 0.5 * nu @ nu",
        "-y @ nu - 0.5 * nu @ nu",
    ),
    Mutant(DUAL, "half of the entropy", ENTROPY, "entr(a).sum()"),
    Mutant(DUAL, "entropy in bits", ENTROPY, ENTROPY + " / np.log(2)"),
    Mutant(
        DUAL, "no domain", "if a.min() < 0.0 or a.max() > 1.0:", "if a.min() < 0.0:"
    ),
    Mutant(DUAL, "labels forgotten", "a = y * nu", "a = np.abs(nu)"),
    Mutant(
        BOUND,
        "does not scale into the feasible set",
        "np.clip(best, -largest, largest)",
        "best",
    ),
    Mutant(
        BOUND,
        "scales by the norm, not by reg over norm",
        "largest = reg / dual_norm",
        "largest = 1.0 / dual_norm",
    ),
    Mutant(
        BOUND,
        "scales the loss terms instead of the vector",
        "return dual_value(scaled_dual(nu, y, reg, dual_norm, loss), y, loss)",
        "return reg / dual_norm * dual_value(np.clip(nu, -1, 1), y, loss)",
    ),
    Mutant(
        BOUND,
        "leaves the box of the labels",
        "return np.clip(gamma * nu, -1.0, 1.0)",
        "return gamma * nu * 1.0000001",
    ),
    Mutant(
        BOUND,
        "clips the entries instead of scaling them all",
        'top if loss == "hinge" else min(top, 1.0)',
        "1.0",
    ),
    Mutant(
        BOUND,
        "the reciprocal scale",
        "largest = reg / dual_norm",
        "largest = dual_norm / reg",
    ),
    Mutant(
        BOUND,
        "only scales down for the squared loss",
        "best = (y @ nu) / max(nu @ nu, tiny)",
        "best = 0.5",
    ),
    Mutant(
        BOUND,
        "the value of the vector as it is",
        "return dual_value(scaled_dual(nu, y, reg, dual_norm, loss), y, loss)",
        "return dual_value(nu, y, loss)",
    ),
]
