"""Plausible wrong answers to whether a network fits, and wrong certificates."""

from coursework.mutants import Mutant

FIT, FARKAS = "fit_relu_lp", "farkas_residual"

MUTANTS = [
    Mutant(
        FIT,
        "calls nearly equal rows equal",
        "farkas_residual(X, y, masks, multipliers) <= 1e-12:",
        "farkas_residual(X, y, masks, multipliers) <= 1e-8:",
    ),
    Mutant(
        FIT,
        "a ridge hides that the Gram matrix is singular",
        "cho_solve(cho_factor(F.gram()), y)",
        "cho_solve(cho_factor(F.gram() + 1e-6 * np.eye(len(y))), y)",
    ),
    Mutant(
        FIT,
        "trusts the factor of a singular matrix",
        "if np.abs(F.outputs(w) - y).max() < 1e-9:",
        "if True:",
    ),
    Mutant(
        FIT,
        "says infeasible whenever the Gram matrix is singular",
        "if not lengths.all():",
        "if True:",
    ),
    Mutant(
        FIT,
        "forgets that the certificate is for rows of length one",
        "np.maximum(mu, 0.0) / lengths",
        "np.maximum(mu, 0.0)",
    ),
    Mutant(
        FIT,
        "believes all digits of the solver's multipliers",
        "mu[mu > 0] -= V.T @ (V @ mu[mu > 0])",
        "mu[mu > 0] -= 0.0 * (V.T @ (V @ mu[mu > 0]))",
    ),
    Mutant(
        FIT,
        "a certificate without its sum",
        "raise _infeasible(X, y, masks, multipliers / (multipliers.sum() or 1.0))",
        "raise Infeasible('no', 2 * multipliers / multipliers.sum())",
    ),
    Mutant(
        FIT,
        "scales rows, and forgets it in the margins",
        "return w[0] / (lengths * margins).min()",
        "return w[0] / margins.min()",
    ),
    Mutant(
        FIT,
        "the range of the first pattern only",
        "np.hstack([triangle, *columns]).T",
        "np.hstack([triangle, columns[0]]).T",
    ),
    Mutant(
        FIT,
        "cuts off small directions of the range",
        "keep = s > 1e-10 * s[0]",
        "keep = s > 0.05 * s[0]",
    ),
    Mutant(
        FARKAS,
        "forgets the labels",
        "adjoint(y * multipliers)",
        "adjoint(multipliers)",
    ),
    Mutant(
        FARKAS,
        "forgets the scale of the data",
        "size = np.abs(multipliers) @ np.abs(X)",
        "size = np.ones(X.shape[1])",
    ),
    Mutant(
        FARKAS,
        "lets positive and negative sums cancel",
        "worst = np.abs(sums / np.where(size > 0, size, 1.0)).max()",
        "worst = (sums / np.where(size > 0, size, 1.0)).max()",
    ),
    Mutant(
        FARKAS,
        "takes the mean over patterns",
        "worst = np.abs(sums / np.where(size > 0, size, 1.0)).max()",
        "worst = np.abs((sums / np.where(size > 0, size, 1.0)).mean(axis=1)).max()",
    ),
    Mutant(
        FARKAS,
        "accepts negative multipliers",
        "-multipliers.min(), total",
        "total",
    ),
    Mutant(
        FARKAS,
        "accepts the zero vector",
        "-multipliers.min(), total, 0.0",
        "-multipliers.min(), 0.0",
    ),
    Mutant(
        "fit_relu_lp",
        "a certificate of the largest multipliers only",
        "    raise _infeasible(X, y, masks, multipliers / (multipliers.sum() or 1.0))",
        "    multipliers *= multipliers > 0.9 * multipliers.max()\n"
        "    raise _infeasible(X, y, masks, multipliers / (multipliers.sum() or 1.0))",
    ),
    Mutant(
        "fit_relu_lp",
        "believes every certificate",
        "if not farkas_residual(X, y, masks, multipliers) <= 1e-12:",
        "if False:",
    ),
]
