"""Plausible mistakes in `reference.convex_relu.gated`."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "gated_predict",
        "gates with the weights",
        "X @ gates.T >= 0, X",
        "X @ weights.reshape(*gates.shape, -1)[..., 0].T >= 0, X",
    ),
    Mutant(
        "gated_predict",
        "closes the gates",
        "X @ gates.T >= 0, X",
        "X @ gates.T < 0, X",
    ),
    Mutant(
        "gated_predict",
        "closes a gate at its boundary",
        "X @ gates.T >= 0, X",
        "X @ gates.T > 0, X",
    ),
    Mutant(
        "gated_predict",
        "applies a ReLU as well",
        'return np.einsum("np,nd,pd...->n...", X @ gates.T >= 0, X, wei'
        "ghts, optimize=True)",
        'return np.einsum("np,np...->n...", X @ gates.T >= 0, np.maximu'
        'm(np.einsum("nd,pd...->np...", X, weights), 0))',
    ),
    Mutant(
        "gated_predict",
        "averages over the gates",
        'return np.einsum("np,nd',
        'return 1 / len(gates) * np.einsum("np,nd',
    ),
    Mutant(
        "fit_gated",
        "shrinks entries instead of singular values",
        "return (left * np.maximum(sizes - threshold, 0.0)[:, None, :]) @ right",
        "return np.sign(U) * np.maximum(abs(U) - threshold, 0.0)",
    ),
    Mutant(
        "fit_gated",
        "forgets the step in the shrinkage",
        "_shrink_singular(U, step * reg)",
        "_shrink_singular(U, reg)",
    ),
    Mutant(
        "fit_gated",
        "pays the Frobenius norm",
        "lambda U: float(_singular_values(U).sum())",
        "lambda U: float(np.linalg.norm(U, axis=(1, 2)).sum())",
    ),
    Mutant(
        "fit_gated",
        "takes the smallest singular value for the dual norm",
        "float(_singular_values(pull).max())",
        "float(_singular_values(pull).min())",
    ),
    Mutant(
        "fit_gated",
        "reports the objective without ½",
        "objective = 0.5 * ((fitted - Y) ** 2).sum()",
        "objective = ((fitted - Y) ** 2).sum()",
    ),
    Mutant(
        "cone_decomposition",
        "splits by the sign of the entries",
        "        positive[i], negative[i] = size * u, size * (u - U)",
        "        positive[i], negative[i] = size * np.maximum(U, 0), si"
        "ze * np.maximum(-U, 0)",
    ),
    Mutant(
        "cone_decomposition",
        "forgets the length",
        "        positive[i], negative[i] = size * u, size * (u - U)",
        "        positive[i], negative[i] = u, u - U",
    ),
    Mutant(
        "cone_decomposition",
        "keeps U whole",
        "        positive[i], negative[i] = size * u, size * (u - U)",
        "        positive[i], negative[i] = size * U, 0 * u",
    ),
    Mutant(
        "cone_decomposition",
        "forgets that the first part must lie in the cone",
        "np.maximum(cone @ U, 0.0)",
        "cone @ U",
    ),
    Mutant(
        "cone_decomposition",
        "takes the rows that are slack for those that are tight",
        "np.linalg.lstsq(G[rho > 0], h[rho > 0]",
        "np.linalg.lstsq(G[rho <= 0], h[rho <= 0]",
    ),
    Mutant(
        "cone_decomposition",
        "takes a longer first part",
        "        positive[i], negative[i] = size * u, size * (u - U)",
        "        positive[i], negative[i] = 2 * size * u, size * (2 * u - U)",
    ),
    Mutant(
        "cone_decomposition",
        "calls every failure a proof",
        "    if proof > 0.0 and np.linalg.norm(rho @ G) <= 1e-7 * proof:",
        "    rho = np.ones(len(G))\n    if True:",
    ),
    Mutant(
        "fit_gated",
        "forgets the gates in the outputs",
        "F = lifted_operator(X, patterns, gated=True)",
        "open_ = Patterns(patterns.masks | True, patterns.gates)\n"
        "    F = lifted_operator(X, open_, gated=True)",
    ),
    Mutant(
        "fit_gated",
        "an adjoint with the gates closed",
        "F.adjoint(R.T)[:, 0]",
        "type(F)(F.X, 1.0 - F.D, (1.0,)).adjoint(R.T)[:, 0]",
    ),
]
