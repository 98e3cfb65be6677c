"""Plausible mistakes in back-propagation and Adam by hand."""

from coursework.mutants import Mutant

GRADIENT, FIT = "plain_network_gradient", "plain_fit_network"

MUTANTS = [
    Mutant(GRADIENT, "a sum for the mean", "(P - np.eye(len(c))[y]) / n",
           "(P - np.eye(len(c))[y])"),
    Mutant(GRADIENT, "the loss as a sum", ".mean())", ".sum())"),
    Mutant(GRADIENT, "the closed units' slopes too", "(D @ V.T) * (A > 0)",
           "(D @ V.T)"),
    Mutant(GRADIENT, "the units' values for their slopes", "(D @ V.T) * (A > 0)",
           "(D @ V.T) * A"),
    Mutant(GRADIENT, "the target's sign", "P - np.eye(len(c))[y]",
           "P + np.eye(len(c))[y]"),
    Mutant(GRADIENT, "no shift of the units", "np.maximum(X @ W + b, 0.0)\n    F",
           "np.maximum(X @ W, 0.0)\n    F"),
    Mutant(GRADIENT, "shifts like weights of the wrong layer",
           "E.sum(axis=0), A.T @ D, D.sum(axis=0)",
           "E.sum(axis=0) * 0.5, A.T @ D, D.sum(axis=0)"),
    Mutant(GRADIENT, "inputs for the units", "A.T @ D", "np.abs(A).T @ np.abs(D)"),
    Mutant(FIT, "initial weights without their variance", "* np.sqrt(2.0 / d)", ""),
    Mutant(FIT, "no correction of the mean", "m[i] / (1 - 0.9**k) / scale",
           "m[i] / scale"),
    Mutant(FIT, "no correction of the square", "v[i] / (1 - 0.999**k)", "v[i]"),
    Mutant(FIT, "one decay for both", "0.999 * v[i] + 0.001 * g**2",
           "0.9 * v[i] + 0.1 * g**2"),
    Mutant(FIT, "counts steps from zero", "1 - 0.9**k)", "1 - 0.9 ** (k + 1))"),
    Mutant(FIT, "uphill", "theta[i] - step_size", "theta[i] + step_size"),
    Mutant(FIT, "one step too few", "range(1, max_iter + 1)", "range(1, max_iter)"),
    Mutant(FIT, "the start for the result", "W, b, V, c = theta", "_, b, V, c = theta"),
    Mutant(FIT, "exponentials that overflow",
           "P = np.exp(F - F.max(axis=1, keepdims=True))\n        return",
           "P = np.exp(F)\n        return"),
]  # fmt: skip
